//! A settings file while it is typed: what its keys mean, and what can be written at a place.

use super::tree::Child;
use super::{SETTINGS, SettingsFile, about, canonical};
use crate::cost::Convention;
use crate::rules::{self, RULES};
use crate::text::Span;
use crate::words::Language;

/// Something that can be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The text.
    pub text: String,
    /// What it means.
    pub about: String,
}

/// Returns the key at a place, and what it means, in Markdown.
pub fn hover(file: &SettingsFile, offset: u32, language: Language) -> Option<(Span, String)> {
    let at = |child: &&Child| child.key.touches(offset);
    let setting = file.written.children.iter().find(|child| child.key.cover(child.setting.span).touches(offset))?;
    if setting.key.touches(offset) {
        return Some((setting.key, language.say(about(&canonical(&setting.name))?)));
    }
    let rule = setting.setting.children.iter().find(at).filter(|_| canonical(&setting.name) == "rules")?;
    Some((rule.key, rules::find(&rule.name)?.summary_in(language)))
}

/// Returns what can be written at a place of a text, and what it replaces.
pub fn proposals(text: &str, offset: u32, language: Language) -> (Span, Vec<Proposal>) {
    let before = text.get(..offset as usize).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let word = line.len() - line.trim_end_matches(|c: char| c.is_alphanumeric() || "_-".contains(c)).len();
    let span = Span::new(offset - word as u32, offset);
    let lead = &line[..line.len() - word];
    let is_top = |line: &&str| line.starts_with(|c: char| c.is_alphabetic());
    let top = match lead.trim().is_empty() {
        true if lead.is_empty() => None,
        true => before.lines().rev().skip(1).find(is_top),
        false => Some(line),
    };
    let setting = top.and_then(|line| line.split_once(':')).map(|(name, _)| canonical(name.trim()));
    let is_value = lead.trim_end().ends_with(':');
    let proposals = match (setting.as_deref(), is_value) {
        (None, false) if lead.is_empty() => settings(text, language),
        (Some("rules"), false) if lead.trim().is_empty() || lead.trim_end().ends_with(['{', ',']) => {
            all_rules(language)
        }
        (Some(_), true) if is_in_rules(before) => levels(),
        (Some("convention"), true) => {
            let proposal = |convention: &Convention| proposal(convention.name(), "");
            Convention::ALL.iter().map(proposal).collect()
        }
        (Some("framework"), true) => ["auto", "builtin"].map(|name| proposal(name, "")).into(),
        (Some("hints"), _) => ["index", "shape", "params", "gflops", "share"].map(|name| proposal(name, "")).into(),
        _ => Vec::new(),
    };
    (span, proposals)
}

/// Whether a place is in the mapping of `rules` or of `per_file`.
fn is_in_rules(before: &str) -> bool {
    let top = before.lines().rev().find(|line| line.starts_with(|c: char| c.is_alphabetic()));
    top.and_then(|line| line.split_once(':')).is_some_and(|(name, _)| matches!(&*canonical(name), "rules" | "per_file"))
}

fn proposal(text: impl Into<String>, about: impl Into<String>) -> Proposal {
    Proposal { text: text.into(), about: about.into() }
}

/// The settings that the text doesn't have yet.
fn settings(text: &str, language: Language) -> Vec<Proposal> {
    let is_set = |name: &str| text.lines().any(|line| line.split_once(':').is_some_and(|(key, _)| key == name));
    let unset = SETTINGS.iter().filter(|setting| !is_set(setting.name));
    unset.map(|setting| proposal(format!("{}: ", setting.name), language.say(&setting.about))).collect()
}

fn all_rules(language: Language) -> Vec<Proposal> {
    RULES.iter().map(|rule| proposal(format!("{}: ", rule.name), rule.summary_in(language))).collect()
}

fn levels() -> Vec<Proposal> {
    ["error", "warn", "hint", "off"].map(|level| proposal(level, "")).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposed(text: &str) -> Vec<String> {
        let offset = text.find("$0").expect("a place") as u32;
        proposals(&text.replace("$0", ""), offset, Language::English)
            .1
            .into_iter()
            .map(|proposal| proposal.text)
            .collect()
    }

    #[test]
    fn keys_and_values_are_proposed() {
        let all = proposed("imgsz: 640\nru$0");
        assert!(all.contains(&"rules: ".to_owned()) && !all.contains(&"imgsz: ".to_owned()), "{all:?}");
        assert_eq!(proposed("convention: $0"), ["ultralytics", "thop", "fvcore", "ptflops", "formula"]);
        assert!(proposed("rules:\n  dead$0").contains(&"dead-layer: ".to_owned()));
        assert_eq!(proposed("rules:\n  dead-layer: o$0"), ["error", "warn", "hint", "off"]);
        assert_eq!(proposed("hints: [shape, $0]").len(), 5);
        assert_eq!(proposed("imgsz: $0"), [""; 0]);
    }

    #[test]
    fn keys_are_explained() {
        let text = "imgsz: 640\nrules:\n  dead-layer: off\n";
        let file = SettingsFile::read(text).expect("settings");
        let about = |words: &str| hover(&file, text.find(words).expect("the words") as u32, Language::English);
        assert!(about("imgsz").is_some_and(|(span, about)| span.text(text) == "imgsz" && about.contains("Image size")));
        assert!(about("dead").is_some_and(|(_, about)| about.starts_with("No row reads")));
        assert_eq!(about("640"), None);
    }
}

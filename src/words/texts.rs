//! The words of each language, read once.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use super::language::Language;
use super::taiwan::traditional;

/// The words of some files.
type Bundle = FluentBundle<FluentResource>;

/// The files of a language, by name and text.
type Files = &'static [(&'static str, &'static str)];

/// The files that every language has.
macro_rules! files {
    ($language:literal) => {
        files!(
            $language: "bound", "budget", "catalog", "config", "dialect", "fit", "graph", "heads", "ide", "natives", "project",
            "python", "rules", "server", "syntax", "torch", "weights", "words"
        )
    };
    ($language:literal: $($name:literal),+) => {
        &[$(($name, include_str!(concat!($language, "/", $name, ".ftl")))),+]
    };
}

/// What commands say, where there are any.
macro_rules! of_commands {
    ($language:literal) => {
        if cfg!(feature = "cli") { files!($language: "cli") } else { &[] }
    };
}

/// What clap says in Chinese; in English it says it itself.
#[cfg(feature = "cli")]
const CLAP: Files = &[("help", include_str!("zh/help.ftl"))];

const ENGLISH: &[Files] = &[files!("en"), of_commands!("en")];
const CHINESE: &[Files] = &[files!("zh"), of_commands!("zh")];

/// The words of a language for each, made when they are first used.
type Bundles = [LazyLock<Bundle>; Language::ALL.len()];

/// Puts the message of an id into words.
pub(super) fn say(language: Language, id: &str, args: &FluentArgs<'_>) -> String {
    static BUNDLES: Bundles = [
        LazyLock::new(|| bundle(Language::English, ENGLISH)),
        LazyLock::new(|| bundle(Language::Chinese, CHINESE)),
        LazyLock::new(|| bundle(Language::Traditional, CHINESE)),
    ];
    let bundle = &*BUNDLES[language as usize];
    let mut errors = Vec::new();
    let pattern = bundle.get_message(id).and_then(|message| message.value());
    let said = pattern.map(|pattern| bundle.format_pattern(pattern, Some(args), &mut errors).into_owned());
    debug_assert!(said.is_some() && errors.is_empty(), "{id} in {language:?}: {errors:?}");
    let said = said.unwrap_or_else(|| id.to_owned());
    if is_marked(language) { spaced(&said) } else { said }
}

/// Whether the language's bundle marks where values begin and end.
fn is_marked(language: Language) -> bool {
    language != Language::English
}

/// Takes the marks around values away, and sets spaces there as Chinese has them: between a character and a name, a figure or
/// code, and not between two characters. Inside of values nothing changes: a file may be called anything.
fn spaced(marked: &str) -> String {
    let mut text = String::with_capacity(marked.len() + 8);
    // Whether a value ends, or begins, where the next character comes.
    let (mut ends, mut begins) = (false, false);
    for c in marked.chars() {
        match c {
            '\u{2068}' => begins = true,
            '\u{2069}' => ends = true,
            _ => {
                if ends || begins {
                    let mut before = text.chars().rev();
                    let (last, last_but_one) = (before.next().unwrap_or(' '), before.next().unwrap_or(' '));
                    if last == ' ' && is_wide(last_but_one) && is_wide(c) {
                        text.pop();
                    } else if is_character(last) && (c.is_ascii_alphanumeric() || begins && "`'[(+-".contains(c))
                        || is_character(c) && (last.is_ascii_alphanumeric() || ends && "`'])".contains(last))
                    {
                        text.push(' ');
                    }
                }
                // A space belongs to the edge that it stands at.
                (ends, begins) = (ends && c == ' ', begins && c == ' ');
                text.push(c);
            }
        }
    }
    text
}

/// Whether it is a Chinese character.
fn is_character(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// Whether it is one, or a mark as wide.
fn is_wide(c: char) -> bool {
    is_character(c) || "，。；：？、（）“”「」".contains(c)
}

/// Puts what clap would say into words; none in clap's own language, and of what has no such words.
#[cfg(feature = "cli")]
pub(super) fn clap(language: Language, id: &str, args: Option<&FluentArgs<'_>>) -> Option<Cow<'static, str>> {
    static BUNDLES: Bundles = [
        LazyLock::new(|| bundle(Language::English, &[])),
        LazyLock::new(|| bundle(Language::Chinese, &[CLAP])),
        LazyLock::new(|| bundle(Language::Traditional, &[CLAP])),
    ];
    let bundle = &*BUNDLES[language as usize];
    let pattern = bundle.get_message(id)?.value()?;
    let mut errors = Vec::new();
    let said = bundle.format_pattern(pattern, args, &mut errors);
    debug_assert!(errors.is_empty(), "{id}: {errors:?}");
    Some(match said {
        Cow::Borrowed(said) => Cow::Borrowed(said),
        Cow::Owned(said) => Cow::Owned(spaced(&said)),
    })
}

fn bundle(language: Language, files: &[Files]) -> Bundle {
    let identifier: LanguageIdentifier = language.name().parse().expect("a language's name");
    let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
    // These marks are for right-to-left writing. Terminals and editors don't show them rightly, so none stays in a text.
    bundle.set_use_isolating(is_marked(language));
    bundle.add_function("SENTENCE", |values, _| sentence(values)).expect("the only function");
    for (name, text) in files.iter().copied().flatten() {
        let text = if language == Language::Traditional { traditional(text) } else { (*text).to_owned() };
        let resource = FluentResource::try_new(text);
        let resource = resource.unwrap_or_else(|(resource, errors)| {
            debug_assert!(false, "{name}.ftl of {language:?}: {errors:?}");
            resource
        });
        let added = bundle.add_resource(resource);
        debug_assert!(added.is_ok(), "{name}.ftl of {language:?}: {added:?}");
    }
    bundle
}

/// `SENTENCE($words)`: the words as the start of a sentence. Names keep their spelling (`nn.Conv2d`, `end2end`).
fn sentence<'a>(values: &[FluentValue<'a>]) -> FluentValue<'a> {
    let Some(FluentValue::String(words)) = values.first() else { return FluentValue::Error };
    FluentValue::String(Cow::Owned(capitalised(words)))
}

fn capitalised(message: &str) -> String {
    let mut chars = message.chars();
    let is_name = message.split(' ').next().is_some_and(|word| word.contains(|c: char| ".=_0123456789".contains(c)));
    match chars.next() {
        Some(first) if first.is_ascii_lowercase() && !is_name => {
            first.to_ascii_uppercase().to_string() + chars.as_str()
        }
        _ => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_in_chinese() {
        for (marked, text) in [
            ("应为\u{2068}整数\u{2069}，实为 \u{2068}3\u{2069}", "应为整数，实为 3"),
            ("应为 \u{2068}整数\u{2069} 之一", "应为整数之一"),
            ("这是\u{2068}YOLOv5 的头\u{2069}", "这是 YOLOv5 的头"),
            ("\u{2068}图像\u{2069} 和 \u{2068}第 3 层\u{2069}", "图像和第 3 层"),
            ("\u{2068}3\u{2069}和\u{2068}`nc`\u{2069}的和", "3 和 `nc` 的和"),
            ("\u{2068}Conv（卷积）\u{2069} 和 \u{2068}x\u{2069}", "Conv（卷积）和 x"),
            ("找不到 \u{2068}/家/模型v2 新.yaml\u{2069}", "找不到 /家/模型v2 新.yaml"),
            ("没有 `\u{2068}模型\u{2069}`", "没有 `模型`"),
            ("\u{2068}12\u{2069}%", "12%"),
        ] {
            assert_eq!(spaced(marked), text);
        }
    }
}

//! Comments that silence findings: on a row, or in the whole file.

use super::fixes::in_range;
use super::{Action, Kind};
use crate::ide::ModelFile;
use crate::rules::ignore;
use crate::text::Span;
use crate::words::message;

/// Returns "Ignore … on this row" and "… in this file" for each rule that was found in a range.
pub(super) fn actions(file: &ModelFile, range: Span) -> Vec<Action> {
    let mut actions: Vec<Action> = Vec::new();
    for (i, finding) in in_range(file, range).filter(|(_, finding)| ignore::can_be_ignored(finding.diagnostic.rule)) {
        let (found, rule) = ([&finding.diagnostic], finding.diagnostic.rule);
        let on_row = ignore::on_row(file, &found, "").map(|edit| (file.say(&message!("ignore-on-row", rule)), edit));
        let in_file = (file.say(&message!("ignore-in-file", rule)), ignore::in_file(file, &found, ""));
        for (title, edit) in on_row.into_iter().chain([in_file]) {
            if !actions.iter().any(|action| action.title == title) {
                let kind = Kind::QuickFix;
                let edits = vec![edit];
                actions.push(Action { title, kind, edits, files: Vec::new(), finding: Some(i), is_safe: false });
            }
        }
    }
    actions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Request;

    const MODEL: &str = "backbone:\n  - [-1, 1, Con$0vv, [8]]\nhead:\n  - [-1, 1, nn.Identity, []]\n";

    #[test]
    fn ignored_findings_are_gone() {
        let offset = MODEL.find("$0").unwrap() as u32;
        let text = MODEL.replace("$0", "");
        let file = ModelFile::read(&text, &Request::default(), false).unwrap();
        let actions = actions(&file, Span::empty(offset));
        let titles: Vec<&str> = actions.iter().map(|action| action.title.as_str()).collect();
        assert_eq!(titles, ["Ignore `unknown-module` on this row", "Ignore `unknown-module` in this file"]);
        for action in &actions {
            let ignored = crate::fix::apply(&text, &action.edits);
            let file = ModelFile::read(&ignored, &Request::default(), false).unwrap();
            assert_eq!(file.findings().len(), 0, "{ignored}");
        }
    }
}

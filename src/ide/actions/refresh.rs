//! Actions that update comments: indices and strides after rows, totals after scales.

use super::{Action, Kind};
use crate::ide::ModelFile;
use crate::rules;
use crate::text::Span;
use crate::words::{Message, message};

/// Returns "Refresh index comments", "… stride comments" and "… summary comments", if there is something to refresh.
pub(super) fn actions(file: &ModelFile) -> Vec<Action> {
    let refreshes = [
        (message!("refresh-indices"), found(file, "stale-index-comment")),
        (message!("refresh-strides"), found(file, "stale-stride-comment")),
        (message!("refresh-summaries"), rules::refreshed_summaries(file, &file.all())),
    ];
    let refreshes = refreshes.into_iter().filter(|(_, edits)| !edits.is_empty());
    let action = |(title, edits): (Message, Vec<(Span, String)>)| Action {
        title: file.say(&title),
        kind: Kind::Source,
        edits,
        files: Vec::new(),
        finding: None,
        is_safe: false,
    };
    refreshes.map(action).collect()
}

/// Returns the edits of all findings of a rule.
fn found(file: &ModelFile, rule: &str) -> Vec<(Span, String)> {
    let found = file.findings().iter().map(|finding| &finding.diagnostic).filter(|found| found.rule == rule);
    let mut edits: Vec<_> = found.filter_map(|found| found.fixes.first()).flat_map(|fix| fix.edits.clone()).collect();
    edits.sort();
    // Several scales can have the same edit.
    edits.dedup();
    edits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Request;
    use crate::rewrite;

    fn read(text: &str) -> ModelFile {
        ModelFile::read(text, &Request::default(), false).unwrap()
    }

    /// The text after a refresh.
    fn refreshed(file: &ModelFile, what: &str) -> String {
        let action = actions(file).into_iter().find(|action| action.title == format!("Refresh {what} comments"));
        rewrite::apply(file.text(), &action.unwrap().edits)
    }

    #[test]
    fn indices_and_strides() {
        let file = read(
            "backbone:\n  - [-1, 1, Conv, [8, 3, 2]] # 3-P1/2\n  - [-1, 1, Conv, [8]] # 4 layers\nhead:\n  - [-1, 1, Conv, [8]] # 2\n  - [-1, 1, Conv, [8]] # 2 (P3/8)\n",
        );
        assert_eq!(refreshed(&file, "index"), file.text().replace("3-P1", "0-P1").replace("2 (P3", "3 (P3"));
        assert_eq!(refreshed(&file, "stride"), file.text().replace("P3/8", "P1/2"));
    }

    // The figures are those of the framework's own summary of this file.
    #[test]
    fn totals() {
        let text = include_str!("../../../examples/yolo11-tiny.yaml");
        let file =
            read(&text.replacen("256]\n", "256] # summary: 1 layers, 1 parameters, 1,0 gradients, 0.0 GFLOPs\n", 1));
        assert_ne!(file.text(), text, "a scale is commented");
        let edited = refreshed(&file, "summary");
        let line = edited.lines().find(|line| line.contains("summary")).unwrap();
        assert_eq!(
            line.split_once(": ").unwrap().1,
            "[0.50, 0.50, 256] # summary: 122 layers, 542206 parameters, 542,190 gradients, 3.4 GFLOPs"
        );
    }
}

//! Fixes of any rule, tried on the framework's files after they were damaged as people damage them.
//!
//! A fix takes its finding away, brings no new error, and leaves comments and all that it isn't about as they are.

use std::fs;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use yolint::internals::analysis::{Status, Totals};
use yolint::internals::check::{Checked, Request, checked};
use yolint::internals::fix::{self, Which};
use yolint::internals::model::ReadFile;
use yolint::internals::rules::{Diagnostic, Fix, Severity};
use yolint::internals::syntax::{self, TokenKind};
use yolint::internals::text::Span;
use yolint::internals::words::Message;

use crate::common;

/// The framework's files, with their names without ending.
static FILES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let name = |path: &std::path::Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let files = common::model_files();
    files.iter().map(|path| (name(path), fs::read_to_string(path).expect("the wheel's YAML can be read"))).collect()
});

/// What is done to a line with a row.
const DAMAGES: [fn(&str) -> String; 16] = [
    |line| line.replacen(", [", " [", 1),
    |line| line.replacen(',', "", 1),
    |line| line.replacen(", ", ",, ", 1),
    |line| line.replacen("]]", "]],", 1),
    |line| line.replacen("]]", "]", 1),
    |line| line.replacen("  - ", "\t- ", 1),
    |line| line.replacen("  - ", "   - ", 1),
    |line| line.replacen("- [", "-[", 1),
    |line| line.replacen("- [", "[", 1),
    |line| line.replacen("Con", "Cno", 1),
    |line| line.replacen("C2", "C22", 1),
    |line| line.replacen("-1", "-2", 1),
    |line| line.replacen("# 1", "# 2", 1),
    |line| format!("{line}\n{line}"),
    |line| format!("{line} # yolint: ignore[bad-form] by a fork"),
    |_| "  - [-1, 1, Conv, [64, 3, 1]] # new".to_owned(),
];

/// What is put at the end of a file.
const KEYS: [&str; 5] = ["max_chanels: 512\n", "nc: 7\n", "hed: []\n", "ch: 4\n", "scale: n\n"];

#[derive(Clone, Debug)]
enum Damage {
    Row(Index, usize),
    Gone(Index),
    Key(&'static str),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        8 => (any::<Index>(), 0..DAMAGES.len()).prop_map(|(at, how)| Damage::Row(at, how)),
        1 => any::<Index>().prop_map(Damage::Gone),
        1 => select(&KEYS[..]).prop_map(Damage::Key),
    ]
}

fn damaged(text: &str, damage: &Damage) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let rows: Vec<usize> = (0..lines.len()).filter(|&i| lines[i].trim_start().starts_with("- [")).collect();
    match damage {
        Damage::Key(key) => return format!("{text}{key}"),
        Damage::Row(at, how) if !rows.is_empty() => {
            let line = &mut lines[*at.get(&rows)];
            *line = DAMAGES[*how](line);
        }
        Damage::Gone(at) if !rows.is_empty() => drop(lines.remove(*at.get(&rows))),
        _ => {}
    }
    lines.join("\n") + "\n"
}

fn diagnostics(checked: &Checked) -> impl Iterator<Item = &Diagnostic> {
    checked.findings.iter().map(|finding| &finding.diagnostic)
}

fn errors(checked: &Checked) -> Vec<&Diagnostic> {
    diagnostics(checked).filter(|d| d.severity == Severity::Error).collect()
}

/// Whether all of a row's figures are known at all scales.
fn is_known(checked: &Checked, row: usize) -> bool {
    let is_exact = |status: &Status| matches!(status, Status::Exact | Status::Uncounted(_));
    checked.analyses.checked().iter().all(|a| a.rows.get(row).is_some_and(|row| is_exact(&row.status)))
}

/// What is wrong with a fix, applied by itself.
fn complaint(text: &str, request: &Request, before: &Checked, finding: &Diagnostic, fix: &Fix) -> Option<String> {
    let mut edits = fix.edits.clone();
    edits.sort_by_key(|(span, _)| *span);
    if edits.iter().any(|(span, _)| text.get(span.range()).is_none()) {
        return Some("an edit isn't in the text".to_owned());
    }
    if edits.windows(2).any(|pair| pair[0].0.end > pair[1].0.start) {
        return Some("edits overlap".to_owned());
    }
    // The comment of a row goes with the row.
    let is_removal = ["dead-layer", "duplicate-key"].contains(&finding.rule);
    if let Some(lost) = lost_comment(text, &edits).filter(|_| !is_removal) {
        return Some(format!("the comment `{lost}` is gone"));
    }
    let after_text = fix::apply(text, &edits);
    let after = checked(ReadFile::new(&after_text), request);
    // A finding of the same words may stand elsewhere: it is the same where nothing but this fix moved it.
    let start = finding.span.start;
    let grown = |which: &dyn Fn(Span) -> bool| -> i64 {
        let those = edits.iter().filter(|(span, _)| which(*span));
        those.map(|(span, new)| new.len() as i64 - i64::from(span.len())).sum()
    };
    let place = i64::from(start) + grown(&|span| span.end < start);
    let here = grown(&|span| span.touches(start));
    let places = place + here.min(0)..=place + here.max(0);
    let is_it = |d: &&Diagnostic| {
        (d.rule, &d.message) == (finding.rule, &finding.message) && places.contains(&i64::from(d.span.start))
    };
    if diagnostics(&after).any(|d| is_it(&d)) {
        return Some(format!("the finding is still there in\n{after_text}"));
    }
    // What is wrong with the text itself hides what is wrong with rows, and rows that are wrong hide those that read them.
    let had: Vec<(&str, &Message)> = errors(before).iter().map(|d| (d.rule, &d.message)).collect();
    let is_whole = errors(before).iter().all(|d| d.row.is_some());
    let rows = |checked: &Checked| checked.analyses.checked().first().map_or(0, |analysis| analysis.rows.len());
    let same_rows = rows(before) == rows(&after);
    let is_new = |d: &&&Diagnostic| {
        let was_known = d.row.map_or(is_whole, |row| if same_rows { is_known(before, row) } else { is_whole });
        // An error on a row that still works tells why others don't.
        let still_works = same_rows && d.row.is_some_and(|row| is_known(&after, row));
        was_known && (is_whole || !still_works) && !had.contains(&(d.rule, &d.message))
    };
    // Where rows were added or taken, the same error may say another row's number.
    if !same_rows && errors(&after).len() <= errors(before).len() {
        return None;
    }
    let new = errors(&after).iter().find(is_new).map(|d| format!("[{}] {}", d.rule, d.message.english()));
    new.map(|new| format!("a new error, {new}, in\n{after_text}"))
}

/// A comment that edits take away or change, other than by an edit inside of it.
fn lost_comment<'a>(text: &'a str, edits: &[(Span, String)]) -> Option<&'a str> {
    let parse = syntax::parse(text);
    let comments = parse.tree.tokens.iter().filter(|token| token.kind == TokenKind::Comment).map(|token| token.span);
    let mut lost = comments.filter(|comment| {
        let touched = |(span, new): &&(Span, String)| {
            let is_inside = comment.start < span.start || (comment.start == span.start && !span.is_empty());
            let overlaps = span.start < comment.end && comment.start < span.end;
            overlaps && !is_inside && !new.contains(comment.text(text))
        };
        edits.iter().any(|edit| touched(&edit))
    });
    lost.next().map(|comment| comment.text(text))
}

/// The totals at each scale, if all rows can be built and run.
fn figures(checked: &Checked) -> Option<Vec<Totals>> {
    if !errors(checked).is_empty() {
        return None;
    }
    let all = checked.analyses.checked().iter().map(|analysis| analysis.totals.clone());
    all.map(|totals| totals.filter(|totals| totals.ops.is_some())).collect()
}

fn request(stem: &str) -> Request {
    Request { stem: stem.to_owned(), ..Request::default() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn each_fix_mends_its_finding(file in select(FILES.as_slice()), damages in prop::collection::vec(damage(), 1..4)) {
        let (stem, text) = file;
        let text = damages.iter().fold(text, |text, damage| damaged(&text, damage));
        let request = request(&stem);
        let before = checked(ReadFile::new(&text), &request);
        for finding in diagnostics(&before) {
            for fix in &finding.fixes {
                if let Some(complaint) = complaint(&text, &request, &before, finding, fix) {
                    let (rule, message, title) = (finding.rule, finding.message.english(), fix.title.english());
                    prop_assert!(false, "[{rule}] {message}\nfix: {title}\n{complaint}\nbefore:\n{text}");
                }
            }
        }
    }

    #[test]
    fn safe_fixes_leave_none(file in select(FILES.as_slice()), damages in prop::collection::vec(damage(), 1..6)) {
        let (stem, text) = file;
        let text = damages.iter().fold(text, |text, damage| damaged(&text, damage));
        let request = request(&stem);
        let which = Which { doubtful: false, hints: true };
        let fixed = fix::fix(&text, &request, which);
        let after = checked(ReadFile::new(&fixed.text), &request);
        for finding in diagnostics(&after) {
            let left = finding.fixes.iter().find(|fix| fix.safe).map(|fix| &fix.title);
            prop_assert_eq!(left, None, "[{}] {}\n{}", finding.rule, finding.message.english(), fixed.text);
        }
        prop_assert_eq!(fixed.count == 0, fixed.text == text);
        // What is known of a model stays true: a fix that changes it isn't safe.
        if let Some(known) = figures(&checked(ReadFile::new(&text), &request)) {
            prop_assert_eq!(figures(&after), Some(known), "{} became {}", text, fixed.text);
        }
        let again = fix::fix(&fixed.text, &request, which);
        prop_assert_eq!((again.count, &again.text), (0, &fixed.text));
        let all = fix::fix(&text, &request, Which { doubtful: true, hints: true });
        let again = fix::fix(&all.text, &request, Which { doubtful: true, hints: true });
        prop_assert_eq!((again.count, &again.text), (0, &all.text));
        let errors_of = |text: &str| errors(&checked(ReadFile::new(text), &request)).len();
        prop_assert!(errors(&after).is_empty() || errors_of(&text) > 0, "errors in\n{}", fixed.text);
    }
}

/// Fixes that only the framework's whole files show: none is safe and wrong there.
#[test]
fn whole_files_have_no_errors_after_fixes() {
    for (stem, text) in FILES.iter() {
        let request = request(stem);
        let fixed = fix::fix(text, &request, Which { doubtful: false, hints: true });
        let after = checked(ReadFile::new(&fixed.text), &request);
        assert_eq!(errors(&after), Vec::<&Diagnostic>::new(), "{stem}");
    }
}

/// The test itself sees what is wrong with a fix.
#[test]
fn wrong_fixes_are_complained_of() {
    let text = "backbone:\n  - [-1, 1, Convv, [16, 3, 2]] # stem\n  - [-1, 1, Conv, [16]]\nhead:\n  - [-1, 1, Classify, [3]]\n";
    let request = request("model");
    let before = checked(ReadFile::new(text), &request);
    let finding = diagnostics(&before).find(|d| d.rule == "unknown-module").expect("the finding");
    let complaint_of = |from: &str, to: &str| {
        let start = text.find(from).expect("a part of the text") as u32;
        let fix = Fix::safe("try", Span::new(start, start + from.len() as u32), to);
        complaint(text, &request, &before, finding, &fix).unwrap_or_default()
    };
    assert_eq!(complaint_of("Convv", "Conv"), "");
    assert!(complaint_of("Convv", " Convv").contains("is still there"));
    assert!(complaint_of("[16, 3, 2]] # stem", "[16, 3]]").contains("the comment `# stem` is gone"));
    let text = format!("# yolint: ignore[bad-form]\n{}", text.replace("Convv", "Conv"));
    let before = checked(ReadFile::new(&text), &request);
    let finding = diagnostics(&before).find(|d| d.rule == "bad-directive").expect("the finding");
    let mut fix = finding.fixes[0].clone();
    assert_eq!(complaint(&text, &request, &before, finding, &fix), None);
    let start = text.find("16]]").expect("an argument") as u32;
    fix.edits.push((Span::new(start, start + 2), "zz".to_owned()));
    let complaint = complaint(&text, &request, &before, finding, &fix).unwrap_or_default();
    assert!(complaint.contains("a new error"), "{complaint}");
}

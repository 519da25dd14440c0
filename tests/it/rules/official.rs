//! What is found in the framework's own model YAMLs: no error at any scale, and warnings that are true.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use expect_test::expect_file;
use serde_json::Value as Json;
use yolint::internals::check::{Request, analyses, check};
use yolint::internals::rules::{Diagnostic, Severity};
use yolint::internals::text::LineIndex;
use yolint::internals::{model, syntax};

use crate::common;

/// A warning: rule, file, line, message, and what the framework says there.
type Warning = (&'static str, String, u32, String, String);

/// What the framework says of what a finding is about.
fn said_of(golden: &Json, file: &str, scale: &str, found: &Diagnostic, message: &str) -> String {
    if let Some(row) = found.row {
        let said = &golden[format!("{file}@{scale}")]["rows"][row];
        let module = said["module"].as_str().expect("a module");
        let output = said["output"].as_array().filter(|sizes| sizes.iter().all(Json::is_number));
        let output = output.map(|sizes| format!(" returns {}", Json::from(sizes.as_slice()))).unwrap_or_default();
        return format!("row {row} ({module}){output}, {} parameters", said["params"]);
    }
    // A comment behind a scale is about that scale, whichever is looked at.
    let about = message.strip_prefix("at scale ").and_then(|rest| rest.split(' ').next());
    match golden[format!("{file}@{}", about.unwrap_or(scale))]["summary"].as_str() {
        Some(summary) if about.is_some() => summary.to_owned(),
        _ => String::new(),
    }
}

/// The numbers that a fix of a summary writes are those of the framework.
fn assert_numbers(said: &[String], found: &Diagnostic) {
    let said = said.join(" ").replace(',', "");
    for (_, number) in found.fixes.iter().flat_map(|fix| &fix.edits) {
        let number = number.replace(',', "");
        assert!(said.split(' ').any(|word| word == number), "{number} isn't in {said}");
    }
}

#[test]
fn no_error_and_only_true_warnings() {
    let (golden, models) = (common::golden("ultralytics-8.4.190.json"), common::models());
    let mut scales: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for key in golden.as_object().expect("a mapping").keys() {
        let (file, scale) = key.split_once('@').expect("FILE@SCALE");
        scales.entry(file).or_default().push(scale);
    }
    let (mut errors, mut warnings, mut checked) = (String::new(), BTreeSet::new(), 0);
    for (file, scales) in &scales {
        let path = models.join(file);
        let text = std::fs::read_to_string(&path).expect("the wheel's YAML can be read");
        let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
        // Where the name carries a scale, the file has that one alone.
        let request = Request { stem, ..Request::default() };
        checked += analyses(&model::read(&syntax::parse(&text).tree), &request).checked().len();
        let lines = LineIndex::new(&text);
        for finding in check(&text, &request) {
            let found = &finding.diagnostic;
            let line = lines.human(&text, found.span.start).0;
            let scale = finding.scales.first().map_or(scales[0], String::as_str);
            let is_summary = found.rule == "stale-summary";
            if found.severity == Severity::Error {
                let _ = writeln!(errors, "{file}:{line}: [{}] {}", found.rule, finding.message().english());
            }
            if found.severity != Severity::Warning && !is_summary {
                continue;
            }
            // The comments of a file are one finding; each is looked at here.
            let message = finding.message().english();
            let own = message.split(" (and ").next().filter(|_| is_summary).unwrap_or(&message);
            let mut places = vec![(line, own.to_owned())];
            if is_summary {
                let others = found.related.iter();
                places.extend(others.map(|(place, words)| (place.region()[0].0, words.english())));
            }
            let said: Vec<String> =
                places.iter().map(|(_, words)| said_of(&golden, file, scale, found, words)).collect();
            if is_summary {
                assert_numbers(&said, found);
            }
            for ((line, words), said) in places.into_iter().zip(said) {
                warnings.insert((found.rule, (*file).to_owned(), line, words.to_owned(), said));
            }
        }
    }
    assert_eq!(errors, "", "the framework builds and runs all of its own files");
    assert_eq!(checked, 246, "every file at every scale");
    // Counted apart, with a regular expression: of the 165 comments that name parameters, 35 name others.
    let of_params = |(rule, _, _, message, _): &&Warning| *rule == "stale-summary" && message.contains(" parameters");
    assert_eq!(warnings.iter().filter(of_params).count(), 35);
    expect_file![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/rules/official.md")].assert_eq(&page(&warnings));
}

/// Older releases counted all modules, `len(list(model.modules()))`; torch says how many.
#[test]
fn layers_as_older_releases_counted_them() {
    for (file, leaves, modules) in
        [("11/yolo11.yaml", 181, 319), ("v8/yolov8.yaml", 129, 225), ("12/yolo12.yaml", 272, 465)]
    {
        let text = std::fs::read_to_string(common::models().join(file)).expect("the wheel's YAML can be read");
        let found = |layers: i32| {
            let text = text.replacen(&format!(" {leaves} layers"), &format!(" {layers} layers"), 1);
            assert!(text.contains(&format!(" {layers} layers")), "{file}");
            let found = check(&text, &Request { scale: Some("n".to_owned()), ..Request::default() });
            found.into_iter().filter(|finding| finding.diagnostic.rule == "stale-summary").count()
        };
        assert_eq!((found(leaves), found(modules), found(modules + 1)), (0, 0, 1), "{file}");
    }
}

/// `UPDATE_EXPECT=1 cargo test --test it rules::official` writes it anew.
fn page(warnings: &BTreeSet<Warning>) -> String {
    let mut page = "# Findings in the framework's own files\n\n\
        Every model YAML of `ultralytics==8.4.190` was checked at every scale, 246 pairs of file and scale, at 640x640. \
        There is no error. These are all warnings, and the hints on summaries; the last column says what the framework itself prints or returns \
        there (`tests/golden/`).\n"
        .to_owned();
    let mut last_rule = "";
    for (rule, file, line, message, said) in warnings {
        if *rule != last_rule {
            let count = warnings.iter().filter(|warning| warning.0 == *rule).count();
            let _ = write!(page, "\n## [{rule}](../../../docs/rules/{rule}.md): {count}\n\n");
            page.push_str("| place | message | the framework |\n| --- | --- | --- |\n");
            last_rule = rule;
        }
        let cells = [format!("{file}:{line}"), message.clone(), said.clone()];
        let _ = writeln!(page, "| {} |", cells.map(|cell| cell.replace('|', "\\|")).join(" | "));
    }
    page
}

//! Edited files and small models around one module: the same figures where the framework builds and runs them, an error
//! on the row at fault where it doesn't. `tests/golden/README.md` says what the data is.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};
use yolint::internals::analysis::{Analysis, Options, Status, analyse};
use yolint::internals::check::{self, Analyses, Request};
use yolint::internals::dialect::{Dataset, HeaderFault, choose_scale};
use yolint::internals::model::ReadFile;
use yolint::internals::python::Literal;
use yolint::internals::rules::{Diagnostic, Severity};
use yolint::internals::torch::FaultKind;
use yolint::internals::torch::Value;

use crate::common;

/// Cases in which yolint and the framework are known to say different things, and why that is left so.
const KNOWN: [(&str, &str); 4] = [
    ("DetectionModel-6edcb305", "a whole model named in a row: the framework builds one, and its first row fails"),
    ("ImagePoolingAttn-ad97e4f8", "no number for `k`: it would fail when run; another row fails first"),
    ("ImagePoolingAttn-5f04a206", "likewise"),
    ("ImagePoolingAttn-1dca30f3", "likewise"),
];

/// What yolint makes of a case.
struct Ours {
    errors: Vec<Option<usize>>,
    analysis: Analysis,
    gflops: f64,
    messages: Vec<String>,
}

fn ours(text: &str, stem: &str, case: &Json) -> Ours {
    let read = ReadFile::new(text);
    let scale = case["scale"].as_str().filter(|s| !s.is_empty());
    let side = |i: usize| case["imgsz"][i].as_i64().expect("a size");
    // The framework is given the scale apart from the file's name.
    let stem = if scale.is_some() { stem } else { "model" };
    let choice = choose_scale(&read.model, scale, stem);
    let imgsz = [side(0), side(1)];
    // The oracle takes `ch` of a file for what a dataset says.
    let mut dataset = Dataset::default();
    if let Some(ch @ 1..) = read.model.get("ch").and_then(Literal::as_int) {
        dataset.channels = ch;
    }
    let analysis = analyse(&read.model, choice.letter(), &Options { dataset, imgsz, ..Options::default() });
    let gflops = analysis.summary_gflops(&read.model, imgsz).unwrap_or(0.0);
    let request = Request { stem: stem.to_owned(), ..Request::default() };
    let analyses = Analyses { all: vec![analysis], choice, active: 0, checked: 0..1 };
    let mut checked = check::with_analyses(read, analyses, &request);
    let errors = checked.findings.iter().map(|finding| &finding.diagnostic).filter(|d| d.severity == Severity::Error);
    // An error stands at its cause, and names the row that fails as a related place.
    let rows: Vec<_> = checked.read.model.rows.iter().map(|row| row.span).collect();
    let fails = |d: &Diagnostic| -> Vec<Option<usize>> {
        let related =
            d.related.iter().filter_map(|(place, _)| rows.iter().position(|row| row.touches(place.span.start)));
        related.map(Some).chain([d.row]).collect()
    };
    Ours {
        errors: errors.clone().flat_map(fails).collect(),
        messages: errors.map(|d| format!("{:?} {}: {}", d.row, d.rule, d.message.english())).collect(),
        gflops,
        analysis: checked.analyses.all.remove(0),
    }
}

/// Where yolint and the framework disagree; none where they don't, or where yolint says that it doesn't know.
fn disagreement(ours: &Ours, case: &Json) -> Option<String> {
    if case["stage"] != "ok" {
        let row = case["row"].as_i64().and_then(|row| usize::try_from(row).ok());
        let found = ours.errors.iter().any(|error| row.is_none() || *error == row || error.is_none());
        return (!found).then(|| {
            let said = format!("{} at row {} in {}: {}", case["class"], case["row"], case["stage"], case["message"]);
            format!("the framework fails ({said}), yolint says {:?}", ours.messages)
        });
    }
    if !ours.errors.is_empty() {
        return Some(format!("the framework runs it, yolint says {:?}", ours.messages));
    }
    let mut wrong = String::new();
    let mut differ = |what: String, ours: Json, theirs: &Json| {
        if ours != *theirs {
            let _ = write!(wrong, "{what}: {ours} is not {theirs}; ");
        }
    };
    let rows = case["rows"].as_array().expect("rows");
    differ("number of rows".to_owned(), json!(ours.analysis.rows.len()), &json!(rows.len()));
    for (i, (row, said)) in ours.analysis.rows.iter().zip(rows).enumerate() {
        differ(format!("params of row {i}"), json!(row.params), &said[0]);
        if !said[1].is_null() {
            differ(format!("ops of row {i}"), json!(row.ops), &said[1]);
        }
        differ(format!("output of row {i}"), output(row.output.as_ref()), &flattened(&said[2]));
        let args = Literal::List(row.args.iter().map(|a| a.value.clone()).collect()).to_string();
        differ(format!("args of row {i}"), json!(args), &said[3]);
    }
    let totals = ours.analysis.totals.as_ref();
    differ("params".to_owned(), json!(totals.map(|t| t.params)), &case["params"]);
    differ("trainable".to_owned(), json!(totals.map(|t| t.trainable)), &case["gradients"]);
    differ("layers".to_owned(), json!(totals.map(|t| t.layers)), &case["layers"]);
    if (ours.gflops - case["gflops"].as_f64().expect("a number")).abs() > 1e-9 {
        differ("gflops".to_owned(), json!(ours.gflops), &case["gflops"]);
    }
    (!wrong.is_empty()).then_some(wrong)
}

/// A tensor's sizes, or the list of them where a row returns several; of a head the first tensor.
fn output(value: Option<&Value>) -> Json {
    match value {
        Some(Value::Tensor(shape)) => json!(shape.dims()),
        Some(Value::List(items)) if items.iter().all(|item| matches!(item, Value::Tensor(_))) && items.len() > 1 => {
            items.iter().map(|item| output(Some(item))).collect()
        }
        other => json!(other.and_then(Value::first_tensor).map(|s| s.dims().to_vec())),
    }
}

/// A golden output, of which only the first tensor is compared where it is nested more than a list of tensors.
fn flattened(said: &Json) -> Json {
    let sizes = |v: &Json| v.as_array().is_some_and(|a| a.iter().all(Json::is_number));
    match said.as_array() {
        Some(_) if sizes(said) => said.clone(),
        Some(items) if items.len() > 1 && items.iter().all(sizes) => said.clone(),
        Some(items) => items.first().map_or(Json::Null, flattened),
        None => said.clone(),
    }
}

/// The names of modules whose rows yolint leaves at `?` although the framework may well run them.
fn unsupported(analysis: &Analysis) -> Option<String> {
    let is_unsupported = |fault: &&HeaderFault| fault.fault.kind == FaultKind::Unsupported;
    if let Some(fault) = analysis.header.iter().find(is_unsupported) {
        return Some(fault.fault.message.english());
    }
    analysis.rows.iter().find_map(|row| match &row.status {
        Status::Unknown(unknown) => Some(unknown.message().english()),
        _ => None,
    })
}

fn check(file: &str, text_of: impl Fn(&Json) -> (String, String)) {
    let golden = common::golden_text(file);
    let (mut wrong, mut count, mut unknown) = (String::new(), 0, Vec::new());
    for line in golden.lines() {
        let case: Json = serde_json::from_str(line).expect("a case");
        let (text, stem) = text_of(&case);
        let ours = ours(&text, &stem, &case);
        count += 1;
        if let Some(reason) = unsupported(&ours.analysis) {
            unknown.push(format!("{} {reason}", case["id"]));
        } else if KNOWN.iter().any(|(id, _)| case["id"] == *id) {
            assert!(disagreement(&ours, &case).is_some(), "{} agrees now: take it off the list", case["id"]);
        } else if let Some(why) = disagreement(&ours, &case) {
            let _ = writeln!(wrong, "{} {why}", case["id"]);
        }
    }
    eprintln!("{count} cases, {} of them not known:\n{}", unknown.len(), unknown.join("\n"));
    assert!(count > 500, "the golden data holds {count} cases");
    assert!(unknown.len() * 20 <= count, "{} of {count} cases are not known", unknown.len());
    assert!(wrong.is_empty(), "{} of {count} cases disagree:\n{wrong}", wrong.lines().count());
}

#[test]
fn probes() {
    check("probes.jsonl", |case| (case["yaml"].as_str().expect("a text").to_owned(), "probe".to_owned()));
}

#[test]
fn edits_of_official_files() {
    let models = common::models();
    check("edited.jsonl", |case| {
        let file = case["file"].as_str().expect("a file");
        let mut text = std::fs::read_to_string(models.join(file)).expect("the wheel's YAML");
        for edit in case["edits"].as_array().expect("edits") {
            text = edited(&text, edit);
        }
        let stem = std::path::Path::new(file).file_stem().expect("a name").to_string_lossy().into_owned();
        (text, stem)
    });
}

/// An edit as `tests/golden/README.md` defines it.
pub(super) fn edited(text: &str, edit: &Json) -> String {
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let rows: Vec<usize> = (0..lines.len()).filter(|&i| lines[i].trim_start().starts_with("- [")).collect();
    let row = edit["row"].as_u64().map(|row| row as usize);
    let new = edit["text"].as_str().unwrap_or_default();
    match edit["op"].as_str().expect("an op") {
        "delete" => {
            lines.remove(rows[row.expect("a row")]);
        }
        "insert" => {
            let row = row.expect("a row");
            let at = rows.get(row).copied().unwrap_or_else(|| rows[row - 1] + 1);
            lines.insert(at, format!("  - {new}"));
        }
        "row" => {
            let line = &mut lines[rows[row.expect("a row")]];
            let (flow, _) = flow_text(line);
            line.replace_range(flow, new);
        }
        "cell" => {
            let line = &mut lines[rows[row.expect("a row")]];
            let (flow, mut cells) = flow_text(line);
            let names = ["from", "repeats", "module", "args"];
            let cell = names.iter().position(|name| edit["cell"] == *name).expect("a cell");
            cells[cell] = new.to_owned();
            line.replace_range(flow, &format!("[{}]", cells.join(", ")));
        }
        op @ ("set" | "unset") => {
            let key = format!("{}:", edit["key"].as_str().expect("a key"));
            let at = lines.iter().position(|line| line.starts_with(&key));
            if let Some(at) = at {
                lines.remove(at);
                while lines.get(at).is_some_and(|line| line.starts_with(' ')) {
                    lines.remove(at);
                }
            }
            if op == "set" {
                lines.insert(at.unwrap_or(0), format!("{key} {new}"));
            }
        }
        op => panic!("{op} is no edit"),
    }
    lines.join("\n")
}

/// Where a row's flow text stands on its line, and its cells.
fn flow_text(line: &str) -> (std::ops::Range<usize>, Vec<String>) {
    let start = line.find('[').expect("a flow sequence");
    let (mut depth, mut quote, mut cells, mut cell) = (0, None, Vec::new(), start + 1);
    for (i, c) in line.char_indices().skip_while(|(i, _)| *i < start) {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => {
                depth -= 1;
                if depth == 0 {
                    cells.push(line[cell..i].trim().to_owned());
                    return (start..i + 1, cells);
                }
            }
            (None, ',') if depth == 1 => {
                cells.push(line[cell..i].trim().to_owned());
                cell = i + 1;
            }
            _ => {}
        }
    }
    panic!("the row ends: {line}");
}

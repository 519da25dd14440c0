//! JSON, version 1: fields may be added, never renamed.

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};

use crate::analysis::{Analysis, RowAnalysis, Status, Totals};
use crate::budget::{BudgetStatus, Metric};
use crate::check::Finding;
use crate::cli::report::{self, Report};
use crate::dialect::{Dialect, ModuleInfo};
use crate::model::Model;
use crate::project::{Choice, Chosen};
use crate::python::Literal;
use crate::text::{FileEdits, Location, SourceFile, Span};
use crate::torch::Value;

pub(in crate::cli) const VERSION: u32 = 1;

/// Prints one file: its rows at the scale that was checked (the first of several), and all findings.
pub(in crate::cli) fn print_file(report: &Report, out: &mut impl Write) -> io::Result<()> {
    write_json(&file(report, 0, &report.statuses, &modules(&report.analyses.checked()[0])), out)
}

/// Prints one file at each scale that was checked, as a list under `files`.
pub(in crate::cli) fn print_scales(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let scales = 0..report.analyses.checked().len();
    let modules = modules(&report.analyses.checked()[0]);
    let files: Vec<_> = scales.map(|at| file(report, at, &report.statuses[at..=at], &modules)).collect();
    write_json(&json!({ "version": VERSION, "files": files }), out)
}

/// Prints several files as a list under `files`.
pub(in crate::cli) fn print_files(reports: &[Report], out: &mut impl Write) -> io::Result<()> {
    write_json(&Files { version: VERSION, files: reports }, out)
}

/// Several files, each of which is made when it is written.
#[derive(Serialize)]
struct Files<'a> {
    version: u32,
    #[serde(serialize_with = "in_turn")]
    files: &'a [Report],
}

fn in_turn<S: Serializer>(reports: &[Report], serializer: S) -> Result<S::Ok, S::Error> {
    // Files mostly have one framework, whose source is read for this.
    let mut known: Option<(Arc<dyn Dialect>, ByName)> = None;
    serializer.collect_seq(reports.iter().map(|report| {
        let analysis = &report.analyses.checked()[0];
        let (_, modules) = match known.take_if(|(dialect, _)| Arc::ptr_eq(dialect, &analysis.dialect)) {
            Some(same) => known.insert(same),
            None => known.insert((analysis.dialect.clone(), modules(analysis))),
        };
        file(report, 0, &report.statuses, modules)
    }))
}

pub(in crate::cli) fn write_json(value: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    writeln!(out)
}

#[derive(Serialize)]
struct File<'a> {
    version: u32,
    file: String,
    dialect: &'a str,
    scale: &'a str,
    imgsz: [i64; 2],
    convention: &'static str,
    totals: Json,
    rows: Vec<Row<'a>>,
    diagnostics: Vec<Json>,
    budgets: Vec<Json>,
    framework: Json,
    /// Whether it is the model as it is deployed.
    fused: bool,
}

#[derive(Serialize)]
pub(super) struct Row<'a> {
    index: usize,
    line: u32,
    section: &'static str,
    from: Vec<Json>,
    repeats: i64,
    module: &'a str,
    args: Vec<Json>,
    params: Option<u64>,
    trainable: Option<u64>,
    ops: Option<u64>,
    flops: Option<u64>,
    output: Json,
    status: String,
    /// The file and line of its module's class; null of what is built in.
    defined_at: Json,
}

/// A file at one scale, and the status of its budgets at several.
fn file<'a>(report: &'a Report, at: usize, statuses: &[Vec<BudgetStatus>], modules: &ByName) -> File<'a> {
    let analysis = &report.analyses.checked()[at];
    let line = |i: usize| report.source.human(report.model.rows[i].span.start).0;
    File {
        version: VERSION,
        file: report.name(),
        dialect: analysis.dialect.name(),
        scale: &analysis.scale,
        imgsz: analysis.imgsz,
        convention: analysis.convention.name(),
        totals: analysis.totals.as_ref().map_or(Json::Null, |t| totals(analysis, t)),
        rows: (0..analysis.rows.len()).map(|i| row(&report.model, line(i), analysis, modules, i)).collect(),
        diagnostics: report.findings.iter().map(|finding| diagnostic(report, finding)).collect(),
        budgets: statuses.iter().flatten().map(standing).collect(),
        framework: framework(&report.framework),
        fused: analysis.fused,
    }
}

/// The framework that a file was read with, and the files of its source that were read for it.
fn framework(chosen: &Chosen) -> Json {
    let builtin = Choice::default();
    let framework = match &chosen.imports {
        Some(_) => &chosen.choice.framework,
        None => &builtin.framework,
    };
    json!({
        "kind": framework.kind.name(),
        "root": framework.source.as_ref().map(|source| &source.root),
        "version": framework.version(),
        "files": chosen.imports.as_ref().map(|imports| imports.read()).unwrap_or_default(),
    })
}

/// A budget and the measured value: billions of operations, a count or bytes. `over` is null if that isn't known.
fn standing(standing: &BudgetStatus) -> Json {
    let metric = standing.budget.metric;
    let number = |n: u128| match metric {
        Metric::Gflops => json!(n as f64 / 1e9),
        _ => json!(fits(n)),
    };
    json!({
        "scale": standing.scale,
        "scope": standing.budget.scope.to_string(),
        "metric": metric.name(),
        "limit": standing.limit.map(number),
        "strict": standing.budget.is_strict,
        "value": standing.value.map(number),
        "row": standing.row,
        "over": standing.is_over(),
        "baseline": standing.baseline.as_ref().map(|(name, figure)| json!({ "file": name, "value": number(*figure) })),
    })
}

pub(super) fn totals(analysis: &Analysis, totals: &Totals) -> Json {
    let flops = totals.ops.map(|ops| analysis.flops(ops));
    json!({
        "layers": totals.layers,
        "params": totals.params,
        "trainable": totals.trainable,
        "ops": totals.ops.and_then(fits),
        "flops": flops.and_then(fits),
        "gflops": totals.ops.map(|ops| analysis.gflops(ops)),
        "weights_bytes": {
            "fp32": totals.params.checked_mul(4),
            "fp16": totals.params.checked_mul(2),
            "int8": totals.params,
        },
        "activation_peak_bytes": totals.activation_peak_bytes.and_then(fits),
    })
}

/// Converts a count for JSON; none if it overflows 64 bits.
pub(in crate::cli) fn fits(n: u128) -> Option<u64> {
    u64::try_from(n).ok()
}

/// A row that starts at `line`.
pub(super) fn row<'a>(model: &'a Model, line: u32, analysis: &Analysis, modules: &ByName, i: usize) -> Row<'a> {
    let (source, row) = (&model.rows[i], &analysis.rows[i]);
    let from = source.from().map_or(&[][..], |cell| cell.value.as_list().unwrap_or(std::slice::from_ref(&cell.value)));
    Row {
        index: i,
        line,
        section: model.section_of(i).map_or("", |section| section.name),
        from: from.iter().map(arg).collect(),
        repeats: row.repeats,
        module: source.module_name().unwrap_or_default(),
        // Where the row wasn't built, its own arguments are all that is known.
        args: match source.args() {
            Some(args) if row.args.is_empty() && row.module.is_none() => {
                args.items.iter().map(|a| arg(&a.value)).collect()
            }
            _ => row.args.iter().map(|bound| arg(&bound.value)).collect(),
        },
        params: row.params,
        trainable: row.trainable,
        ops: row.ops.and_then(fits),
        flops: row.ops.map(|ops| analysis.flops(ops)).and_then(fits),
        output: row.output.as_ref().map_or(Json::Null, output),
        status: status(row),
        defined_at: source.module_name().and_then(|name| modules.get(name)).map_or(Json::Null, defined_at),
    }
}

/// The modules that rows can name.
pub(super) type ByName = HashMap<String, Arc<ModuleInfo>>;

/// The modules that the rows of an analysis can name.
pub(super) fn modules(analysis: &Analysis) -> ByName {
    analysis.dialect.modules().into_iter().map(|module| (module.name.to_string(), module)).collect()
}

fn defined_at(module: &Arc<ModuleInfo>) -> Json {
    let place = module.place.as_ref();
    place.map_or(Json::Null, |place| json!({ "file": place.file.path, "line": place.file.human(place.span.start).0 }))
}

fn status(row: &RowAnalysis) -> String {
    let rule = match &row.status {
        Status::Fault(fault) => crate::rules::rule_of(fault),
        Status::Incomplete => Some("syntax"),
        _ => None,
    };
    match (rule, row.status.reason()) {
        (Some(rule), _) => format!("error: {rule}"),
        (None, Some(reason)) => format!("unknown: {}", reason.english()),
        (None, None) => "exact".to_owned(),
    }
}

/// A list of dimensions, or a list of such lists; for a head's nested output, its first tensor.
fn output(value: &Value) -> Json {
    match value {
        Value::Tensor(shape) => json!(shape.dims()),
        Value::List(items) if items.iter().all(|item| matches!(item, Value::Tensor(_))) => {
            items.iter().map(output).collect()
        }
        value => value.first_tensor().map_or(Json::Null, |shape| json!(shape.dims())),
    }
}

pub(super) fn arg(value: &Literal) -> Json {
    match value {
        Literal::None => Json::Null,
        Literal::Bool(b) => json!(b),
        Literal::Int(i) => json!(i),
        Literal::Float(f) if f.is_finite() => json!(f),
        Literal::Float(_) | Literal::Other(_) => json!(value.to_string()),
        Literal::Str(s) => json!(s),
        Literal::List(items) | Literal::Tuple(items) => items.iter().map(arg).collect(),
    }
}

fn diagnostic(report: &Report, finding: &Finding) -> Json {
    let d = &finding.diagnostic;
    let fixes: Vec<_> = d
        .fixes
        .iter()
        .map(|fix| {
            let mut edits: Vec<_> = fix.edits.iter().map(|written| edit(report, &report.source, written)).collect();
            for FileEdits { file, edits: in_file } in &fix.files {
                edits.extend(in_file.iter().map(|written| edit(report, file, written)));
            }
            json!({ "title": report.say(&fix.title), "safe": fix.safe, "edits": edits })
        })
        .collect();
    let related: Vec<_> =
        d.related.iter().map(|(location, words)| place(report, location, &report.say(words))).collect();
    json!({
        "rule": d.rule,
        "severity": d.severity.name(),
        "message": report.say(&finding.message()),
        "message_id": d.message.told().id,
        "values": d.message.told().values_json(),
        "help": d.help.as_ref().map(|help| report.say(help)),
        "row": d.row,
        "scales": finding.scales,
        "start": position(&report.source, d.span.start),
        "end": position(&report.source, d.span.end),
        "related": related,
        "fixes": fixes,
    })
}

/// An edit, with its file if that is another one.
fn edit(report: &Report, file: &Arc<SourceFile>, (span, text): &(Span, String)) -> Json {
    let mut said = json!({ "start": position(file, span.start), "end": position(file, span.end), "text": text });
    if !Arc::ptr_eq(file, &report.source) {
        said["file"] = json!(report::name(&file.path));
    }
    said
}

/// A related place, with its file if that is another one.
fn place(report: &Report, Location { file, span }: &Location, words: &str) -> Json {
    let mut said = json!({ "message": words, "start": position(file, span.start), "end": position(file, span.end) });
    if !Arc::ptr_eq(file, &report.source) {
        said["file"] = json!(report::name(&file.path));
    }
    said
}

/// Line and column from 1, columns in characters; the offset in bytes.
fn position(file: &SourceFile, offset: u32) -> Json {
    let (line, column) = file.human(offset);
    json!({ "line": line, "column": column, "offset": offset })
}

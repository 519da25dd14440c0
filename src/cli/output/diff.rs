//! Comparisons of two models: text, Markdown and JSON.

use std::io::{self, Write};

use serde_json::{Value as Json, json};

use super::json;
use super::table::{self, shapes, unit};
use super::{columns, markdown_table, terminal, width_of};
use crate::analysis::Analysis;
use crate::cli::compared::Compared;
use crate::cli::report::at_scale;
use crate::cost::units;
use crate::diff::{CellName, Change, Diff, HeaderChange, RowDiff, RowSide, RowStatus};
use crate::graph::{self, compared::Comparison};
use crate::python::Literal;
use crate::text::{markdown::code, width as columns_of};
use crate::torch::Value;
use crate::weights::{StateDict, Transfer, transfer};
use crate::words::{Language, Message, message};

/// Two models and their differences.
type Pair = (Compared, Compared, Diff);

/// Number of unchanged rows shown before and after a changed one.
const CONTEXT: usize = 1;

/// Prints the names, the differing header entries, the rows and the totals as text.
pub(in crate::cli) fn text(pairs: &[Pair], all: bool, out: &mut impl Write) -> io::Result<()> {
    for (k, pair) in pairs.iter().enumerate() {
        let (a, b, diff) = pair;
        let gap = if k > 0 { "\n" } else { "" };
        if !diff.differs() && !all {
            writeln!(out, "{}", equal(pair))?;
            continue;
        }
        writeln!(out, "{gap}--- {}\n+++ {}\n{}\n", title(a), title(b), circumstances(a))?;
        for change in &diff.header {
            let [was, is] = [&change.a, &change.b].map(|value| header_value(value, a.language));
            writeln!(out, "{}: {was} → {is}", printable(&change.name))?;
        }
        if !diff.header.is_empty() {
            writeln!(out)?;
        }
        let rows = fitting(pair, all);
        if rows.len() > 1 {
            let right = [false, true, true, false, true, true, true, true, false];
            columns(&rows, &right[..rows[0].len()], out)?;
            writeln!(out)?;
        }
        columns(&total_lines(pair), &[false, true, true, true, true], out)?;
        for reason in carried(pair).into_iter().chain(reasons(pair)) {
            writeln!(out, "{reason}")?;
        }
    }
    Ok(())
}

/// Prints the comparison as Markdown: a heading, a list and two tables.
pub(in crate::cli) fn markdown(pairs: &[Pair], all: bool, out: &mut impl Write) -> io::Result<()> {
    for (k, pair) in pairs.iter().enumerate() {
        let (a, b, diff) = pair;
        let gap = if k > 0 { "\n" } else { "" };
        let [was, is] = [a, b].map(|side| title_of(&code(&printable(&side.name)), side));
        writeln!(out, "{gap}### {was} → {is}\n\n{}\n", circumstances(a))?;
        markdown_table(&total_lines(pair), &["---", "---:", "---:", "---:", "---:"], out)?;
        if let Some(carried) = carried(pair) {
            writeln!(out, "\n{carried}")?;
        }
        for reason in reasons(pair) {
            writeln!(out, "\n{}", code(&reason))?;
        }
        if !diff.header.is_empty() {
            writeln!(out)?;
        }
        for change in &diff.header {
            let [was, is] = [&change.a, &change.b].map(|value| code(&header_value(value, a.language)));
            writeln!(out, "- {}: {was} → {is}", code(&printable(&change.name)))?;
        }
        let mut rows = row_lines(pair, all, shapes);
        if rows.len() > 1 {
            for line in &mut rows[1..] {
                // Text from the files goes into code spans; yolint's own words don't.
                for k in [3, 8] {
                    if !line[k].is_empty() && !line[k].starts_with('…') {
                        line[k] = code(&line[k]);
                    }
                }
            }
            writeln!(out)?;
            markdown_table(&rows, &["---", "---:", "---:", "---", "---:", "---:", "---:", "---:", "---"], out)?;
        }
    }
    Ok(())
}

/// JSON, version 1: fields may be added, never renamed.
///
/// `a` and `b` describe the models, each with the `totals` of `table`'s JSON. A figure is `{a, b, delta, percent}`:
/// both values, `b - a`, and that in percent of `a`; null if it isn't known, or `a` is 0.
///
/// * `differs`: whether the models differ
/// * `header`: `{key, a, b}` for each entry that differs; `key` is its path, `scales.n`
/// * `totals`: figures `layers`, `params`, `ops`, `flops`, `weights_bytes.{fp32, fp16, int8}`, `activation_peak_bytes`
/// * `transfer`: how many items `b` keeps of the weights of `a`, of how many, and of how many if rows were moved
/// * `sections`: `{section, rows, params, ops, flops}`, all but the first figures
/// * `rows`: `{status, cells, a, b, params, ops, flops}`: `same`, `changed`, `added` or `removed`; which of `section`,
///   `from`, `repeats`, `module` and `args` differ; the row on either side as `table` has it, null where it isn't there;
///   figures, in which a row that isn't there counts 0
pub(in crate::cli) fn json(pair: &Pair, out: &mut impl Write) -> io::Result<()> {
    json::write_json(&comparison(pair), out)
}

/// Prints several scales as a list under `diffs`.
pub(in crate::cli) fn json_scales(pairs: &[Pair], out: &mut impl Write) -> io::Result<()> {
    let diffs: Vec<Json> = pairs.iter().map(comparison).collect();
    json::write_json(&json!({ "version": json::VERSION, "diffs": diffs }), out)
}

/// `a.yaml and b.yaml at scale n are equal: 181 layers, 2.62M params, 6.67 GFLOPs`
fn equal((a, b, diff): &Pair) -> String {
    let known = |value: Option<u128>, written: &dyn Fn(u128) -> String| value.map_or("?".to_owned(), written);
    let totals = &diff.totals;
    let ops = known(totals.ops.a, &|ops| billions(&a.analysis, ops));
    a.language.say(&message!(
        "are-equal",
        a = title(a),
        b = title(b),
        layers = known(totals.layers.a, &units::grouped),
        params = known(totals.params.a, &|n| units::params(n.try_into().unwrap_or(u64::MAX))),
        ops = format!("{ops} {}", unit(&a.analysis)),
    ))
}

fn title(side: &Compared) -> String {
    title_of(&printable(&side.name), side)
}

fn title_of(name: &str, side: &Compared) -> String {
    side.language.say(&at_scale(name, &printable(&side.analysis.scale)))
}

fn circumstances(side: &Compared) -> String {
    let [height, width] = side.analysis.imgsz;
    side.language.say(&message!("counted-at", height, width, convention = side.analysis.convention))
}

fn header_value(value: &Option<Literal>, language: Language) -> String {
    value.as_ref().map_or_else(|| language.say(&message!("absent")), |value| printable(&value.to_string()))
}

/// Replaces control characters, which a terminal could take for commands.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect()
}

/// The same lines, which give way to a terminal that is narrower: outputs are written shorter, then left out, and then rows are
/// broken behind commas.
fn fitting(pair: &Pair, all: bool) -> Vec<Vec<String>> {
    const ROW: usize = 3;
    const FEWEST: usize = 16;
    let mut rows = row_lines(pair, all, shapes);
    let Some(width) = terminal::width() else { return rows };
    if width_of(&rows) > width {
        rows = row_lines(pair, all, short_shapes);
    }
    if width_of(&rows) > width {
        rows.iter_mut().for_each(|line| _ = line.pop());
    }
    let too_wide = width_of(&rows).saturating_sub(width);
    if too_wide == 0 {
        return rows;
    }
    let widest = rows.iter().map(|line| columns_of(&line[ROW])).max().unwrap_or(0);
    let left = widest.saturating_sub(too_wide).max(FEWEST);
    let mut broken = Vec::with_capacity(rows.len());
    for mut line in rows {
        let text = terminal::broken(&line[ROW], left);
        let mut parts = text.split('\n').map(str::to_owned);
        line[ROW] = parts.next().unwrap_or_default();
        let empty = vec![String::new(); line.len()];
        broken.push(line);
        broken.extend(parts.map(|part| {
            let mut line = empty.clone();
            line[ROW] = part;
            line
        }));
    }
    broken
}

/// `128×40×40`
fn short_shapes(output: Option<&Value>) -> String {
    let Some(output) = output else { return "?".to_owned() };
    output.shapes().iter().map(units::shape).collect::<Vec<_>>().join(", ")
}

/// How an output is written.
type Written = fn(Option<&Value>) -> String;

/// Returns a heading and a line per shown row: sign, both indices, cells, parameters and operations, each with its
/// difference, and output.
fn row_lines((a, _, diff): &Pair, all: bool, written: Written) -> Vec<Vec<String>> {
    let unit = unit(&a.analysis);
    let heading = [
        "".into(),
        "a".into(),
        "b".into(),
        message!("heading-row"),
        message!("heading-params"),
        "±".into(),
        unit.into(),
        "±".into(),
        message!("heading-output"),
    ];
    let mut lines = vec![heading.map(|name| a.language.say(&name)).to_vec()];
    let shown = rows_to_show(&diff.rows, all);
    let mut passed = 0;
    let told = |passed: usize| {
        let mut line = vec![String::new(); 9];
        line[3] = a.language.say(&message!("rows-unchanged", count = passed));
        line
    };
    for (row, shown) in diff.rows.iter().zip(shown) {
        if !shown {
            passed += 1;
            continue;
        }
        if passed > 0 {
            lines.push(told(std::mem::take(&mut passed)));
        }
        lines.push(row_line(row, a, written));
    }
    if passed > 0 && lines.len() > 1 {
        lines.push(told(passed));
    }
    lines
}

/// Returns which rows are shown: those that differ, and their neighbours.
fn rows_to_show(rows: &[RowDiff], all: bool) -> Vec<bool> {
    let mut shown = vec![all; rows.len()];
    for (i, _) in rows.iter().enumerate().filter(|(_, row)| row.status != RowStatus::Same) {
        let last = (i + CONTEXT).min(rows.len() - 1);
        shown[i.saturating_sub(CONTEXT)..=last].fill(true);
    }
    shown
}

fn row_line(row: &RowDiff, side: &Compared, written: Written) -> Vec<String> {
    let analysis = &side.analysis;
    let index = |side: &Option<RowSide>| side.as_ref().map(|side| side.index.to_string()).unwrap_or_default();
    // A removed row shows its old figures.
    let value = |change: Change| if row.b.is_some() { change.b } else { change.a };
    let known = |value: Option<String>| value.unwrap_or("?".to_owned());
    let signed = |change: Change, written: &dyn Fn(Change) -> String| {
        if change.differs() { written(change) } else { String::new() }
    };
    vec![
        row.status.sign().to_owned(),
        index(&row.a),
        index(&row.b),
        printable(&cells(row)),
        known(value(row.params).map(units::grouped)),
        signed(row.params, &|change| delta(change)),
        known(value(row.ops).map(|ops| billions(analysis, ops))),
        signed(row.ops, &|change| delta_billions(analysis, change)),
        printable(&output(row, side.language, written)),
    ]
}

/// `[-1, 1, Conv → SCDown, [512, 3, 2]]`
fn cells(row: &RowDiff) -> String {
    let cell = |name: CellName, cell: fn(&RowSide) -> &str| match (&row.a, &row.b) {
        (Some(a), Some(b)) if row.cells.contains(&name) => format!("{} → {}", cell(a), cell(b)),
        (Some(side), None) | (_, Some(side)) => cell(side).to_owned(),
        (None, None) => String::new(),
    };
    let moved = match (&row.a, &row.b) {
        (Some(a), Some(b)) if row.cells.contains(&CellName::Section) => format!("{} → {}: ", a.section, b.section),
        _ => String::new(),
    };
    format!(
        "{moved}[{}, {}, {}, {}]",
        cell(CellName::From, |side| &side.from),
        cell(CellName::Repeats, |side| &side.repeats),
        cell(CellName::Module, |side| &side.module),
        cell(CellName::Args, |side| &side.args),
    )
}

/// `[1, 64, 80, 80] → [1, 128, 80, 80]`; if one isn't known, the reason.
fn output(row: &RowDiff, language: Language, written: Written) -> String {
    let shape = |side: &RowSide| written(side.output.as_ref());
    let why = |name: &str, side: &RowSide| {
        side.why.as_ref().map(|why| format!(" ({name}{})", language.say(why))).unwrap_or_default()
    };
    match (&row.a, &row.b) {
        (Some(a), Some(b)) if a.output != b.output || a.why != b.why => {
            format!("{}{} → {}{}", shape(a), why("a: ", a), shape(b), why("b: ", b))
        }
        (Some(side), None) | (_, Some(side)) => shape(side) + &why("", side),
        (None, None) => String::new(),
    }
}

/// Prints a page with two pictures side by side, the totals above them and the rows between them.
pub(in crate::cli) fn html(pair: &Pair, out: &mut impl Write) -> io::Result<()> {
    let (a, b, diff) = pair;
    let graph = |side: &Compared| {
        graph::graph(&side.name, &side.file, std::slice::from_ref(&side.analysis), 0).in_language(side.language)
    };
    let change = |change: &HeaderChange| {
        let [was, is] = [&change.a, &change.b].map(|value| header_value(value, a.language));
        format!("{}: {was} → {is}", printable(&change.name))
    };
    let notes = std::iter::once(circumstances(a));
    let page = Comparison {
        titles: [title(a), title(b)],
        graphs: [graph(a), graph(b)],
        notes: notes.chain(diff.header.iter().map(change)).chain(carried(pair)).chain(reasons(pair)).collect(),
        totals: total_lines(pair),
        rows: row_lines(pair, true, shapes),
        diff,
    };
    out.write_all(page.html(a.language).as_bytes())
}

/// Returns a heading and a line per total: name, both values, the difference, and that in percent.
fn total_lines((a, _, diff): &Pair) -> Vec<Vec<String>> {
    let (analysis, totals) = (&a.analysis, &diff.totals);
    let unit = unit(analysis);
    let mut lines = vec![["", "a", "b", "±", "±%"].map(str::to_owned).to_vec()];
    let mut line = |name: String, change: Change, written: &dyn Fn(u128) -> String, delta: String| {
        let known = |value: Option<u128>| value.map_or("?".to_owned(), written);
        let percent = change.percent().filter(|_| change.differs());
        let percent = percent.map_or(String::new(), |percent| format!("{percent:+.1}%"));
        lines.push(vec![name, known(change.a), known(change.b), delta, percent]);
    };
    let mut count = |name: String, change: Change| line(name, change, &units::grouped, delta(change));
    let say = |message: Message| a.language.say(&message);
    count(say(message!("heading-layers")), totals.layers);
    count(say(message!("heading-params")), totals.params);
    let ops = |ops| billions(analysis, ops);
    line(unit.clone(), totals.ops, &ops, delta_billions(analysis, totals.ops));
    for (name, change) in [
        (message!("weights-in", precision = "fp32"), totals.weights(|bytes| bytes.fp32)),
        (message!("weights-in", precision = "fp16"), totals.weights(|bytes| bytes.fp16)),
        (message!("weights-in", precision = "int8"), totals.weights(|bytes| bytes.int8)),
        (message!("heading-activations"), totals.activations),
    ] {
        line(say(name), change, &units::bytes, delta_bytes(change));
    }
    for section in &diff.sections {
        let name = section.name;
        line(say(message!("section-rows", name)), section.rows, &units::grouped, delta(section.rows));
        line(say(message!("section-params", name)), section.params, &units::grouped, delta(section.params));
        line(format!("{name} {unit}"), section.ops, &ops, delta_billions(analysis, section.ops));
    }
    lines
}

fn transferred(a: &Compared, b: &Compared) -> Option<Transfer> {
    let [a, b] = [a, b].map(|side| StateDict::of(&side.analysis));
    Some(transfer(&a?, &b?))
}

/// Says what `b` keeps of the weights of `a`.
fn carried((a, b, _): &Pair) -> Option<String> {
    let transfer = transferred(a, b)?;
    Some(a.language.say(&message!("weights-carried", kept = transfer.transferred, items = transfer.items)))
}

/// Returns why totals aren't known.
fn reasons((a, _, diff): &Pair) -> impl Iterator<Item = String> {
    let sides = ["a", "b"].into_iter().zip(diff.unknown());
    sides.filter_map(|(name, row)| {
        let row = row?;
        let why = printable(&a.language.say(row.why.as_ref()?));
        Some(a.language.say(&message!("unknown-in", name, row = row.index, why)))
    })
}

fn billions(analysis: &Analysis, ops: u128) -> String {
    format!("{:.3}", table::billions(analysis, ops))
}

fn delta(change: Change) -> String {
    signed(change, units::grouped)
}

fn delta_bytes(change: Change) -> String {
    signed(change, units::bytes)
}

fn delta_billions(analysis: &Analysis, change: Change) -> String {
    signed(change, |ops| billions(analysis, ops))
}

/// Formats a difference with its sign; `?` if it isn't known.
fn signed(change: Change, written: impl Fn(u128) -> String) -> String {
    change.signed(written).unwrap_or_else(|| "?".to_owned())
}

fn comparison((a, b, diff): &Pair) -> Json {
    let flops = |change: Change| figure(change.map(|ops| a.analysis.flops(ops)));
    let totals = &diff.totals;
    let header = diff.header.iter().map(|entry| {
        let [was, is] = [&entry.a, &entry.b].map(|value| value.as_ref().map(json::arg));
        json!({ "key": entry.name, "a": was, "b": is })
    });
    let sections = diff.sections.iter().map(|section| {
        json!({
            "section": section.name,
            "rows": figure(section.rows),
            "params": figure(section.params),
            "ops": figure(section.ops),
            "flops": flops(section.ops),
        })
    });
    let [in_a, in_b] = [a, b].map(|side| json::modules(&side.analysis));
    let rows = diff.rows.iter().map(|row| {
        json!({
            "status": row.status.name(),
            "cells": row.cells.iter().map(|cell| cell.name()).collect::<Vec<_>>(),
            "a": row.a.as_ref().map(|side| row_of(a, &in_a, side.index)),
            "b": row.b.as_ref().map(|side| row_of(b, &in_b, side.index)),
            "params": figure(row.params),
            "ops": figure(row.ops),
            "flops": flops(row.ops),
        })
    });
    json!({
        "version": json::VERSION,
        "a": side(a),
        "b": side(b),
        "differs": diff.differs(),
        "header": header.collect::<Vec<_>>(),
        "totals": {
            "layers": figure(totals.layers),
            "params": figure(totals.params),
            "ops": figure(totals.ops),
            "flops": flops(totals.ops),
            "weights_bytes": {
                "fp32": figure(totals.weights(|bytes| bytes.fp32)),
                "fp16": figure(totals.weights(|bytes| bytes.fp16)),
                "int8": figure(totals.weights(|bytes| bytes.int8)),
            },
            "activation_peak_bytes": figure(totals.activations),
        },
        "transfer": transferred(a, b).map(|transfer| {
            json!({ "transferred": transfer.transferred, "items": transfer.items, "mapped": transfer.map.transferred })
        }),
        "sections": sections.collect::<Vec<_>>(),
        "rows": rows.collect::<Vec<_>>(),
    })
}

fn side(side: &Compared) -> Json {
    let analysis = &side.analysis;
    json!({
        "file": side.name,
        "dialect": analysis.dialect.name(),
        "scale": analysis.scale,
        "imgsz": analysis.imgsz,
        "convention": analysis.convention.name(),
        "totals": analysis.totals.as_ref().map(|totals| json::totals(analysis, totals)),
    })
}

fn row_of(side: &Compared, modules: &json::ByName, i: usize) -> Json {
    let line = side.file.source.human(side.file.model.rows[i].span.start).0;
    json!(json::row(&side.file.model, line, &side.analysis, modules, i))
}

fn figure(change: Change) -> Json {
    let delta = change.delta().and_then(|delta| i64::try_from(delta).ok());
    json!({
        "a": change.a.and_then(json::fits),
        "b": change.b.and_then(json::fits),
        "delta": delta,
        "percent": change.percent(),
    })
}

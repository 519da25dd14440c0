//! A table for people: it fits the terminal, names modules as rows do, and shows where the cost is. The only file that names
//! `comfy_table`.

use std::io::{self, Write};

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::table::{args, gflops, summaries, unit};
use super::terminal::{self, cut, is_plain};
use crate::analysis::Analysis;
use crate::cli::report::Report;
use crate::cost::units;
use crate::ide::breakdown::parts;
use crate::text;
use crate::words::{Language, Message, message};

/// Width where there is no terminal, and none is set.
const DEFAULT_WIDTH: usize = 100;
/// Widths of the arguments, widest first; 0 leaves them out.
const ARGS: [usize; 5] = [usize::MAX, 32, 24, 16, 0];
/// Length of the bar of the costliest row.
const BAR: usize = 12;
/// Share of the costliest row above which a row is hot.
const HOT: f64 = 0.5;
/// Share of the costliest row above which a row is warm.
const WARM: f64 = 0.2;

/// Prints the rows of each scale that was checked; of several scales, a table of their totals first. `depth` opens modules.
pub(in crate::cli) fn print(report: &Report, depth: usize, out: &mut impl Write) -> io::Result<()> {
    let analyses = report.analyses.checked();
    let width = terminal::width().unwrap_or(DEFAULT_WIDTH);
    if analyses.len() > 1 {
        writeln!(out, "{}\n", scales(report.language(), analyses))?;
    }
    for analysis in analyses {
        if analyses.len() > 1 {
            writeln!(out, "{}", report.say(&message!("at-scale", scale = analysis.scale)))?;
        }
        let rows = lines(report, analysis, depth);
        for (i, line) in fitting(&rows, report.language(), &unit(analysis), width).lines().enumerate() {
            let heat = i.checked_sub(1).and_then(|i| rows.get(i)).and_then(|row| row.heat);
            writeln!(out, "{}", coloured(line, heat))?;
        }
        let summaries = summaries(report, analysis);
        let lines: Vec<String> = summaries.lines().map(|line| terminal::broken(line, width)).collect();
        writeln!(out, "{}\n", lines.join("\n"))?;
    }
    Ok(())
}

/// A row of the table.
struct Line {
    cells: [String; 6],
    params: String,
    cost: String,
    /// Share of the model's operations.
    share: Option<f64>,
    /// Cost relative to the costliest row.
    heat: Option<f64>,
}

fn lines(report: &Report, analysis: &Analysis, depth: usize) -> Vec<Line> {
    let most = analysis.rows.iter().filter_map(|row| row.ops).max().filter(|most| *most > 0);
    let all = analysis.totals.as_ref().and_then(|totals| totals.ops).filter(|all| *all > 0);
    let ratio = |ops: Option<u128>, of: Option<u128>| Some(ops? as f64 / of? as f64);
    let cost = |ops: Option<u128>| gflops(analysis, ops).unwrap_or("?".to_owned());
    let mut lines = Vec::new();
    for (i, row) in analysis.rows.iter().enumerate() {
        let source = &report.model.rows[i];
        let args = args(report, i, row);
        let args = args.strip_prefix('[').and_then(|args| args.strip_suffix(']')).unwrap_or(&args);
        let output = row.output.as_ref().map(|output| output.shapes().iter().map(units::shape).collect::<Vec<_>>());
        lines.push(Line {
            cells: [
                i.to_string(),
                source.from().map(|cell| cell.value.to_string()).unwrap_or_default(),
                row.repeats.to_string(),
                source.module_name().unwrap_or_default().to_owned(),
                args.to_owned(),
                output.map_or("?".to_owned(), |shapes| shapes.join(", ")),
            ],
            params: row.params.map_or("?".to_owned(), |n| units::grouped(n.into())),
            cost: cost(row.ops),
            share: ratio(row.ops, all),
            heat: ratio(row.ops, most),
        });
        for part in parts(analysis, i, depth) {
            let label = format!("{:1$}{2}", "", 2 * part.depth, part.label);
            lines.push(Line {
                cells: [String::new(), String::new(), String::new(), label, String::new(), String::new()],
                params: units::grouped(part.params.into()),
                cost: cost(part.ops),
                share: ratio(part.ops, all),
                heat: None,
            });
        }
    }
    lines
}

/// The widest table that fits: the bars go first, then the arguments get shorter, then shares go.
fn fitting(rows: &[Line], language: Language, unit: &str, width: usize) -> String {
    let mut table = String::new();
    for (args, bars, shares) in
        [(ARGS[0], true, true)].into_iter().chain(ARGS.map(|args| (args, false, true))).chain([(0, false, false)])
    {
        table = drawn(rows, language, unit, args, bars, shares);
        if table.lines().all(|line| text::width(line) <= width) {
            break;
        }
    }
    table
}

fn drawn(rows: &[Line], language: Language, unit: &str, args: usize, bars: bool, shares: bool) -> String {
    let name = |message: Message| (language.say(&message), false);
    let number = |name: &str| (name.to_owned(), true);
    let mut heading = vec![number(""), number("from"), number("n"), name(message!("heading-module"))];
    heading.extend((args > 0).then(|| name(message!("heading-arguments"))));
    heading.push(name(message!("heading-output")));
    heading.extend([number(&language.say(&message!("heading-params"))), number(unit)]);
    heading.extend(shares.then(|| name(message!("heading-share"))));
    let mut table = plain_table();
    table.set_header(heading.iter().map(|(name, _)| name));
    for row in rows {
        let cells = row.cells.iter().enumerate().filter(|(k, _)| *k != 4 || args > 0);
        let mut cells: Vec<String> =
            cells.map(|(k, cell)| if k == 4 { cut(cell, args) } else { cell.clone() }).collect();
        cells.extend([row.params.clone(), row.cost.clone()]);
        if shares {
            let share = row.share.map(|share| format!("{:>4.1}%", share * 100.0)).unwrap_or_default();
            let bar = row.heat.filter(|_| bars).map(bar).unwrap_or_default();
            cells.push(if bar.is_empty() { share } else { format!("{share} {bar}") });
        }
        table.add_row(cells);
    }
    for (k, (_, is_number)) in heading.iter().enumerate() {
        if let Some(column) = table.column_mut(k).filter(|_| *is_number) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    trimmed(&table)
}

fn scales(language: Language, analyses: &[Analysis]) -> String {
    let mut table = plain_table();
    let unit = analyses.first().map(unit).unwrap_or_default();
    let name = |message: Message| language.say(&message);
    table.set_header([
        name(message!("heading-scale")),
        name(message!("heading-layers")),
        name(message!("heading-params")),
        unit,
        name(message!("heading-weights")),
    ]);
    for analysis in analyses {
        let totals = analysis.totals.as_ref();
        let known = |value: Option<String>| value.unwrap_or("?".to_owned());
        table.add_row([
            analysis.scale.clone(),
            known(totals.map(|totals| units::grouped(totals.layers as u128))),
            known(totals.map(|totals| units::grouped(totals.params.into()))),
            known(totals.and_then(|totals| gflops(analysis, totals.ops))),
            known(totals.map(|totals| units::bytes(u128::from(totals.params) * 2))),
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    trimmed(&table)
}

fn plain_table() -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table
}

fn trimmed(table: &Table) -> String {
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// A bar of eighths of characters.
fn bar(heat: f64) -> String {
    let eighths = (heat * (BAR * 8) as f64).round() as usize;
    let part = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8];
    "█".repeat(eighths / 8) + part
}

/// Colours a line by its cost: red and yellow for the costliest, grey for free ones.
fn coloured(line: &str, heat: Option<f64>) -> String {
    let code = match heat {
        _ if is_plain() => return line.to_owned(),
        Some(heat) if heat >= HOT => "31",
        Some(heat) if heat >= WARM => "33",
        Some(0.0) => "2",
        _ => return line.to_owned(),
    };
    format!("\x1b[{code}m{line}\x1b[0m")
}

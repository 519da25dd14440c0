//! The changes that are tried.

use super::{Kind, Move};
use crate::analysis::Analysis;
use crate::heads::{self, HeadEdit};
use crate::model::{Cell, Model, ReadFile, Source};
use crate::python::Literal;
use crate::text::{Span, difference};
use crate::words::{Message, message};

/// Factors on widths and channels.
const FACTORS: [f64; 8] = [0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6, 0.5];

/// Factors on depths.
const DEPTHS: [f64; 4] = [0.75, 0.67, 0.5, 0.34];

/// Caps on channels.
const CAPS: [i64; 5] = [768, 512, 384, 256, 192];

/// Arguments below this aren't numbers of channels.
const LEAST_CHANNELS: i64 = 16;

/// A module that can stand in the place of others: their names, its name, and how many arguments it takes from them.
const LIGHTER: [(&[&str], &str, usize); 5] = [
    (&["Conv"], "SCDown", 3),
    (&["Conv"], "GhostConv", 3),
    (&["C2f", "C3k2", "C3", "C2", "C2fCIB", "C2fPSA", "C3k"], "C3Ghost", 1),
    (&["C2f", "C2", "C3"], "C3k2", 1),
    (&["RepNCSPELAN4"], "C3Ghost", 1),
];

/// All changes that may make a model lighter, at the scale that was analysed.
pub fn moves(file: &ReadFile, analysis: &Analysis) -> Vec<Move> {
    let mut moves = Vec::new();
    scales(&file.model, analysis, &mut moves);
    repeats(&file.model, analysis, &mut moves);
    lighter(file, &mut moves);
    channels(file, analysis, &mut moves);
    levels(file, analysis, &mut moves);
    sizes(&file.model, analysis, &mut moves);
    moves
}

fn of(kind: Kind, title: Message, edits: Vec<(Span, String)>) -> Move {
    Move { kind, title, edits, imgsz: None }
}

/// Width, depth and cap of the scale; or the keys that stand for them where there are no scales.
fn scales(model: &Model, analysis: &Analysis, moves: &mut Vec<Move>) {
    let entry = model.scales().filter(|(letter, ..)| *letter == analysis.scale).last();
    let cells: [Option<&Cell>; 3] = match entry {
        Some((.., cell)) => [0, 1, 2].map(|k| cell.items.get(k)),
        None => ["depth_multiple", "width_multiple", "max_channels"].map(|name| model.key(name).map(|key| &key.value)),
    };
    let number = |cell: &Cell| cell.value.as_float().filter(|n| *n > 0.0);
    if let Some((cell, width)) = cells[1].and_then(|cell| Some((cell, number(cell)?))) {
        for factor in FACTORS {
            let text = rounded(width * factor);
            let title = message!("step-width", was = cell.value.to_string(), is = text);
            moves.push(of(Kind::Width, title, vec![(cell.span, text)]));
        }
    }
    if let Some((cell, depth)) = cells[0].and_then(|cell| Some((cell, number(cell)?))) {
        for factor in DEPTHS {
            let text = rounded(depth * factor);
            let title = message!("step-depth", was = cell.value.to_string(), is = text);
            moves.push(of(Kind::Depth, title, vec![(cell.span, text)]));
        }
    }
    if let Some((cell, cap)) = cells[2].and_then(|cell| Some((cell, cell.value.as_int()?))) {
        for new in CAPS.into_iter().filter(|new| *new < cap) {
            moves.push(of(Kind::Cap, message!("step-cap", was = cap, is = new), vec![(cell.span, new.to_string())]));
        }
    }
}

fn rounded(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0');
    if text.ends_with('.') { format!("{text}0") } else { text.to_owned() }
}

fn repeats(model: &Model, analysis: &Analysis, moves: &mut Vec<Move>) {
    let mut all = Vec::new();
    for (i, row) in model.rows.iter().enumerate() {
        let Some(cell) = row.repeats().filter(|_| analysis.rows[i].repeats > 1) else { continue };
        let Some(written) = cell.value.as_int().filter(|n| *n > 1) else { continue };
        let new = (written + 1) / 2;
        let edit = (cell.span, new.to_string());
        let name = row.module_name().unwrap_or_default();
        let title = message!("step-repeats", row = i, was = written, is = new, module = name);
        moves.push(of(Kind::Repeats, title, vec![edit.clone()]));
        all.push(edit);
    }
    if all.len() > 1 {
        moves.push(of(Kind::Repeats, message!("step-all-repeats", rows = all.len()), all));
    }
}

/// Modules that stand in the place of others: in one row, and in all such rows of a section.
fn lighter(file: &ReadFile, moves: &mut Vec<Move>) {
    let model = &file.model;
    for (names, new, taken) in LIGHTER {
        for section in &model.sections {
            let mut all = Vec::new();
            let mut last = String::new();
            for i in section.rows.clone() {
                let row = &model.rows[i];
                let Some(name) = row.module_name().filter(|name| names.contains(name)) else { continue };
                let is_first = i == 0;
                let Some(edits) = replaced(file, i, new, taken).filter(|_| !is_first) else { continue };
                moves.push(of(Kind::Lighter, message!("step-module", row = i, was = name, is = new), edits.clone()));
                last = name.to_owned();
                all.extend(edits);
            }
            if all.len() > 2 {
                let title = message!("step-modules", section = section.name, was = last, is = new);
                moves.push(of(Kind::Lighter, title, all));
            }
        }
    }
}

/// The edits after which a row has another module, with the first arguments of its own.
fn replaced(file: &ReadFile, i: usize, new: &str, taken: usize) -> Option<Vec<(Span, String)>> {
    let row = &file.model.rows[i];
    let (module, args) = (row.module()?, row.args()?);
    let given: Vec<&str> = args.items.iter().map(|item| item.span.text(file.text())).collect();
    if given.len() < taken || !args.span.text(file.text()).starts_with('[') || taken == 3 && given.len() > 3 {
        return None;
    }
    // A convolution with a kernel and a stride: what has neither isn't made lighter by these.
    let is_strided = || args.items[1].value.as_int().is_some_and(|k| k >= 3);
    if taken == 3 && !(is_strided() && (new != "SCDown" || args.items[2].value.as_int() == Some(2))) {
        return None;
    }
    let mut edits = vec![(module.span, new.to_owned())];
    if given.len() != taken {
        edits.push((args.span, format!("[{}]", given[..taken].join(", "))));
    }
    Some(edits)
}

/// Fewer channels: in the rows before the head, in the row of its largest map, and where there are no scales, everywhere.
fn channels(file: &ReadFile, analysis: &Analysis, moves: &mut Vec<Move>) {
    let model = &file.model;
    let Some(last) = model.rows.len().checked_sub(1) else { return };
    let narrower = |i: usize, factor: f64| narrower(model, analysis, i, factor);
    let head = model.sections.iter().find(|section| section.name == "head").map(|section| section.rows.clone());
    let has_factors = model.scales().next().is_some() || model.key("width_multiple").is_some();
    for factor in FACTORS {
        let percent = (factor * 100.0).round() as i64;
        let rows = head.clone().unwrap_or_default().filter(|&i| i < last);
        let edits: Vec<(Span, String)> = rows.flat_map(|i| narrower(i, factor)).collect();
        if !edits.is_empty() {
            moves.push(of(Kind::Head, message!("step-head-channels", percent), edits));
        }
        if let Some(Source::Row(first)) =
            analysis.rows[last].from.first().filter(|_| analysis.rows[last].from.len() > 1)
        {
            let edits = narrower(*first, factor);
            if !edits.is_empty() {
                moves.push(of(Kind::FirstLevel, message!("step-first-level", row = first, percent), edits));
            }
        }
        if !has_factors {
            let edits: Vec<(Span, String)> = (0..last).flat_map(|i| narrower(i, factor)).collect();
            if !edits.is_empty() {
                moves.push(of(Kind::Width, message!("step-all-channels", percent), edits));
            }
        }
    }
}

/// The edits after which a row asks for fewer channels.
pub(super) fn narrower(model: &Model, analysis: &Analysis, i: usize, factor: f64) -> Vec<(Span, String)> {
    let Some(args) = model.rows[i].args() else { return Vec::new() };
    let name = model.rows[i].module_name().unwrap_or_default();
    if name.starts_with("nn.") || analysis.rows[i].is_head() {
        return Vec::new();
    }
    let count = |cell: &Cell| match cell.value {
        Literal::Int(n) if n >= LEAST_CHANNELS => Some(((n as f64 * factor / 8.0).round() as i64 * 8).max(8)),
        _ => None,
    };
    let edit = |cell: &Cell| Some((cell.span, count(cell)?.to_string()));
    args.items.iter().filter_map(edit).collect()
}

fn levels(file: &ReadFile, analysis: &Analysis, moves: &mut Vec<Move>) {
    for (edit, title) in [
        (HeadEdit::DropP5, message!("step-without-p5")),
        (HeadEdit::DropP3, message!("step-without-p3")),
        (HeadEdit::OnlyP3, message!("step-only-p3")),
    ] {
        if let Ok(text) = heads::edit(file, analysis, edit) {
            moves.push(of(Kind::Levels, title, vec![difference(file.text(), &text)]));
        }
    }
}

fn sizes(model: &Model, analysis: &Analysis, moves: &mut Vec<Move>) {
    let [height, width] = analysis.imgsz;
    let Some(multiple) = analysis.dialect.image_multiple(model, &analysis.scale, &analysis.dataset) else { return };
    if height != width {
        return;
    }
    for n in (1..=8).map_while(|step| (height / multiple).checked_sub(step).filter(|&n| n > 4)) {
        let side = n * multiple;
        let title = message!("step-images", was = height, is = side);
        moves.push(Move { imgsz: Some([side, side]), ..of(Kind::ImageSize, title, Vec::new()) });
    }
}

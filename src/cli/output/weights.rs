//! What a model keeps of another's weights: text and JSON.

use std::io::{self, Write};

use serde_json::{Value as Json, json};

use super::columns;
use super::json::{VERSION, write_json};
use crate::cli::kept::{How, Kept};
use crate::cli::report::at_scale;
use crate::cost::units;
use crate::weights::RowWeights;
use crate::words::{Message, message};

/// Prints the framework's line, the rows, and what a script could do.
pub(in crate::cli) fn text(reports: &[Kept], out: &mut impl Write) -> io::Result<()> {
    for (k, report) in reports.iter().enumerate() {
        let gap = if k > 0 { "\n" } else { "" };
        let (model, base) = (at_scale(&report.mine.name, &report.mine.analysis.scale), base(report));
        let heading = match report.how {
            None => message!("weights-of", model, base),
            Some(How::Likely) => message!("weights-of-likely", model, base),
            Some(How::InGit) => message!("weights-of-version", model, base),
        };
        let say = |message: Message| report.mine.language.say(&message);
        writeln!(out, "{gap}{}", say(heading))?;
        let transfer = &report.found.transfer;
        writeln!(out, "Transferred {}/{} items from pretrained weights\n", transfer.transferred, transfer.items)?;
        let heading = [
            "".into(),
            message!("heading-module"),
            message!("heading-items"),
            message!("heading-kept"),
            message!("heading-why-not-all"),
        ];
        let mut lines = vec![heading.map(say).to_vec()];
        for (i, row) in with_items(report) {
            lines.push(vec![
                i.to_string(),
                module(report, i).to_owned(),
                row.items.to_string(),
                row.kept.to_string(),
                row.loss.as_ref().map(|loss| say(loss.message())).unwrap_or_default(),
            ]);
        }
        columns(&lines, &[true, false, true, true, false], out)?;
        for note in notes(report) {
            writeln!(out, "\n{}", say(note))?;
        }
    }
    Ok(())
}

/// JSON, version 1: fields may be added, never renamed.
///
/// `transferred` and `items` are the framework's figures. `layer_map` holds pairs of a row of the base and the row here that has
/// its weights, and `mapped` how many items are filled if a script moves rows so.
pub(in crate::cli) fn json(reports: &[Kept], all: bool, out: &mut impl Write) -> io::Result<()> {
    match reports {
        [report] if !all => write_json(&value(report), out),
        reports => {
            let files: Vec<Json> = reports.iter().map(value).collect();
            write_json(&json!({ "version": VERSION, "files": files }), out)
        }
    }
}

fn value(report: &Kept) -> Json {
    let (found, transfer) = (&report.found, &report.found.transfer);
    let rows = with_items(report).map(|(i, row)| {
        json!({
            "index": i,
            "module": module(report, i),
            "items": row.items,
            "kept": row.kept,
            "why": row.loss.as_ref().map(|loss| loss.message().english()),
        })
    });
    let pairs: Vec<[usize; 2]> = transfer.map.rows.iter().map(|(theirs, mine)| [*theirs, *mine]).collect();
    json!({
        "version": VERSION,
        "file": report.mine.name,
        "scale": report.mine.analysis.scale,
        "base": { "name": found.name, "scale": found.scale, "is_guess": report.how.is_some() },
        "transferred": transfer.transferred,
        "items": transfer.items,
        "head_rebuilt": transfer.is_head_rebuilt,
        "rows": rows.collect::<Vec<_>>(),
        "layer_map": pairs,
        "mapped": transfer.map.transferred,
    })
}

fn with_items(report: &Kept) -> impl Iterator<Item = (usize, &RowWeights)> {
    report.found.transfer.rows.iter().enumerate().filter(|(_, row)| row.items > 0)
}

fn module(report: &Kept, i: usize) -> &str {
    report.mine.file.model.rows.get(i).and_then(|row| row.module_name()).unwrap_or_default()
}

fn base(report: &Kept) -> Message {
    at_scale(&report.found.name, &report.found.scale)
}

fn notes(report: &Kept) -> Vec<Message> {
    let transfer = &report.found.transfer;
    let mut notes = Vec::new();
    if transfer.is_head_rebuilt {
        notes.push(message!("note-head-rebuilt"));
    }
    if transfer.is_first_partial {
        notes.push(message!("note-first-partial"));
    }
    if transfer.map.transferred > transfer.transferred {
        let kept = units::grouped(transfer.map.transferred as u128);
        notes.push(message!("note-moved", kept, items = transfer.items, map = transfer.map.to_string()));
    }
    notes
}

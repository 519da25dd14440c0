//! `yolint edit`: edits of whole heads, with all wiring.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::output::unified;
use super::report::of_argument;
use super::{Failure, ModelArgs, Outcome, language, write};
use crate::analysis::analyse;
use crate::check::Scales;
use crate::heads::{self, HeadEdit};
use crate::model::ReadFile;
use crate::words::message;

/// Arguments of `yolint edit`.
#[derive(Args, Debug)]
pub(super) struct EditArgs {
    /// Model YAML file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    model: ModelArgs,
    #[command(flatten)]
    edit: Which,
    /// Change the file itself
    #[arg(long, conflicts_with = "output")]
    write: bool,
    /// Write the edited model to this file, which must not be there yet [default: print the diff]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Args, Clone, Copy, Debug)]
#[group(required = true, multiple = false)]
struct Which {
    /// Add a level of stride 4 to the head, for smaller objects
    #[arg(long)]
    add_p2: bool,
    /// Add a level of stride 64 to backbone and head, for larger objects and images
    #[arg(long)]
    add_p6: bool,
    /// Drop the head's level of stride 32
    #[arg(long)]
    drop_p5: bool,
    /// Drop the head's level of stride 8, and the rows that only it needs
    #[arg(long)]
    drop_p3: bool,
    /// Keep only the head's level of stride 8
    #[arg(long)]
    only_p3: bool,
}

impl Which {
    fn edit(self) -> HeadEdit {
        match self {
            Which { add_p2: true, .. } => HeadEdit::AddP2,
            Which { add_p6: true, .. } => HeadEdit::AddP6,
            Which { drop_p5: true, .. } => HeadEdit::DropP5,
            Which { drop_p3: true, .. } => HeadEdit::DropP3,
            _ => HeadEdit::OnlyP3,
        }
    }
}

/// Edits a head.
pub(super) fn run(args: &EditArgs, out: &mut impl Write) -> Result<Outcome, Failure> {
    let report = of_argument(&args.file, &args.model, Scales::Active)?;
    let name = report.name();
    let before = &report.analyses.checked()[0];
    let text = heads::edit(&report, before, args.edit.edit())
        .map_err(|why| report.say(&message!("cant-be-edited", name, why)))?;
    let read = ReadFile::new(&*text);
    let after = analyse(&read.model, &before.scale, &before.options());
    let figures = |analysis: &crate::analysis::Analysis| {
        let totals = analysis.totals.as_ref();
        let params = totals.map_or("?".to_owned(), |totals| crate::cost::units::params(totals.params));
        let ops = totals.and_then(|totals| totals.ops).map(|ops| analysis.convention.format_ops(ops));
        message!("costs", params, ops = ops.unwrap_or("?".to_owned()))
    };
    let (edit, was, is) = (args.edit.edit().title(), figures(before), figures(&after));
    let done = match before.scale.as_str() {
        "" => message!("edited", edit, was, is),
        scale => message!("edited-at-scale", edit, was, is, scale),
    };
    language::warn(report.say(&done));
    match &args.output {
        Some(path) => write::create(path, &text)?,
        None if args.write => {
            let path = &report.source.path;
            write::replace(path, &text).map_err(|error| language::cant_be_written(path, &error))?;
        }
        None => unified::print(&name, report.text(), &text, out)?,
    }
    Ok(Outcome::Clean)
}

//! Shared by rules on how a framework's own source takes the classes that rows name.

use super::trial::Trial;
use super::{File, Fix};
use crate::analysis::{Analysis, RowAnalysis};
use crate::dialect::{Parameter, ParseModel, PythonClass, RowFault, SourceDialect};
use crate::text::{FileEdits, Location};

/// The rules on classes that aren't registered as they should be.
pub(super) const RULES: [&str; 4] =
    ["channels-not-taken", "module-not-imported", "module-not-scaled", "repeats-not-taken"];

/// A row whose module is a class of the framework's source.
pub(super) struct Registered<'a> {
    pub(super) source: &'a SourceDialect,
    pub(super) row: &'a RowAnalysis,
    pub(super) class: &'a PythonClass,
    /// Its name in `parse_model`, without that of a module before it.
    pub(super) name: &'a str,
    pub(super) parse: ParseModel,
}

impl<'a> Registered<'a> {
    pub(super) fn of(file: &'a File<'_>, analysis: &'a Analysis, i: usize) -> Option<Registered<'a>> {
        let source = analysis.dialect.source()?;
        let row = analysis.rows.get(i)?;
        let class = row.written.class.as_ref()?;
        let name = file.model.rows[i].module_name()?;
        let name = name.rsplit('.').next().unwrap_or(name);
        Some(Registered { source, row, class, name, parse: source.parse_model()? })
    }

    /// The call that was made: `EMA(64, 32)`.
    pub(super) fn call(&self) -> String {
        let args: Vec<String> = self.row.args.iter().map(|arg| arg.value.to_string()).collect();
        format!("{}({})", self.name, args.join(", "))
    }
}

/// The first line of what a fault says.
pub(super) fn reason(fault: &RowFault) -> &str {
    fault.fault.message.lines().next().unwrap_or_default()
}

/// A file as messages name it: `tasks.py`.
pub(super) fn file_name(place: &Location) -> String {
    place.file.name().into_owned()
}

/// A place as messages name it: `tasks.py:120`.
pub(super) fn place_name(place: &Location) -> String {
    format!("{}:{}", place.file.name(), place.file.human(place.span.start).0)
}

/// Whether a constructor begins with the channels of the input and of the output, neither of which has a default.
pub(super) fn takes_channels(class: &PythonClass) -> bool {
    let parameters = class.positional().unwrap_or_default();
    match parameters.as_slice() {
        [first, second, ..] => [first, second].iter().all(|p| p.default.is_none() && is_channels(&p.name)),
        _ => false,
    }
}

/// Whether a constructor takes a number of repeats behind the channels.
pub(super) fn takes_repeats(class: &PythonClass) -> bool {
    class.positional().unwrap_or_default().get(2).is_some_and(is_repeats)
}

/// Whether a parameter may be a number of channels, by its name.
pub(super) fn is_channels(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let parts = ["chan", "dim", "plane", "feat", "filter", "width", "out", "inp", "oup", "ouc", "inc", "nin", "nf"];
    let is_short = |name: &str| {
        let rest = name.strip_prefix(['c', 'C']).unwrap_or("?");
        rest.is_empty() || rest.chars().all(|c| c.is_ascii_digit() || c == '_')
    };
    is_short(&name)
        || parts.iter().any(|part| name.contains(part))
        || name.split('_').any(|word| matches!(word, "c" | "ch" | "in" | "out" | "cin" | "cout" | "c1" | "c2"))
        || matches!(name.as_str(), "cin" | "cout" | "in" | "out" | "ch" | "chn")
}

/// Whether a parameter may be a number of repeats, by its name.
fn is_repeats(parameter: &Parameter) -> bool {
    let name = parameter.name.to_ascii_lowercase();
    let parts = ["num", "depth", "repeat", "block", "layer", "number", "stage", "times"];
    matches!(name.as_str(), "n" | "m" | "n_" | "l" | "nb") || parts.iter().any(|part| name.contains(part))
}

/// Whether a parameter is something else than channels or repeats for sure: a kernel, a stride, a share, a switch.
pub(super) fn is_other(parameter: &Parameter) -> bool {
    const OTHERS: [&str; 38] = [
        "k",
        "ks",
        "ksize",
        "kernel",
        "kernel_size",
        "k_size",
        "s",
        "stride",
        "p",
        "pad",
        "padding",
        "g",
        "groups",
        "d",
        "dilation",
        "act",
        "bias",
        "shortcut",
        "e",
        "expansion",
        "expand_ratio",
        "ratio",
        "r",
        "reduction",
        "factor",
        "heads",
        "num_heads",
        "head_dim",
        "drop",
        "dropout",
        "drop_path",
        "attn_ratio",
        "scale",
        "eps",
        "gamma",
        "b",
        "window_size",
        "mode",
    ];
    OTHERS.contains(&parameter.name.to_ascii_lowercase().as_str())
}

/// The edits of several fixes together, those of one file in one place.
pub(super) fn together(edits: impl IntoIterator<Item = FileEdits>) -> Vec<FileEdits> {
    let mut all: Vec<FileEdits> = Vec::new();
    for new in edits {
        match all.iter_mut().find(|known| known.file.path == new.file.path) {
            Some(known) => {
                known.edits.extend(new.edits);
                known.edits.sort();
            }
            None => all.push(new),
        }
    }
    all
}

/// The statements of a branch that passes the channels of the input alone, with all arguments of a row or without the first.
pub(super) const INPUT_ALONE: [[&str; 2]; 2] =
    [["c2 = ch[f]", "args = [c2, *args]"], ["c2 = ch[f]", "args = [c2, *args[1:]]"]];

/// The first of some fixes that repairs a row.
pub(super) fn first_that_mends(
    trial: &Trial<'_>,
    row: usize,
    fixes: impl IntoIterator<Item = (Vec<FileEdits>, String)>,
    accepts: impl Fn(&Analysis) -> bool,
) -> Option<Fix> {
    fixes.into_iter().find_map(|(edits, title)| trial.source(row, edits, title, &accepts))
}

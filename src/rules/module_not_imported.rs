//! `module-not-imported`: a class that is written, but not where `parse_model` looks for names.

use super::registration::{self, file_name, first_that_repairs, place_name, reason};
use super::trial::Trial;
use super::{Diagnostic, File, Fix, channels_misbooked, rule};
use crate::analysis::Analysis;
use crate::dialect::{How, PythonClass, RowFault};
use crate::words::message;

rule! {
    /// The row's class exists, but `parse_model` can't see it.
    ///
    /// ## What it does
    /// Reports a module that the framework beside the file defines as a class, but doesn't import in the file with
    /// `parse_model`. The finding also shows where the class is.
    ///
    /// ## Why is this bad?
    /// `parse_model` looks a module up among the names of its own file. Building the model fails with `KeyError` or
    /// `NameError`. A star import takes only what the `__all__` of the other file lists, if it has one.
    ///
    /// ## Example
    /// ```python models/attention.py
    /// from torch import nn
    ///
    ///
    /// class Gate(nn.Module):
    ///     def __init__(self, channels):
    ///         super().__init__()
    ///         self.conv = nn.Conv2d(channels, channels, 1)
    ///
    ///     def forward(self, x):
    ///         return x * self.conv(x).sigmoid()
    /// ```
    ///
    /// ```python models/common.py
    /// from torch import nn
    /// ```
    ///
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, nn.Conv2d, [3, 16, 3]]
    /// head:
    ///   - [-1, 1, Gate, [16]]
    /// ```
    ///
    /// ## Use instead
    /// Import it beside the others: `from models.attention import Gate`.
    ///
    /// ## Fix safety
    /// The fix adds the import. Where the row needs it, it also adds the class to the modules whose channels are
    /// scaled, or a branch of its own. It is offered if the row can then be built and run and no other row gets worse.
    /// It isn't safe: it also changes how the framework reads other model files.
    "module-not-imported", Error, Fault(check), Fixes(fixes)
}

fn check(_: &File<'_>, _: &Analysis, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found
}

/// Whether the name of a row's module is none in the file with `parse_model`, which went on with it all the same.
pub(super) fn is_unseen(file: &File<'_>, analysis: &Analysis, i: usize) -> bool {
    let Some(source) = analysis.dialect.source().filter(|_| analysis.rows[i].noted.class.is_none()) else {
        return false;
    };
    file.model.rows[i].module_name().is_some_and(|name| source.bound(name).is_empty())
}

pub(super) fn finding(file: &File<'_>, analysis: &Analysis, i: usize, fault: &RowFault) -> Option<Diagnostic> {
    let source = analysis.dialect.source()?;
    let cell = file.model.rows[i].module()?;
    let name = file.model.rows[i].module_name()?;
    let classes = source.classes_called(name);
    let first = classes.first()?.location();
    let entry = file.parse_model().map(|parse| parse.location());
    let (place, reason) = (place_name(&first), reason(fault));
    let message = match entry.as_ref().map(file_name) {
        Some(file) => message!("module-not-imported", name, place, file, reason),
        None => message!("module-not-imported-there", name, place, reason),
    };
    let mut found = RULE.at(cell.span, message);
    for class in &classes {
        found = found.related(class.location(), message!("the-class"));
    }
    Some(match entry {
        Some(entry) => found.related(entry, message!("looks-names-up")),
        None => found,
    })
}

fn fixes(trial: &Trial<'_>, row: usize) -> Vec<Fix> {
    let Some(source) = trial.analysis.dialect.source() else { return Vec::new() };
    let Some(name) = trial.file.model.rows[row].module_name() else { return Vec::new() };
    let classes = source.classes_called(name);
    let Some(parse) = trial.file.parse_model() else { return Vec::new() };
    let file = file_name(&parse.location());
    let title = |how: How| match how {
        How::Plain => message!("import-in", name, file),
        How::Scaled { repeats: false } => message!("import-in-scaled", name, file),
        How::Scaled { repeats: true } => message!("import-in-repeated", name, file),
        How::Input { .. } | How::Booked | How::Several => message!("import-in-branch", name, file),
    };
    let several = registration::reads_several(trial.file, row);
    let of_class = |class: &PythonClass| {
        let mut ways = source.ways_to_import(parse, class, several);
        registration::sort(&mut ways, trial.file, row);
        let ways = ways.into_iter().map(|way| (way.edits, title(way.how)));
        // What a branch books for several inputs is chosen by what the class then returns.
        let is_right = |after: &Analysis| !several || channels_misbooked::misbooked(&after.rows[row]).is_none();
        first_that_repairs(trial, row, ways, is_right)
    };
    classes.iter().take(3).filter_map(of_class).collect()
}

//! Shared by rules on how a framework's own source takes the classes that rows name.

use super::trial::Trial;
use super::{Diagnostic, File, Fix, Severity};
use crate::analysis::{Analysis, RowAnalysis};
use crate::dialect::{How, ParseModel, PythonClass, RowFault, SourceDialect, Way};
use crate::text::{FileEdits, Location};
use crate::words::{Message, Value, message};

/// A row whose module is a class of the framework's source.
pub(super) struct Registered<'a> {
    pub(super) source: &'a SourceDialect,
    pub(super) row: &'a RowAnalysis,
    pub(super) class: &'a PythonClass,
    /// Its name in `parse_model`, without that of a module before it.
    pub(super) name: &'a str,
    pub(super) parse: &'a ParseModel,
}

/// What a rule finds on rows that run, though a parameter of their class takes what was meant for another: warnings beside
/// what was found before.
pub(super) fn of_running_rows(
    file: &File<'_>,
    analysis: &Analysis,
    parameter: usize,
    finding: impl Fn(&File<'_>, usize, &Registered<'_>, Option<&RowFault>) -> Option<Diagnostic>,
    mut found: Vec<Diagnostic>,
) -> Vec<Diagnostic> {
    for (i, row) in analysis.rows.iter().enumerate().filter(|(_, row)| row.output.is_some()) {
        let taking = row.noted.class.as_ref().and_then(|class| class.positional()?.get(parameter).cloned());
        if !taking.is_some_and(|parameter| parameter.is_other()) {
            continue;
        }
        let Some(of) = Registered::of(file, analysis, i) else { continue };
        found.extend(finding(file, i, &of, None).map(|found| found.severity(Severity::Warning).of_row(i)));
    }
    found
}

impl<'a> Registered<'a> {
    pub(super) fn of(file: &'a File<'_>, analysis: &'a Analysis, i: usize) -> Option<Registered<'a>> {
        let source = analysis.dialect.source()?;
        let row = analysis.rows.get(i)?;
        let class = row.noted.class.as_ref()?;
        let name = file.model.rows[i].module_name()?;
        let name = name.rsplit('.').next().unwrap_or(name);
        Some(Registered { source, row, class, name, parse: file.parse_model()? })
    }

    /// The call that was made: `EMA(64, 32)`.
    pub(super) fn call(&self) -> String {
        let args: Vec<String> = self.row.args.iter().map(|arg| arg.value.to_string()).collect();
        format!("{}({})", self.name, args.join(", "))
    }
}

/// Whether a row reads several rows, as it is written.
pub(super) fn reads_several(file: &File<'_>, row: usize) -> bool {
    file.model.rows[row].from().is_some_and(|from| !from.items.is_empty())
}

/// First arguments from this on are hardly meant as anything but channels.
const LEAST_CHANNELS: i64 = 64;

/// Puts ways that pass channels in the place of a row's first argument first, if that is a number of channels.
pub(super) fn sort(ways: &mut [Way], file: &File<'_>, row: usize) {
    let first = file.model.rows[row].args().and_then(|args| args.items.first()?.value.as_int());
    if first.is_some_and(|first| first >= LEAST_CHANNELS) {
        ways.sort_by_key(|way| way.how == How::Input { instead: false });
    }
}

/// What a fault says, of several lines the first.
pub(super) fn reason(fault: &RowFault) -> Message {
    let message = &fault.fault.message;
    match message.values.as_slice() {
        [(_, Value::Text(words))] if message.is_verbatim() => words.lines().next().unwrap_or_default().into(),
        _ => message.clone(),
    }
}

/// A message, and what the fault behind it says.
pub(super) fn with_reason(message: Message, fault: Option<&RowFault>) -> Message {
    match fault {
        Some(fault) => message!("with-reason", message, reason = reason(fault)),
        None => message,
    }
}

/// A file as messages name it: `tasks.py`.
pub(super) fn file_name(place: &Location) -> String {
    place.file.name().into_owned()
}

/// A place as messages name it: `tasks.py:120`.
pub(super) fn place_name(place: &Location) -> String {
    format!("{}:{}", place.file.name(), place.file.human(place.span.start).0)
}

/// The first of some fixes that repairs a row.
pub(super) fn first_that_repairs(
    trial: &Trial<'_>,
    row: usize,
    fixes: impl IntoIterator<Item = (Vec<FileEdits>, Message)>,
    accepts: impl Fn(&Analysis) -> bool,
) -> Option<Fix> {
    fixes.into_iter().find_map(|(edits, title)| trial.source(row, edits, title, &accepts))
}

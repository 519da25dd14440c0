//! Between rows and the Python that they are made of: where a module's class and parameters stand, which rows use the
//! classes of a file, and what its statements do for one row.

use std::path::Path;

use super::ModelFile;
use super::place::{Place, place_at};
use crate::analysis::{self, Analysis, Status};
use crate::cost::{Counter, units};
use crate::dialect::{Branch, Statement, Traced, TracedFile};
use crate::text::markdown::code;
use crate::text::{Location, Span};
use crate::torch::ModuleId;
use crate::words::{Language, Message, comma, message};

/// The definition of a name in a file of Python.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceDefinition {
    /// The name under the cursor.
    pub origin: Span,
    /// Where the class or the parameter stands.
    pub place: Location,
}

/// Returns where the module or the argument at `offset` is defined, if that is in a file.
pub fn definition(file: &ModelFile, offset: u32) -> Option<SourceDefinition> {
    let (place, origin) = place_at(&file.model, offset)?;
    let place = match place {
        Place::Module(i) => file.module_of(i)?.place.clone()?,
        Place::Arg(i, j) => {
            let written = &file.model.rows[i].args()?.items.get(j)?.value;
            if written.as_str().is_some_and(|name| file.model.key(name).is_some()) {
                return None;
            }
            super::arguments::param(file, i, j)?.place?
        }
        _ => return None,
    };
    Some(SourceDefinition { origin, place })
}

/// A class of a file of Python that rows use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedClass {
    /// Where its name stands.
    pub place: Location,
    /// The rows, in order.
    pub rows: Vec<usize>,
    /// `rows 4, 6, 8 of yolo11-faster.yaml · 12.3k–98k params · 0.21 GFLOPs`
    pub title: String,
}

/// Returns the classes of the file at `path` that rows use, in the order of its text.
pub fn used_classes(file: &ModelFile, path: &Path) -> Vec<UsedClass> {
    let mut used: Vec<UsedClass> = Vec::new();
    for i in 0..file.model.rows.len() {
        let Some(place) = file.module_of(i).and_then(|module| module.place.clone()) else { continue };
        if place.file.path != path {
            continue;
        }
        match used.iter_mut().find(|known| known.place == place) {
            Some(known) => known.rows.push(i),
            None => used.push(UsedClass { place, rows: vec![i], title: String::new() }),
        }
    }
    for class in &mut used {
        class.title = title(file, &class.rows);
    }
    used.sort_by_key(|class| class.place.span);
    used
}

fn title(file: &ModelFile, rows: &[usize]) -> String {
    let analysis = file.at_active_scale();
    let of_rows = message!("rows-of", count = rows.len(), rows = comma(rows), file = file.source.name());
    let mut parts = vec![file.say(&of_rows)];
    let params: Option<Vec<u64>> = rows.iter().map(|&i| analysis.rows[i].params).collect();
    if let Some(params) = params
        && let (Some(&least), Some(&most)) = (params.iter().min(), params.iter().max())
    {
        let most_words = units::params(most);
        parts.push(match least == most {
            true => file.say(&message!("amount-params", n = most_words)),
            false => file.say(&message!("amount-params", n = format!("{}–{most_words}", units::params(least)))),
        });
    }
    let ops = rows.iter().try_fold(0u128, |sum, &i| Some(sum.saturating_add(analysis.rows[i].ops?)));
    parts.extend(ops.map(|ops| analysis.convention.format_ops(ops)));
    parts.join(" · ")
}

/// Returns the modules of rows whose class is at `span` of the file at `path`.
pub fn rows_of_class(file: &ModelFile, path: &Path, offset: u32) -> Vec<Span> {
    let classes = used_classes(file, path);
    let Some(class) = classes.iter().find(|class| class.place.span.touches(offset)) else { return Vec::new() };
    class.rows.iter().map(|&i| super::place::focus(&file.model.rows[i])).collect()
}

/// What the framework's source did for a row.
#[derive(Debug)]
pub struct Focus {
    /// The row.
    pub row: usize,
    /// The language in which its lines are labelled.
    pub language: Language,
    analysis: Analysis,
    traced: Traced,
}

/// A label at the end of a line of Python.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineLabel {
    /// The line, from 0.
    pub line: u32,
    /// `[1, 32, 80, 80] · 464 params · 0.098 GFLOPs`
    pub label: String,
}

/// What is wrong with a line of Python.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailingLine {
    /// The line, from 0.
    pub line: u32,
    /// Why.
    pub message: Message,
}

impl Focus {
    /// Runs a file for one of its rows; none if no source is read for it.
    pub fn new(file: &ModelFile, row: usize) -> Option<Focus> {
        let active = file.at_active_scale();
        let (analysis, traced) = analysis::trace(&file.model, &active.scale, &active.options(), row)?;
        (row < analysis.rows.len()).then_some(Focus { row, language: file.language(), analysis, traced })
    }

    /// What `parse_model` did with the row.
    pub(super) fn branch(&self) -> Option<&Branch> {
        self.traced.branch.as_ref()
    }

    /// The run that was noted.
    pub(super) fn analysis(&self) -> &Analysis {
        &self.analysis
    }

    fn file(&self, path: &Path) -> Option<&TracedFile> {
        self.traced.files.iter().find(|traced| Path::new(&*traced.file.path) == path)
    }

    /// Returns what each line of a file made, in the order of the lines.
    pub fn labels(&self, path: &Path) -> Vec<LineLabel> {
        let Some(traced) = self.file(path) else { return Vec::new() };
        let counter = Counter::new(self.analysis.convention, &self.analysis.trace.modules, self.analysis.trace.root);
        let label = |statement: &Statement| {
            let label = self.label(&counter, statement);
            let line = traced.file.source.lines.line(statement.span.end);
            (!label.is_empty()).then_some(LineLabel { line, label })
        };
        traced.statements.iter().filter_map(label).collect()
    }

    fn label(&self, counter: &Counter<'_>, statement: &Statement) -> String {
        let (first, last) = (statement.first.join(", "), statement.last.join(", "));
        let mut parts = Vec::new();
        match (first.is_empty() && last.is_empty(), first == last) {
            (true, _) => {}
            (_, true) => parts.push(first),
            (_, false) => parts.push(format!("{first} … {last}")),
        }
        if statement.rounds > 1 && !parts.is_empty() {
            parts[0].push_str(&format!(" ({}×)", statement.rounds));
        }
        let modules = &self.analysis.trace.modules;
        let params: u64 = statement.modules.iter().map(|&module| modules.walk().count(module).params).sum();
        if params > 0 {
            parts.push(self.language.say(&message!("amount-params", n = units::params(params))));
        }
        let calls =
            statement.calls.iter().flat_map(|calls| self.analysis.trace.calls.get(calls.clone()).unwrap_or_default());
        let ops = calls.map(|call| counter.ops(call).ok()).try_fold(0u128, |sum, ops| Some(sum.saturating_add(ops?)));
        parts.extend(ops.filter(|&ops| ops > 0).map(|ops| self.analysis.convention.format_ops(ops)));
        parts.join(" · ")
    }

    /// Returns the lines of branches that weren't taken, first and last, from 0.
    pub fn dimmed(&self, path: &Path) -> Vec<[u32; 2]> {
        let Some(traced) = self.file(path) else { return Vec::new() };
        let line = |offset| traced.file.source.lines.line(offset);
        traced.dimmed.iter().map(|span| [line(span.start), line(span.end)]).collect()
    }

    /// Returns the line of a file that fails, with the row's message.
    pub fn failing(&self, path: &Path) -> Option<FailingLine> {
        let (place, message) = match &self.analysis.rows[self.row].status {
            Status::Fault(fault) => (fault.place.as_ref()?, fault.fault.message.clone()),
            Status::Unknown(unknown) => (unknown.place.as_ref()?, unknown.reason.clone()),
            _ => return None,
        };
        (place.file.path == path).then(|| FailingLine { line: place.file.lines.line(place.span.start), message })
    }

    /// The line that made a module, as `block.py:12`.
    pub(super) fn made_at(&self, module: ModuleId) -> Option<String> {
        self.traced.files.iter().find_map(|traced| {
            let made = traced.statements.iter().rfind(|statement| statement.modules.contains(&module))?;
            let name = traced.file.path.rsplit(['/', '\\']).next()?;
            Some(format!("{name}:{}", traced.file.line(made.span.start)))
        })
    }
}

/// A link to a place, as `block.py:12`.
pub(super) fn link(place: &Location) -> String {
    let (name, line) = (place.file.name(), place.file.human(place.span.start).0);
    let path = place.file.path.to_string_lossy().replace('\\', "/").replace('%', "%25").replace(' ', "%20");
    let root = if path.starts_with('/') { "" } else { "/" };
    format!("[{name}:{line}](file://{root}{path}#L{line})")
}

/// What `parse_model` did with row `i`, as a sentence.
pub(super) fn treatment(file: &ModelFile, focus: &Focus) -> Option<String> {
    let branch = focus.branch()?;
    let place = link(&branch.place);
    let name = code(file.model.rows[focus.row].module_name()?);
    Some(match &branch.condition {
        Some(condition) => format!("`parse_model` ({place}): {}", code(condition)),
        None => file.say(&message!("no-branch-for", name, place)),
    })
}

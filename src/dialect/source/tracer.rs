//! Notes what the statements of a framework's source do while one row is built and run.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use super::rows::Rows;
use super::yaml;
use crate::bindings;
use crate::dialect::trace::{Branch, Statement, Traced, TracedFile};
use crate::interpret::{Ended, Frame, Machine, Tracer, Value};
use crate::python::file::File;
use crate::python::ir::{Block, Body, Expr, ExprId, Program, Stmt, StmtId, Variable};
use crate::text::{Location, Span};

/// The longest value that is shown.
const MAX_TEXT: usize = 48;

/// Notes the statements for a row.
pub(super) struct RowTracer {
    row: usize,
    rows: Rc<Rows>,
    /// Whether the model is built, and runs.
    runs: Cell<bool>,
    files: RefCell<BTreeMap<Arc<str>, Noted>>,
}

/// The notes on a file.
struct Noted {
    file: Arc<File>,
    statements: HashMap<StmtId, Record>,
}

#[derive(Default)]
struct Record {
    first: Vec<String>,
    last: Vec<String>,
    rounds: usize,
    made: Vec<Value>,
    calls: Vec<Range<usize>>,
}

impl RowTracer {
    pub(super) fn new(row: usize, rows: Rc<Rows>) -> RowTracer {
        RowTracer { row, rows, runs: Cell::new(false), files: RefCell::default() }
    }

    /// The model is built, and will be called.
    pub(super) fn runs(&self) {
        self.runs.set(true);
    }

    /// Returns the notes.
    pub(super) fn traced(&self) -> Traced {
        let files = self.files.take();
        let branch = files.values().find_map(Noted::branch);
        Traced { files: files.into_values().map(Noted::traced).collect(), branch }
    }
}

impl Tracer for RowTracer {
    fn begins(&self, m: &mut Machine, file: &File) -> Option<usize> {
        let is_built = !self.runs.get() && self.rows.current() == Some(self.row);
        let is_run = self.runs.get() && bindings::calling(m) == Some(self.row);
        ((is_built || is_run) && !file.path.starts_with('<')).then(|| bindings::calls_so_far(m))
    }

    fn ends(&self, m: &mut Machine, frame: &Frame, stmt: StmtId, mark: usize, ended: Ended<'_>) {
        if frame.function.is_none() {
            return;
        }
        let file = &frame.code.file;
        let values = match (ended, file.program.stmt(stmt)) {
            (Ended::Returns(value), _) => vec![value.clone()],
            (Ended::Goes, Stmt::Assign { targets, .. }) => {
                let targets = file.program.list(targets).first();
                targets.map_or_else(Vec::new, |&target| stored(m, frame, target))
            }
            (Ended::Goes, Stmt::AugAssign(_, target, _) | Stmt::AnnAssign { target, value: Some(_), .. }) => {
                stored(m, frame, target)
            }
            _ => Vec::new(),
        };
        let texts: Vec<String> = values.iter().filter_map(|value| text(m, value)).collect();
        let calls = mark..bindings::calls_so_far(m);
        let mut files = self.files.borrow_mut();
        let noted =
            files.entry(file.path.clone()).or_insert_with(|| Noted { file: file.clone(), statements: HashMap::new() });
        let record = noted.statements.entry(stmt).or_default();
        if record.rounds == 0 {
            record.first.clone_from(&texts);
        }
        record.last = texts;
        record.rounds += 1;
        record.made.extend(values.into_iter().filter(|value| matches!(value, Value::Instance(_))));
        if !calls.is_empty() && self.runs.get() {
            record.calls.push(calls);
        }
    }
}

impl Noted {
    fn traced(self) -> TracedFile {
        let program = &self.file.program;
        let has_run = |block: Block| block.get(0).is_some_and(|first| self.statements.contains_key(&first));
        let mut dimmed = Vec::new();
        for &stmt in self.statements.keys() {
            let Stmt::If(_, body, orelse) = program.stmt(stmt) else { continue };
            let is_known = has_run(body) || has_run(orelse) || orelse.0.is_empty();
            dimmed.extend([body, orelse].into_iter().filter(|&block| is_known && !has_run(block)).filter_map(
                |block| {
                    let statements: Vec<StmtId> = block.statements().collect();
                    let (first, last) =
                        (program.stmt_span(*statements.first()?), program.stmt_span(*statements.last()?));
                    Some(Span::new(first.start, last.end))
                },
            ));
        }
        dimmed.sort_unstable();
        let statement = |(stmt, record): (StmtId, Record)| Statement {
            span: program.stmt_span(stmt),
            first: record.first,
            last: record.last,
            rounds: record.rounds,
            modules: record.made.iter().filter_map(bindings::module_id).collect(),
            calls: record.calls,
        };
        let mut statements: Vec<Statement> = self.statements.into_iter().map(statement).collect();
        statements.sort_by_key(|statement| statement.span);
        TracedFile { file: self.file.clone(), statements, dimmed }
    }

    /// The branch of `parse_model` that set what the row is made of.
    fn branch(&self) -> Option<Branch> {
        let program = &self.file.program;
        let function = program.functions.iter().find(|function| program.name(function.qualname) == "parse_model")?;
        let Body::Block(body) = function.body else { return None };
        let mut found = None;
        for stmt in body.statements() {
            let Stmt::For { body, .. } = program.stmt(stmt) else { continue };
            for stmt in body.statements() {
                found = self.taken(program, function.slots.as_slice(), stmt).or(found);
            }
        }
        found
    }

    /// The branch of an `if` that was taken, if it sets arguments or channels.
    fn taken(&self, program: &Program, slots: &[crate::python::ir::Name], stmt: StmtId) -> Option<Branch> {
        let Stmt::If(test, body, orelse) = program.stmt(stmt) else { return None };
        let has_run = |block: Block| block.get(0).is_some_and(|first| self.statements.contains_key(&first));
        let is_target = |&target: &ExprId| self.is_target(program, slots, target);
        let sets = |block: Block| {
            block.statements().any(|stmt| match program.stmt(stmt) {
                Stmt::Assign { targets, .. } => program.list(targets).iter().any(is_target),
                _ => false,
            })
        };
        if has_run(body) {
            if !sets(body) {
                return None;
            }
            let line = self
                .file
                .source
                .lines
                .line_span(&self.file.text, self.file.source.lines.line(program.expr_span(test).start));
            let condition = line.text(&self.file.text).trim().to_owned();
            return Some(Branch { place: self.at(line), condition: Some(condition) });
        }
        if !has_run(orelse) {
            return None;
        }
        let first = orelse.get(0)?;
        if orelse.0.len() == 1 && matches!(program.stmt(first), Stmt::If(..)) {
            return self.taken(program, slots, first);
        }
        sets(orelse).then(|| Branch { place: self.at(program.stmt_span(first)), condition: None })
    }

    fn is_target(&self, program: &Program, slots: &[crate::python::ir::Name], target: ExprId) -> bool {
        match program.expr(target) {
            Expr::Variable(Variable::Local(slot)) => {
                slots.get(slot as usize).is_some_and(|name| matches!(program.name(*name), "c2" | "args"))
            }
            Expr::Tuple(items) => program.list(items).iter().any(|&item| self.is_target(program, slots, item)),
            _ => false,
        }
    }

    fn at(&self, span: Span) -> Location {
        Location { file: self.file.source.clone(), span }
    }
}

/// The values that were stored to a target.
fn stored(m: &mut Machine, frame: &Frame, target: ExprId) -> Vec<Value> {
    let program = &frame.code.file.program;
    match program.expr(target) {
        Expr::Tuple(items) | Expr::List(items) => {
            program.list(items).iter().flat_map(|&item| stored(m, frame, item)).collect()
        }
        _ => value(m, frame, target).into_iter().collect(),
    }
}

/// The value of a variable, or of an attribute of one.
fn value(m: &mut Machine, frame: &Frame, target: ExprId) -> Option<Value> {
    match frame.code.file.program.expr(target) {
        Expr::Variable(Variable::Local(slot)) => frame.at_slot(slot),
        Expr::Attribute(object, name) => {
            let object = value(m, frame, object)?;
            m.find_attribute(&object, frame.code.symbols[name.index()]).ok().flatten()
        }
        _ => None,
    }
}

/// A value in short; none of what has no short form.
fn text(m: &mut Machine, value: &Value) -> Option<String> {
    let text = match value {
        Value::Unknown(_) => "?".to_owned(),
        Value::Instance(_) => m.type_name(value).to_string(),
        _ => match bindings::shape_of(value) {
            Some(crate::torch::Value::Tensor(shape)) => shape.to_string(),
            Some(list) => {
                let shapes: Vec<String> = list.shapes().iter().map(|shape| shape.to_string()).collect();
                shapes.join(", ")
            }
            None => match value {
                Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Str(_) | Value::Tuple(_) => {
                    yaml::literal(m, value).to_string()
                }
                Value::List(items)
                    if items.borrow().iter().all(|item| matches!(item, Value::Int(_) | Value::Float(_))) =>
                {
                    yaml::literal(m, value).to_string()
                }
                _ => return None,
            },
        },
    };
    let is_long = text.chars().count() > MAX_TEXT;
    Some(if is_long { text.chars().take(MAX_TEXT - 1).chain(['…']).collect() } else { text })
}

//! The branches of `parse_model` for modules, read from the text of its loop over the rows.

use std::sync::Arc;

use crate::python::file::File;
use crate::python::ir::{
    Argument, Binary, Block, Body, Compare, Const, Expr, ExprId, FunctionId, Program, Stmt, Variable,
};
use crate::text::{Location, SourceFile, Span};

/// The functions by which channels are scaled.
const SCALING: [&str; 2] = ["make_divisible", "round"];

/// A `parse_model` as it is written.
#[derive(Clone, Debug)]
pub struct ParseModel {
    pub(super) file: Arc<File>,
    function: FunctionId,
    pub(super) source: Arc<SourceFile>,
    /// Its branches, in the order in which they are tried.
    branches: Vec<Branch>,
    /// Where the statements for all other modules begin, if there are any.
    pub(super) otherwise: Option<Span>,
}

/// A branch for some modules.
#[derive(Clone, Debug, Default)]
pub struct Branch {
    /// The names that its condition lists, each with its place.
    names: Vec<Name>,
    /// Its condition.
    test: Span,
    /// Whether it calls modules with `c1, c2` in front, of which `c2` is scaled by width.
    is_scaled: bool,
    /// The names of those that also get the number of repeats as their third argument.
    repeats: Option<Vec<Name>>,
}

/// A class that a condition names.
#[derive(Clone, Debug)]
pub(super) struct Name {
    /// Its name, without the module's.
    pub(super) text: String,
    /// Where.
    pub(super) span: Span,
    /// The collection that holds it, if it isn't compared by itself.
    pub(super) list: Option<Span>,
}

impl ParseModel {
    pub(super) fn read(file: Arc<File>) -> Option<ParseModel> {
        let program = &file.program;
        let function = program.body.statements().find_map(|stmt| match program.stmt(stmt) {
            Stmt::Function { function, .. } if program.name(program.function(function).name) == "parse_model" => {
                Some(function)
            }
            _ => None,
        })?;
        let Body::Block(body) = program.function(function).body else { return None };
        let reader = Reader { file: &file, program, function, body };
        let chains = reader.chains(body);
        // The chain with the most branches is the one that tells modules apart; those beside it add to it.
        let main = chains.into_iter().max_by_key(|chain| chain.branches.len()).unwrap_or_default();
        let Chain { branches, otherwise } = main;
        let source = file.source.clone();
        Some(ParseModel { function, source, branches, otherwise, file })
    }

    /// The line with `def parse_model`.
    pub fn location(&self) -> Location {
        self.line_at(self.file.program.function(self.function).span.start)
    }

    /// The branch that takes a module, none if it isn't named by any.
    pub fn branch(&self, module: &str) -> Option<&Branch> {
        self.branches.iter().find(|branch| branch.name(module).is_some())
    }

    /// The first branch whose modules have their channels scaled.
    pub fn scaled(&self) -> Option<&Branch> {
        self.scaled_branches().next()
    }

    pub(super) fn scaled_branches(&self) -> impl Iterator<Item = &Branch> {
        self.branches.iter().filter(|branch| branch.is_scaled)
    }

    /// The line that names a module in a branch.
    pub fn place_of(&self, branch: &Branch, module: &str) -> Location {
        self.line_at(branch.name(module).map_or(branch.test.start, |name| name.span.start))
    }

    /// The line with a branch's condition.
    pub fn place(&self, branch: &Branch) -> Location {
        self.line_at(branch.test.start)
    }

    /// The line of what is done with all other modules.
    pub fn place_otherwise(&self) -> Option<Location> {
        Some(self.line_at(self.otherwise?.start))
    }

    /// Where a module is named among those that get the number of repeats.
    pub fn place_of_repeats(&self, branch: &Branch, module: &str) -> Option<Location> {
        Some(self.line_at(branch.repeats_name(module)?.span.start))
    }

    fn line_at(&self, offset: u32) -> Location {
        let line = self.source.lines.line_span(&self.source.text, self.source.lines.line(offset));
        let indentation = line.text(&self.source.text).len() - line.text(&self.source.text).trim_start().len();
        Location { file: self.source.clone(), span: Span::new(line.start + indentation as u32, line.end) }
    }
}

impl Branch {
    /// Whether it calls modules with `c1, c2` in front, of which `c2` is scaled by width.
    pub fn is_scaled(&self) -> bool {
        self.is_scaled
    }

    /// Whether it passes the number of repeats to a module.
    pub fn passes_repeats(&self, module: &str) -> bool {
        self.repeats_name(module).is_some()
    }

    pub(super) fn names(&self) -> &[Name] {
        &self.names
    }

    /// The modules that it lists.
    pub fn modules(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| name.text.as_str())
    }

    pub(super) fn repeats(&self) -> &[Name] {
        self.repeats.as_deref().unwrap_or_default()
    }

    pub(super) fn name(&self, module: &str) -> Option<&Name> {
        self.names.iter().find(|name| name.text == module)
    }

    pub(super) fn repeats_name(&self, module: &str) -> Option<&Name> {
        self.repeats().iter().find(|name| name.text == module)
    }
}

/// An `if` with its `elif`s.
#[derive(Default)]
struct Chain {
    branches: Vec<Branch>,
    otherwise: Option<Span>,
}

struct Reader<'a> {
    file: &'a File,
    program: &'a Program,
    function: FunctionId,
    body: Block,
}

impl Reader<'_> {
    /// The chains on the module, in all loops of a block.
    fn chains(&self, block: Block) -> Vec<Chain> {
        let mut found = Vec::new();
        for stmt in block.statements() {
            match self.program.stmt(stmt) {
                Stmt::For { body, .. } | Stmt::With { body, .. } => {
                    for stmt in body.statements() {
                        if let Stmt::If(test, body, orelse) = self.program.stmt(stmt) {
                            found.push(self.chain(test, body, orelse));
                        }
                    }
                    found.extend(self.chains(body));
                }
                Stmt::If(_, body, orelse) => {
                    found.extend(self.chains(body));
                    found.extend(self.chains(orelse));
                }
                _ => {}
            }
        }
        found
    }

    fn chain(&self, test: ExprId, body: Block, orelse: Block) -> Chain {
        let mut chain = Chain::default();
        let mut next = Some((test, body, orelse));
        while let Some((test, body, orelse)) = next.take() {
            chain.branches.extend(self.branch(test, body));
            let mut rest = orelse.statements();
            let (first, is_one) = (rest.next(), rest.next().is_none());
            let Some(first) = first else { break };
            match self.program.stmt(first) {
                // `else: if` would be a chain of its own, but nobody writes it.
                Stmt::If(test, body, orelse) if is_one => next = Some((test, body, orelse)),
                _ => chain.otherwise = Some(self.program.stmt_spans[first.index()]),
            }
        }
        chain
    }

    fn branch(&self, test: ExprId, body: Block) -> Option<Branch> {
        let names = self.names(test);
        if names.is_empty() {
            return None;
        }
        let (mut is_scaled, mut scales, mut repeats) = (false, false, None);
        for stmt in body.statements() {
            is_scaled |= self.puts_channels_first(stmt.index());
            scales |= SCALING.iter().any(|name| self.calls_in(stmt.index(), name));
            if let Stmt::If(test, inner, _) = self.program.stmt(stmt)
                && inner.statements().any(|stmt| self.inserts_repeats(stmt.index()))
            {
                repeats.get_or_insert_with(|| self.names(test));
            }
        }
        let test = self.program.expr_span(test);
        Some(Branch { names, test, is_scaled: is_scaled && scales, repeats })
    }

    /// `args = [c1, c2, …]`
    fn puts_channels_first(&self, stmt: usize) -> bool {
        let Stmt::Assign { targets, value } = self.program.stmts[stmt] else { return false };
        let [target] = self.program.list(targets) else { return false };
        let Expr::List(items) = self.program.expr(value) else { return false };
        let [c1, c2, ..] = self.program.list(items) else { return false };
        self.variable(*target) == Some("args")
            && (self.variable(*c1) == Some("c1") || matches!(self.program.expr(*c1), Expr::Subscript(..)))
            && self.variable(*c2) == Some("c2")
    }

    /// `args.insert(2, n)`
    fn inserts_repeats(&self, stmt: usize) -> bool {
        let Stmt::Expr(call) = self.program.stmts[stmt] else { return false };
        let Expr::Call(function, arguments) = self.program.expr(call) else { return false };
        let Expr::Attribute(value, method) = self.program.expr(function) else { return false };
        let [Argument::Positional(at), Argument::Positional(n)] = self.program.arguments[arguments.range()] else {
            return false;
        };
        let is_third = matches!(self.program.expr(at), Expr::Const(id) if *self.program.constant(id) == Const::Int(2));
        is_third
            && self.program.name(method) == "insert"
            && self.variable(value) == Some("args")
            && self.variable(n) == Some("n")
    }

    /// Whether a statement, or one in it, calls a function by name.
    fn calls_in(&self, stmt: usize, name: &str) -> bool {
        let span = self.program.stmt_spans[stmt];
        let exprs = self.program.function(self.function).exprs.range();
        self.program.exprs[exprs.clone()].iter().zip(&self.program.expr_spans[exprs]).any(|(expr, at)| {
            matches!(expr, Expr::Call(function, _) if span.contains_span(*at) && self.variable(*function) == Some(name))
        })
    }

    /// The name of a variable.
    fn variable(&self, expr: ExprId) -> Option<&str> {
        match self.program.expr(expr) {
            Expr::Variable(Variable::Local(slot)) => {
                let slots = &self.program.function(self.function).slots;
                Some(self.program.name(*slots.get(slot as usize)?))
            }
            Expr::Variable(Variable::Global(name) | Variable::Scoped(name, _)) => Some(self.program.name(name)),
            _ => None,
        }
    }

    /// The classes that a condition compares the module with.
    fn names(&self, test: ExprId) -> Vec<Name> {
        match self.program.expr(test) {
            Expr::Or(parts) => self.program.list(parts).iter().flat_map(|part| self.names(*part)).collect(),
            Expr::Compare(left, comparisons) if self.variable(left) == Some("m") => {
                match self.program.comparisons[comparisons.range()] {
                    [(Compare::In, collection)] => self.collected(collection, 4),
                    [(Compare::Is | Compare::Eq, class)] => self.name(class, None).into_iter().collect(),
                    _ => Vec::new(),
                }
            }
            _ => Vec::new(),
        }
    }

    /// The classes in a collection: a display, what `frozenset` makes of one, a union, or a variable that is one.
    fn collected(&self, collection: ExprId, depth: usize) -> Vec<Name> {
        match self.program.expr(collection) {
            Expr::Tuple(items) | Expr::List(items) | Expr::Set(items) => {
                let span = self.program.expr_span(collection);
                self.program.list(items).iter().filter_map(|item| self.name(*item, Some(span))).collect()
            }
            Expr::Binary(Binary::BitOr | Binary::Add, left, right) if depth > 0 => {
                let mut names = self.collected(left, depth - 1);
                names.extend(self.collected(right, depth - 1));
                names
            }
            Expr::Call(function, arguments) if depth > 0 => {
                let is_collection = matches!(self.variable(function), Some("frozenset" | "set" | "list" | "tuple"));
                match self.program.arguments[arguments.range()] {
                    [Argument::Positional(inner)] if is_collection => self.collected(inner, depth - 1),
                    _ => Vec::new(),
                }
            }
            Expr::Variable(_) if depth > 0 => {
                let value = self.variable(collection).and_then(|name| self.assigned(name));
                value.map(|value| self.collected(value, depth - 1)).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    /// The expression that is assigned to a variable, in the function or else at the file's top level.
    fn assigned(&self, name: &str) -> Option<ExprId> {
        [self.body, self.program.body].into_iter().find_map(|block| {
            block.statements().find_map(|stmt| match self.program.stmt(stmt) {
                Stmt::Assign { targets, value } => {
                    let is_it = |target: &ExprId| self.variable(*target) == Some(name);
                    self.program.list(targets).iter().any(is_it).then_some(value)
                }
                Stmt::AnnAssign { target, value, .. } if self.variable(target) == Some(name) => value,
                _ => None,
            })
        })
    }

    fn name(&self, class: ExprId, list: Option<Span>) -> Option<Name> {
        let text = match self.program.expr(class) {
            Expr::Attribute(_, name) => self.program.name(name),
            _ => self.variable(class)?,
        };
        let span = self.program.expr_span(class);
        debug_assert!(span.end as usize <= self.file.text.len());
        Some(Name { text: text.to_owned(), span, list })
    }
}

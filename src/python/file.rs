//! A file of Python as a program that is run lazily: which statements of the top level make a name what it is.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::ir::{
    Block, Body, Expr, ExprId, FunctionId, Name, Pattern, PatternId, Program, Run, Stmt, StmtId, Variable,
};
use super::parse::{MAX_LEN, Parsed, SyntaxError, parse_module};
use crate::text::SourceFile;

/// A parsed file.
#[derive(Debug)]
pub struct File {
    /// Its path, as it is shown.
    pub path: Arc<str>,
    /// Its text.
    pub text: Arc<str>,
    /// Its text with its lines, for places in it.
    pub source: Arc<SourceFile>,
    /// Its program.
    pub program: Program,
    /// Its syntax errors.
    pub errors: Vec<SyntaxError>,
    /// For each name of the top level the statements that bind it or may change its value, in order.
    touching: FxHashMap<Name, Vec<u32>>,
    /// The statements `from … import *`.
    pub stars: Vec<u32>,
    /// The statements that may bind any name: they call `globals()` or `exec`, or hold a star import.
    pub sweeping: Vec<u32>,
    /// The statements that change where imports are looked for.
    pub paths: Vec<u32>,
    /// The names by their text.
    ids: FxHashMap<Box<str>, Name>,
}

impl File {
    /// Parses a text.
    pub fn new(path: &str, text: &str) -> File {
        let Parsed { program, errors } = parse_module(text);
        // Of a text that isn't looked at, nothing is kept either.
        let text = if text.len() > MAX_LEN { "" } else { text };
        File { errors, ..File::of_program(path, text, program) }
    }

    /// A program that was parsed already.
    pub fn of_program(path: &str, text: &str, program: Program) -> File {
        let mut touching: FxHashMap<Name, Vec<u32>> = FxHashMap::default();
        let (mut stars, mut sweeping, mut paths) = (Vec::new(), Vec::new(), Vec::new());
        let reached = reached(&program);
        for (i, stmt) in program.body.statements().enumerate() {
            let mut touched =
                Touched { program: &program, text, names: Vec::new(), sweeps: false, changes_path: false };
            let is_star = matches!(program.stmt(stmt), Stmt::ImportStar { .. });
            touched.stmt(stmt);
            if touched.sweeps && !is_star {
                sweeping.push(i as u32);
            }
            if touched.changes_path {
                paths.push(i as u32);
            }
            let mut names: FxHashSet<Name> = touched.names.iter().copied().collect();
            // What a statement defines doesn't run yet.
            let defined = match program.stmt(stmt) {
                Stmt::Function { target: Variable::Global(name), .. }
                | Stmt::Class { target: Variable::Global(name), .. } => Some(name),
                _ => None,
            };
            let used = touched.names.iter().filter(|n| Some(**n) != defined);
            names.extend(used.filter_map(|n| reached.get(n)).flatten());
            for name in names {
                touching.entry(name).or_default().push(i as u32);
            }
            if is_star {
                stars.push(i as u32);
            }
        }
        let ids = program.names.iter().enumerate().map(|(i, n)| (n.clone(), Name(i as u32))).collect();
        let text: Arc<str> = text.into();
        File {
            path: path.into(),
            source: Arc::new(SourceFile::new(path, text.clone())),
            text,
            program,
            errors: Vec::new(),
            touching,
            stars,
            sweeping,
            paths,
            ids,
        }
    }

    /// The statements of the top level that bind `name` or may change its value, by their index, in order.
    pub fn touching(&self, name: &str) -> &[u32] {
        self.ids.get(name).and_then(|id| self.touching.get(id)).map_or(&[], Vec::as_slice)
    }

    /// The names that the top level binds, apart from those of star imports.
    pub fn bound(&self) -> impl Iterator<Item = &str> {
        self.touching.keys().map(|&name| self.program.name(name))
    }

    /// The line, from 1, of a byte offset.
    pub fn line(&self, offset: u32) -> u32 {
        self.source.lines.line(offset) + 1
    }
}

/// For each function and class of the top level the variables whose values a call may change: those that its body, or
/// that of a function called there, mentions.
fn reached(program: &Program) -> FxHashMap<Name, FxHashSet<Name>> {
    let mut reached: FxHashMap<Name, FxHashSet<Name>> = FxHashMap::default();
    let mut variables: FxHashSet<Name> = FxHashSet::default();
    for stmt in program.body.statements() {
        let (target, exprs) = match program.stmt(stmt) {
            Stmt::Function { target, function, .. } => (target, program.function(function).exprs),
            Stmt::Class { target, class, .. } => (target, program.class(class).exprs),
            Stmt::Assign { targets, .. } => {
                for &target in program.list(targets) {
                    if let Expr::Variable(Variable::Global(name)) = program.expr(target) {
                        variables.insert(name);
                    }
                }
                continue;
            }
            _ => continue,
        };
        let Variable::Global(name) = target else { continue };
        let mentioned = program.exprs[exprs.range()].iter().filter_map(|e| match e {
            Expr::Variable(Variable::Global(name)) => Some(*name),
            _ => None,
        });
        reached.entry(name).or_default().extend(mentioned);
    }
    let defined: FxHashSet<Name> = reached.keys().copied().collect();
    for names in reached.values_mut() {
        names.retain(|n| defined.contains(n) || variables.contains(n));
    }
    loop {
        let before = reached.clone();
        for names in reached.values_mut() {
            let more: Vec<Name> = names.iter().filter_map(|n| before.get(n)).flatten().copied().collect();
            names.extend(more);
        }
        if reached == before {
            break;
        }
    }
    for names in reached.values_mut() {
        names.retain(|n| variables.contains(n));
    }
    reached
}

/// The global names that a statement of the top level binds, and those whose values it may change: by a store to an
/// element or attribute, a call that gets them, a decorator. Bodies of functions don't count, as they don't run here.
struct Touched<'a> {
    program: &'a Program,
    text: &'a str,
    names: Vec<Name>,
    sweeps: bool,
    changes_path: bool,
}

impl Touched<'_> {
    fn bind(&mut self, variable: Variable) {
        // The body of a class looks in itself first, which isn't told apart here.
        if let Variable::Global(name) | Variable::Scoped(name, None) = variable {
            self.names.push(name);
        }
    }

    fn is_named(&self, expr: ExprId, names: &[&str]) -> bool {
        matches!(self.program.expr(expr), Expr::Variable(Variable::Global(name)) if names.contains(&self.program.name(name)))
    }

    /// The name that a statement with a syntax error seems to bind.
    fn unreadable(&self, stmt: StmtId) -> Option<Name> {
        let text = self.program.stmt_span(stmt).text(self.text);
        let words = |line: &'_ str| -> Option<String> {
            let mut words = line.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty());
            let first = words.next()?;
            let keyword = ["class", "def", "async"].contains(&first);
            Some(if keyword { words.find(|w| *w != "def")? } else { first }.to_owned())
        };
        let name = words(text.lines().find(|line| !line.starts_with('@'))?)?;
        self.program.names.iter().position(|n| **n == *name).map(|i| Name(i as u32))
    }

    fn block(&mut self, block: Block) {
        for stmt in block.statements() {
            self.stmt(stmt);
        }
    }

    fn all(&mut self, run: Run) {
        for &expr in self.program.list(run) {
            self.expr(expr);
        }
    }

    fn optional(&mut self, expr: Option<ExprId>) {
        if let Some(expr) = expr {
            self.expr(expr);
        }
    }

    fn stmt(&mut self, stmt: StmtId) {
        match self.program.stmt(stmt) {
            Stmt::Expr(e) => self.expr(e),
            Stmt::Assign { targets, value } => {
                self.all(targets);
                self.expr(value);
            }
            Stmt::AugAssign(_, target, value) => {
                self.expr(target);
                self.expr(value);
            }
            Stmt::AnnAssign { target, value, .. } => {
                if value.is_some() {
                    self.expr(target);
                }
                self.optional(value);
            }
            Stmt::Return(value) => self.optional(value),
            Stmt::Delete(targets) => self.all(targets),
            Stmt::Raise(exception, cause) => {
                self.optional(exception);
                self.optional(cause);
            }
            Stmt::Assert(test, message) => {
                self.expr(test);
                self.optional(message);
            }
            Stmt::If(test, body, orelse) | Stmt::While(test, body, orelse) => {
                self.expr(test);
                self.block(body);
                self.block(orelse);
            }
            Stmt::For { target, iter, body, orelse } => {
                self.expr(target);
                self.expr(iter);
                self.block(body);
                self.block(orelse);
            }
            Stmt::With { manager, target, body } => {
                self.expr(manager);
                self.optional(target);
                self.block(body);
            }
            Stmt::Try { body, handlers, orelse, finally } => {
                self.block(body);
                for handler in &self.program.handlers[handlers.range()] {
                    if let Some(target) = handler.target {
                        self.bind(target);
                    }
                    self.block(handler.body);
                }
                self.block(orelse);
                self.block(finally);
            }
            Stmt::Match(subject, cases) => {
                self.expr(subject);
                for case in &self.program.cases[cases.range()] {
                    self.pattern(case.pattern);
                    self.optional(case.guard);
                    self.block(case.body);
                }
            }
            Stmt::Import { target, .. } | Stmt::ImportFrom { target, .. } => self.bind(target),
            Stmt::Function { decorators, target, .. } => {
                self.bind(target);
                self.all(decorators);
            }
            Stmt::Class { decorators, target, class } => {
                self.bind(target);
                self.all(decorators);
                // A body that runs calls at once may change what it names.
                self.block(self.program.class(class).body);
            }
            Stmt::Unreadable => self.names.extend(self.unreadable(stmt)),
            // Inside of another statement it binds what can't be told without running that.
            Stmt::ImportStar { .. } => self.sweeps = true,
            Stmt::Pass | Stmt::Break | Stmt::Continue => {}
        }
    }

    fn pattern(&mut self, pattern: PatternId) {
        match &self.program.patterns[pattern.index()] {
            Pattern::As(inner, target) => {
                inner.iter().for_each(|&p| self.pattern(p));
                target.iter().for_each(|&t| self.bind(t));
            }
            Pattern::Star(target) => target.iter().for_each(|&t| self.bind(t)),
            Pattern::Sequence(all) | Pattern::Or(all) => all.iter().for_each(|&p| self.pattern(p)),
            Pattern::Mapping(items, rest) => {
                items.iter().for_each(|&(_, p)| self.pattern(p));
                rest.iter().for_each(|&t| self.bind(t));
            }
            Pattern::Class(_, positional, keywords) => {
                positional.iter().for_each(|&p| self.pattern(p));
                keywords.iter().for_each(|&(_, p)| self.pattern(p));
            }
            Pattern::Value(_) | Pattern::Singleton(_) => {}
        }
    }

    fn function(&mut self, function: FunctionId) {
        if let Body::Comprehension { clauses, element, key, .. } = &self.program.function(function).body {
            for clause in clauses {
                self.optional(clause.iter);
                clause.ifs.iter().for_each(|&c| self.expr(c));
            }
            self.expr(*element);
            self.optional(*key);
        }
    }

    fn expr(&mut self, id: ExprId) {
        match self.program.expr(id) {
            Expr::Variable(variable) => self.bind(variable),
            Expr::Attribute(value, name) => {
                self.changes_path |= self.program.name(name) == "path" && self.is_named(value, &["sys"]);
                self.expr(value);
            }
            Expr::Starred(value) | Expr::Unary(_, value) => self.expr(value),
            Expr::Subscript(a, b) | Expr::Binary(_, a, b) | Expr::Named(a, b) => {
                self.expr(a);
                self.expr(b);
            }
            Expr::Call(function, arguments) => {
                self.sweeps |= self.is_named(function, &["globals", "exec", "vars", "locals"]);
                self.expr(function);
                for argument in &self.program.arguments[arguments.range()] {
                    use super::ir::Argument::{DoubleStar, Keyword, Positional, Star};
                    let (Positional(value) | Star(value) | Keyword(_, value) | DoubleStar(value)) = *argument;
                    self.expr(value);
                }
            }
            Expr::Tuple(run) | Expr::List(run) | Expr::Set(run) | Expr::And(run) | Expr::Or(run) => self.all(run),
            Expr::Dict(run) => {
                for &(key, value) in &self.program.pairs[run.range()] {
                    self.optional(key);
                    self.expr(value);
                }
            }
            Expr::Compare(left, rest) => {
                self.expr(left);
                self.program.comparisons[rest.range()].iter().for_each(|&(_, value)| self.expr(value));
            }
            Expr::If { test, body, orelse } => [test, body, orelse].into_iter().for_each(|e| self.expr(e)),
            Expr::Comprehension(function, iterable) => {
                self.expr(iterable);
                self.function(function);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_class_hides_the_one_before() {
        let file = File::new("a.py", "class A:\n    x = 1\nclass A(:\n    x = 2\ny = A\n");
        assert_eq!(file.touching("A"), [0, 1, 2]);
        assert_eq!(
            file.program.stmt(StmtId(1 + file.program.body.statements().next().expect("one").0)),
            Stmt::Unreadable
        );
    }

    #[test]
    fn what_makes_a_name_what_it_is() {
        let text = "import a\nd = {}\nd['x'] = a.f()\ndef f():\n    d['y'] = 1\nclass C:\n    z = d\nd.update(b=2)\n\
                    @d.register\ndef g(): ...\ntry:\n    import e\nexcept ImportError:\n    e = None\nfrom m import *\n";
        let file = File::new("a.py", text);
        assert_eq!(file.touching("d"), [1, 2, 4, 5, 6]);
        assert_eq!(file.touching("a"), [0, 2]);
        assert_eq!(file.touching("e"), [7]);
        assert_eq!(file.touching("g"), [6]);
        assert_eq!(file.touching("unbound"), [0u32; 0]);
        assert_eq!(file.stars, [8]);
    }
}

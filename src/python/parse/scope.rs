//! Which names a block binds, and where a name that is read is found: Python's scoping.

use rustc_hash::{FxHashMap, FxHashSet};

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, Pattern, Stmt};

use super::super::ir::{Name, Variable};
use super::names::Names;

/// What a scope is of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A module: its variables are looked up by name.
    Module,
    /// The text of an `eval` or `exec`: local variables are looked up by name, then global ones.
    Text,
    Class,
    /// A function, lambda or comprehension: its variables have slots.
    Function,
}

/// A scope under construction.
pub(super) struct Scope {
    pub(super) kind: Kind,
    /// The names of the classes and functions around what is defined here: `A.f.<locals>.`.
    pub(super) prefix: String,
    /// The class whose private names are mangled here.
    pub(super) class: Option<String>,
    pub(super) slots: FxHashMap<Name, u32>,
    pub(super) slot_names: Vec<Name>,
    pub(super) cells: Vec<u32>,
    pub(super) free: Vec<(u32, u32)>,
    pub(super) globals: FxHashSet<Name>,
    nonlocals: FxHashSet<Name>,
    pub(super) generator: bool,
}

impl Scope {
    pub(super) fn new(kind: Kind, prefix: String, class: Option<String>) -> Self {
        Scope {
            kind,
            prefix,
            class,
            slots: FxHashMap::default(),
            slot_names: Vec::new(),
            cells: Vec::new(),
            free: Vec::new(),
            globals: FxHashSet::default(),
            nonlocals: FxHashSet::default(),
            generator: false,
        }
    }

    pub(super) fn slot(&mut self, name: Name) -> u32 {
        let next = self.slot_names.len() as u32;
        let slot = *self.slots.entry(name).or_insert(next);
        if slot == next {
            self.slot_names.push(name);
        }
        slot
    }

    /// Gives a parameter the next slot, whether or not there is one of that name already.
    pub(super) fn parameter(&mut self, name: Name) {
        self.slots.insert(name, self.slot_names.len() as u32);
        self.slot_names.push(name);
    }

    /// Gives slots to the names that a function's body binds.
    pub(super) fn bind(&mut self, bound: Bound<'_>, names: &mut Names) {
        let class = self.class.clone();
        let mut intern = |n: &str| names.private(n, class.as_deref());
        self.globals = bound.globals.iter().map(|n| intern(n)).collect();
        self.nonlocals = bound.nonlocals.iter().map(|n| intern(n)).collect();
        self.generator = bound.generator;
        if self.kind == Kind::Function {
            for name in bound.names {
                let name = intern(name);
                if !self.globals.contains(&name) && !self.nonlocals.contains(&name) {
                    self.slot(name);
                }
            }
        }
    }
}

/// Where the innermost of `scopes` finds `name`.
pub(super) fn resolve(scopes: &mut [Scope], name: Name) -> Variable {
    let Some((last, _)) = scopes.split_last_mut() else { return Variable::Global(name) };
    let at = |slot: Option<u32>| slot.map_or(Variable::Global(name), Variable::Local);
    match last.kind {
        Kind::Module => Variable::Global(name),
        Kind::Text => Variable::Scoped(name, None),
        _ if last.globals.contains(&name) => Variable::Global(name),
        Kind::Function => at(slot(scopes, name)),
        Kind::Class if last.nonlocals.contains(&name) => at(slot(scopes, name)),
        Kind::Class => Variable::Scoped(name, slot(scopes, name)),
    }
}

/// The slot of the innermost scope that shares a variable of a function, taken from the enclosing ones if it isn't its own.
fn slot(scopes: &mut [Scope], name: Name) -> Option<u32> {
    let (last, outer) = scopes.split_last_mut()?;
    match last.kind {
        Kind::Module | Kind::Text => return None,
        _ => {
            if let Some(&slot) = last.slots.get(&name) {
                return Some(slot);
            }
            if last.globals.contains(&name) && last.kind == Kind::Function {
                return None;
            }
        }
    }
    let from = slot(outer, name)?;
    let enclosing = outer.last_mut()?;
    if !enclosing.cells.contains(&from) && !enclosing.free.iter().any(|f| f.1 == from) {
        enclosing.cells.push(from);
    }
    let here = last.slot(name);
    last.free.push((from, here));
    Some(here)
}

/// The names that a block binds itself, not those of functions and classes inside.
#[derive(Default)]
pub(super) struct Bound<'a> {
    pub(super) names: Vec<&'a str>,
    globals: Vec<&'a str>,
    nonlocals: Vec<&'a str>,
    generator: bool,
    /// How many comprehensions enclose the present expression: there only `:=` binds.
    inside: u32,
}

impl<'a> Bound<'a> {
    pub(super) fn of(body: &'a [Stmt]) -> Self {
        let mut bound = Bound::default();
        for stmt in body {
            bound.visit_stmt(stmt);
        }
        bound
    }

    /// Of a lambda's body or a part of a comprehension.
    pub(super) fn of_expr(expr: &'a Expr) -> Self {
        let mut bound = Bound::default();
        bound.visit_expr(expr);
        bound
    }

    pub(super) fn target(&mut self, target: &'a Expr) {
        self.visit_expr(target);
    }

    fn optional(&mut self, name: Option<&'a ast::Identifier>) {
        self.names.extend(name.map(ast::Identifier::as_str));
    }

    fn outside(&mut self, parameters: &'a ast::Parameters) {
        for parameter in parameters.iter_non_variadic_params() {
            if let Some(default) = &parameter.default {
                self.visit_expr(default);
            }
        }
    }
}

impl<'a> Visitor<'a> for Bound<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(f) => {
                self.names.push(f.name.as_str());
                for decorator in &f.decorator_list {
                    self.visit_expr(&decorator.expression);
                }
                self.outside(&f.parameters);
                return;
            }
            Stmt::ClassDef(c) => {
                self.names.push(c.name.as_str());
                for decorator in &c.decorator_list {
                    self.visit_expr(&decorator.expression);
                }
                for value in c.arguments.iter().flat_map(|a| a.args.iter()) {
                    self.visit_expr(value);
                }
                return;
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    let first = alias.name.as_str().split('.').next().unwrap_or_default();
                    self.names.push(alias.asname.as_ref().map_or(first, ast::Identifier::as_str));
                }
            }
            Stmt::ImportFrom(import) => {
                let named = import.names.iter().filter(|a| a.name.as_str() != "*");
                self.names.extend(named.map(|a| a.asname.as_ref().unwrap_or(&a.name).as_str()));
            }
            Stmt::Global(global) => self.globals.extend(global.names.iter().map(ast::Identifier::as_str)),
            Stmt::Nonlocal(nonlocal) => self.nonlocals.extend(nonlocal.names.iter().map(ast::Identifier::as_str)),
            Stmt::AnnAssign(assign) => {
                // Annotations of variables aren't evaluated, nor do they bind.
                self.visit_expr(&assign.target);
                if let Some(value) = &assign.value {
                    self.visit_expr(value);
                }
                return;
            }
            _ => {}
        }
        visitor::walk_stmt(self, stmt);
    }

    fn visit_except_handler(&mut self, handler: &'a ast::ExceptHandler) {
        let ast::ExceptHandler::ExceptHandler(h) = handler;
        self.optional(h.name.as_ref());
        visitor::walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        match pattern {
            Pattern::MatchStar(p) => self.optional(p.name.as_ref()),
            Pattern::MatchAs(p) => self.optional(p.name.as_ref()),
            Pattern::MatchMapping(p) => self.optional(p.rest.as_ref()),
            _ => {}
        }
        visitor::walk_pattern(self, pattern);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) if self.inside == 0 && !name.ctx.is_load() => self.names.push(name.id.as_str()),
            Expr::Named(named) => {
                if let Expr::Name(name) = &*named.target {
                    self.names.push(name.id.as_str());
                }
                self.visit_expr(&named.value);
                return;
            }
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &lambda.parameters {
                    self.outside(parameters);
                }
                return;
            }
            Expr::Yield(_) | Expr::YieldFrom(_) => self.generator = true,
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => {
                self.inside += 1;
                visitor::walk_expr(self, expr);
                self.inside -= 1;
                return;
            }
            _ => {}
        }
        visitor::walk_expr(self, expr);
    }
}

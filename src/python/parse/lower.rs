//! The parser's tree to the arena.

use rustc_hash::FxHashMap;

use ruff_python_ast::{self as ast, Expr as Tree, Pattern as PatternTree, Stmt as StmtTree};
use ruff_text_size::Ranged;

use super::super::ir::{
    Argument, Binary, Block, Body, Case, Class, ClassId, Clause, Compare, Comprehension, Const, ConstId, Expr, ExprId,
    Function, FunctionId, Handler, Name, Parameter, Part, Pattern, PatternId, Program, Run, Stmt, Unary, Variable,
};
use super::names::Names;
use super::scope::{Bound, Kind, Scope, resolve};
use super::span;
use crate::text::Span;

/// How deep expressions and blocks may nest; `depth.rs` has refused most of what is deeper.
const MAX_DEPTH: u32 = 400;

/// A program under construction.
pub(super) struct Lowering {
    program: Program,
    names: Names,
    strings: FxHashMap<Box<str>, ConstId>,
    scopes: Vec<Scope>,
    hoisting: Hoisting,
    depth: u32,
}

/// The `yield`s inside the expressions of a statement, which are statements of their own before it: a generator stops
/// between statements only.
#[derive(Default)]
struct Hoisting {
    /// Whether what is lowered now is evaluated whenever the statement runs, and once.
    allowed: bool,
    /// The first expression that the statement evaluates behind those.
    start: usize,
    stmts: Vec<(Stmt, Span)>,
}

impl Lowering {
    pub(super) fn new(by_name: bool) -> Self {
        let kind = if by_name { Kind::Text } else { Kind::Module };
        Lowering {
            program: Program::default(),
            names: Names::default(),
            strings: FxHashMap::default(),
            scopes: vec![Scope::new(kind, String::new(), None)],
            hoisting: Hoisting::default(),
            depth: 0,
        }
    }

    pub(super) fn finish(mut self, text: &str) -> Program {
        self.program.names = self.names.texts;
        for span in self.program.expr_spans.iter_mut().chain(&mut self.program.stmt_spans) {
            *span = whole_characters(*span, text);
        }
        self.program
    }

    pub(super) fn unreadable_module(&mut self, len: usize) {
        self.program.stmts.push(Stmt::Unreadable);
        self.program.stmt_spans.push(Span::new(0, len as u32));
        self.program.body = Block(Run::new(0, 1));
    }

    pub(super) fn unreadable(&mut self, span: Span) -> ExprId {
        self.push(Expr::Unreadable, span)
    }

    /// The top level; what is damaged, or was cut out of the text, is unreadable.
    pub(super) fn module(&mut self, body: &[StmtTree], damaged: &[bool], cut: &[Span]) {
        let bound = if self.scope().kind == Kind::Text { Bound::of(body) } else { Bound::default() };
        self.bind(bound);
        self.program.doc = self.doc(body);
        let mut stmts: Vec<(Stmt, Span)> = cut.iter().map(|&span| (Stmt::Unreadable, span)).collect();
        for (stmt, &damaged) in body.iter().zip(damaged) {
            if damaged {
                stmts.push((Stmt::Unreadable, span(stmt.range())));
            } else {
                self.stmt(stmt, &mut stmts);
            }
        }
        stmts.sort_by_key(|(_, span)| span.start);
        self.program.body = self.block_of(stmts);
    }

    fn scope(&mut self) -> &mut Scope {
        let last = self.scopes.len() - 1;
        &mut self.scopes[last]
    }

    fn bind(&mut self, bound: Bound<'_>) {
        let last = self.scopes.len() - 1;
        self.scopes[last].bind(bound, &mut self.names);
    }

    fn name(&mut self, text: &str) -> Name {
        let last = self.scopes.len() - 1;
        self.names.private(text, self.scopes[last].class.as_deref())
    }

    fn variable(&mut self, text: &str) -> Variable {
        let name = self.name(text);
        resolve(&mut self.scopes, name)
    }

    fn push(&mut self, expr: Expr, span: Span) -> ExprId {
        let id = ExprId(self.program.exprs.len() as u32);
        self.program.exprs.push(expr);
        self.program.expr_spans.push(span);
        id
    }

    fn constant(&mut self, value: Const) -> ConstId {
        let id = ConstId(self.program.constants.len() as u32);
        self.program.constants.push(value);
        id
    }

    fn string(&mut self, text: &str) -> ConstId {
        if let Some(&id) = self.strings.get(text) {
            return id;
        }
        let id = self.constant(Const::Str(text.into()));
        self.strings.insert(text.into(), id);
        id
    }

    fn doc(&mut self, body: &[StmtTree]) -> Option<ConstId> {
        let Tree::StringLiteral(literal) = &*body.first()?.as_expr_stmt()?.value else { return None };
        Some(self.string(literal.value.to_str()))
    }

    // Statements.

    fn block(&mut self, body: &[StmtTree]) -> Block {
        if self.depth > MAX_DEPTH {
            return self.block_of(vec![(Stmt::Unreadable, Span::default())]);
        }
        self.depth += 1;
        let mut stmts = Vec::with_capacity(body.len());
        for stmt in body {
            self.stmt(stmt, &mut stmts);
        }
        self.depth -= 1;
        self.block_of(stmts)
    }

    fn block_of(&mut self, stmts: Vec<(Stmt, Span)>) -> Block {
        let start = self.program.stmts.len();
        for (stmt, span) in stmts {
            self.program.stmts.push(stmt);
            self.program.stmt_spans.push(span);
        }
        Block(Run::new(start, self.program.stmts.len()))
    }

    fn stmt(&mut self, stmt: &StmtTree, out: &mut Vec<(Stmt, Span)>) {
        use StmtTree as T;
        let allowed = matches!(
            stmt,
            T::Expr(_) | T::Assign(_) | T::AugAssign(_) | T::AnnAssign(_) | T::Return(_) | T::Raise(_) | T::If(_)
        );
        let own = Hoisting { allowed, start: self.program.exprs.len(), stmts: Vec::new() };
        let outer = std::mem::replace(&mut self.hoisting, own);
        let mut lowered = Vec::new();
        self.lower_stmt(stmt, &mut lowered);
        out.append(&mut std::mem::replace(&mut self.hoisting, outer).stmts);
        out.append(&mut lowered);
    }

    fn lower_stmt(&mut self, stmt: &StmtTree, out: &mut Vec<(Stmt, Span)>) {
        let at = span(stmt.range());
        let lowered = match stmt {
            StmtTree::Expr(s) => match &*s.value {
                Tree::StringLiteral(_) | Tree::EllipsisLiteral(_) => Stmt::Pass,
                value => Stmt::Expr(self.whole(value)),
            },
            StmtTree::Assign(s) => {
                let value = self.whole(&s.value);
                Stmt::Assign { targets: self.items(s.targets.iter()), value }
            }
            StmtTree::AugAssign(s) => {
                let target = self.expression(&s.target);
                Stmt::AugAssign(binary(s.op), target, self.expression(&s.value))
            }
            StmtTree::AnnAssign(s) => {
                let value = s.value.as_ref().map(|v| self.expression(v));
                let annotation = self.expression(&s.annotation);
                Stmt::AnnAssign { target: self.expression(&s.target), annotation, value }
            }
            StmtTree::Return(s) => Stmt::Return(self.optional(s.value.as_deref())),
            StmtTree::Delete(s) => Stmt::Delete(self.items(s.targets.iter())),
            StmtTree::Raise(s) => Stmt::Raise(self.optional(s.exc.as_deref()), self.optional(s.cause.as_deref())),
            StmtTree::Assert(s) => Stmt::Assert(self.expression(&s.test), self.optional(s.msg.as_deref())),
            StmtTree::Pass(_) | StmtTree::Global(_) | StmtTree::Nonlocal(_) => Stmt::Pass,
            StmtTree::Break(_) => Stmt::Break,
            StmtTree::Continue(_) => Stmt::Continue,
            StmtTree::If(s) => return self.conditional(s, at, out),
            StmtTree::While(s) => {
                let test = self.expression(&s.test);
                Stmt::While(test, self.block(&s.body), self.block(&s.orelse))
            }
            StmtTree::For(s) if !s.is_async => {
                let iter = self.expression(&s.iter);
                let target = self.expression(&s.target);
                Stmt::For { target, iter, body: self.block(&s.body), orelse: self.block(&s.orelse) }
            }
            StmtTree::With(s) if !s.is_async => self.with(&s.items, &s.body, at),
            StmtTree::Try(s) if !s.is_star => {
                let body = self.block(&s.body);
                let mut handlers = Vec::new();
                for ast::ExceptHandler::ExceptHandler(h) in &s.handlers {
                    let kind = self.optional(h.type_.as_deref());
                    let target = h.name.as_ref().map(|n| self.variable(n));
                    handlers.push(Handler { kind, target, body: self.block(&h.body) });
                }
                let handlers = extend(&mut self.program.handlers, handlers);
                Stmt::Try { body, handlers, orelse: self.block(&s.orelse), finally: self.block(&s.finalbody) }
            }
            StmtTree::Match(s) => {
                let subject = self.expression(&s.subject);
                let mut cases = Vec::new();
                for case in &s.cases {
                    let pattern = self.pattern(&case.pattern);
                    let guard = self.optional(case.guard.as_deref());
                    cases.push(Case { pattern, guard, body: self.block(&case.body) });
                }
                Stmt::Match(subject, extend(&mut self.program.cases, cases))
            }
            StmtTree::Import(s) => {
                for alias in &s.names {
                    let module = self.names.intern(&alias.name);
                    let first = alias.name.split('.').next().unwrap_or_default();
                    let target = self.variable(alias.asname.as_ref().map_or(first, |n| n.as_str()));
                    out.push((Stmt::Import { module, renamed: alias.asname.is_some(), target }, at));
                }
                return;
            }
            StmtTree::ImportFrom(s) => {
                let module = self.names.intern(s.module.as_deref().unwrap_or_default());
                for alias in &s.names {
                    let stmt = if alias.name.as_str() == "*" {
                        Stmt::ImportStar { module, level: s.level }
                    } else {
                        let name = self.names.intern(&alias.name);
                        let target = self.variable(alias.asname.as_ref().unwrap_or(&alias.name));
                        Stmt::ImportFrom { module, level: s.level, name, target }
                    };
                    out.push((stmt, at));
                }
                return;
            }
            StmtTree::FunctionDef(s) => {
                let decorators = self.items(s.decorator_list.iter().map(|d| &d.expression));
                let function = self.function(s);
                Stmt::Function { function, decorators, target: self.variable(&s.name) }
            }
            StmtTree::ClassDef(s) => {
                let decorators = self.items(s.decorator_list.iter().map(|d| &d.expression));
                let class = self.class(s);
                Stmt::Class { class, decorators, target: self.variable(&s.name) }
            }
            // `type Name = value`.
            StmtTree::TypeAlias(s) => {
                let value = self.expression(&s.value);
                Stmt::Assign { targets: self.items(std::iter::once(&*s.name)), value }
            }
            _ => Stmt::Unreadable,
        };
        out.push((lowered, at));
    }

    /// The value of a statement, which may be a `yield`.
    fn whole(&mut self, tree: &Tree) -> ExprId {
        let value = match tree {
            Tree::Yield(e) => Expr::Yield(self.optional(e.value.as_deref())),
            Tree::YieldFrom(e) => Expr::YieldFrom(self.expression(&e.value)),
            _ => return self.expression(tree),
        };
        self.push(value, span(tree.range()))
    }

    /// A `yield` inside an expression: a variable that a statement before has given the value.
    fn hoist(&mut self, tree: &Tree) -> Expr {
        let harmless = |e: &Expr| matches!(e, Expr::Variable(_) | Expr::Attribute(..) | Expr::Const(_) | Expr::None);
        let in_function = self.scope().kind == Kind::Function;
        let before = self.program.exprs.get(self.hoisting.start..).unwrap_or_default();
        if !self.hoisting.allowed || !in_function || !before.iter().all(harmless) {
            return Expr::Unreadable;
        }
        let at = span(tree.range());
        let value = self.whole(tree);
        let name = self.names.intern(&format!(".yield{}", at.start));
        let variable = Expr::Variable(Variable::Local(self.scope().slot(name)));
        let target = self.push(variable, at);
        let targets = extend(&mut self.program.items, vec![target]);
        self.hoisting.stmts.push((Stmt::Assign { targets, value }, at));
        self.hoisting.start = self.program.exprs.len();
        variable
    }

    /// Lowers what may not be evaluated, or more than once.
    fn perhaps<T>(&mut self, lower: impl FnOnce(&mut Self) -> T) -> T {
        let allowed = std::mem::replace(&mut self.hoisting.allowed, false);
        let lowered = lower(self);
        self.hoisting.allowed = allowed;
        lowered
    }

    /// `if` with its `elif`s: each is the `else` block of the one before.
    fn conditional(&mut self, s: &ast::StmtIf, at: Span, out: &mut Vec<(Stmt, Span)>) {
        let test = self.expression(&s.test);
        self.hoisting.allowed = false;
        let mut branches = vec![(test, self.block(&s.body), at)];
        let mut orelse = Block::default();
        for clause in &s.elif_else_clauses {
            let body = match &clause.test {
                Some(test) => {
                    let test = self.expression(test);
                    let body = self.block(&clause.body);
                    branches.push((test, body, span(clause.range)));
                    continue;
                }
                None => self.block(&clause.body),
            };
            orelse = body;
        }
        while let Some((test, body, at)) = branches.pop() {
            let stmt = Stmt::If(test, body, orelse);
            if branches.is_empty() {
                out.push((stmt, at));
            } else {
                orelse = self.block_of(vec![(stmt, at)]);
            }
        }
    }

    /// `with a, b:` is `with a: with b:`.
    fn with(&mut self, items: &[ast::WithItem], body: &[StmtTree], at: Span) -> Stmt {
        let Some((item, rest)) = items.split_first() else { return Stmt::Pass };
        let manager = self.expression(&item.context_expr);
        let target = self.optional(item.optional_vars.as_deref());
        let body = if rest.is_empty() {
            self.block(body)
        } else {
            let inner = self.with(rest, body, at);
            self.block_of(vec![(inner, at)])
        };
        Stmt::With { manager, target, body }
    }

    fn pattern(&mut self, pattern: &PatternTree) -> PatternId {
        if self.depth > MAX_DEPTH {
            return self.push_pattern(Pattern::Or(Vec::new()));
        }
        self.depth += 1;
        let lowered = match pattern {
            PatternTree::MatchValue(p) => Pattern::Value(self.expression(&p.value)),
            PatternTree::MatchSingleton(p) => {
                let value = match p.value {
                    ast::Singleton::None => Expr::None,
                    ast::Singleton::True => Expr::Bool(true),
                    ast::Singleton::False => Expr::Bool(false),
                };
                Pattern::Singleton(self.push(value, span(p.range)))
            }
            PatternTree::MatchSequence(p) => Pattern::Sequence(self.patterns(&p.patterns)),
            PatternTree::MatchStar(p) => Pattern::Star(self.captured(p.name.as_ref())),
            PatternTree::MatchMapping(p) => {
                let mut items = Vec::new();
                for (key, pattern) in p.keys.iter().zip(&p.patterns) {
                    items.push((self.expression(key), self.pattern(pattern)));
                }
                Pattern::Mapping(items, self.captured(p.rest.as_ref()))
            }
            PatternTree::MatchClass(p) => {
                let class = self.expression(&p.cls);
                let positional = self.patterns(&p.arguments.patterns);
                let mut keywords = Vec::new();
                for keyword in &p.arguments.keywords {
                    keywords.push((self.name(&keyword.attr), self.pattern(&keyword.pattern)));
                }
                Pattern::Class(class, positional, keywords)
            }
            PatternTree::MatchAs(p) => {
                let inner = p.pattern.as_ref().map(|p| self.pattern(p));
                Pattern::As(inner, self.captured(p.name.as_ref()))
            }
            PatternTree::MatchOr(p) => Pattern::Or(self.patterns(&p.patterns)),
        };
        self.depth -= 1;
        self.push_pattern(lowered)
    }

    fn push_pattern(&mut self, pattern: Pattern) -> PatternId {
        self.program.patterns.push(pattern);
        PatternId(self.program.patterns.len() as u32 - 1)
    }

    fn patterns(&mut self, patterns: &[PatternTree]) -> Vec<PatternId> {
        patterns.iter().map(|p| self.pattern(p)).collect()
    }

    fn captured(&mut self, name: Option<&ast::Identifier>) -> Option<Variable> {
        name.map(|n| self.variable(n))
    }

    // Functions and classes.

    fn function(&mut self, f: &ast::StmtFunctionDef) -> FunctionId {
        let scope = self.enter(Kind::Function, &f.name, "<locals>.");
        let mut function = self.parameters(&f.name, Some(&f.parameters), span(f.range));
        let bound = Bound::of(&f.body);
        self.scopes.push(scope);
        self.parameter_slots(&function);
        self.bind(bound);
        function.doc = self.doc(&f.body);
        function.is_async = f.is_async;
        function.body = Body::Block(self.block(&f.body));
        self.leave(function)
    }

    /// The scope of something named `name` inside the present one.
    fn enter(&mut self, kind: Kind, name: &str, inside: &str) -> Scope {
        let outer = self.scope();
        let prefix = format!("{}{name}.{inside}", outer.prefix);
        let class = outer.class.clone();
        Scope::new(kind, prefix, class)
    }

    fn parameter_slots(&mut self, function: &Function) {
        for parameter in &function.parameters {
            self.scope().parameter(parameter.name);
        }
    }

    /// A function with its parameters, and the scope-independent rest empty. Defaults belong to the enclosing scope.
    fn parameters(&mut self, name: &str, parameters: Option<&ast::Parameters>, span: Span) -> Function {
        let qualname = format!("{}{name}", self.scope().prefix);
        let mut all: Vec<Parameter> = Vec::new();
        let (mut positional_only, mut positional, mut keyword_only) = (0, 0, 0);
        let (mut star, mut double_star) = (false, false);
        if let Some(p) = parameters {
            (positional_only, keyword_only) = (p.posonlyargs.len() as u32, p.kwonlyargs.len() as u32);
            positional = positional_only + p.args.len() as u32;
            for p in p.iter_non_variadic_params() {
                let default = self.optional(p.default.as_deref());
                all.push(Parameter { name: self.name(&p.parameter.name), default });
            }
            for variadic in [&p.vararg, &p.kwarg].into_iter().flatten() {
                all.push(Parameter { name: self.name(&variadic.name), default: None });
            }
            (star, double_star) = (p.vararg.is_some(), p.kwarg.is_some());
        }
        Function {
            name: self.names.intern(name),
            qualname: self.names.intern(&qualname),
            parameters: all,
            positional_only,
            positional,
            keyword_only,
            star,
            double_star,
            slots: Vec::new(),
            cells: Vec::new(),
            free: Vec::new(),
            generator: false,
            is_async: false,
            doc: None,
            body: Body::Block(Block::default()),
            exprs: Run::new(self.program.exprs.len(), self.program.exprs.len()),
            span,
        }
    }

    fn leave(&mut self, mut function: Function) -> FunctionId {
        if let Some(scope) = self.scopes.pop() {
            function.slots = scope.slot_names;
            function.cells = scope.cells;
            function.free = scope.free;
            function.generator = scope.generator;
        }
        function.exprs = Run::new(function.exprs.range().start, self.program.exprs.len());
        self.program.functions.push(function);
        FunctionId(self.program.functions.len() as u32 - 1)
    }

    fn class(&mut self, c: &ast::StmtClassDef) -> ClassId {
        let arguments = c.arguments.as_ref().map_or(Run::default(), |a| self.arguments(a));
        let qualname = format!("{}{}", self.scope().prefix, c.name);
        let qualname = self.names.intern(&qualname);
        let mut scope = self.enter(Kind::Class, &c.name, "");
        scope.class = Some(c.name.to_string());
        let class_name = self.names.intern("__class__");
        let class_slot = scope.slot(class_name);
        self.scopes.push(scope);
        self.bind(Bound::of(&c.body));
        let doc = self.doc(&c.body);
        let start = self.program.exprs.len();
        let body = self.block(&c.body);
        let exprs = Run::new(start, self.program.exprs.len());
        let Some(scope) = self.scopes.pop() else { return ClassId(0) };
        self.program.classes.push(Class {
            name: self.names.intern(&c.name),
            qualname,
            arguments,
            body,
            class_cell: scope.cells.contains(&class_slot).then_some(class_slot),
            slots: scope.slot_names,
            free: scope.free,
            doc,
            exprs,
            span: span(c.range),
        });
        ClassId(self.program.classes.len() as u32 - 1)
    }

    fn lambda(&mut self, l: &ast::ExprLambda) -> FunctionId {
        let scope = self.enter(Kind::Function, "<lambda>", "<locals>.");
        let mut function = self.parameters("<lambda>", l.parameters.as_deref(), span(l.range));
        self.scopes.push(scope);
        self.parameter_slots(&function);
        self.bind(Bound::of_expr(&l.body));
        function.body = Body::Expr(self.expression(&l.body));
        self.leave(function)
    }

    fn comprehension(
        &mut self,
        kind: Comprehension,
        key: Option<&Tree>,
        element: &Tree,
        generators: &[ast::Comprehension],
        at: Span,
    ) -> Expr {
        let Some(first) = generators.first() else { return Expr::Unreadable };
        if generators.iter().any(|g| g.is_async) {
            return Expr::Unreadable;
        }
        let iterable = self.expression(&first.iter);
        let name = match kind {
            Comprehension::List => "<listcomp>",
            Comprehension::Set => "<setcomp>",
            Comprehension::Dict => "<dictcomp>",
            Comprehension::Generator => "<genexpr>",
        };
        let scope = self.enter(Kind::Function, name, "<locals>.");
        let mut function = self.parameters(name, None, at);
        (function.positional_only, function.positional) = (1, 1);
        function.parameters.push(Parameter { name: self.names.intern(".0"), default: None });
        self.scopes.push(scope);
        self.parameter_slots(&function);
        let mut bound = Bound::default();
        for g in generators {
            bound.target(&g.target);
        }
        self.bind(bound);
        let mut clauses = Vec::new();
        for (i, g) in generators.iter().enumerate() {
            let iter = (i > 0).then(|| self.expression(&g.iter));
            let target = self.expression(&g.target);
            let ifs = g.ifs.iter().map(|c| self.expression(c)).collect();
            clauses.push(Clause { target, iter, ifs });
        }
        let key = self.optional(key);
        let element = self.expression(element);
        function.body = Body::Comprehension { kind, clauses, element, key };
        Expr::Comprehension(self.leave(function), iterable)
    }

    // Expressions.

    fn optional(&mut self, expr: Option<&Tree>) -> Option<ExprId> {
        expr.map(|e| self.expression(e))
    }

    fn items<'t>(&mut self, trees: impl Iterator<Item = &'t Tree>) -> Run {
        let ids: Vec<ExprId> = trees.map(|t| self.expression(t)).collect();
        extend(&mut self.program.items, ids)
    }

    fn arguments(&mut self, a: &ast::Arguments) -> Run {
        let mut all = Vec::with_capacity(a.args.len() + a.keywords.len());
        for arg in &a.args {
            all.push(match arg {
                Tree::Starred(s) => Argument::Star(self.expression(&s.value)),
                arg => Argument::Positional(self.expression(arg)),
            });
        }
        for keyword in &a.keywords {
            let value = self.expression(&keyword.value);
            all.push(match &keyword.arg {
                Some(name) => Argument::Keyword(self.name(name), value),
                None => Argument::DoubleStar(value),
            });
        }
        extend(&mut self.program.arguments, all)
    }

    pub(super) fn expression(&mut self, tree: &Tree) -> ExprId {
        let at = span(tree.range());
        if self.depth > MAX_DEPTH {
            return self.unreadable(at);
        }
        self.depth += 1;
        let lowered = self.lowered(tree, at);
        self.depth -= 1;
        self.push(lowered, at)
    }

    fn lowered(&mut self, tree: &Tree, at: Span) -> Expr {
        match tree {
            Tree::NoneLiteral(_) => Expr::None,
            Tree::BooleanLiteral(e) => Expr::Bool(e.value),
            Tree::EllipsisLiteral(_) => Expr::Ellipsis,
            Tree::NumberLiteral(e) => {
                let value = match &e.value {
                    ast::Number::Int(i) => i.as_i64().map_or_else(|| Const::Wide(i.to_string().into()), Const::Int),
                    ast::Number::Float(f) => Const::Float(*f),
                    ast::Number::Complex { imag, .. } => Const::Imaginary(*imag),
                };
                Expr::Const(self.constant(value))
            }
            Tree::StringLiteral(e) => Expr::Const(self.string(e.value.to_str())),
            Tree::BytesLiteral(e) => Expr::Const(self.constant(Const::Bytes(e.value.bytes().collect()))),
            Tree::Name(e) => {
                // `super()` finds its class in a variable that isn't written.
                if e.id.as_str() == "super" {
                    self.variable("__class__");
                }
                Expr::Variable(self.variable(&e.id))
            }
            Tree::Attribute(e) => {
                let value = self.expression(&e.value);
                Expr::Attribute(value, self.name(&e.attr))
            }
            Tree::Subscript(e) => Expr::Subscript(self.expression(&e.value), self.expression(&e.slice)),
            Tree::Slice(e) => {
                let bounds = [&e.lower, &e.upper, &e.step].map(|b| self.optional(b.as_deref()));
                self.program.slices.push(bounds);
                Expr::Slice(self.program.slices.len() as u32 - 1)
            }
            Tree::Call(e) => {
                let function = self.expression(&e.func);
                Expr::Call(function, self.arguments(&e.arguments))
            }
            Tree::Tuple(e) => Expr::Tuple(self.items(e.elts.iter())),
            Tree::List(e) => Expr::List(self.items(e.elts.iter())),
            Tree::Set(e) => Expr::Set(self.items(e.elts.iter())),
            Tree::Dict(e) => {
                let mut pairs = Vec::with_capacity(e.items.len());
                for item in &e.items {
                    pairs.push((self.optional(item.key.as_ref()), self.expression(&item.value)));
                }
                Expr::Dict(extend(&mut self.program.pairs, pairs))
            }
            Tree::UnaryOp(e) => {
                let op = match e.op {
                    ast::UnaryOp::Not => Unary::Not,
                    ast::UnaryOp::USub => Unary::Minus,
                    ast::UnaryOp::UAdd => Unary::Plus,
                    ast::UnaryOp::Invert => Unary::Invert,
                };
                Expr::Unary(op, self.expression(&e.operand))
            }
            Tree::BinOp(e) => {
                let left = self.expression(&e.left);
                Expr::Binary(binary(e.op), left, self.expression(&e.right))
            }
            Tree::BoolOp(e) => {
                let Some((first, rest)) = e.values.split_first() else { return Expr::Unreadable };
                let mut values = vec![self.expression(first)];
                self.perhaps(|l| values.extend(rest.iter().map(|value| l.expression(value))));
                let values = extend(&mut self.program.items, values);
                match e.op {
                    ast::BoolOp::And => Expr::And(values),
                    ast::BoolOp::Or => Expr::Or(values),
                }
            }
            Tree::Compare(e) => {
                let left = self.expression(&e.left);
                let mut rest = Vec::with_capacity(e.ops.len());
                for (i, (op, value)) in e.ops.iter().zip(&e.comparators).enumerate() {
                    let value = if i == 0 { self.expression(value) } else { self.perhaps(|l| l.expression(value)) };
                    rest.push((compare(*op), value));
                }
                Expr::Compare(left, extend(&mut self.program.comparisons, rest))
            }
            Tree::If(e) => {
                let test = self.expression(&e.test);
                let (body, orelse) = self.perhaps(|l| (l.expression(&e.body), l.expression(&e.orelse)));
                Expr::If { test, body, orelse }
            }
            Tree::Lambda(e) => Expr::Lambda(self.perhaps(|l| l.lambda(e))),
            Tree::ListComp(e) => self.comprehension(Comprehension::List, None, &e.elt, &e.generators, at),
            Tree::SetComp(e) => self.comprehension(Comprehension::Set, None, &e.elt, &e.generators, at),
            Tree::Generator(e) => self.comprehension(Comprehension::Generator, None, &e.elt, &e.generators, at),
            Tree::DictComp(e) => self.comprehension(Comprehension::Dict, e.key.as_deref(), &e.value, &e.generators, at),
            Tree::Named(e) => {
                let value = self.expression(&e.value);
                Expr::Named(self.expression(&e.target), value)
            }
            Tree::FString(e) => {
                let mut parts = Vec::new();
                for part in &e.value {
                    match part {
                        ast::FStringPart::Literal(text) => parts.push(Part::Text(self.string(&text.value))),
                        ast::FStringPart::FString(f) => self.parts(&f.elements, &mut parts),
                    }
                }
                Expr::Format(extend(&mut self.program.parts, parts))
            }
            Tree::Starred(e) => Expr::Starred(self.expression(&e.value)),
            Tree::Yield(_) | Tree::YieldFrom(_) => self.hoist(tree),
            Tree::Await(e) => Expr::Await(self.expression(&e.value)),
            Tree::TString(_) | Tree::IpyEscapeCommand(_) => Expr::Unreadable,
        }
    }

    fn parts(&mut self, elements: &ast::InterpolatedStringElements, out: &mut Vec<Part>) {
        for element in elements {
            let e = match element {
                ast::InterpolatedStringElement::Literal(text) => {
                    out.push(Part::Text(self.string(&text.value)));
                    continue;
                }
                ast::InterpolatedStringElement::Interpolation(e) => e,
            };
            if let Some(debug) = &e.debug_text {
                out.push(Part::Text(self.string(debug.as_str())));
            }
            let value = self.expression(&e.expression);
            let mut conversion = match e.conversion {
                ast::ConversionFlag::None => None,
                ast::ConversionFlag::Str => Some('s'),
                ast::ConversionFlag::Ascii => Some('a'),
                ast::ConversionFlag::Repr => Some('r'),
            };
            if e.debug_text.is_some() && conversion.is_none() && e.format_spec.is_none() {
                conversion = Some('r');
            }
            let spec = e.format_spec.as_ref().map(|spec| {
                let mut parts = Vec::new();
                self.parts(&spec.elements, &mut parts);
                let parts = extend(&mut self.program.parts, parts);
                self.push(Expr::Format(parts), span(spec.range))
            });
            out.push(Part::Value { value, conversion, spec });
        }
    }
}

/// The parser may end a damaged expression in the middle of a character.
pub(super) fn whole_characters(span: Span, text: &str) -> Span {
    let boundary = |mut at: u32| {
        while !text.is_char_boundary(at as usize) {
            at -= 1;
        }
        at
    };
    let len = text.len() as u32;
    Span::new(boundary(span.start.min(len)), boundary(span.end.min(len)))
}

fn extend<T>(pool: &mut Vec<T>, items: Vec<T>) -> Run {
    let start = pool.len();
    pool.extend(items);
    Run::new(start, pool.len())
}

fn binary(op: ast::Operator) -> Binary {
    match op {
        ast::Operator::Add => Binary::Add,
        ast::Operator::Sub => Binary::Sub,
        ast::Operator::Mult => Binary::Mult,
        ast::Operator::MatMult => Binary::MatMult,
        ast::Operator::Div => Binary::Div,
        ast::Operator::Mod => Binary::Mod,
        ast::Operator::Pow => Binary::Pow,
        ast::Operator::LShift => Binary::LShift,
        ast::Operator::RShift => Binary::RShift,
        ast::Operator::BitOr => Binary::BitOr,
        ast::Operator::BitXor => Binary::BitXor,
        ast::Operator::BitAnd => Binary::BitAnd,
        ast::Operator::FloorDiv => Binary::FloorDiv,
    }
}

fn compare(op: ast::CmpOp) -> Compare {
    match op {
        ast::CmpOp::Eq => Compare::Eq,
        ast::CmpOp::NotEq => Compare::NotEq,
        ast::CmpOp::Lt => Compare::Lt,
        ast::CmpOp::LtE => Compare::LtE,
        ast::CmpOp::Gt => Compare::Gt,
        ast::CmpOp::GtE => Compare::GtE,
        ast::CmpOp::Is => Compare::Is,
        ast::CmpOp::IsNot => Compare::IsNot,
        ast::CmpOp::In => Compare::In,
        ast::CmpOp::NotIn => Compare::NotIn,
    }
}

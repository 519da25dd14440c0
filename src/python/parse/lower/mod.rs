//! The parser's tree to the arena.

mod definitions;
mod expressions;
mod statements;

use ruff_python_ast::{Expr as Tree, Stmt as StmtTree};
use ruff_text_size::Ranged;
use rustc_hash::FxHashMap;

use super::names::Names;
use super::scope::{Bound, Kind, Scope, resolve};
use super::span;
use crate::python::ir::{Block, Const, ConstId, Expr, ExprId, Name, Program, Run, Stmt, Variable};
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

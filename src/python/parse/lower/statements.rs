//! Statements and patterns.

use ruff_python_ast::{self as ast, Expr as Tree, Pattern as PatternTree, Stmt as StmtTree};
use ruff_text_size::Ranged;

use super::expressions::binary;
use super::{Hoisting, Lowering, MAX_DEPTH, extend, span};
use crate::python::ir::{Block, Case, Expr, Handler, Pattern, PatternId, Stmt, Variable};
use crate::text::Span;

impl Lowering {
    pub(super) fn stmt(&mut self, stmt: &StmtTree, out: &mut Vec<(Stmt, Span)>) {
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
                let [first, last] = [s.body.first(), s.body.last()].map(|stmt| stmt.map(|stmt| span(stmt.range())));
                if let (false, Some(first), Some(last)) = (handlers.range().is_empty(), first, last) {
                    self.program.guarded.push((Span::new(first.start, last.end), handlers));
                }
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
}

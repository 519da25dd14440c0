//! Which global names a statement binds or changes.

use crate::interpret::code::Code;
use crate::interpret::symbol::Symbol;
use crate::python::ir::{Block, Expr, ExprId, Stmt, StmtId, Variable};

/// The global names that a statement binds or whose values it changes.
pub(super) fn changed_by(code: &Code, stmt: StmtId) -> Vec<Symbol> {
    let mut changed = Changed { code, names: Vec::new() };
    changed.stmt(stmt);
    changed.names
}

struct Changed<'a> {
    code: &'a Code,
    names: Vec<Symbol>,
}

impl Changed<'_> {
    fn bind(&mut self, variable: Variable) {
        if let Variable::Global(name) = variable {
            self.names.push(self.code.symbols[name.index()]);
        }
    }

    /// A target, or a value that a call may change.
    fn target(&mut self, expr: ExprId) {
        let program = &self.code.file.program;
        match program.expr(expr) {
            Expr::Variable(variable) => self.bind(variable),
            Expr::Attribute(value, _) | Expr::Subscript(value, _) | Expr::Starred(value) => self.target(value),
            Expr::Call(function, _) => self.target(function),
            Expr::Tuple(items) | Expr::List(items) => program.list(items).iter().for_each(|&item| self.target(item)),
            _ => {}
        }
    }

    fn block(&mut self, block: Block) {
        block.statements().for_each(|stmt| self.stmt(stmt));
    }

    fn stmt(&mut self, stmt: StmtId) {
        let program = &self.code.file.program;
        match program.stmt(stmt) {
            Stmt::Expr(value) => {
                if let Expr::Call(function, _) = program.expr(value)
                    && let Expr::Attribute(..) = program.expr(function)
                {
                    self.target(function);
                }
            }
            Stmt::Assign { targets, .. } | Stmt::Delete(targets) => {
                program.list(targets).iter().for_each(|&target| self.target(target));
            }
            Stmt::AugAssign(_, target, _) | Stmt::AnnAssign { target, .. } => self.target(target),
            Stmt::If(_, body, orelse) | Stmt::While(_, body, orelse) => {
                self.block(body);
                self.block(orelse);
            }
            Stmt::For { target, body, orelse, .. } => {
                self.target(target);
                self.block(body);
                self.block(orelse);
            }
            Stmt::With { target, body, .. } => {
                target.into_iter().for_each(|t| self.target(t));
                self.block(body);
            }
            Stmt::Try { body, handlers, orelse, finally } => {
                self.block(body);
                for handler in &program.handlers[handlers.range()] {
                    self.block(handler.body);
                }
                self.block(orelse);
                self.block(finally);
            }
            Stmt::Match(_, cases) => {
                program.cases[cases.range()].iter().for_each(|case| self.block(case.body));
            }
            Stmt::Import { target, .. }
            | Stmt::ImportFrom { target, .. }
            | Stmt::Function { target, .. }
            | Stmt::Class { target, .. } => self.bind(target),
            _ => {}
        }
    }
}

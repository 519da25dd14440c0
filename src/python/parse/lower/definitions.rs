//! Functions, classes and comprehensions: what opens a scope.

use ruff_python_ast::{self as ast, Expr as Tree};

use super::{Lowering, span};
use crate::python::ir::{
    Block, Body, Class, ClassId, Clause, Comprehension, Expr, Function, FunctionId, Parameter, Run,
};
use crate::python::parse::scope::{Bound, Kind, Scope};
use crate::text::Span;

impl Lowering {
    pub(super) fn function(&mut self, f: &ast::StmtFunctionDef) -> FunctionId {
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

    pub(super) fn class(&mut self, c: &ast::StmtClassDef) -> ClassId {
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

    pub(super) fn lambda(&mut self, l: &ast::ExprLambda) -> FunctionId {
        let scope = self.enter(Kind::Function, "<lambda>", "<locals>.");
        let mut function = self.parameters("<lambda>", l.parameters.as_deref(), span(l.range));
        self.scopes.push(scope);
        self.parameter_slots(&function);
        self.bind(Bound::of_expr(&l.body));
        function.body = Body::Expr(self.expression(&l.body));
        self.leave(function)
    }

    pub(super) fn comprehension(
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
}

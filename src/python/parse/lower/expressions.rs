//! Expressions.

use ruff_python_ast::{self as ast, Expr as Tree};
use ruff_text_size::Ranged;

use super::{Lowering, MAX_DEPTH, extend, span};
use crate::python::ir::{Argument, Binary, Compare, Comprehension, Const, Expr, ExprId, Part, Run, Unary};
use crate::text::Span;

impl Lowering {
    pub(super) fn optional(&mut self, expr: Option<&Tree>) -> Option<ExprId> {
        expr.map(|e| self.expression(e))
    }

    pub(super) fn items<'t>(&mut self, trees: impl Iterator<Item = &'t Tree>) -> Run {
        let ids: Vec<ExprId> = trees.map(|t| self.expression(t)).collect();
        extend(&mut self.program.items, ids)
    }

    pub(super) fn arguments(&mut self, a: &ast::Arguments) -> Run {
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

    pub(in crate::python::parse) fn expression(&mut self, tree: &Tree) -> ExprId {
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

pub(super) fn binary(op: ast::Operator) -> Binary {
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

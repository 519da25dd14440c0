//! Python expressions, as far as `ast.literal_eval` and an `activation:` call need them.
//!
//! The framework passes each string argument of a row through `ast.literal_eval` and swallows only `ValueError`: an
//! expression that is no literal (`nearest`, `nn.SiLU()`) stays a string, a text that isn't an expression at all (`3x3`)
//! is a `SyntaxError` that ends the build.

use super::Literal;
use super::ir::{self, Argument, Binary, Const, ExprId, Program, Unary, Variable};
use super::parse;

/// A parsed expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A literal, or a list or tuple of literals.
    Literal(Literal),
    /// A dotted name: `nn.SiLU`.
    Name(String),
    /// A call of a dotted name with literal arguments, positional ones first.
    Call {
        /// The dotted name.
        name: String,
        /// Positional arguments.
        args: Vec<Literal>,
        /// Keyword arguments.
        kwargs: Vec<(String, Literal)>,
    },
    /// Any other expression; its value isn't followed.
    Other,
}

impl Expr {
    /// What `ast.literal_eval` returns, or none if it raises `ValueError`.
    pub fn literal(self) -> Option<Literal> {
        match self {
            Expr::Literal(value) => Some(value),
            _ => None,
        }
    }
}

/// The text isn't a Python expression (`SyntaxError`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnExpression;

/// Parses a whole text as one Python expression.
pub fn parse_expression(text: &str) -> Result<Expr, NotAnExpression> {
    let text = text.trim_start_matches([' ', '\t']);
    let (program, id) = parse::parse_expression(text).map_err(|_| NotAnExpression)?;
    let reader = Reader { program: &program, text };
    Ok(match reader.literal(id) {
        Some(value) => Expr::Literal(value),
        None => reader.name(id).map(Expr::Name).or_else(|| reader.call(id)).unwrap_or(Expr::Other),
    })
}

struct Reader<'a> {
    program: &'a Program,
    text: &'a str,
}

impl Reader<'_> {
    fn literal(&self, id: ExprId) -> Option<Literal> {
        Some(match self.program.expr(id) {
            ir::Expr::None => Literal::None,
            ir::Expr::Bool(b) => Literal::Bool(b),
            ir::Expr::Ellipsis => Literal::Other("Ellipsis".to_owned()),
            ir::Expr::Const(c) => match self.program.constant(c) {
                Const::Int(i) => Literal::Int(*i),
                Const::Float(f) => Literal::Float(*f),
                Const::Str(s) => Literal::Str(s.to_string()),
                Const::Wide(_) | Const::Imaginary(_) | Const::Bytes(_) => self.other(id),
            },
            ir::Expr::List(run) => Literal::List(self.literals(self.program.list(run))?),
            ir::Expr::Tuple(run) => Literal::Tuple(self.literals(self.program.list(run))?),
            ir::Expr::Set(run) => {
                self.literals(self.program.list(run))?;
                self.other(id)
            }
            ir::Expr::Dict(run) => {
                for &(key, value) in &self.program.pairs[run.range()] {
                    self.literal(key?)?;
                    self.literal(value)?;
                }
                self.other(id)
            }
            ir::Expr::Unary(Unary::Minus | Unary::Plus, _) => self.signed(id)?,
            // The one sum that is a literal is a complex number.
            ir::Expr::Binary(Binary::Add | Binary::Sub, left, right) => {
                if !matches!(self.signed(left)?, Literal::Int(_) | Literal::Float(_)) || !self.imaginary(right) {
                    return None;
                }
                self.other(id)
            }
            _ => return None,
        })
    }

    fn literals(&self, ids: &[ExprId]) -> Option<Vec<Literal>> {
        ids.iter().map(|&id| self.literal(id)).collect()
    }

    /// A number with at most one sign.
    fn signed(&self, id: ExprId) -> Option<Literal> {
        let ir::Expr::Unary(op @ (Unary::Minus | Unary::Plus), operand) = self.program.expr(id) else {
            return self.number(id);
        };
        Some(match (self.number(operand)?, op) {
            (Literal::Int(i), Unary::Minus) => Literal::Int(i.checked_neg()?),
            (Literal::Float(f), Unary::Minus) => Literal::Float(-f),
            (Literal::Other(_), Unary::Minus) => self.other(id),
            (value, _) => value,
        })
    }

    fn number(&self, id: ExprId) -> Option<Literal> {
        let ir::Expr::Const(c) = self.program.expr(id) else { return None };
        (!matches!(self.program.constant(c), Const::Str(_) | Const::Bytes(_))).then(|| self.literal(id)).flatten()
    }

    fn imaginary(&self, id: ExprId) -> bool {
        matches!(self.program.expr(id), ir::Expr::Const(c) if matches!(self.program.constant(c), Const::Imaginary(_)))
    }

    fn other(&self, id: ExprId) -> Literal {
        Literal::Other(self.program.expr_span(id).text(self.text).to_owned())
    }

    fn name(&self, id: ExprId) -> Option<String> {
        match self.program.expr(id) {
            ir::Expr::Variable(Variable::Scoped(name, _)) => Some(self.program.name(name).to_owned()),
            ir::Expr::Attribute(value, name) => Some(format!("{}.{}", self.name(value)?, self.program.name(name))),
            _ => None,
        }
    }

    fn call(&self, id: ExprId) -> Option<Expr> {
        let ir::Expr::Call(function, arguments) = self.program.expr(id) else { return None };
        let name = self.name(function)?;
        let (mut args, mut kwargs) = (Vec::new(), Vec::new());
        for argument in &self.program.arguments[arguments.range()] {
            match *argument {
                Argument::Positional(value) => args.push(self.literal(value)?),
                Argument::Keyword(name, value) => {
                    kwargs.push((self.program.name(name).to_owned(), self.literal(value)?));
                }
                Argument::Star(_) | Argument::DoubleStar(_) => return None,
            }
        }
        Some(Expr::Call { name, args, kwargs })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `ast.literal_eval` of CPython 3.11 returns.
    #[test]
    fn literals() {
        for (text, expected) in [
            ("None", "None"),
            ("True", "True"),
            (" 3", "3"),
            ("-3", "-3"),
            ("1e-3", "0.001"),
            ("0x1F", "31"),
            ("1_000", "1000"),
            ("[1, 2]", "[1, 2]"),
            ("(1,)", "(1,)"),
            ("()", "()"),
            ("(1)", "1"),
            ("1, 2", "(1, 2)"),
            ("'a' \"b\"", "'ab'"),
            ("5.", "5.0"),
            (".5", "0.5"),
            ("1e5", "100000.0"),
        ] {
            let value = parse_expression(text).unwrap_or_else(|_| panic!("{text}: SyntaxError")).literal();
            assert_eq!(value.map(|v| v.to_string()).as_deref(), Some(expected), "{text}");
        }
    }

    /// Where `ast.literal_eval` raises `ValueError`: the string stays as it is.
    #[test]
    fn expressions_that_are_no_literals() {
        for text in ["nearest", "nn.SiLU()", "nearest-exact", "yolo11n.pt", "1+2", "a[0]", "not x", "-True", "nn.A(b)"]
        {
            assert_eq!(parse_expression(text).map(Expr::literal), Ok(None), "{text}");
        }
    }

    /// Where it raises `SyntaxError`: the build ends.
    #[test]
    fn no_expressions() {
        for text in ["3x3", "", "a b", "640x480", "nn.", "[1", "in", "08", "/a/b", "a:b", "1__0", "f(a=1, 2)", "'a"] {
            assert_eq!(parse_expression(text), Err(NotAnExpression), "{text}");
        }
    }

    #[test]
    fn calls() {
        let Ok(Expr::Call { name, args, kwargs }) = parse_expression("nn.LeakyReLU(0.1, inplace=True)") else {
            panic!("not a call");
        };
        assert_eq!((name.as_str(), args), ("nn.LeakyReLU", vec![Literal::Float(0.1)]));
        assert_eq!(kwargs, [("inplace".to_owned(), Literal::Bool(true))]);
    }
}

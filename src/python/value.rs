//! Argument values, as Python has them once a row is read.

use std::fmt;

use crate::words::printed;

/// A Python value that an argument can be.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `None`
    None,
    /// `True` or `False`
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A float.
    Float(f64),
    /// A string.
    Str(String),
    /// A list.
    List(Vec<Literal>),
    /// A tuple.
    Tuple(Vec<Literal>),
    /// Anything else (a dict, a date, an integer beyond 64 bits), by what Python would print.
    Other(String),
}

impl Literal {
    /// The integer that Python would use this as: an int or a bool.
    pub fn as_int(&self) -> Option<i64> {
        match *self {
            Literal::Int(i) => Some(i),
            Literal::Bool(b) => Some(i64::from(b)),
            _ => None,
        }
    }

    /// The number that Python would calculate with.
    pub fn as_float(&self) -> Option<f64> {
        match *self {
            Literal::Float(f) => Some(f),
            _ => self.as_int().map(|i| i as f64),
        }
    }

    /// The string, where it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Literal::Str(s) => Some(s),
            _ => None,
        }
    }

    /// The elements of a list or a tuple.
    pub fn as_list(&self) -> Option<&[Literal]> {
        match self {
            Literal::List(items) | Literal::Tuple(items) => Some(items),
            _ => None,
        }
    }

    /// Whether Python's `if` would take it for true.
    pub fn truthy(&self) -> bool {
        match self {
            Literal::None => false,
            Literal::Bool(b) => *b,
            Literal::Int(i) => *i != 0,
            Literal::Float(f) => *f != 0.0,
            Literal::Str(s) => !s.is_empty(),
            Literal::List(items) | Literal::Tuple(items) => !items.is_empty(),
            Literal::Other(text) => text != "{}",
        }
    }

    /// The name of its type in Python.
    pub fn type_name(&self) -> &'static str {
        match self {
            Literal::None => "None",
            Literal::Bool(_) => "bool",
            Literal::Int(_) => "int",
            Literal::Float(_) => "float",
            Literal::Str(_) => "str",
            Literal::List(_) => "list",
            Literal::Tuple(_) => "tuple",
            Literal::Other(_) => "object",
        }
    }
}

printed!(Literal);

/// Written as Python's `repr` writes it, which is what the framework's table shows.
impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Literal::None => f.write_str("None"),
            Literal::Bool(true) => f.write_str("True"),
            Literal::Bool(false) => f.write_str("False"),
            Literal::Int(i) => write!(f, "{i}"),
            Literal::Float(x) => fmt_float(*x, f),
            Literal::Str(s) => fmt_str(s, f),
            Literal::Other(s) => f.write_str(s),
            Literal::List(items) => {
                f.write_str("[")?;
                fmt_items(items, f)?;
                f.write_str("]")
            }
            Literal::Tuple(items) => {
                f.write_str("(")?;
                fmt_items(items, f)?;
                f.write_str(if items.len() == 1 { ",)" } else { ")" })
            }
        }
    }
}

fn fmt_items(items: &[Literal], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            f.write_str(", ")?;
        }
        fmt::Display::fmt(item, f)?;
    }
    Ok(())
}

/// The shortest digits that read back as the same number, with an exponent from 1e16 up and below 1e-4.
fn fmt_float(x: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if x.is_nan() {
        return f.write_str("nan");
    }
    if x.is_infinite() {
        return f.write_str(if x > 0.0 { "inf" } else { "-inf" });
    }
    let magnitude = x.abs();
    if magnitude != 0.0 && !(1e-4..1e16).contains(&magnitude) {
        let text = format!("{x:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, exponent) = exponent.strip_prefix('-').map_or(("+", exponent), |e| ("-", e));
        return write!(f, "{digits}e{sign}{exponent:0>2}");
    }
    write!(f, "{x:?}")
}

fn fmt_str(s: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let quote = if s.contains('\'') && !s.contains('"') { '"' } else { '\'' };
    write!(f, "{quote}")?;
    for c in s.chars() {
        match c {
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            c if c == quote => write!(f, "\\{c}")?,
            c if (c as u32) < 0x20 || c as u32 == 0x7f => write!(f, "\\x{:02x}", c as u32)?,
            c => write!(f, "{c}")?,
        }
    }
    write!(f, "{quote}")
}
/// `math.gcd`
pub fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a.abs() } else { gcd(b, a % b) }
}

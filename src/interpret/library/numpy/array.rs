//! Arrays: their elements in order, and what can be done with them.

use std::any::Any;
use std::rc::Rc;

use super::super::super::class::Class;
use super::super::super::iterate::{Iteration, State};
use super::super::super::machine::Machine;
use super::super::super::operate::{float, integer};
use super::super::super::symbol::Symbol;
use super::super::super::value::{Args, Foreign, NativeFn, Res, Stop, Value};

/// The most elements of an array.
pub(super) const MOST: usize = 1 << 14;

/// What the elements are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Int,
    Float,
}

impl Kind {
    pub(super) fn of_dtype(m: &mut Machine, dtype: &Value) -> Res<Kind> {
        let name = match dtype {
            Value::Class(class) => class.name.clone(),
            Value::Native(native) => native.name.clone(),
            Value::Str(text) => text.clone(),
            Value::Unknown(u) => return Err(Stop::Unknown(u.clone())),
            _ => "".into(),
        };
        match name.trim_start_matches("numpy.") {
            "int" | "int64" => Ok(Kind::Int),
            "float" | "float64" => Ok(Kind::Float),
            _ => Err(m.unknown("an array of such a type")),
        }
    }
}

/// An array. Whole numbers are exact up to 53 bits.
pub(super) struct Array {
    shape: Vec<usize>,
    elements: Vec<f64>,
    kind: Kind,
}

impl Array {
    pub(super) fn value(shape: Vec<usize>, elements: Vec<f64>, kind: Kind) -> Value {
        let elements = if kind == Kind::Int { elements.into_iter().map(f64::trunc).collect() } else { elements };
        Value::Foreign(Rc::new(Array { shape, elements, kind }))
    }

    /// The array of a value: itself, a number, or a nested sequence of numbers.
    pub(super) fn of(m: &mut Machine, value: &Value) -> Res<Rc<Array>> {
        if let Value::Foreign(foreign) = value {
            return foreign.clone().as_any().downcast::<Array>().map_err(|_| m.unknown("an array of such a value"));
        }
        if let Some(x) = float(value) {
            let kind = match value {
                Value::Float(_) => Kind::Float,
                Value::Int(i) if i.unsigned_abs() < 1 << 53 => Kind::Int,
                _ => return Err(m.unknown("an array of such values")),
            };
            return Ok(Rc::new(Array { shape: Vec::new(), elements: vec![x], kind }));
        }
        let (Value::List(_) | Value::Tuple(_) | Value::Range(_)) = value else {
            m.known(value)?;
            return Err(m.unknown("an array of such values"));
        };
        let (mut shape, mut elements, mut kind) = (vec![0], Vec::new(), Kind::Int);
        let items = m.collect(value)?;
        if items.is_empty() {
            kind = Kind::Float;
        }
        for item in &items {
            let part = m.nested(|m| Array::of(m, item))?;
            if shape[0] == 0 {
                shape.extend(&part.shape);
            } else if shape[1..] != part.shape {
                return Err(m.unknown("an array of rows of different lengths"));
            }
            shape[0] += 1;
            kind = kind.max(part.kind);
            elements.extend(&part.elements);
            if elements.len() > MOST {
                return Err(m.unknown("a large array"));
            }
        }
        Ok(Rc::new(Array { shape, elements, kind }))
    }

    pub(super) fn with_kind(&self, kind: Option<Kind>) -> Value {
        Array::value(self.shape.clone(), self.elements.clone(), kind.unwrap_or(self.kind))
    }

    pub(super) fn map(&self, kind: Kind, f: fn(f64) -> f64) -> Value {
        Array::value(self.shape.clone(), self.elements.iter().map(|&x| f(x)).collect(), kind)
    }

    fn number(&self, x: f64) -> Value {
        if self.kind == Kind::Int { Value::Int(x as i64) } else { Value::Float(x) }
    }

    /// The part at an index of the first dimension.
    fn at(&self, index: usize) -> Value {
        let size: usize = self.shape[1..].iter().product();
        if self.shape.len() == 1 {
            return self.number(self.elements[index]);
        }
        Array::value(self.shape[1..].to_vec(), self.elements[index * size..(index + 1) * size].to_vec(), self.kind)
    }

    /// As nested lists.
    fn to_list(&self, dims: &[usize], elements: &[f64]) -> Value {
        let Some((&count, rest)) = dims.split_first() else { return self.number(elements[0]) };
        let size: usize = rest.iter().product();
        Value::list((0..count).map(|i| self.to_list(rest, &elements[i * size..(i + 1) * size])).collect())
    }

    /// A sum, product and so on of all elements; sums of floats only where their order doesn't matter.
    pub(super) fn reduced(&self, m: &mut Machine, name: &str) -> Res {
        m.copied(self.elements.len())?;
        let x = &self.elements;
        // numpy adds in pairs from eight elements on.
        let certain = self.kind == Kind::Int || x.len() < 8;
        let exact = |m: &mut Machine, value: f64| {
            if self.kind == Kind::Int && value.abs() >= (1i64 << 53) as f64 {
                return Err(m.unknown("a whole number that is too large"));
            }
            Ok(self.number(value))
        };
        match name {
            "prod" => exact(m, x.iter().product()),
            "sum" if certain => exact(m, x.iter().sum()),
            "mean" if certain && !x.is_empty() => Ok(Value::Float(x.iter().sum::<f64>() / x.len() as f64)),
            "max" | "min" if x.is_empty() || x.iter().any(|x| x.is_nan()) => {
                Err(m.unknown("the extreme of such an array"))
            }
            "max" => Ok(self.number(x.iter().copied().fold(f64::NEG_INFINITY, f64::max))),
            "min" => Ok(self.number(x.iter().copied().fold(f64::INFINITY, f64::min))),
            "cumsum" => {
                let sums = x.iter().scan(0.0, |sum, x| {
                    *sum += x;
                    Some(*sum)
                });
                Ok(Array::value(vec![x.len()], sums.collect(), self.kind))
            }
            _ => Err(m.unknown(format!("`{name}` of such an array"))),
        }
    }

    /// `left op right` with a number or an array of the same shape.
    fn arithmetic(&self, m: &mut Machine, name: &str, other: &Value) -> Res<Option<Value>> {
        let reflected = name.starts_with("__r");
        let plain = name.trim_start_matches("__r").trim_matches('_');
        let other = match other {
            Value::Unknown(_) => return Ok(Some(other.clone())),
            other => Array::of(m, other)?,
        };
        if !other.shape.is_empty() && other.shape != self.shape {
            return Err(m.unknown("arrays of different shapes"));
        }
        let f: fn(f64, f64) -> f64 = match plain {
            "add" => |a, b| a + b,
            "sub" => |a, b| a - b,
            "mul" => |a, b| a * b,
            "truediv" => |a, b| a / b,
            _ => return Ok(None),
        };
        m.copied(self.elements.len())?;
        let kind = if plain == "truediv" { Kind::Float } else { self.kind.max(other.kind) };
        let pairs = self.elements.iter().enumerate().map(|(i, &own)| {
            let other = other.elements[if other.shape.is_empty() { 0 } else { i }];
            if reflected { f(other, own) } else { f(own, other) }
        });
        let elements: Vec<f64> = pairs.collect();
        if kind == Kind::Int && elements.iter().any(|x| x.abs() >= (1i64 << 53) as f64) {
            return Err(m.unknown("a whole number that is too large"));
        }
        Ok(Some(Array::value(self.shape.clone(), elements, kind)))
    }

    fn method(self: &Rc<Self>, m: &mut Machine, name: &str, a: Args) -> Res {
        match (name, a.positional.as_slice()) {
            ("tolist", []) => Ok(self.to_list(&self.shape, &self.elements)),
            ("item", []) if self.elements.len() == 1 => Ok(self.number(self.elements[0])),
            ("copy", []) => Ok(self.with_kind(None)),
            ("flatten" | "ravel", []) => Ok(Array::value(vec![self.elements.len()], self.elements.clone(), self.kind)),
            ("astype", [dtype]) => {
                let kind = Kind::of_dtype(m, dtype)?;
                Ok(self.with_kind(Some(kind)))
            }
            ("sum" | "prod" | "cumsum" | "max" | "min" | "mean", []) if a.keywords.is_empty() => self.reduced(m, name),
            _ => Err(m.unknown(format!("`ndarray.{name}` with such arguments"))),
        }
    }
}

impl Foreign for Array {
    fn class(&self, machine: &mut Machine) -> Res<Rc<Class>> {
        match machine.library_value("numpy.ndarray")? {
            Value::Class(class) => Ok(class),
            _ => Err(machine.unknown("`numpy.ndarray`")),
        }
    }

    fn as_any(self: Rc<Self>) -> Rc<dyn Any> {
        self
    }

    fn get(self: Rc<Self>, machine: &mut Machine, name: Symbol) -> Res<Option<Value>> {
        let text = machine.text(name);
        Ok(Some(match &*text {
            "shape" => Value::tuple(self.shape.iter().map(|&s| Value::Int(s as i64)).collect()),
            "ndim" => Value::Int(self.shape.len() as i64),
            "size" => Value::Int(self.elements.len() as i64),
            "tolist" | "item" | "copy" | "flatten" | "ravel" | "astype" | "sum" | "prod" | "cumsum" | "max" | "min"
            | "mean" => {
                let call: NativeFn = |m, n, a| match n.data.as_slice() {
                    [Value::Foreign(own)] => match own.clone().as_any().downcast::<Array>() {
                        Ok(array) => array.method(m, &n.name, a),
                        Err(_) => Ok(Value::None),
                    },
                    _ => Ok(Value::None),
                };
                Value::native_with(&text, vec![Value::Foreign(self)], call)
            }
            // An array is no mapping.
            "keys" | "items" | "values" => return Ok(None),
            _ => machine.unknown_value(format!("`ndarray.{text}`")),
        }))
    }

    fn truth(self: Rc<Self>, machine: &mut Machine) -> Res<bool> {
        match self.elements.as_slice() {
            [x] => Ok(*x != 0.0),
            [] => Ok(false),
            _ => Err(machine.value_error(
                "The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()",
            )),
        }
    }

    fn special(self: Rc<Self>, machine: &mut Machine, name: &str, args: &[Value]) -> Res<Option<Value>> {
        Ok(Some(match (name, args) {
            ("__len__", _) if !self.shape.is_empty() => Value::Int(self.shape[0] as i64),
            ("__iter__", _) if !self.shape.is_empty() => {
                let parts: Vec<Value> = (0..self.shape[0]).map(|i| self.at(i)).collect();
                Value::Iterator(Iteration::new(State::Values(parts.into_iter())))
            }
            ("__getitem__", [index]) if !self.shape.is_empty() => match index {
                Value::Unknown(_) => index.clone(),
                Value::Slice(slice) => {
                    let picked = machine.pick(slice, self.shape[0] as i64)?;
                    let size: usize = self.shape[1..].iter().product();
                    let rows: Vec<usize> = picked.indices().collect();
                    let elements = rows.iter().flat_map(|&i| &self.elements[i * size..(i + 1) * size]).copied();
                    let mut shape = self.shape.clone();
                    shape[0] = rows.len();
                    Array::value(shape, elements.collect(), self.kind)
                }
                index if integer(index).is_some() => {
                    let (index, len) = (integer(index).unwrap_or(0), self.shape[0] as i64);
                    if !(-len..len).contains(&index) {
                        let message = format!("index {index} is out of bounds for axis 0 with size {len}");
                        return Err(machine.error(super::super::super::class::Type::IndexError, message));
                    }
                    self.at(index.rem_euclid(len) as usize)
                }
                _ => return Err(machine.unknown("such an index of an array")),
            },
            ("__int__" | "__float__" | "__index__", _) if self.elements.len() == 1 => match name {
                "__float__" => Value::Float(self.elements[0]),
                "__int__" => machine.whole(self.elements[0].trunc()),
                _ if self.kind == Kind::Int => Value::Int(self.elements[0] as i64),
                _ => return Ok(None),
            },
            ("__setitem__", _) => return Err(machine.unknown("an array whose elements are set")),
            ("__neg__", _) => self.map(self.kind, |x| -x),
            ("__repr__" | "__str__", _) => return Err(machine.unknown("the text of an array")),
            ("__eq__" | "__ne__" | "__lt__" | "__le__" | "__gt__" | "__ge__", _) => {
                return Err(machine.unknown("arrays that are compared"));
            }
            (_, [other]) => return self.arithmetic(machine, name, other),
            _ => return Ok(None),
        }))
    }
}

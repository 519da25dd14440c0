//! Arrays: their elements in order, and what can be done with them.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::super::super::class::Class;
use super::super::super::iterate::{Iteration, State};
use super::super::super::machine::Machine;
use super::super::super::operate::{float, integer};
use super::super::super::symbol::Symbol;
use super::super::super::value::{Args, Foreign, NativeFn, Res, Stop, Undo, Value};

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
    pub(super) shape: Vec<usize>,
    /// None of a large array.
    elements: RefCell<Option<Rc<[f64]>>>,
    pub(super) kind: Kind,
    /// Whether its memory may be another's too.
    is_shared: Cell<bool>,
}

impl Array {
    pub(super) fn value(shape: Vec<usize>, elements: Vec<f64>, kind: Kind) -> Value {
        let elements = if kind == Kind::Int { elements.into_iter().map(f64::trunc).collect() } else { elements };
        Value::Foreign(Rc::new(Array::new(shape, Some(elements.into()), kind)))
    }

    /// An array of so many elements that they aren't followed.
    pub(super) fn large(shape: Vec<usize>, kind: Kind) -> Value {
        Value::Foreign(Rc::new(Array::new(shape, None, kind)))
    }

    fn new(shape: Vec<usize>, elements: Option<Rc<[f64]>>, kind: Kind) -> Array {
        Array { shape, elements: RefCell::new(elements), kind, is_shared: Cell::new(false) }
    }

    /// Its elements, where they are followed.
    pub(super) fn known(&self) -> Option<Rc<[f64]>> {
        self.elements.borrow().clone()
    }

    fn elements(&self, m: &mut Machine) -> Res<Rc<[f64]>> {
        self.known().ok_or_else(|| m.unknown("a large array"))
    }

    fn count(&self) -> usize {
        self.shape.iter().product()
    }

    /// What is made of it may show the same memory.
    pub(super) fn share(&self) {
        self.is_shared.set(true);
    }

    /// A part of it, which shows the same memory.
    fn part(&self, shape: Vec<usize>, elements: Rc<[f64]>) -> Value {
        self.share();
        let part = Array::new(shape, Some(elements), self.kind);
        part.share();
        Value::Foreign(Rc::new(part))
    }

    /// `array[i, j] = value` for a number at each dimension.
    fn set_item(&self, m: &mut Machine, index: &Value, value: &Value) -> Res<()> {
        let places = match index {
            Value::Tuple(places) => places.items.to_vec(),
            one => vec![one.clone()],
        };
        m.known(value)?;
        let (false, true, Some(value)) = (self.is_shared.get(), places.len() == self.shape.len(), float(value)) else {
            return Err(m.unknown("an array whose elements are set"));
        };
        let mut at = 0;
        for (axis, (place, &size)) in places.iter().zip(&self.shape).enumerate() {
            m.known(place)?;
            let Some(place) = integer(place) else { return Err(m.unknown("an array whose elements are set")) };
            let len = size as i64;
            if !(-len..len).contains(&place) {
                let message = format!("index {place} is out of bounds for axis {axis} with size {size}");
                return Err(m.error(super::super::super::class::Type::IndexError, message));
            }
            at = at * size + place.rem_euclid(len) as usize;
        }
        if let Some(elements) = &mut *self.elements.borrow_mut() {
            Rc::make_mut(elements)[at] = if self.kind == Kind::Int { value.trunc() } else { value };
        }
        Ok(())
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
            return Ok(Rc::new(Array::new(Vec::new(), Some([x].into()), kind)));
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
            elements.extend(part.elements(m)?.iter());
            if elements.len() > MOST {
                return Err(m.unknown("a large array"));
            }
        }
        Ok(Rc::new(Array::new(shape, Some(elements.into()), kind)))
    }

    pub(super) fn with_kind(&self, kind: Option<Kind>) -> Value {
        let kind = kind.unwrap_or(self.kind);
        match self.known() {
            Some(elements) => Array::value(self.shape.clone(), elements.to_vec(), kind),
            None => Array::large(self.shape.clone(), kind),
        }
    }

    pub(super) fn map(&self, kind: Kind, f: fn(f64) -> f64) -> Value {
        match self.known() {
            Some(elements) => Array::value(self.shape.clone(), elements.iter().map(|&x| f(x)).collect(), kind),
            None => Array::large(self.shape.clone(), kind),
        }
    }

    fn number(&self, x: f64) -> Value {
        if self.kind == Kind::Int { Value::Int(x as i64) } else { Value::Float(x) }
    }

    /// The part at an index of the first dimension.
    fn at(&self, elements: &[f64], index: usize) -> Value {
        let size: usize = self.shape[1..].iter().product();
        if self.shape.len() == 1 {
            return self.number(elements[index]);
        }
        self.part(self.shape[1..].to_vec(), elements[index * size..(index + 1) * size].into())
    }

    /// As nested lists.
    fn to_list(&self, dims: &[usize], elements: &[f64]) -> Value {
        let Some((&count, rest)) = dims.split_first() else { return self.number(elements[0]) };
        let size: usize = rest.iter().product();
        Value::list((0..count).map(|i| self.to_list(rest, &elements[i * size..(i + 1) * size])).collect())
    }

    /// A sum, product and so on of all elements; sums of floats only where their order doesn't matter.
    pub(super) fn reduced(&self, m: &mut Machine, name: &str) -> Res {
        let x = &self.elements(m)?;
        m.copied(x.len())?;
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
            "floordiv" if other.known().is_some_and(|all| all.iter().all(|&x| x != 0.0)) => |a, b| (a / b).floor(),
            _ => return Err(m.unknown(format!("`{name}` of an array"))),
        };
        let (own, others) = (self.elements(m)?, other.elements(m)?);
        m.copied(own.len())?;
        let kind = if plain == "truediv" { Kind::Float } else { self.kind.max(other.kind) };
        let pairs = own.iter().enumerate().map(|(i, &own)| {
            let other = others[if other.shape.is_empty() { 0 } else { i }];
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
            ("tolist", []) => Ok(self.to_list(&self.shape, &self.elements(m)?)),
            ("item", []) if self.count() == 1 => Ok(self.number(self.elements(m)?[0])),
            ("copy", []) => Ok(self.with_kind(None)),
            ("flatten", []) => Ok(Array::value(vec![self.count()], self.elements(m)?.to_vec(), self.kind)),
            ("ravel", []) => Ok(self.part(vec![self.count()], self.elements(m)?)),
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

    fn undo(self: Rc<Self>) -> Option<Undo> {
        let (elements, is_shared) = (self.known(), self.is_shared.get());
        Some(Box::new(move || {
            self.elements.replace(elements.clone());
            self.is_shared.set(is_shared);
        }))
    }

    fn get(self: Rc<Self>, machine: &mut Machine, name: Symbol) -> Res<Option<Value>> {
        let text = machine.text(name);
        Ok(Some(match &*text {
            "shape" => Value::tuple(self.shape.iter().map(|&s| Value::Int(s as i64)).collect()),
            "ndim" => Value::Int(self.shape.len() as i64),
            "size" => Value::Int(self.count() as i64),
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
        match &*self.elements(machine)? {
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
                let elements = self.elements(machine)?;
                let parts: Vec<Value> = (0..self.shape[0]).map(|i| self.at(&elements, i)).collect();
                Value::Iterator(Iteration::new(State::Values(parts.into_iter())))
            }
            ("__getitem__", [index]) if !self.shape.is_empty() => match index {
                Value::Unknown(_) => index.clone(),
                Value::Slice(slice) => {
                    let picked = machine.pick(slice, self.shape[0] as i64)?;
                    let size: usize = self.shape[1..].iter().product();
                    let rows: Vec<usize> = picked.indices().collect();
                    let all = self.elements(machine)?;
                    let elements = rows.iter().flat_map(|&i| &all[i * size..(i + 1) * size]).copied();
                    let mut shape = self.shape.clone();
                    shape[0] = rows.len();
                    self.part(shape, elements.collect())
                }
                index if integer(index).is_some() => {
                    let (index, len) = (integer(index).unwrap_or(0), self.shape[0] as i64);
                    if !(-len..len).contains(&index) {
                        let message = format!("index {index} is out of bounds for axis 0 with size {len}");
                        return Err(machine.error(super::super::super::class::Type::IndexError, message));
                    }
                    let elements = self.elements(machine)?;
                    self.at(&elements, index.rem_euclid(len) as usize)
                }
                _ => return Err(machine.unknown("such an index of an array")),
            },
            ("__int__" | "__float__" | "__index__", _) if self.count() == 1 => {
                let x = self.elements(machine)?[0];
                match name {
                    "__float__" => Value::Float(x),
                    "__int__" => machine.whole(x.trunc()),
                    _ if self.kind == Kind::Int => Value::Int(x as i64),
                    _ => return Ok(None),
                }
            }
            ("__setitem__", [index, value]) => {
                self.set_item(machine, index, value)?;
                Value::None
            }
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

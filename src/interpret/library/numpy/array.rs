//! Arrays: their elements in order, and what can be done with them.

use std::any::Any;
use std::rc::Rc;

use super::super::super::class::{Class, Type};
use super::super::super::iterate::{Iteration, State};
use super::super::super::machine::Machine;
use super::super::super::operate::{float, integer};
use super::super::super::symbol::Symbol;
use super::super::super::tracked::{Keep, Tracked};
use super::super::super::value::{Args, Foreign, NativeFn, Res, Stop, Value};
use crate::words::{Message, message};

/// The most elements of an array.
pub(super) const MOST: usize = 1 << 14;

/// Python has no such numbers.
pub(super) const SINGLE: Message = message!("single-number");

/// What the elements are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `int64`
    Int,
    /// `float32`
    Single,
    /// `float64`
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
            "float32" | "single" => Ok(Kind::Single),
            "float" | "float64" => Ok(Kind::Float),
            _ => Err(m.unknown(message!("array-of-type"))),
        }
    }

    fn rounded(self, x: f64) -> f64 {
        match self {
            Kind::Int => x.trunc(),
            Kind::Single => f64::from(x as f32),
            Kind::Float => x,
        }
    }
}

/// An array. Whole numbers are exact up to 53 bits.
pub(super) struct Array {
    pub(super) shape: Vec<usize>,
    /// None of a large array, and of one whose elements aren't followed.
    elements: Tracked<Option<Rc<[f64]>>>,
    pub(super) kind: Kind,
    /// Whether its memory may be another's too.
    is_shared: Tracked<bool>,
}

impl Array {
    pub(super) fn value(shape: Vec<usize>, mut elements: Vec<f64>, kind: Kind) -> Value {
        elements.iter_mut().for_each(|x| *x = kind.rounded(*x));
        Value::Foreign(Rc::new(Array::new(shape, Some(elements.into()), kind)))
    }

    /// An array of so many elements that they aren't followed.
    pub(super) fn large(shape: Vec<usize>, kind: Kind) -> Value {
        Value::Foreign(Rc::new(Array::new(shape, None, kind)))
    }

    fn new(shape: Vec<usize>, elements: Option<Rc<[f64]>>, kind: Kind) -> Array {
        Array { shape, elements: Tracked::new(elements), kind, is_shared: Tracked::new(false) }
    }

    /// Its elements, where they are followed.
    pub(super) fn known(&self) -> Option<Rc<[f64]>> {
        self.elements.borrow().clone()
    }

    fn elements(&self, m: &mut Machine) -> Res<Rc<[f64]>> {
        self.known().ok_or_else(|| m.unknown(message!("array-large")))
    }

    fn count(&self) -> usize {
        self.shape.iter().product()
    }

    /// What is made of it may show the same memory.
    pub(super) fn share(&self) {
        if !*self.is_shared.borrow() {
            self.is_shared.replace(true);
        }
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
        let is_followed = self.elements.borrow().is_some();
        let is_part = places.iter().any(|place| matches!(place, Value::Slice(_) | Value::Ellipsis));
        if is_part && (!is_followed || !*self.is_shared.borrow()) {
            // Which elements these are isn't followed.
            self.picked(m, &places)?;
            self.elements.replace(None);
            return Ok(());
        }
        let is_own = !is_followed || !*self.is_shared.borrow();
        let (true, true, Some(value)) = (is_own, places.len() == self.shape.len(), float(value)) else {
            return Err(m.unknown(message!("array-set")));
        };
        let mut at = 0;
        for (axis, (place, &size)) in places.iter().zip(&self.shape).enumerate() {
            m.known(place)?;
            let Some(place) = integer(place) else { return Err(m.unknown(message!("array-set"))) };
            let len = size as i64;
            if !(-len..len).contains(&place) {
                let message = format!("index {place} is out of bounds for axis {axis} with size {size}");
                return Err(m.error(Type::IndexError, message));
            }
            at = at * size + place.rem_euclid(len) as usize;
        }
        if let Some(elements) = &mut *self.elements.borrow_mut() {
            Rc::make_mut(elements)[at] = self.kind.rounded(value);
        }
        Ok(())
    }

    /// The array of a value: itself, a number, or a nested sequence of numbers.
    pub(super) fn of(m: &mut Machine, value: &Value) -> Res<Rc<Array>> {
        if let Value::Foreign(foreign) = value {
            return foreign.clone().as_any().downcast::<Array>().map_err(|_| m.unknown(message!("array-of-value")));
        }
        if let Some(x) = float(value) {
            let kind = match value {
                Value::Float(_) => Kind::Float,
                Value::Int(i) if i.unsigned_abs() < 1 << 53 => Kind::Int,
                _ => return Err(m.unknown(message!("array-of-values"))),
            };
            return Ok(Rc::new(Array::new(Vec::new(), Some([x].into()), kind)));
        }
        let (Value::List(_) | Value::Tuple(_) | Value::Range(_)) = value else {
            m.known(value)?;
            return Err(m.unknown(message!("array-of-values")));
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
                return Err(m.unknown(message!("array-ragged")));
            }
            shape[0] += 1;
            kind = kind.max(part.kind);
            elements.extend(part.elements(m)?.iter());
            if elements.len() > MOST {
                return Err(m.unknown(message!("array-large")));
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

    /// As one of Python's numbers.
    fn number(&self, x: f64) -> Value {
        if self.kind == Kind::Int { Value::Int(x as i64) } else { Value::Float(x) }
    }

    /// An element that is taken out. One of `float32` is none of Python's numbers.
    fn taken(&self, x: f64) -> Value {
        if self.kind == Kind::Single { Array::value(Vec::new(), vec![x], self.kind) } else { self.number(x) }
    }

    /// The part at an index of the first dimension.
    fn at(&self, elements: &[f64], index: usize) -> Value {
        let size: usize = self.shape[1..].iter().product();
        if self.shape.len() == 1 {
            return self.taken(elements[index]);
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
        if self.kind == Kind::Single {
            return Err(m.unknown(SINGLE));
        }
        let x = &self.elements(m)?;
        m.copied(x.len())?;
        // numpy adds in pairs from eight elements on.
        let certain = self.kind == Kind::Int || x.len() < 8;
        let exact = |m: &mut Machine, value: f64| {
            if self.kind == Kind::Int && value.abs() >= (1i64 << 53) as f64 {
                return Err(m.unknown(message!("whole-number-large")));
            }
            Ok(self.number(value))
        };
        match name {
            "prod" => exact(m, x.iter().product()),
            "sum" if certain => exact(m, x.iter().sum()),
            "mean" if certain && !x.is_empty() => Ok(Value::Float(x.iter().sum::<f64>() / x.len() as f64)),
            "max" | "min" if x.is_empty() || x.iter().any(|x| x.is_nan()) => Err(m.unknown(message!("array-extreme"))),
            "max" => Ok(self.number(x.iter().copied().fold(f64::NEG_INFINITY, f64::max))),
            "min" => Ok(self.number(x.iter().copied().fold(f64::INFINITY, f64::min))),
            "cumsum" => {
                let sums = x.iter().scan(0.0, |sum, x| {
                    *sum += x;
                    Some(*sum)
                });
                Ok(Array::value(vec![x.len()], sums.collect(), self.kind))
            }
            _ => Err(m.unknown(message!("of-such-array", name))),
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
        if self.kind != other.kind && self.kind.max(other.kind) != Kind::Int {
            // A number of Python leaves an array of `float32` what it is, one of numpy doesn't.
            let is_single = |array: &Array| array.kind == Kind::Single;
            if is_single(self) || is_single(&other) {
                return Err(m.unknown(message!("array-of-singles")));
            }
        }
        let f: fn(f64, f64) -> f64 = match plain {
            "add" => |a, b| a + b,
            "sub" => |a, b| a - b,
            "mul" => |a, b| a * b,
            "truediv" => |a, b| a / b,
            "pow" if self.kind == Kind::Float || other.kind == Kind::Float => f64::powf,
            "pow" if other.known().is_some_and(|all| all.iter().all(|&x| x >= 0.0)) && !reflected => f64::powf,
            "floordiv" if other.known().is_some_and(|all| all.iter().all(|&x| x != 0.0)) => |a, b| (a / b).floor(),
            _ => return Err(m.unknown(message!("of-array", name))),
        };
        let kind = match self.kind.max(other.kind) {
            Kind::Int if plain == "truediv" => Kind::Float,
            kind => kind,
        };
        let Some(shape) = broadcast(&self.shape, &other.shape) else {
            let (own, others) = (sizes_text(&self.shape), sizes_text(&other.shape));
            let (first, second) = if reflected { (others, own) } else { (own, others) };
            let message = format!("operands could not be broadcast together with shapes {first} {second} ");
            return Err(m.value_error(message));
        };
        let (Some(own), Some(others)) = (self.spread(m, &shape)?, other.spread(m, &shape)?) else {
            return Ok(Some(Array::large(shape, kind)));
        };
        let pairs = own.iter().zip(&others).map(|(&own, &other)| if reflected { f(other, own) } else { f(own, other) });
        let elements: Vec<f64> = pairs.collect();
        if kind == Kind::Int && elements.iter().any(|x| x.abs() >= (1i64 << 53) as f64) {
            return Err(m.unknown(message!("whole-number-large")));
        }
        Ok(Some(Array::value(shape, elements, kind)))
    }

    /// Its elements spread over a shape; none if they aren't followed.
    fn spread(&self, m: &mut Machine, shape: &[usize]) -> Res<Option<Vec<f64>>> {
        let (ahead, steps) = (shape.len() - self.shape.len(), steps(&self.shape));
        self.gathered(m, shape, |at| {
            let own = at[ahead..].iter().zip(&self.shape).zip(&steps);
            own.map(|((&at, &size), &step)| if size == 1 { 0 } else { at * step }).sum()
        })
    }

    /// Elements in a new order: those at the places that `place` says for each index of a shape.
    fn gathered(&self, m: &mut Machine, shape: &[usize], place: impl Fn(&[usize]) -> usize) -> Res<Option<Vec<f64>>> {
        let count: usize = shape.iter().product();
        let Some(known) = self.known().filter(|_| count <= MOST) else { return Ok(None) };
        m.copied(count)?;
        let mut at = vec![0; shape.len()];
        let mut elements = Vec::with_capacity(count);
        for _ in 0..count {
            elements.push(known[place(&at)]);
            for (at, &size) in at.iter_mut().zip(shape).rev() {
                *at += 1;
                if *at < size {
                    break;
                }
                *at = 0;
            }
        }
        Ok(Some(elements))
    }

    /// An array of such elements, if they are followed.
    pub(super) fn with(shape: Vec<usize>, elements: Option<Vec<f64>>, kind: Kind) -> Value {
        match elements {
            Some(elements) => Array::value(shape, elements, kind),
            None => Array::large(shape, kind),
        }
    }

    /// Its elements along one dimension of a shape, the same along the other.
    pub(super) fn along(&self, m: &mut Machine, shape: [usize; 2], axis: usize) -> Res {
        let elements = self.gathered(m, &shape, |at| at[axis])?;
        Ok(Array::with(shape.to_vec(), elements, self.kind))
    }

    /// Each part along an axis as many times; each element where no axis is said.
    pub(super) fn repeated(&self, m: &mut Machine, times: usize, axis: Option<usize>) -> Res<Option<Value>> {
        let flat = vec![self.count()];
        let (own, axis) = axis.map_or((&flat, 0), |axis| (&self.shape, axis));
        let (mut shape, steps) = (own.clone(), steps(own));
        let Some(size) = shape.get(axis).and_then(|size| size.checked_mul(times)) else { return Ok(None) };
        shape[axis] = size;
        let count = shape.iter().try_fold(1usize, |n, &size| n.checked_mul(size));
        if count.is_none_or(|count| count >= 1 << 30) {
            return Ok(None);
        }
        let place = |i: usize, at: usize| if i == axis { at / times } else { at };
        let elements = self.gathered(m, &shape, |at| {
            at.iter().zip(&steps).enumerate().map(|(i, (&at, &step))| place(i, at) * step).sum()
        })?;
        Ok(Some(Array::with(shape, elements, self.kind)))
    }

    /// A function of a number, or of the elements of what is made an array for it.
    pub(super) fn only(&self, m: &mut Machine, f: fn(f64) -> f64) -> Res {
        match self.shape.is_empty() {
            true => Ok(self.number(f(self.elements(m)?[0]))),
            false => Ok(self.map(self.kind, f)),
        }
    }

    /// `dot` of two matrices.
    pub(super) fn product(&self, m: &mut Machine, other: &Value) -> Res {
        let other = Array::of(m, other)?;
        let (&[rows, inner], &[others, columns]) = (self.shape.as_slice(), other.shape.as_slice()) else {
            return Err(m.unknown(message!("numpy-arguments")));
        };
        if inner != others {
            let (own, other) = (sizes_text(&self.shape), sizes_text(&other.shape));
            let message = format!("shapes {own} and {other} not aligned: {inner} (dim 1) != {others} (dim 0)");
            return Err(m.value_error(message));
        }
        // The order of the sums isn't known.
        Ok(Array::large(vec![rows, columns], self.kind.max(other.kind)))
    }

    /// How a number compares with one of `float32`; releases differ in how precise the other one counts.
    fn compared(&self, m: &mut Machine, name: &str, other: &Value) -> Res {
        let known = self.known();
        let (Some([own]), Some(other)) = (known.as_deref(), float(other)) else {
            return Err(m.unknown(message!("arrays-compared")));
        };
        let holds = |other: f64| match name {
            "__eq__" => *own == other,
            "__ne__" => *own != other,
            "__lt__" => *own < other,
            "__le__" => *own <= other,
            "__gt__" => *own > other,
            _ => *own >= other,
        };
        match (self.shape.is_empty(), holds(other), holds(f64::from(other as f32))) {
            (true, one, two) if one == two => Ok(Value::Bool(one)),
            _ => Err(m.unknown(message!("arrays-compared"))),
        }
    }

    /// Its dimensions in reverse.
    fn transposed(&self, m: &mut Machine) -> Res {
        let shape: Vec<usize> = self.shape.iter().rev().copied().collect();
        let steps = steps(&self.shape);
        let elements = self.gathered(m, &shape, |at| at.iter().rev().zip(&steps).map(|(at, step)| at * step).sum())?;
        Ok(self.viewed(shape, elements))
    }

    /// `reshape(sizes)`, one of which may be -1.
    fn reshaped(&self, m: &mut Machine, sizes: &[Value]) -> Res {
        let sizes = match sizes {
            [one @ (Value::Tuple(_) | Value::List(_))] => m.collect(one)?,
            sizes => sizes.to_vec(),
        };
        let mut shape = Vec::new();
        for size in &sizes {
            shape.push(m.index(size)?);
        }
        let count = self.count() as i64;
        let known: i64 = shape.iter().filter(|&&size| size != -1).product();
        if let (1, Some(open)) = (shape.iter().filter(|&&s| s == -1).count(), shape.iter_mut().find(|s| **s == -1)) {
            *open = count.checked_div(known).unwrap_or(0);
        }
        let fits = shape.iter().all(|&size| size >= 0) && shape.iter().product::<i64>() == count;
        if !fits {
            let sizes: Vec<i64> = sizes.iter().filter_map(integer).collect();
            let shown = sizes_text(&sizes);
            return Err(m.value_error(format!("cannot reshape array of size {count} into shape {shown}")));
        }
        let shape = shape.into_iter().map(|size| size as usize).collect();
        Ok(self.viewed(shape, self.known().map(|known| known.to_vec())))
    }

    /// What shows its memory in another form.
    fn viewed(&self, shape: Vec<usize>, elements: Option<Vec<f64>>) -> Value {
        match elements {
            Some(elements) => self.part(shape, elements.into()),
            None => Array::large(shape, self.kind),
        }
    }

    /// `array[i, :, None]`: numbers, slices and new dimensions.
    fn picked(&self, m: &mut Machine, index: &[Value]) -> Res {
        let taken = index.iter().filter(|index| !index.is_none() && !matches!(index, Value::Ellipsis)).count();
        let rest = self.shape.len().checked_sub(taken).ok_or_else(|| m.unknown(message!("array-indices-many")))?;
        let at = index.iter().position(|index| matches!(index, Value::Ellipsis));
        let all = std::iter::repeat_n(None, rest);
        let mut picks: Vec<Option<Value>> = index.iter().cloned().map(Some).collect();
        match at {
            Some(at) => drop(picks.splice(at..=at, all)),
            None => picks.extend(all),
        }
        let (steps, mut axis, mut first) = (steps(&self.shape), 0, 0);
        let (mut shape, mut moves): (Vec<usize>, Vec<Vec<usize>>) = Default::default();
        for pick in &picks {
            if matches!(pick, Some(Value::None)) {
                shape.push(1);
                moves.push(vec![0]);
                continue;
            }
            let (size, step) = (self.shape[axis], steps[axis]);
            axis += 1;
            let places: Vec<usize> = match pick {
                None => (0..size).collect(),
                Some(Value::Slice(slice)) => m.pick(slice, size as i64)?.indices().collect(),
                Some(one) => {
                    m.known(one)?;
                    let Some(place) = integer(one) else { return Err(m.unknown(message!("array-index"))) };
                    if !(-(size as i64)..size as i64).contains(&place) {
                        let axis = axis - 1;
                        let message = format!("index {place} is out of bounds for axis {axis} with size {size}");
                        return Err(m.error(Type::IndexError, message));
                    }
                    first += place.rem_euclid(size as i64) as usize * step;
                    continue;
                }
            };
            shape.push(places.len());
            moves.push(places.into_iter().map(|place| place * step).collect());
        }
        let place = |at: &[usize]| first + at.iter().zip(&moves).map(|(&at, moves)| moves[at]).sum::<usize>();
        let elements = self.gathered(m, &shape, place)?;
        match elements {
            Some(elements) if shape.is_empty() => Ok(self.taken(elements[0])),
            None if shape.is_empty() => Ok(m.unknown_value(message!("array-large-element"))),
            elements => Ok(self.viewed(shape, elements)),
        }
    }

    fn method(self: &Rc<Self>, m: &mut Machine, name: &str, a: Args) -> Res {
        match (name, a.positional.as_slice()) {
            ("tolist", []) => Ok(self.to_list(&self.shape, &self.elements(m)?)),
            ("item", []) if self.count() == 1 => Ok(self.number(self.elements(m)?[0])),
            ("copy", []) => Ok(self.with_kind(None)),
            ("dot", [other]) if a.keywords.is_empty() => self.product(m, other),
            ("flatten", []) => Ok(Array::value(vec![self.count()], self.elements(m)?.to_vec(), self.kind)),
            ("ravel", []) => Ok(self.part(vec![self.count()], self.elements(m)?)),
            ("astype", [dtype]) => {
                let kind = Kind::of_dtype(m, dtype)?;
                Ok(self.with_kind(Some(kind)))
            }
            ("transpose", []) if a.keywords.is_empty() => self.transposed(m),
            ("reshape", sizes) if a.keywords.is_empty() => self.reshaped(m, sizes),
            ("sum" | "prod" | "cumsum" | "max" | "min" | "mean", []) if a.keywords.is_empty() => self.reduced(m, name),
            _ => Err(m.unknown(message!("ndarray-arguments", name))),
        }
    }
}

impl Keep for Array {
    fn parts(&self, each: &mut dyn FnMut(&dyn Keep)) {
        each(&self.elements);
        each(&self.is_shared);
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

    fn as_keep(self: Rc<Self>) -> Option<Rc<dyn Keep>> {
        Some(self)
    }

    fn get(self: Rc<Self>, machine: &mut Machine, name: Symbol) -> Res<Option<Value>> {
        let text = machine.text(name);
        Ok(Some(match &*text {
            "shape" => Value::tuple(self.shape.iter().map(|&s| Value::Int(s as i64)).collect()),
            "ndim" => Value::Int(self.shape.len() as i64),
            "size" => Value::Int(self.count() as i64),
            "T" => self.transposed(machine)?,
            "tolist" | "item" | "copy" | "dot" | "flatten" | "ravel" | "astype" | "sum" | "prod" | "cumsum" | "max"
            | "min" | "mean" | "transpose" | "reshape" => {
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
                        return Err(machine.error(Type::IndexError, message));
                    }
                    let elements = self.elements(machine)?;
                    self.at(&elements, index.rem_euclid(len) as usize)
                }
                Value::Tuple(index) => self.picked(machine, &index.items)?,
                index => self.picked(machine, std::slice::from_ref(index))?,
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
            ("__repr__" | "__str__", _) => return Err(machine.unknown(message!("array-text"))),
            ("__eq__" | "__ne__" | "__lt__" | "__le__" | "__gt__" | "__ge__", [other]) => {
                self.compared(machine, name, other)?
            }
            ("__matmul__", [other]) => self.product(machine, other)?,
            (_, [other]) => return self.arithmetic(machine, name, other),
            // A number of `float32` can do more than is followed.
            _ if self.shape.is_empty() => return Err(machine.unknown(SINGLE)),
            _ => return Ok(None),
        }))
    }
}

/// A shape as numpy's messages print it: `(2,3)`, `(2,)`.
fn sizes_text<T: ToString>(sizes: &[T]) -> String {
    let sizes: Vec<String> = sizes.iter().map(T::to_string).collect();
    format!("({}{})", sizes.join(","), if sizes.len() == 1 { "," } else { "" })
}

/// How far apart neighbours along each dimension are.
fn steps(shape: &[usize]) -> Vec<usize> {
    let mut steps = vec![1; shape.len()];
    for axis in (1..shape.len()).rev() {
        steps[axis - 1] = steps[axis] * shape[axis];
    }
    steps
}

/// The shape that two arrays have together.
fn broadcast(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let rank = a.len().max(b.len());
    let size = |shape: &[usize], axis: usize| (axis + shape.len()).checked_sub(rank).map_or(1, |axis| shape[axis]);
    let pair = |axis| match (size(a, axis), size(b, axis)) {
        (x, y) if x == y || y == 1 => Some(x),
        (1, y) => Some(y),
        _ => None,
    };
    (0..rank).map(pair).collect()
}

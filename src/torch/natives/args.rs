//! The arguments of one call, bound to the parameters of a function as Python binds them, and read as torch reads them.

use super::value::{Tensor, Value};
use crate::torch::dtype::{DType, Kind};
use crate::torch::ops::{Fault, FaultKind, Result, Shape};
use crate::words::{Message, message};

/// Names that torch takes for others, as NumPy calls them.
const ALIASES: [(&str, &str); 4] = [("axis", "dim"), ("keepdims", "keepdim"), ("x", "input"), ("x2", "other")];

/// Keywords of functions that make tensors which don't affect the shape: those of `**options`.
const OPTIONS: [&str; 8] =
    ["device", "layout", "pin_memory", "requires_grad", "generator", "memory_format", "names", "non_blocking"];

/// A parameter as Python declares it, or what stands among them.
#[derive(Clone, Copy, Debug)]
pub(super) enum Param {
    /// Those behind it are given by keyword.
    Star,
    /// The keywords of functions that make tensors.
    Options,
    /// A parameter; `rest` takes all arguments that are left.
    Named { name: &'static str, rest: bool, default: Option<&'static str> },
}

impl Param {
    /// Reads declared parameters.
    pub(super) fn read(declared: &'static str) -> Vec<Param> {
        let read = |param: &'static str| match param {
            "*" => Param::Star,
            "**options" => Param::Options,
            _ => {
                let (name, default) =
                    param.split_once('=').map_or((param, None), |(name, default)| (name, Some(default)));
                let (name, rest) = name.strip_prefix('*').map_or((name, false), |name| (name, true));
                Param::Named { name, rest, default }
            }
        };
        declared.split(", ").filter(|param| !param.is_empty()).map(read).collect()
    }
}

/// Arguments bound to a function's parameters.
#[derive(Debug)]
pub struct Args<'a> {
    function: &'static str,
    bound: Vec<Bound<'a>>,
}

/// A parameter and its value.
#[derive(Clone, Debug)]
struct Bound<'a> {
    name: &'a str,
    value: Value,
    is_given: bool,
}

impl<'a> Args<'a> {
    /// Binds arguments, or says which are missing, unknown or too many.
    pub(super) fn bind(
        function: &'static str,
        params: &'a [Param],
        args: &[Value],
        kwargs: &[(&str, Value)],
    ) -> Result<Args<'a>> {
        let mut bound = Args { function, bound: Vec::with_capacity(params.len()) };
        let (mut left, mut used) = (args, 0);
        let mut by_position = true;
        for &param in params {
            let (name, rest, default) = match param {
                Param::Star => {
                    by_position = false;
                    continue;
                }
                Param::Options => {
                    used += kwargs.iter().filter(|(key, _)| OPTIONS.contains(key)).count();
                    continue;
                }
                Param::Named { name, rest, default } => (name, rest, default),
            };
            let mut keyword = kwargs.iter().find(|(key, _)| bound.means(key, name)).map(|(_, value)| value.clone());
            used += usize::from(keyword.is_some());
            let positional = match left {
                [] => None,
                _ if !by_position => None,
                [only] if rest && only.items().is_some() => Some(only.clone()),
                _ if rest => Some(Value::List(left.to_vec())),
                [first, ..] => Some(first.clone()),
            };
            if positional.is_some() {
                left = if rest { &[] } else { &left[1..] };
                if keyword.take().is_some() {
                    return Err(type_error(message!("native-twice", function, name)));
                }
            }
            let given = positional.or(keyword);
            let is_given = given.is_some();
            let value = match (given, default) {
                (Some(value), _) => value,
                (None, Some(default)) => parse_default(default),
                (None, None) if rest && function.starts_with("torch.") => Value::List(Vec::new()),
                (None, None) => return Err(type_error(message!("native-lacks", function, name))),
            };
            bound.bound.push(Bound { name, value, is_given });
        }
        if !left.is_empty() {
            return Err(type_error(message!("native-fewer", function, count = args.len())));
        }
        if let Some((_, Value::Tensor(_))) = kwargs.iter().find(|(key, _)| *key == "out") {
            return Err(bound.unsupported(message!("written-to-out")));
        }
        used += kwargs.iter().filter(|(key, value)| *key == "out" && *value == Value::None).count();
        if used < kwargs.len() {
            let known = |key: &str| bound.bound.iter().any(|known| bound.means(key, known.name));
            let unknown = kwargs.iter().find(|(key, _)| !known(key)).map_or("", |(key, _)| key);
            return Err(type_error(message!("native-no-parameter", function, unknown)));
        }
        Ok(bound)
    }

    /// Whether the keyword `key` gives the parameter `name`.
    fn means(&self, key: &str, name: &str) -> bool {
        key == name || (!self.function.starts_with("F.") && ALIASES.contains(&(key, name)))
    }

    /// The name by which the function is called, without `torch.` or the like.
    pub(super) fn function(&self) -> &'static str {
        self.function.rsplit('.').next().unwrap_or(self.function)
    }

    /// These arguments, as those of another function.
    pub(super) fn renamed(&self, function: &'static str) -> Args<'a> {
        Args { function, bound: self.bound.clone() }
    }

    /// How many parameters there are.
    pub(super) fn len(&self) -> usize {
        self.bound.len()
    }

    /// All values, defaults included.
    pub(super) fn all(&self) -> impl Iterator<Item = &Value> {
        self.bound.iter().map(|bound| &bound.value)
    }

    /// Whether argument `i` was given.
    pub(super) fn is_given(&self, i: usize) -> bool {
        self.bound[i].is_given
    }

    /// Argument `i`.
    pub(super) fn get(&self, i: usize) -> &Value {
        &self.bound[i].value
    }

    /// Whether argument `i` is `None`.
    pub(super) fn is_none(&self, i: usize) -> bool {
        matches!(self.get(i), Value::None)
    }

    /// Says that argument `i` isn't what is expected, or that what was given isn't known.
    pub(super) fn wrong(&self, i: usize, expected: Message) -> Fault {
        self.wrong_value(i, self.get(i), expected)
    }

    fn wrong_value(&self, i: usize, value: &Value, expected: Message) -> Fault {
        let (function, name, got) = (self.function, self.bound[i].name, value.type_name());
        match value {
            Value::Other(_) => Fault::unsupported(message!("native-argument-is", name, function, got)),
            _ => type_error(message!("native-argument-must-be", name, function, expected, got)),
        }
    }

    /// A fault that speaks of the whole call.
    pub(super) fn unsupported(&self, why: impl Into<Message>) -> Fault {
        Fault::unsupported(message!("of-function", function = self.function, why = why.into()))
    }

    /// Argument `i` as a tensor.
    pub(super) fn tensor(&self, i: usize) -> Result<&Tensor> {
        match self.get(i) {
            Value::Tensor(tensor) => Ok(tensor),
            _ => Err(self.wrong(i, message!("a-tensor"))),
        }
    }

    /// The sizes of argument `i`, a tensor.
    pub(super) fn shape(&self, i: usize) -> Result<Shape> {
        Ok(self.tensor(i)?.shape)
    }

    /// Argument `i` as a tensor of real or complex numbers, which is what `what` needs.
    pub(super) fn floats(&self, i: usize) -> Result<&Tensor> {
        let tensor = self.tensor(i)?;
        if tensor.dtype.kind() < Kind::Float {
            return Err(Fault::value(message!("not-implemented-for", function = self.function, dtype = tensor.dtype)));
        }
        Ok(tensor)
    }

    /// Argument `i` as a tensor of real numbers.
    pub(super) fn reals(&self, i: usize) -> Result<&Tensor> {
        let tensor = self.floats(i)?;
        if tensor.dtype.kind() == Kind::Complex {
            return Err(Fault::value(message!("not-implemented-for", function = self.function, dtype = tensor.dtype)));
        }
        Ok(tensor)
    }

    /// Nothing is said of tensors without elements, which some of torch's kernels take and others don't.
    pub(super) fn expect_some(&self, tensors: &[&Tensor]) -> Result<()> {
        for tensor in tensors {
            if tensor.shape.numel()? == 0 {
                return Err(self.unsupported(message!("no-elements")));
            }
        }
        Ok(())
    }

    /// Argument `i` as a bool, which `None` isn't even where it is the default.
    pub(super) fn bool_if_given(&self, i: usize) -> Result<Option<bool>> {
        if self.bound[i].is_given { self.bool(i).map(Some) } else { Ok(None) }
    }

    /// Argument `i` as a tensor; none if it is `None`.
    pub(super) fn opt_tensor(&self, i: usize) -> Result<Option<&Tensor>> {
        if self.is_none(i) { Ok(None) } else { self.tensor(i).map(Some) }
    }

    /// Argument `i` as a list of tensors.
    pub(super) fn tensors(&self, i: usize) -> Result<Vec<&Tensor>> {
        let items = self.get(i).items().ok_or_else(|| self.wrong(i, message!("tensors-list")))?;
        let mut tensors = Vec::with_capacity(items.len());
        for item in items {
            let Value::Tensor(tensor) = item else { return Err(self.wrong_value(i, item, message!("tensors-list"))) };
            tensors.push(&**tensor);
        }
        Ok(tensors)
    }

    /// Argument `i` as an integer. A bool is none to torch.
    pub(super) fn int(&self, i: usize) -> Result<i64> {
        self.int_of(i, self.get(i))
    }

    fn int_of(&self, i: usize, value: &Value) -> Result<i64> {
        match value {
            Value::Tensor(_) | Value::Int(_) => value.as_int(),
            _ => Err(self.wrong_value(i, value, message!("an-integer"))),
        }
    }

    /// Argument `i` as an integer; none if it is `None`.
    pub(super) fn opt_int(&self, i: usize) -> Result<Option<i64>> {
        if self.is_none(i) { Ok(None) } else { self.int(i).map(Some) }
    }

    /// Argument `i` as a dimension.
    pub(super) fn dim(&self, i: usize) -> Result<isize> {
        Ok(self.int(i)? as isize)
    }

    /// Argument `i` as a dimension; none if it is `None`.
    pub(super) fn opt_dim(&self, i: usize) -> Result<Option<isize>> {
        if self.is_none(i) { Ok(None) } else { self.dim(i).map(Some) }
    }

    /// Argument `i` as a list of integers.
    pub(super) fn ints(&self, i: usize) -> Result<Vec<i64>> {
        let items = self.get(i).items().ok_or_else(|| self.wrong(i, message!("list-of-integers")))?;
        // torch looks closely at the first one only.
        let int_at = |(k, item): (usize, &Value)| match item {
            Value::Bool(b) if k > 0 => Ok(i64::from(*b)),
            _ => self.int_of(i, item),
        };
        items.iter().enumerate().map(int_at).collect()
    }

    /// Argument `i` as a list of integers; a single one is a list of one.
    pub(super) fn one_or_more(&self, i: usize) -> Result<Vec<i64>> {
        if self.get(i).items().is_some() { self.ints(i) } else { Ok(vec![self.int(i)?]) }
    }

    /// Argument `i` as dimensions: one, or a list of them; none of them where it is `None`.
    pub(super) fn dims(&self, i: usize) -> Result<Vec<isize>> {
        if self.is_none(i) {
            return Ok(Vec::new());
        }
        Ok(self.one_or_more(i)?.into_iter().map(|d| d as isize).collect())
    }

    /// Argument `i` as one integer for each of `n` spatial dimensions; a single one is repeated.
    pub(super) fn spatial(&self, i: usize, n: usize) -> Result<Vec<i64>> {
        let mut sizes = self.one_or_more(i)?;
        if sizes.len() == 1 {
            sizes.resize(n, sizes[0]);
        }
        if sizes.len() == n {
            return Ok(sizes);
        }
        Err(Fault::value(message!(
            "native-integers-or-one",
            name = self.bound[i].name,
            function = self.function,
            n,
            count = sizes.len()
        )))
    }

    /// Argument `i` as a bool. An integer is none to torch.
    pub(super) fn bool(&self, i: usize) -> Result<bool> {
        match *self.get(i) {
            Value::Bool(b) => Ok(b),
            _ => Err(self.wrong(i, message!("a-bool"))),
        }
    }

    /// Argument `i` as exactly `n` integers; a single one is repeated.
    pub(super) fn one_or(&self, i: usize, n: usize) -> Result<Vec<i64>> {
        let sizes = if self.get(i).items().is_some() { self.ints(i)? } else { vec![self.int(i)?; n] };
        if sizes.len() == n {
            return Ok(sizes);
        }
        let (name, function) = (self.bound[i].name, self.function);
        Err(Fault::value(message!("native-integers", name, function, n, count = sizes.len())))
    }

    /// Argument `i` as Python's `if` takes it.
    pub(super) fn truthy(&self, i: usize) -> bool {
        !matches!(self.get(i), Value::None | Value::Bool(false) | Value::Int(0))
    }

    /// Argument `i` as a number.
    pub(super) fn number(&self, i: usize) -> Result<f64> {
        self.number_of(i, self.get(i))
    }

    /// A value given as (a part of) argument `i`, as a number.
    pub(super) fn number_of(&self, i: usize, value: &Value) -> Result<f64> {
        match value {
            Value::Int(x) => Ok(*x as f64),
            Value::Float(x) => Ok(*x),
            Value::Bool(x) => Ok(f64::from(u8::from(*x))),
            Value::Tensor(t) if t.shape.rank() == 0 => {
                t.item().ok_or_else(|| self.unsupported(message!("tensor-value-unknown")))
            }
            _ => Err(self.wrong_value(i, value, message!("a-number"))),
        }
    }

    /// Argument `i` as a string.
    pub(super) fn str(&self, i: usize) -> Result<&str> {
        match self.get(i) {
            Value::Str(text) => Ok(text),
            _ => Err(self.wrong(i, message!("a-string"))),
        }
    }

    /// Argument `i` as an element type; none if it is `None`.
    pub(super) fn dtype(&self, i: usize) -> Result<Option<DType>> {
        match *self.get(i) {
            Value::None => Ok(None),
            Value::DType(dtype) => Ok(Some(dtype)),
            _ => Err(self.wrong(i, message!("a-dtype"))),
        }
    }
}

fn parse_default(text: &str) -> Value {
    match text {
        "None" => Value::None,
        "True" => Value::Bool(true),
        "False" => Value::Bool(false),
        "()" => Value::Tuple(Vec::new()),
        _ => match (text.strip_prefix('\''), text.parse::<i64>(), text.parse::<f64>()) {
            (Some(text), ..) => Value::Str(text.trim_end_matches('\'').into()),
            (_, Ok(int), _) => Value::Int(int),
            (_, _, Ok(float)) => Value::Float(float),
            _ => Value::Other(text.into()),
        },
    }
}

/// A fault of an argument's type, Python's `TypeError`.
pub(super) fn type_error(message: impl Into<Message>) -> Fault {
    Fault::new(FaultKind::Arguments, message)
}

/// Refuses complex numbers, which have no order.
pub(super) fn real(a: &Args<'_>, t: &Tensor) -> Result<()> {
    if t.dtype.kind() == Kind::Complex {
        return Err(Fault::value(message!("not-implemented-for", function = a.function(), dtype = t.dtype)));
    }
    Ok(())
}

/// Refuses tensors of bools.
pub(super) fn not_bool(a: &Args<'_>, t: &Tensor) -> Result<()> {
    if t.dtype == DType::Bool {
        return Err(Fault::value(message!("not-implemented-for", function = a.function(), dtype = t.dtype)));
    }
    Ok(())
}

//! Calls: what a module is called with, and how arguments become its parameters.

use std::fmt;

use super::build::Build;
use super::ops::{Fault, FaultKind, Result};
use super::value::Layer;
use crate::python::Literal;
use crate::words::{Message, and, message, printed};

/// The largest integer that an argument may be; beyond it sizes aren't followed.
const MAX_INT: i64 = 1_000_000_000;

/// A module that rows can name.
#[derive(Debug)]
pub struct Spec {
    /// The name that a row gives: `Conv`, `nn.MaxPool2d`.
    pub name: &'static str,
    /// The class as the framework's table prints it: `ultralytics.nn.modules.conv.Conv`.
    pub path: &'static str,
    /// One line that says what it does.
    pub doc: Message,
    /// The parameters of its constructor.
    pub params: &'static [Param],
    /// Builds it.
    pub build: fn(&mut Build, &Args<'_>) -> Result<Layer>,
}

/// A parameter of a module's constructor.
#[derive(Debug)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// The values that it takes.
    pub ty: Type,
    /// Its default; none if it is required.
    pub default: Option<Default>,
}

/// The values that a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// An integer.
    Int,
    /// An integer or `None`.
    OptInt,
    /// A number.
    Float,
    /// Anything, taken for true or false.
    Bool,
    /// An integer for all spatial dimensions, or a list with one for each.
    Size,
    /// A size or `None`.
    OptSize,
    /// `True` for the default activation; anything else for none.
    Act,
    /// A list of integers.
    Ints,
    /// A string.
    Str,
    /// Anything.
    Any,
}

/// A default value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Default {
    /// `None`
    None,
    /// An integer.
    Int(i64),
    /// A float.
    Float(f64),
    /// A boolean.
    Bool(bool),
    /// A string.
    Str(&'static str),
    /// A tuple of integers.
    Ints(&'static [i64]),
}

impl Default {
    /// The value as an argument.
    pub fn to_arg(self) -> Literal {
        match self {
            Default::None => Literal::None,
            Default::Int(i) => Literal::Int(i),
            Default::Float(f) => Literal::Float(f),
            Default::Bool(b) => Literal::Bool(b),
            Default::Str(s) => Literal::Str(s.to_owned()),
            Default::Ints(v) => Literal::Tuple(v.iter().map(|&i| Literal::Int(i)).collect()),
        }
    }
}

/// Equal if it is the same entry of the table.
impl PartialEq for Spec {
    fn eq(&self, other: &Spec) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Spec {
    /// Whether the last parameter, `*args`, takes any number of further arguments.
    fn takes_rest(&self) -> bool {
        self.params.last().is_some_and(|p| p.name.starts_with('*'))
    }
}

/// A parameter that must be given.
pub const fn required(name: &'static str, ty: Type) -> Param {
    Param { name, ty, default: None }
}

/// A parameter with a default.
pub const fn optional(name: &'static str, ty: Type, default: Default) -> Param {
    Param { name, ty, default: Some(default) }
}

printed!(Spec);

/// Written as Python would declare it: `Conv(c1, c2, k=1, s=1, …)`.
impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name)?;
        for (i, param) in self.params.iter().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            f.write_str(param.name)?;
            if let Some(default) = param.default.filter(|_| !param.name.starts_with('*')) {
                write!(f, "={}", default.to_arg())?;
            }
        }
        f.write_str(")")
    }
}

/// The arguments of one call, bound to a signature.
pub struct Args<'a> {
    spec: &'a Spec,
    /// The given value of each parameter, up to the last given one; those of `*args` follow.
    given: Vec<Option<&'a Literal>>,
}

impl<'a> Args<'a> {
    /// Binds the arguments of a row.
    ///
    /// # Errors
    /// As [`Args::bind_call`].
    pub fn bind(spec: &'a Spec, literals: &'a [Literal]) -> Result<Args<'a>> {
        Args::bind_call(spec, literals, [])
    }

    /// Binds positional and keyword arguments.
    ///
    /// # Errors
    /// Python's `TypeError`: too many arguments, an unexpected keyword, a parameter that is given twice or not at all.
    pub fn bind_call(
        spec: &'a Spec,
        positional: impl IntoIterator<Item = &'a Literal>,
        keywords: impl IntoIterator<Item = (&'a str, &'a Literal)>,
    ) -> Result<Args<'a>> {
        let wrong = |what: Message| {
            Fault::new(FaultKind::Arguments, message!("call", module = spec.name, what, signature = spec))
        };
        let mut given: Vec<Option<&'a Literal>> = positional.into_iter().map(Some).collect();
        let most = spec.params.len();
        if given.len() > most && !spec.takes_rest() {
            return Err(wrong(message!("call-at-most", most, given = given.len())));
        }
        for (name, value) in keywords {
            let Some(i) = spec.params.iter().position(|param| param.name == name) else {
                if spec.takes_rest() {
                    continue;
                }
                return Err(wrong(message!("call-no-parameter", name)));
            };
            if given.len() <= i {
                given.resize(i + 1, None);
            }
            if given[i].replace(value).is_some() {
                return Err(wrong(message!("call-twice", name)));
            }
        }
        let is_given = |i: usize| given.get(i).is_some_and(Option::is_some);
        let params = spec.params.iter().enumerate();
        let missing = params.filter(|(i, param)| param.default.is_none() && !is_given(*i));
        let missing: Vec<&'static str> = missing.map(|(_, param)| param.name).collect();
        if let Some(first) = missing.first() {
            let names = missing.iter().map(|name| format!("`{name}`"));
            return Err(wrong(message!("call-lacks", names = and(names))).at_param(first));
        }
        Ok(Args { spec, given })
    }

    /// The signature that they are bound to.
    pub fn spec(&self) -> &'a Spec {
        self.spec
    }

    /// How many arguments are given, up to the last one that is.
    pub fn len(&self) -> usize {
        self.given.len()
    }

    /// The given value of argument `i`; none if it is left at its default.
    pub fn given(&self, i: usize) -> Option<&'a Literal> {
        self.given.get(i).copied().flatten()
    }

    /// Argument `i`, or its default.
    pub fn get(&self, i: usize) -> Literal {
        match self.given(i) {
            Some(literal) => literal.clone(),
            None => self.spec.params[i].default.map_or(Literal::None, Default::to_arg),
        }
    }

    /// Argument `i` as an integer.
    pub fn int(&self, i: usize) -> Result<i64> {
        let arg = self.get(i);
        let value = arg.as_int().ok_or_else(|| self.wrong(i, &arg, message!("an-integer")))?;
        self.bounded(i, value)
    }

    /// Argument `i` as a number.
    pub fn float(&self, i: usize) -> Result<f64> {
        let arg = self.get(i);
        arg.as_float().ok_or_else(|| self.wrong(i, &arg, message!("a-number")))
    }

    /// Argument `i` as Python's `if` would take it.
    pub fn bool(&self, i: usize) -> bool {
        match self.given(i) {
            Some(literal) => literal.truthy(),
            None => self.get(i).truthy(),
        }
    }

    /// Argument `i` as an integer that isn't a bool: Python takes those for integers, torch's own functions don't.
    pub fn plain_int(&self, i: usize) -> Result<i64> {
        match self.get(i) {
            arg @ Literal::Bool(_) => Err(self.wrong(i, &arg, message!("an-integer"))),
            _ => self.int(i),
        }
    }

    /// Argument `i` as one size for each of `N` spatial dimensions; a list of one is repeated, as in torch.
    pub fn size<const N: usize>(&self, i: usize) -> Result<[i64; N]> {
        let arg = self.get(i);
        match &arg {
            Literal::Bool(_) => Err(self.not_a_size::<N>(i, &arg)),
            Literal::List(one) | Literal::Tuple(one) if one.len() == 1 => self.size_of(i, &one[0]),
            _ => self.size_of(i, &arg),
        }
    }

    /// Argument `i` as a convolution's kernel: torch makes a weight's sizes of it, which may be bools.
    pub fn kernel<const N: usize>(&self, i: usize) -> Result<[i64; N]> {
        self.size_of(i, &self.get(i))
    }

    /// A value given as (a part of) argument `i`, as one size for each of `N` spatial dimensions.
    pub fn size_of<const N: usize>(&self, i: usize, arg: &Literal) -> Result<[i64; N]> {
        if let Some(value) = arg.as_int() {
            return Ok([self.bounded(i, value)?; N]);
        }
        let items = arg.as_list().and_then(|items| <&[Literal; N]>::try_from(items).ok());
        let Some(items) = items else { return Err(self.not_a_size::<N>(i, arg)) };
        let mut sizes = [0; N];
        for (size, item) in sizes.iter_mut().zip(items) {
            let value = item.as_int().ok_or_else(|| self.not_a_size::<N>(i, arg))?;
            *size = self.bounded(i, value)?;
        }
        Ok(sizes)
    }

    fn not_a_size<const N: usize>(&self, i: usize, arg: &Literal) -> Fault {
        self.wrong(i, arg, message!("an-integer-or-list", count = N))
    }

    /// Argument `i` as a size; none if it is `None`.
    pub fn opt_size<const N: usize>(&self, i: usize) -> Result<Option<[i64; N]>> {
        if self.get(i) == Literal::None { Ok(None) } else { self.size(i).map(Some) }
    }

    /// Argument `i` as a list of integers.
    pub fn ints(&self, i: usize) -> Result<Vec<i64>> {
        let arg = self.get(i);
        let values = arg.as_list().and_then(|items| items.iter().map(Literal::as_int).collect::<Option<Vec<i64>>>());
        let values = values.ok_or_else(|| self.wrong(i, &arg, message!("list-of-integers")))?;
        for &value in &values {
            self.bounded(i, value)?;
        }
        Ok(values)
    }

    /// Argument `i` as a string.
    pub fn str(&self, i: usize) -> Result<String> {
        let arg = self.get(i);
        arg.as_str().map(str::to_owned).ok_or_else(|| self.wrong(i, &arg, message!("a-string")))
    }

    /// A fault that blames argument `i`.
    pub fn invalid(&self, i: usize, message: impl Into<Message>) -> Fault {
        Fault::value(message).at_param(self.spec.params[i].name)
    }

    /// Says that argument `i`, which is `arg`, isn't what is expected.
    pub fn wrong(&self, i: usize, arg: &Literal, expected: impl Into<Message>) -> Fault {
        let name = self.spec.params[i].name;
        Fault::new(
            FaultKind::Arguments,
            message!(
                "argument-must-be",
                name,
                module = self.spec.name,
                expected = expected.into(),
                arg,
                kind = arg.type_name(),
            ),
        )
        .at_param(name)
    }

    /// A value of argument `i`, or a fault where it is beyond what sizes can be.
    pub fn bounded(&self, i: usize, value: i64) -> Result<i64> {
        if (-MAX_INT..=MAX_INT).contains(&value) {
            return Ok(value);
        }
        let name = self.spec.params[i].name;
        Err(Fault::too_large(message!("argument-too-large", name, module = self.spec.name, value)).at_param(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::torch::nn;

    const CONV: &str = "nn.Conv2d";

    /// The bound arguments of a call of `nn.Conv2d`, or what Python's `TypeError` says.
    fn bound(positional: &[Literal], keywords: &[(&str, Literal)]) -> Result<Vec<Literal>, String> {
        let spec = nn::find(CONV).expect("a layer");
        let keywords = keywords.iter().map(|(name, value)| (*name, value));
        let args = Args::bind_call(spec, positional, keywords);
        let args = args.map_err(|fault| {
            assert_eq!(fault.exception(), "TypeError");
            fault.message.english().split(':').next().unwrap_or_default().to_owned()
        })?;
        Ok((0..9).map(|i| args.get(i)).collect())
    }

    /// As torch binds them: `nn.Conv2d(3, 16, 3, groups=1, bias=False)`.
    #[test]
    fn arguments_come_by_position_and_by_name() {
        let [three, sixteen] = [3, 16].map(Literal::Int);
        let all = |kernel: &Literal, bias: bool| {
            let mut all = vec![three.clone(), sixteen.clone(), kernel.clone()];
            all.extend([1, 0, 1, 1].map(Literal::Int));
            all.extend([Literal::Bool(bias), Literal::Str("zeros".to_owned())]);
            all
        };
        let positional = [three.clone(), sixteen.clone(), three.clone()];
        assert_eq!(bound(&positional, &[]), Ok(all(&three, true)));
        let keywords = [("bias", Literal::Bool(false)), ("kernel_size", three.clone())];
        assert_eq!(bound(&positional[..2], &keywords), Ok(all(&three, false)));
        for (given, keywords, says) in [
            (2, &[][..], "nn.Conv2d is missing `kernel_size`"),
            (1, &[("kernel_size", three.clone())][..], "nn.Conv2d is missing `out_channels`"),
            (3, &[("kernel_size", three.clone())][..], "nn.Conv2d got `kernel_size` twice"),
            (3, &[("kernel", three.clone())][..], "nn.Conv2d has no parameter `kernel`"),
        ] {
            assert_eq!(bound(&positional[..given], keywords), Err(says.to_owned()));
        }
        let many = vec![three.clone(); 12];
        assert_eq!(bound(&many, &[]), Err("nn.Conv2d takes at most 11 arguments, but 12 were given".to_owned()));
    }
}

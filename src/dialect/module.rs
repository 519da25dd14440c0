//! Modules that rows can name, as a dialect knows them. They may come from a file, so nothing in here is static.

use std::borrow::Cow;
use std::fmt;

use crate::python::Literal;
use crate::text::Location;
use crate::torch::Type;
use crate::words::{Message, printed};

/// A module that rows can name.
#[derive(Clone, Debug)]
pub struct ModuleInfo {
    /// The name that a row gives: `Conv`, `nn.MaxPool2d`.
    pub name: Cow<'static, str>,
    /// The class as the framework's table prints it: `ultralytics.nn.modules.conv.Conv`.
    pub path: Cow<'static, str>,
    /// One line that says what it does.
    pub doc: Message,
    /// The web page about it.
    pub page: Option<String>,
    /// The parameters of its constructor.
    pub params: Vec<Param>,
    /// The arguments that a row can give, in order.
    pub row_params: Vec<RowParam>,
    /// Whether it is a head: its predictions are in the first tensor that it returns.
    pub is_head: bool,
    /// Whether it is a head that takes maps of several sizes and is built for the first of them.
    pub has_levels: bool,
    /// The place of its class; none if it is built in.
    pub place: Option<Location>,
}

/// A parameter of a constructor.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name.
    pub name: Cow<'static, str>,
    /// The values that it takes.
    pub ty: Type,
    /// Its default; none if it is required.
    pub default: Option<Literal>,
    /// Its place; none if it is built in.
    pub place: Option<Location>,
}

/// An argument that a row can give.
#[derive(Clone, Debug)]
pub struct RowParam {
    /// Its name.
    pub name: Cow<'static, str>,
    /// The position of the parameter that it becomes; none if the framework keeps it for itself.
    pub param: Option<usize>,
    /// Whether the row must give it.
    pub is_required: bool,
    /// Whether it is a number of channels that is capped and scaled by width.
    pub is_scaled: bool,
}

impl ModuleInfo {
    /// The parameter that an argument of a row becomes.
    pub fn param_of(&self, row_param: &RowParam) -> Option<&Param> {
        self.params.get(row_param.param?)
    }

    /// Whether the argument of a row at `position` is a number of channels that is capped and scaled by width.
    pub fn scales(&self, position: usize) -> bool {
        self.row_params.get(position).is_some_and(|param| param.is_scaled)
    }
}

impl Param {
    /// Whether it takes any number of arguments: `*args`.
    pub fn takes_rest(&self) -> bool {
        self.name.starts_with('*')
    }
}

printed!(ModuleInfo);

/// Written as Python would declare it: `Conv(c1, c2, k=1, s=1, …)`.
impl fmt::Display for ModuleInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name)?;
        for (i, param) in self.params.iter().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            f.write_str(&param.name)?;
            if let Some(default) = param.default.as_ref().filter(|_| !param.takes_rest()) {
                write!(f, "={default}")?;
            }
        }
        f.write_str(")")
    }
}

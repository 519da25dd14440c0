//! The activation that a convolution ends with.

use crate::python::Literal;
use crate::torch::nn::{Activation, activation, identity};
use crate::torch::ops::Result;
use crate::torch::{Build, ClassAttribute, Net};

/// The parameter `act` of a convolution.
#[derive(Clone, Default)]
pub enum Act {
    /// `True`: the class's default, one instance for all.
    #[default]
    Default,
    /// `False`, or anything that isn't a module: `Identity`.
    None,
    /// A module made by the caller.
    Module(Net),
}

impl Act {
    /// `Conv.default_act`, which `activation:` in a file sets.
    pub const OF_CONV: &str = "Conv.default_act";
    /// `ConvTranspose.default_act`
    pub const OF_CONV_TRANSPOSE: &str = "ConvTranspose.default_act";
    /// `RepConv.default_act`
    pub const OF_REP_CONV: &str = "RepConv.default_act";

    /// Reads a row's argument: only `True` itself is the default activation.
    pub fn from_arg(arg: &Literal) -> Act {
        if *arg == Literal::Bool(true) { Act::Default } else { Act::None }
    }

    /// Reads a row's argument if `None` means one `ReLU`.
    pub fn or_relu(b: &mut Build, arg: &Literal) -> Result<Act> {
        if *arg == Literal::None { Act::relu(b) } else { Ok(Act::from_arg(arg)) }
    }

    /// A `ReLU` of its own.
    pub fn relu(b: &mut Build) -> Result<Act> {
        b.apart(|b| activation(b, &Activation::relu())).map(Act::Module)
    }

    /// Makes the activation the child `act`; `default` is the path of the class's default.
    pub fn build(&self, b: &mut Build, default: &str) -> Result<Net> {
        let shared = match self {
            Act::None => None,
            Act::Module(net) => Some(net.clone()),
            Act::Default => match b.class_attribute(default) {
                Some(ClassAttribute::Module(net)) => Some(net.clone()),
                _ => None,
            },
        };
        match shared {
            Some(net) => Ok(b.at("act").hold(&net)),
            None => identity(b.at("act")),
        }
    }
}

//! Activations and `Identity`.

use crate::catalog::Build;
use crate::catalog::net::{Net, net};
use crate::ops::{Result, Shape};
use crate::trace::Run;

/// An activation module of `torch.nn`.
#[derive(Clone, Debug, PartialEq)]
pub struct Activation {
    /// The class, `SiLU`.
    pub class: &'static str,
    /// The op that it runs, `silu`.
    pub op: &'static str,
    /// The size of its weight, for `PReLU`.
    pub weight: Option<i64>,
}

impl Activation {
    /// `nn.SiLU()`
    pub fn silu() -> Activation {
        Activation { class: "SiLU", op: "silu", weight: None }
    }

    /// What `activation:` names; a stand-in until the layers are all there.
    pub fn parse(_: &str) -> Result<Activation> {
        Ok(Activation::silu())
    }

    /// `nn.ReLU()`
    pub fn relu() -> Activation {
        Activation { class: "ReLU", op: "relu", weight: None }
    }

    /// `nn.Sigmoid()`
    pub fn sigmoid() -> Activation {
        Activation { class: "Sigmoid", op: "sigmoid", weight: None }
    }
}

/// Builds an activation.
pub fn activation(b: &mut Build, a: &Activation) -> Result<Net> {
    net(b, a.class, |b| {
        if let Some(n) = a.weight {
            b.param(&[n])?;
        }
        let op = a.op;
        Ok(move |r: &mut Run, x: Shape| Ok(r.elementwise(op, x)))
    })
}

/// Builds an `Identity`.
pub fn identity(b: &mut Build) -> Result<Net> {
    net(b, "Identity", |_| Ok(|_: &mut Run, x: Shape| Ok(x)))
}

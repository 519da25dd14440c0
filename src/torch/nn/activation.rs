//! Activations.

use super::arguments::{device_and_dtype, dim, features};
use super::spec;
use crate::python::Literal;
use crate::torch::ops::{self, Fault, Result, Shape};
use crate::torch::{
    Args, Build, Class, Default as D, Layer, Net, Param, Run, Spec, Type as T, net, optional, required,
};
use crate::words::message;

/// An activation module of `torch.nn` with its arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Activation {
    /// The class, `SiLU`.
    pub class: &'static str,
    forward: Forward,
}

/// The op that an activation runs.
#[derive(Clone, Debug, PartialEq)]
enum Forward {
    /// Nothing: `Identity`.
    Identity,
    /// A function of single elements, by its name in torch.
    Elementwise(&'static str),
    /// `prelu`, with the number of its slopes.
    Prelu(i64),
    /// `softmax` or its kin, by its name, along a dimension or, without one, along torch's choice.
    Softmax(&'static str, Option<isize>),
    /// `softmax` of the channels of an image, with or without a batch.
    Softmax2d,
    /// `glu`, which halves a dimension.
    Glu(isize),
    /// Another layer, by its name and arguments.
    Layer(&'static str, Vec<Literal>),
}

impl Activation {
    /// An activation of class `class` that runs the function `op` on each element.
    pub const fn elementwise(class: &'static str, op: &'static str) -> Activation {
        Activation { class, forward: Forward::Elementwise(op) }
    }

    /// `nn.SiLU()`
    pub const fn silu() -> Activation {
        Activation::elementwise("SiLU", "silu")
    }

    /// `nn.ReLU()`
    pub const fn relu() -> Activation {
        Activation::elementwise("ReLU", "relu")
    }

    /// `nn.Sigmoid()`
    pub const fn sigmoid() -> Activation {
        Activation::elementwise("Sigmoid", "sigmoid")
    }

    /// `nn.GELU()`
    pub const fn gelu() -> Activation {
        Activation::elementwise("GELU", "gelu")
    }

    /// The activation `class` with arguments, checked as far as torch checks them when it is built or run.
    pub fn from_args(a: &Args<'_>) -> Result<Activation> {
        let numbers = |params: std::ops::Range<usize>| params.into_iter().try_for_each(|i| a.float(i).map(|_| ()));
        let class = a.spec().name.strip_prefix("nn.").unwrap_or(a.spec().name);
        let op = match class {
            "ReLU" => "relu",
            "ReLU6" | "Hardtanh" => {
                if class == "Hardtanh" {
                    hardtanh_bounds(a)?;
                }
                "hardtanh"
            }
            "LeakyReLU" => numbers(0..1).map(|()| "leaky_relu")?,
            "RReLU" => {
                let (lower, upper) = (a.float(0)?, a.float(1)?);
                if lower > upper {
                    return Err(a.invalid(0, message!("lower-above-upper", lower, upper)));
                }
                "rrelu"
            }
            "ELU" => numbers(0..1).map(|()| "elu")?,
            "CELU" => {
                if a.float(0)? == 0.0 {
                    return Err(a.invalid(0, message!("celu-alpha")));
                }
                "celu"
            }
            "SELU" => "selu",
            "GELU" => {
                let approximate = a.str(0)?;
                if approximate != "none" && approximate != "tanh" {
                    return Err(a.invalid(0, message!("approximate", approximate)));
                }
                "gelu"
            }
            "SiLU" => "silu",
            "Mish" => "mish",
            "Hardswish" => "hardswish",
            "Hardsigmoid" => "hardsigmoid",
            "Hardshrink" => numbers(0..1).map(|()| "hardshrink")?,
            "Softshrink" => {
                let lambd = a.float(0)?;
                if !(0.0..=f64::from(f32::MAX)).contains(&lambd) {
                    return Err(a.invalid(0, message!("lambd-negative", lambd)));
                }
                "softshrink"
            }
            "Tanhshrink" => "tanhshrink",
            "Sigmoid" => "sigmoid",
            "Tanh" => "tanh",
            "LogSigmoid" => "logsigmoid",
            "Softplus" => numbers(0..2).map(|()| "softplus")?,
            "Softsign" => "softsign",
            "Threshold" => numbers(0..2).map(|()| "threshold")?,
            "PReLU" => {
                device_and_dtype(a)?;
                a.float(1)?;
                return Ok(Activation { class: "PReLU", forward: Forward::Prelu(features(a, 0)?) });
            }
            "GLU" => return Ok(Activation { class: "GLU", forward: Forward::Glu(dim(a, 0)?) }),
            "Softmax2d" => return Ok(Activation { class: "Softmax2d", forward: Forward::Softmax2d }),
            "Softmax" => return softmax("Softmax", "softmax", a),
            "Softmin" => return softmax("Softmin", "softmin", a),
            "LogSoftmax" => return softmax("LogSoftmax", "log_softmax", a),
            "Identity" => return Ok(Activation { class: "Identity", forward: Forward::Identity }),
            _ => {
                // Building it once tells of wrong arguments before every `Conv` does.
                (a.spec().build)(&mut Build::default(), a)?;
                return Ok(Activation {
                    class,
                    forward: Forward::Layer(a.spec().name, (0..a.len()).map(|i| a.get(i)).collect()),
                });
            }
        };
        Ok(Activation::elementwise(class, op))
    }
}

fn softmax(class: &'static str, name: &'static str, a: &Args<'_>) -> Result<Activation> {
    let dim = if a.get(0) == Literal::None { None } else { Some(dim(a, 0)?) };
    Ok(Activation { class, forward: Forward::Softmax(name, dim) })
}

/// The bounds may go by two names, the older one of which wins.
fn hardtanh_bounds(a: &Args<'_>) -> Result<()> {
    let bound = |i: usize, older: usize| if a.get(older) == Literal::None { a.float(i) } else { a.float(older) };
    let (min, max) = (bound(0, 3)?, bound(1, 4)?);
    if max <= min {
        return Err(a.invalid(1, message!("max-val", max, min)));
    }
    Ok(())
}

/// Builds an activation.
pub fn activation(b: &mut Build, a: &Activation) -> Result<Net> {
    if let Forward::Layer(name, args) = &a.forward {
        let spec = super::find(name).ok_or_else(|| super::why_unknown(name))?;
        return Ok((spec.build)(b, &Args::bind(spec, args)?)?.into_net());
    }
    net(b, Class::of_torch(a.class), |b| {
        if let Forward::Prelu(slopes) = a.forward {
            b.param("weight", &[slopes])?;
        }
        let forward = a.forward.clone();
        Ok(move |r: &mut Run, x: Shape| run(r, &forward, x))
    })
}

fn run(r: &mut Run, forward: &Forward, x: Shape) -> Result<Shape> {
    match *forward {
        Forward::Identity | Forward::Layer(..) => Ok(x),
        Forward::Elementwise(op) => Ok(r.elementwise(op, x)),
        Forward::Prelu(slopes) => r.prelu(x, slopes),
        Forward::Softmax(name, dim) => {
            r.softmax_named(name, x, dim.unwrap_or_else(|| ops::implicit_softmax_dim(x.rank())))
        }
        Forward::Softmax2d if x.rank() != 3 && x.rank() != 4 => Err(Fault::shape(message!("softmax2d", x))),
        Forward::Softmax2d => r.softmax(x, -3),
        Forward::Glu(dim) => r.glu(x, dim),
    }
}

fn build(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    Ok(activation(b, &Activation::from_args(a)?)?.into_layer())
}

static INPLACE: [Param; 1] = [optional("inplace", T::Bool, D::Bool(false))];
static ALPHA: [Param; 2] = [optional("alpha", T::Float, D::Float(1.0)), optional("inplace", T::Bool, D::Bool(false))];
static LAMBD: [Param; 1] = [optional("lambd", T::Float, D::Float(0.5))];
static DIM: [Param; 1] = [optional("dim", T::OptInt, D::None)];

/// Whether a layer is an activation.
pub fn is_activation(spec: &Spec) -> bool {
    SPECS.iter().any(|activation| activation.name == spec.name)
}

/// The activations that a row can name.
pub(super) static SPECS: &[Spec] = &[
    spec!("activation", "ReLU", message!("doc-ReLU"), &INPLACE, build),
    spec!("activation", "ReLU6", message!("doc-ReLU6"), &INPLACE, build),
    spec!(
        "activation",
        "LeakyReLU",
        message!("doc-LeakyReLU"),
        &[optional("negative_slope", T::Float, D::Float(0.01)), optional("inplace", T::Bool, D::Bool(false))],
        build
    ),
    spec!(
        "activation",
        "PReLU",
        message!("doc-PReLU"),
        &[
            optional("num_parameters", T::Int, D::Int(1)),
            optional("init", T::Float, D::Float(0.25)),
            optional("device", T::Any, D::None),
            optional("dtype", T::Any, D::None),
        ],
        build
    ),
    spec!(
        "activation",
        "RReLU",
        message!("doc-RReLU"),
        &[
            optional("lower", T::Float, D::Float(1.0 / 8.0)),
            optional("upper", T::Float, D::Float(1.0 / 3.0)),
            optional("inplace", T::Bool, D::Bool(false)),
        ],
        build
    ),
    spec!("activation", "ELU", message!("doc-ELU"), &ALPHA, build),
    spec!("activation", "CELU", message!("doc-CELU"), &ALPHA, build),
    spec!("activation", "SELU", message!("doc-SELU"), &INPLACE, build),
    spec!("activation", "GELU", message!("doc-GELU"), &[optional("approximate", T::Str, D::Str("none"))], build),
    spec!("activation", "SiLU", message!("doc-SiLU"), &INPLACE, build),
    spec!("activation", "Mish", message!("doc-Mish"), &INPLACE, build),
    spec!("activation", "Hardswish", message!("doc-Hardswish"), &INPLACE, build),
    spec!("activation", "Hardsigmoid", message!("doc-Hardsigmoid"), &INPLACE, build),
    spec!(
        "activation",
        "Hardtanh",
        message!("doc-Hardtanh"),
        &[
            optional("min_val", T::Float, D::Float(-1.0)),
            optional("max_val", T::Float, D::Float(1.0)),
            optional("inplace", T::Bool, D::Bool(false)),
            optional("min_value", T::Any, D::None),
            optional("max_value", T::Any, D::None),
        ],
        build
    ),
    spec!("activation", "Hardshrink", message!("doc-Hardshrink"), &LAMBD, build),
    spec!("activation", "Softshrink", message!("doc-Softshrink"), &LAMBD, build),
    spec!("activation", "Tanhshrink", message!("doc-Tanhshrink"), &[], build),
    spec!("activation", "Sigmoid", message!("doc-Sigmoid"), &[], build),
    spec!("activation", "Tanh", message!("doc-Tanh"), &[], build),
    spec!("activation", "LogSigmoid", message!("doc-LogSigmoid"), &[], build),
    spec!(
        "activation",
        "Softplus",
        message!("doc-Softplus"),
        &[optional("beta", T::Float, D::Float(1.0)), optional("threshold", T::Float, D::Float(20.0))],
        build
    ),
    spec!("activation", "Softsign", message!("doc-Softsign"), &[], build),
    spec!(
        "activation",
        "Threshold",
        message!("doc-Threshold"),
        &[required("threshold", T::Float), required("value", T::Float), optional("inplace", T::Bool, D::Bool(false)),],
        build
    ),
    spec!("activation", "GLU", message!("doc-GLU"), &[optional("dim", T::Int, D::Int(-1))], build),
    spec!("activation", "Softmax", message!("doc-Softmax"), &DIM, build),
    spec!("activation", "Softmax2d", message!("doc-Softmax2d"), &[], build),
    spec!("activation", "Softmin", message!("doc-Softmin"), &DIM, build),
    spec!("activation", "LogSoftmax", message!("doc-LogSoftmax"), &DIM, build),
];

//! Torch: shapes of ops, modules, and the calls of a forward pass. No framework, no files.
//!
//! A module is built by a function that registers its children and parameters with [`Build`] and returns its forward
//! pass: a [`Net`] (one tensor in, one out) or, for any values, a [`Layer`]. A [`Spec`] gives it a name and a
//! signature. A forward pass calls methods of [`Run`], one an op: each works out its shape by [`ops`] and records the
//! call.

mod build;
mod call;
pub mod dtype;
mod functional;
mod module;
pub mod natives;
mod net;
pub mod nn;
pub mod ops;
mod run;
#[cfg(test)]
pub(crate) mod testing;
pub mod torchvision_ops;
mod value;

use ops::Fault;

pub use build::{Build, ClassAttribute, MAX_MODULES};
pub use call::{Args, Default, Param, Spec, Type, optional, required};
pub use module::{Class, Count, ModuleId, Modules, Name, TensorId, TensorKind};
pub use net::repeated_layer;
pub(crate) use net::{in_turn, layer, net, repeated, sequential};
pub use nn::Activation;
pub use run::{Call, Choice, Op, Run, Seen, Trace};
pub use value::{Layer, Net, Value};

/// Why no layer is called `name`, which begins with `nn.` or `torchvision.ops.`.
pub fn why_unknown(name: &str) -> Fault {
    if name.starts_with("torchvision.") { torchvision_ops::why_unknown(name) } else { nn::why_unknown(name) }
}

//! The built-in modules, one file a family: what each is called with, how it is built, and how it runs on `ops`.
//!
//! A module is built by a function that registers its children and parameters with [`Build`] and returns what runs:
//! a [`Net`] (one tensor in, one out) or, where a row passes lists, a [`Layer`]. A [`Spec`] makes it nameable in a row.

pub mod block;
mod build;
pub mod conv;
pub mod head;
mod net;
pub mod nn;
mod signature;
#[cfg(test)]
mod testing;
pub mod torchvision_ops;
pub mod transformer;

use crate::ops::{Fault, FaultKind};
pub use crate::python::Arg;
pub use build::{Build, MAX_MODULES, SharedKey};
pub use net::{Layer, Net, Value, repeated_layer};
pub use nn::Activation;
pub use signature::{Args, Default, Param, Spec, Type};

/// The module that a row calls `name`, where it is a built-in one.
pub fn find(name: &str) -> Option<&'static Spec> {
    all().find(|spec| spec.name == name)
}

/// Why a row can't call a module `name`.
pub fn why_unknown(name: &str) -> Fault {
    if name.starts_with("nn.") {
        nn::why_unknown(name)
    } else if name.starts_with("torchvision.ops.") {
        torchvision_ops::why_unknown(name)
    } else {
        Fault::new(FaultKind::Module, format!("there is no module `{name}`"))
    }
}

/// All built-in modules.
pub fn all() -> impl Iterator<Item = &'static Spec> {
    [torchvision_ops::SPECS, transformer::SPECS]
        .into_iter()
        .chain(conv::SPECS.iter().copied())
        .chain(nn::SPECS.iter().copied())
        .chain(block::SPECS.iter().copied())
        .chain(head::SPECS.iter().copied())
        .flatten()
}

/// Modules that the framework has, but that its `parse_model` can't name in a row.
pub fn unregistered() -> impl Iterator<Item = &'static Spec> {
    let families = conv::UNREGISTERED.iter().chain(block::UNREGISTERED).chain(head::UNREGISTERED).copied();
    families.flatten().chain(transformer::UNREGISTERED)
}

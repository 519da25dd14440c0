//! The framework's own modules, one file a family: what each is called with, how it is built and how it runs.
//!
//! Rows can name torch's and torchvision's layers as well; [`all`] has both.

pub mod block;
pub mod conv;
pub mod head;
#[cfg(test)]
mod testing;
pub mod transformer;

use conv::Act;

use crate::torch::ops::Result;
use crate::torch::{Activation, Build, ClassAttribute, Spec, nn, torchvision_ops};

/// A build in which the framework's classes have their attributes: convolutions end with `act`.
pub fn build(act: &Activation) -> Result<Build> {
    let mut b = Build::default();
    let silu = Activation::silu();
    for (path, act) in [(Act::OF_CONV, act), (Act::OF_CONV_TRANSPOSE, &silu), (Act::OF_REP_CONV, &silu)] {
        let act = nn::activation(&mut b, act)?;
        b.set_class_attribute(path, ClassAttribute::Module(act));
    }
    Ok(b)
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

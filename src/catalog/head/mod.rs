//! The framework's heads: `ultralytics.nn.modules.head`, one file a task.

pub mod classify;
mod contrastive;
pub mod depth;
pub mod detect;
mod detector;
pub mod obb;
pub mod pose;
pub mod proto;
pub mod rtdetr;
pub mod segment;
pub mod semantic;
pub mod world;
pub mod yoloe;

pub use detector::LEGACY;

use crate::torch::Spec;
use crate::torch::ops::{Fault, FaultKind};
use crate::words::Message;

/// The heads that a row can name, a slice a family.
pub static SPECS: &[&[Spec]] = &[
    detect::SPECS,
    segment::SPECS,
    obb::SPECS,
    pose::SPECS,
    depth::SPECS,
    classify::SPECS,
    world::SPECS,
    yoloe::SPECS,
    rtdetr::SPECS,
    semantic::SPECS,
];

/// Parts of heads that the framework has, but that no row can name.
pub static UNREGISTERED: &[&[Spec]] = &[proto::UNREGISTERED];

/// The fault of a head that gets the wrong inputs.
fn head_inputs(message: impl Into<Message>) -> Fault {
    Fault::new(FaultKind::HeadInputs, message)
}

#[cfg(test)]
mod tests;

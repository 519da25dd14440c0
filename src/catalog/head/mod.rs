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

use super::Spec;

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

/// Whether a head is a `Detect` or one of its subclasses: where the last row is one, the framework runs the model on an
/// image of 256x256 with this head in training mode and takes the strides from what it reads.
pub fn is_detect(module: &str) -> bool {
    matches!(
        module,
        "Detect"
            | "Segment"
            | "Segment26"
            | "OBB"
            | "OBB26"
            | "Pose"
            | "Pose26"
            | "WorldDetect"
            | "YOLOEDetect"
            | "YOLOESegment"
            | "YOLOESegment26"
            | "v10Detect"
    )
}

#[cfg(test)]
mod tests;

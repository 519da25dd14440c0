//! Which class of model the framework makes of a file: it looks at the module that the last row of `head` names.

use crate::torch::ops::Shape;

/// Which class of model the framework makes of a file, decided by its last row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Task {
    /// `DetectionModel` and its relatives with a head of strides: a pass at 256x256 measures them when it is built.
    Detection,
    /// `SemanticSegmentationModel`: the same pass.
    Semantic,
    /// `ClassificationModel`, `DepthModel`, `RTDETRDetectionModel` and files without a head: no such pass.
    Plain,
    /// `RTDETRDetectionModel`: its head reads saved outputs only.
    Rtdetr,
    /// `WorldModel`: carries text features beside the image.
    World,
    /// `YOLOEModel`: its head gets prompt embeddings.
    Yoloe,
}

/// The features of 80 classes by CLIP, before any class is set.
const TEXT: Shape = Shape::matrix(1, 80, 512);

impl Task {
    /// Whether the framework makes a forward pass when it builds the model.
    pub(super) fn measures_strides(self) -> bool {
        !matches!(self, Task::Plain | Task::Rtdetr)
    }

    /// The text features that the model carries beside the image.
    pub(super) fn text(self) -> Option<Shape> {
        (self == Task::World).then_some(TEXT)
    }

    /// The prompt embeddings that the model hands to its head.
    pub(super) fn prompts(self) -> Option<Shape> {
        (self == Task::Yoloe).then_some(TEXT)
    }
}

/// The class of model with a last row of this module.
pub(super) fn task(module: &str) -> Task {
    match module {
        "WorldDetect" => Task::World,
        "YOLOEDetect" | "YOLOESegment" | "YOLOESegment26" => Task::Yoloe,
        "RTDETRDecoder" => Task::Rtdetr,
        "SemanticSegment" => Task::Semantic,
        "Detect" | "v10Detect" | "Segment" | "Segment26" | "Pose" | "Pose26" | "OBB" | "OBB26" => Task::Detection,
        _ => Task::Plain,
    }
}

/// Whether a module is a head that takes maps of several sizes and is built for the first of them.
pub(super) fn has_levels(module: &str) -> bool {
    matches!(task(module), Task::Detection | Task::World | Task::Yoloe)
}

//! Which class of model the framework makes of a file: it looks at the module that the last row of `head` names.

use crate::dialect::Task;

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

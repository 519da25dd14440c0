//! The top-level keys that mean something in a file.
//!
//! Source: `yaml_model_load`, `parse_model` and the classes of models in `ultralytics/nn/tasks.py` 8.4.190.

use crate::dialect::Key;

const fn read(name: &'static str, brief: &'static str, doc: &'static str) -> Key {
    Key { name, brief, doc, is_read: true, is_offered: true }
}

/// In the order in which they are offered.
pub(super) static KEYS: [Key; 15] = [
    read("nc", "number of classes", "Number of classes. When the model is trained, the dataset's number overrides it."),
    read(
        "scales",
        "letter: [depth, width, max_channels]",
        "For each scale `[depth, width, max_channels]`: depth multiplies `repeats` above 1; channels are capped at \
         max_channels, multiplied by width and rounded up to a multiple of 8.",
    ),
    read("backbone", "the first rows", "The model's first rows, each `[from, repeats, module, args]`."),
    read(
        "head",
        "the rows after the backbone",
        "The rows after those of `backbone`. The last one determines the model's task.",
    ),
    read(
        "activation",
        "activation of every Conv, like nn.ReLU()",
        "The activation of every `Conv`, such as `nn.ReLU()`, instead of `nn.SiLU()`.",
    ),
    read(
        "kpt_shape",
        "[points, dimensions] of a pose model",
        "Keypoints of a pose model: `[points, dimensions]`, 2 dimensions (x, y) or 3 (x, y, visible).",
    ),
    read(
        "end2end",
        "whether the head predicts without non-maximum suppression",
        "Whether the heads predict without non-maximum suppression.",
    ),
    read("reg_max", "number of bins for box distances", "Number of bins for each side of a box; 16 by default."),
    read(
        "depth_multiple",
        "factor for repeats, in files without scales",
        "Multiplies `repeats` above 1, if there are no `scales`.",
    ),
    read(
        "width_multiple",
        "factor for channels, in files without scales",
        "Multiplies channels, if there are no `scales`.",
    ),
    // Rows of older releases were built for it; today the framework takes the channels of the data set.
    Key { is_read: false, ..read("ch", "number of image channels", CHANNELS) },
    // Read for a classifier only.
    Key { is_read: false, is_offered: false, ..read("channels", "number of image channels", CHANNELS) },
    Key {
        is_offered: false,
        ..read(
            "inplace",
            "whether the head may overwrite its tensors",
            "Whether the head may overwrite its tensors, true by default. No figure depends on it.",
        )
    },
    Key {
        is_offered: false,
        ..read(
            "text_model",
            "the model that encodes class names",
            "The model that encodes the class names of a YOLOE model.",
        )
    },
    Key {
        is_read: false,
        is_offered: false,
        ..read(
            "scale",
            "the letter of a scale",
            "The scale. The framework overrides it with the letter in the file's name.",
        )
    },
];

const CHANNELS: &str = "Number of image channels; 3 by default.";

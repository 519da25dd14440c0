//! The top-level keys that mean something in a file.
//!
//! Source: `yaml_model_load`, `parse_model` and the classes of models in `ultralytics/nn/tasks.py` 8.4.190.

use crate::dialect::Key;

const fn read(name: &'static str, brief: &'static str, doc: &'static str) -> Key {
    Key { name, brief, doc, is_read: true, is_offered: true }
}

/// In the order in which they are offered.
pub(super) static KEYS: [Key; 15] = [
    read(
        "nc",
        "the number of classes",
        "Number of classes. A data set's own number takes its place when the model is trained.",
    ),
    read(
        "scales",
        "letter: [depth, width, max_channels]",
        "For each scale `[depth, width, max_channels]`: depth multiplies `repeats` above 1; channels are capped at \
         max_channels, multiplied by width and rounded up to a multiple of 8.",
    ),
    read("backbone", "the first rows", "The first rows of the model, `[from, repeats, module, args]` each."),
    read(
        "head",
        "the rows after the backbone",
        "The rows that follow those of `backbone`. The last one decides what the model is for.",
    ),
    read(
        "activation",
        "the activation of every Conv, like nn.ReLU()",
        "The activation of all `Conv`, such as `nn.ReLU()`, in the place of `nn.SiLU()`.",
    ),
    read(
        "kpt_shape",
        "[points, dimensions] of a pose model",
        "Keypoints of a pose model: `[points, dimensions]`, 2 dimensions (x, y) or 3 (x, y, visible).",
    ),
    read(
        "end2end",
        "whether the head works without non-maximum suppression",
        "Whether the heads predict without non-maximum suppression.",
    ),
    read(
        "reg_max",
        "the bins of box distances",
        "Bins of each side of a box in the heads, 16 where nothing says otherwise.",
    ),
    read(
        "depth_multiple",
        "the factor on repeats, of files without scales",
        "Multiplies `repeats` above 1, where there are no `scales`.",
    ),
    read(
        "width_multiple",
        "the factor on channels, of files without scales",
        "Multiplies channels, where there are no `scales`.",
    ),
    // Rows of older releases were built for it; today the framework takes the channels of the data set.
    Key { is_read: false, ..read("ch", "the channels of the image", CHANNELS) },
    // Read for a classifier only.
    Key { is_read: false, is_offered: false, ..read("channels", "the channels of the image", CHANNELS) },
    Key {
        is_offered: false,
        ..read(
            "inplace",
            "whether the head may overwrite its tensors",
            "Whether the head may overwrite its tensors, true where nothing says otherwise. No figure depends on it.",
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
        ..read("scale", "the letter of a scale", "The framework overwrites it with the letter in the file's name.")
    },
];

const CHANNELS: &str = "Channels of the image, 3 where nothing says otherwise.";

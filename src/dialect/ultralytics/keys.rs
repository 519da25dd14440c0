//! The top-level keys that mean something in a file.
//!
//! Source: `yaml_model_load`, `parse_model` and the classes of models in `ultralytics/nn/tasks.py` 8.4.190.

use crate::dialect::Key;
use crate::words::{Message, message};

const fn key(name: &'static str, brief: Message, doc: Message, [is_read, is_offered]: [bool; 2]) -> Key {
    Key { name, brief, doc, is_read, is_offered }
}

/// In the order in which they are offered.
pub(super) static KEYS: [Key; 15] = [
    key("nc", message!("key-nc-brief"), message!("key-nc"), [true, true]),
    key("scales", message!("key-scales-brief"), message!("key-scales"), [true, true]),
    key("backbone", message!("key-backbone-brief"), message!("key-backbone"), [true, true]),
    key("head", message!("key-head-brief"), message!("key-head"), [true, true]),
    key("activation", message!("key-activation-brief"), message!("key-activation"), [true, true]),
    key("kpt_shape", message!("key-kpt-shape-brief"), message!("key-kpt-shape"), [true, true]),
    key("end2end", message!("key-end2end-brief"), message!("key-end2end"), [true, true]),
    key("reg_max", message!("key-reg-max-brief"), message!("key-reg-max"), [true, true]),
    key("depth_multiple", message!("key-depth-multiple-brief"), message!("key-depth-multiple"), [true, true]),
    key("width_multiple", message!("key-width-multiple-brief"), message!("key-width-multiple"), [true, true]),
    // Rows of older releases were built for it; today the framework takes the channels of the data set.
    key("ch", message!("key-ch-brief"), message!("key-ch"), [false, true]),
    // Read for a classifier only.
    key("channels", message!("key-ch-brief"), message!("key-ch"), [false, false]),
    key("inplace", message!("key-inplace-brief"), message!("key-inplace"), [true, false]),
    key("text_model", message!("key-text-model-brief"), message!("key-text-model"), [true, false]),
    key("scale", message!("key-scale-brief"), message!("key-scale"), [false, false]),
];

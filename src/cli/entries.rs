//! What many models that are compared cost, as all forms of `yolint compare` render it.

use crate::cost::WeightsBytes;
use crate::words::{Language, Message};

/// A model at a scale.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// The file.
    pub(super) file: String,
    /// Its name with the scale: `yolo11n`.
    pub(super) name: Message,
    pub(super) scale: String,
    pub(super) layers: Option<u64>,
    pub(super) params: Option<u64>,
    /// Operations in the convention's unit.
    pub(super) ops: Option<u128>,
    pub(super) weights: Option<WeightsBytes>,
    pub(super) activations: Option<u128>,
    /// Items that are filled from pretrained weights, of all.
    pub(super) transferred: Option<(usize, usize)>,
    /// Milliseconds that the device needs at least, layer by layer.
    pub(super) ms: Option<f64>,
}

/// All that is compared, and which columns there are.
pub(super) struct Comparison {
    pub(super) entries: Vec<Entry>,
    /// `GFLOPs` or `GMACs`.
    pub(super) unit: String,
    /// The model whose weights are loaded.
    pub(super) base: Option<String>,
    /// The device.
    pub(super) device: Option<String>,
    /// How figures were made: `image 640, counted by ultralytics`.
    pub(super) circumstances: Message,
    /// The language of words.
    pub(super) language: Language,
}

//! YAML files of the framework that are no models, told by their keys.

use crate::syntax::Tree;

/// What a YAML file is that is no model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherFile {
    /// Where the images are, and how the classes are called.
    Dataset,
    /// The arguments of a training, as `args.yaml` keeps them.
    Arguments,
    /// Learning rates, losses and augmentations.
    Hyperparameters,
    /// How objects are followed from image to image.
    Tracker,
}

/// Keys of hyperparameters.
const HYPERPARAMETERS: [&str; 13] = [
    "lr0",
    "lrf",
    "momentum",
    "weight_decay",
    "warmup_epochs",
    "box",
    "cls",
    "dfl",
    "obj",
    "hsv_h",
    "fliplr",
    "mosaic",
    "mixup",
];

/// The fewest of them that tell a file.
const LEAST: usize = 3;

/// Tells what a file without a model is; none if it may be anything.
pub fn other_file(tree: &Tree) -> Option<OtherFile> {
    let keys: Vec<&str> = tree.entries().iter().filter_map(|entry| entry.key.as_str()).collect();
    let has = |key: &str| keys.contains(&key);
    let hyperparameters = HYPERPARAMETERS.iter().filter(|key| has(key)).count();
    if has("tracker_type") {
        Some(OtherFile::Tracker)
    } else if has("mode") && has("task") || has("epochs") && has("batch") {
        Some(OtherFile::Arguments)
    } else if (has("train") || has("val")) && (has("names") || has("nc") || has("path")) {
        Some(OtherFile::Dataset)
    } else {
        (hyperparameters >= LEAST).then_some(OtherFile::Hyperparameters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;

    #[test]
    fn files_are_told_by_their_keys() {
        for (keys, expected) in [
            ("path train val names", Some(OtherFile::Dataset)),
            ("train val nc names", Some(OtherFile::Dataset)),
            ("task mode model data epochs batch lr0 lrf momentum", Some(OtherFile::Arguments)),
            ("lr0 lrf momentum weight_decay", Some(OtherFile::Hyperparameters)),
            ("tracker_type track_high_thresh", Some(OtherFile::Tracker)),
            ("nc names", None),
            ("version services", None),
        ] {
            let text: String = keys.split(' ').map(|key| format!("{key}: 1\n")).collect();
            assert_eq!(other_file(&parse(&text).tree), expected, "{keys}");
        }
    }
}

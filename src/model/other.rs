//! Files of the framework that are no models, told by their keys, and other forms of a model.

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
    /// The table of rows that the framework prints.
    Summary,
    /// A model as Python has it: `backbone = […]`, `dict(backbone=[…])`.
    Python,
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

/// So many lines are looked at for the table that the framework prints.
const LINES: usize = 50;

/// The fewest of them that tell a file.
const LEAST: usize = 3;

/// The heading of the table that the framework prints.
const HEADING: [&str; 5] = ["from", "n", "params", "module", "arguments"];

/// Whether a line is one of the table that the framework prints: `0  -1  1  464  ultralytics.nn.modules.conv.Conv  [3, 16, 3, 2]`.
fn is_of_summary(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_module = |word: &&str| word.contains(".modules.") || word.starts_with("models.");
    let is_row = || {
        let is_numbered = words.first().is_some_and(|word| word.parse::<u32>().is_ok());
        is_numbered && words.len() > 5 && words.iter().any(is_module) && line.trim_end().ends_with(']')
    };
    words == HEADING || is_row()
}

/// Tells what a file without a model is; none if it may be anything.
pub fn other_file(text: &str, tree: &Tree) -> Option<OtherFile> {
    if text.lines().take(LINES).any(is_of_summary) {
        return Some(OtherFile::Summary);
    }
    if text.replace(' ', "").contains("backbone=[") {
        return Some(OtherFile::Python);
    }
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
            assert_eq!(other_file(&text, &parse(&text).tree), expected, "{keys}");
        }
    }

    #[test]
    fn other_forms_of_a_model_are_told() {
        for (text, expected) in [
            ("    from  n    params  module    arguments\n", Some(OtherFile::Summary)),
            ("  0  -1  1  464  ultralytics.nn.modules.conv.Conv  [3, 16, 3, 2]\n", Some(OtherFile::Summary)),
            ("15  [-1, 6]  1  0  models.common.Concat  [1]\n", Some(OtherFile::Summary)),
            ("backbone = [\n  [-1, 1, 'Conv', [64, 3, 2]],\n]\n", Some(OtherFile::Python)),
            ("model = dict(nc=80, backbone=[[-1, 1, 'Conv', [64]]])\n", Some(OtherFile::Python)),
            ("0 of 5 files\nfrom: here\n", None),
        ] {
            assert_eq!(other_file(text, &parse(text).tree), expected, "{text}");
        }
    }
}

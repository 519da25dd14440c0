//! The YAML file of a dataset: what it says of the models that are trained on it.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::files;
use super::models::yaml_below;
use crate::config::{MAX_CHANNELS, yaml_value};
use crate::dialect::Dataset;
use crate::model::{OtherFile, other_file};
use crate::syntax;
use crate::words::{Message, message};

/// Reads the file of a dataset.
///
/// # Errors
/// A sentence that says why it can't be used.
pub(super) fn read(path: &Path) -> Result<Dataset, Message> {
    let text = files::read(path)?.text;
    parse(&text).map_err(|why| message!("of-file", name = path.display(), why))
}

/// The dataset's file below a folder; none if there are several, since which one is meant can't be told.
pub(super) fn only_one(folder: &Path) -> Option<PathBuf> {
    let is_dataset = |path: &PathBuf| files::read_unasked(path).is_some_and(|text| is_dataset(&text));
    let mut found = yaml_below(folder).into_iter().filter(is_dataset);
    found.next().filter(|_| found.next().is_none())
}

/// Whether a text is that of a dataset, with its classes.
fn is_dataset(text: &str) -> bool {
    other_file(text, &syntax::parse(text).tree) == Some(OtherFile::Dataset)
        && parse(text).is_ok_and(|dataset| dataset.classes.is_some())
}

/// Reads the text of a dataset's file.
fn parse(text: &str) -> Result<Dataset, Message> {
    let data = yaml_value(text)?;
    if !data.is_object() {
        return Err(message!("dataset-maps"));
    }
    if !data["backbone"].is_null() {
        return Err(message!("dataset-is-model"));
    }
    if ["names", "nc", "channels", "kpt_shape"].iter().all(|key| data[key].is_null()) {
        return Err(message!("dataset-says-nothing"));
    }
    let default = Dataset::default();
    let number = |key: &str, most: i64| match &data[key] {
        Value::Null => Ok(None),
        value => match value.as_i64().filter(|n| (1..=most).contains(n)) {
            Some(number) => Ok(Some(number)),
            None => Err(message!("dataset-number", key, value)),
        },
    };
    let classes = match &data["names"] {
        Value::Array(names) => Some(names.len() as i64),
        Value::Object(names) => Some(names.len() as i64),
        _ => number("nc", i64::MAX)?,
    };
    let keypoints = match data["kpt_shape"].as_array().map(Vec::as_slice) {
        Some([points, dimensions]) => points.as_i64().zip(dimensions.as_i64()).map(|(n, d)| [n, d]),
        _ => None,
    };
    let channels = number("channels", MAX_CHANNELS)?.unwrap_or(default.channels);
    Ok(Dataset { channels, classes, keypoints })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_dataset_says() {
        let why = |text: &str| parse(text).expect_err("a reason").english();
        let dataset = |channels, classes, keypoints| Ok(Dataset { channels, classes, keypoints });
        assert_eq!(parse("path: x\nnames:\n  0: person\n  1: car\n"), dataset(3, Some(2), None));
        assert_eq!(parse("names: [a, b, c]\nchannels: 4\nkpt_shape: [17, 3]\n"), dataset(4, Some(3), Some([17, 3])));
        assert_eq!(parse("nc: 5\ntrain: images\n"), dataset(3, Some(5), None));
        assert_eq!(why("channels: RGB\n"), "`channels` must be a number, but is \"RGB\"");
        assert_eq!(why("nc: 80\nbackbone:\n  - [-1, 1, Conv, [64]]\n"), "this is a model's file, not a dataset's");
        assert_eq!(why("path: x\n"), "this is no dataset's file: it has neither `names` nor `nc`");
        assert_eq!(why("just words"), "a dataset's file maps keys to values");
    }
}

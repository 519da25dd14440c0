//! A dataset's classes and channels.

use crate::python::Literal;

/// A dataset's classes and channels, which override those of model files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dataset {
    /// Channels of its images.
    pub channels: i64,
    /// Number of classes.
    pub classes: Option<i64>,
    /// Keypoints and their dimensions.
    pub keypoints: Option<[i64; 2]>,
}

/// None: a file that is read without a dataset gets images of three channels.
impl Default for Dataset {
    fn default() -> Dataset {
        Dataset { channels: 3, classes: None, keypoints: None }
    }
}

impl Dataset {
    /// The top-level keys that it overrides in files that have them, with their values.
    pub fn keys(&self) -> impl Iterator<Item = (&'static str, Literal)> {
        let keypoints = self.keypoints.map(|shape| Literal::List(shape.map(Literal::Int).to_vec()));
        let keys = [("nc", self.classes.map(Literal::Int)), ("kpt_shape", keypoints)];
        keys.into_iter().filter_map(|(key, value)| Some((key, value?)))
    }
}

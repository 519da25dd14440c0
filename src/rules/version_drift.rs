//! `version-drift`: what releases of the framework read differently.

use super::{Diagnostic, File, Severity, rule};

rule! {
    /// Releases of the framework read this differently.
    ///
    /// ## What it does
    /// Reports `ch`, by which files say the channels of the image: the framework of today takes them from the dataset.
    ///
    /// ## Why is this bad?
    /// The model that is trained isn't the one that the file describes.
    ///
    /// ## Example
    /// ```yaml
    /// ch: 4
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// Say the channels in the dataset's file: `channels: 4`.
    "version-drift", Hint, File(check)
}

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    ignored_channels(file).into_iter().collect()
}

/// `ch`, by which files say the channels of the image: the framework of today takes them from the dataset instead.
fn ignored_channels(file: &File<'_>) -> Option<Diagnostic> {
    let key = file.model.key("ch")?;
    let channels = key.value.value.as_int().filter(|&ch| ch > 0 && ch != 3)?;
    let message = format!(
        "Ultralytics 8.4.190 doesn't read `ch`: it takes the channels of the dataset, and 3 without one. \
         The figures here are for {channels}"
    );
    Some(Diagnostic::new("version-drift", Severity::Hint, key.span, message))
}

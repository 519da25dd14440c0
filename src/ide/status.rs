//! Status of a model file for a status bar: totals, and the available scales.

use super::{ModelFile, lens, since_head};
use crate::analysis::Analysis;
use crate::check::Finding;
use crate::cost::units;
use crate::rules::Severity;
use crate::words::message;

/// The sides of the square images that can be chosen.
pub const IMAGE_SIZES: [i64; 5] = [320, 480, 640, 960, 1280];

/// Status of a model file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// `2.62M params · 6.67 GFLOPs`; `?` for unknown values.
    pub total: String,
    /// Text of the lens.
    pub summary: String,
    /// How the totals have changed since git's HEAD.
    pub since_head: Option<String>,
    /// How the framework is called.
    pub framework: String,
    /// Number of errors.
    pub errors: usize,
    /// The scales of the file with the model's totals at each.
    pub scales: Vec<(String, String)>,
}

/// Returns the status of a file with file stem `stem`, without errors of a half-typed row in the line that somebody types in.
pub fn status(file: &ModelFile, stem: &str, typed: Option<u32>) -> Status {
    let counts = |finding: &&Finding| {
        let is_held_back = typed.is_some_and(|line| file.holds_back(finding, line));
        finding.diagnostic.severity == Severity::Error && !is_held_back
    };
    let at = |letter: &str| Some((letter.to_owned(), total(file, file.at_scale(letter)?)));
    Status {
        total: total(file, file.at_active_scale()),
        summary: lens::summary(file, stem),
        since_head: since_head::totals(file, file.at_active_scale()),
        framework: file.framework().map(|framework| file.say(framework)).unwrap_or_default(),
        errors: file.findings().iter().filter(counts).count(),
        scales: file.model.scales().filter_map(|(letter, ..)| at(letter)).collect(),
    }
}

/// What a model costs at a scale: `2.62M params · 6.67 GFLOPs`.
pub(super) fn total(file: &ModelFile, analysis: &Analysis) -> String {
    let Some(totals) = &analysis.totals else { return "?".to_owned() };
    let ops = totals.ops.map_or("?".to_owned(), |ops| analysis.convention.format_ops(ops));
    file.say(&message!("parts", first = message!("amount-params", n = units::params(totals.params)), next = ops))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Request;

    // The figures are those of torch 2.15 and ultralytics-thop 2.2.3.
    const MODEL: &str = "\
nc: 3
scales: {n: [1.0, 0.25, 1024], m: [1.0, 0.5, 1024]}
backbone:
  - [-1, 1, Conv, [64, 3, 2]]
head:
  - [-1, 1, nn.Identity, []]
";

    fn status_of(text: &str) -> Status {
        let file = ModelFile::read(text, &Request::default(), false).unwrap();
        status(&file, "yolo11", None)
    }

    #[test]
    fn costs_at_each_scale() {
        let status = status_of(MODEL);
        assert_eq!(status.total, "464 params · 0.102 GFLOPs");
        assert_eq!(status.summary, "yolo11n · 4 layers · 464 params · 0.102 GFLOPs @640");
        assert_eq!(status.errors, 0);
        let scales: Vec<&str> = status.scales.iter().map(|(letter, _)| letter.as_str()).collect();
        assert_eq!(scales, ["n", "m"]);
        assert_eq!(status.scales[0].1, status.total);
        assert!(status.scales[1].1.starts_with("928 params · "), "{status:?}");
    }

    #[test]
    fn a_model_that_is_not_built() {
        let status = status_of(&MODEL.replace("nn.Identity", "Own"));
        assert_eq!((status.total.as_str(), status.errors), ("?", 1));
        assert_eq!(status.scales[1], ("m".to_owned(), "?".to_owned()));
    }
}

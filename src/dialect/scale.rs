//! Which scale of a file is looked at.

use crate::model::Model;

/// The scale that was chosen, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScaleChoice {
    /// Asked for by a flag or a setting.
    Asked(String),
    /// Said by a `# yolint: scale n` comment.
    Directive(String),
    /// Read off the file's name, as the framework does.
    FileName(String),
    /// The first of `scales`, since nothing says which: the framework warns "no model scale passed".
    First(String),
    /// The file has no `scales` and nothing names one.
    None,
}

impl ScaleChoice {
    /// The scale's letter, empty where there is none.
    pub fn letter(&self) -> &str {
        match self {
            ScaleChoice::Asked(s) | ScaleChoice::Directive(s) | ScaleChoice::FileName(s) | ScaleChoice::First(s) => s,
            ScaleChoice::None => "",
        }
    }
}

/// Chooses the scale: asked for, by directive, by the file's name, or the first one.
pub fn choose_scale(model: &Model, asked: Option<&str>, file_stem: &str) -> ScaleChoice {
    if let Some(scale) = asked {
        return ScaleChoice::Asked(scale.to_owned());
    }
    if let Some(scale) = model.directive("scale") {
        return ScaleChoice::Directive(scale.to_owned());
    }
    if let Some(scale) = scale_in_name(file_stem) {
        return ScaleChoice::FileName(scale.to_string());
    }
    match model.scales().next() {
        Some((first, ..)) => ScaleChoice::First(first.to_owned()),
        None => ScaleChoice::None,
    }
}

/// The scale's letter in a file's name: the framework searches for `yolo(e-)?[v]?\d+([nslmx])`.
///
/// Of `yolo11n-seg` it is `n`; `yolo11`, `my-yolo` and `rtdetr-l` have none.
pub fn scale_in_name(stem: &str) -> Option<char> {
    stem.match_indices("yolo").find_map(|(at, found)| {
        let rest = &stem[at + found.len()..];
        let after_e = rest.strip_prefix("e-");
        after_e.into_iter().chain([rest]).find_map(|rest| {
            let rest = rest.strip_prefix('v').unwrap_or(rest);
            let letters = rest.trim_start_matches(|c: char| c.is_numeric());
            let letter = letters.chars().next()?;
            (letters.len() < rest.len() && "nslmx".contains(letter)).then_some(letter)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scale_letters_of_file_names() {
        for (stem, expected) in [
            ("yolo11n", Some('n')),
            ("yolov8x-seg", Some('x')),
            ("yoloe-11s", Some('s')),
            ("yoloe-v8l-seg", Some('l')),
            ("my-yolo11m-attn", Some('m')),
            ("yolo11", None),
            ("yolov10b", None),
            ("rtdetr-l", None),
            ("yolo-n", None),
            ("yolov9t", None),
        ] {
            assert_eq!(scale_in_name(stem), expected, "{stem}");
        }
    }
}

//! The choice of a file's scale.

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
    /// The letter that a flag, setting, directive or the file's name selects; none if none of them does.
    pub fn selected(&self) -> Option<&str> {
        match self {
            ScaleChoice::Asked(s) | ScaleChoice::Directive(s) | ScaleChoice::FileName(s) => Some(s),
            ScaleChoice::First(_) | ScaleChoice::None => None,
        }
    }

    /// The scale's letter, empty if there is none.
    pub fn letter(&self) -> &str {
        match self {
            ScaleChoice::First(first) => first,
            choice => choice.selected().unwrap_or_default(),
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
            (letters.len() < rest.len() && LETTERS.contains(letter)).then_some(letter)
        })
    })
}

/// The name of the file that the framework looks for first when this one is asked for, if that is another:
/// `yolo11-seg.yaml` for `yolo11n-seg.yaml`.
///
/// Source: `yaml_model_load`, which takes `(\d+)([nslmx])(.+)?$` without its letter.
pub fn name_without_scale(name: &str) -> Option<String> {
    let mut letters = name.char_indices().filter(|(_, c)| LETTERS.contains(*c));
    let (at, _) = letters.find(|(at, _)| name[..*at].ends_with(char::is_numeric))?;
    Some(format!("{}{}", &name[..at], &name[at + 1..]))
}

/// The letters of scales that the framework looks for in a file's name.
const LETTERS: &str = "nslmx";

/// Whether a file's name can ask for the scale `letter`.
pub fn is_scale_in_names(letter: &str) -> bool {
    letter.len() == 1 && LETTERS.contains(letter)
}

/// Whether a file of this name can be asked for at a scale: it carries a letter itself, or it is what the framework
/// finds for a name that carries one.
///
/// Source: `yaml_model_load`, which takes `(\d+)([nslmx])(.+)?$` without its letter where there is no file of the name
/// asked for.
pub fn can_carry_scale(stem: &str) -> bool {
    if scale_in_name(stem).is_some() {
        return true;
    }
    stem.match_indices("yolo").any(|(at, found)| {
        let rest = &stem[at + found.len()..];
        let after_e = rest.strip_prefix("e-");
        after_e.into_iter().chain([rest]).any(|rest| {
            let rest = rest.strip_prefix('v').unwrap_or(rest);
            rest.starts_with(char::is_numeric) && name_without_scale(&stem[..stem.len() - rest.len()]).is_none()
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

    #[test]
    fn names_without_their_scale() {
        for (name, bare) in [
            ("yolo11n.yaml", Some("yolo11.yaml")),
            ("yolov8x-seg.yaml", Some("yolov8-seg.yaml")),
            ("yolo11.yaml", None),
            ("rtdetr-l.yaml", None),
        ] {
            assert_eq!(name_without_scale(name).as_deref(), bare, "{name}");
        }
    }

    #[test]
    fn names_with_a_place_for_a_letter() {
        for stem in ["yolo11", "yolov8-p6", "yoloe-11", "yoloe-v8-seg", "my-yolo11-attn", "yolo11n", "yolov10b"] {
            assert!(can_carry_scale(stem), "{stem}");
        }
        // Of `3s-yolo11n` the first letter after a number would be dropped: `3-yolo11n`.
        for stem in ["my-model", "rtdetr-l", "yolo-mine", "yolov-11", "YOLO11", "hyper-yolo", "3s-yolo11"] {
            assert!(!can_carry_scale(stem), "{stem}");
        }
    }
}

//! `scale-not-selectable`: scales that no file name can select.

use super::{Diagnostic, File, invalid_value, rule};
use crate::dialect::{can_carry_scale, is_scale_in_names, scale_in_name};
use crate::words::message;

rule! {
    /// No file name can select this scale.
    ///
    /// ## What it does
    /// Reports a file with several `scales` whose name can't contain a scale's letter, and entries of `scales` whose letter
    /// the framework doesn't recognise. The framework takes the scale from the file's name: `yolo11n.yaml` is `yolo11.yaml`
    /// at scale n. For this, the name must contain `yolo` and a number, as in `yolo11-mine.yaml`, and the letter must be n,
    /// s, m, l or x.
    ///
    /// ## Why is this bad?
    /// The first scale is always used, even if another one was meant.
    ///
    /// ## Example
    /// ```yaml name=my-model.yaml
    /// scales:
    ///   n: [0.50, 0.25, 1024]
    ///   s: [0.50, 0.50, 1024]
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml name=yolo11-mine.yaml
    /// scales:
    ///   n: [0.50, 0.25, 1024]
    ///   s: [0.50, 0.50, 1024]
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    "scale-not-selectable", Warning, File(check)
}

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    // Another framework may read names in another way.
    if file.dialect().source().is_some() {
        return Vec::new();
    }
    let stem = file.stem;
    let letters: Vec<&str> = file.model.scales().map(|(letter, ..)| letter).collect();
    let Some((first, others)) = letters.split_first() else { return Vec::new() };
    if stem.is_empty() || others.iter().all(|letter| letter == first) {
        return Vec::new();
    }
    if can_carry_scale(stem) {
        return unknown_letters(file, first);
    }
    let Some(key) = file.model.key("scales") else { return Vec::new() };
    // If the first scale was requested, yolint and the framework agree.
    let asked = file.choice.selected().filter(|asked| letters.contains(asked));
    if asked == Some(*first) {
        return Vec::new();
    }
    let message = match asked {
        Some(asked) => message!("scale-not-selectable-shown", stem, first, asked),
        None => message!("scale-not-selectable", stem, first),
    };
    vec![RULE.at(key.span, message).help(message!("scale-name-help", stem))]
}

/// Reports entries of `scales` whose letter the framework doesn't recognise in names.
fn unknown_letters(file: &File<'_>, first: &str) -> Vec<Diagnostic> {
    // A name with a letter selects that scale; the other scales are for other names.
    let is_first_taken = scale_in_name(file.stem).is_none();
    let finding = |(letter, span, _): (&str, crate::text::Span, _)| {
        let message = message!("scale-never-selected", letter, first);
        RULE.at(span, message)
    };
    let is_taken = |letter: &str| is_scale_in_names(letter) || (is_first_taken && letter == first);
    // One that is only written otherwise is told where it is missing.
    let other: Vec<&str> = match invalid_value::other_letter(file) {
        Some((name, ..)) => invalid_value::capitals(file).map(|(name, _)| name).chain([name]).collect(),
        None => Vec::new(),
    };
    let never = file.model.scales().filter(|(letter, ..)| !is_taken(letter) && !other.contains(letter));
    never.map(finding).collect()
}

//! Figures that the framework publishes for its own model YAMLs, to recognise copied ones.

#[rustfmt::skip]
mod table;

use self::table::TABLE;
use crate::dialect::Published;

/// A file, its scales, and for each of them layers, parameters, those that are trained, and tenths of GFLOPs.
///
/// Held against the golden data by `tests/it/parity/published.rs`.
type Table = &'static [(&'static str, &'static [(&'static str, u16, u32, u32, u16)])];

/// All published figures.
pub(super) fn all() -> impl Iterator<Item = Published> {
    TABLE.iter().flat_map(|&(file, scales)| {
        scales.iter().map(move |&(scale, layers, params, trainable, gflops_tenths)| Published {
            file,
            model: model(file, scale),
            scale,
            layers,
            params,
            trainable,
            gflops_tenths,
        })
    })
}

/// The name by which the framework calls a model: `yolo11n-seg` of `yolo11-seg` at scale n.
fn model(file: &str, scale: &str) -> String {
    let name = file
        .strip_prefix("yoloe-")
        .or(file.strip_prefix("yolo"))
        .map(|name| name.trim_start_matches('v').trim_start_matches(|c: char| c.is_ascii_digit()));
    match name {
        Some(task) if task.is_empty() || task.starts_with('-') => {
            format!("{}{scale}{task}", &file[..file.len() - task.len()])
        }
        // `yolov10n`, `rtdetr-l` and the like have one scale, and it is in their name or goes without saying.
        _ => file.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let names: Vec<String> = all().map(|published| published.model).collect();
        for name in ["yolo11n", "yolo11x-seg", "yoloe-11s-seg", "yolov8l-ghost-p6", "yolov10n", "yolov9t", "rtdetr-l"] {
            assert!(names.iter().any(|n| n == name), "{name} is not in {names:?}");
        }
        assert_eq!(names.len(), 246);
    }
}

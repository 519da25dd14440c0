//! The framework's published figures for its own model YAMLs, to recognise copied figures.

use std::fmt;

/// A file and its scales, each with layers, parameters, trainable parameters, and tenths of GFLOPs.
type Table = &'static [(&'static str, &'static [(&'static str, u16, u32, u32, u16)])];

/// `tests/it/parity/published.rs` checks them against the golden data.
static TABLE: Table = &include!("published.in");

/// The framework's figures for one of its files at one scale, at 640x640.
#[derive(Clone, Copy, Debug)]
pub(super) struct Published {
    /// File stem: `yolo11-seg`.
    pub(super) file: &'static str,
    /// Letter of the scale; empty if the file has none.
    pub(super) scale: &'static str,
    /// Leaf modules.
    pub(super) layers: u16,
    /// Parameters.
    pub(super) params: u32,
    /// Trainable parameters.
    pub(super) trainable: u32,
    /// GFLOPs times ten, rounded.
    pub(super) gflops_tenths: u16,
}

/// Returns all published figures.
pub(super) fn all() -> impl Iterator<Item = Published> {
    TABLE.iter().flat_map(|&(file, scales)| {
        scales.iter().map(move |&(scale, layers, params, trainable, gflops_tenths)| Published {
            file,
            scale,
            layers,
            params,
            trainable,
            gflops_tenths,
        })
    })
}

impl fmt::Display for Published {
    /// Returns the model's official name: `yolo11n-seg` for `yolo11-seg` at scale n.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self
            .file
            .strip_prefix("yoloe-")
            .or(self.file.strip_prefix("yolo"))
            .map(|name| name.trim_start_matches('v').trim_start_matches(|c: char| c.is_ascii_digit()));
        match name {
            Some(task) if task.is_empty() || task.starts_with('-') => {
                write!(f, "{}{}{task}", &self.file[..self.file.len() - task.len()], self.scale)
            }
            // `yolov10n`, `rtdetr-l` and the like have one scale, which their name contains or implies.
            _ => f.write_str(self.file),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let names: Vec<String> = all().map(|model| model.to_string()).collect();
        for name in ["yolo11n", "yolo11x-seg", "yoloe-11s-seg", "yolov8l-ghost-p6", "yolov10n", "yolov9t", "rtdetr-l"] {
            assert!(names.iter().any(|n| n == name), "{name} is not in {names:?}");
        }
        assert_eq!(names.len(), 246);
    }
}

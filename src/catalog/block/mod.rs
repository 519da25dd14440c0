//! The framework's blocks: `ultralytics.nn.modules.block`, one file a family.

pub mod csp;

use super::Spec;

/// The blocks that a row can name, a slice a family.
pub static SPECS: &[&[Spec]] = &[csp::SPECS];

/// Hidden channels: `int(c2 * e)`.
pub fn hidden(c2: i64, e: f64) -> i64 {
    (c2 as f64 * e) as i64
}

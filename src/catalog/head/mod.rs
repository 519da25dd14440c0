//! The framework's heads: `ultralytics.nn.modules.head`, one file a task.

pub mod detect;

use super::Spec;

/// The heads that a row can name, a slice a family.
pub static SPECS: &[&[Spec]] = &[detect::SPECS];

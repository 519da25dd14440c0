//! The framework's convolutions: `ultralytics.nn.modules.conv`, one file a family.

mod act;
mod attention;
mod join;
mod light;
mod plain;
mod rep;
mod transpose;

pub use act::Act;
pub use light::{ghost_conv, light_conv};
pub use plain::{Conv, Padding};
pub use rep::rep_conv;

use crate::torch::Spec;

/// The convolutions that a row can name, a slice a family.
pub static SPECS: &[&[Spec]] = &[plain::SPECS, light::SPECS, rep::SPECS, transpose::SPECS, join::SPECS];

/// Modules of the framework that `parse_model` can't name.
pub static UNREGISTERED: &[&[Spec]] = &[light::UNREGISTERED, attention::UNREGISTERED];

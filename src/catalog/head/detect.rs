//! Detection heads.

use super::super::Spec;

/// The heads of this family.
pub static SPECS: &[Spec] = &[];

//! Editor features, one file each: from a [`ModelFile`] to plain structs with byte offsets.

mod describe;
mod file;
pub mod hints;
mod typing;

pub use file::ModelFile;

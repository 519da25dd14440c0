//! Editor features, one file each: from a [`ModelFile`] to plain structs with byte offsets.

pub mod actions;
mod describe;
mod file;
pub mod hints;
mod refresh;
pub mod rows;

pub use file::ModelFile;

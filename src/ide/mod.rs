//! Editor features, one file each: from a [`ModelFile`] to plain structs with byte offsets.

pub mod actions;
pub mod completion;
mod cursor;
mod describe;
mod file;
pub mod hints;
mod refresh;
pub mod renumber;
pub mod rows;
pub mod signature;

pub use file::ModelFile;

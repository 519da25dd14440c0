//! Editor features, one file each: from a [`ModelFile`] to plain structs with byte offsets.

pub mod actions;
mod arguments;
pub mod breakdown;
pub mod calls;
pub mod completion;
pub(crate) mod describe;
mod file;
mod follower;
pub mod head;
pub mod hints;
pub mod hover;
pub mod lens;
mod place;
pub mod ranges;
pub mod scaffold;
pub mod signature;
mod since_head;
pub mod source;
pub mod status;
pub mod symbols;
#[cfg(test)]
mod testing;
mod typing;
pub mod wiring;

pub use file::ModelFile;

//! What belongs to a model file on the disk: the one room that reads it, for the server and the command line alike.

mod files;

pub use files::{Files, ImportPath};

//! What belongs to a model file on the disk: the one room that reads it, for the server and the command line alike.

mod archive;
mod dataset;
mod environment;
mod files;
mod framework;
pub mod git;
mod half_typed;
mod models;
mod settings;

pub use environment::Variables;
pub use files::{Files, ImportPath, decode, is_python, read, read_from, read_unasked, rest};
pub use framework::{Choice, Framework, Surroundings, choose};
pub use models::{base, official_bases};
pub use settings::{Chosen, FileSettings, Project};

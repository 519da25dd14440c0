//! What belongs to a model file on the disk: the one room that reads it, for the server and the command line alike.

mod dataset;
mod environment;
mod files;
mod framework;
mod half_typed;
mod settings;

pub use environment::Variables;
pub use files::{Decoded, Files, ImportPath, decode, read};
pub use framework::{Choice, Framework, Kind, Source, Surroundings, choose};
pub use settings::{Chosen, FileSettings, Project};

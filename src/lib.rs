//! yolint reads YOLO model YAML files, computes their cost and reports errors in them.
//!
//! Data flows in one direction: text → [`syntax`] → [`model`] → [`dialect`] → [`catalog`] → [`torch`] → [`cost`] →
//! [`analysis`] → output.

pub mod align;
pub mod analysis;
pub mod bindings;
pub mod bound;
pub mod budget;
pub mod catalog;
pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod config;
pub mod cost;
pub mod dialect;
pub mod diff;
pub mod fit;
pub mod fix;
pub mod graph;
pub mod heads;
pub mod ide;
pub mod interpret;
pub mod model;
pub mod project;
pub mod python;
pub mod register;
pub mod rewrite;
pub mod rules;
#[cfg(feature = "embedded")]
pub mod server;
pub mod syntax;
pub mod text;
pub mod torch;
pub mod weights;
pub mod words;

//! yolint reads YOLO model YAML files and says what they cost and what is wrong with them.
//!
//! The way of the data, one direction: text → [`syntax`] → [`model`] → [`dialect`] → [`catalog`] → [`trace`] →
//! [`cost`] → [`analysis`] → renderings.

pub mod analysis;
pub mod catalog;
pub mod check;
pub mod cli;
pub mod config;
pub mod cost;
pub mod dialect;
pub mod diff;
pub mod graph;
pub mod ide;
pub mod model;
pub mod ops;
pub mod python;
pub mod rules;
pub mod server;
pub mod syntax;
pub mod text;
pub mod trace;

//! yolint reads YOLO model YAML files and says what they cost and what is wrong with them.
//!
//! The way of the data, one direction: text → [`syntax`] → [`model`] → [`dialect`] → [`catalog`] → [`trace`] →
//! [`cost`] → [`analysis`] → renderings.

pub mod catalog;
pub mod ops;
pub mod python;
pub mod trace;

//! yolint reads YOLO model YAML files and says what they cost and what is wrong with them.

pub mod syntax;
pub mod text;

//! The YAML layer against PyYAML's facts, half-typed rows, random damage and another YAML library.

mod damage;
mod differential;
mod edits;
mod fixes;
mod layouts;
mod pieces;
mod random;
mod scalars;
mod show;

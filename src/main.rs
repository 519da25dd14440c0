//! The `yolint` program.
fn main() {}

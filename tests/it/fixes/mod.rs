//! Fixes and edits of rows, tried on the framework's files: they do what they promise, and nothing else.

mod damaged;
mod references;
mod rows;
mod wiring;

//! Rules: what they find in the framework's own files, in common mistakes and in the examples of their pages. What they find
//! in files of ours stands in `tests/suites/`.

mod messages;
mod official;
mod pages;
mod rows;

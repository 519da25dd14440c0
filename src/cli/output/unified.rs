//! What fixes change: a unified diff, as `patch -p0` reads it.

use std::io::{self, Write};

use similar::TextDiff;

/// Prints the diff of a file's text.
pub(in crate::cli) fn print(name: &str, before: &str, after: &str, out: &mut impl Write) -> io::Result<()> {
    let diff = TextDiff::from_lines(before, after);
    write!(out, "{}", diff.unified_diff().header(name, name))
}

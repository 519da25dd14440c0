//! A unified diff of fixes, for `patch -p0`.

use std::io::{self, Write};

use similar::TextDiff;

/// Prints the diff between two versions of a file.
pub(in crate::cli) fn print(name: &str, before: &str, after: &str, out: &mut impl Write) -> io::Result<()> {
    let diff = TextDiff::from_lines(before, after);
    write!(out, "{}", diff.unified_diff().header(name, name))
}

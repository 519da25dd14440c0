//! A unified diff of fixes, for `patch -p0`.

use std::io::{self, Write};

use diffy::DiffOptions;

/// Prints the diff between two versions of a file; nothing if they are the same.
pub(in crate::cli) fn print(name: &str, before: &str, after: &str, out: &mut impl Write) -> io::Result<()> {
    if before == after {
        return Ok(());
    }
    let mut options = DiffOptions::new();
    options.set_original_filename(name.to_owned()).set_modified_filename(name.to_owned());
    write!(out, "{}", options.create_patch(before, after))
}

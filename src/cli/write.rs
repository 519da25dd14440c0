//! Atomic file writes: a new file beside the old one, then a rename.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::language;
use crate::words::message;

/// Replaces the contents of a file. Keeps its permissions, and writes through a symlink.
pub(super) fn replace(path: &Path, contents: &str) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    // What isn't UTF-8 was left out of the contents, and would be lost.
    if String::from_utf8(fs::read(&path)?).is_err() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, language::say(&message!("save-as-utf8"))));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.yolint-{}", std::process::id()));
    let written = write_beside(&beside, &path, contents).and_then(|()| fs::rename(&beside, &path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

fn write_beside(beside: &Path, path: &Path, contents: &str) -> io::Result<()> {
    let permissions = fs::metadata(path)?.permissions();
    // A rename would bypass the read-only flag.
    if permissions.readonly() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(beside)?;
    file.write_all(contents.as_bytes())?;
    file.set_permissions(permissions)?;
    file.sync_all()
}

//! Files that are written: new ones, what `--output` names, and old ones, whose place a new one beside them takes.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::{Failure, language};
use crate::words::message;

/// Writes a result to the file that `--output` names, or else to standard output. A model file or a program never gives way to it.
pub(super) fn output(path: Option<&Path>, contents: &[u8], out: &mut impl Write) -> Result<(), Failure> {
    match path {
        Some(path) if path.is_file() && is_source(path) => {
            return Err(language::say(&message!("is-there-already", path = path.display())).into());
        }
        Some(path) => fs::write(path, contents).map_err(|error| language::cant_be_written(path, &error))?,
        None => out.write_all(contents)?,
    }
    Ok(())
}

/// Whether a file is one that people write, by its ending.
fn is_source(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    matches!(ending.as_str(), "yaml" | "yml" | "py" | "toml")
}

/// Writes a file that isn't there yet.
///
/// # Errors
/// A sentence for the user.
pub(super) fn create(path: &Path, contents: &str) -> Result<(), String> {
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    let written = file.and_then(|mut file| file.write_all(contents.as_bytes()));
    written.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => language::say(&message!("is-there-already", path = path.display())),
        _ => language::cant_be_written(path, &error),
    })
}

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

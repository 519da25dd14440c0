//! What git has of a file.

use std::path::Path;
use std::process::{Command, Stdio};

use super::files::decode;
use crate::words::{Message, message};

/// Reads an object with git in a folder, such as `HEAD:./mine.yaml`.
///
/// # Errors
/// What git says where it can't.
pub fn blob(folder: &Path, object: &str) -> Result<Vec<u8>, Message> {
    // Not `git show`, which would list a folder and run the repository's filters. What isn't there isn't fetched either.
    let mut git = Command::new("git");
    git.args(["cat-file", "blob", object]).env("GIT_NO_LAZY_FETCH", "1").current_dir(folder).stdin(Stdio::null());
    let output = git.output().map_err(|error| message!("git-cant-run", error))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().next().unwrap_or_default().trim_start_matches("fatal: ");
    Err(message!("git-cant-read", said))
}

/// The text of a file in git's HEAD; none if there is none.
pub fn at_head(path: &Path) -> Option<String> {
    let folder = path.parent().filter(|folder| folder.is_dir())?;
    let name = path.file_name()?.to_string_lossy();
    Some(decode(&name, blob(folder, &format!("HEAD:./{name}")).ok()?).ok()?.text)
}

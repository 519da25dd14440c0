//! Reports and fixes of `yolint check`, as programs and people meet them.

mod ci;
mod fixing;
mod forms;

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;

/// A file with an error, two warnings and a hint, one of them with a safe fix.
const MIXED: &str = "\
# yolint: ignore[bad-form] 100%
ch: 3
nc: 3
nc: 3
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [30, 3, 2]]
head:
  - [[0, 1], 1, Concat, [1]]
  - [-1, 1, Classify, [nc]]
";

struct Ran {
    status: Option<i32>,
    stdout: String,
    stderr: String,
}

/// Runs `yolint check` in a folder.
fn check(folder: &Path, args: &[&str]) -> Ran {
    let mut command = Command::cargo_bin("yolint").expect("the program is built");
    let output = command.current_dir(folder).env("NO_COLOR", "1").arg("check").args(args).output();
    let output = output.expect("the program runs");
    let ran = Ran {
        status: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    };
    assert!(!ran.stderr.contains("panicked"), "{args:?}: {}", ran.stderr);
    ran
}

/// A folder under the build folder that holds some files and nothing else.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("reports").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the build folder can be written");
    for (name, text) in files {
        fs::write(folder.join(name), text).expect("the build folder can be written");
    }
    folder
}

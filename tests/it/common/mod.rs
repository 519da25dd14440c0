//! What several tests share: git, the framework's model YAMLs, taken from its wheel, and the golden data.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{LazyLock, Mutex, PoisonError};

use serde_json::Value as Json;

const PACKAGE: &str = "ultralytics==8.4.190";

/// Runs git in a folder, with settings of nobody's.
///
/// # Panics
/// When it fails.
pub(crate) fn git(folder: &Path, args: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(folder).env("GIT_CONFIG_GLOBAL", "").env("GIT_CONFIG_NOSYSTEM", "1");
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "A").env(format!("GIT_{role}_EMAIL"), "a@example.org");
    }
    let output = command.args(args).output().expect("git runs");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The folder of the framework's model YAMLs (`11/yolo11.yaml`, …), downloaded once into `target/`.
///
/// # Panics
/// When the wheel can't be had, with a sentence that says why.
pub(crate) fn models() -> PathBuf {
    static MODELS: LazyLock<PathBuf> = LazyLock::new(|| unpacked(PACKAGE).join("ultralytics/cfg/models"));
    MODELS.clone()
}

/// What is in the wheel of a package, `NAME==VERSION`, downloaded once into `target/`.
///
/// # Panics
/// As [`models`].
pub(crate) fn unpacked(package: &str) -> PathBuf {
    // Several tests of this process want the same wheel: one brings it, the others wait.
    static BRINGING: Mutex<()> = Mutex::new(());
    let _one_at_a_time = BRINGING.lock().unwrap_or_else(PoisonError::into_inner);
    let cache = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/wheels");
    let unpacked = cache.join(package.replace("==", "-"));
    if unpacked.is_dir() {
        return unpacked;
    }
    // Several processes may be at it, too: each unpacks for itself, and the first that is done keeps the name.
    let scratch = cache.join(format!("scratch-{}-{package}", std::process::id()));
    fs::create_dir_all(&scratch).expect("the build folder can be written");
    python(package, &["-m", "pip", "download", "--quiet", "--no-deps", package, "--dest"], &scratch);
    let wheel = fs::read_dir(&scratch)
        .expect("the download folder can be read")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|e| e == "whl"))
        .unwrap_or_else(|| panic!("pip downloaded no wheel of {package}; the parity tests need its model YAMLs"));
    let contents = scratch.join("contents");
    let wheel = wheel.to_string_lossy().into_owned();
    python(package, &["-m", "zipfile", "-e", &wheel], &contents);
    if fs::rename(&contents, &unpacked).is_err() {
        assert!(unpacked.is_dir(), "the wheel of {package} can't be put at {}", unpacked.display());
    }
    let _ = fs::remove_dir_all(&scratch);
    unpacked
}

fn python(package: &str, args: &[&str], last: &Path) {
    let output = Command::new("python3").args(args).arg(last).output();
    let output = output.unwrap_or_else(|e| {
        panic!("python3 can't be run ({e}); the parity tests need it to download {package} for its model YAMLs")
    });
    assert!(
        output.status.success(),
        "{package} can't be downloaded; the parity tests need its model YAMLs: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// All model YAMLs of the framework, sorted.
pub(crate) fn model_files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in fs::read_dir(models()).expect("the models can be listed").filter_map(Result::ok) {
        let entries = fs::read_dir(folder.path()).into_iter().flatten().filter_map(Result::ok);
        files.extend(entries.map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "yaml")));
    }
    files.sort();
    files
}

/// A file of `tests/golden/`, parsed.
pub(crate) fn golden(name: &str) -> Json {
    serde_json::from_str(&golden_text(name)).expect("golden data is JSON")
}

/// A file of `tests/golden/`.
pub(crate) fn golden_text(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

//! `yolint register`, and `check --fix` where it edits a framework's source.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;

/// A copy of `tests/fixtures/fork` under the build folder.
pub(crate) fn fork(name: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("register").join(name);
    let _ = fs::remove_dir_all(&root);
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/fork"), &root);
    fs::create_dir_all(root.join(".git")).expect("the build folder can be written");
    root
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the build folder can be written");
    for entry in fs::read_dir(from).expect("a folder").filter_map(Result::ok) {
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        match path.is_dir() {
            true => copy(&path, &to),
            false => fs::write(to, fs::read(&path).expect("a file")).expect("the build folder can be written"),
        }
    }
}

fn read(path: PathBuf) -> String {
    fs::read_to_string(path).expect("UTF-8")
}

/// Status and both streams, with the folder's path left out.
fn yolint(root: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::cargo_bin("yolint").expect("the program is built");
    let output = command.current_dir(root).env_clear().args(args).output().expect("the program runs");
    let folder = format!("{}/", root.display());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&folder, "");
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// What is added to the framework so that it takes `Stack`: an import, and the class in two lists.
const REGISTERED: [&str; 3] =
    ["\nfrom models.attention import Stack\n", "if m in {Conv, Bottleneck, Stack}:", "if m in {Bottleneck, Stack}:"];

#[test]
fn a_fix_edits_the_source_once_for_all_files() {
    let root = fork("fix");
    let (before, model) = (read(root.join("models/yolo.py")), read(root.join("cfg/stack.yaml")));
    let (status, out, err) = yolint(&root, &["check", "--format", "concise", "--quiet", "cfg"]);
    assert_eq!(status, Some(1));
    assert_eq!(out.matches("error[module-not-imported] `Stack` is a class in attention.py:").count(), 2, "{out}{err}");

    // It needs review.
    let (_, _, err) = yolint(&root, &["check", "--fix", "--quiet", "cfg"]);
    assert!(err.contains("0 findings fixed in 0 files"), "{err}");
    let (status, diff, err) = yolint(&root, &["check", "--diff", "--unsafe-fixes", "cfg"]);
    assert_eq!(status, Some(1), "{err}");
    assert_eq!(diff.matches("+++ ").count(), 1, "{diff}");
    assert!(diff.contains("--- models/yolo.py\n+++ models/yolo.py\n"), "{diff}");
    assert!(
        REGISTERED.iter().all(|line| diff.contains(&format!("+{}", line.trim())) || diff.contains(line.trim())),
        "{diff}"
    );
    assert_eq!(read(root.join("models/yolo.py")), before);

    let (status, out, err) =
        yolint(&root, &["check", "--fix", "--unsafe-fixes", "--quiet", "--format", "concise", "cfg"]);
    assert_eq!((status, out.as_str()), (Some(0), ""), "{err}");
    let after = read(root.join("models/yolo.py"));
    for line in REGISTERED {
        assert_eq!(after.matches(line).count(), 1, "{line}\n{after}");
    }
    assert_eq!(after.lines().count(), before.lines().count() + 1);
    assert_eq!(read(root.join("cfg/stack.yaml")), model, "the model file is as it was");
    assert!(yolint(&root, &["check", "--fix", "--unsafe-fixes", "cfg"]).2.contains("0 findings fixed in 0 files"));
}

#[test]
fn fixes_name_the_file_that_they_edit() {
    let root = fork("json");
    let (_, out, _) = yolint(&root, &["check", "--format", "json", "cfg/stack.yaml"]);
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let edits = &report["files"][0]["diagnostics"][0]["fixes"][0]["edits"];
    let files: Vec<_> = edits.as_array().expect("edits").iter().map(|edit| edit["file"].as_str()).collect();
    assert_eq!(files, [Some("models/yolo.py"); 3], "{edits}");
    let (_, out, _) = yolint(&root, &["check", "--format", "sarif", "cfg/stack.yaml"]);
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let changes = &report["runs"][0]["results"][0]["fixes"][0]["artifactChanges"];
    let uri = changes[0]["artifactLocation"]["uri"].as_str().unwrap_or_default();
    assert!(uri.ends_with("models/yolo.py"), "{changes}");
    assert_eq!(
        (changes.as_array().map(Vec::len), changes[0]["replacements"].as_array().map(Vec::len)),
        (Some(1), Some(3))
    );
}

#[test]
fn a_class_is_registered_with_a_small_model() {
    let root = fork("class");
    let (status, out, err) = yolint(&root, &["register", "Stack"]);
    assert_eq!(err, "");
    let said = "\
`Stack` is imported in models/yolo.py
it is among the modules whose channels are scaled
it is among the modules that get the number of repeats
row 1 of stack.yaml uses it
";
    assert_eq!((status, out.as_str()), (Some(0), said));
    let after = read(root.join("models/yolo.py"));
    assert!(REGISTERED.iter().all(|line| after.contains(line)), "{after}");
    let (status, table, err) = yolint(&root, &["check", "--quiet", "--format", "concise", "stack.yaml"]);
    assert_eq!((status, table.as_str()), (Some(0), ""), "{err}");
    assert!(read(root.join("stack.yaml")).contains("  - [-1, 1, Stack, [64]]\n"));

    // Nothing is overwritten, and a class that is registered stays as it is.
    let (status, _, err) = yolint(&root, &["register", "Stack"]);
    assert_eq!((status, err.as_str()), (Some(2), "yolint: stack.yaml is there already: choose another name\n"));
    let (_, out, _) = yolint(&root, &["register", "Stack", "--output", "other.yaml"]);
    assert_eq!(out, "`Stack` is registered already\nrow 1 of other.yaml uses it\n");
    assert_eq!(read(root.join("models/yolo.py")), after);
}

#[test]
fn a_branch_is_written_where_one_is_needed() {
    let root = fork("branches");
    let classes = "import torch
from torch import nn


class Join(nn.Module):
    def forward(self, x):
        return torch.cat(x, 1)


class Space(nn.PixelUnshuffle):
    def __init__(self):
        super().__init__(2)
";
    fs::write(root.join("models/mine.py"), classes).expect("a file");
    for (class, branch, row) in [
        ("Join", "c2 = sum(ch[x] for x in f)", "[[-1, -1], 1, Join, []]"),
        ("Space", "c2 = ch[f] * 4", "[-1, 1, Space, []]"),
    ] {
        let (status, out, err) = yolint(&root, &["register", class]);
        let name = class.to_lowercase();
        let said = format!(
            "`{class}` is imported in models/yolo.py\na branch of `parse_model` books its channels\nrow 1 of {name}.yaml uses it\n"
        );
        assert_eq!((status, out, err), (Some(0), said, String::new()));
        let written = format!("        elif m is {class}:\n            {branch}\n");
        assert!(read(root.join("models/yolo.py")).contains(&written));
        assert!(read(root.join(format!("{name}.yaml"))).contains(row));
    }
}

#[test]
fn a_row_is_added_to_a_copy_of_a_model() {
    let root = fork("base");
    fs::write(
        root.join("base.yaml"),
        "\
width_multiple: 0.5
backbone:
  - [-1, 1, Conv, [32, 3, 2]] # 0
  - [-1, 1, Conv, [64, 3, 2]] # 1
head:
  - [-1, 1, Conv, [64]] # 2
  - [0, 1, Conv, [64]] # 3
",
    )
    .expect("a file");
    let args = ["register", "models/attention.py:Gate", "--base", "base.yaml", "--output", "gated.yaml"];
    let (status, out, err) = yolint(&root, &args);
    assert_eq!((status, err.as_str()), (Some(0), ""), "{out}");
    assert_eq!(
        read(root.join("gated.yaml")),
        "\
width_multiple: 0.5
backbone:
  - [-1, 1, Conv, [32, 3, 2]] # 0
  - [-1, 1, Conv, [64, 3, 2]] # 1
head:
  - [-1, 1, Gate, []] # 2
  - [-1, 1, Conv, [64]] # 3
  - [0, 1, Conv, [64]] # 4
"
    );
    assert!(
        read(root.join("models/yolo.py")).contains(
            "        elif m is Gate:\n            c2 = ch[f]\n            args = [c2, *args]\n        else:\n"
        )
    );
}

#[test]
fn what_can_not_be_registered_is_said() {
    let root = fork("refused");
    let refused = |args: &[&str]| {
        let (status, out, err) = yolint(&root, &[&["register"], args].concat());
        assert_eq!((status, out.as_str()), (Some(2), ""));
        err
    };
    assert_eq!(refused(&["Nowhere"]), format!("yolint: no class `Nowhere` is in {}\n", root.display()));
    assert_eq!(refused(&["models/none.py:Gate"]), "yolint: models/none.py: no such file\n");
    fs::write(root.join("models/more.py"), read(root.join("models/attention.py"))).expect("a file");
    let several = refused(&["Gate"]);
    assert!(several.contains("name one: models/attention.py:Gate, models/more.py:Gate"), "{several}");
    let lone = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("register/lone");
    fs::create_dir_all(lone.join(".git")).expect("the build folder can be written");
    let (_, _, err) = yolint(&lone, &["register", "Gate"]);
    assert_eq!(err, "yolint: no framework's source counts for .: `yolint framework` says why\n");
    assert!(!root.join("gate.yaml").exists());
}

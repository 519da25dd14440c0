//! `yolint framework`.

use std::fs;
use std::path::Path;

use assert_cmd::Command;

use crate::common;
use crate::project::{MODEL, folder, repository};

const FORK: &str = "\
fork/.git/
fork/ultralytics/__init__.py: __version__ = \"8.3.9\"
fork/ultralytics/nn/tasks.py: def parse_model(d, ch):\\n    pass
fork/cfg/m.yaml:
fork/set/.yolint.yaml: framework: builtin
fork/set/m.yaml:
env/lib/python3.11/site-packages/ultralytics/__init__.py: __version__ = \"8.4.1\"
env/lib/python3.11/site-packages/ultralytics/nn/tasks.py: def parse_model(d, ch):\\n    return
";

/// Runs it in a folder where no Python is but that of `env`: status, and both streams with the folder's path left out.
fn yolint(root: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::cargo_bin("yolint").expect("the program is built");
    command.current_dir(root).env_clear().env("VIRTUAL_ENV", root.join("env")).arg("framework").args(args);
    let output = command.output().expect("the program runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&*root.to_string_lossy(), "").replace('\\', "/");
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn what_is_chosen_and_what_else_is_there() {
    let root = folder("command", FORK);
    let (status, out, err) = yolint(&root, &["fork/cfg/m.yaml"]);
    assert_eq!(
        out,
        "\
ultralytics 8.3.9 in /fork
  why: it stands above the file
  parse_model: /fork/ultralytics/nn/tasks.py
  imports: /fork, /env/lib/python3.11/site-packages
also there: ultralytics 8.4.1 in /env/lib/python3.11/site-packages
  why: it is installed in the environment of VIRTUAL_ENV
also there: ultralytics 8.4.190, built in
  why: it comes with yolint
"
    );
    let confusion = "yolint: models are read with the `ultralytics` in /fork, but `import ultralytics` may take version \
                     8.4.1 in /env/lib/python3.11/site-packages\n";
    assert_eq!((status, &err[..]), (Some(0), confusion));
    // A folder stands for the files in it; a path may lead back.
    assert_eq!(yolint(&root, &["fork/cfg"]).1, out);
    assert_eq!(yolint(&root, &["env/../fork/cfg/m.yaml"]).1, out);
    let (_, out, _) = yolint(&root, &["fork/set/m.yaml"]);
    assert!(
        out.starts_with("ultralytics 8.4.190, built in\n  why: the setting `framework` says so\nalso there: "),
        "{out}"
    );
}

#[test]
fn json() {
    let root = folder("command_json", FORK);
    let (_, out, _) = yolint(&root, &["--format", "json", "fork/cfg/m.yaml"]);
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let framework = serde_json::json!({
        "kind": "folder",
        "name": "ultralytics",
        "version": "8.3.9",
        "root": "/fork",
        "module": "ultralytics.nn.tasks",
        "entry": "/fork/ultralytics/nn/tasks.py",
        "why": "it stands above the file",
    });
    assert_eq!((&json["version"], &json["framework"]), (&1.into(), &framework));
    assert_eq!(json["imports"], serde_json::json!(["/fork", "/env/lib/python3.11/site-packages"]));
    let kinds = json["others"].as_array().expect("others").iter().map(|other| &other["kind"]);
    assert_eq!(kinds.collect::<Vec<_>>(), ["environment", "builtin"]);
}

#[test]
fn what_cannot_be_used_is_said() {
    let root = folder("command_problems", "m.yaml:\n.git/\n.yolint.yaml: framework: lib");
    let (status, out, err) = yolint(&root, &["m.yaml"]);
    assert_eq!(err, "yolint: `framework`: no `parse_model` was found in /lib\n");
    assert!(status == Some(0) && out.starts_with("ultralytics 8.4.190, built in\n"), "{out}");
    let (status, _, err) = yolint(&root, &["n.yaml"]);
    assert_eq!((status, &err[..]), (Some(2), "yolint: n.yaml: no such file\n"));
}

/// A convolution has `c1 · c2 · k · k + c2` parameters.
#[test]
fn a_model_of_a_framework_of_ones_own() {
    let root = repository("command_own");
    let run = |args: &[&str]| {
        let mut command = Command::cargo_bin("yolint").expect("the program is built");
        let output = command.current_dir(&root).env_clear().args(args).output().expect("the program runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&*root.to_string_lossy(), "");
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (status, out, err) = run(&["table", "--format", "json", "m.yaml"]);
    assert_eq!((status, &err[..]), (Some(0), "yolint: modules are those of models.yolo in \n"));
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let framework = serde_json::json!({
        "kind": "folder",
        "root": "",
        "version": null,
        "files": ["models/__init__.py", "models/yolo.py"],
    });
    assert_eq!(json["framework"], framework);
    let params = [3 * 8 * 9 + 8, 8 * 16 * 25 + 16, 16 * 4 + 4];
    let rows = json["rows"].as_array().expect("rows").iter();
    let found: Vec<_> = rows.map(|row| (row["params"].clone(), row["output"].clone())).collect();
    let sizes = [[1, 8, 320, 320], [1, 16, 160, 160], [1, 4, 160, 160]];
    assert_eq!(found, std::array::from_fn::<_, 3, _>(|i| (params[i].into(), serde_json::json!(sizes[i]))));
    let (status, out, err) = run(&["check", "."]);
    assert_eq!((status, &err[..]), (Some(0), "yolint: modules are those of models.yolo in \n"), "{out}");
    assert_eq!(run(&["check", "--quiet", "."]).2, "");
    let (_, out, _) = run(&["framework", "m.yaml"]);
    assert!(out.contains("\n  read: models/__init__.py\n  read: models/yolo.py\n"), "{out}");
    // The built-in framework doesn't have the module.
    fs::write(root.join(".yolint.yaml"), "framework: builtin\n").expect("the build folder can be written");
    let (status, _, err) = run(&["check", "m.yaml"]);
    assert_eq!((status, &err[..]), (Some(1), ""));
}

/// What a training script would put among the framework's classes. A depthwise convolution has `c · k · k + c` parameters.
#[test]
fn classes_of_further_files() {
    let root = repository("command_modules");
    let blocks = "import torch.nn as nn\nfrom sizes import K\n\nprint(undefined)\n\nclass Depthwise(nn.Conv2d):\n    \
                  def __init__(self, c1, c2):\n        super().__init__(c1, c2, K, padding=K // 2, groups=c1)\n";
    let model = MODEL.replace("[-1, 1, Halve, [16, 5]]", "[-1, 1, Depthwise, [8]]");
    for (path, text) in [
        ("m.yaml", &model[..]),
        ("own/blocks.py", blocks),
        ("own/sizes.py", "K = 7\n"),
        (".yolint.yaml", "modules: [own/blocks.py]\n"),
    ] {
        fs::create_dir_all(root.join("own")).expect("the build folder can be written");
        fs::write(root.join(path), text).expect("the build folder can be written");
    }
    let mut command = Command::cargo_bin("yolint").expect("the program is built");
    command.current_dir(&root).env_clear().args(["table", "--format", "json", "m.yaml"]);
    let output = command.output().expect("the program runs");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["rows"][1]["params"], 8 * 7 * 7 + 8, "{json}");
    let files = json["framework"]["files"].as_array().expect("files");
    assert!(files.contains(&"own/blocks.py".into()) && files.contains(&"own/sizes.py".into()), "{files:?}");
}

/// The wheel of the release that is built in is unpacked as an environment has it.
#[test]
fn an_unchanged_release_has_the_built_in_modules() {
    let models = common::models();
    let release = models.join("../../..").canonicalize().expect("the wheel");
    let built_in = "\n  modules: built in, as nothing of this release was changed\n";
    let (_, out, _) = yolint(&release, &["ultralytics/cfg/models/11/yolo11.yaml"]);
    assert!(out.starts_with("ultralytics 8.4.190 in \n") && out.contains(built_in), "{out}");
    let changed = folder("command_changed", "m.yaml:\n.git/");
    let mut todo = vec![release.join("ultralytics/nn"), release.join("ultralytics/utils")];
    while let Some(from) = todo.pop() {
        let to = changed.join(from.strip_prefix(&release).expect("a part of the release"));
        fs::create_dir_all(&to).expect("the build folder can be written");
        for path in fs::read_dir(&from).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            match path.is_dir() {
                true => todo.push(path),
                false => _ = fs::copy(&path, to.join(path.file_name().expect("a name"))).expect("it can be copied"),
            }
        }
    }
    fs::copy(release.join("ultralytics/__init__.py"), changed.join("ultralytics/__init__.py"))
        .expect("it can be copied");
    assert!(yolint(&changed, &["m.yaml"]).1.contains(built_in));
    let block = changed.join("ultralytics/nn/modules/block.py");
    let text = fs::read_to_string(&block).expect("UTF-8");
    fs::write(&block, text.replacen("0.5", "0.6", 1)).expect("the build folder can be written");
    assert!(!yolint(&changed, &["m.yaml"]).1.contains(built_in));
}

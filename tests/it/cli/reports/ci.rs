//! What pre-commit and GitHub's workflows run, and folders of many files.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value as Json;

use super::{MIXED, check, folder};

fn yaml(name: &str) -> Json {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    serde_yaml::from_str(&fs::read_to_string(path).expect("the file")).expect("YAML")
}

/// pre-commit gives all YAML files of a commit: those that are no models are passed over.
#[test]
fn hooks_of_pre_commit() {
    let data = "train: images\nnames: [a]\n";
    for hook in yaml(".pre-commit-hooks.yaml").as_array().expect("hooks") {
        for key in ["id", "name", "entry", "language"] {
            assert!(hook[key].is_string(), "{hook}");
        }
        let entry: Vec<&str> = hook["entry"].as_str().expect("a command").split(' ').collect();
        let folder = folder(hook["id"].as_str().expect("a name"), &[("a.yaml", MIXED), ("data.yaml", data)]);
        assert_eq!(entry[..2], ["yolint", "check"]);
        let ran = check(&folder, &[&entry[2..], &["a.yaml", "data.yaml"]].concat());
        assert_eq!(ran.status, Some(1), "{}", ran.stderr);
        let ran = check(&folder, &[&entry[2..], &["data.yaml"]].concat());
        assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    }
}

/// The steps of the action, run as a runner would, with the program that is built already.
#[cfg(unix)]
#[test]
fn the_action_checks_and_leaves_a_report() {
    let action = yaml("action.yml");
    let default = |input: &str| action["inputs"][input]["default"].as_str().expect("a default");
    let steps = action["runs"]["steps"].as_array().expect("steps");
    assert_eq!(action["runs"]["using"], "composite");
    assert!(steps.iter().all(|step| step["shell"] == "bash"));
    let install = steps[0]["run"].as_str().expect("a command");
    // `tests/packages/install` runs this step too, with a wheel.
    assert!(install.contains("pip install") && !install.contains("cargo"), "{install}");

    let folder = folder("action", &[("a.yaml", MIXED)]);
    fs::create_dir_all(folder.join("temp/yolint/bin")).expect("the build folder can be written");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_yolint"), folder.join("temp/yolint/bin/yolint")).expect("a link");
    let mut step = Command::new("bash");
    step.arg("-eo").args(["pipefail", "-c", steps[1]["run"].as_str().expect("a command")]).current_dir(&folder);
    step.env("RUNNER_TEMP", "temp").env("GITHUB_STEP_SUMMARY", "summary.md");
    for (name, value) in steps[1]["env"].as_object().expect("variables") {
        let input = value.as_str().and_then(|v| v.strip_prefix("${{ inputs.")?.strip_suffix(" }}")).expect("an input");
        step.env(name, default(input));
    }
    let output = step.output().expect("bash");
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{stdout}{}", String::from_utf8_lossy(&output.stderr));
    assert!(stdout.contains("::error file=a.yaml,line=9,"), "{stdout}");
    assert!(fs::read_to_string(folder.join("summary.md")).expect("a report").contains("spatial-mismatch"));
}

/// `benches/README.md` says how long it takes where nothing else runs.
#[test]
fn many_files_are_checked_at_once_and_told_of_in_order() {
    let text =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/yolo11-tiny.yaml")).expect("an example");
    let broken = text.replacen("Conv", "Cnov", 1);
    let names: Vec<String> = (0..200).map(|i| format!("{i:03}.yaml")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), broken.as_str())).collect();
    let folder = folder("many", &files);
    let start = Instant::now();
    let ran = check(&folder, &["--format", "concise", "."]);
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    let mut told: Vec<&str> = ran.stdout.lines().map(|line| line.split(':').next().unwrap_or_default()).collect();
    told.dedup();
    assert_eq!(told, names);
    assert_eq!(ran.stderr, "");
}

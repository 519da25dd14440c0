//! Budgets on the command line, beyond what `docs/budgets.md` shows.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::{Value, json};

/// A folder of its own under the build folder, with the tiny detector in `models/`.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("budgets").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("models")).expect("the build folder can be written");
    // Settings of folders above don't count.
    write(&folder, ".yolint.yaml", "");
    write(&folder, "models/tiny.yaml", &tiny());
    folder
}

fn tiny() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/yolo11-tiny.yaml");
    fs::read_to_string(path).expect("the example")
}

fn write(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).expect("the build folder can be written");
}

/// Status, stdout and stderr of `yolint`.
fn yolint(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::cargo_bin("yolint").expect("the program is built");
    let output = command.current_dir(folder).env("NO_COLOR", "1").args(args).output().expect("the program runs");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).replace('\\', "/");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// 542,206 parameters and 3.4 GFLOPs at scale n, as the framework says.
#[test]
fn an_overrun_fails_and_others_do_not() {
    let folder = folder("status");
    let check = |args: &[&str]| {
        let (status, stdout, stderr) =
            yolint(&folder, &[&["check", "--scale", "n", "models/tiny.yaml"], args].concat());
        assert_eq!(stderr, "", "{args:?}");
        (status, stdout)
    };
    let (status, stdout) = check(&["--max-params", "542206", "--max-layers", "122", "--max-weights", "fp16=1.1MB"]);
    assert_eq!(status, Some(0), "{stdout}");
    assert!(
        stdout
            .starts_with("models/tiny.yaml: n: 542k params, 3.41 GFLOPs, 122 layers · budget 542.206k params: 0 left"),
        "{stdout}"
    );
    assert_eq!(check(&["--max-params", "542205"]).0, Some(1));
    assert_eq!(check(&["--max-params", "<542206"]).0, Some(1));
    assert_eq!(check(&["--max-layers", "121"]).0, Some(1));
    assert_eq!(check(&["--max-weights", "int8=2MB", "--max-weights", "fp32=2MB"]).0, Some(1));
    assert_eq!(check(&["--max-activations", "1kB"]).0, Some(1));
    // The rule's level counts for it too.
    write(&folder, ".yolint.yaml", "rules: {budget-exceeded: warn}\n");
    assert_eq!(check(&["--max-params", "1"]).0, Some(0));
}

#[test]
fn flags_win_over_the_file_and_that_over_settings() {
    let folder = folder("precedence");
    let overruns = |args: &[&str]| {
        let args = [&["check", "--format", "concise", "--scale", "n", "models/tiny.yaml"], args].concat();
        yolint(&folder, &args)
            .1
            .lines()
            .map(|line| line.split("] ").nth(1).unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    write(&folder, ".yolint.yaml", "budgets: {params: 100k, layers: 100}\n");
    let of_settings = "542k params, 442k over the budget of 100k (442 %)";
    let layers = "122 layers, 22 over the budget of 100 (22 %)";
    assert_eq!(overruns(&[]), [of_settings, layers]);
    write(&folder, "models/tiny.yaml", &format!("# yolint: budget params<=200k\n{}", tiny()));
    assert_eq!(overruns(&[]), ["542k params, 342k over the budget of 200k (171 %)", layers]);
    assert_eq!(overruns(&["--max-params", "300k"]), ["542k params, 242k over the budget of 300k (81 %)", layers]);
    assert_eq!(overruns(&["--max-params", "1M"]), [layers]);
}

#[test]
fn a_baseline_that_cannot_be_used_is_told_of_once() {
    let folder = folder("baseline");
    write(&folder, "models/second.yaml", &tiny());
    // Named by settings: said once, and the other budgets count; but the gate that is off is no success.
    write(&folder, ".yolint.yaml", "budgets: {baseline: gone.yaml, gflops: +5%, params: 1M}\n");
    let (status, stdout, stderr) = yolint(&folder, &["check", "--format", "concise"]);
    assert_eq!((status, stdout.matches("budget-exceeded").count()), (Some(2), 2), "{stdout}");
    assert!(stderr.starts_with("yolint: can't read the baseline: ") && stderr.lines().count() == 1, "{stderr}");
    write(&folder, ".yolint.yaml", "budgets: {baseline: data.yaml, gflops: +5%}\n");
    write(&folder, "data.yaml", "names: [a, b]\n");
    let (_, _, stderr) = yolint(&folder, &["check", "models"]);
    assert!(stderr.starts_with("yolint: the baseline data.yaml is not a model YAML"), "{stderr}");
    write(&folder, ".yolint.yaml", "budgets: {gflops: +5%}\n");
    let (_, _, stderr) = yolint(&folder, &["check", "models"]);
    assert!(
        stderr.starts_with("yolint: the budget `gflops<=+5%` is relative to a baseline") && stderr.lines().count() == 1
    );
    // Named by flags: nothing is checked that wasn't asked for.
    write(&folder, ".yolint.yaml", "");
    for args in [["--baseline", "gone.yaml"], ["--max-gflops", "+5%"]] {
        let (status, _, stderr) = yolint(&folder, &[&["check", "models/tiny.yaml"], &args[..]].concat());
        assert_eq!(status, Some(2), "{stderr}");
    }
}

#[test]
fn budgets_in_json() {
    let folder = folder("json");
    write(&folder, "models/base.yaml", &tiny());
    let budget = "# yolint: budget gflops<=3 backbone.params<=-5% row.params<300k\n";
    write(&folder, "models/tiny.yaml", &format!("{budget}{}", tiny().replace("SPPF", "Own")));
    let args = ["check", "--format", "json", "--scale", "n", "--baseline", "models/base.yaml", "models/tiny.yaml"];
    let json: Value = serde_json::from_str(&yolint(&folder, &args).1).expect("JSON");
    let budgets = &json["files"][0]["budgets"];
    let figure = 208_712;
    assert_eq!(
        *budgets,
        json!([
            { "scale": "n", "scope": "model", "metric": "gflops", "limit": 3.0, "strict": false, "value": null, "row": null,
              "over": null, "baseline": null },
            { "scale": "n", "scope": "backbone", "metric": "params", "limit": figure * 95 / 100, "strict": false,
              "value": null, "row": null, "over": null, "baseline": { "file": "base.yaml", "value": figure } },
            { "scale": "n", "scope": "row", "metric": "params", "limit": 300_000, "strict": true, "value": null,
              "row": null, "over": null, "baseline": null },
        ])
    );
    write(&folder, "models/tiny.yaml", &format!("{budget}{}", tiny()));
    let json: Value = serde_json::from_str(&yolint(&folder, &args).1).expect("JSON");
    let budgets = json["files"][0]["budgets"].as_array().expect("a list");
    let over: Vec<_> = budgets.iter().map(|budget| (&budget["over"], &budget["row"])).collect();
    assert_eq!(over, [(&json!(true), &Value::Null), (&json!(true), &Value::Null), (&json!(false), &json!(14))]);
    assert!((budgets[0]["value"].as_f64().expect("a number") - 3.412).abs() < 0.001, "{budgets:?}");
    assert_eq!((&budgets[1]["value"], &budgets[2]["value"]), (&json!(figure), &json!(218_070)));
    let help = &json["files"][0]["diagnostics"][0]["help"];
    assert!(help.as_str().is_some_and(|help| help.contains("image size 576 (2.76 GFLOPs)")), "{help}");
}

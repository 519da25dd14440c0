//! The command line as a person meets it: what is printed, where, and with which status.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use assert_cmd::Command;

const TINY: &str = "examples/yolo11-tiny.yaml";

struct Ran {
    status: Option<i32>,
    stdout: String,
    stderr: String,
}

/// Runs yolint in the project's folder; it must end within ten seconds and never panic.
fn yolint(args: &[&str]) -> Ran {
    let mut command = Command::cargo_bin("yolint").expect("the program is built");
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env("NO_COLOR", "1").args(args);
    let start = Instant::now();
    let output = command.timeout(Duration::from_secs(10)).output().expect("the program runs");
    let ran = Ran {
        status: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    };
    assert!(start.elapsed() < Duration::from_secs(10), "{args:?} takes too long");
    assert!(!ran.stderr.contains("panicked"), "{args:?}: {}", ran.stderr);
    ran
}

/// A file in a folder of its own under the build folder.
fn file(name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("cli");
    fs::create_dir_all(&folder).expect("the build folder can be written");
    let path = folder.join(name);
    fs::write(&path, contents).expect("the build folder can be written");
    path
}

fn run_on(command: &str, name: &str, contents: impl AsRef<[u8]>) -> Ran {
    let path = file(name, contents);
    yolint(&[command, &path.to_string_lossy()])
}

/// Figures said by the framework for this file at scale n (542,206 parameters, 3.4 GFLOPs).
#[test]
fn table_of_an_example() {
    let ran = yolint(&["table", "--scale", "n", TINY]);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert_eq!(ran.stderr, "");
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert!(lines[0].starts_with("                   from  n    params  module"), "{}", lines[0]);
    assert!(lines[0].ends_with("output                  GFLOPs"), "{}", lines[0]);
    let row = "  6                  -1  2    140800  ultralytics.nn.modules.block.C3k2            [128, 128, 2, True]";
    assert!(lines[7].starts_with(row), "{}", lines[7]);
    assert!(lines[7].contains("[1, 128, 40, 40]"), "{}", lines[7]);
    assert_eq!(lines[16], "YOLO11-tiny summary: 122 layers, 542,206 parameters, 542,190 gradients, 3.4 GFLOPs");
}

/// The framework prints this row so.
#[test]
fn repeats_that_are_no_integer() {
    let text = fs::read_to_string(TINY).expect("the example").replacen("[-1, 1, Conv,", "[-1, 1.0, Conv,", 1);
    let path = file("repeats.yaml", text);
    let ran = yolint(&["table", "--format", "ultralytics", "--scale", "n", &path.to_string_lossy()]);
    let row = "  0                  -11.0       464  ultralytics.nn.modules.conv.Conv             [3, 16, 3, 2]                 ";
    assert_eq!(ran.stdout.lines().nth(1), Some(row), "{}", ran.stderr);
}

/// The framework says so of this file.
#[test]
fn a_model_without_the_frameworks_convolutions_is_called_fused() {
    let text = "nc: 7\nbackbone:\n  - [-1, 1, TorchVision, [512, resnet18]]\nhead:\n  - [-1, 1, nn.Identity, []]\n";
    let path = file("fused.yaml", text);
    let ran = yolint(&["table", "--format", "ultralytics", "--imgsz", "64", &path.to_string_lossy()]);
    let summary = "fused summary (fused): 51 layers, 11,176,512 parameters, 11,176,512 gradients, 0.3 GFLOPs";
    assert_eq!(ran.stdout.lines().last(), Some(summary), "{}", ran.stderr);
}

#[test]
fn a_notice_says_which_scale_is_shown() {
    let notice = |path: &str| {
        format!("yolint: {path} doesn't select a scale: showing `n`, the first of n, s (choose with --scale)\n")
    };
    let ran = yolint(&["table", TINY]);
    assert_eq!(ran.status, Some(0));
    assert_eq!(ran.stderr, notice(TINY));

    let text = std::fs::read_to_string(TINY).expect("an example");
    let path = file("leaves.yaml", &text).to_string_lossy().into_owned();
    let finding = "warning[scale-not-selectable] the name `leaves.yaml` can't select a scale, so the framework always \
                   uses the first one, `n`";
    assert_eq!(yolint(&["table", &path]).stderr, format!("{}{path}:5:1: {finding}\n", notice(&path)));
}

#[test]
fn json_is_version_1() {
    let ran = yolint(&["table", "--format", "json", "--scale", "n", TINY]);
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let keys: Vec<&str> = json.as_object().expect("an object").keys().map(String::as_str).collect();
    let expected = ["version", "file", "dialect", "scale", "imgsz", "convention", "totals", "rows", "diagnostics"];
    assert_eq!(keys[..9], expected);
    assert_eq!(keys[9..], ["budgets", "framework", "fused"]);
    let builtin = serde_json::json!({ "kind": "builtin", "root": null, "version": "8.4.190", "files": [] });
    assert_eq!(json["framework"], builtin);
    assert_eq!(json["totals"]["params"], 542_206);
    assert_eq!(json["rows"][1]["args"], serde_json::json!([16, 32, 3, 2]));
    assert_eq!(json["rows"][1]["from"], serde_json::json!([-1]));
    assert_eq!(json["rows"][9]["section"], "head");
    assert_eq!(json["rows"][0]["line"], 10);
    let all = yolint(&["table", "--format", "json", "--scale", "all", TINY]);
    let all: serde_json::Value = serde_json::from_str(&all.stdout).expect("JSON");
    let scales: Vec<_> = all["files"].as_array().expect("files").iter().map(|file| &file["scale"]).collect();
    assert_eq!(scales, ["n", "s"]);
}

#[test]
fn csv_and_markdown() {
    let csv = yolint(&["table", "--format", "csv", "--scale", "n", TINY]).stdout;
    assert_eq!(csv.lines().next(), Some("scale,index,from,repeats,params,module,arguments,output,ops,gflops"));
    assert_eq!(csv.lines().count(), 16);
    assert!(csv.contains(r#"n,9,"[-1, 4]",1,0,Concat,[1],"[1, 192, 80, 80]",0,0"#), "{csv}");
    let markdown = yolint(&["table", "--format", "markdown", "--scale", "n", TINY]).stdout;
    assert!(
        markdown.contains("| 6 | -1 | 2 | 140,800 | C3k2 | [128, 128, 2, True] | [1, 128, 40, 40] |"),
        "{markdown}"
    );
}

/// `check` looks at every scale where none is selected; only some scales have the finding.
#[test]
fn a_finding_says_which_scales_have_it() {
    let ran = run_on(
        "check",
        "heads.yaml",
        "nc: 3\nscales:\n  n: [1, 0.25, 1024]\n  s: [1, 0.5, 1024]\nbackbone:\n  - [-1, 1, Conv, [64, 3, 2]]\n  \
         - [-1, 1, A2C2f, [128, True, 1]]\nhead:\n  - [-1, 1, Classify, [nc]]\n",
    );
    assert_eq!(ran.status, Some(1), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("(at scale n)"), "{}", ran.stdout);
}

#[test]
fn check_points_at_the_cell_and_at_the_rows_that_feed_it() {
    let text = "nc: 3\nbackbone:\n  - [-1, 1, Conv, [16, 3, 2]]\n  - [-1, 1, Conv, [32, 3, 2]]\nhead:\n  \
                - [[0, 1], 1, Concat, [1]]\n  - [-1, 1, Classify, [nc]]\n";
    let path = file("concat.yaml", text);
    let ran = yolint(&["check", "--format", "concise", &path.to_string_lossy()]);
    assert_eq!(ran.status, Some(1));
    let finding = ran.stdout.strip_prefix(&*path.to_string_lossy()).expect("the file's name");
    assert!(finding.starts_with(":6:10: error[spatial-mismatch] "), "{finding}");
    assert_eq!(ran.stdout.lines().count(), 1, "{}", ran.stdout);
    let pretty = yolint(&["check", &path.to_string_lossy()]).stdout;
    assert!(pretty.contains("row 0 (Conv) returns [1, 16, 320, 320]"), "{pretty}");
    assert!(pretty.contains("row 1 (Conv) returns [1, 32, 160, 160]"), "{pretty}");
}

#[test]
fn check_of_a_folder_passes_over_other_yaml_files() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("folder");
    fs::create_dir_all(folder.join("deep")).expect("the build folder can be written");
    let model = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/leaf-classify.yaml")).expect("an example");
    fs::write(folder.join("deep/model.yml"), &model).expect("the build folder can be written");
    fs::write(folder.join("data.yaml"), "train: images\nnames: [a]\n").expect("the build folder can be written");
    fs::write(folder.join("notes.txt"), &model).expect("the build folder can be written");
    let pattern = folder.join("**/*.yml");
    for path in [&folder, &pattern] {
        let ran = yolint(&["check", "--format", "json", &path.to_string_lossy()]);
        assert_eq!(ran.status, Some(0), "{}", ran.stderr);
        let json: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
        let files: Vec<_> = json["files"].as_array().expect("files").iter().map(|f| f["file"].as_str()).collect();
        assert_eq!(files, [folder.join("deep/model.yml").to_str()]);
    }
}

#[test]
fn bad_usage_ends_with_2() {
    for args in [
        &["table"][..],
        &["table", "--imgsz", "0", TINY],
        &["table", "--imgsz", "640x", TINY],
        &["table", "--convention", "guess", TINY],
        &["table", "--format", "xml", TINY],
        &["frobnicate"],
        &["check", "no-such-file.yaml"],
        &["table", "examples"],
        &["table", "Cargo.toml"],
        &["check", "no/such/*.yaml"],
    ] {
        let ran = yolint(args);
        assert_eq!(ran.status, Some(2), "{args:?}");
        assert_eq!(ran.stdout, "", "{args:?}");
        assert!(!ran.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn an_unknown_scale_is_a_finding() {
    let ran = yolint(&["check", "--scale", "q", TINY]);
    assert_eq!(ran.status, Some(1));
    assert!(ran.stdout.contains("This file has no scale `q`, only n, s"), "{}", ran.stdout);
}

/// What can't be read at all: a sentence, and status 2.
#[test]
fn unreadable_files() {
    let nested = format!("backbone:\n  - [-1, 1, Conv, {}]\nhead: []\n", "[".repeat(100_000));
    let aliases = (1..40).fold("a0: &a0 [x, x]\n".to_owned(), |text, i| {
        text + &format!("a{i}: &a{i} [*a{p}, *a{p}, *a{p}, *a{p}, *a{p}, *a{p}, *a{p}, *a{p}, *a{p}]\n", p = i - 1)
    });
    let huge = "# nothing but comments\n".repeat((50 << 20) / 23);
    for (name, contents, said) in [
        ("utf16.yaml", b"\xff\xfen\0c\0".to_vec(), "is not UTF-8"),
        ("empty.yaml", Vec::new(), "is empty"),
        ("blank.yaml", b"\n  \n".to_vec(), "is empty"),
        ("nested.yaml", nested.into_bytes(), "nested"),
        ("aliases.yaml", aliases.into_bytes(), "is not a model YAML"),
        ("huge.yaml", huge.into_bytes(), "is 49 MB"),
        ("data.yaml", b"train: images\nnames: [a, b]\n".to_vec(), "is a dataset's YAML file, not a model's"),
    ] {
        for command in ["table", "check"] {
            let ran = run_on(command, name, &contents);
            assert_eq!(ran.status, Some(2), "{command} {name}: {}{}", ran.stdout, ran.stderr);
            assert!(ran.stderr.contains(said), "{command} {name}: {}", ran.stderr);
        }
    }
    fs::remove_file(file("huge.yaml", "")).expect("the file was written");
}

/// Bytes that aren't UTF-8 are left out, as frameworks leave them out. Such a file is never written.
#[test]
fn files_that_are_not_utf8() {
    let rows = |comment: &[u8], module: &str| {
        let rows = format!("\nbackbone:\n  - [-1, 1, {module}, [8, 3, 2]]\nhead:\n  - [[0], 1, Detect, [nc]]\n");
        [b"nc: 80\n# caf", comment, rows.as_bytes()].concat()
    };
    let latin1 = |comment: &[u8]| rows(comment, "Conv");
    let [plain, accent] = [("plain.yaml", latin1(b"e")), ("latin1.yaml", latin1(b"\xe9"))].map(|(name, contents)| {
        let ran = run_on("table", name, &contents);
        assert_eq!(ran.status, Some(0), "{name}: {}", ran.stderr);
        ran
    });
    assert_eq!(plain.stdout.replace("plain", "latin1"), accent.stdout);
    assert!(accent.stderr.contains("latin1.yaml is not UTF-8; bytes that aren't (the first in line 2) are left out"));
    let typo = rows(b"\xe9", "Cnov");
    let path = file("latin1.yaml", &typo);
    let path = path.to_str().expect("a path of letters");
    let fixed = yolint(&["check", "--fix", "--unsafe-fixes", path]);
    assert!(fixed.stderr.contains("was left unchanged: it isn't UTF-8; save it as UTF-8 first"), "{}", fixed.stderr);
    assert_eq!(fs::read(path).expect("it is there"), typo);
}

/// What can be read and not be built: a finding with the numbers, and status 1.
#[test]
fn impossible_values() {
    let model = |head: &str, row: &str| {
        format!("{head}backbone:\n  - [-1, 1, Conv, [16, 3, 2]]\n  - {row}\nhead:\n  - [-1, 1, Classify, [nc]]\n")
    };
    for (name, text) in [
        ("kernel0.yaml", model("nc: 3\n", "[-1, 1, Conv, [16, 0]]")),
        ("stride0.yaml", model("nc: 3\n", "[-1, 1, Conv, [16, 3, 0]]")),
        ("negative.yaml", model("nc: 3\n", "[-1, 1, Conv, [-64, 3]]")),
        ("overflow.yaml", model("nc: 3\n", "[-1, 1, Conv, [9223372036854775807, 3]]")),
        ("wide.yaml", model("nc: 3\n", "[-1, 1, Conv, [99999999999999999999, 3]]")),
        ("power.yaml", model("nc: 10**9\n", "[-1, 1, Conv, [16, 3]]")),
        ("padding.yaml", model("nc: 3\n", "[-1, 1, nn.ZeroPad2d, [999999999999]]")),
        ("upsample.yaml", model("nc: 3\n", "[-1, 1, nn.Upsample, [None, 1000000000, nearest]]")),
        ("many-repeats.yaml", model("nc: 3\n", "[-1, 1000000000, Conv, [16, 0]]")),
    ] {
        let ran = run_on("check", name, &text);
        assert_eq!(ran.status, Some(1), "{name}: {}{}", ran.stdout, ran.stderr);
        assert_eq!(run_on("table", name, &text).status, Some(1), "{name}");
    }
}

const BROKEN: &str = "backbone:\n  - [-1, 1, Conv, [16, 3, 2]]\nhead:\n  - [-1, 1, Cnov, [8]]\n";

/// An empty folder under the build folder.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("cli").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("models/old")).expect("the build folder can be written");
    folder
}

#[test]
fn the_nearest_settings_file_counts_and_flags_win() {
    let folder = folder("settings");
    fs::copy(TINY, folder.join("models/tiny.yaml")).unwrap();
    fs::write(folder.join(".yolint.yaml"), "imgsz: 320\nscale: s\nconvention: formula\n").unwrap();
    let path = folder.join("models/tiny.yaml").to_string_lossy().into_owned();
    let json = |args: &[&str]| -> serde_json::Value {
        let ran = yolint(&[&["table", "--format", "json", path.as_str()], args].concat());
        assert_eq!(ran.status, Some(0), "{}", ran.stderr);
        serde_json::from_str(&ran.stdout).expect("JSON")
    };
    let told = |said: &serde_json::Value| format!("{} {} {}", said["imgsz"], said["scale"], said["convention"]);
    assert_eq!(told(&json(&[])), r#"[320,320] "s" "formula""#);
    assert_eq!(told(&json(&["--imgsz", "640", "--scale", "n"])), r#"[640,640] "n" "formula""#);
    let other = file("other.yaml", "convention: thop\nscale: none of its scales\n");
    let said = json(&["--config", &other.to_string_lossy()]);
    assert_eq!(told(&said), r#"[640,640] "n" "thop""#);
}

#[test]
fn settings_of_rules_and_files() {
    let folder = folder("levels");
    for name in ["models/a.yaml", "models/old/b.yaml", "models/old/c.yaml"] {
        fs::write(folder.join(name), BROKEN).unwrap();
    }
    let check = |settings: &str| {
        fs::write(folder.join(".yolint.yaml"), settings).unwrap();
        let ran = yolint(&["check", "--format", "concise", &folder.to_string_lossy()]);
        (ran.status, ran.stdout.lines().count(), ran.stderr)
    };
    assert_eq!(check(""), (Some(1), 3, String::new()));
    assert_eq!(check("files: ['!**/old/*']"), (Some(1), 1, String::new()));
    assert_eq!(check("rules: {unknown-module: warn}"), (Some(0), 3, String::new()));
    assert_eq!(check("rules: {unknown-module: off}"), (Some(0), 0, String::new()));
    assert_eq!(check("rules: {unknown-module: warning}"), (Some(0), 3, String::new()));
    // A wrong setting ends the check: what it was meant to say may be a gate.
    let (status, lines, stderr) = check("rules: {unknown-module: off}\nscal: n\n");
    assert_eq!((status, lines), (Some(2), 0));
    let said = ".yolint.yaml:2:1: unknown setting `scal`: did you mean `scale`?\n";
    assert!(stderr.starts_with("yolint: ") && stderr.ends_with(said), "{stderr}");
    let ran = yolint(&["check", "--config", "no-such-file.yaml", TINY]);
    assert_eq!(ran.status, Some(2));
    assert_eq!(ran.stderr, "yolint: no-such-file.yaml: no such file\n");
}

//! What people type first: each does what they expect, or says in one sentence what to type instead.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

const MODEL: &str = "\
nc: 3
scales:
  n: [0.5, 0.25, 1024]
  s: [0.5, 0.5, 1024]
backbone:
  - [-1, 1, Conv, [64, 3, 2]]
  - [-1, 1, Conv, [128, 3, 2]]
head:
  - [-1, 1, Classify, [nc]]
";

/// An empty folder under the build folder.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("first").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the build folder can be written");
    // Settings of folders above don't count.
    fs::write(folder.join(".yolint.yaml"), "").expect("the build folder can be written");
    folder
}

fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("the build folder can be written");
    fs::write(path, text).expect("the build folder can be written");
}

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yolint"));
    command.current_dir(folder).env_clear().env("NO_COLOR", "1").args(args);
    command
}

fn said(output: Output) -> (Option<i32>, String, String) {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// Runs yolint: status, standard output, standard error.
fn yolint(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    said(command(folder, args).output().expect("yolint runs"))
}

fn yolint_with(folder: &Path, args: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut command = command(folder, args);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("yolint runs");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("yolint reads");
    said(child.wait_with_output().expect("yolint ends"))
}

#[test]
fn settings_that_cannot_be_read_fail_with_their_place() {
    let folder = folder("settings");
    write(&folder, "yolo11.yaml", MODEL);
    for (settings, problem) in [
        ("imgsz: 640\nrulez: {}\n", "2:1: unknown setting `rulez`: did you mean `rules`?"),
        ("rules:\n  dead-layr: off\n", "2:3: `rules`: unknown rule `dead-layr`; did you mean `dead-layer`?"),
        (
            "rules:\n  dead-layer: fatal\n",
            "2:15: `rules.dead-layer` must be error, warn, hint or off, but is \"fatal\"",
        ),
        ("imgsz: [640\n", "1:8: "),
        ("rules:\n  dead-layer: off\nimgsz: 320\nrules: {}\n", "4:1: `rules` stands here twice"),
        ("budgets:\n  gflop: 3\n", "2:3: `budgets.gflop`: unknown metric `gflop`: did you mean `gflops`?"),
        ("budgets:\n  - params: 3M\n  - params: much\n", "3:13: `budgets[1].params`"),
    ] {
        write(&folder, ".yolint.yaml", settings);
        for args in [
            &["check"][..],
            &["table", "yolo11.yaml"],
            &["graph", "yolo11.yaml"],
            &["diff", "yolo11.yaml@n", "yolo11.yaml@s"],
        ] {
            let (status, stdout, stderr) = yolint(&folder, args);
            assert_eq!((status, stdout.as_str()), (Some(2), ""), "{settings}: {stderr}");
            assert!(stderr.starts_with(&format!("yolint: .yolint.yaml:{problem}")), "{settings}: {stderr}");
        }
    }
    write(&folder, ".yolint.yaml", " \n\n");
    assert_eq!(yolint(&folder, &["check"]).0, Some(0));
    // The other ending of YAML counts as well.
    fs::remove_file(folder.join(".yolint.yaml")).expect("the file is there");
    write(&folder, ".yolint.yml", "imgz: 320\n");
    let (status, _, stderr) = yolint(&folder, &["check"]);
    assert!(status == Some(2) && stderr.starts_with("yolint: .yolint.yml:1:1: "), "{stderr}");
    write(&folder, ".yolint.yaml", "extend: gone.yaml\n");
    let (status, _, stderr) = yolint(&folder, &["check"]);
    assert!(status == Some(2) && stderr.starts_with("yolint: .yolint.yaml:1:1: "), "{stderr}");
    assert!(stderr.contains("gone.yaml: no such file"), "{stderr}");
    write(&folder, ".yolint.yaml", "imgsz: 320\nextend: .yolint.yaml\n");
    let (status, _, stderr) = yolint(&folder, &["check"]);
    assert!(status == Some(2) && stderr.starts_with("yolint: .yolint.yaml:2:1: "), "{stderr}");
}

/// A link that leads nowhere was meant to lead to settings.
#[cfg(unix)]
#[test]
fn settings_behind_a_broken_link_fail() {
    let folder = folder("settings_linked");
    write(&folder, "yolo11.yaml", MODEL);
    fs::remove_file(folder.join(".yolint.yaml")).expect("the file is there");
    std::os::unix::fs::symlink("gone.yaml", folder.join(".yolint.yaml")).expect("the folder can be written");
    let (status, _, stderr) = yolint(&folder, &["check"]);
    assert!(status == Some(2) && stderr.ends_with(".yolint.yaml: no such file\n"), "{stderr}");
}

/// A report never replaces what people write.
#[test]
fn a_report_spares_models() {
    let folder = folder("spared");
    write(&folder, "yolo11n.yaml", MODEL);
    for args in [
        &["check", "yolo11n.yaml", "--output-file", "yolo11n.yaml"][..],
        &["check", "yolo11n.yaml", "--report", "yolo11n.yaml"],
        &["graph", "yolo11n.yaml", "--format", "svg", "--output", "yolo11n.yaml"],
        &["compare", "yolo11n.yaml", "--format", "csv", "--output", "yolo11n.yaml"],
        &["sizes", "yolo11n.yaml", "--plot", "yolo11n.yaml"],
        &["new", "yolo11n.yaml"],
    ] {
        let (status, _, stderr) = yolint(&folder, args);
        assert!(status == Some(2) && stderr.contains("yolo11n.yaml is there already"), "{args:?}: {stderr}");
        assert_eq!(fs::read_to_string(folder.join("yolo11n.yaml")).expect("a file"), MODEL, "{args:?}");
    }
}

#[test]
fn settings_say_where_they_come_from() {
    let folder = folder("show");
    write(&folder, "models/yolo11.yaml", MODEL);
    write(&folder, ".yolint.yaml", "extend: base/all.yaml\nimgsz: [480, 640]\nrules:\n  dead-layer: off\n");
    write(&folder, "base/all.yaml", "imgsz: 320\nconvention: thop\n");
    let (status, stdout, _) = yolint(&folder, &["check", "--show-settings", "models/yolo11.yaml", "--scale", "s"]);
    assert_eq!(status, Some(0));
    for line in [
        "convention        thop           base/all.yaml:2:1",
        "imgsz             [480,640]      .yolint.yaml:2:1",
        "rules.dead-layer  off            .yolint.yaml:4:3",
        "scale             s              --scale",
    ] {
        assert!(stdout.lines().any(|said| said == line), "{line}\n{stdout}");
    }
    assert!(stdout.contains("\nframework: ultralytics 8.4.190, built in\n"), "{stdout}");
}

#[test]
fn settings_of_a_pyproject_and_of_single_files() {
    let folder = folder("pyproject");
    fs::remove_file(folder.join(".yolint.yaml")).expect("the file is there");
    write(&folder, "models/old/yolo11.yaml", MODEL.replace("Conv, [128", "Cnov, [128"));
    write(&folder, "yolo11.yaml", MODEL.replace("Conv, [128", "Cnov, [128"));
    let check = |settings: &str| {
        write(&folder, "pyproject.toml", settings);
        let (status, stdout, stderr) = yolint(&folder, &["check", "--format", "concise"]);
        (status, stdout.matches("unknown-module").count(), stderr)
    };
    assert_eq!(check("[project]\nname = 'x'\n"), (Some(1), 2, String::new()));
    assert_eq!(check("[tool.yolint]\nrules = { unknown-module = 'off' }\n"), (Some(0), 0, String::new()));
    let per_file =
        "[tool.yolint.per-file]\n'models/**' = { unknown-module = 'warn' }\n'**/old/*' = { unknown-module = 'off' }\n";
    assert_eq!(check(per_file), (Some(1), 1, String::new()));
    let (status, _, stderr) = check("[tool.yolint]\nimagesz = 640\n");
    let said = "yolint: pyproject.toml:2:1: unknown setting `imagesz`: did you mean `imgsz`?\n";
    assert_eq!((status, stderr.as_str()), (Some(2), said));
    // However the table is written.
    for settings in
        ["[tool]\nyolint = { imagesz = 640 }\n", "[tool]\nyolint = 3\n", "[ tool . yolint ]\nimagesz = 640\n"]
    {
        let (status, _, stderr) = check(settings);
        assert!(status == Some(2) && stderr.starts_with("yolint: pyproject.toml:2:"), "{settings}{stderr}");
    }
    // A project that only uses yolint has no settings.
    assert_eq!(check("[dependency-groups]\ndev = ['yolint']\n"), (Some(1), 2, String::new()));
}

#[test]
fn a_folder_may_hold_anything() {
    let folder = folder("anything");
    write(&folder, "yolo11.yaml", MODEL);
    write(&folder, "empty.yaml", "");
    write(&folder, "latin.yaml", b"name: gr\xfc\xdfe\n");
    write(&folder, "binary.yml", b"\x00\x01\xff\xfe");
    write(&folder, "deep.yaml", "[".repeat(5000));
    write(&folder, "chart/templates/pod.yaml", "{{- if .Values.on }}\nkind: Pod\n{{ end }}\n");
    let (status, stdout, stderr) = yolint(&folder, &["check"]);
    assert_eq!((status, stderr.as_str()), (Some(0), ""), "{stdout}");
    assert!(stdout.ends_with("1 file checked: no findings\n"), "{stdout}");
    let (status, _, stderr) = yolint(&folder, &["check", "-v"]);
    assert_eq!(status, Some(0));
    assert!(stderr.contains("yolint: passed over: ./empty.yaml is empty\n"), "{stderr}");
    assert!(stderr.ends_with("yolint: 5 YAML files passed over\n"), "{stderr}");
    let (status, stdout, stderr) = yolint(&folder, &["compare", "."]);
    assert_eq!((status, stderr.as_str()), (Some(0), ""), "{stdout}");
    for name in ["empty.yaml", "latin.yaml", "binary.yml", "deep.yaml", "chart/templates/pod.yaml"] {
        assert_eq!(yolint(&folder, &["check", name]).0, Some(2), "{name}");
    }
}

#[test]
fn the_ending_chooses_the_form_of_a_picture() {
    let folder = folder("graph");
    write(&folder, "yolo11.yaml", MODEL);
    for (name, start) in [
        ("m.svg", "<svg "),
        ("m.html", "<!doctype html>"),
        ("m.mmd", "flowchart"),
        ("m.dot", "digraph"),
        ("m.json", "{\""),
    ] {
        let (status, stdout, stderr) = yolint(&folder, &["graph", "yolo11.yaml@n", "-o", name]);
        assert_eq!((status, stdout.as_str(), stderr.as_str()), (Some(0), "", ""));
        let text = fs::read_to_string(folder.join(name)).expect("a picture");
        assert!(text.trim_start().to_lowercase().contains(start) && text.len() > 300, "{name}: {text:.60}");
    }
    let (status, _, stderr) = yolint(&folder, &["graph", "yolo11.yaml", "-o", "m.pdf"]);
    let said = "yolint: m.pdf: the name must end with .svg, .html, .mmd, .dot, .json or .png, or set --format\n";
    assert_eq!((status, stderr.as_str()), (Some(2), said));
    assert!(!folder.join("m.pdf").exists());
    let (status, _, stderr) = yolint(&folder, &["graph", "yolo11.yaml", "-o", "m.png"]);
    match cfg!(feature = "png") {
        true => assert!(fs::read(folder.join("m.png")).expect("a picture").starts_with(b"\x89PNG"), "{stderr}"),
        false => assert!(status == Some(2) && stderr.contains("--features png"), "{stderr}"),
    }
}

/// The framework takes the scale's letter out of a name before it looks for the file.
#[test]
fn names_as_people_type_them_to_the_framework() {
    let folder = folder("names");
    write(&folder, "yolo11.yaml", MODEL);
    let scale = |args: &[&str]| {
        let (status, stdout, stderr) = yolint(&folder, args);
        assert!(matches!(status, Some(0)), "{args:?}: {stderr}");
        stdout
    };
    let at_s = scale(&["table", "--format", "ultralytics", "yolo11.yaml@s"]);
    let named = scale(&["table", "--format", "ultralytics", "yolo11s.yaml"]);
    assert_eq!(named.replace("YOLO11s", "YOLO11"), at_s);
    assert_eq!(named, scale(&["table", "--format", "ultralytics", "./yolo11s.yaml"]));
    assert!(named.contains("YOLO11s summary: "), "{named}");
    assert!(scale(&["check", "yolo11s.yaml"]).starts_with("yolo11.yaml: s: "));
    assert!(scale(&["check", "yolo11.yaml@s"]).starts_with("yolo11.yaml: s: "));
    assert!(scale(&["graph", "--format", "mermaid", "yolo11s.yaml"]).contains("flowchart"));
    assert!(
        scale(&["diff", "yolo11n.yaml", "yolo11s.yaml"])
            .starts_with("--- yolo11n.yaml at scale n\n+++ yolo11s.yaml at scale s")
    );
    assert!(scale(&["framework", "yolo11s.yaml"]).starts_with("ultralytics "));
    let (status, _, stderr) = yolint(&folder, &["table", "yolo11.yaml@q"]);
    assert_eq!((status, stderr.as_str()), (Some(2), "yolint: yolo11.yaml: unknown scale `q`, choose one of n, s\n"));
    let (status, _, stderr) = yolint(&folder, &["table", "yolo12n.yaml"]);
    assert_eq!((status, stderr.as_str()), (Some(2), "yolint: yolo12n.yaml: no such file\n"));
}

#[test]
fn a_file_has_one_scale() {
    let folder = folder("scales");
    write(&folder, "yolo11.yaml", MODEL);
    let (status, _, stderr) = yolint(&folder, &["table", "yolo11.yaml@n@s"]);
    assert_eq!((status, stderr.as_str()), (Some(2), "yolint: yolo11.yaml@n@s: no such file\n"));
    for command in [
        &["table"][..],
        &["graph"],
        &["graph", "--format", "html"],
        &["sizes"],
        &["fit", "--max-gflops", "1"],
        &["edit", "--add-p2"],
    ] {
        let args: Vec<&str> = command.iter().copied().chain(["--scale", "q", "yolo11.yaml"]).collect();
        let (status, stdout, stderr) = yolint(&folder, &args);
        let said = "yolint: yolo11.yaml: this file has no scale `q`, only n, s\n";
        assert_eq!((status, stdout.as_str(), stderr.as_str()), (Some(2), "", said), "{args:?}");
    }
}

/// What never ends isn't read to its end.
#[cfg(target_os = "linux")]
#[test]
fn a_file_without_end() {
    let (status, _, stderr) = yolint(&folder("endless"), &["table", "/dev/zero"]);
    assert_eq!((status, stderr.as_str()), (Some(2), "yolint: /dev/zero is 16 MB; files over 16 MB are not read\n"));
}

#[test]
fn weights_are_no_model_yaml() {
    let folder = folder("weights");
    write(&folder, "best.pt", b"PK\x03\x04\xff\xfe");
    write(&folder, "best.onnx", b"\x08\x07\xff");
    for (name, kind) in [("best.pt", "a checkpoint with trained weights"), ("best.onnx", "an exported model")] {
        // As people type them to the framework, which loads them when they aren't there.
        let gone = format!("gone-{name}");
        let (status, _, stderr) = yolint(&folder, &["table", &gone]);
        assert!(status == Some(2) && stderr.starts_with(&format!("yolint: {gone} is {kind}")), "{stderr}");
        for command in ["check", "table", "graph"] {
            let (status, _, stderr) = yolint(&folder, &[command, name]);
            let said = format!("yolint: {name} is {kind}; yolint reads the model YAML that it was built from");
            assert!(status == Some(2) && stderr.starts_with(&said), "{stderr}");
        }
    }
}

#[test]
fn text_from_standard_input() {
    let folder = folder("stdin");
    let damaged = MODEL.replace("Conv, [128", "Cnov, [128");
    let (status, stdout, _) = yolint_with(&folder, &["check", "--format", "concise", "-"], &damaged);
    assert_eq!(status, Some(1));
    assert!(stdout.starts_with("-:7:13: error[unknown-module] "), "{stdout}");
    write(&folder, "sub/.yolint.yaml", "rules: {unknown-module: warn}\n");
    let args = ["check", "--format", "concise", "-", "--stdin-filename", "sub/yolo11n.yaml"];
    let (status, stdout, _) = yolint_with(&folder, &args, &damaged);
    assert_eq!(status, Some(0));
    assert!(stdout.starts_with("sub/yolo11n.yaml:7:13: warning[unknown-module] "), "{stdout}");
    // As of linters that people know, the name alone says that there is a text.
    let args = ["check", "--format", "concise", "--stdin-filename", "sub/yolo11n.yaml"];
    assert_eq!(yolint_with(&folder, &args, &damaged).1, stdout);
    for args in [&["compare", "-"][..], &["weights", "-"], &["framework", "-"]] {
        let (_, _, stderr) = yolint_with(&folder, args, MODEL);
        assert!(!stderr.contains("-: no such file"), "{args:?}: {stderr}");
    }
    let (status, _, stderr) = yolint_with(&folder, &["check", "--watch", "-"], MODEL);
    assert!(status == Some(2) && stderr.contains("standard input is read once"), "{stderr}");
    // The fixed text comes out, the findings go to standard error, and no file is written.
    let without_comma = MODEL.replace("Conv, [128", "Conv [128");
    let (_, stdout, stderr) = yolint_with(&folder, &["check", "--fix", "-"], &without_comma);
    assert!(stderr.contains("yolint: 1 finding fixed in 1 file\n"), "{stderr}");
    assert_eq!(stdout, MODEL);
    assert_eq!(fs::read_dir(&folder).expect("a folder").count(), 2);
}

/// A pipe can be read once only: `--config <(…)`.
#[cfg(unix)]
#[test]
fn settings_through_a_pipe_count() {
    let folder = folder("settings_piped");
    write(&folder, "yolo11.yaml", MODEL);
    let args = ["check", "--format", "concise", "--config", "/dev/stdin", "yolo11.yaml"];
    let (status, stdout, _) = yolint_with(&folder, &args, "budgets: {params: 1}\n");
    assert_eq!(status, Some(1));
    assert!(stdout.contains("error[budget-exceeded]"), "{stdout}");
    let (status, _, stderr) = yolint_with(&folder, &args, "budget: {params: 1}\n");
    assert_eq!(status, Some(2));
    assert!(stderr.contains("did you mean `budgets`?"), "{stderr}");
}

#[test]
fn fix_and_diff_together_only_show() {
    let folder = folder("fix_diff");
    let damaged = MODEL.replace("Conv, [128", "Conv [128");
    write(&folder, "yolo11.yaml", &damaged);
    let (status, both, _) = yolint(&folder, &["check", "--fix", "--diff", "yolo11.yaml"]);
    assert_eq!((status, both.as_str()), (Some(1), yolint(&folder, &["check", "--diff", "yolo11.yaml"]).1.as_str()));
    assert!(both.contains("+  - [-1, 1, Conv, [128, 3, 2]]"), "{both}");
    assert_eq!(fs::read_to_string(folder.join("yolo11.yaml")).expect("the file"), damaged);
}

#[test]
fn equal_models_are_said_to_be_equal() {
    let folder = folder("equal");
    write(&folder, "a.yaml", MODEL);
    write(&folder, "b.yaml", format!("# a copy\n{MODEL}"));
    let (status, stdout, _) = yolint(&folder, &["diff", "a.yaml@n", "b.yaml@n"]);
    assert_eq!(status, Some(0));
    let said = "a.yaml at scale n and b.yaml at scale n are equal: ";
    assert!(stdout.starts_with(said) && stdout.lines().count() == 1, "{stdout}");
}

#[test]
fn what_is_wrong_is_blamed_as_it_was_written() {
    let folder = folder("blame");
    write(&folder, "yolo11.yaml", MODEL);
    for size in ["640x640x640", "640x", "0", "sixty"] {
        let (status, _, stderr) = yolint(&folder, &["table", "yolo11.yaml", "--imgsz", size]);
        assert!(status == Some(2) && stderr.contains(&format!("`{size}` is not an image size")), "{stderr}");
    }
    let (status, _, stderr) = yolint(&folder, &["check", "--select", "dead-layr"]);
    assert!(status == Some(2) && stderr.contains("did you mean `dead-layer`?"), "{stderr}");
}

#[test]
fn this_repository_has_nothing_to_say() {
    let (status, stdout, stderr) = yolint(Path::new(env!("CARGO_MANIFEST_DIR")), &["check"]);
    assert_eq!((status, stderr.as_str()), (Some(0), ""), "{stdout}");
    assert!(stdout.ends_with("checked: no findings\n"), "{stdout}");
}

#[test]
fn rules_are_selected_and_counted() {
    let folder = folder("levers");
    let damaged = MODEL.replace("Conv, [128", "Cnov, [128").replace("nc: 3\n", "nc: 3\nnc: 3\n");
    write(&folder, "yolo11.yaml", &damaged);
    let found = |args: &[&str]| {
        let (status, stdout, _) = yolint(&folder, &[&["check", "--format", "concise"], args].concat());
        let rules: Vec<&str> = stdout.lines().filter_map(|l| l.split(['[', ']']).nth(1)).collect();
        (status, rules.join(" "))
    };
    assert_eq!(found(&[]), (Some(1), "duplicate-key unknown-module".to_owned()));
    assert_eq!(found(&["--exit-zero"]).0, Some(0));
    assert_eq!(found(&["--select", "duplicate-key"]), (Some(0), "duplicate-key".to_owned()));
    assert_eq!(found(&["--ignore", "duplicate-key,unknown-module"]), (Some(0), String::new()));
    let (_, stdout, _) = yolint(&folder, &["check", "--statistics"]);
    let lines: Vec<&str> = stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{stdout}");
    assert!(lines.iter().any(|line| line.starts_with("    1  error    unknown-module  ")), "{stdout}");
    let (_, stdout, _) = yolint(&folder, &["check", "--format", "junit", "--output-file", "report.xml"]);
    let report = fs::read_to_string(folder.join("report.xml")).expect("a report");
    assert!(stdout.is_empty() && report.contains("unknown-module"), "{report}");
}

#[test]
fn ignores_are_written_for_what_is_there() {
    let folder = folder("ignores");
    let damaged = MODEL.replace("Conv, [128", "Cnov, [128").replace("nc: 3\n", "nc: 3\nnc: 3\n");
    write(&folder, "yolo11.yaml", &damaged);
    let (status, _, stderr) = yolint(&folder, &["check", "--add-ignore", "--reason", "known", "yolo11.yaml"]);
    assert_eq!(status, Some(0), "{stderr}");
    assert!(stderr.contains("2 findings ignored by comments in 1 file"), "{stderr}");
    let text = fs::read_to_string(folder.join("yolo11.yaml")).expect("the file");
    let row = "  # yolint: ignore[unknown-module] known\n  - [-1, 1, Cnov, [128, 3, 2]]\n";
    assert!(text.starts_with("# yolint: ignore[duplicate-key] known\nnc: 3\n") && text.contains(row), "{text}");
    let (status, stdout, _) = yolint(&folder, &["check", "--deny", "warnings"]);
    assert_eq!(status, Some(0), "{stdout}");
    // A comment has one line, whatever the reason.
    write(&folder, "yolo11.yaml", &damaged);
    yolint(&folder, &["check", "--add-ignore", "--reason", "known\nnc: 4 ", "yolo11.yaml"]);
    let text = fs::read_to_string(folder.join("yolo11.yaml")).expect("the file");
    assert!(text.starts_with("# yolint: ignore[duplicate-key] known nc: 4\nnc: 3\n"), "{text}");
    // A comment for the whole file.
    write(&folder, "yolo11.yaml", format!("# yolint: ignore-file[unknown-module, duplicate-key] generated\n{damaged}"));
    assert_eq!(yolint(&folder, &["check", "--deny", "warnings"]).0, Some(0));
    write(&folder, "yolo11.yaml", format!("# yolint: ignore-file[dead-layer]\n{MODEL}"));
    let (_, stdout, _) = yolint(&folder, &["check", "--format", "concise"]);
    assert!(
        stdout.contains("warning[unused-ignore] unused `ignore-file`: `dead-layer` has no finding in this file"),
        "{stdout}"
    );
}

/// `2>&1 | head` doesn't break what is told beside the results.
#[test]
fn nobody_has_to_read_to_the_end() {
    let folder = folder("unread");
    write(&folder, "yolo11.yaml", MODEL);
    for (args, expected) in [
        (&["table", "yolo11.yaml"][..], 0),
        (&["check", "gone.yaml"], 2),
        (&["check", "--fromat"], 2),
        (&["check", "--fromat", "--lang", "zh"], 2),
    ] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let status = command(&folder, args).stdout(Stdio::null()).stderr(writer).status().expect("yolint runs");
        assert_eq!(status.code(), Some(expected), "{args:?}");
    }
}

/// Ends the process also where a test fails.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn files_are_watched() {
    let folder = folder("watch");
    write(&folder, "yolo11.yaml", MODEL);
    let mut command = command(&folder, &["check", "--watch", "--format", "concise", "--statistics"]);
    let mut running = Running(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("yolint runs"));
    let mut lines = BufReader::new(running.0.stdout.take().expect("a pipe")).lines();
    let mut next = || lines.next().expect("a line").expect("UTF-8");
    assert_eq!(next(), "no findings");
    write(&folder, "yolo11.yaml", MODEL.replace("Conv, [128", "Cnov, [128"));
    assert!(next().contains("unknown-module"));
    write(&folder, ".yolint.yaml", "rules: {unknown-module: off}\n");
    assert_eq!(next(), "no findings");
}

/// Figures are those of torch for this file (`it/cli/commands.rs` has the totals).
#[test]
fn a_table_for_people_fits_the_terminal() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = |width: &str, args: &[&str]| {
        let args = [&["table", "--format", "pretty", "examples/yolo11-tiny.yaml"], args].concat();
        let (status, stdout, stderr) = said(command(root, &args).env("COLUMNS", width).output().expect("yolint runs"));
        assert_eq!(status, Some(0), "{stderr}");
        stdout
    };
    for width in [80, 100, 120, 160] {
        let text = table(&width.to_string(), &["--scale", "n"]);
        let widest = text.lines().filter(|line| !line.contains("summary")).map(|line| line.chars().count()).max();
        assert!(widest <= Some(width), "{width}: {text}");
        assert!(text.contains(" Conv ") && text.contains("16×320×320") && !text.contains("ultralytics.nn"), "{text}");
        assert_eq!(text.contains('█'), width >= 120, "{text}");
    }
    let all = table("100", &["--scale", "all"]);
    assert!(all.contains("542,206") && all.contains("\nscale n\n") && all.contains("\nscale s\n"), "{all}");
    let open = table("100", &["--scale", "n", "--depth", "2"]);
    assert!(open.contains("cv1: Conv") && open.contains("conv: Conv2d"), "{open}");
    assert!(open.lines().count() > table("100", &["--scale", "n"]).lines().count() + 40);
}

/// Parameters are those that the framework prints of its own files of these architectures.
#[test]
fn a_model_to_start_from() {
    let folder = folder("new");
    for (base, params) in [("yolo11", 2_624_080), ("yolov8", 3_157_200)] {
        let name = format!("{base}.yaml");
        let (status, _, stderr) = yolint(&folder, &["new", &name, "--base", base]);
        assert_eq!(status, Some(0), "{stderr}");
        let (_, stdout, _) = yolint(&folder, &["table", "--format", "json", "--scale", "n", &name]);
        let json: serde_json::Value = serde_json::from_str(&stdout).expect("JSON");
        assert_eq!(json["totals"]["params"], params);
        let (status, stdout, _) = yolint(&folder, &["check", "--deny", "warnings", &name]);
        assert_eq!(status, Some(0), "{stdout}");
        // What is there is kept.
        assert_eq!(yolint(&folder, &["new", &name]).0, Some(2));
        // A command can be copied as it is said.
        let (_, _, stderr) = yolint(&folder, &["new", &format!("my {name}"), "--base", base]);
        assert!(stderr.contains(&format!("`yolint table --scale n \"my {name}\"`")), "{stderr}");
    }
    // Whoever names it so that no scale can be chosen learns of it then, not from the first check.
    let (_, _, stderr) = yolint(&folder, &["new", "mine.yaml"]);
    assert!(stderr.contains("`yolo11n-mine.yaml` selects scale n"), "{stderr}");
    let (_, stdout, _) = yolint(&folder, &["new", "-", "--nc", "3"]);
    assert!(stdout.contains("\nnc: 3\n"), "{stdout}");
}

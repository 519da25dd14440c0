//! The language server as an editor meets it: the built program over stdin and stdout.
//!
//! Measured are the time from a keystroke to the answered hints and the published diagnostics, in generated files and in those
//! of the framework, with its source beside them too; the time from the start of the process to the answer to `initialize`; and
//! the resident memory after 10,000 edits, and with 66 open files (on Linux).
//!
//! `cargo bench --bench lsp` measures all of it; with `-- --test` everything runs once, briefly.

#![allow(clippy::print_stdout, reason = "what is measured is printed")]

#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../tests/it/common/mod.rs"]
mod common;

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const URI: &str = "file:///bench/model.yaml";

/// How often each thing is measured.
struct Counts {
    keystrokes: usize,
    starts: usize,
    edits: usize,
}

fn main() {
    let is_test = std::env::args().any(|arg| arg == "--test");
    let counts = match is_test {
        true => Counts { keystrokes: 5, starts: 1, edits: 50 },
        false => Counts { keystrokes: 1_000, starts: 50, edits: 10_000 },
    };
    let starts: Vec<Duration> = (0..counts.starts).map(|_| Server::start(&Value::Null, true).1).collect();
    say("start to `initialize` answered", starts);
    for rows in [100, 2_000] {
        let keystrokes = if rows > 1_000 { counts.keystrokes / 5 } else { counts.keystrokes };
        let (hints, diagnostics) = keystroke(rows, keystrokes, &Value::Null);
        say(&format!("{rows} rows: keystroke to hints"), hints);
        say(&format!("{rows} rows: keystroke to diagnostics"), diagnostics);
    }
    let (hints, diagnostics) = keystroke(100, counts.keystrokes, &budgets());
    say("100 rows, over budget: keystroke to hints", hints);
    say("100 rows, over budget: to diagnostics", diagnostics);
    let (hints, _) = keystroke_in(URI, &model(100), counts.keystrokes, &Value::Null, false);
    say("100 rows, tooltips at once: to hints", hints);
    of_framework(counts.keystrokes);
    with_source(counts.keystrokes / 5);
    memory(counts.edits);
    many_files();
}

/// A keystroke in `yolo11.yaml` with its five scales: for a client that asks for tooltips later, for one that can't, and with
/// indices that are shifted by a row, which fixes would mend.
fn of_framework(count: usize) {
    let text = fs::read_to_string(common::models().join("11/yolo11.yaml")).expect("the wheel's YAML");
    let (hints, diagnostics) = keystroke_in(URI, &text, count, &Value::Null, true);
    say("yolo11.yaml: keystroke to hints", hints);
    say("yolo11.yaml: keystroke to diagnostics", diagnostics);
    let (hints, _) = keystroke_in(URI, &text, count, &Value::Null, false);
    say("yolo11.yaml, tooltips at once: to hints", hints);
    let head = text.find("\nhead:").expect("a head");
    let shifted = format!("{}  - [-1, 1, Conv, [256, 1, 1]]\n{}", &text[..=head], &text[head + 1..]);
    let (hints, diagnostics) = keystroke_in(URI, &shifted, count, &Value::Null, true);
    say("yolo11.yaml, shifted indices: to hints", hints);
    say("yolo11.yaml, shifted indices: to diagnostics", diagnostics);
}

/// The same with the framework's own source, which somebody has changed: a keystroke in the model, and one in the Python.
fn with_source(count: usize) {
    let root = std::env::temp_dir().join(format!("yolint-bench-{}", std::process::id()));
    let package = common::models().ancestors().nth(2).expect("the package").to_owned();
    copy_python(&package, &root.join("ultralytics"));
    fs::create_dir_all(root.join(".git")).expect("the folder can be written");
    let tasks = root.join("ultralytics/nn/tasks.py");
    let changed = fs::read_to_string(&tasks).expect("the tasks") + "# changed\n";
    fs::write(&tasks, changed).expect("the tasks can be written");
    let text = fs::read_to_string(common::models().join("11/yolo11.yaml")).expect("the wheel's YAML");
    let uri = format!("file://{}", root.join("yolo11.yaml").display());
    let (hints, diagnostics) = keystroke_in(&uri, &text, count, &Value::Null, true);
    say("yolo11.yaml, own source: keystroke to hints", hints);
    say("yolo11.yaml, own source: to diagnostics", diagnostics);
    let block = root.join("ultralytics/nn/modules/block.py");
    let python = fs::read_to_string(&block).expect("the modules");
    let at = python.find("self.c = int(c2 * e)").expect("a line of C2f") + "self.c = int(c2 * e".len();
    let (line, column) = (python[..at].matches('\n').count(), at - python[..at].rfind('\n').expect("a line") - 1);
    let mut server = Server::opened(&uri, &text, &Value::Null, true);
    let python_uri = format!("file://{}", block.display());
    server.open_as(&python_uri, "python", &python);
    let mut hints = Vec::new();
    for n in 0..count {
        let start = Instant::now();
        let (end, text) = if n.is_multiple_of(2) { (column, " + 0") } else { (column + 4, "") };
        server.change(&python_uri, n as i64 + 2, line, column, end, text);
        let id = server.ask_for_hints(&uri);
        while server.read()["id"] != id {}
        hints.push(start.elapsed());
    }
    say("keystroke in Python: to the model's hints", hints);
    let _ = fs::remove_dir_all(&root);
}

/// Copies the files of Python below a folder.
fn copy_python(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the folder can be written");
    for entry in fs::read_dir(from).expect("the package").filter_map(Result::ok) {
        let (path, target): (PathBuf, PathBuf) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_python(&path, &target);
        } else if path.extension().is_some_and(|ending| ending == "py") {
            fs::copy(&path, &target).expect("the file can be copied");
        }
    }
}

/// Prints the resident memory with all model files of the framework open, each of which was looked at.
fn many_files() {
    let mut server = Server::start(&Value::Null, true).0;
    let folders = fs::read_dir(common::models()).expect("the models").filter_map(Result::ok);
    let files = folders.filter_map(|folder| fs::read_dir(folder.path()).ok()).flatten().filter_map(Result::ok);
    let mut count = 0;
    for path in files.map(|file| file.path()).take(66) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let uri = format!("file://{}", path.display());
        server.open_as(&uri, "yaml", &text);
        let id = server.ask_for_hints(&uri);
        while server.read()["id"] != id {}
        count += 1;
    }
    server.open_as(URI, "yaml", &model(20));
    while server.read()["params"]["uri"] != URI {}
    let resident = server.resident_kib().map_or("unknown".to_owned(), |kib| format!("{:.1} MB", kib as f64 / 1024.0));
    println!("{:<44} {resident}", format!("resident memory with {count} open files"));
}

/// Settings with budgets that the model overruns: of the model, of a section, of each row, and against a baseline of
/// which every second row is another.
fn budgets() -> Value {
    let baseline = std::env::temp_dir().join(format!("yolint-bench-{}.yaml", std::process::id()));
    let model = model(100);
    let lines = model.lines().enumerate();
    let other =
        |(i, line): (usize, &str)| if i % 2 == 0 { line.replace("[16, 3, 1]", "[8, 1, 1]") } else { line.into() };
    let text: Vec<String> = lines.map(other).collect();
    std::fs::write(&baseline, text.join("\n")).expect("the baseline is written");
    json!({ "budgets": [
        { "gflops": 0.001, "layers": 10, "activations": "1kB", "backbone.params": "1k", "row.gflops": 0.001 },
        { "params": "-10%", "baseline": baseline },
    ] })
}

/// Durations from a keystroke to the answered hints of the whole file, and to the published diagnostics.
fn keystroke(rows: usize, count: usize, settings: &Value) -> (Vec<Duration>, Vec<Duration>) {
    keystroke_in(URI, &model(rows), count, settings, true)
}

/// The same in a file: a digit of the channels of the convolution in the middle is typed, and taken away again.
fn keystroke_in(
    uri: &str,
    text: &str,
    count: usize,
    settings: &Value,
    is_lazy: bool,
) -> (Vec<Duration>, Vec<Duration>) {
    let mut server = Server::opened(uri, text, settings, is_lazy);
    let lines: Vec<(usize, usize)> = text
        .lines()
        .enumerate()
        .filter_map(|(i, line)| Some((i, line.find("1, Conv, [")? + "1, Conv, [".len())))
        .collect();
    let (line, column) = lines[lines.len() / 2];
    let column =
        column + text.lines().nth(line).map_or(0, |row| row[column..].bytes().take_while(u8::is_ascii_digit).count());
    let (mut hints, mut diagnostics) = (Vec::new(), Vec::new());
    for n in 0..count {
        let version = n as i64 + 2;
        let start = Instant::now();
        let (end, typed) = if n.is_multiple_of(2) { (column, "0") } else { (column + 1, "") };
        server.change(uri, version, line, column, end, typed);
        let id = server.ask_for_hints(uri);
        let (mut at_hints, mut at_diagnostics) = (None, None);
        while at_hints.is_none() || at_diagnostics.is_none() {
            let message = server.read();
            if message["id"] == id {
                at_hints = Some(start.elapsed());
            } else if message["params"]["version"] == version && message["params"]["uri"] == uri {
                at_diagnostics = Some(start.elapsed());
            }
        }
        hints.extend(at_hints);
        diagnostics.extend(at_diagnostics);
    }
    (hints, diagnostics)
}

/// Prints the resident memory after a tenth of the edits and after all of them: it isn't to grow.
fn memory(edits: usize) {
    let mut server = Server::opened(URI, &model(100), &Value::Null, true);
    for n in 0..edits {
        let version = n as i64 + 2;
        let column = "  - [-1, 1, Conv, [16".len();
        let (end, typed) = if n.is_multiple_of(2) { (column, "0") } else { (column + 1, "") };
        server.change(URI, version, 52, column, end, typed);
        server.diagnostics(version);
        if n + 1 == edits / 10 || n + 1 == edits {
            let resident =
                server.resident_kib().map_or("unknown".to_owned(), |kib| format!("{:.1} MB", kib as f64 / 1024.0));
            println!("{:<44} {resident}", format!("resident memory after {} edits", n + 1));
        }
    }
}

fn say(what: &str, mut durations: Vec<Duration>) {
    durations.sort_unstable();
    let at = |percent: usize| durations[(durations.len() - 1) * percent / 100].as_secs_f64() * 1e3;
    println!("{what:<44} p50 {:>8.3} ms   p99 {:>8.3} ms", at(50), at(99));
}

/// A file of `rows` rows, every tenth of which joins two others.
fn model(rows: usize) -> String {
    let mut text = "nc: 3\nbackbone:\n".to_owned();
    for i in 0..rows - 1 {
        let row = if i % 10 == 9 { "[[-1, -3], 1, Concat, [1]]" } else { "[-1, 1, Conv, [16, 3, 1]]" };
        let _ = writeln!(text, "  - {row} # {i}");
    }
    text + "head:\n  - [-1, 1, Classify, [nc]]\n"
}

/// A started server that was initialized.
struct Server {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    last_id: u64,
}

impl Server {
    /// A server, and the time from its start to the answer to `initialize`.
    fn start(settings: &Value, is_lazy: bool) -> (Server, Duration) {
        let start = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_yolint"))
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let stdin = child.stdin.take().expect("a pipe");
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut server = Server { child, stdin, stdout, last_id: 0 };
        // As VS Code and Neovim say it, tooltips are asked for when they are looked at, and hints again when that is asked.
        let later: &[&str] = if is_lazy { &["tooltip"] } else { &[] };
        let hints = json!({ "resolveSupport": { "properties": later } });
        let refresh = json!({ "inlayHint": { "refreshSupport": is_lazy } });
        let capabilities = json!({ "textDocument": { "inlayHint": hints }, "workspace": refresh });
        let params = json!({ "capabilities": capabilities, "initializationOptions": settings });
        server.send(json!({ "id": 0, "method": "initialize", "params": params }));
        server.read();
        let took = start.elapsed();
        server.send(json!({ "method": "initialized", "params": {} }));
        (server, took)
    }

    /// A server that has published what it found in a file.
    fn opened(uri: &str, text: &str, settings: &Value, is_lazy: bool) -> Server {
        let (mut server, _) = Server::start(settings, is_lazy);
        server.open_as(uri, "yaml", text);
        server.diagnostics(1);
        server
    }

    fn open_as(&mut self, uri: &str, language: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": language, "version": 1, "text": text });
        self.send(json!({ "method": "textDocument/didOpen", "params": { "textDocument": document } }));
    }

    /// Replaces a part of a line.
    fn change(&mut self, uri: &str, version: i64, line: usize, column: usize, end: usize, text: &str) {
        let range =
            json!({ "start": { "line": line, "character": column }, "end": { "line": line, "character": end } });
        self.send(json!({ "method": "textDocument/didChange", "params": {
            "textDocument": { "uri": uri, "version": version },
            "contentChanges": [{ "range": range, "text": text }],
        } }));
    }

    fn ask_for_hints(&mut self, uri: &str) -> u64 {
        self.last_id += 1;
        let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 100_000, "character": 0 } });
        let params = json!({ "textDocument": { "uri": uri }, "range": range });
        self.send(json!({ "id": self.last_id, "method": "textDocument/inlayHint", "params": params }));
        self.last_id
    }

    /// Reads until the diagnostics of a version come.
    fn diagnostics(&mut self, version: i64) {
        while self.read()["params"]["version"] != version {}
    }

    fn send(&mut self, mut message: Value) {
        message["jsonrpc"] = json!("2.0");
        let body = message.to_string();
        write!(self.stdin, "Content-Length: {}\r\n\r\n{body}", body.len()).expect("the server reads");
        self.stdin.flush().expect("the server reads");
    }

    fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut header = String::new();
            self.stdout.read_line(&mut header).expect("the server answers");
            match header.trim_end() {
                "" => break,
                header => length = header.rsplit(' ').next().and_then(|n| n.parse().ok()).unwrap_or(length),
            }
        }
        let mut body = vec![0; length];
        self.stdout.read_exact(&mut body).expect("the server answers");
        serde_json::from_slice(&body).expect("JSON")
    }

    /// What the kernel says of the process; none on other systems.
    fn resident_kib(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

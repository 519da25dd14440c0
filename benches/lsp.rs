//! The language server as an editor meets it: the built program over stdin and stdout.
//!
//! Measured are the time from a keystroke to the answered hints and the published diagnostics, from the start of the
//! process to the answer to `initialize`, and the resident memory after 10,000 edits (on Linux).
//!
//! `cargo bench --bench lsp` measures all of it; with `-- --test` everything runs once, briefly.

#![allow(clippy::print_stdout, reason = "what is measured is printed")]

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
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
    let starts: Vec<Duration> = (0..counts.starts).map(|_| Server::start(&Value::Null).1).collect();
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
    memory(counts.edits);
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
    let (mut server, _) = Server::start(settings);
    server.open(&model(rows));
    server.diagnostics(1);
    let (mut hints, mut diagnostics) = (Vec::new(), Vec::new());
    for n in 0..count {
        let version = n as i64 + 2;
        let start = Instant::now();
        server.type_at(rows / 2, n, version);
        let id = server.ask_for_hints();
        let (mut at_hints, mut at_diagnostics) = (None, None);
        while at_hints.is_none() || at_diagnostics.is_none() {
            let message = server.read();
            if message["id"] == id {
                at_hints = Some(start.elapsed());
            } else if message["params"]["version"] == version {
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
    let (mut server, _) = Server::start(&Value::Null);
    server.open(&model(100));
    server.diagnostics(1);
    for n in 0..edits {
        let version = n as i64 + 2;
        server.type_at(50, n, version);
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
    fn start(settings: &Value) -> (Server, Duration) {
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
        // As VS Code and Neovim say it, tooltips are asked for when they are looked at.
        let hints = json!({ "resolveSupport": { "properties": ["tooltip"] } });
        let capabilities = json!({ "textDocument": { "inlayHint": hints } });
        let params = json!({ "capabilities": capabilities, "initializationOptions": settings });
        server.send(json!({ "id": 0, "method": "initialize", "params": params }));
        server.read();
        let took = start.elapsed();
        server.send(json!({ "method": "initialized", "params": {} }));
        (server, took)
    }

    fn open(&mut self, text: &str) {
        let document = json!({ "uri": URI, "languageId": "yaml", "version": 1, "text": text });
        self.send(json!({ "method": "textDocument/didOpen", "params": { "textDocument": document } }));
    }

    /// Types a digit of a convolution's channels, or takes it away again.
    fn type_at(&mut self, row: usize, n: usize, version: i64) {
        let line = 2 + row / 10 * 10;
        let column = "  - [-1, 1, Conv, [16".len();
        let (end, text) = if n.is_multiple_of(2) { (column, "0") } else { (column + 1, "") };
        let range =
            json!({ "start": { "line": line, "character": column }, "end": { "line": line, "character": end } });
        self.send(json!({ "method": "textDocument/didChange", "params": {
            "textDocument": { "uri": URI, "version": version },
            "contentChanges": [{ "range": range, "text": text }],
        } }));
    }

    fn ask_for_hints(&mut self) -> u64 {
        self.last_id += 1;
        let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 100_000, "character": 0 } });
        let params = json!({ "textDocument": { "uri": URI }, "range": range });
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

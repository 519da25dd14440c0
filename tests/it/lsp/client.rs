//! A client that starts the program, speaks LSP with it, and waits for nothing longer than [`PATIENCE`].

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long an answer may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// A started server and what it has said.
pub(super) struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// Messages that were read while another was waited for.
    kept: Vec<Value>,
    next_id: u64,
}

impl Client {
    /// A server that knows no client yet.
    pub(super) fn start() -> Client {
        let mut child = Command::new(env!("CARGO_BIN_EXE_yolint"))
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let stdin = child.stdin.take();
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let (sender, messages) = channel();
        thread::spawn(move || {
            while let Some(message) = read_message(&mut stdout) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        Client { child, stdin, messages, kept: Vec::new(), next_id: 1 }
    }

    /// A server that is initialized with these capabilities and options.
    pub(super) fn initialized(capabilities: Value, options: Value) -> Client {
        let mut client = Client::start();
        let params = json!({ "processId": null, "rootUri": null, "capabilities": capabilities, "initializationOptions": options });
        client.request("initialize", params);
        client.notify("initialized", json!({}));
        client
    }

    /// A server that is initialized by a client of few words.
    pub(super) fn plain() -> Client {
        Client::initialized(json!({}), Value::Null)
    }

    /// Sends a message as it is, but for the protocol's version.
    pub(super) fn send(&mut self, mut message: Value) {
        message["jsonrpc"] = json!("2.0");
        let body = message.to_string();
        let stdin = self.stdin.as_mut().expect("stdin is open");
        write!(stdin, "Content-Length: {}\r\n\r\n{body}", body.len()).expect("the server reads");
        stdin.flush().expect("the server reads");
    }

    pub(super) fn notify(&mut self, method: &str, params: Value) {
        self.send(json!({ "method": method, "params": params }));
    }

    /// The response to a request, with its `result` or `error`.
    pub(super) fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = json!(format!("test {}", self.next_id));
        self.next_id += 1;
        self.send(json!({ "id": id, "method": method, "params": params }));
        self.response(&id)
    }

    /// The result of a request.
    pub(super) fn request(&mut self, method: &str, params: Value) -> Value {
        let response = self.ask(method, params);
        assert!(response.get("error").is_none(), "{method}: {response}");
        response["result"].clone()
    }

    /// The response to the request `id`.
    pub(super) fn response(&mut self, id: &Value) -> Value {
        self.wait_for(&format!("the response to {id}"), |m| m.get("method").is_none() && m["id"] == *id)
    }

    /// The diagnostics of a version of a document that were published last.
    pub(super) fn last_diagnostics(&mut self, uri: &str, version: i64) -> Vec<Value> {
        // What is published comes in order: the diagnostics of one more document come last.
        let marker = "file:///zzz/marker.yaml";
        self.open(marker, "head:\n  - [-1, 1, Conv, [8]]\n");
        self.published("the marker's diagnostics", |params| params["uri"] == marker);
        self.notify("textDocument/didClose", json!({ "textDocument": { "uri": marker } }));
        self.published("the marker's end", |params| params["uri"] == marker);
        let is_of = |m: &Value| m["params"]["uri"] == uri && m["params"]["version"] == version;
        let last = self.kept.iter().rev().find(|m| is_of(m)).cloned();
        self.kept.retain(|m| m["params"]["uri"] != uri || is_of(m));
        last.expect("diagnostics")["params"]["diagnostics"].as_array().expect("a list").clone()
    }

    /// The diagnostics of a version of a document.
    pub(super) fn diagnostics(&mut self, uri: &str, version: i64) -> Vec<Value> {
        let params = self.published(&format!("the diagnostics of {uri} {version}"), |params| {
            params["uri"] == uri && params["version"] == version
        });
        params["diagnostics"].as_array().expect("a list").clone()
    }

    /// The first diagnostics that are as wanted.
    pub(super) fn published(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let message = self.wait_for(what, |m| m["method"] == "textDocument/publishDiagnostics" && wanted(&m["params"]));
        message["params"].clone()
    }

    /// The first message that is as wanted, of those not handed out yet.
    pub(super) fn wait_for(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.kept.iter().position(&wanted) {
            return self.kept.remove(at);
        }
        let end = Instant::now() + PATIENCE;
        loop {
            match self.messages.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(message) if wanted(&message) => return message,
                Ok(message) => self.kept.push(message),
                Err(RecvTimeoutError::Timeout) => panic!("{what} didn't come in time; came: {:#?}", self.kept),
                Err(RecvTimeoutError::Disconnected) => panic!("the server ended before {what}"),
            }
        }
    }

    /// What an ended server has said that nobody waited for.
    pub(super) fn rest(&mut self) -> Vec<Value> {
        let mut rest = std::mem::take(&mut self.kept);
        rest.extend(self.messages.iter());
        rest
    }

    /// What the server has said so far that nobody waited for.
    pub(super) fn unasked(&mut self) -> Vec<Value> {
        // What is said unasked comes in order: the diagnostics of one more document come last.
        let marker = "file:///marker.yaml";
        self.open(marker, "head:\n  - [-1, 1, Conv, [8]]\n");
        self.published("the marker's diagnostics", |params| params["uri"] == marker);
        std::mem::take(&mut self.kept)
    }

    pub(super) fn open(&mut self, uri: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Sends changes, each `[start line, start character, end line, end character, text]`.
    pub(super) fn change(&mut self, uri: &str, version: i64, changes: &[(u32, u32, u32, u32, &str)]) {
        let changes: Vec<Value> = changes
            .iter()
            .map(|&(line, character, end_line, end_character, text)| {
                let (start, end) = (position(line, character), position(end_line, end_character));
                json!({ "range": { "start": start, "end": end }, "text": text })
            })
            .collect();
        let document = json!({ "uri": uri, "version": version });
        self.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    }

    /// All hints of a document, as `line:character label`, both from 0 as the server sends them.
    pub(super) fn hints(&mut self, uri: &str) -> Vec<String> {
        let hints = self.request("textDocument/inlayHint", hint_params(uri));
        hints.as_array().map(Vec::as_slice).unwrap_or_default().iter().map(hint_line).collect()
    }

    pub(super) fn close_stdin(&mut self) {
        self.stdin = None;
    }

    /// The status that the server ends with by itself.
    pub(super) fn wait(&mut self) -> ExitStatus {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if let Some(status) = self.child.try_wait().expect("the child can be waited for") {
                return status;
            }
            thread::sleep(Duration::from_millis(5));
        }
        panic!("the server didn't end in time");
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `line:character label`
pub(super) fn hint_line(hint: &Value) -> String {
    let label = hint["label"].as_str().expect("a label");
    format!("{}:{} {label}", hint["position"]["line"], hint["position"]["character"])
}

/// `line:character-line:character severity[rule] message`
pub(super) fn diagnostic_line(diagnostic: &Value) -> String {
    let place = |end: &str| format!("{}:{}", diagnostic["range"][end]["line"], diagnostic["range"][end]["character"]);
    let severity = match diagnostic["severity"].as_i64() {
        Some(1) => "error",
        Some(2) => "warning",
        Some(4) => "hint",
        _ => "?",
    };
    let text = |field: &str| diagnostic[field].as_str().expect("text").to_owned();
    format!("{}-{} {severity}[{}] {}", place("start"), place("end"), text("code"), text("message"))
}

/// Asks for the hints of a whole document.
pub(super) fn hint_params(uri: &str) -> Value {
    let range = json!({ "start": position(0, 0), "end": position(100_000, 0) });
    json!({ "textDocument": { "uri": uri }, "range": range })
}

/// The text of an example.
pub(super) fn example(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn position(line: u32, character: u32) -> Value {
    json!({ "line": line, "character": character })
}

/// The next message; none at the end of the stream.
fn read_message(stdout: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut header = String::new();
        if stdout.read_line(&mut header).ok()? == 0 {
            return None;
        }
        match header.trim_end() {
            "" => break,
            header => {
                let (name, value) = header.split_once(':').expect("a header");
                if name.eq_ignore_ascii_case("content-length") {
                    length = value.trim().parse().ok();
                }
            }
        }
    }
    let mut body = vec![0; length.expect("a length")];
    stdout.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).expect("JSON"))
}

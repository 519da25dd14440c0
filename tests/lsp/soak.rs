//! Random edits without end: after every hundred, the server knows what a fresh one knows of the same texts.

use serde_json::json;

use super::client::{Client, diagnostic_line, example};
use super::place;

/// What is typed, pasted and deleted.
const SNIPPETS: [&str; 17] = [
    "",
    "",
    "\n",
    "\r\n",
    "\r",
    " ",
    "#",
    "[",
    "]",
    ", ",
    "'",
    "-1",
    "- ",
    "head:\n",
    "  - [-1, 1, Conv, [64, 3, 2]]\n",
    "nc",
    "7",
];

/// An open file: its text as the editor has it, and the texts that undo goes back to.
struct Buffer {
    uri: String,
    text: String,
    version: i64,
    earlier: Vec<String>,
}

/// Numbers that are the same in every run with the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

#[test]
fn a_short_soak() {
    soak(2, 400, 1);
}

/// `cargo test --release --test lsp -- --ignored soak`
#[test]
#[ignore = "takes minutes"]
fn a_long_soak() {
    soak(20, 50_000, 2);
}

fn soak(files: usize, edits: usize, seed: u64) {
    let mut random = Random(seed);
    let mut client = Client::plain();
    let names = ["tiny-detect.yaml", "leaf-classify.yaml"];
    let mut buffers: Vec<Buffer> = (0..files)
        .map(|i| Buffer {
            uri: format!("file:///soak/{i}.yaml"),
            text: example(names[i % names.len()]),
            version: 1,
            earlier: Vec::new(),
        })
        .collect();
    buffers.iter().for_each(|buffer| client.open(&buffer.uri, &buffer.text));
    for n in 1..=edits {
        let at = random.below(files);
        step(&mut client, &mut buffers[at], &mut random);
        if n % 100 == 0 {
            compare(&mut client, &buffers);
        }
    }
}

fn step(client: &mut Client, buffer: &mut Buffer, random: &mut Random) {
    match random.below(40) {
        0 => {
            client.notify("textDocument/didClose", json!({ "textDocument": { "uri": buffer.uri } }));
            // A text that is damaged beyond recognition isn't taken for a model when it is opened: begin anew.
            *buffer =
                Buffer { uri: buffer.uri.clone(), text: example("tiny-detect.yaml"), version: 1, earlier: vec![] };
            client.open(&buffer.uri, &buffer.text);
        }
        1 => {
            let size = [320, 640][random.below(2)];
            client.notify("workspace/didChangeConfiguration", json!({ "settings": { "imgsz": size } }));
        }
        2..=12 if !buffer.earlier.is_empty() => {
            let text = buffer.earlier.pop().unwrap_or_default();
            replace(client, buffer, 0..buffer.text.len(), &text);
        }
        _ => {
            let start = boundary(&buffer.text, random.below(buffer.text.len() + 1));
            let end = boundary(&buffer.text, (start + random.below(5)).min(buffer.text.len())).max(start);
            buffer.earlier.push(buffer.text.clone());
            replace(client, buffer, start..end, SNIPPETS[random.below(SNIPPETS.len())]);
        }
    }
}

fn replace(client: &mut Client, buffer: &mut Buffer, range: std::ops::Range<usize>, new: &str) {
    let ((line, column), (end_line, end_column)) = (place(&buffer.text, range.start), place(&buffer.text, range.end));
    buffer.version += 1;
    client.change(&buffer.uri, buffer.version, &[(line, column, end_line, end_column, new)]);
    buffer.text.replace_range(range, new);
}

/// Between the two characters of a line break there is no place.
fn boundary(text: &str, at: usize) -> usize {
    let splits = text.as_bytes()[..at].ends_with(b"\r") && text[at..].starts_with('\n');
    at - usize::from(splits)
}

fn compare(client: &mut Client, buffers: &[Buffer]) {
    // Half-typed rows count as they last were; looked at afresh, they count as they are.
    let settings = json!({ "settings": { "imgsz": 640 } });
    client.notify("workspace/didChangeConfiguration", settings);
    let mut fresh = Client::plain();
    for buffer in buffers {
        fresh.open(&buffer.uri, &example("tiny-detect.yaml"));
        let document = json!({ "uri": buffer.uri, "version": buffer.version });
        let changes = json!([{ "text": buffer.text }]);
        fresh.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    }
    fresh.notify("workspace/didChangeConfiguration", json!({ "settings": null }));
    for buffer in buffers {
        assert_eq!(client.hints(&buffer.uri), fresh.hints(&buffer.uri), "{}", buffer.text);
        let found = |client: &mut Client| -> Vec<String> {
            client.last_diagnostics(&buffer.uri, buffer.version).iter().map(diagnostic_line).collect()
        };
        assert_eq!(found(client), found(&mut fresh), "{}", buffer.text);
    }
}

//! Random edits without end: after every hundred, the server knows what a fresh one knows of the same texts.

use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
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

/// What happens to a file.
#[derive(Clone, Debug)]
enum Step {
    /// It is closed and opened anew.
    Reopen,
    /// Another image size is set, for all files.
    Configure(u32),
    /// The last edit is undone.
    Undo,
    /// A few bytes are replaced.
    Edit { at: Index, len: usize, new: &'static str },
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => Just(Step::Reopen),
        1 => select(&[320, 640][..]).prop_map(Step::Configure),
        11 => Just(Step::Undo),
        27 => (any::<Index>(), 0..5usize, select(&SNIPPETS[..])).prop_map(|(at, len, new)| Step::Edit { at, len, new }),
    ]
}

/// 400 edits of two files. `SOAK=50000 cargo test --release --test it soak` makes 50,000 of twenty, which takes minutes.
#[test]
fn many_edits_leave_a_server_as_a_fresh_one() {
    match std::env::var("SOAK") {
        Ok(edits) => soak(20, edits.parse().expect("a number of edits")),
        Err(_) => soak(2, 400),
    }
}

fn soak(files: usize, edits: usize) {
    // The same steps in every run.
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]));
    let strategy = (0..files, steps());
    let mut client = Client::plain();
    let names = ["yolo11-tiny.yaml", "leaf-classify.yaml"];
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
        let (at, step) = strategy.new_tree(&mut runner).expect("nothing is filtered").current();
        take(&mut client, &mut buffers[at], step);
        if n % 100 == 0 {
            compare(&mut client, &buffers);
        }
    }
}

fn take(client: &mut Client, buffer: &mut Buffer, step: Step) {
    match step {
        Step::Reopen => {
            client.notify("textDocument/didClose", json!({ "textDocument": { "uri": buffer.uri } }));
            // A text that is damaged beyond recognition isn't taken for a model when it is opened: begin anew.
            *buffer =
                Buffer { uri: buffer.uri.clone(), text: example("yolo11-tiny.yaml"), version: 1, earlier: vec![] };
            client.open(&buffer.uri, &buffer.text);
        }
        Step::Configure(size) => {
            client.notify("workspace/didChangeConfiguration", json!({ "settings": { "imgsz": size } }));
        }
        Step::Undo => {
            let Some(text) = buffer.earlier.pop() else { return };
            replace(client, buffer, 0..buffer.text.len(), &text);
        }
        Step::Edit { at, len, new } => {
            let start = boundary(&buffer.text, at.index(buffer.text.len() + 1));
            let end = boundary(&buffer.text, (start + len).min(buffer.text.len())).max(start);
            buffer.earlier.push(buffer.text.clone());
            replace(client, buffer, start..end, new);
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
        fresh.open(&buffer.uri, &example("yolo11-tiny.yaml"));
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

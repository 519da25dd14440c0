//! The language server, driven over stdin and stdout as an editor drives it.

mod actions;
mod base;
mod budgets;
mod client;
mod clients;
mod completion;
mod framework;
mod graph;
mod head;
mod hover;
mod lens;
mod outline;
mod pulling;
mod registering;
mod settings;
mod soak;
mod source;
mod status;
mod typing;
mod wiring;

use std::fmt::Write as _;

use expect_test::expect_file;
use serde_json::{Value, json};

use self::client::{Client, diagnostic_line, example, hint_line, hint_params};

const URI: &str = "file:///models/yolo11-tiny.yaml";

/// A model of three rows; torch 2.15 says what they return and ultralytics-thop 2.2.3 what they cost.
const SMALL: &str = "\
nc: 3
backbone:
  - [-1, 1, Conv, [16, 3, 2]] # 0
  - [-1, 1, Conv, [32, 3, 2]] # 1
head:
  - [[1], 1, Detect, [nc]] # 2
";

/// Its hints.
const SMALL_HINTS: [&str; 3] = [
    "2:33 16×320×320 · 464 params · 0.102 GFLOPs",
    "3:33 32×160×160 · 4.67k params · 0.242 GFLOPs",
    "5:30 7×25600 · 78.4k params · 4.03 GFLOPs",
];

/// `session.jsonl` holds what a client says, `session.txt` what it hears.
#[test]
fn a_recorded_session() {
    let mut client = Client::start();
    let mut heard = String::new();
    for line in include_str!("session.jsonl").lines() {
        let mut message: Value = serde_json::from_str(line).expect("a message a line");
        let text = message.pointer_mut("/params/textDocument/text");
        if let Some((text, name)) = text.and_then(|t| t.as_str().map(str::to_owned).map(|name| (t, name))) {
            *text = json!(example(&name));
        }
        client.send(message.clone());
        let method = message["method"].as_str().expect("a method");
        writeln!(heard, "{method}").expect("text grows");
        if let Some(id) = message.get("id") {
            let response = client.response(id);
            match response["result"].as_array() {
                Some(hints) if method == "textDocument/inlayHint" => {
                    hints.iter().for_each(|hint| writeln!(heard, "  {}", hint_line(hint)).expect("text grows"));
                }
                _ => writeln!(heard, "  {}", response["result"]).expect("text grows"),
            }
        } else if let Some(version) = message.pointer("/params/textDocument/version") {
            let uri = message["params"]["textDocument"]["uri"].as_str().expect("a URI");
            let found = client.diagnostics(uri, version.as_i64().expect("a version"));
            found.iter().for_each(|d| writeln!(heard, "  {}", diagnostic_line(d)).expect("text grows"));
        }
    }
    assert_eq!(client.wait().code(), Some(0));
    expect_file!["session.txt"].assert_eq(&heard);
}

/// What torch 2.15 and ultralytics-thop 2.2.3 say of `examples/yolo11-tiny.yaml` at scale n.
#[test]
fn hints_are_what_the_framework_counts() {
    let mut client = Client::plain();
    client.open(URI, &example("yolo11-tiny.yaml"));
    let labels: Vec<String> =
        client.hints(URI).iter().map(|line| line.split_once(' ').expect("a place and a label").1.to_owned()).collect();
    let expected = [
        "542k params · 3.41 GFLOPs · shown",
        "1.68M params · 9.74 GFLOPs",
        "16×320×320 · 464 params · 0.102 GFLOPs",
        "32×160×160 · 352 params · 0.021 GFLOPs",
        "32×160×160 · 1.98k params · 0.107 GFLOPs",
        "64×80×80 · 2.88k params · 0.129 GFLOPs",
        "64×80×80 · 11.0k params · 0.145 GFLOPs",
        "128×40×40 · 9.86k params · 0.117 GFLOPs",
        "128×40×40 · 141k params · 0.455 GFLOPs",
        "128×40×40 · 41.3k params · 0.134 GFLOPs",
        "128×80×80",
        "192×80×80",
        "64×80×80 · 28.0k params · 0.363 GFLOPs",
        "64×40×40 · 704 params · 2.66 MFLOPs",
        "192×40×40",
        "128×40×40 · 86.7k params · 0.280 GFLOPs",
        "7×8000 · 218k params · 1.56 GFLOPs",
    ];
    assert_eq!(labels, expected);
}

#[test]
fn columns_are_in_the_negotiated_encoding() {
    let text = "{🚀é: 1, nc: 3, backbone: [[-1, 1, Conv, [16, 3, 2]]], head: [[-1, 1, Conv, [8]]]} # 🚀é\n";
    for (offered, chosen, before, length) in [
        (json!(null), "utf-16", 3, 88),
        (json!(["utf-16", "utf-32"]), "utf-16", 3, 88),
        (json!(["utf-32", "utf-16", "utf-8"]), "utf-8", 6, 94),
        (json!(["utf-32"]), "utf-32", 2, 86),
    ] {
        let mut client = Client::start();
        let capabilities = json!({ "general": { "positionEncodings": offered } });
        let result = client.request("initialize", json!({ "capabilities": capabilities }));
        assert_eq!(result["capabilities"]["positionEncoding"], chosen);
        client.notify("initialized", json!({}));
        client.open(URI, text);
        // `16` becomes `32`.
        let column = before + "{: 1, nc: 3, backbone: [[-1, 1, Conv, [".len() as u32;
        client.change(URI, 2, &[(0, column, 0, column + 2, "32")]);
        let hints = client.hints(URI);
        let row_end = column + "16, 3, 2]]".len() as u32;
        assert_eq!(hints[0], format!("0:{row_end} 32×320×320 · 928 params · 0.203 GFLOPs"), "{chosen}");
        assert!(hints[1].starts_with(&format!("0:{length} 8×320×320 ")), "{chosen}: {hints:?}");
    }
}

#[test]
fn line_breaks_of_windows() {
    let mut client = Client::plain();
    client.open(URI, &SMALL.replace('\n', "\r\n"));
    assert_eq!(client.hints(URI), SMALL_HINTS);
    // A row is typed in, with the line break that the editor uses.
    client.change(URI, 2, &[(3, 33, 3, 33, "\r\n  - [-1, 1, nn.Identity, []]"), (0, 4, 0, 5, "5")]);
    let hints = client.hints(URI);
    assert_eq!(hints[2], "4:28 32×160×160");
    assert!(hints[3].starts_with("6:30 9×25600 "), "{hints:?}");
}

#[test]
fn other_files_are_left_alone() {
    let mut client = Client::plain();
    let uri = "file:///compose.yaml";
    client.open(uri, "services:\n  web: [1, 2\n");
    client.change(uri, 2, &[(0, 0, 0, 0, "name: x\n")]);
    assert_eq!(client.request("textDocument/inlayHint", hint_params(uri)), Value::Null);
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    assert_eq!(client.unasked(), [Value::Null; 0]);
}

#[test]
fn a_model_file_stays_one_while_it_is_half_typed() {
    let mut client = Client::plain();
    client.open(URI, SMALL);
    assert_eq!(client.diagnostics(URI, 1), [Value::Null; 0]);
    // All rows go, all at once, and one is begun anew.
    client.change(URI, 2, &[(1, 0, 6, 0, "backbone:\n  - [-1,")]);
    let is_syntax = |d: &Value| d["code"] == "syntax";
    let found = client.diagnostics(URI, 2);
    assert!(!found.iter().any(is_syntax), "{found:?}");
    // What is wrong with the row that is typed is said after a pause.
    let found = client.diagnostics(URI, 2);
    assert!(found.iter().any(is_syntax), "{found:?}");
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": URI } }));
    let cleared = client.published("empty diagnostics", |params| params["diagnostics"] == json!([]));
    assert_eq!(cleared["uri"], URI);
    // Opened again it is looked at afresh.
    client.open(URI, "backbone:\n  - [-1,");
    assert_eq!(client.request("textDocument/inlayHint", hint_params(URI)), Value::Null);
}

#[test]
fn diagnostics_say_where_and_why() {
    let text = "\
scales:
  n: [0.5, 0.25, 1024]
  m: [0.5, 0.50, 1024]
backbone:
  - [-1, 1, Conv, [64, 3, 2]]
  - [0, 1, Conv, [64, 3, 2]]
head:
  - [[0, 1], 1, Concat, [1]]
  - [-1, 1, nn.Conv2d, [96, 64, 1]]
";
    let capabilities = json!({ "textDocument": { "publishDiagnostics": { "relatedInformation": true } } });
    let mut client = Client::initialized(capabilities, Value::Null);
    client.open(URI, text);
    let found = client.diagnostics(URI, 1);
    assert_eq!(found[0]["source"], "yolint");
    assert_eq!(found[0]["code"], "spatial-mismatch");
    assert_eq!(found[0]["severity"], 1);
    assert_eq!(found[0]["range"]["start"]["line"], 7);
    let related = found[0]["relatedInformation"].as_array().expect("related places");
    assert_eq!(related[0]["location"]["uri"], URI);
    assert_eq!(related[0]["location"]["range"]["start"]["line"], 4);
    // A client that can't show related places gets none.
    let mut client = Client::plain();
    client.open(URI, text);
    assert_eq!(client.diagnostics(URI, 1)[0].get("relatedInformation"), None);
}

#[test]
fn a_text_that_is_no_file_yet_has_no_name() {
    let text = "\
scales:
  n: [1.0, 0.25, 1024]
  m: [1.0, 0.50, 1024]
backbone:
  - [-1, 1, Conv, [64, 3, 2]]
head:
  - [-1, 1, Classify, [3]]
";
    let mut client = Client::plain();
    client.open("untitled:Untitled-1", text);
    assert_eq!(client.diagnostics("untitled:Untitled-1", 1), [] as [Value; 0]);
    client.open("file:///models/mine.yaml", text);
    assert_eq!(client.diagnostics("file:///models/mine.yaml", 1)[0]["code"], "scale-not-selectable");
}

#[test]
fn a_finding_of_some_scales_says_which() {
    let mut client = Client::plain();
    let text = "\
scales:
  n: [1.0, 0.25, 1024]
  m: [1.0, 0.50, 1024]
backbone:
  - [-1, 1, Conv, [64, 3, 2]]
head:
  - [-1, 1, nn.Conv2d, [16, 8, 1]]
";
    client.open(URI, text);
    let found = client.diagnostics(URI, 1);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["code"], "channel-mismatch");
    let message = found[0]["message"].as_str().expect("text");
    assert!(message.ends_with(" (at scale m)"), "{message}");
}

#[test]
fn settings() {
    let options = json!({ "scale": "s", "imgsz": [320, 640], "convention": "formula" });
    let mut client = Client::initialized(json!({}), options);
    client.open(URI, &example("yolo11-tiny.yaml"));
    let hints = client.hints(URI);
    assert!(hints[1].ends_with(" · shown"), "{hints:?}");
    assert_eq!(hints[2], "9:38 32×160×320 · 928 params · 0.090 GFLOPs");
    // A file that has no such scale shows its own.
    client.open("file:///small.yaml", SMALL);
    assert!(client.hints("file:///small.yaml")[0].contains("16×160×320 · 464 params"));
    assert_eq!(client.diagnostics("file:///small.yaml", 1), [Value::Null; 0]);
}

#[test]
fn bad_settings_are_reported_once() {
    let mut client = Client::initialized(json!({}), json!({ "imgsz": "big", "colour": 1 }));
    let message = client.wait_for("a message", |m| m["method"] == "window/showMessage");
    let text = message["params"]["message"].as_str().expect("text");
    assert!(text.contains("imgsz") && text.contains("colour"), "{text}");
    client.open(URI, SMALL);
    assert_eq!(client.hints(URI), SMALL_HINTS);
    assert!(client.unasked().iter().all(|m| m["method"] != "window/showMessage"));
}

#[test]
fn edits_out_of_range_are_clamped() {
    let mut client = Client::plain();
    client.open(URI, SMALL);
    client.change(URI, 2, &[(99, 0, 99, 7, "# end\n"), (2, 99, 2, 999, " more"), (9, 9, 0, 0, "")]);
    let hints = client.hints(URI);
    assert_eq!(hints[0], SMALL_HINTS[0].replace("2:33", "2:38"));
    assert_eq!(hints[1..], SMALL_HINTS[1..]);
    let beyond = json!({ "textDocument": { "uri": URI }, "range": {
        "start": { "line": 5, "character": u32::MAX }, "end": { "line": u32::MAX, "character": u32::MAX } } });
    assert_eq!(client.request("textDocument/inlayHint", beyond).as_array().map(Vec::len), Some(1));
}

#[test]
fn a_burst_of_edits_ends_where_a_fresh_server_does() {
    let mut text = example("yolo11-tiny.yaml");
    assert!(text.is_ascii());
    let snippets =
        ["", "\n", "\r\n", "\r", " ", "#", "[", "]", ", ", "-1", "  - [-1, 1, Conv, [64, 3, 2]]\n", "nc", "7"];
    let mut client = Client::plain();
    client.open(URI, &text);
    let mut seed = 1u64;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    // The backbone is left as it is: some rows are to survive.
    let first = text.find("head:").expect("a head");
    for version in 2..502 {
        let start = first + random(text.len() + 1 - first);
        let end = (start + random(4)).min(text.len());
        // Between the two characters of a line break there is no place.
        let splits = |at: usize| text.as_bytes()[..at].ends_with(b"\r") && text[at..].starts_with('\n');
        let (start, end) = (start - usize::from(splits(start)), end - usize::from(splits(end)));
        let snippet = snippets[random(snippets.len())];
        let ((line, column), (end_line, end_column)) = (place(&text, start), place(&text, end.max(start)));
        client.change(URI, version, &[(line, column, end_line, end_column, snippet)]);
        text.replace_range(start..end.max(start), snippet);
    }
    // Half-typed rows count as they last were; looked at afresh, they count as they are.
    client.diagnostics(URI, 501);
    client.notify("workspace/didChangeConfiguration", json!({ "settings": null }));
    let hints = client.hints(URI);
    let found = client.diagnostics(URI, 501);
    let mut fresh = Client::plain();
    fresh.open(URI, &example("yolo11-tiny.yaml"));
    let whole = json!([{ "text": text }]);
    let document = json!({ "uri": URI, "version": 501 });
    fresh.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": whole }));
    assert_eq!(hints, fresh.hints(URI), "{text}");
    assert_eq!(found, fresh.diagnostics(URI, 501), "{text}");
    assert!(!hints.is_empty());
}

/// Line and column of a place in an ASCII text, counted the slow way.
fn place(text: &str, at: usize) -> (u32, u32) {
    let before = text[..at].replace("\r\n", "\n").replace('\r', "\n");
    let line = before.matches('\n').count();
    (line as u32, (before.len() - before.rfind('\n').map_or(0, |n| n + 1)) as u32)
}

#[test]
fn strange_messages_disturb_nothing() {
    let mut client = Client::start();
    assert_eq!(client.ask("textDocument/inlayHint", hint_params(URI))["error"]["code"], -32002);
    client.request("initialize", json!({ "capabilities": {} }));
    assert_eq!(client.ask("initialize", json!({ "capabilities": {} }))["error"]["code"], -32600);
    client.notify("initialized", json!({}));
    client.open(URI, SMALL);
    client.notify("$/cancelRequest", json!({ "id": "none" }));
    client.notify("$/setTrace", json!({ "value": "off" }));
    client.notify("workspace/didChangeConfiguration", json!({ "settings": null }));
    client.notify("yolint/unknown", json!({}));
    client.change("file:///unknown.yaml", 2, &[(0, 0, 0, 0, "x")]);
    client.notify("textDocument/didSave", json!({ "textDocument": { "uri": URI } }));
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": "file:///unknown.yaml" } }));
    assert_eq!(client.ask("yolint/unknown", json!({}))["error"]["code"], -32601);
    assert_eq!(client.ask("textDocument/inlayHint", json!({ "range": 1 }))["error"]["code"], -32602);
    assert_eq!(client.request("textDocument/inlayHint", hint_params("file:///unknown.yaml")), Value::Null);
    assert_eq!(client.hints(URI), SMALL_HINTS);
}

#[test]
fn a_cancelled_request_is_answered_or_cancelled() {
    let mut client = Client::plain();
    client.open(URI, SMALL);
    client.send(json!({ "id": 77, "method": "textDocument/inlayHint", "params": hint_params(URI) }));
    client.notify("$/cancelRequest", json!({ "id": 77 }));
    let response = client.response(&json!(77));
    assert!(response["error"]["code"] == -32800 || response["result"].is_array(), "{response}");
    assert_eq!(client.hints(URI), SMALL_HINTS);
}

#[test]
fn exit_after_shutdown_is_success() {
    let mut client = Client::plain();
    client.open(URI, SMALL);
    assert_eq!(client.request("shutdown", Value::Null), Value::Null);
    assert_eq!(client.ask("textDocument/inlayHint", hint_params(URI))["error"]["code"], -32600);
    client.notify("exit", Value::Null);
    assert_eq!(client.wait().code(), Some(0));
}

#[test]
fn shutdown_and_exit_in_one_go() {
    let mut client = Client::plain();
    client.send(json!({ "id": 1, "method": "shutdown" }));
    client.send(json!({ "method": "exit" }));
    assert_eq!(client.response(&json!(1))["result"], Value::Null);
    assert_eq!(client.wait().code(), Some(0));
}

#[test]
fn exit_without_shutdown_is_failure() {
    for initialized in [true, false] {
        let mut client = if initialized { Client::plain() } else { Client::start() };
        client.notify("exit", Value::Null);
        assert_eq!(client.wait().code(), Some(1), "initialized: {initialized}");
    }
}

#[test]
fn the_end_of_stdin_ends_the_server() {
    let mut client = Client::plain();
    client.close_stdin();
    assert_eq!(client.wait().code(), Some(1));
    let mut client = Client::plain();
    client.request("shutdown", Value::Null);
    client.close_stdin();
    assert_eq!(client.wait().code(), Some(0));
}

//! Code actions over the wire.

use serde_json::{Value, json};

use super::client::Client;
use super::settings::uri;
use super::{SMALL, URI};

const LITERALS: &str = r#"{"textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}},
    "workspace": {"workspaceEdit": {"documentChanges": true}}}"#;

/// The code actions at a place.
fn actions(client: &mut Client, line: u32, only: &Value) -> Vec<Value> {
    let place = json!({ "line": line, "character": 6 });
    let context = json!({ "diagnostics": [], "only": only });
    let params =
        json!({ "textDocument": { "uri": URI }, "range": { "start": place, "end": place }, "context": context });
    client.request("textDocument/codeAction", params).as_array().cloned().unwrap_or_default()
}

#[test]
fn a_row_is_inserted() {
    let mut client = Client::initialized(serde_json::from_str(LITERALS).expect("JSON"), Value::Null);
    client.open(URI, SMALL);
    let offered = actions(&mut client, 3, &json!(["refactor.rewrite"]));
    let titles: Vec<&str> = offered.iter().filter_map(|action| action["title"].as_str()).collect();
    let lighter = [
        "Use GhostConv here: −1.90k params, −0.097 GFLOPs",
        "Use a 1x1 Conv and a DWConv here: −3.74k params, −0.090 GFLOPs",
        "Use DWConv here, which doesn't mix channels: −4.32k params, −0.221 GFLOPs",
    ];
    assert_eq!(titles[..4], ["Insert row above", "Insert row below", "Duplicate row", "Delete row"]);
    assert_eq!(titles[4..], lighter);
    let change = &offered[0]["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({ "uri": URI, "version": 1 }));
    // The edits are applied from the last to the first, as each is about the text before all of them.
    let edits: Vec<(u32, u32, u32, u32, String)> = change["edits"]
        .as_array()
        .expect("edits")
        .iter()
        .rev()
        .map(|edit| {
            let place = |end: &str, part: &str| edit["range"][end][part].as_u64().expect("a number") as u32;
            let text = edit["newText"].as_str().expect("text").to_owned();
            (place("start", "line"), place("start", "character"), place("end", "line"), place("end", "character"), text)
        })
        .collect();
    let edits: Vec<_> = edits.iter().map(|(a, b, c, d, text)| (*a, *b, *c, *d, text.as_str())).collect();
    client.change(URI, 2, &edits);
    let hints = client.hints(URI);
    assert_eq!(hints[1], "3:32 16×320×320", "{hints:?}");
    assert_eq!(hints[3], "6:30 7×25600 · 78.4k params · 4.03 GFLOPs", "{hints:?}");
}

#[test]
fn a_client_without_literals_is_offered_nothing() {
    let mut client = Client::plain();
    client.open(URI, SMALL);
    assert_eq!(actions(&mut client, 3, &Value::Null), [Value::Null; 0]);
}

#[test]
fn references_are_renumbered_after_typing() {
    let mut client = Client::initialized(serde_json::from_str(LITERALS).expect("JSON"), Value::Null);
    client.open(URI, SMALL);
    assert_eq!(actions(&mut client, 5, &json!(["quickfix"])), [Value::Null; 0]);
    client.change(URI, 2, &[(2, 0, 2, 0, "  - [-1, 1, Conv, [16]]\n")]);
    let offered = actions(&mut client, 2, &json!(["quickfix"]));
    assert_eq!(offered[0]["title"], "Renumber the reference below");
    let edits = &offered[0]["edit"]["documentChanges"][0]["edits"];
    let texts: Vec<&str> =
        edits.as_array().expect("edits").iter().filter_map(|edit| edit["newText"].as_str()).collect();
    assert_eq!(texts, ["1", "2", "2", "3"]);
}

/// A fix of the framework's source is an edit of its file.
#[test]
fn a_class_is_imported() {
    let root = crate::cli::register::fork("action");
    let model = uri(&root, "cfg/stack.yaml");
    let mut client = Client::initialized(serde_json::from_str(LITERALS).expect("JSON"), Value::Null);
    let text = std::fs::read_to_string(root.join("cfg/stack.yaml")).expect("UTF-8");
    client.open(&model, &text);
    let place = json!({ "line": 4, "character": 12 });
    let context = json!({ "diagnostics": [], "only": ["quickfix"] });
    let params =
        json!({ "textDocument": { "uri": model }, "range": { "start": place, "end": place }, "context": context });
    let offered = client.request("textDocument/codeAction", params);
    let action = &offered[0];
    assert_eq!(action["diagnostics"][0]["code"], "module-not-imported");
    let changes = action["edit"]["documentChanges"].as_array().expect("edits");
    assert_eq!(changes.len(), 1, "the model file stays as it is: {changes:?}");
    assert_eq!(changes[0]["textDocument"], json!({ "uri": uri(&root, "models/yolo.py"), "version": null }));
    let new: Vec<_> =
        changes[0]["edits"].as_array().expect("edits").iter().map(|edit| edit["newText"].clone()).collect();
    assert_eq!(new, ["from models.attention import Stack\n", ", Stack", ", Stack"]);
}

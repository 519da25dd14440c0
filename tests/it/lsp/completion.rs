//! Completion and signature help over the wire.

use serde_json::{Value, json};

use super::URI;
use super::client::Client;

const TEXT: &str = "nc: 3\nbackbone:\n  - [-1, 1, Conv, [16, 3, 2]]\nhead:\n  - [-1, 1, ]\n";

fn at(line: u32, character: u32) -> Value {
    json!({ "textDocument": { "uri": URI }, "position": { "line": line, "character": character } })
}

#[test]
fn modules_are_completed() {
    let snippets = json!({ "textDocument": { "completion": { "completionItem": { "snippetSupport": true } } } });
    for (capabilities, typed) in [(snippets, "Conv, [${1:16, 3, 2}]"), (json!({}), "Conv")] {
        let mut client = Client::initialized(capabilities, Value::Null);
        client.open(URI, TEXT);
        let items = client.request("textDocument/completion", at(4, 12));
        let first = &items[0];
        assert_eq!(first["label"], "Conv");
        assert_eq!(first["detail"], "Conv(c1, c2, k=1, s=1, p=None, g=1, d=1, act=True)");
        assert_eq!(first["textEdit"]["newText"], typed);
        let place = json!({ "line": 4, "character": 12 });
        assert_eq!(first["textEdit"]["range"], json!({ "start": place, "end": place }));
    }
}

#[test]
fn arguments_are_explained() {
    let mut client = Client::plain();
    client.open(URI, TEXT);
    let help = client.request("textDocument/signatureHelp", at(2, 24));
    assert_eq!(help["signatures"][0]["label"], "Conv [c2, k=1, s=1, p=None, g=1, d=1, act=True]");
    assert_eq!(help["activeParameter"], 1);
    assert_eq!(help["signatures"][0]["parameters"][1]["label"], json!([10, 13]));
    assert_eq!(client.request("textDocument/signatureHelp", at(0, 2)), Value::Null);
}

#[test]
fn details_stand_beside_labels_where_there_is_room() {
    let item = json!({ "labelDetailsSupport": true });
    let mut client =
        Client::initialized(json!({ "textDocument": { "completion": { "completionItem": item } } }), Value::Null);
    client.open(URI, TEXT);
    let items = client.request("textDocument/completion", at(4, 12));
    assert_eq!(items[0]["label"], "Conv");
    let parameters = "(c1, c2, k=1, s=1, p=None, g=1, d=1, act=True)";
    assert_eq!(items[0]["labelDetails"], json!({ "detail": parameters }));
    let items = client.request("textDocument/completion", at(4, 5));
    assert_eq!(items[0]["labelDetails"], json!({ "description": "16×320×320 · stride 2 · Conv" }));
}

#[test]
fn a_file_that_is_empty_yet_can_start_as_a_model() {
    let item = json!({ "snippetSupport": true });
    let mut client =
        Client::initialized(json!({ "textDocument": { "completion": { "completionItem": item } } }), Value::Null);
    client.open(URI, "# Mine.\nyolo");
    let items = client.request("textDocument/completion", at(1, 4));
    assert_eq!([&items[0]["label"], &items[1]["label"]], ["yolo11", "yolov8"]);
    let text = items[0]["textEdit"]["newText"].as_str().expect("a text");
    assert!(text.contains("\nnc: ${1:80}\n") && text.contains("\nhead:\n"), "{text}");
    // What is no model and not empty is left alone.
    client.change(URI, 2, &[(1, 0, 1, 4, "names: ")]);
    assert_eq!(client.request("textDocument/completion", at(1, 7)), Value::Null);
}

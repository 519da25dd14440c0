//! Definition, references, highlights and call hierarchy over the wire.

use serde_json::{Value, json};

use super::client::Client;
use super::{SMALL, URI};

fn at(line: u32, character: u32) -> Value {
    json!({ "textDocument": { "uri": URI }, "position": { "line": line, "character": character } })
}

/// `line:character-character` of a range in one line.
fn range(range: &Value) -> String {
    assert_eq!(range["start"]["line"], range["end"]["line"]);
    format!("{}:{}-{}", range["start"]["line"], range["start"]["character"], range["end"]["character"])
}

fn ranges(places: &Value) -> Vec<String> {
    places.as_array().expect("a list").iter().map(|place| range(&place["range"])).collect()
}

#[test]
fn from_an_entry_to_its_row() {
    let mut client = Client::plain();
    client.open(URI, SMALL);
    let location = client.request("textDocument/definition", at(5, 6));
    assert_eq!((location["uri"].as_str(), range(&location["range"])), (Some(URI), "3:12-16".to_owned()));
    assert_eq!(client.request("textDocument/definition", at(2, 5)), Value::Null);

    let capabilities = json!({ "textDocument": { "definition": { "linkSupport": true } } });
    let mut client = Client::initialized(capabilities, Value::Null);
    client.open(URI, SMALL);
    let link = &client.request("textDocument/definition", at(5, 6))[0];
    let parts = ["originSelectionRange", "targetRange", "targetSelectionRange"].map(|name| range(&link[name]));
    assert_eq!(parts, ["5:6-7", "3:4-29", "3:12-16"]);
}

#[test]
fn from_a_row_to_its_readers() {
    let mut client = Client::plain();
    client.open(URI, SMALL);
    let mut params = at(3, 13);
    params["context"] = json!({ "includeDeclaration": false });
    assert_eq!(ranges(&client.request("textDocument/references", params)), ["5:6-7"]);
    let highlights = client.request("textDocument/documentHighlight", at(3, 13));
    assert_eq!(ranges(&highlights), ["3:12-16", "5:6-7"]);
    assert_eq!([&highlights[0]["kind"], &highlights[1]["kind"]], [&json!(3), &json!(2)]);
}

#[test]
fn calls_are_reads() {
    let mut client = Client::plain();
    client.open(URI, SMALL);
    let item = client.request("textDocument/prepareCallHierarchy", at(3, 13))[0].clone();
    assert_eq!([&item["name"], &item["detail"]], ["1 Conv", "32×160×160 · 4.67k params · 0.242 GFLOPs"]);
    let incoming = client.request("callHierarchy/incomingCalls", json!({ "item": item }));
    assert_eq!(incoming.as_array().map(Vec::len), Some(1));
    assert_eq!(incoming[0]["from"]["name"], "2 Detect");
    assert_eq!(range(&incoming[0]["fromRanges"][0]), "5:6-7");
    let outgoing = client.request("callHierarchy/outgoingCalls", json!({ "item": item }));
    assert_eq!(outgoing[0]["to"]["name"], "0 Conv");
    assert_eq!(range(&outgoing[0]["fromRanges"][0]), "3:5-7");
}

#[test]
fn a_key_of_the_file_is_edited_with_its_uses() {
    let mut client = Client::plain();
    client.open(URI, "mid: 8\nbackbone:\n  - [-1, 1, Conv, [mid]]\nhead:\n  - [-1, 1, Conv, [mid]]\n");
    let linked = client.request("textDocument/linkedEditingRange", at(2, 20));
    let ranges: Vec<String> = linked["ranges"].as_array().expect("ranges").iter().map(range).collect();
    assert_eq!(ranges, ["0:0-3", "2:19-22", "4:19-22"]);
}

//! Symbols, folding, selection ranges and links over the wire.

use serde_json::{Value, json};

use super::client::Client;
use super::{SMALL, URI};

#[test]
fn symbols_as_a_tree_or_as_a_list() {
    let document = json!({ "textDocument": { "uri": URI } });
    let capabilities = json!({ "textDocument": { "documentSymbol": { "hierarchicalDocumentSymbolSupport": true } } });
    let mut client = Client::initialized(capabilities, Value::Null);
    client.open(URI, SMALL);
    let tree = client.request("textDocument/documentSymbol", document.clone());
    assert_eq!([&tree[0]["name"], &tree[0]["detail"]], ["nc", "3"]);
    assert_eq!([&tree[1]["name"], &tree[1]["detail"]], ["backbone", "2 rows"]);
    let row = &tree[2]["children"][0];
    assert_eq!([&row["name"], &row["detail"]], ["2 Detect", "7×25600 · 78.4k params · 4.03 GFLOPs"]);

    let mut client = Client::plain();
    client.open(URI, SMALL);
    let list = client.request("textDocument/documentSymbol", document);
    let names: Vec<String> = list
        .as_array()
        .expect("a list")
        .iter()
        .map(|symbol| format!("{} in {}", symbol["name"].as_str().unwrap_or("?"), symbol["containerName"]))
        .collect();
    let expected = [
        "nc in null",
        "backbone in null",
        "0 Conv in \"backbone\"",
        "1 Conv in \"backbone\"",
        "head in null",
        "2 Detect in \"head\"",
    ];
    assert_eq!(names, expected);
}

#[test]
fn ranges_and_the_link_to_a_modules_page() {
    let mut client = Client::plain();
    client.open(URI, SMALL);
    let document = json!({ "uri": URI });
    let folds = client.request("textDocument/foldingRange", json!({ "textDocument": document }));
    assert_eq!(folds, json!([{ "startLine": 1, "endLine": 3 }, { "startLine": 4, "endLine": 5 }]));
    let positions = json!([{ "line": 2, "character": 20 }, { "line": 0, "character": 0 }]);
    let chains =
        client.request("textDocument/selectionRange", json!({ "textDocument": document, "positions": positions }));
    let start = |range: &Value| format!("{}:{}", range["start"]["line"], range["start"]["character"]);
    let mut starts = Vec::new();
    let mut link = &chains[0];
    while !link.is_null() {
        starts.push(start(&link["range"]));
        link = &link["parent"];
    }
    assert_eq!(starts, ["2:19", "2:18", "2:4", "2:2", "1:0", "0:0"]);
    assert_eq!(start(&chains[1]["range"]), "0:0");
    // Document links would be underlined for good, so a hover has the link.
    let line = SMALL.lines().position(|line| line.contains("Detect")).expect("a head");
    let character = SMALL.lines().nth(line).and_then(|text| text.find("Detect")).expect("a head");
    let position = json!({ "line": line, "character": character });
    let hover = client.request("textDocument/hover", json!({ "textDocument": document, "position": position }));
    let page = "https://docs.ultralytics.com/reference/nn/modules/head/#ultralytics.nn.modules.head.Detect";
    assert!(hover.to_string().contains(page), "{hover}");
}

#[test]
fn model_files_of_the_workspace() {
    let folder = concat!("file://", env!("CARGO_MANIFEST_DIR"), "/examples");
    let mut client = Client::start();
    client.request("initialize", json!({ "capabilities": {}, "rootUri": folder }));
    client.notify("initialized", json!({}));
    let mut names = |query: &str| {
        let found = client.request("workspace/symbol", json!({ "query": query }));
        let names = found.as_array().expect("a list").iter().map(|symbol| symbol["name"].as_str());
        names.map(|name| name.expect("a name").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(""), ["leaf-classify", "yolo11-parts-seg", "yolo11-tiny"]);
    assert_eq!(names("Tiny"), ["yolo11-tiny"]);
    assert_eq!(names("other"), [""; 0]);
}

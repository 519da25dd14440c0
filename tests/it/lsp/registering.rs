//! New classes of a framework: one that comes to the disk, and one that an editor registers.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::client::Client;
use super::settings::uri;
use super::source::own;
use crate::common;
use crate::project::folder;

const FRESH: &str = "

class Fresh(nn.Module):
    def __init__(self, c1, c2):
        super().__init__()
        self.conv = nn.Conv2d(c1, c2, 1)

    def forward(self, x):
        return self.conv(x)
";

/// A client that does what servers ask for.
fn able() -> Client {
    let capabilities = json!({
        "general": { "positionEncodings": ["utf-8"] },
        "textDocument": { "codeAction": { "codeActionLiteralSupport": { "codeActionKind": { "valueSet": [] } } } },
        "window": { "showDocument": { "support": true } },
        "workspace": {
            "applyEdit": true,
            "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create"] },
        },
    });
    Client::initialized(capabilities, Value::Null)
}

#[test]
fn a_file_that_comes_to_the_disk_is_seen() {
    let root = own("registering_disk");
    let text = fs::read_to_string(root.join("nets/window.yaml")).expect("the model");
    let model = uri(&root, "nets/window.yaml");
    let mut client = able();
    client.open(&model, &text.replace("WindowMix", "Fresh"));
    let rules = |found: &[Value]| -> Vec<String> {
        found.iter().map(|found| found["code"].as_str().expect("a rule").to_owned()).collect()
    };
    assert_eq!(rules(&client.last_diagnostics(&model, 1)), ["unknown-module"]);
    fs::write(root.join("models/fresh.py"), format!("import torch.nn as nn\n{FRESH}")).expect("the file");
    let changes = json!([{ "uri": uri(&root, "models/fresh.py"), "type": 1 }]);
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    assert_eq!(rules(&client.last_diagnostics(&model, 1)), ["module-not-imported"]);
}

#[test]
fn a_class_beside_the_unchanged_release_is_seen() {
    let root = folder("registering_release", ".git/");
    let release = common::models().join("../../..").canonicalize().expect("the wheel");
    copy(&release.join("ultralytics"), &root.join("ultralytics"));
    let text =
        "nc: 80\nbackbone:\n- [-1, 1, Conv, [32, 3, 2]]\n- [-1, 1, Fresh, [64]]\nhead:\n- [-1, 1, Classify, [nc]]\n";
    let model = uri(&root, "my.yaml");
    let mut client = able();
    client.open(&model, text);
    let add = |client: &mut Client, path: &str, python: &str| {
        let there = root.join("ultralytics").join(path);
        fs::create_dir_all(there.parent().expect("a folder")).expect("a folder");
        fs::write(&there, python).expect("the file");
        let changes = json!([{ "uri": uri(&root, &format!("ultralytics/{path}")), "type": 1 }]);
        client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    };
    // What holds no classes changes nothing.
    add(&mut client, "train.py", "print(1)\n");
    assert_eq!(client.last_diagnostics(&model, 1)[0]["code"], "unknown-module");
    add(&mut client, "nn/extra/fresh.py", &format!("import torch.nn as nn\n{FRESH}"));
    let is_it = |params: &Value| params["uri"] == *model && params["diagnostics"][0]["code"] == "module-not-imported";
    client.published("what its source says", is_it);
}

/// Copies the files of Python in a folder and those in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the build folder can be written");
    for entry in fs::read_dir(from).expect("a folder").filter_map(Result::ok) {
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        match path.extension() {
            _ if path.is_dir() => copy(&path, &to),
            Some(ending) if ending == "py" => _ = fs::copy(&path, &to).expect("the file can be copied"),
            _ => {}
        }
    }
}

#[test]
fn a_class_is_registered_where_it_is_written() {
    let root = own("registering_class");
    let (blocks, entry) = (uri(&root, "models/blocks.py"), uri(&root, "models/yolo.py"));
    let python = fs::read_to_string(root.join("models/blocks.py")).expect("the modules") + FRESH;
    let line = python.lines().position(|line| line.starts_with("class Fresh")).expect("the class");
    let mut client = able();
    client
        .open(&uri(&root, "nets/window.yaml"), &fs::read_to_string(root.join("nets/window.yaml")).expect("the model"));
    client.open(&blocks, &python);

    // Only a class that isn't registered can be.
    let mut actions = |line: usize| {
        let place = json!({ "line": line, "character": 0 });
        let range = json!({ "start": place, "end": place });
        let params = json!({ "textDocument": { "uri": blocks }, "range": range, "context": { "diagnostics": [] } });
        client.request("textDocument/codeAction", params)
    };
    let known = python.lines().position(|line| line.starts_with("class Stack")).expect("the class");
    assert_eq!([actions(known), actions(line + 1)], [Value::Null, Value::Null]);
    let offered = actions(line);
    assert_eq!(offered[0]["title"], "Register `Fresh` with parse_model");

    let command = &offered[0]["command"];
    let params = json!({ "command": command["command"], "arguments": command["arguments"] });
    client.request("workspace/executeCommand", params);
    let asked = client.wait_for("edits", |message| message["method"] == "workspace/applyEdit");
    let changes = asked["params"]["edit"]["documentChanges"].as_array().expect("changes").clone();
    let model = uri(&root, "nets/fresh.yaml");
    assert_eq!((&changes[0]["kind"], &changes[0]["uri"]), (&json!("create"), &json!(model)));
    client.send(json!({ "id": asked["id"], "result": { "applied": true } }));
    let shown = client.wait_for("the model", |message| message["method"] == "window/showDocument");
    assert_eq!(shown["params"]["uri"], model);
    client.send(json!({ "id": shown["id"], "result": { "success": true } }));
    let said = client.wait_for("a message", |message| message["method"] == "window/showMessage");
    let said = said["params"]["message"].as_str().expect("a text").to_owned();
    assert_eq!(
        said,
        "yolint: `Fresh` is imported in models/yolo.py; it is among the modules whose channels are scaled; row 1 of fresh.yaml uses it"
    );

    // What it edited is what `parse_model` needs: the row is built.
    for change in &changes[1..] {
        let of = change["textDocument"]["uri"].as_str().expect("a URI");
        let edits = change["edits"].as_array().expect("edits");
        if of == entry {
            client.open(of, &fs::read_to_string(root.join("models/yolo.py")).expect("the entry"));
            // From the end on, so that no edit moves another.
            let edits = edits.iter().rev().map(|edit| json!({ "range": edit["range"], "text": edit["newText"] }));
            let changes: Vec<Value> = edits.collect();
            let document = json!({ "uri": of, "version": 2 });
            client.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
        } else {
            assert_eq!(of, model);
            client.open(of, edits[0]["newText"].as_str().expect("a text"));
        }
    }
    let hints = client.hints(&model);
    // 64 * 64 weights and 64 biases.
    assert!(hints[1].contains("4.16k params"), "{hints:?}");
}

#[test]
fn what_is_no_class_of_a_framework_is_said() {
    let root = own("registering_none");
    let mut client = able();
    let blocks = uri(&root, "models/blocks.py");
    client.open(&blocks, &fs::read_to_string(root.join("models/blocks.py")).expect("the modules"));
    let mut said = |at: Value| {
        let params = json!({ "command": "yolint.register", "arguments": [blocks, at] });
        client.ask("workspace/executeCommand", params)["error"]["message"].as_str().expect("an error").to_owned()
    };
    assert_eq!(said(json!({ "line": 0 })), "the cursor is in no class");
    assert_eq!(said(json!("Absent")), "no class `Absent` is in blocks.py");
}

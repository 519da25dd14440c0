//! Editors as they introduce themselves: `clients/*.json` are their parameters of `initialize`, and `clients/README.md`
//! says how they were recorded.

use serde_json::{Value, json};

use super::client::{Client, hint_params};
use super::{SMALL, SMALL_HINTS, URI};

/// An editor, and what is agreed on with it.
struct Editor {
    introduction: &'static str,
    encoding: &'static str,
    /// It asks for diagnostics; the others get them pushed.
    pulls: bool,
    /// What it is asked to tell of.
    registered: &'static [&'static str],
    /// It asks for the tooltips of hints when it shows them.
    lazy_tooltips: bool,
    /// What accepting the module `Conv` types.
    completed: &'static str,
    /// The member of an edit that holds its changes: only that with versions is safe against edits that cross it.
    edits: &'static str,
    /// What it is told to ask for anew when the image's size is switched.
    refreshed: &'static [&'static str],
}

const EDITORS: [Editor; 4] = [
    Editor {
        introduction: include_str!("clients/vscode.json"),
        encoding: "utf-16",
        pulls: true,
        registered: &["workspace/didChangeConfiguration", "workspace/didChangeWatchedFiles"],
        lazy_tooltips: true,
        completed: "Conv, [${1:16, 3, 2}]",
        edits: "documentChanges",
        refreshed: &["workspace/inlayHint/refresh", "workspace/codeLens/refresh", "workspace/diagnostic/refresh"],
    },
    Editor {
        introduction: include_str!("clients/neovim.json"),
        encoding: "utf-8",
        pulls: false,
        registered: &[],
        lazy_tooltips: true,
        completed: "Conv, [${1:16, 3, 2}]",
        edits: "changes",
        refreshed: &["workspace/inlayHint/refresh"],
    },
    Editor {
        introduction: include_str!("clients/helix.json"),
        encoding: "utf-8",
        pulls: false,
        registered: &["workspace/didChangeWatchedFiles"],
        lazy_tooltips: false,
        completed: "Conv, [${1:16, 3, 2}]",
        edits: "documentChanges",
        refreshed: &[],
    },
    Editor {
        introduction: include_str!("clients/eglot.json"),
        encoding: "utf-8",
        pulls: false,
        registered: &["workspace/didChangeWatchedFiles"],
        lazy_tooltips: false,
        completed: "Conv",
        edits: "documentChanges",
        refreshed: &[],
    },
];

#[test]
fn editors_get_what_they_can_use() {
    for editor in EDITORS {
        let introduction: Value = serde_json::from_str(editor.introduction).expect("JSON");
        let name = introduction["clientInfo"]["name"].as_str().expect("a name").to_owned();
        let mut client = Client::start();
        let result = client.request("initialize", introduction);
        let capabilities = &result["capabilities"];
        assert_eq!(capabilities["positionEncoding"], editor.encoding, "{name}");
        assert_eq!(capabilities.get("diagnosticProvider").is_some(), editor.pulls, "{name}");
        assert!(capabilities["codeActionProvider"].is_object(), "{name}");
        client.notify("initialized", json!({}));
        registered(&mut client, &editor, &name);
        let request = client.wait_for("a question", |m| m["method"] == "workspace/configuration");
        client.send(json!({ "id": request["id"], "result": [null] }));

        client.open(URI, &SMALL.replace("Conv, [32", "Cnov, [32"));
        assert_eq!(found(&mut client, &editor, 1)[0]["code"], "unknown-module", "{name}");
        edited(&mut client, &editor, &name);
        assert_eq!(client.hints(URI), SMALL_HINTS, "{name}");
        let hint = client.request("textDocument/inlayHint", hint_params(URI))[0].clone();
        assert_eq!(hint.get("tooltip").is_none(), editor.lazy_tooltips, "{name}");

        assert_eq!(completed(&mut client), editor.completed, "{name}");
        switched(&mut client, &editor, &name);
        client.request("shutdown", Value::Null);
        client.notify("exit", Value::Null);
        assert_eq!(client.wait().code(), Some(0), "{name}");
        let pushed = client.rest().into_iter().any(|m| m["method"] == "textDocument/publishDiagnostics");
        assert!(!(editor.pulls && pushed), "{name} gets diagnostics twice");
    }
}

/// What the client is asked to tell of is what it can be asked for.
fn registered(client: &mut Client, editor: &Editor, name: &str) {
    if editor.registered.is_empty() {
        return;
    }
    let request = client.wait_for("a registration", |m| m["method"] == "client/registerCapability");
    let registrations = request["params"]["registrations"].as_array().expect("a list");
    let methods: Vec<&str> = registrations.iter().filter_map(|r| r["method"].as_str()).collect();
    assert_eq!(methods, editor.registered, "{name}");
    client.send(json!({ "id": request["id"], "result": null }));
}

/// The findings, by the way that the editor gets them.
fn found(client: &mut Client, editor: &Editor, version: i64) -> Vec<Value> {
    if !editor.pulls {
        return client.diagnostics(URI, version);
    }
    let report = client.request("textDocument/diagnostic", json!({ "textDocument": { "uri": URI } }));
    report["items"].as_array().expect("a list").clone()
}

/// The fix of the unknown module, applied.
fn edited(client: &mut Client, editor: &Editor, name: &str) {
    let place = json!({ "line": 3, "character": 14 });
    let range = json!({ "start": place, "end": place });
    let context = json!({ "diagnostics": [], "only": ["quickfix"] });
    let params = json!({ "textDocument": { "uri": URI }, "range": range, "context": context });
    let offered = client.request("textDocument/codeAction", params);
    let fix = offered.as_array().and_then(|offered| offered.iter().find(|a| a["title"] == "Write `Conv`"));
    let edit = &fix.unwrap_or_else(|| panic!("{name}: {offered}"))["edit"];
    let edits = match editor.edits {
        "documentChanges" => &edit["documentChanges"][0]["edits"],
        _ => &edit["changes"][URI],
    };
    let text = edits[0]["newText"].as_str().unwrap_or_else(|| panic!("{name}: {edit}"));
    let column = |end: &str| edits[0]["range"][end]["character"].as_u64().expect("a column") as u32;
    client.change(URI, 2, &[(3, column("start"), 3, column("end"), text)]);
    assert_eq!(found(client, editor, 2), [Value::Null; 0], "{name}");
}

/// What the editor is given to type for the module `Conv` in a row that has none.
fn completed(client: &mut Client) -> String {
    let uri = "file:///models/new.yaml";
    client.open(uri, "head:\n  - [-1, 1, Conv, [16, 3, 2]]\n  - [-1, 1, ]\n");
    let place = json!({ "textDocument": { "uri": uri }, "position": { "line": 2, "character": 12 } });
    let items = client.request("textDocument/completion", place);
    let conv = items.as_array().and_then(|items| items.iter().find(|item| item["label"] == "Conv"));
    conv.expect("a module")["textEdit"]["newText"].as_str().expect("text").to_owned()
}

/// After a switch the editor is told what to ask for anew, as far as it can be; findings are pushed anew to the others.
fn switched(client: &mut Client, editor: &Editor, name: &str) {
    client.request("workspace/executeCommand", json!({ "command": "yolint.imgsz", "arguments": [URI, 320] }));
    for method in editor.refreshed {
        let request = client.wait_for(method, |m| m["method"] == *method);
        client.send(json!({ "id": request["id"], "result": null }));
    }
    assert_eq!(found(client, editor, 2), [Value::Null; 0], "{name}");
    let lenses = client.request("textDocument/codeLens", json!({ "textDocument": { "uri": URI } }));
    assert_eq!(lenses[1]["command"]["title"], "image 320", "{name}");
}

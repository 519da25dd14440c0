//! Editors as they introduce themselves: `clients/*.json` are their parameters of `initialize`.
//!
//! That of Neovim 0.11.4 was recorded; those of VS Code (vscode-languageclient), Helix 25.01 and Eglot 1.17 were written
//! after what these send, with the folder `/project` open.

use serde_json::{Value, json};

use super::client::Client;
use super::{SMALL, SMALL_HINTS, URI};

/// An editor, and what is agreed on with it.
struct Editor {
    introduction: &'static str,
    encoding: &'static str,
    pulls: bool,
    /// What it is asked to tell of.
    registered: &'static [&'static str],
    is_asked_for_settings: bool,
}

const EDITORS: [Editor; 4] = [
    Editor {
        introduction: include_str!("clients/vscode.json"),
        encoding: "utf-16",
        pulls: true,
        registered: &["workspace/didChangeConfiguration", "workspace/didChangeWatchedFiles"],
        is_asked_for_settings: true,
    },
    Editor {
        introduction: include_str!("clients/neovim.json"),
        encoding: "utf-8",
        pulls: true,
        registered: &[],
        is_asked_for_settings: true,
    },
    Editor {
        introduction: include_str!("clients/helix.json"),
        encoding: "utf-8",
        pulls: false,
        registered: &["workspace/didChangeWatchedFiles"],
        is_asked_for_settings: true,
    },
    Editor {
        introduction: include_str!("clients/eglot.json"),
        encoding: "utf-8",
        pulls: false,
        registered: &["workspace/didChangeWatchedFiles"],
        is_asked_for_settings: true,
    },
];

#[test]
fn editors_get_what_they_can_use() {
    for editor in EDITORS {
        let introduction: Value = serde_json::from_str(editor.introduction).expect("JSON");
        let name = introduction["clientInfo"]["name"].as_str().unwrap().to_owned();
        let mut client = Client::start();
        let result = client.request("initialize", introduction);
        let capabilities = &result["capabilities"];
        assert_eq!(capabilities["positionEncoding"], editor.encoding, "{name}");
        assert_eq!(capabilities.get("diagnosticProvider").is_some(), editor.pulls, "{name}");
        client.notify("initialized", json!({}));
        if !editor.registered.is_empty() {
            let request = client.wait_for("a registration", |m| m["method"] == "client/registerCapability");
            let registrations = request["params"]["registrations"].as_array().unwrap();
            let methods: Vec<&str> = registrations.iter().map(|r| r["method"].as_str().unwrap()).collect();
            assert_eq!(methods, editor.registered, "{name}");
            client.send(json!({ "id": request["id"], "result": null }));
        }
        if editor.is_asked_for_settings {
            let request = client.wait_for("a question", |m| m["method"] == "workspace/configuration");
            client.send(json!({ "id": request["id"], "result": [null] }));
        }
        client.open(URI, &SMALL.replace("Conv, [32", "Cnov, [32"));
        if editor.pulls {
            let params = json!({ "textDocument": { "uri": URI } });
            let report = client.request("textDocument/diagnostic", params);
            assert_eq!(report["items"][0]["code"], "unknown-module", "{name}");
        } else {
            assert_eq!(client.diagnostics(URI, 1)[0]["code"], "unknown-module", "{name}");
        }
        client.change(URI, 2, &[(3, 13, 3, 15, "on")]);
        assert_eq!(client.hints(URI), SMALL_HINTS, "{name}");
        client.request("shutdown", Value::Null);
        client.notify("exit", Value::Null);
        assert_eq!(client.wait().code(), Some(0), "{name}");
        let pushed = client.rest().into_iter().any(|m| m["method"] == "textDocument/publishDiagnostics");
        assert!(!(editor.pulls && pushed), "{name} gets diagnostics twice");
    }
}

//! Settings, from wherever they come.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::client::Client;
use super::{SMALL, SMALL_HINTS, URI};

/// A client that answers when it is asked for settings.
fn asked() -> Value {
    json!({ "workspace": { "configuration": true, "inlayHint": { "refreshSupport": true } } })
}

/// An empty folder under the build folder.
pub(super) fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("lsp").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the build folder can be written");
    folder
}

pub(super) fn uri(folder: &std::path::Path, name: &str) -> String {
    format!("file://{}", folder.join(name).display())
}

fn first_hint(client: &mut Client, uri: &str) -> String {
    client.hints(uri).into_iter().next().unwrap_or_default()
}

#[test]
fn the_client_is_asked() {
    let mut client = Client::initialized(asked(), Value::Null);
    client.open(URI, SMALL);
    let request = client.wait_for("a question", |m| m["method"] == "workspace/configuration");
    assert_eq!(request["params"]["items"], json!([{ "section": "yolint" }]));
    client.send(json!({ "id": request["id"], "result": [{ "imgsz": 320, "hints": ["shape"] }] }));
    client.wait_for("a refresh", |m| m["method"] == "workspace/inlayHint/refresh");
    assert_eq!(first_hint(&mut client, URI), "2:33 16×160×160");
    // It says that something changed, and is asked again.
    client.notify("workspace/didChangeConfiguration", json!({ "settings": null }));
    let request = client.wait_for("a question", |m| m["method"] == "workspace/configuration");
    client.send(json!({ "id": request["id"], "result": [null] }));
    client.wait_for("a refresh", |m| m["method"] == "workspace/inlayHint/refresh");
    assert_eq!(client.hints(URI), SMALL_HINTS);
}

#[test]
fn the_client_tells() {
    let mut client = Client::initialized(json!({}), json!({ "imgsz": 320 }));
    client.open(URI, SMALL);
    assert_eq!(first_hint(&mut client, URI), "2:33 16×160×160 · 464 params · 0.025 GFLOPs");
    client.notify(
        "workspace/didChangeConfiguration",
        json!({ "settings": { "yolint": { "hints": ["index", "params"] }, "yaml": {} } }),
    );
    assert_eq!(first_hint(&mut client, URI), "2:33 #0 · 464 params");
    client.notify("workspace/didChangeConfiguration", json!({ "settings": { "yolint": { "hints": [] } } }));
    assert_eq!(client.hints(URI), [""; 0]);
    // What isn't meant for this server is none of its business.
    client.notify("workspace/didChangeConfiguration", json!({ "settings": { "yaml": { "validate": true } } }));
    assert!(client.unasked().iter().all(|m| m["method"] != "window/showMessage"));
}

#[test]
fn levels_of_rules() {
    let text = SMALL.replace("Conv, [32", "Cnov, [32");
    let mut client = Client::initialized(json!({}), json!({ "rules": { "unknown-module": "warn" } }));
    client.open(URI, &text);
    let found = client.diagnostics(URI, 1);
    assert_eq!((found.len(), &found[0]["severity"]), (1, &json!(2)));
    client.notify("workspace/didChangeConfiguration", json!({ "settings": { "rules": { "unknown-module": "off" } } }));
    let found = client.published("no diagnostics", |params| params["diagnostics"] == json!([]));
    assert_eq!(found["version"], 1);
}

/// Some clients push the object of settings as it is, without a section around it.
#[test]
fn a_bare_setting_is_taken() {
    let rows = "  - [-1, 1, Conv, [32, 3, 1]]\n".repeat(10);
    let text = format!("nc: 3\nbackbone:\n{rows}head:\n  - [-1, 1, Classify, [nc]]\n");
    let mut client = Client::initialized(json!({}), Value::Null);
    client.open(URI, &text);
    assert_eq!(client.diagnostics(URI, 1), [] as [Value; 0]);
    client.notify("workspace/didChangeConfiguration", json!({ "settings": { "dominant_share": 0.05 } }));
    let found = client.published("rows with more than 5 %", |params| params["diagnostics"] != json!([]));
    assert_eq!(found["diagnostics"][0]["code"], "dominant-layer");
}

#[test]
fn a_project_has_settings() {
    let folder = folder("project");
    fs::create_dir_all(folder.join("models")).unwrap();
    fs::write(folder.join(".yolint.yaml"), "imgsz: 320\nfiles: [models/*, '!models/old.yaml']\nnonsense: 1\n").unwrap();
    let capabilities = json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
    let mut client = Client::initialized(capabilities, Value::Null);
    let registered = client.wait_for("a registration", |m| m["method"] == "client/registerCapability");
    let registration = &registered["params"]["registrations"][0];
    assert_eq!(registration["method"], "workspace/didChangeWatchedFiles");
    assert_eq!(registration["registerOptions"]["watchers"][0]["globPattern"], "**/.yolint.yaml");
    client.send(json!({ "id": registered["id"], "result": null }));
    let (new, old) = (uri(&folder, "models/new.yaml"), uri(&folder, "models/old.yaml"));
    client.open(&new, SMALL);
    client.open(&old, SMALL);
    assert_eq!(first_hint(&mut client, &new), "2:33 16×160×160 · 464 params · 0.025 GFLOPs");
    assert_eq!(client.hints(&old), [""; 0]);
    // Said once, though two files were opened.
    let said = client.unasked().into_iter().filter(|m| m["method"] == "window/showMessage").collect::<Vec<_>>();
    assert_eq!(said.len(), 1, "{said:?}");
    let text = said[0]["params"]["message"].as_str().unwrap();
    assert!(text.contains(".yolint.yaml:3:1: unknown setting `nonsense`"), "{text}");
    // A file that holds no model yet is one where the settings say so.
    let empty = uri(&folder, "models/empty.yaml");
    client.open(&empty, "nc: 80\n");
    assert_eq!(client.diagnostics(&empty, 1).len(), 2);
    // The settings change on the disk, then they go.
    fs::write(folder.join(".yolint.yaml"), "imgsz: 160\n").unwrap();
    let changed = json!({ "changes": [{ "uri": uri(&folder, ".yolint.yaml"), "type": 2 }] });
    client.notify("workspace/didChangeWatchedFiles", changed.clone());
    assert!(first_hint(&mut client, &old).starts_with("2:33 16×80×80 "));
    fs::remove_file(folder.join(".yolint.yaml")).unwrap();
    client.notify("workspace/didChangeWatchedFiles", changed);
    assert_eq!(client.hints(&new), SMALL_HINTS);
}

#[test]
fn a_saved_settings_file_counts_where_nothing_is_watched() {
    let folder = folder("saved");
    let (model, settings) = (uri(&folder, "m.yaml"), uri(&folder, ".yolint.yaml"));
    let mut client = Client::plain();
    client.open(&model, SMALL);
    assert_eq!(client.hints(&model), SMALL_HINTS);
    fs::write(folder.join(".yolint.yaml"), "hints: [shape]\n").unwrap();
    client.notify("textDocument/didSave", json!({ "textDocument": { "uri": settings } }));
    assert_eq!(first_hint(&mut client, &model), "2:33 16×320×320");
}

/// The editor's settings win over those of the project.
#[test]
fn who_wins() {
    let folder = folder("wins");
    fs::write(folder.join(".yolint.yaml"), "imgsz: 320\nhints: [shape]\n").unwrap();
    let mut client = Client::initialized(json!({}), json!({ "imgsz": 160 }));
    let model = uri(&folder, "m.yaml");
    client.open(&model, SMALL);
    assert_eq!(first_hint(&mut client, &model), "2:33 16×80×80");
}

#[test]
fn the_settings_file_is_a_document() {
    let folder = folder("document");
    let uri = uri(&folder, ".yolint.yaml");
    let mut client = Client::plain();
    client.open(&uri, "imgsz: 640\nrulez: {}\n");
    let said = client.wait_for("findings", |m| m["method"] == "textDocument/publishDiagnostics");
    let found = &said["params"]["diagnostics"][0];
    assert_eq!(found["message"], "unknown setting `rulez`: did you mean `rules`?");
    assert_eq!(found["range"]["start"], json!({ "line": 1, "character": 0 }));
    let at = |line: u32, character: u32| json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": character } });
    let hover = client.request("textDocument/hover", at(0, 2));
    assert!(hover["contents"]["value"].to_string().contains("Image size"), "{hover}");
    let proposed = client.request("textDocument/completion", at(2, 0));
    let labels: Vec<&str> =
        proposed.as_array().expect("a list").iter().filter_map(|item| item["label"].as_str()).collect();
    assert!(labels.contains(&"rules") && !labels.contains(&"imgsz"), "{labels:?}");
}

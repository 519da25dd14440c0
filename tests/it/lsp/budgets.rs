//! Budgets over the wire: diagnostics, code lens and hover, and a baseline that changes on the disk.

use std::fs;

use serde_json::{Value, json};

use super::client::{Client, example};
use super::settings::{folder, uri};

fn lens(client: &mut Client, uri: &str) -> String {
    let lenses = client.request("textDocument/codeLens", json!({ "textDocument": { "uri": uri } }));
    lenses[0]["command"]["title"].as_str().expect("a title").to_owned()
}

fn messages(params: &Value) -> Vec<String> {
    let diagnostics = params["diagnostics"].as_array().expect("a list");
    diagnostics.iter().map(|d| d["message"].as_str().expect("a message").to_owned()).collect()
}

/// 542,206 parameters at scale n, as the framework says.
#[test]
fn a_baseline_is_followed() {
    let folder = folder("budgets");
    fs::write(folder.join(".yolint.yaml"), "scale: n\nbudgets:\n  files: 'm*'\n  baseline: base.yaml\n  params: +1%\n")
        .unwrap();
    let tiny = example("yolo11-tiny.yaml");
    fs::write(folder.join("base.yaml"), &tiny).unwrap();
    let related = json!({ "publishDiagnostics": { "relatedInformation": true } });
    let mut client = Client::initialized(json!({ "textDocument": related }), Value::Null);
    let (model, base) = (uri(&folder, "model.yaml"), uri(&folder, "base.yaml"));
    client.open(&model, &tiny);
    assert_eq!(client.diagnostics(&model, 1).len(), 0);
    assert!(lens(&mut client, &model).ends_with(" · budget 548k params: 5.4k left"));

    // A row grows.
    let line = tiny.lines().position(|line| line.contains("# 10")).unwrap() as u32;
    let column = "  - [-1, 2, C3k2, [128, ".len() as u32;
    client.change(&model, 2, &[(line, column, line, column + 5, "False, 0.9")]);
    let found = client.diagnostics(&model, 2);
    let message = found[0]["message"].as_str().unwrap();
    assert!(message.contains("over the budget of 548k (") && !message.contains('\n'), "{message}");
    assert!(message.ends_with("base.yaml has 542k, +1 % allowed"), "{message}");
    assert_eq!(found[0]["range"]["start"], json!({ "line": 5, "character": 2 }));
    let related = found[0]["relatedInformation"].as_array().unwrap();
    assert_eq!(related.len(), 1, "{related:?}");
    assert_eq!(related[0]["location"]["range"]["start"]["line"], line);
    assert!(related[0]["message"].as_str().unwrap().ends_with(" params more than in base.yaml"));
    assert!(lens(&mut client, &model).contains(" · budget 548k params: over by "));
    // What would fit is worked out when it is looked at.
    let place = json!({ "line": 5, "character": 2 });
    let hover = client.request("textDocument/hover", json!({ "textDocument": { "uri": model }, "position": place }));
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(text.contains("\n- budget 548k params: over by ") && text.contains("\n  - fits: width 0.45 ("), "{text}");

    // The baseline grows too: where it is saved, and where it is watched.
    fs::write(folder.join("base.yaml"), tiny.replace("[128, False]]", "[128, False, 0.9]]")).unwrap();
    client.notify("textDocument/didSave", json!({ "textDocument": { "uri": base } }));
    let published = client.published("no overrun", |params| params["uri"] == model.as_str());
    assert_eq!(messages(&published), [""; 0]);
    fs::write(folder.join("base.yaml"), "names: [a]\n").unwrap();
    let changed = json!({ "changes": [{ "uri": base, "type": 2 }] });
    client.notify("workspace/didChangeWatchedFiles", changed.clone());
    let published = client.published("no overrun", |params| params["uri"] == model.as_str());
    assert_eq!(messages(&published), [""; 0]);
    assert!(lens(&mut client, &model).ends_with(" @640"));
    client.notify("workspace/didChangeWatchedFiles", changed);
    client.published("no overrun", |params| params["uri"] == model.as_str());
    let said = client.unasked().into_iter().filter(|m| m["method"] == "window/showMessage").collect::<Vec<_>>();
    assert_eq!(said.len(), 1, "{said:?}");
    let text = said[0]["params"]["message"].as_str().unwrap();
    assert_eq!(
        text,
        "yolint: the baseline base.yaml is not a model YAML: it has no `backbone` and `head` lists of rows"
    );

    // Other files are none of its business.
    let other = json!({ "changes": [{ "uri": uri(&folder, "data.yaml"), "type": 2 }] });
    client.notify("workspace/didChangeWatchedFiles", other);
    assert!(client.unasked().iter().all(|message| message["method"] != "textDocument/publishDiagnostics"));
}

#[test]
fn budgets_of_an_editor_and_of_files() {
    let folder = folder("budgets-of-files");
    fs::write(folder.join(".yolint.yaml"), "budgets: {layers: 1, params: 1}\n").unwrap();
    fs::write(folder.join("other.yaml"), example("yolo11-tiny.yaml")).unwrap();
    let folders = json!([{ "uri": uri(&folder, ""), "name": "models" }]);
    let capabilities = json!({ "textDocument": { "diagnostic": {} } });
    let mut client = Client::start();
    let options = json!({ "scale": "n", "budgets": { "params": "1M" } });
    client.request(
        "initialize",
        json!({ "capabilities": capabilities, "workspaceFolders": folders, "initializationOptions": options }),
    );
    client.notify("initialized", json!({}));
    let report = client.request("workspace/diagnostic", json!({ "previousResultIds": [] }));
    let found = &report["items"][0]["items"];
    assert_eq!(found.as_array().map(Vec::len), Some(1), "{report}");
    assert_eq!(found[0]["message"], "122 layers, 121 over the budget of 1 (12100 %)");
}

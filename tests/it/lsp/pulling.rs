//! Diagnostics that the client asks for.

use std::fs;

use serde_json::{Value, json};

use super::client::Client;
use super::settings::{folder, uri};
use super::{SMALL, URI};

fn capabilities() -> Value {
    json!({
        "textDocument": { "diagnostic": { "relatedInformation": true } },
        "workspace": { "diagnostics": { "refreshSupport": true } },
    })
}

fn pull(client: &mut Client, uri: &str, previous: Option<&Value>) -> Value {
    let mut params = json!({ "textDocument": { "uri": uri }, "identifier": "yolint" });
    if let Some(id) = previous {
        params["previousResultId"] = id.clone();
    }
    client.request("textDocument/diagnostic", params)
}

#[test]
fn pulled_and_not_pushed() {
    let mut client = Client::start();
    let result = client.request("initialize", json!({ "capabilities": capabilities() }));
    let provider = json!({
        "identifier": "yolint",
        "interFileDependencies": false,
        "workspaceDiagnostics": true,
        "workDoneProgress": true,
    });
    assert_eq!(result["capabilities"]["diagnosticProvider"], provider);
    client.notify("initialized", json!({}));
    client.open(URI, &SMALL.replace("[[1], 1", "[[1, 0], 1, Concat, [1]]\n  - [[1], 1"));
    let report = pull(&mut client, URI, None);
    assert_eq!(report["kind"], "full");
    let found = report["items"].as_array().unwrap();
    let mismatch = found.iter().find(|diagnostic| diagnostic["code"] == "spatial-mismatch").unwrap();
    assert_eq!(mismatch["relatedInformation"].as_array().map(Vec::len), Some(2));
    // Nothing has changed, then something has.
    let again = pull(&mut client, URI, Some(&report["resultId"]));
    assert_eq!(again, json!({ "kind": "unchanged", "resultId": report["resultId"] }));
    client.change(URI, 2, &[(5, 8, 5, 9, "1")]);
    client.change(URI, 3, &[(5, 5, 5, 9, "1")]);
    let now = pull(&mut client, URI, Some(&report["resultId"]));
    assert_eq!(now["kind"], "full");
    assert_ne!(now["resultId"], report["resultId"]);
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": URI } }));
    // A request is answered after whatever was to be pushed before.
    assert_eq!(pull(&mut client, URI, None)["items"], json!([]));
    client.ask("shutdown", Value::Null);
    client.notify("exit", Value::Null);
    client.wait();
    assert_eq!(client.rest().into_iter().filter(|m| m.get("id").is_none()).collect::<Vec<_>>(), [Value::Null; 0]);
}

#[test]
fn other_files_have_none() {
    let mut client = Client::initialized(capabilities(), Value::Null);
    client.open("file:///compose.yaml", "services: [\n");
    assert_eq!(pull(&mut client, "file:///compose.yaml", None)["items"], json!([]));
    assert_eq!(pull(&mut client, "file:///unknown.yaml", None)["items"], json!([]));
}

/// What a workspace report says: file name, kind, version and the rules of its items.
fn lines(report: &Value) -> Vec<String> {
    let line = |item: &Value| {
        let name = item["uri"].as_str().expect("text").rsplit('/').next().expect("text").to_owned();
        let rules: Vec<&str> =
            item["items"].as_array().into_iter().flatten().map(|d| d["code"].as_str().expect("text")).collect();
        format!("{name} {} {} [{}]", item["kind"].as_str().expect("text"), item["version"], rules.join(" "))
    };
    report["items"].as_array().expect("text").iter().map(line).collect()
}

#[test]
fn all_model_files_of_the_workspace() {
    let (one, two) = (folder("workspace one"), folder("workspace-two"));
    let one_uri = uri(&one, "").replace(' ', "%20");
    fs::write(one.join("bad.yaml"), SMALL.replace("Conv", "Cnov")).unwrap();
    fs::write(one.join("good.yaml"), SMALL).unwrap();
    fs::write(one.join("gone.yaml"), SMALL.replace("[1], 1", "[9], 1")).unwrap();
    fs::write(one.join("compose.yaml"), "services: [\n").unwrap();
    fs::write(two.join("edited.yaml"), SMALL).unwrap();
    let mut client = Client::start();
    let folders = json!([{ "uri": one_uri, "name": "one" }, { "uri": uri(&two, ""), "name": "two" }]);
    client.request("initialize", json!({ "capabilities": capabilities(), "workspaceFolders": folders }));
    client.notify("initialized", json!({}));
    // What is in the editor counts, not what is on the disk.
    let edited = uri(&two, "edited.yaml");
    client.open(&edited, SMALL);
    client.change(&edited, 7, &[(0, 0, 0, 0, "nc: 4\n")]);
    let ask = |client: &mut Client, previous: Value| {
        client.request("workspace/diagnostic", json!({ "previousResultIds": previous }))
    };
    let report = ask(&mut client, json!([]));
    let expected = [
        "edited.yaml full 7 [duplicate-key]",
        "bad.yaml full null [unknown-module]",
        "gone.yaml full null [bad-from]",
        "good.yaml full null []",
    ];
    assert_eq!(lines(&report), expected);
    // Asked again, only changes are told; what a file that is gone had is taken back.
    fs::remove_file(one.join("gone.yaml")).unwrap();
    let previous = report["items"].as_array().unwrap().iter();
    let previous: Vec<Value> = previous.map(|item| json!({ "uri": item["uri"], "value": item["resultId"] })).collect();
    let expected = [
        "edited.yaml unchanged 7 []",
        "bad.yaml unchanged null []",
        "good.yaml unchanged null []",
        "gone.yaml full null []",
    ];
    assert_eq!(lines(&ask(&mut client, json!(previous))), expected);
    // A client that takes parts gets all in them.
    let params = json!({ "previousResultIds": [], "partialResultToken": "parts" });
    assert_eq!(client.request("workspace/diagnostic", params), json!({ "items": [] }));
    let part = client.wait_for("a part", |message| message["method"] == "$/progress");
    assert_eq!(part["params"]["token"], "parts");
    assert_eq!(lines(&part["params"]["value"]).len(), 3);
    // One that shows progress is told when the work begins and ends.
    client.request("workspace/diagnostic", json!({ "previousResultIds": [], "workDoneToken": "work" }));
    for kind in ["begin", "end"] {
        let told = client.wait_for(kind, |message| message["params"]["value"]["kind"] == kind);
        assert_eq!(told["params"]["token"], "work");
    }
    // A folder goes, the open file stays.
    let removed = json!([{ "uri": one_uri, "name": "one" }, { "uri": uri(&two, ""), "name": "two" }]);
    let event = json!({ "event": { "added": [], "removed": removed } });
    client.notify("workspace/didChangeWorkspaceFolders", event);
    assert_eq!(lines(&ask(&mut client, json!([]))), ["edited.yaml full 7 [duplicate-key]"]);
}

#[test]
fn files_that_changed_are_looked_at_again() {
    let folder = folder("workspace-watched");
    fs::write(folder.join("changed.yaml"), SMALL).unwrap();
    fs::write(folder.join("same.yaml"), SMALL.replace("Conv", "Cnov")).unwrap();
    let mut client = Client::start();
    let mut can = capabilities();
    can["workspace"]["didChangeWatchedFiles"] = json!({ "dynamicRegistration": true });
    let folders = json!([{ "uri": uri(&folder, ""), "name": "watched" }]);
    client.request("initialize", json!({ "capabilities": can, "workspaceFolders": folders }));
    client.notify("initialized", json!({}));
    let mut previous = json!([]);
    let mut ask = |client: &mut Client| {
        let report = client.request("workspace/diagnostic", json!({ "previousResultIds": previous }));
        let items = report["items"].as_array().unwrap().iter();
        previous = items.map(|item| json!({ "uri": item["uri"], "value": item["resultId"] })).collect();
        lines(&report)
    };
    assert_eq!(ask(&mut client), ["changed.yaml full null []", "same.yaml full null [unknown-module]"]);
    assert_eq!(ask(&mut client), ["changed.yaml unchanged null []", "same.yaml unchanged null []"]);
    fs::write(folder.join("changed.yaml"), SMALL.replace("Conv", "Convv")).unwrap();
    assert_eq!(ask(&mut client), ["changed.yaml full null [unknown-module]", "same.yaml unchanged null []"]);
    // Settings count for all files below them.
    fs::write(folder.join(".yolint.yaml"), "rules: {unknown-module: off}\n").unwrap();
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({ "changes": [{ "uri": uri(&folder, ".yolint.yaml"), "type": 1 }] }),
    );
    assert_eq!(ask(&mut client), ["changed.yaml full null []", "same.yaml full null []"]);
}

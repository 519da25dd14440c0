//! What has changed since git's HEAD, in the lens and in hovers.

use std::fs;

use serde_json::{Value, json};

use super::SMALL;
use super::client::Client;
use super::settings::uri;
use crate::common::git;
use crate::project::folder;

pub(super) fn titles(client: &mut Client, uri: &str) -> Vec<String> {
    let lenses = client.request("textDocument/codeLens", json!({ "textDocument": { "uri": uri } }));
    let titles = lenses.as_array().expect("a list").iter().map(|lens| lens["command"]["title"].as_str());
    titles.map(|title| title.expect("a title").to_owned()).collect()
}

/// The titles as soon as they are as wanted. The client is asked to ask again whenever something more is known.
pub(super) fn titles_once(client: &mut Client, uri: &str, wanted: impl Fn(&[String]) -> bool) -> Vec<String> {
    loop {
        let titles = titles(client, uri);
        if wanted(&titles) {
            return titles;
        }
        let asked = client.wait_for("a refresh", |message| message["method"] == "workspace/codeLens/refresh");
        client.send(json!({ "id": asked["id"], "result": null }));
    }
}

#[test]
fn figures_since_head() {
    let root = folder("since_head", "");
    fs::write(root.join("model.yaml"), SMALL).expect("the model");
    git(&root, &["init", "--quiet"]);
    git(&root, &["add", "model.yaml"]);
    git(&root, &["commit", "--quiet", "--message", "A model"]);
    let model = uri(&root, "model.yaml");
    let capabilities = json!({ "workspace": { "codeLens": { "refreshSupport": true } } });
    let mut client = Client::initialized(capabilities, Value::Null);

    let edited = SMALL.replace("[16, 3, 2]", "[16, 1, 2]");
    client.open(&model, &edited);
    // A convolution of 3 · 16 weights in the place of one of 3 · 16 · 9, each on 320 x 320 places.
    titles_once(&mut client, &model, |titles| titles[1] == "-384 params · -0.079 GFLOPs since HEAD");
    let place = json!({ "textDocument": { "uri": model }, "position": { "line": 2, "character": 12 } });
    let hover = client.request("textDocument/hover", place);
    let text = hover["contents"]["value"].as_str().expect("a text");
    let said = "since HEAD: args `[16, 3, 2]` → `[16, 1, 2]`, -384 params, -0.079 GFLOPs";
    assert!(text.contains(said), "{text}");

    // Once it is committed, nothing has changed.
    fs::write(root.join("model.yaml"), &edited).expect("the model");
    git(&root, &["commit", "--quiet", "--all", "--message", "Smaller"]);
    let changes = json!([{ "uri": uri(&root, ".git/logs/HEAD"), "type": 2 }]);
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    titles_once(&mut client, &model, |titles| !titles.iter().any(|title| title.contains("HEAD")));
}

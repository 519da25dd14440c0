//! What the server finds by itself: the official model that a file was made from, and the dataset of the workspace.

use std::fs;

use serde_json::{Value, json};

use super::client::Client;
use super::head::{titles, titles_once};
use super::settings::uri;
use crate::project::folder;

/// YOLO11 with one row more, for 80 classes.
fn mine() -> String {
    let page = fs::read_to_string("docs/weights.md").expect("the page");
    let (_, rest) = page.split_once("<!-- file=mine.yaml\n").expect("a file");
    rest.split_once("-->").expect("its end").0.to_owned()
}

#[test]
fn the_base_is_found() {
    let root = folder("base_found", "");
    fs::write(root.join(".yolint.yaml"), "framework: builtin\n").expect("settings");
    fs::create_dir(root.join("plain")).expect("a folder");
    fs::write(root.join("plain/.yolint.yaml"), "pretrained: false\n").expect("settings");
    let (plain, model) = (uri(&root, "plain/mine.yaml"), uri(&root, "mine.yaml"));
    let capabilities = json!({ "workspace": { "codeLens": { "refreshSupport": true } } });
    let mut client = Client::initialized(capabilities, Value::Null);
    client.open(&plain, &mine());
    client.open(&model, &mine());
    // The counts are those that the framework prints when it loads yolo11n.pt.
    titles_once(&mut client, &model, |titles| titles[0].ends_with(" · weights: 78/541 of yolo11n"));
    assert!(!titles(&mut client, &plain).concat().contains("weights"), "settings switch the search off");
    let place = json!({ "textDocument": { "uri": model }, "position": { "line": 9, "character": 12 } });
    let hover = client.request("textDocument/hover", place);
    let text = hover["contents"]["value"].as_str().expect("a text");
    assert!(
        text.contains(
            "- 0 of 42 weights from `yolo11.yaml`, the official model that is most like it: this row is new here"
        ),
        "{text}"
    );
}

#[test]
fn the_dataset_of_the_workspace() {
    let root = folder("data_found", "");
    fs::create_dir(root.join("leaves")).expect("a folder");
    let data = root.join("leaves/data.yaml");
    fs::write(&data, "train: images/train\nval: images/val\nnames: [leaf, stem, root]\n").expect("a dataset");
    fs::write(root.join(".yolint.yaml"), "framework: builtin\n").expect("settings");
    fs::create_dir(root.join("plain")).expect("a folder");
    fs::write(root.join("plain/.yolint.yaml"), "data: false\n").expect("settings");
    let (plain, model) = (uri(&root, "plain/mine.yaml"), uri(&root, "mine.yaml"));
    let mut client = Client::start();
    let folders = json!([{ "uri": uri(&root, ""), "name": "leaves" }]);
    client.request("initialize", json!({ "capabilities": {}, "workspaceFolders": folders }));
    client.notify("initialized", json!({}));
    client.open(&model, &mine());
    let said = titles(&mut client, &model);
    assert_eq!(said[1], "3 classes of leaves/data.yaml", "{said:?}");
    client.open(&plain, &mine());
    assert!(!titles(&mut client, &plain).concat().contains("classes"), "settings switch that off");
    // Which of two is meant can't be told.
    fs::copy(&data, root.join("other.yml")).expect("another dataset");
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": model } }));
    client.open(&model, &mine());
    assert!(!titles(&mut client, &model).concat().contains("classes"));
}

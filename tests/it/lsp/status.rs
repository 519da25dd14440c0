//! `yolint/status` over the wire.

use serde_json::{Value, json};

use super::client::{Client, example};
use super::{SMALL, URI};

fn status(client: &mut Client, uri: &str) -> Value {
    client.request("yolint/status", json!({ "textDocument": { "uri": uri } }))
}

/// The figures are those of torch 2.15 and ultralytics-thop 2.2.3.
#[test]
fn a_model_file_in_a_word() {
    let mut client = Client::plain();
    client.open(URI, &example("yolo11-tiny.yaml"));
    let said = status(&mut client, URI);
    assert_eq!(said["total"], "542k params · 3.41 GFLOPs");
    assert_eq!(said["errors"], 0);
    assert_eq!(
        (&said["scale"], &said["imgsz"], &said["convention"]),
        (&json!("n"), &json!([640, 640]), &json!("ultralytics"))
    );
    assert_eq!(said["scales"][1], json!({ "name": "s", "detail": "1.68M params · 9.74 GFLOPs" }));
    assert_eq!(said["conventions"][0]["name"], "ultralytics");
    // A command without a value goes through the sizes that can be chosen, in their order.
    let sizes = said["sizes"].as_array().expect("a list").clone();
    for i in 0..sizes.len() {
        let arguments = json!([URI, sizes[i]]);
        client.request("workspace/executeCommand", json!({ "command": "yolint.imgsz", "arguments": arguments }));
        client.request("workspace/executeCommand", json!({ "command": "yolint.imgsz", "arguments": [URI] }));
        let next = &sizes[(i + 1) % sizes.len()];
        assert_eq!(status(&mut client, URI)["imgsz"], json!([next, next]));
    }
    client.request("workspace/executeCommand", json!({ "command": "yolint.imgsz", "arguments": [URI, null] }));
    let lenses = client.request("textDocument/codeLens", json!({ "textDocument": { "uri": URI } }));
    assert_eq!(said["summary"], lenses[0]["command"]["title"]);

    // It follows what is switched and what is typed.
    client.request("workspace/executeCommand", json!({ "command": "yolint.scale", "arguments": [URI, "s"] }));
    let said = status(&mut client, URI);
    assert_eq!((&said["scale"], &said["total"]), (&json!("s"), &json!("1.68M params · 9.74 GFLOPs")));
    client.open("file:///models/bad.yaml", &SMALL.replace("[1], 1", "[9], 1"));
    let said = status(&mut client, "file:///models/bad.yaml");
    assert_eq!((&said["errors"], &said["total"]), (&json!(1), &json!("?")));
}

/// 3.41 GFLOPs and 542k parameters at scale n, as the framework says.
#[test]
fn budgets_and_how_they_stand() {
    let mut client = Client::plain();
    let uri = "file:///models/budgets/yolo11-tiny.yaml";
    client.open(uri, &format!("# yolint: budget gflops<=3 params<=600k\n{}", example("yolo11-tiny.yaml")));
    let said = status(&mut client, uri);
    assert_eq!(said["over"], "over by 0.41");
    assert_eq!(said["budgets"][0]["title"], "budget 3 GFLOPs: over by 0.41");
    assert_eq!(said["budgets"][0]["message"], "3.41 GFLOPs, 0.41 over the budget of 3 (14 %)");
    assert_eq!(said["budgets"][1], json!({ "title": "budget 600k params: 58k left", "over": false, "message": null }));
    client.open(URI, SMALL);
    let said = status(&mut client, URI);
    assert_eq!((&said["over"], &said["budgets"]), (&Value::Null, &json!([])));
}

#[test]
fn nothing_is_said_of_other_files() {
    let mut client = Client::plain();
    client.open("file:///compose.yaml", "services: [\n");
    assert_eq!(status(&mut client, "file:///compose.yaml"), Value::Null);
    assert_eq!(status(&mut client, "file:///unknown.yaml"), Value::Null);
    assert_eq!(client.ask("yolint/status", json!({}))["error"]["code"], -32602);
}

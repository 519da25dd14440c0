//! `yolint/graph` over the wire.

use serde_json::{Value, json};

use super::client::{Client, example};
use super::{SMALL, URI};

fn graph(client: &mut Client, uri: &str) -> Value {
    client.request("yolint/graph", json!({ "textDocument": { "uri": uri } }))
}

/// The figures are those of torch 2.15 and ultralytics-thop 2.2.3.
#[test]
fn a_picture_that_follows_the_scale_and_the_text() {
    let mut client = Client::plain();
    let tiny = example("yolo11-tiny.yaml");
    client.open(URI, &tiny);
    let drawn = graph(&mut client, URI);
    assert_eq!(drawn["title"], "yolo11-tiny · scale n · 122 layers · 542k params · 3.41 GFLOPs @640");
    let svg = drawn["svg"].as_str().expect("a picture");
    assert_eq!(svg.matches("data-row=").count(), 15);
    assert!(svg.contains(">9 Concat</text>") && svg.contains(">192×80×80</text>"), "{svg}");
    assert_eq!(drawn["data"]["scales"].as_array().map(Vec::len), Some(1));
    assert_eq!(drawn["data"]["nodes"][14]["module"], "Detect");
    // Rows stand where the text has them.
    let written = tiny.lines().enumerate().filter(|(_, line)| line.starts_with("  - ["));
    assert_eq!(drawn["rows"], written.map(|(line, _)| json!([line, line])).collect::<Value>());
    assert_eq!((&drawn["heat"][14], &drawn["heat"][8]), (&json!(1.0), &json!(0.0)));

    client.request("workspace/executeCommand", json!({ "command": "yolint.scale", "arguments": [URI, "s"] }));
    let drawn = graph(&mut client, URI);
    assert_eq!(drawn["data"]["scales"][0]["scale"], "s");
    let line = tiny.lines().position(|line| line.contains("# 14")).unwrap() as u32;
    client.change(URI, 2, &[(line, 0, line + 1, 0, "  - [[10,\n     13], 1, Own, []]\n")]);
    let drawn = graph(&mut client, URI);
    assert_eq!(drawn["rows"][14], json!([line, line + 1]));
    assert_eq!((&drawn["heat"][14], &drawn["data"]["nodes"][14]["module"]), (&Value::Null, &json!("Own")));
}

#[test]
fn half_typed_files_are_drawn_and_others_are_not() {
    let mut client = Client::plain();
    for (i, text) in
        ["backbone:\n", "backbone: []\nhead:\n  - [", &SMALL.replace("[1], 1", "[9], 1")].iter().enumerate()
    {
        let uri = format!("file:///models/{i}.yaml");
        client.open(&uri, SMALL);
        client.notify(
            "textDocument/didChange",
            json!({
                "textDocument": { "uri": uri, "version": 2 },
                "contentChanges": [{ "text": text }],
            }),
        );
        let drawn = graph(&mut client, &uri);
        assert!(drawn["svg"].as_str().is_some_and(|svg| svg.ends_with("</svg>\n")), "{text}: {drawn}");
    }
    client.open("file:///compose.yaml", "services: [\n");
    assert_eq!(graph(&mut client, "file:///compose.yaml"), Value::Null);
    assert_eq!(graph(&mut client, "file:///unknown.yaml"), Value::Null);
}

//! Code lens, the commands behind it, and tooltips that come later, over the wire.

use serde_json::{Value, json};

use super::client::{Client, example, hint_params};
use super::{SMALL, URI};

fn titles(client: &mut Client) -> Vec<String> {
    let lenses = client.request("textDocument/codeLens", json!({ "textDocument": { "uri": URI } }));
    let titles = lenses.as_array().expect("a list").iter().map(|lens| lens["command"]["title"].as_str());
    titles.map(|title| title.expect("a title").to_owned()).collect()
}

fn run(client: &mut Client, command: &str, arguments: Value) -> Value {
    client.ask("workspace/executeCommand", json!({ "command": command, "arguments": arguments }))
}

/// The figures are those of torch 2.15 and ultralytics-thop 2.2.3.
#[test]
fn what_is_shown_can_be_switched() {
    let mut client = Client::initialized(json!({}), json!({ "imgsz": 320 }));
    client.open(URI, &example("yolo11-tiny.yaml"));
    let first = titles(&mut client);
    assert!(first[0].starts_with("yolo11n-tiny · ") && first[0].ends_with(" @320"), "{first:?}");
    assert_eq!(first[1..], ["scale n", "image 320", "counted by ultralytics"]);

    // A click on a lens sends its command as it is.
    let lenses = client.request("textDocument/codeLens", json!({ "textDocument": { "uri": URI } }));
    assert_eq!(lenses[0]["range"]["start"], lenses[1]["range"]["start"]);
    let command = lenses[1]["command"].clone();
    assert_eq!(
        run(&mut client, command["command"].as_str().expect("a name"), command["arguments"].clone())["result"],
        Value::Null
    );
    assert_eq!(titles(&mut client)[1], "scale s");
    run(&mut client, "yolint.imgsz", json!([URI, 640]));
    assert_eq!(titles(&mut client)[0].split(" · ").skip(2).collect::<Vec<_>>(), ["1.68M params", "9.74 GFLOPs @640"]);
    let hints = client.hints(URI);
    assert!(hints.iter().any(|hint| hint.ends_with("1.68M params · 9.74 GFLOPs · shown")), "{hints:?}");

    // After the last scale comes the first; `null` goes back to the settings.
    run(&mut client, "yolint.scale", json!([URI]));
    run(&mut client, "yolint.imgsz", json!([URI, null]));
    run(&mut client, "yolint.convention", json!([URI, "fvcore"]));
    assert_eq!(titles(&mut client)[1..], ["scale n", "image 320", "counted by fvcore"]);

    // Kept for the session, for this file alone.
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": URI } }));
    client.open(URI, &example("yolo11-tiny.yaml"));
    assert_eq!(titles(&mut client)[3], "counted by fvcore");
    let other = "file:///models/other.yaml";
    client.open(other, SMALL);
    let lenses = client.request("textDocument/codeLens", json!({ "textDocument": { "uri": other } }));
    assert_eq!(lenses[2]["command"]["title"], "counted by ultralytics");
}

#[test]
fn commands_that_make_no_sense() {
    let mut client = Client::plain();
    client.open(URI, SMALL);
    for (command, arguments) in [
        ("yolint.imgsz", json!([])),
        ("yolint.imgsz", json!(["file:///not/open.yaml"])),
        ("yolint.imgsz", json!([URI, "large"])),
        ("yolint.convention", json!([URI, "mine"])),
        ("yolint.unknown", json!([URI])),
    ] {
        let response = run(&mut client, command, arguments);
        assert_eq!(response["error"]["code"], -32602, "{response}");
    }
    // There is no scale to switch to.
    assert!(run(&mut client, "yolint.scale", json!([URI])).get("error").is_none());
    assert_eq!(titles(&mut client)[1..], ["image 640", "counted by ultralytics"]);
}

#[test]
fn the_client_is_told_to_ask_anew() {
    let refresh = json!({ "refreshSupport": true });
    let capabilities = json!({ "workspace": { "inlayHint": refresh, "codeLens": refresh } });
    let mut client = Client::initialized(capabilities, Value::Null);
    client.open(URI, SMALL);
    client.diagnostics(URI, 1);
    run(&mut client, "yolint.imgsz", json!([URI, 320]));
    client.wait_for("hints anew", |message| message["method"] == "workspace/inlayHint/refresh");
    client.wait_for("lenses anew", |message| message["method"] == "workspace/codeLens/refresh");
    client.diagnostics(URI, 1);
}

#[test]
fn tooltips_come_later() {
    let lazy = json!({ "textDocument": { "inlayHint": { "resolveSupport": { "properties": ["tooltip"] } } } });
    let mut client = Client::initialized(lazy, Value::Null);
    client.open(URI, SMALL);
    let hint = client.request("textDocument/inlayHint", hint_params(URI))[0].clone();
    assert!(hint.get("tooltip").is_none(), "{hint}");
    let resolved = client.request("inlayHint/resolve", hint.clone());
    let text = resolved["tooltip"]["value"].as_str().expect("text");
    assert!(text.starts_with("```python\nConv(c1=3, c2=16, k=3, s=2)\n"), "{text}");
    client.change(URI, 2, &[(0, 4, 0, 5, "4")]);
    assert!(client.request("inlayHint/resolve", hint).get("tooltip").is_none());

    let mut client = Client::plain();
    client.open(URI, SMALL);
    let hint = client.request("textDocument/inlayHint", hint_params(URI))[0].clone();
    let short = hint["tooltip"]["value"].as_str().expect("text");
    // All that is left out is what the parts cost.
    assert!(text.contains("conv: Conv2d") && !short.contains("conv: Conv2d"), "{short}");
    assert_eq!(text.lines().next(), short.lines().next());
}

/// A client that can't ask for tooltips later gets those of other scales when it is told to ask again.
#[test]
fn tooltips_of_other_scales_follow() {
    let refresh = json!({ "workspace": { "inlayHint": { "refreshSupport": true } } });
    let mut client = Client::initialized(refresh, Value::Null);
    client.open(URI, &example("yolo11-tiny.yaml"));
    let without = |client: &mut Client| -> Vec<String> {
        let hints = client.request("textDocument/inlayHint", hint_params(URI));
        let hints = hints.as_array().expect("hints").clone().into_iter();
        hints.filter(|hint| hint.get("tooltip").is_none()).map(|hint| hint["label"].to_string()).collect()
    };
    assert_eq!(without(&mut client), [""; 0]);
    client.change(URI, 2, &[(0, 0, 0, 0, "# changed\n")]);
    let left = without(&mut client);
    if !left.is_empty() {
        assert!(left.iter().all(|label| !label.contains("shown")), "{left:?}");
        client.wait_for("hints anew", |message| message["method"] == "workspace/inlayHint/refresh");
    }
    client.diagnostics(URI, 2);
    assert_eq!(without(&mut client), [""; 0]);
}

//! Hover over the wire.

use serde_json::{Value, json};

use super::client::Client;
use super::{SMALL, URI};

#[test]
fn what_a_token_is() {
    let mut client = Client::plain();
    client.open(URI, SMALL);
    let mut hover = |line: u32, character: u32| {
        let place = json!({ "line": line, "character": character });
        client.request("textDocument/hover", json!({ "textDocument": { "uri": URI }, "position": place }))
    };
    // The kernel size of row 0.
    let kernel = hover(2, 23);
    let place = |character: u32| json!({ "line": 2, "character": character });
    assert_eq!(kernel["range"], json!({ "start": place(23), "end": place(24) }));
    assert_eq!(kernel["contents"]["kind"], "markdown");
    let text = kernel["contents"]["value"].as_str().expect("text");
    assert!(text.starts_with("**`k`** of `Conv`"), "{text}");
    // What the head reads.
    let text = hover(5, 6)["contents"]["value"].as_str().expect("text").to_owned();
    assert!(text.contains("**Row 1** `Conv` returns `[1, 32, 160, 160]`, stride 4"), "{text}");
    // A comment.
    assert_eq!(hover(5, 32), Value::Null);
    client.open("file:///other.yaml", "a: 1\n");
    let other = json!({ "textDocument": { "uri": "file:///other.yaml" }, "position": { "line": 0, "character": 0 } });
    assert_eq!(client.request("textDocument/hover", other), Value::Null);
}

//! Models whose framework stands beside them.

use serde_json::json;

use super::client::Client;
use super::settings::uri;
use crate::project::{FRAMEWORK, MODEL, repository};

/// A convolution has `c1 · c2 · k · k + c2` parameters.
#[test]
fn what_is_open_of_a_framework_counts_at_once() {
    let root = repository("lsp_own");
    let mut client = Client::plain();
    let (model, yolo) = (uri(&root, "m.yaml"), uri(&root, "models/yolo.py"));
    client.open(&model, MODEL);
    let params = |client: &mut Client| {
        let hints = client.hints(&model);
        hints.iter().map(|hint| hint.split(" · ").nth(1).unwrap_or(hint).to_owned()).collect::<Vec<_>>()
    };
    let before = ["224 params", "3.22k params", "68 params"];
    assert_eq!(params(&mut client), before);
    client.open(&yolo, &FRAMEWORK.replace("k=3", "k=5"));
    assert_eq!(params(&mut client), ["608 params", "3.22k params", "68 params"]);
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": yolo } }));
    assert_eq!(params(&mut client), before);
}

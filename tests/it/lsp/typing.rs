//! A row that is typed, keystroke by keystroke.

use std::time::{Duration, Instant};

use serde_json::json;

use super::client::Client;
use super::{SMALL, SMALL_HINTS, URI};

#[test]
fn no_hint_of_another_row_flickers() {
    let mut client = Client::plain();
    client.open(URI, SMALL);
    assert_eq!(client.hints(URI), SMALL_HINTS);
    // A new row is typed after the first.
    client.change(URI, 2, &[(2, 33, 2, 33, "\n  ")]);
    let typed = "- [-1, 1, Conv, [16, 3, 1]]";
    let moved = ["2:33", "4:33", "6:30"];
    let expected: Vec<String> =
        SMALL_HINTS.iter().zip(moved).map(|(hint, at)| format!("{at} {}", hint.split_once(' ').unwrap().1)).collect();
    for (n, c) in typed.char_indices() {
        let others: Vec<String> = client.hints(URI).into_iter().filter(|hint| !hint.starts_with("3:")).collect();
        assert_eq!(others, expected, "typed {:?}", &typed[..n]);
        let column = 2 + n as u32;
        client.change(URI, 3 + n as i64, &[(3, column, 3, column, &c.to_string())]);
    }
    let hints = client.hints(URI);
    assert_eq!(hints[1], "3:29 16×320×320 · 2.34k params · 0.485 GFLOPs");
}

#[test]
fn the_half_typed_row_itself_says_so_after_a_pause() {
    let mut client = Client::plain();
    client.open(URI, SMALL);
    client.change(URI, 2, &[(2, 28, 2, 29, "")]);
    assert_eq!(client.hints(URI)[0], "2:32 …");
    assert_eq!(client.hints(URI)[1..], SMALL_HINTS[1..]);
    assert_eq!(client.diagnostics(URI, 2), [json!(null); 0]);
    let found = client.diagnostics(URI, 2);
    assert!(found.iter().all(|d| d["range"]["start"]["line"] == 2) && !found.is_empty(), "{found:?}");
}

#[test]
fn a_half_typed_row_that_is_left_says_so_at_once() {
    let mut client = Client::plain();
    client.open(URI, SMALL);
    client.change(URI, 2, &[(2, 28, 2, 29, "")]);
    assert_eq!(client.diagnostics(URI, 2), [json!(null); 0]);
    let place = json!({ "textDocument": { "uri": URI }, "position": { "line": 3, "character": 4 } });
    let start = Instant::now();
    client.request("textDocument/documentHighlight", place);
    assert!(!client.diagnostics(URI, 2).is_empty());
    assert!(start.elapsed() < Duration::from_millis(900));
}

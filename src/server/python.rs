//! Requests about files of Python: most are for the servers of that language, and are answered at once, whatever the main
//! loop is at.

use tower_lsp::jsonrpc::Request;

/// Methods that are answered for Python files too.
const OURS: [&str; 6] = [
    "textDocument/codeAction",
    "textDocument/codeLens",
    "textDocument/diagnostic",
    "textDocument/hover",
    "textDocument/inlayHint",
    "textDocument/references",
];

/// Returns whether a request is about a Python file and is for another server.
pub(super) fn is_left_to_others(request: &Request) -> bool {
    let uri = request.params().and_then(|params| params.pointer("/textDocument/uri")?.as_str());
    request.id().is_some() && uri.is_some_and(|uri| uri.ends_with(".py")) && !OURS.contains(&request.method())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_others_answer() {
        let about = |method: &'static str, uri: &str| {
            let params = json!({ "textDocument": { "uri": uri } });
            is_left_to_others(&Request::build(method).id(1).params(params).finish())
        };
        assert!(about("textDocument/completion", "file:///m/block.py"));
        assert!(!about("textDocument/hover", "file:///m/block.py"));
        assert!(!about("textDocument/completion", "file:///m/yolo.yaml"));
        assert!(!is_left_to_others(&Request::build("shutdown").id(1).finish()));
    }
}

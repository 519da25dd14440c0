//! A framework's own source beside the models: from rows to Python and back, while either is typed.
//!
//! The figures of `tests/fixtures/own` are those of torch 2.15.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::client::Client;
use super::settings::uri;
use crate::project::folder;

/// A copy of the small framework in a repository of its own.
pub(super) fn own(name: &str) -> PathBuf {
    let root = folder(name, ".git/\nmodels/\nnets/");
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/own");
    for file in ["models/__init__.py", "models/blocks.py", "models/yolo.py", "nets/window.yaml", "nets/pyramid.yaml"] {
        fs::copy(from.join(file), root.join(file)).expect("the fixture can be copied");
    }
    root
}

/// A client, and the URIs of the model and of the modules, both open.
struct Opened {
    client: Client,
    model: String,
    blocks: String,
    text: String,
    python: String,
}

fn opened(name: &str) -> Opened {
    let root = own(name);
    let text = fs::read_to_string(root.join("nets/window.yaml")).expect("the model");
    let python = fs::read_to_string(root.join("models/blocks.py")).expect("the modules");
    let (model, blocks) = (uri(&root, "nets/window.yaml"), uri(&root, "models/blocks.py"));
    let capabilities = json!({
        "general": { "positionEncodings": ["utf-8"] },
        "textDocument": { "completion": { "completionItem": { "snippetSupport": true } } },
    });
    let mut client = Client::initialized(capabilities, Value::Null);
    client.open(&model, &text);
    client.open(&blocks, &python);
    Opened { client, model, blocks, text, python }
}

/// The place behind `needle` in a text, less some characters.
fn place(text: &str, needle: &str, back: usize) -> Value {
    let at = text.find(needle).unwrap_or_else(|| panic!("{needle} in the text")) + needle.len() - back;
    let line = text[..at].matches('\n').count();
    json!({ "line": line, "character": at - text[..at].rfind('\n').map_or(0, |n| n + 1) })
}

impl Opened {
    fn at(&self, needle: &str, back: usize) -> Value {
        json!({ "textDocument": { "uri": self.model }, "position": place(&self.text, needle, back) })
    }

    /// The line of the modules' file that a definition leads to.
    fn definition(&mut self, needle: &str, back: usize) -> String {
        let params = self.at(needle, back);
        let found = self.client.request("textDocument/definition", params);
        assert_eq!(found["uri"], self.blocks, "{found}");
        let line = found["range"]["start"]["line"].as_u64().expect("a line") as usize;
        self.python.lines().nth(line).expect("the line").trim().to_owned()
    }

    fn python_hints(&mut self) -> Vec<String> {
        let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9999, "character": 0 } });
        let params = json!({ "textDocument": { "uri": self.blocks }, "range": range });
        let hints = self.client.request("textDocument/inlayHint", params);
        let said = |hint: &Value| {
            let line = hint["position"]["line"].as_u64().expect("a line") as usize;
            let code = self.python.lines().nth(line).unwrap_or_default().trim();
            format!("{code}  # {}", hint["label"].as_str().expect("a label"))
        };
        hints.as_array().map(|hints| hints.iter().map(said).collect()).unwrap_or_default()
    }
}

#[test]
fn hints_are_what_the_source_makes() {
    let mut opened = opened("source_hints");
    let hints = opened.client.hints(&opened.model);
    let said: Vec<&str> = hints.iter().map(|hint| hint.split_once(' ').expect("a label").1).collect();
    let start = |i: usize| said[i].split(" · ").take(2).collect::<Vec<_>>().join(" · ");
    assert_eq!(start(0), "16×320×320 · 1.76k params", "{hints:?}");
    assert_eq!(start(2), "32×160×160 · 14.7k params");
    assert_eq!(start(4), "64×80×80 · 4.43k params");
    assert_eq!(start(10), "7×32000 · 686 params");
}

#[test]
fn a_backbone_of_one_row_has_several_indices() {
    let mut opened = opened("source_pyramid");
    let root = own("source_pyramid_own");
    let model = uri(&root, "nets/pyramid.yaml");
    opened.client.open(&model, &fs::read_to_string(root.join("nets/pyramid.yaml")).expect("the model"));
    let hints = opened.client.hints(&model);
    let said: Vec<&str> = hints.iter().map(|hint| hint.split_once(' ').expect("a label").1).collect();
    assert!(said[3].starts_with("96×160×160"), "{hints:?}");
    assert!(said[5].starts_with("7×32000 · 686 params"), "{hints:?}");
}

#[test]
fn from_a_row_to_its_class() {
    let mut opened = opened("source_definition");
    assert_eq!(opened.definition("- [-1, 1, WindowMix", 2), "class WindowMix(nn.Module):");
    assert_eq!(opened.definition("1, Residual, [128", 1), "def __init__(self, c1, c2, e=0.5):");
    let params = opened.at("- [-1, 2, Stack", 1);
    let hover = opened.client.request("textDocument/hover", params);
    let text = hover["contents"]["value"].as_str().expect("a text").to_owned();
    for part in [
        "Stack(c1, c2, n=1, e=0.5)",
        "Several residual blocks, and a convolution that joins what each of them made.",
        "[blocks.py:38](file://",
        "`parse_model` ([yolo.py:23](file://",
        "`if m in SCALED:`",
        "- returns `[1, 32, 160, 160]`",
        "14,656 parameters",
        "blocks.py:43",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn own_modules_are_offered_first_with_what_they_take() {
    let mut opened = opened("source_completion");
    let params = opened.at("- [-1, 1, WindowMix", 0);
    let found = opened.client.request("textDocument/completion", params);
    let items = found["items"].as_array().or(found.as_array()).expect("items").clone();
    let labels: Vec<&str> = items.iter().map(|item| item["label"].as_str().expect("a label")).collect();
    for name in ["Pyramid", "WindowMix", "Stack"] {
        assert!(labels.contains(&name), "{labels:?}");
    }
    let place_of = |name: &str| labels.iter().position(|label| *label == name);
    assert!(place_of("Pyramid") < place_of("nn.Conv2d"), "{labels:?}");
    assert!(!labels.contains(&"C3k2"), "{labels:?}");
    let params = opened.at("1, Residual, [128", 1);
    let help = opened.client.request("textDocument/signatureHelp", params);
    assert_eq!(help["signatures"][0]["label"], "Residual [c2, e=0.5]", "{help}");
}

#[test]
fn from_a_class_to_its_rows() {
    let mut opened = opened("source_lens");
    let lenses = opened.client.request("textDocument/codeLens", json!({ "textDocument": { "uri": opened.blocks } }));
    let lenses = lenses.as_array().expect("lenses");
    let title = |lens: &Value| lens["command"]["title"].as_str().expect("a title").to_owned();
    let of_stack = lenses.iter().find(|lens| title(lens).starts_with("rows 2, 9")).expect("the lens of Stack");
    assert!(title(of_stack).starts_with("rows 2, 9 of window.yaml · 9.44k–14.7k params · "), "{of_stack}");
    let line = of_stack["range"]["start"]["line"].as_u64().expect("a line") as usize;
    assert_eq!(opened.python.lines().nth(line), Some("class Stack(nn.Module):"));
    let params = json!({
        "textDocument": { "uri": opened.blocks },
        "position": place(&opened.python, "class Stack", 2),
        "context": { "includeDeclaration": false },
    });
    let rows = opened.client.request("textDocument/references", params);
    let lines: Vec<&str> = rows
        .as_array()
        .expect("places")
        .iter()
        .map(|place| {
            assert_eq!(place["uri"], opened.model);
            let line = place["range"]["start"]["line"].as_u64().expect("a line") as usize;
            opened.text.lines().nth(line).expect("the line").trim()
        })
        .collect();
    assert_eq!(lines, ["- [-1, 2, Stack, [64]] # 2", "- [-1, 1, Stack, [64]] # 9"]);
}

#[test]
fn shapes_stand_in_the_code_of_the_row_in_focus() {
    let mut opened = opened("source_shapes");
    assert_eq!(opened.python_hints(), [""; 0]);
    let of_row = |row: u32, opened: &mut Opened| {
        let arguments = json!([opened.model, row]);
        opened
            .client
            .request("workspace/executeCommand", json!({ "command": "yolint.shapes", "arguments": arguments }));
        opened.python_hints()
    };
    let hints = of_row(4, &mut opened);
    for part in [
        "self.window = window  # 4",
        "self.mix = nn.Linear(window * window, window * window)  # Linear · 272 params",
        "w = self.window  # 4",
        "y = rearrange(x, \"b c (h a) (w d) -> b c h w (a d)\", a=w, d=w)  # [1, 64, 20, 20, 16]",
        "return self.out(y)  # [1, 64, 80, 80] · 4.16k params",
    ] {
        let part = part.replace(" · 4.16k params", "");
        assert!(hints.iter().any(|hint| hint.starts_with(&part)), "{part} in {hints:#?}");
    }
    // A loop shows its first and last round.
    let hints = of_row(2, &mut opened);
    assert!(hints.iter().any(|hint| hint.starts_with("y = block(parts[-1])  # [1, 32, 160, 160] (2×)")), "{hints:#?}");
    // The same again is the end of it.
    assert_eq!(of_row(2, &mut opened), [""; 0]);
}

#[test]
fn branches_that_are_not_taken_are_dimmed_and_the_line_that_fails_is_named() {
    let root = own("source_failing");
    let text = fs::read_to_string(root.join("nets/window.yaml")).expect("the model");
    // A window of 7 doesn't divide 80.
    let text = text.replace("WindowMix, [128]", "WindowMix, [128, 7]");
    let (model, blocks) = (uri(&root, "nets/window.yaml"), uri(&root, "models/blocks.py"));
    let tags = json!({ "valueSet": [1, 2] });
    let capabilities = json!({ "textDocument": { "publishDiagnostics": { "tagSupport": tags } } });
    let mut client = Client::initialized(capabilities, Value::Null);
    let python = fs::read_to_string(root.join("models/blocks.py")).expect("the modules");
    client.open(&model, &text);
    client.open(&blocks, &python);
    client.request("workspace/executeCommand", json!({ "command": "yolint.shapes", "arguments": [model, 4] }));
    let found = client.published("what fails", |params| params["uri"] == blocks);
    let failing = &found["diagnostics"][0];
    let line = failing["range"]["start"]["line"].as_u64().expect("a line") as usize;
    assert!(python.lines().nth(line).expect("the line").contains("rearrange(x,"), "{found}");
    client.request("workspace/executeCommand", json!({ "command": "yolint.shapes", "arguments": [model, 3] }));
    let found = client.published("nothing", |params| params["uri"] == blocks);
    assert_eq!(found["diagnostics"], json!([]), "{found}");
}

#[test]
fn an_edit_of_python_counts_at_once_and_its_undo_leaves_nothing() {
    let mut opened = opened("source_undo");
    let before = opened.client.hints(&opened.model);
    let at = opened.python.find("self.reduce = ConvAct(c1, hidden, 1)").expect("the line")
        + "self.reduce = ConvAct(c1, hidden, ".len();
    let line = opened.python[..at].matches('\n').count() as u32;
    let column = (at - opened.python[..at].rfind('\n').expect("a line") - 1) as u32;
    let blocks = opened.blocks.clone();
    opened.client.change(&blocks, 2, &[(line, column, line, column + 1, "3")]);
    let after = opened.client.hints(&opened.model);
    assert_ne!(after, before);
    // Half-typed it counts as it last was.
    opened.client.change(&blocks, 3, &[(line, column, line, column + 2, "")]);
    assert_eq!(opened.client.hints(&opened.model), after);
    opened.client.change(&blocks, 4, &[(line, column, line, column, "1)")]);
    assert_eq!(opened.client.hints(&opened.model), before);
    assert_eq!(opened.client.last_diagnostics(&opened.model.clone(), 1), [Value::Null; 0]);
}

#[test]
fn other_servers_of_python_are_left_alone() {
    let mut opened = opened("source_quiet");
    let position = place(&opened.python, "class Stack", 2);
    let params = json!({ "textDocument": { "uri": opened.blocks }, "position": position });
    for method in
        ["textDocument/hover", "textDocument/definition", "textDocument/completion", "textDocument/signatureHelp"]
    {
        assert_eq!(opened.client.request(method, params.clone()), Value::Null, "{method}");
    }
    let unheard = json!({ "textDocument": { "uri": "file:///elsewhere/x.py" }, "position": position });
    assert_eq!(opened.client.request("textDocument/hover", unheard), Value::Null);
}

#[test]
fn any_edit_of_python_and_its_undo_leave_nothing() {
    let mut opened = opened("source_edits");
    let before = opened.client.hints(&opened.model);
    let (blocks, lines) = (opened.blocks.clone(), opened.python.lines().count());
    let mut version = 1;
    for n in 0..24 {
        let line = (n * 37 + 11) % lines;
        let text = opened.python.lines().nth(line).expect("the line").to_owned();
        let column = (n * 7) % (text.len() + 1);
        let end = (column + 5).min(text.len());
        let (line, column) = (line as u32, column as u32);
        let typed = ["(", "", "x", "0", "\"", "\n", ":"][n % 7];
        opened.client.change(&blocks, version + 1, &[(line, column, line, end as u32, typed)]);
        opened.client.hints(&opened.model);
        let (end_line, end_column) = match typed {
            "\n" => (line + 1, 0),
            typed => (line, column + typed.len() as u32),
        };
        let removed = &text[column as usize..end];
        opened.client.change(&blocks, version + 2, &[(line, column, end_line, end_column, removed)]);
        assert_eq!(opened.client.hints(&opened.model), before, "edit {n}");
        version += 2;
    }
    assert_eq!(opened.client.last_diagnostics(&opened.model.clone(), 1), [Value::Null; 0]);
}

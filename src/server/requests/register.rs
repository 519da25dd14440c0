//! `yolint.register`: registers a class of an open file of Python with its framework, by edits that the client applies.
//!
//! The arguments are the document's URI, and a name or `{ line }` of the class.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tower_lsp::ls_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, Command, CreateFile, CreateFileOptions, DocumentChangeOperation,
    DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, Position, Range, ResourceOp, TextDocumentEdit,
    TextEdit, Uri, WorkspaceEdit,
};

use crate::register::{self, Registration};
use crate::server::capabilities::{self, REGISTER};
use crate::server::convert;
use crate::server::outbox::{Message, Proposal};
use crate::server::state::State;
use crate::words::{Message as Words, message};

/// The most model files of one name beside each other.
const MOST_FILES: usize = 100;

/// Offers to register the class in a line, if it can be registered and isn't yet.
pub(super) fn actions(
    state: &State,
    uri: &Uri,
    line: u32,
    only: Option<&[CodeActionKind]>,
) -> Option<Vec<CodeActionOrCommand>> {
    let kind = CodeActionKind::REFACTOR_REWRITE;
    if !state.client.applies_edits || !capabilities::is_wanted(only, &kind) {
        return None;
    }
    let document = state.documents.get(uri)?;
    let text = document.python()?;
    let name = class_of(text.lines().nth(line as usize)?)?;
    let source = document.framework().source()?;
    let class = source.class_in(&document.path().to_string_lossy(), name)?;
    let is_registered = source.bound(name).iter().any(|known| known.is_same(&class));
    if is_registered || !class.text().contains("def forward(") {
        return None;
    }
    let title = state.language().say(&message!("register-with", name));
    let arguments = Some(vec![json!(uri), json!(name)]);
    let command = Command { title: title.clone(), command: REGISTER.to_owned(), arguments };
    let action = CodeAction { title, kind: Some(kind), command: Some(command), ..CodeAction::default() };
    Some(vec![CodeActionOrCommand::CodeAction(action)])
}

/// Has the client apply the edits that register a class.
///
/// # Errors
/// A sentence that says why it can't be registered.
pub(super) fn register(state: &State, uri: &Uri, named: Option<&Value>) -> Result<(), Words> {
    let client = state.client;
    if !client.applies_edits {
        return Err(message!("register-no-edits"));
    }
    let document = state.documents.get(uri);
    let (document, text) =
        document.and_then(|document| Some((document, document.python()?))).ok_or(message!("register-open-first"))?;
    let line = named.and_then(|named| named["line"].as_u64());
    let name = match (named.and_then(Value::as_str), line) {
        (Some(name), _) => Some(name.to_owned()),
        (None, line) => class_at(&text, line.unwrap_or_default() as usize).map(str::to_owned),
    };
    let name = name.ok_or(message!("register-no-class-here"))?;
    let path = document.path();
    let file = document.path().file_name().unwrap_or_default().to_string_lossy();
    let Some(source) = document.framework().source() else {
        return Err(message!("register-no-framework", file));
    };
    let class = source.class_in(&path.to_string_lossy(), &name);
    let class = class.ok_or_else(|| message!("register-no-class", name, file))?;
    let registration = register::register(source, &class, None)?;
    let model = new_file(&folder_of_models(state, path), &name);
    state.say(Message::Propose(proposal(state, &registration, model.as_deref())));
    Ok(())
}

/// The edits, and what is said and shown after them.
fn proposal(state: &State, registration: &Registration, model: Option<&Path>) -> Proposal {
    let client = state.client;
    let mut edits: Vec<(Uri, Vec<TextEdit>)> = Vec::new();
    for file in &registration.files {
        let Some(uri) = Uri::from_file_path(&file.file.path) else { continue };
        edits.push((uri, convert::text_edits(&file.file, &file.edits, client.encoding)));
    }
    let mut said = registration.done.clone();
    let model = model.filter(|_| client.creates_files).and_then(|path| Some((path, Uri::from_file_path(path)?)));
    let row = registration.line();
    match &model {
        Some((path, _)) => {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            said.push(message!("registered-row", row = registration.row, name));
        }
        None => said.push(message!("registered-can-be", row = row.1)),
    }
    let shown =
        model.as_ref().map(|(_, uri)| (uri.clone(), Range::new(Position::new(row.0, 0), Position::new(row.0, 0))));
    let edit = match model {
        None if !client.versioned_edits => WorkspaceEdit::new(edits.into_iter().collect()),
        model => {
            let create = model.as_ref().map(|(_, uri)| {
                let options = CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(false) };
                let create = CreateFile { uri: uri.clone(), options: Some(options), annotation_id: None };
                DocumentChangeOperation::Op(ResourceOp::Create(create))
            });
            let text = TextEdit::new(Range::default(), registration.yaml.clone());
            edits.extend(model.map(|(_, uri)| (uri, vec![text])));
            let edit = |(uri, edits): (Uri, Vec<TextEdit>)| {
                DocumentChangeOperation::Edit(TextDocumentEdit {
                    text_document: OptionalVersionedTextDocumentIdentifier { uri, version: None },
                    edits: edits.into_iter().map(OneOf::Left).collect(),
                })
            };
            let operations = create.into_iter().chain(edits.into_iter().map(edit)).collect();
            let changes = DocumentChanges::Operations(operations);
            WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() }
        }
    };
    Proposal {
        edit,
        said: state.language().say(&joined(said)),
        language: state.language(),
        shown: shown.filter(|_| client.shows_documents),
    }
}

/// Sentences, one after the other.
fn joined(sentences: Vec<Words>) -> Words {
    sentences.into_iter().reduce(|first, next| message!("then", first, next)).unwrap_or_else(|| "".into())
}

/// The folder of the model in focus, if it is read with a framework's source; otherwise that of the class.
fn folder_of_models(state: &State, path: &Path) -> PathBuf {
    let models = state.documents.values().filter(|document| document.is_model && document.has_source());
    let last = models.max_by_key(|document| document.looked_at);
    let path = last.map_or(path, |document| document.path());
    path.parent().unwrap_or(Path::new("")).to_owned()
}

/// A path for a model file that uses a class, where nothing is yet: `block.yaml`, `block-2.yaml`.
fn new_file(folder: &Path, class: &str) -> Option<PathBuf> {
    let stem = class.to_lowercase();
    let further = (2..MOST_FILES).map(|n| format!("{stem}-{n}.yaml"));
    let names = std::iter::once(format!("{stem}.yaml")).chain(further);
    names.map(|name| folder.join(name)).find(|path| !path.exists())
}

/// The name of the class that a line begins.
fn class_of(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("class ")?.trim_start();
    let name = rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next()?;
    (!name.is_empty()).then_some(name)
}

/// The class at the top level of a text that a line belongs to.
fn class_at(text: &str, line: usize) -> Option<&str> {
    let lines: Vec<&str> = text.lines().take(line + 1).collect();
    let is_top_level =
        |line: &&&str| line.starts_with(|c: char| !c.is_whitespace() && !matches!(c, '#' | ')' | ']' | '}'));
    lines.iter().rev().find(is_top_level).and_then(|line| class_of(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_class_of_a_line() {
        let text = "import torch\n\nclass One(nn.Module):\n    x = 1\n\n# two\nclass Two:\n    def f(self):\n        pass\n\ny = 1\n";
        let of = |line| class_at(text, line);
        assert_eq!(
            [of(0), of(2), of(3), of(5), of(8), of(10)],
            [None, Some("One"), Some("One"), Some("One"), Some("Two"), None]
        );
    }

    #[test]
    fn a_file_that_is_there_stays() {
        let folder = std::env::temp_dir().join(format!("yolint-register-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        assert_eq!(new_file(&folder, "Block"), Some(folder.join("block.yaml")));
        std::fs::write(folder.join("block.yaml"), "").unwrap();
        assert_eq!(new_file(&folder, "Block"), Some(folder.join("block-2.yaml")));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}

//! The code action that registers a class: offered on the line that names it in a file of Python.

use tower_lsp::ls_types::{
    CodeAction, CodeActionOrCommand, CodeActionParams, CreateFile, CreateFileOptions, DocumentChangeOperation,
    DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, Position, Range, ResourceOp, TextDocumentEdit,
    TextEdit, Uri, WorkspaceEdit,
};

use crate::ide::actions::Kind;
use crate::register::{Registration, register};
use crate::server::capabilities::{code_action_kind, is_wanted};
use crate::server::convert::text_edits;
use crate::server::state::State;

pub(super) fn actions(state: &mut State, params: &CodeActionParams) -> Option<Vec<CodeActionOrCommand>> {
    let kind = code_action_kind(Kind::Rewrite);
    if !is_wanted(params.context.only.as_deref(), &kind) {
        return None;
    }
    let uri = &params.text_document.uri;
    let path = uri.to_file_path()?.into_owned();
    // Nothing is read for a place that isn't a class's.
    let text = state.project.files.text(&path)?;
    let line = text.lines().nth(params.range.start.line as usize)?;
    let name: String = line.strip_prefix("class ")?.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let model = path.with_file_name(format!("{}.yaml", name.to_lowercase()));
    let settings = state.settings_of(uri, &model);
    let source = settings.framework.dialect.source()?;
    let class = source.classes_called(&name).into_iter().find(|class| *class.file.path == *path.to_string_lossy())?;
    if source.bound(&name).pop().is_some_and(|known| known.is_same(&class)) {
        return None;
    }
    let registration = register(source, &class, None).ok()?;
    // What is there isn't written over.
    if model.exists() {
        return None;
    }
    let edit = Some(workspace_edit(state, &registration, &Uri::from_file_path(&model)?)?);
    let title = format!("Register `{name}`, and write {}", model.file_name()?.to_string_lossy());
    Some(vec![CodeActionOrCommand::CodeAction(CodeAction { title, kind: Some(kind), edit, ..CodeAction::default() })])
}

/// The edits of the framework's files, and a new file; none for a client that can't make files.
fn workspace_edit(state: &State, registration: &Registration, model: &Uri) -> Option<WorkspaceEdit> {
    if !state.client.creates_files {
        return None;
    }
    let document = |uri: Uri, edits: Vec<TextEdit>| TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier { uri, version: None },
        edits: edits.into_iter().map(OneOf::Left).collect(),
    };
    let mut changes = Vec::new();
    for other in &registration.files {
        let uri = Uri::from_file_path(&other.file.path)?;
        let edits = text_edits(&other.file, &other.edits, state.client.encoding);
        changes.push(DocumentChangeOperation::Edit(document(uri, edits)));
    }
    let options = CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(true) };
    let create = CreateFile { uri: model.clone(), options: Some(options), annotation_id: None };
    changes.push(DocumentChangeOperation::Op(ResourceOp::Create(create)));
    let start = Position::new(0, 0);
    let text = TextEdit::new(Range::new(start, start), registration.yaml.clone());
    changes.push(DocumentChangeOperation::Edit(document(model.clone(), vec![text])));
    Some(WorkspaceEdit { document_changes: Some(DocumentChanges::Operations(changes)), ..WorkspaceEdit::default() })
}

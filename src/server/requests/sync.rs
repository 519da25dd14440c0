//! Documents that are opened, changed, saved and closed.

use tower_lsp::ls_types::{
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams,
    PublishDiagnosticsParams,
};

use crate::server::documents::{self, Document};
use crate::server::outbox::Message;
use crate::server::state::State;

pub(super) fn did_open(state: &mut State, params: DidOpenTextDocumentParams) {
    let item = params.text_document;
    // Not every client watches the files that settings come from.
    state.project.forget();
    let settings = state.settings_of(&item.uri, &documents::path(&item.uri));
    let mut document = Document::new(&item, settings);
    // Looked at right away: what is opened as a model file is one, however soon it is edited.
    document.file();
    let python = document.python();
    state.documents.insert(item.uri.clone(), document);
    if python.is_some() {
        state.set_python(&documents::path(&item.uri), python);
    }
}

pub(super) fn did_change(state: &mut State, params: DidChangeTextDocumentParams) {
    let encoding = state.client.encoding;
    let Some(document) = state.documents.get_mut(&params.text_document.uri) else { return };
    for change in &params.content_changes {
        document.change(change, encoding);
    }
    document.version = params.text_document.version;
    let (path, python) = (document.path().to_owned(), document.python());
    match python.is_some() {
        true => state.set_python(&path, python),
        false => state.document_changed(&params.text_document.uri),
    }
}

/// A document's content comes from the editor, not from the disk; settings come from the disk.
pub(super) fn did_save(state: &mut State, params: DidSaveTextDocumentParams) {
    state.files_changed([&params.text_document.uri]);
    state.head_moved(|uri| *uri == params.text_document.uri);
}

pub(super) fn did_close(state: &mut State, params: DidCloseTextDocumentParams) {
    let uri = params.text_document.uri;
    let document = state.documents.remove(&uri);
    if let Some(document) = document.as_ref().filter(|document| document.python().is_some()) {
        state.set_python(document.path(), None);
    }
    let was_model = document.is_some_and(|document| document.is_model);
    if was_model && !state.client.pulls_diagnostics {
        state.say(Message::Diagnostics(PublishDiagnosticsParams::new(uri, Vec::new(), None)));
    }
}

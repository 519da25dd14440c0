//! Workspace symbols: the model files of the workspace's folders.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use ignore::WalkBuilder;
use tokio::sync::oneshot::Sender;
use tower_lsp::ls_types::{
    Location, Range, SymbolInformation, SymbolKind, Uri, WorkspaceSymbolParams, WorkspaceSymbolResponse,
};

use super::diagnostics::{MAX_BYTES, MAX_ENTRIES, is_yaml};
use super::settings;
use super::state::State;
use crate::config::Config;
use crate::{model, syntax};

/// Answers the model files whose names hold the query, on a thread of its own: edits don't wait for the disk.
pub(super) fn symbols(state: &State, params: WorkspaceSymbolParams, reply: Sender<WorkspaceSymbolResponse>) {
    let (folders, editor) = (state.folders.clone(), state.settings.clone());
    let query = params.query.to_lowercase();
    // Where no thread can be had, the dropped reply is answered as an error.
    let _ = thread::Builder::new().name("symbols".to_owned()).stack_size(super::STACK_BYTES).spawn(move || {
        let entries = folders.iter().flat_map(|folder| WalkBuilder::new(folder).sort_by_file_path(Ord::cmp).build());
        let paths = entries.take(MAX_ENTRIES).filter_map(Result::ok).map(ignore::DirEntry::into_path);
        let mut files = Vec::new();
        for path in paths.take_while(|_| !reply.is_closed()) {
            let is_named = path.file_name().is_some_and(|name| name.to_string_lossy().to_lowercase().contains(&query));
            if is_named && is_yaml(&path) && is_model_file(&path, &editor) {
                files.extend(symbol(&path));
            }
        }
        let _ = reply.send(WorkspaceSymbolResponse::Flat(files));
    });
}

fn is_model_file(path: &Path, editor: &Config) -> bool {
    if let Some(chosen) = editor.or(&settings::of_project(path).0).is_model_file(path) {
        return chosen;
    }
    let is_small = fs::metadata(path).is_ok_and(|metadata| metadata.len() <= MAX_BYTES);
    let text = is_small.then(|| fs::read_to_string(path).ok()).flatten();
    text.is_some_and(|text| model::is_model_file(&syntax::parse(&text).tree))
}

#[expect(deprecated, reason = "the struct can't be made without its deprecated field")]
fn symbol(path: &PathBuf) -> Option<SymbolInformation> {
    Some(SymbolInformation {
        name: path.file_stem()?.to_string_lossy().into_owned(),
        kind: SymbolKind::FILE,
        tags: None,
        deprecated: None,
        location: Location::new(Uri::from_file_path(path)?, Range::default()),
        container_name: path.parent().map(|folder| folder.to_string_lossy().into_owned()),
    })
}

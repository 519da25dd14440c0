//! The workspace: its settings, files and folders, and the model files in these.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use tokio::sync::oneshot::Sender;
use tower_lsp::ls_types::{
    DidChangeConfigurationParams, DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams, Location, Range,
    SymbolInformation, SymbolKind, Uri, WorkspaceFolder, WorkspaceSymbolParams, WorkspaceSymbolResponse,
};

use super::diagnostics::{MAX_ENTRIES, is_yaml};
use crate::project::{self, Project};
use crate::server::outbox::Message;
use crate::server::state::State;
use crate::server::{background, settings};
use crate::{model, syntax};

pub(super) fn did_change_configuration(state: &mut State, params: DidChangeConfigurationParams) {
    match settings::section(&params.settings) {
        _ if state.client.has_settings => state.say(Message::PullSettings),
        Some(section) => state.configure(section),
        // What changed isn't known, so everything is looked at.
        None => state.reconfigure(),
    }
}

/// Settings files are watched, and those that may be baselines of budgets.
pub(super) fn did_change_watched_files(state: &mut State, params: DidChangeWatchedFilesParams) {
    state.files_changed(params.changes.iter().map(|change| &change.uri));
}

pub(super) fn did_change_folders(state: &mut State, params: DidChangeWorkspaceFoldersParams) {
    let path = |folder: &WorkspaceFolder| folder.uri.to_file_path().map(Cow::into_owned);
    let removed: Vec<PathBuf> = params.event.removed.iter().filter_map(path).collect();
    let folders = &mut state.project.surroundings.workspace;
    folders.retain(|folder| !removed.contains(folder));
    folders.extend(params.event.added.iter().filter_map(path));
    state.reconfigure();
}

/// Answers the model files whose names hold the query, on a thread of its own: edits don't wait for the disk.
pub(super) fn symbols(state: &mut State, params: WorkspaceSymbolParams, reply: Sender<WorkspaceSymbolResponse>) {
    let mut project = state.project.fresh();
    let folders = project.surroundings.workspace.clone();
    let query = params.query.to_lowercase();
    // Where no thread can be had, the dropped reply is answered as an error.
    let _ = background::spawn("symbols", move || {
        let entries = folders.iter().flat_map(|folder| WalkBuilder::new(folder).sort_by_file_path(Ord::cmp).build());
        let paths = entries.take(MAX_ENTRIES).filter_map(Result::ok).map(ignore::DirEntry::into_path);
        let mut files = Vec::new();
        for path in paths.take_while(|_| !reply.is_closed()) {
            let is_named = path.file_name().is_some_and(|name| name.to_string_lossy().to_lowercase().contains(&query));
            if is_named && is_yaml(&path) && is_model_file(&path, &mut project) {
                files.extend(symbol(&path));
            }
        }
        let _ = reply.send(WorkspaceSymbolResponse::Flat(files));
    });
}

fn is_model_file(path: &Path, project: &mut Project) -> bool {
    let Some((settings, text)) = project.unopened(path).zip(project::read_unasked(path)) else { return false };
    settings.is_model == Some(true) || model::is_model_file(&syntax::parse(&text).tree)
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

//! Diagnostics that the client asks for: of a document, and of all model files of its folders.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use ignore::WalkBuilder;
use serde_json::{Value, json};
use tokio::sync::oneshot::Sender;
use tower_lsp::ls_types::{
    Diagnostic, DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportResult,
    FullDocumentDiagnosticReport, ProgressToken, RelatedFullDocumentDiagnosticReport,
    RelatedUnchangedDocumentDiagnosticReport, UnchangedDocumentDiagnosticReport, Uri, WorkspaceDiagnosticParams,
    WorkspaceDiagnosticReport, WorkspaceDiagnosticReportResult, WorkspaceDocumentDiagnosticReport,
    WorkspaceFullDocumentDiagnosticReport, WorkspaceUnchangedDocumentDiagnosticReport,
};

use crate::ide::ModelFile;
use crate::project::{self, FileSettings, Project};
use crate::server::capabilities::ClientCapabilities;
use crate::server::outbox::{Message, Outbox};
use crate::server::reported::{Known, Reported};
use crate::server::state::State;
use crate::server::{background, convert};
use crate::text::SourceFile;
use crate::words::message;

/// How often a client that takes parts of an answer gets one.
const PART: Duration = Duration::from_millis(500);

/// The most files and folders that are visited.
pub(super) const MAX_ENTRIES: usize = 200_000;

/// The findings in a document; if they are those of the client's previous request, only that they are unchanged.
pub(super) fn of_document(state: &mut State, params: DocumentDiagnosticParams) -> DocumentDiagnosticReportResult {
    let items = state.diagnostics(&params.text_document.uri).map(|(_, items)| items).unwrap_or_default();
    let result_id = result_id(&items);
    let report = if params.previous_result_id.as_ref() == Some(&result_id) {
        DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
            related_documents: None,
            unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id },
        })
    } else {
        DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
            related_documents: None,
            full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id: Some(result_id), items },
        })
    };
    report.into()
}

/// Answers what is found in all model files of the workspace, on a thread of its own: edits don't wait for the disk.
///
/// Of open documents their text in the editor counts. A client that takes parts of the answer sees the first findings of a
/// large repository long before the last.
pub(super) fn of_workspace(
    state: &mut State,
    params: WorkspaceDiagnosticParams,
    reply: Sender<WorkspaceDiagnosticReportResult>,
) {
    let search = Search {
        open: state.all_diagnostics(),
        project: state.project.fresh(),
        client: state.client,
        previous: params.previous_result_ids.into_iter().map(|id| (id.uri, id.value)).collect(),
        parts: params.partial_result_params.partial_result_token,
        progress: params.work_done_progress_params.work_done_token,
        // Whoever isn't told of files that change looks at all of them.
        reported: state.client.watches_files.then(|| (state.reported.clone(), state.changes)),
        outbox: state.outbox(),
    };
    // Where no thread can be had, the dropped reply is answered as an error.
    let _ = background::spawn("workspace", move || {
        if let Some(report) = search.run(&reply) {
            let _ = reply.send(report.into());
        }
    });
}

struct Search {
    open: BTreeMap<Uri, (i32, Vec<Diagnostic>)>,
    project: Project,
    client: ClientCapabilities,
    previous: HashMap<Uri, String>,
    /// The client's token for parts of the answer, if it takes any.
    parts: Option<ProgressToken>,
    /// What the client calls the progress of the work, if it shows that.
    progress: Option<ProgressToken>,
    /// What was reported before, and how often what files are read with had changed when the client asked.
    reported: Option<(Reported, u64)>,
    outbox: Outbox,
}

impl Search {
    /// The report, without the parts that were sent before; none if nobody waits for it any more.
    fn run(mut self, reply: &Sender<WorkspaceDiagnosticReportResult>) -> Option<WorkspaceDiagnosticReport> {
        let mut seen = BTreeSet::new();
        let mut items = Vec::new();
        for (uri, (version, found)) in std::mem::take(&mut self.open) {
            items.push(self.report(uri.clone(), Some(version), found));
            seen.insert(uri);
        }
        let folders = self.project.surroundings.workspace.clone();
        let entries = folders.iter().flat_map(|folder| WalkBuilder::new(folder).sort_by_file_path(Ord::cmp).build());
        let paths = entries.take(MAX_ENTRIES).filter_map(Result::ok).map(ignore::DirEntry::into_path);
        let paths: Vec<PathBuf> = paths.take_while(|_| !reply.is_closed()).filter(|path| is_yaml(path)).collect();
        self.tell_progress(json!({ "kind": "begin", "title": "yolint", "percentage": 0 }));
        let mut told = Instant::now();
        for (i, path) in paths.iter().enumerate() {
            if reply.is_closed() {
                self.tell_progress(json!({ "kind": "end" }));
                return None;
            }
            let Some(uri) = Uri::from_file_path(path).filter(|uri| !seen.contains(uri)) else { continue };
            if let Some(report) = self.of_file(path, &uri) {
                items.push(report);
                seen.insert(uri);
            }
            if told.elapsed() >= PART {
                told = Instant::now();
                self.tell(&mut items);
                let message = self.project.language().say(&message!("files-of", n = i + 1, count = paths.len()));
                let percentage = 100 * (i + 1) / paths.len();
                self.tell_progress(json!({ "kind": "report", "message": message, "percentage": percentage }));
            }
        }
        self.tell_progress(json!({ "kind": "end" }));
        // What was reported of a file that is gone is taken back.
        let gone: BTreeSet<&Uri> = self.previous.keys().filter(|uri| !seen.contains(uri)).collect();
        items.extend(gone.into_iter().map(|uri| self.report(uri.clone(), None, Vec::new())));
        self.tell(&mut items);
        Some(WorkspaceDiagnosticReport { items })
    }

    /// Tells a client that takes parts what was found since the last one.
    fn tell(&self, items: &mut Vec<WorkspaceDocumentDiagnosticReport>) {
        if let Some(token) = self.parts.as_ref().filter(|_| !items.is_empty()) {
            self.send(token, json!({ "items": std::mem::take(items) }));
        }
    }

    fn tell_progress(&self, value: Value) {
        if let Some(token) = &self.progress {
            self.send(token, value);
        }
    }

    fn send(&self, token: &ProgressToken, value: Value) {
        // Nobody listens any more when the server ends.
        let _ = self.outbox.send(Message::Part(json!({ "token": token, "value": value })));
    }

    /// What is found in a file; none if it is no model file. One that was reported, and the client knows as it is, isn't
    /// looked at again.
    fn of_file(&mut self, path: &Path, uri: &Uri) -> Option<WorkspaceDocumentDiagnosticReport> {
        let settings = self.project.unopened(path)?;
        let metadata = fs::metadata(path).ok()?;
        let Some((reported, changes)) = self.reported.clone() else {
            return Some(self.report(uri.clone(), None, self.found(path, uri, &settings)?));
        };
        let known = Known::new(&metadata, hash(&format!("{:?}", settings.request)), changes);
        let before = reported.lock().unwrap_or_else(PoisonError::into_inner).remove(path);
        let (report, result_id) = match before {
            Some((then, result_id)) if then == known && self.previous.get(uri) == Some(&result_id) => {
                (unchanged(uri.clone(), None, result_id.clone()), result_id)
            }
            _ => {
                let found = self.found(path, uri, &settings)?;
                let result_id = result_id(&found);
                (self.report(uri.clone(), None, found), result_id)
            }
        };
        reported.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), (known, result_id));
        Some(report)
    }

    fn found(&self, path: &Path, uri: &Uri, settings: &FileSettings) -> Option<Vec<Diagnostic>> {
        let source = SourceFile::new(path, project::read_unasked(path)?);
        let file = ModelFile::read(source, &settings.request, settings.is_model == Some(true))?;
        Some(convert::diagnostics(&file, uri, None, &self.client))
    }

    fn report(&self, uri: Uri, version: Option<i32>, items: Vec<Diagnostic>) -> WorkspaceDocumentDiagnosticReport {
        let (result_id, version) = (result_id(&items), version.map(i64::from));
        if self.previous.get(&uri) == Some(&result_id) {
            return unchanged(uri, version, result_id);
        }
        let report = FullDocumentDiagnosticReport { result_id: Some(result_id), items };
        WorkspaceFullDocumentDiagnosticReport { uri, version, full_document_diagnostic_report: report }.into()
    }
}

fn unchanged(uri: Uri, version: Option<i64>, result_id: String) -> WorkspaceDocumentDiagnosticReport {
    let unchanged_document_diagnostic_report = UnchangedDocumentDiagnosticReport { result_id };
    WorkspaceUnchangedDocumentDiagnosticReport { uri, version, unchanged_document_diagnostic_report }.into()
}

/// Whether a path is a file whose name ends as those of YAML files do.
pub(super) fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "yaml" || e == "yml") && path.is_file()
}

/// A name for a list of diagnostics: equal lists have equal names.
fn result_id(items: &[Diagnostic]) -> String {
    format!("{:016x}", hash(&serde_json::to_string(items).unwrap_or_default()))
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

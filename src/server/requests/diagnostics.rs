//! Diagnostics that the client asks for: of a document, and of all model files of its folders.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use ignore::WalkBuilder;
use tokio::sync::oneshot::Sender;
use tower_lsp::ls_types::{
    Diagnostic, DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportResult,
    FullDocumentDiagnosticReport, RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport,
    UnchangedDocumentDiagnosticReport, Uri, WorkspaceDiagnosticParams, WorkspaceDiagnosticReport,
    WorkspaceDiagnosticReportResult, WorkspaceDocumentDiagnosticReport, WorkspaceFullDocumentDiagnosticReport,
    WorkspaceUnchangedDocumentDiagnosticReport,
};

use crate::config::Config;
use crate::ide::ModelFile;
use crate::project::Project;
use crate::server::capabilities::ClientCapabilities;
use crate::server::state::State;
use crate::server::{background, convert};
use crate::text::SourceFile;

/// The largest file that is read from the disk unasked.
pub(super) const MAX_BYTES: u64 = 1 << 20;

/// The most files and folders that are looked at.
pub(super) const MAX_ENTRIES: usize = 200_000;

/// What is found in a document; a few words where nothing has changed since the client asked before.
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
/// Of open documents their text in the editor counts.
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
}

impl Search {
    /// The report; none where nobody waits for it any more.
    fn run(mut self, reply: &Sender<WorkspaceDiagnosticReportResult>) -> Option<WorkspaceDiagnosticReport> {
        let mut found: BTreeMap<Uri, (Option<i32>, Vec<Diagnostic>)> =
            std::mem::take(&mut self.open).into_iter().map(|(uri, (v, items))| (uri, (Some(v), items))).collect();
        let folders = self.project.surroundings.workspace.clone();
        let entries = folders.iter().flat_map(|folder| WalkBuilder::new(folder).build());
        for path in entries.take(MAX_ENTRIES).filter_map(Result::ok).map(ignore::DirEntry::into_path) {
            if reply.is_closed() {
                return None;
            }
            if !is_yaml(&path) {
                continue;
            }
            let Some(uri) = Uri::from_file_path(&path).filter(|uri| !found.contains_key(uri)) else { continue };
            if let Some(items) = self.of_file(&path, &uri) {
                found.insert(uri, (None, items));
            }
        }
        // What was reported of a file that is gone is taken back.
        for uri in self.previous.keys() {
            found.entry(uri.clone()).or_default();
        }
        let items = found.into_iter().map(|(uri, (version, items))| self.report(uri, version, items)).collect();
        Some(WorkspaceDiagnosticReport { items })
    }

    fn of_file(&mut self, path: &Path, uri: &Uri) -> Option<Vec<Diagnostic>> {
        let (settings, _) = self.project.settings(path, &Config::default());
        if settings.is_model == Some(false) || fs::metadata(path).ok()?.len() > MAX_BYTES {
            return None;
        }
        let source = SourceFile::new(path, fs::read_to_string(path).ok()?);
        let file = ModelFile::read(source, &settings.request, settings.is_model == Some(true))?;
        Some(convert::diagnostics(&file, uri, None, &self.client))
    }

    fn report(&self, uri: Uri, version: Option<i32>, items: Vec<Diagnostic>) -> WorkspaceDocumentDiagnosticReport {
        let (result_id, version) = (result_id(&items), version.map(i64::from));
        if self.previous.get(&uri) == Some(&result_id) {
            let report = UnchangedDocumentDiagnosticReport { result_id };
            return WorkspaceUnchangedDocumentDiagnosticReport {
                uri,
                version,
                unchanged_document_diagnostic_report: report,
            }
            .into();
        }
        let report = FullDocumentDiagnosticReport { result_id: Some(result_id), items };
        WorkspaceFullDocumentDiagnosticReport { uri, version, full_document_diagnostic_report: report }.into()
    }
}

/// Whether a path is a file whose name ends as those of YAML files do.
pub(super) fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "yaml" || e == "yml") && path.is_file()
}

/// A name for a list of diagnostics: equal lists have equal names.
fn result_id(items: &[Diagnostic]) -> String {
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(items).unwrap_or_default().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

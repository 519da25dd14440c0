//! What the client asks for, handed over to the main loop.
//!
//! The transport runs handlers side by side, but starts them in the order of arrival: that order is kept as long as
//! nothing is awaited before the hand-over.

use std::future::Future;
use std::sync::mpsc::Sender;

use serde_json::Value;
use tokio::sync::oneshot;
use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{
    CallHierarchyIncomingCall, CallHierarchyIncomingCallsParams, CallHierarchyItem, CallHierarchyOutgoingCall,
    CallHierarchyOutgoingCallsParams, CallHierarchyPrepareParams, CodeActionOrCommand, CodeActionParams, CodeLens,
    CodeLensParams, CompletionParams, CompletionResponse, DidChangeConfigurationParams, DidChangeTextDocumentParams,
    DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, DidSaveTextDocumentParams, DocumentDiagnosticParams, DocumentDiagnosticReportResult,
    DocumentHighlight, DocumentHighlightParams, DocumentLink, DocumentLinkParams, DocumentSymbolParams,
    DocumentSymbolResponse, ExecuteCommandParams, FoldingRange, FoldingRangeParams, GotoDefinitionParams,
    GotoDefinitionResponse, Hover, HoverParams, InitializeParams, InitializeResult, InitializedParams, InlayHint,
    InlayHintParams, LinkedEditingRangeParams, LinkedEditingRanges, Location, ReferenceParams, SelectionRange,
    SelectionRangeParams, SignatureHelp, SignatureHelpParams, WorkspaceDiagnosticParams,
    WorkspaceDiagnosticReportResult, WorkspaceSymbolParams, WorkspaceSymbolResponse,
};

use super::diagnostics;
use super::main_loop::Work;
use super::state::State;
use super::status::{self, DocumentParams};
use super::{graph, reading, session, workspace};

/// The handlers of all requests and notifications.
pub(super) struct Handlers {
    work: Sender<Work>,
}

impl Handlers {
    /// Handlers that hand over to the main loop behind `work`.
    pub(super) fn new(work: Sender<Work>) -> Handlers {
        Handlers { work }
    }

    fn tell(&self, work: impl FnOnce(&mut State) + Send + 'static) {
        // The main loop ends only with the process.
        let _ = self.work.send(Box::new(work));
    }

    /// The answer of the main loop; an internal error where it panicked.
    fn ask<T, A>(&self, answer: A) -> impl Future<Output = Result<T>> + Send + use<T, A>
    where
        T: Send + 'static,
        A: FnOnce(&mut State) -> T + Send + 'static,
    {
        let (reply, answered) = oneshot::channel();
        self.tell(move |state| {
            // Nobody waits for the answer to a request that was cancelled.
            if !reply.is_closed() {
                let _ = reply.send(answer(state));
            }
        });
        async { answered.await.map_err(|_| Error::internal_error()) }
    }

    pub(super) async fn status(&self, params: DocumentParams) -> Result<Value> {
        self.ask(move |state| status::status(state, &params)).await
    }

    pub(super) async fn graph(&self, params: DocumentParams) -> Result<Value> {
        self.ask(move |state| graph::graph(state, &params)).await
    }
}

impl LanguageServer for Handlers {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        self.ask(move |state| state.initialize(&params)).await
    }

    async fn initialized(&self, _: InitializedParams) {
        self.tell(State::initialized);
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        self.tell(move |state| state.did_open(params.text_document));
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        self.tell(move |state| state.did_change(&params));
    }

    /// What is known of a document comes from its text in the editor, not from the disk; settings come from the disk.
    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        self.tell(move |state| state.did_save(&params.text_document.uri));
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        self.tell(move |state| state.did_change_configuration(&params.settings));
    }

    /// Settings files are watched, and those that may be baselines of budgets.
    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        self.tell(move |state| state.files_changed(params.changes.iter().map(|change| &change.uri)));
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        self.tell(move |state| state.did_change_workspace_folders(&params.event));
    }

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        self.ask(move |state| diagnostics::of_document(state, params)).await
    }

    async fn workspace_diagnostic(&self, params: WorkspaceDiagnosticParams) -> Result<WorkspaceDiagnosticReportResult> {
        let (reply, answered) = oneshot::channel();
        self.tell(move |state| diagnostics::of_workspace(state, params, reply));
        answered.await.map_err(|_| Error::internal_error())
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.tell(move |state| state.did_close(params.text_document.uri));
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        self.ask(move |state| state.inlay_hints(&params)).await
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<Vec<CodeActionOrCommand>>> {
        self.ask(move |state| state.code_actions(&params)).await
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        self.ask(move |state| state.completions(&params)).await
    }

    async fn signature_help(&self, params: SignatureHelpParams) -> Result<Option<SignatureHelp>> {
        self.ask(move |state| state.signature_help(&params)).await
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        self.ask(move |state| reading::hover(state, &params.text_document_position_params)).await
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        self.ask(move |state| reading::definition(state, params.text_document_position_params)).await
    }

    async fn references(&self, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
        self.ask(move |state| reading::references(state, params)).await
    }

    async fn document_highlight(&self, params: DocumentHighlightParams) -> Result<Option<Vec<DocumentHighlight>>> {
        self.ask(move |state| reading::highlights(state, &params.text_document_position_params)).await
    }

    async fn linked_editing_range(&self, params: LinkedEditingRangeParams) -> Result<Option<LinkedEditingRanges>> {
        self.ask(move |state| reading::linked(state, &params.text_document_position_params)).await
    }

    async fn document_symbol(&self, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
        self.ask(move |state| reading::symbols(state, params)).await
    }

    async fn prepare_call_hierarchy(
        &self,
        params: CallHierarchyPrepareParams,
    ) -> Result<Option<Vec<CallHierarchyItem>>> {
        self.ask(move |state| reading::prepare_calls(state, params)).await
    }

    async fn incoming_calls(
        &self,
        params: CallHierarchyIncomingCallsParams,
    ) -> Result<Option<Vec<CallHierarchyIncomingCall>>> {
        self.ask(move |state| reading::incoming_calls(state, &params.item)).await
    }

    async fn outgoing_calls(
        &self,
        params: CallHierarchyOutgoingCallsParams,
    ) -> Result<Option<Vec<CallHierarchyOutgoingCall>>> {
        self.ask(move |state| reading::outgoing_calls(state, &params.item)).await
    }

    async fn folding_range(&self, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
        self.ask(move |state| reading::folds(state, &params)).await
    }

    async fn selection_range(&self, params: SelectionRangeParams) -> Result<Option<Vec<SelectionRange>>> {
        self.ask(move |state| reading::selections(state, &params)).await
    }

    async fn document_link(&self, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
        self.ask(move |state| reading::links(state, &params)).await
    }

    async fn inlay_hint_resolve(&self, hint: InlayHint) -> Result<InlayHint> {
        self.ask(move |state| state.resolve_hint(hint)).await
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        self.ask(move |state| session::lenses(state, &params)).await
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<Value>> {
        self.ask(move |state| session::execute(state, &params)).await?
    }

    async fn symbol(&self, params: WorkspaceSymbolParams) -> Result<Option<WorkspaceSymbolResponse>> {
        let (reply, answered) = oneshot::channel();
        self.tell(move |state| workspace::symbols(state, params, reply));
        answered.await.map(Some).map_err(|_| Error::internal_error())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use tokio::runtime::Builder;

    use super::*;
    use crate::server::{main_loop, outbox};

    #[test]
    fn a_panic_is_answered_as_an_error_and_logged() {
        let (work, queue) = mpsc::channel();
        let (outbox, mut outgoing) = outbox::channel();
        let main_loop = thread::spawn(move || main_loop::run(&queue, &mut State::new(outbox)));
        let handlers = Handlers::new(work);
        let runtime = Builder::new_current_thread().build().unwrap();
        let answer = runtime.block_on(handlers.ask::<(), _>(|_| panic!("on purpose")));
        assert_eq!(answer, Err(Error::internal_error()));
        assert_eq!(runtime.block_on(handlers.ask(|_| 1)), Ok(1));
        drop(handlers);
        main_loop.join().unwrap();
        assert!(matches!(outgoing.try_recv(), Ok(outbox::Message::Log(_))));
    }
}

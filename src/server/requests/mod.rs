//! Requests of the client: each request and notification is handed to the main loop, which calls its function with its
//! parameters. The functions are in the files of this folder, by topic, all as `fn(&mut State, Params)`.
//!
//! The transport runs handlers side by side, but starts them in the order of arrival: that order is kept as long as
//! nothing is awaited before the hand-over.

mod commands;
mod complete;
mod diagnostics;
mod edit;
mod graph;
mod lens;
mod navigate;
mod outline;
mod python;
mod register;
mod session;
mod settings_file;
mod status;
mod sync;
mod workspace;

use std::any::type_name;
use std::future::Future;
use std::sync::mpsc::Sender;

use serde_json::Value;
use tokio::sync::oneshot;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{
    CallHierarchyIncomingCall, CallHierarchyIncomingCallsParams, CallHierarchyItem, CallHierarchyOutgoingCall,
    CallHierarchyOutgoingCallsParams, CallHierarchyPrepareParams, CodeActionOrCommand, CodeActionParams, CodeLens,
    CodeLensParams, CompletionParams, CompletionResponse, DidChangeConfigurationParams, DidChangeTextDocumentParams,
    DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, DidSaveTextDocumentParams, DocumentDiagnosticParams, DocumentDiagnosticReportResult,
    DocumentHighlight, DocumentHighlightParams, DocumentSymbolParams, DocumentSymbolResponse, ExecuteCommandParams,
    FoldingRange, FoldingRangeParams, GotoDefinitionParams, GotoDefinitionResponse, Hover, HoverParams,
    InitializeParams, InitializeResult, InitializedParams, InlayHint, InlayHintParams, LinkedEditingRangeParams,
    LinkedEditingRanges, Location, ReferenceParams, SelectionRange, SelectionRangeParams, SignatureHelp,
    SignatureHelpParams, Uri, WorkspaceDiagnosticParams, WorkspaceDiagnosticReportResult, WorkspaceSymbolParams,
    WorkspaceSymbolResponse,
};
use tower_lsp::{Client, ClientSocket, LanguageServer, LspService};

use self::status::DocumentParams;
use super::main_loop::Work;
use super::state::{Later, State};

/// The service of all requests; `handlers` makes what they go to, when the client is known.
pub(super) fn service(handlers: impl FnOnce(Client) -> Handlers) -> (LspService<Handlers>, ClientSocket) {
    LspService::build(handlers)
        .custom_method(status::METHOD, Handlers::status)
        .custom_method(graph::METHOD, Handlers::graph)
        .finish()
}

/// The handlers of all requests and notifications.
pub(super) struct Handlers {
    work: Sender<Work>,
}

impl Handlers {
    /// Handlers that hand over to the main loop behind `work`.
    pub(super) fn new(work: Sender<Work>) -> Handlers {
        Handlers { work }
    }

    /// Has the main loop do something, under the name that it is logged by.
    fn send(&self, name: &'static str, work: impl FnOnce(&mut State) + Send + 'static) {
        // The main loop ends only with the process.
        let _ = self.work.send(Work::new(name, work));
    }

    /// Hands over a notification.
    fn tell<P, F>(&self, params: P, take: F)
    where
        P: Send + 'static,
        F: FnOnce(&mut State, P) + Send + 'static,
    {
        self.send(name::<F>(), |state| take(state, params));
    }

    /// The answer of the main loop; an internal error where it panicked.
    fn ask<P, T, F>(&self, params: P, answer: F) -> impl Future<Output = Result<T>> + Send + use<P, T, F>
    where
        P: Send + 'static,
        T: Send + 'static,
        F: FnOnce(&mut State, P) -> T + Send + 'static,
    {
        let (reply, answered) = oneshot::channel();
        self.send(name::<F>(), move |state| {
            // Nobody waits for the answer to a request that was cancelled.
            if !reply.is_closed() {
                let _ = reply.send(answer(state, params));
            }
        });
        async { answered.await.map_err(|_| Error::internal_error()) }
    }

    /// The main loop's answer about a document once the queue is empty: it is worked out step by step, and later, more
    /// urgent requests are answered first.
    fn ask_later<P, T, F>(
        &self,
        uri: Uri,
        params: P,
        answer: F,
    ) -> impl Future<Output = Result<T>> + Send + use<P, T, F>
    where
        P: Send + 'static,
        T: Send + 'static,
        F: FnOnce(&mut State, P) -> T + Send + 'static,
    {
        let (reply, answered) = oneshot::channel();
        let is_python = uri.as_str().ends_with(".py");
        let mut asked = Some((reply, answer, params));
        let step = move |state: &mut State| {
            let Some((reply, answer, params)) = asked.take() else { return true };
            // Nobody waits for the answer to a request that was cancelled.
            let is_open = !reply.is_closed();
            if is_open && state.work_ahead(&uri) {
                asked = Some((reply, answer, params));
                return false;
            }
            if is_open {
                let _ = reply.send(answer(state, params));
            }
            true
        };
        self.send(name::<F>(), move |state| {
            let mut step: Later = Box::new(step);
            // Of files of Python there is nothing to work out beforehand: nobody waits for models because of them.
            if !is_python || !step(state) {
                state.later(step);
            }
        });
        async { answered.await.map_err(|_| Error::internal_error()) }
    }

    /// The answer of a thread that the main loop starts, so that nothing else waits for the disk.
    fn ask_aside<P, T, F>(&self, params: P, start: F) -> impl Future<Output = Result<T>> + Send + use<P, T, F>
    where
        P: Send + 'static,
        T: Send + 'static,
        F: FnOnce(&mut State, P, oneshot::Sender<T>) + Send + 'static,
    {
        let (reply, answered) = oneshot::channel();
        self.send(name::<F>(), move |state| start(state, params, reply));
        async { answered.await.map_err(|_| Error::internal_error()) }
    }

    async fn status(&self, params: DocumentParams) -> Result<Value> {
        self.ask_later(params.text_document.uri.clone(), params, status::status).await
    }

    async fn graph(&self, params: DocumentParams) -> Result<Value> {
        self.ask(params, graph::graph).await
    }
}

/// A function's name as the log has it: `navigate::hover`.
fn name<F>() -> &'static str {
    let path = type_name::<F>();
    path.split_once("requests::").map_or(path, |(_, name)| name)
}

impl LanguageServer for Handlers {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        self.ask(params, session::initialize).await
    }

    async fn initialized(&self, params: InitializedParams) {
        self.tell(params, session::initialized);
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        self.tell(params, sync::did_open);
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        self.tell(params, sync::did_change);
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        self.tell(params, sync::did_save);
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        self.tell(params, workspace::did_change_configuration);
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        self.tell(params, workspace::did_change_watched_files);
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        self.tell(params, workspace::did_change_folders);
    }

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        self.ask_later(params.text_document.uri.clone(), params, diagnostics::of_document).await
    }

    async fn workspace_diagnostic(&self, params: WorkspaceDiagnosticParams) -> Result<WorkspaceDiagnosticReportResult> {
        self.ask_aside(params, diagnostics::of_workspace).await
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.tell(params, sync::did_close);
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        self.ask(params, lens::hints).await
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<Vec<CodeActionOrCommand>>> {
        self.ask(params, edit::actions).await
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        self.ask(params, complete::completions).await
    }

    async fn signature_help(&self, params: SignatureHelpParams) -> Result<Option<SignatureHelp>> {
        self.ask(params, complete::signature).await
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        self.ask(params, navigate::hover).await
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        self.ask(params, navigate::definition).await
    }

    async fn references(&self, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
        self.ask(params, navigate::references).await
    }

    async fn document_highlight(&self, params: DocumentHighlightParams) -> Result<Option<Vec<DocumentHighlight>>> {
        self.ask(params, navigate::highlights).await
    }

    async fn linked_editing_range(&self, params: LinkedEditingRangeParams) -> Result<Option<LinkedEditingRanges>> {
        self.ask(params, navigate::linked).await
    }

    async fn document_symbol(&self, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
        self.ask(params, outline::symbols).await
    }

    async fn prepare_call_hierarchy(
        &self,
        params: CallHierarchyPrepareParams,
    ) -> Result<Option<Vec<CallHierarchyItem>>> {
        self.ask(params, navigate::prepare_calls).await
    }

    async fn incoming_calls(
        &self,
        params: CallHierarchyIncomingCallsParams,
    ) -> Result<Option<Vec<CallHierarchyIncomingCall>>> {
        self.ask(params, navigate::incoming_calls).await
    }

    async fn outgoing_calls(
        &self,
        params: CallHierarchyOutgoingCallsParams,
    ) -> Result<Option<Vec<CallHierarchyOutgoingCall>>> {
        self.ask(params, navigate::outgoing_calls).await
    }

    async fn folding_range(&self, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
        self.ask(params, outline::folds).await
    }

    async fn selection_range(&self, params: SelectionRangeParams) -> Result<Option<Vec<SelectionRange>>> {
        self.ask(params, outline::selections).await
    }

    async fn inlay_hint_resolve(&self, hint: InlayHint) -> Result<InlayHint> {
        self.ask(hint, lens::resolve_hint).await
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        self.ask(params, lens::lenses).await
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<Value>> {
        self.ask(params, commands::execute).await?
    }

    async fn symbol(&self, params: WorkspaceSymbolParams) -> Result<Option<WorkspaceSymbolResponse>> {
        self.ask_aside(params, workspace::symbols).await.map(Some)
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
    fn requests_are_logged_by_name() {
        fn name_of<F>(_: F) -> &'static str {
            name::<F>()
        }
        assert_eq!(name_of(navigate::hover), "navigate::hover");
        assert_eq!(name_of(diagnostics::of_workspace), "diagnostics::of_workspace");
    }

    #[test]
    fn a_panic_is_answered_as_an_error_and_logged() {
        let (work, queue) = mpsc::channel();
        let (outbox, mut outgoing) = outbox::channel();
        let main_loop = thread::spawn(move || main_loop::run(&queue, &mut State::new(outbox)));
        let handlers = Handlers::new(work);
        let runtime = Builder::new_current_thread().build().unwrap();
        let answer = runtime.block_on(handlers.ask((), |_, ()| -> () { panic!("on purpose") }));
        assert_eq!(answer, Err(Error::internal_error()));
        assert_eq!(runtime.block_on(handlers.ask(1, |_, n| n)), Ok(1));
        drop(handlers);
        main_loop.join().unwrap();
        assert!(matches!(outgoing.try_recv(), Ok(outbox::Message::Log(_))));
    }
}

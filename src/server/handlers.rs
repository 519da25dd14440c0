//! What the client asks for, handed over to the main loop.
//!
//! The transport runs handlers side by side, but starts them in the order of arrival: that order is kept as long as
//! nothing is awaited before the hand-over.

use std::future::Future;
use std::sync::mpsc::Sender;

use tokio::sync::oneshot;
use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{
    CodeActionOrCommand, CodeActionParams, CompletionParams, CompletionResponse, DidChangeTextDocumentParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams, InitializeParams,
    InitializeResult, InitializedParams, InlayHint, InlayHintParams, SignatureHelp, SignatureHelpParams,
};

use super::main_loop::Work;
use super::state::State;

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
            let _ = reply.send(answer(state));
        });
        async { answered.await.map_err(|_| Error::internal_error()) }
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

    /// What is known of a document comes from its text in the editor, not from the disk.
    async fn did_save(&self, _: DidSaveTextDocumentParams) {}

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
}

//! What the server says unasked.

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tower_lsp::Client;
use tower_lsp::ls_types::{MessageType, PublishDiagnosticsParams};

/// Something to say to the client.
pub(super) enum Message {
    /// What was found in a document.
    Diagnostics(PublishDiagnosticsParams),
    /// For the user to see.
    Show(String),
    /// For the log.
    Log(String),
    /// Hints are to be asked for anew.
    RefreshHints,
    /// Lenses are to be asked for anew.
    RefreshLenses,
}

/// Where the main loop puts what it has to say.
pub(super) type Outbox = UnboundedSender<Message>;

/// An outbox, and what is put into it.
pub(super) fn channel() -> (Outbox, UnboundedReceiver<Message>) {
    unbounded_channel()
}

/// Sends what is put into an outbox, in order.
pub(super) async fn deliver(client: Client, mut outgoing: UnboundedReceiver<Message>) {
    while let Some(message) = outgoing.recv().await {
        match message {
            Message::Diagnostics(PublishDiagnosticsParams { uri, diagnostics, version }) => {
                client.publish_diagnostics(uri, diagnostics, version).await;
            }
            Message::Show(text) => client.show_message(MessageType::WARNING, text).await,
            // What the client answers isn't waited for.
            Message::RefreshHints => {
                let client = client.clone();
                tokio::spawn(async move { client.inlay_hint_refresh().await });
            }
            Message::RefreshLenses => {
                let client = client.clone();
                tokio::spawn(async move { client.code_lens_refresh().await });
            }
            Message::Log(text) => client.log_message(MessageType::ERROR, text).await,
        }
    }
}

//! Messages that the server sends unasked.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tower_lsp::Client;
use tower_lsp::ls_types::notification::Notification;
use tower_lsp::ls_types::{
    ConfigurationItem, MessageType, PublishDiagnosticsParams, Range, Registration, ShowDocumentParams, Uri,
    WorkspaceEdit,
};

use crate::config;
use crate::dialect::HAS_FILES;
use crate::project::git;
use crate::words::{Language, message};

/// A message to the client.
pub(super) enum Message {
    /// The findings in a document.
    Diagnostics(PublishDiagnosticsParams),
    /// For the user to see.
    Show(String),
    /// For the log.
    Log(String),
    /// Asks for the settings.
    PullSettings,
    /// A registration for changes of settings:
    Register {
        /// those of the editor,
        settings: bool,
        /// those in `.yolint.yaml` files, and baselines of budgets.
        files: bool,
    },
    /// A registration for changes of Python files below a folder.
    Watch(PathBuf),
    /// A part of an answer: `{ token, value }`.
    Part(Value),
    /// Has the client edit files.
    Propose(Proposal),
    /// Reads a document's file in git's HEAD.
    ReadHead(Uri, PathBuf),
    /// Asks the client to ask again.
    Refresh {
        /// For hints.
        hints: bool,
        /// For lenses.
        lenses: bool,
        /// For diagnostics.
        diagnostics: bool,
    },
}

/// Edits for the client to apply, and what comes after them.
pub(super) struct Proposal {
    /// The edits.
    pub(super) edit: WorkspaceEdit,
    /// The text for the user.
    pub(super) said: String,
    /// The language that the user speaks.
    pub(super) language: Language,
    /// The document to show.
    pub(super) shown: Option<(Uri, Range)>,
}

/// Where the main loop puts what it has to say.
pub(super) type Outbox = UnboundedSender<Message>;

/// An outbox, and what is put into it.
pub(super) fn channel() -> (Outbox, UnboundedReceiver<Message>) {
    unbounded_channel()
}

/// Takes what an outbox was asked to bring.
pub(super) trait Brought: Clone + Send + 'static {
    /// Takes settings that the client was asked for.
    fn settings(&self, settings: Value);
    /// Takes the text of a document's file in git's HEAD; none if there is none.
    fn head(&self, uri: Uri, text: Option<String>);
}

/// Sends what is put into an outbox, in order. Nothing waits for the client's answers; what comes of them is handed to
/// `brought`.
pub(super) async fn deliver(client: Client, mut outgoing: UnboundedReceiver<Message>, brought: impl Brought) {
    while let Some(message) = outgoing.recv().await {
        match message {
            Message::Diagnostics(PublishDiagnosticsParams { uri, diagnostics, version }) => {
                client.publish_diagnostics(uri, diagnostics, version).await;
            }
            Message::Show(text) => client.show_message(MessageType::WARNING, text).await,
            Message::Log(text) => client.log_message(MessageType::ERROR, text).await,
            Message::PullSettings => drop(tokio::spawn(pull_settings(client.clone(), brought.clone()))),
            Message::Register { settings, files } => {
                let client = client.clone();
                // A client that refuses is as one that can't be asked: settings are read again when a file is opened.
                tokio::spawn(async move { client.register_capability(registrations(settings, files)).await });
            }
            Message::Watch(folder) => {
                let client = client.clone();
                tokio::spawn(async move { client.register_capability(python_below(&folder)).await });
            }
            Message::Part(part) => client.send_notification::<Part>(part).await,
            Message::Propose(proposal) => drop(tokio::spawn(propose(client.clone(), proposal))),
            // In a browser there is no git, and no thread that could wait for it.
            Message::ReadHead(..) if !HAS_FILES => {}
            Message::ReadHead(uri, path) => {
                let brought = brought.clone();
                drop(tokio::task::spawn_blocking(move || brought.head(uri, git::at_head(&path))));
            }
            // Each on its own: a client that doesn't answer one request still gets the others.
            Message::Refresh { hints, lenses, diagnostics } => {
                let [first, second, third] = [client.clone(), client.clone(), client.clone()];
                if hints {
                    tokio::spawn(async move { first.inlay_hint_refresh().await });
                }
                if lenses {
                    tokio::spawn(async move { second.code_lens_refresh().await });
                }
                if diagnostics {
                    tokio::spawn(async move { third.workspace_diagnostic_refresh().await });
                }
            }
        }
    }
}

/// The notification by which parts of answers come.
enum Part {}

impl Notification for Part {
    type Params = Value;
    const METHOD: &'static str = "$/progress";
}

async fn propose(client: Client, Proposal { edit, said, language, shown }: Proposal) {
    match client.apply_edit(edit).await {
        Ok(answer) if answer.applied => {}
        answer => {
            let reason = answer.ok().and_then(|answer| answer.failure_reason);
            let said = match reason {
                Some(why) => message!("edits-not-applied-because", why),
                None => message!("edits-not-applied"),
            };
            return client.show_message(MessageType::ERROR, format!("yolint: {}", language.say(&said))).await;
        }
    }
    if let Some((uri, selection)) = shown {
        let (external, take_focus, selection) = (None, Some(true), Some(selection));
        // One that can't be shown is there all the same.
        let _ = client.show_document(ShowDocumentParams { uri, external, take_focus, selection }).await;
    }
    client.show_message(MessageType::INFO, format!("yolint: {said}")).await;
}

async fn pull_settings(client: Client, brought: impl Brought) {
    let item = ConfigurationItem { scope_uri: None, section: Some("yolint".to_owned()) };
    let Ok(mut settings) = client.configuration(vec![item]).await else { return };
    if let Some(settings) = settings.pop() {
        brought.settings(settings);
    }
}

fn python_below(folder: &Path) -> Vec<Registration> {
    let pattern = json!({ "baseUri": Uri::from_file_path(folder), "pattern": "**/*.py" });
    vec![Registration {
        id: folder.to_string_lossy().into_owned(),
        method: "workspace/didChangeWatchedFiles".to_owned(),
        register_options: Some(json!({ "watchers": [{ "globPattern": pattern }] })),
    }]
}

fn registrations(settings: bool, files: bool) -> Vec<Registration> {
    let registration = |method: &str, options| Registration {
        id: method.to_owned(),
        method: method.to_owned(),
        register_options: Some(options),
    };
    let settings_files = json!({ "globPattern": format!("**/{}", config::FILE_NAME) });
    // Git writes there what HEAD moves to.
    let commits = json!({ "globPattern": "**/.git/logs/HEAD" });
    let watched = json!({ "watchers": [settings_files, { "globPattern": "**/*.{yaml,yml,py}" }, commits] });
    let settings = settings.then(|| registration("workspace/didChangeConfiguration", json!({ "section": "yolint" })));
    let files = files.then(|| registration("workspace/didChangeWatchedFiles", watched));
    settings.into_iter().chain(files).collect()
}

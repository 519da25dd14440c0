//! The first messages between client and server.

use std::borrow::Cow;
use std::path::PathBuf;

use serde_json::Value;
use tower_lsp::ls_types::{InitializeParams, InitializeResult, InitializedParams, ServerInfo, Uri};

use crate::server::capabilities::{self, ClientCapabilities};
use crate::server::outbox::Message;
use crate::server::state::State;
use crate::words::Language;

pub(super) fn initialize(state: &mut State, params: InitializeParams) -> InitializeResult {
    let client = ClientCapabilities::new(&params.capabilities);
    let language = params.locale.as_deref().map(|locale| Language::of_locale(locale).unwrap_or_default());
    let settings = params.initialization_options.as_ref().unwrap_or(&Value::Null);
    state.begin(client, folders(&params), language, settings);
    InitializeResult {
        capabilities: capabilities::server(&client),
        server_info: Some(ServerInfo {
            name: "yolint".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
        ..InitializeResult::default()
    }
}

/// The folders that a client opens; older ones name a single root.
#[allow(deprecated, reason = "older clients name a root and no folders")]
fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    let path = |uri: &Uri| uri.to_file_path().map(Cow::into_owned);
    match &params.workspace_folders {
        Some(folders) => folders.iter().filter_map(|folder| path(&folder.uri)).collect(),
        None => params.root_uri.iter().filter_map(path).collect(),
    }
}

pub(super) fn initialized(state: &mut State, _: InitializedParams) {
    state.listen();
    let (settings, files) = (state.client.tells_settings, state.client.watches_files);
    if settings || files {
        state.say(Message::Register { settings, files });
    }
    if state.client.has_settings {
        state.say(Message::PullSettings);
    }
}

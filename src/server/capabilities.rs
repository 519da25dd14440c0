//! The client's capabilities, as far as anything depends on them, and the server's.

use tower_lsp::ls_types::{
    self as lsp, CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CodeLensOptions, CompletionOptions,
    DiagnosticOptions, DiagnosticServerCapabilities, ExecuteCommandOptions, InlayHintOptions,
    InlayHintServerCapabilities, LinkedEditingRangeServerCapabilities, OneOf, PositionEncodingKind,
    ResourceOperationKind, ServerCapabilities, SignatureHelpOptions, TextDocumentSyncCapability, TextDocumentSyncKind,
    TextDocumentSyncOptions, WorkDoneProgressOptions, WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};

use crate::ide::actions::Kind;
use crate::ide::lens::Switch;
use crate::text::Encoding;

/// The command that shows shapes for a row: the URI of a document, and a row's index or `{ line }`; without them, for
/// the row in focus. If its shapes are shown already, the command hides them.
pub(super) const SHAPES: &str = "yolint.shapes";

/// The command that registers a class with its framework: the URI of a file of Python, and the class's name or `{ line }`.
pub(super) const REGISTER: &str = "yolint.register";

/// The capabilities of a client.
#[derive(Clone, Copy, Default)]
pub(super) struct ClientCapabilities {
    /// The unit in which it counts columns.
    pub(super) encoding: Encoding,
    /// It pulls diagnostics, also when the server asks for that, so none are pushed. A client that pulls only after an
    /// edit (Neovim 0.11) would keep outdated findings when settings or the scale change.
    pub(super) pulls_diagnostics: bool,
    /// It can be asked for settings.
    pub(super) has_settings: bool,
    /// It can register for changes of settings.
    pub(super) tells_settings: bool,
    /// It can be asked to watch files.
    pub(super) watches_files: bool,
    /// It can be asked to watch files outside of its folders.
    pub(super) watches_elsewhere: bool,
    /// It can be asked to refresh hints.
    pub(super) refreshes_hints: bool,
    /// It can be asked to refresh lenses.
    pub(super) refreshes_lenses: bool,
    /// It can be asked to refresh diagnostics.
    pub(super) refreshes_diagnostics: bool,
    /// It asks for tooltips of hints later.
    pub(super) lazy_tooltips: bool,
    /// It shows definitions with the range of the name that leads to them.
    pub(super) definition_links: bool,
    /// It shows symbols that hold symbols.
    pub(super) nested_symbols: bool,
    /// It applies code actions that are edits; a client that can't is offered none.
    pub(super) code_actions: bool,
    /// Its edits may name the version that they are for.
    pub(super) versioned_edits: bool,
    /// It applies edits that the server has.
    pub(super) applies_edits: bool,
    /// Edits of the server can create files.
    pub(super) creates_files: bool,
    /// It opens a document for the server.
    pub(super) shows_documents: bool,
    /// Its completions may be snippets.
    pub(super) snippets: bool,
    /// It shows details beside the labels of completion items.
    pub(super) label_details: bool,
    /// It shows related places of diagnostics.
    pub(super) related_places: bool,
    /// It shows that what a diagnostic is about is unnecessary.
    pub(super) unnecessary_tags: bool,
}

impl ClientCapabilities {
    /// Reads what a client says of itself.
    pub(super) fn new(said: &lsp::ClientCapabilities) -> ClientCapabilities {
        let can = |ability: Option<bool>| ability.unwrap_or(false);
        let general = said.general.as_ref();
        let workspace = said.workspace.as_ref();
        let document = said.text_document.as_ref();
        let action = document.and_then(|d| d.code_action.as_ref());
        let resolve = document.and_then(|d| d.inlay_hint.as_ref()?.resolve_support.as_ref());
        let item = document.and_then(|d| d.completion.as_ref()?.completion_item.as_ref());
        let refreshes_diagnostics = can(workspace.and_then(|w| w.diagnostics.as_ref()?.refresh_support));
        // A client that pulls diagnostics may say what it shows of them with that ability, or with the older one.
        let pull = document.and_then(|d| d.diagnostic.as_ref()).filter(|_| refreshes_diagnostics);
        let push = document.and_then(|d| d.publish_diagnostics.as_ref());
        let either = |pull: Option<bool>, push: Option<bool>| can(pull.or(push));
        ClientCapabilities {
            encoding: choose_encoding(general.and_then(|g| g.position_encodings.as_deref())),
            pulls_diagnostics: pull.is_some(),
            has_settings: can(workspace.and_then(|w| w.configuration)),
            tells_settings: can(workspace.and_then(|w| w.did_change_configuration?.dynamic_registration)),
            watches_files: can(workspace.and_then(|w| w.did_change_watched_files?.dynamic_registration)),
            watches_elsewhere: can(workspace.and_then(|w| w.did_change_watched_files?.relative_pattern_support)),
            refreshes_hints: can(workspace.and_then(|w| w.inlay_hint.as_ref()?.refresh_support)),
            refreshes_lenses: can(workspace.and_then(|w| w.code_lens.as_ref()?.refresh_support)),
            refreshes_diagnostics,
            lazy_tooltips: resolve.is_some_and(|resolve| resolve.properties.iter().any(|name| name == "tooltip")),
            definition_links: can(document.and_then(|d| d.definition.as_ref()?.link_support)),
            nested_symbols: can(document.and_then(|d| d.document_symbol.as_ref()?.hierarchical_document_symbol_support)),
            code_actions: action.is_some_and(|action| action.code_action_literal_support.is_some()),
            versioned_edits: can(workspace.and_then(|w| w.workspace_edit.as_ref()?.document_changes)),
            applies_edits: can(workspace.and_then(|w| w.apply_edit)),
            creates_files: workspace
                .and_then(|w| w.workspace_edit.as_ref())
                .and_then(|edit| edit.resource_operations.as_ref())
                .is_some_and(|known| known.contains(&ResourceOperationKind::Create)),
            shows_documents: said
                .window
                .as_ref()
                .and_then(|w| w.show_document.as_ref())
                .is_some_and(|show| show.support),
            label_details: can(item.and_then(|item| item.label_details_support)),
            snippets: can(item.and_then(|item| item.snippet_support)),
            related_places: either(pull.and_then(|p| p.related_information), push.and_then(|p| p.related_information)),
            unnecessary_tags: pull.is_some_and(|p| p.tag_support.is_some())
                || push.is_some_and(|p| p.tag_support.is_some()),
        }
    }
}

/// The encoding to use with a client that offers these: UTF-8 needs no conversion, UTF-16 is what all understand.
fn choose_encoding(offered: Option<&[PositionEncodingKind]>) -> Encoding {
    let offers = |kind: PositionEncodingKind| offered.is_some_and(|offered| offered.contains(&kind));
    if offers(PositionEncodingKind::UTF8) {
        Encoding::Utf8
    } else if offers(PositionEncodingKind::UTF32) && !offers(PositionEncodingKind::UTF16) {
        Encoding::Utf32
    } else {
        Encoding::Utf16
    }
}

/// Returns the server's capabilities for such a client.
pub(super) fn server(client: &ClientCapabilities) -> ServerCapabilities {
    let characters = |all: &[&str]| Some(all.iter().map(|&character| character.to_owned()).collect());
    let work_done_progress_options = WorkDoneProgressOptions::default();
    ServerCapabilities {
        position_encoding: Some(match client.encoding {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
            Encoding::Utf32 => PositionEncodingKind::UTF32,
        }),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            ..TextDocumentSyncOptions::default()
        })),
        diagnostic_provider: client.pulls_diagnostics.then(|| {
            DiagnosticServerCapabilities::Options(DiagnosticOptions {
                identifier: Some("yolint".to_owned()),
                inter_file_dependencies: false,
                // It is worked out on a thread of its own, which browsers don't have.
                workspace_diagnostics: !cfg!(target_family = "wasm"),
                work_done_progress_options: WorkDoneProgressOptions { work_done_progress: Some(true) },
            })
        }),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            ..WorkspaceServerCapabilities::default()
        }),
        code_action_provider: client.code_actions.then(|| {
            let kinds = Kind::ALL.map(code_action_kind);
            let options = CodeActionOptions { code_action_kinds: Some(kinds.into()), ..CodeActionOptions::default() };
            CodeActionProviderCapability::Options(options)
        }),
        completion_provider: Some(CompletionOptions {
            trigger_characters: characters(&["[", ",", " ", "-", "."]),
            ..CompletionOptions::default()
        }),
        signature_help_provider: Some(SignatureHelpOptions {
            trigger_characters: characters(&["[", ","]),
            ..SignatureHelpOptions::default()
        }),
        inlay_hint_provider: Some(OneOf::Right(InlayHintServerCapabilities::Options(InlayHintOptions {
            resolve_provider: Some(true),
            work_done_progress_options,
        }))),
        code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(false) }),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: Switch::ALL.map(command).into_iter().chain([SHAPES, REGISTER].map(str::to_owned)).collect(),
            work_done_progress_options,
        }),
        hover_provider: Some(true.into()),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        document_highlight_provider: Some(OneOf::Left(true)),
        linked_editing_range_provider: Some(LinkedEditingRangeServerCapabilities::Simple(true)),
        workspace_symbol_provider: Some(OneOf::Left(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        call_hierarchy_provider: Some(true.into()),
        folding_range_provider: Some(true.into()),
        selection_range_provider: Some(true.into()),
        ..ServerCapabilities::default()
    }
}

/// LSP's name of a kind of code action.
pub(super) fn code_action_kind(kind: Kind) -> CodeActionKind {
    match kind {
        Kind::QuickFix => CodeActionKind::QUICKFIX,
        Kind::Rewrite => CodeActionKind::REFACTOR_REWRITE,
        Kind::Move => CodeActionKind::from("refactor.move"),
        Kind::Source => CodeActionKind::from("source.refreshComments"),
        Kind::FixAll => CodeActionKind::from("source.fixAll.yolint"),
    }
}

/// Returns whether a client that wants only `wanted` kinds wants `kind`: `refactor` includes `refactor.move`.
pub(super) fn is_wanted(wanted: Option<&[CodeActionKind]>, kind: &CodeActionKind) -> bool {
    let covers = |wanted: &CodeActionKind| {
        let rest = kind.as_str().strip_prefix(wanted.as_str());
        rest.is_some_and(|rest| wanted.as_str().is_empty() || rest.is_empty() || rest.starts_with('.'))
    };
    wanted.is_none_or(|wanted| wanted.iter().any(covers))
}

/// The command that switches something. It takes a document's URI and a value as the setting of that name has it: `null`
/// goes back to the settings, no value at all goes on to the next one.
pub(super) fn command(switch: Switch) -> String {
    format!("yolint.{}", switch.setting())
}

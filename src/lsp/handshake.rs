//! What client and server tell each other at the start.

use super::actions::FIX_ALL;
use super::encoding::Encoding;
use super::hover::Style;
use super::requests::{Client, json};
use lsp_types::{
    ClientCapabilities, CodeActionKind, CodeActionOptions, CodeActionProviderCapability, HoverProviderCapability,
    InitializeParams, InitializeResult, MarkupKind, SaveOptions, ServerCapabilities, ServerInfo,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions, TextDocumentSyncSaveOptions,
};
use serde_json::{Value, json};
use std::path::PathBuf;

/// What the editor told of itself.
pub(super) fn client(of: &ClientCapabilities) -> Client {
    let document = of.text_document.as_ref();
    let workspace = of.workspace.as_ref();
    let offered = of.general.as_ref().and_then(|general| general.position_encodings.as_deref()).unwrap_or_default();
    let formats = document.and_then(|d| d.hover.as_ref()).and_then(|hover| hover.content_format.as_deref());
    let diagnostics = document.and_then(|d| d.publish_diagnostics.as_ref());
    Client {
        encoding: Encoding::agreed(offered),
        hover: match formats.and_then(|formats| formats.first()) {
            Some(MarkupKind::Markdown) => Style::Markdown,
            _ => Style::Plain,
        },
        versioned_edits: workspace.and_then(|w| w.workspace_edit.as_ref()?.document_changes).unwrap_or(false),
        versioned_diagnostics: diagnostics.and_then(|d| d.version_support).unwrap_or(false),
        related: diagnostics.and_then(|d| d.related_information).unwrap_or(false),
        watches: workspace.and_then(|w| w.did_change_watched_files?.dynamic_registration).unwrap_or(false),
    }
}

/// The directory that the editor has open.
pub(super) fn root(params: &InitializeParams) -> Option<PathBuf> {
    let folder = params.workspace_folders.iter().flatten().next().map(|folder| &folder.uri);
    #[expect(deprecated, reason = "older clients know nothing else")]
    let uri = folder.or(params.root_uri.as_ref());
    uri.and_then(|uri| uri.to_file_path().ok())
}

/// What the server tells of itself.
pub(super) fn result(client: Client) -> Value {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::INCREMENTAL),
        save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
        ..TextDocumentSyncOptions::default()
    };
    let actions = CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, CodeActionKind::from(FIX_ALL.to_owned())]),
        ..CodeActionOptions::default()
    };
    json(&InitializeResult {
        capabilities: ServerCapabilities {
            position_encoding: Some(client.encoding.kind()),
            text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
            hover_provider: Some(HoverProviderCapability::Simple(true)),
            code_action_provider: Some(CodeActionProviderCapability::Options(actions)),
            ..ServerCapabilities::default()
        },
        server_info: Some(ServerInfo {
            name: super::checked::NAME.to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    })
}

/// What the client is asked to watch: configs, rule files, and what is left out.
pub(super) fn watchers() -> Value {
    let globs = ["**/*.{yml,yaml}", "**/.replylintignore", "**/.replylint-baseline.json"];
    let watchers: Vec<Value> = globs.iter().map(|glob| json!({"globPattern": glob})).collect();
    let options = json!({"watchers": watchers});
    json!({"registrations": [
        {"id": "files", "method": "workspace/didChangeWatchedFiles", "registerOptions": options}
    ]})
}

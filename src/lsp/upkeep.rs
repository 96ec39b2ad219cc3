//! What the server does of itself: it has texts checked, keeps rules fresh and shows what there is to say.

use super::actions::file_uri;
use super::checked::{Checked, Draft, Job, problem_diagnostic};
use super::rules::Located;
use super::server::{Server, Stage};
use crate::discover::Filter;
use crate::input::Kind;
use crate::lint::Shown;
use lsp_types::{Diagnostic, MessageType, Url};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

impl Server {
    /// A file's text as the editor has it, or else as it is on the disk.
    pub(super) fn text_of(&self, path: &Path) -> Option<String> {
        let open = self.documents.values().find(|document| document.path.as_deref() == Some(path));
        open.map(|document| document.text.to_string()).or_else(|| std::fs::read_to_string(path).ok())
    }

    /// The document as it is to be checked; nothing for one that is not.
    pub(super) fn draft(&mut self, uri: &Url) -> Option<Draft> {
        let document = self.documents.get(uri)?;
        let directory = document.path.as_deref().and_then(Path::parent).or(self.root.as_deref());
        let config = self.source.config_for(directory.unwrap_or(Path::new("")));
        let rules = self.keeper.rules(&*self.source, &config);
        self.documents.get_mut(uri)?.config = Some(config);
        let (document, rules) = (self.documents.get(uri)?, rules?);
        let (name, is_reply) = match &document.path {
            // Other addresses are an editor's own: an old version in git, a log.
            None if uri.scheme() != "untitled" => return None,
            None => (format!("untitled.{}", ending(&document.language)?), true),
            Some(path) => {
                let settings = &rules.settings;
                let filter = Filter::new(settings.exclude.iter().cloned().collect(), settings.include.clone(), false);
                if self.keeper.owns(path) || filter.leaves_out(path).is_some() {
                    return None;
                }
                let says_so = settings.inputs.iter().any(|input| input.covers(path)) || filter.takes(path);
                if !says_so && Kind::of(path).is_none() && ending(&document.language).is_none() {
                    return None;
                }
                let shown = self.root.as_ref().and_then(|root| path.strip_prefix(root).ok()).unwrap_or(path);
                (shown.display().to_string(), false)
            }
        };
        let min_severity = self.source.min_severity();
        Some(Draft { text: document.text.clone(), name, is_reply, rules, min_severity })
    }

    /// Has the next text checked that has changed since it last was.
    pub(super) fn check_next(&mut self) {
        while !self.is_checking && self.stage == Stage::Running {
            let stale = self.documents.iter_mut().filter(|(_, document)| document.is_stale());
            // One that is edited all the time must not keep the others from their turn.
            let Some((uri, document)) = stale.min_by_key(|(_, document)| document.turn) else {
                break;
            };
            self.turn += 1;
            document.turn = self.turn;
            let (uri, revision) = (uri.clone(), document.revision);
            match self.draft(&uri) {
                Some(draft) => {
                    self.is_checking = true;
                    // The thread goes on for as long as there is a server.
                    let _ = self.jobs.send(Job { uri, revision, draft, encoding: self.client.encoding });
                }
                None => self.checked(Checked { uri, revision, findings: Vec::new(), others: Vec::new() }),
            }
        }
        self.tell();
    }

    pub(super) fn checked(&mut self, checked: Checked) {
        self.is_checking = false;
        let Checked { uri, revision, findings, others } = checked;
        let Some(document) = self.documents.get_mut(&uri).filter(|document| document.revision == revision) else {
            return;
        };
        document.checked = Some(revision);
        document.findings = findings;
        document.others = others;
        let waiting = std::mem::take(&mut document.waiting);
        self.show(&uri);
        for (id, asked) in waiting {
            self.answer(id, &uri, &asked);
        }
    }

    /// Looks whether configs or rules have changed, and has the texts checked again that they hold for.
    pub(super) fn look_again(&mut self) {
        let changed = self.keeper.refresh(&*self.source);
        let mut moved = Vec::new();
        for (uri, document) in &self.documents {
            let directory = document.path.as_deref().and_then(Path::parent).or(self.root.as_deref());
            let config = self.source.config_for(directory.unwrap_or(Path::new("")));
            if changed.contains(&config) || document.config.as_ref().is_some_and(|before| *before != config) {
                moved.push(uri.clone());
            }
        }
        for uri in moved {
            if let Some(document) = self.documents.get_mut(&uri) {
                document.revision += 1;
            }
        }
    }

    /// Says what is wrong with configs and rule files, where that has changed.
    pub(super) fn tell(&mut self) {
        let mut now: BTreeMap<Url, Vec<Diagnostic>> = BTreeMap::new();
        let mut messages = BTreeMap::new();
        for (config, problems, holds_on) in self.keeper.problems() {
            for Located { problem, path, text } in problems {
                let Some(uri) = path.as_deref().and_then(file_uri) else { continue };
                now.entry(uri).or_default().push(problem_diagnostic(problem, text, self.client.encoding));
            }
            if let Some(Located { problem: first, .. }) = problems.first() {
                let more =
                    if problems.len() > 1 { format!(" (and {} more)", problems.len() - 1) } else { String::new() };
                let rest =
                    if holds_on { "the rules from before hold on" } else { "nothing is checked until it is mended" };
                messages.insert(config.clone(), format!("{first}{more}; {rest}"));
            }
        }
        for (config, message) in &messages {
            if self.messages.get(config) != Some(message) {
                let params = json!({"type": MessageType::ERROR, "message": Shown(message).to_string()});
                self.send(json!({"jsonrpc": "2.0", "method": "window/showMessage", "params": params}));
            }
        }
        self.messages = messages;
        let before = std::mem::replace(&mut self.told, now);
        let both: BTreeSet<&Url> = before.keys().chain(self.told.keys()).collect();
        for uri in both.into_iter().filter(|uri| before.get(uri) != self.told.get(uri)) {
            self.show(uri);
        }
    }

    /// Shows all that there is to say about a file.
    pub(super) fn show(&self, uri: &Url) {
        let document = self.documents.get(uri);
        let mut diagnostics: Vec<Diagnostic> = self.told.get(uri).cloned().unwrap_or_default();
        if let Some(document) = document {
            diagnostics.extend(document.findings.iter().map(|marked| marked.diagnostic.clone()));
            diagnostics.extend(document.others.iter().cloned());
        }
        if !self.client.related {
            diagnostics.iter_mut().for_each(|diagnostic| diagnostic.related_information = None);
        }
        let mut params = json!({"uri": uri, "diagnostics": diagnostics});
        if let Some(document) = document.filter(|_| self.client.versioned_diagnostics) {
            params["version"] = document.version.into();
        }
        self.send(json!({"jsonrpc": "2.0", "method": "textDocument/publishDiagnostics", "params": params}));
    }
}

/// The ending of files in a language that may hold replies, for texts whose name has none.
fn ending(language: &str) -> Option<&'static str> {
    Some(match language {
        "plaintext" | "text" => "txt",
        "markdown" => "md",
        "mail" => "eml",
        "html" => "html",
        "json" => "json",
        "jsonl" => "jsonl",
        "yaml" => "yml",
        "csv" => "csv",
        _ => return None,
    })
}

//! What an editor asks about a document, and the answers.

use super::actions::{self, FIX_ALL, Subject};
use super::checked::{Draft, Marked};
use super::documents::Document;
use super::encoding::Encoding;
use super::hover::{Style, hover};
use lsp_types::{CodeActionKind, CodeActionParams, Position, Range, Url};
use serde_json::Value;

/// A question about a document.
#[derive(Clone, Debug)]
pub(super) enum Asked {
    /// What is said about this place.
    Hover(Position),
    /// What can be done here.
    Actions(Box<CodeActionParams>),
}

/// What the editor told of itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Client {
    pub(super) encoding: Encoding,
    pub(super) hover: Style,
    /// Takes edits that are for one version of a document.
    pub(super) versioned_edits: bool,
    /// Takes diagnostics that are for one version of a document.
    pub(super) versioned_diagnostics: bool,
    /// Takes diagnostics with other places in them.
    pub(super) related: bool,
    /// Watches files if it is asked to.
    pub(super) watches: bool,
}

impl Default for Client {
    fn default() -> Self {
        Self {
            encoding: Encoding::default(),
            hover: Style::Plain,
            versioned_edits: false,
            versioned_diagnostics: false,
            related: false,
            watches: false,
        }
    }
}

/// The answer to `asked` about a document whose findings are those of its text. `draft` is missing where it is not checked.
pub(super) fn answer(
    asked: &Asked,
    uri: &Url,
    document: &Document,
    draft: Option<&Draft>,
    config: Option<String>,
    client: Client,
) -> Value {
    match asked {
        Asked::Hover(position) => {
            let here = Range::new(*position, *position);
            let found: Vec<&Marked> = touched(&document.findings, here).collect();
            json(&hover(&found, draft.map(|draft| &*draft.rules), client.hover))
        }
        Asked::Actions(params) => {
            let Some(draft) = draft else { return Value::Array(Vec::new()) };
            let subject = Subject {
                uri,
                version: document.version,
                draft,
                encoding: client.encoding,
                versioned: client.versioned_edits,
                config,
            };
            let wanted = |kind: &str| is_wanted(params.context.only.as_deref(), kind);
            let mut actions = Vec::new();
            if wanted(CodeActionKind::QUICKFIX.as_str()) {
                let found: Vec<&Marked> = touched(&document.findings, params.range).collect();
                actions.extend(actions::quick_fixes(&subject, &found));
            }
            if wanted(FIX_ALL) {
                actions.extend(actions::fix_all(&subject, &document.findings));
            }
            json(&actions)
        }
    }
}

/// The findings that share a place with `range`; a place between two letters belongs to both.
fn touched(findings: &[Marked], range: Range) -> impl Iterator<Item = &Marked> {
    findings.iter().filter(move |marked| {
        let own = marked.diagnostic.range;
        own.start <= range.end && range.start <= own.end
    })
}

/// Whether an action of `kind` is asked for: a kind stands for all kinds below it.
fn is_wanted(only: Option<&[CodeActionKind]>, kind: &str) -> bool {
    only.is_none_or(|only| {
        only.iter().any(|wanted| {
            let below = kind.strip_prefix(wanted.as_str());
            wanted.as_str().is_empty() || below.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    })
}

pub(super) fn json(value: &impl serde::Serialize) -> Value {
    // Types of the protocol are JSON; there is nothing in them that is not.
    serde_json::to_value(value).unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_stands_for_those_below_it() {
        let only = |kinds: &[&str]| kinds.iter().map(|k| CodeActionKind::from((*k).to_owned())).collect::<Vec<_>>();
        assert!(is_wanted(None, "quickfix"));
        assert!(is_wanted(Some(&only(&["source.fixAll"])), FIX_ALL));
        assert!(is_wanted(Some(&only(&["source"])), FIX_ALL));
        assert!(is_wanted(Some(&only(&[""])), FIX_ALL));
        assert!(!is_wanted(Some(&only(&["source.fixAllOfIt", "refactor"])), FIX_ALL));
        assert!(!is_wanted(Some(&[]), "quickfix"));
    }
}

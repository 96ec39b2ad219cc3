//! What is told of a finding when somebody points at it.

use super::checked::Marked;
use super::rules::Rules;
use crate::lint::{Shown, Speaker};
use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind};
use std::fmt::Write as _;

/// How a hover is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Markdown,
}

/// Everything about some findings that stand in one place.
pub(super) fn hover(found: &[&Marked], rules: Option<&Rules>, style: Style) -> Option<Hover> {
    let range = found.first()?.diagnostic.range;
    let pages: Vec<String> = found.iter().map(|marked| page(marked, rules, style)).collect();
    let (kind, between) = match style {
        Style::Plain => (MarkupKind::PlainText, "\n\n"),
        Style::Markdown => (MarkupKind::Markdown, "\n\n---\n\n"),
    };
    let contents = HoverContents::Markup(MarkupContent { kind, value: pages.join(between) });
    Some(Hover { contents, range: Some(range) })
}

fn page(marked: &Marked, rules: Option<&Rules>, style: Style) -> String {
    let finding = &marked.finding;
    let mut out = String::new();
    let id = finding.rule.as_str();
    let _ = match style {
        Style::Plain => writeln!(out, "{}[{id}]: {}", finding.severity, Shown(&finding.message)),
        Style::Markdown => writeln!(out, "**{}** `{id}`: {}", finding.severity, escaped(&finding.message)),
    };
    let text = |text: &str| match style {
        Style::Plain => Shown(text).to_string(),
        Style::Markdown => escaped(text),
    };
    let page = rules.and_then(|rules| rules.page(id));
    if let Some(why) = page.map(|page| page.why.as_str()).filter(|why| !why.is_empty()) {
        let _ = writeln!(out, "\n{}", text(&joined(why)));
    }
    let customer = finding.evidence.iter().find(|evidence| evidence.from == Speaker::Customer);
    if let Some(evidence) = customer {
        let _ = writeln!(out, "\nThe customer wrote: “{}”", text(&evidence.text));
    }
    if !finding.instead.is_empty() {
        let _ = writeln!(out, "\nTry:\n");
        for rewrite in &finding.instead {
            let _ = writeln!(out, "- {}", text(&joined(rewrite)));
        }
    }
    if let Some(source) = page.map(|page| page.source.as_str()).filter(|source| !source.is_empty()) {
        // Not the draft's words but the rule's: its links may be followed.
        let _ = writeln!(out, "\nSource: {}", Shown(&joined(source)));
    }
    let _ = match style {
        Style::Plain => write!(out, "\nMore: replylint explain {id}"),
        Style::Markdown => write!(out, "\nMore: `replylint explain {id}`"),
    };
    out
}

/// On one line.
fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text that Markdown takes for nothing but text: a draft may hold anything.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in Shown(text).to_string().chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '!') {
            out.push('\\');
        }
        out.push(c);
    }
    // A bare address would become a link.
    out.replace("://", ":\\//")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_can_not_write_markdown() {
        assert_eq!(escaped("[x](command:y) <b>`"), "\\[x\\](command:y) \\<b\\>\\`");
        assert_eq!(escaped("http://x"), "http:\\//x");
        assert_eq!(escaped("a\u{202e}b"), "a\\\\u{202e}b");
    }
}

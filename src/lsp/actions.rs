//! What can be done about findings: edits that a person chooses.

use super::checked::{Draft, Marked};
use super::config_edit::turn_off;
use super::edits::Editing;
use super::encoding::Encoding;
use crate::lint::Shown;
use crate::rules::Check;
use crate::rules::book::Place;
use crate::text::Span;
use lsp_types::{
    CodeAction, CodeActionKind, DocumentChangeOperation, DocumentChanges, OneOf,
    OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextEdit, Url, WorkspaceEdit,
};
use ropey::Rope;
use std::collections::HashMap;
use std::path::Path;

/// Most letters of a draft or a rewrite in a title.
const TITLE_MAX: usize = 60;

/// Most findings that edits are worked out for at once: each is tried on the document first.
const FIXED_MAX: usize = 30;

/// The kind of the action that makes all safe edits.
pub(super) const FIX_ALL: &str = "source.fixAll.replylint";

/// A document that actions are asked for.
pub(super) struct Subject<'a> {
    pub(super) uri: &'a Url,
    pub(super) version: i32,
    pub(super) draft: &'a Draft,
    pub(super) encoding: Encoding,
    /// Whether the editor takes edits that are for one version.
    pub(super) versioned: bool,
    /// The text of the config that holds here, as the editor or the disk has it.
    pub(super) config: Option<String>,
}

/// What can be done about `found`, findings of the document.
pub(super) fn quick_fixes(subject: &Subject<'_>, found: &[&Marked]) -> Vec<CodeAction> {
    let (text, before) = subject.draft.plain();
    let editing = Editing::new(subject.draft, &text, before);
    let mut actions = Vec::new();
    for marked in found.iter().take(FIXED_MAX) {
        subject.replacement(&editing, marked, &mut actions);
        subject.rewrites(&editing, marked, &mut actions);
        if let Some(change) = editing.silence(marked.reply, &marked.finding) {
            let title = format!("Silence {} here, with a reason", marked.finding.rule);
            actions.push(subject.quick_fix(title, marked, vec![editing.edit(change, subject.encoding)]));
        }
        subject.off(marked, &mut actions);
    }
    // Two findings may come to the same: one rule twice in a line, an edit that is a rewrite too.
    let mut different: Vec<CodeAction> = Vec::new();
    for action in actions {
        if !different.iter().any(|other| other.edit == action.edit) {
            different.push(action);
        }
    }
    different
}

/// All safe edits that stand beside each other, as one action.
pub(super) fn fix_all(subject: &Subject<'_>, found: &[Marked]) -> Option<CodeAction> {
    let (text, before) = subject.draft.plain();
    let editing = Editing::new(subject.draft, &text, before);
    if !found.iter().any(|marked| marked.finding.replace.as_ref().is_some_and(|replace| replace.safe)) {
        return None;
    }
    let edits = vec![editing.edit(difference(&text, &editing.fixed()?), subject.encoding)];
    Some(CodeAction {
        title: "Make all safe replylint edits".to_owned(),
        kind: Some(CodeActionKind::from(FIX_ALL.to_owned())),
        edit: Some(subject.workspace_edit(edits)),
        ..CodeAction::default()
    })
}

impl Subject<'_> {
    /// The edit that the rule offers.
    fn replacement(&self, editing: &Editing<'_>, marked: &Marked, actions: &mut Vec<CodeAction>) {
        let finding = &marked.finding;
        let Some(replace) = &finding.replace else { return };
        let Some(change) = editing.change(marked.reply, finding.span, &replace.with) else { return };
        let title = if replace.with.is_empty() {
            format!("Remove “{}”", short(&finding.matched))
        } else {
            format!("Replace “{}” with “{}”", short(&finding.matched), short(&replace.with))
        };
        actions.push(CodeAction {
            is_preferred: Some(replace.safe),
            ..self.quick_fix(title, marked, vec![editing.edit(change, self.encoding)])
        });
    }

    /// The rule's rewrites. They are advice, written for some other case: one that is a sentence takes the place of the
    /// sentence, one that is not that of the words. What is missing is added where its place is known.
    fn rewrites(&self, editing: &Editing<'_>, marked: &Marked, actions: &mut Vec<CodeAction>) {
        let finding = &marked.finding;
        let Some(reply) = editing.reply(marked.reply) else { return };
        let book = &self.draft.rules.book;
        let Some(rule) = book.rules.iter().find(|rule| rule.id == finding.rule) else { return };
        for rewrite in &finding.instead {
            let with = rewrite.trim();
            let (title, span, with) = match &rule.check {
                Check::Avoid if !is_sentence(with) => {
                    let with = with_case_of(with, &finding.matched);
                    (format!("Write “{}”", short(&with)), Some(finding.span), with)
                }
                Check::Avoid => {
                    let sentence = editing.sentence(marked.reply, finding.span.start);
                    (format!("Rewrite the sentence: “{}”", short(with)), sentence, with.to_owned())
                }
                Check::Require(signal) => match book.signals[*signal].place {
                    Some(Place::Opening) => {
                        let start = reply.text.len() - reply.text.trim_start().len();
                        let title = format!("Add at the top: “{}”", short(with));
                        (title, Some(Span::new(start, start)), format!("{with}\n\n"))
                    }
                    Some(Place::Closing) => {
                        let end = reply.text.trim_end().len();
                        (format!("Add at the end: “{}”", short(with)), Some(Span::new(end, end)), format!("\n\n{with}"))
                    }
                    _ => continue,
                },
                _ => continue,
            };
            if let Some(change) = span.and_then(|span| editing.change(marked.reply, span, &with)) {
                actions.push(self.quick_fix(title, marked, vec![editing.edit(change, self.encoding)]));
            }
        }
    }

    /// Turning the rule off for everybody, in the config that holds here.
    fn off(&self, marked: &Marked, actions: &mut Vec<CodeAction>) {
        let rule = &marked.finding.rule;
        let Some(config) = self.draft.rules.settings.config.as_deref() else { return };
        let Some(uri) = file_uri(config) else { return };
        let Some(yaml) = &self.config else { return };
        let Some((at, with)) = turn_off(yaml, rule) else { return };
        let edit = TextEdit::new(self.encoding.range(&Rope::from_str(yaml), at.start..at.end), with);
        let name = config.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        actions.push(CodeAction {
            edit: Some(WorkspaceEdit { changes: Some(HashMap::from([(uri, vec![edit])])), ..WorkspaceEdit::default() }),
            ..self.quick_fix(format!("Turn {rule} off in {name}"), marked, Vec::new())
        });
    }

    fn quick_fix(&self, title: String, marked: &Marked, edits: Vec<TextEdit>) -> CodeAction {
        CodeAction {
            title: Shown(&title).to_string(),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![marked.diagnostic.clone()]),
            edit: Some(self.workspace_edit(edits)),
            ..CodeAction::default()
        }
    }

    fn workspace_edit(&self, edits: Vec<TextEdit>) -> WorkspaceEdit {
        if !self.versioned {
            return WorkspaceEdit {
                changes: Some(HashMap::from([(self.uri.clone(), edits)])),
                ..WorkspaceEdit::default()
            };
        }
        let document = OptionalVersionedTextDocumentIdentifier { uri: self.uri.clone(), version: Some(self.version) };
        let edits = edits.into_iter().map(OneOf::Left).collect();
        let change = DocumentChangeOperation::Edit(TextDocumentEdit { text_document: document, edits });
        WorkspaceEdit { document_changes: Some(DocumentChanges::Operations(vec![change])), ..WorkspaceEdit::default() }
    }
}

/// What to put where in `old` to make `new` of it.
fn difference(old: &str, new: &str) -> (Span, String) {
    let same = |a: &mut dyn Iterator<Item = char>, b: &mut dyn Iterator<Item = char>| {
        a.zip(b).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum::<usize>()
    };
    let start = same(&mut old.chars(), &mut new.chars());
    let end = same(&mut old[start..].chars().rev(), &mut new[start..].chars().rev());
    (Span::new(start, old.len() - end), new[start..new.len() - end].to_owned())
}

/// The address of a file.
pub(super) fn file_uri(path: &Path) -> Option<Url> {
    Url::from_file_path(std::path::absolute(path).ok()?).ok()
}

/// Whether a rewrite is one or more whole sentences, and not words for the middle of one.
fn is_sentence(text: &str) -> bool {
    text.starts_with(|c: char| !c.is_lowercase()) && text.ends_with(['.', '!', '?', '…', '”', '"', ')'])
        || text.contains('\n')
}

/// `words` with a capital where those that they replace have one.
fn with_case_of(words: &str, replaced: &str) -> String {
    let mut chars = words.chars();
    match chars.next().filter(|_| replaced.starts_with(char::is_uppercase)) {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => words.to_owned(),
    }
}

/// On one line, and not too long for a menu.
fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= TITLE_MAX {
        return line;
    }
    let cut: String = line.chars().take(TITLE_MAX).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_as_short_as_can_be() {
        for (old, new) in [("a😀b", "a😁b"), ("aaa", "aa"), ("aa", "aaa"), ("", "x"), ("x", ""), ("é", "è")] {
            let (at, with) = difference(old, new);
            assert_eq!(super::super::edits::spliced(old, at, &with), new);
        }
        assert_eq!(difference("one two three", "one 2 three"), (Span::new(4, 7), "2".to_owned()));
    }

    #[test]
    fn sentences_are_told_from_words() {
        for sentence in ["We're sorry.", "Could you send it again?", "Hi,\nthere"] {
            assert!(is_sentence(sentence), "{sentence}");
        }
        for words in ["our mistake", "This morning's bread", "please."] {
            assert!(!is_sentence(words), "{words}");
        }
    }

    #[test]
    fn words_take_the_capital_of_those_they_replace() {
        assert_eq!(with_case_of("please", "Kindly"), "Please");
        assert_eq!(with_case_of("please", "kindly"), "please");
        assert_eq!(with_case_of("I can", "can"), "I can");
    }
}

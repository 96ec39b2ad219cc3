//! Edits of a document, offered only where they do what they say.

use super::checked::Draft;
use super::encoding::Encoding;
use crate::fix::{fix_text, reword};
use crate::input::{self, Kind, Reply};
use crate::lint::Finding;
use crate::text::{Span, View};
use crate::wording::Wording;
use lsp_types::TextEdit;
use std::collections::BTreeMap;

/// What stands in a new comment for the reason, until somebody gives one.
const REASON: &str = "say here why";

/// A document as it is read before any edit.
pub(super) struct Editing<'a> {
    draft: &'a Draft,
    text: &'a str,
    /// Bytes of the document before `text`.
    before: usize,
    kind: Kind,
    replies: Vec<Reply<'a>>,
}

impl<'a> Editing<'a> {
    /// Reads the document, whose text is `text` behind the first `before` bytes.
    pub(super) fn new(draft: &'a Draft, text: &'a str, before: usize) -> Self {
        let (kind, replies, _) = input::replies_within(&draft.name, text, draft.reading(), draft.rules.settings.limits);
        Self { draft, text, before, kind, replies }
    }

    /// The reply of this number.
    pub(super) fn reply(&self, number: usize) -> Option<&Reply<'a>> {
        self.replies.get(number)
    }

    /// Other words for a passage of a reply, in bytes of the reply: what to put where in the text. Nothing where the
    /// document does not take them.
    pub(super) fn change(&self, number: usize, span: Span, with: &str) -> Option<(Span, String)> {
        let file = (self.draft.name.as_str(), self.text, self.draft.is_reply);
        self.draft.fixing(|fixer| reword(fixer, file, number, span, with))
    }

    /// The document's text with all edits made that are safe; nothing where there is none.
    pub(super) fn fixed(&self) -> Option<String> {
        let fixed = self.draft.fixing(|fixer| fix_text(fixer, &self.draft.name, self.text, self.draft.is_reply));
        fixed.ok().map(|fixed| fixed.text).filter(|text| text != self.text)
    }

    /// The sentence of reply `number` that byte `at` of it stands in.
    pub(super) fn sentence(&self, number: usize, at: usize) -> Option<Span> {
        let reply = self.replies.get(number)?;
        let book = &self.draft.rules.book;
        let view = View::new(&reply.text, reply.format, &book.vocabulary, &book.language);
        let token = view.tokens.partition_point(|token| (token.end as usize) <= view.map.to_view(at));
        let sentence = view.sentences.get(view.sentence_of(token))?;
        let (start, end) = (sentence.start as usize, sentence.end as usize);
        (start < end).then(|| view.source_span(start, end))
    }

    /// The comment that silences `finding` of reply `number`, and where it goes. Nothing where no comment would, or where it
    /// would silence another rule.
    pub(super) fn silence(&self, number: usize, finding: &Finding) -> Option<(Span, String)> {
        let reply = self.replies.get(number)?;
        let at = in_file(reply, finding.span).start;
        let order = format!("replylint: ignore {} -- {REASON}", finding.rule);
        let start_of_line = |at: usize| self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        let line = start_of_line(at);
        let places = match self.kind {
            Kind::Markdown | Kind::Html => {
                let comment = format!("<!-- {order} -->");
                let end = self.text[at..].find(['\r', '\n']).map_or(self.text.len(), |length| at + length);
                vec![(end, format!(" {comment}")), (line, format!("{comment}\n"))]
            }
            Kind::Yaml => {
                let first = start_of_line(in_file(reply, Span::new(0, 0)).start);
                let above = start_of_line(first.saturating_sub(1));
                let indented = |line: usize| {
                    let indent: String = self.text[line..].chars().take_while(|c| *c == ' ').collect();
                    (line, format!("{indent}# {order}\n"))
                };
                vec![indented(line), indented(first), indented(above)]
            }
            _ => Vec::new(),
        };
        let newline = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
        let mut edits = places.into_iter().map(|(at, with)| (Span::new(at, at), with.replace('\n', newline)));
        edits.find(|(at, with)| self.silences(&spliced(self.text, *at, with), finding))
    }

    /// Whether all that the document has less to say as `new` is `finding`, and perhaps others of its rule.
    fn silences(&self, new: &str, finding: &Finding) -> bool {
        let counts = |text: &str| {
            let report = self.draft.report(text.to_owned());
            let mut counts: BTreeMap<(Wording, String), usize> = BTreeMap::new();
            for finding in report.replies.iter().flat_map(|reply| &reply.outcome.findings) {
                *counts.entry((finding.rule.clone(), finding.matched.clone())).or_default() += 1;
            }
            (counts, report.problems.len())
        };
        let ((before, old_problems), (after, problems)) = (counts(self.text), counts(new));
        let said = (finding.rule.clone(), finding.matched.clone());
        let others = |of: &BTreeMap<(Wording, String), usize>| {
            let mut others = of.clone();
            others.retain(|(rule, _), _| *rule != finding.rule);
            others
        };
        problems == old_problems && after.get(&said) < before.get(&said) && others(&before) == others(&after)
    }

    /// The edit in the editor's terms.
    pub(super) fn edit(&self, (at, with): (Span, String), encoding: Encoding) -> TextEdit {
        let range = encoding.range(&self.draft.text, at.start + self.before..at.end + self.before);
        TextEdit::new(range, with)
    }
}

fn in_file(reply: &Reply<'_>, span: Span) -> Span {
    reply.map().map_or(span, |map| map.to_source(span))
}

/// `text` with other words in the place of `span`.
pub(super) fn spliced(text: &str, span: Span, with: &str) -> String {
    format!("{}{with}{}", &text[..span.start], &text[span.end..])
}

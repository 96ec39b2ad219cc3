//! One reading of a file, and the edits that are made in it at once.

use super::Fixer;
use crate::check::check_bytes;
use crate::input::{self, Kind, Reading, Reply};
use crate::lint::Finding;
use crate::text::{self, Format, Span, View};
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};
use std::cmp::Reverse;

/// Most bytes that are read in one round in search of the edits that a file does not take.
const READ_MAX: usize = 200_000_000;
/// Readings that a file of any length is worth.
const TRIES_MIN: usize = 64;

/// Stands before words that are looked at by themselves.
const MIDDLE: &str = "x ";

/// New words for a passage of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    /// The reply, by number.
    pub(super) reply: usize,
    /// The passage, in bytes of the reply.
    pub(super) span: Span,
    /// The same, in bytes of the file.
    pub(super) file: Span,
    /// The new words.
    pub(super) with: String,
    /// Who asks for it.
    pub(super) rule: String,
}

/// What a round came to.
pub(super) struct Step {
    pub(super) text: String,
    /// The rule of each edit made.
    pub(super) rules: Vec<String>,
    /// How many edits could not be made.
    pub(super) refused: usize,
    /// How many edits may change the meaning and were not asked for.
    pub(super) not_asked_for: usize,
}

/// A file as it is read before any edit.
pub(super) struct Round<'a, 'b> {
    pub(super) fixer: Fixer<'a, 'b>,
    path: &'a str,
    pub(super) text: &'a str,
    reading: Reading<'a>,
    kind: Kind,
    pub(super) replies: Vec<Reply<'a>>,
    problems: usize,
}

impl<'a, 'b> Round<'a, 'b> {
    pub(super) fn new(fixer: Fixer<'a, 'b>, path: &'a str, text: &'a str, named: bool) -> Self {
        let reading = fixer.options.reading(path, named);
        let (kind, replies, problems) = input::replies_within(path, text, reading, fixer.linters.limits());
        Self { fixer, path, text, reading, kind, replies, problems: problems.len() }
    }

    /// The findings that are reported, each with the number of its reply.
    pub(super) fn findings(&self) -> Vec<(usize, Finding)> {
        let Fixer { linters, options, baseline, .. } = self.fixer;
        let mut report = check_bytes(linters, self.path, self.text.as_bytes().to_vec(), self.reading.named, options);
        if let Some(baseline) = baseline {
            baseline.silence(&mut report);
        }
        report.replies.retain(|reply| !reply.is_aside);
        // Where a reply could not be checked, which is a problem of the report's, the numbers say nothing.
        if report.replies.len() != self.replies.len() {
            return Vec::new();
        }
        let each = report.replies.into_iter().enumerate();
        each.flat_map(|(number, reply)| reply.outcome.findings.into_iter().map(move |finding| (number, finding)))
            .collect()
    }

    /// Makes the edits that the rules offer, as many as fit beside each other.
    pub(super) fn step(&self) -> Step {
        let (mut refused, mut not_asked_for) = (0, 0);
        let mut edits = Vec::new();
        for (number, finding) in self.findings() {
            let Some(replace) = &finding.replace else {
                continue;
            };
            if !replace.safe && !self.fixer.unsafe_too {
                not_asked_for += 1;
                continue;
            }
            match self.edit(number, finding.span, &replace.with, &finding.rule) {
                Some(edit) => edits.push(edit),
                None => refused += 1,
            }
        }
        settle(&mut edits);
        let mut tries = 0;
        while !edits.is_empty() {
            let (chosen, rest) = beside_each_other(edits);
            let (made, not_made) = self.accepted(chosen, &mut tries);
            refused += not_made;
            if !made.is_empty() {
                return Step {
                    text: apply(self.text, made.iter().map(|edit| (edit.file, edit.with.as_str()))),
                    rules: made.into_iter().map(|edit| edit.rule).collect(),
                    refused,
                    not_asked_for,
                };
            }
            // What overlapped with those that were refused has its turn.
            edits = rest;
        }
        Step { text: self.text.to_owned(), rules: Vec::new(), refused, not_asked_for }
    }

    /// The edit of `span` of reply `number`, if the file holds the words as they are.
    pub(super) fn edit(&self, number: usize, mut span: Span, with: &str, rule: &str) -> Option<Edit> {
        let reply = &self.replies[number];
        let mut with = with.to_owned();
        if with.is_empty() {
            (span, with) = without_gap(&reply.text, span);
        }
        if self.text.contains("\r\n") && with.contains('\n') {
            with = with.replace("\r\n", "\n").replace('\n', "\r\n");
        }
        let file = reply.copied_from(span)?;
        let stands = self.text.get(file.start..file.end)? == reply.text.get(span.start..span.end)?;
        stands.then(|| Edit { reply: number, span, file, with, rule: rule.to_owned() })
    }

    /// The edits that the file takes, and how many it does not.
    fn accepted(&self, edits: Vec<Edit>, tries: &mut usize) -> (Vec<Edit>, usize) {
        let mut made: Vec<Edit> = Vec::new();
        let mut refused = 0;
        let most = (READ_MAX / self.text.len().max(1)).max(TRIES_MIN);
        let mut open = vec![edits];
        while let Some(mut part) = open.pop() {
            *tries += 1;
            let before = made.len();
            made.append(&mut part);
            if *tries <= most && self.takes(&made) {
                continue;
            }
            part = made.split_off(before);
            if part.len() == 1 || *tries > most {
                refused += part.len();
            } else {
                let second = part.split_off(part.len() / 2);
                open.push(second);
                open.push(part);
            }
        }
        (made, refused)
    }

    /// Whether the file with these edits, which are in order, holds the same replies with nothing else changed.
    pub(super) fn takes(&self, edits: &[Edit]) -> bool {
        let new = apply(self.text, edits.iter().map(|edit| (edit.file, edit.with.as_str())));
        let (kind, replies, problems) =
            input::replies_within(self.path, &new, self.reading, self.fixer.linters.limits());
        if kind != self.kind || replies.len() != self.replies.len() || problems.len() != self.problems {
            return false;
        }
        self.replies.iter().zip(&replies).enumerate().all(|(number, (old, new))| {
            let same = old.name == new.name
                && old.customer == new.customer
                && old.id == new.id
                && old.format == new.format
                && old.channel == new.channel;
            let mine: Vec<&Edit> = edits.iter().filter(|edit| edit.reply == number).collect();
            if mine.is_empty() {
                return same && old.text == new.text;
            }
            let expected = apply(&old.text, mine.iter().map(|edit| (edit.span, edit.with.as_str())));
            same && new.text == expected && self.reads_on(&old.text, &expected, old.format, &mine)
        })
    }

    /// Whether the reply's words beside the edits read as before, with the same quotations, code and placeholders.
    fn reads_on(&self, old: &str, new: &str, format: Format, edits: &[&Edit]) -> bool {
        let book = self.fixer.linters.book();
        let view = |text: &str, format| View::new(text, format, &book.vocabulary, &book.language);
        let (before, after) = (view(old, format), view(new, format));
        let code = if format == Format::Markdown { indented_code(old) } else { Vec::new() };
        let mut expected = String::with_capacity(before.text.len());
        let mut at = 0;
        for edit in edits {
            let (start, end) = (before.map.to_view(edit.span.start), before.map.to_view(edit.span.end));
            let is_own = !is_quotation(&before.text, start)
                && !before.quoted.iter().chain(&code).any(|other| other.overlaps(edit.span));
            let (Some(kept), Some(gone)) = (before.text.get(at..start), before.text.get(start..end)) else {
                return false;
            };
            if !is_own || gone.contains(text::is_mark) {
                return false;
            }
            expected.push_str(kept);
            // In the middle of a line, where no mark begins a list or a quotation.
            let words = view(&format!("{MIDDLE}{}", edit.with), Format::Text).text;
            expected.push_str(&as_it_stands(&edit.with, words.strip_prefix(MIDDLE).unwrap_or(&words)));
            at = end;
        }
        expected.push_str(&before.text[at..]);
        let quoted = |view: &View, text: &str| -> Vec<String> {
            view.quoted.iter().map(|span| text[span.start..span.end].to_owned()).collect()
        };
        quoted(&before, old) == quoted(&after, new) && expected.split_whitespace().eq(after.text.split_whitespace())
    }
}

/// Whether byte `at` of a view stands between quotation marks: a label, an error message, what somebody said. A reply that
/// stands in them as a whole is nobody else's.
fn is_quotation(view: &str, at: usize) -> bool {
    let whole = view.trim();
    if whole.len() > 1 && whole.starts_with('"') && whole.ends_with('"') && whole.matches('"').count() == 2 {
        return false;
    }
    let line = view[..at].rfind('\n').map_or(0, |end| end + 1);
    view[line..at].matches('"').count() % 2 == 1
}

/// The indented code of a Markdown text. A view takes it for an indented paragraph, which it is nearly always; an edit
/// must be surer than that.
fn indented_code(text: &str) -> Vec<Span> {
    Parser::new(text)
        .into_offset_iter()
        .filter(|(event, _)| matches!(event, Event::Start(Tag::CodeBlock(CodeBlockKind::Indented))))
        .map(|(_, range)| Span::new(range.start, range.end))
        .collect()
}

/// The view of some words, with the white space around them that a view of its own leaves out.
fn as_it_stands(words: &str, view: &str) -> String {
    let space = |is: bool| if is { " " } else { "" };
    format!(
        "{}{}{}",
        space(words.starts_with(char::is_whitespace)),
        view.trim(),
        space(words.ends_with(char::is_whitespace))
    )
}

/// The span with one of the spaces around it, so that words that go leave no gap; where the first word of a sentence
/// goes, the next takes its capital.
fn without_gap(text: &str, span: Span) -> (Span, String) {
    let (before, after) = (&text[..span.start], &text[span.end..]);
    if let Some(rest) = after.strip_prefix(' ') {
        let span = Span::new(span.start, span.end + 1);
        let next = rest.chars().next().filter(|next| next.is_lowercase());
        return match next.filter(|_| text[span.start..].starts_with(char::is_uppercase)) {
            Some(next) => (Span::new(span.start, span.end + next.len_utf8()), next.to_uppercase().to_string()),
            None => (span, String::new()),
        };
    }
    let start = if before.ends_with(' ') { span.start - 1 } else { span.start };
    (Span::new(start, span.end), String::new())
}

/// The order in which edits have their turn: the earlier start, then the longer passage, then the rule's name.
fn settle(edits: &mut [Edit]) {
    edits.sort_by(|a, b| {
        (a.file.start, Reverse(a.file.end), &a.rule, &a.with).cmp(&(
            b.file.start,
            Reverse(b.file.end),
            &b.rule,
            &b.with,
        ))
    });
}

/// Of edits in order, those that touch none before them, and the others.
fn beside_each_other(edits: Vec<Edit>) -> (Vec<Edit>, Vec<Edit>) {
    let mut end = None;
    edits.into_iter().partition(|edit| {
        let free = end.is_none_or(|end| end < edit.file.start);
        if free {
            end = Some(edit.file.end);
        }
        free
    })
}

/// `text` with the passages replaced; they are in order and touch nowhere.
pub(super) fn apply<'e>(text: &str, edits: impl Iterator<Item = (Span, &'e str)>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (span, with) in edits {
        out.push_str(&text[at..span.start]);
        out.push_str(with);
        at = span.end;
    }
    out.push_str(&text[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, end: usize, rule: &str) -> Edit {
        let span = Span::new(start, end);
        Edit { reply: 0, span, file: span, with: String::new(), rule: rule.to_owned() }
    }

    #[test]
    fn the_earlier_then_the_longer_then_the_name_goes_first() {
        let mut edits = vec![edit(3, 5, "a"), edit(0, 2, "b"), edit(0, 4, "c"), edit(0, 4, "b"), edit(6, 7, "a")];
        settle(&mut edits);
        let (chosen, rest) = beside_each_other(edits);
        assert_eq!(chosen, [edit(0, 4, "b"), edit(6, 7, "a")]);
        assert_eq!(rest, [edit(0, 4, "c"), edit(0, 2, "b"), edit(3, 5, "a")]);
    }

    #[test]
    fn edits_that_touch_wait_for_each_other() {
        let (chosen, rest) = beside_each_other(vec![edit(0, 2, "a"), edit(2, 3, "a")]);
        assert_eq!((chosen.len(), rest.len()), (1, 1));
    }

    #[test]
    fn words_that_go_leave_no_gap() {
        let gone = |text: &str, word: &str| {
            let at = text.find(word).unwrap();
            let (span, with) = without_gap(text, Span::new(at, at + word.len()));
            apply(text, [(span, with.as_str())].into_iter())
        };
        assert_eq!(gone("Just do it.", "Just"), "Do it.");
        assert_eq!(gone("You just do it.", "just"), "You do it.");
        assert_eq!(gone("Do it just.", "just"), "Do it.");
        assert_eq!(gone("just", "just"), "");
    }
}

//! Fixing with a person who decides: one question for each finding that has an edit, or words to choose from.

use super::round::{Edit, Round, apply};
use super::{Fixed, Fixer, Fixes};
use crate::lint::Finding;
use crate::rules::Check;
use crate::text::{LineIndex, Position, Span, View};
use crate::wording::Wording;

/// What is asked about one finding.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The file.
    pub path: &'a str,
    /// Where the words stand in it.
    pub position: Position,
    /// The rule.
    pub rule: &'a str,
    /// What it says.
    pub message: &'a str,
    /// What can be done: the rule's edit first, if it has one, then its ways to say it instead.
    pub choices: &'a [Choice],
}

/// One thing that can be done about a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The lines of the reply that change.
    pub before: String,
    /// What they change to.
    pub after: String,
    /// For the rule's edit, whether no meaning can change. Nothing for other words, which are an example and take the
    /// place of the whole sentence.
    pub safe: Option<bool>,
}

/// What a person says to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The choice of this number, from 0.
    Take(usize),
    /// None of them.
    Leave,
    /// The rule's edit, and from here on every edit without a question.
    All,
    /// None, and no more questions.
    Quit,
}

/// What was answered for good.
#[derive(Clone, Copy, Debug, Default)]
pub struct Session {
    /// No more questions: edits are made. The unsafe ones only if the fixer makes them.
    pub all: bool,
    /// No more questions: nothing is done.
    pub quit: bool,
}

/// Goes through the text of the file at `path` from top to bottom and does what `answer` says. `named` says that the user
/// named the file.
pub fn ask_text(
    fixer: Fixer<'_, '_>,
    path: &str,
    text: &str,
    named: bool,
    session: &mut Session,
    answer: &mut dyn FnMut(&Question<'_>) -> Answer,
) -> Fixed {
    let mut fixed = Fixed { text: text.to_owned(), fixes: Fixes::default() };
    // What stands before this place, in bytes of the file, has been decided.
    let mut decided = (0, Wording::default());
    while !session.quit {
        let round = Round::new(fixer, path, &fixed.text, named);
        let Some((finding, at, options)) = next(&round, &decided) else {
            break;
        };
        let (edits, choices): (Vec<Edit>, Vec<Choice>) = options.into_iter().unzip();
        let question = Question {
            path,
            position: LineIndex::new(&fixed.text).position(at),
            rule: &finding.rule,
            message: &finding.message,
            choices: &choices,
        };
        let said = if session.all { Answer::All } else { answer(&question) };
        session.quit = said == Answer::Quit;
        let edit = choices.first().and_then(|choice| choice.safe);
        let asked = !session.all;
        session.all |= said == Answer::All;
        let chosen = match said {
            Answer::Take(number) => edits.get(number),
            // Whoever says "all" at an edit has seen this one; those to come are made unseen.
            Answer::All if edit.is_some_and(|safe| safe || fixer.unsafe_too || asked) => edits.first(),
            _ => None,
        };
        match chosen {
            Some(edit) => {
                decided = (edit.file.start + edit.with.len(), Wording::default());
                fixed.fixes.fixed += 1;
                fixed.text = apply(&fixed.text, [(edit.file, edit.with.as_str())].into_iter());
            }
            None => decided = (at, finding.rule.clone()),
        }
    }
    fixed
}

/// A finding, where it stands in the file in bytes, and what can be done about it.
type Open = (Finding, usize, Vec<(Edit, Choice)>);

/// The first finding that is not decided and that something can be done about.
fn next(round: &Round<'_, '_>, decided: &(usize, Wording)) -> Option<Open> {
    let mut findings: Vec<(usize, Finding, usize)> = Vec::new();
    for (at, finding) in round.findings() {
        if let Some(place) = round.replies[at].copied_from(finding.span)
            && (place.start, &finding.rule) > (decided.0, &decided.1)
        {
            findings.push((place.start, finding, at));
        }
    }
    findings.sort_by(|a, b| (a.0, &a.1.rule).cmp(&(b.0, &b.1.rule)));
    findings.into_iter().find_map(|(at, finding, reply)| {
        let options = options(round, reply, &finding);
        (!options.is_empty()).then_some((finding, at, options))
    })
}

/// What can be done about a finding: only what the file takes.
fn options(round: &Round<'_, '_>, number: usize, finding: &Finding) -> Vec<(Edit, Choice)> {
    let reply = &round.replies[number];
    let mut found = Vec::new();
    let mut offer = |span: Span, with: &str, safe: Option<bool>| {
        let Some(edit) =
            round.edit(number, span, with, &finding.rule).filter(|edit| round.takes(std::slice::from_ref(edit)))
        else {
            return;
        };
        let lines = lines_of(&reply.text, edit.span);
        let inner = Span::new(edit.span.start - lines.start, edit.span.end - lines.start);
        let before = reply.text[lines.start..lines.end].to_owned();
        let after = apply(&before, [(inner, edit.with.as_str())].into_iter());
        if before != after {
            found.push((edit, Choice { before, after, safe }));
        }
    };
    if let Some(replace) = &finding.replace {
        offer(finding.span, &replace.with, Some(replace.safe));
    }
    let book = round.fixer.linters.book();
    let rule = book.rules.iter().find(|rule| rule.id == finding.rule);
    // Other words can take the place of words only where words are the matter: not of an apology that is missing.
    if rule.is_some_and(|rule| matches!(rule.check, Check::Avoid) && !rule.mask) {
        let view = View::new(&reply.text, reply.format, &book.vocabulary, &book.language);
        if let Some(sentence) = sentence_of(&view, finding.span) {
            let whole = finding.instead.iter().filter(|text| text.ends_with(['.', '!', '?']) && !text.contains('\n'));
            whole.for_each(|text| offer(sentence, text, None));
        }
    }
    found
}

/// The sentence, or sentences, that hold `span`, in bytes of the reply.
fn sentence_of(view: &View, span: Span) -> Option<Span> {
    let (start, end) = (view.map.to_view(span.start) as u32, view.map.to_view(span.end) as u32);
    let first = view.tokens.iter().position(|token| token.end > start)?;
    let last = view.tokens.iter().rposition(|token| token.start < end)?;
    let (from, to) = (view.sentences.get(view.sentence_of(first))?, view.sentences.get(view.sentence_of(last))?);
    let own = (from.start as usize..to.end as usize).find(|token| view.tokens[*token].kind.is_wordlike())?;
    Some(view.source_span(own, to.end as usize))
}

/// The whole lines that `span` stands on, without the last line end.
fn lines_of(text: &str, span: Span) -> Span {
    let start = text[..span.start].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let end = text[span.end..].find(['\n', '\r']).map_or(text.len(), |at| span.end + at);
    Span::new(start, end)
}

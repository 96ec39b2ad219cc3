//! `limit:` so much and no more, or at least so much.

use super::finding::Finding;
use super::signals::Speaker;
use super::{Context, is_in_place};
use crate::rules::book::{Measure, Subject};
use crate::rules::declaration::PerDecl;
use crate::text::{Kind, Sentence, Shape, Token};
use std::collections::BTreeSet;

/// Reported at the first thing past the bound, or at the start of the reply where there is too little.
pub(super) fn check(
    context: &Context<'_>,
    rule: usize,
    measure: &Measure,
    (min, max): (Option<u32>, Option<u32>),
    per: PerDecl,
) -> Option<Finding> {
    let bound = |limit: u32| match per {
        PerDecl::HundredWords => (limit as usize * context.counts.words).div_ceil(100),
        _ => limit as usize,
    };
    let group = match (measure, per) {
        (Measure::ParagraphWords, _) => Some(Group::Paragraph),
        (Measure::SentenceWords, _) | (_, PerDecl::Sentence) => Some(Group::Sentence),
        _ => None,
    };
    // Nearly always all is well, and soon seen to be.
    if let Some(number) = number(context, rule, measure, min.is_none())
        && max.is_none_or(|max| number <= if group.is_some() { max as usize } else { bound(max) })
        && (group.is_some() || min.is_none_or(|min| number >= bound(min)))
    {
        return None;
    }
    if let (Some(group), Some(max)) = (group, max)
        && is_short(context, group, max)
    {
        return None;
    }
    let places = places(context, rule, measure);
    match group {
        Some(Group::Paragraph) => {
            let view = context.view;
            return per_group(context, rule, &places, max, |token| {
                view.sentences[view.sentence_of(token)].line as usize
            });
        }
        Some(Group::Sentence) => {
            return per_group(context, rule, &places, max, |token| context.view.sentence_of(token));
        }
        None => {}
    }
    if let Some(max) = max
        && places.len() > bound(max)
    {
        let (start, end) = places[bound(max)];
        return Some(counted(context, rule, (start, end), (places.len(), max)));
    }
    if let Some(min) = min
        && places.len() < bound(min)
    {
        let (start, end) = context.opening();
        return Some(counted(context, rule, (start, end), (places.len(), min)));
    }
    None
}

/// In what a limit holds, if not in the whole reply.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Sentence,
    Paragraph,
}

/// How much of it the whole reply holds, where that was counted; or, if `at_most` is enough, no less than that.
fn number(context: &Context<'_>, rule: usize, measure: &Measure, at_most: bool) -> Option<usize> {
    let counts = &context.counts;
    match measure {
        Measure::Words | Measure::SentenceWords | Measure::ParagraphWords => Some(counts.words),
        Measure::ExclamationMarks => Some(counts.kinds[Kind::Exclamation as usize]),
        Measure::QuestionMarks => Some(counts.kinds[Kind::Question as usize]),
        Measure::Emoji => Some(counts.kinds[Kind::Symbol as usize]),
        Measure::CapitalWords => Some(counts.shouted),
        Measure::Signal(signal) => at_most.then(|| context.signals.get(*signal).places().count()),
        Measure::Phrases => {
            at_most.then(|| context.signals.rule_hits.iter().filter(|found| found.rule == rule).count())
        }
    }
}

/// Whether no group holds more tokens than may count in it.
fn is_short(context: &Context<'_>, group: Group, max: u32) -> bool {
    let same = |a: &Sentence, b: &Sentence| group == Group::Paragraph && a.line == b.line;
    context.view.sentences.chunk_by(same).all(|group| {
        let tokens: u32 = group.iter().map(|sentence| sentence.end - sentence.start).sum();
        tokens <= max
    })
}

/// Reported at the first place past the bound in any group of places (a sentence, a paragraph).
fn per_group(
    context: &Context<'_>,
    rule: usize,
    places: &[(usize, usize)],
    max: Option<u32>,
    group_of: impl Fn(usize) -> usize,
) -> Option<Finding> {
    let max = max? as usize;
    let same_group = |a: &(usize, usize), b: &(usize, usize)| group_of(a.0) == group_of(b.0);
    let group = places.chunk_by(same_group).find(|group| group.len() > max)?;
    let (start, end) = group[max];
    Some(counted(context, rule, (start, end), (group.len(), max as u32)))
}

/// A finding on tokens that tells how many there are, and the bound.
fn counted(context: &Context<'_>, rule: usize, tokens: (usize, usize), (count, bound): (usize, u32)) -> Finding {
    context.finding_that_says(rule, tokens, &[("count", &count.to_string()), ("max", &bound.to_string())])
}

/// The token ranges of everything that counts.
fn places(context: &Context<'_>, rule: usize, measure: &Measure) -> Vec<(usize, usize)> {
    let view = context.view;
    let tokens = |wanted: &dyn Fn(&Token) -> bool| -> Vec<(usize, usize)> {
        view.tokens.iter().enumerate().filter(|(_, t)| wanted(t)).map(|(index, _)| (index, index + 1)).collect()
    };
    match measure {
        Measure::Words | Measure::SentenceWords | Measure::ParagraphWords => tokens(&|t| t.kind.is_wordlike()),
        Measure::ExclamationMarks => tokens(&|t| t.kind == Kind::Exclamation),
        Measure::QuestionMarks => tokens(&|t| t.kind == Kind::Question),
        Measure::Emoji => tokens(&|t| t.kind == Kind::Symbol),
        Measure::CapitalWords => tokens(&|t| t.kind == Kind::Word && t.shape.has(Shape::SHOUTED)),
        Measure::Signal(signal) => {
            // Two phrases of one signal in one sentence are one thing said.
            let mut seen: BTreeSet<usize> = BTreeSet::new();
            let mut out = Vec::new();
            for place in context.signals.get(*signal).places().filter(|p| p.from == Speaker::Reply) {
                let sentence = view.sentence_of(place.start);
                if seen.insert(sentence) {
                    out.push((place.start, place.end));
                }
            }
            out.sort_unstable();
            out
        }
        Measure::Phrases => {
            let declared = context.rule(rule);
            let mut out: Vec<(usize, usize)> = Vec::new();
            for found in &context.signals.rule_hits {
                let (start, end) = (found.hit.start as usize, found.hit.end as usize);
                let counts = found.rule == rule
                    && out.last().is_none_or(|(_, last)| *last <= start)
                    && is_in_place(view, start, declared.place)
                    && !context.signals.in_reply.silence(Subject::Rule(rule), view, start, end);
                if counts {
                    out.push((start, end));
                }
            }
            out
        }
    }
}

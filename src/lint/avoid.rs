//! `avoid:` words that should not be there.

use super::finding::Finding;
use super::signals::RuleHit;
use super::{Context, is_in_place};
use crate::rules::book::Subject;
use crate::rules::declaration::ChecksumDecl;
use crate::rules::{Check, Severity};
use std::cell::LazyCell;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// One finding for one passage: the rule that says most of it wins, that is one of a set that is not general; then the
/// graver rule, the longer match, the earlier rule.
pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let is_vouched_for = LazyCell::new(|| context.is_vouched_for());
    let mut found: Vec<Passage> = Vec::with_capacity(context.signals.rule_hits.len());
    for RuleHit { rule: index, hit, is_suspect } in context.signals.rule_hits.iter().copied() {
        let rule = context.rule(index);
        let (start, end) = (hit.start as usize, hit.end as usize);
        let speaks = matches!(rule.check, Check::Avoid)
            && context.applies(&rule.when)
            && is_in_place(context.view, start, rule.place)
            && rule.checksum.is_none_or(|ChecksumDecl::Luhn| has_luhn(context.view.words(start, end)))
            && !context.signals.in_reply.silence(Subject::Rule(index), context.view, start, end);
        if speaks {
            let is_lowered = is_suspect && *is_vouched_for;
            let severity = if is_lowered { Severity::Suggestion } else { context.severity(index) };
            found.push(Passage { rule: index, start, end, severity });
        }
    }
    if found.is_empty() {
        return Vec::new();
    }
    found.sort_by_key(|passage| {
        let yields = context.rule(passage.rule).is_general || passage.severity == Severity::Suggestion;
        (yields, Reverse(passage.severity), Reverse(passage.end - passage.start), passage.rule, passage.start)
    });
    let mut kept: BTreeMap<usize, Passage> = BTreeMap::new();
    for passage in found {
        if kept.range(..passage.end).next_back().is_none_or(|(_, before)| before.end <= passage.start) {
            kept.insert(passage.start, passage);
        }
    }
    let finding = |passage: Passage| Finding {
        severity: passage.severity,
        ..context.finding(passage.rule, passage.start, passage.end)
    };
    kept.into_values().map(finding).collect()
}

/// Words that a rule speaks of, in tokens.
struct Passage {
    rule: usize,
    start: usize,
    end: usize,
    severity: Severity,
}

/// Whether the digits of `text` end in the right check digit (ISO/IEC 7812-1, annex B).
fn has_luhn(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| if place % 2 == 0 { *digit } else { digit * 2 - if *digit > 4 { 9 } else { 0 } })
        .sum();
    digits.len() > 1 && sum.is_multiple_of(10)
}

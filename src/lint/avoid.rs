//! `avoid:` words that should not be there.

use super::finding::Finding;
use super::{Context, is_in_place};
use crate::rules::book::Subject;
use crate::rules::declaration::ChecksumDecl;
use crate::rules::{Check, Severity};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// One finding for one passage: the rule that says most of it wins, that is one of a set that is not general; then the
/// graver rule, the longer match, the earlier rule.
pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut found: Vec<(usize, usize, usize)> = Vec::with_capacity(context.signals.rule_hits.len());
    for (index, hit) in &context.signals.rule_hits {
        let rule = context.rule(*index);
        let speaks = matches!(rule.check, Check::Avoid)
            && context.applies(&rule.when)
            && is_in_place(context.view, hit.start as usize, rule.place)
            && rule
                .checksum
                .is_none_or(|ChecksumDecl::Luhn| has_luhn(context.view.words(hit.start as usize, hit.end as usize)))
            && !context.signals.in_reply.silence(
                Subject::Rule(*index),
                context.view,
                hit.start as usize,
                hit.end as usize,
            );
        if speaks {
            found.push((*index, hit.start as usize, hit.end as usize));
        }
    }
    if found.is_empty() {
        return Vec::new();
    }
    found.sort_by_key(|(index, start, end)| {
        let rule = context.rule(*index);
        let severity = context.severity(*index);
        let yields = rule.is_general || severity == Severity::Suggestion;
        (yields, Reverse(severity), Reverse(end - start), *index, *start)
    });
    let mut kept: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for (rule, start, end) in found {
        if kept.range(..end).next_back().is_none_or(|(_, (_, to))| *to <= start) {
            kept.insert(start, (rule, end));
        }
    }
    kept.into_iter().map(|(start, (rule, end))| context.finding(rule, start, end)).collect()
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

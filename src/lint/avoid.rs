//! `avoid:` words that should not be there.

use super::finding::Finding;
use super::{Context, is_in_place};
use crate::rules::Check;
use crate::rules::book::Subject;

/// One finding for one passage: the graver rule wins, then the longer match, then the earlier rule.
pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let words = context.view.word_count();
    let mut found: Vec<(usize, usize, usize)> = Vec::new();
    for (index, hit) in &context.signals.rule_hits {
        let rule = context.rule(*index);
        let speaks = matches!(rule.check, Check::Avoid)
            && context.applies(&rule.when, words)
            && is_in_place(context.view, hit.start as usize, rule.place)
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
    found.sort_by_key(|(rule, start, end)| {
        (std::cmp::Reverse(context.rule(*rule).severity), std::cmp::Reverse(end - start), *rule, *start)
    });
    let mut kept: Vec<(usize, usize, usize)> = Vec::new();
    for (rule, start, end) in found {
        if !kept.iter().any(|(_, from, to)| start < *to && *from < end) {
            kept.push((rule, start, end));
        }
    }
    kept.into_iter().map(|(rule, start, end)| context.finding(rule, start, end)).collect()
}

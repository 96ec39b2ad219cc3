//! `order:` one thing before another.

use super::Context;
use super::finding::Finding;
use super::require::describe;
use super::signals::{Place, Speaker};

/// Reported where the second stands before the first.
pub(super) fn check(context: &Context<'_>, rule: usize, first: usize, then: usize) -> Option<Finding> {
    let in_reply = |signal: usize| -> Option<Place> {
        context.signals.get(signal).places().filter(|p| p.from == Speaker::Reply).min_by_key(|p| p.start)
    };
    let (should_lead, leads) = (in_reply(first)?, in_reply(then)?);
    if should_lead.start <= leads.start {
        return None;
    }
    let mut finding = context.finding(rule, leads.start, leads.end);
    finding.label = Some(context.book.signals[then].label.clone());
    finding.evidence = [(first, should_lead), (then, leads)]
        .into_iter()
        .filter_map(|(signal, place)| describe(context, signal, place))
        .collect();
    Some(finding)
}

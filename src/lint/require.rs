//! `require:` something a reply must do.

use super::finding::{Evidence, Finding};
use super::signals::{Place, Speaker};
use super::{Context, one_line};

/// Reported once, at the words that call for it.
pub(super) fn check(context: &Context<'_>, rule: usize, signal: usize) -> Option<Finding> {
    if context.signals.has(signal) {
        return None;
    }
    let reason = context.reason(context.rule(rule));
    let evidence: Vec<(usize, Place)> = reason
        .map(|number| context.signals.get(number).places().map(|place| (number, place)).collect())
        .unwrap_or_default();
    let in_reply = evidence.iter().map(|(_, place)| *place).find(|place| place.from == Speaker::Reply);
    let (start, end) = in_reply.map_or_else(|| context.opening(), |place| (place.start, place.end));
    let mut finding = context.finding(rule, start, end);
    if let Some(number) = reason {
        finding.label = in_reply.map(|_| context.book.signals[number].label.clone());
        if context.signals.get(number).is_guess() {
            finding.severity = finding.severity.lowered();
            finding.label = finding.label.map(|label| format!("perhaps {label}").into());
        }
    }
    finding.evidence =
        evidence.iter().take(3).filter_map(|(number, place)| describe(context, *number, *place)).collect();
    Some(finding)
}

pub(super) fn describe(context: &Context<'_>, signal: usize, place: Place) -> Option<Evidence> {
    let name = context.book.signals[signal].name.clone();
    Some(match place.from {
        Speaker::Reply => {
            let span = context.view.source_span(place.start, place.end);
            Evidence {
                signal: name,
                from: place.from,
                text: one_line(&context.source[span.start..span.end]),
                span: Some(span),
            }
        }
        Speaker::Customer => {
            let text = one_line(context.customer?.words(place.start, place.end));
            Evidence { signal: name, from: place.from, text, span: None }
        }
    })
}

//! What a finding is known by from run to run: its rule and its sentence, wherever that stands.

use super::Finding;
use crate::text::{Span, View};
use fnv::FnvHasher;
use std::hash::Hasher as _;

/// The fingerprint of a finding on `span` of the reply. It holds as long as the sentence's words do: not their place, case,
/// markup or wraps. Words in `secrets`, which are in order and apart, are left out, so that nobody can guess them from it.
pub(super) fn fingerprint(rule: &str, view: &View, span: Span, secrets: &[Span]) -> u64 {
    let mut hasher = FnvHasher::default();
    hasher.write(rule.as_bytes());
    let at = view.map.to_view(span.start);
    let token = view.tokens.partition_point(|token| token.end as usize <= at);
    if let Some(sentence) = view.sentences.get(view.sentence_of(token)) {
        let (start, end) = (sentence.start as usize, sentence.end as usize);
        for (number, token) in (start..).zip(&view.tokens[start..end]) {
            hasher.write_u8(0);
            let is_secret = || {
                let source = view.source_span(number, number + 1);
                let next = secrets.partition_point(|secret| secret.end <= source.start);
                secrets.get(next).is_some_and(|secret| secret.overlaps(source))
            };
            if secrets.is_empty() || !is_secret() {
                write_lower(&mut hasher, &view.text[token.start as usize..token.end as usize]);
            }
        }
    }
    hasher.finish()
}

/// Adds a word in lower case.
fn write_lower(hasher: &mut FnvHasher, word: &str) {
    if word.is_ascii() {
        word.bytes().for_each(|byte| hasher.write_u8(byte.to_ascii_lowercase()));
    } else {
        hasher.write(word.to_lowercase().as_bytes());
    }
}

/// Gives each finding its fingerprint.
pub(super) fn give(findings: &mut [Finding], view: &View) {
    let mut secrets: Vec<Span> = findings.iter().filter(|f| f.secret.is_some()).map(|f| f.span).collect();
    secrets.sort_unstable();
    secrets.dedup_by(|next, last| {
        let overlaps = next.start < last.end;
        last.end = if overlaps { last.end.max(next.end) } else { last.end };
        overlaps
    });
    for finding in findings {
        finding.fingerprint = fingerprint(&finding.rule, view, finding.span, &secrets);
    }
}

/// The fingerprint of a finding on words that are no part of a reply.
pub(super) fn of_words(rule: &str, words: &str) -> u64 {
    let mut hasher = FnvHasher::default();
    hasher.write(rule.as_bytes());
    for word in words.split_whitespace() {
        hasher.write_u8(0);
        write_lower(&mut hasher, word);
    }
    hasher.finish()
}

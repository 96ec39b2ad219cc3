//! A sketch of a text: which letters and pairs of letters it holds. It tells in a few steps that a regular expression
//! cannot match, so that it need not be compiled, let alone run.

use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Class, Hir, HirKind};
use serde::{Deserialize, Serialize};

/// Number of pairs that are told apart.
const PAIRS: usize = 4096;

/// What a text holds.
pub(super) struct Sketch {
    as_written: Letters,
    lower_case: Letters,
    not_ascii: bool,
}

/// Letters and pairs of neighbours.
struct Letters {
    single: u128,
    pairs: [u64; PAIRS / 64],
}

fn pair(a: u8, b: u8) -> usize {
    (usize::from(a) * 37 + usize::from(b)) % PAIRS
}

impl Letters {
    fn none() -> Self {
        Self { single: 0, pairs: [0; PAIRS / 64] }
    }

    fn add(&mut self, last: u8, byte: u8) {
        self.single |= u128::from(byte < 128) << (byte % 128);
        let bit = pair(last, byte);
        self.pairs[bit / 64] |= 1 << (bit % 64);
    }

    fn may_hold(&self, literal: &str) -> bool {
        let bytes = literal.as_bytes();
        bytes.iter().all(|b| *b >= 128 || self.single & (1 << b) != 0)
            && bytes.windows(2).all(|w| {
                let bit = pair(w[0], w[1]);
                self.pairs[bit / 64] & (1 << (bit % 64)) != 0
            })
    }
}

impl Sketch {
    pub(super) fn of(text: &str) -> Self {
        let mut sketch = Self { as_written: Letters::none(), lower_case: Letters::none(), not_ascii: !text.is_ascii() };
        let (mut last, mut last_lower) = (0, 0);
        for byte in text.bytes() {
            let lower = byte.to_ascii_lowercase();
            sketch.as_written.add(last, byte);
            sketch.lower_case.add(last_lower, lower);
            (last, last_lower) = (byte, lower);
        }
        sketch
    }
}

/// What every match of a regular expression holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Needs {
    /// One of these, lower case unless case matters; empty if nothing is known.
    any_of: Vec<String>,
    case_matters: bool,
    /// Some character that is not ASCII.
    not_ascii: bool,
    /// One of these ASCII characters, or one that is not ASCII, if there are any.
    one_of: Option<u128>,
}

impl Needs {
    pub(super) fn of(hir: &Hir, case_matters: bool) -> Self {
        let literals = |kind| {
            let mut sequence = Extractor::new().kind(kind).limit_total(400).extract(hir);
            sequence.minimize_by_preference();
            let text = |bytes: &[u8]| {
                String::from_utf8(if case_matters { bytes.to_vec() } else { bytes.to_ascii_lowercase() }).ok()
            };
            let texts: Option<Vec<String>> = sequence.literals()?.iter().map(|l| text(l.as_bytes())).collect();
            texts.filter(|texts| !texts.is_empty() && texts.iter().all(|t| !t.is_empty() && t.is_ascii()))
        };
        let shortest = |texts: &Vec<String>| texts.iter().map(String::len).min().unwrap_or(0);
        let best = [ExtractKind::Prefix, ExtractKind::Suffix].into_iter().filter_map(literals).max_by_key(shortest);
        let mut any_of = best.unwrap_or_default();
        any_of.sort_unstable();
        any_of.dedup();
        // Letters in the other case match too unless case matters; only what has no case is sure.
        let cases = if case_matters { 0 } else { letters_mask() };
        let one_of = one_of(hir).filter(|set| set & cases == 0);
        Self { any_of, case_matters, not_ascii: needs_more_than_ascii(hir), one_of }
    }

    pub(super) fn may_match(&self, sketch: &Sketch) -> bool {
        let letters = if self.case_matters { &sketch.as_written } else { &sketch.lower_case };
        (!self.not_ascii || sketch.not_ascii)
            && self.one_of.is_none_or(|set| sketch.not_ascii || letters.single & set != 0)
            && (self.any_of.is_empty() || self.any_of.iter().any(|literal| letters.may_hold(literal)))
    }
}

/// The letters of ASCII, as a set.
fn letters_mask() -> u128 {
    (0..128u8).filter(u8::is_ascii_alphabetic).fold(0, |set, byte| set | 1 << byte)
}

/// The smallest set of ASCII characters of which every match holds one, unless it holds one that is not ASCII.
fn one_of(hir: &Hir) -> Option<u128> {
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => Some(class.iter().fold(0, |set, range| {
            let ascii = (range.start() as u32)..=(range.end() as u32).min(127);
            ascii.fold(set, |set, c| set | 1 << c)
        })),
        HirKind::Literal(literal) => literal.0.first().filter(|byte| **byte < 128).map(|byte| 1 << byte),
        HirKind::Concat(parts) => parts.iter().filter_map(one_of).min_by_key(|set| set.count_ones()),
        HirKind::Alternation(parts) => parts.iter().try_fold(0, |all, part| Some(all | one_of(part)?)),
        HirKind::Capture(capture) => one_of(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => one_of(&repetition.sub),
        _ => None,
    }
}

fn needs_more_than_ascii(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => class.iter().all(|range| range.start() > '\u{7f}'),
        HirKind::Literal(literal) => !literal.0.is_ascii(),
        HirKind::Concat(parts) => parts.iter().any(needs_more_than_ascii),
        HirKind::Alternation(parts) => parts.iter().all(needs_more_than_ascii),
        HirKind::Capture(capture) => needs_more_than_ascii(&capture.sub),
        HirKind::Repetition(repetition) => repetition.min > 0 && needs_more_than_ascii(&repetition.sub),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may(pattern: &str, text: &str) -> bool {
        let hir = regex_syntax::Parser::new().parse(pattern).unwrap();
        Needs::of(&hir, false).may_match(&Sketch::of(text))
    }

    #[test]
    fn what_cannot_match_is_seen_and_what_matches_is_let_through() {
        for (pattern, holds, lacks) in [
            (r"\b(?:TODO|FIXME)\b", "a todo: here", "nothing of the kind"),
            (r"!{2,}", "wow!!", "wow!"),
            (r"[\x{1F300}-\x{1FAFF}]", "hello 🎉", "hello"),
            (r"[\w-]+\.(?:pdf|docx)\b", "see a.pdf", "see the page"),
            (r"\b1Z[0-9A-Z]{6,}", "1z9999999", "nine"),
        ] {
            assert!(may(pattern, holds), "{pattern} on {holds}");
            assert!(!may(pattern, lacks), "{pattern} on {lacks}");
        }
        assert!(may(r"[a-z]+ly", "surely"));
        assert!(may(r"\d{4}", "in 2024") && may(r"\d", "\u{0664}") && !may(r"[a-z]+\d{4}", "in a year"));
        assert!(may("YOU", "you") && may("[A-C]x", "bx"));
    }

    #[test]
    fn case_counts_where_it_matters() {
        let hir = regex_syntax::Parser::new().parse(r"\b(?:YOU|NOT)\b").unwrap();
        let needs = Needs::of(&hir, true);
        assert!(needs.may_match(&Sketch::of("do NOT")));
        assert!(!needs.may_match(&Sketch::of("Do not, You")));
    }
}

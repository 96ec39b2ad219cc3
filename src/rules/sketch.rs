//! A sketch of a text: which letters and pairs of letters it holds. It tells in a few steps that a regular expression
//! cannot match, so that it need not be compiled, let alone run.

use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Class, Hir, HirKind};
use serde::{Deserialize, Serialize};

/// Number of pairs that are told apart.
const PAIRS: usize = 4096;

/// What a text holds, in lower case.
pub(super) struct Sketch {
    letters: u128,
    pairs: [u64; PAIRS / 64],
    not_ascii: bool,
}

fn pair(a: u8, b: u8) -> usize {
    (usize::from(a) * 37 + usize::from(b)) % PAIRS
}

impl Sketch {
    pub(super) fn of(text: &str) -> Self {
        let mut sketch = Self { letters: 0, pairs: [0; PAIRS / 64], not_ascii: !text.is_ascii() };
        let mut last = 0;
        for byte in text.bytes().map(|b| b.to_ascii_lowercase()) {
            if byte < 128 {
                sketch.letters |= 1 << byte;
            }
            let bit = pair(last, byte);
            sketch.pairs[bit / 64] |= 1 << (bit % 64);
            last = byte;
        }
        sketch
    }

    fn may_hold(&self, literal: &str) -> bool {
        let bytes = literal.as_bytes();
        bytes.iter().all(|b| *b >= 128 || self.letters & (1 << b) != 0)
            && bytes.windows(2).all(|w| {
                let bit = pair(w[0], w[1]);
                self.pairs[bit / 64] & (1 << (bit % 64)) != 0
            })
    }
}

/// What every match of a regular expression holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Needs {
    /// One of these, lower case; empty if nothing is known.
    any_of: Vec<String>,
    /// Some character that is not ASCII.
    not_ascii: bool,
}

impl Needs {
    pub(super) fn of(hir: &Hir) -> Self {
        let literals = |kind| {
            let mut sequence = Extractor::new().kind(kind).limit_total(400).extract(hir);
            sequence.minimize_by_preference();
            let texts: Option<Vec<String>> = sequence
                .literals()?
                .iter()
                .map(|l| String::from_utf8(l.as_bytes().to_ascii_lowercase()).ok())
                .collect();
            texts.filter(|texts| !texts.is_empty() && texts.iter().all(|t| !t.is_empty() && t.is_ascii()))
        };
        let shortest = |texts: &Vec<String>| texts.iter().map(String::len).min().unwrap_or(0);
        let best = [ExtractKind::Prefix, ExtractKind::Suffix].into_iter().filter_map(literals).max_by_key(shortest);
        let mut any_of = best.unwrap_or_default();
        any_of.sort_unstable();
        any_of.dedup();
        Self { any_of, not_ascii: needs_more_than_ascii(hir) }
    }

    pub(super) fn may_match(&self, sketch: &Sketch) -> bool {
        (!self.not_ascii || sketch.not_ascii)
            && (self.any_of.is_empty() || self.any_of.iter().any(|literal| sketch.may_hold(literal)))
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
        Needs::of(&hir).may_match(&Sketch::of(text))
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
    }
}

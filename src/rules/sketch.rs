//! A sketch of a text: which letters and pairs of letters it holds. It tells in a few steps that a regular expression
//! cannot match, so that it need not be compiled, let alone run.

use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Class, Hir, HirKind};
use serde::{Deserialize, Serialize};
use std::cell::OnceCell;

/// Number of pairs that are told apart.
const PAIRS: usize = 4096;

/// What a text holds.
pub(super) struct Sketch<'t> {
    text: &'t str,
    /// Most regular expressions ask for no case.
    as_written: OnceCell<Letters>,
    lower_case: Letters,
    not_ascii: bool,
}

/// Letters and pairs of neighbours.
#[derive(Debug)]
struct Letters {
    single: u128,
    pairs: [u64; PAIRS / 64],
}

fn pair(a: u8, b: u8) -> usize {
    (usize::from(a) * 37 + usize::from(b)) % PAIRS
}

impl Letters {
    fn of(bytes: impl Iterator<Item = u8>) -> Self {
        let (mut single, mut pairs) = ([0u64; 4], [0u64; PAIRS / 64]);
        let mut last = 0;
        for byte in bytes {
            single[usize::from(byte / 64)] |= 1 << (byte % 64);
            let bit = pair(last, byte);
            pairs[bit / 64] |= 1 << (bit % 64);
            last = byte;
        }
        Self { single: u128::from(single[1]) << 64 | u128::from(single[0]), pairs }
    }

    fn has_pair(&self, first: u8, second: u8) -> bool {
        let bit = pair(first, second);
        self.pairs[bit / 64] & (1 << (bit % 64)) != 0
    }

    fn may_hold(&self, literal: &Literal) -> bool {
        literal.letters & !self.single == 0 && literal.text.as_bytes().windows(2).all(|w| self.has_pair(w[0], w[1]))
    }
}

impl<'t> Sketch<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self {
            text,
            as_written: OnceCell::new(),
            lower_case: Letters::of(text.bytes().map(|byte| byte.to_ascii_lowercase())),
            not_ascii: !text.is_ascii(),
        }
    }

    fn letters(&self, case_matters: bool) -> &Letters {
        if case_matters { self.as_written.get_or_init(|| Letters::of(self.text.bytes())) } else { &self.lower_case }
    }
}

/// A piece of text, all ASCII.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
struct Literal {
    text: String,
    /// Which characters it holds.
    letters: u128,
}

impl Literal {
    fn new(text: String) -> Self {
        let letters = text.bytes().fold(0, |set, byte| set | 1 << (byte % 128));
        Self { text, letters }
    }
}

/// What every match of a regular expression holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Needs {
    /// One of each of these lists, lower case unless case matters.
    any_of: Vec<Vec<Literal>>,
    case_matters: bool,
    /// Some character that is not ASCII.
    not_ascii: bool,
    /// In a text that is all ASCII, one of each of these sets of characters.
    sets: Vec<u128>,
    /// In such a text, one of the first set and right after it one of the second.
    pairs: Vec<(u128, u128)>,
}

/// Largest sets that are asked for as a pair, in characters of both multiplied.
const PAIR_MAX: u32 = 800;

impl Needs {
    pub(super) fn of(hir: &Hir, case_matters: bool) -> Self {
        let mut needs = Self { case_matters, not_ascii: needs_more_than_ascii(hir), ..Self::default() };
        needs.any_of.extend(needs.literals(hir));
        if let HirKind::Concat(parts) = hir.kind() {
            let choices = parts.iter().filter(|part| matches!(bare(part).kind(), HirKind::Alternation(_)));
            needs.any_of.extend(choices.filter_map(|part| needs.literals(part)).collect::<Vec<_>>());
        }
        let mut characters = Vec::new();
        spell(hir, &mut characters);
        let fold = |set: u128| if case_matters { set } else { lower(set) };
        let characters: Vec<Option<u128>> = characters.into_iter().map(|set| set.map(fold)).collect();
        needs.sets = characters.iter().flatten().copied().collect();
        needs.sets.sort_unstable();
        needs.sets.dedup();
        for two in characters.windows(2) {
            if let [Some(first), Some(second)] = two
                && first.count_ones() * second.count_ones() <= PAIR_MAX
                && !needs.pairs.contains(&(*first, *second))
            {
                needs.pairs.push((*first, *second));
            }
        }
        needs
    }

    /// Literals of which every match of `hir` begins or ends with one.
    fn literals(&self, hir: &Hir) -> Option<Vec<Literal>> {
        let literals = |kind| {
            let mut sequence = Extractor::new().kind(kind).limit_total(64).extract(hir);
            sequence.minimize_by_preference();
            let text = |bytes: &[u8]| {
                String::from_utf8(if self.case_matters { bytes.to_vec() } else { bytes.to_ascii_lowercase() }).ok()
            };
            let texts: Option<Vec<String>> = sequence.literals()?.iter().map(|l| text(l.as_bytes())).collect();
            texts.filter(|texts| !texts.is_empty() && texts.iter().all(|t| !t.is_empty() && t.is_ascii()))
        };
        let shortest = |texts: &Vec<String>| texts.iter().map(String::len).min().unwrap_or(0);
        let best = [ExtractKind::Prefix, ExtractKind::Suffix].into_iter().filter_map(literals).max_by_key(shortest);
        best.map(|mut texts| {
            texts.sort_unstable();
            texts.dedup();
            texts.into_iter().map(Literal::new).collect()
        })
    }

    pub(super) fn may_match(&self, sketch: &Sketch) -> bool {
        let letters = sketch.letters(self.case_matters);
        let holds_pair = |(first, second): &(u128, u128)| {
            members(first & letters.single).any(|a| members(second & letters.single).any(|b| letters.has_pair(a, b)))
        };
        // What is cheap comes first.
        let plainly = || !self.not_ascii && self.sets.iter().all(|set| letters.single & set != 0);
        (sketch.not_ascii || plainly())
            && self.any_of.iter().all(|list| list.iter().any(|literal| letters.may_hold(literal)))
            && (sketch.not_ascii || self.pairs.iter().all(holds_pair))
    }
}

/// The characters of a set.
fn members(set: u128) -> impl Iterator<Item = u8> {
    let mut rest = set;
    std::iter::from_fn(move || {
        let next = (rest != 0).then(|| rest.trailing_zeros() as u8)?;
        rest &= rest - 1;
        Some(next)
    })
}

/// The set with its letters in lower case.
fn lower(set: u128) -> u128 {
    members(set).fold(0, |all, byte| all | 1 << byte.to_ascii_lowercase())
}

/// What a group holds.
fn bare(hir: &Hir) -> &Hir {
    match hir.kind() {
        HirKind::Capture(capture) => bare(&capture.sub),
        _ => hir,
    }
}

/// The ASCII characters that stand one after another in every match, as sets; `None` where something else may stand
/// between. A text that is not all ASCII may hold others.
fn spell(hir: &Hir, out: &mut Vec<Option<u128>>) {
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => out.push(Some(class.iter().fold(0, |set, range| {
            let ascii = (range.start() as u32)..=(range.end() as u32).min(127);
            ascii.fold(set, |set, c| set | 1 << c)
        }))),
        HirKind::Literal(literal) if literal.0.is_ascii() => {
            out.extend(literal.0.iter().map(|byte| Some(1 << byte)));
        }
        HirKind::Concat(parts) => parts.iter().for_each(|part| spell(part, out)),
        HirKind::Capture(capture) => spell(&capture.sub, out),
        HirKind::Repetition(repetition) if repetition.min > 0 => {
            let mut once = Vec::new();
            spell(&repetition.sub, &mut once);
            for _ in 1..repetition.min.min(3) {
                out.extend(once.iter().copied());
            }
            // The first of them, and the last.
            if repetition.max != Some(repetition.min) || repetition.min > 3 {
                out.extend(once.iter().copied());
                out.push(None);
            }
            out.extend(once);
        }
        HirKind::Look(_) | HirKind::Empty => {}
        _ => out.push(None),
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
            (r"^\W*\.{2,} ?\w", "..so", "So. It"),
            (r"[a-z] [1-4]/[2-5]\W*$", "part 1/2", "part 1 of 2"),
            (r"(?:^|\s)(?::-?\)|xD)(?:$|[\s.,!])", "hi :-)", "(see: this)"),
            (r"\b\d{2}:\d{4,}", "at 10:12345", "at 10: 1 2"),
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

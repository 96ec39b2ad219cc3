//! What every match of a regular expression holds: characters, pairs of them, literals, digits. Where a [`Sketch`] of a text
//! says that one is missing, the expression need not be compiled, let alone run.

use super::sketch::{Literal, NOT_ASCII, Set, Sketch, as_followers, cases, members, stand_in};
use crate::wording::Wording;
use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Look};
use serde::{Deserialize, Serialize};

/// What every match of a regular expression holds.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(super) struct Needs {
    /// All of these characters.
    all: Set,
    /// One of each of these sets.
    sets: Vec<Set>,
    /// One of each of these lists, lower case unless case matters. All ASCII.
    any_of: Vec<Vec<Literal>>,
    /// One of the first set and right after it one of the second.
    pairs: Vec<(Set, u32)>,
    /// So many digits.
    digits: usize,
    /// No other characters than these.
    only: Set,
    /// One of these where the text begins.
    first: Set,
    case_matters: bool,
}

/// Largest sets that are asked for as a pair, in characters of both multiplied.
const PAIR_MAX: u32 = 3200;

/// Most characters that are spelled again where they are repeated, or repetitions of repetitions would double each time.
const REPEATED_MAX: usize = 32;

impl Needs {
    pub(super) fn of(hir: &Hir, case_matters: bool) -> Self {
        let only = cases(characters_of(hir), case_matters);
        let first = if begins_text(hir) { cases(firsts(hir).0, case_matters) } else { Set::MAX };
        let mut needs = Self { case_matters, digits: digits(hir), only, first, ..Self::default() };
        let parts = if let HirKind::Concat(parts) = hir.kind() { parts.as_slice() } else { &[] };
        let choices = parts.iter().filter(|part| matches!(bare(part).kind(), HirKind::Alternation(_)));
        for list in std::iter::once(hir).chain(choices).filter_map(|part| literals(part, case_matters)) {
            let is_held_by = |longer: &Literal| list.iter().any(|literal| longer.text.contains(literal.as_str()));
            if !needs.any_of.iter().any(|known| known.iter().all(is_held_by)) {
                needs.any_of.push(list.into_iter().map(Literal::from).collect());
            }
        }
        let mut characters = Vec::new();
        spell(hir, &mut characters);
        let cased = |set| cases(set, case_matters);
        let characters: Vec<Option<Set>> = characters.into_iter().map(|set| set.map(cased)).collect();
        for two in characters.windows(2) {
            if let [Some(first), Some(second)] = two
                && first.count_ones() * second.count_ones() <= PAIR_MAX
            {
                needs.pairs.push((*first, as_followers(*second)));
            }
        }
        needs.sets = characters.into_iter().flatten().collect();
        if needs_more_than_ascii(hir) {
            needs.sets.push(NOT_ASCII);
        }
        for list in &needs.any_of {
            let held = list.iter().map(|literal| literal.text.bytes().fold(0, |set: Set, byte| set | 1 << byte));
            let by_all = held.fold(Set::MAX, |all, set| all & set);
            // Most texts hold each letter in one case or the other.
            needs.sets.extend(members(by_all).map(|byte| cased(1 << byte)).filter(|set| set.count_ones() == 1));
        }
        // The smaller, the rarer.
        needs.sets.sort_unstable_by_key(|set| (set.count_ones(), *set));
        needs.sets.dedup();
        needs.pairs.sort_unstable_by_key(|pair| (pair.0.count_ones() * pair.1.count_ones(), *pair));
        needs.pairs.dedup();
        let alone = needs.sets.partition_point(|set| set.count_ones() < 2);
        needs.all = needs.sets.drain(..alone).fold(0, |all, set| all | set);
        needs
    }

    pub(super) fn may_match(&self, sketch: &Sketch) -> bool {
        let has_pair = |two: &[u8]| sketch.has(two[0], two[1], self.case_matters);
        let holds = |literal: &Literal| match literal.text.as_bytes() {
            [only] => sketch.single & cases(1 << only, self.case_matters) != 0,
            bytes => bytes.windows(2).all(has_pair) && (bytes.len() == 2 || sketch.holds(literal, self.case_matters)),
        };
        // What is cheap comes first.
        sketch.is_odd
            || sketch.first & self.first != 0
                && self.all & !sketch.single == 0
                && self.sets.iter().all(|set| sketch.single & set != 0)
                && self.pairs.iter().all(|pair| sketch.has_pair(*pair))
                && (self.digits < 2 || sketch.digits() >= self.digits)
                && self.any_of.iter().all(|list| list.iter().any(holds))
                && (self.digits < 2 || sketch.has_digits(self.digits, self.only))
    }
}

/// Literals of which every match of `hir` begins or ends with one.
fn literals(hir: &Hir, case_matters: bool) -> Option<Vec<Wording>> {
    let literals = |kind| {
        let mut sequence = Extractor::new().kind(kind).limit_total(64).extract(hir);
        sequence.minimize_by_preference();
        let text = |bytes: &[u8]| {
            String::from_utf8(if case_matters { bytes.to_vec() } else { bytes.to_ascii_lowercase() })
                .ok()
                .map(Wording::from)
        };
        let texts: Option<Vec<Wording>> = sequence.literals()?.iter().map(|l| text(l.as_bytes())).collect();
        texts.filter(|texts| !texts.is_empty() && texts.iter().all(|t| !t.is_empty() && t.is_ascii()))
    };
    let shortest = |texts: &Vec<Wording>| texts.iter().map(|text| text.len()).min().unwrap_or(0);
    let best = [ExtractKind::Prefix, ExtractKind::Suffix].into_iter().filter_map(literals).max_by_key(shortest);
    best.map(|mut texts| {
        // What holds a longer one holds the shorter.
        texts.sort_unstable_by_key(|text| (text.len(), text.clone()));
        let mut shortest: Vec<Wording> = Vec::new();
        for text in texts {
            if !shortest.iter().any(|short| text.contains(short.as_str())) {
                shortest.push(text);
            }
        }
        shortest
    })
}

/// What a group holds.
fn bare(hir: &Hir) -> &Hir {
    match hir.kind() {
        HirKind::Capture(capture) => bare(&capture.sub),
        _ => hir,
    }
}

/// The characters of a class.
fn class_of(class: &ClassUnicode) -> Set {
    class.iter().fold(0, |set, range| {
        let ascii = (range.start() as u32)..=(range.end() as u32).min(127);
        let set = ascii.fold(set, |set, c| set | 1 << c);
        let blocks = stand_in(range.start().max('\u{80}'))..=stand_in(range.end());
        if range.end().is_ascii() { set } else { blocks.fold(set, |set, block| set | 1 << block) }
    })
}

/// The characters that stand one after another in every match, as sets; `None` where something else may stand between.
fn spell(hir: &Hir, out: &mut Vec<Option<Set>>) {
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => out.push(Some(class_of(class))),
        HirKind::Literal(literal) if literal.0.is_ascii() => {
            out.extend(literal.0.iter().map(|byte| Some(1 << byte)));
        }
        HirKind::Concat(parts) => parts.iter().for_each(|part| spell(part, out)),
        HirKind::Capture(capture) => spell(&capture.sub, out),
        HirKind::Repetition(repetition) if repetition.min > 0 => {
            let mut once = Vec::new();
            spell(&repetition.sub, &mut once);
            if once.len() > REPEATED_MAX {
                out.extend(once);
                return out.push(None);
            }
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
        HirKind::Alternation(parts) => {
            let spelled = parts.iter().map(|part| {
                let mut characters = Vec::new();
                spell(part, &mut characters);
                characters
            });
            let spelled: Vec<Vec<Option<Set>>> = spelled.collect();
            let one_of = |character: fn(&Vec<Option<Set>>) -> Option<Set>| {
                spelled.iter().map(character).try_fold(0, |all, set| Some(all | set?))
            };
            out.push(one_of(|characters| *characters.first()?));
            out.push(None);
            out.push(one_of(|characters| *characters.last()?));
        }
        HirKind::Look(_) | HirKind::Empty => {}
        _ => out.push(None),
    }
}

/// All characters that a match may hold.
fn characters_of(hir: &Hir) -> Set {
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => class_of(class),
        HirKind::Literal(literal) => {
            literal.0.iter().fold(0, |set, byte| set | if byte.is_ascii() { 1 << byte } else { NOT_ASCII })
        }
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().fold(0, |set, part| set | characters_of(part))
        }
        HirKind::Capture(capture) => characters_of(&capture.sub),
        HirKind::Repetition(repetition) => characters_of(&repetition.sub),
        HirKind::Look(_) | HirKind::Empty => 0,
        HirKind::Class(Class::Bytes(_)) => Set::MAX,
    }
}

/// Whether every match begins where the text does.
fn begins_text(hir: &Hir) -> bool {
    hir.properties().look_set_prefix().contains(Look::Start)
}

/// The characters that a match may begin with, and whether it may be nothing.
fn firsts(hir: &Hir) -> (Set, bool) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => (0, true),
        HirKind::Capture(capture) => firsts(&capture.sub),
        HirKind::Alternation(parts) => {
            parts.iter().map(firsts).fold((0, false), |(set, nothing), (first, none)| (set | first, nothing | none))
        }
        HirKind::Concat(parts) => {
            let mut all = 0;
            for part in parts {
                let (first, nothing) = firsts(part);
                all |= first;
                if !nothing {
                    return (all, false);
                }
            }
            (all, true)
        }
        HirKind::Repetition(repetition) => {
            let (first, nothing) = firsts(&repetition.sub);
            (first, nothing || repetition.min == 0)
        }
        HirKind::Literal(literal) => match literal.0.first() {
            Some(byte) if byte.is_ascii() => (1 << byte, false),
            _ => (NOT_ASCII, false),
        },
        HirKind::Class(_) => (characters_of(hir), false),
    }
}

/// The fewest digits that a match holds.
fn digits(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => {
            let are_digits =
                |first: char, last: char| !first.is_ascii() || first.is_ascii_digit() && last.is_ascii_digit();
            usize::from(class.iter().all(|range| are_digits(range.start(), range.end())))
        }
        HirKind::Literal(literal) => literal.0.iter().filter(|byte| byte.is_ascii_digit()).count(),
        HirKind::Concat(parts) => parts.iter().map(digits).fold(0, usize::saturating_add),
        HirKind::Alternation(parts) => parts.iter().map(digits).min().unwrap_or(0),
        HirKind::Capture(capture) => digits(&capture.sub),
        HirKind::Repetition(repetition) => digits(&repetition.sub).saturating_mul(repetition.min as usize),
        _ => 0,
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
    fn repetitions_of_repetitions_are_spelled_in_proportion() {
        let nested = format!("{}xz{}y", "(?:".repeat(16), "){2,4}".repeat(16));
        for (pattern, text) in [(format!("x{}y", "+".repeat(16)), "xxy"), (nested, "xzxzy")] {
            let mut characters = Vec::new();
            spell(&regex_syntax::Parser::new().parse(&pattern).unwrap(), &mut characters);
            assert!(characters.len() < 20 * pattern.len(), "{} for {pattern}", characters.len());
            let (first, last) = (characters.first().copied().flatten(), characters.last().copied().flatten());
            assert_eq!((first, last), (Some(1 << b'x'), Some(1 << b'y')));
            assert!(may(&pattern, text) && !may(&pattern, "a"));
        }
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
            (r"(?:4|5[1-5])(?:[ -]?\d){11,17}\b", "no 4111-1111 1111 1111", "call 4111 1111 or 5111 1111"),
            (r"\b(?:reset|set) it to \d", "Set it to 1", "set: it is set to 1"),
            (r"[\x{1F300}-\x{1FAFF}]", "Zoë 🎉", "Zoë"),
            (r"^\W*\.{2,}", "(..so", "So .. it"),
            (r"^(?:é|x*\d)", "é1", "ab é1"),
            (r"y(?::|[;,])[)\x{1F300}-\x{1FAFF}]", "my:)", "my: end)"),
        ] {
            assert!(may(pattern, holds), "{pattern} on {holds}");
            assert!(!may(pattern, lacks), "{pattern} on {lacks}");
        }
        assert!(may(r"[a-z]+ly", "surely"));
        assert!(may(r"\d{4}", "in 2024") && may(r"\d", "\u{0664}") && !may(r"[a-z]+\d{4}", "in a year"));
        assert!(may("YOU", "you") && may("[A-C]x", "bx"));
        // What is not ASCII in a text stands in the way of no other need, and may be what is asked for.
        assert!(may(r"[éa]x\d", "éx2") && may(r"\w!!", "né!!") && !may(r"\w!!", "né! !") && !may("[1-4]/[2-5]", "é 1"));
        assert!(may("key", "the \u{212a}ey"));
    }

    #[test]
    fn case_counts_where_it_matters() {
        let hir = regex_syntax::Parser::new().parse(r"\b(?:YOU|NOT)\b").unwrap();
        let needs = Needs::of(&hir, true);
        assert!(needs.may_match(&Sketch::of("do NOT")));
        assert!(!needs.may_match(&Sketch::of("Do not, You")));
    }
}

//! A sketch of a text: which letters and pairs of letters it holds. It tells in a few steps that a regular expression
//! cannot match, so that it need not be compiled, let alone run.

use memchr::memmem;
use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind};
use serde::{Deserialize, Serialize};
use std::cell::OnceCell;

/// Characters by number: ASCII, where some control characters stand for blocks of others too.
type Set = u128;

/// Where blocks of characters that are not ASCII begin, each up to the next: Latin and its marks, other alphabets,
/// punctuation, signs, more alphabets, and most emoji.
const BLOCKS: [u32; 6] = [0x80, 0x370, 0x2000, 0x2070, 0x2c00, 0x1_0000];

/// The control character that stands for the first block; others follow.
const FIRST_BLOCK: u8 = 14;

/// The set of all characters that are not ASCII.
const NOT_ASCII: Set = ((1 << BLOCKS.len()) - 1) << FIRST_BLOCK;

/// The character that stands for `c`.
fn stand_in(c: char) -> u8 {
    if c.is_ascii() {
        return c as u8;
    }
    FIRST_BLOCK + BLOCKS.iter().take_while(|first| **first <= c as u32).count() as u8 - 1
}

/// The set of the letters from `A` to `Z`. The small ones are 32 places behind.
const CAPITALS: Set = 0x3ff_ffff << b'A';

/// What a text holds.
pub(super) struct Sketch<'t> {
    text: &'t str,
    /// In lower case.
    lower: OnceCell<String>,
    single: Set,
    /// The characters that follow each one.
    next: Followers,
    /// The same, where small letters stand for capital ones too.
    folded: Followers,
    /// How many digits it holds, or characters that may be some.
    digits: OnceCell<usize>,
    /// Holds one of the two characters that are not ASCII but are the other case of an ASCII letter: nothing is known.
    is_odd: bool,
}

impl<'t> Sketch<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let is_ascii = text.is_ascii();
        let next = if is_ascii { followers(text.bytes()) } else { followers(text.chars().map(stand_in)) };
        let is_odd = !is_ascii && text.contains(['\u{17f}', '\u{212a}']);
        let mut folded = next;
        for small in b'a'..=b'z' {
            folded[usize::from(small)] |= next[usize::from(small.to_ascii_uppercase())];
        }
        let single = next[..128].iter().rev().fold(0, |all: Set, after| all << 1 | Set::from(*after != 0));
        Self { text, lower: OnceCell::new(), single, next, folded, digits: OnceCell::new(), is_odd }
    }

    /// Whether `second`, or what shares its bit, stands right behind `first`. Both are small letters unless case matters.
    fn has(&self, first: u8, second: u8, case_matters: bool) -> bool {
        let next = if case_matters { &self.next } else { &self.folded };
        next[usize::from(first)] & follower(second) != 0
    }

    /// Whether these characters, in lower case unless case matters, stand somewhere in the text.
    fn holds(&self, literal: &str, case_matters: bool) -> bool {
        let text = if case_matters { self.text } else { self.lower.get_or_init(|| self.text.to_ascii_lowercase()) };
        memmem::find(text.as_bytes(), literal.as_bytes()).is_some()
    }

    /// Whether so many digits stand in the text with nothing between them but characters of a set. What is not ASCII may be
    /// a digit.
    fn has_digits(&self, number: usize, between: Set) -> bool {
        let is_digit = |byte: &u8| byte.is_ascii_digit() || !byte.is_ascii();
        let few = |bytes: &[u8]| bytes.iter().map(|byte| u8::from(is_digit(byte))).sum::<u8>();
        let count = || self.text.as_bytes().chunks(255).map(|bytes| usize::from(few(bytes))).sum();
        if number < 2 || *self.digits.get_or_init(count) < number {
            return number < 2;
        }
        let mut run = 0;
        self.text.bytes().any(|byte| {
            let set = if byte.is_ascii() { 1 << byte } else { NOT_ASCII };
            run = if between & set == 0 { 0 } else { run + usize::from(is_digit(&byte)) };
            run >= number
        })
    }

    /// Whether one of `first` stands right before one of `second`.
    fn has_pair(&self, (first, second): (Set, u32)) -> bool {
        members(first & self.single).any(|byte| self.next[usize::from(byte)] & second != 0)
    }
}

/// By character, a bit for each sort of characters that stands right behind it.
type Followers = [u32; 256];

/// By character, the bit of its sort: a letter in either case, a digit, a space, a sign of one sort, or what is not ASCII.
static SORTS: [u8; 256] = {
    let mut sorts = [31; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        sorts[byte as usize] = match byte {
            b'A'..=b'Z' | b'a'..=b'z' => byte % 32,
            b'0'..=b'9' => 0,
            b' ' | b'\t'..=b'\r' => 27,
            b'.' | b'!' | b'?' | b',' | b';' | b':' => 28,
            // Latin letters, which are neither digits nor signs.
            FIRST_BLOCK => 29,
            byte if NOT_ASCII & 1 << byte != 0 => 31,
            _ => 30,
        };
        byte += 1;
    }
    sorts
};

/// The bit of a character as a follower.
#[inline]
fn follower(byte: u8) -> u32 {
    1 << SORTS[usize::from(byte)]
}

/// What follows what in a text.
#[inline]
fn followers(text: impl Iterator<Item = u8>) -> Followers {
    let mut next = [0; 256];
    let last = text.fold(0, |before, byte| {
        next[usize::from(before)] |= follower(byte);
        byte
    });
    // So that each that is there has a row.
    next[usize::from(last)] |= follower(0);
    next
}

/// The bits of the characters of a set as followers.
fn as_followers(set: Set) -> u32 {
    members(set).fold(0, |bits, byte| bits | follower(byte))
}

/// What every match of a regular expression holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Needs {
    /// All of these characters.
    all: Set,
    /// One of each of these sets.
    sets: Vec<Set>,
    /// One of each of these lists, lower case unless case matters. All ASCII.
    any_of: Vec<Vec<String>>,
    /// One of the first set and right after it one of the second.
    pairs: Vec<(Set, u32)>,
    /// So many digits.
    digits: usize,
    /// No other characters than these.
    only: Set,
    case_matters: bool,
}

/// Largest sets that are asked for as a pair, in characters of both multiplied.
const PAIR_MAX: u32 = 3200;

/// Most characters that are spelled again where they are repeated, or repetitions of repetitions would double each time.
const REPEATED_MAX: usize = 32;

impl Needs {
    pub(super) fn of(hir: &Hir, case_matters: bool) -> Self {
        let only = cases(characters_of(hir), case_matters);
        let mut needs = Self { case_matters, digits: digits(hir), only, ..Self::default() };
        let parts = if let HirKind::Concat(parts) = hir.kind() { parts.as_slice() } else { &[] };
        let choices = parts.iter().filter(|part| matches!(bare(part).kind(), HirKind::Alternation(_)));
        for list in std::iter::once(hir).chain(choices).filter_map(|part| literals(part, case_matters)) {
            let is_held_by = |longer: &String| list.iter().any(|literal| longer.contains(literal.as_str()));
            if !needs.any_of.iter().any(|known| known.iter().all(is_held_by)) {
                needs.any_of.push(list);
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
            let held = list.iter().map(|literal| literal.bytes().fold(0, |set: Set, byte| set | 1 << byte));
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
        let holds = |literal: &String| match literal.as_bytes() {
            [only] => sketch.single & cases(1 << only, self.case_matters) != 0,
            bytes => bytes.windows(2).all(has_pair) && (bytes.len() == 2 || sketch.holds(literal, self.case_matters)),
        };
        // What is cheap comes first.
        sketch.is_odd
            || self.all & !sketch.single == 0
                && self.sets.iter().all(|set| sketch.single & set != 0)
                && self.pairs.iter().all(|pair| sketch.has_pair(*pair))
                && self.any_of.iter().all(|list| list.iter().any(holds))
                && sketch.has_digits(self.digits, self.only)
    }
}

/// Literals of which every match of `hir` begins or ends with one.
fn literals(hir: &Hir, case_matters: bool) -> Option<Vec<String>> {
    let literals = |kind| {
        let mut sequence = Extractor::new().kind(kind).limit_total(64).extract(hir);
        sequence.minimize_by_preference();
        let text = |bytes: &[u8]| {
            String::from_utf8(if case_matters { bytes.to_vec() } else { bytes.to_ascii_lowercase() }).ok()
        };
        let texts: Option<Vec<String>> = sequence.literals()?.iter().map(|l| text(l.as_bytes())).collect();
        texts.filter(|texts| !texts.is_empty() && texts.iter().all(|t| !t.is_empty() && t.is_ascii()))
    };
    let shortest = |texts: &Vec<String>| texts.iter().map(String::len).min().unwrap_or(0);
    let best = [ExtractKind::Prefix, ExtractKind::Suffix].into_iter().filter_map(literals).max_by_key(shortest);
    best.map(|mut texts| {
        // What holds a longer one holds the shorter.
        texts.sort_unstable_by_key(|text| (text.len(), text.clone()));
        let mut shortest: Vec<String> = Vec::new();
        for text in texts {
            if !shortest.iter().any(|short| text.contains(short.as_str())) {
                shortest.push(text);
            }
        }
        shortest
    })
}

/// The characters of a set.
fn members(set: Set) -> impl Iterator<Item = u8> {
    let mut rest = set;
    std::iter::from_fn(move || {
        let next = (rest != 0).then(|| rest.trailing_zeros() as u8)?;
        rest &= rest - 1;
        Some(next)
    })
}

/// The set with the other case of its letters, unless case matters.
fn cases(set: Set, case_matters: bool) -> Set {
    let others = (set & CAPITALS) << 32 | set >> 32 & CAPITALS;
    if case_matters { set } else { set | others }
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

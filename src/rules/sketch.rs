//! A sketch of a text: which characters it holds, and what follows them. With what the matches of a regular expression
//! [need](super::needs), it tells in a few steps that there are none.

use crate::wording::Wording;
use memchr::memmem::Finder;
use serde::{Deserialize, Serialize};
use std::cell::OnceCell;
use std::sync::OnceLock;

/// Characters by number: ASCII, where some control characters stand for blocks of others too.
pub(super) type Set = u128;

/// Where blocks of characters that are not ASCII begin, each up to the next: Latin and its marks, other alphabets,
/// punctuation, signs, more alphabets, and most emoji.
const BLOCKS: [u32; 6] = [0x80, 0x370, 0x2000, 0x2070, 0x2c00, 0x1_0000];

/// The control character that stands for the first block; others follow.
const FIRST_BLOCK: u8 = 14;

/// The set of all characters that are not ASCII.
pub(super) const NOT_ASCII: Set = ((1 << BLOCKS.len()) - 1) << FIRST_BLOCK;

/// The character that stands for `c`.
pub(super) fn stand_in(c: char) -> u8 {
    if c.is_ascii() {
        return c as u8;
    }
    FIRST_BLOCK + BLOCKS.iter().take_while(|first| **first <= c as u32).count() as u8 - 1
}

/// Whether a byte is a digit, or of a character that may be one.
fn may_be_digit(byte: &u8) -> bool {
    byte.is_ascii_digit() || !byte.is_ascii()
}

/// The set of the letters from `A` to `Z`. The small ones are 32 places behind.
const CAPITALS: Set = 0x3ff_ffff << b'A';

/// Characters that a text may hold one after another, all ASCII.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(super) struct Literal {
    pub(super) text: Wording,
    /// Made when they are first looked for: that takes longer than most texts do.
    #[serde(skip)]
    finder: OnceLock<Finder<'static>>,
}

impl From<Wording> for Literal {
    fn from(text: Wording) -> Self {
        Self { text, finder: OnceLock::new() }
    }
}

/// What a text holds.
pub(super) struct Sketch<'t> {
    text: &'t str,
    /// In lower case.
    lower: OnceCell<String>,
    /// Its characters.
    pub(super) single: Set,
    /// The first character, alone.
    pub(super) first: Set,
    /// The characters that follow each one.
    next: Followers,
    /// The same, where small letters stand for capital ones too.
    folded: Followers,
    /// How many digits it holds, or characters that may be some.
    digits: OnceCell<usize>,
    /// Holds one of the two characters that are not ASCII but are the other case of an ASCII letter: nothing is known.
    pub(super) is_odd: bool,
}

impl<'t> Sketch<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let mut is_odd = false;
        let next = if text.is_ascii() {
            followers(text.bytes())
        } else {
            followers(text.chars().map(|c| {
                is_odd |= matches!(c, '\u{17f}' | '\u{212a}');
                stand_in(c)
            }))
        };
        let mut folded = next;
        for small in b'a'..=b'z' {
            folded[usize::from(small)] |= next[usize::from(small.to_ascii_uppercase())];
        }
        let single = next[..128].iter().rev().fold(0, |all: Set, after| all << 1 | Set::from(*after != 0));
        let first = text.chars().next().map_or(0, |c| 1 << stand_in(c));
        Self { text, lower: OnceCell::new(), single, first, next, folded, digits: OnceCell::new(), is_odd }
    }

    /// Whether `second`, or what shares its bit, stands right behind `first`. Both are small letters unless case matters.
    pub(super) fn has(&self, first: u8, second: u8, case_matters: bool) -> bool {
        let next = if case_matters { &self.next } else { &self.folded };
        next[usize::from(first)] & follower(second) != 0
    }

    /// Whether these characters, in lower case unless case matters, stand somewhere in the text.
    pub(super) fn holds(&self, literal: &Literal, case_matters: bool) -> bool {
        let text = if case_matters { self.text } else { self.lower.get_or_init(|| self.text.to_ascii_lowercase()) };
        literal.finder.get_or_init(|| Finder::new(literal.text.as_bytes()).into_owned()).find(text.as_bytes()).is_some()
    }

    /// How many digits the text holds, or characters that may be some.
    pub(super) fn digits(&self) -> usize {
        let few = |bytes: &[u8]| bytes.iter().map(|byte| u8::from(may_be_digit(byte))).sum::<u8>();
        *self.digits.get_or_init(|| self.text.as_bytes().chunks(255).map(|bytes| usize::from(few(bytes))).sum())
    }

    /// Whether so many digits stand in the text with nothing between them but characters of a set.
    pub(super) fn has_digits(&self, number: usize, between: Set) -> bool {
        let may_stand = |byte: &u8| between & if byte.is_ascii() { 1 << byte } else { NOT_ASCII } != 0;
        let mut rest = self.text.as_bytes();
        let mut run = 0;
        // From digit to digit, which are few.
        while let Some(next) = rest.iter().position(may_be_digit) {
            let before = if rest[..next].iter().all(may_stand) { run } else { 0 };
            run = if may_stand(&rest[next]) { before + 1 } else { 0 };
            if run >= number {
                return true;
            }
            rest = &rest[next + 1..];
        }
        false
    }

    /// Whether one of `first` stands right before one of `second`.
    pub(super) fn has_pair(&self, (first, second): (Set, u32)) -> bool {
        members(first & self.single).any(|byte| self.next[usize::from(byte)] & second != 0)
    }
}

/// By character, a bit for each sort of characters that stands right behind it.
type Followers = [u32; 256];

/// By character, the bit of its sort: a letter in either case, a digit, a space, a sign of one sort, or what is not ASCII.
static SORTS: [u32; 256] = {
    let mut sorts = [1 << 31; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        let sort = match byte {
            b'A'..=b'Z' | b'a'..=b'z' => byte % 32,
            b'0'..=b'9' => 0,
            b' ' | b'\t'..=b'\r' => 27,
            b'.' | b'!' | b'?' | b',' | b';' | b':' => 28,
            // Apart from all others, since it holds no digits.
            FIRST_BLOCK => 29,
            byte if NOT_ASCII & 1 << byte != 0 => 31,
            _ => 30,
        };
        sorts[byte as usize] = 1 << sort;
        byte += 1;
    }
    sorts
};

/// The bit of a character as a follower.
#[inline]
fn follower(byte: u8) -> u32 {
    SORTS[usize::from(byte)]
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
pub(super) fn as_followers(set: Set) -> u32 {
    members(set).fold(0, |bits, byte| bits | follower(byte))
}

/// The characters of a set.
pub(super) fn members(set: Set) -> impl Iterator<Item = u8> {
    let mut rest = set;
    std::iter::from_fn(move || {
        let next = (rest != 0).then(|| rest.trailing_zeros() as u8)?;
        rest &= rest - 1;
        Some(next)
    })
}

/// The set with the other case of its letters, unless case matters.
pub(super) fn cases(set: Set, case_matters: bool) -> Set {
    let others = (set & CAPITALS) << 32 | set >> 32 & CAPITALS;
    if case_matters { set } else { set | others }
}

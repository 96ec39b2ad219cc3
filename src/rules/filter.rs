//! Filters of words and marks: 64 bits that tell most of them apart, so that most tries end before they begin.

use super::phrase::Mark;
use crate::text::{Kind, Shape, Token};

/// Some words, as a filter: what it stops is not among them; what it lets through may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Filter(u64);

/// What is asked of a filter: one word, or whether one of some is among its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Asked(u64);

/// Nothing in particular.
impl Default for Asked {
    fn default() -> Self {
        Self::NOTHING
    }
}

/// The bit that is set in everything that is asked, and in the filter that lets everything through.
const ALWAYS: u64 = 1 << 63;

/// Numbers from here on are those of marks, which no word has.
const MARKS: u32 = u32::MAX - (PLACES_OF_MARKS - 1);

/// Places that marks take where words and marks stand in one table, the marks first.
const PLACES_OF_MARKS: u32 = 64;

/// The number of a mark, so that it can stand among words.
pub(super) const fn mark_id(mark: Mark) -> u32 {
    match mark {
        Mark::Kind(kind) => MARKS + kind as u32,
        Mark::Capitalised => MARKS + Kind::NUMBER as u32,
    }
}

/// Stands for the start of a sentence, as people see it, where what is before a word is asked for.
pub(super) const START: u32 = MARKS + Kind::NUMBER as u32 + 1;

/// Whether a number is that of a mark.
pub(super) fn is_mark(id: u32) -> bool {
    id >= MARKS
}

/// Where a word or a mark stands in a table of both.
#[inline]
pub(super) fn place(id: u32) -> usize {
    id.wrapping_add(PLACES_OF_MARKS) as usize
}

/// The bit of a word or a mark.
const fn bit(id: u32) -> u64 {
    let low = id & 63;
    1 << if low == 63 { 62 } else { low }
}

/// The bit of a capital letter.
const CAPITAL: u64 = bit(mark_id(Mark::Capitalised));

/// By kind, its bit; words have none in common.
const KINDS: [u64; Kind::NUMBER] = {
    let mut bits = [0; Kind::NUMBER];
    let mut kind = 0;
    while kind < Kind::NUMBER {
        bits[kind] = if kind == Kind::Word as usize { 0 } else { bit(MARKS + kind as u32) };
        kind += 1;
    }
    bits
};

impl Filter {
    /// Lets everything through.
    pub(super) const ANY: Self = Self(ALWAYS);

    /// Lets these words and marks through.
    pub(super) fn of(ids: &[u32]) -> Self {
        Self(ids.iter().fold(0, |bits, id| bits | bit(*id)))
    }

    #[inline]
    pub(super) fn lets(self, asked: Asked) -> bool {
        self.0 & asked.0 != 0
    }

    pub(super) fn bits(self) -> u64 {
        self.0
    }

    pub(super) fn from_bits(bits: u64) -> Self {
        Self(bits)
    }
}

impl Asked {
    /// No word: the end of a sentence.
    pub(super) const NOTHING: Self = Self(ALWAYS);

    /// The start of a sentence.
    pub(super) const START: Self = Self(ALWAYS | bit(START));

    /// A token: its word, if phrases name it, and what marks it.
    #[inline]
    pub(super) fn of(token: &Token) -> Self {
        let word = if token.word == 0 { 0 } else { bit(token.word) };
        let capital = if token.shape.has(Shape::CAPITALISED) { CAPITAL } else { 0 };
        Self(ALWAYS | word | KINDS[token.kind as usize] | capital)
    }

    /// Asks for one more.
    #[inline]
    pub(super) fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(word: u32, kind: Kind, capitalised: bool) -> Token {
        Token { start: 0, end: 1, word, kind, shape: Shape::default().and(Shape::CAPITALISED, capitalised) }
    }

    #[test]
    fn a_filter_lets_its_own_words_and_marks_through_and_stops_others() {
        let comma = mark_id(Mark::Kind(Kind::Comma));
        let filter = Filter::of(&[3, 63, 200, comma]);
        let word = |id| Asked::of(&token(id, Kind::Word, false));
        assert!([3, 63, 200].into_iter().all(|id| filter.lets(word(id))));
        assert!(filter.lets(Asked::of(&token(0, Kind::Comma, false))));
        assert!(![4, 0].into_iter().any(|id| filter.lets(word(id))) && !filter.lets(Asked::NOTHING));
        assert!([7, 0].into_iter().all(|id| Filter::ANY.lets(word(id))) && Filter::ANY.lets(Asked::NOTHING));
        let capital = Filter::of(&[mark_id(Mark::Capitalised)]);
        assert!(capital.lets(Asked::of(&token(0, Kind::Word, true))) && !capital.lets(word(0)));
        let mut some = word(4);
        assert!(!filter.lets(some));
        some.add(word(200));
        assert!(filter.lets(some));
    }
}

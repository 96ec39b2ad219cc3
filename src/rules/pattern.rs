//! A set of compiled phrases with the index that finds them.
//!
//! Each phrase is filed under its rarest word, or under its rarest two neighbours. A word of the draft is looked up once;
//! only the phrases filed under it are tried, and only where they can begin. So the cost grows with the text, hardly with
//! the number of rules.

use super::anchor::{NEEDS, Spot};
use super::code::Code;
use super::filter::Filter;
use super::index::Index;
use super::lazy_regex::Expression;
use super::program::{Program, Wild};
use crate::table::{Row, Table, field};
use crate::text::Vocabulary;
use serde::{Deserialize, Serialize};

/// One compiled phrase.
#[derive(Debug)]
pub(super) enum Matcher {
    /// In the phrase language.
    Words(Program),
    /// `re:`
    Regex(Expression),
}

/// A match: which pattern, and its tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// First token.
    pub start: u32,
    /// One past the last token.
    pub end: u32,
    /// Index of the pattern in its set.
    pub pattern: u32,
}

/// Where a pattern is to be tried: begin between `max` and `min` tokens before the spot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) pattern: u32,
    pub(super) min: u16,
    pub(super) max: u16,
    /// The spot is the whole phrase.
    pub(super) is_whole: bool,
    /// The phrase stands at the start of a sentence.
    pub(super) is_first: bool,
    /// The words that may stand right before the spot.
    pub(super) before: Filter,
    /// The words that may stand right after it.
    pub(super) after: Filter,
    /// What else the sentence must hold.
    pub(super) needs: [Held; NEEDS],
    /// The words that a match may begin with.
    pub(super) begins: Filter,
    /// Most tokens of a sentence that the phrase can be the whole of; [`u16::MAX`] if it need not be the whole.
    pub(super) whole: u16,
}

/// Words of which a sentence must hold one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Held {
    /// Behind the first token of the spot, or else before that and at it.
    pub(super) is_after: bool,
    pub(super) filter: Filter,
    /// The first of them in the pattern set's `needed`.
    pub(super) first: u32,
    /// How many they are, or [`SET`](Self::SET); none if nothing but the filter is asked.
    pub(super) len: u16,
}

impl Held {
    /// Nothing is asked.
    pub(super) const NOTHING: Self = Self { is_after: false, filter: Filter::ANY, first: 0, len: 0 };

    /// Stands for the number of words where each word and mark has a bit.
    pub(super) const SET: u16 = u16::MAX;
}

/// What is filed under a word, and which words make a pair with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) first: u32,
    pub(super) len: u32,
    /// The words that may be the second of a pair, as a filter.
    pub(super) seconds: u64,
}

/// What is filed under a pair of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) words: (u32, u32),
    pub(super) first: u32,
    pub(super) len: u32,
}

/// Patterns with the index that finds them.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct PatternSet {
    pub(super) code: Code,
    pub(super) expressions: Vec<(u32, Expression)>,
    /// One for each spot.
    pub(super) entries: Table<Entry>,
    /// Numbers of entries, in lists: for each word, pair of words and kind.
    pub(super) lists: Table<u32>,
    /// Words and marks that entries need, in lists and sets.
    pub(super) needed: Table<u32>,
    /// By word number.
    pub(super) heads: Table<Head>,
    pub(super) pairs: Table<Pair>,
    /// Numbers of pairs plus one, by hash; 0 is an empty place. Their number is a power of two.
    pub(super) pair_slots: Table<u32>,
    /// What is filed under words with free ends, as ranges of `lists`, by the first letter; index 26 holds those with no first
    /// letter. Words that have a number are filed under it.
    pub(super) by_letter: Vec<Vec<(Wild, (u32, u32))>>,
    /// Ranges of `lists`: first, number.
    pub(super) by_kind: Vec<(u32, u32)>,
    pub(super) capitalised: (u32, u32),
    pub(super) everywhere: (u32, u32),
}

/// Where a search for a pair begins among `slots` places.
pub(super) fn pair_slot(words: (u32, u32), slots: usize) -> usize {
    let key = (u64::from(words.0) << 32) | u64::from(words.1);
    (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as usize & (slots - 1)
}

impl PatternSet {
    /// Files every pattern under its anchor.
    pub(super) fn new(patterns: Vec<(Matcher, Vec<Spot>)>, vocabulary: &Vocabulary) -> Self {
        let mut set = Self { by_letter: vec![Vec::new(); 27], ..Self::default() };
        let mut programs = Vec::with_capacity(patterns.len());
        let mut index = Index::default();
        for (number, (matcher, spots)) in patterns.into_iter().enumerate() {
            let program = match matcher {
                Matcher::Words(program) => Some(program),
                Matcher::Regex(expression) => {
                    set.expressions.push((number as u32, expression));
                    None
                }
            };
            if let Some(program) = &program {
                index.file(number as u32, program, spots, vocabulary);
            }
            programs.push(program);
        }
        set.code = Code::new(&programs);
        index.finish(set, vocabulary.len())
    }

    /// Number of patterns.
    pub fn len(&self) -> usize {
        self.code.len()
    }

    /// Whether there is no pattern.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What is filed under two words side by side.
    pub(super) fn pair(&self, words: (u32, u32)) -> Option<Pair> {
        let slots = self.pair_slots.len();
        if slots == 0 {
            return None;
        }
        let mut slot = pair_slot(words, slots);
        loop {
            let number = self.pair_slots.get(slot).checked_sub(1)?;
            let pair = self.pairs.get(number as usize);
            if pair.words == words {
                return Some(pair);
            }
            slot = (slot + 1) & (slots - 1);
        }
    }
}

impl Row for Entry {
    type Bytes = [u8; 64];

    #[inline]
    fn cut(table: &[u8]) -> &[Self::Bytes] {
        table.as_chunks().0
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.pattern.write(out);
        out.extend(self.min.to_le_bytes());
        out.extend(self.max.to_le_bytes());
        out.extend(self.whole.to_le_bytes());
        let flags = [self.is_whole, self.is_first, self.needs[0].is_after, self.needs[1].is_after];
        let flags = flags.iter().rev().fold(0u16, |bits, flag| bits << 1 | u16::from(*flag));
        out.extend(flags.to_le_bytes());
        self.needs.iter().for_each(|need| out.extend(need.len.to_le_bytes()));
        let filters = [self.before, self.after, self.begins, self.needs[0].filter, self.needs[1].filter];
        filters.iter().for_each(|filter| out.extend(filter.bits().to_le_bytes()));
        self.needs.iter().for_each(|need| need.first.write(out));
    }

    #[inline]
    fn read(bytes: &Self::Bytes) -> Self {
        let number = |at| u32::from_le_bytes(field(bytes, at));
        let short = |at| u16::from_le_bytes(field(bytes, at));
        let flag = |bit: u16| short(10) & 1 << bit != 0;
        let filter = |at| Filter::from_bits(u64::from_le_bytes(field(bytes, at)));
        Self {
            pattern: number(0),
            min: short(4),
            max: short(6),
            whole: short(8),
            is_whole: flag(0),
            is_first: flag(1),
            before: filter(16),
            after: filter(24),
            begins: filter(32),
            needs: [
                Held { is_after: flag(2), filter: filter(40), first: number(56), len: short(12) },
                Held { is_after: flag(3), filter: filter(48), first: number(60), len: short(14) },
            ],
        }
    }
}

impl Row for Head {
    type Bytes = [u8; 16];

    #[inline]
    fn cut(table: &[u8]) -> &[Self::Bytes] {
        table.as_chunks().0
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.first.write(out);
        self.len.write(out);
        out.extend(self.seconds.to_le_bytes());
    }

    #[inline]
    fn read(bytes: &Self::Bytes) -> Self {
        let number = |at| u32::from_le_bytes(field(bytes, at));
        Self { first: number(0), len: number(4), seconds: u64::from_le_bytes(field(bytes, 8)) }
    }
}

impl Row for Pair {
    type Bytes = [u8; 16];

    #[inline]
    fn cut(table: &[u8]) -> &[Self::Bytes] {
        table.as_chunks().0
    }

    fn write(&self, out: &mut Vec<u8>) {
        [self.words.0, self.words.1, self.first, self.len].iter().for_each(|number| number.write(out));
    }

    #[inline]
    fn read(bytes: &Self::Bytes) -> Self {
        let number = |at| u32::from_le_bytes(field(bytes, at));
        Self { words: (number(0), number(4)), first: number(8), len: number(12) }
    }
}

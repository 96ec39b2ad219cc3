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
    /// What is filed under it alone, in `lists`.
    pub(super) first: u32,
    pub(super) len: u32,
    /// The words that may be the second of a pair whose first it is, as a filter.
    pub(super) seconds: u64,
    /// The words that may be the first of a pair whose second it is.
    pub(super) firsts: u64,
    /// Its pairs, in the pattern set's `seconds` and `filed`.
    pub(super) first_pair: u32,
    pub(super) pairs: u32,
}

/// Marks the number of an entry that stands for a list of it alone, as most pairs have.
pub(super) const ALONE: u32 = 1 << 31;

/// Patterns with the index that finds them.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct PatternSet {
    pub(super) code: Code,
    pub(super) expressions: Vec<(u32, Expression)>,
    /// One for each spot.
    pub(super) entries: Table<Entry>,
    /// By entry, its pattern: most are looked at for that alone, and these few bytes are at hand.
    pub(super) patterns: Table<u32>,
    /// Numbers of entries, in lists: for each word, pair of words and kind. First each number, as a list of it alone, since
    /// most lists are. All others have their length in front.
    pub(super) lists: Table<u32>,
    /// Words and marks that entries need, in lists and sets.
    pub(super) needed: Table<u32>,
    /// By word number.
    pub(super) heads: Table<Head>,
    /// The second words of pairs, those of each first word in order.
    pub(super) seconds: Table<u32>,
    /// By pair, what is filed under it: an entry [`ALONE`], or where its list is in `lists`.
    pub(super) filed: Table<u32>,
    /// What is filed under words with free ends, as ranges of `lists`, by the first letter; index 26 holds those with no first
    /// letter. Words that have a number are filed under it.
    pub(super) by_letter: Vec<Vec<(Wild, (u32, u32))>>,
    /// Ranges of `lists`: first, number.
    pub(super) by_kind: Vec<(u32, u32)>,
    pub(super) capitalised: (u32, u32),
    pub(super) everywhere: (u32, u32),
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

    /// What is filed under a word and the one behind it, as a range of `lists`.
    pub(super) fn pair(&self, head: Head, second: u32) -> Option<(u32, u32)> {
        let place = self.seconds.all().part(head.first_pair, head.pairs as usize).find(second)?;
        let filed = self.filed.get(head.first_pair as usize + place);
        Some(if filed & ALONE == 0 { (filed + 1, self.lists.get(filed as usize)) } else { (filed & !ALONE, 1) })
    }
}

impl Row for Entry {
    type Bytes = [u8; 60];

    #[inline]
    fn cut(table: &[u8]) -> &[Self::Bytes] {
        table.as_chunks().0
    }

    fn write(&self, out: &mut Vec<u8>) {
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
        let flag = |bit: u16| short(6) & 1 << bit != 0;
        let filter = |at| Filter::from_bits(u64::from_le_bytes(field(bytes, at)));
        Self {
            min: short(0),
            max: short(2),
            whole: short(4),
            is_whole: flag(0),
            is_first: flag(1),
            before: filter(12),
            after: filter(20),
            begins: filter(28),
            needs: [
                Held { is_after: flag(2), filter: filter(36), first: number(52), len: short(8) },
                Held { is_after: flag(3), filter: filter(44), first: number(56), len: short(10) },
            ],
        }
    }
}

impl Row for Head {
    type Bytes = [u8; 32];

    #[inline]
    fn cut(table: &[u8]) -> &[Self::Bytes] {
        table.as_chunks().0
    }

    fn write(&self, out: &mut Vec<u8>) {
        [self.first, self.len, self.first_pair, self.pairs].iter().for_each(|number| number.write(out));
        [self.seconds, self.firsts].iter().for_each(|filter| out.extend(filter.to_le_bytes()));
    }

    #[inline]
    fn read(bytes: &Self::Bytes) -> Self {
        let number = |at| u32::from_le_bytes(field(bytes, at));
        let filter = |at| u64::from_le_bytes(field(bytes, at));
        let (seconds, firsts) = (filter(16), filter(24));
        Self { first: number(0), len: number(4), seconds, firsts, first_pair: number(8), pairs: number(12) }
    }
}

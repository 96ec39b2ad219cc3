//! A set of compiled phrases with the index that finds them.
//!
//! Each phrase is filed under its rarest word, or under its rarest two neighbours. A word of the draft is looked up once;
//! only the phrases filed under it are tried, and only where they can begin. So the cost grows with the text, hardly with
//! the number of rules.

use super::anchor::{NEEDS, Need, On, Spot};
use super::code::Code;
use super::filter::Filter;
use super::lazy_regex::LazyRegex;
use super::program::{Op, Program, Wild};
use crate::table::{Row, Table, field};
use crate::text::{Kind, Vocabulary};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One compiled phrase.
#[derive(Debug)]
pub(super) enum Matcher {
    /// In the phrase language.
    Words(Program),
    /// `re:`
    Regex(LazyRegex),
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
    /// The first of them in the set's `needed`.
    pub(super) first: u32,
    /// How many they are; none if nothing but the filter is asked.
    pub(super) len: u16,
}

impl Held {
    /// Nothing is asked.
    const NOTHING: Self = Self { is_after: false, filter: Filter::ANY, first: 0, len: 0 };
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
    pub(super) regexes: Vec<(u32, LazyRegex)>,
    /// One for each spot.
    pub(super) entries: Table<Entry>,
    /// Numbers of entries, in lists: for each word, pair of words and kind.
    pub(super) lists: Table<u32>,
    /// Words and marks that entries need, in lists.
    pub(super) needed: Table<u32>,
    /// By word number.
    pub(super) heads: Table<Head>,
    pairs: Table<Pair>,
    /// Numbers of pairs plus one, by hash; 0 is an empty place. Their number is a power of two.
    pair_slots: Table<u32>,
    /// Entries by the first letter of a word with free ends; index 26 holds those with no first letter. Words that have a
    /// number are filed under it.
    pub(super) by_letter: Vec<Vec<(Wild, u32)>>,
    /// Ranges of `lists`: first, number.
    pub(super) by_kind: Vec<(u32, u32)>,
    pub(super) capitalised: (u32, u32),
    pub(super) everywhere: (u32, u32),
}

/// Most words of a need that are looked for one by one: more would cost what they spare.
const LISTED_MAX: usize = 32;

const KINDS: usize = Kind::Symbol as usize + 1;

/// Where a search for a pair begins among `slots` places.
fn pair_slot(words: (u32, u32), slots: usize) -> usize {
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
                Matcher::Regex(regex) => {
                    set.regexes.push((number as u32, regex));
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

/// The index while it is made. Ordered, so that the same rules make the same bytes.
#[derive(Default)]
struct Index {
    entries: Vec<Entry>,
    needed: Vec<u32>,
    /// Where the lists in `needed` begin that are there already.
    known: FxHashMap<Vec<u32>, u32>,
    words: BTreeMap<u32, Vec<u32>>,
    pairs: BTreeMap<(u32, u32), Vec<u32>>,
    wilds: Vec<(Wild, u32)>,
    kinds: BTreeMap<u8, Vec<u32>>,
    capitalised: Vec<u32>,
    everywhere: Vec<u32>,
}

impl Index {
    fn file(&mut self, pattern: u32, program: &Program, spots: Vec<Spot>, vocabulary: &Vocabulary) {
        let is_alone = spots.len() == 1;
        for spot in spots {
            let number = self.entries.len() as u32;
            let needs = self.needs(&spot.needs);
            self.entries.push(Entry::new(pattern, program, &spot, is_alone, needs));
            match spot.on {
                On::Words(words) => {
                    words.into_iter().for_each(|word| self.words.entry(word).or_default().push(number));
                }
                On::Pairs(first, second) => {
                    for words in first.iter().flat_map(|a| second.iter().map(move |b| (*a, *b))) {
                        self.pairs.entry(words).or_default().push(number);
                    }
                }
                On::Wild(wild) => {
                    for (_, word) in vocabulary.words().into_iter().filter(|(text, _)| wild.fits(text)) {
                        self.words.entry(word).or_default().push(number);
                    }
                    self.wilds.push((wild, number));
                }
                On::Kind(kind) => self.kinds.entry(kind as u8).or_default().push(number),
                On::Capitalised => self.capitalised.push(number),
                On::Everything => self.everywhere.push(number),
            }
        }
    }

    /// Needs as entries hold them.
    fn needs(&mut self, needs: &[Need]) -> [Held; NEEDS] {
        let mut all = [Held::NOTHING; NEEDS];
        for (held, need) in all.iter_mut().zip(needs) {
            *held = Held { is_after: need.is_after, filter: Filter::of(&need.words), ..Held::NOTHING };
            if need.words.len() <= LISTED_MAX {
                held.len = need.words.len() as u16;
                held.first = *self.known.entry(need.words.clone()).or_insert_with(|| {
                    self.needed.extend_from_slice(&need.words);
                    (self.needed.len() - need.words.len()) as u32
                });
            }
        }
        all
    }

    fn finish(self, mut set: PatternSet, words: usize) -> PatternSet {
        let mut lists: Vec<u32> = Vec::new();
        // Entries that are looked at together lie together.
        let mut entries: Vec<Entry> = Vec::with_capacity(self.entries.len());
        let mut places: Vec<Option<u32>> = vec![None; self.entries.len()];
        let mut file = |new: &[u32]| {
            lists.extend(new.iter().map(|number| {
                *places[*number as usize].get_or_insert_with(|| {
                    entries.push(self.entries[*number as usize]);
                    entries.len() as u32 - 1
                })
            }));
            ((lists.len() - new.len()) as u32, new.len() as u32)
        };
        let mut heads = vec![Head::default(); words];
        for (word, filed) in &self.words {
            let (first, len) = file(filed);
            heads[*word as usize] = Head { first, len, seconds: 0 };
        }
        let mut pairs = Vec::new();
        for (words, filed) in &self.pairs {
            let (first, len) = file(filed);
            heads[words.0 as usize].seconds |= 1 << (words.1 % 64);
            pairs.push(Pair { words: *words, first, len });
        }
        if !pairs.is_empty() {
            let mut slots = vec![0u32; (pairs.len() * 2).next_power_of_two()];
            for (number, pair) in pairs.iter().enumerate() {
                let mut slot = pair_slot(pair.words, slots.len());
                while slots[slot] != 0 {
                    slot = (slot + 1) & (slots.len() - 1);
                }
                slots[slot] = number as u32 + 1;
            }
            set.pair_slots = Table::new(&slots);
        }
        for (wild, number) in self.wilds {
            let first = wild.prefix.bytes().next().filter(u8::is_ascii_lowercase);
            let letter = first.map_or(26, |b| usize::from(b - b'a'));
            set.by_letter[letter].push((wild, file(&[number]).0));
        }
        set.by_kind = (0..KINDS as u8).map(|kind| file(self.kinds.get(&kind).map_or(&[], Vec::as_slice))).collect();
        set.capitalised = file(&self.capitalised);
        set.everywhere = file(&self.everywhere);
        set.entries = Table::new(&entries);
        set.lists = Table::new(&lists);
        set.needed = Table::new(&self.needed);
        set.heads = Table::new(&heads);
        set.pairs = Table::new(&pairs);
        set
    }
}

impl Entry {
    /// The entry of a spot of `pattern`. `is_alone` says that it is the only one.
    fn new(pattern: u32, program: &Program, spot: &Spot, is_alone: bool, needs: [Held; NEEDS]) -> Self {
        let length = match spot.on {
            On::Words(_) => 1,
            On::Pairs(..) => 2,
            _ => usize::MAX,
        };
        let takes_words = program.ops.iter().take(length).all(|op| matches!(op, Op::Word(_) | Op::Words(..)));
        Self {
            pattern,
            min: spot.min,
            max: spot.max,
            is_whole: is_alone && takes_words && program.ops.get(length) == Some(&Op::Match),
            is_first: program.ops.first() == Some(&Op::Start),
            before: spot.before,
            after: spot.after,
            needs,
            begins: spot.begins,
            whole: if program.is_whole_sentence { program.reach as u16 } else { u16::MAX },
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

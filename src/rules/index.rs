//! The index of a pattern set while it is made: what is filed under which word, pair of words or mark.

use super::anchor::{NEEDS, Need, On, Spot};
use super::filter::{Filter, place};
use super::pattern::{ALONE, Entry, Head, Held, PatternSet};
use super::program::{Op, Program, Wild};
use crate::table::Table;
use crate::text::{Kind, Vocabulary};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Most words of a need that are looked for one by one. For more there is a bit for each word and mark there is.
const LISTED_MAX: usize = 12;

/// Most bits that such a set may take for each word that it holds: where phrases name many words, few lists are worth it.
const BITS_MAX: usize = 512;

/// Most words that are looked for one by one where a set would be too large: more would cost what they spare.
const LONG_MAX: usize = 32;

/// How many numbers a set of words and marks takes where so many words have a number.
pub(super) fn set_size(words: usize) -> usize {
    place(words as u32).div_ceil(32)
}

/// The index while it is made. Ordered, so that the same rules make the same bytes.
#[derive(Default)]
pub(super) struct Index {
    entries: Vec<Entry>,
    /// By entry, its pattern.
    patterns: Vec<u32>,
    needed: Vec<u32>,
    /// Where the lists and sets in `needed` begin that are there already.
    known: FxHashMap<Vec<u32>, u32>,
    words: BTreeMap<u32, Vec<u32>>,
    pairs: BTreeMap<(u32, u32), Vec<u32>>,
    wilds: BTreeMap<Wild, Vec<u32>>,
    kinds: BTreeMap<u8, Vec<u32>>,
    capitalised: Vec<u32>,
    everywhere: Vec<u32>,
}

impl Index {
    /// Files a phrase under each of its spots.
    pub(super) fn file(&mut self, pattern: u32, program: &Program, spots: Vec<Spot>, vocabulary: &Vocabulary) {
        let is_alone = spots.len() == 1;
        for spot in spots {
            let number = self.entries.len() as u32;
            let needs = self.needs(&spot.needs, set_size(vocabulary.len()));
            self.entries.push(Entry::new(program, &spot, is_alone, needs));
            self.patterns.push(pattern);
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
                    self.wilds.entry(wild).or_default().push(number);
                }
                On::Kind(kind) => self.kinds.entry(kind as u8).or_default().push(number),
                On::Capitalised => self.capitalised.push(number),
                On::Everything => self.everywhere.push(number),
            }
        }
    }

    /// Needs as entries hold them.
    fn needs(&mut self, needs: &[Need], set_size: usize) -> [Held; NEEDS] {
        let mut all = [Held::NOTHING; NEEDS];
        for (held, need) in all.iter_mut().zip(needs) {
            *held = Held { is_after: need.is_after, filter: Filter::of(&need.words), ..Held::NOTHING };
            let (words, first) = (&need.words, self.needed.len());
            if words.len() > LISTED_MAX && set_size * 32 <= BITS_MAX * words.len() {
                held.len = Held::SET;
                held.first = *self.known.entry(words.clone()).or_insert_with(|| {
                    self.needed.resize(first + set_size, 0);
                    words.iter().for_each(|id| self.needed[first + place(*id) / 32] |= 1 << (place(*id) % 32));
                    first as u32
                });
            } else if words.len() <= LONG_MAX {
                held.len = words.len() as u16;
                held.first = *self.known.entry(words.clone()).or_insert_with(|| {
                    self.needed.extend_from_slice(words);
                    first as u32
                });
            }
        }
        all
    }

    /// Puts the index into a set, for a vocabulary of so many words.
    pub(super) fn finish(self, mut set: PatternSet, words: usize) -> PatternSet {
        // Each entry is a list by itself.
        let mut lists: Vec<u32> = (0..self.entries.len() as u32).collect();
        // Entries that are looked at together lie together.
        let mut entries: Vec<Entry> = Vec::with_capacity(self.entries.len());
        let mut patterns: Vec<u32> = Vec::with_capacity(self.entries.len());
        let mut places: Vec<Option<u32>> = vec![None; self.entries.len()];
        let mut file = |new: &[u32]| {
            let new = new.iter().map(|number| {
                *places[*number as usize].get_or_insert_with(|| {
                    entries.push(self.entries[*number as usize]);
                    patterns.push(self.patterns[*number as usize]);
                    entries.len() as u32 - 1
                })
            });
            let new: Vec<u32> = new.collect();
            if let [number] = *new {
                return (number, 1);
            }
            lists.push(new.len() as u32);
            lists.extend_from_slice(&new);
            ((lists.len() - new.len()) as u32, new.len() as u32)
        };
        let mut heads = vec![Head::default(); words];
        for (word, filed) in &self.words {
            let (first, len) = file(filed);
            heads[*word as usize] = Head { first, len, ..Head::default() };
        }
        let (mut seconds, mut pairs) = (Vec::new(), Vec::new());
        for ((first, second), filed) in &self.pairs {
            heads[*second as usize].firsts |= 1 << (first % 64);
            let head = &mut heads[*first as usize];
            head.seconds |= 1 << (second % 64);
            head.first_pair = seconds.len() as u32 - head.pairs;
            head.pairs += 1;
            seconds.push(*second);
            pairs.push(match file(filed) {
                (number, 1) => number | ALONE,
                (list, _) => list - 1,
            });
        }
        for (wild, filed) in self.wilds {
            let first = wild.prefix.bytes().next().filter(u8::is_ascii_lowercase);
            let letter = first.map_or(26, |b| usize::from(b - b'a'));
            set.by_letter[letter].push((wild, file(&filed)));
        }
        let of_kind = |kind| self.kinds.get(&kind).map_or(&[][..], Vec::as_slice);
        set.by_kind = (0..Kind::NUMBER as u8).map(|kind| file(of_kind(kind))).collect();
        set.capitalised = file(&self.capitalised);
        set.everywhere = file(&self.everywhere);
        set.entries = Table::new(&entries);
        set.patterns = Table::new(&patterns);
        set.lists = Table::new(&lists);
        set.needed = Table::new(&self.needed);
        set.heads = Table::new(&heads);
        set.seconds = Table::new(&seconds);
        set.filed = Table::new(&pairs);
        set
    }
}

impl Entry {
    /// The entry of a spot. `is_alone` says that it is the only one of its pattern.
    fn new(program: &Program, spot: &Spot, is_alone: bool, needs: [Held; NEEDS]) -> Self {
        let length = match spot.on {
            On::Words(_) => 1,
            On::Pairs(..) => 2,
            _ => usize::MAX,
        };
        let takes_words = program.ops.iter().take(length).all(|op| matches!(op, Op::Word(_) | Op::Words(..)));
        Self {
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

//! Numbers for the words that phrases name.
//!
//! While rules are compiled the numbers are kept in a map; after that, in a table that is read where it lies. Every word
//! of every draft is looked up in it once.

use super::Language;
use crate::table::{self, Row, Table, field};
use crate::wording::Wording;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// Numbers for the words that phrases name.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Vocabulary {
    #[serde(skip)]
    ids: FxHashMap<Box<str>, u32>,
    endings: Vec<Wording>,
    irregular: FxHashMap<Wording, (Wording, Wording)>,
    /// Words by hash. The number of places is a power of two.
    slots: Table<Slot>,
    /// A zero, then what words have behind their first eight bytes, each with a zero behind it.
    letters: Table<u8>,
    /// One more than the greatest number given out.
    len: u32,
}

/// A place in the table.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    /// The first bytes of its word; zero where there is none.
    first: u64,
    /// Where the others are in `letters`; zero if there are none.
    rest: u32,
    /// The word's number, or [`IRREGULAR`].
    word: u32,
}

/// Stands for the number of a word that is two.
const IRREGULAR: u32 = u32::MAX;

/// What a word of a draft is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found<'a> {
    /// A word of this number.
    One(u32),
    /// Two words, lower case.
    Two(&'a str, &'a str),
}

impl Vocabulary {
    /// An empty vocabulary with the word forms of `language`.
    pub fn new(language: &Language) -> Self {
        Self {
            endings: language.contractions.iter().map(|(ending, _)| ending.clone()).collect(),
            irregular: language.irregular.clone(),
            len: 1,
            ..Self::default()
        }
    }

    /// The number of `word` (lower case), made if need be. Of no use once the vocabulary is sealed.
    pub fn insert(&mut self, word: &str) -> u32 {
        let next = self.len.max(1);
        let id = *self.ids.entry(word.into()).or_insert(next);
        self.len = next.max(id + 1);
        id
    }

    /// Puts all words into the table. None can be added after that.
    pub(crate) fn seal(&mut self) {
        let irregular = self.irregular.keys().map(|word| (word.as_str(), IRREGULAR));
        let regular = self.words().into_iter().filter(|(word, _)| !self.irregular.contains_key(*word));
        let mut words: Vec<(&str, u32)> = regular.chain(irregular).collect();
        // No draft holds a zero: it ends what is compared.
        words.retain(|(text, _)| !text.is_empty() && !text.contains('\0'));
        // Those that were numbered first are the most frequent: each is to be found at once.
        words.sort_unstable_by_key(|(text, word)| (*word, *text));
        let mut letters = vec![0];
        let slots = (words.len() * 2).next_power_of_two();
        let places = table::places(words.iter().map(|(text, _)| hash(text.as_bytes()) as usize), slots);
        let mut slots = vec![Slot::default(); slots];
        for (slot, number) in slots.iter_mut().zip(places) {
            let Some((text, word)) = number.map(|number| words[number]) else {
                continue;
            };
            *slot = Slot { first: eight(text.as_bytes()), rest: 0, word };
            if let Some(rest) = text.as_bytes().get(8..).filter(|rest| !rest.is_empty()) {
                slot.rest = letters.len() as u32;
                letters.extend_from_slice(rest);
                letters.push(0);
            }
        }
        self.slots = Table::new(&slots);
        self.letters = Table::new(&letters);
        self.ids = FxHashMap::default();
    }

    /// The number of `word` (lower case), 0 if no phrase names it.
    pub fn get(&self, word: &str) -> u32 {
        match self.look_up(word) {
            // A word that is two may be named by a phrase all the same; no draft holds it as one.
            IRREGULAR => 0,
            id => id,
        }
    }

    fn look_up(&self, word: &str) -> u32 {
        if self.slots.len() == 0 {
            return self.ids.get(word).copied().unwrap_or(0);
        }
        let bytes = word.as_bytes();
        let rest = bytes.get(8..).unwrap_or(&[]);
        let is_rest = |letters: &[u8]| letters.starts_with(rest) && letters.get(rest.len()) == Some(&0);
        self.word_at(hash(bytes), eight(bytes), |place| match place {
            0 => rest.is_empty(),
            place => !rest.is_empty() && is_rest(&self.letters.bytes()[place as usize..]),
        })
    }

    /// The number of the word of this hash that begins with `first`, if what stands at a place of `letters` is its rest.
    #[inline]
    fn word_at(&self, hash: u64, first: u64, is_rest: impl Fn(u32) -> bool) -> u32 {
        let last = self.slots.len() - 1;
        let mut slot = hash as usize & last;
        loop {
            let found = self.slots.get(slot);
            if found.first == first && is_rest(found.rest) {
                return found.word;
            }
            if found.first == 0 {
                return 0;
            }
            slot = (slot + 1) & last;
        }
    }

    /// The number of a word of at most eight bytes, handed over as [`eight`] makes it, if it is one word as it stands:
    /// no apostrophe is in it. Nothing while the vocabulary is open, and for a word that is two.
    #[inline]
    pub(super) fn short(&self, first: u64) -> Option<u32> {
        if self.slots.len() == 0 {
            return None;
        }
        let word = self.word_at(mix(0, first), first, |rest| rest == 0);
        (word != IRREGULAR).then_some(word)
    }

    /// What `word` (lower case, no spaces) of a draft is.
    pub(super) fn find<'a>(&'a self, word: &'a str) -> Found<'a> {
        if self.slots.len() == 0 {
            return match word_parts(word, self) {
                (_, None) => Found::One(self.get(word)),
                (one, Some(two)) => Found::Two(one, two),
            };
        }
        match self.look_up(word) {
            IRREGULAR => match self.irregular.get(word) {
                Some((one, two)) => Found::Two(one, two),
                None => Found::One(0),
            },
            id => match self.ending(word) {
                Some((one, two)) => Found::Two(one, two),
                None => Found::One(id),
            },
        }
    }

    fn ending<'a>(&'a self, word: &'a str) -> Option<(&'a str, &'a str)> {
        if !word.contains('\'') {
            return None;
        }
        self.endings.iter().find_map(|ending| {
            let stem = word.strip_suffix(ending.as_str()).filter(|stem| !stem.is_empty())?;
            Some((stem, ending.as_str()))
        })
    }

    /// The words, with their numbers, in order of number.
    pub(crate) fn words(&self) -> Vec<(&str, u32)> {
        let mut words: Vec<(&str, u32)> = self.ids.iter().map(|(text, id)| (&**text, *id)).collect();
        words.sort_unstable_by_key(|(_, id)| *id);
        words
    }

    /// One more than the greatest number given out.
    pub fn len(&self) -> usize {
        self.len.max(1) as usize
    }

    /// Whether no word has a number.
    pub fn is_empty(&self) -> bool {
        self.len() == 1
    }
}

/// Cuts `word` (lower case, no spaces) into the words it stands for: one, or two for a contraction.
fn word_parts<'a>(word: &'a str, vocabulary: &'a Vocabulary) -> (&'a str, Option<&'a str>) {
    if let Some((first, second)) = vocabulary.irregular.get(word) {
        return (first, Some(second));
    }
    match vocabulary.ending(word) {
        Some((stem, ending)) => (stem, Some(ending)),
        None => (word, None),
    }
}

/// The words of `text` as phrases see them, lower case. Used for phrases; drafts go through [`tokens`](super::words::tokens).
pub(crate) fn split_words(text: &str, vocabulary: &Vocabulary) -> Vec<String> {
    let lower = text.to_lowercase();
    let mut out = Vec::new();
    for piece in lower.split(['-', ' ']).filter(|p| !p.is_empty()) {
        let (first, second) = word_parts(piece, vocabulary);
        out.push(first.to_owned());
        out.extend(second.map(str::to_owned));
    }
    out
}

/// A hash that is the same on every machine, since the table is made on another one.
fn hash(word: &[u8]) -> u64 {
    word.chunks(8).fold(0, |hash, part| mix(hash, eight(part)))
}

#[inline]
fn mix(hash: u64, part: u64) -> u64 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let hash = (hash ^ part).wrapping_mul(ODD);
    hash ^ hash >> 32
}

/// The first eight bytes as a number, the first the lowest, with zeros for those that are not there.
#[inline]
pub(crate) fn eight(bytes: &[u8]) -> u64 {
    if let Some(eight) = bytes.first_chunk() {
        return u64::from_le_bytes(*eight);
    }
    let (fours, bytes) = bytes.as_chunks();
    let four = fours.first().map_or(0, |four| u64::from(u32::from_le_bytes(*four)));
    let rest = bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte));
    rest << (fours.len() * 32) | four
}

impl Row for Slot {
    type Bytes = [u8; 16];

    #[inline]
    fn cut(table: &[u8]) -> &[Self::Bytes] {
        table.as_chunks().0
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.first.to_le_bytes());
        [self.rest, self.word].iter().for_each(|number| number.write(out));
    }

    #[inline]
    fn read(bytes: &Self::Bytes) -> Self {
        let number = |at| u32::from_le_bytes(field(bytes, at));
        Self { first: u64::from_le_bytes(field(bytes, 0)), rest: number(8), word: number(12) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_holds_what_the_map_held() {
        let language = Language {
            contractions: vec![("n't".into(), vec!["not".into()])],
            irregular: [("cannot".into(), ("can".into(), "not".into()))].into_iter().collect(),
            ..Language::default()
        };
        let mut vocabulary = Vocabulary::new(&language);
        let words: Vec<String> = (0..500).map(|n| format!("w{}", n * n)).chain(["can".into(), "ab'c".into()]).collect();
        for word in &words {
            vocabulary.insert(word);
        }
        let open = vocabulary.clone();
        vocabulary.seal();
        for word in words.iter().map(String::as_str).chain(["", "x", "couldn't", "cannot", "abcdefghijklmnop"]) {
            assert_eq!(vocabulary.find(word), open.find(word), "{word}");
            assert_eq!(vocabulary.get(word), open.get(word), "{word}");
        }
        assert_eq!(vocabulary.len(), 503);
    }
}

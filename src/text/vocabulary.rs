//! Numbers for the words that phrases name.
//!
//! While rules are compiled the numbers are kept in a map; after that, in a table that is read where it lies. Every word
//! of every draft is looked up in it once.

use super::Language;
use crate::table::{Row, Table, field};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// Numbers for the words that phrases name.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Vocabulary {
    #[serde(skip)]
    ids: FxHashMap<Box<str>, u32>,
    endings: Vec<String>,
    irregular: FxHashMap<String, (String, String)>,
    /// Numbers of entries plus one, by hash; 0 is an empty place. Their number is a power of two.
    slots: Table<u32>,
    entries: Table<Entry>,
    letters: Table<u8>,
    /// One more than the greatest number given out.
    len: u32,
}

/// A word in the table.
#[derive(Clone, Copy, Debug)]
struct Entry {
    start: u32,
    len: u32,
    /// Its number, or [`IRREGULAR`].
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
        words.sort_unstable();
        let (mut entries, mut letters) = (Vec::new(), Vec::new());
        let mut slots = vec![0u32; (words.len() * 2).next_power_of_two()];
        for (text, word) in words {
            let mut slot = hash(text.as_bytes()) as usize & (slots.len() - 1);
            while slots[slot] != 0 {
                slot = (slot + 1) & (slots.len() - 1);
            }
            entries.push(Entry { start: letters.len() as u32, len: text.len() as u32, word });
            letters.extend_from_slice(text.as_bytes());
            slots[slot] = entries.len() as u32;
        }
        self.slots = Table::new(&slots);
        self.entries = Table::new(&entries);
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
        let slots = self.slots.len();
        if slots == 0 {
            return self.ids.get(word).copied().unwrap_or(0);
        }
        let mut slot = hash(word.as_bytes()) as usize & (slots - 1);
        loop {
            let number = self.slots.get(slot);
            if number == 0 {
                return 0;
            }
            let entry = self.entries.get(number as usize - 1);
            let (start, len) = (entry.start as usize, entry.len as usize);
            if len == word.len() && &self.letters.bytes()[start..start + len] == word.as_bytes() {
                return entry.word;
            }
            slot = (slot + 1) & (slots - 1);
        }
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
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |hash: u64, part: u64| ((hash ^ part).wrapping_mul(ODD)).rotate_left(29);
    let (eights, rest) = word.as_chunks::<8>();
    let hash = eights.iter().fold(word.len() as u64, |hash, part| mix(hash, u64::from_le_bytes(*part)));
    let rest = rest.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte));
    let hash = mix(hash, rest);
    hash ^ hash >> 32
}

impl Row for Entry {
    const SIZE: usize = 12;

    fn write(&self, out: &mut Vec<u8>) {
        [self.start, self.len, self.word].iter().for_each(|number| number.write(out));
    }

    #[inline]
    fn read(bytes: &[u8]) -> Self {
        let number = |at| u32::from_le_bytes(field(bytes, at));
        Self { start: number(0), len: number(4), word: number(8) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_holds_what_the_map_held() {
        let language = Language {
            contractions: vec![("n't".into(), vec!["not".into()])],
            irregular: [("cannot".to_owned(), ("can".to_owned(), "not".to_owned()))].into_iter().collect(),
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

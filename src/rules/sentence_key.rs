//! Sentences as phrases see them: which word and which sort of mark stands where, and letters only where a phrase may look
//! at them. Sentences with the same key have the same matches.

use super::pattern::PatternSet;
use crate::text::{Kind, Sentence, Shape, View, Vocabulary, eight};
use rustc_hash::FxHasher;
use std::hash::Hasher;

/// The words whose letters phrases may look at, because their numbers do not tell.
#[derive(Debug)]
pub(crate) struct Spelling {
    /// By word number, a bit: a phrase asks for the case of its letters.
    cased: Vec<u64>,
    /// By the first letter of a word, a bit for each second one: a word with free ends may begin so.
    begins: [u32; 32],
    /// By the last letter of a word, a bit for each one before: a word with free ends may end so that begins with any.
    ends: [u32; 32],
}

/// The bit of a letter in either case. Other characters share those bits.
fn bit(letter: u8) -> u32 {
    1 << (letter % 32)
}

impl Spelling {
    /// For the phrases of these sets.
    pub(crate) fn of(sets: [&PatternSet; 2], vocabulary: &Vocabulary) -> Self {
        let mut spelling = Self { cased: vec![0; vocabulary.len().div_ceil(64)], begins: [0; 32], ends: [0; 32] };
        for exact in sets.into_iter().flat_map(|set| &set.code.exact) {
            let word = vocabulary.get(&exact.to_lowercase()) as usize;
            spelling.cased[word / 64] |= 1 << (word % 64);
        }
        for wild in sets.into_iter().flat_map(|set| &set.code.wilds) {
            match (wild.prefix.as_bytes(), wild.suffix.as_bytes()) {
                ([first, rest @ ..], _) => {
                    spelling.begins[usize::from(first % 32)] |= rest.first().map_or(u32::MAX, |second| bit(*second));
                }
                ([], [rest @ .., last]) => {
                    spelling.ends[usize::from(last % 32)] |= rest.last().map_or(u32::MAX, |before| bit(*before));
                }
                ([], []) => spelling.ends = [u32::MAX; 32],
            }
        }
        spelling
    }

    /// Whether phrases may look at the letters of a word of this number.
    #[inline]
    fn is_cased(&self, word: u32) -> bool {
        self.cased[word as usize / 64] & 1 << (word % 64) != 0
    }

    #[inline]
    fn may_be_wild(&self, letters: &[u8]) -> bool {
        match letters {
            [first, .., last] => {
                let (second, before) = (letters[1], letters[letters.len() - 2]);
                (self.begins[usize::from(first % 32)] & bit(second)) | (self.ends[usize::from(last % 32)] & bit(before))
                    != 0
            }
            _ => true,
        }
    }
}

/// The keys of the sentences of a view.
#[derive(Debug, Default)]
pub(super) struct Keys {
    parts: Vec<u32>,
    /// For each sentence where its parts end, and their hash.
    ends: Vec<(usize, u64)>,
}

/// The key of a sentence.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key<'a> {
    pub(super) parts: &'a [u32],
    pub(super) hash: u64,
}

/// What a key says of a token in one number: of its word these bits.
const WORD_MAX: u32 = (1 << 21) - 1;
/// The bit where its shape begins.
const SHAPE: u32 = 21;
/// Behind it stand all bits of its word, the number of its letters in bytes, and the letters.
const SPELT: u32 = 1 << 24;
/// The bit where its kind begins.
const KIND: u32 = 25;

impl Keys {
    /// Makes them those of the sentences of a view.
    pub(super) fn read(&mut self, spelling: &Spelling, view: &View) {
        self.parts.clear();
        self.ends.clear();
        for sentence in &view.sentences {
            self.add(spelling, view, sentence);
        }
    }

    fn add(&mut self, spelling: &Spelling, view: &View, sentence: &Sentence) {
        let tokens = &view.tokens[sentence.start as usize..sentence.end as usize];
        let text = view.text.as_bytes();
        let is_ascii = view.words(sentence.start as usize, sentence.end as usize).is_ascii();
        let parts = &mut self.parts;
        let first = parts.len();
        for token in tokens {
            let letters = || &text[token.start as usize..token.end as usize];
            let seen = token.word & WORD_MAX | u32::from(token.shape.bits()) << SHAPE | (token.kind as u32) << KIND;
            let is_spelt = match token.word {
                0 => token.kind == Kind::Word && spelling.may_be_wild(letters()),
                // The shape of all others tells which of their letters are capitals.
                word => word > WORD_MAX || token.shape.has(Shape::MIXED) && spelling.is_cased(word),
            };
            if is_spelt || token.shape.has(Shape::PART) || !is_ascii && !letters().is_ascii() {
                let letters = letters();
                parts.extend([seen | SPELT, token.word, letters.len() as u32]);
                for letters in letters.chunks(8) {
                    let letters = eight(letters);
                    parts.extend([letters as u32, (letters >> 32) as u32]);
                }
            } else {
                parts.push(seen);
            }
        }
        let mut hasher = FxHasher::default();
        let (pairs, last) = parts[first..].as_chunks();
        pairs.iter().for_each(|[one, two]| hasher.write_u64(u64::from(*one) << 32 | u64::from(*two)));
        last.iter().for_each(|part| hasher.write_u32(*part));
        self.ends.push((parts.len(), hasher.finish()));
    }

    /// One for each sentence.
    pub(super) fn iter(&self) -> impl Iterator<Item = Key<'_>> {
        let mut first = 0;
        self.ends.iter().map(move |(end, hash)| {
            let parts = &self.parts[first..*end];
            first = *end;
            Key { parts, hash: *hash }
        })
    }
}

//! What was found in the sentences of earlier replies. Canned replies, and those of a team that pastes them, say the same
//! sentence again and again: it is searched once.

use super::pattern::Hit;
use crate::text::{Sentence, Token, View};
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;

/// Most bytes that a thread remembers, about forty thousand sentences.
const BYTES_MAX: usize = 16 << 20;

/// The matches in sentences.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    /// By a hash of their tokens and of the choice of patterns.
    sentences: FxHashMap<u64, Known>,
    /// Bytes that they take, about.
    bytes: usize,
}

#[derive(Debug)]
struct Known {
    /// The number of the choice.
    choice: u64,
    text: Box<str>,
    /// The matches of both sets, counted from the first token of the sentence.
    hits: [Box<[Hit]>; 2],
}

impl Known {
    /// Bytes that it takes, about.
    fn bytes(&self) -> usize {
        2 * size_of::<(u64, Self)>()
            + self.text.len()
            + self.hits.iter().map(|hits| size_of_val(&**hits)).sum::<usize>()
    }
}

/// A sentence as it is looked up: its words, and a choice of patterns, by its number.
pub(super) struct Key<'t> {
    choice: u64,
    hash: u64,
    text: &'t str,
}

impl<'t> Key<'t> {
    pub(super) fn of(choice: u64, view: &'t View, sentence: &Sentence) -> Self {
        let tokens = &view.tokens[sentence.start as usize..sentence.end as usize];
        let text = view.words(sentence.start as usize, sentence.end as usize);
        Self { choice, hash: hash(choice, tokens), text }
    }
}

impl Memo {
    /// Adds what is known of a sentence that begins at token `start`. Whether anything is.
    pub(super) fn recall(&self, key: &Key, start: u32, found: [&mut Vec<Hit>; 2]) -> bool {
        let is_it = |known: &&Known| known.choice == key.choice && *known.text == *key.text;
        let Some(known) = self.sentences.get(&key.hash).filter(is_it) else {
            return false;
        };
        let here = |hit: &Hit| Hit { start: hit.start + start, end: hit.end + start, ..*hit };
        for (found, known) in found.into_iter().zip(&known.hits) {
            found.extend(known.iter().map(here));
        }
        true
    }

    /// Remembers what was found in a sentence that begins at token `start`.
    pub(super) fn keep(&mut self, key: &Key, start: u32, found: [&[Hit]; 2]) {
        let from_start = |hit: &Hit| Hit { start: hit.start - start, end: hit.end - start, ..*hit };
        let hits = found.map(|hits| hits.iter().map(from_start).collect());
        let known = Known { choice: key.choice, text: key.text.into(), hits };
        if self.bytes > BYTES_MAX {
            *self = Self::default();
        }
        self.bytes += known.bytes();
        self.sentences.insert(key.hash, known);
    }
}

/// Tells sentences of the same text apart that were cut into other tokens. All that a phrase sees of a token is in it.
fn hash(choice: u64, tokens: &[Token]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write_u64(choice);
    let from = tokens[0].start;
    for token in tokens {
        let flags = u64::from(token.capitalised) | u64::from(token.is_part) << 1 | (token.kind as u64) << 2;
        hasher.write_u64(u64::from(token.word) | flags << 32 | u64::from(token.start - from) << 48);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Format, Language, Vocabulary};

    /// Which sentences of a text are known, and what is recalled of them. The others are kept, each token as a match.
    fn recall(memo: &mut Memo, choice: u64, text: &str) -> (Vec<bool>, Vec<u32>) {
        let view = View::new(text, Format::Text, &Vocabulary::default(), &Language::default());
        let (mut known, mut hits, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for sentence in &view.sentences {
            let key = Key::of(choice, &view, sentence);
            known.push(memo.recall(&key, sentence.start, [&mut hits, &mut others]));
            if !known[known.len() - 1] {
                let found: Vec<Hit> =
                    (sentence.start..sentence.end).map(|start| Hit { start, end: start + 1, pattern: 7 }).collect();
                memo.keep(&key, sentence.start, [&found, &found[1..]]);
            }
        }
        assert_eq!(hits.iter().skip(1).collect::<Vec<_>>(), others.iter().collect::<Vec<_>>());
        (known, hits.iter().map(|hit| hit.start).collect())
    }

    #[test]
    fn a_sentence_is_found_where_it_stands_next() {
        let mut memo = Memo::default();
        assert_eq!(recall(&mut memo, 1, "Your tent is here. It is dry."), (vec![false, false], vec![]));
        assert_eq!(recall(&mut memo, 1, "Hello Ana. Your tent is here."), (vec![false, true], vec![3, 4, 5, 6, 7]));
        assert_eq!(recall(&mut memo, 1, "your tent is here. It is DRY.").0, [false, false]);
        assert_eq!(recall(&mut memo, 2, "Your tent is here.").0, [false]);
        assert_eq!(recall(&mut memo, 1, "Your tent is here.").0, [true]);
    }

    #[test]
    fn what_it_remembers_has_an_end() {
        let mut memo = Memo::default();
        for number in 0..2 * BYTES_MAX / 1500 {
            recall(&mut memo, 1, &format!("Number {number} {}", "x".repeat(1400)));
            assert!(memo.bytes < BYTES_MAX + 3000);
        }
        assert!(!memo.sentences.is_empty());
    }
}

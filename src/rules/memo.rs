//! What was found in the sentences of earlier replies. Canned replies, and those of a team that pastes them, say the same
//! sentence again and again: it is searched once.

use super::pattern::Hit;
use crate::text::{Sentence, Token, View};
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;

/// Most bytes that a thread remembers, about ten thousand sentences.
const BYTES_MAX: usize = 4 << 20;

/// The matches in sentences, for one choice of patterns at a time.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    /// The number of the choice.
    choice: u64,
    /// By a hash of their tokens.
    sentences: FxHashMap<u64, Known>,
    /// Bytes that they take, about.
    bytes: usize,
}

#[derive(Debug)]
struct Known {
    text: Box<str>,
    /// Counted from the first token of the sentence.
    hits: Box<[Hit]>,
}

impl Known {
    /// Bytes that it takes, about.
    fn bytes(&self) -> usize {
        2 * size_of::<(u64, Self)>() + self.text.len() + size_of_val(&*self.hits)
    }
}

/// Finds the matches in sentences of one view.
pub(super) trait Finder {
    /// Searches a sentence.
    fn sentence(&mut self, sentence: &Sentence);
    /// All matches up to now.
    fn hits(&mut self) -> &mut Vec<Hit>;
}

impl Memo {
    /// Adds the matches of a choice of patterns, by its number, in a sentence: as they are known, or as `finder` finds them.
    pub(super) fn recall(&mut self, choice: u64, view: &View, sentence: &Sentence, finder: &mut impl Finder) {
        let Sentence { start, end, .. } = *sentence;
        let tokens = &view.tokens[start as usize..end as usize];
        // One token is searched as fast as it is looked up.
        let [first, .., last] = tokens else {
            return finder.sentence(sentence);
        };
        let text = &view.text[first.start as usize..last.end as usize];
        let hash = hash(tokens);
        if self.choice != choice || self.bytes > BYTES_MAX {
            *self = Self { choice, ..Self::default() };
        }
        if let Some(known) = self.sentences.get(&hash).filter(|known| *known.text == *text) {
            let here = |hit: &Hit| Hit { start: hit.start + start, end: hit.end + start, ..*hit };
            finder.hits().extend(known.hits.iter().map(here));
            return;
        }
        let before = finder.hits().len();
        finder.sentence(sentence);
        let from_start = |hit: &Hit| Hit { start: hit.start - start, end: hit.end - start, ..*hit };
        let known = Known { text: text.into(), hits: finder.hits()[before..].iter().map(from_start).collect() };
        self.bytes += known.bytes();
        self.sentences.insert(hash, known);
    }
}

/// Tells sentences of the same text apart that were cut into other tokens. All that a phrase sees of a token is in it.
fn hash(tokens: &[Token]) -> u64 {
    let mut hasher = FxHasher::default();
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

    /// Finds every token, and counts how often it is asked.
    #[derive(Default)]
    struct Counting {
        asked: usize,
        hits: Vec<Hit>,
    }

    impl Finder for Counting {
        fn sentence(&mut self, sentence: &Sentence) {
            self.asked += 1;
            self.hits.extend((sentence.start..sentence.end).map(|at| Hit { start: at, end: at + 1, pattern: 7 }));
        }

        fn hits(&mut self) -> &mut Vec<Hit> {
            &mut self.hits
        }
    }

    /// How often the finder was asked for each text, and what was found.
    fn recall(memo: &mut Memo, choice: u64, text: &str) -> (usize, Vec<Hit>) {
        let view = View::new(text, Format::Text, &Vocabulary::default(), &Language::default());
        let mut finder = Counting::default();
        view.sentences.iter().for_each(|sentence| memo.recall(choice, &view, sentence, &mut finder));
        (finder.asked, finder.hits)
    }

    #[test]
    fn a_sentence_is_searched_once_and_found_where_it_stands() {
        let mut memo = Memo::default();
        let first = recall(&mut memo, 1, "Your tent is here. It is dry.");
        assert_eq!(first.0, 2);
        let again = recall(&mut memo, 1, "Hello Ana. Your tent is here.");
        assert_eq!(again.0, 1);
        assert_eq!(again.1.iter().map(|hit| hit.start).collect::<Vec<_>>(), (0..8).collect::<Vec<_>>());
        assert_eq!(recall(&mut memo, 1, "your tent is here. It is DRY.").0, 2);
        assert_eq!(recall(&mut memo, 2, "Your tent is here.").0, 1);
    }

    #[test]
    fn what_it_remembers_has_an_end() {
        let mut memo = Memo::default();
        for number in 0..4 * BYTES_MAX / 500 {
            recall(&mut memo, 1, &format!("Number {number} {}", "x".repeat(400)));
            assert!(memo.bytes < BYTES_MAX + 3000);
        }
        assert!(!memo.sentences.is_empty());
    }
}

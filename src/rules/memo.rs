//! What was found in the sentences of earlier replies. Canned replies, and those of a team that pastes them, say the same
//! sentence again and again, with other names and numbers: what phrases see of it is searched once.

use super::matching::text_of;
use super::pattern::{Hit, PatternSet};
use super::program::Wild;
use crate::text::{Kind, Sentence, Token, View, Vocabulary};
use rustc_hash::{FxHashMap, FxHasher};
use std::collections::BTreeSet;
use std::hash::Hasher;

/// Most bytes that a thread remembers, about eighty thousand sentences.
const BYTES_MAX: usize = 16 << 20;

/// The words whose letters phrases look at, where their numbers do not tell.
#[derive(Debug)]
pub(crate) struct Spelling {
    /// By word number, a bit: a phrase asks for the case of its letters.
    cased: Vec<u64>,
    /// Words with free ends by their first letter.
    begun: [Begun; 32],
    /// A bit for each last letter of those that begin with any.
    last: u32,
    /// Those that begin with any.
    ends: Vec<Wild>,
}

/// Words with free ends that begin with the same letter.
#[derive(Debug, Default)]
struct Begun {
    /// A bit for each second letter of theirs.
    second: u32,
    wilds: Vec<Wild>,
}

/// The bit of a letter in either case. Other characters share those bits.
fn bit(letter: u8) -> u32 {
    1 << (letter % 32)
}

impl Spelling {
    /// For the phrases of these sets.
    pub(crate) fn of(sets: [&PatternSet; 2], vocabulary: &Vocabulary) -> Self {
        let mut cased = vec![0; vocabulary.len().div_ceil(64)];
        for exact in sets.into_iter().flat_map(|set| &set.code.exact) {
            let word = vocabulary.get(&exact.to_lowercase()) as usize;
            cased[word / 64] |= 1 << (word % 64);
        }
        let unique: BTreeSet<&Wild> = sets.into_iter().flat_map(|set| &set.code.wilds).collect();
        let mut spelling = Self { cased, begun: std::array::from_fn(|_| Begun::default()), last: 0, ends: Vec::new() };
        for wild in unique {
            if let [first, rest @ ..] = wild.prefix.as_bytes() {
                let begun = &mut spelling.begun[usize::from(first % 32)];
                begun.second |= rest.first().map_or(u32::MAX, |second| bit(*second));
                begun.wilds.push(wild.clone());
            } else {
                spelling.last |= wild.suffix.bytes().last().map_or(u32::MAX, bit);
                spelling.ends.push(wild.clone());
            }
        }
        spelling
    }

    /// Whether phrases may look at the letters of a token. `text` is that of its view.
    #[inline]
    fn matters<'t>(&self, token: &Token, text: impl Fn() -> &'t str) -> bool {
        token.is_part
            || match token.word as usize {
                0 => token.kind == Kind::Word && self.is_wild(text()),
                word => self.cased[word / 64] & 1 << (word % 64) != 0,
            }
    }

    #[inline]
    fn is_wild(&self, word: &str) -> bool {
        let fits = |wild: &Wild| wild.fits(word);
        let bytes = word.as_bytes();
        let begun = &self.begun[usize::from(bytes[0] % 32)];
        let second = bytes.get(1).map_or(u32::MAX, |second| bit(*second));
        (begun.second & second != 0 && begun.wilds.iter().any(fits))
            || (self.last & bit(bytes[bytes.len() - 1]) != 0 && self.ends.iter().any(fits))
    }
}

/// The matches in sentences.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    /// By a hash of their keys.
    sentences: FxHashMap<u64, Known>,
    /// The keys of all.
    keys: Vec<u32>,
    /// The matches in all, counted from the first token of the sentence.
    hits: Vec<Hit>,
    /// The sentence that was last asked for: the number of a choice of patterns, then all that phrases see of each token.
    key: Vec<u32>,
    /// Its hash.
    hash: u64,
}

/// Where what is known of a sentence stands.
#[derive(Clone, Copy, Debug)]
struct Known {
    /// The first part of its key.
    key: u32,
    key_len: u32,
    /// Its first match.
    hits: u32,
    /// How many matches of each set it has, those of the first set first.
    numbers: [u16; 2],
}

/// What a key says of a token in one number: of its word these bits.
const WORD_MAX: u32 = (1 << 22) - 1;
const CAPITALISED: u32 = 1 << 22;
const PART: u32 = 1 << 23;
/// Behind it stand all bits of its word, the number of its letters in bytes, and the letters.
const SPELT: u32 = 1 << 24;
/// Places that the kind is moved by.
const KIND: u32 = 25;

impl Memo {
    /// Adds what is known of a sentence, to a choice of patterns by its number. Whether anything is.
    pub(super) fn recall(
        &mut self,
        (choice, spelling): (u64, &Spelling),
        view: &View,
        sentence: &Sentence,
        found: [&mut Vec<Hit>; 2],
    ) -> bool {
        self.see((choice, spelling), view, sentence);
        let Some(known) = self.sentences.get(&self.hash) else {
            return false;
        };
        if self.keys[known.key as usize..][..known.key_len as usize] != *self.key {
            return false;
        }
        let start = sentence.start;
        let mut rest = &self.hits[known.hits as usize..];
        for (found, number) in found.into_iter().zip(known.numbers) {
            let (hits, others) = rest.split_at(usize::from(number));
            found.extend(hits.iter().map(|hit| Hit { start: hit.start + start, end: hit.end + start, ..*hit }));
            rest = others;
        }
        true
    }

    /// Makes the key of a sentence.
    fn see(&mut self, (choice, spelling): (u64, &Spelling), view: &View, sentence: &Sentence) {
        let tokens = &view.tokens[sentence.start as usize..sentence.end as usize];
        let is_ascii = view.words(sentence.start as usize, sentence.end as usize).is_ascii();
        self.key.clear();
        self.key.extend([choice as u32, (choice >> 32) as u32]);
        for token in tokens {
            let text = || text_of(view, token);
            let is_spelt = spelling.matters(token, text) || !is_ascii && !text().is_ascii() || token.word > WORD_MAX;
            let mut seen = token.word & WORD_MAX | (token.kind as u32) << KIND;
            seen |= if token.capitalised { CAPITALISED } else { 0 };
            seen |= if token.is_part { PART } else { 0 };
            if is_spelt {
                let text = text().as_bytes();
                self.key.extend([seen | SPELT, token.word, text.len() as u32]);
                let four = |bytes: &[u8]| bytes.iter().rev().fold(0, |four, byte| four << 8 | u32::from(*byte));
                self.key.extend(text.chunks(4).map(four));
            } else {
                self.key.push(seen);
            }
        }
        let mut hasher = FxHasher::default();
        self.key.iter().for_each(|part| hasher.write_u32(*part));
        self.hash = hasher.finish();
    }

    /// Remembers what was found in the sentence that was last asked for, which begins at token `start`.
    pub(super) fn keep(&mut self, start: u32, found: [&[Hit]; 2]) {
        if self.bytes() > BYTES_MAX {
            self.sentences.clear();
            self.keys.clear();
            self.hits.clear();
        }
        let [Ok(first), Ok(second)] = found.map(|hits| u16::try_from(hits.len())) else {
            return;
        };
        let known = Known {
            key: self.keys.len() as u32,
            key_len: self.key.len() as u32,
            hits: self.hits.len() as u32,
            numbers: [first, second],
        };
        self.keys.extend_from_slice(&self.key);
        let from_start = |hit: &Hit| Hit { start: hit.start - start, end: hit.end - start, ..*hit };
        self.hits.extend(found.into_iter().flatten().map(from_start));
        self.sentences.insert(self.hash, known);
    }

    /// Bytes that it takes, about.
    fn bytes(&self) -> usize {
        let sentences = self.sentences.len() * 2 * size_of::<(u64, Known)>();
        sentences + size_of_val(self.keys.as_slice()) + size_of_val(self.hits.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Everything, Following, Pair, RuleBook, Scratch, built_in_sets, parse_set};
    use crate::text::{Format, Language};
    use proptest::prelude::*;
    use std::sync::LazyLock;

    /// Which sentences of a text are known, and what is recalled of them. The others are kept, each token as a match.
    fn recall(memo: &mut Memo, choice: u64, text: &str) -> (Vec<bool>, Vec<u32>) {
        let view = View::new(text, Format::Text, &Vocabulary::default(), &Language::default());
        let spelling = Spelling::of([&PatternSet::default(), &PatternSet::default()], &Vocabulary::default());
        let (mut known, mut hits, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for sentence in &view.sentences {
            known.push(memo.recall((choice, &spelling), &view, sentence, [&mut hits, &mut others]));
            if !known[known.len() - 1] {
                let found: Vec<Hit> =
                    (sentence.start..sentence.end).map(|start| Hit { start, end: start + 1, pattern: 7 }).collect();
                memo.keep(sentence.start, [&found, &found[1..]]);
            }
        }
        assert_eq!(hits.len(), others.len() + known.iter().filter(|known| **known).count());
        (known, hits.iter().map(|hit| hit.start).collect())
    }

    #[test]
    fn a_sentence_is_found_where_it_stands_next() {
        let mut memo = Memo::default();
        assert_eq!(recall(&mut memo, 1, "Your tent is here now. It is dry."), (vec![false, false], vec![]));
        assert_eq!(
            recall(&mut memo, 1, "Hello Ana. Your tent is here now."),
            (vec![false, true], vec![3, 4, 5, 6, 7, 8])
        );
        assert_eq!(recall(&mut memo, 1, "your tent is here now. It is DRY.").0, [false, false]);
        assert_eq!(recall(&mut memo, 2, "Your tent is here now.").0, [false]);
        assert_eq!(recall(&mut memo, 1, "Your tent is here now.").0, [true]);
    }

    impl Following for Everything {
        fn follow(&mut self, _: &[Hit]) -> bool {
            true
        }
    }

    static BOOK: LazyLock<(RuleBook, Vec<String>)> = LazyLock::new(|| {
        let (forms, sets) = built_in_sets("en", true).unwrap();
        let rules = sets.iter().flat_map(|set| &set.declaration.rules);
        let texts = rules.flat_map(|rule| rule.examples.flag.iter().chain(&rule.examples.pass));
        let texts = texts.map(|example| example.text.clone()).collect();
        (RuleBook::compile(&forms, &sets).unwrap(), texts)
    });

    proptest! {
        #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

        /// Sentences that differ in words of which phrases see the letters, or do not.
        #[test]
        fn what_is_recalled_is_what_would_be_found(
            start in 0..4000_usize,
            at in 0..20_usize,
            words in prop::collection::vec("[A-Z]?[a-z]{1,4}(|ing|ed|ly|s|'s|n't)|[A-Z]{2,4}|[0-9]{1,3}[A-Za-z%]?|É|é|K", 6)
        ) {
            let (book, texts) = &*BOOK;
            let spelling = Spelling::of([&book.reply.set, &book.cancels.set], &book.vocabulary);
            let sets = [&book.reply.set, &book.cancels.set];
            let mut pair = Pair { sets, wanted: Everything, following: Everything, choice: 1, spelling: &spelling };
            let mut scratch = Scratch::default();
            let text = &texts[start % texts.len()];
            let (before, rest) = text.char_indices().filter(|(_, c)| *c == ' ').map(|(at, _)| text.split_at(at)).nth(at)
                .unwrap_or((text, ""));
            let rest = rest.trim_start().split_once(' ').map_or("", |(_, rest)| rest);
            for word in ["It", "it", "IT"].into_iter().chain(words.iter().map(String::as_str)) {
                let text = format!("{before} {word} {rest}");
                let view = View::new(&text, Format::Text, &book.vocabulary, &book.language);
                let found = pair.search(&view, &mut scratch);
                prop_assert_eq!(found, pair.search(&view, &mut Scratch::default()), "{}", text);
            }
        }
    }

    #[test]
    fn what_it_remembers_has_an_end() {
        let mut memo = Memo::default();
        let text = |number: usize| format!("{} é{number}{}", "x ".repeat(10), "é".repeat(900));
        let mut forgotten = 0;
        for number in 0..BYTES_MAX / 1000 {
            let is_known = recall(&mut memo, 1, &text(number % 12_000)).0 == [true];
            assert!(memo.bytes() < BYTES_MAX + 10_000);
            forgotten += usize::from(number >= 12_000 && !is_known);
        }
        assert!(forgotten > 0 && !memo.sentences.is_empty());
    }

    /// How many matches each text has that is read by the same memory.
    fn found(rules: &str, texts: &[&str]) -> Vec<usize> {
        let (forms, _) = built_in_sets("en", false).unwrap();
        let rules = format!("set: t\nrules: [{{id: r, severity: warning, message: m, avoid: [{rules}]}}]\n");
        let book = RuleBook::compile(&forms, &[parse_set("t.yml", &rules).unwrap()]).unwrap();
        let sets = [&book.reply.set, &book.cancels.set];
        let spelling = Spelling::of(sets, &book.vocabulary);
        let mut pair = Pair { sets, wanted: Everything, following: Everything, choice: 1, spelling: &spelling };
        let mut scratch = Scratch::default();
        let count = |text: &&str| {
            let view = View::new(text, Format::Text, &book.vocabulary, &book.language);
            pair.search(&view, &mut scratch)[0].len()
        };
        texts.iter().map(count).collect()
    }

    #[test]
    fn letters_count_where_phrases_look_at_them() {
        let texts = ["The Pin is here.", "The PIN is here.", "The pIN is here.", "The pin is here."];
        assert_eq!(found("{text: PIN, case: sensitive}", &texts), [0, 1, 0, 0]);
        let texts = ["A cafe opens.", "A café opens.", "A CAFÉ opens.", "A Café opens.", "A cave opens."];
        assert_eq!(found("'*é opens', café", &texts), [0, 2, 1, 2, 0]);
        let texts = ["It is wood.", "It is walked.", "It is talking.", "It is walking.", "It is wool."];
        assert_eq!(found("'*ing', 'walk*'", &texts), [0, 1, 1, 2, 0]);
    }
}

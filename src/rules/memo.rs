//! What was found in the sentences of earlier replies. Canned replies, and those of a team that pastes them, say the same
//! sentence again and again, with other names and numbers: what phrases see of it is searched once.

use super::pattern::{Hit, PatternSet};
use crate::text::{Kind, Sentence, Token, View, Vocabulary};
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Most bytes that are remembered, about a hundred and sixty thousand sentences.
const BYTES_MAX: usize = 32 << 20;

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

    /// Whether phrases may look at the letters of a token, which are these.
    #[inline]
    fn matters(&self, token: &Token, letters: &[u8]) -> bool {
        token.is_part
            || match token.word as usize {
                0 => token.kind == Kind::Word && self.may_be_wild(letters),
                word => self.cased[word / 64] & 1 << (word % 64) != 0,
            }
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

/// The matches in sentences, for one choice of patterns. Threads share it, so that each sentence is searched by one of them.
#[derive(Debug, Default)]
pub(crate) struct Memo([Mutex<Part>; PARTS]);

/// Parts that a memo has, so that threads seldom wait for one another.
const PARTS: usize = 32;

/// A part of what is known.
#[derive(Debug, Default)]
struct Part {
    /// By a hash of their keys.
    sentences: FxHashMap<u64, Known>,
    /// For each, its key, and behind that the starts, ends and patterns of its matches, counted from its first token: those of
    /// the first set, then those of the second.
    told: Vec<u32>,
}

/// Where what is known of a sentence stands.
#[derive(Clone, Copy, Debug)]
struct Known {
    first: u32,
    key_len: u32,
    /// How many matches of each set it has.
    numbers: [u16; 2],
}

/// A sentence as phrases see it.
#[derive(Debug, Default)]
pub(super) struct Key {
    parts: Vec<u32>,
    hash: u64,
}

/// What a key says of a token in one number: of its word these bits.
const WORD_MAX: u32 = (1 << 22) - 1;
const CAPITALISED: u32 = 1 << 22;
const PART: u32 = 1 << 23;
/// Behind it stand all bits of its word, the number of its letters in bytes, and the letters.
const SPELT: u32 = 1 << 24;
/// Places that the kind is moved by.
const KIND: u32 = 25;

impl Key {
    /// Makes it the key of a sentence.
    pub(super) fn read(&mut self, spelling: &Spelling, view: &View, sentence: &Sentence) {
        let tokens = &view.tokens[sentence.start as usize..sentence.end as usize];
        let text = view.text.as_bytes();
        let is_ascii = view.words(sentence.start as usize, sentence.end as usize).is_ascii();
        let parts = &mut self.parts;
        parts.clear();
        parts.reserve(tokens.len());
        for token in tokens {
            let letters = &text[token.start as usize..token.end as usize];
            let mut seen = token.word & WORD_MAX | (token.kind as u32) << KIND;
            seen |= if token.capitalised { CAPITALISED } else { 0 };
            seen |= if token.is_part { PART } else { 0 };
            if spelling.matters(token, letters) || !is_ascii && !letters.is_ascii() || token.word > WORD_MAX {
                parts.extend([seen | SPELT, token.word, letters.len() as u32]);
                let four = |bytes: &[u8]| bytes.iter().rev().fold(0, |four, byte| four << 8 | u32::from(*byte));
                parts.extend(letters.chunks(4).map(four));
            } else {
                parts.push(seen);
            }
        }
        let mut hasher = FxHasher::default();
        parts.iter().for_each(|part| hasher.write_u32(*part));
        self.hash = hasher.finish();
    }
}

impl Memo {
    /// Adds what is known of a sentence that begins at token `start`. Whether anything is.
    pub(super) fn recall(&self, key: &Key, start: u32, found: [&mut Vec<Hit>; 2]) -> bool {
        let part = self.part(key);
        let Some(known) = part.sentences.get(&key.hash) else {
            return false;
        };
        let told = &part.told[known.first as usize..];
        let Some(mut rest) =
            told.strip_prefix(key.parts.as_slice()).filter(|_| known.key_len as usize == key.parts.len())
        else {
            return false;
        };
        for (found, number) in found.into_iter().zip(known.numbers) {
            let (hits, others) = rest.split_at(usize::from(number) * 3);
            let (hits, _) = hits.as_chunks();
            found.extend(hits.iter().map(|[from, to, pattern]| Hit {
                start: from + start,
                end: to + start,
                pattern: *pattern,
            }));
            rest = others;
        }
        true
    }

    /// Remembers what was found in a sentence that begins at token `start`.
    pub(super) fn keep(&self, key: &Key, start: u32, found: [&[Hit]; 2]) {
        let [Ok(first), Ok(second)] = found.map(|hits| u16::try_from(hits.len())) else {
            return;
        };
        let mut part = self.part(key);
        if part.bytes() > BYTES_MAX / PARTS {
            part.sentences.clear();
            part.told.clear();
        }
        let known = Known { first: part.told.len() as u32, key_len: key.parts.len() as u32, numbers: [first, second] };
        part.told.extend_from_slice(&key.parts);
        let hits = found.into_iter().flatten();
        part.told.extend(hits.flat_map(|hit| [hit.start - start, hit.end - start, hit.pattern]));
        part.sentences.insert(key.hash, known);
    }

    fn part(&self, key: &Key) -> MutexGuard<'_, Part> {
        // Who panicked with it in hand had not yet put in what it had told.
        self.0[(key.hash >> 32) as usize % PARTS].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Part {
    /// Bytes that it takes, about.
    fn bytes(&self) -> usize {
        self.sentences.len() * 2 * size_of::<(u64, Known)>() + size_of_val(self.told.as_slice())
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
    fn recall(memo: &Memo, text: &str) -> (Vec<bool>, Vec<u32>) {
        let view = View::new(text, Format::Text, &Vocabulary::default(), &Language::default());
        let spelling = Spelling::of([&PatternSet::default(), &PatternSet::default()], &Vocabulary::default());
        let (mut known, mut hits, mut others) = (Vec::new(), Vec::new(), Vec::new());
        let mut key = Key::default();
        for sentence in &view.sentences {
            key.read(&spelling, &view, sentence);
            known.push(memo.recall(&key, sentence.start, [&mut hits, &mut others]));
            if !known[known.len() - 1] {
                let found: Vec<Hit> =
                    (sentence.start..sentence.end).map(|start| Hit { start, end: start + 1, pattern: 7 }).collect();
                memo.keep(&key, sentence.start, [&found, &found[1..]]);
            }
        }
        assert_eq!(hits.len(), others.len() + known.iter().filter(|known| **known).count());
        (known, hits.iter().map(|hit| hit.start).collect())
    }

    #[test]
    fn a_sentence_is_found_where_it_stands_next() {
        let memo = Memo::default();
        assert_eq!(recall(&memo, "Your tent is here now. It is dry."), (vec![false, false], vec![]));
        assert_eq!(recall(&memo, "Hello Ana. Your tent is here now."), (vec![false, true], vec![3, 4, 5, 6, 7, 8]));
        assert_eq!(recall(&memo, "your tent is here now. It is DRY.").0, [false, false]);
        assert_eq!(recall(&memo, "Your tent is here now.").0, [true]);
        assert_eq!(recall(&Memo::default(), "Your tent is here now.").0, [false]);
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
            let memo = Memo::default();
        let mut pair = Pair { sets, wanted: Everything, following: Everything, spelling: &spelling, memo: &memo };
            let text = &texts[start % texts.len()];
            let (before, rest) = text.char_indices().filter(|(_, c)| *c == ' ').map(|(at, _)| text.split_at(at)).nth(at)
                .unwrap_or((text, ""));
            let rest = rest.trim_start().split_once(' ').map_or("", |(_, rest)| rest);
            for word in ["It", "it", "IT"].into_iter().chain(words.iter().map(String::as_str)) {
                let text = format!("{before} {word} {rest}");
                let view = View::new(&text, Format::Text, &book.vocabulary, &book.language);
                let found = pair.search(&view, &mut Scratch::default());
                let fresh = Memo::default();
                let mut other = Pair { memo: &fresh, wanted: Everything, following: Everything, ..pair };
                prop_assert_eq!(found, other.search(&view, &mut Scratch::default()), "{}", text);
            }
        }
    }

    #[test]
    fn what_it_remembers_has_an_end() {
        let memo = Memo::default();
        let text = |number: usize| format!("{} é{number}{}", "x ".repeat(10), "é".repeat(900));
        let mut forgotten = 0;
        for number in 0..BYTES_MAX / 1000 {
            let is_known = recall(&memo, &text(number % 24_000)).0 == [true];
            forgotten += usize::from(number >= 24_000 && !is_known);
        }
        let bytes: usize = memo.0.iter().map(|part| part.lock().unwrap().bytes()).sum();
        assert!(forgotten > 0 && bytes > 0 && bytes < BYTES_MAX + 10_000 * PARTS, "{forgotten}, {bytes}");
    }

    /// How many matches each text has that is read by the same memory.
    fn found(rules: &str, texts: &[&str]) -> Vec<usize> {
        let (forms, _) = built_in_sets("en", false).unwrap();
        let rules = format!("set: t\nrules: [{{id: r, severity: warning, message: m, avoid: [{rules}]}}]\n");
        let book = RuleBook::compile(&forms, &[parse_set("t.yml", &rules).unwrap()]).unwrap();
        let sets = [&book.reply.set, &book.cancels.set];
        let spelling = Spelling::of(sets, &book.vocabulary);
        let memo = Memo::default();
        let mut pair = Pair { sets, wanted: Everything, following: Everything, spelling: &spelling, memo: &memo };
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

//! What was found in the sentences of earlier replies. Canned replies, and those of a team that pastes them, say the same
//! sentence again and again, with other names and numbers: what phrases see of it is searched once.

use super::pattern::{Hit, PatternSet};
use crate::text::{Kind, Sentence, Shape, View, Vocabulary, eight};
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Most bytes that are remembered, some two hundred thousand sentences.
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

/// The matches in sentences, for one choice of patterns. Threads share it, so that each sentence is searched by one of them.
#[derive(Debug, Default)]
pub(crate) struct Memo([Mutex<Part>; PARTS]);

/// Parts that a memo has, so that threads seldom wait for one another.
const PARTS: usize = 32;

/// Numbers that a part has room for from the start: as it grows it would be copied again and again, to memory that the system
/// has to find first. Room that is not used costs nothing.
const TOLD_START: usize = 16 << 10;

/// A part of what is known.
#[derive(Debug, Default)]
struct Part {
    /// Where in `told` what is known of a sentence stands, by a half of the hash of its key.
    places: FxHashMap<u32, u32>,
    /// For each sentence the length of its key, how many matches of each set it has, its key, and these matches, first those of
    /// the first set: where they start and end, counted from the first token, in one number, and their patterns.
    told: Vec<u32>,
}

/// A sentence as phrases see it.
#[derive(Debug, Default)]
pub(super) struct Key {
    parts: Vec<u32>,
    hash: u64,
}

/// What a key says of a token in one number: of its word these bits.
const WORD_MAX: u32 = (1 << 21) - 1;
/// The bit where its shape begins.
const SHAPE: u32 = 21;
/// Behind it stand all bits of its word, the number of its letters in bytes, and the letters.
const SPELT: u32 = 1 << 24;
/// The bit where its kind begins.
const KIND: u32 = 25;

impl Key {
    /// Makes it the key of a sentence.
    pub(super) fn read(&mut self, spelling: &Spelling, view: &View, sentence: &Sentence) {
        let tokens = &view.tokens[sentence.start as usize..sentence.end as usize];
        let text = view.text.as_bytes();
        let is_ascii = view.words(sentence.start as usize, sentence.end as usize).is_ascii();
        let parts = &mut self.parts;
        parts.clear();
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
        let (pairs, last) = parts.as_chunks();
        pairs.iter().for_each(|[one, two]| hasher.write_u64(u64::from(*one) << 32 | u64::from(*two)));
        last.iter().for_each(|part| hasher.write_u32(*part));
        self.hash = hasher.finish();
    }
}

impl Memo {
    /// Adds what is known of a sentence that begins at token `start`. Whether anything is.
    pub(super) fn recall(&self, key: &Key, start: u32, found: [&mut Vec<Hit>; 2]) -> bool {
        let part = self.part(key);
        let Some(first) = part.places.get(&(key.hash as u32)) else {
            return false;
        };
        let Some(([key_len, numbers @ ..], rest)) = part.told[*first as usize..].split_first_chunk::<3>() else {
            return false;
        };
        let Some(mut rest) = rest.strip_prefix(&*key.parts).filter(|_| *key_len as usize == key.parts.len()) else {
            return false;
        };
        for (found, number) in found.into_iter().zip(numbers) {
            let (hits, others) = rest.split_at(*number as usize * 2);
            let (hits, _) = hits.as_chunks();
            found.extend(hits.iter().map(|[range, pattern]| Hit {
                start: start + (range & 0xffff),
                end: start + (range >> 16),
                pattern: *pattern,
            }));
            rest = others;
        }
        true
    }

    /// Remembers what was found in a sentence that begins at token `start`.
    pub(super) fn keep(&self, key: &Key, start: u32, found: [&[Hit]; 2]) {
        if found.iter().any(|hits| hits.iter().any(|hit| hit.end - start > 0xffff)) {
            return;
        }
        let mut part = self.part(key);
        let part = &mut *part;
        if part.bytes() > BYTES_MAX / PARTS {
            part.places.clear();
            part.told.clear();
        }
        if part.told.capacity() == 0 {
            part.told.reserve(TOLD_START);
        }
        part.places.insert(key.hash as u32, part.told.len() as u32);
        part.told.extend([key.parts.len(), found[0].len(), found[1].len()].map(|number| number as u32));
        part.told.extend_from_slice(&key.parts);
        for hit in found.into_iter().flatten() {
            part.told.extend_from_slice(&[(hit.start - start) | (hit.end - start) << 16, hit.pattern]);
        }
    }

    fn part(&self, key: &Key) -> MutexGuard<'_, Part> {
        // Who panicked with it in hand had not yet put in what it had told.
        self.0[(key.hash >> 32) as usize % PARTS].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Part {
    /// Bytes that it takes, about.
    fn bytes(&self) -> usize {
        self.places.len() * 2 * size_of::<(u32, u32)>() + size_of_val(self.told.as_slice())
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
        let texts = ["A 1A b2 opens.", "A 1a b2 opens.", "A 1A B2 opens.", "A 1A b2 opens."];
        assert_eq!(found("{text: 1A b2, case: sensitive}", &texts), [1, 0, 0, 1]);
        let texts = ["My iPhone runs.", "My iphone runs.", "My IPHONE runs.", "My Iphone runs.", "My iPhoNe runs."];
        assert_eq!(found("{text: iPhone, case: sensitive}", &texts), [1, 0, 0, 0, 0]);
        let texts = ["Say A to me.", "Say a to me.", "say A to me."];
        assert_eq!(found("{text: A to, case: sensitive}", &texts), [1, 0, 1]);
        let texts = ["A cafe opens.", "A café opens.", "A CAFÉ opens.", "A Café opens.", "A cave opens."];
        assert_eq!(found("'*é opens', café", &texts), [0, 2, 1, 2, 0]);
        let texts = ["It is wood.", "It is walked.", "It is talking.", "It is walking.", "It is wool."];
        assert_eq!(found("'*ing', 'walk*'", &texts), [0, 1, 1, 2, 0]);
    }
}

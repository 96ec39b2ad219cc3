//! What was found in the sentences of earlier replies. Canned replies, and those of a team that pastes them, say the same
//! sentence again and again, with other names and numbers: what phrases see of it is searched once.

use super::pattern::Hit;
use super::sentence_key::{Key, Keys};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};

/// The matches in sentences, for one choice of patterns. Threads share it, so that each sentence is searched by one of them.
/// None waits for another: what it was told stays where it is, until it is full.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    /// Tables of where what is known of a sentence stands, each twice as long as the one before and with all that is in there.
    tables: [OnceLock<Box<[AtomicU64]>>; TABLES],
    /// Which table is in use.
    table: AtomicUsize,
    /// The last that a thread began to make.
    begun: AtomicUsize,
    /// How many sentences are known.
    known: AtomicUsize,
    told: Told,
}

/// How many tables there may be: the last has a place for half a million sentences, in 4 MB.
const TABLES: usize = 11;
/// Places in the first table.
const PLACES_FIRST: usize = 512;
/// Places that are looked at for a sentence, from the one that its hash names.
const PLACES_TRIED: usize = 8;

/// In a place, the bits that are those of the hash, of which the lowest tell most; above them is the number that tells where.
const HASH: u64 = (1 << 41) - 1;

/// Numbers, one behind the other, in chunks each twice as long as the one before. At the first nothing is told.
#[derive(Debug, Default)]
struct Told {
    chunks: [OnceLock<Box<[AtomicU32]>>; CHUNKS],
    end: AtomicUsize,
}

/// How many chunks there may be, of 32 MB in all.
const CHUNKS: usize = 11;
/// Numbers in the first chunk.
const CHUNK_FIRST: usize = 1 << 12;
/// Most numbers that are told.
const TOLD_MAX: usize = CHUNK_FIRST * ((1 << CHUNKS) - 1);

/// Where what is told of a sentence stands, and its first number: how long its key is and how many matches of each set there
/// are, or 0 where nothing is told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    start: u32,
    head: u32,
}

/// Numbers of zero.
fn zeros<T: Default>(number: usize) -> Box<[T]> {
    (0..number).map(|_| T::default()).collect()
}

impl Memo {
    /// Looks up what may be known of sentences, one record for each. They are asked for together, since each has to be fetched
    /// from far memory.
    pub(super) fn look_up(&self, keys: &Keys, records: &mut Vec<Record>) {
        let places = self.tables[self.table.load(Ordering::Acquire)].get().map_or(&[][..], |table| table);
        records.clear();
        records.extend(keys.iter().map(|key| {
            let found = tried(places, key.hash)
                .map(|place| place.load(Ordering::Acquire))
                .take_while(|place| *place != 0)
                .find(|place| is_of(*place, key.hash));
            let start = found.map_or(0, |place| (place / (HASH + 1)) as u32);
            let head = self.told.from(start as usize).and_then(|told| told.first());
            Record { start, head: head.map_or(0, |head| head.load(Ordering::Relaxed)) }
        }));
    }

    /// Adds what is known of a sentence that begins at token `start`. Whether anything is.
    pub(super) fn recall(&self, key: Key, record: Record, start: u32, found: [&mut Vec<Hit>; 2]) -> bool {
        let [first, second, key_len @ ..] = record.head.to_le_bytes();
        let key_len = usize::from(u16::from_le_bytes(key_len));
        if key_len != key.parts.len() {
            return false;
        }
        let Some((own, mut rest)) =
            self.told.from(record.start as usize + 1).and_then(|told| told.split_at_checked(key_len))
        else {
            return false;
        };
        if !own.iter().zip(key.parts).all(|(own, part)| own.load(Ordering::Relaxed) == *part) {
            return false;
        }
        for (found, number) in found.into_iter().zip([first, second]) {
            let (hits, others) = rest.split_at(usize::from(number) * 2);
            found.extend(hits.as_chunks().0.iter().map(|[range, pattern]| {
                let range = range.load(Ordering::Relaxed);
                let (first, end) = (range & 0xffff, range >> 16);
                Hit { start: start + first, end: start + end, pattern: pattern.load(Ordering::Relaxed) }
            }));
            rest = others;
        }
        true
    }

    /// Remembers what was found in a sentence that begins at token `start`, if there is room.
    pub(super) fn keep(&self, key: Key, start: u32, found: [&[Hit]; 2]) {
        let (Ok(key_len), [Ok(first), Ok(second)]) =
            (u16::try_from(key.parts.len()), found.map(|hits| u8::try_from(hits.len())))
        else {
            return;
        };
        if found.iter().any(|hits| hits.iter().any(|hit| hit.end - start > 0xffff)) {
            return;
        }
        let number = self.table.load(Ordering::Acquire);
        let places = self.tables[number].get_or_init(|| zeros(PLACES_FIRST));
        let mut tried = tried(places, key.hash).map(|place| (place, place.load(Ordering::Relaxed)));
        // Another thread may have told it by now.
        let Some((place, 0)) = tried.find(|(_, now)| *now == 0 || is_of(*now, key.hash)) else {
            return;
        };
        let [low, high] = key_len.to_le_bytes();
        let hits = found.into_iter().flatten();
        let hits = hits.flat_map(|hit| [(hit.start - start) | (hit.end - start) << 16, hit.pattern]);
        let length = 1 + key.parts.len() + (found[0].len() + found[1].len()) * 2;
        let Some((told, room)) = self.told.room(length) else {
            return;
        };
        let numbers = [u32::from_le_bytes([first, second, low, high])].into_iter().chain(key.parts.iter().copied());
        for (cell, number) in room.iter().zip(numbers.chain(hits)) {
            cell.store(number, Ordering::Relaxed);
        }
        let told = key.hash & HASH | (told as u64 * (HASH + 1));
        if place.compare_exchange(0, told, Ordering::Release, Ordering::Relaxed).is_ok()
            && self.known.fetch_add(1, Ordering::Relaxed) >= places.len() / 2
            && self.begun.compare_exchange(number, number + 1, Ordering::Relaxed, Ordering::Relaxed).is_ok()
        {
            self.widen(number);
        }
    }

    /// Goes on with the next table, if there is one. What others keep in the meantime may be forgotten.
    fn widen(&self, number: usize) {
        let (Some(places), Some(wider)) = (self.tables[number].get(), self.tables.get(number + 1)) else {
            return;
        };
        wider.get_or_init(|| {
            let wider = zeros(places.len() * 2);
            for place in places.iter().map(|place| place.load(Ordering::Acquire)).filter(|place| *place != 0) {
                if let Some(free) = tried(&wider, place).find(|free| free.load(Ordering::Relaxed) == 0) {
                    free.store(place, Ordering::Relaxed);
                }
            }
            wider
        });
        self.table.store(number + 1, Ordering::Release);
    }
}

/// Whether what stands in a place is of a sentence of this hash, as far as the place tells.
fn is_of(place: u64, hash: u64) -> bool {
    (place ^ hash) & HASH == 0
}

/// The places for a sentence of this hash.
fn tried(places: &[AtomicU64], hash: u64) -> impl Iterator<Item = &AtomicU64> {
    let first = (hash & HASH) as usize;
    // There are as many as a power of two, or none.
    (first..first + PLACES_TRIED).map_while(|place| places.get(place & places.len().wrapping_sub(1)))
}

impl Told {
    /// The numbers that stand from `start` on, to the end of their chunk.
    #[inline]
    fn from(&self, start: usize) -> Option<&[AtomicU32]> {
        let (chunk, first) = chunk_of(start)?;
        self.chunks.get(chunk)?.get()?.get(first..)
    }

    /// Room for so many numbers, and where it starts.
    fn room(&self, length: usize) -> Option<(usize, &[AtomicU32])> {
        // What would stand in two chunks stands in the second.
        (0..2).find_map(|_| {
            if self.end.load(Ordering::Relaxed) >= TOLD_MAX {
                return None;
            }
            let start = CHUNK_FIRST + self.end.fetch_add(length, Ordering::Relaxed);
            let (chunk, first) = chunk_of(start)?;
            let cells = self.chunks.get(chunk)?.get_or_init(|| zeros(CHUNK_FIRST << chunk));
            Some((start, cells.get(first..first + length)?))
        })
    }
}

/// The chunk that a number stands in, and its place there; nothing stands below the length of the first.
#[inline]
fn chunk_of(start: usize) -> Option<(usize, usize)> {
    let chunk = start.checked_ilog2()?.checked_sub(CHUNK_FIRST.ilog2())? as usize;
    Some((chunk, start - (CHUNK_FIRST << chunk)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::pattern::PatternSet;
    use crate::rules::{Everything, Following, Pair, RuleBook, Scratch, Spelling, built_in_sets, parse_set};
    use crate::text::{Format, Language, View, Vocabulary};
    use proptest::prelude::*;
    use std::sync::LazyLock;

    /// Which sentences of a text are known, and what is recalled of them. The others are kept, each token as a match.
    fn recall(memo: &Memo, text: &str) -> (Vec<bool>, Vec<u32>) {
        let view = View::new(text, Format::Text, &Vocabulary::default(), &Language::default());
        let spelling = Spelling::of([&PatternSet::default(), &PatternSet::default()], &Vocabulary::default());
        let (mut known, mut hits, mut others) = (Vec::new(), Vec::new(), Vec::new());
        let (mut keys, mut records) = (Keys::default(), Vec::new());
        keys.read(&spelling, &view);
        memo.look_up(&keys, &mut records);
        for ((sentence, key), record) in view.sentences.iter().zip(keys.iter()).zip(records) {
            known.push(memo.recall(key, record, sentence.start, [&mut hits, &mut others]));
            if !known[known.len() - 1] {
                let found: Vec<Hit> =
                    (sentence.start..sentence.end).map(|start| Hit { start, end: start + 1, pattern: 7 }).collect();
                memo.keep(key, sentence.start, [&found, &found[1..]]);
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
    fn nothing_is_forgotten_when_tables_grow() {
        let memo = Memo::default();
        let text = |number: usize| format!("It is é{number}.");
        assert!((0..5000).all(|number| recall(&memo, &text(number)).0 == [false]));
        let known = (0..5000).filter(|number| recall(&memo, &text(*number)).0 == [true]).count();
        // A few may find all their places taken.
        assert!(memo.table.load(Ordering::Relaxed) > 3 && known > 4900, "{known}");
    }

    #[test]
    fn threads_recall_what_others_keep_and_nothing_else() {
        let memo = Memo::default();
        let text = |number: usize| format!("It is é{number} {}.", "x ".repeat(number % 7));
        let check = || {
            for number in (0..3000).chain(0..3000) {
                let (known, starts) = recall(&memo, &text(number));
                let tokens = 4 + number as u32 % 7;
                assert_eq!(starts, if known == [true] { (0..tokens).collect() } else { vec![] });
            }
        };
        std::thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(check))));
        assert!((0..3000).filter(|number| recall(&memo, &text(*number)).0 == [true]).count() > 2900);
    }

    #[test]
    fn what_it_remembers_has_an_end() {
        let memo = Memo::default();
        let text = |number: usize| format!("{} é{number}{}", "x ".repeat(10), "é".repeat(900));
        let all = TOLD_MAX * size_of::<u32>() / 1900;
        let known = |number: usize| recall(&memo, &text(number)).0 == [true];
        assert!(!(0..all + 100).any(known));
        assert!(known(0) && !known(all + 50) && !known(all + 50));
        assert!(memo.told.end.load(Ordering::Relaxed) < TOLD_MAX + 1000);
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

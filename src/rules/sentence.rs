//! Finding the phrases of a set in one sentence.
//!
//! A word of the draft is looked up once; only the phrases filed under it are tried, and only where they can begin.

use super::filter::{Asked, mark_id, place};
use super::index::set_size;
use super::matching::{Scratch, leads, text_of};
use super::pattern::{Entry, Head, Held, Hit, PatternSet};
use super::phrase::Mark;
use super::search::Wanted;
use crate::table::Rows;
use crate::text::{Kind, Sentence, Shape, View};

/// A sentence, and what is known of it.
#[derive(Clone, Copy, Default)]
pub(super) struct Place {
    /// Its first token.
    start: usize,
    /// One past its last.
    end: usize,
    /// Whether what follows is known.
    is_prepared: bool,
    /// Which words and marks it holds.
    words: Asked,
    /// The last token that is still at the start of the sentence, as people see it.
    last_first: usize,
    /// Tokens from there to the marks that end it.
    core: u16,
    /// The number of its first token in the scratch's `spread`; those of the others follow.
    first: u32,
}

impl Place {
    pub(super) fn of(sentence: &Sentence) -> Self {
        Self { start: sentence.start as usize, end: sentence.end as usize, ..Self::default() }
    }
}

/// Spots whose phrases are tried together: those of most sentences, and not so many that the phrases of a rule set that files
/// all of them under everything take much memory.
const FILED_AT_ONCE: usize = 128;

/// What is filed under the words or marks at a spot.
#[derive(Clone, Copy)]
pub(super) struct Filed {
    /// The first number of its list.
    first: u32,
    /// How many there are.
    number: u32,
    /// The first token.
    at: u32,
    /// How many tokens.
    length: u32,
}

/// What stands around a spot, as filters see it.
struct Around {
    before: Asked,
    after: Asked,
    /// All that the sentence holds.
    words: Asked,
    /// Tokens of the sentence but for the marks at its ends.
    core: u16,
    /// Tokens from the start of the sentence, as people see it.
    behind: usize,
}

impl Around {
    /// Whether an entry may match here. No part of it can be foretold, so that all are asked at once.
    #[inline]
    fn lets(&self, entry: &Entry) -> bool {
        entry.after.lets(self.after)
            & entry.before.lets(self.before)
            & entry.needs[0].filter.lets(self.words)
            & entry.needs[1].filter.lets(self.words)
            & (entry.whole >= self.core)
            & (!entry.is_first | (self.behind <= usize::from(entry.max)))
    }
}

/// A search for the phrases of a set in a sentence.
struct Run<'a, W> {
    set: &'a PatternSet,
    entries: Rows<'a, Entry>,
    patterns: Rows<'a, u32>,
    lists: Rows<'a, u32>,
    heads: Rows<'a, Head>,
    needed: Rows<'a, u32>,
    /// Of the sets in there.
    set_size: usize,
    view: &'a View,
    wanted: &'a W,
    scratch: &'a mut Scratch,
    sentence: &'a mut Place,
    /// Numbers of tokens in the scratch's `next_start` count from here.
    base: u32,
    hits: &'a mut Vec<Hit>,
}

impl PatternSet {
    /// Adds the matches of phrases in a sentence. A scratch that is ready for the view is asked for.
    pub(super) fn phrases(
        &self,
        view: &View,
        sentence: &mut Place,
        scratch: &mut Scratch,
        wanted: &impl Wanted,
        hits: &mut Vec<Hit>,
    ) {
        let (entries, patterns, lists) = (self.entries.all(), self.patterns.all(), self.lists.all());
        let (heads, needed) = (self.heads.all(), self.needed.all());
        let (start, end) = (sentence.start, sentence.end);
        let base = scratch.numbers(end - start);
        scratch.make_room(self.entries.len(), place(self.heads.len() as u32));
        let set_size = set_size(self.heads.len());
        let set = self;
        let mut run =
            Run { set, entries, patterns, lists, heads, needed, set_size, view, wanted, scratch, sentence, base, hits };
        run.search();
    }
}

impl Scratch {
    /// Makes ready for the search of a view.
    pub(super) fn begin(&mut self, view: &View) {
        // A sentence is prepared at most twice and searched at most three times.
        let numbers = 5 * (view.tokens.len() + view.sentences.len() + 1);
        if u32::try_from(numbers).ok().and_then(|numbers| self.used.checked_add(numbers)).is_none() {
            self.next_start.fill(0);
            self.spread.fill((0, 0));
            self.used = 0;
        }
    }

    /// The first of so many numbers and one more, all greater than those given out before.
    fn numbers(&mut self, number: usize) -> u32 {
        let first = self.used + 1;
        self.used = first + number as u32;
        first
    }

    fn make_room(&mut self, spots: usize, places: usize) {
        if self.spread.len() < places {
            self.spread.resize(places, (0, 0));
        }
        if self.next_start.len() < spots {
            self.next_start.resize(spots, 0);
        }
    }

    /// Notes that the token of this number, in a sentence whose first has another, holds a word or a mark.
    #[inline]
    fn note(&mut self, id: u32, first: u32, number: u32) {
        let spread = &mut self.spread[place(id)];
        if spread.0 < first {
            spread.0 = number;
        }
        spread.1 = number;
    }
}

impl<W: Wanted> Run<'_, W> {
    /// Looks at the sentence as a whole: of many it is never asked.
    #[inline(never)]
    fn prepare(&mut self) {
        let Place { start, end, .. } = *self.sentence;
        let tokens = &self.view.tokens[start..end];
        let last_first = start + tokens.iter().take_while(|token| leads(token)).count();
        let marks = tokens.iter().rev().take_while(|token| token.kind.is_final()).count();
        let core = (end - marks).saturating_sub(last_first) as u16;
        let mut words = Asked::NOTHING;
        let first = self.scratch.numbers(tokens.len());
        self.scratch.asked.clear();
        for (number, token) in (first..).zip(tokens) {
            let asked = Asked::of(token);
            self.scratch.asked.push(asked);
            words.add(asked);
            if token.word != 0 {
                self.scratch.note(token.word, first, number);
            }
            if token.kind != Kind::Word {
                self.scratch.note(mark_id(Mark::Kind(token.kind)), first, number);
            }
            if token.shape.has(Shape::CAPITALISED) {
                self.scratch.note(mark_id(Mark::Capitalised), first, number);
            }
        }
        *self.sentence = Place { start, end, is_prepared: true, words, last_first, core, first };
    }

    /// Whether the sentence holds what an entry needs, seen from the first token of its spot.
    fn holds(&self, need: Held, at: usize) -> bool {
        let first = self.sentence.first;
        let here = first + (at - self.sentence.start) as u32;
        let is_there = |id: u32| {
            let spread = self.scratch.spread[place(id)];
            if need.is_after { spread.1 > here } else { (first..=here).contains(&spread.0) }
        };
        match need.len {
            0 => true,
            Held::SET => self.holds_of_set(need, at),
            len => self.needed.part(need.first, usize::from(len)).iter().any(is_there),
        }
    }

    /// Whether one of the tokens that a need asks about is in its set.
    fn holds_of_set(&self, need: Held, at: usize) -> bool {
        let set = self.needed.part(need.first, self.set_size);
        let is_in = |id: u32| set.get(place(id) / 32) & 1 << (place(id) % 32) != 0;
        let Place { start, end, .. } = *self.sentence;
        let range = if need.is_after { at + 1..end } else { start..at + 1 };
        self.view.tokens[range].iter().any(|token| {
            token.word != 0 && is_in(token.word)
                || token.kind != Kind::Word && is_in(mark_id(Mark::Kind(token.kind)))
                || token.shape.has(Shape::CAPITALISED) && is_in(mark_id(Mark::Capitalised))
        })
    }

    /// Finds all matches, in steps that each look at much of one sort, so that none waits for far memory in turn: what is
    /// filed under the words; what of it is wanted and let through; and what of that matches.
    fn search(&mut self) {
        let mut filed = std::mem::take(&mut self.scratch.filed);
        let mut tries = std::mem::take(&mut self.scratch.tries);
        filed.clear();
        for at in self.sentence.start..self.sentence.end {
            self.token(at, &mut filed);
            if filed.len() >= FILED_AT_ONCE {
                self.try_all(&filed, &mut tries);
                filed.clear();
            }
        }
        self.try_all(&filed, &mut tries);
        (self.scratch.filed, self.scratch.tries) = (filed, tries);
    }

    /// Tries what is filed at these spots.
    fn try_all(&mut self, filed: &[Filed], tries: &mut Vec<(u32, u32)>) {
        if !filed.is_empty() && !self.sentence.is_prepared {
            self.prepare();
        }
        let number = self.sift(filed, tries);
        for (number, spot) in &tries[..number] {
            self.try_entry(*number, filed[*spot as usize]);
        }
    }

    /// Adds what is filed under the word or mark at `at`, and under it with the next.
    fn token(&self, at: usize, filed: &mut Vec<Filed>) {
        let set = self.set;
        let token = &self.view.tokens[at];
        let mut add = |(first, number): (u32, u32), length| {
            // Under most there is nothing.
            if number > 0 {
                filed.push(Filed { first, number, at: at as u32, length });
            }
        };
        if token.word != 0 {
            let head = self.heads.get(token.word as usize);
            add((head.first, head.len), 1);
            let next = self.view.tokens[..self.sentence.end].get(at + 1).map_or(0, |next| next.word);
            if next != 0
                && head.seconds & (1 << (next % 64)) != 0
                && self.heads.get(next as usize).firsts & (1 << (token.word % 64)) != 0
                && let Some(pair) = set.pair(head, next)
            {
                add(pair, 2);
            }
        }
        if token.kind == Kind::Word {
            if token.word == 0 || token.shape.has(Shape::PART) {
                self.free_ends(at, |list| add(list, 1));
            }
            if token.shape.has(Shape::CAPITALISED) {
                add(set.capitalised, 1);
            }
        }
        add(set.by_kind[token.kind as usize], 1);
        add(set.everywhere, 1);
    }

    /// Hands over the lists of the words with free ends that a word fits and that are not known by number.
    fn free_ends(&self, at: usize, mut add: impl FnMut((u32, u32))) {
        let set = self.set;
        let text = text_of(self.view, &self.view.tokens[at]);
        let letter = text.as_bytes()[0].to_ascii_lowercase();
        let first = letter.is_ascii_lowercase().then(|| usize::from(letter - b'a'));
        for list in first.into_iter().chain([26]) {
            set.by_letter[list].iter().filter(|(wild, _)| wild.fits(text)).for_each(|(_, list)| add(*list));
        }
    }

    /// Puts what is wanted of what is filed, and may match where it is as far as filters tell, into `tries`: the entry, and
    /// the number of its spot. How much that is.
    fn sift(&self, filed: &[Filed], tries: &mut Vec<(u32, u32)>) -> usize {
        let rows = filed.iter().map(|filed| filed.number as usize).sum();
        if tries.len() < rows {
            tries.resize(rows, (0, 0));
        }
        let mut kept = 0;
        for (spot, filed) in filed.iter().enumerate() {
            let around = self.around(*filed);
            for number in self.lists.part(filed.first, filed.number as usize).iter() {
                // Of most sets nearly all is wanted, or nearly nothing.
                if self.wanted.pattern(self.patterns.get(number as usize)) {
                    tries[kept] = (number, spot as u32);
                    kept += usize::from(around.lets(&self.entries.get(number as usize)));
                }
            }
        }
        kept
    }

    /// What stands around a spot.
    #[inline]
    fn around(&self, filed: Filed) -> Around {
        let Place { start, words, core, last_first, .. } = *self.sentence;
        let asked = |index: usize| self.scratch.asked.get(index).copied().unwrap_or_default();
        let here = filed.at as usize - start;
        let (mut before, after) = (asked(here.wrapping_sub(1)), asked(here + filed.length as usize));
        let behind = (filed.at as usize).saturating_sub(last_first);
        if behind == 0 {
            before.add(Asked::START);
        }
        Around { before, after, words, core, behind }
    }

    /// Tries an entry at a spot.
    fn try_entry(&mut self, number: u32, filed: Filed) {
        let at = filed.at as usize;
        let entry = self.entries.get(number as usize);
        if entry.needs.iter().all(|need| self.holds(*need, at)) {
            if entry.is_whole {
                let pattern = self.patterns.get(number as usize);
                self.hits.push(Hit { start: filed.at, end: filed.at + filed.length, pattern });
            } else {
                self.attempt(at, number, &entry);
            }
        }
    }

    fn attempt(&mut self, at: usize, number: u32, entry: &Entry) {
        let sentence = (self.sentence.start, self.sentence.end);
        let Some(mut last) = at.checked_sub(usize::from(entry.min)).filter(|last| *last >= sentence.0) else {
            return;
        };
        let mut first = at.saturating_sub(usize::from(entry.max)).max(sentence.0);
        if entry.is_first {
            last = last.min(self.sentence.last_first);
        } else if entry.max > entry.min {
            let next = &mut self.scratch.next_start[number as usize];
            first = first.max(sentence.0 + next.saturating_sub(self.base) as usize);
            *next = (*next).max(self.base + (last - sentence.0) as u32 + 1);
        }
        let pattern = self.patterns.get(number as usize);
        for start in first..=last {
            if entry.begins.lets(self.scratch.asked[start - sentence.0])
                && let Some(end) = self.set.code.match_at(pattern, self.view, sentence, start, self.scratch)
                && end > start
            {
                self.hits.push(Hit { start: start as u32, end: end as u32, pattern });
            }
        }
    }
}

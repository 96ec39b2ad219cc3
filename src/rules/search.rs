//! The one pass that finds all matches of a pattern set in a view.
//!
//! A word of the draft is looked up once; only the phrases filed under it are tried, and only where they can begin.

use super::filter::{Asked, mark_id, place};
use super::lazy_regex::LazyRegex;
use super::matching::{Scratch, leads, text_of};
use super::memo::Finder;
use super::pattern::{Entry, Head, Held, Hit, PatternSet};
use super::phrase::Mark;
use super::sketch::Sketch;
use crate::table::Rows;
use crate::text::{Kind, Sentence, View};
use std::cell::OnceCell;

impl LazyRegex {
    /// Adds the tokens of each match in the view.
    fn find(&self, view: &View, pattern: u32, hits: &mut Vec<Hit>) {
        let Some(regex) = self.compiled(&view.text) else {
            return;
        };
        for found in regex.find_iter(view.text.as_bytes()).filter(|m| !m.is_empty()) {
            let start = view.tokens.partition_point(|t| t.end as usize <= found.start()) as u32;
            let end = view.tokens.partition_point(|t| (t.start as usize) < found.end()) as u32;
            if start < end {
                hits.push(Hit { start, end, pattern });
            }
        }
    }
}

/// What a search leaves out.
pub(crate) trait Wanted {
    /// Whether this sentence (by number) is searched.
    fn sentence(&self, number: usize) -> bool;
    /// Whether this pattern is searched for.
    fn pattern(&self, number: u32) -> bool;
    /// A number that this choice of patterns has to itself, if it is made for more than one search.
    fn choice(&self) -> Option<u64> {
        None
    }
}

/// All patterns in all sentences.
pub(crate) struct Everything;

impl Wanted for Everything {
    fn sentence(&self, _: usize) -> bool {
        true
    }

    fn pattern(&self, _: u32) -> bool {
        true
    }
}

impl PatternSet {
    /// All matches in `view`, sorted by place, of the patterns in the sentences that are `wanted`. Those of regular
    /// expressions may stand in other sentences too.
    pub(crate) fn search(&self, view: &View, scratch: &mut Scratch, wanted: &impl Wanted) -> Vec<Hit> {
        scratch.begin(self.entries.len(), place(self.heads.len() as u32), view.tokens.len());
        let mut memo = std::mem::take(&mut scratch.memo);
        let (entries, lists) = (self.entries.all(), self.lists.all());
        let (heads, needed) = (self.heads.all(), self.needed.all());
        let sentence = Place::default();
        let mut run =
            Run { set: self, entries, lists, heads, needed, view, wanted, scratch, sentence, hits: Vec::new() };
        for (_, sentence) in view.sentences.iter().enumerate().filter(|(number, _)| wanted.sentence(*number)) {
            match wanted.choice() {
                Some(choice) => memo.recall(choice, view, sentence, &mut run),
                None => run.sentence(sentence),
            }
        }
        let mut hits = run.hits;
        scratch.memo = memo;
        let sketch = OnceCell::new();
        for (index, regex) in self.regexes.iter().filter(|(index, _)| wanted.pattern(*index)) {
            if regex.needs.may_match(sketch.get_or_init(|| Sketch::of(&view.text))) {
                regex.find(view, *index, &mut hits);
            }
        }
        hits.sort_unstable();
        // A phrase may be found by two of its words.
        hits.dedup();
        hits
    }
}

impl Scratch {
    /// A token of this search as a number: greater than any of earlier searches, and not 0.
    fn mark(&self, token: usize) -> u32 {
        self.base + 1 + token as u32
    }

    /// Notes that the token of this mark, in a sentence that begins at `first`, holds a word or a mark.
    #[inline]
    fn note(&mut self, id: u32, first: u32, mark: u32) {
        let spread = &mut self.spread[place(id)];
        if spread.0 < first {
            spread.0 = mark;
        }
        spread.1 = mark;
    }

    /// Makes ready for a search for this many spots, with this many places of words and marks, in this many tokens.
    fn begin(&mut self, spots: usize, places: usize, tokens: usize) {
        let span = tokens as u32 + 1;
        if self.spread.len() < places {
            self.spread.resize(places, (0, 0));
        }
        if self.next_start.len() < spots {
            self.next_start.resize(spots, 0);
        }
        match self.end.checked_add(span) {
            Some(end) => (self.base, self.end) = (self.end, end),
            None => {
                self.next_start.fill(0);
                self.spread.fill((0, 0));
                (self.base, self.end) = (0, span);
            }
        }
    }
}

/// The sentence at hand.
#[derive(Clone, Copy, Default)]
struct Place {
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
}

struct Run<'a, W> {
    set: &'a PatternSet,
    entries: Rows<'a, Entry>,
    lists: Rows<'a, u32>,
    heads: Rows<'a, Head>,
    needed: Rows<'a, u32>,
    view: &'a View,
    wanted: &'a W,
    scratch: &'a mut Scratch,
    sentence: Place,
    hits: Vec<Hit>,
}

impl<W: Wanted> Finder for Run<'_, W> {
    fn sentence(&mut self, sentence: &Sentence) {
        let (start, end) = (sentence.start as usize, sentence.end as usize);
        self.sentence = Place { start, end, ..Place::default() };
        (start..end).for_each(|at| self.token(at));
    }

    fn hits(&mut self) -> &mut Vec<Hit> {
        &mut self.hits
    }
}

impl<W: Wanted> Run<'_, W> {
    /// Looks at the sentence as a whole: of many it is never asked.
    #[inline(never)]
    fn prepare(&mut self) {
        let Place { start, end, .. } = self.sentence;
        let tokens = &self.view.tokens[start..end];
        let last_first = start + tokens.iter().take_while(|token| leads(token)).count();
        let marks = tokens.iter().rev().take_while(|token| token.kind.is_final()).count();
        let core = (end - marks).saturating_sub(last_first) as u16;
        let mut words = Asked::NOTHING;
        let first = self.scratch.mark(start);
        self.scratch.asked.clear();
        for (mark, token) in (first..).zip(tokens) {
            let asked = Asked::of(token);
            self.scratch.asked.push(asked);
            words.add(asked);
            if token.word != 0 {
                self.scratch.note(token.word, first, mark);
            }
            if token.kind != Kind::Word {
                self.scratch.note(mark_id(Mark::Kind(token.kind)), first, mark);
            }
            if token.capitalised {
                self.scratch.note(mark_id(Mark::Capitalised), first, mark);
            }
        }
        self.sentence = Place { start, end, is_prepared: true, words, last_first, core };
    }

    /// Whether the sentence holds what an entry needs, seen from the first token of its spot.
    fn holds(&self, need: Held, at: usize) -> bool {
        let (first, here) = (self.scratch.mark(self.sentence.start), self.scratch.mark(at));
        let is_there = |id: u32| {
            let spread = self.scratch.spread[place(id)];
            if need.is_after { spread.1 > here } else { (first..=here).contains(&spread.0) }
        };
        need.len == 0 || self.needed.part(need.first, usize::from(need.len)).iter().any(is_there)
    }

    fn token(&mut self, at: usize) {
        let set = self.set;
        let token = &self.view.tokens[at];
        if token.word != 0 {
            let head = self.heads.get(token.word as usize);
            self.entries((head.first, head.len), at, 1);
            let next = self.word_at(at + 1).unwrap_or(0);
            if next != 0
                && head.seconds & (1 << (next % 64)) != 0
                && let Some(pair) = set.pair((token.word, next))
            {
                self.entries((pair.first, pair.len), at, 2);
            }
        }
        if token.kind == Kind::Word {
            if token.word == 0 || token.is_part {
                self.free_ends(at);
            }
            if token.capitalised {
                self.entries(set.capitalised, at, 1);
            }
        }
        self.entries(set.by_kind[token.kind as usize], at, 1);
        self.entries(set.everywhere, at, 1);
    }

    /// Tries the phrases with free ends whose words are not known by number.
    fn free_ends(&mut self, at: usize) {
        let set = self.set;
        let text = text_of(self.view, &self.view.tokens[at]);
        let letter = text.as_bytes()[0].to_ascii_lowercase();
        let first = letter.is_ascii_lowercase().then(|| usize::from(letter - b'a'));
        for list in first.into_iter().chain([26]) {
            for (wild, entry) in &set.by_letter[list] {
                if wild.fits(text) {
                    self.entries((*entry, 1), at, 1);
                }
            }
        }
    }

    /// The word at a token of the sentence at hand.
    fn word_at(&self, at: usize) -> Option<u32> {
        (at < self.sentence.end).then(|| self.view.tokens[at].word)
    }

    /// Tries what is filed under the tokens from `at` on, `length` of them.
    #[inline]
    fn entries(&mut self, filed: (u32, u32), at: usize, length: usize) {
        // Under most there is nothing.
        if filed.1 > 0 {
            self.filed(filed, at, length);
        }
    }

    fn filed(&mut self, (first, number): (u32, u32), at: usize, length: usize) {
        for number in self.lists.part(first, number as usize).iter() {
            let entry = self.entries.get(number as usize);
            if self.wanted.pattern(entry.pattern) && self.may_match(&entry, at, length) {
                if entry.is_whole {
                    let (start, end) = (at as u32, (at + length) as u32);
                    self.hits.push(Hit { start, end, pattern: entry.pattern });
                } else {
                    self.attempt(at, number, &entry);
                }
            }
        }
    }

    /// Whether an entry may match, as far as filters tell.
    #[inline]
    fn may_match(&mut self, entry: &Entry, at: usize, length: usize) -> bool {
        if !self.sentence.is_prepared {
            self.prepare();
        }
        let Place { start, words, core, last_first, .. } = self.sentence;
        let asked = |index: usize| self.scratch.asked.get(index).copied().unwrap_or_default();
        let here = at - start;
        entry.after.lets(asked(here + length))
            && entry.before.lets(asked(here.wrapping_sub(1)))
            && entry.needs.iter().all(|need| need.filter.lets(words))
            && entry.whole >= core
            && (!entry.is_first || at.saturating_sub(last_first) <= usize::from(entry.max))
            && entry.needs.iter().all(|need| self.holds(*need, at))
    }

    fn attempt(&mut self, at: usize, number: u32, entry: &Entry) {
        let sentence = (self.sentence.start, self.sentence.end);
        let Some(mut last) = at.checked_sub(usize::from(entry.min)) else {
            return;
        };
        let mut first = at.saturating_sub(usize::from(entry.max)).max(sentence.0);
        if entry.is_first {
            last = last.min(self.sentence.last_first);
        } else if entry.max > entry.min {
            let next = &mut self.scratch.next_start[number as usize];
            first = first.max(next.saturating_sub(self.scratch.base) as usize);
            *next = (*next).max(self.scratch.base + last as u32 + 1);
        }
        for start in first..=last {
            if entry.begins.lets(self.scratch.asked[start - sentence.0])
                && let Some(end) = self.set.code.match_at(entry.pattern, self.view, sentence, start, self.scratch)
                && end > start
            {
                self.hits.push(Hit { start: start as u32, end: end as u32, pattern: entry.pattern });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{RuleBook, built_in_sets};
    use crate::text::Format;

    /// Every pattern tried at every word.
    fn everywhere(set: &PatternSet, view: &View) -> Vec<Hit> {
        let mut scratch = Scratch::default();
        let mut hits = Vec::new();
        for sentence in &view.sentences {
            let range = (sentence.start as usize, sentence.end as usize);
            scratch.asked = view.tokens[range.0..range.1].iter().map(Asked::of).collect();
            for (start, pattern) in (range.0..range.1).flat_map(|at| (0..set.len() as u32).map(move |p| (at, p))) {
                if let Some(end) = set.code.match_at(pattern, view, range, start, &mut scratch)
                    && end > start
                {
                    hits.push(Hit { start: start as u32, end: end as u32, pattern });
                }
            }
        }
        hits.sort_unstable();
        hits
    }

    #[test]
    fn the_index_leaves_nothing_out() {
        let (forms, sets) = built_in_sets("en", true).unwrap();
        let book = RuleBook::compile(&forms, &sets).unwrap();
        let rules = sets.iter().flat_map(|set| &set.declaration.rules);
        let texts: Vec<&str> =
            rules.flat_map(|rule| &rule.examples.flag).map(|example| example.text.as_str()).collect();
        let mut scratch = Scratch::default();
        // The whole takes long in a debug build; each run of the suite sees the same twentieth.
        for text in texts.iter().step_by(20) {
            let view = View::new(text, Format::Text, &book.vocabulary, &book.language);
            for set in [&book.reply.set, &book.cancels.set, &book.customer.set] {
                let mut found = set.search(&view, &mut scratch, &Everything);
                found.retain(|hit| set.regexes.iter().all(|(regex, _)| *regex != hit.pattern));
                assert_eq!(found, everywhere(set, &view), "{text}");
            }
        }
    }
}

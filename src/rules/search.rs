//! All matches of a pattern set in a view, sentence by sentence.

use super::lazy_regex::Expression;
use super::matching::Scratch;
use super::memo::Memo;
use super::pattern::{Hit, PatternSet};
use super::sentence::Place;
use super::sentence_key::Spelling;
use super::sketch::Sketch;
use crate::text::View;
use std::cell::OnceCell;

/// Which patterns are searched for.
pub(crate) trait Wanted {
    /// Whether this pattern is.
    fn pattern(&self, number: u32) -> bool;
}

/// All patterns.
pub(crate) struct Everything;

impl Wanted for Everything {
    fn pattern(&self, _: u32) -> bool {
        true
    }
}

/// Which patterns of a second set are searched for where those of a first were found.
pub(crate) trait Following: Wanted {
    /// Makes them those that follow from these matches. Whether there are any.
    fn follow(&mut self, found: &[Hit]) -> bool;
}

/// A search for patterns of two sets: for those of the second only in sentences that hold one of the first which asks for
/// them.
pub(crate) struct Pair<'a, W, F> {
    pub(crate) sets: [&'a PatternSet; 2],
    /// Patterns of the first set.
    pub(crate) wanted: W,
    /// Patterns of the second set.
    pub(crate) following: F,
    /// Of both sets.
    pub(crate) spelling: &'a Spelling,
    /// What was found before with this choice of patterns.
    pub(crate) memo: &'a Memo,
}

impl PatternSet {
    /// All matches in `view` of the patterns that are `wanted`, sorted by place.
    pub(crate) fn search(&self, view: &View, scratch: &mut Scratch, wanted: &impl Wanted) -> Vec<Hit> {
        let mut hits = Vec::new();
        scratch.begin(view);
        for sentence in &view.sentences {
            self.phrases(view, &mut Place::of(sentence), scratch, wanted, &mut hits);
        }
        self.expressions(view, &OnceCell::new(), wanted, &mut hits);
        in_order(hits)
    }

    /// Adds the matches of regular expressions, which may stand in several sentences.
    fn expressions<'v>(
        &self,
        view: &'v View,
        sketch: &OnceCell<Sketch<'v>>,
        wanted: &impl Wanted,
        hits: &mut Vec<Hit>,
    ) {
        for (index, expression) in self.expressions.iter().filter(|(index, _)| wanted.pattern(*index)) {
            if expression.may_match(view, sketch) {
                expression.find(view, *index, hits);
            }
        }
    }
}

impl<W: Wanted, F: Following> Pair<'_, W, F> {
    /// All matches in `view` of the first set and of the second, each sorted by place. Their memory is the scratch's, where it
    /// may be put back.
    pub(crate) fn search(&mut self, view: &View, scratch: &mut Scratch) -> [Vec<Hit>; 2] {
        let [first, second] = self.sets;
        let [mut hits, mut others] = std::mem::take(&mut scratch.found);
        hits.clear();
        others.clear();
        scratch.begin(view);
        let (mut keys, mut records) = (std::mem::take(&mut scratch.keys), std::mem::take(&mut scratch.records));
        keys.read(self.spelling, view);
        self.memo.look_up(&keys, &mut records);
        for ((sentence, key), record) in view.sentences.iter().zip(keys.iter()).zip(&records) {
            if self.memo.recall(key, *record, sentence.start, [&mut hits, &mut others]) {
                continue;
            }
            let known = [hits.len(), others.len()];
            let mut place = Place::of(sentence);
            first.phrases(view, &mut place, scratch, &self.wanted, &mut hits);
            if self.following.follow(&hits[known[0]..]) {
                second.phrases(view, &mut place, scratch, &self.following, &mut others);
            }
            // What comes in order is soon put in order.
            hits[known[0]..].sort_unstable();
            self.memo.keep(key, sentence.start, [&hits[known[0]..], &others[known[1]..]]);
        }
        (scratch.keys, scratch.records) = (keys, records);
        let sketch = OnceCell::new();
        let phrases = hits.len();
        first.expressions(view, &sketch, &self.wanted, &mut hits);
        if hits.len() > phrases && self.following.follow(&hits[phrases..]) {
            let mut is_met = vec![false; view.sentences.len()];
            for hit in &hits[phrases..] {
                let (start, end) = (hit.start as usize, hit.end as usize);
                is_met[view.sentence_of(start)..=view.sentence_of(end - 1)].fill(true);
            }
            for (sentence, _) in view.sentences.iter().zip(is_met).filter(|(_, is_met)| *is_met) {
                second.phrases(view, &mut Place::of(sentence), scratch, &self.following, &mut others);
            }
        }
        // Most replies say by themselves that none of these is there.
        let may_match = second.expressions.iter().any(|(_, expression)| expression.may_match(view, &sketch));
        if may_match && self.following.follow(&hits) {
            second.expressions(view, &sketch, &self.following, &mut others);
        }
        [in_order(hits), in_order(others)]
    }
}

fn in_order(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.sort_unstable();
    // A phrase may be found by two of its words.
    hits.dedup();
    hits
}

impl Expression {
    /// Whether it may match in the view, as far as its sketch tells.
    fn may_match<'v>(&self, view: &'v View, sketch: &OnceCell<Sketch<'v>>) -> bool {
        self.needs.may_match(sketch.get_or_init(|| Sketch::of(&view.text)))
    }

    /// Adds the tokens of each match in the view.
    fn find(&self, view: &View, pattern: u32, hits: &mut Vec<Hit>) {
        let Some(regex) = self.regex.compiled(&view.text) else {
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

#[cfg(test)]
mod tests {
    use super::super::filter::Asked;
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
        let mut agrees = |set: &PatternSet, view: &View, text: &str| {
            let mut found = set.search(view, &mut scratch, &Everything);
            found.retain(|hit| set.expressions.iter().all(|(regex, _)| *regex != hit.pattern));
            assert_eq!(found, everywhere(set, view), "{text}");
        };
        // The whole takes long in a debug build; each run of the suite sees the same twentieth.
        for text in texts.iter().step_by(20) {
            let view = View::new(text, Format::Text, &book.vocabulary, &book.language);
            for set in [&book.reply.set, &book.cancels.set, &book.customer.set] {
                agrees(set, &view, text);
            }
        }
        // A sentence whose words are looked up in parts.
        let is_word = |word: &&str| word.chars().all(|c| c.is_alphanumeric() || c == '\'');
        let words: Vec<&str> = texts.iter().step_by(30).flat_map(|text| text.split(' ')).filter(is_word).collect();
        let long = words[..250].join(" ");
        let view = View::new(&long, Format::Text, &book.vocabulary, &book.language);
        assert!(view.sentences.iter().any(|sentence| sentence.end - sentence.start > 200), "{long}");
        agrees(&book.reply.set, &view, &long);
    }
}

//! The one pass that finds all matches of a pattern set in a view.
//!
//! A word of the draft is looked up once; only the phrases filed under it are tried, and only where they can begin.

use super::lazy_regex::LazyRegex;
use super::matching::{Scratch, text_of};
use super::pattern::{Entry, Hit, PatternSet};
use super::sketch::Sketch;
use crate::text::{Kind, View};

impl LazyRegex {
    /// Adds the tokens of each match in the view.
    fn find(&self, view: &View, pattern: u32, hits: &mut Vec<Hit>) {
        let Some(regex) = self.compiled() else {
            return;
        };
        for found in regex.find_iter(&view.text).filter(|m| !m.is_empty()) {
            let start = view.tokens.partition_point(|t| t.end as usize <= found.start()) as u32;
            let end = view.tokens.partition_point(|t| (t.start as usize) < found.end()) as u32;
            if start < end {
                hits.push(Hit { start, end, pattern });
            }
        }
    }
}

impl PatternSet {
    /// All matches in `view`, sorted by place. `sentences` says which of its sentences are searched (by number).
    pub(crate) fn search(&self, view: &View, scratch: &mut Scratch, sentences: impl Fn(usize) -> bool) -> Vec<Hit> {
        let mut run = Run { set: self, view, scratch, hits: Vec::new(), next_start: vec![0; self.len()] };
        for (_, sentence) in view.sentences.iter().enumerate().filter(|(number, _)| sentences(*number)) {
            let range = (sentence.start as usize, sentence.end as usize);
            for at in range.0..range.1 {
                run.token(range, at);
            }
        }
        let mut hits = run.hits;
        if !self.regexes.is_empty() {
            let sketch = Sketch::of(&view.text);
            for (index, regex) in &self.regexes {
                if regex.needs.may_match(&sketch) {
                    regex.find(view, *index, &mut hits);
                }
            }
        }
        hits.sort_unstable();
        hits
    }
}

struct Run<'a> {
    set: &'a PatternSet,
    view: &'a View,
    scratch: &'a mut Scratch,
    hits: Vec<Hit>,
    /// Per pattern, the first token it has not been tried at: no place is tried twice.
    next_start: Vec<u32>,
}

impl Run<'_> {
    fn token(&mut self, sentence: (usize, usize), at: usize) {
        let set = self.set;
        let token = &self.view.tokens[at];
        if token.word != 0 {
            let word = token.word as usize;
            let (from, to) = (set.starts[word] as usize, set.starts[word + 1] as usize);
            let before = (at > sentence.0).then(|| self.view.tokens[at - 1].word);
            let after = (at + 1 < sentence.1).then(|| self.view.tokens[at + 1].word);
            for entry in &set.by_word[from..to] {
                if entry.after.may_be(after) && entry.before.may_be(before) {
                    self.attempt(sentence, at, *entry);
                }
            }
        }
        if token.kind == Kind::Word {
            let text = text_of(self.view, token);
            let letter = text.as_bytes()[0].to_ascii_lowercase();
            let letter = if letter.is_ascii_lowercase() { usize::from(letter - b'a') } else { 26 };
            for list in [letter, 26] {
                for (wild, entry) in &set.by_letter[list] {
                    if wild.fits(text) {
                        self.attempt(sentence, at, *entry);
                    }
                }
                if letter == 26 {
                    break;
                }
            }
            if token.capitalised {
                for entry in &set.capitalised {
                    self.attempt(sentence, at, *entry);
                }
            }
        }
        for entry in &set.by_kind[token.kind as usize] {
            self.attempt(sentence, at, *entry);
        }
        for entry in &set.everywhere {
            self.attempt(sentence, at, *entry);
        }
    }

    fn attempt(&mut self, sentence: (usize, usize), at: usize, entry: Entry) {
        let Some(program) = self.set.programs.get(entry.pattern) else {
            return;
        };
        let next = &mut self.next_start[entry.pattern as usize];
        let first = at.saturating_sub(usize::from(entry.max)).max(sentence.0).max(*next as usize);
        let Some(last) = at.checked_sub(usize::from(entry.min)) else {
            return;
        };
        for start in first..=last {
            if start < sentence.0 {
                continue;
            }
            if let Some(end) = program.match_at(self.view, sentence, start, self.scratch)
                && end > start
            {
                self.hits.push(Hit { start: start as u32, end: end as u32, pattern: entry.pattern });
            }
        }
        *next = (*next).max(last as u32 + 1);
    }
}

//! A set of compiled phrases and the one pass that finds all their matches.
//!
//! Each phrase is filed under its rarest word. A word of the draft is looked up once; only the phrases filed under it are
//! tried, and only where they can begin. So the cost grows with the text, hardly with the number of rules.

use super::anchor::{Anchor, AnchorOn, Neighbours};
use super::lazy_regex::LazyRegex;
use super::program::{Program, Wild};
use crate::text::Kind;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// One compiled phrase.
#[derive(Debug)]
pub(super) enum Matcher {
    /// In the phrase language.
    Words(Program),
    /// `re:`
    Regex(LazyRegex),
}

/// Programs packed into one block of bytes and unpacked on first need: a draft needs few of them.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct Programs {
    packed: Vec<u8>,
    /// Where each program ends in `packed`; an empty one is a regular expression.
    ends: Vec<u32>,
    #[serde(skip)]
    unpacked: OnceLock<Vec<OnceLock<Box<Program>>>>,
}

impl Programs {
    fn push(&mut self, program: Option<&Program>) {
        if let Some(program) = program {
            // Writing to memory does not fail.
            self.packed.extend(postcard::to_stdvec(program).unwrap_or_default());
        }
        self.ends.push(self.packed.len() as u32);
    }

    /// Program `index`; nothing if that pattern is a regular expression.
    pub(super) fn get(&self, index: u32) -> Option<&Program> {
        let index = index as usize;
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        let bytes = &self.packed[start..self.ends[index] as usize];
        let slots = self.unpacked.get_or_init(|| self.ends.iter().map(|_| OnceLock::new()).collect());
        // The bytes were written by this program; what does not unpack is an empty place for a regular expression.
        (!bytes.is_empty())
            .then(|| &**slots[index].get_or_init(|| Box::new(postcard::from_bytes(bytes).unwrap_or_default())))
    }
}

/// A match: which pattern, and its tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// First token.
    pub start: u32,
    /// One past the last token.
    pub end: u32,
    /// Index of the pattern in its set.
    pub pattern: u32,
}

/// Where a pattern is to be tried: begin between `max` and `min` tokens before the anchor.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(super) struct Entry {
    pub(super) pattern: u32,
    pub(super) min: u16,
    pub(super) max: u16,
    pub(super) before: Neighbours,
    pub(super) after: Neighbours,
}

/// Patterns with the index that finds them.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct PatternSet {
    pub(super) programs: Programs,
    pub(super) regexes: Vec<(u32, LazyRegex)>,
    /// Entries by word number: `by_word[starts[w]..starts[w + 1]]`.
    pub(super) by_word: Vec<Entry>,
    pub(super) starts: Vec<u32>,
    /// Entries by the first letter of a word with free ends; index 26 holds those with no first letter.
    pub(super) by_letter: Vec<Vec<(Wild, Entry)>>,
    pub(super) by_kind: Vec<Vec<Entry>>,
    pub(super) capitalised: Vec<Entry>,
    pub(super) everywhere: Vec<Entry>,
}

const KINDS: usize = Kind::Symbol as usize + 1;

impl PatternSet {
    /// Files every pattern under its anchor. `words` is one more than the greatest word number.
    pub(super) fn new(patterns: Vec<(Matcher, Option<Anchor>)>, words: usize) -> Self {
        let mut set = Self { by_letter: vec![Vec::new(); 27], by_kind: vec![Vec::new(); KINDS], ..Self::default() };
        let mut lists: Vec<Vec<Entry>> = vec![Vec::new(); words + 1];
        for (index, (matcher, anchor)) in patterns.into_iter().enumerate() {
            match matcher {
                Matcher::Words(program) => set.programs.push(Some(&program)),
                Matcher::Regex(regex) => {
                    set.programs.push(None);
                    set.regexes.push((index as u32, regex));
                }
            }
            let Some(anchor) = anchor else {
                continue;
            };
            let entry = Entry {
                pattern: index as u32,
                min: anchor.min,
                max: anchor.max,
                before: anchor.before,
                after: anchor.after,
            };
            let AnchorOn::OneOf(anchors) = &anchor.on else {
                set.everywhere.push(entry);
                continue;
            };
            anchors.words.iter().for_each(|id| lists[*id as usize].push(entry));
            anchors.kinds.iter().for_each(|kind| set.by_kind[*kind as usize].push(entry));
            if anchors.capitalised {
                set.capitalised.push(entry);
            }
            for wild in &anchors.wilds {
                let first = wild.prefix.bytes().next().filter(u8::is_ascii_lowercase);
                let letter = first.map_or(26, |b| usize::from(b - b'a'));
                set.by_letter[letter].push((wild.clone(), entry));
            }
        }
        set.starts.push(0);
        for list in lists {
            set.by_word.extend(list);
            set.starts.push(set.by_word.len() as u32);
        }
        set
    }

    /// Number of patterns.
    pub fn len(&self) -> usize {
        self.programs.ends.len()
    }

    /// Whether there is no pattern.
    pub fn is_empty(&self) -> bool {
        self.programs.ends.is_empty()
    }
}

//! A set of compiled phrases and the one pass that finds all their matches.
//!
//! Each phrase is filed under its rarest word. A word of the draft is looked up once; only the phrases filed under it are
//! tried, and only where they can begin. So the cost grows with the text, hardly with the number of rules.

use super::program::{Anchor, AnchorOn, Program, Scratch, Wild};
use crate::text::{Kind, Span, View};
use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Hir, HirKind};
use std::sync::OnceLock;

/// Largest compiled form of one regular expression, in bytes.
const REGEX_SIZE_MAX: usize = 1 << 20;

/// One compiled phrase.
#[derive(Debug)]
pub struct Matcher(MatcherKind);

#[derive(Debug)]
enum MatcherKind {
    Words(Program, Anchor),
    Regex(LazyRegex),
}

/// A regular expression, compiled when a draft first holds the letters it needs.
#[derive(Debug)]
struct LazyRegex {
    pattern: String,
    sensitive: bool,
    /// Letters (lower case ASCII) that every match holds; empty if none are known.
    needs: String,
    compiled: OnceLock<Option<Regex>>,
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

impl Matcher {
    pub(super) fn words(program: Program, anchor: Anchor) -> Self {
        Self(MatcherKind::Words(program, anchor))
    }

    /// A regular expression on the view's text. With `eager` it is compiled at once, so that its errors are known.
    pub(super) fn regex(pattern: &str, sensitive: bool, eager: bool) -> Result<Self, String> {
        let hir = regex_syntax::Parser::new().parse(pattern).map_err(|e| short_error(&e.to_string()))?;
        if hir.properties().minimum_len() == Some(0) {
            return Err("this pattern can match nothing at all; make it need at least one character".to_owned());
        }
        let regex = LazyRegex {
            pattern: pattern.to_owned(),
            sensitive,
            needs: needed_letters(&hir),
            compiled: OnceLock::new(),
        };
        if eager {
            let compiled = regex.build().map_err(|e| short_error(&e.to_string()))?;
            let _ = regex.compiled.set(Some(compiled));
        }
        Ok(Self(MatcherKind::Regex(regex)))
    }

    /// Calls `found` with the token range of every match that touches sentence `sentence`, until it says `true`.
    pub(crate) fn any_in_sentence(
        &self,
        view: &View,
        sentence: usize,
        scratch: &mut Scratch,
        mut found: impl FnMut(usize, usize) -> bool,
    ) -> bool {
        let bounds = view.sentences[sentence];
        let range = (bounds.start as usize, bounds.end as usize);
        match &self.0 {
            MatcherKind::Words(program, _) => (range.0..range.1).any(|start| {
                program.match_at(view, range, start, scratch).is_some_and(|end| end > start && found(start, end))
            }),
            MatcherKind::Regex(regex) => {
                let span = view.view_span(range.0, range.1);
                regex.find(view, span, &mut |start, end| found(start, end))
            }
        }
    }
}

fn short_error(text: &str) -> String {
    let last = text.lines().rev().find(|l| !l.trim().is_empty()).unwrap_or(text);
    last.trim().trim_start_matches("error: ").to_owned()
}

/// The longest run of letters that every match must hold, from the pattern's own syntax tree.
fn needed_letters(hir: &Hir) -> String {
    fn walk(hir: &Hir, best: &mut String) {
        match hir.kind() {
            HirKind::Literal(literal) => {
                let text = String::from_utf8_lossy(&literal.0).to_ascii_lowercase();
                if text.is_ascii() && text.len() > best.len() {
                    *best = text;
                }
            }
            HirKind::Concat(parts) => parts.iter().for_each(|p| walk(p, best)),
            HirKind::Capture(capture) => walk(&capture.sub, best),
            HirKind::Repetition(repetition) if repetition.min > 0 => walk(&repetition.sub, best),
            _ => {}
        }
    }
    let mut best = String::new();
    walk(hir, &mut best);
    best
}

fn contains_ignore_case(text: &str, needle: &str) -> bool {
    needle.is_empty() || text.as_bytes().windows(needle.len()).any(|w| w.eq_ignore_ascii_case(needle.as_bytes()))
}

impl LazyRegex {
    fn build(&self) -> Result<Regex, regex::Error> {
        RegexBuilder::new(&self.pattern).case_insensitive(!self.sensitive).size_limit(REGEX_SIZE_MAX).build()
    }

    /// Calls `found` with the tokens of each match inside `span` of the view, until it says `true`.
    fn find(&self, view: &View, span: Span, found: &mut dyn FnMut(usize, usize) -> bool) -> bool {
        let text = &view.text[span.start..span.end];
        if !contains_ignore_case(text, &self.needs) {
            return false;
        }
        let Some(regex) = self.compiled.get_or_init(|| self.build().ok()) else {
            return false;
        };
        regex.find_iter(text).filter(|m| !m.is_empty()).any(|m| {
            let (from, to) = ((span.start + m.start()) as u32, (span.start + m.end()) as u32);
            let start = view.tokens.partition_point(|t| t.end <= from);
            let end = view.tokens.partition_point(|t| t.start < to);
            start < end && found(start, end)
        })
    }
}

/// Where a pattern is to be tried: begin between `max` and `min` tokens before the anchor.
#[derive(Clone, Copy, Debug)]
struct Entry {
    pattern: u32,
    min: u16,
    max: u16,
}

/// Patterns with the index that finds them.
#[derive(Debug, Default)]
pub struct PatternSet {
    patterns: Vec<Matcher>,
    /// Entries by word number: `by_word[starts[w]..starts[w + 1]]`.
    by_word: Vec<Entry>,
    starts: Vec<u32>,
    /// Entries by the first letter of a word with free ends; index 26 holds those with no first letter.
    by_letter: Vec<Vec<(Wild, Entry)>>,
    by_kind: Vec<Vec<Entry>>,
    capitalised: Vec<Entry>,
    everywhere: Vec<Entry>,
    regexes: Vec<u32>,
}

const KINDS: usize = Kind::Symbol as usize + 1;

impl PatternSet {
    /// Files every pattern under its anchor. `words` is one more than the greatest word number.
    pub(super) fn new(patterns: Vec<Matcher>, words: usize) -> Self {
        let mut set = Self { by_letter: vec![Vec::new(); 27], by_kind: vec![Vec::new(); KINDS], ..Self::default() };
        let mut lists: Vec<Vec<Entry>> = vec![Vec::new(); words + 1];
        for (index, pattern) in patterns.iter().enumerate() {
            let MatcherKind::Words(_, anchor) = &pattern.0 else {
                set.regexes.push(index as u32);
                continue;
            };
            let entry = Entry { pattern: index as u32, min: anchor.min, max: anchor.max };
            match &anchor.on {
                AnchorOn::Words(ids, wilds) => {
                    ids.iter().for_each(|id| lists[*id as usize].push(entry));
                    for wild in wilds {
                        let letter = wild
                            .prefix
                            .bytes()
                            .next()
                            .filter(u8::is_ascii_lowercase)
                            .map_or(26, |b| usize::from(b - b'a'));
                        set.by_letter[letter].push((wild.clone(), entry));
                    }
                }
                AnchorOn::Kind(kind) => set.by_kind[*kind as usize].push(entry),
                AnchorOn::Capitalised => set.capitalised.push(entry),
                AnchorOn::Everything => set.everywhere.push(entry),
            }
        }
        set.starts.push(0);
        for list in lists {
            set.by_word.extend(list);
            set.starts.push(set.by_word.len() as u32);
        }
        set.patterns = patterns;
        set
    }

    /// Number of patterns.
    pub fn len(&self) -> usize {
        self.patterns.len()
    }

    /// Whether there is no pattern.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// All matches in `view`, sorted by place.
    pub(crate) fn search(&self, view: &View, scratch: &mut Scratch) -> Vec<Hit> {
        let mut run = Run { set: self, view, scratch, hits: Vec::new(), next_start: vec![0; self.patterns.len()] };
        for sentence in &view.sentences {
            let range = (sentence.start as usize, sentence.end as usize);
            for at in range.0..range.1 {
                run.token(range, at);
            }
        }
        let mut hits = run.hits;
        for index in &self.regexes {
            if let MatcherKind::Regex(regex) = &self.patterns[*index as usize].0 {
                regex.find(view, Span::new(0, view.text.len()), &mut |start, end| {
                    hits.push(Hit { start: start as u32, end: end as u32, pattern: *index });
                    false
                });
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
            for entry in &set.by_word[from..to] {
                self.attempt(sentence, at, *entry);
            }
        }
        if token.kind == Kind::Word {
            let text = super::program::text_of(self.view, token);
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
        let MatcherKind::Words(program, _) = &self.set.patterns[entry.pattern as usize].0 else {
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

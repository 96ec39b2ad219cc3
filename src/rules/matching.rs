//! Running a phrase's program on the words of one sentence.
//!
//! Most attempts end after a few instructions and keep no record. One that does not is begun again with a record of what
//! was tried, so that no attempt costs more than (instructions x words in reach).

use super::code::{Code, Extent, Step, tag};
use super::filter::Asked;
use super::memo::Record;
use super::pattern::Hit;
use super::program::gap_tokens;
use super::sentence::Filed;
use super::sentence_key::Keys;
use crate::text::{Kind, Shape, Token, View};

/// Instructions that an attempt may take without a record.
const UNRECORDED_MAX: usize = 300;

/// Memory that attempts share, so that none allocates.
#[derive(Default)]
pub(crate) struct Scratch {
    /// Those of the sentences of the view at hand.
    pub(super) keys: Keys,
    /// What may be known of them.
    pub(super) records: Vec<Record>,
    /// What is found in the sets of a [pair](super::search::Pair).
    pub(crate) found: [Vec<Hit>; 2],
    /// What is filed under the words of the sentence at hand.
    pub(super) filed: Vec<Filed>,
    /// Entries that are tried in it, each with a number of `filed`; longer than what is in use.
    pub(super) tries: Vec<(u32, u32)>,
    stack: Vec<(u32, u32)>,
    tried: Tried,
    /// What each token of the sentence at hand asks of filters.
    pub(super) asked: Vec<Asked>,
    /// Per [place](super::filter::place) of a word or a mark, the first and the last token that holds it of the last
    /// sentence that does, by their numbers.
    pub(super) spread: Vec<(u32, u32)>,
    /// Per spot of a set, the first token of the sentence at hand that no start was tried at, by its number.
    pub(super) next_start: Vec<u32>,
    /// Numbers up to this one were given to tokens of earlier sentences: what has one of those is old.
    pub(super) used: u32,
}

/// Which instructions were tried at which places in this attempt.
#[derive(Default)]
struct Tried {
    /// One bit per instruction and place.
    bits: Vec<u64>,
    /// The words of `bits` that are not zero.
    touched: Vec<u32>,
    /// Places per instruction.
    width: usize,
}

impl Tried {
    fn start(&mut self, ops: usize, width: usize) {
        for word in self.touched.drain(..) {
            self.bits[word as usize] = 0;
        }
        self.width = width;
        let words = (ops * width).div_ceil(64);
        if self.bits.len() < words {
            self.bits.resize(words, 0);
        }
    }

    /// Whether this is the first time.
    fn is_new(&mut self, op: u32, place: usize) -> bool {
        let cell = op as usize * self.width + place;
        let (word, bit) = (cell / 64, 1u64 << (cell % 64));
        let have = self.bits[word];
        if have == 0 {
            self.touched.push(word as u32);
        }
        self.bits[word] |= bit;
        have & bit == 0
    }
}

/// One attempt: where it is made.
#[derive(Clone, Copy)]
struct Attempt<'a> {
    code: &'a Code,
    view: &'a View,
    program: Extent,
    /// The range of the sentence's tokens.
    sentence: (usize, usize),
    start: usize,
    /// One past the last token in reach.
    limit: usize,
}

enum Outcome {
    Match(usize),
    None,
    TooLong,
}

impl Code {
    /// The end (one past the last token) of a match of `pattern` that begins at token `start` of a sentence, if there is
    /// one. `sentence` is the range of its tokens.
    pub(super) fn match_at(
        &self,
        pattern: u32,
        view: &View,
        sentence: (usize, usize),
        start: usize,
        scratch: &mut Scratch,
    ) -> Option<usize> {
        let program = self.extent(pattern);
        if program.len == 0 {
            return None;
        }
        let limit = sentence.1.min(start + program.reach as usize);
        let attempt = Attempt { code: self, view, program, sentence, start, limit };
        let outcome = match attempt.run::<false>(scratch) {
            Outcome::TooLong => {
                scratch.tried.start(program.len as usize, limit - start + 1);
                attempt.run::<true>(scratch)
            }
            outcome => outcome,
        };
        match outcome {
            Outcome::Match(end) => Some(end),
            _ => None,
        }
    }
}

impl Attempt<'_> {
    fn run<const RECORD: bool>(&self, scratch: &mut Scratch) -> Outcome {
        let steps = self.code.steps(self.program);
        let tokens = &self.view.tokens[..self.limit];
        let Scratch { stack, asked, tried, .. } = scratch;
        let asked = &asked[..self.limit - self.sentence.0];
        let asked = |at: usize| asked.get(at - self.sentence.0).copied().unwrap_or_default();
        stack.clear();
        let (mut op, mut at) = (0u32, self.start);
        let mut taken = 0;
        loop {
            if RECORD {
                if !tried.is_new(op, at - self.start) {
                    match stack.pop() {
                        Some(next) => (op, at) = (next.0, next.1 as usize),
                        None => return Outcome::None,
                    }
                    continue;
                }
            } else {
                taken += 1;
                if taken > UNRECORDED_MAX {
                    return Outcome::TooLong;
                }
            }
            let step = steps.get(op as usize);
            let token = tokens.get(at);
            let word = token.map(|token| token.word);
            let fits = match step.tag {
                tag::WORD => word == Some(step.number),
                tag::WORDS => word.is_some_and(|word| {
                    step.filter.lets(asked(at)) && self.code.has_word(step.number, step.small, word)
                }),
                tag::SPLIT => {
                    if step.filter.lets(asked(at)) {
                        stack.push((step.number, at as u32));
                        op += 1;
                    } else {
                        op = step.number;
                    }
                    continue;
                }
                tag::JUMP => {
                    op = step.number;
                    continue;
                }
                tag::SWITCH => {
                    let to = self.code.choices(step.number, word);
                    if to.len == 1 {
                        op = self.code.target(to.first);
                        continue;
                    }
                    // The first choice is tried first.
                    for choice in (0..to.len).rev() {
                        stack.push((self.code.target(to.first + choice), at as u32));
                    }
                    false
                }
                tag::MATCH => return Outcome::Match(at),
                tag::ANY => token.is_some_and(|token| token.kind.is_wordlike()),
                tag::KIND => token.is_some_and(|token| token.kind as u16 == step.small),
                tag::CAPITALISED => token.is_some_and(|token| token.shape.has(Shape::CAPITALISED)),
                tag::GAP => {
                    self.gap(step, (op + 1, at), asked, stack);
                    false
                }
                tag::START | tag::END => {
                    if self.is_edge(step, at) {
                        op += 1;
                        continue;
                    }
                    false
                }
                _ => token.is_some_and(|token| self.is_spelt(step, token)),
            };
            if fits {
                op += 1;
                at += 1;
            } else {
                match stack.pop() {
                    Some(next) => (op, at) = (next.0, next.1 as usize),
                    None => return Outcome::None,
                }
            }
        }
    }

    /// Lets what follows a gap begin at each place where the word at hand may begin it, the nearest first.
    #[inline(never)]
    fn gap(&self, step: Step, (op, at): (u32, usize), asked: impl Fn(usize) -> Asked, stack: &mut Vec<(u32, u32)>) {
        let tokens = &self.view.tokens[..self.limit];
        let most = step.small;
        let mut words = 0;
        let last = self.limit.min(at + gap_tokens(most));
        let mut next = at;
        let first = stack.len();
        loop {
            if step.filter.lets(asked(next)) {
                stack.push((op, next as u32));
            }
            if next >= last || words >= most {
                break;
            }
            words += u16::from(tokens[next].kind.is_wordlike());
            next += 1;
        }
        stack[first..].reverse();
    }

    /// Whether a place is the start or the end of the sentence, as people see it.
    #[inline(never)]
    fn is_edge(&self, step: Step, at: usize) -> bool {
        let tokens = &self.view.tokens;
        match step.tag {
            tag::START => tokens[self.sentence.0..at].iter().all(leads),
            _ => tokens[at..self.sentence.1].iter().all(|token| token.kind.is_final()),
        }
    }

    /// Whether the letters of a word are those that are asked for.
    #[inline(never)]
    fn is_spelt(&self, step: Step, token: &Token) -> bool {
        let text = text_of(self.view, token);
        match step.tag {
            tag::WILD => token.kind == Kind::Word && self.code.wilds[step.number as usize].fits(text),
            tag::EXACT => self.code.exact[step.number as usize] == text,
            _ => false,
        }
    }
}

pub(super) fn text_of<'a>(view: &'a View, token: &Token) -> &'a str {
    &view.text[token.start as usize..token.end as usize]
}

/// What may stand before the start of a sentence without being part of it.
pub(super) fn leads(token: &Token) -> bool {
    matches!(token.kind, Kind::Bullet | Kind::Mention | Kind::Dash | Kind::Comma | Kind::Bracket | Kind::Symbol)
}

//! Running a phrase's program on the words of one sentence.
//!
//! Most attempts end after a few instructions and keep no record. One that does not is begun again with a record of what
//! was tried, so that no attempt costs more than (instructions x words in reach).

use super::anchor::Signature;
use super::code::{Code, Extent, tag};
use super::program::gap_tokens;
use crate::text::{Kind, Token, View};

/// Instructions that an attempt may take without a record.
const UNRECORDED_MAX: usize = 300;

/// Memory that attempts share, so that none allocates.
#[derive(Default)]
pub(crate) struct Scratch {
    stack: Vec<(u32, u32)>,
    tried: Tried,
    /// Which words stand behind each token of the sentence at hand, the last token first.
    pub(super) behind: Vec<Signature>,
    /// Per spot of a set, the first token that no start was tried at, counted from `base`.
    pub(super) next_start: Vec<u32>,
    /// Numbers up to this are of earlier searches.
    pub(super) base: u32,
    /// The numbers of this search end here.
    pub(super) end: u32,
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
        let Attempt { code, view, program, sentence, start, limit } = *self;
        let steps = code.steps(program);
        let tokens = &view.tokens[..limit];
        let word_at = |at: usize| tokens.get(at).map(|token| token.word);
        let mut taken = 0;
        scratch.stack.clear();
        scratch.stack.push((0, start as u32));
        while let Some((mut op, at)) = scratch.stack.pop() {
            let mut at = at as usize;
            loop {
                if RECORD {
                    if !scratch.tried.is_new(op, at - start) {
                        break;
                    }
                } else {
                    taken += 1;
                    if taken > UNRECORDED_MAX {
                        return Outcome::TooLong;
                    }
                }
                let step = steps.get(op as usize);
                // What takes no token.
                match step.tag {
                    tag::MATCH => return Outcome::Match(at),
                    tag::JUMP => {
                        op = step.number;
                        continue;
                    }
                    tag::SPLIT => {
                        if step.filter.may_be(word_at(at)) {
                            scratch.stack.push((step.number, at as u32));
                            op += 1;
                        } else {
                            op = step.number;
                        }
                        continue;
                    }
                    tag::SWITCH => {
                        let choices = code.choices(step.number, word_at(at));
                        scratch.stack.extend(choices.map(|op| (op, at as u32)));
                        break;
                    }
                    tag::GAP => {
                        let most = step.small;
                        let mut words = 0;
                        let mut next = at;
                        while next < limit && words < most && next - at < gap_tokens(most) {
                            words += u16::from(tokens[next].kind.is_wordlike());
                            next += 1;
                        }
                        op += 1;
                        // The nearest end is tried first.
                        let ends = (at..=next).rev().filter(|end| step.filter.may_be(word_at(*end)));
                        scratch.stack.extend(ends.map(|end| (op, end as u32)));
                        break;
                    }
                    tag::START if view.tokens[sentence.0..at].iter().all(leads) => {
                        op += 1;
                        continue;
                    }
                    tag::END if view.tokens[at..sentence.1].iter().all(|token| token.kind.is_final()) => {
                        op += 1;
                        continue;
                    }
                    _ => {}
                }
                let Some(token) = tokens.get(at) else {
                    break;
                };
                let fits = match step.tag {
                    tag::WORD => token.word == step.number,
                    tag::WORDS => {
                        step.filter.may_be(Some(token.word)) && code.has_word(step.number, step.small, token.word)
                    }
                    tag::ANY => token.kind.is_wordlike(),
                    tag::KIND => token.kind as u16 == step.small,
                    tag::CAPITALISED => token.capitalised,
                    tag::WILD => token.kind == Kind::Word && code.wilds[step.number as usize].fits(text_of(view, token)),
                    tag::EXACT => text_of(view, token) == code.exact[step.number as usize],
                    _ => false,
                };
                if !fits {
                    break;
                }
                op += 1;
                at += 1;
            }
        }
        Outcome::None
    }
}

pub(super) fn text_of<'a>(view: &'a View, token: &Token) -> &'a str {
    &view.text[token.start as usize..token.end as usize]
}

/// What may stand before the start of a sentence without being part of it.
pub(super) fn leads(token: &Token) -> bool {
    matches!(token.kind, Kind::Bullet | Kind::Mention | Kind::Dash | Kind::Comma | Kind::Bracket | Kind::Symbol)
}

//! Running a phrase's program on the words of one sentence.
//!
//! Matching backtracks with a record of what was tried, so one attempt costs at most (instructions x words in reach).

use super::phrase::Mark;
use super::program::{Op, Program, Wild};
use crate::text::{Kind, Token, View};

/// Memory that attempts share, so that none allocates.
#[derive(Default)]
pub(crate) struct Scratch {
    stack: Vec<(u32, u32)>,
    /// One bit per instruction and place: whether it was tried in this attempt.
    tried: Vec<u64>,
    /// The words of `tried` that are not zero.
    touched: Vec<u32>,
}

impl Wild {
    /// Whether `word`, in any case, has these ends.
    pub(super) fn fits(&self, word: &str) -> bool {
        let bytes = word.as_bytes();
        bytes.len() >= self.prefix.len() + self.suffix.len()
            && bytes[..self.prefix.len()].eq_ignore_ascii_case(self.prefix.as_bytes())
            && bytes[bytes.len() - self.suffix.len()..].eq_ignore_ascii_case(self.suffix.as_bytes())
    }
}

impl Program {
    /// Whether `word` is in the sorted set `words[a..b]`.
    fn has_word(&self, a: u32, b: u32, word: u32) -> bool {
        let set = &self.words[a as usize..b as usize];
        // 0 is every word that no phrase names.
        word != 0 && if set.len() <= 8 { set.contains(&word) } else { set.binary_search(&word).is_ok() }
    }

    /// The end (one past the last token) of a match that begins at token `start` of a sentence, if there is one.
    /// `sentence` is the range of its tokens.
    pub(super) fn match_at(
        &self,
        view: &View,
        sentence: (usize, usize),
        start: usize,
        scratch: &mut Scratch,
    ) -> Option<usize> {
        let tokens = &view.tokens;
        // The first instruction fails nearly always; test it before anything else.
        if let Op::Words(a, b) = self.ops[0]
            && !self.has_word(a, b, tokens[start].word)
        {
            return None;
        }
        let limit = sentence.1.min(start + self.reach);
        let width = limit - start + 1;
        let size = self.ops.len() * width;
        for word in scratch.touched.drain(..) {
            scratch.tried[word as usize] = 0;
        }
        if scratch.tried.len() * 64 < size {
            scratch.tried.resize(size.div_ceil(64), 0);
        }
        scratch.stack.clear();
        scratch.stack.push((0, start as u32));
        while let Some((mut op, mut at)) = scratch.stack.pop() {
            loop {
                let cell = op as usize * width + (at as usize - start);
                let (word, bit) = (cell / 64, 1u64 << (cell % 64));
                if scratch.tried[word] & bit != 0 {
                    break;
                }
                if scratch.tried[word] == 0 {
                    scratch.touched.push(word as u32);
                }
                scratch.tried[word] |= bit;
                let here = at as usize;
                let step = match &self.ops[op as usize] {
                    Op::Match => return Some(here),
                    Op::Jump(to) => {
                        op = *to;
                        continue;
                    }
                    Op::Split(first, second, begins) => {
                        if begins.may_be((here < limit).then(|| tokens[here].word)) {
                            scratch.stack.push((*second, at));
                            op = *first;
                        } else {
                            op = *second;
                        }
                        continue;
                    }
                    Op::Gap(most) => {
                        let mut skipped = 0;
                        let mut next = here;
                        while next < limit && skipped < *most {
                            skipped += u8::from(tokens[next].kind.is_wordlike());
                            next += 1;
                        }
                        // The nearest end is tried first.
                        scratch.stack.extend((here + 1..=next).rev().map(|end| (op + 1, end as u32)));
                        op += 1;
                        continue;
                    }
                    Op::Start => {
                        let leads = tokens[sentence.0..here].iter().all(leads);
                        if leads {
                            op += 1;
                            continue;
                        }
                        false
                    }
                    Op::End => {
                        if tokens[here..sentence.1].iter().all(|t| t.kind.is_final()) {
                            op += 1;
                            continue;
                        }
                        false
                    }
                    _ if here >= limit => false,
                    Op::Words(a, b) => self.has_word(*a, *b, tokens[here].word),
                    Op::Wild(index) => {
                        tokens[here].kind == Kind::Word
                            && self.wilds[*index as usize].fits(text_of(view, &tokens[here]))
                    }
                    Op::Exact(index) => text_of(view, &tokens[here]) == self.exact[*index as usize],
                    Op::Any => tokens[here].kind.is_wordlike(),
                    Op::Mark(Mark::Kind(kind)) => tokens[here].kind == *kind,
                    Op::Mark(Mark::Capitalised) => tokens[here].capitalised,
                };
                if !step {
                    break;
                }
                op += 1;
                at += 1;
            }
        }
        None
    }
}

pub(super) fn text_of<'a>(view: &'a View, token: &Token) -> &'a str {
    &view.text[token.start as usize..token.end as usize]
}

/// What may stand before the start of a sentence without being part of it.
fn leads(token: &Token) -> bool {
    matches!(token.kind, Kind::Bullet | Kind::Mention | Kind::Dash | Kind::Comma | Kind::Bracket | Kind::Symbol)
}

//! The programs of a pattern set in one piece, as they lie in the program's own file.

use super::anchor::Neighbours;
use super::phrase::Mark;
use super::program::{Op, Program, Wild};
use crate::table::{Row, Table, field};
use crate::text::Kind;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// Programs by number.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(super) struct Code {
    pub(super) ops: Table<Op>,
    pub(super) words: Table<u32>,
    pub(super) wilds: Vec<Wild>,
    pub(super) exact: Vec<String>,
    programs: Table<Extent>,
}

/// Where a program stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    /// Its first instruction.
    pub(super) first: u32,
    /// The number of them; none for a regular expression.
    pub(super) len: u32,
    /// Most tokens a match can take.
    pub(super) reach: u32,
}

impl Code {
    pub(super) fn new(programs: &[Option<Program>]) -> Self {
        let (mut ops, mut words, mut extents) = (Vec::new(), Vec::new(), Vec::new());
        let (mut wilds, mut exact) = (Vec::new(), Vec::new());
        // Many phrases use the same list: its words stand there once.
        let mut known: FxHashMap<&[u32], u32> = FxHashMap::default();
        for program in programs {
            let first = ops.len() as u32;
            let Some(program) = program else {
                extents.push(Extent { first, len: 0, reach: 0 });
                continue;
            };
            ops.extend(program.ops.iter().map(|op| match *op {
                Op::Words(start, len, any) => {
                    let set = &program.words[start as usize..][..usize::from(len)];
                    let at = *known.entry(set).or_insert_with(|| {
                        words.extend_from_slice(set);
                        (words.len() - set.len()) as u32
                    });
                    Op::Words(at, len, any)
                }
                Op::Wild(index) => Op::Wild(index + wilds.len() as u32),
                Op::Exact(index) => Op::Exact(index + exact.len() as u32),
                other => other,
            }));
            wilds.extend_from_slice(&program.wilds);
            exact.extend_from_slice(&program.exact);
            extents.push(Extent { first, len: program.ops.len() as u32, reach: program.reach as u32 });
        }
        Self { ops: Table::new(&ops), words: Table::new(&words), wilds, exact, programs: Table::new(&extents) }
    }

    /// Number of programs, those of regular expressions included.
    pub(super) fn len(&self) -> usize {
        self.programs.len()
    }

    pub(super) fn extent(&self, pattern: u32) -> Extent {
        self.programs.get(pattern as usize)
    }
}

impl Row for Extent {
    const SIZE: usize = 12;

    fn write(&self, out: &mut Vec<u8>) {
        [self.first, self.len, self.reach].iter().for_each(|number| number.write(out));
    }

    #[inline]
    fn read(bytes: &[u8]) -> Self {
        let number = |at| u32::from_le_bytes(field(bytes, at));
        Self { first: number(0), len: number(4), reach: number(8) }
    }
}

/// The kinds that a mark can name, by their number in a row.
const KINDS: [Kind; 18] = [
    Kind::Word,
    Kind::Number,
    Kind::Placeholder,
    Kind::Link,
    Kind::Email,
    Kind::Code,
    Kind::Mention,
    Kind::Bullet,
    Kind::Comma,
    Kind::Stop,
    Kind::Question,
    Kind::Exclamation,
    Kind::Colon,
    Kind::Semicolon,
    Kind::Dash,
    Kind::Slash,
    Kind::Bracket,
    Kind::Symbol,
];

/// A tag, a small number, a number and a filter.
impl Row for Op {
    const SIZE: usize = 12;

    fn write(&self, out: &mut Vec<u8>) {
        let any = Neighbours::ANY;
        let (tag, small, number, filter) = match *self {
            Self::Match => (0, 0, 0, any),
            Self::Word(id) => (1, 0, id, any),
            Self::Words(start, len, filter) => (2, len, start, filter),
            Self::Split(to, filter) => (3, 0, to, filter),
            Self::Jump(to) => (4, 0, to, any),
            Self::Gap(most, filter) => (5, u16::from(most), 0, filter),
            Self::Any => (6, 0, 0, any),
            Self::Mark(Mark::Capitalised) => (7, 0, 0, any),
            Self::Mark(Mark::Kind(kind)) => (8, kind as u16, 0, any),
            Self::Wild(index) => (9, 0, index, any),
            Self::Exact(index) => (10, 0, index, any),
            Self::Start => (11, 0, 0, any),
            Self::End => (12, 0, 0, any),
        };
        out.extend([tag, 0]);
        out.extend(small.to_le_bytes());
        number.write(out);
        filter.bits().write(out);
    }

    #[inline]
    fn read(bytes: &[u8]) -> Self {
        let small = u16::from_le_bytes(field(bytes, 2));
        let number = u32::from_le_bytes(field(bytes, 4));
        let filter = Neighbours::from_bits(u32::from_le_bytes(field(bytes, 8)));
        match bytes[0] {
            1 => Self::Word(number),
            2 => Self::Words(number, small, filter),
            3 => Self::Split(number, filter),
            4 => Self::Jump(number),
            5 => Self::Gap(small as u8, filter),
            6 => Self::Any,
            7 => Self::Mark(Mark::Capitalised),
            8 => Self::Mark(Mark::Kind(KINDS[usize::from(small) % KINDS.len()])),
            9 => Self::Wild(number),
            10 => Self::Exact(number),
            11 => Self::Start,
            12 => Self::End,
            _ => Self::Match,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_come_back_as_they_were() {
        let filter = Neighbours::of(&[3, 70]);
        let kinds = KINDS.iter().map(|kind| Op::Mark(Mark::Kind(*kind)));
        let others = [
            Op::Match,
            Op::Word(7),
            Op::Words(8, 9, filter),
            Op::Split(10, filter),
            Op::Jump(11),
            Op::Gap(40, filter),
            Op::Any,
            Op::Mark(Mark::Capitalised),
            Op::Wild(12),
            Op::Exact(13),
            Op::Start,
            Op::End,
        ];
        for op in others.into_iter().chain(kinds) {
            let mut bytes = Vec::new();
            op.write(&mut bytes);
            assert_eq!(bytes.len(), Op::SIZE);
            assert_eq!(Op::read(&bytes), op);
        }
    }
}

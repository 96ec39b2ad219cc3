//! The programs of a pattern set in one piece, as they lie in the program's own file.

use super::anchor::Neighbours;
use super::phrase::Mark;
use super::program::{Op, Program, Switch, Wild};
use crate::table::{Row, Table, field};
use crate::text::Kind;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// Programs by number.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(super) struct Code {
    ops: Table<Op>,
    words: Table<u32>,
    choices: Table<Choice>,
    cases: Table<Case>,
    /// Numbers of instructions, in lists.
    targets: Table<u32>,
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

/// Where the cases of a switch stand.
#[derive(Clone, Copy, Debug)]
struct Choice {
    first: u32,
    /// The number of places; a power of two.
    slots: u32,
    others: Targets,
}

/// A word that a switch knows, in the first free place from that which its number names; 0 is an empty one.
#[derive(Clone, Copy, Debug, Default)]
struct Case {
    word: u32,
    to: Targets,
}

/// A list of instructions: the first in `targets`, and how many.
#[derive(Clone, Copy, Debug, Default)]
struct Targets {
    first: u32,
    len: u32,
}

/// Longest set of words that is looked through from end to end. In a longer one every word has a place.
const LISTED_MAX: usize = 8;

/// The places that a set of so many words takes.
const fn slots(words: usize) -> usize {
    (words * 2).next_power_of_two()
}

/// The place of a word, before others may have taken it.
fn place(word: u32, slots: usize) -> usize {
    (word.wrapping_mul(0x9e37_79b9) >> 12) as usize & (slots - 1)
}

/// Gives every word its place; the numbers of those that are there.
fn places(words: &[u32]) -> Vec<Option<usize>> {
    let mut places = vec![None; slots(words.len())];
    for (number, word) in words.iter().enumerate() {
        let mut at = place(*word, places.len());
        while places[at].is_some() {
            at = (at + 1) & (places.len() - 1);
        }
        places[at] = Some(number);
    }
    places
}

/// The code while it is put together.
#[derive(Default)]
struct Assembly {
    words: Vec<u32>,
    choices: Vec<Choice>,
    cases: Vec<Case>,
    targets: Vec<u32>,
    /// Where the sets of words stand that are there already: many phrases use the same list.
    known: FxHashMap<Vec<u32>, u32>,
}

impl Assembly {
    fn set(&mut self, set: &[u32]) -> u32 {
        if let Some(at) = self.known.get(set) {
            return *at;
        }
        let at = self.words.len() as u32;
        if set.len() <= LISTED_MAX {
            self.words.extend_from_slice(set);
        } else {
            self.words.extend(places(set).into_iter().map(|number| number.map_or(0, |number| set[number])));
        }
        self.known.insert(set.to_vec(), at);
        at
    }

    fn to(&mut self, targets: &[u32]) -> Targets {
        let first = self.targets.len() as u32;
        self.targets.extend_from_slice(targets);
        Targets { first, len: targets.len() as u32 }
    }

    fn switch(&mut self, switch: &Switch) -> u32 {
        let words: Vec<u32> = switch.cases.keys().copied().collect();
        let cases: Vec<Case> =
            switch.cases.iter().map(|(word, targets)| Case { word: *word, to: self.to(targets) }).collect();
        let places = places(&words);
        let choice =
            Choice { first: self.cases.len() as u32, slots: places.len() as u32, others: self.to(&switch.others) };
        self.cases.extend(places.into_iter().map(|number| number.map_or(Case::default(), |number| cases[number])));
        self.choices.push(choice);
        self.choices.len() as u32 - 1
    }
}

impl Code {
    pub(super) fn new(programs: &[Option<Program>]) -> Self {
        let (mut ops, mut extents) = (Vec::new(), Vec::new());
        let (mut wilds, mut exact) = (Vec::new(), Vec::new());
        let mut parts = Assembly::default();
        for program in programs {
            let first = ops.len() as u32;
            let Some(program) = program else {
                extents.push(Extent { first, len: 0, reach: 0 });
                continue;
            };
            ops.extend(program.ops.iter().map(|op| match *op {
                Op::Words(start, len, any) => {
                    Op::Words(parts.set(&program.words[start as usize..][..usize::from(len)]), len, any)
                }
                Op::Switch(index) => Op::Switch(parts.switch(&program.switches[index as usize])),
                Op::Wild(index) => Op::Wild(index + wilds.len() as u32),
                Op::Exact(index) => Op::Exact(index + exact.len() as u32),
                other => other,
            }));
            wilds.extend_from_slice(&program.wilds);
            exact.extend_from_slice(&program.exact);
            extents.push(Extent { first, len: program.ops.len() as u32, reach: program.reach as u32 });
        }
        Self {
            ops: Table::new(&ops),
            words: Table::new(&parts.words),
            choices: Table::new(&parts.choices),
            cases: Table::new(&parts.cases),
            targets: Table::new(&parts.targets),
            wilds,
            exact,
            programs: Table::new(&extents),
        }
    }

    #[inline]
    pub(super) fn op(&self, program: Extent, op: u32) -> Op {
        self.ops.get((program.first + op) as usize)
    }

    /// Whether `word` is in the set that stands at `start` and has `len` words.
    #[inline]
    pub(super) fn has_word(&self, start: u32, len: u16, word: u32) -> bool {
        let (start, len) = (start as usize, usize::from(len));
        if len <= LISTED_MAX {
            return self.words.slice(start, len).any(|other| other == word);
        }
        let slots = slots(len);
        let mut at = place(word, slots);
        loop {
            match self.words.get(start + at) {
                0 => return false,
                other if other == word => return true,
                _ => at = (at + 1) & (slots - 1),
            }
        }
    }

    /// Where to go on at a switch, the first choice last. `None` is the end of what is in reach; 0 is a word that no
    /// phrase names.
    pub(super) fn choices(&self, switch: u32, word: Option<u32>) -> impl Iterator<Item = u32> + '_ {
        let choice = self.choices.get(switch as usize);
        let to = word.filter(|word| *word != 0).and_then(|word| self.case(choice, word)).unwrap_or(choice.others);
        self.targets.slice(to.first as usize, to.len as usize).rev()
    }

    fn case(&self, choice: Choice, word: u32) -> Option<Targets> {
        let slots = choice.slots as usize;
        let mut at = place(word, slots);
        loop {
            let case = self.cases.get(choice.first as usize + at);
            match case.word {
                0 => return None,
                other if other == word => return Some(case.to),
                _ => at = (at + 1) & (slots - 1),
            }
        }
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

impl Row for Choice {
    const SIZE: usize = 16;

    fn write(&self, out: &mut Vec<u8>) {
        [self.first, self.slots, self.others.first, self.others.len].iter().for_each(|number| number.write(out));
    }

    #[inline]
    fn read(bytes: &[u8]) -> Self {
        let number = |at| u32::from_le_bytes(field(bytes, at));
        Self { first: number(0), slots: number(4), others: Targets { first: number(8), len: number(12) } }
    }
}

impl Row for Case {
    const SIZE: usize = 12;

    fn write(&self, out: &mut Vec<u8>) {
        [self.word, self.to.first, self.to.len].iter().for_each(|number| number.write(out));
    }

    #[inline]
    fn read(bytes: &[u8]) -> Self {
        let number = |at| u32::from_le_bytes(field(bytes, at));
        Self { word: number(0), to: Targets { first: number(4), len: number(8) } }
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
            Self::Switch(index) => (13, 0, index, any),
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
            13 => Self::Switch(number),
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
            Op::Switch(14),
        ];
        for op in others.into_iter().chain(kinds) {
            let mut bytes = Vec::new();
            op.write(&mut bytes);
            assert_eq!(bytes.len(), Op::SIZE);
            assert_eq!(Op::read(&bytes), op);
        }
    }
}

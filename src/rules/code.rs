//! The programs of a pattern set in one piece, as they lie in the program's own file.

use super::filter::Filter;
use super::phrase::Mark;
use super::program::{Op, Program, Switch, Wild};
use crate::table::{self, Row, Rows, Table, field};
use crate::wording::Wording;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::hash::Hash;

/// Programs by number.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(super) struct Code {
    steps: Table<Step>,
    words: Table<u32>,
    choices: Table<Choice>,
    cases: Table<Case>,
    /// Numbers of instructions, in lists.
    targets: Table<u32>,
    pub(super) wilds: Vec<Wild>,
    pub(super) exact: Vec<Wording>,
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
pub(super) struct Targets {
    pub(super) first: u32,
    pub(super) len: u32,
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

/// The number of the word in each place, if there is one.
fn places(words: &[u32]) -> Vec<Option<usize>> {
    let slots = slots(words.len());
    table::places(words.iter().map(|word| place(*word, slots)), slots)
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

/// Things by number, each but once: many phrases use the same.
struct Numbered<T> {
    all: Vec<T>,
    known: FxHashMap<T, u32>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self { all: Vec::new(), known: FxHashMap::default() }
    }
}

impl<T: Clone + Eq + Hash> Numbered<T> {
    fn number(&mut self, thing: &T) -> u32 {
        *self.known.entry(thing.clone()).or_insert_with(|| {
            self.all.push(thing.clone());
            self.all.len() as u32 - 1
        })
    }
}

impl Code {
    pub(super) fn new(programs: &[Option<Program>]) -> Self {
        let (mut steps, mut extents) = (Vec::new(), Vec::new());
        let (mut wilds, mut exact) = (Numbered::default(), Numbered::default());
        let mut parts = Assembly::default();
        for program in programs {
            let first = steps.len() as u32;
            let Some(program) = program else {
                extents.push(Extent { first, len: 0, reach: 0 });
                continue;
            };
            steps.extend(program.ops.iter().map(|op| {
                Step::from(match *op {
                    Op::Words(start, len, any) => {
                        Op::Words(parts.set(&program.words[start as usize..][..usize::from(len)]), len, any)
                    }
                    Op::Switch(index) => Op::Switch(parts.switch(&program.switches[index as usize])),
                    Op::Wild(index) => Op::Wild(wilds.number(&program.wilds[index as usize])),
                    Op::Exact(index) => Op::Exact(exact.number(&program.exact[index as usize])),
                    other => other,
                })
            }));
            extents.push(Extent { first, len: program.ops.len() as u32, reach: program.reach as u32 });
        }
        Self {
            steps: Table::new(&steps),
            words: Table::new(&parts.words),
            choices: Table::new(&parts.choices),
            cases: Table::new(&parts.cases),
            targets: Table::new(&parts.targets),
            wilds: wilds.all,
            exact: exact.all,
            programs: Table::new(&extents),
        }
    }

    /// The instructions of a program.
    #[inline]
    pub(super) fn steps(&self, program: Extent) -> Rows<'_, Step> {
        self.steps.all().part(program.first, program.len as usize)
    }

    /// Whether `word` is in the set that stands at `start` and has `len` words.
    #[inline]
    pub(super) fn has_word(&self, start: u32, len: u16, word: u32) -> bool {
        let (words, len) = (self.words.all(), usize::from(len));
        if len <= LISTED_MAX {
            return words.part(start, len).iter().any(|other| other == word);
        }
        let slots = slots(len);
        let words = words.part(start, slots);
        let mut at = place(word, slots);
        loop {
            match words.get(at) {
                0 => return false,
                other if other == word => return true,
                _ => at = (at + 1) & (slots - 1),
            }
        }
    }

    /// Where to go on at a switch. `None` is the end of what is in reach; 0 is a word that no phrase names.
    #[inline]
    pub(super) fn choices(&self, switch: u32, word: Option<u32>) -> Targets {
        let choice = self.choices.get(switch as usize);
        word.filter(|word| *word != 0).and_then(|word| self.case(choice, word)).unwrap_or(choice.others)
    }

    /// The instruction that stands there in the lists of targets.
    #[inline]
    pub(super) fn target(&self, number: u32) -> u32 {
        self.targets.get(number as usize)
    }

    fn case(&self, choice: Choice, word: u32) -> Option<Targets> {
        let slots = choice.slots as usize;
        let cases = self.cases.all().part(choice.first, slots);
        let mut at = place(word, slots);
        loop {
            let case = cases.get(at);
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
    type Bytes = [u8; 12];

    #[inline]
    fn cut(table: &[u8]) -> &[Self::Bytes] {
        table.as_chunks().0
    }

    fn write(&self, out: &mut Vec<u8>) {
        [self.first, self.len, self.reach].iter().for_each(|number| number.write(out));
    }

    #[inline]
    fn read(bytes: &Self::Bytes) -> Self {
        let number = |at| u32::from_le_bytes(field(bytes, at));
        Self { first: number(0), len: number(4), reach: number(8) }
    }
}

impl Row for Choice {
    type Bytes = [u8; 16];

    #[inline]
    fn cut(table: &[u8]) -> &[Self::Bytes] {
        table.as_chunks().0
    }

    fn write(&self, out: &mut Vec<u8>) {
        [self.first, self.slots, self.others.first, self.others.len].iter().for_each(|number| number.write(out));
    }

    #[inline]
    fn read(bytes: &Self::Bytes) -> Self {
        let number = |at| u32::from_le_bytes(field(bytes, at));
        Self { first: number(0), slots: number(4), others: Targets { first: number(8), len: number(12) } }
    }
}

impl Row for Case {
    type Bytes = [u8; 12];

    #[inline]
    fn cut(table: &[u8]) -> &[Self::Bytes] {
        table.as_chunks().0
    }

    fn write(&self, out: &mut Vec<u8>) {
        [self.word, self.to.first, self.to.len].iter().for_each(|number| number.write(out));
    }

    #[inline]
    fn read(bytes: &Self::Bytes) -> Self {
        let number = |at| u32::from_le_bytes(field(bytes, at));
        Self { word: number(0), to: Targets { first: number(4), len: number(8) } }
    }
}

/// An instruction as it lies in the code: what is done, and with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) tag: u8,
    pub(super) small: u16,
    pub(super) number: u32,
    pub(super) filter: Filter,
}

/// What is done by a [`Step`]: see [`Op`].
pub(super) mod tag {
    pub(crate) const MATCH: u8 = 0;
    pub(crate) const WORD: u8 = 1;
    pub(crate) const WORDS: u8 = 2;
    pub(crate) const SPLIT: u8 = 3;
    pub(crate) const JUMP: u8 = 4;
    pub(crate) const GAP: u8 = 5;
    pub(crate) const ANY: u8 = 6;
    pub(crate) const CAPITALISED: u8 = 7;
    pub(crate) const KIND: u8 = 8;
    pub(crate) const WILD: u8 = 9;
    pub(crate) const EXACT: u8 = 10;
    pub(crate) const START: u8 = 11;
    pub(crate) const END: u8 = 12;
    pub(crate) const SWITCH: u8 = 13;
}

impl From<Op> for Step {
    fn from(op: Op) -> Self {
        let any = Filter::ANY;
        let (tag, small, number, filter) = match op {
            Op::Match => (tag::MATCH, 0, 0, any),
            Op::Word(id) => (tag::WORD, 0, id, any),
            Op::Words(start, len, filter) => (tag::WORDS, len, start, filter),
            Op::Split(to, filter) => (tag::SPLIT, 0, to, filter),
            Op::Jump(to) => (tag::JUMP, 0, to, any),
            Op::Gap(most, filter) => (tag::GAP, u16::from(most), 0, filter),
            Op::Any => (tag::ANY, 0, 0, any),
            Op::Mark(Mark::Capitalised) => (tag::CAPITALISED, 0, 0, any),
            Op::Mark(Mark::Kind(kind)) => (tag::KIND, kind as u16, 0, any),
            Op::Wild(index) => (tag::WILD, 0, index, any),
            Op::Exact(index) => (tag::EXACT, 0, index, any),
            Op::Start => (tag::START, 0, 0, any),
            Op::End => (tag::END, 0, 0, any),
            Op::Switch(index) => (tag::SWITCH, 0, index, any),
        };
        Self { tag, small, number, filter }
    }
}

impl Row for Step {
    type Bytes = [u8; 16];

    #[inline]
    fn cut(table: &[u8]) -> &[Self::Bytes] {
        table.as_chunks().0
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend([self.tag, 0]);
        out.extend(self.small.to_le_bytes());
        self.number.write(out);
        out.extend(self.filter.bits().to_le_bytes());
    }

    #[inline]
    fn read(bytes: &Self::Bytes) -> Self {
        Self {
            tag: bytes[0],
            small: u16::from_le_bytes(field(bytes, 2)),
            number: u32::from_le_bytes(field(bytes, 4)),
            filter: Filter::from_bits(u64::from_le_bytes(field(bytes, 8))),
        }
    }
}

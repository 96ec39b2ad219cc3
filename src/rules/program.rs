//! A phrase made ready to run: a small program over the words of one sentence.

use super::edges::{Edge, Edges, beside};
use super::filter::{Filter, is_mark};
use super::phrase::{GAP_MAX, Mark, Node};
use crate::text::{Vocabulary, split_words};
use crate::wording::Wording;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One instruction. Places in `words`, `wilds` and `exact` count from the start of those of the program, or, once the
/// program is in a [`Code`](super::code::Code), of those of the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Op {
    /// This word.
    Word(u32),
    /// Any of these words: the first place and the number of them.
    Words(u32, u16, Filter),
    /// A word with these ends.
    Wild(u32),
    /// A word as written.
    Exact(u32),
    /// Any one word.
    Any,
    Mark(Mark),
    /// Go on with the next instruction, or failing that at this one.
    /// The next is taken only where the word at hand may begin it.
    Split(u32, Filter),
    /// Go on at one of the alternatives that the word at hand may begin, in their order.
    Switch(u32),
    Jump(u32),
    /// Skip up to so many words, as few as will do, to where the word at hand may begin what follows.
    Gap(u8, Filter),
    Start,
    End,
    Match,
}

/// Letters a word must start and end with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(super) struct Wild {
    pub(super) prefix: Wording,
    pub(super) suffix: Wording,
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

/// Alternatives by the word that begins them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Switch {
    /// For each of these words, the instructions to go on at.
    pub(super) cases: BTreeMap<u32, Vec<u32>>,
    /// Where to go on at any other word, or at none.
    pub(super) others: Vec<u32>,
}

/// A compiled phrase.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Program {
    pub(super) ops: Vec<Op>,
    pub(super) words: Vec<u32>,
    pub(super) switches: Vec<Switch>,
    pub(super) wilds: Vec<Wild>,
    pub(super) exact: Vec<Wording>,
    /// Most tokens a match can take.
    pub(super) reach: usize,
    /// Whether a match is a whole sentence, but for the marks at its ends.
    pub(super) is_whole_sentence: bool,
}

/// Named lists, parsed.
pub(super) type Lists = FxHashMap<String, Vec<Vec<Node>>>;

/// Words that may stand for one another: contraction endings and what they stand for.
pub(super) type Equivalents = FxHashMap<Wording, Vec<Wording>>;

/// Compiles a phrase. Lists must exist and be free of cycles.
pub(super) fn compile(nodes: &[Node], lists: &Lists, vocabulary: &mut Vocabulary, same: &Equivalents) -> Program {
    let mut builder = Builder { program: Program::default(), lists, vocabulary, same };
    builder.sequence(nodes);
    builder.program.ops.push(Op::Match);
    let (_, most) = builder.lengths(nodes);
    builder.program.reach = most.min(200);
    builder.program.is_whole_sentence = matches!(nodes, [Node::Start, .., Node::End]);
    builder.program
}

/// Most words that an alternative is filed under in a switch; one that more may begin is tried at any.
const CASES_MAX: usize = 200;

impl Switch {
    /// Of alternatives that these words begin and that stand at these instructions.
    fn new(begins: &[Edge], starts: &[u32]) -> Self {
        let words: BTreeSet<u32> = begins.iter().flatten().flatten().copied().collect();
        let those = |fits: &dyn Fn(&Edge) -> bool| -> Vec<u32> {
            begins.iter().zip(starts).filter(|(begin, _)| fits(begin)).map(|(_, start)| *start).collect()
        };
        let may_begin = |begin: &Edge, word: u32| begin.as_ref().is_none_or(|words| words.binary_search(&word).is_ok());
        let cases = words.into_iter().map(|word| (word, those(&|begin| may_begin(begin, word)))).collect();
        Self { cases, others: those(&|begin| begin.is_none()) }
    }
}

struct Builder<'a> {
    program: Program,
    lists: &'a Lists,
    vocabulary: &'a mut Vocabulary,
    same: &'a Equivalents,
}

impl Builder<'_> {
    fn edges(&mut self) -> Edges<'_> {
        Edges { lists: self.lists, vocabulary: self.vocabulary, same: self.same }
    }

    fn sequence(&mut self, nodes: &[Node]) {
        for (index, node) in nodes.iter().enumerate() {
            if let Node::Gap(most) = node {
                let begins = beside(&self.edges().after(&nodes[index + 1..], None));
                self.program.ops.push(Op::Gap(*most, begins));
            } else {
                self.node(node);
            }
        }
    }

    fn node(&mut self, node: &Node) {
        match node {
            Node::Word(word) => {
                if word.contains('*') {
                    let wild = wild(word);
                    self.program.wilds.push(wild);
                    self.program.ops.push(Op::Wild(self.program.wilds.len() as u32 - 1));
                } else {
                    for part in split_words(word, self.vocabulary) {
                        let ids = word_ids(&part, self.vocabulary, self.same);
                        self.words(&ids);
                    }
                }
            }
            Node::Exact(word) => {
                self.program.exact.push(word.into());
                self.program.ops.push(Op::Exact(self.program.exact.len() as u32 - 1));
            }
            Node::AnyWord => self.program.ops.push(Op::Any),
            Node::Mark(mark) => self.program.ops.push(Op::Mark(*mark)),
            Node::List(name) => {
                let lists = self.lists;
                self.one_of(lists.get(name).map_or(&[], Vec::as_slice));
            }
            Node::OneOf(alternatives) => self.one_of(alternatives),
            Node::Optional(inner) => {
                let split = self.program.ops.len();
                self.program.ops.push(Op::Match);
                self.node(inner);
                let end = self.program.ops.len() as u32;
                let begins = beside(&self.edges().after(std::slice::from_ref(&**inner), None));
                self.program.ops[split] = Op::Split(end, begins);
            }
            Node::Gap(most) => self.program.ops.push(Op::Gap(*most, Filter::ANY)),
            Node::Start => self.program.ops.push(Op::Start),
            Node::End => self.program.ops.push(Op::End),
        }
    }

    fn words(&mut self, ids: &[u32]) {
        let op = match ids {
            [id] => Op::Word(*id),
            _ => Op::Words(self.program.words.len() as u32, ids.len() as u16, Filter::of(ids)),
        };
        if ids.len() != 1 {
            self.program.words.extend_from_slice(ids);
        }
        self.program.ops.push(op);
    }

    /// Alternatives of one word each become one set; the others are tried in order, longest first where both match.
    fn one_of(&mut self, alternatives: &[Vec<Node>]) {
        let mut single: Vec<u32> = Vec::new();
        let mut rest: Vec<&[Node]> = Vec::new();
        flatten(alternatives, self.lists, &mut rest);
        let mut many = Vec::new();
        for alternative in rest {
            if let [Node::Word(word)] = alternative
                && !word.contains('*')
                && let [part] = split_words(word, self.vocabulary).as_slice()
            {
                single.extend(word_ids(part, self.vocabulary, self.same));
            } else {
                many.push(alternative);
            }
        }
        single.sort_unstable();
        single.dedup();
        if many.is_empty() {
            return self.words(&single);
        }
        let is_case = |words: &Vec<u32>| words.len() <= CASES_MAX && !words.iter().any(|id| is_mark(*id));
        // What may begin each; the single words are looked at together, behind the others.
        let mut begins: Vec<Edge> =
            many.iter().map(|alternative| self.edges().after(alternative, None).filter(is_case)).collect();
        if !single.is_empty() {
            begins.push(None);
        }
        let branches = begins.len();
        let is_switch = branches > 2 && begins.iter().flatten().count() > 1;
        if is_switch {
            self.program.ops.push(Op::Switch(self.program.switches.len() as u32));
            self.program.switches.push(Switch::default());
        }
        let number = self.program.switches.len().wrapping_sub(1);
        let mut starts = Vec::new();
        let mut jumps = Vec::new();
        for (branch, begin) in begins.iter().enumerate() {
            let is_last = branch + 1 == branches;
            let split = self.program.ops.len();
            if !is_last && !is_switch {
                self.program.ops.push(Op::Match);
            }
            starts.push(self.program.ops.len() as u32);
            match many.get(branch) {
                Some(alternative) => self.sequence(alternative),
                None => self.words(&single),
            }
            if !is_last {
                jumps.push(self.program.ops.len());
                self.program.ops.push(Op::Match);
            }
            if !is_last && !is_switch {
                let next = self.program.ops.len() as u32;
                self.program.ops[split] = Op::Split(next, beside(begin));
            }
        }
        let end = self.program.ops.len() as u32;
        for jump in jumps {
            self.program.ops[jump] = Op::Jump(end);
        }
        if is_switch {
            self.program.switches[number] = Switch::new(&begins, &starts);
        }
    }

    /// Fewest and most tokens that a sequence takes.
    fn lengths(&mut self, nodes: &[Node]) -> (usize, usize) {
        let (mut least, mut most) = (0, 0);
        for node in nodes {
            let (a, b) = lengths_of(node, self.lists, self.vocabulary);
            least += a;
            most += b;
        }
        (least, most)
    }
}

/// Resolves lists that are alternatives themselves, so that their single words join the set.
fn flatten<'a>(alternatives: &'a [Vec<Node>], lists: &'a Lists, out: &mut Vec<&'a [Node]>) {
    for alternative in alternatives {
        match alternative.as_slice() {
            [Node::List(name)] => flatten(lists.get(name).map_or(&[], Vec::as_slice), lists, out),
            [Node::OneOf(inner)] => flatten(inner, lists, out),
            _ => out.push(alternative),
        }
    }
}

pub(super) fn wild(word: &str) -> Wild {
    let (prefix, suffix) = word.split_once('*').unwrap_or((word, ""));
    Wild { prefix: prefix.into(), suffix: suffix.trim_start_matches('*').into() }
}

pub(super) fn word_ids(word: &str, vocabulary: &mut Vocabulary, same: &Equivalents) -> Vec<u32> {
    let mut ids = vec![vocabulary.insert(word)];
    if let Some(words) = same.get(word) {
        ids.extend(words.iter().map(|w| vocabulary.insert(w)));
    }
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Most tokens that a gap skips: its words, and the marks between them.
pub(super) fn gap_tokens(words: u16) -> usize {
    usize::from(words) + usize::from(words.min(u16::from(GAP_MAX))) + 2
}

pub(super) fn lengths_of(node: &Node, lists: &Lists, vocabulary: &Vocabulary) -> (usize, usize) {
    let of_alternatives = |alternatives: &[Vec<Node>]| {
        let each = alternatives.iter().map(|a| {
            a.iter().map(|n| lengths_of(n, lists, vocabulary)).fold((0, 0), |x, y| (x.0 + y.0, (x.1 + y.1).min(1000)))
        });
        each.reduce(|x, y| (x.0.min(y.0), x.1.max(y.1))).unwrap_or((0, 0))
    };
    match node {
        Node::Word(word) if !word.contains('*') => {
            let parts = split_words(word, vocabulary).len();
            (parts, parts)
        }
        Node::Word(_) | Node::Exact(_) | Node::AnyWord | Node::Mark(_) => (1, 1),
        Node::List(name) => of_alternatives(lists.get(name).map_or(&[], Vec::as_slice)),
        Node::OneOf(alternatives) => of_alternatives(alternatives),
        Node::Optional(inner) => (0, lengths_of(inner, lists, vocabulary).1),
        Node::Gap(most) => (0, gap_tokens(u16::from(*most))),
        Node::Start | Node::End => (0, 0),
    }
}

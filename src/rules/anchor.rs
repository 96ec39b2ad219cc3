//! Where to look for a phrase: its rarest word, known from its own syntax tree.

use super::phrase::{Mark, Node};
use super::program::{Equivalents, Lists, Wild, lengths_of, wild, word_ids};
use crate::text::{Kind, Vocabulary, split_words};
use serde::{Deserialize, Serialize};

/// Where to look for a phrase: the tokens that one of its matches must hold, and how far before them it may begin.
#[derive(Clone, Debug)]
pub(super) struct Anchor {
    pub(super) on: AnchorOn,
    /// Fewest tokens between the start of a match and the anchor.
    pub(super) min: u16,
    /// Most tokens.
    pub(super) max: u16,
    /// The words that may stand right before the anchor.
    pub(super) before: Neighbours,
    /// The words that may stand right after it.
    pub(super) after: Neighbours,
}

/// The words that may stand beside an anchor, as a filter: a word whose bit is not set can't. Most places fall here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Neighbours(u32);

impl Neighbours {
    /// Anything may stand there.
    pub(super) const ANY: Self = Self(u32::MAX);

    fn of(ids: &[u32]) -> Self {
        Self(ids.iter().fold(0, |bits, id| bits | 1 << (id % 32)))
    }

    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether `word` may stand there. `None` is the end of the sentence; 0 is a word that no phrase names.
    pub(super) fn may_be(self, word: Option<u32>) -> bool {
        self == Self::ANY || word.is_some_and(|id| id != 0 && self.0 & (1 << (id % 32)) != 0)
    }
}

#[derive(Clone, Debug)]
pub(super) enum AnchorOn {
    /// A token that is one of these.
    OneOf(Anchors),
    /// Any token: the phrase names nothing that must be there.
    Everything,
}

/// What a token may be to be an anchor.
#[derive(Clone, Debug, Default)]
pub(super) struct Anchors {
    pub(super) words: Vec<u32>,
    pub(super) wilds: Vec<Wild>,
    pub(super) kinds: Vec<Kind>,
    pub(super) capitalised: bool,
}

impl Anchors {
    fn add(&mut self, other: Self) {
        self.words.extend(other.words);
        self.wilds.extend(other.wilds);
        self.kinds.extend(other.kinds);
        self.capitalised |= other.capitalised;
    }

    /// Expected places per million tokens.
    fn cost(&self, rarity: &Rarity) -> u64 {
        let words: u64 = self.words.iter().map(|id| rarity.of(*id)).sum();
        let kinds: u64 =
            self.kinds.iter().map(|kind| if matches!(kind, Kind::Comma | Kind::Stop) { 60_000 } else { 10_000 }).sum();
        words + kinds + 5 * RARE * self.wilds.len() as u64 + if self.capitalised { 120_000 } else { 0 }
    }
}

/// How often words are expected in a reply, in occurrences per million words.
#[derive(Debug, Default)]
pub(super) struct Rarity {
    /// By word number; 0 for words that are not among the frequent ones.
    per_million: Vec<u32>,
}

/// Expected occurrences per million words of a word that is not among the frequent ones.
const RARE: u64 = 60;

impl Rarity {
    /// From the frequent words of a language, the most frequent first. By Zipf's law the n-th is n times rarer than the first.
    pub(super) fn new(frequent: &[String], vocabulary: &mut Vocabulary) -> Self {
        let mut per_million = Vec::new();
        for (rank, word) in frequent.iter().enumerate() {
            let id = vocabulary.insert(word) as usize;
            if per_million.len() <= id {
                per_million.resize(id + 1, 0);
            }
            per_million[id] = 250_000 / (rank as u32 + 5);
        }
        Self { per_million }
    }

    fn of(&self, id: u32) -> u64 {
        match self.per_million.get(id as usize) {
            Some(0) | None => RARE,
            Some(known) => u64::from(*known),
        }
    }
}

/// The best place to look for a phrase: its rarest word.
pub(super) fn anchor(
    nodes: &[Node],
    lists: &Lists,
    vocabulary: &mut Vocabulary,
    same: &Equivalents,
    rarity: &Rarity,
) -> Anchor {
    let mut best: Option<(u64, usize, bool, Anchor)> = None;
    let (mut min, mut max) = (0usize, 0usize);
    for (index, node) in nodes.iter().enumerate() {
        for (on, at) in anchors_of(node, lists, vocabulary, same) {
            let cost = match &on {
                AnchorOn::OneOf(anchors) => anchors.cost(rarity),
                AnchorOn::Everything => 1_000_000,
            };
            // Every distance at which the phrase may begin is one more attempt.
            let cost = cost * (1 + (max - min) as u64);
            if best.as_ref().is_none_or(|(least, ..)| cost < *least) {
                let (before, after) = (Neighbours::ANY, Neighbours::ANY);
                let anchor = Anchor { on, min: (min + at) as u16, max: (max + at) as u16, before, after };
                best = Some((cost, index, at == 0, anchor));
            }
        }
        let (a, b) = lengths_of(node, lists, vocabulary);
        min += a;
        max += b;
    }
    let Some((_, index, is_first, mut found)) = best else {
        let (before, after) = (Neighbours::ANY, Neighbours::ANY);
        return Anchor { on: AnchorOn::Everything, min: 0, max: max as u16, before, after };
    };
    let mut sides = Sides { lists, vocabulary, same };
    if is_first {
        found.before = sides.edge(nodes[..index].iter().rev(), true).unwrap_or(Neighbours::ANY);
    }
    // An anchor of several words goes on inside itself.
    if lengths_of(&nodes[index], lists, sides.vocabulary) == (1, 1) {
        found.after = sides.edge(nodes[index + 1..].iter(), false).unwrap_or(Neighbours::ANY);
    }
    found
}

/// Works out which words can stand at the edge of a sequence.
pub(super) struct Sides<'a> {
    pub(super) lists: &'a Lists,
    pub(super) vocabulary: &'a mut Vocabulary,
    pub(super) same: &'a Equivalents,
}

impl Sides<'_> {
    /// The words that can come first in `nodes` (which run backwards if `backwards`); nothing if other things can.
    pub(super) fn edge<'n>(&mut self, nodes: impl Iterator<Item = &'n Node>, backwards: bool) -> Option<Neighbours> {
        let mut found = Neighbours(0);
        for node in nodes {
            let (words, optional) = match node {
                Node::Optional(inner) => (self.of_node(inner, backwards)?, true),
                Node::Start | Node::End => return None,
                other => (self.of_node(other, backwards)?, false),
            };
            found = found.or(words);
            if !optional {
                return Some(found);
            }
        }
        None
    }

    fn of_node(&mut self, node: &Node, backwards: bool) -> Option<Neighbours> {
        match node {
            Node::Word(word) if !word.contains('*') => {
                let parts = split_words(word, self.vocabulary);
                let part = if backwards { parts.last() } else { parts.first() };
                Some(Neighbours::of(&word_ids(part?, self.vocabulary, self.same)))
            }
            Node::List(name) => {
                let lists = self.lists;
                self.of_alternatives(lists.get(name)?, backwards)
            }
            Node::OneOf(alternatives) => self.of_alternatives(alternatives, backwards),
            _ => None,
        }
    }

    fn of_alternatives(&mut self, alternatives: &[Vec<Node>], backwards: bool) -> Option<Neighbours> {
        let mut found = Neighbours(0);
        for alternative in alternatives {
            let words = if backwards {
                self.edge(alternative.iter().rev(), true)?
            } else {
                self.edge(alternative.iter(), false)?
            };
            found = found.or(words);
        }
        Some(found)
    }
}

/// What every match of `node` must hold, with its distance in tokens from the node's start.
fn anchors_of(node: &Node, lists: &Lists, vocabulary: &mut Vocabulary, same: &Equivalents) -> Vec<(AnchorOn, usize)> {
    let one = |anchors: Anchors| vec![(AnchorOn::OneOf(anchors), 0)];
    match node {
        Node::Word(word) if word.contains('*') => one(Anchors { wilds: vec![wild(word)], ..Anchors::default() }),
        Node::Word(word) => split_words(word, vocabulary)
            .iter()
            .enumerate()
            .map(|(at, part)| {
                let words = word_ids(part, vocabulary, same);
                (AnchorOn::OneOf(Anchors { words, ..Anchors::default() }), at)
            })
            .collect(),
        Node::Exact(word) => {
            let words = word_ids(&word.to_lowercase(), vocabulary, same);
            one(Anchors { words, ..Anchors::default() })
        }
        Node::Mark(Mark::Kind(kind)) => one(Anchors { kinds: vec![*kind], ..Anchors::default() }),
        Node::Mark(Mark::Capitalised) => one(Anchors { capitalised: true, ..Anchors::default() }),
        Node::AnyWord => vec![(AnchorOn::Everything, 0)],
        Node::List(name) => {
            let alternatives = lists.get(name).map_or(&[][..], Vec::as_slice);
            first_of_each(alternatives, lists, vocabulary, same).map_or_else(Vec::new, one)
        }
        Node::OneOf(alternatives) => first_of_each(alternatives, lists, vocabulary, same).map_or_else(Vec::new, one),
        Node::Optional(_) | Node::Gap(_) | Node::Start | Node::End => Vec::new(),
    }
}

/// A set of alternatives is found by the first token of each, where every one must have such a token.
fn first_of_each(
    alternatives: &[Vec<Node>],
    lists: &Lists,
    vocabulary: &mut Vocabulary,
    same: &Equivalents,
) -> Option<Anchors> {
    let mut found = Anchors::default();
    for alternative in alternatives {
        let first = anchors_of(alternative.first()?, lists, vocabulary, same).into_iter().next()?;
        let (AnchorOn::OneOf(anchors), 0) = first else {
            return None;
        };
        found.add(anchors);
    }
    found.words.sort_unstable();
    found.words.dedup();
    Some(found)
}

//! Where to look for a phrase: its rarest word, known from its own syntax tree.

use super::phrase::{Mark, Node};
use super::program::{Equivalents, Lists, Wild, lengths_of, wild, word_ids};
use crate::text::{Kind, Vocabulary, split_words};

/// Where to look for a phrase: the tokens that one of its matches must hold, and how far before them it may begin.
#[derive(Clone, Debug)]
pub(super) struct Anchor {
    pub(super) on: AnchorOn,
    /// Fewest tokens between the start of a match and the anchor.
    pub(super) min: u16,
    /// Most tokens.
    pub(super) max: u16,
}

#[derive(Clone, Debug)]
pub(super) enum AnchorOn {
    /// One of these words, or a word with one of these ends.
    Words(Vec<u32>, Vec<Wild>),
    Kind(Kind),
    Capitalised,
    Everything,
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
    let mut best: Option<(u64, Anchor)> = None;
    let (mut min, mut max) = (0usize, 0usize);
    for node in nodes {
        for (on, at) in anchors_of(node, lists, vocabulary, same) {
            let cost = match &on {
                AnchorOn::Words(ids, wilds) => {
                    let words: u64 = ids.iter().map(|id| rarity.of(*id)).sum();
                    words + 5 * RARE * wilds.len() as u64
                }
                AnchorOn::Kind(Kind::Comma | Kind::Stop) => 60_000,
                AnchorOn::Kind(_) => 10_000,
                AnchorOn::Capitalised => 120_000,
                AnchorOn::Everything => 1_000_000,
            };
            // Every distance at which the phrase may begin is one more attempt.
            let cost = cost * (1 + (max - min) as u64);
            if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                best = Some((cost, Anchor { on, min: (min + at) as u16, max: (max + at) as u16 }));
            }
        }
        let (a, b) = lengths_of(node, lists, vocabulary);
        min += a;
        max += b;
    }
    best.map_or(Anchor { on: AnchorOn::Everything, min: 0, max: max as u16 }, |(_, anchor)| anchor)
}

/// What every match of `node` must hold, with its distance in tokens from the node's start.
fn anchors_of(node: &Node, lists: &Lists, vocabulary: &mut Vocabulary, same: &Equivalents) -> Vec<(AnchorOn, usize)> {
    match node {
        Node::Word(word) if word.contains('*') => {
            vec![(AnchorOn::Words(Vec::new(), vec![wild(word)]), 0)]
        }
        Node::Word(word) => split_words(word, vocabulary)
            .iter()
            .enumerate()
            .map(|(at, part)| (AnchorOn::Words(word_ids(part, vocabulary, same), Vec::new()), at))
            .collect(),
        Node::Exact(word) => {
            let lower = word.to_lowercase();
            vec![(AnchorOn::Words(word_ids(&lower, vocabulary, same), Vec::new()), 0)]
        }
        Node::Mark(Mark::Kind(kind)) => vec![(AnchorOn::Kind(*kind), 0)],
        Node::Mark(Mark::Capitalised) => vec![(AnchorOn::Capitalised, 0)],
        Node::AnyWord => vec![(AnchorOn::Everything, 0)],
        Node::List(name) => first_words(lists.get(name).map_or(&[], Vec::as_slice), lists, vocabulary, same),
        Node::OneOf(alternatives) => first_words(alternatives, lists, vocabulary, same),
        Node::Optional(_) | Node::Gap(_) | Node::Start | Node::End => Vec::new(),
    }
}

/// A set of alternatives is found by the first word of each, where every one has such a word at the same distance.
fn first_words(
    alternatives: &[Vec<Node>],
    lists: &Lists,
    vocabulary: &mut Vocabulary,
    same: &Equivalents,
) -> Vec<(AnchorOn, usize)> {
    let mut words = Vec::new();
    let mut wilds = Vec::new();
    for alternative in alternatives {
        let Some(first) = alternative.first() else {
            return Vec::new();
        };
        let Some((on, 0)) = anchors_of(first, lists, vocabulary, same).into_iter().next() else {
            return Vec::new();
        };
        let AnchorOn::Words(more_words, more_wilds) = on else {
            return Vec::new();
        };
        words.extend(more_words);
        wilds.extend(more_wilds);
    }
    words.sort_unstable();
    words.dedup();
    vec![(AnchorOn::Words(words, wilds), 0)]
}

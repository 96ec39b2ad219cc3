//! Which words and marks can stand at the edges of a sequence.

use super::filter::{Filter, START, mark_id};
use super::phrase::Node;
use super::program::{Equivalents, Lists, word_ids};
use crate::text::{Vocabulary, split_words};

/// The words and marks that can stand at the edge of a sequence; nothing if other things can.
pub(super) type Edge = Option<Vec<u32>>;

/// Of the words that can stand at an edge.
pub(super) fn beside(edge: &Edge) -> Filter {
    edge.as_deref().map_or(Filter::ANY, Filter::of)
}

/// Works out which words can stand at the edges of a sequence.
pub(super) struct Edges<'a> {
    pub(super) lists: &'a Lists,
    pub(super) vocabulary: &'a mut Vocabulary,
    pub(super) same: &'a Equivalents,
}

impl Edges<'_> {
    /// The words that can stand right after what these nodes follow. `beyond` is what can follow them.
    pub(super) fn after(&mut self, nodes: &[Node], beyond: Edge) -> Edge {
        self.edge(nodes.iter(), false, beyond)
    }

    /// The words that can stand right before what follows these nodes.
    pub(super) fn before(&mut self, nodes: &[Node], beyond: Edge) -> Edge {
        self.edge(nodes.iter().rev(), true, beyond)
    }

    fn edge<'n>(&mut self, nodes: impl Iterator<Item = &'n Node>, backwards: bool, beyond: Edge) -> Edge {
        let mut found = Vec::new();
        for node in nodes {
            let (inner, optional) = match node {
                Node::Start if backwards => {
                    found.push(START);
                    return Some(sorted(found));
                }
                // They stand between words.
                Node::Start | Node::End => continue,
                Node::Optional(inner) => (&**inner, true),
                other => (other, false),
            };
            found.extend(self.of_node(inner, backwards)?);
            if !optional {
                return Some(sorted(found));
            }
        }
        found.extend(beyond?);
        Some(sorted(found))
    }

    fn of_node(&mut self, node: &Node, backwards: bool) -> Edge {
        match node {
            Node::Word(word) if !word.contains('*') => {
                let parts = split_words(word, self.vocabulary);
                let part = if backwards { parts.last() } else { parts.first() };
                Some(word_ids(part?, self.vocabulary, self.same))
            }
            Node::List(name) => {
                let lists = self.lists;
                self.of_alternatives(lists.get(name)?, backwards)
            }
            Node::OneOf(alternatives) => self.of_alternatives(alternatives, backwards),
            Node::Mark(mark) => Some(vec![mark_id(*mark)]),
            _ => None,
        }
    }

    fn of_alternatives(&mut self, alternatives: &[Vec<Node>], backwards: bool) -> Edge {
        let mut found = Vec::new();
        for alternative in alternatives {
            // An alternative that can be nothing shows what is beyond it, which is not known here.
            found.extend(if backwards { self.before(alternative, None)? } else { self.after(alternative, None)? });
        }
        Some(sorted(found))
    }
}

/// The words in order, each once.
fn sorted(mut words: Vec<u32>) -> Vec<u32> {
    words.sort_unstable();
    words.dedup();
    words
}

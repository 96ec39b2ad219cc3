//! Where to look for a phrase: at the rarest word that each of its matches must hold, or at the rarest two words that must
//! stand side by side in it. Both are known from its syntax tree.

use super::edges::{Edge, Edges, beside};
use super::filter::{Filter, is_mark, mark_id};
use super::phrase::{Mark, Node};
use super::program::{Equivalents, Lists, Wild, lengths_of, wild, word_ids};
use crate::text::{Kind, Vocabulary, split_words};

/// Most other things that a spot asks of its sentence.
pub(super) const NEEDS: usize = 2;

/// A token, or two side by side, that a match may be known by.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spot {
    pub(super) on: On,
    /// Fewest tokens between the start of a match and the spot.
    pub(super) min: u16,
    /// Most tokens.
    pub(super) max: u16,
    /// The words that may stand right before the spot.
    pub(super) before: Filter,
    /// The words that may stand right after it.
    pub(super) after: Filter,
    /// Words of which the match holds one, the rarest first: before the spot or at its start, or behind that.
    pub(super) needs: Vec<Need>,
    /// The words that a match may begin with.
    pub(super) begins: Filter,
}

/// Words of which a match holds at least one, besides its spot.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Need {
    pub(super) is_after: bool,
    pub(super) words: Vec<u32>,
}

/// What stands at a spot.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum On {
    /// One of these words.
    Words(Vec<u32>),
    /// One of the first words, and right after it one of the second.
    Pairs(Vec<u32>, Vec<u32>),
    Wild(Wild),
    Kind(Kind),
    Capitalised,
    /// Any token: the phrase names nothing that must be there.
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

    /// Expected occurrences of any of these words.
    fn sum(&self, ids: &[u32]) -> u64 {
        ids.iter().map(|id| self.of(*id)).sum()
    }

    fn of(&self, id: u32) -> u64 {
        if is_mark(id) {
            return cost_of_mark(id);
        }
        match self.per_million.get(id as usize) {
            Some(0) | None => RARE,
            Some(known) => u64::from(*known),
        }
    }
}

/// Most pairs that one spot is filed under.
const PAIRS_MAX: usize = 400;

/// What a spot on a token of some kind, on a capital or on any token costs; see [`Rarity`].
const MARK_COST: u64 = 10_000;
const COMMA_COST: u64 = 60_000;
const CAPITAL_COST: u64 = 120_000;
const ANY_COST: u64 = 1_000_000;

/// Of a mark, by its number.
fn cost_of_mark(id: u32) -> u64 {
    let is = |mark: Mark| id == mark_id(mark);
    if is(Mark::Capitalised) {
        CAPITAL_COST
    } else if is(Mark::Kind(Kind::Comma)) || is(Mark::Kind(Kind::Stop)) {
        COMMA_COST
    } else {
        MARK_COST
    }
}

/// Where to look for a phrase: every match holds at least one of these spots.
pub(super) fn spots(
    nodes: &[Node],
    lists: &Lists,
    vocabulary: &mut Vocabulary,
    same: &Equivalents,
    rarity: &Rarity,
) -> Vec<Spot> {
    let mut planner = Planner { edges: Edges { lists, vocabulary, same }, rarity };
    let Some(plan) = planner.best(nodes, (0, 0), &None, &None) else {
        let max: usize = nodes.iter().map(|node| lengths_of(node, lists, planner.edges.vocabulary).1).sum();
        return vec![Spot::new(On::Everything, (0, max), &None, &None)];
    };
    let begins = beside(&planner.edges.after(nodes, None));
    plan.spots.into_iter().map(|spot| Spot { begins, ..spot }).collect()
}

impl Spot {
    fn new(on: On, (min, max): (usize, usize), before: &Edge, after: &Edge) -> Self {
        let (before, after) = (beside(before), beside(after));
        Self { on, min: min as u16, max: max as u16, before, after, needs: Vec::new(), begins: Filter::ANY }
    }
}

/// Spots that together find all matches, and what that costs.
struct Plan {
    /// Expected places per thousand million tokens.
    cost: u64,
    spots: Vec<Spot>,
    /// The node of the sequence that they stand in.
    node: usize,
}

struct Planner<'a> {
    edges: Edges<'a>,
    rarity: &'a Rarity,
}

impl Planner<'_> {
    /// The best spots for `nodes`, which begin `from` tokens (fewest and most) behind the start of a match, between these
    /// edges; nothing if the nodes name nothing that must be there.
    fn best(&mut self, nodes: &[Node], from: (usize, usize), before: &Edge, after: &Edge) -> Option<Plan> {
        let mut best: Option<Plan> = None;
        let mut at = from;
        for (index, node) in nodes.iter().enumerate() {
            let left = self.edges.before(&nodes[..index], before.clone());
            let right = self.edges.after(&nodes[index + 1..], after.clone());
            for mut plan in self.plans(node, at, &left, &right) {
                plan.node = index;
                // Every distance at which the phrase may begin is one more attempt.
                plan.cost = plan.cost.saturating_mul(1 + (at.1 - at.0) as u64);
                if best.as_ref().is_none_or(|best| plan.cost < best.cost) {
                    best = Some(plan);
                }
            }
            let (least, most) = lengths_of(node, self.edges.lists, self.edges.vocabulary);
            at = (at.0 + least, at.1 + most);
        }
        if let Some(plan) = &mut best {
            self.need_others(nodes, plan);
        }
        best
    }

    /// Makes the spots ask for what else must be there.
    fn need_others(&mut self, nodes: &[Node], plan: &mut Plan) {
        for (index, node) in nodes.iter().enumerate().filter(|(index, _)| *index != plan.node) {
            if let Some(words) = self.required(node) {
                let need = Need { is_after: index > plan.node, words };
                plan.spots.iter_mut().for_each(|spot| spot.needs.push(need.clone()));
            }
        }
        for spot in &mut plan.spots {
            spot.needs.sort_by_key(|need| self.rarity.sum(&need.words));
            spot.needs.truncate(NEEDS);
        }
    }

    /// Ways to find a node that must be there.
    fn plans(&mut self, node: &Node, at: (usize, usize), left: &Edge, right: &Edge) -> Vec<Plan> {
        let plan =
            |cost: u64, on: On| vec![Plan { cost: cost * 1000, spots: vec![Spot::new(on, at, left, right)], node: 0 }];
        match node {
            Node::Word(word) if word.contains('*') => plan(5 * RARE, On::Wild(wild(word))),
            Node::Word(word) => {
                let parts: Vec<Vec<u32>> = split_words(word, self.edges.vocabulary)
                    .iter()
                    .map(|part| word_ids(part, self.edges.vocabulary, self.edges.same))
                    .collect();
                self.words(&parts, at, left, right)
            }
            Node::Exact(word) => {
                let ids = word_ids(&word.to_lowercase(), self.edges.vocabulary, self.edges.same);
                self.words(&[ids], at, left, right)
            }
            Node::Mark(mark) => {
                let on = match mark {
                    Mark::Kind(kind) => On::Kind(*kind),
                    Mark::Capitalised => On::Capitalised,
                };
                plan(cost_of_mark(mark_id(*mark)), on)
            }
            Node::AnyWord => plan(ANY_COST, On::Everything),
            Node::List(name) => {
                let lists = self.edges.lists;
                self.one_of(lists.get(name).map_or(&[][..], Vec::as_slice), at, left, right)
            }
            Node::OneOf(alternatives) => self.one_of(alternatives, at, left, right),
            Node::Optional(_) | Node::Gap(_) | Node::Start | Node::End => Vec::new(),
        }
    }

    /// Words in a row: each of them, and each with what stands beside it.
    fn words(&self, parts: &[Vec<u32>], at: (usize, usize), left: &Edge, right: &Edge) -> Vec<Plan> {
        let mut plans = Vec::new();
        let edge = |index: usize| parts.get(index).map_or_else(|| right.clone(), |part| Some(part.clone()));
        for (index, words) in parts.iter().enumerate() {
            let here = (at.0 + index, at.1 + index);
            let before = if index == 0 { left.clone() } else { Some(parts[index - 1].clone()) };
            let after = edge(index + 1);
            let cost = self.rarity.sum(words) * 1000;
            plans.push(Plan { cost, spots: vec![Spot::new(On::Words(words.clone()), here, &before, &after)], node: 0 });
            if let Some(second) = &after {
                let beyond = if index + 1 < parts.len() { edge(index + 2) } else { None };
                plans.extend(self.pairs(words, second, here, &before, &beyond));
            }
            if index == 0
                && let Some(first) = left
            {
                let one_before = (here.0.saturating_sub(1), here.1.saturating_sub(1));
                plans.extend(self.pairs(first, words, one_before, &None, &after));
            }
        }
        plans
    }

    fn pairs(&self, first: &[u32], second: &[u32], at: (usize, usize), before: &Edge, after: &Edge) -> Option<Plan> {
        if first.iter().chain(second).any(|id| is_mark(*id)) {
            return None;
        }
        let number = first.len() * second.len();
        // Words that stand in one phrase stand together more often than by chance.
        let by_chance = self.rarity.sum(first) * self.rarity.sum(second) / 1000;
        let spot = || Spot::new(On::Pairs(first.to_vec(), second.to_vec()), at, before, after);
        (number <= PAIRS_MAX).then(|| Plan { cost: by_chance * 4 + 20 * number as u64, spots: vec![spot()], node: 0 })
    }

    /// Alternatives are found by the best spots of each, where every one has some.
    fn one_of(&mut self, alternatives: &[Vec<Node>], at: (usize, usize), left: &Edge, right: &Edge) -> Vec<Plan> {
        let mut single: Vec<u32> = Vec::new();
        let mut spots: Vec<Spot> = Vec::new();
        let mut cost = 0u64;
        for alternative in alternatives {
            if let [Node::Word(word)] = alternative.as_slice()
                && !word.contains('*')
                && let [part] = split_words(word, self.edges.vocabulary).as_slice()
            {
                single.extend(word_ids(part, self.edges.vocabulary, self.edges.same));
                continue;
            }
            let Some(plan) = self.best(alternative, at, left, right) else {
                return Vec::new();
            };
            cost = cost.saturating_add(plan.cost);
            plan.spots.into_iter().for_each(|spot| add(&mut spots, spot));
        }
        single.sort_unstable();
        single.dedup();
        let singles = if single.is_empty() { Vec::new() } else { self.words(&[single], at, left, right) };
        if let Some(plan) = singles.into_iter().min_by_key(|plan| plan.cost) {
            cost = cost.saturating_add(plan.cost);
            plan.spots.into_iter().for_each(|spot| add(&mut spots, spot));
        }
        if spots.is_empty() { Vec::new() } else { vec![Plan { cost, spots, node: 0 }] }
    }

    /// Words of which every match of `node` holds at least one, the rarest that are known.
    fn required(&mut self, node: &Node) -> Option<Vec<u32>> {
        match node {
            Node::Word(word) if word.contains('*') => None,
            Node::Word(word) => {
                let parts = split_words(word, self.edges.vocabulary);
                let ids = parts.iter().map(|part| word_ids(part, self.edges.vocabulary, self.edges.same));
                let ids: Vec<Vec<u32>> = ids.collect();
                ids.into_iter().min_by_key(|ids| self.rarity.sum(ids))
            }
            Node::Exact(word) => Some(word_ids(&word.to_lowercase(), self.edges.vocabulary, self.edges.same)),
            Node::List(name) => {
                let lists = self.edges.lists;
                self.required_of_each(lists.get(name)?)
            }
            Node::OneOf(alternatives) => self.required_of_each(alternatives),
            Node::Mark(mark) => Some(vec![mark_id(*mark)]),
            _ => None,
        }
    }

    fn required_of_each(&mut self, alternatives: &[Vec<Node>]) -> Option<Vec<u32>> {
        let mut all = Vec::new();
        for alternative in alternatives {
            let each: Vec<Vec<u32>> = alternative.iter().filter_map(|node| self.required(node)).collect();
            all.extend(each.into_iter().min_by_key(|ids| self.rarity.sum(ids))?);
        }
        all.sort_unstable();
        all.dedup();
        Some(all)
    }
}

/// Adds a spot; one that differs from another in its words alone joins it.
fn add(spots: &mut Vec<Spot>, new: Spot) {
    let place = |spot: &Spot| (spot.min, spot.max, spot.before, spot.after);
    for spot in spots.iter_mut().filter(|spot| place(spot) == place(&new) && spot.needs == new.needs) {
        match (&mut spot.on, &new.on) {
            (On::Words(words), On::Words(more)) => {
                words.extend(more);
                words.sort_unstable();
                words.dedup();
                return;
            }
            (On::Pairs(first, second), On::Pairs(more, other)) if second == other => {
                first.extend(more);
                first.sort_unstable();
                first.dedup();
                return;
            }
            (on, other) if *on == *other => return,
            _ => {}
        }
    }
    spots.push(new);
}

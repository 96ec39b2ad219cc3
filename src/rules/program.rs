//! A phrase made ready to run: a small program over the words of one sentence.
//!
//! Matching backtracks with a record of what was tried, so one attempt costs at most (instructions x words in reach).

use super::phrase::{GAP_MAX, Mark, Node};
use crate::text::{Kind, Token, View, Vocabulary, split_words};
use rustc_hash::FxHashMap;

/// One instruction.
#[derive(Clone, Debug)]
enum Op {
    /// Any of these words: a range of `Program::words`.
    Words(u32, u32),
    /// A word with these ends: index into `Program::wilds`.
    Wild(u32),
    /// A word as written: index into `Program::exact`.
    Exact(u32),
    /// Any one word.
    Any,
    Mark(Mark),
    /// Go on at the first, or failing that at the second.
    Split(u32, u32),
    Jump(u32),
    /// Skip up to so many words, as few as will do.
    Gap(u8),
    Start,
    End,
    Match,
}

/// Letters a word must start and end with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wild {
    pub(super) prefix: String,
    pub(super) suffix: String,
}

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

/// A compiled phrase.
#[derive(Clone, Debug)]
pub(super) struct Program {
    ops: Vec<Op>,
    words: Vec<u32>,
    wilds: Vec<Wild>,
    exact: Vec<String>,
    /// Most tokens a match can take.
    reach: usize,
}

/// Memory that attempts share, so that none allocates.
#[derive(Default)]
pub(crate) struct Scratch {
    stack: Vec<(u32, u32)>,
    tried: Vec<u32>,
    attempt: u32,
}

/// Named lists, parsed.
pub(super) type Lists = FxHashMap<String, Vec<Vec<Node>>>;

/// Words that may stand for one another: contraction endings and what they stand for.
pub(super) type Equivalents = FxHashMap<String, Vec<String>>;

/// Compiles a phrase. Lists must exist and be free of cycles.
pub(super) fn compile(nodes: &[Node], lists: &Lists, vocabulary: &mut Vocabulary, same: &Equivalents) -> Program {
    let mut builder = Builder {
        program: Program { ops: Vec::new(), words: Vec::new(), wilds: Vec::new(), exact: Vec::new(), reach: 0 },
        lists,
        vocabulary,
        same,
    };
    builder.sequence(nodes);
    builder.program.ops.push(Op::Match);
    let (_, most) = builder.lengths(nodes);
    builder.program.reach = most.min(200);
    builder.program
}

struct Builder<'a> {
    program: Program,
    lists: &'a Lists,
    vocabulary: &'a mut Vocabulary,
    same: &'a Equivalents,
}

impl Builder<'_> {
    fn sequence(&mut self, nodes: &[Node]) {
        for node in nodes {
            self.node(node);
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
                self.program.exact.push(word.clone());
                self.program.ops.push(Op::Exact(self.program.exact.len() as u32 - 1));
            }
            Node::AnyWord => self.program.ops.push(Op::Any),
            Node::Mark(mark) => self.program.ops.push(Op::Mark(*mark)),
            Node::List(name) => {
                let alternatives = self.lists.get(name).cloned().unwrap_or_default();
                self.one_of(&alternatives);
            }
            Node::OneOf(alternatives) => self.one_of(alternatives),
            Node::Optional(inner) => {
                let split = self.program.ops.len();
                self.program.ops.push(Op::Match);
                self.node(inner);
                let end = self.program.ops.len() as u32;
                self.program.ops[split] = Op::Split(split as u32 + 1, end);
            }
            Node::Gap(most) => self.program.ops.push(Op::Gap(*most)),
            Node::Start => self.program.ops.push(Op::Start),
            Node::End => self.program.ops.push(Op::End),
        }
    }

    fn words(&mut self, ids: &[u32]) {
        let start = self.program.words.len() as u32;
        self.program.words.extend_from_slice(ids);
        self.program.ops.push(Op::Words(start, self.program.words.len() as u32));
    }

    /// Alternatives of one word each become one set; the others are tried in order, longest first where both match.
    fn one_of(&mut self, alternatives: &[Vec<Node>]) {
        let mut single: Vec<u32> = Vec::new();
        let mut rest: Vec<Vec<Node>> = Vec::new();
        flatten(alternatives, self.lists, &mut rest);
        let mut many = Vec::new();
        for alternative in rest {
            if let [Node::Word(word)] = alternative.as_slice()
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
        let mut jumps = Vec::new();
        let branches = many.len() + usize::from(!single.is_empty());
        for branch in 0..branches {
            let split = self.program.ops.len();
            if branch + 1 < branches {
                self.program.ops.push(Op::Match);
            }
            match many.get(branch) {
                Some(alternative) => self.sequence(&alternative.clone()),
                None => self.words(&single.clone()),
            }
            if branch + 1 < branches {
                jumps.push(self.program.ops.len());
                self.program.ops.push(Op::Match);
                let next = self.program.ops.len() as u32;
                self.program.ops[split] = Op::Split(split as u32 + 1, next);
            }
        }
        let end = self.program.ops.len() as u32;
        for jump in jumps {
            self.program.ops[jump] = Op::Jump(end);
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
fn flatten(alternatives: &[Vec<Node>], lists: &Lists, out: &mut Vec<Vec<Node>>) {
    for alternative in alternatives {
        match alternative.as_slice() {
            [Node::List(name)] => flatten(lists.get(name).map_or(&[], Vec::as_slice), lists, out),
            [Node::OneOf(inner)] => flatten(inner, lists, out),
            _ => out.push(alternative.clone()),
        }
    }
}

fn wild(word: &str) -> Wild {
    let (prefix, suffix) = word.split_once('*').unwrap_or((word, ""));
    Wild { prefix: prefix.to_owned(), suffix: suffix.trim_start_matches('*').to_owned() }
}

fn word_ids(word: &str, vocabulary: &mut Vocabulary, same: &Equivalents) -> Vec<u32> {
    let mut ids = vec![vocabulary.insert(word)];
    if let Some(words) = same.get(word) {
        ids.extend(words.iter().map(|w| vocabulary.insert(w)));
    }
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Most tokens that marks between the words of a gap can add.
fn gap_tokens(words: u8) -> usize {
    usize::from(words) + usize::from(words.min(GAP_MAX)) + 2
}

fn lengths_of(node: &Node, lists: &Lists, vocabulary: &Vocabulary) -> (usize, usize) {
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
        Node::Gap(most) => (0, gap_tokens(*most)),
        Node::Start | Node::End => (0, 0),
    }
}

/// The best place to look for a phrase: its rarest word. `uses` says how many phrases name a word.
pub(super) fn anchor(
    nodes: &[Node],
    lists: &Lists,
    vocabulary: &mut Vocabulary,
    same: &Equivalents,
    uses: &[u32],
) -> Anchor {
    let mut best: Option<(u64, Anchor)> = None;
    let (mut min, mut max) = (0usize, 0usize);
    for node in nodes {
        for (on, at) in anchors_of(node, lists, vocabulary, same) {
            let cost = match &on {
                AnchorOn::Words(ids, wilds) => {
                    let words: u64 =
                        ids.iter().map(|id| 1 + u64::from(uses.get(*id as usize).copied().unwrap_or(0))).sum();
                    words + 40 * wilds.len() as u64
                }
                AnchorOn::Kind(Kind::Comma | Kind::Stop) => 3000,
                AnchorOn::Kind(_) => 600,
                AnchorOn::Capitalised => 4000,
                AnchorOn::Everything => 100_000,
            };
            let cost = cost + 2 * (max - min) as u64;
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
        Node::List(name) => {
            let alternatives = lists.get(name).cloned().unwrap_or_default();
            first_words(&alternatives, lists, vocabulary, same)
        }
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

/// How often each word is named, for [`anchor`].
pub(super) fn count_words(nodes: &[Node], vocabulary: &mut Vocabulary, same: &Equivalents, uses: &mut Vec<u32>) {
    for node in nodes {
        match node {
            Node::Optional(inner) => count_words(std::slice::from_ref(inner), vocabulary, same, uses),
            Node::OneOf(alternatives) => alternatives.iter().for_each(|a| count_words(a, vocabulary, same, uses)),
            Node::Word(word) if !word.contains('*') => {
                for part in split_words(word, vocabulary) {
                    for id in word_ids(&part, vocabulary, same) {
                        if uses.len() <= id as usize {
                            uses.resize(id as usize + 1, 0);
                        }
                        uses[id as usize] += 1;
                    }
                }
            }
            _ => {}
        }
    }
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
            && !self.words[a as usize..b as usize].contains(&tokens[start].word)
        {
            return None;
        }
        let limit = sentence.1.min(start + self.reach);
        let width = limit - start + 1;
        let size = self.ops.len() * width;
        if scratch.tried.len() < size {
            scratch.tried.resize(size, 0);
        }
        scratch.attempt = scratch.attempt.wrapping_add(1);
        if scratch.attempt == 0 {
            scratch.tried.fill(0);
            scratch.attempt = 1;
        }
        scratch.stack.clear();
        scratch.stack.push((0, start as u32));
        while let Some((mut op, mut at)) = scratch.stack.pop() {
            loop {
                let cell = op as usize * width + (at as usize - start);
                if scratch.tried[cell] == scratch.attempt {
                    break;
                }
                scratch.tried[cell] = scratch.attempt;
                let here = at as usize;
                let step = match &self.ops[op as usize] {
                    Op::Match => return Some(here),
                    Op::Jump(to) => {
                        op = *to;
                        continue;
                    }
                    Op::Split(first, second) => {
                        scratch.stack.push((*second, at));
                        op = *first;
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
                    Op::Words(a, b) => self.words[*a as usize..*b as usize].contains(&tokens[here].word),
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

//! Signals: what a reply and the customer's message do, with the words that show it.

use super::{Scratch, is_in_place};
use crate::rules::book::{OwnedPatterns, Owner, Subject};
use crate::rules::{Everything, Hit, RuleBook, Signal, Wanted};
use crate::text::View;

/// Whose words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Speaker {
    /// The agent's.
    Reply,
    /// The customer's.
    Customer,
}

/// Words that show a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Whose words.
    pub from: Speaker,
    /// First token of the speaker's view.
    pub start: usize,
    /// One past the last token.
    pub end: usize,
}

/// What is known of one signal.
#[derive(Clone, Debug, Default)]
pub struct SignalState {
    /// Words that show it plainly.
    pub strong: Vec<Place>,
    /// Words that only hint at it.
    weak: Vec<Place>,
    /// Whether the hints count.
    weak_counts: bool,
    /// Whether another signal shows it too.
    by_others: bool,
    /// Whether one of those is more than a guess.
    by_plain_others: bool,
    /// Whether the file says that it is there.
    is_declared: bool,
}

impl SignalState {
    /// Whether the signal is there.
    pub fn is_found(&self) -> bool {
        self.is_declared || !self.strong.is_empty() || self.by_others || (self.weak_counts && !self.weak.is_empty())
    }

    /// Whether it is only guessed from hints.
    pub fn is_guess(&self) -> bool {
        self.is_found() && self.strong.is_empty() && !self.by_plain_others && !self.is_declared
    }

    /// The words that show it, the plain ones first.
    pub fn places(&self) -> impl Iterator<Item = Place> + '_ {
        let weak = if self.weak_counts { self.weak.as_slice() } else { &[] };
        self.strong.iter().chain(weak).copied()
    }
}

/// The state of every signal, and the matches of the rules' own phrases, since one pass finds both.
#[derive(Debug)]
pub(super) struct Signals {
    states: Vec<SignalState>,
    /// (rule, match) for every phrase of a rule that was found, unfiltered.
    pub(super) rule_hits: Vec<(usize, Hit)>,
    /// What cancels matches in the reply.
    pub(super) in_reply: Silencers,
    /// What cancels matches in the customer's message.
    pub(super) in_customer: Silencers,
}

/// A search for signals and for the phrases of rules.
pub(super) struct Search<'a> {
    pub(super) book: &'a RuleBook,
    /// Whether a rule runs.
    pub(super) runs: &'a dyn Fn(usize) -> bool,
    pub(super) scratch: &'a mut Scratch,
}

impl Search<'_> {
    /// What the reply and the customer's message show. Signals that are `declared` are there whatever the words.
    pub(super) fn signals(&mut self, reply: &View, customer: Option<&View>, declared: &[usize]) -> Signals {
        let mut signals = Signals {
            states: vec![SignalState::default(); self.book.signals.len()],
            rule_hits: Vec::new(),
            in_reply: Silencers::default(),
            in_customer: Silencers::default(),
        };
        signals.in_reply = self.reply(reply, &mut signals);
        if let Some(customer) = customer {
            signals.in_customer = self.customer(customer, &mut signals);
        }
        for number in declared {
            signals.states[*number].is_declared = true;
        }
        signals.settle(&self.book.signals);
        signals
    }

    fn reply(&mut self, view: &View, signals: &mut Signals) -> Silencers {
        let book = self.book;
        let hits = book.reply.set.search(view, self.scratch, &Running { owners: &book.reply.owners, runs: self.runs });
        // What would cancel a match is searched only where there is one.
        let wanted = Cancelling::new(book, view, &hits);
        let cancelling = book.cancels.set.search(view, self.scratch, &wanted);
        let silencers = Silencers::collect(&book.cancels, &cancelling);
        signals.collect(book, &book.reply, (view, Speaker::Reply), &hits, &silencers);
        silencers
    }

    fn customer(&mut self, view: &View, signals: &mut Signals) -> Silencers {
        let book = self.book;
        let hits = book.customer.set.search(view, self.scratch, &Everything);
        let silencers = Silencers::collect(&book.customer, &hits);
        signals.collect(book, &book.customer, (view, Speaker::Customer), &hits, &silencers);
        silencers
    }
}

impl Signals {
    fn collect(
        &mut self,
        book: &RuleBook,
        patterns: &OwnedPatterns,
        (view, from): (&View, Speaker),
        hits: &[Hit],
        silencers: &Silencers,
    ) {
        for hit in hits {
            // Words inside a short quotation are mentioned, not said.
            if view.tokens[hit.start as usize..hit.end as usize].iter().all(|t| t.quoted) {
                continue;
            }
            let (number, strong) = match patterns.owners[hit.pattern as usize] {
                Owner::Rule(rule) => {
                    self.rule_hits.push((rule, *hit));
                    continue;
                }
                Owner::Strong(signal) => (signal, true),
                Owner::Weak(signal) => (signal, false),
                Owner::Cancels(_) | Owner::CancelsSentence(_) => continue,
            };
            let signal = &book.signals[number];
            let in_place = from == Speaker::Customer || is_in_place(view, hit.start as usize, signal.place);
            let place = Place { from, start: hit.start as usize, end: hit.end as usize };
            if in_place && !silencers.silence(Subject::Signal(number), view, place.start, place.end) {
                let state = &mut self.states[number];
                let places = if strong { &mut state.strong } else { &mut state.weak };
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
    }

    /// Lets signals show one another until nothing changes. Each round finds at least one more, so it ends.
    fn settle(&mut self, signals: &[Signal]) {
        loop {
            let mut changed = false;
            for (index, signal) in signals.iter().enumerate() {
                let by_others = signal.also.iter().any(|other| *other != index && self.states[*other].is_found());
                let mut others = signal.also.iter().filter(|other| **other != index);
                let by_plain_others =
                    others.any(|other| self.states[*other].is_found() && !self.states[*other].is_guess());
                let weak_counts = !self.states[index].strong.is_empty()
                    || signal.with.iter().any(|other| *other != index && self.states[*other].is_found());
                let state = &mut self.states[index];
                changed |= (by_others && !state.by_others)
                    || (weak_counts && !state.weak_counts)
                    || (by_plain_others && !state.by_plain_others);
                state.by_others |= by_others;
                state.by_plain_others |= by_plain_others;
                state.weak_counts |= weak_counts;
            }
            if !changed {
                break;
            }
        }
        for (index, signal) in signals.iter().enumerate() {
            if self.states[index].by_others && self.states[index].strong.is_empty() {
                let borrowed = |places: fn(&SignalState) -> &Vec<Place>| -> Vec<Place> {
                    signal.also.iter().flat_map(|other| places(&self.states[*other]).clone()).collect()
                };
                let (strong, weak) = (borrowed(|s| &s.strong), borrowed(|s| &s.weak));
                let state = &mut self.states[index];
                state.strong = strong;
                // The words behind a guess are shown too, so that it can be followed.
                if state.strong.is_empty() {
                    state.weak = weak;
                    state.weak_counts = true;
                }
            }
            self.states[index].strong.sort_unstable();
        }
    }

    pub(super) fn get(&self, signal: usize) -> &SignalState {
        &self.states[signal]
    }

    pub(super) fn found(&self) -> Vec<bool> {
        self.states.iter().map(SignalState::is_found).collect()
    }
}

/// All but the phrases of rules that do not run.
struct Running<'a> {
    owners: &'a [Owner],
    runs: &'a dyn Fn(usize) -> bool,
}

impl Wanted for Running<'_> {
    fn sentence(&self, _: usize) -> bool {
        true
    }

    fn pattern(&self, number: u32) -> bool {
        match self.owners[number as usize] {
            Owner::Rule(rule) => (self.runs)(rule),
            _ => true,
        }
    }
}

/// The readings that would cancel what was found: those of these rules and signals, in these sentences.
struct Cancelling<'a> {
    owners: &'a [Owner],
    rules: Vec<bool>,
    signals: Vec<bool>,
    sentences: Vec<bool>,
}

impl<'a> Cancelling<'a> {
    fn new(book: &'a RuleBook, view: &View, found: &[Hit]) -> Self {
        let (mut rules, mut signals) = (vec![false; book.rules.len()], vec![false; book.signals.len()]);
        let mut sentences = vec![false; view.sentences.len()];
        for hit in found {
            match book.reply.owners[hit.pattern as usize] {
                Owner::Rule(rule) => rules[rule] = true,
                Owner::Strong(signal) | Owner::Weak(signal) => signals[signal] = true,
                Owner::Cancels(_) | Owner::CancelsSentence(_) => continue,
            }
            let (first, last) = (view.sentence_of(hit.start as usize), view.sentence_of(hit.end as usize - 1));
            sentences[first..=last].fill(true);
        }
        Self { owners: &book.cancels.owners, rules, signals, sentences }
    }
}

impl Wanted for Cancelling<'_> {
    fn sentence(&self, number: usize) -> bool {
        self.sentences[number]
    }

    fn pattern(&self, number: u32) -> bool {
        match self.owners[number as usize] {
            Owner::Cancels(subject) | Owner::CancelsSentence(subject) => match subject {
                Subject::Rule(rule) => self.rules[rule],
                Subject::Signal(signal) => self.signals[signal],
            },
            _ => false,
        }
    }
}

/// The readings that cancel matches, found in the same pass as the matches.
#[derive(Debug, Default)]
pub(super) struct Silencers {
    /// Sorted: whom it silences, first and last token (exclusive), whether it holds for its whole sentence.
    found: Vec<(Subject, u32, u32, bool)>,
}

impl Silencers {
    fn collect(patterns: &OwnedPatterns, hits: &[Hit]) -> Self {
        let mut found: Vec<(Subject, u32, u32, bool)> = hits
            .iter()
            .filter_map(|hit| match patterns.owners[hit.pattern as usize] {
                Owner::Cancels(subject) => Some((subject, hit.start, hit.end, false)),
                Owner::CancelsSentence(subject) => Some((subject, hit.start, hit.end, true)),
                _ => None,
            })
            .collect();
        found.sort_unstable();
        Self { found }
    }

    /// Whether a reading of `subject` overlaps tokens `start..end`, or a silencing one stands in their sentence.
    pub(super) fn silence(&self, subject: Subject, view: &View, start: usize, end: usize) -> bool {
        let first = self.found.partition_point(|(other, ..)| *other < subject);
        self.found[first..].iter().take_while(|(other, ..)| *other == subject).any(|(_, from, to, sentence)| {
            let (from, to) = (*from as usize, *to as usize);
            if *sentence { view.sentence_of(from) == view.sentence_of(start) } else { start < to && from < end }
        })
    }
}

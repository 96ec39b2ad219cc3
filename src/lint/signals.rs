//! Signals: what a reply and the customer's message do, with the words that show it.

use super::{Scratch, is_in_place};
use crate::rules::book::{OwnedPatterns, Owner, Subject};
use crate::rules::{Everything, Following, Hit, Memo, Pair, RuleBook, Signal, Spelling, Wanted};
use crate::text::{Shape, View};

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
    /// Whether anything of this has been set.
    is_touched: bool,
}

impl SignalState {
    /// Forgets everything but the memory it has.
    fn clear(&mut self) {
        let (mut strong, mut weak) = (std::mem::take(&mut self.strong), std::mem::take(&mut self.weak));
        strong.clear();
        weak.clear();
        *self = Self { strong, weak, ..Self::default() };
    }

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

/// What a linter works out once of the signals of its book.
#[derive(Debug)]
pub(super) struct Links {
    /// Per signal, those that it shows too.
    shows: Vec<Vec<usize>>,
    /// Per signal, those whose weak phrases it makes count.
    supports: Vec<Vec<usize>>,
    /// Per subject, the patterns that cancel its matches: sets of 64 by number, and which of the set.
    cancelled_by: Vec<Vec<(u32, u64)>>,
}

impl Links {
    pub(super) fn of(book: &RuleBook) -> Self {
        let reversed = |names: fn(&Signal) -> &Vec<usize>| {
            let mut out = vec![Vec::new(); book.signals.len()];
            for (number, signal) in book.signals.iter().enumerate() {
                names(signal).iter().filter(|other| **other != number).for_each(|other| out[*other].push(number));
            }
            out
        };
        let mut cancelled_by: Vec<Vec<(u32, u64)>> = vec![Vec::new(); book.signals.len() + book.rules.len()];
        for pattern in 0..book.cancels.set.len() as u32 {
            for owner in book.cancels.owners(pattern) {
                if let Owner::Cancels(subject) | Owner::CancelsSentence(subject) = owner {
                    let sets = &mut cancelled_by[place_of(subject, book)];
                    match sets.last_mut() {
                        Some((set, patterns)) if *set == pattern / 64 => *patterns |= 1 << (pattern % 64),
                        _ => sets.push((pattern / 64, 1 << (pattern % 64))),
                    }
                }
            }
        }
        Self { shows: reversed(|signal| &signal.also), supports: reversed(|signal| &signal.with), cancelled_by }
    }
}

/// The place of a subject where signals and rules stand in one list.
fn place_of(subject: Subject, book: &RuleBook) -> usize {
    match subject {
        Subject::Signal(signal) => signal,
        Subject::Rule(rule) => book.signals.len() + rule,
    }
}

/// The state of every signal, and the matches of the rules' own phrases, since one pass finds both. Kept from reply to
/// reply, so that none allocates.
#[derive(Debug, Default)]
pub(super) struct Signals {
    states: Vec<SignalState>,
    /// The signals of which something is known.
    touched: Vec<usize>,
    /// Those whose state may have changed, until the others know.
    news: Vec<usize>,
    /// Per signal, whether it is there.
    found: Vec<bool>,
    /// Every phrase of a rule that was found, unfiltered.
    pub(super) rule_hits: Vec<RuleHit>,
    /// What cancels matches in the reply.
    pub(super) in_reply: Silencers,
    /// What cancels matches in the customer's message.
    pub(super) in_customer: Silencers,
    /// A bit for each pattern that may cancel a match.
    marks: Vec<u64>,
}

/// A phrase of a rule that was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct RuleHit {
    /// An index into the book.
    pub(super) rule: usize,
    pub(super) hit: Hit,
    /// Whether it may be meant well.
    pub(super) is_suspect: bool,
}

/// A search for signals and for the phrases of rules.
pub(super) struct Search<'a> {
    pub(super) book: &'a RuleBook,
    pub(super) links: &'a Links,
    /// Per pattern of replies, whether it is searched for.
    pub(super) searched: &'a [bool],
    /// What was found before with that choice.
    pub(super) memo: &'a Memo,
    pub(super) spelling: &'a Spelling,
    pub(super) scratch: &'a mut Scratch,
}

impl Search<'_> {
    /// Puts what the reply and the customer's message show into `signals`. Those that are `declared` are there whatever the
    /// words.
    pub(super) fn signals(&mut self, reply: &View, customer: Option<&View>, declared: &[usize], signals: &mut Signals) {
        signals.begin(self.book.signals.len());
        self.reply(reply, signals);
        if let Some(customer) = customer {
            self.customer(customer, signals);
        }
        for number in declared {
            signals.touch(*number).is_declared = true;
        }
        signals.settle(self.links, &self.book.signals);
    }

    fn reply(&mut self, view: &View, signals: &mut Signals) {
        let book = self.book;
        let mut pair = Pair {
            sets: [&book.reply.set, &book.cancels.set],
            wanted: Running(self.searched),
            following: Cancelling { book, links: self.links, marks: &mut signals.marks },
            spelling: self.spelling,
            memo: self.memo,
        };
        let [hits, cancelling] = pair.search(view, self.scratch);
        signals.in_reply.collect(&book.cancels, &cancelling);
        let silencers = std::mem::take(&mut signals.in_reply);
        signals.collect(book, &book.reply, (view, Speaker::Reply), &hits, &silencers);
        signals.in_reply = silencers;
        self.scratch.found = [hits, cancelling];
    }

    fn customer(&mut self, view: &View, signals: &mut Signals) {
        let book = self.book;
        let hits = book.customer.set.search(view, self.scratch, &Everything);
        let mut silencers = std::mem::take(&mut signals.in_customer);
        silencers.collect(&book.customer, &hits);
        signals.collect(book, &book.customer, (view, Speaker::Customer), &hits, &silencers);
        signals.in_customer = silencers;
    }
}

impl Signals {
    /// Forgets the reply before.
    fn begin(&mut self, signals: usize) {
        for number in self.touched.drain(..) {
            self.states[number].clear();
        }
        self.states.resize_with(signals, SignalState::default);
        self.found.clear();
        self.found.resize(signals, false);
        self.rule_hits.clear();
        self.in_reply.clear();
        self.in_customer.clear();
    }

    /// The state of a signal, to set something of it.
    fn touch(&mut self, signal: usize) -> &mut SignalState {
        let state = &mut self.states[signal];
        if !state.is_touched {
            state.is_touched = true;
            self.touched.push(signal);
        }
        state
    }

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
            if view.tokens[hit.start as usize..hit.end as usize].iter().all(|t| t.shape.has(Shape::QUOTED)) {
                continue;
            }
            for owner in patterns.owners(hit.pattern) {
                let (number, strong) = match owner {
                    Owner::Rule(rule) | Owner::Suspect(rule) => {
                        let is_suspect = matches!(owner, Owner::Suspect(_));
                        self.rule_hits.push(RuleHit { rule, hit: *hit, is_suspect });
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
                    let state = self.touch(number);
                    let places = if strong { &mut state.strong } else { &mut state.weak };
                    if places.last() != Some(&place) {
                        places.push(place);
                    }
                }
            }
        }
    }

    /// Lets signals show one another until nothing changes. What is passed on only ever grows, so it ends.
    fn settle(&mut self, links: &Links, signals: &[Signal]) {
        for number in &self.touched {
            let state = &mut self.states[*number];
            state.weak_counts = !state.strong.is_empty();
        }
        let mut news = std::mem::take(&mut self.news);
        news.extend_from_slice(&self.touched);
        while let Some(number) = news.pop() {
            if !self.states[number].is_found() {
                continue;
            }
            let is_plain = !self.states[number].is_guess();
            for other in &links.shows[number] {
                let state = self.touch(*other);
                if !state.by_others || (is_plain && !state.by_plain_others) {
                    state.by_others = true;
                    state.by_plain_others |= is_plain;
                    news.push(*other);
                }
            }
            for other in &links.supports[number] {
                let state = &mut self.states[*other];
                if !state.weak.is_empty() && !state.weak_counts {
                    state.weak_counts = true;
                    news.push(*other);
                }
            }
        }
        for number in &self.touched {
            let state = &self.states[*number];
            self.found[*number] = state.is_found();
            if state.by_others && state.strong.is_empty() {
                news.push(*number);
            }
        }
        // One borrows of the others as they stand by then.
        news.sort_unstable();
        news.drain(..).for_each(|number| self.borrow(number, &signals[number].also));
        self.news = news;
    }

    /// Gives a signal the places of those that show it.
    fn borrow(&mut self, signal: usize, shown_by: &[usize]) {
        let mut strong = std::mem::take(&mut self.states[signal].strong);
        shown_by.iter().for_each(|other| strong.extend_from_slice(&self.states[*other].strong));
        // The words behind a guess are shown too, so that it can be followed.
        if strong.is_empty() {
            let weak = shown_by.iter().flat_map(|other| &self.states[*other].weak).copied().collect();
            self.states[signal].weak = weak;
            self.states[signal].weak_counts = true;
        }
        strong.sort_unstable();
        self.states[signal].strong = strong;
    }

    pub(super) fn get(&self, signal: usize) -> &SignalState {
        &self.states[signal]
    }

    /// Whether a signal is there.
    pub(super) fn has(&self, signal: usize) -> bool {
        self.found[signal]
    }

    /// Per signal, whether it is there.
    pub(super) fn found(&self) -> &[bool] {
        &self.found
    }
}

/// All but the phrases of rules that do not run.
struct Running<'a>(&'a [bool]);

impl Wanted for Running<'_> {
    fn pattern(&self, number: u32) -> bool {
        self.0[number as usize]
    }
}

/// The readings that would cancel what was found.
struct Cancelling<'a> {
    book: &'a RuleBook,
    links: &'a Links,
    /// A bit for each pattern that is one.
    marks: &'a mut Vec<u64>,
}

impl Following for Cancelling<'_> {
    fn follow(&mut self, found: &[Hit]) -> bool {
        let Self { book, links, marks } = self;
        marks.clear();
        marks.resize(book.cancels.set.len().div_ceil(64), 0);
        let mut is_any = false;
        for owner in found.iter().flat_map(|hit| book.reply.owners(hit.pattern)) {
            let subject = match owner {
                Owner::Rule(rule) | Owner::Suspect(rule) => Subject::Rule(rule),
                Owner::Strong(signal) | Owner::Weak(signal) => Subject::Signal(signal),
                Owner::Cancels(_) | Owner::CancelsSentence(_) => continue,
            };
            for (set, patterns) in &links.cancelled_by[place_of(subject, book)] {
                marks[*set as usize] |= patterns;
                is_any = true;
            }
        }
        is_any
    }
}

impl Wanted for Cancelling<'_> {
    fn pattern(&self, number: u32) -> bool {
        self.marks[number as usize / 64] & 1 << (number % 64) != 0
    }
}

/// The readings that cancel matches, found in the same pass as the matches.
#[derive(Debug, Default)]
pub(super) struct Silencers {
    /// Sorted: whom it silences where it overlaps, its first token, and the furthest that any up to this one ends (exclusive).
    overlapping: Vec<(Subject, u32, u32)>,
    /// Sorted: whom it silences in its whole sentence, and its first token.
    by_sentence: Vec<(Subject, u32)>,
    /// A bit for each subject in there. Some share one.
    subjects: u64,
}

/// The bit of a subject.
fn bit(subject: Subject) -> u64 {
    match subject {
        Subject::Signal(number) => 1 << (number % 64),
        Subject::Rule(number) => 1 << (number * 7 % 64),
    }
}

impl Silencers {
    fn clear(&mut self) {
        self.overlapping.clear();
        self.by_sentence.clear();
        self.subjects = 0;
    }

    fn collect(&mut self, patterns: &OwnedPatterns, hits: &[Hit]) {
        for (hit, owner) in hits.iter().flat_map(|hit| patterns.owners(hit.pattern).map(move |owner| (hit, owner))) {
            match owner {
                Owner::Cancels(subject) => self.overlapping.push((subject, hit.start, hit.end)),
                Owner::CancelsSentence(subject) => self.by_sentence.push((subject, hit.start)),
                _ => {}
            }
        }
        self.overlapping.sort_unstable();
        self.by_sentence.sort_unstable();
        for index in 1..self.overlapping.len() {
            let (last, _, furthest) = self.overlapping[index - 1];
            let (subject, _, end) = &mut self.overlapping[index];
            if *subject == last {
                *end = furthest.max(*end);
            }
        }
        let subjects = self.overlapping.iter().map(|(subject, ..)| subject);
        let subjects = subjects.chain(self.by_sentence.iter().map(|(subject, _)| subject));
        self.subjects = subjects.fold(0, |bits, subject| bits | bit(*subject));
    }

    /// Whether a reading of `subject` overlaps tokens `start..end`, or a silencing one stands in their sentence.
    pub(super) fn silence(&self, subject: Subject, view: &View, start: usize, end: usize) -> bool {
        if self.subjects & bit(subject) == 0 {
            return false;
        }
        let before = self.overlapping.partition_point(|(other, from, _)| (*other, *from as usize) < (subject, end));
        let overlaps = before
            .checked_sub(1)
            .map(|last| self.overlapping[last])
            .is_some_and(|(other, _, furthest)| other == subject && start < furthest as usize);
        overlaps || {
            let sentence = view.sentences.get(view.sentence_of(start));
            sentence.is_some_and(|sentence| {
                let first = self.by_sentence.partition_point(|reading| *reading < (subject, sentence.start));
                let reading = self.by_sentence.get(first);
                reading.is_some_and(|(other, from)| *other == subject && *from < sentence.end)
            })
        }
    }
}

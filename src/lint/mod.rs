//! Linting: a reply and a rule book in, findings out. Pure: nothing here reads a file or prints.

mod answer;
mod avoid;
mod excerpt;
mod finding;
mod fingerprint;
mod limit;
mod order;
mod require;
mod signals;
pub mod silence;

pub(crate) use excerpt::excerpt;
pub(crate) use finding::is_hidden;
pub use finding::{Evidence, Finding, Secret, Shown};
pub use signals::{SignalState, Speaker};

use crate::rules::book::{Place, Replace, Rewrite, Selection, When};
use crate::rules::declaration::AnswerDecl;
use crate::rules::{Check, Rule, RuleBook, Severity, fill};
use crate::text::{Format, Kind, Language, Shape, Span, View};
use crate::wording::Wording;
use signals::{Links, Search, Signals};

use crate::rules::book::Owner;
use crate::rules::{Memo, Scratch, Spelling};
use rustc_hash::FxHashMap;
use std::cell::Cell;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// What one reply came to.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Findings, by place.
    pub findings: Vec<Finding>,
    /// Per signal of the book, whether the reply or the customer's message shows it.
    pub signals: Vec<bool>,
    /// The words that show each signal, if they were asked for (see [`Linter::with_evidence`]).
    pub evidence: Vec<Evidence>,
    /// What the reply does well and what no rule can check, if it was asked for (see [`Linter::with_coach`]).
    pub coach: Coaching,
    /// Words of the reply.
    pub words: usize,
    /// Bytes of the draft that are somebody else's words and were not linted.
    pub quoted: usize,
}

/// What the coach says. Never counted as findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coaching {
    /// What the reply does well.
    pub praise: Vec<Wording>,
    /// Advice that no rule can check.
    pub advice: Vec<Wording>,
}

/// What the work on one reply needs memory for.
#[derive(Default)]
struct Memory {
    scratch: Scratch,
    view: View,
    customer: View,
    signals: Signals,
}

/// Longest reply whose memory is kept, in bytes.
const KEPT_MAX: usize = 1 << 20;

thread_local! {
    /// Kept from reply to reply, so that few allocate.
    static MEMORY: Cell<Option<Box<Memory>>> = const { Cell::new(None) };
}

/// Checks replies against one rule book.
#[derive(Clone, Debug)]
pub struct Linter<'b> {
    book: &'b RuleBook,
    /// Per rule of the book, how much it matters; nothing if it is off.
    levels: Vec<Option<Severity>>,
    /// Lower-case words that a team allows: a match that holds one is no finding.
    allowed: Vec<String>,
    /// Only this rule speaks, if there is one.
    only: Option<usize>,
    /// The rules that are on and ask for more than that some words are not there.
    checks: Vec<usize>,
    /// Per pattern of replies, whether it is searched for.
    searched: Vec<bool>,
    /// What was found before with that choice.
    memo: Arc<Memo>,
    links: Arc<Links>,
    spelling: Arc<Spelling>,
    /// Whether outcomes tell what showed each signal.
    evidence: bool,
    /// Whether outcomes hold what the coach says.
    coach: bool,
}

/// What the checks of one reply share.
struct Context<'a> {
    book: &'a RuleBook,
    levels: &'a [Option<Severity>],
    view: &'a View,
    customer: Option<&'a View>,
    signals: &'a Signals,
    source: &'a str,
    counts: Counts,
}

/// How much of what a reply holds.
struct Counts {
    /// Tokens of each kind.
    kinds: [usize; Kind::NUMBER],
    /// Words in capitals.
    shouted: usize,
    /// Words, and what stands as one.
    words: usize,
}

impl Counts {
    fn of(view: &View) -> Self {
        let mut counts = Self { kinds: [0; Kind::NUMBER], shouted: 0, words: 0 };
        for token in &view.tokens {
            counts.kinds[token.kind as usize] += 1;
            counts.shouted += usize::from(token.shape.has(Shape::SHOUTED) && token.kind == Kind::Word);
            counts.words += usize::from(token.kind.is_wordlike());
        }
        counts
    }
}

impl<'b> Linter<'b> {
    /// A linter for `book`, with the rules on that the book has on, that lets the `allowed` words pass.
    pub fn new(book: &'b RuleBook, allowed: &[String]) -> Self {
        let linter = Self {
            book,
            levels: book.rules.iter().map(|rule| rule.is_on.then_some(rule.severity)).collect(),
            allowed: allowed.iter().map(|w| w.to_lowercase()).collect(),
            only: None,
            checks: Vec::new(),
            searched: Vec::new(),
            memo: Arc::default(),
            links: Arc::new(Links::of(book)),
            spelling: Arc::new(Spelling::of([&book.reply.set, &book.cancels.set], &book.vocabulary)),
            evidence: false,
            coach: false,
        };
        linter.planned()
    }

    /// The same linter, ready for its choice of rules.
    fn planned(mut self) -> Self {
        let runs: Vec<bool> = (0..self.levels.len()).map(|rule| self.runs(rule)).collect();
        let is_check = |rule: &usize| {
            // What is said to replylint is no part of a reply (see [`silence`]).
            runs[*rule] && !matches!(self.book.rules[*rule].check, Check::Avoid | Check::Ignored(_))
        };
        self.checks = (0..runs.len()).filter(is_check).collect();
        let is_searched = |owner: Owner| !matches!(owner, Owner::Rule(rule) | Owner::Suspect(rule) if !runs[rule]);
        self.memo = Arc::default();
        let reply = &self.book.reply;
        self.searched = (0..reply.set.len() as u32).map(|pattern| reply.owners(pattern).any(is_searched)).collect();
        self
    }

    /// Whether a rule speaks.
    fn runs(&self, rule: usize) -> bool {
        self.only.map_or(self.levels[rule].is_some(), |only| only == rule)
    }

    /// The same linter with another choice of rules, which lets other words pass.
    #[must_use]
    pub fn with_selection(mut self, selection: &dyn Selection, allowed: &[String]) -> Self {
        let level = |rule: &Rule| selection.severity(&rule.id, rule.declared, rule.strict);
        self.levels = self.book.rules.iter().map(level).collect();
        self.allowed = allowed.iter().map(|word| word.to_lowercase()).collect();
        self.planned()
    }

    /// The same linter with one rule alone, so that no other can take its place. `rule` is an index into the book.
    #[must_use]
    pub fn only(mut self, rule: usize) -> Self {
        self.only = Some(rule);
        self.planned()
    }

    /// The same linter, telling for each signal which words show it.
    #[must_use]
    pub fn with_evidence(mut self, wanted: bool) -> Self {
        self.evidence = wanted;
        self
    }

    /// The same linter, telling what a reply does well and what to think of.
    #[must_use]
    pub fn with_coach(mut self, wanted: bool) -> Self {
        self.coach = wanted;
        self
    }

    /// How much rule `rule`, an index into the book, matters; nothing if it is off.
    pub fn level(&self, rule: usize) -> Option<Severity> {
        self.levels.get(rule).copied().flatten()
    }

    /// The book's rules and signals.
    pub fn book(&self) -> &'b RuleBook {
        self.book
    }

    /// Lints `text`, written as `format`, as the answer to `customer`. Without `customer`, the quoted part of the draft is
    /// read as the customer's message.
    pub fn lint(&self, text: &str, format: Format, customer: Option<&str>) -> Outcome {
        self.lint_as(text, format, customer, &[])
    }

    /// The same, where these signals of the book are there because the file says so.
    pub fn lint_as(&self, text: &str, format: Format, customer: Option<&str>, declared: &[usize]) -> Outcome {
        let mut memory = MEMORY.take().unwrap_or_default();
        let outcome = self.lint_in(&mut memory, text, format, customer, declared);
        if text.len().max(memory.customer.text.len()) <= KEPT_MAX {
            MEMORY.set(Some(memory));
        }
        outcome
    }

    fn lint_in(
        &self,
        memory: &mut Memory,
        text: &str,
        format: Format,
        customer: Option<&str>,
        declared: &[usize],
    ) -> Outcome {
        let book = self.book;
        let Memory { scratch, view, customer: customer_view, signals } = memory;
        view.read(text, format, &book.vocabulary, &book.language);
        let quoted: usize = view.quoted.iter().map(|span| span.len()).sum();
        let own_quote = (customer.is_none() && quoted > 0).then(|| unquote(text, &view.quoted, &book.language));
        let customer = customer.or(own_quote.as_deref()).filter(|c| !c.trim().is_empty());
        let customer = customer.map(|said| {
            customer_view.read(said, Format::Text, &book.vocabulary, &book.language);
            &*customer_view
        });
        let counts = Counts::of(view);
        let words = counts.words;
        if words == 0 {
            return Outcome { signals: vec![false; book.signals.len()], quoted, ..Outcome::default() };
        }
        let mut search = Search {
            book,
            links: &self.links,
            searched: &self.searched,
            memo: &self.memo,
            spelling: &self.spelling,
            scratch,
        };
        search.signals(view, customer, declared, signals);
        // A phrase that is searched for one rule may stand with another that does not run.
        signals.rule_hits.retain(|found| self.runs(found.rule));
        let context = Context { book, levels: &self.levels, view, customer, signals, source: text, counts };
        let mut findings = avoid::check(&context);
        for index in self.checks.iter().copied() {
            let rule = &book.rules[index];
            if !context.applies(&rule.when) {
                continue;
            }
            findings.extend(match &rule.check {
                Check::Avoid | Check::Ignored(_) => None,
                Check::Require(signal) => require::check(&context, index, *signal),
                Check::Order(first, then) => order::check(&context, index, *first, *then),
                Check::Limit { measure, min, max, per } => limit::check(&context, index, measure, (*min, *max), *per),
                Check::Answer(AnswerDecl::Questions) => answer::questions(&context, index),
                Check::Answer(AnswerDecl::Words) => answer::words(&context, index),
                Check::Answer(AnswerDecl::Name) => answer::name(&context, index),
            });
        }
        one_per_set(&mut findings);
        if !self.allowed.is_empty() {
            findings.retain(|finding| !self.is_allowed(&finding.matched));
        }
        findings.sort_by(|a, b| (a.span, &a.rule).cmp(&(b.span, &b.rule)));
        fingerprint::give(&mut findings, view);
        let coach = if self.coach { context.coach() } else { Coaching::default() };
        let evidence = if self.evidence { context.all_evidence() } else { Vec::new() };
        Outcome { findings, signals: signals.found().to_vec(), evidence, coach, words, quoted }
    }

    fn is_allowed(&self, matched: &str) -> bool {
        let matched = matched.to_lowercase();
        self.allowed.iter().any(|word| {
            matched.match_indices(word.as_str()).any(|(at, _)| {
                let before = matched[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
                let after = matched[at + word.len()..].chars().next().is_none_or(|c| !c.is_alphanumeric());
                before && after
            })
        })
    }
}

/// Two rules of one set that are called for by the very same words say the same thing twice: the graver one stays, or the
/// earlier.
fn one_per_set(findings: &mut Vec<Finding>) {
    let is_on_evidence = |finding: &Finding| finding.evidence.iter().any(|e| e.span == Some(finding.span));
    if !findings.iter().any(is_on_evidence) {
        return;
    }
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    let mut known: FxHashMap<(Span, String), usize> = FxHashMap::default();
    for finding in findings.drain(..) {
        if is_on_evidence(&finding) {
            let set = finding.rule.split('/').next().unwrap_or_default().to_owned();
            match known.entry((finding.span, set)) {
                Entry::Vacant(place) => drop(place.insert(kept.len())),
                Entry::Occupied(other) => {
                    let other = &mut kept[*other.get()];
                    if finding.severity > other.severity {
                        *other = finding;
                    }
                    continue;
                }
            }
        }
        kept.push(finding);
    }
    *findings = kept;
}

/// The quoted parts of a draft without their marks: the message it answers. The line that introduces it ("On ...
/// wrote:") is nobody's, and would make all below it the quotation of a quotation.
fn unquote(text: &str, quoted: &[Span], language: &Language) -> String {
    let mut out = String::new();
    for span in quoted {
        let lines = text[span.start..span.end].lines();
        for line in
            lines.enumerate().filter(|(n, line)| *n > 0 || !language.starts_quoted_tail(line)).map(|(_, line)| line)
        {
            out.push_str(line.trim_start_matches(['>', ' ']));
            out.push('\n');
        }
    }
    out
}

impl Context<'_> {
    fn rule(&self, index: usize) -> &Rule {
        &self.book.rules[index]
    }

    /// How much a rule matters for this reply.
    fn severity(&self, index: usize) -> Severity {
        self.levels[index].unwrap_or(self.book.rules[index].severity)
    }

    /// Whether the reply shows that it is meant well.
    fn is_vouched_for(&self) -> bool {
        self.book.signals.iter().zip(self.signals.found()).any(|(signal, is_found)| signal.vouches && *is_found)
    }

    fn applies(&self, when: &When) -> bool {
        let words = self.counts.words;
        let found = |signal: &usize| self.signals.has(*signal);
        (when.any.is_empty() || when.any.iter().any(found))
            && when.all.iter().all(found)
            && !when.none.iter().any(found)
            && when.min_words.is_none_or(|min| words >= min as usize)
            && when.max_words.is_none_or(|max| words <= max as usize)
    }

    /// A finding of rule `rule` on tokens `start..end` of the reply.
    fn finding(&self, rule: usize, start: usize, end: usize) -> Finding {
        self.finding_that_says(rule, (start, end), &[])
    }

    /// The same, with these words in the fields of its message, by name.
    fn finding_that_says(&self, rule: usize, (start, end): (usize, usize), said: &[(&str, &str)]) -> Finding {
        let (start, end) = self.view.whole_words(start, end);
        let span = self.view.source_span(start, end);
        let declared = self.rule(rule);
        let matched = one_line(&self.source[span.start..span.end]);
        let matched = if declared.mask { masked(&matched, declared.checksum.is_some()) } else { matched };
        Finding {
            rule: declared.id.clone(),
            severity: self.severity(rule),
            message: self.message(declared, &matched, said),
            span,
            matched,
            label: None,
            evidence: Vec::new(),
            instead: self.rewrites(declared),
            replace: self.edit(declared, start, end),
            secret: declared.mask.then_some(Secret { is_number: declared.checksum.is_some() }),
            fingerprint: 0, // given when all secrets of the reply are known
        }
    }

    /// The rule's edit of tokens `start..end`, if it has one for them.
    fn edit(&self, rule: &Rule, start: usize, end: usize) -> Option<Replace> {
        // An edit that repeats a secret would show it.
        if rule.mask || rule.replace.is_empty() {
            return None;
        }
        let at = self.view.view_span(start, end);
        let source = |start, end| {
            let span = self.view.map.to_source(Span::new(start, end));
            &self.source[span.start..span.end]
        };
        rule.replace.iter().find_map(|edit| {
            let with = edit.words(&self.view.text, (at.start, at.end), source)?;
            Some(Replace { with, safe: edit.safe })
        })
    }

    /// The rule's message with the matched words, the situation, and what else is `said` by field.
    fn message(&self, rule: &Rule, matched: &str, said: &[(&str, &str)]) -> Wording {
        fill(&rule.message, |field| match field {
            "match" => Some(matched.into()),
            "when" => Some(self.book.signals[self.reason(rule)?].label.as_str().into()),
            field => said.iter().find(|(name, _)| *name == field).map(|(_, words)| (*words).into()),
        })
    }

    /// The signal that calls for the rule: of those that are there the first that is plain, or the first that is guessed.
    fn reason(&self, rule: &Rule) -> Option<usize> {
        let found = |signal: &usize| self.signals.has(*signal);
        let reasons = || rule.when.any.iter().chain(&rule.when.all).copied().filter(found);
        reasons().find(|signal| !self.signals.get(*signal).is_guess()).or_else(|| reasons().next())
    }

    /// The rule's rewrites that fit what the reply is about: those for a signal that is there, then those for any.
    fn rewrites(&self, rule: &Rule) -> Vec<Wording> {
        let fits = |rewrite: &&Rewrite| rewrite.when.is_some_and(|signal| self.signals.has(signal));
        let fitting = rule.instead.iter().filter(fits);
        let general = rule.instead.iter().filter(|rewrite| rewrite.when.is_none());
        fitting.chain(general).map(|rewrite| rewrite.text.clone()).collect()
    }

    fn coach(&self) -> Coaching {
        let shown = self.book.signals.iter().enumerate().filter(|(number, _)| self.signals.has(*number));
        let fitting = self.book.coach.iter().filter(|coach| self.applies(&coach.when));
        Coaching {
            praise: shown.filter_map(|(_, signal)| signal.praise.clone()).collect(),
            advice: fitting.map(|coach| coach.say.clone()).collect(),
        }
    }

    /// The first words that show each signal.
    fn all_evidence(&self) -> Vec<Evidence> {
        let numbers = 0..self.book.signals.len();
        let first = |number: usize| self.signals.get(number).places().next().map(|place| (number, place));
        let found = numbers.filter(|number| self.signals.has(*number)).filter_map(first);
        found.filter_map(|(number, place)| require::describe(self, number, place)).collect()
    }

    /// The first words of the reply, where a finding that is about no words in particular is shown.
    fn opening(&self) -> (usize, usize) {
        let first = self.view.tokens.iter().position(|t| t.kind.is_wordlike()).unwrap_or(0);
        (first, first + 1)
    }
}

/// Digits that stay readable at the end of a card number, as on a receipt.
const UNMASKED: usize = 4;

/// A secret, hidden; of a card number the end stays. The result has as many bytes as `text`, so that places stay right.
pub(crate) fn masked(text: &str, is_number: bool) -> String {
    let shown = if is_number { UNMASKED } else { 0 };
    let secret = text.chars().filter(|c| c.is_alphanumeric()).count().saturating_sub(shown);
    let mut hidden = 0;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() && hidden < secret || !is_number && !c.is_whitespace() {
            hidden += 1;
            out.extend(std::iter::repeat_n('*', c.len_utf8()));
        } else {
            out.push(c);
        }
    }
    out
}

/// Runs of white space as one space: a match that wraps is shown on one line.
fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Whether token `start` stands in `place`.
fn is_in_place(view: &View, start: usize, place: Option<Place>) -> bool {
    let Some(place) = place else { return true };
    let index = view.sentence_of(start);
    let line = view.sentences[index].line;
    let count = view.sentences.len();
    match place {
        Place::Opening => index < 3 && line < 2,
        Place::Closing => index + 5 > count && line + 4 >= view.lines,
        Place::Body => count < 3 || (index > 0 && index + 1 < count),
    }
}

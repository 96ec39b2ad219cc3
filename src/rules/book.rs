//! The rule book: everything the linter needs, checked and ready. No YAML type is in here.

use super::declaration::{AnswerDecl, ChecksumDecl, IgnoredDecl, PerDecl};
use super::pattern::PatternSet;
use super::rewording::Rewording;
use crate::table::{Row, Table};
use crate::text::{Language, Vocabulary};
use crate::wording::Wording;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
pub enum Severity {
    /// A line of advice.
    Suggestion,
    /// Should be mended; fails a run by default.
    Warning,
    /// Must not be sent.
    Error,
}

impl Severity {
    /// Its name, as rule files and outputs have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Suggestion => "suggestion",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The next lower severity.
    #[must_use]
    pub fn lowered(self) -> Self {
        match self {
            Self::Error => Self::Warning,
            _ => Self::Suggestion,
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What sort of signal it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum SignalKind {
    /// Part of a good reply.
    Element,
    /// What the reply is about.
    Situation,
    /// A helper.
    Cue,
}

/// Where in a reply something must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Place {
    /// The first two lines that hold words.
    Opening,
    /// The last four.
    Closing,
    /// All but the first and the last.
    Body,
}

/// Something a reply or the customer's message does.
#[derive(Debug, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Signal {
    /// Its name.
    pub name: Wording,
    /// What sort it is.
    pub kind: SignalKind,
    /// How messages name it.
    pub label: Wording,
    /// What the coach says of a reply that shows it.
    pub praise: Option<Wording>,
    /// Signals that make its weak phrases count.
    pub with: Vec<usize>,
    /// Signals that show it too.
    pub also: Vec<usize>,
    /// Whether a reply that shows it has the benefit of the doubt.
    pub vouches: bool,
    /// Where in the reply it must stand.
    pub place: Option<Place>,
}

/// What must hold before a rule speaks.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct When {
    /// At least one of these signals.
    pub any: Vec<usize>,
    /// All of these.
    pub all: Vec<usize>,
    /// None of these.
    pub none: Vec<usize>,
    /// Fewest words of the reply.
    pub min_words: Option<u32>,
    /// Most words.
    pub max_words: Option<u32>,
}

/// What a limit counts.
#[derive(Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Measure {
    /// Words.
    Words,
    /// Words of a sentence.
    SentenceWords,
    /// `!`
    ExclamationMarks,
    /// `?`
    QuestionMarks,
    /// Words in capitals.
    CapitalWords,
    /// Emoji and other signs.
    Emoji,
    /// Words of a paragraph.
    ParagraphWords,
    /// Matches of the rule's own phrases.
    Phrases,
    /// Places of a signal.
    Signal(usize),
}

/// What a rule asks for.
#[derive(Debug, Deserialize, Serialize)]
pub enum Check {
    /// Phrases that should not be there; their patterns are in the book's set.
    Avoid,
    /// A signal that must be there.
    Require(usize),
    /// The first signal before the second.
    Order(usize, usize),
    /// A count within bounds.
    Limit {
        /// What is counted.
        measure: Measure,
        /// Least that is fine.
        min: Option<u32>,
        /// Most that is fine.
        max: Option<u32>,
        /// Per what.
        per: PerDecl,
    },
    /// The customer's questions are answered, or their name is used.
    Answer(AnswerDecl),
    /// What a file tells replylint to ignore is well told.
    Ignored(IgnoredDecl),
}

/// A real edit of a finding's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replace {
    /// The new words.
    pub with: String,
    /// Whether no meaning can change.
    pub safe: bool,
}

/// A way to write it instead.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Rewrite {
    /// The signal it is for; nothing for any.
    pub when: Option<usize>,
    /// The words.
    pub text: Wording,
}

/// One rule, checked.
#[derive(Debug, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Rule {
    /// `<set>/<rule>`.
    pub id: Wording,
    /// How much it matters, as its file says.
    pub declared: Severity,
    /// How much it matters here.
    pub severity: Severity,
    /// Whether it is off unless asked for.
    pub strict: bool,
    /// Whether it runs.
    pub is_on: bool,
    /// Whether a rule of another set goes first on the same words.
    pub is_general: bool,
    /// What it asks for.
    pub check: Check,
    /// When it speaks.
    pub when: When,
    /// Where a match must stand.
    pub place: Option<Place>,
    /// The message, with `{match}`, `{when}`, `{count}` and `{max}`.
    pub message: Wording,
    /// Rewrites to show.
    pub instead: Vec<Rewrite>,
    /// Real edits, of which the first that fits the words is meant.
    pub replace: Vec<Rewording>,
    /// Whether the matched words are secret and must not be printed.
    pub mask: bool,
    /// A check digit that the matched digits must have.
    pub checksum: Option<ChecksumDecl>,
}

/// A line of advice that no rule can check.
#[derive(Debug, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Coach {
    /// The advice.
    pub say: Wording,
    /// When it fits.
    pub when: When,
}

impl Rule {
    /// The set, the first half of the id.
    pub fn set(&self) -> &str {
        self.id.split('/').next().unwrap_or(&self.id)
    }
}

/// A signal or a rule, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A signal.
    Signal(usize),
    /// A rule.
    Rule(usize),
}

/// Who a pattern of the book belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A strong phrase of a signal.
    Strong(usize),
    /// A weak phrase of a signal.
    Weak(usize),
    /// A phrase of a rule.
    Rule(usize),
    /// A phrase of a rule that may be meant well.
    Suspect(usize),
    /// A reading that cancels the matches it overlaps.
    Cancels(Subject),
    /// A reading that cancels the matches in its sentence.
    CancelsSentence(Subject),
}

/// Patterns of one kind of text, with their owners.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct OwnedPatterns {
    /// The patterns.
    pub set: PatternSet,
    owners: Table<Owner>,
    /// Where the owners of each pattern end.
    ends: Table<u32>,
}

impl OwnedPatterns {
    pub(super) fn new(set: PatternSet, owners: &[Vec<Owner>]) -> Self {
        let end = |end: &mut u32, owners: &Vec<Owner>| {
            *end += owners.len() as u32;
            Some(*end)
        };
        let ends: Vec<u32> = owners.iter().scan(0, end).collect();
        Self { set, owners: Table::new(owners.iter().flatten()), ends: Table::new(&ends) }
    }

    /// Who a pattern belongs to: the same phrase may stand with several rules.
    #[inline]
    pub fn owners(&self, pattern: u32) -> impl ExactSizeIterator<Item = Owner> + '_ {
        let ends = self.ends.all();
        let start = pattern.checked_sub(1).map_or(0, |before| ends.get(before as usize));
        self.owners.all().part(start, (ends.get(pattern as usize) - start) as usize).iter()
    }
}

impl Row for Owner {
    type Bytes = [u8; 4];

    #[inline]
    fn cut(table: &[u8]) -> &[Self::Bytes] {
        table.as_chunks().0
    }

    fn write(&self, out: &mut Vec<u8>) {
        let (sort, number) = match *self {
            Self::Strong(signal) => (0, signal),
            Self::Weak(signal) => (1, signal),
            Self::Rule(rule) => (2, rule),
            Self::Cancels(Subject::Signal(signal)) => (3, signal),
            Self::Cancels(Subject::Rule(rule)) => (4, rule),
            Self::CancelsSentence(Subject::Signal(signal)) => (5, signal),
            Self::CancelsSentence(Subject::Rule(rule)) => (6, rule),
            Self::Suspect(rule) => (7, rule),
        };
        (number as u32 * 8 + sort).write(out);
    }

    #[inline]
    fn read(bytes: &Self::Bytes) -> Self {
        let written = u32::from_le_bytes(*bytes);
        let number = written as usize / 8;
        match written % 8 {
            0 => Self::Strong(number),
            1 => Self::Weak(number),
            2 => Self::Rule(number),
            3 => Self::Cancels(Subject::Signal(number)),
            4 => Self::Cancels(Subject::Rule(number)),
            5 => Self::CancelsSentence(Subject::Signal(number)),
            6 => Self::CancelsSentence(Subject::Rule(number)),
            _ => Self::Suspect(number),
        }
    }
}

/// All rules and signals, ready to run.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct RuleBook {
    /// Word-level facts.
    pub language: Language,
    /// Word numbers.
    pub vocabulary: Vocabulary,
    /// Signals, by number.
    pub signals: Vec<Signal>,
    /// Rules, in the order of their files.
    pub rules: Vec<Rule>,
    /// Advice, in the order of the files.
    pub coach: Vec<Coach>,
    /// What is searched in a reply.
    pub reply: OwnedPatterns,
    /// What cancels the words of rules and signals in a reply: searched where they have found something.
    pub cancels: OwnedPatterns,
    /// What is searched in the customer's message.
    pub customer: OwnedPatterns,
}

impl RuleBook {
    /// Switches rules on and off, and sets their severity, as `selection` says.
    pub fn select(&mut self, selection: &dyn Selection) {
        for rule in &mut self.rules {
            let severity = selection.severity(&rule.id, rule.declared, rule.strict);
            rule.is_on = severity.is_some();
            rule.severity = severity.unwrap_or(rule.declared);
        }
    }

    /// The ids of all rules, on or off, in order.
    pub fn rule_ids(&self) -> Vec<Wording> {
        self.rules.iter().map(|rule| rule.id.clone()).collect()
    }

    /// The signal of that name.
    pub fn signal(&self, name: &str) -> Option<usize> {
        self.signals.iter().position(|s| s.name == name)
    }
}

/// Which rules are to run, and with what severity.
pub trait Selection {
    /// The severity of a rule, or nothing if it is off.
    fn severity(&self, id: &str, declared: Severity, strict: bool) -> Option<Severity>;
}

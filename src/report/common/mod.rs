//! What the formats share: findings in order with what they are known by, and paths and texts as programs take them.

pub(super) mod held;
pub(super) mod json;
pub(super) mod xml;

use crate::check::{ReplyReport, Report, Silenced};
use crate::lint::{Finding, Shown};
use crate::problem::Problem;
use crate::rules::book::{Check, Signal};
use crate::rules::declaration::RuleDecl;
use crate::rules::{RuleBook, SetFile, Severity, SignalKind};
use crate::text::{Columns, Position};
use fnv::FnvHasher;
use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::Hasher as _;

/// A finding with all that the formats say about it.
pub(super) struct Entry<'a> {
    pub(super) reply: &'a ReplyReport,
    pub(super) finding: &'a Finding,
    pub(super) place: (Position, Position),
    pub(super) columns: (Columns, Columns),
    /// Set if somebody has silenced it.
    pub(super) silenced: Option<&'a Silenced>,
    /// Which it is of the findings of its file with the same fingerprint, from 1. Silenced ones count, so that a comment
    /// that silences one leaves the others what they were.
    pub(super) occurrence: usize,
}

/// How often each finding was met, by the hash of its path and by its fingerprint.
#[derive(Default)]
pub(super) struct Occurrences(HashMap<(u64, u64), usize>);

impl Occurrences {
    /// All findings and silenced findings of the next part, in order of file and place.
    pub(super) fn entries<'a>(&mut self, part: &'a Report) -> Vec<Entry<'a>> {
        let mut entries = Vec::new();
        for reply in &part.replies {
            let path = hash(&reply.path);
            for mut entry in of_reply(reply) {
                let occurrence = self.0.entry((path, entry.finding.fingerprint)).or_default();
                *occurrence += 1;
                entry.occurrence = *occurrence;
                entries.push(entry);
            }
        }
        entries
    }
}

/// The findings and silenced findings of a reply, in order of place. Which occurrence each is, is not told.
pub(super) fn of_reply(reply: &ReplyReport) -> Vec<Entry<'_>> {
    let found = reply.outcome.findings.iter().zip(&reply.places).enumerate();
    let found = found.map(|(number, (finding, place))| {
        // Characters are right in most lines; a finding must not get lost for want of better.
        let in_characters = |at: Position| Columns { utf8: at.column, utf16: at.column };
        let columns = reply.columns.get(number).copied();
        let columns = columns.unwrap_or((in_characters(place.0), in_characters(place.1)));
        Entry { reply, finding, place: *place, columns, silenced: None, occurrence: 1 }
    });
    let silenced = reply.silenced.iter().map(|s| Entry {
        reply,
        finding: &s.finding,
        place: s.place,
        columns: s.columns,
        silenced: Some(s),
        occurrence: 1,
    });
    let mut entries: Vec<Entry<'_>> = found.chain(silenced).collect();
    entries.sort_by(|a, b| (a.finding.span, &a.finding.rule).cmp(&(b.finding.span, &b.finding.rule)));
    entries
}

/// The findings of a part that count, in the same way.
pub(super) fn findings(part: &Report) -> impl Iterator<Item = Entry<'_>> {
    part.replies.iter().flat_map(of_reply).filter(|entry| entry.silenced.is_none())
}

/// A hash that is the same on every machine and in every version.
pub(super) fn hash(text: &str) -> u64 {
    let mut hasher = FnvHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}

impl<'a> Entry<'a> {
    /// The edit that a program may make in the file, where the reply stands in it byte for byte.
    pub(super) fn edit(&self) -> Option<&'a crate::rules::book::Replace> {
        self.finding.replace.as_ref().filter(|_| self.reply.is_file)
    }
}

/// What a finding says, and the first way to write it instead on a line of its own.
pub(super) fn said(finding: &Finding) -> String {
    match finding.instead.first() {
        Some(instead) => format!("{}\nTry: {}", Shown(&finding.message), Shown(instead)),
        None => Shown(&finding.message).to_string(),
    }
}

/// What is wrong, and what to do on a line of its own.
pub(super) fn problem_said(problem: &Problem) -> String {
    match &problem.help {
        Some(help) => format!("{}\nHelp: {}", Shown(&problem.message), Shown(help)),
        None => Shown(&problem.message).to_string(),
    }
}

/// The declaration of a rule, if its reasons were read.
pub(super) fn declared<'a>(sets: &'a [SetFile], id: &str) -> Option<&'a RuleDecl> {
    let (set, name) = id.split_once('/').unwrap_or((id, id));
    let of_set = sets.iter().map(|file| &file.declaration).filter(|declared| declared.set == set);
    of_set.flat_map(|declared| &declared.rules).find(|rule| rule.id == name)
}

/// The signals whose lack rules report, by the ids of the rules.
pub(super) fn missed_by(book: &RuleBook) -> HashMap<&str, usize> {
    let required = book.rules.iter().filter_map(|rule| match rule.check {
        Check::Require(signal) => Some((rule.id.as_str(), signal)),
        _ => None,
    });
    required.collect()
}

/// The parts of a good reply that are there (true) or missed by a rule (false), by name. `missed_by` is the book's.
pub(super) fn elements<'a>(
    reply: &ReplyReport,
    book: &'a RuleBook,
    missed_by: &HashMap<&str, usize>,
) -> Vec<(&'a str, bool)> {
    let findings = reply.outcome.findings.iter();
    let missed: Vec<usize> = findings.filter_map(|finding| missed_by.get(finding.rule.as_str()).copied()).collect();
    let element = |(number, signal): (usize, &'a Signal)| {
        let found = reply.outcome.signals.get(number).copied().unwrap_or(false);
        (found || missed.contains(&number)).then_some((signal.name.as_str(), found))
    };
    book.signals
        .iter()
        .enumerate()
        .filter(|(_, signal)| signal.kind == SignalKind::Element)
        .filter_map(element)
        .collect()
}

/// A message as it reads before any draft has filled it in.
pub(crate) fn unfilled(message: &str) -> String {
    ["{match}", "{when}", "{question}", "{count}", "{max}"]
        .iter()
        .fold(message.trim().to_owned(), |text, placeholder| text.replace(placeholder, "…"))
}

/// A path with `/` between its parts on every system.
pub(super) fn slashed(path: &str) -> Cow<'_, str> {
    if std::path::MAIN_SEPARATOR == '\\' { path.replace('\\', "/").into() } else { path.into() }
}

/// A path as it may start a line: GitHub takes a line that starts with `::` for a command.
pub(super) fn line_start(path: &str) -> String {
    let here = if path.trim_start().starts_with("::") { "./" } else { "" };
    format!("{here}{}", Shown(path))
}

/// A record's `id`, which is JSON, as people read it.
pub(super) fn id_text(id: &str) -> Cow<'_, str> {
    serde_json::from_str::<String>(id).map_or(Cow::Borrowed(id), Cow::Owned)
}

/// The names that most formats have for the severities: `error`, `warning`, and `least` for a suggestion.
pub(super) fn level(severity: Severity, least: &'static str) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Suggestion => least,
    }
}

/// Where the first `[` stands that makes a build server's command of a text: `##[error]`, `##vso[...]`, `##teamcity[...]`.
pub(super) fn bracket_of_command(text: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = text[from..].find("##") {
        let after = from + at + 2;
        let name = text[after..].bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').count();
        if text[after + name..].starts_with('[') {
            return Some(after + name);
        }
        from = after + name;
    }
    None
}

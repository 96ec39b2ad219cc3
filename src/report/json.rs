//! JSON: one document for a run, or one object per reply. Documented in README, "For programs".

use crate::check::{ReplyReport, Report};
use crate::lint::{Coaching, Evidence, Finding, Speaker};
use crate::problem::Problem;
use crate::report::common::json;
use crate::report::{Reporter, Setting, Summary};
use crate::rules::RuleBook;
use crate::text::Position;
use crate::wording::Wording;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::value::RawValue;
use std::io::{self, Write};

/// Version of the format. It grows when a key goes away or changes its meaning; new keys may come at any time.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct SummaryObject {
    replies: usize,
    errors: usize,
    warnings: usize,
    suggestions: usize,
    clean: usize,
    silenced: usize,
    problems: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unfixable: Option<usize>,
}

#[derive(Serialize)]
struct ProblemObject<'a> {
    path: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    message: &'a str,
    help: Option<&'a str>,
}

#[derive(Serialize)]
struct ReplyObject<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u32>,
    path: &'a str,
    line: usize,
    id: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    signals: Signals<'a>,
    findings: Vec<FindingObject<'a>>,
    /// Findings that somebody has silenced.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    silenced: Vec<SilencedObject<'a>>,
    /// Whether this is no reply: the findings are about comments that speak to replylint.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    aside: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    coach: Option<CoachObject<'a>>,
}

#[derive(Serialize)]
struct CoachObject<'a> {
    praise: &'a [Wording],
    advice: &'a [Wording],
}

struct Signals<'a> {
    book: &'a RuleBook,
    found: &'a [bool],
}

impl Serialize for Signals<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.found.len()))?;
        for (signal, found) in self.book.signals.iter().zip(self.found) {
            map.serialize_entry(&signal.name, found)?;
        }
        map.end()
    }
}

#[derive(Serialize)]
struct FindingObject<'a> {
    rule: &'a str,
    severity: &'static str,
    message: &'a str,
    start: usize,
    end: usize,
    line: usize,
    column: usize,
    #[serde(rename = "match")]
    matched: &'a str,
    instead: &'a [Wording],
    #[serde(skip_serializing_if = "Option::is_none")]
    replace: Option<ReplaceObject<'a>>,
    evidence: Vec<EvidenceObject<'a>>,
}

#[derive(Serialize)]
struct SilencedObject<'a> {
    by: &'static str,
    reason: Option<&'a str>,
    finding: FindingObject<'a>,
}

#[derive(Serialize)]
struct ReplaceObject<'a> {
    with: &'a str,
    safe: bool,
}

#[derive(Serialize)]
struct EvidenceObject<'a> {
    signal: &'a str,
    from: &'static str,
    text: &'a str,
    start: Option<usize>,
    end: Option<usize>,
}

impl<'a> EvidenceObject<'a> {
    fn new(evidence: &'a Evidence) -> Self {
        Self {
            signal: &evidence.signal,
            from: match evidence.from {
                Speaker::Reply => "reply",
                Speaker::Customer => "customer",
            },
            text: &evidence.text,
            start: evidence.span.map(|s| s.start),
            end: evidence.span.map(|s| s.end),
        }
    }
}

impl<'a> FindingObject<'a> {
    fn new((finding, (start, _)): (&'a Finding, &(Position, Position))) -> Self {
        Self {
            rule: &finding.rule,
            severity: finding.severity.name(),
            message: &finding.message,
            start: finding.span.start,
            end: finding.span.end,
            line: start.line,
            column: start.column,
            matched: &finding.matched,
            instead: &finding.instead,
            replace: finding.replace.as_ref().map(|edit| ReplaceObject { with: &edit.with, safe: edit.safe }),
            evidence: finding.evidence.iter().map(EvidenceObject::new).collect(),
        }
    }
}

fn reply_object<'a>(reply: &'a ReplyReport, book: &'a RuleBook, version: Option<u32>) -> ReplyObject<'a> {
    let coach = &reply.outcome.coach;
    ReplyObject {
        version,
        path: &reply.path,
        line: reply.line,
        id: reply.id.as_deref().and_then(|id| serde_json::from_str(id).ok()),
        name: reply.name.as_deref(),
        signals: Signals { book, found: &reply.outcome.signals },
        findings: reply.outcome.findings.iter().zip(&reply.places).map(FindingObject::new).collect(),
        silenced: reply
            .silenced
            .iter()
            .map(|silenced| SilencedObject {
                by: silenced.by.name(),
                reason: silenced.reason.as_deref(),
                finding: FindingObject::new((&silenced.finding, &silenced.place)),
            })
            .collect(),
        aside: reply.is_aside,
        coach: (*coach != Coaching::default()).then_some(CoachObject { praise: &coach.praise, advice: &coach.advice }),
    }
}

/// One document: the replies as they come, then what is said of the run.
#[derive(Default)]
pub(super) struct Json {
    replies: json::List,
    problems: Vec<Problem>,
}

/// How deep replies stand in the document.
const DEPTH: usize = 2;

impl Reporter for Json {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "{{\n  \"version\": {VERSION},\n  \"replies\": [")
    }

    fn part(&mut self, part: &Report, drawn: &[u8], out: &mut dyn Write) -> io::Result<()> {
        self.problems.extend_from_slice(&part.problems);
        self.replies.items(drawn, out)
    }

    fn end(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        self.replies.end(DEPTH, out)?;
        let problems: Vec<ProblemObject<'_>> = self.problems.iter().map(ProblemObject::new).collect();
        write!(out, ",\n  \"problems\": ")?;
        json::write_within(&problems, 1, out)?;
        write!(out, ",\n  \"summary\": ")?;
        json::write_within(&SummaryObject::new(summary), 1, out)?;
        writeln!(out, "\n}}")
    }
}

pub(super) fn draw(setting: Setting<'_>, part: &Report, out: &mut dyn Write) -> io::Result<()> {
    part.replies.iter().try_for_each(|reply| json::write_item(&reply_object(reply, setting.book, None), DEPTH, out))
}

pub(super) fn draw_lines(setting: Setting<'_>, part: &Report, out: &mut dyn Write) -> io::Result<()> {
    part.replies.iter().try_for_each(|reply| json::write_line(&reply_object(reply, setting.book, Some(VERSION)), out))
}

impl<'a> ProblemObject<'a> {
    fn new(problem: &'a Problem) -> Self {
        Self {
            path: problem.path.as_deref(),
            line: problem.position.map(|p| p.line),
            column: problem.position.map(|p| p.column),
            message: &problem.message,
            help: problem.help.as_deref(),
        }
    }
}

impl SummaryObject {
    fn new(summary: &Summary) -> Self {
        Self {
            replies: summary.replies,
            errors: summary.errors,
            warnings: summary.warnings,
            suggestions: summary.suggestions,
            clean: summary.clean,
            silenced: summary.silenced,
            problems: summary.problems,
            fixed: summary.fixes.map(|fixes| fixes.fixed),
            unfixable: summary.fixes.map(|fixes| fixes.refused),
        }
    }
}

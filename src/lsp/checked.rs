//! Checking a document: the same way that `replylint check` goes, and then everything said in an editor's terms.

use super::encoding::{Encoding, byte_of};
use super::rules::Rules;
use crate::check::{Options, Progress, Report, check_bytes};
use crate::fix::Fixer;
use crate::input::{self, Reading};
use crate::lint::{Finding, Linter, Shown};
use crate::linters::Linters;
use crate::problem::Problem;
use crate::rules::Severity;
use crate::text::{LineIndex, Position as Place};
use crate::wording::Wording;
use lsp_types::{Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, Range, Url};
use ropey::Rope;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

/// Who the diagnostics are by.
pub(super) const NAME: &str = "replylint";

/// A text to check.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) uri: Url,
    pub(super) revision: u64,
    pub(super) draft: Draft,
    pub(super) encoding: Encoding,
}

/// A text, and how it is read.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) text: Rope,
    /// The path that says how it is read.
    pub(super) name: String,
    /// Whether it holds a reply if it holds any text.
    pub(super) is_reply: bool,
    pub(super) rules: Arc<Rules>,
    pub(super) min_severity: Severity,
}

/// What a job came to.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) uri: Url,
    pub(super) revision: u64,
    pub(super) findings: Vec<Marked>,
    /// What else there is to say about the document.
    pub(super) others: Vec<Diagnostic>,
}

/// A finding in a document.
#[derive(Clone, Debug)]
pub(super) struct Marked {
    pub(super) finding: Finding,
    /// The number of its reply in the document.
    pub(super) reply: usize,
    pub(super) diagnostic: Diagnostic,
}

impl Draft {
    /// The text as it is checked, and how many bytes of the document stand before it: a mark of the byte order may.
    pub(super) fn plain(&self) -> (String, usize) {
        let text = self.text.to_string();
        match text.strip_prefix('\u{feff}') {
            Some(rest) => (rest.to_owned(), text.len() - rest.len()),
            None => (text, 0),
        }
    }

    /// How the document is read.
    pub(super) fn reading(&self) -> Reading<'_> {
        let mut inputs = self.rules.settings.inputs.iter();
        Reading {
            named: self.is_reply,
            instruction: inputs.find(|input| input.covers(Path::new(&self.name))),
            kind: None,
        }
    }

    /// Checks `text` in the place of the document's.
    pub(super) fn report(&self, text: String) -> Report {
        self.fixing(|fixer| {
            let bytes = text.into_bytes();
            let mut report = check_bytes(fixer.linters, &self.name, bytes, self.is_reply, fixer.options);
            if let Some(baseline) = fixer.baseline {
                baseline.silence(&mut report);
            }
            report
        })
    }

    /// Does something with all that checks and edits take.
    pub(super) fn fixing<T>(&self, act: impl FnOnce(Fixer<'_, '_>) -> T) -> T {
        let Rules { settings, book, baseline, .. } = &*self.rules;
        let linters = Linters::new(Linter::new(book, &settings.allow), settings);
        let options = Options {
            reply_to: None,
            min_severity: self.min_severity,
            keep_texts: crate::check::Texts::None,
            excerpts: false,
            inputs: &settings.inputs,
            kind: None,
            threads: None,
            progress: &Progress::default(),
        };
        act(Fixer { linters: &linters, options, unsafe_too: false, baseline: baseline.as_ref() })
    }
}

/// Checks a text. A defect of ours costs its findings, never the session.
pub(super) fn check(job: Job) -> Checked {
    let Job { uri, revision, draft, encoding } = job;
    let found = catch_unwind(AssertUnwindSafe(|| diagnose(&draft, &uri, encoding)));
    let (findings, others) = found.unwrap_or_else(|_| {
        let problem = Problem::new("replylint failed on this document").help("please report it with the document");
        (Vec::new(), vec![problem_diagnostic(&problem, &draft.text, encoding)])
    });
    Checked { uri, revision, findings, others }
}

fn diagnose(draft: &Draft, uri: &Url, encoding: Encoding) -> (Vec<Marked>, Vec<Diagnostic>) {
    let (text, before) = draft.plain();
    let report = draft.report(text.clone());
    let range = |(start, end): (Place, Place)| {
        let byte = |place: Place| {
            // The mark in front is a character of the first line.
            let mark = usize::from(before > 0 && place.line == 1);
            byte_of(&draft.text, Place { column: place.column + mark, ..place })
        };
        encoding.range(&draft.text, byte(start)..byte(end))
    };
    let evidence = evidence(draft, &text, &report);
    let mut findings = Vec::new();
    for (number, reply) in report.replies.iter().enumerate() {
        for (finding, place) in reply.outcome.findings.iter().zip(&reply.places) {
            let mut diagnostic = diagnostic(finding, range(*place));
            let at = evidence.iter().filter(|said| said.reply == number && said.rule == finding.rule);
            let related: Vec<DiagnosticRelatedInformation> = at
                .map(|said| (range(said.place), &said.text))
                .filter(|(range, _)| *range != diagnostic.range)
                .map(|(range, text)| DiagnosticRelatedInformation {
                    location: Location::new(uri.clone(), range),
                    message: format!("because of “{}”", Shown(text)),
                })
                .collect();
            diagnostic.related_information = (!related.is_empty()).then_some(related);
            findings.push(Marked { finding: finding.clone(), reply: number, diagnostic });
        }
    }
    let others = report.problems.iter().map(|problem| problem_diagnostic(problem, &draft.text, encoding)).collect();
    (findings, others)
}

/// Words of a reply that made a rule speak.
struct Said {
    reply: usize,
    rule: Wording,
    text: String,
    place: (Place, Place),
}

/// Where the evidence stands in the document.
fn evidence(draft: &Draft, text: &str, report: &Report) -> Vec<Said> {
    let is_elsewhere = |finding: &Finding| finding.evidence.iter().any(|e| e.span.is_some_and(|s| s != finding.span));
    if !report.replies.iter().any(|reply| reply.outcome.findings.iter().any(is_elsewhere)) {
        return Vec::new();
    }
    let (_, replies, _) = input::replies_within(&draft.name, text, draft.reading(), draft.rules.settings.limits);
    // Where a reply could not be checked the numbers say nothing.
    let checked = report.replies.iter().filter(|reply| !reply.is_aside);
    if replies.len() != checked.clone().count() {
        return Vec::new();
    }
    let index = LineIndex::new(text);
    let mut all = Vec::new();
    for (number, (reply, checked)) in replies.iter().zip(checked).enumerate() {
        for finding in &checked.outcome.findings {
            all.extend(finding.evidence.iter().filter_map(|evidence| {
                let place = reply.place(&index, evidence.span?);
                Some(Said { reply: number, rule: finding.rule.clone(), text: evidence.text.clone(), place })
            }));
        }
    }
    all
}

fn diagnostic(finding: &Finding, range: Range) -> Diagnostic {
    let severity = match finding.severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Suggestion => DiagnosticSeverity::INFORMATION,
    };
    Diagnostic {
        range,
        severity: Some(severity),
        code: Some(NumberOrString::String(finding.rule.to_string())),
        source: Some(NAME.to_owned()),
        message: Shown(&finding.message).to_string(),
        ..Diagnostic::default()
    }
}

/// A problem in `text`, from its place to the end of the line.
pub(super) fn problem_diagnostic(problem: &Problem, text: &Rope, encoding: Encoding) -> Diagnostic {
    let start = byte_of(text, problem.position.unwrap_or(Place { line: 1, column: 1 }));
    let line = text.byte_to_line(start);
    let end = text.char_to_byte(super::encoding::end_of_line(text, line)).max(start);
    let help = problem.help.as_ref().map_or_else(String::new, |help| format!("; {help}"));
    Diagnostic {
        range: encoding.range(text, start..end),
        severity: Some(DiagnosticSeverity::ERROR),
        source: Some(NAME.to_owned()),
        message: Shown(&format!("{}{help}", problem.message)).to_string(),
        ..Diagnostic::default()
    }
}

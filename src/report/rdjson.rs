//! The Reviewdog Diagnostic Format: one JSON document. Its columns are bytes of UTF-8, its ends are exclusive.

use super::common::{findings, json, problem_said, said, slashed};
use super::{Reporter, Summary};
use crate::check::Report;
use crate::problem::Problem;
use crate::rules::Severity;
use crate::text::{Columns, Position};
use serde::Serialize;
use std::borrow::Cow;
use std::io::{self, Write};

#[derive(Serialize)]
struct Diagnostic<'a> {
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Location<'a>>,
    severity: &'static str,
    code: Code<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion<'a>>,
}

#[derive(Serialize)]
struct Code<'a> {
    value: &'a str,
}

#[derive(Serialize)]
struct Location<'a> {
    path: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
}

#[derive(Clone, Copy, Serialize)]
struct Range {
    start: Point,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<Point>,
}

#[derive(Clone, Copy, Serialize)]
struct Point {
    line: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

impl Point {
    fn new(at: Position, columns: Columns) -> Self {
        Self { line: at.line, column: Some(columns.utf8) }
    }
}

#[derive(Serialize)]
struct Suggestion<'a> {
    range: Range,
    text: &'a str,
}

/// The document. Problems stand behind all findings.
#[derive(Default)]
pub(super) struct Rdjson {
    diagnostics: json::List,
    problems: Vec<Problem>,
}

/// How deep diagnostics stand in the document.
const DEPTH: usize = 2;

impl Reporter for Rdjson {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "{{\n  \"source\": {{\n    \"name\": \"replylint\"\n  }},\n  \"diagnostics\": [")
    }

    fn part(&mut self, part: &Report, drawn: &[u8], out: &mut dyn Write) -> io::Result<()> {
        self.problems.extend_from_slice(&part.problems);
        self.diagnostics.items(drawn, out)
    }

    fn end(&mut self, _summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        for problem in &self.problems {
            // A problem's column is counted in characters; its line is all that can be said in bytes.
            let range = problem.position.map(|at| Range { start: Point { line: at.line, column: None }, end: None });
            let diagnostic = Diagnostic {
                message: problem_said(problem),
                location: problem.path.as_deref().map(|path| Location { path: slashed(path), range }),
                severity: "ERROR",
                code: Code { value: "replylint" },
                suggestions: Vec::new(),
            };
            self.diagnostics.item(&diagnostic, DEPTH, out)?;
        }
        self.diagnostics.end(DEPTH, out)?;
        writeln!(out, "\n}}")
    }
}

pub(super) fn draw(part: &Report, out: &mut dyn Write) -> io::Result<()> {
    for entry in findings(part) {
        let range = Range {
            start: Point::new(entry.place.0, entry.columns.0),
            end: Some(Point::new(entry.place.1, entry.columns.1)),
        };
        let diagnostic = Diagnostic {
            message: said(entry.finding),
            location: Some(Location { path: slashed(&entry.reply.path), range: Some(range) }),
            severity: match entry.finding.severity {
                Severity::Error => "ERROR",
                Severity::Warning => "WARNING",
                Severity::Suggestion => "INFO",
            },
            code: Code { value: &entry.finding.rule },
            suggestions: entry.edit().map(|edit| Suggestion { range, text: &edit.with }).into_iter().collect(),
        };
        json::write_item(&diagnostic, DEPTH, out)?;
    }
    Ok(())
}

//! The Reviewdog Diagnostic Format: one JSON document. Its columns are bytes of UTF-8, its ends are exclusive.

use super::Material;
use super::common::{findings, json, problem_said, said, slashed};
use crate::rules::Severity;
use crate::text::{Columns, Position};
use serde::Serialize;
use std::borrow::Cow;
use std::io::{self, Write};

#[derive(Serialize)]
struct Document<'a> {
    source: Source,
    diagnostics: Vec<Diagnostic<'a>>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
}

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

pub(super) fn write(material: &Material<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut diagnostics = Vec::new();
    for entry in findings(material.report) {
        let range = Range {
            start: Point::new(entry.place.0, entry.columns.0),
            end: Some(Point::new(entry.place.1, entry.columns.1)),
        };
        diagnostics.push(Diagnostic {
            message: said(entry.finding),
            location: Some(Location { path: slashed(&entry.reply.path), range: Some(range) }),
            severity: match entry.finding.severity {
                Severity::Error => "ERROR",
                Severity::Warning => "WARNING",
                Severity::Suggestion => "INFO",
            },
            code: Code { value: &entry.finding.rule },
            suggestions: entry.edit().map(|edit| Suggestion { range, text: &edit.with }).into_iter().collect(),
        });
    }
    for problem in &material.report.problems {
        // A problem's column is counted in characters; its line is all that can be said in bytes.
        let range = problem.position.map(|at| Range { start: Point { line: at.line, column: None }, end: None });
        diagnostics.push(Diagnostic {
            message: problem_said(problem),
            location: problem.path.as_deref().map(|path| Location { path: slashed(path), range }),
            severity: "ERROR",
            code: Code { value: "replylint" },
            suggestions: Vec::new(),
        });
    }
    json::write(&Document { source: Source { name: "replylint" }, diagnostics }, out)
}

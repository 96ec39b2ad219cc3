//! GitLab's Code Quality report: one JSON array.

use super::common::{Occurrences, hash, json, problem_said, said, slashed};
use super::{Reporter, Summary};
use crate::check::Report;
use crate::problem::Problem;
use crate::rules::Severity;
use serde::Serialize;
use std::borrow::Cow;
use std::io::{self, Write};

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: Cow<'a, str>,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// The array. Problems stand behind all findings.
#[derive(Default)]
pub(super) struct Gitlab {
    issues: json::List,
    seen: Occurrences,
    problems: Vec<Problem>,
}

/// How deep issues stand in the document.
const DEPTH: usize = 1;

impl Reporter for Gitlab {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "[")
    }

    fn part(&mut self, part: &Report, _drawn: &[u8], out: &mut dyn Write) -> io::Result<()> {
        self.problems.extend_from_slice(&part.problems);
        for entry in self.seen.entries(part).into_iter().filter(|entry| entry.silenced.is_none()) {
            let finding = entry.finding;
            let path = slashed(&entry.reply.path);
            let issue = Issue {
                description: said(finding),
                check_name: &finding.rule,
                // GitLab takes two issues with one fingerprint for one, in any files.
                fingerprint: format!("{:016x}{:016x}{:04x}", hash(&path), finding.fingerprint, entry.occurrence),
                severity: match finding.severity {
                    Severity::Error => "critical",
                    Severity::Warning => "major",
                    Severity::Suggestion => "info",
                },
                location: Location { path, lines: Lines { begin: entry.place.0.line, end: entry.place.1.line } },
            };
            self.issues.item(&issue, DEPTH, out)?;
        }
        Ok(())
    }

    fn end(&mut self, _summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        for (number, problem) in self.problems.iter().enumerate() {
            let path = slashed(problem.path.as_deref().unwrap_or("."));
            let line = problem.position.map_or(1, |at| at.line);
            let issue = Issue {
                description: problem_said(problem),
                check_name: "replylint",
                fingerprint: format!("{:016x}{:016x}{number:04x}", hash(&path), hash(&problem.message)),
                severity: "blocker",
                location: Location { path, lines: Lines { begin: line, end: line } },
            };
            self.issues.item(&issue, DEPTH, out)?;
        }
        self.issues.end(DEPTH, out)?;
        writeln!(out)
    }
}

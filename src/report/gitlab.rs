//! GitLab's Code Quality report: one JSON array.

use super::Material;
use super::common::{findings, json, problem_said, said, slashed};
use crate::rules::Severity;
use fnv::FnvHasher;
use serde::Serialize;
use std::borrow::Cow;
use std::hash::Hasher as _;
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

pub(super) fn write(material: &Material<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut issues = Vec::new();
    for entry in findings(material.report) {
        let finding = entry.finding;
        let path = slashed(&entry.reply.path);
        issues.push(Issue {
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
        });
    }
    for (number, problem) in material.report.problems.iter().enumerate() {
        let path = slashed(problem.path.as_deref().unwrap_or("."));
        let line = problem.position.map_or(1, |at| at.line);
        issues.push(Issue {
            description: problem_said(problem),
            check_name: "replylint",
            fingerprint: format!("{:016x}{:016x}{number:04x}", hash(&path), hash(&problem.message)),
            severity: "blocker",
            location: Location { path, lines: Lines { begin: line, end: line } },
        });
    }
    json::write(&issues, out)
}

fn hash(text: &str) -> u64 {
    let mut hasher = FnvHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}

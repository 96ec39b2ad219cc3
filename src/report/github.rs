//! GitHub's workflow commands: a line per finding, which the runner turns into an annotation.

use super::Material;
use super::common::{findings, level, problem_said, said, slashed};
use std::io::{self, Write};

pub(super) fn write(material: &Material<'_>, out: &mut dyn Write) -> io::Result<()> {
    for entry in findings(material.report) {
        let (start, end) = entry.place;
        let command = level(entry.finding.severity, "notice");
        write!(
            out,
            "::{command} file={},line={},endLine={}",
            property(&slashed(&entry.reply.path)),
            start.line,
            end.line
        )?;
        if start.line == end.line {
            // GitHub takes columns only within one line.
            write!(out, ",col={},endColumn={}", start.column, end.column)?;
        }
        writeln!(out, ",title={}::{}", property(&entry.finding.rule), data(&said(entry.finding)))?;
    }
    for problem in &material.report.problems {
        write!(out, "::error ")?;
        if let Some(path) = &problem.path {
            write!(out, "file={},", property(&slashed(path)))?;
        }
        if let Some(at) = problem.position {
            write!(out, "line={},col={},", at.line, at.column)?;
        }
        writeln!(out, "title=replylint::{}", data(&problem_said(problem)))?;
    }
    Ok(())
}

/// Text behind the last `::`, with GitHub's escapes.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, with GitHub's escapes.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

//! GitHub's workflow commands: a line per finding, which the runner turns into an annotation.

use super::common::{findings, level, problem_said, said, slashed};
use super::{Reporter, Summary};
use crate::check::Report;
use crate::problem::Problem;
use std::io::{self, Write};

/// Problems stand behind all findings.
#[derive(Default)]
pub(super) struct Github {
    problems: Vec<Problem>,
}

impl Reporter for Github {
    fn part(&mut self, part: &Report, drawn: &[u8], out: &mut dyn Write) -> io::Result<()> {
        self.problems.extend_from_slice(&part.problems);
        out.write_all(drawn)
    }

    fn end(&mut self, _summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        for problem in &self.problems {
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
}

pub(super) fn draw(part: &Report, out: &mut dyn Write) -> io::Result<()> {
    for entry in findings(part) {
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

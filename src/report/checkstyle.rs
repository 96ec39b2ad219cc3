//! Checkstyle's XML: findings by file.

use super::common::held::HeldProblems;
use super::common::xml::Xml;
use super::common::{level, of_reply, problem_said, said, slashed};
use super::{Reporter, Summary};
use crate::check::Report;
use crate::problem::Problem;
use std::io::{self, Write};

/// The document. A file's element stands open until the next file comes.
#[derive(Default)]
pub(super) struct Checkstyle {
    xml: Xml,
    open: Option<String>,
    problems: HeldProblems,
}

impl Checkstyle {
    fn close(&mut self) -> io::Result<()> {
        if let Some(path) = self.open.take() {
            for problem in self.problems.of(&path) {
                self.problem(&problem)?;
            }
            self.xml.close("file")?;
        }
        Ok(())
    }

    fn problem(&mut self, problem: &Problem) -> io::Result<()> {
        let place = problem.position.map(|at| (at.line, at.column));
        self.error(place, "error", &problem_said(problem), "replylint")
    }

    fn error(&mut self, place: Option<(usize, usize)>, severity: &str, message: &str, source: &str) -> io::Result<()> {
        let place = place.map(|(line, column)| (line.to_string(), column.to_string()));
        let mut attributes = Vec::new();
        if let Some((line, column)) = &place {
            attributes.extend([("line", line.as_str()), ("column", column.as_str())]);
        }
        attributes.extend([("severity", severity), ("message", message), ("source", source)]);
        self.xml.empty("error", &attributes)
    }
}

impl Reporter for Checkstyle {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.xml.open("checkstyle", &[("version", "4.3")])?;
        self.xml.give(out)
    }

    fn part(&mut self, part: &Report, _drawn: &[u8], out: &mut dyn Write) -> io::Result<()> {
        self.problems.hold(&part.problems);
        for reply in &part.replies {
            if self.open.as_ref() != Some(&reply.path) {
                self.close()?;
                self.xml.open("file", &[("name", &slashed(&reply.path))])?;
                self.open = Some(reply.path.clone());
            }
            for entry in of_reply(reply).iter().filter(|entry| entry.silenced.is_none()) {
                self.error(
                    Some((entry.place.0.line, entry.place.0.column)),
                    level(entry.finding.severity, "info"),
                    &said(entry.finding),
                    &format!("replylint.{}", entry.finding.rule.replace('/', ".")),
                )?;
            }
        }
        self.xml.give(out)
    }

    fn end(&mut self, _summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        self.close()?;
        for (path, problems) in self.problems.rest() {
            self.xml.open("file", &[("name", &slashed(path.as_deref().unwrap_or("")))])?;
            problems.iter().try_for_each(|problem| self.problem(problem))?;
            self.xml.close("file")?;
        }
        self.xml.close("checkstyle")?;
        self.xml.give(out)?;
        writeln!(out)
    }
}

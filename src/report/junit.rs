//! JUnit's XML, as Jenkins, GitLab and others read it: a suite per file, a test case per reply. A case fails for findings
//! that fail the run; other findings stand in its output. Only what Jenkins's schema knows is written.

use super::Material;
use super::common::xml::Xml;
use super::common::{id_text, problem_said, slashed};
use crate::check::ReplyReport;
use crate::lint::{Finding, Shown};
use crate::problem::Problem;
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::io::{self, Write};

/// What is said of one file.
#[derive(Default)]
struct Suite<'a> {
    path: &'a str,
    replies: Vec<&'a ReplyReport>,
    problems: Vec<&'a Problem>,
    is_empty: bool,
}

pub(super) fn write(material: &Material<'_>, out: &mut dyn Write) -> io::Result<()> {
    let suites = suites(material);
    let fails = |finding: &Finding| material.fail_on.includes(finding.severity);
    let failed = |suite: &Suite<'_>| suite.replies.iter().filter(|r| r.outcome.findings.iter().any(fails)).count();
    let tests = |suite: &Suite<'_>| suite.replies.len() + suite.problems.len() + usize::from(suite.is_empty);
    let sum = |count: &dyn Fn(&Suite<'_>) -> usize| suites.iter().map(count).sum::<usize>().to_string();
    let mut xml = Xml::new(out)?;
    xml.open(
        "testsuites",
        &[
            ("name", "replylint"),
            ("tests", &sum(&tests)),
            ("failures", &sum(&failed)),
            ("errors", &sum(&|suite| suite.problems.len())),
        ],
    )?;
    for suite in &suites {
        xml.open(
            "testsuite",
            &[
                ("name", &slashed(suite.path)),
                ("tests", &tests(suite).to_string()),
                ("failures", &failed(suite).to_string()),
                ("errors", &suite.problems.len().to_string()),
                ("skipped", if suite.is_empty { "1" } else { "0" }),
                ("file", &slashed(suite.path)),
            ],
        )?;
        xml.open("properties", &[])?;
        xml.empty("property", &[("name", "replylint"), ("value", env!("CARGO_PKG_VERSION"))])?;
        xml.empty("property", &[("name", "fail-on"), ("value", material.fail_on.name())])?;
        xml.close("properties")?;
        cases(suite, &fails, &mut xml)?;
        xml.close("testsuite")?;
    }
    xml.close("testsuites")?;
    xml.finish()
}

/// The files, in order of the report.
fn suites<'a>(material: &Material<'a>) -> Vec<Suite<'a>> {
    let report = material.report;
    let mut suites: Vec<Suite<'a>> = Vec::new();
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    let mut number = |path: &'a str, suites: &mut Vec<Suite<'a>>| {
        *numbers.entry(path).or_insert_with(|| {
            suites.push(Suite { path, ..Suite::default() });
            suites.len() - 1
        })
    };
    for reply in &report.replies {
        let at = number(&reply.path, &mut suites);
        suites[at].replies.push(reply);
    }
    for path in &report.empty {
        let at = number(path, &mut suites);
        suites[at].is_empty = true;
    }
    for problem in &report.problems {
        let at = number(problem.path.as_deref().unwrap_or("replylint"), &mut suites);
        suites[at].problems.push(problem);
    }
    suites
}

fn cases(suite: &Suite<'_>, fails: &dyn Fn(&Finding) -> bool, xml: &mut Xml<'_>) -> io::Result<()> {
    let path = slashed(suite.path);
    let mut taken = HashSet::new();
    for (number, reply) in suite.replies.iter().enumerate() {
        // Names, not lines: a test keeps its history when the lines above it grow.
        let own = reply.name.as_deref().map(Into::into).or_else(|| reply.id.as_deref().map(id_text));
        let mut name = own.map_or_else(|| format!("reply {}", number + 1), |name| Shown(&name).to_string());
        while !taken.insert(name.clone()) {
            name.push_str(&format!(" (reply {})", number + 1));
        }
        let attributes = [("name", name.as_str()), ("classname", &path)];
        let places = reply.outcome.findings.iter().zip(&reply.places);
        let (failing, others): (Vec<_>, Vec<_>) = places.partition(|(finding, _)| fails(finding));
        let lines = |of: &[(&Finding, &(crate::text::Position, _))]| {
            let mut text = String::new();
            for (finding, (start, _)) in of {
                let _ = write!(
                    text,
                    "{}:{}:{}: {}[{}] {}",
                    Shown(&path),
                    start.line,
                    start.column,
                    finding.severity,
                    finding.rule,
                    Shown(&finding.message)
                );
                for instead in finding.instead.iter().take(1) {
                    let _ = write!(text, "\n  try: {}", Shown(instead));
                }
                text.push('\n');
            }
            text
        };
        if failing.is_empty() && others.is_empty() {
            xml.empty("testcase", &attributes)?;
            continue;
        }
        xml.open("testcase", &attributes)?;
        if let Some((first, _)) = failing.first() {
            let more = match failing.len() - 1 {
                0 => String::new(),
                more => format!(" (and {more} more)"),
            };
            let message = format!("{}{more}", Shown(&first.message));
            xml.text("failure", &[("message", &message), ("type", &first.rule)], &lines(&failing))?;
        }
        if !others.is_empty() {
            xml.text("system-out", &[], &lines(&others))?;
        }
        xml.close("testcase")?;
    }
    if suite.is_empty {
        xml.open("testcase", &[("name", "replies"), ("classname", &path)])?;
        xml.empty("skipped", &[("message", "holds no reply")])?;
        xml.close("testcase")?;
    }
    for (number, problem) in suite.problems.iter().enumerate() {
        let name = format!("problem {}", number + 1);
        xml.open("testcase", &[("name", &name), ("classname", &path)])?;
        let message = Shown(&problem.message).to_string();
        xml.text("error", &[("message", &message), ("type", "problem")], &place_and(problem))?;
        xml.close("testcase")?;
    }
    Ok(())
}

/// The problem with its place in front.
fn place_and(problem: &Problem) -> String {
    let said = problem_said(problem);
    match (&problem.path, problem.position) {
        (Some(path), Some(at)) => format!("{}:{}:{}: {said}\n", Shown(path), at.line, at.column),
        (Some(path), None) => format!("{}: {said}\n", Shown(path)),
        (None, _) => format!("{said}\n"),
    }
}

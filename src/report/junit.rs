//! JUnit's XML, as Jenkins, GitLab and others read it: a suite per file, a test case per reply. A case fails for findings
//! that fail the run; other findings stand in its output. Only what Jenkins's schema knows is written.

use super::common::held::{HeldProblems, HeldText};
use super::common::xml::Xml;
use super::common::{id_text, problem_said, slashed};
use super::{Reporter, Setting, Summary};
use crate::check::{ReplyReport, Report};
use crate::lint::{Finding, Shown};
use crate::problem::Problem;
use crate::text::Position;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::{self, Write};

/// The document. How many tests there are stands before them all, and how many a file has before its own.
pub(super) struct Junit<'a> {
    setting: Setting<'a>,
    /// The suites that are complete.
    suites: HeldText,
    totals: Totals,
    /// The suite that the next reply may belong to.
    open: Option<Suite>,
    problems: HeldProblems,
    empty: Vec<String>,
}

/// What a suite, or all of them, came to.
#[derive(Clone, Copy, Default)]
struct Totals {
    tests: usize,
    failures: usize,
    errors: usize,
}

/// What is said of one file.
struct Suite {
    path: String,
    cases: HeldText,
    totals: Totals,
    replies: usize,
    /// Names of the cases.
    taken: HashSet<String>,
    is_empty: bool,
}

impl Suite {
    fn new(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            cases: HeldText::default(),
            totals: Totals::default(),
            replies: 0,
            taken: HashSet::new(),
            is_empty: false,
        }
    }
}

/// How deep suites and cases stand.
const SUITE_DEPTH: usize = 1;
const CASE_DEPTH: usize = 2;

impl<'a> Junit<'a> {
    pub(super) fn new(setting: Setting<'a>) -> Self {
        Self {
            setting,
            suites: HeldText::default(),
            totals: Totals::default(),
            open: None,
            problems: HeldProblems::default(),
            empty: Vec::new(),
        }
    }

    /// Puts a suite behind the others, with these problems.
    fn close(&mut self, mut suite: Suite, problems: &[Problem]) -> io::Result<()> {
        let mut xml = Xml::within(CASE_DEPTH)?;
        if suite.is_empty {
            no_reply(&suite.path, &mut xml)?;
        }
        for (number, problem) in problems.iter().enumerate() {
            problem_case(&suite.path, number, problem, &mut xml)?;
        }
        xml.give(&mut suite.cases)?;
        let Totals { tests, failures, errors } = &mut suite.totals;
        *errors += problems.len();
        *tests += suite.replies + problems.len() + usize::from(suite.is_empty);
        self.totals.tests += *tests;
        self.totals.failures += *failures;
        self.totals.errors += *errors;
        let mut xml = Xml::within(SUITE_DEPTH)?;
        xml.open(
            "testsuite",
            &[
                ("name", &slashed(&suite.path)),
                ("tests", &tests.to_string()),
                ("failures", &failures.to_string()),
                ("errors", &errors.to_string()),
                ("skipped", if suite.is_empty { "1" } else { "0" }),
                ("file", &slashed(&suite.path)),
            ],
        )?;
        xml.open("properties", &[])?;
        xml.empty("property", &[("name", "replylint"), ("value", env!("CARGO_PKG_VERSION"))])?;
        xml.empty("property", &[("name", "fail-on"), ("value", self.setting.fail_on.name())])?;
        xml.close("properties")?;
        xml.give(&mut self.suites)?;
        suite.cases.give(&mut self.suites)?;
        xml.close("testsuite")?;
        xml.give(&mut self.suites)
    }

    fn close_open(&mut self) -> io::Result<()> {
        let Some(suite) = self.open.take() else { return Ok(()) };
        let problems = self.problems.of(&suite.path);
        self.close(suite, &problems)
    }
}

impl Reporter for Junit<'_> {
    fn part(&mut self, part: &Report, _drawn: &[u8], _out: &mut dyn Write) -> io::Result<()> {
        self.problems.hold(&part.problems);
        self.empty.extend_from_slice(&part.empty);
        let fail_on = self.setting.fail_on;
        for reply in &part.replies {
            if self.open.as_ref().is_none_or(|suite| suite.path != reply.path) {
                self.close_open()?;
            }
            let suite = self.open.get_or_insert_with(|| Suite::new(&reply.path));
            suite.case(reply, &|finding| fail_on.includes(finding.severity))?;
        }
        Ok(())
    }

    fn end(&mut self, _summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        self.close_open()?;
        // What holds no reply stands behind what does.
        for path in std::mem::take(&mut self.empty) {
            let problems = self.problems.of(&path);
            self.close(Suite { is_empty: true, ..Suite::new(&path) }, &problems)?;
        }
        for (path, problems) in self.problems.rest() {
            self.close(Suite::new(path.as_deref().unwrap_or("replylint")), &problems)?;
        }
        let Totals { tests, failures, errors } = self.totals;
        let mut xml = Xml::default();
        xml.open(
            "testsuites",
            &[
                ("name", "replylint"),
                ("tests", &tests.to_string()),
                ("failures", &failures.to_string()),
                ("errors", &errors.to_string()),
            ],
        )?;
        xml.give(out)?;
        self.suites.give(out)?;
        xml.close("testsuites")?;
        xml.give(out)?;
        writeln!(out)
    }
}

impl Suite {
    fn case(&mut self, reply: &ReplyReport, fails: &dyn Fn(&Finding) -> bool) -> io::Result<()> {
        self.replies += 1;
        let (path, number) = (slashed(&self.path), self.replies);
        // Names, not lines: a test keeps its history when the lines above it grow.
        let own = reply.name.as_deref().map(Into::into).or_else(|| reply.id.as_deref().map(id_text));
        let mut name = own.map_or_else(|| format!("reply {number}"), |name| Shown(&name).to_string());
        while !self.taken.insert(name.clone()) {
            name.push_str(&format!(" (reply {number})"));
        }
        let attributes = [("name", name.as_str()), ("classname", &path)];
        let places = reply.outcome.findings.iter().zip(&reply.places);
        let (failing, others): (Vec<_>, Vec<_>) = places.partition(|(finding, _)| fails(finding));
        self.totals.failures += usize::from(!failing.is_empty());
        let mut xml = Xml::within(CASE_DEPTH)?;
        if failing.is_empty() && others.is_empty() {
            xml.empty("testcase", &attributes)?;
            return xml.give(&mut self.cases);
        }
        xml.open("testcase", &attributes)?;
        if let Some((first, _)) = failing.first() {
            let more = match failing.len() - 1 {
                0 => String::new(),
                more => format!(" (and {more} more)"),
            };
            let message = format!("{}{more}", Shown(&first.message));
            xml.text("failure", &[("message", &message), ("type", &first.rule)], &lines(&path, &failing))?;
        }
        if !others.is_empty() {
            xml.text("system-out", &[], &lines(&path, &others))?;
        }
        xml.close("testcase")?;
        xml.give(&mut self.cases)
    }
}

/// Findings, one a line, each with its first rewrite below.
fn lines(path: &str, findings: &[(&Finding, &(Position, Position))]) -> String {
    let mut text = String::new();
    for (finding, (start, _)) in findings {
        let _ = write!(
            text,
            "{}:{}:{}: {}[{}] {}",
            Shown(path),
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
}

/// The case of a file that holds no reply.
fn no_reply(path: &str, xml: &mut Xml) -> io::Result<()> {
    xml.open("testcase", &[("name", "replies"), ("classname", &slashed(path))])?;
    xml.empty("skipped", &[("message", "holds no reply")])?;
    xml.close("testcase")
}

fn problem_case(path: &str, number: usize, problem: &Problem, xml: &mut Xml) -> io::Result<()> {
    let name = format!("problem {}", number + 1);
    xml.open("testcase", &[("name", &name), ("classname", &slashed(path))])?;
    let message = Shown(&problem.message).to_string();
    xml.text("error", &[("message", &message), ("type", "problem")], &place_and(problem))?;
    xml.close("testcase")
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

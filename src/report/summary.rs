//! The numbers at the end.

use crate::check::{Report, SilencedBy};
use crate::config::FailOn;
use crate::fix::Fixes;
use crate::rules::Severity;
use std::fmt;

/// How much was checked and found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Replies checked.
    pub replies: usize,
    /// Findings by severity.
    pub errors: usize,
    /// Findings by severity.
    pub warnings: usize,
    /// Findings by severity.
    pub suggestions: usize,
    /// Replies without any finding.
    pub clean: usize,
    /// Findings that somebody has silenced.
    pub silenced: usize,
    /// Those of them that a baseline accepts.
    pub by_baseline: usize,
    /// Drafts that hold quoted text, which was read and not linted.
    pub with_quotes: usize,
    /// Problems outside the replies.
    pub problems: usize,
    /// What was edited before the check.
    pub fixes: Option<Fixes>,
}

impl Summary {
    /// Counts a report.
    pub fn of(report: &Report) -> Self {
        let mut summary = Self { problems: report.problems.len(), fixes: report.fixes, ..Self::default() };
        for reply in &report.replies {
            summary.replies += usize::from(!reply.is_aside);
            summary.clean += usize::from(reply.outcome.findings.is_empty() && !reply.is_aside);
            summary.silenced += reply.silenced.len();
            summary.by_baseline += reply.silenced.iter().filter(|silenced| silenced.by == SilencedBy::Baseline).count();
            summary.with_quotes += usize::from(reply.outcome.quoted > 0);
            for finding in &reply.outcome.findings {
                match finding.severity {
                    Severity::Error => summary.errors += 1,
                    Severity::Warning => summary.warnings += 1,
                    Severity::Suggestion => summary.suggestions += 1,
                }
            }
        }
        summary
    }

    /// Counts what comes next too.
    pub fn add(&mut self, next: Self) {
        let Self { replies, errors, warnings, suggestions, clean, silenced, by_baseline, with_quotes, problems, fixes } =
            next;
        self.replies += replies;
        self.errors += errors;
        self.warnings += warnings;
        self.suggestions += suggestions;
        self.clean += clean;
        self.silenced += silenced;
        self.by_baseline += by_baseline;
        self.with_quotes += with_quotes;
        self.problems += problems;
        self.fixes = self.fixes.or(fixes);
    }

    /// The exit status: 0 nothing to mend, 1 findings at or above `fail_on`, 2 something could not be checked.
    pub fn exit_status(&self, fail_on: FailOn) -> u8 {
        let fails = (self.errors > 0 && fail_on.includes(Severity::Error))
            || (self.warnings > 0 && fail_on.includes(Severity::Warning))
            || (self.suggestions > 0 && fail_on.includes(Severity::Suggestion));
        if self.problems > 0 { 2 } else { u8::from(fails) }
    }
}

/// `1 reply`, `3 replies`.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = vec![count(self.replies, "reply", "replies")];
        let findings = [
            (self.errors, "error", "errors"),
            (self.warnings, "warning", "warnings"),
            (self.suggestions, "suggestion", "suggestions"),
        ];
        parts.extend(findings.iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| count(*n, one, many)));
        parts.push(format!("{} clean", self.clean));
        if self.silenced > 0 {
            parts.push(format!("{} silenced", self.silenced));
        }
        if self.with_quotes > 0 {
            parts.push(format!("quoted text left alone in {}", self.with_quotes));
        }
        if let Some(fixes) = self.fixes {
            parts.push(fixes.to_string());
        }
        if self.problems > 0 {
            parts.push(count(self.problems, "problem", "problems"));
        }
        f.write_str(&parts.join(", "))
    }
}

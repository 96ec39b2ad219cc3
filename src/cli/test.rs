//! `replylint test`: the examples of rules, run.

use super::{CLEAN, Console, FAILED, SourceArgs, settings};
use crate::check::documented_book;
use crate::report::count;
use crate::rules::examples::{Failure, VARIANTS, collect};
use colored::Colorize;
use rayon::prelude::*;
use std::fmt::Write as _;
use std::path::Path;

pub(super) fn run(directory: Option<&Path>, source: &SourceArgs, console: &Console) -> u8 {
    let mut settings = match settings(source) {
        Ok(settings) => settings,
        Err(problem) => {
            console.problems(&[problem]);
            return FAILED;
        }
    };
    // Every rule is tested, as it was written.
    settings.severity.clear();
    settings.profile.strict = true;
    settings.rules.extend(directory.map(Path::to_owned));
    let (book, sets) = match documented_book(&settings, true) {
        Ok(found) => found,
        Err(problems) => {
            console.problems(&problems);
            return FAILED;
        }
    };
    let own = directory.is_some() || !source.rules.is_empty();
    let tested: Vec<_> = sets.into_iter().filter(|set| !own || !set.is_built_in()).collect();
    let examples = collect(&book, &tested);
    let failures: Vec<Failure> = examples.par_iter().filter_map(|example| example.run(&book)).collect();
    let rules: usize = tested.iter().map(|set| set.declaration.rules.len()).sum();
    let signals: usize = tested.iter().map(|set| set.declaration.signals.0.len()).sum();
    let mut out = String::new();
    for failure in &failures {
        describe(failure, &mut out);
    }
    let verdict = match failures.len() {
        _ if examples.is_empty() => "nothing to test".yellow().bold(),
        0 => "all pass".green().bold(),
        failed => format!("{failed} failed").red().bold(),
    };
    let _ = writeln!(
        out,
        "{}, {}, {}, each in {} variants: {verdict}",
        count(rules, "rule", "rules"),
        count(signals, "signal", "signals"),
        count(examples.len(), "example", "examples"),
        VARIANTS.len()
    );
    if examples.is_empty() {
        let _ = writeln!(out, "give each rule `examples:` with `flag:` and `pass:`");
    }
    console.print(&out);
    if failures.is_empty() && !examples.is_empty() { CLEAN } else { 1 }
}

fn describe(failure: &Failure, out: &mut String) {
    let place = failure.position.map_or_else(String::new, |p| format!(":{}:{}", p.line, p.column));
    let _ = writeln!(
        out,
        "{} {} ({})",
        format!("{}:", failure.failing.name()).red().bold(),
        failure.of.bold(),
        failure.variant
    );
    let _ = writeln!(out, "  --> {}{place}", failure.path);
    let _ = writeln!(out, "  example:  {}", failure.text.trim().replace('\n', "\n            "));
    if let Some(expected) = &failure.expected {
        let _ = writeln!(out, "  expected: {expected}");
    }
    for found in &failure.found {
        let _ = writeln!(out, "  found:    {found}");
    }
    let _ = writeln!(out);
}

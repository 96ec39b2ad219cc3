//! `replylint rules`: what there is.

use super::{CLEAN, Console, FAILED, SourceArgs, settings};
use crate::check::rule_book;
use crate::rules::Severity;
use crate::rules::SignalKind;
use crate::rules::book::{Everything, Selection};
use crate::rules::declaration::{ProfileDecl, SeverityDecl};
use colored::Colorize;
use std::fmt::Write as _;

pub(super) fn run(signals: bool, source: &SourceArgs, console: &Console) -> u8 {
    let found =
        settings(source).map_err(|problem| vec![problem]).and_then(|s| rule_book(&s, true).map(|found| (s, found)));
    let (settings, (book, sets)) = match found {
        Ok(found) => found,
        Err(problems) => {
            console.problems(&problems);
            return FAILED;
        }
    };
    let mut out = String::new();
    if signals {
        for signal in &book.signals {
            let kind = match signal.kind {
                SignalKind::Element => "element",
                SignalKind::Situation => "situation",
                SignalKind::Cue => "cue",
            };
            let _ = writeln!(out, "{:22} {:10} {}", signal.name, kind, signal.label);
        }
        console.print(&out);
        return CLEAN;
    }
    let width = sets
        .iter()
        .flat_map(|s| s.declaration.rules.iter().map(|r| s.declaration.set.len() + 1 + r.id.len()))
        .max()
        .unwrap_or(0);
    let mut on = 0;
    let mut total = 0;
    for set in sets.iter().filter(|set| !set.declaration.rules.is_empty()) {
        let _ = writeln!(out, "{}  {}", set.declaration.set.bold(), set.declaration.about.dimmed());
        for rule in &set.declaration.rules {
            let id = format!("{}/{}", set.declaration.set, rule.id);
            let declared = match rule.severity {
                SeverityDecl::Suggestion => Severity::Suggestion,
                SeverityDecl::Warning => Severity::Warning,
                SeverityDecl::Error => Severity::Error,
            };
            let strict = rule.profile == ProfileDecl::Strict;
            let declared = Everything.severity(&id, declared, strict).unwrap_or(declared);
            let state = match settings.severity(&id, declared, strict) {
                Some(severity) => {
                    on += 1;
                    severity.name().to_owned()
                }
                None if strict => "off (strict)".to_owned(),
                None => "off".to_owned(),
            };
            total += 1;
            let _ = writeln!(
                out,
                "  {id:width$}  {state:12}  {}",
                crate::lint::Shown(&super::explain::unfilled(&rule.message))
            );
        }
    }
    let _ = writeln!(out, "{on} of {total} rules on; `replylint explain RULE` tells more");
    console.print(&out);
    CLEAN
}

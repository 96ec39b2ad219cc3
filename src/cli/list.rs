//! `replylint rules`: what there is.

use super::{CLEAN, Console, FAILED, SourceArgs, settings};
use crate::check::documented_book;
use crate::rules::declaration::PrinciplesDecl;
use crate::rules::{SetFile, SignalKind, principles_json};
use colored::Colorize;
use std::fmt::Write as _;

pub(super) fn run(signals: bool, principles: bool, source: &SourceArgs, console: &Console) -> u8 {
    let found = settings(source).map_err(|problem| vec![problem]).and_then(|mut s| {
        s.apply_profiles().map_err(|problem| vec![problem])?;
        documented_book(&s, true)
    });
    let (book, sets) = match found {
        Ok(found) => found,
        Err(problems) => {
            console.problems(&problems);
            return FAILED;
        }
    };
    let mut out = String::new();
    if principles {
        console.print(&kept_by(&sets));
        return CLEAN;
    }
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
    let mut set_at_hand = "";
    for set in sets.iter().filter(|set| !set.declaration.rules.is_empty()) {
        let name = set.declaration.set.as_str();
        if name != set_at_hand {
            let mut abouts = sets.iter().filter(|s| s.declaration.set == name).map(|s| s.declaration.about.trim());
            let about = abouts.find(|about| !about.is_empty()).unwrap_or_default();
            let _ = writeln!(out, "{}  {}", name.bold(), about.dimmed());
            set_at_hand = name;
        }
        for rule in &set.declaration.rules {
            let id = format!("{}/{}", set.declaration.set, rule.id);
            let Some(compiled) = book.rules.iter().find(|r| r.id == id) else {
                continue;
            };
            let state = match (compiled.is_on, compiled.strict) {
                (true, _) => compiled.severity.name(),
                (false, true) => "off (strict)",
                (false, false) => "off",
            };
            on += usize::from(compiled.is_on);
            total += 1;
            let _ = writeln!(
                out,
                "  {id:width$}  {state:12}  {}",
                crate::lint::Shown(&crate::report::unfilled(&rule.message))
            );
        }
    }
    let _ = writeln!(out, "{on} of {total} rules on; `replylint explain RULE` tells more");
    console.print(&out);
    CLEAN
}

/// Each principle with the rules and the lines of the coach whose `source:` names it, or the reason why there are none.
fn kept_by(sets: &[SetFile]) -> String {
    let declared: PrinciplesDecl = serde_json::from_str(principles_json()).unwrap_or_default();
    let mut out = String::new();
    for principle in &declared.principles {
        let mut keepers: Vec<String> = Vec::new();
        for set in sets.iter().map(|file| &file.declaration) {
            let rules = set.rules.iter().filter(|rule| principle.is_named_by(&rule.source));
            keepers.extend(rules.map(|rule| format!("{}/{}", set.set, rule.id)));
            let advice = set.coach.iter().filter(|coach| principle.is_named_by(&coach.source)).count();
            keepers.extend((advice > 0).then(|| "--coach".to_owned()));
        }
        let _ = writeln!(out, "{}", principle.name.bold());
        match (&principle.reason, keepers.is_empty()) {
            (Some(reason), true) => _ = writeln!(out, "  no rule: {reason}"),
            _ => _ = writeln!(out, "  {}", keepers.join(", ")),
        }
    }
    out
}

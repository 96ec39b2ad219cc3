//! `replylint explain`: a rule's page.

use super::{CLEAN, Console, FAILED, SourceArgs, settings};
use crate::check::documented_book;
use crate::problem::{Problem, did_you_mean};
use crate::report::unfilled;
use crate::rules::SetFile;
use crate::rules::declaration::{
    ExampleDecl, IgnoredDecl, InsteadDecl, MeasureDecl, PhraseDecl, Phrases, RuleDecl, SeverityDecl,
};
use colored::Colorize;
use std::fmt::Write as _;

pub(super) fn run(name: &str, source: &SourceArgs, console: &Console) -> u8 {
    let found = settings(source).map_err(|problem| vec![problem]).and_then(|mut settings| {
        settings.profile.strict = true;
        documented_book(&settings, true)
    });
    let (book, sets) = match found {
        Ok(found) => found,
        Err(problems) => {
            console.problems(&problems);
            return FAILED;
        }
    };
    let mut out = String::new();
    for set in &sets {
        for rule in &set.declaration.rules {
            let id = format!("{}/{}", set.declaration.set, rule.id);
            if id == name || set.declaration.set == name {
                page(&id, rule, set, &mut out);
            }
        }
    }
    if out.is_empty() {
        let ids = book.rule_ids();
        let known = ids.iter().flat_map(|id| [id.as_str(), id.split('/').next().unwrap_or(id)]);
        let problem = Problem::new(format!("there is no rule or set `{name}`"));
        console.problems(&[problem.help(match did_you_mean(name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`replylint rules` lists them".to_owned(),
        })]);
        return FAILED;
    }
    console.print(&out);
    CLEAN
}

fn page(id: &str, rule: &RuleDecl, set: &SetFile, out: &mut String) {
    let severity = match rule.severity {
        SeverityDecl::Error => "error".red(),
        SeverityDecl::Warning => "warning".yellow(),
        SeverityDecl::Suggestion => "suggestion".cyan(),
    };
    let _ = writeln!(out, "{} ({severity})\n\n  {}\n", id.bold(), unfilled(&rule.message));
    let mut section = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            let _ = writeln!(out, "{}", title.bold());
            for line in lines {
                let _ = writeln!(out, "  {}", line.trim().replace('\n', "\n    "));
            }
            let _ = writeln!(out);
        }
    };
    section("Why", rule.why.trim().lines().map(str::to_owned).collect());
    section("Source", rule.source.trim().lines().map(str::to_owned).collect());
    section("Try", rewrites(rule));
    section("Flags", texts(&rule.examples.flag));
    section("Leaves alone", texts(&rule.examples.pass));
    section("What it looks for", shortened(looks_for(rule), set));
    section(MEANT_WELL, shortened(phrases(&rule.suspect), set));
    section("But not", shortened(phrases(&rule.unless), set));
    section(
        "To silence it",
        vec![
            format!("in replylint.yml:   severity: {{{id}: off}}"),
            format!("in a file:          <!-- replylint: ignore {id} -- why -->"),
            format!("for one run:        replylint check --ignore {id}"),
            format!("its file:           {}", set.path()),
        ],
    );
}

/// Longest list of phrases on a page; the rule file has them all.
const PHRASES_MAX: usize = 12;

fn shortened(mut lines: Vec<String>, set: &SetFile) -> Vec<String> {
    let more = lines.len().saturating_sub(PHRASES_MAX);
    if more > 0 {
        lines.truncate(PHRASES_MAX);
        lines.push(format!("... and {more} more, in {}", set.path()));
    }
    lines
}

/// The heading of phrases that may be meant well.
pub(super) const MEANT_WELL: &str = "And, as a suggestion only where the reply makes up for it";

pub(super) fn looks_for(rule: &RuleDecl) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(avoid) = &rule.avoid {
        lines.extend(phrases(avoid));
    }
    if let Some(signal) = &rule.require {
        lines.push(format!("a reply without the signal `{signal}`"));
    }
    if let Some(order) = &rule.order {
        lines.push(format!("`{}` before `{}`", order.then, order.first));
    }
    if let Some(limit) = &rule.limit {
        let what = match (&limit.count, &limit.signal) {
            (Some(measure), _) => measured(*measure).to_owned(),
            (None, Some(signal)) => format!("places of `{signal}`"),
            (None, None) => phrases(&limit.phrases).join(", "),
        };
        lines.push(match (limit.max, limit.min) {
            (Some(max), _) => format!("more than {max}: {what}"),
            (None, Some(min)) => format!("fewer than {min}: {what}"),
            (None, None) => what,
        });
    }
    if rule.answer.is_some() {
        lines.push("a question in the customer's message that no word of the reply takes up".to_owned());
    }
    lines.extend(rule.ignored.map(|ignored| match ignored {
        IgnoredDecl::Malformed => {
            "a comment `replylint: ...`, or `ignore` in front matter, that can't be followed".to_owned()
        }
        IgnoredDecl::Unused => "a rule that such a comment names, with nothing for it to silence".to_owned(),
    }));
    let when = &rule.when;
    for (name, signals) in [("when any of", &when.any), ("when all of", &when.all), ("but none of", &when.none)] {
        if !signals.is_empty() {
            lines.push(format!("{name}: {}", signals.join(", ")));
        }
    }
    lines
}

fn measured(measure: MeasureDecl) -> &'static str {
    match measure {
        MeasureDecl::Words => "words",
        MeasureDecl::SentenceWords => "words in a sentence",
        MeasureDecl::ExclamationMarks => "exclamation marks",
        MeasureDecl::QuestionMarks => "question marks",
        MeasureDecl::CapitalWords => "words in capitals",
        MeasureDecl::Emoji => "emoji",
        MeasureDecl::ParagraphWords => "words in a paragraph",
    }
}

pub(super) fn rewrites(rule: &RuleDecl) -> Vec<String> {
    let line = |rewrite: &InsteadDecl| match &rewrite.when {
        Some(signal) => format!("{} ({signal})", rewrite.text),
        None => rewrite.text.clone(),
    };
    rule.instead.iter().map(line).collect()
}

pub(super) fn phrases(list: &Phrases) -> Vec<String> {
    list.0
        .iter()
        .map(|phrase| match phrase {
            PhraseDecl::Plain(text) => text.clone(),
            PhraseDecl::Pattern { text: Some(text), .. } => format!("{text} (case matters)"),
            PhraseDecl::Pattern { re, .. } => format!("re: {}", re.as_deref().unwrap_or("")),
        })
        .collect()
}

pub(super) fn texts(examples: &[ExampleDecl]) -> Vec<String> {
    examples
        .iter()
        .map(|example| match &example.customer {
            Some(customer) => format!("{}\n(to: {})", example.text.trim(), customer.trim()),
            None => example.text.trim().to_owned(),
        })
        .collect()
}

//! Annotated snippets, for people.

use super::Style;
use super::common::{bracket_of_command, elements as parts, id_text, line_start};
use super::summary::Summary;
use crate::check::{ReplyReport, Report, Silenced, SilencedBy};
use crate::lint::{Finding, Shown, Speaker};
use crate::rules::{RuleBook, Severity};
use crate::text::Span;
use annotate_snippets::renderer::DEFAULT_TERM_WIDTH;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use colored::Colorize;
use std::borrow::Cow;
use std::io::{self, Write};

/// Most findings drawn for one reply. Nobody reads more, and each costs as much as its line is long.
const ANNOTATED_MAX: usize = 100;
/// Most suggestions shown for one reply, unless all are asked for.
const SUGGESTIONS_MAX: usize = 5;
/// Most replies for which the clean ones get their line too.
const CLEAN_LINES_MAX: usize = 12;

pub(super) fn write(report: &Report, book: &RuleBook, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let width = if style.width == 0 { DEFAULT_TERM_WIDTH } else { style.width };
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() }.term_width(width);
    for reply in &report.replies {
        let (annotated, brief): (Vec<usize>, Vec<usize>) = (0..reply.outcome.findings.len())
            .partition(|i| style.verbose || reply.outcome.findings[*i].severity > Severity::Suggestion);
        for index in annotated.iter().take(ANNOTATED_MAX) {
            writeln!(out, "{}\n", annotate(&renderer, reply, *index))?;
        }
        if annotated.len() > ANNOTATED_MAX {
            let more = format!("... and {} more findings; --format concise lists all", annotated.len() - ANNOTATED_MAX);
            writeln!(out, "{}\n", more.dimmed())?;
        }
        for index in brief.iter().take(SUGGESTIONS_MAX) {
            suggestion(reply, *index, out)?;
        }
        if brief.len() > SUGGESTIONS_MAX {
            writeln!(
                out,
                "{}",
                format!("... and {} more suggestions; --verbose shows all", brief.len() - SUGGESTIONS_MAX).dimmed()
            )?;
        }
        if !brief.is_empty() {
            writeln!(out)?;
        }
    }
    if style.quiet {
        return Ok(());
    }
    elements(report, book, style, out)?;
    for path in &report.empty {
        writeln!(out, "{}   {}", line_start(path), "holds no reply".dimmed())?;
    }
    writeln!(out, "{}", Summary::of(report).to_string().bold())
}

/// The text of a draft for a snippet: what the renderer lets through and a terminal obeys gives way to a sign of the same
/// length, so that places stay right.
fn harmless(text: &str) -> Cow<'_, str> {
    let stands_in = |c: char| match c {
        '\u{80}'..='\u{9f}' | '\u{61c}' => Some('·'),
        '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' => Some('\u{fffd}'),
        _ => None,
    };
    if bracket_of_command(text).is_none() && !text.chars().any(|c| stands_in(c).is_some()) {
        return text.into();
    }
    let mut shown = text.chars().map(|c| stands_in(c).unwrap_or(c)).collect::<String>();
    while let Some(at) = bracket_of_command(&shown) {
        shown.replace_range(at..=at, "(");
    }
    shown.into()
}

/// The parts of `span` that stand on one line each, without the line ends and the spaces around them.
fn line_parts(text: &str, span: Span) -> Vec<Span> {
    let mut parts = Vec::new();
    let mut start = span.start;
    for line in text[span.start..span.end].split_inclusive(['\n', '\r']) {
        let words = line.trim();
        if !words.is_empty() {
            let from = start + (line.len() - line.trim_start().len());
            parts.push(Span::new(from, from + words.len()));
        }
        start += line.len();
    }
    if parts.is_empty() { vec![span] } else { parts }
}

fn annotate(renderer: &Renderer, reply: &ReplyReport, index: usize) -> String {
    let finding = &reply.outcome.findings[index];
    let (start, _) = reply.places[index];
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Suggestion => Level::NOTE.with_name("suggestion"),
    };
    let path = Shown(&reply.path).to_string();
    let label = finding.label.as_deref().unwrap_or("");
    let parts = line_parts(&reply.text, finding.span);
    let last = parts.len().saturating_sub(1);
    // Words that wrap are marked line by line; the label stands at their end.
    let annotations = parts.into_iter().enumerate().map(|(number, part)| {
        AnnotationKind::Primary.span(part.start..part.end).label(if number == last { label } else { "" })
    });
    let mut snippet = Snippet::source(harmless(&reply.text))
        .line_start(if reply.is_file { reply.line } else { 1 })
        .annotations(annotations);
    let mut group = Group::with_title(level.primary_title(Shown(&finding.message).to_string()).id(&finding.rule));
    if reply.is_file {
        snippet = snippet.path(path);
        group = group.element(snippet);
    } else {
        // A record's text has lines of its own; what is printed in front is the line and column in the file.
        group = group.element(Origin::path(path).line(start.line).char_column(start.column)).element(snippet);
    }
    if let Some(id) = &reply.id {
        group = group.element(Level::NOTE.with_name("id").message(Shown(&id_text(id)).to_string()));
    }
    if let Some(name) = &reply.name {
        group = group.element(Level::NOTE.with_name("reply").message(Shown(name).to_string()));
    }
    for evidence in finding.evidence.iter().filter(|e| e.from == Speaker::Customer).take(1) {
        group = group.element(
            Level::NOTE.with_name("because").message(format!("the customer wrote “{}”", Shown(&evidence.text))),
        );
    }
    for instead in finding.instead.iter().take(2) {
        group = group.element(Level::HELP.with_name("try").message(instead.as_str()));
    }
    group = group.element(Level::NOTE.with_name("more").message(format!("replylint explain {}", finding.rule)));
    let drawn = renderer.render(&[group]);
    if reply.is_file {
        return drawn;
    }
    // The renderer takes the record's text for a second file and puts a line of `:::` under the first bar.
    let lines: Vec<&str> = drawn
        .lines()
        .enumerate()
        .filter(|(at, line)| *at != 3 || !line.contains(":::"))
        .map(|(_, line)| line)
        .collect();
    lines.join("\n")
}

fn suggestion(reply: &ReplyReport, index: usize, out: &mut dyn Write) -> io::Result<()> {
    let finding: &Finding = &reply.outcome.findings[index];
    let (start, _) = reply.places[index];
    writeln!(
        out,
        "{}{} {} ({}:{}:{})",
        "suggestion".cyan().bold(),
        format!("[{}]:", finding.rule).bold(),
        Shown(&finding.message),
        Shown(&reply.path),
        start.line,
        start.column
    )
}

/// What was silenced, by what, and why.
fn silence(reply: &ReplyReport, silenced: &Silenced) -> String {
    let (start, _) = silenced.place;
    let by = match silenced.by {
        SilencedBy::Comment => "a comment",
        SilencedBy::FrontMatter => "the front matter",
        SilencedBy::Baseline => "the baseline",
    };
    let reason = silenced.reason.as_ref().map_or_else(String::new, |reason| format!(": {}", Shown(reason)));
    let rule = &silenced.finding.rule;
    format!("silenced by {by}: {rule} ({}:{}:{}){reason}", Shown(&reply.path), start.line, start.column)
}

/// A line per reply: which parts of a good reply are there, and which are missed.
fn elements(report: &Report, book: &RuleBook, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let all = style.verbose || report.replies.len() <= CLEAN_LINES_MAX;
    let shown: Vec<&ReplyReport> =
        report.replies.iter().filter(|r| !r.is_aside && (all || !r.outcome.findings.is_empty())).collect();
    let name = |reply: &ReplyReport| {
        let named = reply.name.as_ref().map_or_else(String::new, |name| format!(" {}", Shown(name)));
        if reply.is_file && reply.line == 1 {
            format!("{}{named}", line_start(&reply.path))
        } else {
            format!("{}:{}{named}", line_start(&reply.path), reply.line)
        }
    };
    let width = shown.iter().map(|r| name(r).chars().count()).max().unwrap_or(0);
    for reply in shown {
        let mut line = format!("{:width$}", name(reply));
        for (name, found) in parts(reply, book) {
            let state = if found { "ok".green() } else { "missing".yellow().bold() };
            line.push_str(&format!("   {} {state}", name.replace('-', " ")));
        }
        if reply.outcome.words == 0 {
            line.push_str(&format!("   {}", "holds no reply".dimmed()));
        }
        writeln!(out, "{line}")?;
        let coach = &reply.outcome.coach;
        for (title, lines) in [("good".green(), &coach.praise), ("think of".cyan(), &coach.advice)] {
            for said in lines {
                writeln!(out, "  {title}: {said}")?;
            }
        }
        if style.verbose {
            for silenced in &reply.silenced {
                writeln!(out, "  {}", silence(reply, silenced).dimmed())?;
            }
        }
        for evidence in &reply.outcome.evidence {
            let whose = if evidence.from == Speaker::Customer { " (the customer's words)" } else { "" };
            writeln!(out, "  {}", format!("{}: “{}”{whose}", evidence.signal, Shown(&evidence.text)).dimmed())?;
        }
    }
    Ok(())
}

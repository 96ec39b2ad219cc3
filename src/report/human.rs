//! Annotated snippets, for people.

use super::common::{bracket_of_command, elements, id_text, line_start, missed_by};
use super::{Reporter, Setting, Summary};
use crate::check::{ReplyReport, Report, Silenced, SilencedBy};
use crate::lint::{Finding, Shown, Speaker};
use crate::rules::Severity;
use crate::text::Span;
use annotate_snippets::renderer::DEFAULT_TERM_WIDTH;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Write};

/// Most findings drawn for one reply. Nobody reads more, and each costs as much as its line is long.
const ANNOTATED_MAX: usize = 100;
/// Most suggestions shown for one reply, unless all are asked for.
const SUGGESTIONS_MAX: usize = 5;
/// Most replies for which the clean ones get their line too.
const CLEAN_LINES_MAX: usize = 12;

/// The snippets come first. Below them stand a line for each reply and the numbers, which are held until then.
pub(super) struct Human<'a> {
    setting: Setting<'a>,
    lines: Vec<Line>,
    /// Replies so far, and comments that findings are about.
    replies: usize,
    empty: Vec<String>,
    /// The signal that each rule misses where it speaks.
    required: HashMap<&'a str, usize>,
}

/// What stands below the snippets about one reply.
struct Line {
    name: String,
    /// What stands behind the name, and the lines below.
    rest: String,
    /// Shown only among few.
    is_clean: bool,
}

impl<'a> Human<'a> {
    pub(super) fn new(setting: Setting<'a>) -> Self {
        Self { setting, lines: Vec::new(), replies: 0, empty: Vec::new(), required: missed_by(setting.book) }
    }
}

impl Reporter for Human<'_> {
    fn part(&mut self, part: &Report, drawn: &[u8], out: &mut dyn Write) -> io::Result<()> {
        out.write_all(drawn)?;
        let style = self.setting.style;
        if style.quiet {
            return Ok(());
        }
        for reply in &part.replies {
            self.replies += 1;
            let is_clean = reply.outcome.findings.is_empty();
            if self.replies == CLEAN_LINES_MAX + 1 && !style.verbose {
                self.lines.retain(|line| !line.is_clean);
            }
            let is_shown = !is_clean || style.verbose || self.replies <= CLEAN_LINES_MAX;
            if is_shown && !reply.is_aside {
                let rest = self.rest(reply);
                self.lines.push(Line { name: name(reply), rest, is_clean });
            }
        }
        self.empty.extend_from_slice(&part.empty);
        Ok(())
    }

    fn end(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        let style = self.setting.style;
        if style.quiet {
            return Ok(());
        }
        let width = self.lines.iter().map(|line| line.name.chars().count()).max().unwrap_or(0);
        for Line { name, rest, .. } in &self.lines {
            writeln!(out, "{name:width$}{rest}")?;
        }
        let ink = Ink(style.color);
        for path in &self.empty {
            writeln!(out, "{}   {}", line_start(path), ink.faint("holds no reply"))?;
        }
        writeln!(out, "{}", ink.bold(&summary.to_string()))
    }
}

/// Colours, where they are wanted.
#[derive(Clone, Copy)]
struct Ink(bool);

impl Ink {
    fn paint(self, codes: &str, text: &str) -> String {
        if self.0 { format!("\u{1b}[{codes}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    fn faint(self, text: &str) -> String {
        self.paint("2", text)
    }

    fn green(self, text: &str) -> String {
        self.paint("32", text)
    }

    fn cyan(self, text: &str) -> String {
        self.paint("36", text)
    }
}

/// The snippets of a part.
pub(super) fn draw(setting: Setting<'_>, part: &Report, out: &mut dyn Write) -> io::Result<()> {
    let style = setting.style;
    let ink = Ink(style.color);
    let width = if style.width == 0 { DEFAULT_TERM_WIDTH } else { style.width };
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() }.term_width(width);
    for reply in &part.replies {
        let (annotated, brief): (Vec<usize>, Vec<usize>) = (0..reply.outcome.findings.len())
            .partition(|i| style.verbose || reply.outcome.findings[*i].severity > Severity::Suggestion);
        for index in annotated.iter().take(ANNOTATED_MAX) {
            writeln!(out, "{}\n", annotate(&renderer, reply, *index))?;
        }
        if annotated.len() > ANNOTATED_MAX {
            let more = format!("... and {} more findings; --format concise lists all", annotated.len() - ANNOTATED_MAX);
            writeln!(out, "{}\n", ink.faint(&more))?;
        }
        for index in brief.iter().take(SUGGESTIONS_MAX) {
            suggestion(reply, *index, ink, out)?;
        }
        if brief.len() > SUGGESTIONS_MAX {
            let more = format!("... and {} more suggestions; --verbose shows all", brief.len() - SUGGESTIONS_MAX);
            writeln!(out, "{}", ink.faint(&more))?;
        }
        if !brief.is_empty() {
            writeln!(out)?;
        }
    }
    Ok(())
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
    let mut group =
        Group::with_title(level.primary_title(Shown(&finding.message).to_string()).id(finding.rule.as_str()));
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

fn suggestion(reply: &ReplyReport, index: usize, ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    let finding: &Finding = &reply.outcome.findings[index];
    let (start, _) = reply.places[index];
    writeln!(
        out,
        "{}{} {} ({}:{}:{})",
        ink.paint("1;36", "suggestion"),
        ink.bold(&format!("[{}]:", finding.rule)),
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

/// What a reply is called below the snippets.
fn name(reply: &ReplyReport) -> String {
    let named = reply.name.as_ref().map_or_else(String::new, |name| format!(" {}", Shown(name)));
    if reply.is_file && reply.line == 1 {
        format!("{}{named}", line_start(&reply.path))
    } else {
        format!("{}:{}{named}", line_start(&reply.path), reply.line)
    }
}

impl Human<'_> {
    /// Which parts of a good reply are there, and which are missed; what the coach says; what shows each signal.
    fn rest(&self, reply: &ReplyReport) -> String {
        let (style, book) = (self.setting.style, self.setting.book);
        let ink = Ink(style.color);
        let mut rest = String::new();
        for (name, found) in elements(reply, book, &self.required) {
            let state = if found { ink.green("ok") } else { ink.paint("1;33", "missing") };
            rest.push_str(&format!("   {} {state}", name.replace('-', " ")));
        }
        if reply.outcome.words == 0 {
            rest.push_str(&format!("   {}", ink.faint("holds no reply")));
        }
        let coach = &reply.outcome.coach;
        for (title, lines) in [(ink.green("good"), &coach.praise), (ink.cyan("think of"), &coach.advice)] {
            for said in lines {
                rest.push_str(&format!("\n  {title}: {said}"));
            }
        }
        if style.verbose {
            for silenced in &reply.silenced {
                rest.push_str(&format!("\n  {}", ink.faint(&silence(reply, silenced))));
            }
        }
        for evidence in &reply.outcome.evidence {
            let whose = if evidence.from == Speaker::Customer { " (the customer's words)" } else { "" };
            let said = format!("{}: “{}”{whose}", evidence.signal, Shown(&evidence.text));
            rest.push_str(&format!("\n  {}", ink.faint(&said)));
        }
        rest
    }
}

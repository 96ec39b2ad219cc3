//! A reply on the page: what it is called, its text with the marked passages, and what is said about each.

use super::super::common::{elements, id_text, slashed};
use super::{Counts, Page, Text, rules};
use crate::check::{ReplyReport, Silenced, SilencedBy};
use crate::lint::{Finding, Speaker};
use crate::rules::Severity;
use crate::text::Position;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Most pieces of evidence shown for one finding.
const EVIDENCE_MAX: usize = 4;

/// Writes a reply. `number` is its place in the run, from 1, which names it in links.
pub(super) fn write(page: &Page<'_>, number: usize, reply: &ReplyReport, out: &mut dyn Write) -> io::Result<()> {
    let counts = Counts::of(reply);
    let class = counts.parts().next().map_or("clean", |(class, ..)| class);
    let findings = &reply.outcome.findings;
    let codes: BTreeSet<String> =
        findings.iter().map(|f| format!("{}:{}", rank(f.severity), page.numbers[f.rule.as_str()])).collect();
    let codes: Vec<String> = codes.into_iter().collect();
    write!(
        out,
        "<details class=\"{} {class}\" id=\"r{number}\" data-file=\"{}\" data-f=\"{}\"><summary><h3>{}</h3>",
        if reply.is_aside { "reply aside" } else { "reply" },
        page.file_numbers[reply.path.as_str()],
        codes.join(" "),
        title(reply)
    )?;
    write!(out, "<span class=\"counts\">")?;
    for (class, _, words) in counts.parts() {
        write!(out, "<span class=\"{class}\">{words}</span>")?;
    }
    if findings.is_empty() {
        write!(out, "<span class=\"clean\">clean</span>")?;
    }
    write!(out, "</span>")?;
    // The gravest first, in the order of the text.
    if let Some(first) = findings.iter().rev().max_by_key(|finding| finding.severity) {
        write!(out, "<span class=\"first\">{}</span>", Text(&first.message))?;
    }
    write!(out, "</summary><div class=\"body\">")?;
    parts(page, reply, out)?;
    if !reply.text.is_empty() && !reply.is_aside {
        marked(number, reply, out)?;
    }
    if !findings.is_empty() {
        write!(out, "<ol class=\"findings\">")?;
        for (index, (finding, (start, _))) in findings.iter().zip(&reply.places).enumerate() {
            write!(out, "<li class=\"{}\" id=\"r{number}f{}\">", finding.severity.name(), index + 1)?;
            said(finding, *start, out)?;
            write!(out, "</li>")?;
        }
        write!(out, "</ol>")?;
    }
    silenced(&reply.silenced, out)?;
    writeln!(out, "</div></details>")
}

/// As the filters know it.
fn rank(severity: Severity) -> u8 {
    match severity {
        Severity::Error => 3,
        Severity::Warning => 2,
        Severity::Suggestion => 1,
    }
}

fn title(reply: &ReplyReport) -> String {
    let path = slashed(&reply.path);
    let place = if reply.is_file && reply.line == 1 { path.to_string() } else { format!("{path}:{}", reply.line) };
    if reply.is_aside {
        return format!("What {} tells replylint", Text(&path));
    }
    match &reply.name {
        Some(name) => format!("<bdi>{}</bdi> <span class=\"soft\">{}</span>", Text(name), Text(&place)),
        None => Text(&place).to_string(),
    }
}

/// Which parts of a good reply are there, and what the coach says.
fn parts(page: &Page<'_>, reply: &ReplyReport, out: &mut dyn Write) -> io::Result<()> {
    if let Some(id) = &reply.id {
        write!(out, "<p class=\"soft id\">id {}</p>", Text(&id_text(id)))?;
    }
    let elements = elements(reply, page.material.book, &page.missed_by);
    if !elements.is_empty() {
        write!(out, "<ul class=\"parts\" aria-label=\"Parts of the reply\">")?;
        for (name, found) in elements {
            let (class, state) = if found { ("ok", "✓ there") } else { ("missing", "✗ missing") };
            write!(out, "<li>{} <span class=\"{class}\">{state}</span></li>", Text(&name.replace('-', " ")))?;
        }
        write!(out, "</ul>")?;
    }
    let coach = &reply.outcome.coach;
    for (title, lines) in [("Good", &coach.praise), ("Think of", &coach.advice)] {
        for line in lines {
            write!(out, "<p><b>{title}:</b> {}</p>", Text(line))?;
        }
    }
    if reply.outcome.words == 0 && !reply.is_aside {
        write!(out, "<p class=\"soft\">holds no reply</p>")?;
    }
    Ok(())
}

/// The text, with each marked passage between marks. Where findings overlap, a mark has the colour of the gravest, and each
/// finding its number at its start.
fn marked(number: usize, reply: &ReplyReport, out: &mut dyn Write) -> io::Result<()> {
    let findings = &reply.outcome.findings;
    let text = &reply.text;
    let mut bounds: BTreeSet<usize> = [0, text.len()].into();
    for finding in findings {
        bounds.extend([finding.span.start, finding.span.end]);
    }
    bounds.retain(|at| text.is_char_boundary(*at));
    let bounds: Vec<usize> = bounds.into_iter().collect();
    write!(out, "<div class=\"text\" dir=\"auto\">")?;
    // A finding of no length has its number before what follows, or at the end.
    let numbers = |at: usize, out: &mut dyn Write| -> io::Result<()> {
        for (index, finding) in findings.iter().enumerate().filter(|(_, finding)| finding.span.start == at) {
            let (index, severity) = (index + 1, finding.severity.name());
            write!(
                out,
                "<a class=\"n {severity}\" href=\"#r{number}f{index}\" data-n=\"{index}\" \
                 aria-label=\"{severity} {index}\"></a>"
            )?;
        }
        Ok(())
    };
    for pair in bounds.windows(2) {
        let (start, end) = (pair[0], pair[1]);
        let over = findings.iter().filter(|finding| finding.span.start < end && start < finding.span.end);
        let gravest = over.map(|finding| finding.severity).max();
        numbers(start, out)?;
        match gravest {
            Some(severity) => write!(out, "<mark class=\"{}\">{}</mark>", severity.name(), Text(&text[start..end]))?,
            None => write!(out, "{}", Text(&text[start..end]))?,
        }
    }
    numbers(text.len(), out)?;
    write!(out, "</div>")
}

/// What a finding says, why it speaks here, and how others put it.
fn said(finding: &Finding, start: Position, out: &mut dyn Write) -> io::Result<()> {
    let severity = finding.severity.name();
    write!(
        out,
        "<p><span class=\"severity\">{severity}</span> <span class=\"said\">{}</span></p>",
        Text(&finding.message)
    )?;
    if let Some(label) = finding.label.as_deref().filter(|label| !label.is_empty()) {
        write!(out, "<p class=\"soft\">“{}”: {}</p>", Text(&finding.matched), Text(label))?;
    }
    for evidence in finding.evidence.iter().take(EVIDENCE_MAX) {
        match evidence.from {
            Speaker::Customer => write!(out, "<p>because the customer wrote <q>{}</q></p>", Text(&evidence.text))?,
            Speaker::Reply if evidence.span != Some(finding.span) => {
                write!(out, "<p>because the reply says <q>{}</q></p>", Text(&evidence.text))?;
            }
            Speaker::Reply => {}
        }
    }
    for instead in &finding.instead {
        write!(out, "<p class=\"try\"><span class=\"soft\">Try:</span> {}</p>", Text(instead))?;
    }
    if let Some(edit) = &finding.replace {
        let careful = if edit.safe { "" } else { " (may change the meaning)" };
        match edit.with.as_str() {
            "" => write!(out, "<p class=\"try\"><span class=\"soft\">Edit{careful}:</span> leave it out</p>")?,
            with => {
                write!(out, "<p class=\"try\"><span class=\"soft\">Edit{careful}:</span> <q>{}</q></p>", Text(with))?
            }
        }
    }
    let id = &finding.rule;
    write!(
        out,
        "<p class=\"place\"><a href=\"#{}\">{}</a> · line {}, column {}</p>",
        rules::anchor(id),
        Text(id),
        start.line,
        start.column
    )
}

/// What somebody has silenced, and why.
fn silenced(all: &[Silenced], out: &mut dyn Write) -> io::Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    write!(out, "<h4>Silenced</h4><ul>")?;
    for silenced in all {
        let by = match silenced.by {
            SilencedBy::Comment => "a comment",
            SilencedBy::FrontMatter => "the front matter",
            SilencedBy::Baseline => "the baseline",
        };
        let id = &silenced.finding.rule;
        write!(out, "<li><a href=\"#{}\">{}</a> by {by}", rules::anchor(id), Text(id))?;
        write!(out, " (line {}): “{}”", silenced.place.0.line, Text(&silenced.finding.matched))?;
        if let Some(reason) = &silenced.reason {
            write!(out, ", because: {}", Text(reason))?;
        }
        write!(out, "</li>")?;
    }
    write!(out, "</ul>")
}

//! Snippets of text expanders: one a line, `trigger;title;text`, with `\n` for a new line, under `# Section` lines.

use super::common::names;
use super::common::passage::{Builder, Passage};
use super::{Reply, Source};
use crate::text::Span;

/// A line cut into its three parts: spans in the line.
fn parts(line: &str) -> Option<(&str, &str, &str)> {
    let (trigger, rest) = line.split_once(';')?;
    let (title, text) = rest.split_once(';')?;
    let is_trigger = !trigger.is_empty() && trigger.len() <= 40 && !trigger.contains(char::is_whitespace);
    (is_trigger && !title.trim().is_empty() && title.len() <= 80 && !text.trim().is_empty())
        .then_some((trigger, title, text))
}

/// Whether nearly every line is a snippet.
pub(super) fn looks_like(text: &str) -> bool {
    // Two in each of three lines at least; most texts hold none.
    if memchr::memchr_iter(b';', text.as_bytes()).nth(5).is_none() {
        return false;
    }
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let snippets = lines().take(200).filter(|line| parts(line).is_some()).count();
    snippets >= 3 && snippets * 10 >= lines().take(200).count() * 9
}

pub(super) fn replies<'a>(source: &Source<'a>) -> Vec<Reply<'a>> {
    let file = source.text;
    let sections: Vec<&str> = file.lines().filter_map(|line| line.strip_prefix('#')).map(str::trim).collect();
    // A deck for everything has sections for what is sent to people.
    let some_say_so = sections.iter().any(|section| is_for_people(section));
    let mut taken = !some_say_so;
    let mut replies = Vec::new();
    let mut at = 0;
    for line in file.split_inclusive('\n') {
        if let Some(section) = line.strip_prefix('#') {
            taken = !some_say_so || is_for_people(section);
        } else if let Some((_, title, text)) = parts(line.trim_end()).filter(|_| taken) {
            let start = at + (text.as_ptr() as usize - line.as_ptr() as usize);
            let passage = unescaped(file, Span::new(start, start + text.len()));
            if passage.text.contains(char::is_whitespace) {
                replies.push(source.reply(passage, Some(title.trim().to_owned()), None, false));
            }
        }
        at += line.len();
    }
    replies
}

fn is_for_people(section: &str) -> bool {
    names::is_hint(section)
        || names::words(section).iter().any(|w| {
            matches!(w.as_str(), "support" | "customer" | "customers" | "service" | "email" | "emails" | "mail")
        })
}

fn unescaped(file: &str, span: Span) -> Passage<'_> {
    if !file[span.start..span.end].contains("\\n") {
        return Passage::of_file(file, span);
    }
    let mut out = Builder::default();
    let mut at = span.start;
    while at < span.end {
        let run = file[at..span.end].find("\\n").map_or(span.end, |len| at + len);
        out.copy(file, Span::new(at, run));
        if run < span.end {
            out.replace("\n", Span::new(run, run + 2));
        }
        at = run + 2;
    }
    out.done()
}

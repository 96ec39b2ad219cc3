//! Plain text: one reply, or several between separators.
//!
//! A separator is a line of its own that stands between all replies: `-----`, `=== Refund ===`, or a mark of the file's
//! own such as `#CR`.

use super::common::names;
use super::common::passage::Passage;
use super::{Origin, Reply, Source, html};
use crate::text::{Format, Span};
use memchr::memchr_iter;
use rustc_hash::FxHashMap;

pub(super) fn replies<'a>(source: &Source<'a>) -> Vec<Reply<'a>> {
    if !source.named && names::is_document_file(source.path) {
        return Vec::new();
    }
    let parts = parts(source);
    if parts.len() > 1 {
        return parts.into_iter().map(|(text, name)| source.reply(text, name, None, false)).collect();
    }
    whole(source).into_iter().collect()
}

/// The file is the reply.
pub(super) fn whole<'a>(source: &Source<'a>) -> Option<Reply<'a>> {
    if source.text.trim().is_empty() {
        return None;
    }
    if html::is_document(source.text) {
        let all = Passage::of_file(source.text, Span::new(0, source.text.len()));
        return Some(source.reply(all, None, None, true));
    }
    Some(Reply {
        text: source.text.into(),
        format: Format::Text,
        customer: None,
        id: None,
        name: None,
        channel: None,
        situations: Vec::new(),
        origin: Origin::File,
    })
}

/// What a line is as a separator.
#[derive(PartialEq, Eq, Clone)]
struct Separator<'a> {
    mark: &'a str,
    title: Option<&'a str>,
}

fn separator(line: &str) -> Option<Separator<'_>> {
    let line = line.trim_start();
    // Most lines begin with a word.
    let first = line.chars().next().filter(char::is_ascii_punctuation)?;
    let line = line.trim_end();
    if line.len() > 100
        || line.starts_with("```")
        || matches!(first, '>' | '"' | '\'' | '(' | '[' | '{' | '<' | '@' | ':')
    {
        return None;
    }
    let run = line.len() - line.trim_start_matches(first).len();
    let rest = line[run..].trim();
    if rest.is_empty() {
        return (run >= 3 || (matches!(first, '%' | '#' | '~' | '=') && run >= 1))
            .then_some(Separator { mark: line, title: None });
    }
    let title = rest.trim_end_matches(first).trim();
    if run >= 3 && !title.is_empty() && title.split_whitespace().count() <= 10 && title.len() < rest.len() {
        return Some(Separator { mark: &line[..run], title: Some(title) });
    }
    // `#CR`: a mark and a short word without a space.
    let own = matches!(first, '#' | '%' | '@' | '$' | '!' | '&' | '+' | '=' | '~' | '|');
    (own && line.len() <= 12
        && !line.contains(char::is_whitespace)
        && rest.chars().all(|c| c.is_uppercase() || c.is_ascii_punctuation()))
    .then_some(Separator { mark: line, title: None })
}

/// The parts between separators, with their names; one or none, if there are no separators.
fn parts<'a>(source: &Source<'a>) -> Vec<(Passage<'a>, Option<String>)> {
    let file = source.text;
    let mut marks: Vec<(usize, usize, Separator<'a>)> = Vec::new();
    let mut start = 0;
    for end in memchr_iter(b'\n', file.as_bytes()).map(|at| at + 1).chain([file.len()]) {
        if let Some(found) = separator(&file[start..end]) {
            marks.push((start, end, found));
        }
        start = end;
    }
    // The mark that stands most often is the file's; others are marks inside replies.
    let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
    for (_, _, found) in &marks {
        *counts.entry(found.mark).or_default() += 1;
    }
    let Some(mark) = marks.iter().map(|(_, _, found)| found.mark).max_by_key(|mark| counts[mark]) else {
        return Vec::new();
    };
    let number = counts[mark];
    // Two dashed lines may stand round a summary in one mail.
    let enough = if mark.contains(char::is_alphanumeric) || source.hint() { 2 } else { 3 };
    let titled = marks.iter().any(|(_, _, found)| found.mark == mark && found.title.is_some());
    if number < if titled { 2 } else { enough } && !(source.hint() && number == 1 && mark.len() >= 3) {
        return Vec::new();
    }
    marks.retain(|(_, _, found)| found.mark == mark);
    let mut parts = Vec::new();
    let mut name: Option<String> = None;
    let mut start = 0;
    let end_mark = (file.len(), file.len(), Separator { mark, title: None });
    for (index, (from, to, found)) in marks.iter().chain([&end_mark]).enumerate() {
        let text = Passage::of_file(file, Span::new(start, *from)).trimmed();
        let comment = text
            .text
            .lines()
            .all(|line| line.trim().is_empty() || line.starts_with(['#', ';']) || line.starts_with("//"));
        // Above the first titled mark stands what the file is about.
        let about = comment || (index == 0 && titled);
        if !text.is_blank() && !about {
            parts.push((text, name.take()));
        }
        name = found.title.map(str::to_owned);
        start = *to;
    }
    parts
}

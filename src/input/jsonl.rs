//! JSON Lines: one object a line with `reply` (or `text`, `body`), and, if there are any, `id` and `customer`.
//!
//! Strings are decoded with a map back to the file, so that a finding's column is right even behind escapes.

use super::common::passage::Passage;
use super::common::tree::Node;
use super::{Origin, Problem, Reply, Source, json};
use crate::text::{Format, Position, Span, lines};
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow)]
    reply: Option<&'a RawValue>,
    #[serde(borrow)]
    text: Option<&'a RawValue>,
    #[serde(borrow)]
    body: Option<&'a RawValue>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    customer: Option<&'a RawValue>,
    #[serde(borrow)]
    channel: Option<&'a RawValue>,
}

/// Whether the first lines are JSON objects, each by itself.
pub(super) fn looks_like(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let is_object =
        |line: &str| line.trim_start().starts_with('{') && serde_json::from_str::<serde::de::IgnoredAny>(line).is_ok();
    lines.next().is_some_and(is_object) && lines.next().is_some_and(is_object)
}

pub(super) fn replies<'a>(source: &Source<'a>) -> (Vec<Reply<'a>>, Vec<Problem>) {
    let mut replies = Vec::new();
    let mut problems = Vec::new();
    for (index, (start, raw)) in lines(source.text).enumerate() {
        if !raw.trim().is_empty() {
            match record(source.text, raw.trim_end_matches('\r'), start) {
                Ok(reply) => replies.push(reply),
                Err(refusal) => problems.push(problem(source, index + 1, refusal)),
            }
        }
    }
    (replies, problems)
}

/// The lines that are JSON.
pub(super) fn documents<'a>(source: &Source<'a>) -> (Vec<Node<'a>>, Vec<Problem>) {
    let (mut documents, mut problems) = (Vec::new(), Vec::new());
    for (index, (start, raw)) in lines(source.text).enumerate() {
        if serde_json::from_str::<serde::de::IgnoredAny>(raw).is_ok() {
            documents.push(json::value(source.text, start));
        } else if !raw.trim().is_empty() {
            problems.extend(
                record(source.text, raw.trim_end_matches('\r'), start)
                    .err()
                    .map(|refusal| problem(source, index + 1, refusal)),
            );
        }
    }
    (documents, problems)
}

/// Column, what is wrong, what to do.
type Refusal = (usize, String, &'static str);

fn problem(source: &Source<'_>, line: usize, (column, message, help): Refusal) -> Problem {
    Problem::in_file(source.path, message).at(Some(Position { line, column })).help(help)
}

/// The reply of the line `raw`, which begins at byte `start` of the file.
fn record<'a>(file: &'a str, raw: &'a str, start: usize) -> Result<Reply<'a>, Refusal> {
    const HELP: &str = "write one object a line, with the reply under `reply`";
    let indent = raw.len() - raw.trim_start().len();
    // A list of the right length would be read as a record.
    if !raw[indent..].starts_with('{') {
        return Err((raw[..indent].chars().count() + 1, "this line is no JSON object".to_owned(), HELP));
    }
    let broken = |error: serde_json::Error| {
        let message = error.to_string();
        let message = match message.split(" at line ").next().unwrap_or(&message) {
            "trailing characters" => "there is more behind the object".to_owned(),
            at_end if at_end.starts_with("EOF ") => "it ends before the object does".to_owned(),
            other => other.replace("duplicate field", "there are two values for"),
        };
        // The parser counts bytes.
        let at = error.column().saturating_sub(1);
        let column = raw.char_indices().take_while(|(index, _)| *index < at).count() + 1;
        (column, format!("this line is no JSON object: {message}"), HELP)
    };
    let record: Record<'_> = serde_json::from_str(raw).map_err(broken)?;
    let is_null = |value: &&RawValue| value.get() == "null";
    let given = record.reply.or(record.text).or(record.body).filter(|v| !is_null(v));
    let Some(value) = given else {
        return Err((1, "this record has no reply".to_owned(), "put the reply under `reply`, `text` or `body`"));
    };
    let offset = |value: &RawValue| value.get().as_ptr() as usize - raw.as_ptr() as usize;
    let text = string(file, start + offset(value), value).ok_or_else(|| {
        let column = raw[..offset(value)].chars().count() + 1;
        (column, "the reply is not a string".to_owned(), "put the reply's text in quotation marks")
    })?;
    let customer = record
        .customer
        .filter(|v| !is_null(v))
        .and_then(|v| string(file, start + offset(v), v))
        .map(|passage| passage.text.into_owned());
    Ok(Reply {
        text: text.text,
        format: Format::Text,
        customer,
        id: record.id.map(RawValue::get),
        name: None,
        // Whatever else stands there says nothing to us.
        channel: record.channel.and_then(|value| serde_json::from_str(value.get()).ok()),
        situations: Vec::new(),
        origin: Origin::Part(text.map),
    })
}

/// A JSON string that begins at byte `at` of the file.
fn string<'a>(file: &'a str, at: usize, value: &RawValue) -> Option<Passage<'a>> {
    let len = value.get().strip_prefix('"')?.strip_suffix('"')?.len();
    Some(json::string(file, Span::new(at + 1, at + 1 + len)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_right_behind_escapes() {
        let file = "\n\n{\"id\": 7, \"reply\": \"Hé\\n\\\"x\\\" \\ud83d\\ude00 y\"}";
        let reply = record(file, &file[2..], 2).unwrap();
        assert_eq!(reply.text, "Hé\n\"x\" 😀 y");
        assert_eq!(reply.id, Some("7"));
        let index = crate::text::LineIndex::new(file);
        let at = reply.text.find('y').unwrap();
        let (start, _) = reply.place(&index, Span::new(at, at + 1));
        let expected = file[2..file.rfind('y').unwrap()].chars().count() + 1;
        assert_eq!((start.line, start.column), (3, expected));
    }

    #[test]
    fn a_bad_line_says_what_is_wrong() {
        let record = |raw: &'static str| record(raw, raw, 0).unwrap_err().1;
        assert!(record("{\"reply\": ").contains("no JSON object"));
        assert!(record("{\"id\": 1}").contains("no reply"));
        assert!(record("{\"reply\": 5}").contains("not a string"));
    }
}

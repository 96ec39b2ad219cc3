//! JSON Lines: one object a line with `reply` (or `text`, `body`), and, if there are any, `id` and `customer`.
//!
//! Strings are decoded with a map back to the line, so that a finding's column is right even behind escapes.

use super::{Origin, Reply};
use crate::problem::Problem;
use crate::text::{Format, Map, Position, Span};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

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
}

pub(super) fn replies<'a>(path: &str, text: &'a str) -> (Vec<Reply<'a>>, Vec<Problem>) {
    let mut replies = Vec::new();
    let mut problems = Vec::new();
    for (index, raw) in text.split('\n').enumerate() {
        if raw.trim().is_empty() {
            continue;
        }
        match record(raw, index + 1) {
            Ok(reply) => replies.push(reply),
            Err((column, message, help)) => {
                let position = Position { line: index + 1, column };
                problems.push(Problem::in_file(path, message).at(Some(position)).help(help));
            }
        }
    }
    (replies, problems)
}

type Refusal = (usize, String, &'static str);

fn record(raw: &str, line: usize) -> Result<Reply<'_>, Refusal> {
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
    let (text, map) = string(raw, value).ok_or_else(|| {
        (offset(raw, value) + 1, "the reply is not a string".to_owned(), "put the reply's text in quotation marks")
    })?;
    let customer =
        record.customer.filter(|v| !is_null(v)).and_then(|v| string(raw, v)).map(|(text, _)| text.into_owned());
    Ok(Reply {
        text,
        format: Format::Text,
        customer,
        id: record.id.map(RawValue::get),
        origin: Origin::Record { line, raw, map },
    })
}

/// Where a value begins in its line, in bytes. The value is a slice of the line, so its address tells.
fn offset(raw: &str, value: &RawValue) -> usize {
    value.get().as_ptr() as usize - raw.as_ptr() as usize
}

/// A JSON string, decoded, with the map from its bytes to those of the line.
fn string<'a>(raw: &'a str, value: &'a RawValue) -> Option<(Cow<'a, str>, Map)> {
    let inner = value.get().strip_prefix('"')?.strip_suffix('"')?;
    let base = offset(raw, value) + 1;
    let mut map = Map::default();
    if !inner.contains('\\') {
        map.copy(base, inner.len());
        return Some((Cow::Borrowed(inner), map));
    }
    let mut out = String::with_capacity(inner.len());
    let mut at = 0;
    while at < inner.len() {
        let run = inner[at..].find('\\').map_or(inner.len(), |i| at + i);
        out.push_str(&inner[at..run]);
        map.copy(base + at, run - at);
        if run == inner.len() {
            break;
        }
        let (c, len) = escape(&inner[run..])?;
        let mut buffer = [0; 4];
        out.push_str(c.encode_utf8(&mut buffer));
        map.replace(Span::new(base + run, base + run + len), c.len_utf8());
        at = run + len;
    }
    Some((Cow::Owned(out), map))
}

/// The character an escape stands for and the escape's length. serde_json has checked the syntax already.
fn escape(text: &str) -> Option<(char, usize)> {
    let unit = |at: usize| u32::from_str_radix(text.get(at..at + 4)?, 16).ok();
    Some(match text.as_bytes().get(1)? {
        b'n' => ('\n', 2),
        b't' => ('\t', 2),
        b'r' => ('\r', 2),
        b'b' => ('\u{8}', 2),
        b'f' => ('\u{c}', 2),
        b'u' => {
            let first = unit(2)?;
            let second = text.get(6..8).filter(|s| *s == "\\u").and_then(|_| unit(8));
            match (first, second) {
                (0xd800..0xdc00, Some(low @ 0xdc00..0xe000)) => {
                    (char::from_u32(0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00))?, 12)
                }
                _ => (char::from_u32(first).unwrap_or('\u{fffd}'), 6),
            }
        }
        c => (*c as char, 2),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_right_behind_escapes() {
        let raw = r#"{"id": 7, "reply": "Hé\n\"x\" \ud83d\ude00 y"}"#;
        let reply = record(raw, 3).unwrap();
        assert_eq!(reply.text, "Hé\n\"x\" 😀 y");
        assert_eq!(reply.id, Some("7"));
        let index = crate::text::LineIndex::new(&reply.text);
        let at = reply.text.find('y').unwrap();
        let (start, _) = reply.place(&index, Span::new(at, at + 1));
        let expected = raw[..raw.rfind('y').unwrap()].chars().count() + 1;
        assert_eq!((start.line, start.column), (3, expected));
    }

    #[test]
    fn a_bad_line_says_what_is_wrong() {
        assert!(record("{\"reply\": ", 1).unwrap_err().1.contains("no JSON object"));
        assert!(record("{\"id\": 1}", 1).unwrap_err().1.contains("no reply"));
        assert!(record("{\"reply\": 5}", 1).unwrap_err().1.contains("not a string"));
    }
}

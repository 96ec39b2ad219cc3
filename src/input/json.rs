//! JSON: lists of records, maps from a name to a text, and the exports of help desks. [`super::record`] knows which.
//!
//! `serde_json` says whether a file is JSON, and what is wrong where it is not; the values are then read again with
//! their places, which it does not keep.

use super::common::passage::{Builder, Passage};
use super::common::record;
use super::common::tree::{DEPTH_MAX, Node};
use super::{Problem, Reply, Source};
use crate::text::{LineIndex, Span};
use memchr::memchr;

pub(super) fn replies<'a>(source: &Source<'a>) -> (Vec<Reply<'a>>, Vec<Problem>) {
    let (documents, problems) = documents(source);
    (documents.iter().flat_map(|document| record::replies(source, document)).collect(), problems)
}

/// The document, or what makes it no JSON.
pub(super) fn documents<'a>(source: &Source<'a>) -> (Vec<Node<'a>>, Vec<Problem>) {
    match parse(source) {
        Ok(node) => (vec![node], Vec::new()),
        Err(problem) => (Vec::new(), vec![problem]),
    }
}

/// The document, with places.
///
/// # Errors
/// What makes it no JSON.
fn parse<'a>(source: &Source<'a>) -> Result<Node<'a>, Problem> {
    if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(source.text) {
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
        let position = LineIndex::new(source.text).position(place(source.text, &error));
        return Err(Problem::in_file(source.path, format!("this file is no JSON: {message}"))
            .at(Some(position))
            .help("mend it there, or export it again"));
    }
    Ok(value(source.text, 0))
}

/// The byte of `text` that `error` is about.
fn place(text: &str, error: &serde_json::Error) -> usize {
    // The parser counts bytes, and lines by their `\n`. One that it stopped at is byte 0 of the next line.
    let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    if error.column() > 0 || error.is_eof() {
        return before + error.column().saturating_sub(1);
    }
    let line = &text[..before];
    line.strip_suffix("\r\n").or(line.strip_suffix('\n')).unwrap_or(line).len()
}

/// The value that begins at byte `at` of a file that is known to be right there.
pub(super) fn value(file: &str, at: usize) -> Node<'_> {
    Reader { text: file, at }.value(0)
}

/// Reads JSON that is known to be right; on anything else it stops short and never panics.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&mut self) -> u8 {
        let bytes = self.text.as_bytes();
        while bytes.get(self.at).is_some_and(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
        bytes.get(self.at).copied().unwrap_or(0)
    }

    fn value(&mut self, depth: usize) -> Node<'a> {
        let start = self.at;
        match self.peek() {
            b'{' if depth < DEPTH_MAX => {
                self.at += 1;
                let mut entries = Vec::new();
                while self.peek() == b'"' {
                    let key = self.string();
                    if self.peek() == b':' {
                        self.at += 1;
                    }
                    entries.push((key, self.value(depth + 1)));
                    if self.peek() == b',' {
                        self.at += 1;
                    }
                }
                self.at += 1;
                Node::Map(entries)
            }
            b'[' if depth < DEPTH_MAX => {
                self.at += 1;
                let mut items = Vec::new();
                while !matches!(self.peek(), b']' | 0) {
                    let before = self.at;
                    items.push(self.value(depth + 1));
                    if self.peek() == b',' {
                        self.at += 1;
                    }
                    if self.at == before {
                        break;
                    }
                }
                self.at += 1;
                Node::List(items)
            }
            b'"' => Node::Text { text: self.string(), bare: false },
            b'{' | b'[' => {
                self.skip();
                Node::Other(Passage::whole("", Span::new(start, self.at)))
            }
            _ => {
                let start = self.at;
                let len = self.text[start..].find([',', ']', '}', ' ', '\n', '\r', '\t']);
                self.at = len.map_or(self.text.len(), |len| start + len);
                Node::Other(Passage::of_file(self.text, Span::new(start, self.at)))
            }
        }
    }

    /// Passes over one bracketed value, however deep.
    fn skip(&mut self) {
        let mut open = 0usize;
        loop {
            match self.peek() {
                b'"' => drop(self.string()),
                b'{' | b'[' => {
                    open += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    open = open.saturating_sub(1);
                    self.at += 1;
                    if open == 0 {
                        return;
                    }
                }
                0 => return,
                _ => self.at += self.text[self.at..].chars().next().map_or(1, char::len_utf8),
            }
        }
    }

    fn string(&mut self) -> Passage<'a> {
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let mut end = start;
        while end < bytes.len() && bytes[end] != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let end = end.min(bytes.len());
        self.at = (end + 1).min(bytes.len());
        string(self.text, Span::new(start, end))
    }
}

/// The string between the quotation marks at `span`, decoded.
pub(super) fn string(file: &str, span: Span) -> Passage<'_> {
    let inner = &file[span.start..span.end];
    let escape_from = |at: usize| memchr(b'\\', &inner.as_bytes()[at..]).map(|i| at + i);
    if escape_from(0).is_none() {
        return Passage::of_file(file, span);
    }
    let mut out = Builder::with_capacity(inner.len());
    let mut at = 0;
    while at < inner.len() {
        let run = escape_from(at).unwrap_or(inner.len());
        out.copy(file, Span::new(span.start + at, span.start + run));
        let Some((c, len)) = escape(&inner[run..]) else {
            break;
        };
        let mut buffer = [0; 4];
        out.replace(c.encode_utf8(&mut buffer), Span::new(span.start + run, span.start + run + len));
        at = run + len;
    }
    out.done()
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
    fn strings_are_decoded_with_their_places() {
        let file = r#"["a", {"k": "H\u00e9\n\"x\" \ud83d\ude00 y"}]"#;
        let node = parse(&Source::new("x.json", file)).unwrap();
        let text = node.items()[1].get("k").unwrap().as_text().unwrap();
        assert_eq!(text.text, "Hé\n\"x\" 😀 y");
        let at = text.text.find('y').unwrap();
        assert_eq!(text.map.to_source(Span::new(at, at + 1)).start, file.rfind('y').unwrap());
    }

    #[test]
    fn nesting_of_any_depth_is_read() {
        let deep = format!("{}\"x\"{}", "[".repeat(120), "]".repeat(120));
        assert!(parse(&Source::new("x.json", &deep)).is_ok());
    }
}

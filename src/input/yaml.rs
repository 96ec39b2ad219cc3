//! YAML: bots that answer issues, Rasa responses, help-desk exports. [`super::record`] knows which.
//!
//! The parser gives each scalar's value and where it stands; which byte of the value is which byte of the file is found
//! by going through both side by side.

use super::common::passage::{Builder, Passage};
use super::common::record;
use super::common::tree::{DEPTH_MAX, Node};
use super::{Problem, Reply, Source};
use crate::problem::within;
use crate::text::{Position, Span};
use saphyr_parser::{Event, Parser, ScalarStyle};

pub(super) fn replies<'a>(source: &Source<'a>) -> (Vec<Reply<'a>>, Vec<Problem>) {
    let (documents, problems) = documents(source);
    (documents.iter().flat_map(|document| record::replies(source, document)).collect(), problems)
}

/// The documents of a file, up to the first mistake, and the mistake.
pub(super) fn documents<'a>(source: &Source<'a>) -> (Vec<Node<'a>>, Vec<Problem>) {
    let (documents, problem) = parse(source);
    (documents, problem.into_iter().collect())
}

fn parse<'a>(source: &Source<'a>) -> (Vec<Node<'a>>, Option<Problem>) {
    let offsets = Offsets::new(source.text);
    let mut tree = Tree::default();
    for event in Parser::new_from_str(source.text) {
        match event {
            Ok((event, span)) => {
                let span = Span::new(offsets.byte(span.start.index()), offsets.byte(span.end.index()));
                tree.event(source.text, &event, span);
            }
            Err(error) => {
                let marker = error.marker();
                let position = within(source.text, Position { line: marker.line().max(1), column: marker.col() + 1 });
                let problem = Problem::in_file(source.path, format!("this file is no YAML: {}", error.info()))
                    .at(Some(position))
                    .help("mend it there: the indentation, or quotation marks around the text");
                // What stands before the mistake is whole only where a list or a mapping was closed.
                return (tree.documents, Some(problem));
            }
        }
    }
    (tree.documents, None)
}

/// The parser counts characters; places are bytes.
struct Offsets {
    /// Where each character begins; empty for ASCII, where both counts are one.
    starts: Vec<usize>,
    len: usize,
}

impl Offsets {
    fn new(text: &str) -> Self {
        let starts = if text.is_ascii() { Vec::new() } else { text.char_indices().map(|(at, _)| at).collect() };
        Self { starts, len: text.len() }
    }

    fn byte(&self, index: usize) -> usize {
        if self.starts.is_empty() { index.min(self.len) } else { self.starts.get(index).copied().unwrap_or(self.len) }
    }
}

/// A list or a mapping that is not closed yet.
enum Open<'a> {
    Map(Vec<(Passage<'a>, Node<'a>)>, Option<Passage<'a>>),
    List(Vec<Node<'a>>),
}

#[derive(Default)]
struct Tree<'a> {
    documents: Vec<Node<'a>>,
    open: Vec<Open<'a>>,
    /// How many lists and mappings are open below the deepest that is kept.
    beyond: usize,
}

impl<'a> Tree<'a> {
    fn event(&mut self, file: &'a str, event: &Event<'_>, span: Span) {
        match event {
            Event::MappingStart(..) | Event::SequenceStart(..) if self.open.len() >= DEPTH_MAX => self.beyond += 1,
            Event::MappingEnd | Event::SequenceEnd if self.beyond > 0 => {
                self.beyond -= 1;
                if self.beyond == 0 {
                    self.put(Node::Other(Passage::whole("", span)));
                }
            }
            _ if self.beyond > 0 => {}
            Event::MappingStart(..) => self.open.push(Open::Map(Vec::new(), None)),
            Event::SequenceStart(..) => self.open.push(Open::List(Vec::new())),
            Event::MappingEnd | Event::SequenceEnd => match self.open.pop() {
                Some(Open::Map(entries, _)) => self.put(Node::Map(entries)),
                Some(Open::List(items)) => self.put(Node::List(items)),
                None => {}
            },
            Event::Scalar(value, style, _, tag) => {
                let bare = *style == ScalarStyle::Plain && tag.is_none();
                self.put(Node::Text { text: scalar(file, span, value, *style), bare });
            }
            Event::Alias(_) => self.put(Node::Other(Passage::whole("", span))),
            _ => {}
        }
    }

    fn put(&mut self, node: Node<'a>) {
        match self.open.last_mut() {
            None => self.documents.push(node),
            Some(Open::List(items)) => items.push(node),
            Some(Open::Map(entries, key)) => match key.take() {
                Some(key) => entries.push((key, node)),
                None => {
                    // A list or a mapping as a key names nothing.
                    let text = match node {
                        Node::Text { text, .. } | Node::Other(text) => text,
                        Node::Map(_) | Node::List(_) => Passage::default(),
                    };
                    *key = Some(text);
                }
            },
        }
    }
}

/// A scalar's value, with the place of each of its bytes.
fn scalar<'a>(file: &'a str, span: Span, value: &str, style: ScalarStyle) -> Passage<'a> {
    aligned(file, span, value, style).unwrap_or_else(|| Passage::whole(value.to_owned(), span))
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// The run of white space that begins at `at`: where it ends.
fn run(text: &str, at: usize) -> usize {
    text[at..].bytes().position(|b| !is_space(b)).map_or(text.len(), |len| at + len)
}

/// Goes through the value and the file side by side. Nothing, where they do not agree.
fn aligned<'a>(file: &'a str, span: Span, value: &str, style: ScalarStyle) -> Option<Passage<'a>> {
    let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
    let raw = file.get(span.start..span.end)?;
    let mut at = 0;
    match style {
        ScalarStyle::SingleQuoted if raw.starts_with('\'') => at = 1,
        ScalarStyle::DoubleQuoted if raw.starts_with('"') => at = 1,
        // The header, `|-` or `>2`, and a comment behind it.
        ScalarStyle::Literal | ScalarStyle::Folded if raw.starts_with(['|', '>']) => at = raw.find('\n')?,
        _ => {}
    }
    if !block && value.len() == raw.len() && value == raw {
        return Some(Passage::of_file(file, span));
    }
    let place = |from: usize, to: usize| Span::new(span.start + from, span.start + to);
    let mut out = Builder::default();
    let mut seen = 0;
    if block && !raw.starts_with(|c: char| c.is_ascii_whitespace()) && at == 0 {
        // Empty lines at the top stand in front of the span.
        seen = run(value, 0);
        out.replace(&value[..seen], place(0, 0));
    }
    while seen < value.len() {
        let v = value.as_bytes()[seen];
        let r = raw.as_bytes().get(at).copied();
        if style == ScalarStyle::DoubleQuoted && r == Some(b'\\') {
            let escape = raw[at + 1..].chars().next()?;
            if matches!(escape, '\n' | '\r') {
                at = run(raw, at + 1);
                continue;
            }
            let digits = match escape {
                'x' => 2,
                'u' => 4,
                'U' => 8,
                _ => 0,
            };
            let len = 1 + escape.len_utf8() + digits;
            let c = value[seen..].chars().next()?;
            out.replace(&value[seen..seen + c.len_utf8()], place(at, (at + len).min(raw.len())));
            seen += c.len_utf8();
            at += len;
            if at > raw.len() {
                return None;
            }
        } else if style == ScalarStyle::SingleQuoted && r == Some(b'\'') {
            if v != b'\'' || raw.as_bytes().get(at + 1) != Some(&b'\'') {
                return None;
            }
            out.replace("'", place(at, at + 2));
            seen += 1;
            at += 2;
        } else if is_space(v) && r.is_none_or(is_space) {
            let end = run(raw, at);
            let breaks = raw[at..end].bytes().filter(|b| *b == b'\n').count();
            let value_end = run(value, seen);
            if breaks == 0 && r.is_some() {
                // Spaces inside a line stand as they are.
                let len = (end - at).min(value_end - seen);
                if value[seen..seen + len] != raw[at..at + len] {
                    return None;
                }
                out.copy(file, place(at, at + len));
                seen += len;
                at += len;
            } else {
                // Folded breaks, stripped indentation: the whole gap stands for the whole gap. In quotes an escape may
                // go on with the white space, so there the fold is taken by itself.
                let folded = if breaks <= 1 { 1 } else { breaks - 1 };
                let len = if block { value_end - seen } else { folded.min(value_end - seen) };
                out.replace(&value[seen..seen + len], place(at, end));
                seen += len;
                at = end;
            }
        } else if r.is_some_and(is_space) && !is_space(v) {
            at = run(raw, at);
        } else {
            let same = value[seen..].chars().next()?;
            if raw[at..].chars().next()? != same {
                return None;
            }
            // As far as both run alike.
            let quote = match style {
                ScalarStyle::SingleQuoted => b'\'',
                ScalarStyle::DoubleQuoted => b'\\',
                _ => b'\n',
            };
            let alike = value.as_bytes()[seen..]
                .iter()
                .zip(&raw.as_bytes()[at..])
                .take_while(|(v, r)| v == r && !is_space(**r) && **r != quote)
                .count();
            let mut len = alike.max(same.len_utf8());
            while !value.is_char_boundary(seen + len) {
                len -= 1;
            }
            out.copy(file, place(at, at + len));
            seen += len;
            at += len;
        }
    }
    (out.text() == value).then(|| out.done())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value under `k`, and for each of its words the place in the file, as `line:column`.
    fn words(yaml: &str) -> (String, Vec<String>) {
        let (documents, problem) = parse(&Source::new("x.yml", yaml));
        assert_eq!(problem, None);
        let text = documents[0].get("k").unwrap().as_text().unwrap().clone();
        let index = crate::text::LineIndex::new(yaml);
        let mut places = Vec::new();
        let mut at = 0;
        for word in text.text.split_whitespace() {
            at += text.text[at..].find(word).unwrap();
            let span = text.map.to_source(Span::new(at, at + word.len()));
            let p = index.position(span.start);
            places.push(format!("{}:{}", p.line, p.column));
            at += word.len();
        }
        (text.text.to_string(), places)
    }

    #[test]
    fn every_kind_of_scalar_keeps_its_places() {
        let at = |places: &[&str]| places.iter().map(|p| (*p).to_owned()).collect::<Vec<_>>();
        assert_eq!(words("k: one two\n"), ("one two".into(), at(&["1:4", "1:8"])));
        assert_eq!(words("k: one\n  two\n\n  three\n"), ("one two\nthree".into(), at(&["1:4", "2:3", "4:3"])));
        assert_eq!(words("k: 'it''s é\n  two'\n"), ("it's é two".into(), at(&["1:5", "1:11", "2:3"])));
        assert_eq!(
            words("k: \"a\\n\\u00e9 \\\"b\\\" \\\n   c\n  d\"\n"),
            ("a\né \"b\" c d".into(), at(&["1:5", "1:8", "1:15", "2:4", "3:3"]))
        );
        assert_eq!(
            words("k: |-  # why\n  one\n    two  three\n\n  é four\n"),
            ("one\n  two  three\n\né four".into(), at(&["2:3", "3:5", "3:10", "5:3", "5:5"]))
        );
        assert_eq!(
            words("k: >+\n\n  one\n  two\n\n  three\n   - four\n\n"),
            ("\none two\nthree\n - four\n\n".into(), at(&["3:3", "4:3", "6:3", "7:4", "7:6"]))
        );
        assert_eq!(words("k: |\r\n  one\r\n  two\r\n"), ("one\ntwo\n".into(), at(&["2:3", "3:3"])));
        assert_eq!(words("{k: one two, l: x}"), ("one two".into(), at(&["1:5", "1:9"])));
    }
}

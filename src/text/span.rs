//! Places in a text: byte ranges while working, line and column only when something is printed.

use memchr::{memchr, memchr_iter};

/// A range of bytes, `start` included and `end` excluded. Always on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The range `start..end` in bytes.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Whether the two ranges share at least one byte.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether the range holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// The lines of a text without their line feeds, and the byte that each begins at. Found many bytes at a time.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    memchr_iter(b'\n', text.as_bytes()).chain([text.len()]).map(move |end| {
        let line = (start, &text[start..end]);
        start = end + 1;
        line
    })
}

/// A place as people count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// A column as programs count it, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Columns {
    /// In bytes of UTF-8.
    pub utf8: usize,
    /// In code units of UTF-16.
    pub utf16: usize,
}

/// Where the lines of a text begin. LF, CRLF and lone CR each end a line.
#[derive(Clone, Debug)]
pub struct LineIndex<'a> {
    text: &'a str,
    starts: Vec<usize>,
    /// In long lines, every so often.
    marks: Vec<Mark>,
}

/// What stands in a line before one of its bytes.
#[derive(Clone, Copy, Debug)]
struct Mark {
    /// The byte, from the start of the text.
    byte: usize,
    /// Characters of its line before it.
    characters: usize,
    /// Code units of UTF-16 before it.
    utf16: usize,
}

/// The characters of `text`, and its code units in UTF-16: one a character, and one more for each that takes four bytes of
/// UTF-8.
fn lengths(text: &str) -> (usize, usize) {
    if text.is_ascii() {
        return (text.len(), text.len());
    }
    let characters = text.chars().count();
    (characters, characters + text.bytes().filter(|byte| *byte >= 0xf0).count())
}

/// How far the marks of a long line lie apart, in bytes.
const MARK_EVERY: usize = 1024;

impl<'a> LineIndex<'a> {
    /// Finds the lines of `text`.
    pub fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let ends_line = |(index, byte): (usize, &u8)| {
            (*byte == b'\n' || (*byte == b'\r' && bytes.get(index + 1) != Some(&b'\n'))).then_some(index + 1)
        };
        let starts: Vec<usize> = if memchr(b'\r', bytes).is_some() {
            std::iter::once(0).chain(bytes.iter().enumerate().filter_map(ends_line)).collect()
        } else {
            // Found many bytes at a time, and counted so too.
            let mut starts = Vec::with_capacity(memchr_iter(b'\n', bytes).count() + 1);
            starts.push(0);
            starts.extend(memchr_iter(b'\n', bytes).map(|at| at + 1));
            starts
        };
        let mut marks = Vec::new();
        for (index, start) in starts.iter().enumerate() {
            let end = starts.get(index + 1).copied().unwrap_or(text.len());
            let mut mark = Mark { byte: *start, characters: 0, utf16: 0 };
            while mark.byte + MARK_EVERY < end {
                let mut next = mark.byte + MARK_EVERY;
                while !text.is_char_boundary(next) {
                    next -= 1;
                }
                let (characters, utf16) = lengths(&text[mark.byte..next]);
                mark.characters += characters;
                mark.utf16 += utf16;
                mark.byte = next;
                marks.push(mark);
            }
        }
        Self { text, starts, marks }
    }

    /// Line and column of byte `at`; a byte inside a character counts as its first.
    pub fn position(&self, at: usize) -> Position {
        self.point(at).0
    }

    /// Where a range starts and ends, and the columns of both as programs count them.
    pub fn points(&self, span: Span) -> ((Position, Position), (Columns, Columns)) {
        let ((start, first), (end, last)) = (self.point(span.start), self.point(span.end));
        ((start, end), (first, last))
    }

    /// Line and column of byte `at`, and the column as programs count it.
    fn point(&self, at: usize) -> (Position, Columns) {
        let (line, mark, rest) = self.nearest(at);
        let (characters, utf16) = lengths(rest);
        let utf8 = mark.byte + rest.len() - self.starts[line - 1] + 1;
        (Position { line, column: mark.characters + characters + 1 }, Columns { utf8, utf16: mark.utf16 + utf16 + 1 })
    }

    /// The line of byte `at` (from 1), the last mark of that line before it, and the text from there to `at`.
    fn nearest(&self, at: usize) -> (usize, Mark, &'a str) {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= at);
        let start = self.starts[line - 1];
        let mark = self.marks[..self.marks.partition_point(|mark| mark.byte <= at)].last().copied();
        let mark = mark.filter(|mark| mark.byte >= start).unwrap_or(Mark { byte: start, characters: 0, utf16: 0 });
        (line, mark, &self.text[mark.byte..at])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_characters_and_every_kind_of_line_end() {
        let at = |text: &str, byte: usize| LineIndex::new(text).position(byte);
        assert_eq!(at("a\r\né b", 6), Position { line: 2, column: 3 });
        assert_eq!(at("a\rb", 2), Position { line: 2, column: 1 });
        assert_eq!(at("", 9), Position { line: 1, column: 1 });
        let long = format!("a\n{}\n{}", "é".repeat(5000), "b".repeat(3000));
        assert_eq!(at(&long, 2 + 9998), Position { line: 2, column: 5000 });
        assert_eq!(at(&long, 2 + 10_001), Position { line: 3, column: 1 });
        assert_eq!(at(&long, 2 + 12_001), Position { line: 3, column: 2001 });
    }

    #[test]
    fn counts_as_programs_do() {
        let at = |text: &str, byte: usize| LineIndex::new(text).point(byte).1;
        assert_eq!(at("a\né😀b", 8), Columns { utf8: 7, utf16: 4 });
        assert_eq!(at("a\né😀b", 2), Columns { utf8: 1, utf16: 1 });
        let long = format!("a\n{}b", "😀é".repeat(2000));
        assert_eq!(at(&long, 2 + 12_000), Columns { utf8: 12_001, utf16: 6001 });
    }
}

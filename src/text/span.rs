//! Places in a text: byte ranges while working, line and column only when something is printed.

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

/// A place as people count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// Where the lines of a text begin. LF, CRLF and lone CR each end a line.
#[derive(Clone, Debug)]
pub struct LineIndex<'a> {
    text: &'a str,
    starts: Vec<usize>,
    /// In long lines, every so often: a byte, and the characters of its line before it.
    marks: Vec<(usize, usize)>,
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
        let starts = std::iter::once(0).chain(bytes.iter().enumerate().filter_map(ends_line));
        let starts: Vec<usize> = starts.collect();
        let mut marks = Vec::new();
        for (index, start) in starts.iter().enumerate() {
            let end = starts.get(index + 1).copied().unwrap_or(text.len());
            let (mut at, mut column) = (*start, 0);
            while at + MARK_EVERY < end {
                let mut next = at + MARK_EVERY;
                while !text.is_char_boundary(next) {
                    next -= 1;
                }
                column += text[at..next].chars().count();
                at = next;
                marks.push((at, column));
            }
        }
        Self { text, starts, marks }
    }

    /// Line and column of byte `at`; a byte inside a character counts as its first.
    pub fn position(&self, at: usize) -> Position {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= at);
        let mark = self.marks[..self.marks.partition_point(|(byte, _)| *byte <= at)].last().copied();
        let (from, before) =
            mark.filter(|(byte, _)| *byte >= self.starts[line - 1]).unwrap_or((self.starts[line - 1], 0));
        Position { line, column: before + self.text[from..at].chars().count() + 1 }
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
}

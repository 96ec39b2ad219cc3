//! Files with one record a line, read in blocks of whole lines: a block is all that is held of a file, however long it is.

use crate::input::unreadable_start;
use crate::problem::Problem;
use crate::text::Position;
use std::io::{self, BufRead, BufReader, Read};

/// How much is read at a time.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// A block ends with the line that brings it to this many bytes.
    block_bytes: usize,
    /// A block ends with this many lines: what short lines come to needs more memory than they do.
    block_lines: usize,
    /// A line of more bytes is skipped.
    line_bytes: usize,
}

/// A block and what is found in it should stay in the memory that is near to a core: with blocks of 2 MB, a run takes a seventh
/// longer.
const LIMITS: Limits = Limits { block_bytes: 128_000, block_lines: 512, line_bytes: 16_000_000 };

/// What to do where reading fails.
const HELP: &str = "check what it is read from";

/// A part of a file: whole lines.
#[derive(Debug, PartialEq, Eq)]
pub struct Block {
    /// The lines. One that can't be read is empty, so that all others keep their numbers.
    pub text: String,
    /// Lines of the file before it.
    pub lines_before: usize,
    /// Bytes of the file before it.
    pub bytes_before: usize,
    /// What is wrong with the lines that can't be read, with places in the file.
    pub problems: Vec<Problem>,
}

/// The blocks of a file, in order. What can't be read at all ends them, with a problem.
#[derive(Debug)]
pub struct Blocks<R> {
    path: String,
    input: BufReader<R>,
    limits: Limits,
    lines: usize,
    bytes: usize,
    is_over: bool,
}

impl<R: Read> Blocks<R> {
    /// Reads `input`, which goes by the name of `path`.
    pub fn new(path: &str, input: R) -> Self {
        let input = BufReader::with_capacity(1 << 16, input);
        Self { path: path.to_owned(), input, limits: LIMITS, lines: 0, bytes: 0, is_over: false }
    }

    fn problem(&self, line: usize, column: usize, message: String, help: &str) -> Problem {
        Problem::in_file(&self.path, message).at(Some(Position { line, column })).help(help)
    }

    /// Reads one more line to the end of `bytes`; nothing of a line that is too long. The bytes it takes in the file, 0 at the
    /// end.
    fn line(&mut self, bytes: &mut Vec<u8>) -> io::Result<(usize, bool)> {
        let start = bytes.len();
        let most = self.limits.line_bytes as u64 + 1;
        let read = (&mut self.input).take(most).read_until(b'\n', bytes)?;
        if read <= self.limits.line_bytes || bytes.ends_with(b"\n") {
            return Ok((read, true));
        }
        bytes.truncate(start);
        bytes.push(b'\n');
        Ok((read + self.input.skip_until(b'\n')?, false))
    }

    /// The lines as text. A line that is no text is left empty.
    fn text(&self, bytes: Vec<u8>, problems: &mut Vec<Problem>) -> String {
        String::from_utf8(bytes).unwrap_or_else(|error| {
            let mut text = String::new();
            for (index, line) in error.as_bytes().split_inclusive(|byte| *byte == b'\n').enumerate() {
                match std::str::from_utf8(line) {
                    Ok(line) => text.push_str(line),
                    Err(error) => {
                        let before = String::from_utf8_lossy(&line[..error.valid_up_to()]);
                        problems.push(self.problem(
                            self.lines + index + 1,
                            before.chars().count() + 1,
                            "this line is not UTF-8 (Latin-1 or Windows-1252, perhaps)".to_owned(),
                            "save the file as UTF-8",
                        ));
                        text.push('\n');
                    }
                }
            }
            text
        })
    }
}

impl<R: Read> Iterator for Blocks<R> {
    type Item = Block;

    fn next(&mut self) -> Option<Block> {
        if self.is_over {
            return None;
        }
        let (mut bytes, mut problems) = (Vec::new(), Vec::new());
        let (mut lines, mut length) = (0, 0);
        while bytes.len() < self.limits.block_bytes && lines < self.limits.block_lines {
            let start = bytes.len();
            match self.line(&mut bytes) {
                Ok((0, _)) => {
                    self.is_over = true;
                    break;
                }
                Ok((read, fits)) => {
                    lines += 1;
                    length += read;
                    if !fits {
                        let message = format!("this line is longer than {} MB", self.limits.line_bytes / 1_000_000);
                        let help = "give each reply a line of its own";
                        problems.push(self.problem(self.lines + lines, 1, message, help));
                    }
                }
                Err(error) => {
                    // The rest of this line is lost; the lines before it are not.
                    bytes.truncate(start);
                    problems.push(if self.lines + lines == 0 {
                        Problem::in_file(&self.path, format!("can't read this: {error}")).help(HELP)
                    } else {
                        let message = format!("can't read on from here: {error}");
                        self.problem(self.lines + lines + 1, 1, message, HELP)
                    });
                    self.is_over = true;
                    break;
                }
            }
        }
        if self.bytes == 0 {
            if let Some(problem) = unreadable_start(&self.path, &bytes) {
                self.is_over = true;
                return Some(Block { text: String::new(), lines_before: 0, bytes_before: 0, problems: vec![problem] });
            }
            if bytes.starts_with("\u{feff}".as_bytes()) {
                bytes.drain(..3);
            }
        }
        let text = self.text(bytes, &mut problems);
        problems.sort_by_key(|problem| problem.position.map(|position| position.line));
        let block = Block { text, lines_before: self.lines, bytes_before: self.bytes, problems };
        self.lines += lines;
        self.bytes += length;
        (lines > 0 || !block.problems.is_empty()).then_some(block)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Limits = Limits { block_bytes: 10, block_lines: 3, line_bytes: 20 };

    fn blocks(input: impl Read) -> Vec<Block> {
        Blocks { limits: SMALL, ..Blocks::new("x.jsonl", input) }.collect()
    }

    fn texts(blocks: &[Block]) -> Vec<&str> {
        blocks.iter().map(|block| block.text.as_str()).collect()
    }

    #[test]
    fn blocks_hold_whole_lines() {
        let found = blocks("é23456789é\nb\r\n\n\nlast".as_bytes());
        assert_eq!(texts(&found), ["é23456789é\n", "b\r\n\n\n", "last"]);
        assert_eq!(
            found.iter().map(|b| (b.lines_before, b.bytes_before)).collect::<Vec<_>>(),
            [(0, 0), (1, 13), (4, 18)]
        );
        assert!(blocks("".as_bytes()).is_empty());
    }

    /// Endless, and says how much was taken.
    struct Endless<'a>(&'a mut usize);

    impl Read for Endless<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            out.fill(b'x');
            *self.0 += out.len();
            Ok(out.len())
        }
    }

    #[test]
    fn a_long_line_is_skipped_and_never_held() {
        let mut taken = 0;
        let long = Endless(&mut taken).take(1_000_000).chain(&b"\nshort\n"[..]);
        let mut reader = Blocks { limits: SMALL, ..Blocks::new("x.jsonl", long) };
        let mut bytes = Vec::new();
        assert_eq!(reader.line(&mut bytes).unwrap(), (1_000_001, false));
        assert!(bytes.capacity() < 100, "{}", bytes.capacity());
        assert_eq!(reader.line(&mut bytes).unwrap(), (6, true));
        assert_eq!(bytes, b"\nshort\n");
        // Twenty bytes fit, with and without a line end.
        assert_eq!(texts(&blocks(&b"01234567890123456789\n01234567890123456789"[..])).concat().len(), 41);
        let found = blocks(&b"012345678901234567890"[..]);
        assert_eq!((texts(&found), found[0].problems.len()), (vec!["\n"], 1));
    }

    #[test]
    fn a_line_that_is_no_text_costs_no_other() {
        let found = blocks(&b"a\nb\xe9\n\xff\xfe\nc"[..]);
        assert_eq!(texts(&found), ["a\n\n\n", "c"]);
        let places: Vec<_> = found[0].problems.iter().filter_map(|problem| problem.position).collect();
        assert_eq!(places, [Position { line: 2, column: 2 }, Position { line: 3, column: 1 }]);
        assert_eq!(found[1].lines_before, 3);
    }

    /// Breaks off.
    struct Broken;

    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("unplugged"))
        }
    }

    #[test]
    fn what_was_read_before_an_error_is_kept() {
        let found = blocks((&b"a\nb"[..]).chain(Broken));
        assert_eq!(texts(&found), ["a\n"]);
        assert_eq!(found[0].problems[0].position, Some(Position { line: 2, column: 1 }));
        assert!(found[0].problems[0].message.contains("unplugged"));
    }

    #[test]
    fn what_is_no_text_at_all_is_refused_once() {
        for bytes in [&b"\xff\xfea\0\n\0b\0\n\0"[..], b"PK\x03\x04\0\0\n\0\n"] {
            let found = blocks(bytes);
            assert_eq!(found.len(), 1);
            assert_eq!((found[0].text.as_str(), found[0].problems.len()), ("", 1));
        }
    }
}

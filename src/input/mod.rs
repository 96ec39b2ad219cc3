//! Inputs: from the bytes of a file to the replies it holds. One file per format; [`Kind`] is the only list of them.

mod jsonl;
mod text;

use crate::problem::Problem;
use crate::text::{Format, LineIndex, Map, Position, Span};
use std::borrow::Cow;
use std::path::Path;

/// Longest reply that is checked, in bytes. Nobody sends a longer one: it is a log or an export in the wrong format.
const REPLY_MAX: usize = 1_000_000;

/// How a file holds replies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// One reply in plain text.
    Text,
    /// One reply in Markdown.
    Markdown,
    /// One JSON object a line.
    JsonLines,
}

impl Kind {
    /// The kind of a file by its name; nothing for a name that says nothing.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "txt" | "text" => Some(Self::Text),
            "md" | "markdown" | "mdown" => Some(Self::Markdown),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            _ => None,
        }
    }
}

/// One reply, as it was found.
#[derive(Clone, Debug)]
pub struct Reply<'a> {
    /// The text, decoded.
    pub text: Cow<'a, str>,
    /// How the text is written.
    pub format: Format,
    /// The customer's message that came with it.
    pub customer: Option<String>,
    /// The record's `id`, as JSON.
    pub id: Option<&'a str>,
    /// Where it stands in its file.
    pub origin: Origin<'a>,
}

/// The way from a reply back to its file.
#[derive(Clone, Debug)]
pub enum Origin<'a> {
    /// The reply is the file.
    File,
    /// The reply is a string in one line of the file.
    Record {
        /// The line, from 1.
        line: usize,
        /// The line's text.
        raw: &'a str,
        /// From bytes of the reply to bytes of the line.
        map: Map,
    },
}

impl Reply<'_> {
    /// The line the reply starts on, from 1.
    pub fn line(&self) -> usize {
        match self.origin {
            Origin::File => 1,
            Origin::Record { line, .. } => line,
        }
    }

    /// Line and column in the file of a byte range of the reply. `index` is the reply's own.
    pub fn place(&self, index: &LineIndex<'_>, span: Span) -> (Position, Position) {
        match &self.origin {
            Origin::File => (index.position(span.start), index.position(span.end)),
            Origin::Record { line, raw, map } => {
                let span = map.to_source(span);
                let column = |at: usize| raw.get(..at).map_or(1, |before| before.chars().count() + 1);
                (
                    Position { line: *line, column: column(span.start) },
                    Position { line: *line, column: column(span.end) },
                )
            }
        }
    }
}

/// Bytes to text.
///
/// # Errors
/// What the bytes are instead, and what to do.
pub fn decode(path: &str, bytes: Vec<u8>) -> Result<String, Problem> {
    let refuse = |what: &str, help: &str| Err(Problem::in_file(path, what.to_owned()).help(help.to_owned()));
    match bytes.as_slice() {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            return refuse("this file is UTF-16", "save it as UTF-8");
        }
        _ => {}
    }
    if bytes.iter().take(8000).any(|b| *b == 0) {
        return refuse("this file is binary, not text", "name text files only, or exclude it");
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(match text.strip_prefix('\u{feff}') {
            Some(rest) => rest.to_owned(),
            None => text,
        }),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let before = String::from_utf8_lossy(&error.as_bytes()[..at]).into_owned();
            let position = LineIndex::new(&before).position(before.len());
            Err(Problem::in_file(path, "this file is not UTF-8 (Latin-1 or Windows-1252, perhaps)")
                .at(Some(position))
                .help("save it as UTF-8"))
        }
    }
}

/// The replies that `text` holds, read as `kind`.
pub fn replies<'a>(path: &str, text: &'a str, kind: Kind) -> (Vec<Reply<'a>>, Vec<Problem>) {
    let (mut replies, mut problems) = match kind {
        Kind::Text => (text::replies(text, Format::Text), Vec::new()),
        Kind::Markdown => (text::replies(text, Format::Markdown), Vec::new()),
        Kind::JsonLines => jsonl::replies(path, text),
    };
    replies.retain(|reply| {
        let fits = reply.text.len() <= REPLY_MAX;
        if !fits {
            let message =
                format!("this reply is {} MB long; replies of up to 1 MB are checked", reply.text.len() / 1_000_000);
            problems.push(
                Problem::in_file(path, message)
                    .at(Some(Position { line: reply.line(), column: 1 }))
                    .help("give each reply a file or a line of its own"),
            );
        }
        fits
    });
    (replies, problems)
}

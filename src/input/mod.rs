//! Inputs: from the bytes of a file to the replies it holds. One file per format; [`Kind`] is the only list of them.

mod common;
mod csv;
mod html;
mod json;
mod jsonl;
mod mail;
mod markdown;
mod snippets;
mod text;
mod yaml;

pub use common::asides::asides;
pub use common::instruct::{Each, Instruction, InstructionDecl};
pub use common::lines::{Block, Blocks};

use crate::problem::Problem;
use crate::text::{Columns, Format, LineIndex, Map, Position, Span};
use common::{names, passage::Passage, tree::Node};
use memchr::memchr;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::path::Path;

/// How much is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest reply that is checked, in bytes. Nobody sends one of a megabyte: it is a log or an export in the wrong format.
    pub reply: usize,
    /// Longest file that is read whole, in bytes. One with a record a line may have any length.
    pub file: u64,
}

impl Limits {
    /// The bytes of a megabyte, in which people set them.
    pub const MB: usize = 1_000_000;
    /// Most megabytes that either may be set to: places in a file are numbers of 32 bits.
    pub const MB_MAX: u32 = 4000;
}

impl Default for Limits {
    fn default() -> Self {
        Self { reply: Self::MB, file: 256 * Self::MB as u64 }
    }
}

/// Reads all of `input`, up to the longest file.
///
/// # Errors
/// What the system says, or that there is more.
pub fn read_to_limit(
    path: impl std::fmt::Display,
    input: impl std::io::Read,
    limits: Limits,
) -> Result<Vec<u8>, Problem> {
    let path = || path.to_string();
    // Nothing says how long the input is: without room for a reply it would be read in pieces from 32 bytes on.
    let mut bytes = Vec::with_capacity(REPLY_SIZE);
    let read = std::io::Read::read_to_end(&mut input.take(limits.file + 1), &mut bytes);
    read.map_err(|error| {
        Problem::in_file(path(), format!("can't read this: {error}")).help("check what it is read from")
    })?;
    if bytes.len() as u64 > limits.file {
        let message =
            format!("this is longer than {} MB, the longest file that is read", limits.file / Limits::MB as u64);
        return Err(Problem::in_file(path(), message)
            .help("split it, write one record a line (JSON Lines), or set `max-file-mb` in the config"));
    }
    Ok(bytes)
}

/// Longer than most replies, in bytes.
const REPLY_SIZE: usize = 4096;

/// How a file holds replies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, clap::ValueEnum)]
pub enum Kind {
    /// Plain text: one reply, or several between separators.
    Text,
    /// Markdown: one reply, or several under headings, in fences or in quotes.
    Markdown,
    /// One JSON object a line.
    #[value(name = "jsonl", alias = "ndjson")]
    JsonLines,
    /// One JSON document.
    Json,
    /// YAML documents.
    Yaml,
    /// A table, one record a row.
    Csv,
    /// HTML, with or without template tags.
    Html,
    /// A mail, or a mailbox.
    Mail,
    /// One snippet a line: `trigger;title;text`.
    Snippets,
}

impl Kind {
    /// The kind of a file by its name; nothing for a name that says nothing.
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?;
        let lower = ending.bytes().any(|byte| byte.is_ascii_uppercase()).then(|| ending.to_ascii_lowercase());
        match lower.as_deref().unwrap_or(ending) {
            "txt" | "text" => Some(Self::Text),
            "md" | "markdown" | "mdown" | "mdx" => Some(Self::Markdown),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            "json" => Some(Self::Json),
            "yml" | "yaml" => Some(Self::Yaml),
            "csv" | "tsv" => Some(Self::Csv),
            "html" | "htm" | "xhtml" | "tpl" | "ftl" | "ftlh" | "liquid" | "erb" | "hbs" | "mustache" | "twig"
            | "j2" => Some(Self::Html),
            "eml" | "mbox" | "mbx" => Some(Self::Mail),
            _ => None,
        }
    }

    /// The kind of a text, by what it holds and then by its name.
    pub fn detect(path: &Path, text: &str) -> Self {
        let by_name = Self::of(path);
        match by_name {
            // These endings say how a file is read; what is in it may still be told wrong by them.
            Some(Self::Yaml | Self::Csv | Self::JsonLines) => return by_name.unwrap_or(Self::Text),
            Some(Self::Json) => return if jsonl::looks_like(text) { Self::JsonLines } else { Self::Json },
            _ => {}
        }
        if mail::looks_like(text) {
            Self::Mail
        } else if snippets::looks_like(text) {
            Self::Snippets
        } else if jsonl::looks_like(text) {
            Self::JsonLines
        } else if by_name != Some(Self::Markdown) && json_like(text) {
            Self::Json
        } else {
            match by_name {
                // A template may be one of a plain text.
                Some(Self::Html) if !html::looks_like(text) && !ends_in_html(path) => Self::Text,
                Some(Self::Text) | None if html::is_document(text) => Self::Html,
                Some(kind) => kind,
                None if csv::looks_like(text) => Self::Csv,
                None => Self::Text,
            }
        }
    }

    /// Whether each line is a record of its own, so that a file may be read in parts.
    pub fn is_line_by_line(self) -> bool {
        self == Self::JsonLines
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "Markdown",
            Self::JsonLines => "JSON Lines",
            Self::Json => "JSON",
            Self::Yaml => "YAML",
            Self::Csv => "CSV",
            Self::Html => "HTML",
            Self::Mail => "mail",
            Self::Snippets => "snippets",
        }
    }
}

/// Whether files of such a name mostly hold no replies, so that one that can't be read is passed over in silence, unless
/// the user named it or its path says that it does hold some.
fn holds_anything(path: &str) -> bool {
    matches!(Kind::of(Path::new(path)), Some(Kind::Json | Kind::Yaml | Kind::Csv | Kind::Html))
}

/// Whether a file that can't be read is worth a word.
pub fn matters(path: &str, named: bool) -> bool {
    named || !holds_anything(path) || names::hints_in_path(path)
}

fn ends_in_html(path: &Path) -> bool {
    path.extension().and_then(|e| e.to_str()).is_some_and(|e| e.to_ascii_lowercase().contains("htm"))
}

fn json_like(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[']) && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// One file, as its reader sees it.
#[derive(Clone, Debug)]
pub(crate) struct Source<'a> {
    /// Its path, as the user named it.
    path: &'a str,
    /// Its text.
    text: &'a str,
    /// Whether its path says that it holds replies, once somebody has asked.
    hint: OnceCell<bool>,
    /// Whether the user named it, or said how it is read.
    named: bool,
    /// How texts that say nothing about it are written.
    format: Format,
}

impl<'a> Source<'a> {
    fn new(path: &'a str, text: &'a str) -> Self {
        Self { path, text, hint: OnceCell::new(), named: true, format: Format::Text }
    }

    /// Whether its path says that it holds replies.
    fn hint(&self) -> bool {
        *self.hint.get_or_init(|| names::hints_in_path(self.path))
    }

    /// A reply that is a part of the file.
    fn reply(&self, text: Passage<'a>, name: Option<String>, customer: Option<String>, html: bool) -> Reply<'a> {
        let is_html = html || html::looks_like_in(&text.text, self.format);
        let (text, format) = if is_html { (html::decode(&text), Format::Text) } else { (text.trimmed(), self.format) };
        Reply {
            text: text.text,
            format,
            customer,
            id: None,
            name,
            channel: None,
            situations: Vec::new(),
            origin: Origin::Part(text.map),
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
    /// What it is called in its file: a heading, a key, a title.
    pub name: Option<String>,
    /// Where it is sent, if the file says so: `email`, `chat`.
    pub channel: Option<String>,
    /// What it is about, if the file says so: the names of signals.
    pub situations: Vec<String>,
    /// Where it stands in its file.
    pub origin: Origin,
}

/// The way from a reply back to its file.
#[derive(Clone, Debug)]
pub enum Origin {
    /// The reply is the file.
    File,
    /// The reply is a part of the file: from bytes of the reply to bytes of the file.
    Part(Map),
}

impl Reply<'_> {
    /// Line and column where the reply starts. `file` is the file's.
    pub fn start(&self, file: &LineIndex<'_>) -> Position {
        match &self.origin {
            Origin::File => Position { line: 1, column: 1 },
            Origin::Part(map) => file.position(map.to_source(Span::new(0, 0)).start),
        }
    }

    /// Line and column in the file of a byte range of the reply. `file` is the file's.
    pub fn place(&self, file: &LineIndex<'_>, span: Span) -> (Position, Position) {
        self.points(file, span).0
    }

    /// The same, and the columns as programs count them.
    pub fn points(&self, file: &LineIndex<'_>, span: Span) -> ((Position, Position), (Columns, Columns)) {
        file.points(self.map().map_or(span, |map| map.to_source(span)))
    }

    /// The bytes of the file from the first to the last that the reply was made from.
    pub fn span(&self) -> Span {
        let whole = Span::new(0, self.text.len());
        self.map().map_or(whole, |map| map.to_source(whole))
    }

    /// From bytes of the reply to bytes of the file; nothing where they are the same.
    pub fn map(&self) -> Option<&Map> {
        match &self.origin {
            Origin::File => None,
            Origin::Part(map) => Some(map),
        }
    }

    /// The bytes of the file that a byte range of the reply was copied from, one for one. Nothing where the file holds
    /// something else for them: an escape, an entity, a line that goes on after an indentation.
    pub fn copied_from(&self, span: Span) -> Option<Span> {
        match &self.origin {
            Origin::File => Some(span),
            Origin::Part(map) => map.copied_from(span),
        }
    }

    /// Whether the reply's lines are lines of the file, from the first to the last.
    pub fn is_verbatim(&self, file: &str) -> bool {
        match &self.origin {
            Origin::File => true,
            Origin::Part(map) => {
                let start = map.to_source(Span::new(0, 0)).start;
                (start == 0 || file[..start].ends_with('\n'))
                    && file.get(start..start + self.text.len()) == Some(&self.text)
                    && map.to_source(Span::new(0, self.text.len())).end == start + self.text.len()
            }
        }
    }
}

/// Bytes to text.
///
/// # Errors
/// What the bytes are instead, and what to do.
pub fn decode(path: &str, bytes: Vec<u8>) -> Result<String, Problem> {
    if let Some(problem) = unreadable_start(path, &bytes) {
        return Err(problem);
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

/// What is wrong with a file that begins with `bytes`, if that shows that it is no text.
fn unreadable_start(path: &str, bytes: &[u8]) -> Option<Problem> {
    let refuse = |what: &str, help: &str| Some(Problem::in_file(path, what).help(help));
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => refuse("this file is UTF-16", "save it as UTF-8"),
        _ if memchr(0, &bytes[..bytes.len().min(8000)]).is_some() => {
            refuse("this file is binary, not text", "name text files only, or exclude it")
        }
        _ => None,
    }
}

/// How a file is to be read.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// The user named the file, so that it holds a reply if it holds any text.
    pub named: bool,
    /// What the config says about it.
    pub instruction: Option<&'a Instruction>,
    /// How it is written, if the user says so.
    pub kind: Option<Kind>,
}

/// The replies that `text` holds, and how it was read.
pub fn replies<'a>(path: &'a str, text: &'a str, reading: Reading<'_>) -> (Kind, Vec<Reply<'a>>, Vec<Problem>) {
    replies_within(path, text, reading, Limits::default())
}

/// The same, with other limits.
pub fn replies_within<'a>(
    path: &'a str,
    text: &'a str,
    reading: Reading<'_>,
    limits: Limits,
) -> (Kind, Vec<Reply<'a>>, Vec<Problem>) {
    let kind = reading.kind.unwrap_or_else(|| Kind::detect(Path::new(path), text));
    let mut source = Source { named: reading.named, ..Source::new(path, text) };
    if matches!(kind, Kind::Markdown | Kind::Yaml) {
        source.format = Format::Markdown;
    }
    if let Some(instruction) = reading.instruction {
        source.named = true;
        source.hint = OnceCell::from(true);
        let (replies, problems) = instruction.replies(&source, kind);
        return fitting(&source, kind, limits, replies, problems);
    }
    let (mut replies, mut problems) = read(&source, kind);
    if names::is_of_a_forge(source.path) {
        replies.iter_mut().for_each(|reply| {
            reply.channel.get_or_insert_with(|| "issue comment".to_owned());
        });
    }
    // A repository holds many broken templates that are none of our business.
    if !problems.is_empty() && !source.named && holds_anything(source.path) && !source.hint() {
        problems.clear();
    }
    fitting(&source, kind, limits, replies, problems)
}

/// The replies of a file, by the shape of what it holds.
fn read<'a>(source: &Source<'a>, kind: Kind) -> (Vec<Reply<'a>>, Vec<Problem>) {
    match kind {
        Kind::Text => (text::replies(source), Vec::new()),
        Kind::Markdown => markdown::replies(source),
        Kind::JsonLines => jsonl::replies(source),
        Kind::Json => json::replies(source),
        Kind::Yaml => yaml::replies(source),
        Kind::Csv => csv::replies(source),
        Kind::Html => (html::replies(source), Vec::new()),
        Kind::Mail => mail::replies(source),
        Kind::Snippets => (snippets::replies(source), Vec::new()),
    }
}

/// The values of a file that holds values.
fn documents<'a>(source: &Source<'a>, kind: Kind) -> (Vec<Node<'a>>, Vec<Problem>) {
    match kind {
        Kind::JsonLines => jsonl::documents(source),
        Kind::Json => json::documents(source),
        Kind::Yaml => yaml::documents(source),
        Kind::Csv => csv::documents(source),
        _ => (Vec::new(), Vec::new()),
    }
}

/// The file as one reply.
fn whole<'a>(source: &Source<'a>, kind: Kind) -> Option<Reply<'a>> {
    match kind {
        Kind::Markdown => markdown::whole(source),
        Kind::Html => html::whole(source),
        _ => text::whole(source),
    }
}

/// Drops what is too long to be a reply, and says so.
fn fitting<'a>(
    source: &Source<'a>,
    kind: Kind,
    limits: Limits,
    mut replies: Vec<Reply<'a>>,
    mut problems: Vec<Problem>,
) -> (Kind, Vec<Reply<'a>>, Vec<Problem>) {
    let mut index: Option<LineIndex<'_>> = None;
    replies.retain(|reply| {
        let fits = reply.text.len() <= limits.reply;
        if !fits {
            let megabytes = |bytes: usize| bytes / Limits::MB;
            let message = format!(
                "this reply is {} MB long; replies of up to {} MB are checked",
                megabytes(reply.text.len()),
                megabytes(limits.reply)
            );
            let index = index.get_or_insert_with(|| LineIndex::new(source.text));
            problems.push(
                Problem::in_file(source.path, message)
                    .at(Some(Position { column: 1, ..reply.start(index) }))
                    .help("give each reply a file or a line of its own, or set `max-reply-mb` in the config"),
            );
        }
        fits
    });
    (kind, replies, problems)
}

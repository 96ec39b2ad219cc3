//! Reports: one finished [`Report`] in, text out. One file per format; [`Format`] is the only list of them.

mod concise;
mod human;
mod json;
mod summary;

pub use summary::Summary;
pub(crate) use summary::count;

use crate::check::Report;
use crate::rules::RuleBook;
use std::io::{self, Write};

/// The output formats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Annotated snippets for people.
    #[default]
    Human,
    /// One line per finding: `path:line:column: severity[rule] message`.
    Concise,
    /// One JSON document.
    Json,
    /// One JSON object per reply.
    Jsonl,
}

/// How a report is drawn.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// With colours.
    pub color: bool,
    /// Findings only: no line per reply, no summary.
    pub quiet: bool,
    /// Every finding in full, and a line for every reply.
    pub verbose: bool,
    /// Width of the terminal in columns.
    pub width: usize,
}

/// Writes `report` in `format`.
///
/// # Errors
/// What the writer says; a closed pipe is for the caller to forgive.
pub fn write(report: &Report, book: &RuleBook, format: Format, style: Style, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Human => human::write(report, book, style, out),
        Format::Concise => concise::write(report, out),
        Format::Json => json::write(report, book, out),
        Format::Jsonl => json::write_lines(report, book, out),
    }
}

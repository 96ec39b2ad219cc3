//! Reports: one finished [`Report`] in, text out. One file per format; [`Format`] is the only list of them.

mod checkstyle;
mod common;
mod concise;
mod github;
mod gitlab;
mod html;
mod human;
mod json;
mod junit;
mod rdjson;
mod sarif;
mod summary;

pub(crate) use common::unfilled;
pub use summary::Summary;
pub(crate) use summary::count;

use crate::check::{Report, Texts};
use crate::config::FailOn;
use crate::rules::{RuleBook, SetFile};
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
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// GitHub workflow commands, which become annotations.
    Github,
    /// GitLab Code Quality.
    Gitlab,
    /// JUnit XML: a test case per reply.
    Junit,
    /// Checkstyle XML.
    Checkstyle,
    /// Reviewdog Diagnostic Format.
    Rdjson,
    /// One web page for people, with charts and filters.
    Html,
}

impl Format {
    /// The texts that it shows.
    pub fn texts(self) -> Texts {
        match self {
            Self::Human => Texts::WithFindings,
            Self::Html => Texts::All,
            _ => Texts::None,
        }
    }

    /// Whether it says nothing of the run as a whole, so that it can be written while the run goes on.
    pub fn is_by_reply(self) -> bool {
        matches!(self, Self::Concise | Self::Jsonl)
    }

    /// Whether it says why the rules are there, so that [`Material::sets`] must be documented.
    pub fn needs_reasons(self) -> bool {
        matches!(self, Self::Sarif | Self::Html)
    }
}

/// What is reported.
#[derive(Clone, Copy, Debug)]
pub struct Material<'a> {
    /// The finished run.
    pub report: &'a Report,
    /// The rules it ran.
    pub book: &'a RuleBook,
    /// Their files, with reasons, if a format needs them.
    pub sets: &'a [SetFile],
    /// The least severity that fails the run.
    pub fail_on: FailOn,
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

/// Writes a report in `format`.
///
/// # Errors
/// What the writer says; a closed pipe is for the caller to forgive.
pub fn write(material: Material<'_>, format: Format, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let Material { report, book, .. } = material;
    match format {
        Format::Human => human::write(report, book, style, out),
        Format::Concise => concise::write(report, out),
        Format::Json => json::write(report, book, out),
        Format::Jsonl => json::write_lines(report, book, out),
        Format::Sarif => sarif::write(&material, out),
        Format::Github => github::write(&material, out),
        Format::Gitlab => gitlab::write(&material, out),
        Format::Junit => junit::write(&material, out),
        Format::Checkstyle => checkstyle::write(&material, out),
        Format::Rdjson => rdjson::write(&material, out),
        Format::Html => html::write(&material, out),
    }
}

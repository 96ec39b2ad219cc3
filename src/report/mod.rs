//! Reports: the parts of a [`Report`] in, text out. One file per format; [`Format`] is the only list of them.

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

pub(crate) use common::json::write_line as write_json_line;
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

    /// Whether what [`draw`] makes is all that it says of replies.
    pub fn is_drawn(self) -> bool {
        matches!(self, Self::Concise | Self::Json | Self::Jsonl | Self::Github | Self::Rdjson)
    }

    /// Whether it says why the rules are there, so that [`Material::sets`] must be documented.
    pub fn needs_reasons(self) -> bool {
        matches!(self, Self::Sarif | Self::Html)
    }
}

/// A finished run and what it is reported with.
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

/// What a run is reported with.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// The rules it runs.
    pub book: &'a RuleBook,
    /// Their files, with reasons, if a format needs them.
    pub sets: &'a [SetFile],
    /// The least severity that fails the run.
    pub fail_on: FailOn,
    /// How it is drawn.
    pub style: Style,
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

/// Writes a report in one format, part by part in order of place. A writer's errors are for the caller, who may forgive a
/// closed pipe.
pub trait Reporter {
    /// Writes what stands before all parts.
    ///
    /// # Errors
    /// What the writer says.
    fn begin(&mut self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// Writes a part, of which `drawn` is what [`draw`] made of it in this format.
    ///
    /// # Errors
    /// What the writer says.
    fn part(&mut self, part: &Report, drawn: &[u8], out: &mut dyn Write) -> io::Result<()>;

    /// Writes what stands behind all parts, which came to `summary`.
    ///
    /// # Errors
    /// What the writer says.
    fn end(&mut self, _summary: &Summary, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// A writer of reports in `format`.
pub fn reporter<'a>(format: Format, setting: Setting<'a>) -> Box<dyn Reporter + Send + 'a> {
    match format {
        Format::Human => Box::new(human::Human::new(setting)),
        Format::Concise | Format::Jsonl => Box::new(AsDrawn),
        Format::Json => Box::new(json::Json::default()),
        Format::Sarif => Box::new(sarif::SarifLog::new(setting)),
        Format::Github => Box::new(github::Github::default()),
        Format::Gitlab => Box::new(gitlab::Gitlab::default()),
        Format::Junit => Box::new(junit::Junit::new(setting)),
        Format::Checkstyle => Box::new(checkstyle::Checkstyle::default()),
        Format::Rdjson => Box::new(rdjson::Rdjson::default()),
        Format::Html => Box::new(html::Html::new(setting)),
    }
}

/// What a format says of a part whatever stands before and behind it. Any thread may draw any part.
pub fn draw(format: Format, setting: Setting<'_>, part: &Report) -> Vec<u8> {
    let mut drawn = Vec::new();
    let done = match format {
        Format::Human => human::draw(setting, part, &mut drawn),
        Format::Concise => concise::draw(part, &mut drawn),
        Format::Json => json::draw(setting, part, &mut drawn),
        Format::Jsonl => json::draw_lines(setting, part, &mut drawn),
        Format::Github => github::draw(part, &mut drawn),
        Format::Rdjson => rdjson::draw(part, &mut drawn),
        Format::Sarif | Format::Gitlab | Format::Junit | Format::Checkstyle | Format::Html => Ok(()),
    };
    debug_assert!(done.is_ok(), "writing to memory can't fail");
    drawn
}

/// For formats that say nothing of the run as a whole.
struct AsDrawn;

impl Reporter for AsDrawn {
    fn part(&mut self, _part: &Report, drawn: &[u8], out: &mut dyn Write) -> io::Result<()> {
        out.write_all(drawn)
    }
}

/// Writes a finished report in `format`.
///
/// # Errors
/// What the writer says; a closed pipe is for the caller to forgive.
pub fn write(material: Material<'_>, format: Format, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let Material { report, book, sets, fail_on } = material;
    let setting = Setting { book, sets, fail_on, style };
    let mut reporter = reporter(format, setting);
    reporter.begin(out)?;
    reporter.part(report, &draw(format, setting, report), out)?;
    reporter.end(&Summary::of(report), out)
}

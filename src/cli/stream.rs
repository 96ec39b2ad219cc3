//! A check whose results are written while it runs: every format that speaks of one reply at a time allows it. What is held
//! in memory is what is being checked, however much there is to check.

use super::check::Work;
use super::output::{Output, Sink, Target};
use super::progress::{self, watched};
use super::{CLEAN, Console, FAILED};
use crate::baseline::Silencer;
use crate::check::{Options, Report, check_files};
use crate::config::FailOn;
use crate::discover::Found;
use crate::linters::Linters;
use crate::problem::Problem;
use crate::report::{self, Format, Material, Style, Summary};
use crate::rules::RuleBook;
use crate::stream::{check_file, check_input, is_line_by_line};
use std::io;
use std::ops::ControlFlow;

/// How many files are checked together, unless they are long and can be read in parts.
const FILES_AT_ONCE: usize = 256;

/// Longest file that is short, in bytes.
const SHORT_MAX: u64 = 1 << 16;

/// Whether all of `outputs` can be written while the check runs.
pub(super) fn can_write(outputs: &[Output]) -> bool {
    outputs.iter().all(|output| output.format.is_by_reply())
}

/// Where results go, and what they have come to so far.
struct Stream<'a> {
    console: &'a Console,
    book: &'a RuleBook,
    fail_on: FailOn,
    outputs: Vec<(Format, Sink<'a>)>,
    silencer: Option<Silencer<'a>>,
    /// Somebody who sits at the terminal sees a line of progress, which must go before a problem is printed.
    has_progress: bool,
    summary: Summary,
    empty: usize,
    end: End,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Complete,
    NobodyReads,
    Failed,
}

/// What is checked, with what.
pub(super) struct Job<'a, 'b> {
    pub(super) linters: &'a Linters<'b>,
    pub(super) book: &'a RuleBook,
    pub(super) fail_on: FailOn,
    pub(super) options: Options<'a>,
    pub(super) console: &'a Console,
}

/// Checks `work` and writes what is found, in order. The exit status; what was left out is the caller's to say, and what
/// is wrong with a run that came to nothing is what `when_empty` makes of the numbers of replies and of files without.
pub(super) fn run(
    job: &Job<'_, '_>,
    work: Work,
    (outputs, targets): (&[Output], &[Option<Target>]),
    silencer: Option<Silencer<'_>>,
    when_empty: impl FnOnce(usize, usize) -> Option<Problem>,
) -> u8 {
    let opened: Result<Vec<_>, Problem> = outputs
        .iter()
        .zip(targets)
        .map(|(output, target)| Sink::open(target.as_ref()).map(|sink| (output.format, sink)))
        .collect();
    let outputs = match opened {
        Ok(outputs) => outputs,
        Err(problem) => {
            job.console.problems(&[problem]);
            return FAILED;
        }
    };
    let mut stream = Stream {
        console: job.console,
        book: job.book,
        fail_on: job.fail_on,
        // A screen that fills shows by itself how far the run is.
        has_progress: progress::is_shown() && !outputs.iter().any(|(_, sink)| sink.is_terminal()),
        outputs,
        silencer,
        summary: Summary::default(),
        empty: 0,
        end: End::Complete,
    };
    let files = work.files.len() + usize::from(work.stdin.is_some());
    let has_progress = stream.has_progress;
    let check = || {
        stream.take(Report { problems: work.problems, ..Report::default() })?;
        if let Some(name) = &work.stdin {
            check_input(job.linters, name, io::stdin().lock(), job.options, &mut |part| stream.take(part))?;
        }
        stream.files(job, &work.files)
    };
    let flow = if has_progress { watched(job.options.progress, files, check) } else { check() };
    if flow.is_continue() {
        let others = stream.empty + stream.summary.problems;
        if let Some(problem) = when_empty(stream.summary.replies, others) {
            let _ = stream.take(Report { problems: vec![problem], ..Report::default() });
        }
    }
    stream.finish()
}

impl Stream<'_> {
    fn files(&mut self, job: &Job<'_, '_>, files: &[Found]) -> ControlFlow<()> {
        let is_long = |file: &Found| is_long(file, job.options);
        for group in files.chunk_by(|a, b| !is_long(a) && !is_long(b)).flat_map(|group| group.chunks(FILES_AT_ONCE)) {
            match group {
                [file] => check_file(job.linters, file, job.options, &mut |part| self.take(part))?,
                files => self.take(check_files(job.linters, files, job.options))?,
            }
        }
        ControlFlow::Continue(())
    }

    /// Writes a part, and says what is wrong in it. Ends the run when nobody reads on, or when something can't be written.
    fn take(&mut self, mut part: Report) -> ControlFlow<()> {
        if let Some(silencer) = &mut self.silencer {
            silencer.silence(&mut part);
        }
        self.summary.add(Summary::of(&part));
        self.empty += part.empty.len();
        let material = Material { report: &part, book: self.book, sets: &[], fail_on: self.fail_on };
        let mut failed = Vec::new();
        self.outputs.retain_mut(|(format, sink)| {
            let written = sink.write(|out| report::write(material, *format, Style::default(), out));
            written.unwrap_or_else(|problem| {
                failed.push(problem);
                false
            })
        });
        self.problems(&part.problems);
        self.problems(&failed);
        if !failed.is_empty() {
            self.end = End::Failed;
        } else if self.outputs.is_empty() {
            self.end = End::NobodyReads;
        }
        if self.end == End::Complete { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }

    fn problems(&self, problems: &[Problem]) {
        if self.has_progress && !problems.is_empty() {
            progress::clear();
        }
        self.console.problems(problems);
    }

    /// Puts files in their places, if the run came to its end. The exit status.
    fn finish(self) -> u8 {
        match self.end {
            End::NobodyReads => return CLEAN,
            End::Failed => return FAILED,
            End::Complete => {}
        }
        let unfinished: Vec<Problem> = self.outputs.into_iter().filter_map(|(_, sink)| sink.finish().err()).collect();
        self.console.problems(&unfinished);
        if unfinished.is_empty() { self.summary.exit_status(self.fail_on) } else { FAILED }
    }
}

/// Whether a file is checked in parts, and is no short one.
fn is_long(file: &Found, options: Options<'_>) -> bool {
    let is_short = || file.path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() <= SHORT_MAX);
    is_line_by_line(&file.path, options.reading(&file.path.display().to_string(), file.named))
        && file.content.is_none()
        && !is_short()
}

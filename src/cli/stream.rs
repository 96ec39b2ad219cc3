//! A check whose results are written while it runs. What is held in memory is what is being checked, and what a format can
//! only say at the end.

use super::output::{Output, Sink, Target};
use super::progress::{self, watched};
use super::{CLEAN, Console, FAILED};
use crate::baseline::Silencer;
use crate::check::{Options, Report};
use crate::config::FailOn;
use crate::fix::Fixes;
use crate::linters::Linters;
use crate::problem::Problem;
use crate::report::{self, Format, Reporter, Setting, Style, Summary};
use crate::stream::{Source, check_all};
use std::io::{self, Write};
use std::ops::ControlFlow;

/// What there is to check, and what is known of it beforehand.
pub(super) struct Work<'a> {
    /// What is checked, and between it what can't be.
    pub(super) sources: Box<dyn Iterator<Item = Result<Source, Problem>> + Send + 'a>,
    /// What was wrong from the start.
    pub(super) problems: Vec<Problem>,
    /// What went wrong besides, to be told last.
    pub(super) more_problems: Vec<Problem>,
    /// What was named and is left out.
    pub(super) left_out: Vec<String>,
    /// What was edited before the check, if it was asked for.
    pub(super) fixes: Option<Fixes>,
    /// Whether standard output holds the text of a draft already.
    pub(super) is_stdout_taken: bool,
}

/// What it is checked with.
pub(super) struct Job<'a, 'b> {
    pub(super) linters: &'a Linters<'b>,
    pub(super) setting: Setting<'a>,
    pub(super) options: Options<'a>,
    pub(super) console: &'a Console,
    /// Whether files that were left out are a word worth.
    pub(super) tells_left_out: bool,
}

/// Where results go, and what they have come to so far.
struct Stream<'a> {
    console: &'a Console,
    fail_on: FailOn,
    pens: Vec<Pen<'a>>,
    /// Of all outputs, by number.
    drawings: Vec<Drawing<'a>>,
    silencer: Option<Silencer<'a>>,
    /// Somebody who sits at the terminal sees a line of progress, which must go before a problem is printed.
    has_progress: bool,
    /// Problems that wait until all results are written; nothing if they are told at once.
    untold: Option<Vec<Problem>>,
    left_out: Vec<String>,
    tells_left_out: bool,
    summary: Summary,
    /// Replies, and comments that findings are about.
    replies: usize,
    empty: usize,
    /// Whether something could not be written.
    has_failed: bool,
    /// Whether a reader has gone away, who has read enough.
    has_closed: bool,
}

/// One output.
struct Pen<'a> {
    /// Which it is of all that were asked for.
    number: usize,
    reporter: Box<dyn Reporter + Send + 'a>,
    sink: Sink<'a>,
}

/// How a part is drawn for an output.
#[derive(Clone, Copy)]
struct Drawing<'a> {
    format: Format,
    setting: Setting<'a>,
}

impl Drawing<'_> {
    fn of(self, part: &Report) -> Vec<u8> {
        report::draw(self.format, self.setting, part)
    }
}

/// A part of the report.
struct Part {
    report: Report,
    /// Of its replies, which may have been drawn and dropped.
    summary: Summary,
    /// Replies, and comments that findings are about.
    replies: usize,
    /// What each output says of it, if it has been drawn.
    drawn: Option<Vec<Vec<u8>>>,
}

impl Part {
    fn new(report: Report) -> Self {
        Self { summary: Summary::of(&report), replies: report.replies.len(), drawn: None, report }
    }
}

/// Checks `work` and writes what is found, in order. The exit status. What is wrong with a run that came to nothing is what
/// `when_empty` makes of the numbers of replies, of files without and problems, and of what was left out.
pub(super) fn run(
    job: &Job<'_, '_>,
    work: Work<'_>,
    (outputs, targets): (&[Output], &[Option<Target>]),
    silencer: Option<Silencer<'_>>,
    when_empty: impl FnOnce(usize, usize, usize) -> Option<Problem>,
) -> u8 {
    let mut stream = match Stream::open(job, &work, outputs, targets, silencer) {
        Ok(stream) => stream,
        Err(problem) => {
            job.console.problems(&[problem]);
            return FAILED;
        }
    };
    let Work { sources, problems, more_problems, fixes, .. } = work;
    let (sources, number) = if stream.has_progress { counted(sources) } else { (sources, 0) };
    // What a baseline accepts is counted in order, and only then is it known what is to be drawn.
    let drawings = stream.silencer.is_none().then(|| stream.drawings.clone());
    let draw = |report: Report| {
        let mut part = Part::new(report);
        if let Some(drawings) = &drawings {
            part.drawn = Some(drawings.iter().map(|drawing| drawing.of(&part.report)).collect());
            if drawings.iter().all(|drawing| drawing.format.is_drawn()) {
                part.report.replies = Vec::new();
            }
        }
        part
    };
    let is_watched = stream.has_progress;
    let check = || {
        stream.begin()?;
        stream.take(Part::new(Report { problems, fixes, ..Report::default() }))?;
        check_all(job.linters, sources, job.options, draw, &mut |part| {
            let flow = stream.take(part);
            if flow.is_break() {
                // Another thread may be waiting for input that never comes.
                std::process::exit(i32::from(stream.finish()));
            }
            flow
        })?;
        stream.take(Part::new(Report { problems: more_problems, ..Report::default() }))
    };
    let flow = if is_watched { watched(job.options.progress, number, check) } else { check() };
    if flow.is_continue() {
        let others = stream.empty + stream.summary.problems;
        if let Some(problem) = when_empty(stream.replies, others, stream.left_out.len()) {
            let _ = stream.take(Part::new(Report { problems: vec![problem], ..Report::default() }));
        }
        let _ = stream.end();
    }
    stream.finish()
}

/// Sources and how many there are: somebody who watches wants to know.
type Counted<'a> = (Box<dyn Iterator<Item = Result<Source, Problem>> + Send + 'a>, usize);

fn counted<'a>(sources: impl Iterator<Item = Result<Source, Problem>>) -> Counted<'a> {
    let sources: Vec<_> = sources.collect();
    let number = sources.iter().filter(|source| source.is_ok()).count();
    (Box::new(sources.into_iter()), number)
}

impl<'a> Stream<'a> {
    fn open(
        job: &Job<'a, '_>,
        work: &Work<'_>,
        outputs: &[Output],
        targets: &'a [Option<Target>],
        silencer: Option<Silencer<'a>>,
    ) -> Result<Self, Problem> {
        let (mut pens, mut drawings) = (Vec::new(), Vec::new());
        for (number, (output, target)) in outputs.iter().zip(targets).enumerate() {
            let sink = Sink::open(target.as_ref(), work.is_stdout_taken)?;
            let style = Style { color: job.setting.style.color && sink.is_stdout(), ..job.setting.style };
            let drawing = Drawing { format: output.format, setting: Setting { style, ..job.setting } };
            let reporter = report::reporter(output.format, drawing.setting);
            pens.push(Pen { number, reporter, sink });
            drawings.push(drawing);
        }
        // What people read ends with the problems.
        let tells_at_once = outputs.iter().all(|output| output.format.is_by_reply());
        Ok(Self {
            console: job.console,
            fail_on: job.setting.fail_on,
            // A screen that fills shows by itself how far the run is.
            has_progress: progress::is_shown() && !pens.iter().any(|pen| pen.sink.is_terminal()),
            pens,
            drawings,
            silencer,
            untold: (!tells_at_once).then(Vec::new),
            left_out: work.left_out.clone(),
            tells_left_out: job.tells_left_out,
            summary: Summary::default(),
            replies: 0,
            empty: 0,
            has_failed: false,
            has_closed: false,
        })
    }

    fn begin(&mut self) -> ControlFlow<()> {
        self.write(|_, reporter, out| reporter.begin(out))
    }

    /// Writes a part, and says what is wrong in it. Ends the run when nobody reads on.
    fn take(&mut self, part: Part) -> ControlFlow<()> {
        let Part { mut report, mut summary, replies, drawn } = part;
        if let Some(silencer) = &mut self.silencer {
            silencer.silence(&mut report);
            summary = Summary::of(&report);
        }
        self.summary.add(summary);
        self.replies += replies;
        self.empty += report.empty.len();
        let drawn = drawn.unwrap_or_else(|| self.drawings.iter().map(|drawing| drawing.of(&report)).collect());
        let flow = self.write(|number, reporter, out| reporter.part(&report, &drawn[number], out));
        match &mut self.untold {
            Some(untold) => untold.append(&mut report.problems),
            None => self.problems(&report.problems),
        }
        flow
    }

    fn end(&mut self) -> ControlFlow<()> {
        let summary = self.summary;
        self.write(|_, reporter, out| reporter.end(&summary, out))
    }

    /// Writes to every output. One that nobody reads, or that can't be written, is given up; the others go on.
    fn write(
        &mut self,
        mut write: impl FnMut(usize, &mut dyn Reporter, &mut dyn Write) -> io::Result<()>,
    ) -> ControlFlow<()> {
        let mut failed = Vec::new();
        self.pens.retain_mut(|Pen { number, reporter, sink, .. }| {
            match sink.write(|out| write(*number, &mut **reporter, out)) {
                Ok(is_read) => {
                    self.has_closed |= !is_read;
                    is_read
                }
                Err(problem) => {
                    failed.push(problem);
                    false
                }
            }
        });
        self.problems(&failed);
        self.has_failed |= !failed.is_empty();
        if self.pens.is_empty() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn problems(&self, problems: &[Problem]) {
        if self.has_progress && !problems.is_empty() {
            progress::clear();
        }
        self.console.problems(problems);
    }

    /// Puts files in their places. The exit status.
    fn finish(&mut self) -> u8 {
        let pens = std::mem::take(&mut self.pens).into_iter();
        let unfinished: Vec<Problem> = pens.filter_map(|pen| pen.sink.finish(self.console).err()).collect();
        self.has_failed |= !unfinished.is_empty();
        self.console.problems(&unfinished);
        if self.has_closed && !self.has_failed {
            return CLEAN;
        }
        if self.tells_left_out {
            self.console.note_left_out(&self.left_out);
        }
        self.console.problems(&self.untold.take().unwrap_or_default());
        if self.has_failed { FAILED } else { self.summary.exit_status(self.fail_on) }
    }
}

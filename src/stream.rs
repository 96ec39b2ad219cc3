//! A run over files and streams, piece by piece: what is found is handed on in order while the search for files goes on, and
//! memory does not grow with what there is to check. A file with one record a line comes in blocks of lines; of other files
//! each is checked as a whole.

use crate::check::{Options, Report, check_text, check_whole};
use crate::discover::Found;
use crate::in_order::in_order;
use crate::input::{Block, Blocks, Instruction, Kind, Limits, Reading, read_to_limit};
use crate::linters::Linters;
use crate::problem::Problem;
use crate::text::Position;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Most files that are checked together.
const FILES_AT_ONCE: usize = 16;
/// Longest file with one record a line that is checked as a whole, in bytes.
const SHORT_MAX: usize = 1 << 16;
/// A run that is done sooner is done on one thread: to start others takes its time too.
const PATIENCE: Duration = Duration::from_micros(250);

/// Something to check.
#[derive(Debug)]
pub enum Source {
    /// A file.
    File(Found),
    /// Standard input, which goes by this name and was named by the user.
    Stdin(String),
}

impl Source {
    fn name(&self) -> String {
        match self {
            Self::File(file) => file.path.to_string_lossy().into_owned(),
            Self::Stdin(name) => name.clone(),
        }
    }

    fn is_named(&self) -> bool {
        match self {
            Self::File(file) => file.named,
            Self::Stdin(_) => true,
        }
    }

    /// Whether it is checked in parts: one record a line, and not short.
    fn is_long(&self, options: Options<'_>) -> bool {
        // Of nearly all files their ending says that they are not.
        let path = match self {
            Self::File(file) => file.path.as_path(),
            Self::Stdin(name) => Path::new(name),
        };
        let may_be = options.kind.is_some() || Kind::of(path).is_some_and(Kind::is_line_by_line);
        if !may_be || !is_line_by_line(path, options.reading(&self.name(), self.is_named())) {
            return false;
        }
        let is_short = |path: &Path| path.metadata().is_ok_and(|m| m.is_file() && m.len() <= SHORT_MAX as u64);
        match self {
            Self::File(file) => file.content.is_none() && !is_short(&file.path),
            Self::Stdin(_) => true,
        }
    }

    fn read(&self, limits: Limits) -> Result<Vec<u8>, Problem> {
        match self {
            Self::File(file) => file.read(limits),
            Self::Stdin(name) => read_to_limit(name, io::stdin().lock(), limits),
        }
    }

    fn open(&self) -> Result<Box<dyn Read + Send>, Problem> {
        match self {
            Self::File(file) => file.open(),
            Self::Stdin(_) => Ok(Box::new(io::stdin())),
        }
    }
}

/// Whether the file at `path` is read line by line.
pub(crate) fn is_line_by_line(path: &Path, reading: Reading<'_>) -> bool {
    let kind = reading.kind.or_else(|| Kind::of(path));
    kind.is_some_and(Kind::is_line_by_line) && reading.instruction.is_none_or(Instruction::is_by_record)
}

/// Checks all that `sources` gives. The report comes in parts: `prepare` is given each on any thread, and `take` what it
/// made of them in order of place, until it wants no more. What kept something from being found is reported in its place.
pub fn check_all<P: Send>(
    linters: &Linters<'_>,
    sources: impl Iterator<Item = Result<Source, Problem>> + Send,
    options: Options<'_>,
    prepare: impl Fn(Report) -> P + Sync,
    take: &mut (dyn FnMut(P) -> ControlFlow<()> + Send),
) -> ControlFlow<()> {
    let mut pieces = Pieces { sources, options, waiting: None, open: None, groups: 0 }.peekable();
    let mut lines = Lines::default();
    let check = |piece: Piece<'_>, spread| piece.check(linters, options, spread, &prepare);
    let taken = &mut |done| match done {
        Done::Files(part) => take(part),
        Done::Lines(part, seen) => {
            lines.add(seen);
            take(part)
        }
        Done::End(name) => match std::mem::take(&mut lines).end(&name) {
            Some(report) => take(prepare(report)),
            None => ControlFlow::Continue(()),
        },
    };
    let started = Instant::now();
    loop {
        match pieces.peek() {
            None => return ControlFlow::Continue(()),
            Some(Piece::Lines(_, block)) if block.text.len() > SHORT_MAX => break,
            Some(_) if started.elapsed() >= PATIENCE => break,
            Some(_) => {}
        }
        if let Some(piece) = pieces.next() {
            taken(check(piece, true))?;
        }
    }
    let threads = options.threads.or_else(|| std::thread::available_parallelism().ok()).map_or(1, usize::from);
    in_order(threads, pieces, |piece| check(piece, threads > 1), taken)
}

/// What one thread checks at a time.
enum Piece<'a> {
    /// Sources that are read as a whole, and what kept others from being found.
    Files(Vec<Result<Source, Problem>>),
    /// Some lines of a source.
    Lines(Arc<Long<'a>>, Block),
    /// All lines of a source are handed out.
    End(Arc<Long<'a>>),
}

/// A source that is checked in parts.
struct Long<'a> {
    name: String,
    reading: Reading<'a>,
}

/// What a piece came to.
enum Done<P> {
    Files(P),
    Lines(P, Lines),
    End(String),
}

type AnyBlocks = Blocks<Box<dyn Read + Send>>;

/// The pieces of a run.
struct Pieces<'a, S> {
    sources: S,
    options: Options<'a>,
    /// A long source that waits for the files before it.
    waiting: Option<Source>,
    /// The long source that is being handed out, and what there is left of it.
    open: Option<(Arc<Long<'a>>, AnyBlocks)>,
    /// Groups of files that were handed out.
    groups: usize,
}

impl<'a, S: Iterator<Item = Result<Source, Problem>>> Iterator for Pieces<'a, S> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let mut group = Vec::new();
        if let Some(source) = self.waiting.take() {
            group.extend(self.begin(source).err().map(Err));
        }
        if let Some((source, blocks)) = &mut self.open {
            let source = Arc::clone(source);
            if let Some(block) = blocks.next() {
                return Some(Piece::Lines(source, block));
            }
            self.open = None;
            return Some(Piece::End(source));
        }
        // The first ones are small, so that every thread has its share of few files too.
        let most = FILES_AT_ONCE.min(self.groups / 4 + 1);
        while group.len() < most {
            match self.sources.next() {
                None => break,
                Some(Ok(source)) if source.is_long(self.options) => {
                    self.waiting = Some(source);
                    break;
                }
                Some(source) => group.push(source),
            }
        }
        if group.is_empty() && self.waiting.is_some() {
            return self.next();
        }
        self.groups += 1;
        (!group.is_empty()).then_some(Piece::Files(group))
    }
}

impl<S> Pieces<'_, S> {
    /// Opens a long source.
    fn begin(&mut self, source: Source) -> Result<(), Problem> {
        let name = source.name();
        let reading = self.options.reading(&name, source.is_named());
        let blocks = Blocks::new(&name, source.open()?);
        self.open = Some((Arc::new(Long { name, reading }), blocks));
        Ok(())
    }
}

impl Piece<'_> {
    /// Checks it, the replies of a file on all cores if they are many and `spread` allows it.
    fn check<P>(
        self,
        linters: &Linters<'_>,
        options: Options<'_>,
        spread: bool,
        prepare: impl Fn(Report) -> P,
    ) -> Done<P> {
        match self {
            Self::Files(sources) => {
                let mut report = Report::default();
                for source in sources {
                    match source {
                        Ok(source) => report.append(check_source(linters, &source, options, spread)),
                        Err(problem) => report.problems.push(problem),
                    }
                }
                Done::Files(prepare(report))
            }
            Self::Lines(source, block) => {
                // The other threads have blocks of their own.
                let (report, seen) = check_block(linters, &source.name, block, source.reading, options, false);
                Done::Lines(prepare(report), seen)
            }
            Self::End(source) => {
                options.progress.files.fetch_add(1, Ordering::Relaxed);
                Done::End(source.name.clone())
            }
        }
    }
}

/// Checks a source that is read as a whole.
fn check_source(linters: &Linters<'_>, source: &Source, options: Options<'_>, spread: bool) -> Report {
    let name = source.name();
    let reading = options.reading(&name, source.is_named());
    let report = match source.read(linters.limits()) {
        Ok(bytes) if is_line_by_line(Path::new(&name), reading) => {
            check_lines(linters, &name, bytes.as_slice(), reading, options)
        }
        Ok(bytes) => check_whole(linters, &name, bytes, reading, options, spread),
        Err(problem) => Report { problems: vec![problem], ..Report::default() },
    };
    options.progress.files.fetch_add(1, Ordering::Relaxed);
    report
}

/// Checks a file whose lines are records.
pub(crate) fn check_lines(
    linters: &Linters<'_>,
    path: &str,
    input: impl Read,
    reading: Reading<'_>,
    options: Options<'_>,
) -> Report {
    let (mut lines, mut report) = (Lines::default(), Report::default());
    for block in Blocks::new(path, input) {
        let (part, seen) = check_block(linters, path, block, reading, options, true);
        lines.add(seen);
        report.append(part);
    }
    lines.end(path).into_iter().for_each(|part| report.append(part));
    report
}

/// Checks some lines of a file whose lines are records.
fn check_block(
    linters: &Linters<'_>,
    path: &str,
    block: Block,
    reading: Reading<'_>,
    options: Options<'_>,
    spread: bool,
) -> (Report, Lines) {
    let mut part = check_text(linters, path, &block.text, reading, options, spread);
    // A problem without a place speaks of the whole file: that nothing is in it. A part can't know.
    let (placed, of_all): (Vec<_>, Vec<_>) = part.problems.into_iter().partition(|problem| problem.position.is_some());
    part.problems = placed;
    part.empty.clear();
    part.shift(block.lines_before, block.bytes_before);
    part.problems.extend(block.problems);
    part.problems.sort_by_key(|problem| problem.position.map(|Position { line, column }| (line, column)));
    let of_all = of_all.into_iter().next();
    let seen = Lines { has_replies: !part.replies.is_empty(), has_problems: !part.problems.is_empty(), of_all };
    (part, seen)
}

/// What lines of one file have come to.
#[derive(Default)]
struct Lines {
    has_replies: bool,
    has_problems: bool,
    /// What is wrong with all of the file, if it is with all of its lines.
    of_all: Option<Problem>,
}

impl Lines {
    /// Takes in what the next ones have come to.
    fn add(&mut self, next: Self) {
        self.has_replies |= next.has_replies;
        self.has_problems |= next.has_problems;
        self.of_all = self.of_all.take().or(next.of_all);
    }

    /// What there is to say of the file as a whole.
    fn end(self, path: &str) -> Option<Report> {
        match self.of_all {
            _ if self.has_replies || self.has_problems => None,
            Some(problem) => Some(Report { problems: vec![problem], ..Report::default() }),
            None => Some(Report { empty: vec![path.to_owned()], ..Report::default() }),
        }
    }
}

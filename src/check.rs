//! A run: files read, replies found, each linted, everything collected in order.

use crate::config::Settings;
use crate::discover::Found;
use crate::fix::Fixes;
use crate::input::{self, Instruction, Kind, Reading, Reply};
use crate::lint::silence::{Hushed, Place, Silence};
use crate::lint::{Finding, Linter, Outcome, Secret, excerpt, masked};
use crate::linters::{FileLinters, Linters};
use crate::problem::{Problem, did_you_mean};
use crate::rules::{self, RuleBook, SetFile, Severity};
use crate::stream::{Source, check_all, check_lines, is_line_by_line};
use crate::text::{Columns, LineIndex, Position, Span};
use rayon::prelude::*;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What one reply came to, ready to be reported.
#[derive(Clone, Debug)]
pub struct ReplyReport {
    /// The file, as the user named it.
    pub path: String,
    /// The line the reply starts on, from 1.
    pub line: usize,
    /// The record's `id`, as JSON.
    pub id: Option<String>,
    /// What the reply is called in its file: a heading, a key, a title.
    pub name: Option<String>,
    /// The findings and signals.
    pub outcome: Outcome,
    /// Start and end in the file of each finding.
    pub places: Vec<(Position, Position)>,
    /// The columns of the same places, as programs count them.
    pub columns: Vec<(Columns, Columns)>,
    /// The reply's text, kept only where there is something to show in it.
    pub text: String,
    /// Whether the text stands in the file as it is, so that its lines are the file's lines from `line` on.
    pub is_file: bool,
    /// Findings that somebody has silenced: they count for nothing.
    pub silenced: Vec<Silenced>,
    /// Per finding, the first words of its sentence, if they were asked for.
    pub excerpts: Vec<String>,
    /// Whether this is no reply: the findings are about what the file tells replylint, and their places are the file's.
    pub is_aside: bool,
}

/// A finding that somebody has silenced.
#[derive(Clone, Debug)]
pub struct Silenced {
    /// The finding.
    pub finding: Finding,
    /// Its start and end in the file.
    pub place: (Position, Position),
    /// The columns of that place, as programs count them.
    pub columns: (Columns, Columns),
    /// What silenced it.
    pub by: SilencedBy,
    /// Why, as the comment says.
    pub reason: Option<String>,
}

/// What silences a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SilencedBy {
    /// A comment in the file.
    Comment,
    /// The front matter of the file.
    FrontMatter,
    /// The baseline.
    Baseline,
}

impl SilencedBy {
    /// Its name, as outputs have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::FrontMatter => "front-matter",
            Self::Baseline => "baseline",
        }
    }
}

/// What a whole run came to.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// One for each reply, in order of file and place.
    pub replies: Vec<ReplyReport>,
    /// Everything that went wrong outside the replies.
    pub problems: Vec<Problem>,
    /// Files that hold no reply.
    pub empty: Vec<String>,
    /// What was edited before the check, if it was asked for.
    pub fixes: Option<Fixes>,
}

impl Report {
    /// Puts what comes next behind it. What was edited stays as it is.
    pub fn append(&mut self, next: Self) {
        self.replies.extend(next.replies);
        self.problems.extend(next.problems);
        self.empty.extend(next.empty);
    }

    /// Makes the report of a part of a file, with so many lines and bytes before it, speak of the file.
    pub(crate) fn shift(&mut self, lines: usize, bytes: usize) {
        for reply in &mut self.replies {
            reply.line += lines;
            let silenced = reply.silenced.iter_mut().map(|silenced| &mut silenced.place);
            for (start, end) in reply.places.iter_mut().chain(silenced) {
                start.line += lines;
                end.line += lines;
            }
            if reply.is_aside {
                // Its places are the file's.
                for span in reply.outcome.findings.iter_mut().map(|finding| &mut finding.span) {
                    *span = Span::new(span.start + bytes, span.end + bytes);
                }
            }
        }
        for position in self.problems.iter_mut().filter_map(|problem| problem.position.as_mut()) {
            position.line += lines;
        }
    }
}

/// The rules that `settings` ask for.
///
/// # Errors
/// Every mistake in every rule file, and every name in the settings that no rule has.
pub fn rule_book(settings: &Settings) -> Result<RuleBook, Vec<Problem>> {
    if !settings.rules.is_empty() {
        return documented_book(settings, false).map(|(book, _)| book);
    }
    let book = rules::built_in_book(&settings.language).ok_or_else(|| vec![unknown_language(settings)])?;
    let mut book = book.map_err(|problem| vec![problem])?;
    let problems = settings.check_names(&book.rule_ids());
    if !problems.is_empty() {
        return Err(problems);
    }
    book.select(settings);
    Ok(book)
}

/// The same, compiled from the rule files, with the files. With `documented`, examples and reasons are there too (slower).
///
/// # Errors
/// As [`rule_book`].
pub fn documented_book(settings: &Settings, documented: bool) -> Result<(RuleBook, Vec<SetFile>), Vec<Problem>> {
    let (mut forms, mut sets) = rules::built_in_sets(&settings.language, documented)?;
    if sets.is_empty() && settings.rules.is_empty() {
        return Err(vec![unknown_language(settings)]);
    }
    let mut problems = Vec::new();
    let mut seen: Vec<PathBuf> = Vec::new();
    for directory in &settings.rules {
        // The same directory from the config and the command line is one.
        let real = directory.canonicalize().unwrap_or_else(|_| directory.clone());
        if seen.contains(&real) {
            continue;
        }
        seen.push(real);
        let (own_forms, own, more) = rules::load(directory);
        forms = own_forms.unwrap_or(forms);
        problems.extend(more);
        problems.extend(rules::overlay(&mut sets, own));
    }
    match RuleBook::compile(&forms, &sets) {
        Ok(mut book) => {
            problems.extend(settings.check_names(&book.rule_ids()));
            book.select(settings);
            if problems.is_empty() { Ok((book, sets)) } else { Err(problems) }
        }
        Err(more) => Err(problems.into_iter().chain(more).collect()),
    }
}

fn unknown_language(settings: &Settings) -> Problem {
    Problem::new(format!("there are no rules for the language `{}`", settings.language))
        .help(format!("there are rules for: {}", rules::languages().join(", ")))
}

/// Which texts a report keeps, to show them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Texts {
    /// None.
    #[default]
    None,
    /// Those of replies with findings.
    WithFindings,
    /// All.
    All,
}

/// What a run does with findings and texts.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// The message that every reply answers, if it was given apart.
    pub reply_to: Option<&'a str>,
    /// Findings below this are dropped.
    pub min_severity: Severity,
    /// The texts that are kept.
    pub keep_texts: Texts,
    /// Tell the first words of each finding's sentence, for a baseline.
    pub excerpts: bool,
    /// How the config says that files are read.
    pub inputs: &'a [Instruction],
    /// How standard input and named files are written, whatever their names and they themselves say.
    pub kind: Option<Kind>,
    /// Threads to use; as many as there are cores, if nothing is said.
    pub threads: Option<NonZeroUsize>,
    /// How far the run has come, for whoever shows it.
    pub progress: &'a Progress,
}

/// How far a run has come.
#[derive(Debug, Default)]
pub struct Progress {
    /// Files done.
    pub files: AtomicUsize,
    /// Replies done.
    pub replies: AtomicUsize,
}

impl<'a> Options<'a> {
    /// How the file at `path` is read.
    pub(crate) fn reading(&self, path: &str, named: bool) -> Reading<'a> {
        let instruction = self.inputs.iter().find(|instruction| instruction.covers(Path::new(path)));
        Reading { named, instruction, kind: self.kind.filter(|_| named) }
    }
}

/// Checks files. The order of the result is the order of `files`, for any number of threads.
pub fn check_files(linters: &Linters<'_>, files: Vec<Found>, options: Options<'_>) -> Report {
    let mut report = Report::default();
    let sources = files.into_iter().map(|file| Ok(Source::File(file)));
    let _ = check_all(linters, sources, options, |part| part, &mut |part| {
        report.append(part);
        ControlFlow::Continue(())
    });
    report
}

/// Checks one file's bytes. `named` says that the user named the file, so that it ought to hold a reply.
pub fn check_bytes(linters: &Linters<'_>, path: &str, bytes: Vec<u8>, named: bool, options: Options<'_>) -> Report {
    let reading = options.reading(path, named);
    if is_line_by_line(Path::new(path), reading) {
        return check_lines(linters, path, bytes.as_slice(), reading, options);
    }
    check_whole(linters, path, bytes, reading, options, true)
}

/// Checks the bytes of a file that is not read line by line, many replies on all cores if `spread` allows it.
pub(crate) fn check_whole(
    linters: &Linters<'_>,
    path: &str,
    bytes: Vec<u8>,
    reading: Reading<'_>,
    options: Options<'_>,
    spread: bool,
) -> Report {
    match input::decode(path, bytes) {
        Ok(text) => check_text(linters, path, &text, reading, options, spread),
        Err(problem) => {
            let problems = if input::matters(path, reading.named) { vec![problem] } else { Vec::new() };
            Report { problems, ..Report::default() }
        }
    }
}

/// Checks the text of a file, or of a part of one, in the same way.
pub(crate) fn check_text(
    linters: &Linters<'_>,
    path: &str,
    text: &str,
    reading: Reading<'_>,
    options: Options<'_>,
    spread: bool,
) -> Report {
    let (kind, replies, mut problems) = input::replies_within(path, text, reading, linters.limits());
    let mut report = Report::default();
    // Most files of a repository hold no reply; only one that should is worth a word.
    if replies.is_empty()
        && problems.is_empty()
        && (reading.named || reading.instruction.is_some() || text.trim().is_empty())
    {
        report.empty.push(path.to_owned());
    }
    let index = LineIndex::new(text);
    let asides = input::asides(kind, path, text, &replies);
    let places: Vec<Place<'_>> =
        replies.iter().map(|reply| Place { span: reply.span(), text: &reply.text, map: reply.map() }).collect();
    let linters = linters.for_file(Path::new(path));
    let silence = Silence::read(text, &asides, &places, linters.for_channel(None).book());
    let file = File { path, text, index: &index, silence: &silence };
    problems.extend(unknown_situations(linters.for_channel(None).book(), path, &replies));
    let numbered: Vec<(usize, &Reply<'_>)> = replies.iter().enumerate().collect();
    let checked: Vec<Result<(ReplyReport, Vec<Hushed>), Problem>> =
        each(&numbered, if spread { 64 } else { usize::MAX }, |(number, reply)| {
            let linter = linters.for_channel(reply.channel.as_deref());
            let result = check_reply(&linter, file, *number, reply, options);
            options.progress.replies.fetch_add(1, Ordering::Relaxed);
            result
        });
    let mut hushed = Vec::new();
    for result in checked {
        match result {
            Ok((reply, more)) => {
                report.replies.push(reply);
                hushed.extend(more);
            }
            Err(problem) => problems.push(problem),
        }
    }
    report.replies.extend(about_asides(&linters, file, &replies, &hushed, options));
    report.problems = problems;
    report
}

/// What the file says the replies are about that no signal is named by, each told once.
fn unknown_situations(book: &RuleBook, path: &str, replies: &[Reply<'_>]) -> Vec<Problem> {
    let mut unknown: Vec<&String> = replies.iter().flat_map(|reply| &reply.situations).collect();
    unknown.retain(|name| book.signal(name).is_none());
    unknown.sort_unstable();
    unknown.dedup();
    let problem = |name: &String| {
        let known = book.signals.iter().map(|signal| signal.name.as_str());
        Problem::in_file(path, format!("the front matter names a situation `{name}` that is none")).help(
            match did_you_mean(name, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`replylint rules --signals` lists them".to_owned(),
            },
        )
    };
    unknown.into_iter().map(problem).collect()
}

/// Maps in order, on all cores if there is enough to do: starting them costs more than a few drafts do.
fn each<T: Sync, R: Send>(items: &[T], at_once: usize, work: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    if items.len() <= at_once {
        items.iter().map(work).collect()
    } else {
        items.par_iter().with_min_len(at_once.min(16)).map(work).collect()
    }
}

/// The file that replies stand in.
#[derive(Clone, Copy)]
struct File<'a> {
    path: &'a str,
    text: &'a str,
    index: &'a LineIndex<'a>,
    silence: &'a Silence,
}

fn check_reply(
    linter: &Linter<'_>,
    file: File<'_>,
    number: usize,
    reply: &Reply<'_>,
    options: Options<'_>,
) -> Result<(ReplyReport, Vec<Hushed>), Problem> {
    let start = reply.start(file.index);
    let customer = options.reply_to.or(reply.customer.as_deref());
    // A defect of ours on one reply must not cost the user the others.
    let declared: Vec<usize> = reply.situations.iter().filter_map(|name| linter.book().signal(name)).collect();
    let outcome = catch_unwind(AssertUnwindSafe(|| linter.lint_as(&reply.text, reply.format, customer, &declared)));
    let Ok(mut outcome) = outcome else {
        return Err(Problem::in_file(file.path, "replylint failed on this reply; the others were checked")
            .at(Some(start))
            .help("please report it with the reply"));
    };
    // A secret is one however mild its finding is, and whatever silences it.
    let secrets: Vec<(Span, Secret)> =
        outcome.findings.iter().filter_map(|finding| Some((finding.span, finding.secret?))).collect();
    let hushed = file.silence.apply(number, &mut outcome.findings);
    outcome.findings.retain(|finding| finding.severity >= options.min_severity);
    let silenced = hushed.iter().filter(|hushed| hushed.finding.severity >= options.min_severity);
    let silenced: Vec<Silenced> = silenced
        .map(|hushed| {
            let (place, columns) = reply.points(file.index, hushed.finding.span);
            Silenced {
                finding: hushed.finding.clone(),
                place,
                columns,
                by: if hushed.in_front_matter { SilencedBy::FrontMatter } else { SilencedBy::Comment },
                reason: hushed.reason.clone(),
            }
        })
        .collect();
    let (mut text, mut excerpts) = (String::new(), Vec::new());
    let (places, columns) = outcome.findings.iter().map(|finding| reply.points(file.index, finding.span)).unzip();
    let has_findings = !outcome.findings.is_empty();
    let wants_text = options.excerpts || options.keep_texts == Texts::WithFindings;
    if options.keep_texts == Texts::All || (has_findings && wants_text) {
        text = reply.text.clone().into_owned();
        for (span, secret) in secrets {
            let span = span.start..span.end;
            let hidden = masked(&text[span.clone()], secret.is_number);
            text.replace_range(span, &hidden);
        }
        if options.excerpts {
            let spans = outcome.findings.iter().map(|finding| finding.span);
            excerpts = linter.excerpts(&text, reply.format, spans);
        }
    }
    let report = ReplyReport {
        path: file.path.to_owned(),
        line: start.line,
        id: reply.id.map(str::to_owned),
        name: reply.name.clone(),
        outcome,
        places,
        columns,
        text,
        is_file: reply.is_verbatim(file.text),
        silenced,
        excerpts,
        is_aside: false,
    };
    Ok((report, hushed))
}

/// What is wrong with what a file tells replylint, as a report of its own.
fn about_asides(
    linters: &FileLinters<'_, '_>,
    file: File<'_>,
    replies: &[Reply<'_>],
    hushed: &[Hushed],
    options: Options<'_>,
) -> Option<ReplyReport> {
    if file.silence.is_empty() {
        return None;
    }
    let linter = linters.for_channel(None);
    // A reply's channel may switch rules off.
    let mut used: Vec<_> = replies.iter().map(|reply| linters.for_channel(reply.channel.as_deref())).collect();
    used.sort_unstable_by_key(Arc::as_ptr);
    used.dedup_by(|a, b| Arc::ptr_eq(a, b));
    let ran = |rule: usize| used.iter().all(|linter| linter.level(rule).is_some());
    let mut findings = file.silence.findings(file.text, &linter, ran, hushed);
    findings.retain(|finding| finding.severity >= options.min_severity);
    let (places, columns) = findings.iter().map(|finding| file.index.points(finding.span)).unzip();
    (!findings.is_empty()).then(|| ReplyReport {
        path: file.path.to_owned(),
        line: 1,
        id: None,
        name: None,
        excerpts: findings.iter().map(|finding| excerpt(&finding.matched)).collect(),
        columns,
        text: if options.keep_texts != Texts::None { alone(file.text, &findings) } else { String::new() },
        outcome: Outcome { findings, signals: vec![false; linter.book().signals.len()], ..Outcome::default() },
        places,
        is_file: true,
        silenced: Vec::new(),
        is_aside: true,
    })
}

/// The text with nothing in it but what is marked: what stands beside a comment may be a secret. The findings are in order
/// of place.
fn alone(text: &str, findings: &[Finding]) -> String {
    let mut coming = findings.iter().map(|finding| finding.span).peekable();
    let mut shown_to = 0;
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        while let Some(span) = coming.next_if(|span| span.start <= at) {
            shown_to = shown_to.max(span.end);
        }
        if matches!(c, '\n' | '\r') || at < shown_to {
            out.push(c);
        } else {
            out.extend(std::iter::repeat_n(' ', c.len_utf8()));
        }
    }
    out
}

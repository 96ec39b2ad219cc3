//! `replylint check`.

use super::output::{self, Target};
use super::stream::{self, Job, Work};
use super::{CheckArgs, Console, FAILED, fix};
use crate::baseline::Baseline;
use crate::check::{Options, Progress, documented_book, rule_book};
use crate::config::Settings;
use crate::discover::{self, Filter, Finds};
use crate::fix::Fixer;
use crate::input::{Limits, decode, read_to_limit};
use crate::lint::Linter;
use crate::linters::Linters;
use crate::problem::Problem;
use crate::report::{Format, Setting, Style};
use crate::rules::Severity;
use crate::stream::Source;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

/// Where standard input stands among the paths.
const STDIN: &str = "-";

pub(super) fn run(args: &CheckArgs, console: &Console) -> u8 {
    let found = args.choice.settings(&args.source).and_then(|settings| args.walk.with_filter(settings));
    let (settings, filter) = match found {
        Ok(found) => found,
        Err(problem) => {
            console.problems(&[problem]);
            return FAILED;
        }
    };
    if let Some(jobs) = args.jobs.filter(|jobs| jobs.get() > 1 || args.edits.is_any()) {
        // The pool can be set once; a second call in one process keeps the first.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(jobs.get()).build_global();
    }
    let outputs = &args.output.outputs;
    let inputs = args.paths.iter().chain(&args.reply_to).chain(&args.source.config).map(PathBuf::as_path);
    let targets = match output::targets(outputs, &inputs.collect::<Vec<_>>()) {
        Ok(targets) => targets,
        Err(problems) => {
            console.problems(&problems);
            return FAILED;
        }
    };
    let has = |wanted: fn(Format) -> bool| outputs.iter().any(|output| wanted(output.format));
    let loaded = if has(Format::needs_reasons) {
        documented_book(&settings, true)
    } else {
        rule_book(&settings).map(|book| (book, Vec::new()))
    };
    let (book, sets) = match loaded {
        Ok(loaded) => loaded,
        Err(problems) => {
            console.problems(&problems);
            return FAILED;
        }
    };
    // The process ends with the check; to take a book apart is work for nothing.
    let book = ManuallyDrop::new(book);
    let reply_to = match args.reply_to.as_deref().map(|path| read_message(path, settings.limits)).transpose() {
        Ok(message) => message,
        Err(problem) => {
            console.problems(&[problem]);
            return FAILED;
        }
    };
    let baseline = match args.baseline.file(&settings).map(|path| Baseline::read(&path)).transpose() {
        Ok(baseline) => baseline,
        Err(problem) => {
            console.problems(&[problem]);
            return FAILED;
        }
    };
    let progress = Progress::default();
    let options = Options {
        reply_to: reply_to.as_deref(),
        min_severity: args.choice.min_severity.map_or(Severity::Suggestion, Into::into),
        keep_texts: outputs.iter().map(|output| output.format.texts()).max().unwrap_or_default(),
        excerpts: false,
        inputs: &settings.inputs,
        kind: args.input_format,
        threads: args.jobs,
        progress: &progress,
    };
    if let Some(problem) = args.edits.problem(args.paths.iter().any(|path| path == Path::new(STDIN))) {
        console.problems(&[problem]);
        return FAILED;
    }
    let linter = Linter::new(&book, &settings.allow).with_evidence(args.verbose).with_coach(args.coach);
    let linters = Linters::new(linter, &settings);
    let found = Found::find(args, (&settings, &filter), &targets);
    let work = if args.edits.is_any() {
        let fixer =
            Fixer { linters: &linters, options, unsafe_too: args.edits.unsafe_too, baseline: baseline.as_ref() };
        match edited(fixer, args, found, console) {
            Ok(work) => work,
            Err(status) => return status,
        }
    } else {
        found.work()
    };
    let style = Style { color: console.color, quiet: args.quiet, verbose: args.verbose, width: width() };
    let setting = Setting { book: &book, sets: &sets, fail_on: settings.fail_on, style };
    let job = Job { linters: &linters, setting, options, console, tells_left_out: !args.quiet };
    let silencer = baseline.as_ref().map(Baseline::silencer);
    stream::run(&job, work, (outputs, &targets), silencer, |replies, others, left_out| {
        args.walk.empty(&args.paths, replies, others, left_out)
    })
}

/// What was found to check.
struct Found<'a> {
    /// The name of standard input, if it is to be read.
    stdin: Option<String>,
    files: Finds<'a>,
    /// What was wrong from the start.
    problems: Vec<Problem>,
    /// What was named and is left out.
    left_out: Vec<String>,
}

impl<'a> Found<'a> {
    fn find(args: &CheckArgs, (settings, filter): (&'a Settings, &'a Filter), targets: &'a [Option<Target>]) -> Self {
        let (from_stdin, named): (Vec<PathBuf>, Vec<PathBuf>) =
            args.paths.iter().cloned().partition(|p| p == Path::new(STDIN));
        let search = args.walk.find(&named, !from_stdin.is_empty(), settings, filter);
        let mut left_out: Vec<String> = search.left_out.iter().map(|(path, _)| path.display().to_string()).collect();
        let name = args.stdin_filename.as_deref();
        let stdin = match name {
            _ if from_stdin.is_empty() => None,
            Some(name) if args.walk.leaves_out_stdin(Some(name), filter) => {
                left_out.push(name.display().to_string());
                None
            }
            _ => Some(name.unwrap_or(Path::new("<stdin>")).display().to_string()),
        };
        // A report of an earlier run is no draft.
        let is_target = |file: &discover::Found| {
            // A walk follows no links.
            let mut may_be = targets.iter().flatten().filter(|target| file.named || target.has_name_of(&file.path));
            may_be.any(|target| target.is(&file.path))
        };
        let files = search.found.filter(move |found| !found.as_ref().is_ok_and(is_target));
        Self { stdin, files: Box::new(files), problems: search.problems, left_out }
    }

    /// All of it, to be checked as it stands.
    fn work(self) -> Work<'a> {
        let stdin = self.stdin.map(|name| Ok(Source::Stdin(name))).into_iter();
        Work {
            sources: Box::new(stdin.chain(self.files.map(|found| found.map(Source::File)))),
            problems: self.problems,
            more_problems: Vec::new(),
            left_out: self.left_out,
            fixes: None,
            is_stdout_taken: false,
        }
    }
}

/// What there is to check after the edits that were asked for; or the exit status, if there is nothing to report.
fn edited<'a>(fixer: Fixer<'_, '_>, args: &CheckArgs, found: Found<'a>, console: &Console) -> Result<Work<'a>, u8> {
    let mut problems = found.problems;
    let mut files = Vec::new();
    for found in found.files {
        match found {
            Ok(file) => files.push(file),
            Err(problem) => problems.push(problem),
        }
    }
    let read = |name: &String| read_to_limit(name, std::io::stdin().lock(), fixer.linters.limits());
    let stdin = found.stdin.as_ref().map(read).transpose().unwrap_or_else(|problem| {
        problems.push(problem);
        None
    });
    // What is read to be edited is no progress of the check.
    let progress = Progress::default();
    let fixer = Fixer { options: Options { progress: &progress, ..fixer.options }, ..fixer };
    let (fixes, more_problems, printed) = match fix::run(args, fixer, &files, stdin.clone(), console) {
        fix::Done::Exit(status) => {
            console.problems(&problems);
            return Err(if problems.is_empty() { status } else { FAILED });
        }
        fix::Done::Check { fixes, problems, stdin } => (fixes, problems, stdin),
    };
    let is_stdout_taken = printed.is_some();
    let stdin = printed.or(stdin).map(|bytes| {
        let path = PathBuf::from(found.stdin.unwrap_or_default());
        Ok(Source::File(discover::Found { path, named: true, content: Some(bytes) }))
    });
    Ok(Work {
        sources: Box::new(stdin.into_iter().chain(files.into_iter().map(|file| Ok(Source::File(file))))),
        problems,
        more_problems,
        left_out: found.left_out,
        fixes: Some(fixes),
        is_stdout_taken,
    })
}

fn read_message(path: &Path, limits: Limits) -> Result<String, Problem> {
    let name = path.display().to_string();
    // A message is as long as a reply may be.
    let limits = Limits { file: limits.reply as u64, ..limits };
    let unread = |error: std::io::Error| {
        let message = match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
            _ => format!("can't read the customer's message: {error}"),
        };
        Problem::in_file(&name, message).help("check the path after --reply-to")
    };
    let file = std::fs::File::open(path).map_err(unread)?;
    let too_long = |problem: Problem| problem.help("name a file with the customer's message after --reply-to");
    decode(&name, read_to_limit(&name, file, limits).map_err(too_long)?)
}

/// Width of the terminal in columns; 0 if there is none to ask.
fn width() -> usize {
    std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).unwrap_or(0)
}

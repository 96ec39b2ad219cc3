//! `replylint check`.

use super::output::{self, Target};
use super::progress::watched;
use super::stream::{self, Job};
use super::{CheckArgs, Console, FAILED, fix};
use crate::baseline::Baseline;
use crate::check::{Options, Progress, Report, check_bytes, check_files, documented_book, rule_book};
use crate::config::Settings;
use crate::discover::{Filter, Found};
use crate::fix::Fixer;
use crate::input::decode;
use crate::lint::Linter;
use crate::linters::Linters;
use crate::problem::Problem;
use crate::report::{self, Format, Material, Style, Summary};
use crate::rules::Severity;
use std::io::Read;
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
    if let Some(jobs) = args.jobs {
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
    let reply_to = match args.reply_to.as_deref().map(read_message).transpose() {
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
        progress: &progress,
    };
    if let Some(problem) = args.edits.problem(args.paths.iter().any(|path| path == Path::new(STDIN))) {
        console.problems(&[problem]);
        return FAILED;
    }
    let linter = Linter::new(&book, &settings.allow).with_evidence(args.verbose).with_coach(args.coach);
    let linters = Linters::new(linter, &settings);
    let mut work = Work::find(args, (&settings, &filter), &targets);
    let left_out = std::mem::take(&mut work.left_out);
    let when_empty = |replies, others| args.walk.empty(&args.paths, replies, others, left_out.len());
    if !args.edits.is_any() && stream::can_write(outputs) {
        let silencer = baseline.as_ref().map(Baseline::silencer);
        let job = Job { linters: &linters, book: &book, fail_on: settings.fail_on, options, console };
        let status = stream::run(&job, work, (outputs, &targets), silencer, when_empty);
        if !args.quiet {
            console.note_left_out(&left_out);
        }
        return status;
    }
    let fixer = Fixer { linters: &linters, options, unsafe_too: args.edits.unsafe_too, baseline: baseline.as_ref() };
    let checked = match check_work(fixer, args, work, console) {
        Ok(checked) => checked,
        Err(status) => return status,
    };
    let Checked { mut report, is_printed } = checked;
    report.problems.extend(when_empty(report.replies.len(), report.empty.len() + report.problems.len()));
    if let Some(baseline) = &baseline {
        baseline.silence(&mut report);
    }
    let material = Material { report: &report, book: &book, sets: &sets, fail_on: settings.fail_on };
    let style = Style { color: false, quiet: args.quiet, verbose: args.verbose, width: width() };
    let written = output::write_all(outputs, &targets, console, is_printed, &|format, color, out| {
        report::write(material, format, Style { color, ..style }, out)
    });
    if !args.quiet {
        console.note_left_out(&left_out);
    }
    console.problems(&report.problems);
    if written { Summary::of(&report).exit_status(settings.fail_on) } else { FAILED }
}

/// What there is to check.
pub(super) struct Work {
    /// The name of standard input, if it is to be read.
    pub(super) stdin: Option<String>,
    pub(super) files: Vec<Found>,
    /// What can't be checked.
    pub(super) problems: Vec<Problem>,
    /// What was named and is left out.
    left_out: Vec<String>,
}

impl Work {
    fn find(args: &CheckArgs, (settings, filter): (&Settings, &Filter), targets: &[Option<Target>]) -> Self {
        let (from_stdin, named): (Vec<PathBuf>, Vec<PathBuf>) =
            args.paths.iter().cloned().partition(|p| p == Path::new(STDIN));
        let mut found = args.walk.find(&named, !from_stdin.is_empty(), settings, filter);
        // A report of an earlier run is no draft.
        found.files.retain(|file| !targets.iter().flatten().any(|target| target.is(&file.path)));
        let mut left_out: Vec<String> = found.left_out.iter().map(|(path, _)| path.display().to_string()).collect();
        let name = args.stdin_filename.as_deref();
        let stdin = match name {
            _ if from_stdin.is_empty() => None,
            Some(name) if args.walk.leaves_out_stdin(Some(name), filter) => {
                left_out.push(name.display().to_string());
                None
            }
            _ => Some(name.unwrap_or(Path::new("<stdin>")).display().to_string()),
        };
        Self { stdin, files: found.files, problems: found.problems, left_out }
    }
}

/// What a check came to.
struct Checked {
    report: Report,
    /// Whether standard output holds the text of a draft already.
    is_printed: bool,
}

/// Checks, after the edits that were asked for; or the exit status, if there is nothing to report.
fn check_work(fixer: Fixer<'_, '_>, args: &CheckArgs, work: Work, console: &Console) -> Result<Checked, u8> {
    let Fixer { linters, options, .. } = fixer;
    let mut stdin = work.stdin.as_ref().map(|_| read_stdin());
    let (mut fixes, mut not_fixed, mut is_printed) = (None, Vec::new(), false);
    if args.edits.is_any() {
        // What is read to be edited is no progress of the check.
        let progress = Progress::default();
        let options = Options { progress: &progress, ..options };
        let fixer = Fixer { options, ..fixer };
        let piped = stdin.as_ref().and_then(|read| read.as_ref().ok()).cloned();
        match fix::run(args, fixer, &work.files, piped, console) {
            fix::Done::Exit(status) => {
                console.problems(&work.problems);
                return Err(if work.problems.is_empty() { status } else { FAILED });
            }
            fix::Done::Check { fixes: made, problems, stdin: printed } => {
                fixes = Some(made);
                not_fixed = problems;
                is_printed = printed.is_some();
                stdin = printed.map(Ok).or(stdin);
            }
        }
    }
    let mut report = match stdin {
        None => Report::default(),
        Some(Ok(bytes)) => check_bytes(linters, work.stdin.as_deref().unwrap_or_default(), bytes, true, options),
        Some(Err(problem)) => Report { problems: vec![problem], ..Report::default() },
    };
    report.fixes = fixes;
    let mut checked = watched(options.progress, work.files.len(), || check_files(linters, &work.files, options));
    report.replies.append(&mut checked.replies);
    report.empty.append(&mut checked.empty);
    report.problems.splice(0..0, work.problems);
    report.problems.append(&mut checked.problems);
    report.problems.append(&mut not_fixed);
    Ok(Checked { report, is_printed })
}

fn read_stdin() -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().read_to_end(&mut bytes);
    read.map(|_| bytes).map_err(|error| Problem::new(format!("can't read standard input: {error}")))
}

fn read_message(path: &Path) -> Result<String, Problem> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| {
        let message = match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
            _ => format!("can't read the customer's message: {error}"),
        };
        Problem::in_file(&name, message).help("check the path after --reply-to")
    })?;
    decode(&name, bytes)
}

/// Width of the terminal in columns; 0 if there is none to ask.
fn width() -> usize {
    std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).unwrap_or(0)
}

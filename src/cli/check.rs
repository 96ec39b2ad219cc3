//! `replylint check`.

use super::output::{self, Target};
use super::progress::watched;
use super::{CheckArgs, Console, FAILED, fix};
use crate::baseline::Baseline;
use crate::check::{Options, Progress, Report, check_bytes, check_files, documented_book, rule_book};
use crate::config::Settings;
use crate::discover::Filter;
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
    let found = args.choice.settings(&args.source).and_then(|settings| {
        let filter = args.walk.filter(&settings)?;
        Ok((settings, filter))
    });
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
        keep_texts: has(Format::needs_texts),
        excerpts: false,
        inputs: &settings.inputs,
        progress: &progress,
    };
    if let Some(problem) = args.edits.problem(args.paths.iter().any(|path| path == Path::new(STDIN))) {
        console.problems(&[problem]);
        return FAILED;
    }
    let linter = Linter::new(&book, &settings.allow).with_evidence(args.verbose).with_coach(args.coach);
    let linters = Linters::new(linter, &settings);
    let fixer = Fixer { linters: &linters, options, unsafe_too: args.edits.unsafe_too, baseline: baseline.as_ref() };
    let checked = match check_paths(fixer, args, (&settings, &filter), &targets, console) {
        Ok(checked) => checked,
        Err(status) => return status,
    };
    let Checked { mut report, left_out, is_printed } = checked;
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

/// What a check came to.
struct Checked {
    report: Report,
    /// What was named and left out.
    left_out: Vec<String>,
    /// Whether standard output holds the text of a draft already.
    is_printed: bool,
}

/// Checks, after the edits that were asked for; or the exit status, if there is nothing to report.
fn check_paths(
    fixer: Fixer<'_, '_>,
    args: &CheckArgs,
    (settings, filter): (&Settings, &Filter),
    targets: &[Option<Target>],
    console: &Console,
) -> Result<Checked, u8> {
    let Fixer { linters, options, .. } = fixer;
    let (from_stdin, named): (Vec<PathBuf>, Vec<PathBuf>) =
        args.paths.iter().cloned().partition(|p| p == Path::new(STDIN));
    let mut found = args.walk.find(&named, !from_stdin.is_empty(), settings, filter);
    // A report of an earlier run is no draft.
    found.files.retain(|file| !targets.iter().flatten().any(|target| target.is(&file.path)));
    let mut left_out: Vec<String> = found.left_out.iter().map(|(path, _)| path.display().to_string()).collect();
    let mut stdin = match &args.stdin_filename {
        _ if from_stdin.is_empty() => None,
        Some(name) if args.walk.leaves_out_stdin(Some(name), filter) => {
            left_out.push(name.display().to_string());
            None
        }
        _ => Some(read_stdin()),
    };
    let (mut fixes, mut not_fixed, mut is_printed) = (None, Vec::new(), false);
    if args.edits.is_any() {
        // What is read to be edited is no progress of the check.
        let progress = Progress::default();
        let options = Options { progress: &progress, ..options };
        let fixer = Fixer { options, ..fixer };
        let piped = stdin.as_ref().and_then(|read| read.as_ref().ok()).cloned();
        match fix::run(args, fixer, &found.files, piped, console) {
            fix::Done::Exit(status) => {
                console.problems(&found.problems);
                return Err(if found.problems.is_empty() { status } else { FAILED });
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
        Some(Ok(bytes)) => check_bytes(linters, &stdin_name(args), bytes, true, options),
        Some(Err(problem)) => Report { problems: vec![problem], ..Report::default() },
    };
    report.fixes = fixes;
    let mut checked = watched(options.progress, found.files.len(), || check_files(linters, &found.files, options));
    report.replies.append(&mut checked.replies);
    report.empty.append(&mut checked.empty);
    report.problems.splice(0..0, found.problems);
    report.problems.append(&mut checked.problems);
    report.problems.append(&mut not_fixed);
    let others = report.empty.len() + report.problems.len();
    report.problems.extend(args.walk.empty(&args.paths, report.replies.len(), others, left_out.len()));
    Ok(Checked { report, left_out, is_printed })
}

fn read_stdin() -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().read_to_end(&mut bytes);
    read.map(|_| bytes).map_err(|error| Problem::new(format!("can't read standard input: {error}")))
}

fn stdin_name(args: &CheckArgs) -> String {
    args.stdin_filename.as_deref().unwrap_or(Path::new("<stdin>")).display().to_string()
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

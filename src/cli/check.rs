//! `replylint check`.

use super::output::{self, Target};
use super::progress::watched;
use super::{CheckArgs, Console, FAILED};
use crate::baseline::Baseline;
use crate::check::{Options, Progress, Report, check_bytes, check_files, documented_book, rule_book};
use crate::config::Settings;
use crate::discover::Filter;
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
    let linter = Linter::new(&book, &settings.allow).with_evidence(args.verbose).with_coach(args.coach);
    let linters = Linters::new(linter, &settings);
    let (mut report, left_out) = check_paths(&linters, args, (&settings, &filter), &targets, options);
    if let Some(baseline) = &baseline {
        baseline.silence(&mut report);
    }
    let material = Material { report: &report, book: &book, sets: &sets, fail_on: settings.fail_on };
    let style = Style { color: false, quiet: args.quiet, verbose: args.verbose, width: width() };
    let written = output::write_all(outputs, &targets, console, &|format, color, out| {
        report::write(material, format, Style { color, ..style }, out)
    });
    if !args.quiet {
        console.note_left_out(&left_out);
    }
    console.problems(&report.problems);
    if written { Summary::of(&report).exit_status(settings.fail_on) } else { FAILED }
}

/// The report, and what was named and left out.
fn check_paths(
    linters: &Linters<'_>,
    args: &CheckArgs,
    (settings, filter): (&Settings, &Filter),
    targets: &[Option<Target>],
    options: Options<'_>,
) -> (Report, Vec<String>) {
    let (from_stdin, named): (Vec<PathBuf>, Vec<PathBuf>) =
        args.paths.iter().cloned().partition(|p| p == Path::new(STDIN));
    let mut found = args.walk.find(&named, !from_stdin.is_empty(), settings, filter);
    // A report of an earlier run is no draft.
    found.files.retain(|file| !targets.iter().flatten().any(|target| target.is(&file.path)));
    let mut left_out: Vec<String> = found.left_out.iter().map(|(path, _)| path.display().to_string()).collect();
    let mut report = Report::default();
    if !from_stdin.is_empty() {
        match &args.stdin_filename {
            Some(name) if args.walk.leaves_out_stdin(Some(name), filter) => left_out.push(name.display().to_string()),
            _ => report = check_stdin(linters, args, options),
        }
    }
    let mut checked = watched(options.progress, found.files.len(), || check_files(linters, &found.files, options));
    report.replies.append(&mut checked.replies);
    report.empty.append(&mut checked.empty);
    report.problems.splice(0..0, found.problems);
    report.problems.append(&mut checked.problems);
    let others = report.empty.len() + report.problems.len();
    report.problems.extend(args.walk.empty(&args.paths, report.replies.len(), others, left_out.len()));
    (report, left_out)
}

fn check_stdin(linters: &Linters<'_>, args: &CheckArgs, options: Options<'_>) -> Report {
    let name = args.stdin_filename.clone().unwrap_or_else(|| PathBuf::from("<stdin>"));
    let mut bytes = Vec::new();
    match std::io::stdin().lock().read_to_end(&mut bytes) {
        Ok(_) => check_bytes(linters, &name.display().to_string(), bytes, true, options),
        Err(error) => {
            Report { problems: vec![Problem::new(format!("can't read standard input: {error}"))], ..Report::default() }
        }
    }
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

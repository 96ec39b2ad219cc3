//! `replylint check`.

use super::{CheckArgs, Console, FAILED, settings};
use crate::baseline::Baseline;
use crate::check::{Options, Report, check_bytes, check_files, rule_book};
use crate::discover::discover;
use crate::input::decode;
use crate::lint::Linter;
use crate::problem::Problem;
use crate::report::{self, Format, Style, Summary};
use crate::rules::Severity;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Where standard input stands among the paths.
const STDIN: &str = "-";

pub(super) fn run(args: &CheckArgs, console: &Console) -> u8 {
    let mut settings = match settings(&args.source) {
        Ok(settings) => settings,
        Err(problem) => {
            console.problems(&[problem]);
            return FAILED;
        }
    };
    settings.select.clone_from(&args.select);
    settings.ignore.clone_from(&args.ignore);
    settings.fail_on = args.fail_on.unwrap_or(settings.fail_on);
    if !args.profile.is_empty() {
        settings.extends.clone_from(&args.profile);
    }
    if let Err(problem) = settings.apply_profiles() {
        console.problems(&[problem]);
        return FAILED;
    }
    if let Some(jobs) = args.jobs {
        // The pool can be set once; a second call in one process keeps the first.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(jobs.get()).build_global();
    }
    let book = match rule_book(&settings) {
        Ok(book) => book,
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
    let options = Options {
        reply_to: reply_to.as_deref(),
        min_severity: args.min_severity.map_or(Severity::Suggestion, Into::into),
        keep_texts: args.format == Format::Human,
        fingerprints: baseline.is_some(),
        inputs: &settings.inputs,
    };
    let mut report = check_paths(
        &Linter::new(&book, &settings.allow).with_evidence(args.verbose).with_coach(args.coach),
        args,
        options,
    );
    if let Some(baseline) = &baseline {
        baseline.silence(&mut report);
    }
    let style = Style { color: console.color, quiet: args.quiet, verbose: args.verbose, width: width() };
    console.write(|out| report::write(&report, &book, args.format, style, out));
    console.problems(&report.problems);
    Summary::of(&report).exit_status(settings.fail_on)
}

fn check_paths(linter: &Linter<'_>, args: &CheckArgs, options: Options<'_>) -> Report {
    let (from_stdin, named): (Vec<PathBuf>, Vec<PathBuf>) =
        args.paths.iter().cloned().partition(|p| p == Path::new(STDIN));
    let (files, problems) = discover(&named, options.inputs);
    let mut report = if from_stdin.is_empty() { Report::default() } else { check_stdin(linter, args, options) };
    let mut found = check_files(linter, &files, options);
    let nothing = found.replies.is_empty() && found.empty.is_empty() && found.problems.is_empty();
    if nothing && from_stdin.is_empty() && problems.is_empty() {
        let names: Vec<String> = named.iter().map(|p| p.display().to_string()).collect();
        found.problems.push(
            Problem::new(format!("there is no reply to check in {}", names.join(", ")))
                .help("name a file, or a directory that holds replies; `replylint replies` shows what is found"),
        );
    }
    report.replies.append(&mut found.replies);
    report.empty.append(&mut found.empty);
    report.problems.splice(0..0, problems);
    report.problems.append(&mut found.problems);
    report
}

fn check_stdin(linter: &Linter<'_>, args: &CheckArgs, options: Options<'_>) -> Report {
    let name = args.stdin_filename.clone().unwrap_or_else(|| PathBuf::from("<stdin>"));
    let mut bytes = Vec::new();
    match std::io::stdin().lock().read_to_end(&mut bytes) {
        Ok(_) => check_bytes(linter, &name.display().to_string(), bytes, true, options),
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

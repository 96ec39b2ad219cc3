//! `replylint baseline`, and what `check` takes of it.

use super::walk::FilterArgs;
use super::{CLEAN, Console, FAILED, SourceArgs, settings};
use crate::baseline::{BASELINE_NAME, Baseline, Checked, Stale, seen_from};
use crate::check::{Options, Progress, Report, check_files, rule_book};
use crate::config::Settings;
use crate::discover::{Discovered, discover};
use crate::lint::{Linter, Shown};
use crate::linters::Linters;
use crate::problem::Problem;
use crate::report::{self, Format, Material, Style, Summary, count};
use crate::rules::{RuleBook, Severity};
use clap::{Args, Subcommand};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Which baseline `check` uses.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct UseBaseline {
    /// Silence the findings that this file accepts (see `replylint baseline`)
    #[arg(long, value_name = "FILE", conflicts_with = "no_baseline")]
    pub(super) baseline: Option<PathBuf>,

    /// Use no baseline, whatever the config says
    #[arg(long)]
    no_baseline: bool,
}

impl UseBaseline {
    /// The file, if one is to be used.
    pub(super) fn file(&self, settings: &Settings) -> Option<PathBuf> {
        if self.no_baseline { None } else { self.baseline.clone().or_else(|| settings.baseline.clone()) }
    }
}

#[derive(Args, Debug)]
#[command(after_help = "\
A finding is known by its file, its rule and its sentence: it may move, and be wrapped anew. Findings that
comments silence are not accepted. `replylint check` uses a baseline that is named in the config
(`baseline: .replylint-baseline.json`) or with --baseline.

Exit status of `check`: 0 nothing new, 1 new findings at or above `fail-on`, 2 something could not be checked.
Stale entries are listed and fail nothing.")]
pub(super) struct BaselineArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Accept all findings there are
    Create {
        #[command(flatten)]
        on: On,
        /// Write over a baseline that is there
        #[arg(long)]
        force: bool,
    },
    /// Report what is new, and what is accepted and gone
    Check {
        #[command(flatten)]
        on: On,
    },
    /// Drop what is accepted and gone
    Prune {
        #[command(flatten)]
        on: On,
    },
}

#[derive(Args, Debug)]
struct On {
    /// Files and directories to check
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,

    /// The baseline [default: the config's, or .replylint-baseline.json beside the config]
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    #[command(flatten)]
    filter: FilterArgs,

    #[command(flatten)]
    source: SourceArgs,
}

/// A run over all files, nothing silenced by a baseline yet.
struct Run {
    path: PathBuf,
    report: Report,
    checked: Checked,
    book: RuleBook,
    settings: Settings,
}

pub(super) fn run(args: &BaselineArgs, console: &Console) -> u8 {
    let done = match &args.action {
        Action::Create { on, force } => create(on, *force, console),
        Action::Check { on } => check(on, console),
        Action::Prune { on } => prune(on, console),
    };
    done.unwrap_or_else(|problems| {
        console.problems(&problems);
        FAILED
    })
}

/// The settings, and the file that they and the arguments name.
fn place(on: &On) -> Result<(Settings, PathBuf), Vec<Problem>> {
    let mut settings = settings(&on.source).map_err(|problem| vec![problem])?;
    settings.apply_profiles().map_err(|problem| vec![problem])?;
    let beside = settings.config.as_deref().and_then(Path::parent).unwrap_or(Path::new("")).join(BASELINE_NAME);
    let path = on.baseline.clone().or_else(|| settings.baseline.clone()).unwrap_or(beside);
    // A config that was looked for is known by its whole path; nobody wants to read that.
    let here = std::env::current_dir().unwrap_or_default();
    let path = path.strip_prefix(&here).map(Path::to_owned).unwrap_or(path);
    Ok((settings, path))
}

fn run_over(on: &On, settings: Settings, path: PathBuf) -> Result<Run, Vec<Problem>> {
    let book = rule_book(&settings)?;
    let filter = on.filter.filter(&settings).map_err(|problem| vec![problem])?;
    let progress = Progress::default();
    let options = Options {
        reply_to: None,
        min_severity: Severity::Suggestion,
        keep_texts: crate::check::Texts::WithFindings,
        excerpts: true,
        inputs: &settings.inputs,
        kind: None,
        threads: None,
        progress: &progress,
    };
    let Discovered { files, problems, .. } = discover(&on.paths, &settings.inputs, &filter).all();
    let linters = Linters::new(Linter::new(&book, &settings.allow), &settings);
    let names: Vec<String> = files.iter().map(|file| file.path.display().to_string()).collect();
    let mut report = check_files(&linters, files, options);
    report.problems.splice(0..0, problems);
    let checked = Checked::new(&path, names.iter().map(String::as_str), &report.problems);
    Ok(Run { path, report, checked, book, settings })
}

fn create(on: &On, force: bool, console: &Console) -> Result<u8, Vec<Problem>> {
    let (settings, path) = place(on)?;
    if path.exists() && !force {
        let problem = Problem::in_file(path.display().to_string(), "there is a baseline already");
        return Err(vec![
            problem.help("`replylint baseline prune` drops what is gone from it; --force accepts everything anew"),
        ]);
    }
    // How the config would name it.
    let unnamed = settings.baseline.is_none().then(|| settings.config.clone()).flatten();
    let run = run_over(on, settings, path)?;
    stays_inside(on, &run.settings, &run.path)?;
    let baseline = Baseline::of(&run.report, &run.path);
    baseline.write().map_err(|problem| vec![problem])?;
    let name = run.path.display().to_string();
    let mut out = format!("{}: {} accepted\n", Shown(&name), count(baseline.len(), "finding", "findings"));
    if let Some(config) = unnamed {
        let key = format!("baseline: {}", seen_from(&config, &name));
        let _ = writeln!(out, "to use it in every check, write `{}` in replylint.yml", Shown(&key));
    }
    console.print(&out);
    Ok(finish(&run.report.problems, console))
}

fn check(on: &On, console: &Console) -> Result<u8, Vec<Problem>> {
    let (settings, path) = place(on)?;
    let baseline = Baseline::read(&path).map_err(|problem| vec![problem])?;
    let mut run = run_over(on, settings, path)?;
    let stale = baseline.stale(&run.report, &run.checked, &run.book);
    baseline.silence(&mut run.report);
    let material = Material { report: &run.report, book: &run.book, sets: &[], fail_on: run.settings.fail_on };
    let style = Style { color: console.color, quiet: true, ..Style::default() };
    console.write(|out| report::write(material, Format::Human, style, out));
    let summary = Summary::of(&run.report);
    let new = summary.errors + summary.warnings + summary.suggestions;
    let mut out = list(&stale);
    let gone: usize = stale.iter().map(|stale| stale.accepted - stale.found).sum();
    let _ = writeln!(out, "{} accepted, {new} new, {gone} stale", summary.by_baseline);
    console.print(&out);
    console.problems(&run.report.problems);
    Ok(summary.exit_status(run.settings.fail_on))
}

fn prune(on: &On, console: &Console) -> Result<u8, Vec<Problem>> {
    let (settings, path) = place(on)?;
    let mut baseline = Baseline::read(&path).map_err(|problem| vec![problem])?;
    let run = run_over(on, settings, path)?;
    let stale = baseline.stale(&run.report, &run.checked, &run.book);
    let before = baseline.len();
    baseline.prune(&stale);
    if !stale.is_empty() {
        stays_inside(on, &run.settings, &run.path)?;
        baseline.write().map_err(|problem| vec![problem])?;
    }
    let mut out = list(&stale);
    let name = run.path.display().to_string();
    let _ = writeln!(out, "{}: {} dropped, {} left", Shown(&name), before - baseline.len(), baseline.len());
    console.print(&out);
    Ok(finish(&run.report.problems, console))
}

/// Makes sure that a config leads to no file outside its folder that is to be written: whoever wants that says so.
fn stays_inside(on: &On, settings: &Settings, path: &Path) -> Result<(), Vec<Problem>> {
    let Some(config) = settings.config.as_deref().filter(|_| on.baseline.is_none()) else {
        return Ok(());
    };
    // Links are followed, as far as there is anything to follow.
    let real = |path: &Path| -> std::io::Result<PathBuf> {
        path.canonicalize().or_else(|_| Ok(folder(path).canonicalize()?.join(path.file_name().unwrap_or_default())))
    };
    let is_inside =
        |path: &Path| -> std::io::Result<bool> { Ok(real(path)?.starts_with(folder(config).canonicalize()?)) };
    // Where there is no such folder, writing says so.
    if is_inside(path).unwrap_or(true) {
        return Ok(());
    }
    let name = path.display().to_string();
    let problem =
        Problem::in_file(name, "the config names a baseline outside its folder, which is not written unasked");
    Err(vec![problem.help("name it with --baseline")])
}

/// The folder of a file.
fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn list(stale: &[Stale]) -> String {
    let mut out = String::new();
    for gone in stale {
        let words = gone.excerpt.as_ref().map_or_else(String::new, |words| format!(" “{}”", Shown(words)));
        let (path, rule) = (Shown(&gone.path), Shown(&gone.rule));
        let _ = writeln!(out, "stale: {path}: {rule}{words}: {} accepted, {} found", gone.accepted, gone.found);
    }
    out
}

fn finish(problems: &[Problem], console: &Console) -> u8 {
    console.problems(problems);
    if problems.is_empty() { CLEAN } else { FAILED }
}

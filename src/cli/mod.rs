//! The command line: arguments in, one file per command.

mod baseline;
mod check;
mod config;
mod docs;
mod explain;
mod fix;
mod init;
mod list;
#[cfg(feature = "lsp")]
mod lsp;
mod output;
mod progress;
mod replies;
mod schema;
mod stream;
mod test;
mod walk;

use crate::config::Settings;
use crate::problem::Problem;
use crate::rules::Severity;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// Nothing at or above the fail level.
const CLEAN: u8 = 0;
/// Something could not be done: usage, config, rules, files.
const FAILED: u8 = 2;

/// Checks the tone of customer-support replies and suggests, on the very words, what to write instead.
#[derive(Debug, Parser)]
#[command(
    name = "replylint",
    version,
    max_term_width = 100,
    after_help = "\
Examples:
  replylint check reply.md                 one draft
  replylint check macros/                  every reply under a directory
  pbpaste | replylint check -              what is on the clipboard
  replylint check reply.txt --reply-to customer.txt
  replylint explain apology/missing        why a rule says what it says

Exit status: 0 nothing to mend, 1 findings at or above --fail-on, 2 something could not be checked."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,

    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN", display_order = 900)]
    color: Color,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check draft replies
    #[command(visible_alias = "lint")]
    Check(CheckArgs),
    /// Accept the findings there are today, so that only new ones are reported
    Baseline(baseline::BaselineArgs),
    /// List the replies that files hold, and how each was read
    Replies(RepliesArgs),
    /// Print every setting, its value and where it came from
    Config(config::ConfigArgs),
    /// Explain a rule: what it says, why, what to write instead, how to silence it
    Explain {
        /// The rule, as in `apology/missing`, or a set
        rule: String,
        #[command(flatten)]
        source: SourceArgs,
    },
    /// List the rules, with set and severity
    Rules {
        /// List the signals instead: what replies and customers' messages can do
        #[arg(long)]
        signals: bool,
        /// List the principles instead, and which rules keep them
        #[arg(long, conflicts_with = "signals")]
        principles: bool,
        #[command(flatten)]
        source: SourceArgs,
    },
    /// Write the rule reference as Markdown: a page for each rule, an index by set and by principle
    Docs(docs::DocsArgs),
    /// Run the examples of the built-in rules, or of your own
    Test {
        /// A directory of your own rule sets; without it, the built-in ones
        directory: Option<PathBuf>,
        #[command(flatten)]
        source: SourceArgs,
    },
    /// Write a commented replylint.yml and a first rule set of your own
    Init {
        /// Where to write them
        #[arg(default_value = ".")]
        directory: PathBuf,
    },
    /// Check drafts in an editor (Language Server Protocol)
    #[cfg(feature = "lsp")]
    Lsp(lsp::LspArgs),
    /// Print a JSON Schema, with which editors complete and check keys
    Schema {
        /// Of which file
        #[arg(value_enum, default_value_t)]
        of: schema::Of,
    },
    /// Print the manual page
    #[cfg(feature = "man")]
    Man,
    /// Print a completion script for your shell
    #[cfg(feature = "completions")]
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

/// Where rules and settings come from.
#[derive(Args, Clone, Debug, Default)]
struct SourceArgs {
    /// Add or replace rule sets from this directory (may be given several times)
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,

    /// Use this config instead of the nearest replylint.yml
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    config: Option<PathBuf>,

    /// Use no config at all
    #[arg(long)]
    no_config: bool,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Directories are searched for texts, Markdown, HTML, mails, JSON, YAML and CSV that hold replies;
`replylint replies` lists what is found. .gitignore and .replylintignore are honoured; links are
followed only where they are named.
Quoted lines (`>`) are read as the customer's message and are never checked.
In JSON Lines, each line holds an object with `reply` (or `text`, `body`) and, if you have them,
`id`, `customer` and `channel`.")]
struct CheckArgs {
    /// Files and directories to check; `-` is standard input
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    source: SourceArgs,

    /// The customer's message that the replies answer
    #[arg(long, value_name = "FILE")]
    reply_to: Option<PathBuf>,

    #[command(flatten)]
    choice: config::ChoiceArgs,

    #[command(flatten)]
    walk: walk::WalkArgs,

    #[command(flatten)]
    output: output::OutputArgs,

    #[command(flatten)]
    edits: fix::FixArgs,

    /// Print findings only, no summary
    #[arg(long, short)]
    quiet: bool,

    /// Print every suggestion in full, a line for every reply, and the words that show each signal
    #[arg(long, short, conflicts_with = "quiet")]
    verbose: bool,

    /// Say what each reply does well, and advise on what no rule can check
    #[arg(long)]
    coach: bool,

    #[command(flatten)]
    baseline: baseline::UseBaseline,

    /// The name that standard input goes by; its ending tells the format
    #[arg(long, value_name = "NAME")]
    stdin_filename: Option<PathBuf>,

    /// How standard input and named files are written, whatever their names say
    #[arg(long, value_enum, value_name = "FORMAT")]
    input_format: Option<crate::input::Kind>,

    /// Threads to use [default: one per core]
    #[arg(long, short = 'j', value_name = "N")]
    jobs: Option<std::num::NonZeroUsize>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SeverityArg {
    Suggestion,
    Warning,
    Error,
}

impl From<SeverityArg> for Severity {
    fn from(arg: SeverityArg) -> Self {
        match arg {
            SeverityArg::Suggestion => Self::Suggestion,
            SeverityArg::Warning => Self::Warning,
            SeverityArg::Error => Self::Error,
        }
    }
}

#[derive(Args, Debug)]
struct RepliesArgs {
    /// Files and directories to look into; `-` is standard input
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    source: SourceArgs,

    #[command(flatten)]
    walk: walk::WalkArgs,

    /// How standard input and named files are written, whatever their names say
    #[arg(long, value_enum, value_name = "FORMAT")]
    input_format: Option<crate::input::Kind>,

    /// How to print the list
    #[arg(long, value_enum, default_value_t)]
    format: ListAs,

    /// The name that standard input goes by; its ending tells the format
    #[arg(long, value_name = "NAME")]
    stdin_filename: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum ListAs {
    /// One line per reply: place, name, how it is written, first words.
    #[default]
    Human,
    /// One JSON object per reply, with its text.
    Jsonl,
}

/// What the commands share: where to print, and with colours or without.
struct Console {
    color: bool,
}

/// Runs the program on the process's own arguments; the exit status.
pub fn run() -> u8 {
    let cli = Cli::try_parse().unwrap_or_else(|said| leave(&said));
    let color = match cli.color {
        Color::Auto => {
            colored::control::SHOULD_COLORIZE.should_colorize()
                && (io::stdout().is_terminal() || std::env::var_os("CLICOLOR_FORCE").is_some())
        }
        Color::Always => true,
        Color::Never => false,
    };
    colored::control::set_override(color);
    let console = Console { color };
    match cli.command {
        Command::Check(args) => check::run(&args, &console),
        Command::Replies(args) => replies::run(&args, &console),
        Command::Config(args) => config::run(&args, &console),
        Command::Explain { rule, source } => explain::run(&rule, &source, &console),
        Command::Rules { signals, principles, source } => list::run(signals, principles, &source, &console),
        Command::Baseline(args) => baseline::run(&args, &console),
        Command::Docs(args) => docs::run(&args, &console),
        Command::Test { directory, source } => test::run(directory.as_deref(), &source, &console),
        Command::Init { directory } => init::run(&directory, &console),
        #[cfg(feature = "lsp")]
        Command::Lsp(args) => lsp::run(&args, &console),
        Command::Schema { of } => schema::run(of, &console),
        #[cfg(feature = "man")]
        Command::Man => {
            use clap::CommandFactory as _;
            console.write(|mut out| clap_mangen::Man::new(Cli::command()).render(&mut out));
            CLEAN
        }
        #[cfg(feature = "completions")]
        Command::Completions { shell } => {
            use clap::CommandFactory as _;
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "replylint", &mut script);
            console.print(&String::from_utf8_lossy(&script));
            CLEAN
        }
    }
}

/// Ends the program with what the arguments ask for (`--help`, `--version`) or what is wrong with them.
fn leave(said: &clap::Error) -> ! {
    let status = match said.print() {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => i32::from(FAILED),
        _ => said.exit_code(),
    };
    std::process::exit(status)
}

impl Console {
    /// Prints to standard output. A reader that has gone away ends the program quietly.
    fn print(&self, text: &str) {
        self.write(|out| out.write_all(text.as_bytes()));
    }

    fn write(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
        let mut out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
        let result = write(&mut out).and_then(|()| out.flush());
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
            Err(error) => {
                self.problems(&[Problem::new(format!("can't write to standard output: {error}"))]);
                std::process::exit(i32::from(FAILED));
            }
            Ok(()) => {}
        }
    }

    /// Prints to standard error, where standard output is taken.
    fn say(&self, text: &str) {
        say(&format!("{}\n", text.trim_end()));
    }

    /// Prints problems to standard error, each with its place and a way out.
    fn problems(&self, problems: &[Problem]) {
        use colored::Colorize;
        use std::fmt::Write as _;
        let mut out = String::new();
        for problem in problems {
            let place = match (&problem.path, problem.position) {
                (Some(path), Some(p)) => format!("{path}:{}:{}: ", p.line, p.column),
                (Some(path), None) => format!("{path}: "),
                (None, _) => String::new(),
            };
            // Writing to memory can't fail.
            let _ = writeln!(
                out,
                "{}{} {}",
                "problem:".red().bold(),
                format!(" {}", crate::lint::Shown(&place)).trim_end().bold(),
                crate::lint::Shown(&problem.message)
            );
            if let Some(help) = &problem.help {
                let _ = writeln!(out, "  {} {}", "help:".bold(), crate::lint::Shown(help));
            }
        }
        say(&out);
    }
}

/// Prints to standard error, in one piece. Where that takes nothing more, there is nowhere to say so.
fn say(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

impl SourceArgs {
    /// The config that holds in `directory`.
    fn config_path(&self, directory: &Path) -> Option<PathBuf> {
        match (&self.config, self.no_config) {
            (Some(path), _) => Some(path.clone()),
            (None, true) => None,
            (None, false) => crate::config::find(directory),
        }
    }

    /// The settings that this config gives, and the arguments that all commands share.
    fn settings(&self, config: Option<&Path>) -> Result<Settings, Problem> {
        let decl = config.map(crate::config::read).transpose()?.unwrap_or_default();
        let mut settings = Settings::from_config(decl, config)?;
        settings.rules.extend(self.rules.iter().cloned());
        Ok(settings)
    }
}

/// The settings of a command, from the config and the arguments that all commands share.
fn settings(args: &SourceArgs) -> Result<Settings, Problem> {
    let here = std::env::current_dir().unwrap_or_default();
    args.settings(args.config_path(&here).as_deref())
}

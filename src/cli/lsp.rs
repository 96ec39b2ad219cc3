//! `replylint lsp`: findings in an editor.

use super::baseline::UseBaseline;
use super::config::ChoiceArgs;
use super::{CLEAN, Console, FAILED, SourceArgs};
use crate::config::Settings;
use crate::lsp::{Ended, Source, serve};
use crate::problem::Problem;
use crate::rules::Severity;
use clap::Args;
use std::io::{BufReader, BufWriter, stdin, stdout};
use std::path::{Path, PathBuf};

/// The protocol's exit status for a session that the editor did not end as it should.
const NOT_ENDED: u8 = 1;

#[derive(Args, Clone, Debug)]
#[command(after_help = "\
For editors, which start it themselves; examples/editors/ holds set-ups. Drafts are checked as they
are typed, by the replylint.yml nearest to each. Changes of configs and rules are picked up.")]
pub(super) struct LspArgs {
    #[command(flatten)]
    source: SourceArgs,

    #[command(flatten)]
    choice: ChoiceArgs,

    #[command(flatten)]
    baseline: UseBaseline,

    /// Speak over standard input and output, as it always does: many editors insist on saying so
    #[arg(long)]
    stdio: bool,
}

pub(super) fn run(args: &LspArgs, console: &Console) -> u8 {
    let source = FromArgs { args: args.clone() }.absolute();
    let ended = serve(BufReader::new(stdin()), BufWriter::new(stdout()), Box::new(source));
    let (status, problem) = match ended {
        Ended::Properly => (CLEAN, None),
        Ended::TooEarly => (NOT_ENDED, None),
        Ended::Gone => (NOT_ENDED, Some(Problem::new("the editor went away without ending the session"))),
        Ended::Broken(why) => {
            let help =
                "this command is for editors, which speak the Language Server Protocol; for files there is `check`";
            (FAILED, Some(Problem::new(why).help(help)))
        }
    };
    console.problems(problem.as_slice());
    status
}

/// Rules and settings as the command line and the configs say.
struct FromArgs {
    args: LspArgs,
}

impl FromArgs {
    /// With the paths of the command line as they are seen from here: the editor's directory may be another.
    fn absolute(mut self) -> Self {
        let source = &mut self.args.source;
        let baseline = &mut self.args.baseline.baseline;
        for path in source.rules.iter_mut().chain(&mut source.config).chain(baseline) {
            *path = std::path::absolute(&path).unwrap_or_else(|_| path.clone());
        }
        self
    }
}

impl Source for FromArgs {
    fn enter(&mut self, root: &Path) {
        // Where it can't be entered, paths are whole instead of short.
        let _ = std::env::set_current_dir(root);
    }

    fn config_for(&self, directory: &Path) -> Option<PathBuf> {
        let directory = std::path::absolute(directory).unwrap_or_else(|_| directory.to_owned());
        self.args.source.config_path(&directory)
    }

    fn settings(&self, config: Option<&Path>) -> Result<Settings, Problem> {
        let mut settings = self.args.choice.settings_from(&self.args.source, config)?;
        settings.baseline = self.args.baseline.file(&settings);
        Ok(settings)
    }

    fn min_severity(&self) -> Severity {
        self.args.choice.min_severity.map_or(Severity::Suggestion, Into::into)
    }
}

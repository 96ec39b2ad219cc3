//! Which files a command looks into, as far as the command line says it.

use super::Console;
use crate::config::Settings;
use crate::discover::{Discovered, Filter, Search, changed_since, discover, staged};
use crate::globs::Globs;
use crate::problem::Problem;
use crate::report::count;
use clap::Args;
use std::path::{Path, PathBuf};

/// Names of left-out files that a note lists.
const LISTED_MAX: usize = 3;

/// What is left out.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct FilterArgs {
    /// Leave out files that match, as in .gitignore, seen from here (may be given several times)
    #[arg(long, value_name = "GLOB")]
    pub(super) exclude: Vec<String>,

    /// Check the named files too that `exclude` or a .replylintignore leaves out
    #[arg(long)]
    pub(super) no_force_exclude: bool,
}

/// Where files are looked for.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct WalkArgs {
    #[command(flatten)]
    filter: FilterArgs,

    /// Check what is about to be committed, as it stands in the git index
    #[arg(long, conflicts_with = "changed_since")]
    staged: bool,

    /// Check the files that changed since this branch left REF, committed or not
    #[arg(long, value_name = "REF")]
    changed_since: Option<String>,

    /// Exit with status 2 if no reply is found
    #[arg(long)]
    error_on_empty: bool,
}

impl FilterArgs {
    /// What is left out and taken in, by the config and the command line.
    pub(super) fn filter(&self, settings: &Settings) -> Result<Filter, Problem> {
        let given = Globs::new(&self.exclude, Path::new(""))
            .map_err(|(_, message)| Problem::new(message).help("write it after --exclude as in `macros/old/**`"))?;
        let exclude = settings.exclude.iter().cloned().chain((!self.exclude.is_empty()).then_some(given)).collect();
        Ok(Filter::new(exclude, settings.include.clone(), self.no_force_exclude))
    }
}

impl WalkArgs {
    /// The settings, with what they and the command line leave out and take in.
    pub(super) fn with_filter(&self, settings: Settings) -> Result<(Settings, Filter), Problem> {
        let filter = self.filter.filter(&settings)?;
        Ok((settings, filter))
    }

    /// Whether git says which files to check. Then it may well be none.
    fn asks_git(&self) -> bool {
        self.staged || self.changed_since.is_some()
    }

    /// The files to check. What can't be done at all is a problem among the others.
    pub(super) fn find<'a>(
        &self,
        paths: &[PathBuf],
        with_stdin: bool,
        settings: &'a Settings,
        filter: &'a Filter,
    ) -> Search<'a> {
        let found = match &self.changed_since {
            _ if self.asks_git() && with_stdin => Err(Problem::new("git knows nothing of standard input")
                .help("leave out `-`, or --staged and --changed-since")),
            Some(revision) => changed_since(revision, paths, &settings.inputs, filter).map(Search::from),
            None if self.staged => staged(paths, &settings.inputs, filter).map(Search::from),
            None => Ok(discover(paths, &settings.inputs, filter)),
        };
        found.unwrap_or_else(|problem| Discovered { problems: vec![problem], ..Discovered::default() }.into())
    }

    /// Whether standard input, which goes by `name`, is left out.
    pub(super) fn leaves_out_stdin(&self, name: Option<&Path>, filter: &Filter) -> bool {
        !self.filter.no_force_exclude && name.is_some_and(|name| filter.leaves_out(name).is_some())
    }

    /// What is wrong with a run that came to `replies` replies and `others` files without any or with problems.
    pub(super) fn empty(&self, paths: &[PathBuf], replies: usize, others: usize, left_out: usize) -> Option<Problem> {
        let fine = others > 0 || left_out > 0 || self.asks_git();
        if replies > 0 || fine && !self.error_on_empty {
            return None;
        }
        let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        let among = if self.staged { " among what is staged" } else { "" };
        Some(
            Problem::new(format!("there is no reply to check in {}{among}", names.join(", ")))
                .help("name a file, or a directory that holds replies; `replylint replies` shows what is found"),
        )
    }
}

impl Console {
    /// Says on standard error that files were left out though they were named.
    pub(super) fn note_left_out(&self, names: &[String]) {
        if names.is_empty() {
            return;
        }
        let more = if names.len() > LISTED_MAX { ", ..." } else { "" };
        let listed = names.iter().take(LISTED_MAX).cloned().collect::<Vec<_>>().join(", ");
        let number = count(names.len(), "named path is", "named paths are");
        let note = format!("{number} left out ({listed}{more}); --no-force-exclude checks them");
        self.say(&format!("note: {}", crate::lint::Shown(&note)));
    }
}

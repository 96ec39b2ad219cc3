//! Which files are left out, and which are taken though nothing in their name says so.

use crate::globs::{Globs, real};
use crate::problem::Problem;
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// The name of the files that list what replylint leaves alone, below the directory that they are in.
pub const IGNORE_NAME: &str = ".replylintignore";

/// Why a file is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// By `exclude:` in the config or `--exclude`.
    Excluded,
    /// By this [`IGNORE_NAME`] file.
    Ignored(PathBuf),
}

/// What is left out of a run, and what is taken in.
#[derive(Debug, Default)]
pub struct Filter {
    /// Files that match one of these are left out. It has the last word.
    pub(super) exclude: Vec<Globs>,
    /// Files that match are taken, whatever ignore files and the rules for file names say.
    pub(super) include: Option<Globs>,
    /// Check named files too that would be left out.
    pub(super) named_anyway: bool,
    ignore_files: IgnoreFiles,
}

impl Filter {
    /// Leaves out what `exclude` covers and takes in what `include` covers.
    pub fn new(exclude: Vec<Globs>, include: Option<Globs>, named_anyway: bool) -> Self {
        Self { exclude, include, named_anyway, ignore_files: IgnoreFiles::default() }
    }

    /// Why `path` is left out, or nothing. For a file of any origin, and whether it exists or not.
    pub fn leaves_out(&self, path: &Path) -> Option<LeftOut> {
        let path = real(path);
        if self.exclude.iter().any(|globs| globs.cover(&path)) {
            return Some(LeftOut::Excluded);
        }
        if self.include.as_ref().is_some_and(|globs| globs.cover(&path)) {
            return None;
        }
        self.ignore_files.leave_out(&path).map(LeftOut::Ignored)
    }

    /// Whether `path` is taken, whatever its name is.
    pub fn takes(&self, path: &Path) -> bool {
        self.include.as_ref().is_some_and(|globs| globs.cover(&real(path)))
    }

    /// What was wrong with the ignore files that were read.
    pub fn problems(&self) -> Vec<Problem> {
        self.ignore_files.problems.lock().map(|found| found.clone()).unwrap_or_default()
    }
}

/// The ignore files that hold for named files. In a walk the walker reads them.
#[derive(Debug, Default)]
struct IgnoreFiles {
    /// What stands in each directory that was asked for.
    read: Mutex<HashMap<PathBuf, Option<Gitignore>>>,
    problems: Mutex<Vec<Problem>>,
}

impl IgnoreFiles {
    /// The ignore file that leaves `path` out. The nearest one that says anything about it decides.
    fn leave_out(&self, path: &Path) -> Option<PathBuf> {
        let is_dir = path.is_dir();
        for directory in path.ancestors().skip(1) {
            let mut read = self.read.lock().ok()?;
            let ignored = read.entry(directory.to_owned()).or_insert_with(|| self.file_in(directory));
            match ignored.as_ref().map(|set| set.matched_path_or_any_parents(path, is_dir)) {
                Some(Match::Ignore(_)) => return Some(directory.join(IGNORE_NAME)),
                Some(Match::Whitelist(_)) => return None,
                Some(Match::None) | None => {}
            }
        }
        None
    }

    fn file_in(&self, directory: &Path) -> Option<Gitignore> {
        let path = directory.join(IGNORE_NAME);
        if !path.is_file() {
            return None;
        }
        let mut builder = GitignoreBuilder::new(directory);
        let error = builder.add(&path);
        let set = builder.build();
        if let Some(message) = error.map(|e| e.to_string()).or_else(|| set.as_ref().err().map(ToString::to_string))
            && let Ok(mut problems) = self.problems.lock()
        {
            problems.push(Problem::new(message).help("write patterns as in .gitignore"));
        }
        set.ok()
    }
}

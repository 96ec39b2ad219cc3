//! Which files are checked: those that are named, those that a named directory holds, those that git knows of.

mod filter;
mod git;

pub use filter::{Filter, IGNORE_NAME, LeftOut};
pub use git::{changed_since, staged};

use crate::globs::real;
use crate::input::{Instruction, Kind};
use crate::problem::Problem;
use ignore::{DirEntry, WalkBuilder};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// A file to check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its path, as reached from what was named.
    pub path: PathBuf,
    /// Whether it was named itself, and not found in a directory.
    pub named: bool,
    /// Its bytes, where they are not those that stand under its path.
    pub content: Option<Vec<u8>>,
}

impl Found {
    /// Its bytes.
    ///
    /// # Errors
    /// What kept the file from being read.
    pub fn read(&self) -> Result<Vec<u8>, Problem> {
        match &self.content {
            Some(bytes) => Ok(bytes.clone()),
            None => std::fs::read(&self.path).map_err(|error| self.unread(&error)),
        }
    }

    /// The same, to be read in parts.
    ///
    /// # Errors
    /// What kept the file from being opened.
    pub fn open(&self) -> Result<Box<dyn Read + '_>, Problem> {
        match &self.content {
            Some(bytes) => Ok(Box::new(bytes.as_slice())),
            None => match File::open(&self.path) {
                Ok(file) => Ok(Box::new(file)),
                Err(error) => Err(self.unread(&error)),
            },
        }
    }

    fn unread(&self, error: &io::Error) -> Problem {
        let name = self.path.display().to_string();
        Problem::in_file(name, format!("can't read this file: {error}")).help("check its permissions")
    }
}

/// What a search for files came to.
#[derive(Debug, Default)]
pub struct Discovered {
    /// The files to check.
    pub files: Vec<Found>,
    /// Files and directories that were named and are left out all the same.
    pub left_out: Vec<(PathBuf, LeftOut)>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// Hidden directories that hold no text of anybody's.
const MACHINERY: [&str; 12] =
    [".git", ".hg", ".svn", ".jj", ".venv", ".tox", ".cache", ".idea", ".vscode", ".terraform", ".yarn", ".next"];

/// The files under `paths`, each directory's in order of name. In directories only files are taken whose names say that
/// they may hold replies, or that `inputs` or `filter` take in, and `.gitignore` is honoured; a named file is always taken
/// unless `filter` leaves it out. Links are followed only where they are named.
pub fn discover(paths: &[PathBuf], inputs: &[Instruction], filter: &Filter) -> Discovered {
    let mut all = Discovered::default();
    for path in paths {
        let why = if filter.named_anyway { None } else { filter.leaves_out(path) };
        match (std::fs::metadata(path), why) {
            (Err(error), _) => all.problems.push(unreadable(path, &error)),
            (Ok(_), Some(why)) => all.left_out.push((path.clone(), why)),
            (Ok(metadata), None) if metadata.is_dir() => walk(path, inputs, filter, &mut all),
            (Ok(_), None) => all.files.push(Found { path: path.clone(), named: true, content: None }),
        }
    }
    // `./a` and what is found below `.` are named as people name them.
    for file in &mut all.files {
        if let Ok(plain) = file.path.strip_prefix(".") {
            file.path = plain.to_owned();
        }
    }
    let mut seen = std::collections::HashSet::new();
    all.files.retain(|file| seen.insert(file.path.clone()));
    all.problems.extend(filter.problems());
    all
}

/// Whether a file that was not named is worth a look.
fn may_hold_replies(path: &Path, inputs: &[Instruction], filter: &Filter) -> bool {
    Kind::of(path).is_some() || inputs.iter().any(|input| input.covers(path)) || filter.takes(path)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    let name = path.display().to_string();
    let link = std::fs::symlink_metadata(path).is_ok_and(|m| m.file_type().is_symlink());
    match error.kind() {
        std::io::ErrorKind::NotFound if link => {
            Problem::in_file(name, "this link leads nowhere").help("remove it or mend its target")
        }
        std::io::ErrorKind::NotFound => {
            Problem::in_file(name, "there is no such file or directory").help("check the path")
        }
        _ if link => Problem::in_file(name, format!("this link leads to nothing that can be read: {error}"))
            .help("remove it or mend its target"),
        _ => Problem::in_file(name, format!("can't read this: {error}")).help("check its permissions"),
    }
}

fn walk(directory: &Path, inputs: &[Instruction], filter: &Filter, all: &mut Discovered) {
    let from = all.files.len();
    // Bots keep their replies in `.github` and the like: hidden directories are walked, hidden files are not.
    let mut plain = walker(directory, filter, |entry| {
        let name = entry.file_name().to_string_lossy();
        !name.starts_with('.') || (entry.file_type().is_some_and(|t| t.is_dir()) && !MACHINERY.contains(&&*name))
    });
    plain.hidden(false).add_custom_ignore_filename(IGNORE_NAME);
    for entry in plain.build() {
        match entry {
            Err(error) => all.problems.push(walk_problem(&error)),
            Ok(entry) => {
                if let Some(problem) = entry.error().and_then(ignore_file_problem) {
                    all.problems.push(problem);
                }
                let kind = entry.file_type();
                if !may_hold_replies(entry.path(), inputs, filter) {
                    continue;
                }
                if kind.is_some_and(|t| t.is_file()) {
                    all.files.push(Found { path: entry.into_path(), named: false, content: None });
                } else if kind.is_some_and(|t| t.is_symlink()) {
                    // What a link leads to is read where it stands; one that leads nowhere is worth a word.
                    all.problems.extend(std::fs::metadata(entry.path()).err().map(|e| unreadable(entry.path(), &e)));
                }
            }
        }
    }
    if filter.include.is_some() {
        // Ignore files may hide whole directories from the first walk. Its problems were told already.
        let mut whole =
            walker(directory, filter, |entry| !MACHINERY[..4].contains(&&*entry.file_name().to_string_lossy()));
        whole.standard_filters(false);
        let more = whole.build().flatten().filter(|entry| entry.file_type().is_some_and(|t| t.is_file()));
        let more = more.filter(|entry| filter.takes(entry.path()));
        all.files.extend(more.map(|entry| Found { path: entry.into_path(), named: false, content: None }));
        all.files[from..].sort_by(|a, b| a.path.cmp(&b.path));
    }
}

/// A walk below `directory` that leaves out what `filter` excludes and what `enters` refuses.
fn walker(
    directory: &Path,
    filter: &Filter,
    enters: impl Fn(&DirEntry) -> bool + Send + Sync + 'static,
) -> WalkBuilder {
    let mut builder = WalkBuilder::new(directory);
    let exclude = filter.exclude.clone();
    let (named, top) = (directory.to_owned(), directory.canonicalize().unwrap_or_else(|_| real(directory)));
    builder.follow_links(false).require_git(false).sort_by_file_name(std::cmp::Ord::cmp).filter_entry(move |entry| {
        let is_excluded = || {
            let below = entry.path().strip_prefix(&named).unwrap_or(entry.path());
            let is_dir = entry.file_type().is_some_and(|t| t.is_dir());
            exclude.iter().any(|globs| globs.matches(&top.join(below), is_dir))
        };
        entry.depth() == 0 || (enters(entry) && (exclude.is_empty() || !is_excluded()))
    });
    builder
}

/// A mistake in one of our own ignore files; what stands in a `.gitignore` is git's business.
fn ignore_file_problem(error: &ignore::Error) -> Option<Problem> {
    let message = error.to_string();
    message.contains(IGNORE_NAME).then(|| Problem::new(message).help("write patterns as in .gitignore"))
}

fn walk_problem(error: &ignore::Error) -> Problem {
    match error {
        ignore::Error::WithPath { path, err } => {
            // The walker wraps an error in its path and depth, in any order.
            let mut inner = &**err;
            while let ignore::Error::WithDepth { err, .. } | ignore::Error::WithPath { err, .. } = inner {
                inner = err;
            }
            match inner {
                ignore::Error::Io(io) => unreadable(path, io),
                other => Problem::in_file(path.display().to_string(), format!("can't read this: {other}")),
            }
        }
        ignore::Error::WithDepth { err, .. } => walk_problem(err),
        other => Problem::new(other.to_string()),
    }
}

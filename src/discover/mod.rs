//! Which files are checked: those that are named, those that a named directory holds, those that git knows of.

mod filter;
mod git;

pub use filter::{Filter, IGNORE_NAME, LeftOut};
pub use git::{changed_since, staged};

use crate::globs::real;
use crate::input::{Instruction, Kind, Limits, read_to_limit};
use crate::problem::Problem;
use ignore::{DirEntry, WalkBuilder};
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

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
    /// What kept the file from being read, or that it is too long.
    pub fn read(&self, limits: Limits) -> Result<Vec<u8>, Problem> {
        match &self.content {
            Some(bytes) => Ok(bytes.clone()),
            None => read_to_limit(self.path.display(), self.open()?, limits),
        }
    }

    /// The same, to be read in parts.
    ///
    /// # Errors
    /// What kept the file from being opened.
    pub fn open(&self) -> Result<Box<dyn Read + Send>, Problem> {
        match &self.content {
            Some(bytes) => Ok(Box::new(Cursor::new(bytes.clone()))),
            None => match File::open(&self.path) {
                Ok(file) => Ok(Box::new(file)),
                Err(error) => Err(self.unread(&error)),
            },
        }
    }

    fn unread(&self, error: &io::Error) -> Problem {
        Problem::in_file(self.path.display().to_string(), format!("can't read this file: {error}"))
            .help("check its permissions")
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

/// What a search comes by, in order: files to check, and what can't be read. Directories are read as it is asked for.
pub type Finds<'a> = Box<dyn Iterator<Item = Result<Found, Problem>> + Send + 'a>;

/// A search for files that goes on while they are checked.
pub struct Search<'a> {
    /// Files and directories that were named and are left out all the same.
    pub left_out: Vec<(PathBuf, LeftOut)>,
    /// What was wrong from the start.
    pub problems: Vec<Problem>,
    /// The files, and between them what could not be read.
    pub found: Finds<'a>,
}

impl Search<'_> {
    /// All of it.
    pub fn all(self) -> Discovered {
        let mut all = Discovered { left_out: self.left_out, problems: self.problems, ..Discovered::default() };
        for found in self.found {
            match found {
                Ok(file) => all.files.push(file),
                Err(problem) => all.problems.push(problem),
            }
        }
        all
    }
}

impl From<Discovered> for Search<'_> {
    fn from(all: Discovered) -> Self {
        Self { left_out: all.left_out, problems: all.problems, found: Box::new(all.files.into_iter().map(Ok)) }
    }
}

/// Hidden directories that hold no text of anybody's.
const MACHINERY: [&str; 12] =
    [".git", ".hg", ".svn", ".jj", ".venv", ".tox", ".cache", ".idea", ".vscode", ".terraform", ".yarn", ".next"];

/// The files under `paths`, each directory's in order of name. In directories only files are taken whose names say that
/// they may hold replies, or that `inputs` or `filter` take in, and `.gitignore` is honoured; a named file is always taken
/// unless `filter` leaves it out. Links are followed only where they are named.
pub fn discover<'a>(paths: &[PathBuf], inputs: &'a [Instruction], filter: &'a Filter) -> Search<'a> {
    let (mut named, mut left_out, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    for path in paths {
        let why = if filter.named_anyway { None } else { filter.leaves_out(path) };
        match (std::fs::metadata(path), why) {
            (Err(error), _) => problems.push(unreadable(path, &error)),
            (Ok(_), Some(why)) => left_out.push((path.clone(), why)),
            (Ok(metadata), None) => named.push((path.clone(), metadata.is_dir())),
        }
    }
    problems.extend(filter.problems());
    // One walk comes by no file twice.
    let mut seen = (named.len() > 1 || filter.include.is_some()).then(HashSet::new);
    let found = named.into_iter().flat_map(move |(path, is_dir)| -> Finds<'a> {
        if is_dir {
            walk(&path, inputs, filter)
        } else {
            Box::new(std::iter::once(Ok(Found { path, named: true, content: None })))
        }
    });
    let found = found.map(|found| found.map(plainly)).filter(move |found| match (&mut seen, found) {
        (Some(seen), Ok(file)) => seen.insert(file.path.clone()),
        _ => true,
    });
    Search { left_out, problems, found: Box::new(found) }
}

/// `./a` and what is found below `.` are named as people name them.
fn plainly(mut file: Found) -> Found {
    if file.path.as_os_str().as_encoded_bytes().starts_with(b".")
        && let Ok(plain) = file.path.strip_prefix(".")
    {
        file.path = plain.to_owned();
    }
    file
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

fn walk<'a>(directory: &Path, inputs: &'a [Instruction], filter: &'a Filter) -> Finds<'a> {
    let top = directory.canonicalize().unwrap_or_else(|_| real(directory));
    if let Some(problem) = top.ancestors().find_map(endless_ignore_file) {
        return Box::new(std::iter::once(Err(problem)));
    }
    let refused = Arc::new(Mutex::new(Vec::new()));
    let refuse = Arc::clone(&refused);
    // Bots keep their replies in `.github` and the like: hidden directories are walked, hidden files are not.
    let mut plain = walker(directory, &top, filter, move |entry| {
        let name = entry.file_name().to_string_lossy();
        let is_dir = entry.file_type().is_some_and(|t| t.is_dir());
        if name.starts_with('.') && (!is_dir || MACHINERY.contains(&&*name)) {
            return false;
        }
        let problem = if is_dir { endless_ignore_file(entry.path()) } else { None };
        let is_let_in = problem.is_none();
        if let Some(problem) = problem {
            refuse.lock().unwrap_or_else(PoisonError::into_inner).push(problem);
        }
        is_let_in
    });
    plain.hidden(false).add_custom_ignore_filename(IGNORE_NAME);
    let found = plain.build().flat_map(move |entry| {
        let (problem, found) = match entry {
            Err(error) => (Some(walk_problem(&error)), None),
            Ok(entry) => (entry.error().and_then(ignore_file_problem), look_at(entry, inputs, filter)),
        };
        problem.map(Err).into_iter().chain(found)
    });
    let refused = move || std::mem::take(&mut *refused.lock().unwrap_or_else(PoisonError::into_inner));
    let found = found.chain(std::iter::once_with(refused).flatten().map(Err));
    if filter.include.is_none() {
        return Box::new(found);
    }
    // Ignore files may hide whole directories from the first walk. Its problems were told already.
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    for found in found {
        match found {
            Ok(file) => files.push(file),
            Err(problem) => problems.push(problem),
        }
    }
    let is_no_machinery = |entry: &DirEntry| !MACHINERY[..4].contains(&&*entry.file_name().to_string_lossy());
    let mut whole = walker(directory, &top, filter, is_no_machinery);
    whole.standard_filters(false);
    let more = whole.build().flatten().filter(|entry| entry.file_type().is_some_and(|t| t.is_file()));
    let more = more.filter(|entry| filter.takes(entry.path()));
    files.extend(more.map(|entry| Found { path: entry.into_path(), named: false, content: None }));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Box::new(problems.into_iter().map(Err).chain(files.into_iter().map(Ok)))
}

/// What a walk has come by, if it is to be checked or can't be.
fn look_at(entry: DirEntry, inputs: &[Instruction], filter: &Filter) -> Option<Result<Found, Problem>> {
    let kind = entry.file_type().filter(|kind| kind.is_file() || kind.is_symlink())?;
    if !may_hold_replies(entry.path(), inputs, filter) {
        return None;
    }
    if kind.is_file() {
        return Some(Ok(Found { path: entry.into_path(), named: false, content: None }));
    }
    // What a link leads to is read where it stands; one that leads nowhere is worth a word.
    std::fs::metadata(entry.path()).err().map(|error| Err(unreadable(entry.path(), &error)))
}

/// A walk below `directory`, which is `top` without links, that leaves out what `filter` excludes and, of the rest, what
/// `enters` refuses.
fn walker(
    directory: &Path,
    top: &Path,
    filter: &Filter,
    enters: impl Fn(&DirEntry) -> bool + Send + Sync + 'static,
) -> WalkBuilder {
    let mut builder = WalkBuilder::new(directory);
    let exclude = filter.exclude.clone();
    let (named, top) = (directory.to_owned(), top.to_owned());
    // Those of one folder differ in their names alone, and a path is at hand without cutting it.
    let by_name = |one: &Path, other: &Path| one.as_os_str().cmp(other.as_os_str());
    // What one person's git leaves out everywhere must not change what is checked from machine to machine.
    builder.git_global(false).require_git(false);
    builder.follow_links(false).sort_by_file_path(by_name).filter_entry(move |entry| {
        let is_excluded = || {
            let below = entry.path().strip_prefix(&named).unwrap_or(entry.path());
            let is_dir = entry.file_type().is_some_and(|t| t.is_dir());
            exclude.iter().any(|globs| globs.matches(&top.join(below), is_dir))
        };
        entry.depth() == 0 || ((exclude.is_empty() || !is_excluded()) && enters(entry))
    });
    builder
}

/// Files that say what a walk leaves out.
const IGNORE_FILES: [&str; 3] = [".gitignore", ".ignore", IGNORE_NAME];

/// What keeps a directory from being entered: an ignore file that is a device or a pipe would be read without end.
fn endless_ignore_file(directory: &Path) -> Option<Problem> {
    let mut paths = IGNORE_FILES.iter().map(|name| directory.join(name));
    let path = paths.find(|path| path.metadata().is_ok_and(|m| !m.is_file() && !m.is_dir()))?;
    Some(
        Problem::in_file(path.display().to_string(), "this is no plain file, so nothing beside it is read")
            .help("remove it, or write a plain file"),
    )
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

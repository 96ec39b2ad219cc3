//! Which files are checked: those that are named, and those that a named directory holds.

use crate::input::{Instruction, Kind};
use crate::problem::Problem;
use ignore::WalkBuilder;
use std::path::{Path, PathBuf};

/// A file to check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its path, as reached from what was named.
    pub path: PathBuf,
    /// Whether it was named itself, and not found in a directory.
    pub named: bool,
}

/// Hidden directories that hold no text of anybody's.
const MACHINERY: [&str; 12] =
    [".git", ".hg", ".svn", ".jj", ".venv", ".tox", ".cache", ".idea", ".vscode", ".terraform", ".yarn", ".next"];

/// The files under `paths`, each directory's in order of name. In directories only files are taken whose names say that
/// they may hold replies, or that `inputs` cover, and `.gitignore` is honoured; a named file is always taken.
pub fn discover(paths: &[PathBuf], inputs: &[Instruction]) -> (Vec<Found>, Vec<Problem>) {
    let mut found = Vec::new();
    let mut problems = Vec::new();
    for path in paths {
        match std::fs::metadata(path) {
            Err(error) => problems.push(unreadable(path, &error)),
            Ok(metadata) if metadata.is_dir() => walk(path, inputs, &mut found, &mut problems),
            Ok(_) => found.push(Found { path: path.clone(), named: true }),
        }
    }
    // `./a` and what is found below `.` are named as people name them.
    for file in &mut found {
        if let Ok(plain) = file.path.strip_prefix(".") {
            file.path = plain.to_owned();
        }
    }
    let mut seen = std::collections::HashSet::new();
    found.retain(|file| seen.insert(file.path.clone()));
    (found, problems)
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
        _ => Problem::in_file(name, format!("can't read this: {error}")).help("check its permissions"),
    }
}

fn walk(directory: &Path, inputs: &[Instruction], found: &mut Vec<Found>, problems: &mut Vec<Problem>) {
    // Bots keep their replies in `.github` and the like: hidden directories are walked, hidden files are not.
    let walker = WalkBuilder::new(directory)
        .hidden(false)
        .follow_links(true)
        .require_git(false)
        .sort_by_file_name(std::cmp::Ord::cmp)
        .filter_entry(|entry| {
            let name = entry.file_name().to_string_lossy();
            let hidden = entry.depth() > 0 && name.starts_with('.');
            !hidden || (entry.file_type().is_some_and(|t| t.is_dir()) && !MACHINERY.contains(&&*name))
        })
        .build();
    for entry in walker {
        match entry {
            Err(error) => problems.push(walk_problem(&error)),
            Ok(entry) => {
                if entry.file_type().is_some_and(|t| t.is_file())
                    && (Kind::of(entry.path()).is_some() || inputs.iter().any(|input| input.covers(entry.path())))
                {
                    found.push(Found { path: entry.into_path(), named: false });
                }
            }
        }
    }
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
                ignore::Error::Loop { .. } => walk_problem(inner),
                ignore::Error::Io(io) => unreadable(path, io),
                other => Problem::in_file(path.display().to_string(), format!("can't read this: {other}")),
            }
        }
        ignore::Error::WithDepth { err, .. } => walk_problem(err),
        ignore::Error::Loop { ancestor, child } => {
            Problem::in_file(child.display().to_string(), format!("this link leads back to {}", ancestor.display()))
                .help("remove the link")
        }
        other => Problem::new(other.to_string()),
    }
}

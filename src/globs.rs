//! Patterns for files, written as in `.gitignore`, that hold below one directory.

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::path::{Component, Path, PathBuf};

/// A list of patterns; a later one goes over an earlier one, and `!` takes back.
#[derive(Clone, Debug)]
pub struct Globs {
    set: Gitignore,
    base: PathBuf,
}

impl Globs {
    /// Reads patterns that are relative to `base`.
    ///
    /// # Errors
    /// The number of the first pattern that is none, and what is wrong with it.
    pub fn new(patterns: &[String], base: &Path) -> Result<Self, (usize, String)> {
        let base = if base.as_os_str().is_empty() { Path::new(".") } else { base };
        let base = base.canonicalize().unwrap_or_else(|_| real(base));
        let mut builder = GitignoreBuilder::new(&base);
        for (number, pattern) in patterns.iter().enumerate() {
            let refuse = |why: &str| Err((number, format!("`{pattern}` is no pattern for files: {why}")));
            // A whole path means what it says; any other that starts with `/` is seen from the base.
            let below = Path::new(pattern).strip_prefix(&base).ok().and_then(Path::to_str);
            let from_base = below.map(|below| format!("/{below}"));
            let plain = from_base.as_deref().unwrap_or(pattern).trim().trim_start_matches("./");
            if plain.is_empty() {
                return refuse("it is empty");
            }
            if Path::new(plain.trim_start_matches('!')).components().any(|part| part == Component::ParentDir) {
                return refuse("`..` leads out of the directory that it is relative to");
            }
            // In a file of patterns `#` starts a comment; here it can only be a name.
            let line = if plain.starts_with('#') { format!("\\{plain}") } else { plain.to_owned() };
            if let Err(error) = builder.add_line(None, &line) {
                let why = match &error {
                    ignore::Error::Glob { err, .. } => err.clone(),
                    other => other.to_string(),
                };
                return refuse(&why);
            }
        }
        match builder.build() {
            Ok(set) => Ok(Self { set, base }),
            Err(error) => Err((0, error.to_string())),
        }
    }

    /// Whether the patterns match this very path, as [`real`] gives it.
    pub fn matches(&self, path: &Path, is_dir: bool) -> bool {
        path.starts_with(&self.base) && matches!(self.set.matched(path, is_dir), Match::Ignore(_))
    }

    /// Whether they match this file, as [`real`] gives it, or a directory that it is in.
    pub fn cover(&self, path: &Path) -> bool {
        path.starts_with(&self.base)
            && path != self.base
            && matches!(self.set.matched_path_or_any_parents(path, path.is_dir()), Match::Ignore(_))
    }
}

/// The path from the root, with every link on the way resolved but a link at its end left as it is: a link is excluded by
/// its own name. A path that does not exist is put together from its parts.
pub fn real(path: &Path) -> PathBuf {
    let here = || std::env::current_dir().unwrap_or_default();
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return path.canonicalize().unwrap_or_else(|_| flat(&here().join(path)));
    };
    let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
    parent.canonicalize().map_or_else(|_| flat(&here().join(path)), |parent| parent.join(name))
}

/// The path without `.` and `..`.
fn flat(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => _ = out.pop(),
            part => out.push(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(patterns: &[&str], path: &str) -> bool {
        let patterns: Vec<String> = patterns.iter().map(|p| (*p).to_owned()).collect();
        Globs::new(&patterns, Path::new("/nowhere")).unwrap().cover(Path::new(path))
    }

    #[test]
    fn patterns_read_as_in_gitignore() {
        assert!(covers(&["*.tmp.md"], "/nowhere/a/b.tmp.md"), "no slash: at any depth");
        assert!(covers(&["vendor/"], "/nowhere/a/vendor/b/c.md"), "a directory and all in it");
        assert!(covers(&["./a/*.md"], "/nowhere/a/b.md"));
        assert!(!covers(&["a/*.md"], "/nowhere/c/a/b.md"), "a slash: from the base");
        assert!(!covers(&["*.md", "!keep.md"], "/nowhere/keep.md"), "taken back");
        assert!(!covers(&["*.md"], "/elsewhere/b.md"), "not below the base");
        assert!(covers(&["/nowhere/a/b.md"], "/nowhere/a/b.md"), "a whole path");
        assert!(covers(&["/a"], "/nowhere/a/b.md") && !covers(&["/b.md"], "/nowhere/a/b.md"), "from the base");
        assert!(covers(&["#1.md"], "/nowhere/#1.md"), "no comments here");
        assert!(!covers(&["*"], "/nowhere"), "the base itself is never left out");
    }

    #[test]
    fn a_wrong_pattern_says_why() {
        for (pattern, why) in [("", "empty"), ("../x", "leads out"), ("a{", "unclosed")] {
            let (number, said) = Globs::new(&["ok".to_owned(), pattern.to_owned()], Path::new("/nowhere")).unwrap_err();
            assert_eq!(number, 1);
            assert!(said.contains(why), "{said}");
        }
    }
}

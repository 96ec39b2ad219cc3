//! Files that git knows of: what is about to be committed, and what changed since a commit.
//!
//! The `git` program is run with fixed arguments. Nothing that stands in a draft or in the name of one becomes an option:
//! paths stand behind `--` and are taken literally, and a revision is turned into a commit's number first.

use super::{Discovered, Filter, Found, MACHINERY, may_hold_replies, unreadable};
use crate::globs::real;
use crate::input::Instruction;
use crate::problem::Problem;
use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

/// The files under `paths` that the index has and the last commit has not, or has otherwise, with the bytes that the
/// index holds. Deleted files, links, submodules and binary files are left out.
///
/// # Errors
/// There is no git, no repository, or no working tree here; or git refuses the paths.
pub fn staged(paths: &[PathBuf], inputs: &[Instruction], filter: &Filter) -> Result<Discovered, Problem> {
    let place = Place::here()?;
    let listed = place.changes(&["--cached"], paths)?;
    let wanted = Wanted::new(paths, inputs, filter);
    let mut all = Discovered::default();
    let mut blobs: Option<Blobs> = None;
    for Change { path, mode, blob, is_unmerged } in listed {
        let seen = place.seen(&path);
        if is_unmerged {
            all.problems.push(
                Problem::in_file(seen.display().to_string(), "this file has a conflict that is not resolved")
                    .help("resolve it and `git add` the file"),
            );
        } else if mode == Mode::File && wanted.takes(&seen, &mut all) {
            if blobs.is_none() {
                blobs = Some(Blobs::open()?);
            }
            match blobs.as_mut().map(|blobs| blobs.read(&blob)) {
                Some(Ok(bytes)) if is_binary(&bytes) => {}
                Some(Ok(bytes)) => {
                    let named = wanted.is_named(&seen);
                    all.files.push(Found { path: seen, named, content: Some(bytes) });
                }
                Some(Err(error)) => {
                    let message = format!("git can't give the staged content of this file: {error}");
                    all.problems.push(Problem::in_file(seen.display().to_string(), message));
                }
                None => {}
            }
        }
    }
    finish(all, paths, filter)
}

/// The files under `paths` of the working tree that differ from what they were where this branch left `revision`, committed
/// or not, and those that git does not know yet and does not ignore.
///
/// # Errors
/// As [`staged`]; and a `revision` that is none, or that this branch has no common past with.
pub fn changed_since(
    revision: &str,
    paths: &[PathBuf],
    inputs: &[Instruction],
    filter: &Filter,
) -> Result<Discovered, Problem> {
    let place = Place::here()?;
    let base = place.merge_base(revision)?;
    let changed = place.changes(&[&base], paths)?.into_iter().filter(|c| c.mode == Mode::File || c.is_unmerged);
    let mut files: Vec<PathBuf> = changed.map(|change| change.path).collect();
    // With `--full-name`, from the top of the repository, as the others are.
    let untracked = git(&["ls-files", "--others", "--exclude-standard", "--full-name", "-z"], paths)?;
    files.extend(untracked.split(|b| *b == 0).filter(|name| !name.is_empty()).map(path_of));
    files.sort();
    files.dedup();
    let wanted = Wanted::new(paths, inputs, filter);
    let mut all = Discovered::default();
    for path in files {
        let seen = place.seen(&path);
        let is_file = std::fs::symlink_metadata(&seen).is_ok_and(|m| m.is_file());
        if is_file && wanted.takes(&seen, &mut all) {
            let named = wanted.is_named(&seen);
            all.files.push(Found { path: seen, named, content: None });
        }
    }
    finish(all, paths, filter)
}

/// Which of the files that git lists are checked: those that a walk would find, and those that are named.
struct Wanted<'a> {
    named: HashSet<PathBuf>,
    inputs: &'a [Instruction],
    filter: &'a Filter,
}

impl<'a> Wanted<'a> {
    fn new(paths: &[PathBuf], inputs: &'a [Instruction], filter: &'a Filter) -> Self {
        Self { named: paths.iter().map(|path| real(path)).collect(), inputs, filter }
    }

    fn is_named(&self, seen: &Path) -> bool {
        self.named.contains(&real(seen))
    }

    /// Whether a file is checked. One that is named and left out is noted in `all`.
    fn takes(&self, seen: &Path, all: &mut Discovered) -> bool {
        let named = self.is_named(seen);
        match self.filter.leaves_out(seen) {
            Some(_) if self.filter.named_anyway => named,
            Some(why) => {
                all.left_out.extend(named.then(|| (seen.to_owned(), why)));
                false
            }
            None => {
                named
                    || (!is_hidden(seen) || self.filter.takes(seen)) && may_hold_replies(seen, self.inputs, self.filter)
            }
        }
    }
}

/// Whether a walk would not come by it.
fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
        || path.components().any(|part| MACHINERY.contains(&&*part.as_os_str().to_string_lossy()))
}

/// A named path that does not exist, in the working tree or among the files, is a slip of the pen.
fn finish(mut all: Discovered, paths: &[PathBuf], filter: &Filter) -> Result<Discovered, Problem> {
    for path in paths {
        let known = all.files.iter().any(|file| file.path.starts_with(path.strip_prefix(".").unwrap_or(path)));
        if let (false, Err(error)) = (known, std::fs::symlink_metadata(path)) {
            all.problems.push(unreadable(path, &error));
        }
    }
    all.files.sort_by(|a, b| a.path.cmp(&b.path));
    all.problems.extend(filter.problems());
    Ok(all)
}

/// As git tells it: a NUL near the start. UTF-16 has them too; it is text that can't be read, and worth a word.
fn is_binary(bytes: &[u8]) -> bool {
    !matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) && bytes.iter().take(8000).any(|byte| *byte == 0)
}

/// What an entry of the index is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    File,
    /// Deleted, a link, a submodule.
    Other,
}

/// One changed file.
#[derive(Debug)]
struct Change {
    /// From the top of the repository.
    path: PathBuf,
    mode: Mode,
    /// The number of its content, in hexadecimal digits.
    blob: String,
    is_unmerged: bool,
}

/// Where in the repository the program was started.
struct Place {
    /// The working directory, from the top of the repository.
    prefix: PathBuf,
}

impl Place {
    fn here() -> Result<Self, Problem> {
        let inside = git(&["rev-parse", "--is-inside-work-tree"], &[])?;
        if inside.trim_ascii() != b"true" {
            return Err(Problem::new(
                "this repository has no working tree here (it is bare, or this is inside `.git`)",
            )
            .help("run replylint where the files are"));
        }
        let prefix = git(&["rev-parse", "--show-prefix"], &[])?;
        Ok(Self { prefix: path_of(prefix.strip_suffix(b"\n").unwrap_or(&prefix)) })
    }

    /// The path as seen from the working directory.
    fn seen(&self, from_top: &Path) -> PathBuf {
        let here: Vec<Component<'_>> = self.prefix.components().collect();
        let there: Vec<Component<'_>> = from_top.components().collect();
        let shared = here.iter().zip(&there).take_while(|(a, b)| a == b).count();
        let up = std::iter::repeat_n(Component::ParentDir, here.len() - shared);
        up.chain(there[shared..].iter().copied()).collect()
    }

    /// What `git diff` lists. A renamed file is a new one.
    fn changes(&self, against: &[&str], paths: &[PathBuf]) -> Result<Vec<Change>, Problem> {
        const DIFF: [&str; 9] = [
            "diff",
            "--raw",
            "-z",
            "--no-abbrev",
            "--no-renames",
            "--no-ext-diff",
            "--no-textconv",
            "--no-color",
            "--ignore-submodules=all",
        ];
        let listed = git(&[&DIFF, against].concat(), paths)?;
        let mut fields = listed.split(|byte| *byte == 0);
        let mut changes = Vec::new();
        // `:100644 100644 <old> <new> M`, and the path in a field of its own.
        while let (Some(facts), Some(path)) = (fields.next(), fields.next()) {
            let facts = String::from_utf8_lossy(facts);
            let facts: Vec<&str> = facts.split(' ').collect();
            let &[_, mode, _, blob, status] = facts.as_slice() else {
                return Err(Problem::new(format!("git says something that replylint can't read: {}", facts.join(" "))));
            };
            changes.push(Change {
                path: path_of(path),
                mode: if mode.starts_with("100") { Mode::File } else { Mode::Other },
                blob: blob.to_owned(),
                is_unmerged: status.starts_with('U'),
            });
        }
        Ok(changes)
    }

    /// The commit where this branch and `revision` parted.
    fn merge_base(&self, revision: &str) -> Result<String, Problem> {
        let unknown = |said: &str| {
            Problem::new(format!("git knows no commit `{revision}`{said}"))
                .help("check the name after --changed-since; a shallow clone, as in CI, has to fetch it first")
        };
        if revision.is_empty() || revision.starts_with('-') {
            return Err(unknown(" (a name can't begin with `-`)"));
        }
        let commit = |name: &str| {
            let found = run(&["rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")], &[])?;
            Ok(found.ok().map(|number| String::from_utf8_lossy(&number).trim().to_owned()).filter(|n| !n.is_empty()))
        };
        let their = commit(revision)?.ok_or_else(|| unknown(""))?;
        let our = commit("HEAD")?.ok_or_else(|| {
            Problem::new("there is no commit on this branch yet")
                .help("`--staged` checks what is about to be committed")
        })?;
        let base = run(&["merge-base", &their, &our], &[])?.unwrap_or_default();
        match String::from_utf8_lossy(&base).trim() {
            "" => Err(Problem::new(format!("this branch and `{revision}` have no common past"))
                .help("a shallow clone, as in CI, has to fetch more of it (`git fetch --unshallow`)")),
            base => Ok(base.to_owned()),
        }
    }
}

/// Contents out of git's store, all from one process.
struct Blobs {
    child: std::process::Child,
    ask: std::process::ChildStdin,
    answers: BufReader<std::process::ChildStdout>,
}

impl Blobs {
    fn open() -> Result<Self, Problem> {
        let mut child = command()
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| not_started(&error))?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(ask), Some(answers)) => Ok(Self { child, ask, answers: BufReader::new(answers) }),
            _ => Err(Problem::new("git gives no contents")),
        }
    }

    fn read(&mut self, blob: &str) -> std::io::Result<Vec<u8>> {
        // One question, one answer: neither side ever waits with a full pipe.
        writeln!(self.ask, "{blob}")?;
        self.ask.flush()?;
        let mut head = String::new();
        self.answers.read_line(&mut head)?;
        // `<number> blob <size>`, or `<number> missing`.
        let size = match head.split_whitespace().collect::<Vec<_>>().as_slice() {
            [_, "blob", size] => size.parse::<u64>().map_err(std::io::Error::other)?,
            _ => return Err(std::io::Error::other(head.trim().to_owned())),
        };
        let mut bytes = Vec::new();
        self.answers.by_ref().take(size).read_to_end(&mut bytes)?;
        self.answers.read_exact(&mut [0])?;
        Ok(bytes)
    }
}

impl Drop for Blobs {
    fn drop(&mut self) {
        // It only reads; there is nothing that it could leave half done.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `git` with nothing in its way: no pager, no question, no program that the settings of a repository name, no network.
fn command() -> Command {
    let mut command = Command::new("git");
    command
        .args(["--no-pager", "--literal-pathspecs"])
        .args(["-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "-c", "diff.relative=false"])
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("LC_ALL", "C")
        .env_remove("GIT_EXTERNAL_DIFF")
        .env_remove("GIT_TRACE")
        .stdin(Stdio::null());
    command
}

/// What git answers, or what it says of why it can't.
fn run(arguments: &[&str], paths: &[PathBuf]) -> Result<Result<Vec<u8>, String>, Problem> {
    let mut command = command();
    command.args(arguments);
    if !paths.is_empty() {
        command.arg("--").args(paths);
    }
    let output = command.output().map_err(|error| not_started(&error))?;
    if output.status.success() {
        return Ok(Ok(output.stdout));
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said.lines().find(|line| line.starts_with("fatal: ")).or(said.lines().next());
    Ok(Err(line.unwrap_or("it says nothing").trim_start_matches("fatal: ").to_owned()))
}

fn git(arguments: &[&str], paths: &[PathBuf]) -> Result<Vec<u8>, Problem> {
    run(arguments, paths)?.map_err(|said| {
        if said.starts_with("not a git repository") {
            Problem::new("this directory is in no git repository")
                .help("--staged and --changed-since need one; leave them out to check files as they are")
        } else {
            Problem::new(format!("git fails: {said}"))
        }
    })
}

fn not_started(error: &std::io::Error) -> Problem {
    match error.kind() {
        std::io::ErrorKind::NotFound => Problem::new("--staged and --changed-since need the `git` program")
            .help("install git, or leave them out to check files as they are"),
        _ => Problem::new(format!("can't start git: {error}")),
    }
}

/// A path as git writes it.
#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

/// A path as git writes it.
#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

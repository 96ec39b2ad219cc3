//! A baseline: the findings a team has accepted, so that only new ones are reported.
//!
//! It is a file to be kept with the replies and read in a review: one finding a line, in order. A finding is known by its
//! file, its rule and its sentence; lines may move and text may be wrapped anew.

use crate::check::{ReplyReport, Report, Silenced, SilencedBy};
use crate::problem::Problem;
use crate::rules::RuleBook;
use crate::text::Position;
use crate::whole::{Unfinished, reason};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io::{Read as _, Write as _};
use std::path::{Component, Path, PathBuf};

/// The name of a baseline where none is given.
pub const BASELINE_NAME: &str = ".replylint-baseline.json";

/// Version of the file's format.
const VERSION: u64 = 1;

/// Longest baseline that is read, in bytes: some millions of findings.
const BASELINE_MAX: u64 = 1 << 30;

/// What makes one finding: the file, as seen from the baseline and with `/`; the rule; the sentence.
type Key = (String, String, String);

/// Accepted findings.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    /// Where it stands.
    path: PathBuf,
    entries: BTreeMap<Key, Accepted>,
}

/// What a baseline accepts and has not met yet.
#[derive(Debug)]
pub struct Silencer<'a> {
    left: BTreeMap<&'a Key, usize>,
    /// Where the baseline stands.
    path: &'a Path,
    /// The last file, by both of its names.
    seen: Option<(String, String)>,
}

/// How often a finding is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Accepted {
    count: usize,
    /// The words, for people; nothing where they may be secret.
    excerpt: Option<String>,
}

/// An accepted finding that is there less often than was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    /// The file, as the baseline names it.
    pub path: String,
    /// The rule.
    pub rule: String,
    /// The words.
    pub excerpt: Option<String>,
    /// How often it is accepted.
    pub accepted: usize,
    /// How often it is still there.
    pub found: usize,
    sentence: String,
}

#[derive(Deserialize)]
struct FileDecl {
    version: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntriesDecl {
    #[expect(dead_code, reason = "read before, with a message of its own")]
    version: u64,
    entries: Vec<EntryDecl>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct EntryDecl {
    path: String,
    rule: String,
    fingerprint: String,
    count: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    excerpt: Option<String>,
}

/// The files of a run, of which a baseline may say that findings are gone.
#[derive(Clone, Debug, Default)]
pub struct Checked(BTreeSet<String>);

impl Baseline {
    /// Reads the baseline at `path`.
    ///
    /// # Errors
    /// It is not there, is no baseline, or is one of a later version.
    pub fn read(path: &Path) -> Result<Self, Problem> {
        let name = path.display().to_string();
        let read = || {
            let mut text = String::new();
            // A link may lead to what never ends.
            std::fs::File::open(path)?.take(BASELINE_MAX).read_to_string(&mut text).map(|_| text)
        };
        let text = read().map_err(|error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound => Problem::in_file(&name, "there is no such baseline")
                .help("check the path; `replylint baseline create` writes one"),
            _ => Problem::in_file(&name, format!("can't read the baseline: {error}")),
        })?;
        let refuse = |error: &serde_json::Error| {
            let said = error.to_string();
            let said = said.split(" at line ").next().unwrap_or_default().replace("usize", "a whole number");
            Problem::in_file(&name, format!("this is no baseline: {said}"))
                .at(Some(Position { line: error.line().max(1), column: error.column().max(1) }))
                .help("mend it, or write it anew with `replylint baseline create --force`")
        };
        let FileDecl { version } = serde_json::from_str(&text).map_err(|error| refuse(&error))?;
        if version != VERSION {
            let message = format!("this baseline has version {version}; this replylint reads version {VERSION}");
            return Err(Problem::in_file(&name, message).help("use the replylint that wrote it, or a newer one"));
        }
        let decl: EntriesDecl = serde_json::from_str(&text).map_err(|error| refuse(&error))?;
        let mut baseline = Self { path: path.to_owned(), entries: BTreeMap::new() };
        for entry in decl.entries {
            let accepted = Accepted { count: entry.count, excerpt: entry.excerpt };
            // Two branches that were merged may both have accepted it.
            let slot = baseline.entries.entry((entry.path, entry.rule, entry.fingerprint)).or_insert(accepted.clone());
            slot.count = slot.count.max(accepted.count);
        }
        Ok(baseline)
    }

    /// The baseline at `path` that accepts all findings of `report`.
    pub fn of(report: &Report, path: &Path) -> Self {
        let mut baseline = Self { path: path.to_owned(), entries: BTreeMap::new() };
        for reply in &report.replies {
            let file = seen_from(path, &reply.path);
            for (number, finding) in reply.outcome.findings.iter().enumerate() {
                let key = key(&file, reply, number);
                let excerpt = finding.secret.is_none().then(|| reply.excerpts.get(number).cloned().unwrap_or_default());
                baseline.entries.entry(key).or_insert(Accepted { count: 0, excerpt }).count += 1;
            }
        }
        baseline
    }

    /// Number of findings that are accepted.
    pub fn len(&self) -> usize {
        self.entries.values().map(|accepted| accepted.count).sum()
    }

    /// Whether nothing is accepted.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Silences in `report` what is accepted, in order of place: of a sentence that is there once more than accepted, the
    /// last is reported.
    pub fn silence(&self, report: &mut Report) {
        self.silencer().silence(report);
    }

    /// The same, for a report that comes in parts.
    pub fn silencer(&self) -> Silencer<'_> {
        let left = self.entries.iter().map(|(key, accepted)| (key, accepted.count)).collect();
        Silencer { left, path: &self.path, seen: None }
    }

    /// What is accepted and is no longer there in `report`, which must not have been silenced by this baseline. Nothing is
    /// said of files that were not `checked` and are still there, nor of rules that did not run.
    pub fn stale(&self, report: &Report, checked: &Checked, book: &RuleBook) -> Vec<Stale> {
        let found = Self::of(report, &self.path);
        let base = directory(&self.path);
        let is_judged = |path: &str, rule: &str| {
            let is_off = book.rules.iter().any(|known| known.id == rule && !known.is_on);
            !is_off && (checked.0.contains(path) || !base.join(path).exists())
        };
        let entries = self.entries.iter().filter(|((path, rule, _), _)| is_judged(path, rule));
        entries
            .map(|(key, accepted)| (key, accepted, found.entries.get(key).map_or(0, |accepted| accepted.count)))
            .filter(|(_, accepted, found)| found < &accepted.count)
            .map(|((path, rule, sentence), accepted, found)| Stale {
                path: path.clone(),
                rule: rule.clone(),
                excerpt: accepted.excerpt.clone(),
                accepted: accepted.count,
                found,
                sentence: sentence.clone(),
            })
            .collect()
    }

    /// Drops what is stale.
    pub fn prune(&mut self, stale: &[Stale]) {
        for gone in stale {
            let key = (gone.path.clone(), gone.rule.clone(), gone.sentence.clone());
            if let Some(accepted) = self.entries.get_mut(&key) {
                accepted.count = gone.found;
            }
        }
        self.entries.retain(|_, accepted| accepted.count > 0);
    }

    /// Writes it, all or nothing.
    ///
    /// # Errors
    /// The directory is not there or can't be written to.
    pub fn write(&self) -> Result<(), Problem> {
        // A link stays a link.
        let path = self.path.canonicalize().unwrap_or_else(|_| self.path.clone());
        let written = Unfinished::new_in(&directory(&path), None).and_then(|mut file| {
            file.write_all(self.text().as_bytes())?;
            if let Ok(old) = std::fs::metadata(&path) {
                file.file()?.set_permissions(old.permissions())?;
            }
            file.move_to(&path)
        });
        written.map_err(|error| {
            Problem::in_file(self.path.display().to_string(), format!("can't write the baseline: {}", reason(&error)))
                .help("check that its directory is there and can be written to")
        })
    }

    /// The file: one finding a line.
    fn text(&self) -> String {
        let lines = self.entries.iter().map(|((path, rule, fingerprint), accepted)| EntryDecl {
            path: path.clone(),
            rule: rule.clone(),
            fingerprint: fingerprint.clone(),
            count: accepted.count,
            excerpt: accepted.excerpt.clone(),
        });
        let lines: Vec<String> = lines.filter_map(|entry| serde_json::to_string(&entry).ok()).collect();
        let entries = if lines.is_empty() { String::new() } else { format!("\n    {}\n  ", lines.join(",\n    ")) };
        format!("{{\n  \"version\": {VERSION},\n  \"entries\": [{entries}]\n}}\n")
    }
}

impl Silencer<'_> {
    /// Silences in the next part what is still accepted.
    pub fn silence(&mut self, report: &mut Report) {
        for reply in &mut report.replies {
            let file = self.seen(&reply.path);
            let is_accepted: Vec<bool> = (0..reply.outcome.findings.len())
                .map(|number| match self.left.get_mut(&key(&file, reply, number)) {
                    Some(count) if *count > 0 => {
                        *count -= 1;
                        true
                    }
                    _ => false,
                })
                .collect();
            if !is_accepted.contains(&true) {
                continue;
            }
            let mut is_accepted = is_accepted.into_iter();
            let findings = std::mem::take(&mut reply.outcome.findings);
            let kept: Vec<bool> = is_accepted.clone().map(|is_accepted| !is_accepted).collect();
            let places = reply.places.iter().zip(&reply.columns);
            for (finding, (place, columns)) in findings.into_iter().zip(places) {
                if is_accepted.next() == Some(true) {
                    reply.silenced.push(Silenced {
                        finding,
                        place: *place,
                        columns: *columns,
                        by: SilencedBy::Baseline,
                        reason: None,
                    });
                } else {
                    reply.outcome.findings.push(finding);
                }
            }
            only(&mut reply.places, &kept);
            only(&mut reply.columns, &kept);
            only(&mut reply.excerpts, &kept);
        }
    }

    /// The file as the baseline names it. The next reply mostly stands in the same one, and the system need not be asked.
    fn seen(&mut self, path: &str) -> String {
        match &self.seen {
            Some((last, seen)) if last == path => seen.clone(),
            _ => {
                let seen = seen_from(self.path, path);
                self.seen = Some((path.to_owned(), seen.clone()));
                seen
            }
        }
    }
}

impl Checked {
    /// The files of a run for the baseline at `baseline`: all of `paths` but those that something went wrong with.
    pub fn new<'a>(baseline: &Path, paths: impl Iterator<Item = &'a str>, problems: &[Problem]) -> Self {
        let is_whole = |path: &&str| !problems.iter().any(|problem| problem.path.as_deref() == Some(*path));
        Self(paths.filter(is_whole).map(|path| seen_from(baseline, path)).collect())
    }
}

fn key(file: &str, reply: &ReplyReport, number: usize) -> Key {
    let finding = &reply.outcome.findings[number];
    (file.to_owned(), finding.rule.to_string(), format!("{:016x}", finding.fingerprint))
}

/// Keeps of a list what belongs to the findings that are kept.
fn only<T>(list: &mut Vec<T>, kept: &[bool]) {
    let mut kept = kept.iter();
    list.retain(|_| kept.next() == Some(&true));
}

fn directory(file: &Path) -> PathBuf {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// The path from the directory of `baseline`, or of any file, to `file`, with `/` on every system.
pub(crate) fn seen_from(baseline: &Path, file: &str) -> String {
    let whole =
        |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned());
    let parts = |path: &Path| -> Vec<OsString> {
        path.components().filter(|part| *part != Component::CurDir).map(|part| part.as_os_str().to_owned()).collect()
    };
    let (base, path) = (parts(&whole(&directory(baseline))), parts(&whole(Path::new(file))));
    let shared = base.iter().zip(&path).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..".to_owned(), base.len() - shared);
    let down = path[shared..].iter().map(|part| part.to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

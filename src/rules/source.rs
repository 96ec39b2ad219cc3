//! Rule files on disk.

use super::declaration::LanguageDecl;
use super::language_file::{is_language_file, parse_language};
use super::locate::locate_key;
use super::set_file::{SetFile, parse_set};
use crate::problem::Problem;
use std::path::Path;

/// Largest rule file, in bytes. Rules are written by hand; anything larger is a mistake.
pub const RULE_FILE_MAX: u64 = 1 << 20;

/// Most files and folders that are looked at in search of rules. A folder of more was named by mistake.
const ENTRIES_MAX: usize = 100_000;

/// Reads every `.yml` and `.yaml` file under `directory` (or the one file it names), in order of path. The language's own
/// file, if there is one, is returned beside the sets.
pub fn load(directory: &Path) -> (Option<LanguageDecl>, Vec<SetFile>, Vec<Problem>) {
    let mut forms = None;
    let mut sets = Vec::new();
    let mut problems = Vec::new();
    if !directory.exists() {
        problems.push(
            Problem::in_file(directory.display().to_string(), "there is no such rule directory")
                .help("check the path; `replylint init` writes a first one"),
        );
    }
    for (number, entry) in walkdir::WalkDir::new(directory).sort_by_file_name().into_iter().enumerate() {
        if number == ENTRIES_MAX {
            let message = format!("this rule directory holds more than {ENTRIES_MAX} files");
            let help = "name the directory of the rules alone";
            problems.push(Problem::in_file(directory.display().to_string(), message).help(help));
            break;
        }
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                if directory.exists() {
                    problems.push(Problem::new(format!("can't read a rule directory: {error}")));
                }
                continue;
            }
        };
        let path = entry.path();
        let yaml = path.extension().is_some_and(|e| e == "yml" || e == "yaml");
        if entry.file_type().is_dir() || !yaml {
            continue;
        }
        let name = path.display().to_string();
        let metadata = std::fs::metadata(path);
        if metadata.as_ref().is_ok_and(|m| !m.is_file()) {
            // A link to a device or a pipe: it might never end.
            problems.push(Problem::in_file(name, "this is no plain file").help("remove it, or give it another name"));
            continue;
        }
        if metadata.is_ok_and(|m| m.len() > RULE_FILE_MAX) {
            problems.push(
                Problem::in_file(name, format!("this rule file is larger than {} KiB", RULE_FILE_MAX / 1024))
                    .help("split it into several files; a set may have more than one"),
            );
            continue;
        }
        match std::fs::read_to_string(path) {
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                problems.push(Problem::in_file(name, "this rule file is not UTF-8").help("save it as UTF-8"));
            }
            Err(error) => problems.push(Problem::in_file(name, format!("can't read this rule file: {error}"))),
            Ok(text) if is_language_file(&name) => match parse_language(&name, &text) {
                Ok(found) => forms = Some(found),
                Err(faults) => problems.extend(faults),
            },
            Ok(text) => match parse_set(&name, &text) {
                Ok(set) => sets.push(set),
                Err(problem) => problems.push(problem),
            },
        }
    }
    if sets.is_empty() && forms.is_none() && problems.is_empty() {
        problems.push(
            Problem::in_file(directory.display().to_string(), "this rule directory holds no .yml file")
                .help("put at least one rule set in it; `replylint init` writes an example"),
        );
    }
    (forms, sets, problems)
}

/// Puts the sets of one rule directory over those of `base`: a set of the same name replaces all files of a built-in one.
/// Files that give the same name are one set, but not across directories.
pub fn overlay(base: &mut Vec<SetFile>, own: Vec<SetFile>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut added: Vec<SetFile> = Vec::new();
    for set in own {
        let name = &set.declaration.set;
        match base.iter().find(|other| other.declaration.set == *name && !other.is_built_in()) {
            Some(other) => problems.push(
                Problem::in_file(set.path(), format!("set `{name}` is already in {}", other.path()))
                    .at(locate_key(set.yaml(), &["set"]))
                    .help("give one of the two another name, or put them into one directory"),
            ),
            None => added.push(set),
        }
    }
    // A replaced set stays where it was, so that the order of equal findings does.
    for set in added {
        let name = set.declaration.set.clone();
        match base.iter().position(|other| other.declaration.set == name && other.is_built_in()) {
            Some(index) => {
                base.retain(|other| other.declaration.set != name || !other.is_built_in());
                base.insert(index, set);
            }
            None => {
                let after = base.iter().rposition(|other| other.declaration.set == name);
                base.insert(after.map_or(base.len(), |index| index + 1), set);
            }
        }
    }
    problems
}

//! Rule files on disk.

use super::declaration::LanguageDecl;
use super::locate::locate_key;
use super::set_file::{Origin, SetFile, is_language_file, parse, parse_set};
use crate::problem::Problem;
use std::path::Path;

/// Largest rule file, in bytes. Rules are written by hand; anything larger is a mistake.
pub const RULE_FILE_MAX: u64 = 1 << 20;

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
    for entry in walkdir::WalkDir::new(directory).sort_by_file_name() {
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
        if std::fs::metadata(path).is_ok_and(|m| m.len() > RULE_FILE_MAX) {
            problems.push(
                Problem::in_file(name, format!("this rule file is larger than {} KiB", RULE_FILE_MAX / 1024))
                    .help("split it into several sets"),
            );
            continue;
        }
        match std::fs::read_to_string(path) {
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                problems.push(Problem::in_file(name, "this rule file is not UTF-8").help("save it as UTF-8"));
            }
            Err(error) => problems.push(Problem::in_file(name, format!("can't read this rule file: {error}"))),
            Ok(text) if is_language_file(&name) => match parse(&name, &text) {
                Ok(found) => forms = Some(found),
                Err(problem) => problems.push(problem),
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

/// Puts `own` sets over the built-in ones: a set of the same name replaces it.
pub fn overlay(base: &mut Vec<SetFile>, own: Vec<SetFile>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for set in own {
        match base.iter().position(|b| b.declaration.set == set.declaration.set) {
            Some(index) if base[index].origin == Origin::BuiltIn => base[index] = set,
            Some(index) => problems.push(
                Problem::in_file(
                    set.path(),
                    format!("set `{}` is already in {}", set.declaration.set, base[index].path()),
                )
                .at(locate_key(set.yaml(), &["set"]))
                .help("give one of the two another name"),
            ),
            None => base.push(set),
        }
    }
    problems
}

//! Where rule files come from: built into the binary, or read from a directory.

use super::declaration::{LanguageDecl, SetDecl};
use crate::problem::yaml_problem;
use std::path::Path;

pub use crate::problem::Problem;

/// Largest rule file, in bytes. Rules are written by hand; anything larger is a mistake.
pub const RULE_FILE_MAX: u64 = 1 << 20;

/// Where a set was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Shipped in the binary.
    BuiltIn,
    /// Read from this path.
    File(String),
}

/// One rule file, read.
#[derive(Clone, Debug)]
pub struct SetFile {
    /// Where it comes from.
    pub origin: Origin,
    /// The file's text; empty for built-in sets until somebody asks (see [`SetFile::yaml`]).
    text: String,
    /// What it declares.
    pub declaration: SetDecl,
}

impl SetFile {
    /// How messages name the file.
    pub fn path(&self) -> String {
        match &self.origin {
            Origin::BuiltIn => format!("rules/{}/{}.yml", self.declaration.language, self.declaration.set),
            Origin::File(path) => path.clone(),
        }
    }

    /// The file's text, for finding the place of an error.
    pub fn yaml(&self) -> &str {
        match &self.origin {
            Origin::BuiltIn => built_in_yaml(&self.path()).unwrap_or(""),
            Origin::File(_) => &self.text,
        }
    }
}

// (path, YAML text) of every built-in rule file, and the same files as one JSON document without their examples: made by
// build.rs from the files under rules/.
include!(concat!(env!("OUT_DIR"), "/built_in.rs"));

fn built_in_yaml(path: &str) -> Option<&'static str> {
    BUILT_IN_YAML.iter().find(|(known, _)| *known == path).map(|(_, text)| *text)
}

/// The languages that have built-in rules.
pub fn languages() -> Vec<&'static str> {
    let mut found: Vec<&str> = BUILT_IN_YAML.iter().filter_map(|(path, _)| path.split('/').nth(1)).collect();
    found.dedup();
    found
}

/// The built-in sets of a language, with its word forms. With `documented`, examples and reasons are there too (slower).
///
/// # Errors
/// A built-in file that does not parse: a defect that a test catches before any user sees it.
pub fn built_in(language: &str, documented: bool) -> Result<(LanguageDecl, Vec<SetFile>), Vec<Problem>> {
    let mut forms = LanguageDecl::default();
    let mut sets = Vec::new();
    let mut problems = Vec::new();
    if documented {
        for (path, text) in BUILT_IN_YAML.iter().filter(|(path, _)| path.split('/').nth(1) == Some(language)) {
            if is_language_file(path) {
                match parse::<LanguageDecl>(path, text) {
                    Ok(found) => forms = found,
                    Err(problem) => problems.push(problem),
                }
            } else {
                match parse::<SetDecl>(path, text) {
                    Ok(declaration) => sets.push(SetFile { origin: Origin::BuiltIn, text: String::new(), declaration }),
                    Err(problem) => problems.push(problem),
                }
            }
        }
    } else {
        for (path, json) in BUILT_IN_JSON.iter().filter(|(path, _)| path.split('/').nth(1) == Some(language)) {
            let broken = |error: serde_json::Error| Problem::in_file(*path, error.to_string());
            if is_language_file(path) {
                match serde_json::from_str(json) {
                    Ok(found) => forms = found,
                    Err(error) => problems.push(broken(error)),
                }
            } else {
                match serde_json::from_str(json) {
                    Ok(declaration) => sets.push(SetFile { origin: Origin::BuiltIn, text: String::new(), declaration }),
                    Err(error) => problems.push(broken(error)),
                }
            }
        }
    }
    if problems.is_empty() { Ok((forms, sets)) } else { Err(problems) }
}

fn is_language_file(path: &str) -> bool {
    Path::new(path).file_stem().is_some_and(|stem| stem == "language")
}

fn parse<T: serde::de::DeserializeOwned>(path: &str, text: &str) -> Result<T, Problem> {
    serde_yaml::from_str(text).map_err(|error| yaml_problem(path, text, &error))
}

/// Reads one set from YAML text.
///
/// # Errors
/// What is wrong with the text, with its line and column.
pub fn parse_set(path: &str, text: &str) -> Result<SetFile, Problem> {
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Err(Problem::in_file(path, "this rule file is empty")
            .at(Some(crate::text::Position { line: 1, column: 1 }))
            .help("write at least `set: name` and `rules:`"));
    }
    let declaration: SetDecl = parse(path, text)?;
    Ok(SetFile { origin: Origin::File(path.to_owned()), text: text.to_owned(), declaration })
}

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
                .at(super::locate::locate(set.yaml(), &[super::locate::Step::Key("set".to_owned())]))
                .help("give one of the two another name"),
            ),
            None => base.push(set),
        }
    }
    problems
}

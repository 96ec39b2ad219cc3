//! The rules in the binary: as files, as declarations and as a compiled book. All three are made by `build.rs`.

use super::RuleBook;
use super::declaration::LanguageDecl;
use super::language_file::is_language_file;
use super::set_file::{Origin, SetFile, parse};
use crate::problem::Problem;
use std::borrow::Cow;

// BUILT_IN_YAML: (path, text) of every rule file. BUILT_IN_JSON: the same without documentation, which is read in a tenth
// of the time. BUILT_IN_BOOKS: (language, compiled book). BUILT_IN_PROFILES and
// BUILT_IN_PRINCIPLES: the files that hold for every language, as JSON.
include!(concat!(env!("OUT_DIR"), "/built_in.rs"));

/// `rules/principles.yml` as JSON.
pub(crate) fn principles_json() -> &'static str {
    BUILT_IN_PRINCIPLES
}

/// `rules/profiles.yml` as JSON.
pub(crate) fn profiles_json() -> &'static str {
    BUILT_IN_PROFILES
}

/// The language that a built-in path belongs to.
fn language_of(path: &str) -> &str {
    path.split('/').nth(1).unwrap_or("")
}

/// The languages that have built-in rules.
pub fn languages() -> Vec<&'static str> {
    BUILT_IN_BOOKS.iter().map(|(language, _)| *language).collect()
}

/// The compiled book of a language's built-in rules, if there are any.
///
/// # Errors
/// A book that does not match this program: a defect of the build.
pub fn built_in_book(language: &str) -> Option<Result<RuleBook, Problem>> {
    let (_, bytes) = BUILT_IN_BOOKS.iter().find(|(name, _)| *name == language)?;
    Some(
        postcard::from_bytes(bytes).map_err(|error| Problem::new(format!("the built-in rules can't be read: {error}"))),
    )
}

/// The built-in sets of a language, with its word forms. With `documented`, examples and reasons are there too (slower).
///
/// # Errors
/// A built-in file that does not parse: a defect that the build catches before any user sees it.
pub fn built_in_sets(language: &str, documented: bool) -> Result<(LanguageDecl, Vec<SetFile>), Vec<Problem>> {
    let mut forms = LanguageDecl::default();
    let mut sets = Vec::new();
    let mut problems = Vec::new();
    for ((path, text), (_, json)) in
        BUILT_IN_YAML.iter().zip(BUILT_IN_JSON).filter(|((path, _), _)| language_of(path) == language)
    {
        if is_language_file(path) {
            match read(path, text, json, documented) {
                Ok(found) => forms = found,
                Err(problem) => problems.push(problem),
            }
        } else {
            match read(path, text, json, documented) {
                Ok(declaration) => {
                    let origin = Origin::BuiltIn(Cow::Borrowed(path));
                    sets.push(SetFile { origin, text: Cow::Borrowed(text), declaration });
                }
                Err(problem) => problems.push(problem),
            }
        }
    }
    if problems.is_empty() { Ok((forms, sets)) } else { Err(problems) }
}

fn read<T: serde::de::DeserializeOwned>(path: &str, yaml: &str, json: &str, documented: bool) -> Result<T, Problem> {
    if documented {
        parse(path, yaml)
    } else {
        serde_json::from_str(json).map_err(|error| Problem::in_file(path, error.to_string()))
    }
}

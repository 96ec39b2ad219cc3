//! One rule file, read: what it declares and where it came from.

use super::declaration::SetDecl;
use crate::problem::{Problem, yaml_problem};
use crate::text::Position;
use std::borrow::Cow;

/// Where a set was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Shipped in the binary; its path among the sources.
    BuiltIn(Cow<'static, str>),
    /// Read from this path.
    File(String),
}

/// One rule file, read. A set is one file, or several in one rule directory that give its name and share their lists.
#[derive(Clone, Debug)]
pub struct SetFile {
    /// Where it comes from.
    pub origin: Origin,
    /// The file's text.
    pub(crate) text: Cow<'static, str>,
    /// What it declares.
    pub declaration: SetDecl,
}

impl SetFile {
    /// How messages name the file.
    pub fn path(&self) -> &str {
        match &self.origin {
            Origin::BuiltIn(path) => path,
            Origin::File(path) => path,
        }
    }

    /// Whether it is shipped in the binary.
    pub fn is_built_in(&self) -> bool {
        matches!(self.origin, Origin::BuiltIn(_))
    }

    /// The file's text, for finding the place of an error.
    pub fn yaml(&self) -> &str {
        &self.text
    }
}

pub(crate) fn parse<T: serde::de::DeserializeOwned>(path: &str, text: &str) -> Result<T, Problem> {
    serde_yaml::from_str(text).map_err(|error| yaml_problem(path, text, &error))
}

/// Reads one set from YAML text.
///
/// # Errors
/// What is wrong with the text, with its line and column.
pub fn parse_set(path: &str, text: &str) -> Result<SetFile, Problem> {
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Err(Problem::in_file(path, "this rule file is empty")
            .at(Some(Position { line: 1, column: 1 }))
            .help("write at least `set: name` and `rules:`"));
    }
    let declaration: SetDecl = parse(path, text)?;
    Ok(SetFile { origin: Origin::File(path.to_owned()), text: Cow::Owned(text.to_owned()), declaration })
}

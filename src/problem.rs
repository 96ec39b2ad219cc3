//! What went wrong outside the drafts: a rule file, the config, a file that can't be read. Always with a place, where
//! there is one, and a way out.

use crate::text::{LineIndex, Position};
use std::fmt;

/// One problem. Problems are collected, never thrown: everything else is still checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, as the user named it.
    pub path: Option<String>,
    /// The place in it.
    pub position: Option<Position>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl Problem {
    /// A problem with no place.
    pub fn new(message: impl Into<String>) -> Self {
        Self { path: None, position: None, message: message.into(), help: None }
    }

    /// A problem with a file.
    pub fn in_file(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: Some(path.into()), ..Self::new(message) }
    }

    /// Adds the place.
    #[must_use]
    pub fn at(mut self, position: Option<Position>) -> Self {
        self.position = position;
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "{path}:")?;
            if let Some(position) = self.position {
                write!(f, "{}:{}:", position.line, position.column)?;
            }
            write!(f, " ")?;
        }
        write!(f, "{}", self.message)?;
        if let Some(help) = &self.help {
            write!(f, "; {help}")?;
        }
        Ok(())
    }
}

/// Longest name that is held against others, in bytes.
const NAME_MAX: usize = 200;

/// The candidate most like `name`, if one is like enough to be meant.
pub fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > NAME_MAX {
        return None;
    }
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// An error in a YAML file, in words for people who have never seen the parser. Its place stands in front.
pub(crate) fn yaml_problem(path: &str, text: &str, error: &serde_yaml::Error) -> Problem {
    let mut position = error.location().map(|l| within(text, Position { line: l.line(), column: l.column() }));
    let whole = error.to_string();
    let said = whole.split(" at line ").next().unwrap_or(&whole);
    // `rules[0].avoid[1]: ` says in the parser's numbers what the place says.
    let said = match said.split_once(": ") {
        Some((at, rest)) if !at.contains([' ', '`']) => rest,
        _ => said,
    };
    let names: Vec<&str> = said.split('`').skip(1).step_by(2).collect();
    let at = position.and_then(|p| text.lines().nth(p.line.saturating_sub(1))?.chars().nth(p.column.saturating_sub(1)));
    let is = |start: &str| said.starts_with(start) || whole.contains(start);
    let (message, help) = if said.starts_with("unknown field") {
        let (name, known) = names.split_first().unwrap_or((&"", &[]));
        let near = did_you_mean(name, known.iter().copied());
        (
            format!("there is no key `{name}` here"),
            near.map_or_else(|| among(known), |n| format!("did you mean `{n}`?")),
        )
    } else if said.starts_with("unknown variant") {
        let (name, known) = names.split_first().unwrap_or((&"", &[]));
        let near = did_you_mean(name, known.iter().copied());
        (
            format!("`{name}` is no value for this key"),
            near.map_or_else(|| among(known), |n| format!("did you mean `{n}`?")),
        )
    } else if said.starts_with("missing field") {
        (format!("the key `{}` is missing", names.first().unwrap_or(&"")), "add it here".to_owned())
    } else if said.starts_with("duplicate field") {
        (format!("the key `{}` stands here twice", names.first().unwrap_or(&"")), "put the two together".to_owned())
    } else if let Some((found, expected)) =
        said.strip_prefix("invalid type: ").and_then(|s| s.split_once(", expected "))
    {
        let expected = match expected {
            "a sequence" => "a list (`[one, two]`, or one `- item` a line)",
            "a map" | "a mapping" => "keys with values (`key: value`)",
            other => other,
        };
        let found = match found {
            "sequence" => "a list".to_owned(),
            "map" => "keys with values".to_owned(),
            "unit value" => "nothing".to_owned(),
            other => other.replace("string \"", "the text \"").replace("integer ", "the number ").replace('`', ""),
        };
        return Problem::in_file(path, format!("here is {found}, where there should be {expected}")).at(position);
    } else if is("unknown anchor") {
        ("YAML takes a word with `*` in front for a reference".to_owned(), "put quotes around the phrase".to_owned())
    } else if is("cannot start any token") {
        match at {
            Some('\t') => ("YAML allows no tab here".to_owned(), "indent with spaces".to_owned()),
            c => (
                format!("YAML allows no text that starts with `{}`", c.unwrap_or(' ')),
                "put quotes around the text".to_owned(),
            ),
        }
    } else if is("mapping values are not allowed") {
        (
            "YAML takes the `:` in this text for the end of a key".to_owned(),
            "put quotes around the text, or mend the indentation".to_owned(),
        )
    } else if is("did not find expected ',' or") {
        ("a bracket is opened before here and not closed, or a comma is missing".to_owned(), "close it".to_owned())
    } else if is("more than one document") {
        position =
            text.lines().skip(1).position(|line| line.starts_with("---")).map(|i| Position { line: i + 2, column: 1 });
        (
            "this file holds more than one YAML document".to_owned(),
            "take out the line `---`, or make two files of it".to_owned(),
        )
    } else {
        return Problem::in_file(path, said).at(position);
    };
    Problem::in_file(path, message).at(position).help(help)
}

/// The place, or the end of the text where the parser that names it has gone past that.
pub(crate) fn within(text: &str, place: Position) -> Position {
    let end = LineIndex::new(text).position(text.len());
    if (place.line, place.column) > (end.line, end.column) { end } else { place }
}

fn among(known: &[&str]) -> String {
    let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
    format!("there are {}", known.join(", "))
}

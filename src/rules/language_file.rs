//! The language's own file: its word forms, each of which a draft can hold.

use super::declaration::LanguageDecl;
use super::locate::{Step, locate};
use super::set_file::parse;
use crate::problem::Problem;
use std::path::Path;

pub(crate) fn is_language_file(path: &str) -> bool {
    Path::new(path).file_stem().is_some_and(|stem| stem == "language")
}

/// Reads a language file.
///
/// # Errors
/// What is wrong with the text, and which forms no draft can hold, each with its place.
pub(crate) fn parse_language(path: &str, text: &str) -> Result<LanguageDecl, Vec<Problem>> {
    let forms: LanguageDecl = parse(path, text).map_err(|problem| vec![problem])?;
    let mut problems = Vec::new();
    let mut refuse = |list: &str, word: &str, (message, help): (String, &str)| {
        let place = locate(text, &[Step::Key(list.to_owned()), Step::Key(word.to_owned())]);
        problems.push(Problem::in_file(path, message).at(place).help(help));
    };
    for (ending, _) in &forms.contractions.0 {
        let no_letter = || (format!("`{ending}` is no ending: it has no letter"), "write it as in `'re: [are]`");
        let fault = if ending.contains(char::is_alphanumeric) { in_capitals(ending) } else { Some(no_letter()) };
        fault.into_iter().for_each(|fault| refuse("contractions", ending, fault));
    }
    for (word, parts) in &forms.irregular.0 {
        not_two_words(word, parts).into_iter().for_each(|fault| refuse("irregular", word, fault));
    }
    if problems.is_empty() { Ok(forms) } else { Err(problems) }
}

/// What is wrong and what to do.
type Fault = (String, &'static str);

fn in_capitals(word: &str) -> Option<Fault> {
    let message = || format!("`{word}` is never found: words are compared in lower case");
    (word != word.to_lowercase()).then(|| (message(), "write it in lower case"))
}

/// Why `word` can't be two, which are `parts`.
fn not_two_words(word: &str, parts: &str) -> Option<Fault> {
    const HELP: &str = "write it as in `cannot: can not`";
    let several = |text: &str| text.contains(|c: char| c.is_whitespace() || c == '-');
    if several(word) {
        return Some((format!("`{word}` is more than one word already"), HELP));
    }
    if word.chars().nth(1).is_none() {
        return Some((format!("`{word}` is too short to be two words"), "take it out"));
    }
    match parts.split_once(' ') {
        Some((one, two)) if !one.is_empty() && !two.is_empty() && !several(one) && !several(two) => {
            in_capitals(word).or(in_capitals(parts))
        }
        _ => Some((format!("`{word}` stands for two words, and `{parts}` is not two"), HELP)),
    }
}

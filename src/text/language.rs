//! What the engine must know of a language: short forms, abbreviations and how mail programs introduce a quoted
//! message. All of it is read from `rules/<language>/language.yml`.

use crate::wording::Wording;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// The word-level facts of one language.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Language {
    /// Endings split off a word, with the words each may stand for: `'re` for `are`.
    pub contractions: Vec<(Wording, Vec<Wording>)>,
    /// Words that are two: `cannot` is `can not`.
    pub irregular: FxHashMap<Wording, (Wording, Wording)>,
    /// Words whose full stop ends no sentence, without the stop.
    pub abbreviations: Vec<Wording>,
    /// The same, but only before a number.
    pub abbreviations_before_numbers: Vec<Wording>,
    /// How a line starts that is the subject of a mail and no part of its text, lower case.
    pub subject_lines: Vec<Wording>,
    /// Words too common to say what a question is about, lower case.
    pub common_words: rustc_hash::FxHashSet<Wording>,
    /// Starts and ends of the line after which the rest is the quoted message.
    pub quoted_tail: Vec<(Wording, Wording)>,
}

impl Language {
    /// Whether `line` is the subject of a mail.
    pub(crate) fn is_subject_line(&self, line: &str) -> bool {
        let line = line.trim_start_matches(['*', '_', '#', ' ', '\t', '>']);
        self.subject_lines.iter().any(|start| line.get(..start.len()).is_some_and(|s| s.eq_ignore_ascii_case(start)))
    }

    /// Whether `line` introduces a quoted message that runs to the end of the draft.
    pub(crate) fn starts_quoted_tail(&self, line: &str) -> bool {
        let line = line.trim();
        self.quoted_tail.iter().any(|(start, end)| {
            line.len() >= start.len() + end.len()
                && line.get(..start.len()).is_some_and(|s| s.eq_ignore_ascii_case(start))
                && line.get(line.len() - end.len()..).is_some_and(|s| s.eq_ignore_ascii_case(end))
        })
    }
}

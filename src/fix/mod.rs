//! Fixing: the edits that rules offer (`replace:`), made in the text of a file.
//!
//! An edit is made only where the reply's bytes stand in the file as they are, and only if the file, read again, holds
//! the same replies with nothing changed but the edited words. `round` makes one set of edits that do not touch each
//! other, [`fix_text`] goes on until there is nothing left to do, `ask` lets a person decide, and [`write()`] puts the text
//! into its file in one step.

mod ask;
mod round;
mod write;

pub use ask::{Answer, Choice, Question, Session, ask_text};
pub use write::write;

use crate::baseline::Baseline;
use crate::check::Options;
use crate::linters::Linters;
use crate::problem::Problem;
use crate::report::count;
use crate::text::Span;
use round::Round;
use std::collections::BTreeSet;
use std::fmt;

/// Most rounds of edits. One is enough nearly always; the edits of two rules may stand side by side.
const ROUNDS_MAX: usize = 10;

/// Which edits are made, and with which rules.
#[derive(Clone, Copy, Debug)]
pub struct Fixer<'a, 'b> {
    /// Finds what there is to mend.
    pub linters: &'a Linters<'b>,
    /// How files are read and which findings count.
    pub options: Options<'a>,
    /// Whether edits are made that may change the meaning.
    pub unsafe_too: bool,
    /// Findings that are accepted, and so left as they are.
    pub baseline: Option<&'a Baseline>,
}

/// How much was edited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fixes {
    /// Edits made.
    pub fixed: usize,
    /// Edits that a rule offers and that could not be made where the words stand.
    pub refused: usize,
    /// Edits that may change the meaning and were not asked for.
    pub not_asked_for: usize,
}

impl std::ops::AddAssign for Fixes {
    fn add_assign(&mut self, other: Self) {
        self.fixed += other.fixed;
        self.refused += other.refused;
        self.not_asked_for += other.not_asked_for;
    }
}

impl fmt::Display for Fixes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} fixed", self.fixed)?;
        if self.refused > 0 {
            let cannot = count(self.refused, "edit can't be made", "edits can't be made");
            write!(f, ", {cannot} where the words stand")?;
        }
        if self.not_asked_for > 0 {
            write!(f, ", {} more with --unsafe", self.not_asked_for)?;
        }
        Ok(())
    }
}

/// What became of a file's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// The text with the edits.
    pub text: String,
    /// How many were made.
    pub fixes: Fixes,
}

/// Other words for a passage of one reply of the file at `path`: which bytes of `text` they replace, and with what.
/// Nothing where the file does not take them. `named` says that the user named the file, `reply` is the reply's number
/// in it, and `span` the passage, in bytes of the reply; an empty one is a place to put the words.
pub fn reword(
    fixer: Fixer<'_, '_>,
    (path, text, named): (&str, &str, bool),
    reply: usize,
    span: Span,
    with: &str,
) -> Option<(Span, String)> {
    let round = Round::new(fixer, path, text, named);
    round.replies.get(reply)?;
    let edit = round.edit(reply, span, with, "")?;
    round.takes(std::slice::from_ref(&edit)).then_some((edit.file, edit.with))
}

/// Makes the edits in the text of the file at `path`, round after round, until there is none left to make. `named` says
/// that the user named the file.
///
/// # Errors
/// Edits that undo each other or go on for ever; nothing is changed then.
pub fn fix_text(fixer: Fixer<'_, '_>, path: &str, text: &str, named: bool) -> Result<Fixed, Problem> {
    let mut seen = BTreeSet::from([text.to_owned()]);
    let mut fixed = Fixed { text: text.to_owned(), fixes: Fixes::default() };
    let mut rules = BTreeSet::new();
    for _ in 0..ROUNDS_MAX {
        let step = Round::new(fixer, path, &fixed.text, named).step();
        fixed.fixes = Fixes { refused: step.refused, not_asked_for: step.not_asked_for, ..fixed.fixes };
        if step.rules.is_empty() {
            return Ok(fixed);
        }
        fixed.fixes.fixed += step.rules.len();
        rules.extend(step.rules);
        fixed.text = step.text;
        if !seen.insert(fixed.text.clone()) {
            break;
        }
    }
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    Err(Problem::in_file(
        path,
        format!("the edits of {} come to no end here; the file is left alone", rules.join(", ")),
    )
    .help("mend `replace:` of these rules, or leave them out with --ignore"))
}

//! `replace:` ready to be used: which new words take the place of a rule's match.

use super::declaration::ReplaceDecl;
use super::fields::fill;
use super::lazy_regex::LazyRegex;
use crate::wording::Wording;
use regex_automata::Span;
use serde::{Deserialize, Serialize};

/// How far `after` and `before` look, in bytes.
const REACH: usize = 64;

/// One edit of a rule.
#[derive(Debug, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Rewording {
    of: Option<LazyRegex>,
    after: Option<LazyRegex>,
    before: Option<LazyRegex>,
    with: Wording,
    /// Whether no meaning can change.
    pub safe: bool,
}

impl Rewording {
    /// Checks the expressions.
    ///
    /// # Errors
    /// The key that is wrong, and what is wrong with it.
    pub(super) fn new(declared: &ReplaceDecl) -> Result<Self, (&'static str, String)> {
        let expression = |name: &'static str, text: &Option<String>, start: &str, end: &str| {
            let text = text.as_deref();
            // Checked bare first, so that the message speaks of what was written.
            let check = |text: &str| {
                LazyRegex::new(text, true).and_then(|_| LazyRegex::new(&format!("{start}(?:{text}){end}"), true))
            };
            text.map(check).transpose().map_err(|message| (name, message))
        };
        Ok(Self {
            of: expression("of", &declared.of, "\\A(?i)", "\\z")?,
            after: expression("after", &declared.after, "", "\\z")?,
            before: expression("before", &declared.before, "\\A", "")?,
            with: declared.with.as_str().into(),
            safe: declared.safe,
        })
    }

    /// The new words for the bytes `start..end` of a view's `text`, if this edit is for them. `source` gives the reply's
    /// own bytes for a range of the view.
    pub fn words<'s>(
        &self,
        text: &str,
        (start, end): (usize, usize),
        source: impl Fn(usize, usize) -> &'s str,
    ) -> Option<String> {
        let (mut from, mut to) = (start.saturating_sub(REACH), (end + REACH).min(text.len()));
        while !text.is_char_boundary(from) {
            from += 1;
        }
        while !text.is_char_boundary(to) {
            to -= 1;
        }
        let fits = |expression: &Option<LazyRegex>, at: &str| {
            expression.as_ref().is_none_or(|e| e.compiled(at).is_some_and(|regex| regex.is_match(at.as_bytes())))
        };
        if !fits(&self.after, &text[from..start]) || !(end == text.len() || fits(&self.before, &text[end..to])) {
            return None;
        }
        let whole = source(start, end);
        let mut groups = Vec::new();
        if let Some(of) = &self.of {
            let matched = &text[start..end];
            let expression = of.compiled(matched)?;
            let mut found = expression.create_captures();
            expression.captures(matched, &mut found);
            if !found.is_match() {
                return None;
            }
            let group = |found: Option<Span>| found.map_or("", |group| source(start + group.start, start + group.end));
            groups.extend((0..found.group_len()).map(|number| group(found.get_group(number))));
        }
        let words = fill(&self.with, |field| match field {
            "match" => Some(whole.into()),
            number => Some((*groups.get(number.parse::<usize>().ok().filter(|number| *number > 0)?)?).into()),
        });
        let mut words = String::from(words);
        // What starts a sentence goes on starting it.
        let first = words.chars().next().filter(|first| first.is_lowercase());
        if let Some(first) = first.filter(|_| whole.starts_with(char::is_uppercase)) {
            words.replace_range(..first.len_utf8(), &first.to_uppercase().to_string());
        }
        Some(words)
    }
}

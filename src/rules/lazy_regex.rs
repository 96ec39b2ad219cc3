//! `re:` patterns: kept as text, compiled when a draft first holds the letters they need.

use super::sketch::Needs;
use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// Largest compiled form of one regular expression, in bytes.
const REGEX_SIZE_MAX: usize = 1 << 20;

/// A regular expression that is compiled on first need.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct LazyRegex {
    pattern: String,
    sensitive: bool,
    /// What every match holds.
    pub(super) needs: Needs,
    #[serde(skip)]
    compiled: OnceLock<Option<Regex>>,
}

impl LazyRegex {
    /// Checks the pattern in full; it is compiled again when first needed.
    pub(super) fn new(pattern: &str, sensitive: bool) -> Result<Self, String> {
        let hir = regex_syntax::Parser::new().parse(pattern).map_err(|e| short_error(&e.to_string()))?;
        if hir.properties().minimum_len() == Some(0) {
            return Err("this pattern can match nothing at all; make it need at least one character".to_owned());
        }
        let needs = Needs::of(&hir, sensitive);
        let regex = Self { pattern: pattern.to_owned(), sensitive, needs, compiled: OnceLock::new() };
        regex.build().map_err(|e| short_error(&e.to_string()))?;
        Ok(regex)
    }

    fn build(&self) -> Result<Regex, regex::Error> {
        RegexBuilder::new(&self.pattern).case_insensitive(!self.sensitive).size_limit(REGEX_SIZE_MAX).build()
    }

    pub(super) fn compiled(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| self.build().ok()).as_ref()
    }
}

fn short_error(text: &str) -> String {
    let last = text.lines().rev().find(|l| !l.trim().is_empty()).unwrap_or(text);
    last.trim().trim_start_matches("error: ").to_owned()
}

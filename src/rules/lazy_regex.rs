//! `re:` patterns: kept as text, compiled when a draft first holds the letters they need.

use super::needs::Needs;
use crate::wording::Wording;
use regex_automata::meta::{Config, Regex};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, ClassBytes, ClassBytesRange, ClassUnicode, ClassUnicodeRange, Hir, HirKind};
use regex_syntax::utf8::{Utf8Range, Utf8Sequence, Utf8Sequences};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// Largest compiled form of one regular expression, in bytes.
const REGEX_SIZE_MAX: usize = 1 << 20;

/// A regular expression that is searched for in replies.
#[derive(Debug, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(super) struct Expression {
    /// What every match holds.
    pub(super) needs: Needs,
    pub(super) regex: LazyRegex,
}

impl Expression {
    /// Checks the pattern in full.
    pub(super) fn new(pattern: &str, sensitive: bool) -> Result<Self, String> {
        let (regex, hir) = LazyRegex::parse(pattern, sensitive)?;
        Ok(Self { needs: Needs::of(&hir, sensitive), regex })
    }
}

/// A regular expression that is compiled on first need: for texts of ASCII or of common characters to a small form, for
/// others to one that knows all of Unicode, which takes many times as long to make.
#[derive(Debug, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(super) struct LazyRegex {
    pattern: Wording,
    sensitive: bool,
    /// For each of [`Characters`].
    #[serde(skip)]
    forms: Box<[OnceLock<Option<Regex>>; 3]>,
}

impl LazyRegex {
    /// Checks the pattern in full; it is compiled again when first needed.
    pub(super) fn new(pattern: &str, sensitive: bool) -> Result<Self, String> {
        Self::parse(pattern, sensitive).map(|(regex, _)| regex)
    }

    /// The same, and what it was parsed to.
    fn parse(pattern: &str, sensitive: bool) -> Result<(Self, Hir), String> {
        let folds = !sensitive && !is_ascii(pattern);
        let hir = ParserBuilder::new().case_insensitive(folds).build().parse(pattern);
        let hir = hir.map_err(|e| short_error(&e.to_string()))?;
        if hir.properties().minimum_len() == Some(0) {
            return Err("this pattern can match nothing at all; make it need at least one character".to_owned());
        }
        // Refuses what could match a part of a character.
        regex::RegexBuilder::new(pattern)
            .case_insensitive(!sensitive)
            .size_limit(REGEX_SIZE_MAX)
            .build()
            .map_err(|e| short_error(&e.to_string()))?;
        Ok((Self { pattern: pattern.into(), sensitive, forms: Box::default() }, hir))
    }

    /// The form for `text`.
    pub(super) fn compiled(&self, text: &str) -> Option<&Regex> {
        let characters = if text.is_ascii() && is_ascii(&self.pattern) {
            Characters::Ascii
        } else if text.chars().all(is_common) {
            Characters::Common
        } else {
            Characters::All
        };
        self.forms[characters as usize].get_or_init(|| self.form(characters)).as_ref()
    }

    /// The form for texts of these characters.
    fn form(&self, characters: Characters) -> Option<Regex> {
        let is_ascii = characters == Characters::Ascii;
        let mut parser = ParserBuilder::new();
        let hir = parser.case_insensitive(!self.sensitive).unicode(!is_ascii).utf8(false).build().parse(&self.pattern);
        let hir = if characters == Characters::Common { common(hir.ok()?) } else { hir.ok()? };
        // What finds literals fast takes ten times as long to make as all else, and what holds none of them has been left out
        // before (see [`Needs`]).
        let config = Config::new()
            .auto_prefilter(false)
            .onepass(false)
            .dfa(false)
            .utf8_empty(false)
            .nfa_size_limit(Some(REGEX_SIZE_MAX));
        Regex::builder().configure(config).build_from_hir(&hir).ok()
    }
}

/// What texts a form is for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Characters {
    Ascii,
    /// Those of [`COMMON`].
    Common,
    All,
}

/// What most texts are made of: ASCII, Latin letters with marks, punctuation, signs and emoji.
const COMMON: [(char, char); 4] =
    [('\0', '\u{24f}'), ('\u{2000}', '\u{206f}'), ('\u{20a0}', '\u{27bf}'), ('\u{1f300}', '\u{1faff}')];

fn is_common(c: char) -> bool {
    c.is_ascii() || COMMON.iter().any(|(first, last)| (*first..=*last).contains(&c))
}

/// The same expression without the characters that are not common: of all letters there are, few are left.
fn common(hir: Hir) -> Hir {
    match hir.into_kind() {
        HirKind::Class(Class::Unicode(mut class)) => {
            class.intersect(&ClassUnicode::new(COMMON.map(|(first, last)| ClassUnicodeRange::new(first, last))));
            in_bytes(&class)
        }
        HirKind::Repetition(mut repetition) => {
            repetition.sub = Box::new(common(*repetition.sub));
            Hir::repetition(repetition)
        }
        HirKind::Capture(mut capture) => {
            capture.sub = Box::new(common(*capture.sub));
            Hir::capture(capture)
        }
        HirKind::Concat(parts) => Hir::concat(parts.into_iter().map(common).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.into_iter().map(common).collect()),
        HirKind::Class(class) => Hir::class(class),
        HirKind::Literal(literal) => Hir::literal(literal.0),
        HirKind::Look(look) => Hir::look(look),
        HirKind::Empty => Hir::empty(),
    }
}

/// A class as the bytes that its characters are made of, few as they are: a compiler that finds them itself fills a large table
/// for it.
fn in_bytes(class: &ClassUnicode) -> Hir {
    let bytes = |ranges: &[Utf8Range]| {
        Hir::class(Class::Bytes(ClassBytes::new(
            ranges.iter().map(|range| ClassBytesRange::new(range.start, range.end)),
        )))
    };
    let sequences: Vec<Utf8Sequence> =
        class.iter().flat_map(|range| Utf8Sequences::new(range.start(), range.end())).collect();
    let (short, long): (Vec<&Utf8Sequence>, Vec<&Utf8Sequence>) = sequences.iter().partition(|bytes| bytes.len() == 1);
    let short: Vec<Utf8Range> = short.into_iter().flat_map(Utf8Sequence::as_slice).copied().collect();
    let long = long.into_iter().map(|sequence| Hir::concat(sequence.as_slice().chunks(1).map(bytes).collect()));
    Hir::alternation(Some(bytes(&short)).filter(|_| !short.is_empty()).into_iter().chain(long).collect())
}

/// Whether a pattern names ASCII characters alone. The other case of any other may be ASCII, or in another block: of the
/// Kelvin sign (U+212A) it is `k`. Neither the small form of a pattern nor its sketch knows that.
fn is_ascii(pattern: &str) -> bool {
    pattern.is_ascii() && !["\\x{", "\\u", "\\U", "\\p", "\\P"].iter().any(|escape| pattern.contains(escape))
}

fn short_error(text: &str) -> String {
    let last = text.lines().rev().find(|l| !l.trim().is_empty()).unwrap_or(text);
    last.trim().trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::sketch::Sketch;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static PATTERNS: LazyLock<Vec<(Expression, regex::Regex)>> = LazyLock::new(|| {
        [
            r"\w+\W\d",
            r"[^a-c]\b.",
            r"(?i)[k-s]+ ?\S",
            r"\s\S{2,}$",
            r"[A-C]{2}|[é🎉]",
            "é|b",
            r"\x{212a}+\d",
            "ſ",
            r"\u212A",
            r"(?s)\A.{1,9}\z",
            r"(?u:\w)-\B",
            r"\p{Lu}b",
            r"(?-u:\w)K",
            r"\p{Greek}",
            r"\b(?:4|2[0-2])(?:[ -]?\d){3,5}\b",
            r"(?:ba|kas|ks) (?:is )?k",
            r"[\x{1F300}-\x{1FAFF}\x{2764}] ?k",
        ]
        .iter()
        .flat_map(|pattern| [(pattern, true), (pattern, false)])
        .map(|(pattern, sensitive)| {
            let whole = regex::RegexBuilder::new(pattern).case_insensitive(!sensitive).build().unwrap();
            (Expression::new(pattern, sensitive).unwrap(), whole)
        })
        .collect()
    });

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn both_forms_find_what_the_library_finds_and_the_sketch_sees_it(
            text in r"([a-dksA-DKS0-2 \t\n\x0b\x1f_-]|é|ſ|\u{212a}|🎉|µ|α|日|\u{664}|❤|–){0,12}|[ -~\s]{0,12}|([bks]a?s?| |i|k){0,9}|[4é][0-3 \u{664}-]{0,9}"
        ) {
            for (Expression { needs, regex }, whole) in PATTERNS.iter() {
                let places = regex.compiled(&text).unwrap().find_iter(text.as_bytes()).map(|found| found.range());
                let expected: Vec<_> = whole.find_iter(&text).map(|found| found.range()).collect();
                prop_assert!(expected.is_empty() || needs.may_match(&Sketch::of(&text)), "{}", whole);
                prop_assert_eq!(places.collect::<Vec<_>>(), expected, "{}", whole);
            }
        }
    }
}

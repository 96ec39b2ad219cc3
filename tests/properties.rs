//! Properties of the view, its map and the linter, for any text at all.
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

#[path = "support/laws.rs"]
mod laws;

use laws::folded;
use proptest::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use replylint::check::documented_book;
use replylint::config::Settings;
use replylint::input::Reading;
use replylint::lint::{Linter, Outcome};
use replylint::linters::Linters;
use replylint::rules::declaration::LanguageDecl;
use replylint::rules::examples::VARIANTS;
use replylint::rules::{RuleBook, built_in_sets};
use replylint::text::{Format, LineIndex, Span, View};
use std::sync::LazyLock;

static SETTINGS: LazyLock<Settings> = LazyLock::new(|| {
    let mut settings = Settings { language: "en".to_owned(), ..Settings::default() };
    settings.apply_profiles().unwrap();
    settings
});

static BOOK: LazyLock<RuleBook> = LazyLock::new(|| match documented_book(&SETTINGS, false) {
    Ok((book, _)) => book,
    Err(problems) => panic!("{problems:?}"),
});

static LINTERS: LazyLock<Linters<'static>> = LazyLock::new(|| Linters::new(Linter::new(&BOOK, &[]), &SETTINGS));

static FORMS: LazyLock<LanguageDecl> = LazyLock::new(|| built_in_sets("en", false).unwrap().0);

static POOLS: LazyLock<[ThreadPool; 2]> =
    LazyLock::new(|| [1, 2].map(|threads| ThreadPoolBuilder::new().num_threads(threads).build().unwrap()));

/// Every set of the book.
static SETS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut sets: Vec<String> = BOOK.rules.iter().map(|rule| rule.set().to_owned()).collect();
    sets.dedup();
    sets
});

fn lint(text: &str) -> Outcome {
    Linter::new(&BOOK, &[]).lint(text, Format::Text, None)
}

fn any_format() -> impl Strategy<Value = Format> {
    prop_oneof![Just(Format::Text), Just(Format::Markdown)]
}

/// Text of the pieces that a view treats in a way of its own, in any order.
fn tricky() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zA-Z']{1,8}",
        4 => prop_oneof![Just(" "), Just("  "), Just("\n"), Just("\r\n"), Just("\r"), Just("\t"), Just("\u{a0}"), Just("\n\n")].prop_map(str::to_owned),
        2 => prop_oneof![Just("’"), Just("“"), Just("”"), Just("—"), Just("–"), Just("…"), Just("\u{200b}"), Just("\u{feff}"), Just("\u{202e}"), Just("\u{ad}"), Just("İ"), Just("ß"), Just("É"), Just("e\u{301}"), Just("🎉"), Just("👩‍👩‍👧"), Just("ﬁ")].prop_map(str::to_owned),
        2 => prop_oneof![Just("&amp;"), Just("&nbsp;"), Just("&rsquo;"), Just("&mdash;"), Just("&"), Just("&#39;"), Just("\\*")].prop_map(str::to_owned),
        2 => prop_oneof![Just("{{"), Just("}}"), Just("{"), Just("["), Just("]"), Just("]("), Just(")"), Just("<"), Just(">"), Just("<br>"), Just("<!--"), Just("-->"), Just("%"), Just("__"), Just("**"), Just("*|"), Just("|*"), Just("`"), Just("```"), Just("~~~"), Just("://"), Just("www."), Just("@"), Just("|"), Just("#")].prop_map(str::to_owned),
        2 => prop_oneof![Just("\n> "), Just("\n- "), Just("\n1. "), Just("\n# "), Just("\n```\n"), Just("\n| a | b |\n|---|---|\n| "), Just("\n    "), Just("\nOn Monday Ana wrote:\n"), Just("\n---\n"), Just("[x]: y\n")].prop_map(str::to_owned),
        2 => prop_oneof![Just("{{name}}"), Just("[Name]"), Just("%NAME%"), Just("https://a.example/b?c=d."), Just("ana@a.example"), Just("`code`"), Just("e.g. "), Just("3.50"), Just("can't"), Just("cannot"), Just("ain't"), Just("DON'T"), Just("I'm sorry")].prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![3 => tricky(), 1 => any::<String>()]
}

/// A draft that sets off a rule, or what may stand between two.
fn draft_piece() -> impl Strategy<Value = String> {
    prop_oneof![3 => prop::sample::select(drafts()), 1 => tricky(), 1 => Just("\n\n".to_owned())]
}

/// What is or is not quite a phrase.
fn phrase() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-z]{1,6} ",
        2 => prop_oneof![Just("you "), Just("can't "), Just("do not "), Just("it's "), Just("É "), Just("e.g. ")].prop_map(str::to_owned),
        2 => prop_oneof![Just("(a|b) "), Just("(a|b)? "), Just("(a"), Just("|"), Just(")"), Just(".. "), Just("... "), Just("^ "), Just("$"), Just("<own> "), Just("<number> "), Just("<x>"), Just("*"), Just("s*"), Just("(s|z)e "), Just(", "), Just("! "), Just("-")].prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 1..7).prop_map(|pieces| pieces.concat())
}

/// What is or is not quite a regular expression.
fn pattern() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => "[a-zA-Z]{1,2}",
        3 => prop_oneof![Just(r"\w"), Just(r"\W"), Just(r"\s"), Just(r"\S"), Just(r"\d"), Just(r"\b"), Just("."), Just("[a-m]"), Just("[^k]"), Just("[A-Z]"), Just(r"\p{Lu}"), Just("(?-u:[a-k])")].prop_map(str::to_owned),
        2 => prop_oneof![Just("+"), Just("*"), Just("?"), Just("{2,3}"), Just("|"), Just("("), Just("(?i)"), Just("(?:"), Just(")"), Just("$"), Just("^")].prop_map(str::to_owned),
        1 => prop_oneof![Just("é"), Just("ß"), Just("\u{212a}"), Just("ſ"), Just(r"\x{17f}"), Just(r"\u212A"), Just(r"\xE9"), Just("İ"), Just("🎉")].prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_view_knows_where_its_words_stand(text in any_text(), format in any_format()) {
        laws::view_is_exact(&BOOK, &text, format);
    }

    #[test]
    fn any_stretch_of_the_view_maps_into_the_source(text in any_text(), format in any_format(), a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>()) {
        let view = View::new(&text, format, &BOOK.vocabulary, &BOOK.language);
        let bounds: Vec<usize> = view.text.char_indices().map(|(at, _)| at).chain([view.text.len()]).collect();
        let (a, b) = (bounds[a.index(bounds.len())], bounds[b.index(bounds.len())]);
        let (start, end) = (a.min(b), a.max(b));
        let span = view.map.to_source(Span::new(start, end));
        prop_assert!(span.start <= span.end && span.end <= text.len(), "{span:?}");
        prop_assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end), "{span:?} cuts a character of {text:?}");
    }

    #[test]
    fn replies_stand_in_files_of_any_kind(text in any_text(), file in 0..laws::FILES.len(), named: bool) {
        let (kind, path) = laws::FILES[file];
        laws::replies_stand_in_file(path, &text, Reading { named, instruction: None, kind: Some(kind) });
    }

    #[test]
    fn linting_never_panics_and_marks_real_words(text in any_text(), format in any_format(), customer in prop::option::of(any_text())) {
        let outcome = Linter::new(&BOOK, &["sorry".to_owned()]).lint(&text, format, customer.as_deref());
        let index = LineIndex::new(&text);
        for finding in outcome.findings {
            let Span { start, end } = finding.span;
            prop_assert!(text.get(start..end).is_some_and(|words| !words.is_empty()), "{}: {start}..{end} of {text:?}", finding.rule);
            let position = index.position(start);
            prop_assert!(position.line >= 1 && position.column >= 1);
            for evidence in finding.evidence.iter().filter_map(|evidence| evidence.span) {
                prop_assert!(text.get(evidence.start..evidence.end).is_some());
            }
        }
    }

    #[test]
    fn positions_agree_with_counting(text in any_text(), at in any::<prop::sample::Index>()) {
        let at = at.index(text.len() + 1);
        let at = (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        // A place between CR and LF belongs to the line that they end.
        let before = text[..at].replace("\r\n", "\n");
        let before = before.strip_suffix('\r').filter(|_| text[at..].starts_with('\n')).unwrap_or(&before).replace('\r', "\n");
        let position = LineIndex::new(&text).position(at);
        prop_assert_eq!(position.line, before.matches('\n').count() + 1);
    }
}

/// Drafts that set off many rules, cut from the rules' own examples.
fn drafts() -> Vec<String> {
    let settings = Settings { language: "en".to_owned(), ..Settings::default() };
    let Ok((_, sets)) = documented_book(&settings, true) else { panic!("the built-in rules do not compile") };
    let rules = sets.iter().flat_map(|set| &set.declaration.rules);
    rules.flat_map(|rule| rule.examples.flag.iter().take(2)).map(|example| example.text.clone()).collect()
}

// Whole runs, which cost more.
proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_run_is_the_same_for_any_number_of_threads(text in any_text(), file in 0..laws::FILES.len(), format in 0..9usize) {
        let (kind, path) = laws::FILES[file];
        laws::threads_agree(&LINTERS, path, text.as_bytes(), kind, format, [&POOLS[0], &POOLS[1]]);
    }

    #[test]
    fn findings_survive_a_mark_and_crlf_in_files_of_any_kind(text in any_text(), file in 0..laws::FILES.len()) {
        let (kind, path) = laws::FILES[file];
        laws::dress_changes_no_finding(&LINTERS, path, text.as_bytes(), kind);
    }

    #[test]
    fn what_is_silenced_is_told(text in any_text(), silenced in 0..SETS.len(), file in 0..laws::FILES.len()) {
        let (kind, path) = laws::FILES[file];
        let text = format!("<!-- replylint: ignore {} -- agreed -->\n{text}", SETS[silenced]);
        laws::silence_loses_nothing(&LINTERS, path, &text.replace(['\0', '\u{feff}'], ""), Some(kind));
    }

    #[test]
    fn fixes_of_the_built_in_rules_settle(pieces in prop::collection::vec(draft_piece(), 1..6), file in 0..laws::FILES.len(), unsafe_too: bool) {
        let (kind, path) = laws::FILES[file];
        laws::fixes_settle(&LINTERS, path, &pieces.concat().replace(['\0', '\u{feff}'], ""), Some(kind), unsafe_too);
    }

    #[test]
    fn regular_expressions_find_what_the_library_finds(pattern in pattern(), text in any_text()) {
        let phrase = laws::Phrase { words: &pattern, list: "own", exact: false, is_regex: true };
        laws::phrase_is_refused_or_finds_words(&FORMS, phrase, &text);
    }

    #[test]
    fn phrases_are_refused_or_find_words(words in phrase(), list in phrase(), exact: bool, text in any_text()) {
        let phrase = laws::Phrase { words: &words, list: &list, exact, is_regex: false };
        laws::phrase_is_refused_or_finds_words(&FORMS, phrase, &format!("{text} {words} {text}"));
    }
}

/// The rules that speak and the words they mark, as they are whatever the text wears.
fn found(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> =
        lint(text).findings.into_iter().map(|finding| (finding.rule.into(), folded(&finding.matched))).collect();
    found.sort();
    found
}

#[test]
fn findings_survive_every_dress() {
    let drafts = drafts();
    assert!(drafts.len() > 50, "only {} drafts", drafts.len());
    for draft in drafts {
        let plain = found(&draft);
        for (name, dress) in VARIANTS {
            assert_eq!(found(&dress(&draft)), plain, "{name}: {draft:?}");
        }
        let marked = lint(&format!("\u{feff}{draft}"));
        assert_eq!(marked.findings.len(), lint(&draft).findings.len(), "with a byte order mark: {draft:?}");
        let padded = format!("\n\n  {draft}  \n\n");
        assert_eq!(found(&padded).len(), plain.len(), "with space around it: {draft:?}");
    }
}

#[test]
fn a_comment_over_several_lines_is_no_text_in_any_dress() {
    let text = "<!-- Ana asked:\nyou failed to attach it,\n\nor did you? -->\n\nHi Ana,\n\nyou forgot the form.\n";
    for (name, dress) in VARIANTS {
        let found = Linter::new(&BOOK, &[]).lint(&dress(text), Format::Markdown, None).findings;
        let blamed: Vec<&str> =
            found.iter().filter(|f| f.rule.starts_with("blame/")).map(|f| f.matched.trim()).collect();
        assert_eq!(blamed.len(), 1, "{name}: {blamed:?}");
    }
}

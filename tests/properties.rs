//! Properties of the view, its map and the linter, for any text at all.
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use proptest::prelude::*;
use replylint::check::documented_book;
use replylint::config::Settings;
use replylint::lint::{Linter, Outcome};
use replylint::rules::RuleBook;
use replylint::rules::examples::VARIANTS;
use replylint::text::{Format, Kind, LineIndex, Span, View};
use std::sync::LazyLock;

static BOOK: LazyLock<RuleBook> = LazyLock::new(|| {
    let settings = Settings { language: "en".to_owned(), ..Settings::default() };
    match documented_book(&settings, false) {
        Ok((book, _)) => book,
        Err(problems) => panic!("{problems:?}"),
    }
});

fn view(text: &str, format: Format) -> View {
    View::new(text, format, &BOOK.vocabulary, &BOOK.language)
}

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

/// What a view may change about words without changing the words.
fn folded(text: &str) -> String {
    let mut out = text.to_owned();
    for (from, to) in [
        ("&amp;", "&"),
        ("&nbsp;", " "),
        ("&#160;", " "),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&apos;", "'"),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&rsquo;", "'"),
        ("&lsquo;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&ndash;", "-"),
        ("&mdash;", "-"),
    ] {
        out = out.replace(from, to);
    }
    out.chars()
        .map(|c| match c {
            '’' | '‘' | 'ʼ' | '′' | '‛' | '＇' => '\'',
            '“' | '”' | '„' | '«' | '»' | '″' => '"',
            '‐' | '‑' | '‒' | '−' | '–' | '—' | '―' => '-',
            c => c,
        })
        .flat_map(char::to_lowercase)
        .filter(|c| c.is_alphanumeric() || matches!(c, '\'' | '-' | '"' | '&' | '.' | ','))
        .collect()
}

fn is_masked(kind: Kind) -> bool {
    matches!(kind, Kind::Placeholder | Kind::Link | Kind::Email | Kind::Code | Kind::Mention | Kind::Bullet)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_token_knows_its_words_in_the_source(text in any_text(), format in any_format()) {
        let view = view(&text, format);
        let mut last = 0;
        for (index, token) in view.tokens.iter().enumerate() {
            prop_assert!(token.start < token.end, "an empty token in {:?}", view.text);
            prop_assert!(last <= token.start, "tokens out of order in {:?}", view.text);
            last = token.end;
            let span = view.source_span(index, index + 1);
            let source = text.get(span.start..span.end);
            prop_assert!(source.is_some(), "{span:?} is no stretch of {text:?}");
            let source = source.unwrap();
            let words = view.words(index, index + 1);
            if is_masked(token.kind) {
                prop_assert!(!source.is_empty());
            } else if matches!(token.kind, Kind::Word | Kind::Number) {
                let (source, words) = (folded(source), folded(words));
                // Half of a contraction may share a character with the other half.
                prop_assert!(source == words || source.contains(&words), "{words:?} is not {source:?} in {text:?}");
            }
        }
    }

    #[test]
    fn sentences_hold_every_token_once(text in any_text(), format in any_format()) {
        let view = view(&text, format);
        let mut next = 0;
        for sentence in &view.sentences {
            prop_assert_eq!(sentence.start, next);
            prop_assert!(sentence.end > sentence.start);
            next = sentence.end;
        }
        prop_assert_eq!(next as usize, view.tokens.len());
        for index in 0..view.tokens.len() {
            let sentence = view.sentences[view.sentence_of(index)];
            prop_assert!((sentence.start..sentence.end).contains(&(index as u32)));
        }
    }

    #[test]
    fn any_stretch_of_the_view_maps_into_the_source(text in any_text(), format in any_format(), a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>()) {
        let view = view(&text, format);
        let bounds: Vec<usize> = view.text.char_indices().map(|(at, _)| at).chain([view.text.len()]).collect();
        let (a, b) = (bounds[a.index(bounds.len())], bounds[b.index(bounds.len())]);
        let (start, end) = (a.min(b), a.max(b));
        let span = view.map.to_source(Span::new(start, end));
        prop_assert!(span.start <= span.end && span.end <= text.len(), "{span:?}");
        prop_assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end), "{span:?} cuts a character of {text:?}");
    }

    #[test]
    fn the_map_goes_there_and_back(text in any_text(), format in any_format()) {
        let view = view(&text, format);
        // White space stands for runs and line ends of any kind; everything else that is the same was copied.
        for (at, c) in view.text.char_indices().filter(|(_, c)| !c.is_whitespace() && !c.is_control()) {
            let span = view.map.to_source(Span::new(at, at + c.len_utf8()));
            if text.get(span.start..span.end).is_some_and(|source| source.starts_with(c) && source.len() == c.len_utf8()) {
                prop_assert_eq!(view.map.to_view(span.start), at, "{:?} of {:?}", c, text);
            }
        }
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

/// The rules that speak and the words they mark, as they are whatever the text wears.
fn found(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> =
        lint(text).findings.into_iter().map(|finding| (finding.rule, folded(&finding.matched))).collect();
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

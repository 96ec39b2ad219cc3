//! What holds for any input: each law is a function that panics where it is broken. The property tests try them on inputs
//! made for the purpose, the fuzz targets on all others.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "each user tries its own laws, and the fuzz targets stand in other crates"
)]

use rayon::ThreadPool;
use regex::{Match, RegexBuilder};
use replylint::check::{Options, Progress, Report, SilencedBy, Texts, check_bytes};
use replylint::config::{self, FailOn, Settings};
use replylint::fix::{Fixer, fix_text};
use replylint::input::{self, Instruction, Kind as FileKind, Reading};
use replylint::lint::{Finding, Linter};
use replylint::linters::Linters;
use replylint::problem::Problem;
use replylint::report::{self, Format as ReportFormat, Material, Style};
use replylint::rules::declaration::LanguageDecl;
use replylint::rules::{RuleBook, Severity, examples, load, parse_set};
use replylint::text::{Format, Kind, LineIndex, Map, Shape, Span, View};
use std::path::Path;

/// Texts of more bytes are long.
const LONG: usize = 2_000;

/// Whether `span` is a stretch of `text`: inside it, on character boundaries.
fn is_stretch(text: &str, span: Span) -> bool {
    text.get(span.start..span.end).is_some()
}

/// A map leads every stretch of `inner` to a stretch of `outer`, in order, and says "copied" of equal bytes only.
fn map_is_exact(map: &Map, inner: &str, outer: &str) {
    let mut last = Span::new(0, 0);
    let end_of_all = map.to_source(Span::new(inner.len(), inner.len()));
    assert!(is_stretch(outer, end_of_all) && end_of_all.is_empty(), "the end leads to {end_of_all:?} of {outer:?}");
    for (at, c) in inner.char_indices() {
        let end = at + c.len_utf8();
        let span = map.to_source(Span::new(at, end));
        assert!(is_stretch(outer, span), "{at}..{end} leads to {span:?}, which is no stretch of {outer:?}");
        assert!(last.start <= span.start && last.end <= span.end, "{at}..{end} leads to {span:?}, before {last:?}");
        last = span;
        // What is long is looked at in short pieces only, or the look would cost its square.
        let (from, to) = if inner.len() <= LONG { (0, inner.len()) } else { (at, end) };
        for whole in [Span::new(from, end), Span::new(at, to), Span::new(at, end), Span::new(at, at)] {
            let there = map.to_source(whole);
            assert!(is_stretch(outer, there), "{whole:?} leads to {there:?}, which is no stretch of {outer:?}");
            if let Some(copied) = map.copied_from(whole) {
                assert_eq!(inner.get(whole.start..whole.end), outer.get(copied.start..copied.end), "{whole:?}");
            }
        }
        if map.copied_from(Span::new(at, end)).is_some() {
            assert_eq!(map.to_view(span.start), at, "{c:?} of {inner:?} does not lead back");
        }
    }
    for (at, _) in outer.char_indices().chain([(outer.len(), '\0')]) {
        assert!(map.to_view(at) <= inner.len(), "byte {at} leads past the end");
    }
}

/// What a view may change about words without changing the words.
pub fn folded(text: &str) -> String {
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

/// The view of any text has words in order, each in one sentence, and knows where they stand in the text.
pub fn view_is_exact(book: &RuleBook, text: &str, format: Format) {
    let view = View::new(text, format, &book.vocabulary, &book.language);
    map_is_exact(&view.map, &view.text, text);
    assert!(view.text.len() <= 2 * text.len() + 2, "{} bytes of view for {} of text", view.text.len(), text.len());
    for span in &view.quoted {
        assert!(is_stretch(text, *span), "{span:?} is quoted and no stretch of {text:?}");
    }
    let mut last = 0;
    for (index, token) in view.tokens.iter().enumerate() {
        assert!(token.start < token.end, "an empty token in {:?}", view.text);
        assert!(last <= token.start, "tokens out of order in {:?}", view.text);
        last = token.end;
        let span = view.source_span(index, index + 1);
        let source = &text[span.start..span.end];
        let words = view.words(index, index + 1);
        if is_masked(token.kind) {
            assert!(!source.is_empty(), "token {index} of {:?} stands for nothing", view.text);
        } else if matches!(token.kind, Kind::Word | Kind::Number) {
            let (source, words) = (folded(source), folded(words));
            // Half of a contraction may share a character with the other half.
            assert!(source == words || source.contains(&words), "{words:?} is not {source:?} in {text:?}");
        }
    }
    let mut next = 0;
    for (number, sentence) in view.sentences.iter().enumerate() {
        assert!(sentence.start == next && sentence.end > sentence.start, "sentences leave gaps in {:?}", view.text);
        next = sentence.end;
        assert_eq!(view.sentence_of(sentence.start as usize), number);
        assert!(sentence.line < view.lines.max(1), "a sentence on line {} of {}", sentence.line, view.lines);
    }
    assert_eq!(next as usize, view.tokens.len());
}

/// A problem's place is one of the file: an existing line, at most one column behind its end.
pub fn place_is_in_file(problem: &Problem, text: &str) {
    let Some(position) = problem.position else { return };
    // Formats differ in what ends a line: all count `\n`, none counts more than these.
    let ends = text.chars().filter(|c| matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')).count();
    assert!((1..=ends + 1).contains(&position.line), "{problem} in {text:?}");
    let longest = text.split('\n').map(|line| line.chars().count()).max().unwrap_or(0);
    assert!((1..=longest + 1).contains(&position.column), "{problem} in {text:?}");
}

/// The replies that any file holds stand in it, and know where.
pub fn replies_stand_in_file(path: &str, text: &str, reading: Reading<'_>) {
    let (kind, replies, problems) = input::replies(path, text, reading);
    let index = LineIndex::new(text);
    let mut last = 0;
    for reply in &replies {
        let whole = reply.span();
        assert!(is_stretch(text, whole), "a reply at {whole:?} of {text:?}");
        assert!(last <= whole.start, "replies out of order in {text:?}");
        last = whole.start;
        let start = reply.start(&index);
        assert!(start.line >= 1 && start.column >= 1);
        match reply.map() {
            Some(map) => map_is_exact(map, &reply.text, text),
            None => assert_eq!(reply.text, text),
        }
        if reply.is_verbatim(text) {
            assert!(text.contains(&*reply.text));
        }
    }
    for problem in &problems {
        place_is_in_file(problem, text);
    }
    for aside in input::asides(kind, path, text, &replies) {
        assert!(is_stretch(text, aside.span) && !aside.span.is_empty(), "{aside:?} in {text:?}");
    }
}

/// The bytes of any file are either text or refused with a place in it.
pub fn bytes_are_text_or_refused(path: &str, bytes: &[u8]) -> Option<String> {
    match input::decode(path, bytes.to_vec()) {
        Ok(text) => {
            assert!(bytes.ends_with(text.as_bytes()) && bytes.len() - text.len() <= 3);
            Some(text)
        }
        Err(problem) => {
            place_is_in_file(&problem, &String::from_utf8_lossy(bytes));
            None
        }
    }
}

/// All kinds of files, with a name that each has.
pub const FILES: [(FileKind, &str); 9] = [
    (FileKind::Text, "reply.txt"),
    (FileKind::Markdown, "macros/replies.md"),
    (FileKind::JsonLines, "replies.jsonl"),
    (FileKind::Json, "macros.json"),
    (FileKind::Yaml, "canned-responses.yml"),
    (FileKind::Csv, "macros.csv"),
    (FileKind::Html, "reply.html"),
    (FileKind::Mail, "ticket.eml"),
    (FileKind::Snippets, "snippets.txt"),
];

/// A phrase that was compiled in a book of its own, in the ways in which it can be written.
fn book_of(forms: &LanguageDecl, phrase: &Phrase<'_>) -> Result<RuleBook, Vec<Problem>> {
    let yaml = phrase.yaml();
    let refused = |problem: &Problem| place_is_in_file(problem, &yaml);
    match parse_set("phrase.yml", &yaml) {
        Err(problem) => {
            refused(&problem);
            Err(vec![problem])
        }
        Ok(set) => RuleBook::compile(forms, &[set]).inspect_err(|problems| problems.iter().for_each(refused)),
    }
}

/// A word that stands in no text.
const FILLER: &str = "qqqqqq";

/// A phrase, in the ways in which a rule file can hold it.
#[derive(Clone, Copy, Debug)]
pub struct Phrase<'a> {
    /// The phrase.
    pub words: &'a str,
    /// The one phrase of the list `<own>`.
    pub list: &'a str,
    /// Whether letter case matters.
    pub exact: bool,
    /// Whether it is a regular expression.
    pub is_regex: bool,
}

impl Phrase<'_> {
    /// The rules `as-it-is`, `one-of` and `by-name` with this phrase; it `cancelled` by itself and `by-all` that is said; and
    /// `all` that is said, cancelled by the phrase.
    fn yaml(&self) -> String {
        let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default();
        let written = |text: &str| match (self.is_regex, self.exact) {
            (true, _) => format!("{{re: {}}}", quoted(text)),
            (false, true) => format!("{{text: {}, case: sensitive}}", quoted(text)),
            (false, false) => quoted(text),
        };
        let words = self.words;
        let as_list = if self.is_regex { "none".to_owned() } else { words.to_owned() };
        let one_of = if self.is_regex { format!("(?:{words}|{FILLER})") } else { format!("({FILLER}|{words})") };
        let mut yaml =
            format!("set: f\nphrases:\n  own: [{}]\n  it: [{}]\nrules:\n", quoted(self.list), quoted(&as_list));
        for (id, phrase) in [("as-it-is", written(words)), ("one-of", written(&one_of)), ("by-name", quoted("<it>"))] {
            yaml.push_str(&format!("  - {{id: {id}, severity: warning, message: m, avoid: [{phrase}]}}\n"));
        }
        let it = written(words);
        let all = "{re: '(?s).+'}";
        for (id, avoid, unless) in [("cancelled", &*it, &*it), ("by-all", &*it, all), ("all", all, &*it)] {
            yaml.push_str(&format!(
                "  - {{id: {id}, severity: warning, message: m, avoid: [{avoid}], unless: [{unless}]}}\n"
            ));
        }
        yaml
    }
}

/// A phrase is refused with a place, or finds the same words of a text in whatever way it is written and whatever stands
/// before them.
pub fn phrase_is_refused_or_finds_words(forms: &LanguageDecl, phrase: Phrase<'_>, text: &str) {
    let Ok(book) = book_of(forms, &phrase) else { return };
    // It would be found, however it is written.
    if folded(text).contains(FILLER) {
        return;
    }
    let found = |text: &str, id: &str| -> Vec<Span> {
        let rule = book.rules.iter().position(|rule| rule.id == format!("f/{id}"));
        let linter = Linter::new(&book, &[]).only(rule.expect("the rule is in the book"));
        let spans = || -> Vec<Span> {
            let findings = linter.lint(text, Format::Text, None).findings;
            findings.iter().map(|finding| finding.span).collect()
        };
        let found = spans();
        found.iter().for_each(|span| assert!(!span.is_empty() && is_stretch(text, *span)));
        assert_eq!(spans(), found, "{phrase:?} is remembered elsewhere than it is found in {text:?}");
        // What is remembered of sentences that look alike is of no account.
        let other = Linter::new(&book, &[]).only(rule.expect("the rule is in the book"));
        for alike in [text.to_uppercase(), text.to_lowercase(), text.replace('e', "o"), text.replace(['a', 's'], "É")]
        {
            other.lint(&alike, Format::Text, None);
        }
        let remembered: Vec<Span> = other.lint(text, Format::Text, None).findings.iter().map(|f| f.span).collect();
        assert_eq!(remembered, found, "what was found in others changes what {phrase:?} finds in {text:?}");
        found
    };
    let plain = found(text, "as-it-is");
    assert_eq!(found(text, "one-of"), plain, "in brackets, {phrase:?} finds something else in {text:?}");
    if !phrase.is_regex && !phrase.exact {
        assert_eq!(found(text, "by-name"), plain, "by its list, {phrase:?} finds something else in {text:?}");
    }
    if phrase.is_regex {
        library_finds(&book, phrase.words, text, &plain);
    }
    assert_eq!(found(text, "cancelled"), [], "{phrase:?} does not cancel itself in {text:?}");
    assert_eq!(found(text, "by-all"), [], "{phrase:?} is not cancelled by all of {text:?}");
    if !plain.is_empty() {
        assert_eq!(found(text, "all"), [], "{phrase:?} does not cancel all of {text:?}");
    }
    // A paragraph of its own before it moves what is found and changes nothing. But a text without a word is no reply, and
    // one that is all quotation is read as if it were none.
    let before = "Zzz zzz.\n\n";
    let longer = format!("{before}{text}");
    let view = |text: &str| View::new(text, Format::Text, &book.vocabulary, &book.language);
    let is_alike = view(text).word_count() > 0 && view(&longer).quoted.is_empty();
    if !phrase.is_regex && is_alike && !text.starts_with(char::is_whitespace) {
        let moved: Vec<Span> = found(&longer, "as-it-is")
            .into_iter()
            .filter_map(|span| Some(Span::new(span.start.checked_sub(before.len())?, span.end - before.len())))
            .collect();
        assert_eq!(moved, plain, "behind a paragraph, {phrase:?} finds something else in {text:?}");
    }
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    if !phrase.is_regex && phrase.words.split(' ').all(is_word) {
        let whole = Span::new(0, phrase.words.len());
        assert_eq!(found(phrase.words, "as-it-is"), [whole], "{phrase:?} does not find itself");
    }
}

/// A regular expression is found where the library finds it in the view, and nowhere else.
fn library_finds(book: &RuleBook, pattern: &str, text: &str, found: &[Span]) {
    let regex = RegexBuilder::new(pattern).case_insensitive(true).build().expect("the rule was taken");
    let view = View::new(text, Format::Text, &book.vocabulary, &book.language);
    let touched = |place: Match<'_>| {
        let first = view.tokens.iter().position(|token| token.end as usize > place.start())?;
        let last = view.tokens.iter().rposition(|token| (token.start as usize) < place.end())?;
        (!place.is_empty() && first <= last).then_some((first, last + 1))
    };
    let expected: Vec<(usize, usize)> = regex.find_iter(&view.text).filter_map(touched).collect();
    for span in found {
        let covers = |(first, end): &(usize, usize)| {
            let place = view.source_span(*first, *end);
            span.start <= place.start && place.end <= span.end
        };
        assert!(expected.iter().any(covers), "{pattern:?} is not at {span:?} of {text:?}");
    }
    let is_said =
        |(first, end): &(usize, usize)| view.tokens[*first..*end].iter().any(|token| !token.shape.has(Shape::QUOTED));
    let said: Vec<_> = expected.iter().filter(|place| is_said(place)).collect();
    assert_eq!(found.is_empty(), said.is_empty(), "{pattern:?} is at {said:?} of the words of {text:?}");
}

/// A rule file is refused with places in it, or its rules run, on their own examples and on the file's text.
pub fn rules_are_refused_or_run(forms: &LanguageDecl, yaml: &str) {
    let refused = |problem: &Problem| {
        assert!(problem.path.is_some(), "{problem} in {yaml:?}");
        place_is_in_file(problem, yaml);
    };
    let sets = match parse_set("rules.yml", yaml) {
        Ok(set) => [set],
        Err(problem) => return refused(&problem),
    };
    match RuleBook::compile(forms, &sets) {
        Err(problems) => {
            assert!(!problems.is_empty());
            problems.iter().for_each(refused);
        }
        Ok(book) => {
            let finding_is_in =
                |text: &str, span: Span| assert!(is_stretch(text, span) && !span.is_empty(), "{span:?}");
            let outcome =
                Linter::new(&book, &[]).with_coach(true).with_evidence(true).lint(yaml, Format::Text, Some(yaml));
            outcome.findings.iter().for_each(|finding| finding_is_in(yaml, finding.span));
            for example in examples::collect(&book, &sets).iter().take(20) {
                if let Some(failure) = example.run(&book)
                    && let Some(position) = failure.position
                {
                    refused(&Problem::in_file("rules.yml", failure.text).at(Some(position)));
                }
            }
        }
    }
}

/// How files are read and which findings count where nothing is asked for.
pub fn options<'a>(progress: &'a Progress, kind: Option<FileKind>, inputs: &'a [Instruction]) -> Options<'a> {
    Options {
        reply_to: None,
        min_severity: Severity::Suggestion,
        keep_texts: Texts::All,
        excerpts: true,
        inputs,
        kind,
        threads: None,
        progress,
    }
}

/// What a file silences is told, with who asked for it; everything else that the linter finds is a finding.
pub fn silence_loses_nothing(linters: &Linters<'_>, path: &str, text: &str, kind: Option<FileKind>) {
    let progress = Progress::default();
    let options = options(&progress, kind, &[]);
    let report = check_bytes(linters, path, text.as_bytes().to_vec(), true, options);
    let reading = Reading { named: true, instruction: None, kind };
    let (_, replies, _) = input::replies(path, text, reading);
    let (about, of_replies): (Vec<_>, Vec<_>) = report.replies.iter().partition(|reply| reply.is_aside);
    assert_eq!(of_replies.len(), replies.len(), "{:?}", report.problems);
    for (reply, checked) in replies.iter().zip(of_replies) {
        let linter = linters.for_file(Path::new(path)).for_channel(reply.channel.as_deref());
        let declared: Vec<usize> = reply.situations.iter().filter_map(|name| linter.book().signal(name)).collect();
        let outcome = linter.lint_as(&reply.text, reply.format, reply.customer.as_deref(), &declared);
        let all = |findings: &mut dyn Iterator<Item = &Finding>| -> Vec<(Span, String)> {
            let mut all: Vec<_> = findings.map(|finding| (finding.span, finding.rule.to_string())).collect();
            all.sort();
            all
        };
        let silenced = checked.silenced.iter().map(|silenced| &silenced.finding);
        let told = all(&mut checked.outcome.findings.iter().chain(silenced));
        assert_eq!(told, all(&mut outcome.findings.iter()), "{text:?}");
        assert_eq!(checked.places.len(), checked.outcome.findings.len());
        for silenced in &checked.silenced {
            let rule = &silenced.finding.rule;
            let set = rule.split('/').next().unwrap_or(rule);
            assert!(text.contains(set), "nobody asked to silence {rule} in {text:?}");
            if silenced.by == SilencedBy::Comment {
                assert!(silenced.reason.as_ref().is_some_and(|reason| !reason.trim().is_empty()), "{rule} in {text:?}");
            }
        }
    }
    for finding in about.iter().flat_map(|reply| &reply.outcome.findings) {
        assert!(is_stretch(text, finding.span) && !finding.span.is_empty(), "{finding:?} of {text:?}");
    }
}

/// A mended file has nothing left to mend, holds the same replies, and differs from the file only from the first words
/// that were to be mended to the last.
pub fn fixes_settle(linters: &Linters<'_>, path: &str, text: &str, kind: Option<FileKind>, unsafe_too: bool) {
    let progress = Progress::default();
    let options = options(&progress, kind, &[]);
    let fixer = Fixer { linters, options, unsafe_too, baseline: None };
    let fixed = match fix_text(fixer, path, text, true) {
        Ok(fixed) => fixed,
        Err(problem) => panic!("{problem}: {text:?}"),
    };
    let again = fix_text(fixer, path, &fixed.text, true).expect("what has settled stays settled");
    assert_eq!((&again.text, again.fixes.fixed), (&fixed.text, 0), "{text:?}");
    assert_eq!(fixed.text == text, fixed.fixes.fixed == 0, "{text:?}");
    let reading = Reading { named: true, instruction: None, kind };
    let (before, old, _) = input::replies(path, text, reading);
    let (after, new, _) = input::replies(path, &fixed.text, reading);
    assert_eq!((before, old.len()), (after, new.len()), "{text:?} became {:?}", fixed.text);
    for (old, new) in old.iter().zip(&new) {
        assert_eq!((&old.name, &old.customer, old.id), (&new.name, &new.customer, new.id), "{text:?}");
    }
    // Words that go take a space or the next letter with them, and a second round may begin a little earlier.
    let report = check_bytes(linters, path, text.as_bytes().to_vec(), true, options);
    let replies = report.replies.iter().filter(|reply| !reply.is_aside).zip(&old);
    let edited = replies.flat_map(|(checked, reply)| {
        let edits = checked.outcome.findings.iter().filter(|finding| finding.replace.is_some());
        edits.filter_map(|finding| reply.copied_from(finding.span))
    });
    let (first, last) = edited.fold((text.len(), 0), |(first, last), span| (first.min(span.start), last.max(span.end)));
    if fixed.fixes.fixed > 0 {
        let same = |a: &mut dyn Iterator<Item = (u8, u8)>| a.take_while(|(a, b)| a == b).count();
        let front = same(&mut text.bytes().zip(fixed.text.bytes()));
        let back = same(&mut text.bytes().rev().zip(fixed.text.bytes().rev()));
        assert!(front + NEAR >= first && text.len() - back <= last + NEAR, "{text:?} became {:?}", fixed.text);
    }
}

/// How far from the words that it is about an edit may begin or end, in bytes.
const NEAR: usize = 64;

/// A language file is refused with a place in it, or its words are used.
pub fn language_is_refused_or_used(yaml: &str) {
    let directory = tempfile::tempdir().expect("a directory");
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).expect("a file");
    write("language.yml", yaml);
    write(
        "set.yml",
        "set: s\nrules: [{id: r, severity: warning, message: m, avoid: [you are not, \"<own>\"]}]\nphrases: {own: [a]}",
    );
    let (forms, sets, problems) = load(directory.path());
    problems.iter().for_each(|problem| place_is_in_file(problem, yaml));
    assert_eq!(sets.len(), 1);
    let Some(forms) = forms else { return assert!(!problems.is_empty(), "{yaml:?}") };
    if let Ok(book) = RuleBook::compile(&forms, &sets) {
        view_is_exact(&book, yaml, Format::Text);
        let outcome = Linter::new(&book, &[]).lint(yaml, Format::Text, None);
        outcome.findings.iter().for_each(|finding| assert!(is_stretch(yaml, finding.span)));
    }
}

/// A config is refused with a place in it, or its settings choose rules.
pub fn config_is_refused_or_used(book: &RuleBook, yaml: &str) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join(config::CONFIG_NAME);
    std::fs::write(&path, yaml).expect("a file");
    let settings = config::read(&path).and_then(|decl| Settings::from_config(decl, Some(&path)));
    let mut settings = match settings {
        Ok(settings) => settings,
        Err(problem) => return place_is_in_file(&problem, yaml),
    };
    if let Err(problem) = settings.apply_profiles() {
        return place_is_in_file(&problem, yaml);
    }
    settings.check_names(&book.rule_ids()).iter().for_each(|problem| place_is_in_file(problem, yaml));
    let linters =
        Linters::new(Linter::new(book, &settings.allow).with_selection(&settings, &settings.allow), &settings);
    let progress = Progress::default();
    let options = options(&progress, None, &settings.inputs);
    let report = check_bytes(&linters, "reply.txt", yaml.as_bytes().to_vec(), true, options);
    assert!(report.replies.iter().all(|reply| !reply.is_aside || reply.line == 1));
}

/// The formats of a report, without the two that tell why rules are there and so want their files.
const REPORTS: [ReportFormat; 9] = [
    ReportFormat::Human,
    ReportFormat::Concise,
    ReportFormat::Json,
    ReportFormat::Jsonl,
    ReportFormat::Github,
    ReportFormat::Gitlab,
    ReportFormat::Junit,
    ReportFormat::Checkstyle,
    ReportFormat::Rdjson,
];

/// A report in the format of that number.
fn written(linters: &Linters<'_>, report: &Report, number: usize) -> Vec<u8> {
    let material = Material { report, book: linters.book(), sets: &[], fail_on: FailOn::Warning };
    let style = Style { verbose: true, width: 80, ..Style::default() };
    let mut out = Vec::new();
    report::write(material, REPORTS[number % REPORTS.len()], style, &mut out).expect("memory takes all bytes");
    out
}

/// A report is the same bytes for any number of threads, with no control character of the draft's in it.
pub fn threads_agree(
    linters: &Linters<'_>,
    path: &str,
    bytes: &[u8],
    kind: FileKind,
    format: usize,
    pools: [&ThreadPool; 2],
) {
    let progress = Progress::default();
    let options = options(&progress, Some(kind), &[]);
    let [one, two] = pools.map(|pool| {
        let report = pool.install(|| check_bytes(linters, path, bytes.to_vec(), true, options));
        (written(linters, &report, format), report)
    });
    assert_eq!(one.0, two.0, "two threads write something else");
    let text = String::from_utf8(one.0).expect("a report is text");
    let raw = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    assert!(!text.contains(raw), "{text:?}");
    for reply in &one.1.replies {
        assert_eq!(reply.places.len(), reply.outcome.findings.len());
        for (start, end) in &reply.places {
            assert!((start.line, start.column) <= (end.line, end.column) && start.line >= 1 && start.column >= 1);
        }
    }
}

/// What a file's findings are, as far as they do not depend on what the file wears: rules, places and words.
fn found(linters: &Linters<'_>, path: &str, bytes: Vec<u8>, kind: FileKind) -> Vec<String> {
    let progress = Progress::default();
    let report = check_bytes(linters, path, bytes, true, options(&progress, Some(kind), &[]));
    let told = report.replies.iter().flat_map(|reply| {
        let findings = reply.outcome.findings.iter().zip(&reply.places);
        findings.map(|(finding, (start, _))| {
            format!("{}:{} {} {}", start.line, start.column, finding.rule, finding.matched)
        })
    });
    told.chain(report.problems.iter().map(Problem::to_string)).collect()
}

/// Findings are the same behind a byte order mark, and with CRLF for line ends.
pub fn dress_changes_no_finding(linters: &Linters<'_>, path: &str, bytes: &[u8], kind: FileKind) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if text.starts_with('\u{feff}') || text.contains(['\0', '\r']) {
        return;
    }
    let plain = found(linters, path, bytes.to_vec(), kind);
    let marked = format!("\u{feff}{text}").into_bytes();
    assert_eq!(found(linters, path, marked, kind), plain, "with a byte order mark: {text:?}");
    let crlf = text.replace('\n', "\r\n").into_bytes();
    assert_eq!(found(linters, path, crlf, kind), plain, "with CRLF: {text:?}");
}

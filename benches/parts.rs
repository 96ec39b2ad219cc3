//! The parts of a check, each by itself: `cargo bench --bench parts`.

mod support;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use replylint::check::rule_book;
use replylint::config::Settings;
use replylint::lint::Linter;
use replylint::rules::book::Selection;
use replylint::rules::{RuleBook, Severity, built_in_sets};
use replylint::text::{Format, View};

fn main() {
    divan::main();
}

/// Replies that a part is run on.
const REPLIES: usize = 200;

fn book() -> RuleBook {
    let settings = Settings { language: "en".to_owned(), ..Settings::default() };
    rule_book(&settings).unwrap_or_else(|problems| panic!("{}", problems[0]))
}

fn replies() -> Vec<String> {
    support::Replies::new().from(1).take(REPLIES).collect()
}

/// Reading the built-in rules, as each run does.
#[divan::bench]
fn load() -> RuleBook {
    book()
}

/// Compiling the built-in rules from their declarations, as each run with rules of one's own does.
#[divan::bench(sample_count = 10)]
fn compile(bencher: Bencher) {
    let (forms, sets) = built_in_sets("en", false).unwrap_or_else(|problems| panic!("{}", problems[0]));
    bencher.bench(|| RuleBook::compile(&forms, &sets).map_err(|problems| problems.len()));
}

/// The replies as they are, or with what people write in Markdown around them.
fn written(format: Format) -> Vec<String> {
    let marked = |reply| format!("# Your *case*\n\n{reply}\n- See [the page](https://a.example/p).\n- Press `Save`.\n");
    match format {
        Format::Text => replies(),
        Format::Markdown => replies().into_iter().map(marked).collect(),
    }
}

const FORMATS: [Format; 2] = [Format::Text, Format::Markdown];

/// Normalising, cutting into sentences and words.
#[divan::bench(args = FORMATS)]
fn view(bencher: Bencher, format: Format) {
    let (book, replies) = (book(), written(format));
    bencher.counter(BytesCount::new(replies.iter().map(String::len).sum::<usize>())).bench_local(|| {
        let mut view = View::default();
        for reply in &replies {
            view.read(reply, format, &book.vocabulary, &book.language);
            black_box(&view);
        }
    });
}

/// All of it but reading and writing.
#[divan::bench(args = FORMATS)]
fn lint(bencher: Bencher, format: Format) {
    let (book, replies) = (book(), written(format));
    let linter = Linter::new(&book, &[]);
    bencher.counter(BytesCount::new(replies.iter().map(String::len).sum::<usize>())).bench(|| {
        for reply in &replies {
            black_box(linter.lint(reply, format, None));
        }
    });
}

/// The same where no rule is on: the view, and the search for signals.
#[divan::bench]
fn signals(bencher: Bencher) {
    let (book, replies) = (book(), replies());
    let linter = Linter::new(&book, &[]).with_selection(&NoRule, &[]);
    bencher.counter(BytesCount::new(replies.iter().map(String::len).sum::<usize>())).bench(|| {
        for reply in &replies {
            black_box(linter.lint(reply, Format::Text, None));
        }
    });
}

/// Switches all rules off.
struct NoRule;

impl Selection for NoRule {
    fn severity(&self, _: &str, _: Severity, _: bool) -> Option<Severity> {
        None
    }
}

/// The same with generated rules alone, ten times more from one to the next.
#[divan::bench(args = [10, 100, 1_000, 10_000], sample_count = 10)]
fn lint_with_rules(bencher: Bencher, rules: usize) {
    let (book, replies) = (support::generated_book(rules), replies());
    let linter = Linter::new(&book, &[]);
    bencher.counter(BytesCount::new(replies.iter().map(String::len).sum::<usize>())).bench(|| {
        for reply in &replies {
            black_box(linter.lint(reply, Format::Text, None));
        }
    });
}

//! The parts of a check, each by itself: `cargo bench --bench parts`.

mod support;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use replylint::check::rule_book;
use replylint::config::Settings;
use replylint::lint::Linter;
use replylint::rules::{RuleBook, built_in_sets};
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

/// Normalising, cutting into sentences and words.
#[divan::bench]
fn view(bencher: Bencher) {
    let (book, replies) = (book(), replies());
    bencher.counter(BytesCount::new(replies.iter().map(String::len).sum::<usize>())).bench(|| {
        for reply in &replies {
            black_box(View::new(reply, Format::Text, &book.vocabulary, &book.language));
        }
    });
}

/// All of it but reading and writing.
#[divan::bench]
fn lint(bencher: Bencher) {
    let (book, replies) = (book(), replies());
    let linter = Linter::new(&book, &[]);
    bencher.counter(BytesCount::new(replies.iter().map(String::len).sum::<usize>())).bench(|| {
        for reply in &replies {
            black_box(linter.lint(reply, Format::Text, None));
        }
    });
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

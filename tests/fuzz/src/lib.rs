//! What the fuzz targets share: the laws, and the built-in rules.

#[path = "../../support/laws.rs"]
pub mod laws;

use rayon::{ThreadPool, ThreadPoolBuilder};
use replylint::check::rule_book;
use replylint::config::Settings;
use replylint::input::{Instruction, InstructionDecl};
use replylint::lint::Linter;
use replylint::linters::Linters;
use replylint::rules::declaration::LanguageDecl;
use replylint::rules::{RuleBook, built_in_sets};
use replylint::text::Format;
use std::borrow::Cow;
use std::path::Path;
use std::sync::LazyLock;

/// The settings of a run that is told nothing.
pub static SETTINGS: LazyLock<Settings> = LazyLock::new(|| {
    let mut settings = Settings { language: "en".to_owned(), ..Settings::default() };
    settings.apply_profiles().expect("the built-in profiles are read");
    settings
});

/// The built-in rules.
pub static BOOK: LazyLock<RuleBook> = LazyLock::new(|| match rule_book(&SETTINGS) {
    Ok(book) => book,
    Err(problems) => panic!("{problems:?}"),
});

/// The word forms of the built-in rules.
pub static FORMS: LazyLock<LanguageDecl> = LazyLock::new(|| match built_in_sets("en", false) {
    Ok((forms, _)) => forms,
    Err(problems) => panic!("{problems:?}"),
});

/// The linters of a run that is told nothing.
pub static LINTERS: LazyLock<Linters<'static>> = LazyLock::new(|| Linters::new(Linter::new(&BOOK, &[]), &SETTINGS));

/// Threads for a run, one and two.
pub static POOLS: LazyLock<[ThreadPool; 2]> =
    LazyLock::new(|| [1, 2].map(|n| ThreadPoolBuilder::new().num_threads(n).build().expect("threads")));

/// The first byte, which chooses, and the rest as text.
pub fn choice_and_text(data: &[u8]) -> Option<(usize, Cow<'_, str>)> {
    let (choice, rest) = data.split_first()?;
    let text = std::str::from_utf8(rest).ok()?;
    Some((usize::from(*choice), repeated(*choice, text)))
}

/// The text; for the highest choices over and over, so that it shows what costs more than its length.
pub fn repeated(choice: u8, text: &str) -> Cow<'_, str> {
    if choice >= u8::MAX - 8 && !text.is_empty() { text.repeat(LONG.div_ceil(text.len())).into() } else { text.into() }
}

/// Bytes of a text that is long.
const LONG: usize = 1 << 15;

/// A format by number.
pub fn format(choice: usize) -> Format {
    if choice % 2 == 0 { Format::Text } else { Format::Markdown }
}

/// Ways of reading a file that a config may ask for.
pub static INSTRUCTIONS: LazyLock<Vec<Instruction>> = LazyLock::new(|| {
    let declared = [
        "{files: '**', each: file}",
        "{files: '**', each: heading}",
        "{files: '**', each: fence}",
        "{files: '**', each: quote}",
        "{files: '**', each: record, reply: 'macros[].body', title: 'macros[].title', customer: 'macros[].q'}",
        "{files: '**', reply: '*', format: html}",
    ];
    let read = |yaml| {
        let decl: InstructionDecl = serde_yaml::from_str(yaml).expect("an instruction");
        Instruction::new(decl, Path::new(".")).expect("a pattern for files")
    };
    declared.into_iter().map(read).collect()
});

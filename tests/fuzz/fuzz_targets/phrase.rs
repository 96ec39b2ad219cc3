//! The phrase compiler and the search. The first byte chooses the kind of phrase; the first line is the phrase, the second
//! the list `<own>`, the rest the text it is run on.
#![no_main]

use libfuzzer_sys::fuzz_target;
use replylint_fuzz::{FORMS, choice_and_text, laws};

fuzz_target!(|data: &[u8]| {
    let Some((choice, text)) = choice_and_text(data) else { return };
    let mut lines = text.splitn(3, '\n');
    let (Some(words), Some(list), Some(text)) = (lines.next(), lines.next(), lines.next()) else { return };
    let phrase = laws::Phrase { words, list, exact: choice % 3 == 1, is_regex: choice % 3 == 2 };
    laws::phrase_is_refused_or_finds_words(&FORMS, phrase, text);
});

//! The loader of rule files. The first byte chooses between a set, a language file and a config.
#![no_main]

use libfuzzer_sys::fuzz_target;
use replylint_fuzz::{BOOK, FORMS, choice_and_text, laws};

fuzz_target!(|data: &[u8]| {
    let Some((choice, text)) = choice_and_text(data) else { return };
    match choice % 4 {
        0 => laws::language_is_refused_or_used(&text),
        1 => laws::config_is_refused_or_used(&BOOK, &text),
        _ => laws::rules_are_refused_or_run(&FORMS, &text),
    }
});

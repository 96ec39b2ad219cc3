//! The view of any text, and its map. The first byte chooses the format.
#![no_main]

use libfuzzer_sys::fuzz_target;
use replylint_fuzz::{BOOK, choice_and_text, format, laws};

fuzz_target!(|data: &[u8]| {
    if let Some((choice, text)) = choice_and_text(data) {
        laws::view_is_exact(&BOOK, &text, format(choice));
    }
});

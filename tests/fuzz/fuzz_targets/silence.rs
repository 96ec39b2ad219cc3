//! Comments and front matter that ask for silence. The first byte chooses the kind of file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use replylint_fuzz::{LINTERS, choice_and_text, laws};

fuzz_target!(|data: &[u8]| {
    let Some((choice, text)) = choice_and_text(data) else { return };
    let (kind, path) = laws::FILES[choice % laws::FILES.len()];
    if !text.contains('\0') && !text.starts_with('\u{feff}') {
        laws::silence_loses_nothing(&LINTERS, path, &text, Some(kind));
    }
});

//! The edits that rules offer. The first byte chooses the kind of file, and whether unsafe edits are made too.
#![no_main]

use libfuzzer_sys::fuzz_target;
use replylint_fuzz::{LINTERS, choice_and_text, laws};

fuzz_target!(|data: &[u8]| {
    let Some((choice, text)) = choice_and_text(data) else { return };
    let (kind, path) = laws::FILES[choice % laws::FILES.len()];
    if !text.contains('\0') && !text.starts_with('\u{feff}') {
        laws::fixes_settle(&LINTERS, path, &text, Some(kind), choice / laws::FILES.len() % 2 == 0);
    }
});

//! The replies of any file. The first byte chooses how it is read, and whether it is found or named.
#![no_main]

use libfuzzer_sys::fuzz_target;
use replylint::input::Reading;
use replylint_fuzz::{INSTRUCTIONS, laws, repeated};

fuzz_target!(|data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else { return };
    let (first, choice) = (*choice, usize::from(*choice));
    let (kind, path) = laws::FILES[choice % laws::FILES.len()];
    let Some(text) = laws::bytes_are_text_or_refused(path, bytes) else { return };
    let choice = choice / laws::FILES.len();
    let instruction = (choice / 4).checked_sub(1).map(|number| &INSTRUCTIONS[number % INSTRUCTIONS.len()]);
    let reading = Reading { named: choice % 2 == 0, instruction, kind: (choice / 2 % 2 == 0).then_some(kind) };
    laws::replies_stand_in_file(path, &repeated(first, &text), reading);
});

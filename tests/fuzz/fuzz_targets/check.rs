//! A whole run over one file of any bytes. The first byte chooses the kind of file and the output.
#![no_main]

use libfuzzer_sys::fuzz_target;
use replylint_fuzz::{LINTERS, POOLS, laws};

fuzz_target!(|data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else { return };
    let choice = usize::from(*choice);
    let (kind, path) = laws::FILES[choice % laws::FILES.len()];
    let output = choice / laws::FILES.len();
    laws::threads_agree(&LINTERS, path, bytes, kind, output, [&POOLS[0], &POOLS[1]]);
    laws::dress_changes_no_finding(&LINTERS, path, bytes, kind);
});

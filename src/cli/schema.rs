//! `replylint schema`: the JSON Schema of a rule file or of the config, for editors that complete keys.

use super::{CLEAN, Console};

/// What a schema is asked for.
#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
pub(super) enum Of {
    /// A rule file: `set:`, `signals:`, `rules:`.
    #[default]
    Rules,
    /// `replylint.yml`.
    Config,
    /// `language.yml`: the word forms of a language.
    Language,
}

pub(super) fn run(of: Of, console: &Console) -> u8 {
    console.print(match of {
        Of::Rules => include_str!("../../examples/editors/schemas/rules.json"),
        Of::Config => include_str!("../../examples/editors/schemas/config.json"),
        Of::Language => include_str!("../../examples/editors/schemas/language.json"),
    });
    CLEAN
}

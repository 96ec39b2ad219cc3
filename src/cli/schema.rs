//! `replylint schema`: the JSON Schema of a rule file or of the config, for editors that complete keys.

use super::{CLEAN, Console, FAILED};
use crate::config::ConfigDecl;
use crate::problem::Problem;
use crate::rules::declaration::{LanguageDecl, SetDecl};
use schemars::generate::SchemaSettings;

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
    let generator = SchemaSettings::draft07().into_generator();
    let schema = match of {
        Of::Rules => generator.into_root_schema_for::<SetDecl>(),
        Of::Config => generator.into_root_schema_for::<ConfigDecl>(),
        Of::Language => generator.into_root_schema_for::<LanguageDecl>(),
    };
    match serde_json::to_string_pretty(&schema) {
        Ok(text) => {
            console.print(&format!("{text}\n"));
            CLEAN
        }
        Err(error) => {
            console.problems(&[Problem::new(format!("can't write the schema: {error}"))]);
            FAILED
        }
    }
}

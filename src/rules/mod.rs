//! Rules: from YAML files to a [`RuleBook`] that the linter can run.
//!
//! One direction: `source` finds and reads files, `declaration` holds them as YAML has them, `phrase` parses the
//! phrase language, `compile` checks everything and builds the book. Past `compile` nothing can be half valid.

pub mod book;
pub mod declaration;
pub mod examples;
pub mod source;

mod anchor;
mod built_in;
mod choices;
mod code;
mod compile;
mod edges;
mod fields;
mod filter;
mod index;
mod language_file;
mod lazy_regex;
mod locate;
mod matching;
mod memo;
mod needs;
mod pattern;
mod phrase;
mod program;
mod reading;
mod rewording;
mod search;
mod sentence;
mod sentence_key;
mod set_file;
mod sketch;

pub use book::{Check, Rule, RuleBook, Severity, Signal, SignalKind};
pub use built_in::{built_in_book, built_in_sets, languages};
pub(crate) use built_in::{principles_json, profiles_json};
pub use pattern::{Hit, PatternSet};
pub use set_file::{SetFile, parse_set};
pub use source::{load, overlay};

pub(crate) use fields::fill;
pub(crate) use locate::{Step, locate};
pub(crate) use matching::Scratch;
pub(crate) use memo::Memo;
pub(crate) use search::{Everything, Following, Pair, Wanted};
pub(crate) use sentence_key::Spelling;

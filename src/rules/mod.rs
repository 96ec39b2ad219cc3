//! Rules: from YAML files to a [`RuleBook`] that the linter can run.
//!
//! One direction: `source` finds and reads files, `declaration` holds them as YAML has them, `phrase` parses the
//! phrase language, `compile` checks everything and builds the book. Past `compile` nothing can be half valid.

pub mod book;
pub mod declaration;
pub mod examples;
pub mod source;

mod compile;
mod locate;
mod pattern;
mod phrase;
mod program;

pub use book::{Check, Rule, RuleBook, Severity, Signal, SignalKind};
pub(crate) use compile::rule_ids;
pub use pattern::{Hit, Matcher, PatternSet};
pub use source::{Origin, SetFile, built_in, load};

pub(crate) use locate::locate_key;
pub(crate) use program::Scratch;

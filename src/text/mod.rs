//! Text: from the bytes of a draft to words and sentences, with an exact way back.
//!
//! One direction: `markup` cuts a source into pieces, `view` normalises the pieces into one plain text with a
//! [`Map`] back to the source, `sentences` and `words` cut that text up. Nothing here knows any rule.

mod aside;
mod language;
mod map;
mod markup;
mod mask;
mod sentences;
mod span;
mod token;
mod view;
mod vocabulary;
mod words;

pub use aside::{Aside, Standing};
pub use language::Language;
pub use map::Map;
pub use markup::{Format, Piece};
pub use span::{Columns, LineIndex, Position, Span};
pub use token::{Kind, Sentence, Shape, Token};
pub use view::View;
pub use vocabulary::Vocabulary;

pub(crate) use aside::{ADDRESSEE, End, candidates};
pub(crate) use span::lines;
pub(crate) use token::is_mark;
pub(crate) use vocabulary::{eight, split_words};
pub(crate) use words::is_symbol;

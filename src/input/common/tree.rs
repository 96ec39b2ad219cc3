//! What JSON and YAML have in common: values with places. [`super::record`] looks for replies in them.

use super::passage::Passage;

/// Deepest nesting that is looked into. Deeper values are there and hold nothing.
pub(in crate::input) const DEPTH_MAX: usize = 100;

/// A value of a document.
#[derive(Clone, Debug)]
pub(in crate::input) enum Node<'a> {
    /// A mapping, in order.
    Map(Vec<(Passage<'a>, Node<'a>)>),
    /// A list.
    List(Vec<Node<'a>>),
    /// A string. `bare` ones may be numbers or truth values: plain YAML scalars.
    Text { text: Passage<'a>, bare: bool },
    /// Anything else: numbers, truth values, null, references. With its place and, if it is short, its text.
    Other(Passage<'a>),
}

impl<'a> Node<'a> {
    /// The value under `key`.
    pub(in crate::input) fn get(&self, key: &str) -> Option<&Node<'a>> {
        match self {
            Self::Map(entries) => entries.iter().find(|(name, _)| name.text == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub(in crate::input) fn as_text(&self) -> Option<&Passage<'a>> {
        match self {
            Self::Text { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The text of a string, a number or a truth value.
    pub(in crate::input) fn scalar(&self) -> Option<&str> {
        match self {
            Self::Text { text, .. } | Self::Other(text) => Some(&text.text),
            _ => None,
        }
    }

    /// The items of a list.
    pub(in crate::input) fn items(&self) -> &[Node<'a>] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }
}

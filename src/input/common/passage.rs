//! A stretch of text, decoded, with the way back to its file.

use crate::text::{Map, Span};
use std::borrow::Cow;

/// Text and where each of its bytes stands in the file.
#[derive(Clone, Debug, Default)]
pub(in crate::input) struct Passage<'a> {
    /// The text.
    pub text: Cow<'a, str>,
    /// From bytes of the text to bytes of the file.
    pub map: Map,
}

impl<'a> Passage<'a> {
    /// The bytes `span` of the file, as they stand.
    pub(in crate::input) fn of_file(file: &'a str, span: Span) -> Self {
        let mut map = Map::default();
        map.copy(span.start, span.len());
        Self { text: Cow::Borrowed(&file[span.start..span.end]), map }
    }

    /// A text that stands for the whole of `span`.
    pub(in crate::input) fn whole(text: impl Into<Cow<'a, str>>, span: Span) -> Self {
        let text = text.into();
        let mut map = Map::default();
        map.replace(span, text.len());
        Self { text, map }
    }

    /// The byte of the file where it begins.
    pub(in crate::input) fn start(&self) -> usize {
        self.map.to_source(Span::new(0, 0)).start
    }

    /// A part of it.
    pub(in crate::input) fn slice(&self, span: Span) -> Self {
        let text = match &self.text {
            Cow::Borrowed(text) => Cow::Borrowed(&text[span.start..span.end]),
            Cow::Owned(text) => Cow::Owned(text[span.start..span.end].to_owned()),
        };
        Self { text, map: self.map.slice(span) }
    }

    /// Without the white space around it.
    pub(in crate::input) fn trimmed(self) -> Self {
        let kept = self.text.trim();
        if kept.len() == self.text.len() {
            return self;
        }
        // Only empty lines go in front: the indentation of the first line of words is part of it.
        let start = self.text.len() - self.text.trim_start().len();
        let span = Span::new(start, start + kept.len());
        self.slice(span)
    }

    /// Whether it holds no letter and no digit.
    pub(in crate::input) fn is_blank(&self) -> bool {
        !self.text.contains(|c: char| !c.is_whitespace())
    }
}

/// Builds a passage piece by piece.
#[derive(Debug, Default)]
pub(in crate::input) struct Builder {
    text: String,
    map: Map,
}

impl Builder {
    /// A builder of a text of so many bytes, more or less, that has an escape in every fifty, as replies of many lines do.
    pub(in crate::input) fn with_capacity(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), map: Map::with_capacity(bytes / 24) }
    }

    pub(in crate::input) fn copy(&mut self, file: &str, span: Span) {
        self.text.push_str(&file[span.start..span.end]);
        self.map.copy(span.start, span.len());
    }

    pub(in crate::input) fn replace(&mut self, text: &str, span: Span) {
        self.text.push_str(text);
        self.map.replace(span, text.len());
    }

    pub(in crate::input) fn text(&self) -> &str {
        &self.text
    }

    pub(in crate::input) fn done<'a>(self) -> Passage<'a> {
        Passage { text: Cow::Owned(self.text), map: self.map }
    }
}

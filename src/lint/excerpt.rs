//! The first words of a finding's sentence, for people who read a baseline.

use super::Linter;
use crate::text::{Format, Span, View};

/// Characters of a sentence that an excerpt shows.
const EXCERPT_MAX: usize = 60;

/// The first words of `sentence` in lower case.
pub(crate) fn excerpt(sentence: &str) -> String {
    let words: Vec<String> = sentence.split_whitespace().map(str::to_lowercase).collect();
    // A stretch that stands as one word, such as a placeholder, is a control character in the view.
    let mut shown: String = words.join(" ").chars().map(|c| if c.is_control() { '…' } else { c }).collect();
    if let Some((end, _)) = shown.char_indices().nth(EXCERPT_MAX) {
        shown.truncate(shown[..end].trim_end().len());
        shown.push('…');
    }
    shown
}

impl Linter<'_> {
    /// The excerpt of the sentence that each of `spans` begins in. In `text` no secret must be left.
    pub fn excerpts(&self, text: &str, format: Format, spans: impl Iterator<Item = Span>) -> Vec<String> {
        let book = self.book();
        let view = View::new(text, format, &book.vocabulary, &book.language);
        let sentence = |span: Span| {
            let at = view.map.to_view(span.start);
            let token = view.tokens.partition_point(|token| token.end as usize <= at);
            let sentence = view.sentences.get(view.sentence_of(token)).or(view.sentences.last());
            sentence.map_or("", |sentence| view.words(sentence.start as usize, sentence.end as usize))
        };
        spans.map(|span| excerpt(sentence(span))).collect()
    }
}

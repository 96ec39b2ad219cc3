//! What makes two findings the same one: the rule and the sentence, however the sentence is wrapped or moved.

use super::Linter;
use crate::text::{Format, Span, View};
use sha2::{Digest, Sha256};

/// Characters of a sentence that an excerpt shows.
const EXCERPT_MAX: usize = 60;

/// Bytes of the hash that are kept: two sentences of one file with the same 64 bits are not to be met with.
const HASH_LEN: usize = 8;

/// A sentence, told apart from others without keeping it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// 16 hexadecimal digits.
    pub hash: String,
    /// The first words of the sentence, in lower case, for people who read a baseline.
    pub excerpt: String,
}

impl Fingerprint {
    /// The fingerprint of `sentence`, which must hold no secret.
    pub fn of(sentence: &str) -> Self {
        let words: Vec<String> = sentence.split_whitespace().map(str::to_lowercase).collect();
        let normal = words.join(" ");
        let hash = Sha256::digest(normal.as_bytes());
        // A stretch that stands as one word, such as a placeholder, is a control character in the view.
        let mut shown: String = normal.chars().map(|c| if c.is_control() { '…' } else { c }).collect();
        if let Some((end, _)) = shown.char_indices().nth(EXCERPT_MAX) {
            shown.truncate(shown[..end].trim_end().len());
            shown.push('…');
        }
        Self { hash: hash.iter().take(HASH_LEN).map(|byte| format!("{byte:02x}")).collect(), excerpt: shown }
    }
}

impl Linter<'_> {
    /// The fingerprint of the sentence that each of `spans` begins in. In `text` no secret must be left.
    pub fn fingerprints(&self, text: &str, format: Format, spans: impl Iterator<Item = Span>) -> Vec<Fingerprint> {
        let book = self.book();
        let view = View::new(text, format, &book.vocabulary, &book.language);
        let sentence = |span: Span| {
            let at = view.map.to_view(span.start);
            let token = view.tokens.partition_point(|token| token.end as usize <= at);
            let sentence = view.sentences.get(view.sentence_of(token)).or(view.sentences.last());
            sentence.map_or("", |sentence| view.words(sentence.start as usize, sentence.end as usize))
        };
        spans.map(|span| Fingerprint::of(sentence(span))).collect()
    }
}

//! One reply per file: plain text or Markdown.

use super::{Origin, Reply};
use crate::text::Format;
use std::borrow::Cow;

pub(super) fn replies(text: &str, format: Format) -> Vec<Reply<'_>> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    vec![Reply { text: Cow::Borrowed(text), format, customer: None, id: None, origin: Origin::File }]
}

//! The fields of messages and edits: `{match}` and others.

use crate::wording::Wording;
use memchr::memchr;
use std::borrow::Cow;

/// `text` with words in the place of its fields. They stay as they are even where they look like a field: drafts hold `{1}` and
/// `{when}` too. A field for which there are no words stays as well.
pub(crate) fn fill<'w>(text: &Wording, words: impl Fn(&str) -> Option<Cow<'w, str>>) -> Wording {
    if memchr(b'{', text.as_bytes()).is_none() {
        return text.clone();
    }
    let mut filled = String::with_capacity(2 * text.len());
    let mut rest = text.as_str();
    while let Some((before, behind)) = rest.split_once('{') {
        filled.push_str(before);
        let field = behind.split_once('}').and_then(|(name, after)| Some((words(name)?, after)));
        let (words, after) = field.unwrap_or(("{".into(), behind));
        filled.push_str(&words);
        rest = after;
    }
    (filled + rest).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_filled_once() {
        let words = |field: &str| match field {
            "match" => Some("{when} {1}".into()),
            "1" => Some("one".into()),
            _ => None,
        };
        assert_eq!(fill(&"“{match}”, {1}{1}".into(), words), "“{when} {1}”, oneone");
        assert_eq!(fill(&"{other} {{1}} {1".into(), words), "{other} {one} {1");
    }
}

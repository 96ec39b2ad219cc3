//! Stretches of a text that stand as one word: placeholders, links, addresses, mentions, inline code.

use super::Span;
use super::token::Kind;

/// Longest placeholder, in bytes: longer bracketed text is prose.
const PLACEHOLDER_MAX: usize = 80;

/// Most backticks that open a stretch of code; more are a line drawn across the page.
const TICKS_MAX: usize = 8;

/// Longest target of a link in Markdown, in bytes.
const LINK_MAX: usize = 500;

/// The tags that Markdown and plain text may hold as markup. Any other `<word>` is a placeholder.
const TAGS: [&str; 36] = [
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "center",
    "code",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "i",
    "img",
    "kbd",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "u",
    "ul",
];

/// What stands at a trigger byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mask {
    /// One word of this kind.
    Token(Kind),
    /// Markup that is no text at all.
    Nothing,
}

/// Whether a mask can begin with this byte.
pub(super) fn is_trigger(byte: u8) -> bool {
    matches!(byte, b'{' | b'[' | b']' | b'<' | b'%' | b'$' | b'#' | b'*' | b'_' | b'@' | b'`' | b':' | b'w' | b'W')
}

/// The mask that covers byte `at` of `text`, if any. `from` is where unmasked text begins: a link or an address found at
/// its `:` or `@` may reach back to there.
pub(super) fn mask_at(text: &str, at: usize, from: usize) -> Option<(Span, Mask)> {
    let rest = &text[at..];
    let bytes = rest.as_bytes();
    let placeholder = |len: usize| Some((Span::new(at, at + len), Mask::Token(Kind::Placeholder)));
    match bytes[0] {
        b'{' => braces(rest).and_then(placeholder),
        b'$' | b'#' | b'%' if bytes.get(1) == Some(&b'{') => braces(&rest[1..]).and_then(|len| placeholder(len + 1)),
        b'%' => percent(rest).and_then(placeholder),
        b'*' => merge_tag(rest).and_then(placeholder),
        b'_' if !ends_in_word(&text[from..at]) => underscores(rest).and_then(placeholder),
        b'[' => square(rest).and_then(placeholder),
        b']' if bytes.get(1) == Some(&b'(') => {
            let len = closing(&rest[1..], b'(', b')', LINK_MAX)?;
            Some((Span::new(at, at + 1 + len), Mask::Token(Kind::Link)))
        }
        b'<' => angle(rest).map(|(len, mask)| (Span::new(at, at + len), mask)),
        b'`' => {
            let ticks = rest.bytes().take(TICKS_MAX + 1).take_while(|b| *b == b'`').count();
            if ticks > TICKS_MAX {
                return None;
            }
            let window = floor(rest, 400);
            let end = window[ticks..].find(&rest[..ticks])?;
            (end > 0 && !window[ticks..ticks + end].contains("\n\n"))
                .then(|| (Span::new(at, at + ticks * 2 + end), Mask::Token(Kind::Code)))
        }
        b':' if rest.starts_with("://") => {
            let scheme = text[from..at].bytes().rev().take_while(u8::is_ascii_alphanumeric).count();
            (scheme >= 2).then(|| (Span::new(at - scheme, at + url_len(rest)), Mask::Token(Kind::Link)))
        }
        // `:wave:` is a picture.
        b':' if !ends_in_word(&text[from..at]) => {
            let in_name = |b: &&u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'+' | b'-');
            let name = bytes[1..].iter().take_while(in_name).count();
            ((2..=40).contains(&name) && bytes.get(1 + name) == Some(&b':'))
                .then(|| (Span::new(at, at + name + 2), Mask::Nothing))
        }
        b'w' | b'W'
            if rest.get(..4).is_some_and(|w| w.eq_ignore_ascii_case("www.")) && !ends_in_word(&text[from..at]) =>
        {
            Some((Span::new(at, at + url_len(rest)), Mask::Token(Kind::Link)))
        }
        b'@' => {
            let local = text[from..at]
                .bytes()
                .rev()
                .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'+' | b'-'))
                .count();
            let domain =
                bytes[1..].iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-')).count();
            let domain = 1 + rest[1..1 + domain].trim_end_matches(['.', '-']).len();
            match (local, domain) {
                (_, 1) => None,
                (0, len) => {
                    (!ends_in_word(&text[from..at])).then(|| (Span::new(at, at + len), Mask::Token(Kind::Mention)))
                }
                (local, len) => Some((Span::new(at - local, at + len), Mask::Token(Kind::Email))),
            }
        }
        _ => None,
    }
}

fn ends_in_word(text: &str) -> bool {
    text.chars().next_back().is_some_and(char::is_alphanumeric)
}

/// At most `max` bytes from the start, cut on a character boundary.
fn floor(text: &str, max: usize) -> &str {
    let mut end = max.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Length up to the bracket that closes the first one.
fn closing(text: &str, open: u8, close: u8, max: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (index, byte) in text.bytes().enumerate().take(max) {
        if byte == open {
            depth += 1;
        } else if byte == close {
            depth -= 1;
            if depth == 0 {
                return Some(index + 1);
            }
        } else if byte == b'\n' {
            return None;
        }
    }
    None
}

/// `{{x}}`, `{x}`, `{% x %}`, `{$x}`.
fn braces(rest: &str) -> Option<usize> {
    let len = closing(rest, b'{', b'}', PLACEHOLDER_MAX * 3)?;
    let inner = rest[1..len - 1].trim_matches(['{', '}', '%', ' ', '#', '$', '-', '~']);
    let code = rest.starts_with("{%") || rest.starts_with("{{") || rest.starts_with("{#");
    let plain = inner.len() <= PLACEHOLDER_MAX && !inner.is_empty();
    (code || plain).then_some(len)
}

/// `%NAME%`, `%first_name%`.
fn percent(rest: &str) -> Option<usize> {
    let name = rest[1..].bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-')).count();
    let starts = rest.as_bytes().get(1).is_some_and(u8::is_ascii_alphabetic);
    (starts && name >= 2 && rest.as_bytes().get(1 + name) == Some(&b'%')).then_some(name + 2)
}

/// `*|NAME|*`.
fn merge_tag(rest: &str) -> Option<usize> {
    if !rest.starts_with("*|") {
        return None;
    }
    let window = floor(rest, PLACEHOLDER_MAX);
    window[2..].find("|*").filter(|len| *len > 0).map(|len| len + 4)
}

/// `__NAME__` in capitals; `__word__` is bold.
fn underscores(rest: &str) -> Option<usize> {
    let inner = floor(rest, PLACEHOLDER_MAX).strip_prefix("__")?;
    let name = inner.bytes().take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_').count();
    let name = inner[..name].trim_end_matches('_').len();
    (name >= 2 && inner[name..].starts_with("__")).then_some(name + 4)
}

/// `[Name]`, `[[x]]`, but no link, footnote, check box or reference.
fn square(rest: &str) -> Option<usize> {
    let double = rest.starts_with("[[");
    let len = closing(rest, b'[', b']', PLACEHOLDER_MAX)?;
    let inner = rest[1..len - 1].trim_matches(['[', ']', ' ', '*', '_']);
    let after = rest.as_bytes().get(len);
    let link =
        matches!(after, Some(b'(' | b'[')) || (after == Some(&b':') && inner.starts_with(|c: char| c.is_ascii_digit()));
    let first = inner.chars().next()?;
    let named = (first.is_alphabetic() && inner.chars().count() > 1) || matches!(first, '$' | '#' | '%' | '@' | '_');
    let reference = inner.bytes().all(|b| b.is_ascii_digit()) || first == '^';
    (!link && !reference && (named || double)).then_some(len)
}

fn angle(rest: &str) -> Option<(usize, Mask)> {
    if rest.starts_with("<!--") {
        let end = rest.find("-->").map_or(rest.len(), |i| i + 3);
        return Some((end, Mask::Nothing));
    }
    if rest.starts_with("<%") {
        let window = floor(rest, PLACEHOLDER_MAX * 2);
        return window.find("%>").map(|i| (i + 2, Mask::Token(Kind::Placeholder)));
    }
    let window = floor(rest, 400);
    let len = window.find('>')? + 1;
    let inner = &rest[1..len - 1];
    if inner.contains(['\n', '<']) {
        return None;
    }
    if inner.contains("://") || inner.starts_with("mailto:") {
        return Some((len, Mask::Token(Kind::Link)));
    }
    if inner.contains('@') && !inner.contains(' ') {
        return Some((len, Mask::Token(if inner.starts_with('@') { Kind::Mention } else { Kind::Email })));
    }
    let name: String = inner
        .trim_start_matches('/')
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    if TAGS.contains(&name.as_str()) {
        return Some((len, Mask::Nothing));
    }
    let starts = inner.starts_with(|c: char| c.is_alphabetic());
    (starts && inner.len() <= 40).then_some((len, Mask::Token(Kind::Placeholder)))
}

/// Length of a link from `://` or `www.` on, without the punctuation that ends a sentence.
fn url_len(rest: &str) -> usize {
    let end = rest
        .char_indices()
        .find(|(_, c)| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '`' | '”' | '’' | '|'))
        .map_or(rest.len(), |(index, _)| index);
    let link = rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', ']']);
    let unopened = link.ends_with(')') && link.matches('(').count() < link.matches(')').count();
    if unopened { link.trim_end_matches(')').len() } else { link.len() }
}

//! Words: the units that phrases are matched on.
//!
//! Every word of a draft is looked up once in the rule book's [`Vocabulary`]; after that, matching compares numbers.
//! Contractions are two words ("you're" is `you` + `'re`), hyphens are spaces, quotation marks are nothing.

use super::vocabulary::{Found, Vocabulary};
use serde::{Deserialize, Serialize};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[repr(u8)]
pub enum Kind {
    /// A word.
    Word,
    /// A word that starts with a digit.
    Number,
    /// A placeholder such as `{{name}}`.
    Placeholder,
    /// A link.
    Link,
    /// An e-mail address.
    Email,
    /// Code, inline or fenced.
    Code,
    /// `@name`.
    Mention,
    /// The mark of a list item.
    Bullet,
    /// `,`
    Comma,
    /// `.` or `...` or `…`
    Stop,
    /// `?`
    Question,
    /// `!`
    Exclamation,
    /// `:`
    Colon,
    /// `;`
    Semicolon,
    /// ` - ` or a dash
    Dash,
    /// `/`
    Slash,
    /// A bracket.
    Bracket,
    /// An emoji or another sign that is no letter.
    Symbol,
}

impl Kind {
    /// The one character that stands for a masked stretch in a view.
    pub fn mark(self) -> char {
        match self {
            Self::Placeholder => '\u{1}',
            Self::Link => '\u{2}',
            Self::Email => '\u{3}',
            Self::Code => '\u{4}',
            Self::Mention => '\u{5}',
            Self::Bullet => '\u{6}',
            _ => '\u{7}',
        }
    }

    /// Whether it counts as a word of the reply.
    pub fn is_wordlike(self) -> bool {
        matches!(
            self,
            Self::Word | Self::Number | Self::Placeholder | Self::Link | Self::Email | Self::Code | Self::Mention
        )
    }

    /// Whether it can end a sentence.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Stop | Self::Question | Self::Exclamation | Self::Symbol)
    }

    fn of_mark(byte: u8) -> Option<Self> {
        Some(match byte {
            1 => Self::Placeholder,
            2 => Self::Link,
            3 => Self::Email,
            4 => Self::Code,
            5 => Self::Mention,
            6 => Self::Bullet,
            b',' => Self::Comma,
            b'.' => Self::Stop,
            b'?' => Self::Question,
            b'!' => Self::Exclamation,
            b':' => Self::Colon,
            b';' => Self::Semicolon,
            b'/' => Self::Slash,
            b'(' | b')' => Self::Bracket,
            _ => return None,
        })
    }
}

/// Whether `c` stands in a view for a masked stretch: a placeholder, a link, an address, code, a mention, a bullet.
pub(crate) fn is_mark(c: char) -> bool {
    ('\u{1}'..='\u{6}').contains(&c)
}

/// One word or mark of a view.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// First byte in the view.
    pub start: u32,
    /// One past the last byte in the view.
    pub end: u32,
    /// Its number in the vocabulary; 0 for a word that no phrase names.
    pub word: u32,
    /// What it is.
    pub kind: Kind,
    /// Starts with a capital letter.
    pub capitalised: bool,
    /// Has at least two letters, all capitals.
    pub shouted: bool,
    /// Stands inside a short quotation: mentioned, not said.
    pub quoted: bool,
    /// Is one of the two words that a word stands for, so that its letters may be others than its number says.
    pub is_part: bool,
}

/// A run of tokens that is one sentence.
#[derive(Clone, Copy, Debug)]
pub struct Sentence {
    /// First token.
    pub start: u32,
    /// One past the last token.
    pub end: u32,
    /// The hard line it stands on, from 0.
    pub line: u32,
}

/// Longest quotation that counts as a mention (a button, an error message), in tokens.
const QUOTATION_MAX: usize = 14;

/// Appends the tokens of `text`, which begins at byte `offset` of the view.
pub(super) fn tokens(text: &str, offset: usize, vocabulary: &Vocabulary, out: &mut Vec<Token>) {
    let bytes = text.as_bytes();
    let first = out.len();
    let mut quote: Option<usize> = None;
    let mut lower = String::new();
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if byte.is_ascii_alphanumeric() || byte >= 0x80 {
            let end = word_end(text, at);
            if end > at {
                word(&text[at..end], offset + at, vocabulary, &mut lower, out);
                at = end;
                continue;
            }
            let len = text[at..].chars().next().map_or(1, char::len_utf8);
            if text[at..].starts_with(is_symbol) {
                let word = vocabulary.get(&text[at..at + len]);
                out.push(Token { word, ..mark(Kind::Symbol, offset + at, offset + at + len) });
            }
            at += len;
            continue;
        }
        let mut end = at + 1;
        let kind = match byte {
            b'"' => {
                quotation(&mut quote, first, out);
                None
            }
            b'-' => {
                let spaced = |b: Option<&u8>| b.is_none_or(|b| b.is_ascii_whitespace() || *b == b'-');
                (spaced(bytes.get(at + 1)) && (at == 0 || spaced(bytes.get(at - 1)))).then_some(Kind::Dash)
            }
            b'.' => {
                end = at + bytes[at..].iter().take_while(|b| **b == b'.').count();
                Some(Kind::Stop)
            }
            _ => Kind::of_mark(byte),
        };
        if let Some(kind) = kind {
            out.push(mark(kind, offset + at, offset + end));
        }
        at = end;
    }
}

fn mark(kind: Kind, start: usize, end: usize) -> Token {
    let (start, end) = (start as u32, end as u32);
    Token { start, end, word: 0, kind, capitalised: false, shouted: false, quoted: false, is_part: false }
}

/// Whether `c` is an emoji or another sign that phrases may name.
pub(crate) fn is_symbol(c: char) -> bool {
    c >= '\u{2190}'
        && !c.is_alphanumeric()
        && !('\u{3000}'..='\u{303f}').contains(&c)
        && !('\u{fe00}'..='\u{fe0f}').contains(&c)
}

/// A quotation mark: opens, or closes and marks what stands between as mentioned.
fn quotation(open: &mut Option<usize>, first: usize, out: &mut [Token]) {
    match open.take() {
        None => *open = Some(out.len()),
        Some(start) => {
            let whole = start == first;
            if out.len() - start <= QUOTATION_MAX && !whole {
                for token in &mut out[start..] {
                    token.quoted = true;
                }
            }
        }
    }
}

/// End of the word that starts at `at`.
fn word_end(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let mut end = at;
    loop {
        match bytes.get(end) {
            Some(byte) if byte.is_ascii_alphanumeric() => end += 1,
            Some(b'\'') if end > at && bytes.get(end + 1).is_some_and(u8::is_ascii_alphabetic) => end += 1,
            // Most words end plainly; what may join two of their parts is looked at in full.
            Some(b'\'' | b'.' | b',' | b':' | b'&')
                if bytes.get(end + 1).is_some_and(|next| next.is_ascii_alphanumeric() || *next >= 0x80) =>
            {
                return joined_end(text, at);
            }
            Some(byte) if *byte >= 0x80 => return joined_end(text, at),
            _ => return end,
        }
    }
}

/// End of the word that starts at `at`: letters and digits, with an apostrophe, full stop or comma inside where it
/// stands between two of them ("don't", "e.g", "3.50", "1,000").
fn joined_end(text: &str, at: usize) -> usize {
    let mut chars = text[at..].char_indices().peekable();
    let mut end = 0;
    let mut last_digit = false;
    while let Some((index, c)) = chars.next() {
        if c.is_alphanumeric() || is_joining(c) {
            end = index + c.len_utf8();
            last_digit = c.is_ascii_digit();
            continue;
        }
        let Some(&(_, next)) = chars.peek() else {
            break;
        };
        let joins = match c {
            '\'' => next.is_alphabetic(),
            '.' => {
                (last_digit && next.is_ascii_digit()) || (next.is_alphabetic() && single_letter(&text[at..at + index]))
            }
            ',' | ':' => last_digit && next.is_ascii_digit(),
            '&' => next.is_alphanumeric(),
            _ => false,
        };
        if !joins || end == 0 {
            break;
        }
    }
    at + end
}

/// Marks that belong to the letter before them.
fn is_joining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{93e}'..='\u{94d}')
}

/// Whether what stands before a full stop is one letter ("e" of "e.g", "S" of "U.S").
fn single_letter(before: &str) -> bool {
    let last = before.rsplit('.').next().unwrap_or("");
    last.chars().count() == 1 && last.chars().all(char::is_alphabetic)
}

/// How the letters of a word are written.
#[derive(Default)]
struct Letters {
    number: usize,
    has_upper: bool,
    has_lower: bool,
}

impl Letters {
    fn of(text: &str) -> Self {
        let mut letters = Self::default();
        if text.is_ascii() {
            for byte in text.bytes() {
                letters.number += usize::from(byte.is_ascii_alphabetic());
                letters.has_upper |= byte.is_ascii_uppercase();
                letters.has_lower |= byte.is_ascii_lowercase();
            }
        } else {
            for c in text.chars() {
                letters.number += usize::from(c.is_alphabetic());
                // Not every letter that has a small form is upper case: title case has one too.
                letters.has_upper |= !c.is_lowercase();
                letters.has_lower |= c.is_lowercase();
            }
        }
        letters
    }
}

fn word(text: &str, start: usize, vocabulary: &Vocabulary, lower: &mut String, out: &mut Vec<Token>) {
    let letters = Letters::of(text);
    let folded = if letters.has_upper {
        lower.clear();
        if text.is_ascii() {
            lower.push_str(text);
            lower.make_ascii_lowercase();
        } else {
            lower.extend(text.chars().flat_map(char::to_lowercase));
        }
        lower.as_str()
    } else {
        text
    };
    let first = text.chars().next().unwrap_or(' ');
    let kind = if first.is_numeric() { Kind::Number } else { Kind::Word };
    let capitalised = first.is_uppercase();
    let shouted = letters.number > 1 && !letters.has_lower;
    let mut push = |range: std::ops::Range<usize>, id: u32| {
        let is_part = range.len() < text.len();
        out.push(Token {
            start: (start + range.start) as u32,
            end: (start + range.end) as u32,
            word: id,
            kind,
            capitalised,
            shouted,
            quoted: false,
            is_part,
        });
    };
    match vocabulary.find(folded) {
        Found::One(id) => push(0..text.len(), id),
        Found::Two(one, two) => {
            // "can't" is "can" + "n't": the letters are shared out from the end.
            let mut cut = text.len().saturating_sub(two.len()).max(one.len().min(text.len() - 1));
            if text.len() == one.len() + two.len() {
                cut = one.len();
            }
            while !text.is_char_boundary(cut) {
                cut -= 1;
            }
            let (one, two) = (vocabulary.get(one), vocabulary.get(two));
            push(0..cut, one);
            push(cut..text.len(), two);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    fn words(text: &str) -> Vec<String> {
        let language = Language {
            contractions: vec![("n't".into(), vec!["not".into()]), ("'re".into(), vec!["are".into()])],
            irregular: [("cannot".to_owned(), ("can".to_owned(), "not".to_owned()))].into_iter().collect(),
            ..Language::default()
        };
        let mut out = Vec::new();
        tokens(text, 0, &Vocabulary::new(&language), &mut out);
        out.iter().map(|t| text[t.start as usize..t.end as usize].to_owned()).collect()
    }

    #[test]
    fn contractions_are_two_words() {
        assert_eq!(
            words("You're sure? I didn't, we cannot."),
            ["You", "'re", "sure", "?", "I", "did", "n't", ",", "we", "can", "not", "."]
        );
    }

    #[test]
    fn numbers_abbreviations_and_hyphens() {
        assert_eq!(
            words("3.50 e.g. a mix-up - Zoë 1,000"),
            ["3.50", "e.g", ".", "a", "mix", "up", "-", "Zoë", "1,000"]
        );
    }

    #[test]
    fn a_short_quotation_is_marked() {
        let mut out = Vec::new();
        tokens("It says \"Sorry, not found\" here", 0, &Vocabulary::default(), &mut out);
        assert_eq!(out.iter().map(|t| t.quoted).collect::<Vec<_>>(), [false, false, true, true, true, true, false]);
    }
}

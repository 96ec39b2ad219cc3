//! Words: the units that phrases are matched on.
//!
//! Every word of a draft is looked up once in the rule book's [`Vocabulary`]; after that, matching compares numbers.
//! Contractions are two words ("you're" is `you` + `'re`), hyphens are spaces, quotation marks are nothing.

use super::Span;
use super::token::{Kind, Shape, Token};
use super::vocabulary::{Found, Vocabulary, eight};

/// Longest quotation that counts as a mention (a button, an error message), in tokens.
const QUOTATION_MAX: usize = 14;

/// What a byte begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Nothing,
    /// An ASCII word.
    Word,
    /// A character of more bytes than one.
    Long,
    Quote,
    Hyphen,
    Stops,
    Mark(Kind),
}

static CLASSES: [Class; 256] = {
    let mut table = [Class::Nothing; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b if b.is_ascii_alphanumeric() => Class::Word,
            b if b >= 0x80 => Class::Long,
            b'"' => Class::Quote,
            b'-' => Class::Hyphen,
            b'.' => Class::Stops,
            b => match Kind::of_mark(b) {
                Some(kind) => Class::Mark(kind),
                None => Class::Nothing,
            },
        };
        byte += 1;
    }
    table
};

/// Appends the tokens of a sentence, which is `span` of `text`. `lower` is for words in lower case.
pub(super) fn tokens(text: &str, span: Span, vocabulary: &Vocabulary, lower: &mut String, out: &mut Vec<Token>) {
    let text = &text[..span.end];
    let bytes = text.as_bytes();
    let first = out.len();
    let mut quote: Option<usize> = None;
    let mut at = span.start;
    while let Some(byte) = bytes.get(at) {
        let mut end = at + 1;
        let kind = match CLASSES[usize::from(*byte)] {
            Class::Nothing => None,
            Class::Word => {
                let letters = Eight::of(eight(&bytes[at..]));
                if let Some(next) = behind_plain(bytes, at + letters.len)
                    && let Some(word) = vocabulary.short(letters.folded)
                {
                    out.push(letters.token(at, word));
                    at = next;
                    continue;
                }
                end = word_end(text, at);
                self::word(&text[at..end], at, vocabulary, lower, out);
                None
            }
            Class::Long => {
                end = word_end(text, at);
                if end > at {
                    self::word(&text[at..end], at, vocabulary, lower, out);
                } else {
                    end = at + text[at..].chars().next().map_or(1, char::len_utf8);
                    if text[at..].starts_with(is_symbol) {
                        let word = vocabulary.get(&text[at..end]);
                        out.push(Token { word, ..mark(Kind::Symbol, at, end) });
                    }
                }
                None
            }
            Class::Quote => {
                quotation(&mut quote, first, out);
                None
            }
            Class::Hyphen => {
                let spaced = |b: Option<&u8>| b.is_none_or(|b| b.is_ascii_whitespace() || *b == b'-');
                (spaced(bytes.get(at + 1)) && (at == span.start || spaced(bytes.get(at - 1)))).then_some(Kind::Dash)
            }
            Class::Stops => {
                end = at + bytes[at..].iter().take_while(|b| **b == b'.').count();
                Some(Kind::Stop)
            }
            Class::Mark(kind) => Some(kind),
        };
        if let Some(kind) = kind {
            out.push(mark(kind, at, end));
        }
        at = end;
    }
}

fn mark(kind: Kind, start: usize, end: usize) -> Token {
    let (start, end) = (start as u32, end as u32);
    Token { start, end, word: 0, kind, shape: Shape::default() }
}

/// The ASCII letters and digits that a stretch of eight bytes begins with, all looked at in one step.
struct Eight {
    /// How many they are.
    len: usize,
    /// They in lower case, with zeros behind.
    folded: u64,
    /// The highest bit of each capital letter.
    upper: u64,
    /// The highest bit of each small letter.
    lower: u64,
}

impl Eight {
    /// `bytes` holds the first in its lowest byte.
    #[inline]
    fn of(bytes: u64) -> Self {
        const EACH: u64 = 0x0101_0101_0101_0101;
        const HIGH: u64 = 0x80 * EACH;
        const SMALL: u64 = 0x20 * EACH;
        // The highest bit of each byte from `first` to `last`, both below 0x80.
        let between = |bytes: u64, first: u8, last: u8| {
            let low = bytes & !HIGH;
            let from = low + u64::from(0x80 - first) * EACH;
            let past = low + u64::from(0x7f - last) * EACH;
            from & !past & !bytes & HIGH
        };
        let folded = bytes | SMALL;
        let letter = between(folded, b'a', b'z');
        let other = !(letter | between(bytes, b'0', b'9')) & HIGH;
        // Of the bits before the first other byte, all; and no shift by all of them.
        let before = other.wrapping_sub(1) & !other;
        let kept = if other == 0 { u64::MAX } else { before >> 7 };
        let small = (bytes & SMALL) << 2;
        Self {
            len: if other == 0 { 8 } else { other.trailing_zeros() as usize / 8 },
            folded: folded & kept,
            upper: letter & !small & kept,
            lower: letter & small & kept,
        }
    }

    /// That of a word with a capital.
    fn shape(&self) -> Shape {
        let is_shouted = self.lower == 0 && self.upper & self.upper.wrapping_sub(1) != 0;
        Shape::default()
            .and(Shape::CAPITALISED, self.upper & 0x80 != 0)
            .and(Shape::SHOUTED, is_shouted)
            .and(Shape::MIXED, !is_shouted && self.upper & !0x80 != 0)
    }

    #[inline]
    fn token(&self, start: usize, word: u32) -> Token {
        let letters = self.upper | self.lower;
        Token {
            start: start as u32,
            end: (start + self.len) as u32,
            word,
            kind: if letters & 0x80 == 0 { Kind::Number } else { Kind::Word },
            shape: if self.upper == 0 { Shape::default() } else { self.shape() },
        }
    }
}

/// Where to go on behind an ASCII word, if it ends at `end`: what stands there can't join two of its parts.
#[inline]
fn behind_plain(bytes: &[u8], end: usize) -> Option<usize> {
    let goes_on = |byte: &u8| byte.is_ascii_alphanumeric() || *byte >= 0x80;
    let ends = match bytes.get(end) {
        Some(b' ') => return Some(end + 1),
        None => true,
        Some(b'\'' | b'.' | b',' | b':' | b'&') => !bytes.get(end + 1).is_some_and(goes_on),
        Some(byte) => !goes_on(byte),
    };
    ends.then_some(end)
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
                    token.shape = token.shape.and(Shape::QUOTED, true);
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
    /// Whether a capital stands behind the first character. Asked of ASCII alone.
    has_upper_inside: bool,
}

impl Letters {
    fn of(text: &str) -> Self {
        let mut letters = Self::default();
        if text.is_ascii() {
            for (index, byte) in text.bytes().enumerate() {
                letters.has_upper_inside |= index > 0 && byte.is_ascii_uppercase();
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
    let is_shouted = letters.number > 1 && !letters.has_lower;
    let shape = Shape::default()
        .and(Shape::CAPITALISED, first.is_uppercase())
        .and(Shape::SHOUTED, is_shouted)
        .and(Shape::MIXED, !is_shouted && letters.has_upper_inside);
    let mut push = |range: std::ops::Range<usize>, id: u32| {
        let is_part = range.len() < text.len();
        out.push(Token {
            start: (start + range.start) as u32,
            end: (start + range.end) as u32,
            word: id,
            kind,
            shape: shape.and(Shape::PART, is_part),
        });
    };
    match vocabulary.find(folded) {
        Found::One(id) => push(0..text.len(), id),
        Found::Two(one, two) if text.len() > first.len_utf8() => {
            // "can't" is "can" + "n't": the letters are shared out from the end, and each of the two has some.
            let mut cut = text.len().saturating_sub(two.len()).max(one.len());
            if text.len() == one.len() + two.len() {
                cut = one.len();
            }
            cut = cut.clamp(first.len_utf8(), text.len() - 1);
            while !text.is_char_boundary(cut) {
                cut -= 1;
            }
            let (one, two) = (vocabulary.get(one), vocabulary.get(two));
            push(0..cut, one);
            push(cut..text.len(), two);
        }
        Found::Two(..) => push(0..text.len(), 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    fn vocabulary() -> Vocabulary {
        let language = Language {
            contractions: vec![("n't".into(), vec!["not".into()]), ("'re".into(), vec!["are".into()])],
            irregular: [("cannot".into(), ("can".into(), "not".into()))].into_iter().collect(),
            ..Language::default()
        };
        Vocabulary::new(&language)
    }

    fn tokens_of(text: &str, vocabulary: &Vocabulary) -> Vec<Token> {
        let mut out = Vec::new();
        tokens(text, Span::new(0, text.len()), vocabulary, &mut String::new(), &mut out);
        out
    }

    fn words(text: &str) -> Vec<String> {
        let out = tokens_of(text, &vocabulary());
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
        let out = tokens_of("It says \"Sorry, not found\" here", &Vocabulary::default());
        assert_eq!(
            out.iter().map(|t| t.shape.has(Shape::QUOTED)).collect::<Vec<_>>(),
            [false, false, true, true, true, true, false]
        );
    }

    #[test]
    fn each_of_two_words_has_a_letter() {
        let two = |word: &str, one: &str, two: &str| (word.into(), (one.into(), two.into()));
        let forms = [two("éa", "e", "aa"), two("du", "", "xyz"), two("au", "xyz", ""), two("à", "a", "le")];
        let vocabulary = Vocabulary::new(&Language { irregular: forms.into_iter().collect(), ..Language::default() });
        let text = "éa du au à";
        let out = tokens_of(text, &vocabulary);
        let words: Vec<&str> = out.iter().map(|t| &text[t.start as usize..t.end as usize]).collect();
        assert_eq!(words, ["é", "a", "d", "u", "a", "u", "à"]);
    }

    /// The same words, in the map and in the table.
    static VOCABULARIES: LazyLock<(Vocabulary, Vocabulary)> = LazyLock::new(|| {
        let mut open = vocabulary();
        for word in ["can", "not", "do", "don", "a", "b2", "aaaaaaa", "aaaaaaaa", "aaaaaaaaa", "abcabcab", "u.s", "é"]
        {
            open.insert(word);
        }
        let mut sealed = open.clone();
        sealed.seal();
        (open, sealed)
    });

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

        /// Only where the vocabulary is sealed are short words read eight bytes at a time.
        #[test]
        fn words_are_the_same_read_in_one_step_and_by_letter(
            text in r#"([a-zA-Z0-9']{1,12}|[ .,:&"/@\[`{~_-]|cannot|CAN|don't|[a-c]{7,9}|é|ß|日|U\.S\.|🎉){0,30}"#
        ) {
            let (open, sealed) = &*VOCABULARIES;
            let shown = |tokens: Vec<Token>| tokens.iter().map(|token| format!("{token:?}")).collect::<Vec<_>>();
            prop_assert_eq!(shown(tokens_of(&text, sealed)), shown(tokens_of(&text, open)));
        }
    }
}

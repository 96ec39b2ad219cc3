//! Tokens: what a view is cut into, the words and the marks, and the sentences that they are in.

use serde::{Deserialize, Serialize};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
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
    /// How many kinds there are.
    pub(crate) const NUMBER: usize = Self::Symbol as usize + 1;

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

    pub(super) const fn of_mark(byte: u8) -> Option<Self> {
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
    /// How it is written.
    pub shape: Shape,
}

/// How a token is written, in bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape(u8);

impl Shape {
    /// Starts with a capital letter.
    pub const CAPITALISED: Self = Self(1);
    /// Is one of the two words that a word stands for, so that its letters may be others than its number says.
    pub const PART: Self = Self(2);
    /// Has at least two letters, all capitals.
    pub const SHOUTED: Self = Self(4);
    /// Has other capitals than the first letter, and is not all in capitals.
    pub const MIXED: Self = Self(8);
    /// Stands inside a short quotation: mentioned, not said.
    pub const QUOTED: Self = Self(16);

    /// This and the other, if that is so.
    #[inline]
    #[must_use]
    pub fn and(self, other: Self, is_so: bool) -> Self {
        Self(self.0 | (other.0 * u8::from(is_so)))
    }

    /// Whether it has all that the other has.
    #[inline]
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether it is capitalised, a part and shouted, in three bits.
    #[inline]
    pub(crate) fn bits(self) -> u8 {
        self.0 % Self::MIXED.0
    }
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

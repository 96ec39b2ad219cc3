//! What a rule says about a reply.

use super::signals::Speaker;
use crate::rules::Severity;
use crate::rules::book::Replace;
use crate::text::Span;
use crate::wording::Wording;

/// One annotated suggestion.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// `<set>/<rule>`.
    pub rule: Wording,
    /// How much it matters here.
    pub severity: Severity,
    /// What is said about the text.
    pub message: Wording,
    /// The words, in bytes of the decoded reply.
    pub span: Span,
    /// The words themselves, on one line.
    pub matched: String,
    /// What the marked words are ("the delay"), where that is not plain.
    pub label: Option<Wording>,
    /// What made the rule speak.
    pub evidence: Vec<Evidence>,
    /// What could be written instead.
    pub instead: Vec<Wording>,
    /// An edit that a program may apply.
    pub replace: Option<Replace>,
    /// Set where the words are secret: every output hides them.
    pub secret: Option<Secret>,
    /// What it is known by from run to run: the same for the same rule on the same sentence, wherever that stands.
    pub fingerprint: u64,
}

/// A secret in a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Secret {
    /// Whether it is a number whose last digits may be shown.
    pub is_number: bool,
}

/// A piece of text that made a rule speak.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The signal it shows.
    pub signal: Wording,
    /// Whose words it is.
    pub from: Speaker,
    /// The words, on one line.
    pub text: String,
    /// Their place in the reply, in bytes; nothing for the customer's words.
    pub span: Option<Span>,
}

/// How a finding's words are shown: with control characters and direction marks made visible, since drafts are untrusted.
/// So is the bracket of `##[error]` and `##vso[...]`, which build servers obey anywhere in a line.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a>(pub &'a str);

/// Whether `c` is a control character, or one that turns or hides text: a sign that drafts are not to write as it is.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

impl std::fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && *byte != b'#';
        let mut before_bracket = ""; // `#` or `##`, with letters behind
        let mut written = 0;
        let mut at = 0;
        while at < self.0.len() {
            if before_bracket.is_empty() {
                at += self.0.as_bytes()[at..].iter().take_while(|byte| is_plain(byte)).count();
            }
            let Some(c) = self.0[at..].chars().next() else {
                break;
            };
            let start = at;
            at += c.len_utf8();
            let is_command = c == '[' && before_bracket == "##";
            before_bracket = match (before_bracket, c) {
                ("", '#') => "#",
                ("#" | "##", '#') => "##",
                ("##", c) if c.is_ascii_alphanumeric() => "##",
                _ => "",
            };
            if !is_command && !is_hidden(c) {
                continue;
            }
            // What needs no sign of its own is written in one piece.
            f.write_str(&self.0[written..start])?;
            written = at;
            match c {
                '[' => f.write_str("\\u{5b}")?,
                '\t' => f.write_str(" ")?,
                c => write!(f, "\\u{{{:x}}}", c as u32)?,
            }
        }
        f.write_str(&self.0[written..])
    }
}

//! The view: one plain text per reply, normalised so that a phrase needs no care for wraps, apostrophes or markup.
//!
//! Letter case is kept (rules may ask for it) and folded when words are looked up. Every byte of the view knows the
//! source bytes it was made from.

use super::language::Language;
use super::map::Map;
use super::markup::{self, Format, Piece, span_of};
use super::mask::{self, Mask};
use super::token::{Kind, Sentence, Token};
use super::vocabulary::Vocabulary;
use super::{Span, sentences};

/// A reply made ready for matching.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// The normalised text. Masked stretches are one control character each (see [`Kind::mark`]).
    pub text: String,
    /// The way back to the source.
    pub map: Map,
    /// Words and marks, in order.
    pub tokens: Vec<Token>,
    /// Sentences: ranges of tokens.
    pub sentences: Vec<Sentence>,
    /// Source ranges that hold somebody else's words.
    pub quoted: Vec<Span>,
    /// Number of hard lines that hold words.
    pub lines: u32,
    /// Memory for a word in lower case.
    pub(super) lower: String,
}

impl View {
    /// Builds the view of `source`.
    pub fn new(source: &str, format: Format, vocabulary: &Vocabulary, language: &Language) -> Self {
        let mut view = Self::default();
        view.read(source, format, vocabulary, language);
        view
    }

    /// Makes it the view of `source`, in the memory that it has.
    pub fn read(&mut self, source: &str, format: Format, vocabulary: &Vocabulary, language: &Language) {
        self.text.clear();
        self.map.clear();
        self.tokens.clear();
        self.sentences.clear();
        self.quoted.clear();
        self.text.reserve(source.len());
        let pieces = markup::pieces(source, format, language);
        let mut builder = Builder { source, view: self };
        let mut index = 0;
        while index < pieces.len() {
            // Touching texts are read as one, so that a placeholder cut in two by markup is still seen.
            if let Piece::Text(mut span) = pieces[index] {
                while let Some(Piece::Text(next)) = pieces.get(index + 1)
                    && next.start == span.end
                {
                    span.end = next.end;
                    index += 1;
                }
                builder.text(span);
            } else {
                builder.other(pieces[index]);
            }
            index += 1;
        }
        sentences::split(self, vocabulary, language);
    }

    /// The source range of tokens `start..end`.
    pub fn source_span(&self, start: usize, end: usize) -> Span {
        self.map.to_source(self.view_span(start, end))
    }

    /// The view range of tokens `start..end`.
    pub fn view_span(&self, start: usize, end: usize) -> Span {
        Span::new(self.tokens[start].start as usize, self.tokens[end - 1].end as usize)
    }

    /// The same range, widened so that it cuts no word in two: "n't" is shown with its verb.
    pub fn whole_words(&self, mut start: usize, mut end: usize) -> (usize, usize) {
        let ends_word = |token: usize| {
            token > 0
                && token < self.tokens.len()
                && self.tokens[token - 1].end == self.tokens[token].start
                && self.words(token, token + 1).contains('\'')
        };
        while ends_word(start) {
            start -= 1;
        }
        while ends_word(end) && !self.words(end, end + 1).starts_with('\'') {
            end += 1;
        }
        (start, end)
    }

    /// The words of tokens `start..end`, as the view has them.
    pub fn words(&self, start: usize, end: usize) -> &str {
        let span = self.view_span(start, end);
        &self.text[span.start..span.end]
    }

    /// Number of words, placeholders and other stretches that stand as a word.
    pub fn word_count(&self) -> usize {
        self.tokens.iter().filter(|t| t.kind.is_wordlike()).count()
    }

    /// The sentence that token `token` belongs to.
    pub fn sentence_of(&self, token: usize) -> usize {
        self.sentences.partition_point(|s| s.end as usize <= token)
    }
}

struct Builder<'a> {
    source: &'a str,
    view: &'a mut View,
}

impl Builder<'_> {
    fn other(&mut self, piece: Piece) {
        let span = span_of(&piece);
        match piece {
            Piece::Text(_) => unreachable!("texts are joined by the caller"),
            Piece::Code(_) => self.mark(Kind::Code, span),
            Piece::Link(_) => self.mark(Kind::Link, span),
            Piece::Bullet(_) => self.mark(Kind::Bullet, span),
            Piece::Wrap(_) => self.space(span),
            Piece::Line(_) => self.line_end(span, "\n"),
            Piece::Paragraph(_) => self.line_end(span, "\n\n"),
            Piece::Heading(_) => {}
            Piece::Quoted(_) => self.view.quoted.push(span),
        }
    }

    fn push(&mut self, text: &str, source: Span) {
        self.view.text.push_str(text);
        self.view.map.replace(source, text.len());
    }

    fn mark(&mut self, kind: Kind, span: Span) {
        // Neighbouring lines of one code block are one word.
        if kind == Kind::Code && self.view.text.ends_with(kind.mark()) {
            return;
        }
        let mut buffer = [0; 4];
        self.push(kind.mark().encode_utf8(&mut buffer), span);
    }

    fn space(&mut self, span: Span) {
        if !self.view.text.is_empty() && !self.view.text.ends_with([' ', '\n']) {
            self.push(" ", span);
        }
    }

    fn line_end(&mut self, span: Span, text: &str) {
        let have = self.view.text.bytes().rev().take(text.len()).take_while(|b| *b == b'\n').count();
        if !self.view.text.is_empty() && have < text.len() {
            self.push(&text[have..], span);
        }
    }

    fn text(&mut self, span: Span) {
        let text = &self.source[..span.end];
        let bytes = text.as_bytes();
        let mut at = span.start;
        let mut run = at;
        // Blocks up to here were looked at.
        let mut seen = at;
        while at < span.end {
            let byte = bytes[at];
            if at >= seen
                && byte != b' '
                && let Some(block) = bytes[at..].first_chunk()
            {
                seen = at + BLOCK;
                if is_plain(block) {
                    at = seen;
                    continue;
                }
            }
            if PLAIN[byte as usize] {
                at += 1;
                continue;
            }
            if mask::is_trigger(byte)
                && let Some((found, mask)) = mask::mask_at(text, at, run)
            {
                self.copy(run, found.start);
                match mask {
                    Mask::Token(kind) => self.mark(kind, found),
                    Mask::Nothing => self.space(found),
                }
                at = found.end;
                run = at;
                continue;
            }
            if byte == b' ' && at > run && bytes[at - 1] != b' ' {
                at += 1;
                continue;
            }
            if byte.is_ascii() && !byte.is_ascii_whitespace() && !byte.is_ascii_control() && byte != b'&' {
                at += 1;
                continue;
            }
            self.copy(run, at);
            at = self.special(text, at);
            run = at;
        }
        self.copy(run, span.end);
    }

    fn copy(&mut self, start: usize, end: usize) {
        self.view.text.push_str(&self.source[start..end]);
        self.view.map.copy(start, end - start);
    }

    /// One character that is not copied as it stands; returns where to go on.
    fn special(&mut self, text: &str, at: usize) -> usize {
        let c = text[at..].chars().next().unwrap_or(' ');
        let end = at + c.len_utf8();
        let span = Span::new(at, end);
        match c {
            '&' => {
                if let Some((len, plain)) = entity(&text[at..]) {
                    let span = Span::new(at, at + len);
                    if plain == " " {
                        self.space(span)
                    } else {
                        self.push(plain, span)
                    }
                    return span.end;
                }
                self.copy(at, end);
            }
            '’' | '‘' | 'ʼ' | '′' | '‛' | '＇' => self.push("'", span),
            '“' | '”' | '„' | '«' | '»' | '″' => self.push("\"", span),
            '‐' | '‑' | '‒' | '−' => self.push("-", span),
            '–' | '—' | '―' => self.push(" - ", span),
            '…' => self.push("...", span),
            // Zero-width and other invisible marks carry no text.
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}' => {}
            c if c.is_whitespace() => self.space(span),
            c if c.is_control() => {}
            _ => self.copy(at, end),
        }
        end
    }
}

/// Bytes that are copied as they stand and start nothing.
static PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        let b = byte as u8;
        table[byte] = (b.is_ascii_alphanumeric() && b != b'w' && b != b'W')
            || matches!(b, b'.' | b',' | b'\'' | b'!' | b'?' | b'-');
        byte += 1;
    }
    table
};

/// Bytes that are looked at in one step.
const BLOCK: usize = 16;

/// Whether a block is copied as it stands: no byte in it starts something, and neither do two that are neighbours, the one
/// behind the block included.
fn is_plain(block: &[u8; BLOCK + 1]) -> bool {
    const BOTH: u8 = b'w' ^ b'W';
    let mut is_other = false;
    for index in 0..BLOCK {
        let (byte, next) = (block[index], block[index + 1]);
        is_other |= !(b' '..=b'~').contains(&byte)
            | (b'#'..=b'&').contains(&byte)
            | (byte == b'*')
            | (byte == b':')
            | (byte == b'<')
            | (byte == b'@')
            | (byte == b'[')
            | (byte == b']')
            | (byte == b'_')
            | (byte == b'`')
            | (byte == b'{')
            | ((byte == b' ') & (next == b' '))
            | ((byte | BOTH == b'w') & (next | BOTH == b'w'));
    }
    !is_other
}

/// The commonest HTML entities, as mail and exports leave them in plain text.
fn entity(text: &str) -> Option<(usize, &'static str)> {
    const ENTITIES: [(&str, &str); 14] = [
        ("&amp;", "&"),
        ("&nbsp;", " "),
        ("&#160;", " "),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&apos;", "'"),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&rsquo;", "'"),
        ("&lsquo;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&ndash;", " - "),
        ("&mdash;", " - "),
    ];
    ENTITIES.iter().find(|(name, _)| text.starts_with(name)).map(|(name, plain)| (name.len(), *plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_block_holds_nothing_that_is_looked_at_byte_by_byte() {
        for byte in 0..=u8::MAX {
            for at in 0..BLOCK {
                let mut block = [b'a'; BLOCK + 1];
                block[at] = byte;
                let is_copied = byte.is_ascii() && !byte.is_ascii_control() && byte != b'&';
                let starts = mask::is_trigger(byte) && !byte.is_ascii_alphabetic();
                assert_eq!(is_plain(&block), is_copied && !starts, "{byte:#x}");
            }
        }
        assert!(is_plain(b"a plain block for"));
        for text in ["two  spaces here 1", "the last is it   x", "see www.x.example", "up to here a wWw.x"] {
            assert!(text.as_bytes().windows(BLOCK + 1).any(|block| !is_plain(block.first_chunk().unwrap())), "{text}");
        }
    }
}

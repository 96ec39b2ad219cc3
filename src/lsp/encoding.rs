//! Places as editors count them: lines from 0, and columns in the units that were agreed on.

use crate::text::Position as Place;
use lsp_types::{Position, PositionEncodingKind, Range};
use ropey::Rope;

/// What a column counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Bytes of UTF-8.
    Utf8,
    /// Code units of UTF-16. Every client knows it.
    #[default]
    Utf16,
    /// Characters.
    Utf32,
}

impl Encoding {
    /// The first of those that a client knows, in the client's order.
    pub(super) fn agreed(offered: &[PositionEncodingKind]) -> Self {
        let known = |kind: &PositionEncodingKind| match kind.as_str() {
            "utf-8" => Some(Self::Utf8),
            "utf-16" => Some(Self::Utf16),
            "utf-32" => Some(Self::Utf32),
            _ => None,
        };
        offered.iter().find_map(known).unwrap_or_default()
    }

    /// Its name in the protocol.
    pub(super) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    /// The character of `text` that a position is at. A column past the end of its line means the end; so does a line past
    /// the end of the text, but then the second value is false: the client's text is another than ours.
    pub(super) fn to_char(self, text: &Rope, position: Position) -> (usize, bool) {
        let line = position.line as usize;
        if line >= text.len_lines() {
            return (text.len_chars(), false);
        }
        let (start, end) = (text.line_to_char(line), end_of_line(text, line));
        let column = position.character as usize;
        let at = match self {
            Self::Utf32 => start + column,
            Self::Utf8 => text.byte_to_char((text.char_to_byte(start) + column).min(text.len_bytes())),
            Self::Utf16 => text.utf16_cu_to_char((text.char_to_utf16_cu(start) + column).min(text.len_utf16_cu())),
        };
        (at.min(end), true)
    }

    /// The position of a character of `text`.
    pub(super) fn position(self, text: &Rope, at: usize) -> Position {
        let at = at.min(text.len_chars());
        let line = text.char_to_line(at);
        let start = text.line_to_char(line);
        let column = match self {
            Self::Utf32 => at - start,
            Self::Utf8 => text.char_to_byte(at) - text.char_to_byte(start),
            Self::Utf16 => text.char_to_utf16_cu(at) - text.char_to_utf16_cu(start),
        };
        Position::new(line as u32, column as u32)
    }

    /// The range of some bytes of `text`.
    pub(super) fn range(self, text: &Rope, bytes: std::ops::Range<usize>) -> Range {
        let at = |byte: usize| self.position(text, text.byte_to_char(byte.min(text.len_bytes())));
        Range::new(at(bytes.start), at(bytes.end))
    }
}

/// The byte of `text` where a place is that people count.
pub(super) fn byte_of(text: &Rope, place: Place) -> usize {
    let line = (place.line.saturating_sub(1)).min(text.len_lines() - 1);
    let at = text.line_to_char(line) + place.column.saturating_sub(1);
    text.char_to_byte(at.min(text.len_chars()))
}

/// The character where a line ends, before the marks that end it.
pub(super) fn end_of_line(text: &Rope, line: usize) -> usize {
    let mut end = text.line_to_char(line) + text.line(line).len_chars();
    while end > text.line_to_char(line) && matches!(text.char(end - 1), '\n' | '\r') {
        end -= 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a\r\né😀b\rc\n";

    #[test]
    fn positions_go_there_and_back_in_every_encoding() {
        let text = Rope::from_str(TEXT);
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            for at in 0..=text.len_chars() {
                // Nobody stands between the two halves of a line end.
                if at == 2 {
                    continue;
                }
                let position = encoding.position(&text, at);
                assert_eq!(encoding.to_char(&text, position), (at, true), "{encoding:?} {position:?}");
            }
        }
    }

    #[test]
    fn columns_count_what_was_agreed() {
        let text = Rope::from_str(TEXT);
        let b = TEXT.chars().position(|c| c == 'b').unwrap();
        assert_eq!(Encoding::Utf8.position(&text, b), Position::new(1, 6));
        assert_eq!(Encoding::Utf16.position(&text, b), Position::new(1, 3));
        assert_eq!(Encoding::Utf32.position(&text, b), Position::new(1, 2));
    }

    #[test]
    fn what_is_out_of_range_means_the_end() {
        let text = Rope::from_str(TEXT);
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            assert_eq!(encoding.to_char(&text, Position::new(0, 99)), (1, true));
            assert_eq!(encoding.to_char(&text, Position::new(0, u32::MAX)), (1, true));
            assert_eq!(encoding.to_char(&text, Position::new(9, 0)), (text.len_chars(), false));
        }
        // The middle of a character is its start.
        assert_eq!(Encoding::Utf16.to_char(&text, Position::new(1, 2)), (4, true));
        assert_eq!(Encoding::Utf8.to_char(&text, Position::new(1, 1)), (3, true));
    }
}

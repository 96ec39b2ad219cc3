//! Sentences: UAX 29 boundaries on unwrapped lines, made right for abbreviations and numbers.

use super::token::Sentence;
use super::view::View;
use super::{Language, Span, Vocabulary, lines, words};
use crate::wording::Wording;
use memchr::memchr3;
use unicode_segmentation::UnicodeSegmentation;

/// Longest sentence in bytes; a longer one is cut at a space, so that no draft can make one sentence of megabytes.
const SENTENCE_MAX: usize = 2000;

/// Cuts the view's text into sentences and their words.
pub(super) fn split(view: &mut View, vocabulary: &Vocabulary, language: &Language) {
    let View { text, tokens, sentences, lower, .. } = view;
    let mut add = |span: Span, line: u32| {
        for span in cut(text, span) {
            let start = tokens.len() as u32;
            words::tokens(text, span, vocabulary, lower, tokens);
            let end = tokens.len() as u32;
            if end > start {
                sentences.push(Sentence { start, end, line });
            }
        }
    };
    let mut number = 0;
    for (start, line) in lines(text) {
        if !line.trim_start().is_empty() {
            line_sentences(line, language, |part| add(Span::new(start + part.start, start + part.end), number));
            number += 1;
        }
    }
    view.lines = number;
}

/// Hands over the sentences of a line.
fn line_sentences(line: &str, language: &Language, mut add: impl FnMut(Span)) {
    let mut last = Span::new(0, 0);
    let mut part = |start: usize, end: usize| {
        if last.is_empty() || goes_on(&line[last.start..last.end], &line[start..end], language) {
            last.end = end;
        } else {
            add(last);
            last = Span::new(start, end);
        }
    };
    if line.is_ascii() {
        let mut start = 0;
        while start < line.len() {
            let end = ascii_end(line.as_bytes(), start);
            part(start, end);
            start = end;
        }
    } else {
        line.split_sentence_bound_indices().for_each(|(start, text)| part(start, start + text.len()));
    }
    add(last);
}

/// A sentence in pieces that are not too long.
fn cut(text: &str, mut rest: Span) -> impl Iterator<Item = Span> {
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut end = rest.end;
        if rest.len() > SENTENCE_MAX {
            end = rest.start + SENTENCE_MAX;
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            end = text[rest.start..end].rfind(' ').map_or(end, |space| rest.start + space + 1);
        }
        let piece = Span::new(rest.start, end);
        rest.start = end;
        Some(piece)
    })
}

/// The end of the sentence that begins at `start` of an ASCII line: the same boundaries (UAX 29, SB1 to SB998), found
/// by looking at full stops, question marks and exclamation marks alone.
fn ascii_end(line: &[u8], start: usize) -> usize {
    let is_mark = |byte: &u8| matches!(byte, b'.' | b'!' | b'?');
    let run = |from: usize, of: fn(&u8) -> bool| from + line[from..].iter().take_while(|byte| of(byte)).count();
    let mut at = start;
    while let Some(mark) = memchr3(b'.', b'!', b'?', &line[at..]).map(|found| at + found) {
        at = mark + 1;
        let is_stop = line[mark] == b'.';
        let next = line.get(at).copied().unwrap_or(b' ');
        let in_word = next.is_ascii_uppercase() && mark > 0 && line[mark - 1].is_ascii_alphabetic();
        if is_stop && (next.is_ascii_digit() || in_word) {
            continue;
        }
        let closed = run(at, |byte| matches!(byte, b'"' | b'\'' | b'(' | b')' | b'[' | b']' | b'{' | b'}'));
        let end = run(closed, |byte| matches!(byte, b' ' | b'\t' | 0x0b | 0x0c));
        if line.get(end).is_some_and(|byte| matches!(byte, b',' | b'-' | b':' | b';') || is_mark(byte)) {
            continue;
        }
        let goes_on = || line[end..].iter().find(|byte| byte.is_ascii_alphabetic() || is_mark(byte));
        if is_stop && goes_on().is_some_and(u8::is_ascii_lowercase) {
            continue;
        }
        return end;
    }
    line.len()
}

/// Whether a boundary is false: after an abbreviation, or where the next part goes on in lower case.
fn goes_on(before: &str, after: &str, language: &Language) -> bool {
    let before = before.trim_end();
    if !before.ends_with('.') || before.ends_with("..") {
        return false;
    }
    let stem = &before[..before.len() - 1];
    let word = stem.rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '"')).next().unwrap_or("");
    let next_is_digit = after.starts_with(|c: char| c.is_ascii_digit());
    let lists = [Some(&language.abbreviations), next_is_digit.then_some(&language.abbreviations_before_numbers)];
    let mut known = lists.into_iter().flatten().flatten();
    if word.is_ascii() {
        let is = |short: &Wording| short.bytes().eq(word.bytes().map(|byte| byte.to_ascii_lowercase()));
        known.any(|short| short.len() == word.len() && is(short))
    } else {
        let word = word.to_lowercase();
        known.any(|short| *short == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn ascii_lines_are_cut_as_the_library_cuts_them(
            line in r#"([a-cA-C0-1 .!?,:;"'()\[\]{}\t\x01\x06/*&_-]|\. |\.\.\.|e\.g\.|\x0c|\x7f){0,40}"#
        ) {
            let mut ours = Vec::new();
            let mut start = 0;
            while start < line.len() {
                let end = ascii_end(line.as_bytes(), start);
                ours.push(&line[start..end]);
                start = end;
            }
            let theirs: Vec<&str> = line.split_sentence_bounds().collect();
            prop_assert_eq!(ours, theirs);
        }
    }
}

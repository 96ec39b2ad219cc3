//! Sentences: UAX 29 boundaries on unwrapped lines, made right for abbreviations and numbers.

use super::view::{View, push_sentence};
use super::{Language, Span, Vocabulary};
use unicode_segmentation::UnicodeSegmentation;

/// Longest sentence in bytes; a longer one is cut at a space, so that no draft can make one sentence of megabytes.
const SENTENCE_MAX: usize = 2000;

/// Cuts the view's text into sentences and their words.
pub(super) fn split(view: &mut View, vocabulary: &Vocabulary, language: &Language) {
    let mut line_number = 0;
    let mut at = 0;
    let text = std::mem::take(&mut view.text);
    let mut spans = Vec::new();
    for line in text.split('\n') {
        if !line.trim().is_empty() {
            line_sentences(line, at, language, &mut spans, line_number);
            line_number += 1;
        }
        at += line.len() + 1;
    }
    view.text = text;
    view.lines = line_number;
    for (span, line) in spans {
        push_sentence(view, vocabulary, span, line);
    }
}

fn line_sentences(line: &str, offset: usize, language: &Language, out: &mut Vec<(Span, u32)>, number: u32) {
    let first = out.len();
    let mut add = |start: usize, part: &str| {
        let joins = out.len() > first && {
            let (last, _) = out[out.len() - 1];
            goes_on(&line[last.start - offset..last.end - offset], part, language)
        };
        if joins {
            let last = out.len() - 1;
            out[last].0.end = offset + start + part.len();
        } else {
            out.push((Span::new(offset + start, offset + start + part.len()), number));
        }
    };
    if line.is_ascii() {
        let mut start = 0;
        while start < line.len() {
            let end = ascii_end(line.as_bytes(), start);
            add(start, &line[start..end]);
            start = end;
        }
    } else {
        line.split_sentence_bound_indices().for_each(|(start, part)| add(start, part));
    }
    let mut index = first;
    while index < out.len() {
        let (span, _) = out[index];
        if span.len() > SENTENCE_MAX {
            let piece = &line[span.start - offset..span.end - offset];
            let mut cut = SENTENCE_MAX;
            while !piece.is_char_boundary(cut) {
                cut -= 1;
            }
            let cut = piece[..cut].rfind(' ').map_or(cut, |i| i + 1);
            out[index].0.end = span.start + cut;
            out.insert(index + 1, (Span::new(span.start + cut, span.end), number));
        }
        index += 1;
    }
}

/// The end of the sentence that begins at `start` of an ASCII line: the same boundaries (UAX 29, SB1 to SB998), found
/// by looking at full stops, question marks and exclamation marks alone.
fn ascii_end(line: &[u8], start: usize) -> usize {
    let is_mark = |byte: &u8| matches!(byte, b'.' | b'!' | b'?');
    let run = |from: usize, of: fn(&u8) -> bool| from + line[from..].iter().take_while(|byte| of(byte)).count();
    let mut at = start;
    while let Some(mark) = line[at..].iter().position(is_mark).map(|found| at + found) {
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
    let stem = before.trim_end_matches('.');
    let word = stem.rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '"')).next().unwrap_or("");
    let word = word.to_lowercase();
    let next = after.chars().next().unwrap_or(' ');
    language.abbreviations.contains(&word)
        || (next.is_ascii_digit() && language.abbreviations_before_numbers.contains(&word))
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

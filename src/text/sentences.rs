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
    for (start, part) in line.split_sentence_bound_indices() {
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

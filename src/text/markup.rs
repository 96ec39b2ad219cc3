//! Cuts a source into pieces: what is the agent's text, what is code, what is quoted, where lines break.

use super::{Language, Span};
use memchr::memchr2;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// How the text of a reply is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain text, with the light marks people use in mail and chat (`>` quotes, fences, `*bold*`).
    Text,
    /// Markdown, read by its own rules.
    Markdown,
}

/// One piece of a source, in order of place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words of the reply. Touching pieces are one text.
    Text(Span),
    /// A stretch that stands as one word (code).
    Code(Span),
    /// The target of a link, as one word.
    Link(Span),
    /// The mark of a list item.
    Bullet(Span),
    /// A line break that only wraps a sentence.
    Wrap(Span),
    /// A line that ends.
    Line(Span),
    /// A paragraph that ends.
    Paragraph(Span),
    /// The subject of a mail, or front matter: about the reply, not in it.
    Heading(Span),
    /// Somebody else's words (quoted lines, the mail below): read, never linted.
    Quoted(Span),
}

/// Cuts `source` into pieces.
pub(crate) fn pieces(source: &str, format: Format, language: &Language) -> Vec<Piece> {
    let cut = |quotes_are_text| match format {
        Format::Text => plain_text(source, language, quotes_are_text),
        Format::Markdown => markdown(source, language, quotes_are_text),
    };
    let pieces = cut(false);
    // A draft that is all quotation is a macro file that wraps the reply itself in `>`.
    let holds_text = |p: &Piece| matches!(p, Piece::Text(s) if source[s.start..s.end].contains(char::is_alphanumeric));
    if pieces.iter().any(holds_text) || !pieces.iter().any(|p| matches!(p, Piece::Quoted(_))) {
        pieces
    } else {
        cut(true)
    }
}

/// The first line, if it is the subject of a mail: where it ends, in bytes.
fn subject_end(source: &str, language: &Language) -> usize {
    let mut end = 0;
    for line in source.split_inclusive('\n') {
        end += line.len();
        if !line.trim().is_empty() {
            return if language.is_subject_line(line) { end } else { 0 };
        }
    }
    0
}

/// What opens and closes a stretch of code.
const FENCES: [&str; 2] = ["```", "~~~"];

/// Lines of a reply that is not long.
const LINES_USUAL: usize = 16;

struct Line<'a> {
    text: &'a str,
    /// Without the white space it begins with.
    trimmed: &'a str,
    start: usize,
    /// With its line end.
    full_end: usize,
}

fn lines(source: &str) -> Vec<Line<'_>> {
    let bytes = source.as_bytes();
    let mut lines = Vec::with_capacity(LINES_USUAL);
    let mut start = 0;
    while start < source.len() {
        let end = memchr2(b'\n', b'\r', &bytes[start..]).map_or(source.len(), |len| start + len);
        let full_end = match bytes.get(end) {
            Some(b'\r') if bytes.get(end + 1) == Some(&b'\n') => end + 2,
            Some(_) => end + 1,
            None => end,
        };
        let text = &source[start..end];
        lines.push(Line { text, trimmed: text.trim_start(), start, full_end });
        start = full_end;
    }
    lines
}

fn plain_text(source: &str, language: &Language, quotes_are_text: bool) -> Vec<Piece> {
    let lines = lines(source);
    let subject = subject_end(source, language);
    let mut out = Vec::with_capacity(lines.len() * 2);
    let mut fence: Option<&str> = None;
    let mut index = 0;
    while index < lines.len() {
        let line = &lines[index];
        let trimmed = line.trimmed;
        let whole = Span::new(line.start, line.full_end);
        if let Some(mark) = fence {
            out.push(Piece::Code(whole));
            if trimmed.starts_with(mark) {
                fence = None;
                out.push(Piece::Paragraph(Span::new(line.full_end, line.full_end)));
            }
            index += 1;
            continue;
        }
        if let Some(mark) = FENCES.into_iter().find(|mark| trimmed.starts_with(mark))
            && lines[index + 1..].iter().any(|l| l.trimmed.starts_with(mark))
        {
            fence = Some(mark);
            out.push(Piece::Code(whole));
        } else if line.full_end <= subject {
            out.push(Piece::Heading(whole));
        } else if trimmed.starts_with('>') && quotes_are_text {
            let mark = line.text.len() - trimmed.trim_start_matches(['>', ' ']).len();
            let end = line.start + line.text.len();
            out.push(Piece::Text(Span::new(line.start + mark, end)));
            out.push(Piece::Line(Span::new(end, line.full_end)));
        } else if trimmed.starts_with('>') {
            out.push(Piece::Quoted(whole));
            out.push(Piece::Paragraph(Span::new(line.full_end, line.full_end)));
        } else if trimmed.is_empty() {
            out.push(Piece::Paragraph(whole));
        } else if language.starts_quoted_tail(line.text) {
            out.push(Piece::Quoted(Span::new(line.start, source.len())));
            break;
        } else {
            let goes_on = |line: &&Line<'_>| !line.trimmed.is_empty() && !is_block_mark(line.trimmed);
            let number = lines[index..].iter().take_while(goes_on).count().max(1);
            paragraph(&lines[index..index + number], &mut out);
            index += number;
            continue;
        }
        index += 1;
    }
    out
}

fn is_block_mark(trimmed: &str) -> bool {
    trimmed.starts_with('>') || FENCES.into_iter().any(|mark| trimmed.starts_with(mark))
}

/// The lines of one paragraph. A break is a wrap where the next word would not have fitted, or where the next line
/// goes on in lower case; every other break ends a line.
fn paragraph(lines: &[Line<'_>], out: &mut Vec<Piece>) {
    let width = match lines {
        [_] => 0,
        _ => lines.iter().map(|l| l.text.trim_end().chars().count()).max().unwrap_or(0),
    };
    for (index, line) in lines.iter().enumerate() {
        let text = line.text;
        let indent = text.len() - line.trimmed.len();
        let mark = bullet_len(line.trimmed);
        let body = line.start + indent + mark;
        if mark > 0 {
            out.push(Piece::Bullet(Span::new(line.start + indent, body)));
        }
        let end = line.start + text.len();
        out.push(Piece::Text(Span::new(body, end)));
        let gap = Span::new(end, line.full_end);
        match lines.get(index + 1) {
            Some(next) if wraps(text, next.text, width) => out.push(Piece::Wrap(gap)),
            Some(_) => out.push(Piece::Line(gap)),
            None => out.push(Piece::Paragraph(gap)),
        }
    }
}

fn wraps(line: &str, next: &str, width: usize) -> bool {
    let (line, next) = (line.trim_end(), next.trim_start());
    if bullet_len(next) > 0 {
        return false;
    }
    let first_word = next.split_whitespace().next().unwrap_or("").chars().count();
    let ends = line.ends_with(['.', '!', '?', ':']);
    let goes_on = next.chars().next().is_some_and(char::is_lowercase);
    (goes_on && !ends) || line.chars().count() + 1 + first_word > width
}

/// Length in bytes of a list mark with the space after it, or 0: `- `, `* `, `• `, `1. `, `2) `, `# `.
fn bullet_len(text: &str) -> usize {
    let rest = text.strip_prefix(['-', '*', '+', '•', '–', '·']);
    if let Some(rest) = rest
        && rest.starts_with(char::is_whitespace)
    {
        return text.len() - rest.trim_start().len();
    }
    let hashes = text.bytes().take_while(|b| *b == b'#').count();
    if (1..=6).contains(&hashes) && text[hashes..].starts_with(' ') {
        return hashes + 1;
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=3).contains(&digits) {
        let rest = &text[digits..];
        if let Some(after) = rest.strip_prefix(['.', ')'])
            && after.starts_with(char::is_whitespace)
        {
            return text.len() - after.trim_start().len();
        }
    }
    0
}

fn markdown(source: &str, language: &Language, quotes_are_text: bool) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    let subject = subject_end(source, language);
    let mut quotes = 0usize;
    let mut link_end: Option<usize> = None;
    let mut code_block: Option<usize> = None;
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    for (event, range) in Parser::new_ext(source, options).into_offset_iter() {
        let span = Span::new(range.start, range.end);
        if quotes > 0 {
            match event {
                Event::Start(Tag::BlockQuote(_)) => quotes += 1,
                Event::End(TagEnd::BlockQuote(_)) => quotes -= 1,
                _ => {}
            }
            continue;
        }
        match event {
            _ if span.start < subject && span.end <= subject => {}
            Event::Start(Tag::BlockQuote(_)) if !quotes_are_text => {
                quotes = 1;
                out.push(Piece::Quoted(span));
                out.push(Piece::Paragraph(Span::new(span.end, span.end)));
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                code_block = Some(out.len());
                // An indented block in a draft is nearly always an indented paragraph, not code.
                if matches!(kind, CodeBlockKind::Fenced(_)) {
                    out.push(Piece::Code(span));
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                code_block = None;
                out.push(Piece::Paragraph(Span::new(span.end, span.end)));
            }
            Event::Start(Tag::Item) => out.push(Piece::Bullet(Span::new(span.start, span.start + 1))),
            Event::Start(Tag::Link { .. }) => link_end = Some(span.end),
            Event::End(TagEnd::Link) => {
                if let (Some(end), Some(start)) = (link_end.take(), out.last().map(piece_end))
                    && start < end
                {
                    out.push(Piece::Link(Span::new(start, end)));
                }
            }
            Event::Start(Tag::Paragraph | Tag::Heading { .. } | Tag::TableCell) => {}
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableCell) => {
                out.push(Piece::Paragraph(Span::new(span.end, span.end)));
            }
            Event::Text(_) if code_block.is_some() && matches!(out.last(), Some(Piece::Code(_))) => {}
            Event::Text(_) if code_block.is_some() => push_line(source, &mut out, span),
            Event::Text(_) => push_text(&mut out, span),
            Event::Code(_) | Event::InlineMath(_) | Event::DisplayMath(_) => out.push(Piece::Code(span)),
            Event::SoftBreak => out.push(Piece::Wrap(span)),
            Event::HardBreak | Event::Rule => out.push(Piece::Line(span)),
            // Placeholders such as <name> are HTML to a Markdown parser; the masks tell them from tags.
            Event::Html(_) | Event::InlineHtml(_) => push_line(source, &mut out, span),
            _ => {}
        }
    }
    soften_breaks(source, &mut out);
    cut_quoted_tail(source, out, language)
}

fn piece_end(piece: &Piece) -> usize {
    span_of(piece).end
}

pub(super) fn span_of(piece: &Piece) -> Span {
    match *piece {
        Piece::Text(s)
        | Piece::Code(s)
        | Piece::Link(s)
        | Piece::Bullet(s)
        | Piece::Wrap(s)
        | Piece::Line(s)
        | Piece::Paragraph(s)
        | Piece::Heading(s)
        | Piece::Quoted(s) => s,
    }
}

/// The parser hands `[Name]` over in three pieces; touching pieces are one.
fn push_text(out: &mut Vec<Piece>, span: Span) {
    if let Some(Piece::Text(last)) = out.last_mut()
        && last.end == span.start
    {
        last.end = span.end;
    } else {
        out.push(Piece::Text(span));
    }
}

/// The parser hands a block over line by line and leaves out the CR of a CRLF; what goes over lines is still one text.
fn push_line(source: &str, out: &mut Vec<Piece>, span: Span) {
    let start = match out.last() {
        Some(Piece::Text(last)) if source.get(last.end..span.start) == Some("\r") => last.end,
        _ => span.start,
    };
    out.push(Piece::Text(Span::new(start, span.end)));
}

/// Markdown joins lines that people meant to keep apart ("Hi Ana,\nThanks for ..."): the same test as for plain text.
fn soften_breaks(source: &str, pieces: &mut [Piece]) {
    let mut first = 0;
    while first < pieces.len() {
        let end = (first..pieces.len()).find(|&i| matches!(pieces[i], Piece::Paragraph(_))).unwrap_or(pieces.len());
        let block = &pieces[first..end];
        if block.iter().any(|p| matches!(p, Piece::Wrap(_))) {
            let start = block.iter().map(|p| span_of(p).start).min().unwrap_or(0);
            let stop = block.iter().map(|p| span_of(p).end).max().unwrap_or(0);
            let text = &source[start..stop];
            let width = text.split(['\n', '\r']).map(|l| l.trim_end().chars().count()).max().unwrap_or(0);
            for piece in &mut pieces[first..end] {
                if let Piece::Wrap(gap) = *piece {
                    let before = source[start..gap.start].rsplit(['\n', '\r']).next().unwrap_or("");
                    let after = source[gap.end..stop].split(['\n', '\r']).next().unwrap_or("");
                    if !wraps(before, after, width) {
                        *piece = Piece::Line(gap);
                    }
                }
            }
        }
        first = end + 1;
    }
}

fn cut_quoted_tail(source: &str, pieces: Vec<Piece>, language: &Language) -> Vec<Piece> {
    let Some(line) = lines(source).into_iter().find(|l| language.starts_quoted_tail(l.text)) else {
        return pieces;
    };
    let mut kept: Vec<Piece> = pieces.into_iter().filter(|p| span_of(p).start < line.start).collect();
    kept.push(Piece::Quoted(Span::new(line.start, source.len())));
    kept
}

//! From a mail to its reply: `mail-parser` says which part is the text, and how it is encoded; the bytes are decoded again with
//! their places. The quoted message below an answer stays in the text: whoever reads a reply knows it by its marks.

use crate::input::common::passage::{Builder, Passage};
use crate::input::{Origin, Reply, html};
use crate::text::{Format, Span};
use mail_parser::{Encoding, MessageParser, PartType};

pub(super) fn replies(text: &str) -> Vec<Reply<'_>> {
    messages(text).into_iter().filter_map(|span| message(text, span)).collect()
}

/// The mails of a mailbox: each begins with a line `From ...` at the start or after an empty line.
fn messages(text: &str) -> Vec<Span> {
    let mut starts = Vec::new();
    let (mut at, mut empty_before) = (0, true);
    for line in text.split_inclusive('\n') {
        if empty_before && line.starts_with("From ") && line.contains(|c: char| c.is_ascii_digit()) {
            starts.push((at, at + line.len()));
        }
        empty_before = line.trim().is_empty();
        at += line.len();
    }
    if starts.first().is_none_or(|(start, _)| *start > 0) {
        return vec![Span::new(0, text.len())];
    }
    let ends = starts.iter().skip(1).map(|(start, _)| *start).chain([text.len()]);
    starts.iter().zip(ends).map(|((_, body), end)| Span::new(*body, end)).collect()
}

fn message<'a>(file: &'a str, span: Span) -> Option<Reply<'a>> {
    let raw = file.get(span.start..span.end)?;
    let mail = MessageParser::default().parse(raw.as_bytes())?;
    let part = mail.parts.get(*mail.text_body.first().or_else(|| mail.html_body.first())? as usize)?;
    let (start, end) = (part.offset_body as usize, (part.offset_end as usize).min(raw.len()));
    let body = raw.as_bytes().get(start..end)?;
    let (decoded, is_html) = match &part.body {
        PartType::Text(text) => (text, false),
        PartType::Html(text) => (text, true),
        _ => return None,
    };
    let base = span.start + start;
    let units = match part.encoding {
        Encoding::None => body.iter().enumerate().map(|(at, byte)| (*byte, at, at + 1)).collect(),
        Encoding::QuotedPrintable => quoted_printable(body),
        Encoding::Base64 => base64(body),
    };
    let whole = || Passage::whole(decoded.clone().into_owned(), Span::new(base, span.start + end));
    let text = passage(file, &units, base, decoded).unwrap_or_else(whole);
    let text = if is_html { html::decode(&text) } else { text.trimmed() };
    if text.is_blank() {
        return None;
    }
    Some(Reply {
        text: text.text,
        format: Format::Text,
        customer: None,
        id: None,
        name: mail.subject().map(str::to_owned),
        channel: Some("email".to_owned()),
        situations: Vec::new(),
        origin: Origin::Part(text.map),
    })
}

/// A decoded byte, and where what it was decoded from begins and ends.
type Unit = (u8, usize, usize);

/// The text of decoded bytes: in UTF-8, or in a character set of one byte a character, as `decoded` has it.
fn passage<'a>(file: &'a str, units: &[Unit], base: usize, decoded: &str) -> Option<Passage<'a>> {
    let bytes: Vec<u8> = units.iter().map(|(byte, ..)| *byte).collect();
    let mut out = Builder::default();
    let mut put = |text: &str, units: &[Unit]| {
        let (Some(first), Some(last)) = (units.first(), units.last()) else {
            return;
        };
        let mut span = Span::new(base + first.1, base + last.2);
        if file.get(span.start..span.end) == Some(text) {
            return out.copy(file, span);
        }
        // A mail in another character set than it says has letters of several bytes where one was read for each.
        while !file.is_char_boundary(span.start) {
            span.start -= 1;
        }
        while !file.is_char_boundary(span.end) {
            span.end += 1;
        }
        out.replace(text, span);
    };
    if let Ok(text) = std::str::from_utf8(&bytes) {
        for (at, c) in text.char_indices() {
            put(&text[at..at + c.len_utf8()], &units[at..at + c.len_utf8()]);
        }
        return Some(out.done());
    }
    let mut rest = units;
    for (at, c) in decoded.char_indices() {
        let (unit, next) = rest.split_at_checked(1)?;
        let is_same = if unit[0].0.is_ascii() { c == char::from(unit[0].0) } else { !c.is_ascii() };
        if !is_same {
            return None;
        }
        put(&decoded[at..at + c.len_utf8()], unit);
        rest = next;
    }
    rest.is_empty().then(|| out.done())
}

fn quoted_printable(body: &[u8]) -> Vec<Unit> {
    let mut out = Vec::with_capacity(body.len());
    let digit = |at: usize| body.get(at).and_then(|b| (*b as char).to_digit(16));
    let mut at = 0;
    while at < body.len() {
        if body[at] != b'=' {
            out.push((body[at], at, at + 1));
            at += 1;
        } else if let (Some(high), Some(low)) = (digit(at + 1), digit(at + 2)) {
            out.push(((high * 16 + low) as u8, at, at + 3));
            at += 3;
        } else {
            // A soft line end: the line goes on.
            let spaces = body[at + 1..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
            match &body[at + 1 + spaces..] {
                [b'\r', b'\n', ..] => at += 3 + spaces,
                [b'\n', ..] => at += 2 + spaces,
                [] => at = body.len(),
                _ => {
                    out.push((b'=', at, at + 1));
                    at += 1;
                }
            }
        }
    }
    out
}

fn base64(body: &[u8]) -> Vec<Unit> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let mut out = Vec::new();
    let mut group: Vec<(u8, usize)> = Vec::with_capacity(4);
    let mut close = |group: &mut Vec<(u8, usize)>| {
        if let (Some(first), Some(last)) = (group.first(), group.last()) {
            let (start, end) = (first.1, last.1 + 1);
            let six = |at: usize| group.get(at).map_or(0, |(value, _)| u32::from(*value));
            let all = six(0) << 18 | six(1) << 12 | six(2) << 6 | six(3);
            for index in 0..group.len().saturating_sub(1) {
                out.push(((all >> (16 - 8 * index)) as u8, start, end));
            }
        }
        group.clear();
    };
    for (at, byte) in body.iter().enumerate() {
        if let Some(value) = value(*byte) {
            group.push((value, at));
            if group.len() == 4 {
                close(&mut group);
            }
        }
    }
    close(&mut group);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(mail: &str) -> (String, String, Reply<'_>) {
        let reply = replies(mail).remove(0);
        (reply.text.to_string(), reply.name.clone().unwrap_or_default(), reply)
    }

    #[test]
    fn places_are_right_in_every_encoding() {
        let head = "From: a@b.c\r\nTo: d@e.f\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\nMIME-Version: 1.0\r\n";
        let quoted = format!(
            "{head}Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
             Caf=C3=A9 is =\r\nopen.\r\n\r\n> why?\r\n"
        );
        let (text, name, reply) = one(&quoted);
        assert_eq!((text.as_str(), name.as_str()), ("Café is open.\r\n\r\n> why?", "Café"));
        let file = crate::text::LineIndex::new(&quoted);
        let place = |word: &str| {
            let at = text.find(word).unwrap();
            let (start, _) = reply.place(&file, Span::new(at, at + word.len()));
            (start.line, start.column)
        };
        assert_eq!(place("is"), (8, 11));
        assert_eq!(place("open"), (9, 1));
        let encoded = format!(
            "{head}Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nSGVsbG8gdGhlcmUu\r\n"
        );
        let (text, _, reply) = one(&encoded);
        assert_eq!(text, "Hello there.");
        let (start, _) = reply.place(&crate::text::LineIndex::new(&encoded), Span::new(6, 11));
        assert_eq!((start.line, start.column), (8, 9));
    }

    #[test]
    fn a_letter_stands_where_one_does_in_a_mail_of_two_character_sets() {
        let mail = "From: a@b.c\nContent-Type: text/plain; charset=iso-8859-1\n\
                    Content-Transfer-Encoding: quoted-printable\n\nHello,\n=f2 or ß!\n";
        let (text, _, reply) = one(mail);
        let map = reply.map().unwrap();
        let places = text.char_indices().map(|(at, c)| map.to_source(Span::new(at, at + c.len_utf8())));
        let letters: Vec<&str> = places.map(|place| mail.get(place.start..place.end).unwrap()).collect();
        assert_eq!(text, "Hello,\nò or Ã\u{178}!");
        assert_eq!(letters[7..], ["=f2", " ", "o", "r", " ", "ß", "ß", "!"]);
    }

    #[test]
    fn as_many_characters_as_bytes_may_be_others() {
        let mail = "From: a@b.c\nContent-Transfer-Encoding: quoted-printable\n\nA\r\n=f2\nß";
        let (text, _, reply) = one(mail);
        assert_eq!(text, "A\r\n\u{fffd}\r\nß");
        let end = text.rfind('\n').unwrap();
        let place = reply.map().unwrap().to_source(Span::new(end, end + 1));
        assert!(mail[place.start..place.end].contains('\n'), "{place:?}");
    }

    #[test]
    fn a_mailbox_holds_mails() {
        let mbox = "From a@b Mon Nov 1 10:00:00 2026\nFrom: a@b.c\nSubject: One\n\nHello one.\n\n\
                    From a@b Mon Nov 1 10:00:00 2026\nFrom: a@b.c\nSubject: Two\nContent-Type: text/html\n\n<p>Hello <b>two</b>.</p>\n";
        assert!(super::super::looks_like(mbox));
        let found = replies(mbox);
        let texts: Vec<&str> = found.iter().map(|reply| &*reply.text).collect();
        assert_eq!(texts, ["Hello one.", "Hello two."]);
    }
}

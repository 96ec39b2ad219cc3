//! HTML: mail templates, and the rich texts of help-desk exports.
//!
//! Read as text, each byte with its place: attributes, scripts, styles and comments are no text, blocks begin new
//! lines, entities are what they stand for. Template tags that only steer (`{if}`, `{% for %}`, `<#list>`) are nothing;
//! those that print something stay, and are placeholders.

use super::common::names;
use super::common::passage::{Builder, Passage};
use super::common::signs::is_message;
use super::{Origin, Reply, Source};
use crate::text::{Format, Span};
use html5gum::{DefaultEmitter, Token, Tokenizer};

/// Whether a text holds markup enough to be HTML.
pub(super) fn looks_like(text: &str) -> bool {
    looks_like_in(text, Format::Text)
}

/// The same, for a text that would otherwise be read as `format`: Markdown may hold a tag or two.
pub(super) fn looks_like_in(text: &str, format: Format) -> bool {
    let marks = [
        "</p>",
        "<br>",
        "<br/>",
        "<br />",
        "</div>",
        "</td>",
        "</a>",
        "</strong>",
        "</b>",
        "</li>",
        "</h1>",
        "</body>",
    ];
    let lower = text.to_ascii_lowercase();
    let count: usize = marks.iter().map(|mark| lower.matches(mark).count()).sum();
    match format {
        Format::Text => count > 0,
        Format::Markdown => count > 1 && !lower.contains("```") && !lower.contains("<details") && !lower.contains("]("),
    }
}

/// Whether a text is an HTML document or a part of one from its first mark on.
pub(super) fn is_document(text: &str) -> bool {
    let start = text.trim_start().as_bytes();
    let begins = |mark: &&str| start.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark.as_bytes()));
    ["<!doctype", "<html", "<head", "<body", "<table", "<div", "<p>"].iter().any(begins) && looks_like(text)
}

pub(super) fn replies<'a>(source: &Source<'a>) -> Vec<Reply<'a>> {
    let mut page = read(source.text);
    if page.blocks.iter().filter(|block| !block.quote).count() > 1 {
        page.blocks.retain(|block| !block.quote);
    }
    let blocks: Vec<Passage<'_>> = page.blocks.iter().map(|block| page.passage.slice(block.span).trimmed()).collect();
    let is_message = |text: &Passage<'_>| {
        let labels = text.text.lines().filter(|l| !l.trim().is_empty()).all(|line| {
            line.split_once(':').is_some_and(|(label, _)| !label.contains(' ') && label.chars().all(char::is_uppercase))
        });
        is_message("", &text.text) && !labels
    };
    let messages = blocks.iter().filter(|text| is_message(text)).count();
    let title = page.title.as_deref().or(page.first_heading.as_deref());
    let said = source.hint() || title.is_some_and(names::is_hint);
    if messages >= 2 && said {
        let found = page.blocks.iter().zip(blocks).filter(|(_, text)| is_message(text));
        return found.map(|(block, text)| reply(text, block.heading.clone())).collect();
    }
    // A page of a site is no mail: it has a script, or a menu.
    let lower = source.text.to_ascii_lowercase();
    let is_page = lower.contains("<script") || lower.contains("<nav") || lower.contains("<link rel");
    if !source.named && (is_page || !source.hint()) {
        return Vec::new();
    }
    one(page).into_iter().collect()
}

/// The file as one reply.
pub(super) fn whole<'a>(source: &Source<'a>) -> Option<Reply<'a>> {
    one(read(source.text))
}

fn one<'a>(page: Page) -> Option<Reply<'a>> {
    let text = page.passage.trimmed();
    (!text.is_blank()).then(|| reply(text, page.title.filter(|title| !title.trim().is_empty())))
}

fn reply<'a>(text: Passage<'_>, name: Option<String>) -> Reply<'a> {
    Reply {
        text: text.text.into_owned().into(),
        format: Format::Text,
        customer: None,
        id: None,
        name,
        channel: None,
        situations: Vec::new(),
        origin: Origin::Part(text.map),
    }
}

/// The text of a passage of HTML.
pub(super) fn decode<'a>(html: &Passage<'a>) -> Passage<'a> {
    let page = read(&html.text);
    let text = page.passage.trimmed();
    Passage { text: text.text.into_owned().into(), map: text.map.through(&html.map) }
}

/// Blocks in blocks that may be messages of their own; deeper ones are parts of those.
const NESTED_MAX: usize = 4;

/// A block that may be a message of its own on a page of many.
struct Block {
    heading: Option<String>,
    /// A `blockquote`, which may be a message, but hardly where there are `pre`s.
    quote: bool,
    span: Span,
}

struct Page {
    passage: Passage<'static>,
    title: Option<String>,
    first_heading: Option<String>,
    blocks: Vec<Block>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Space,
    Line,
    Paragraph,
}

struct Reader<'h> {
    html: &'h str,
    out: Builder,
    gap: Gap,
    gap_span: Span,
    /// How many elements are open whose text is no text.
    hidden: usize,
    pre: usize,
    quotes: usize,
    title: Option<String>,
    in_title: bool,
    heading: Option<String>,
    first_heading: Option<String>,
    heading_from: Option<usize>,
    open_blocks: Vec<usize>,
    blocks: Vec<Block>,
}

fn read(html: &str) -> Page {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let mut reader = Reader {
        html,
        out: Builder::default(),
        gap: Gap::None,
        gap_span: Span::new(0, 0),
        hidden: 0,
        pre: 0,
        quotes: 0,
        title: None,
        in_title: false,
        heading: None,
        first_heading: None,
        heading_from: None,
        open_blocks: Vec::new(),
        blocks: Vec::new(),
    };
    // Touching texts are one, so that a template tag or an entity is seen whole.
    let mut pending: Option<Span> = None;
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(token) = token;
        let (span, tag) = match &token {
            Token::String(text) => {
                let span = floor(html, text.span.start, text.span.end);
                pending = match pending {
                    Some(before) if before.end >= span.start => Some(Span::new(before.start, span.end.max(before.end))),
                    Some(before) => {
                        reader.text(before);
                        Some(span)
                    }
                    None => Some(span),
                };
                continue;
            }
            Token::Error(_) => continue,
            Token::StartTag(tag) => (tag.span, Some((true, name_of(&tag.name)))),
            Token::EndTag(tag) => (tag.span, Some((false, name_of(&tag.name)))),
            Token::Comment(comment) => (comment.span, None),
            Token::Doctype(doctype) => (doctype.span, None),
        };
        if let Some(text) = pending.take() {
            reader.text(text);
        }
        if let Some((starts, name)) = tag {
            reader.tag(&name, starts, floor(html, span.start, span.end));
        }
    }
    if let Some(text) = pending {
        reader.text(text);
    }
    Page { passage: reader.out.done(), title: reader.title, first_heading: reader.first_heading, blocks: reader.blocks }
}

fn name_of(name: &[u8]) -> String {
    String::from_utf8_lossy(name).to_ascii_lowercase()
}

/// A span on character boundaries inside the text.
fn floor(text: &str, start: usize, end: usize) -> Span {
    let cut = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = cut(start);
    Span::new(start, cut(end).max(start))
}

impl Reader<'_> {
    fn ask(&mut self, gap: Gap, span: Span) {
        if gap > self.gap {
            self.gap = gap;
            self.gap_span = span;
        }
    }

    fn tag(&mut self, name: &str, starts: bool, span: Span) {
        match name {
            "script" | "style" | "noscript" | "svg" | "template" | "select" | "button" => {
                self.hidden = if starts { self.hidden + 1 } else { self.hidden.saturating_sub(1) };
            }
            "title" => self.in_title = starts,
            "br" => {
                // A second break is an empty line.
                let gap = if self.gap >= Gap::Line { Gap::Paragraph } else { Gap::Line };
                self.ask(gap, span);
            }
            "li" if starts => {
                self.ask(Gap::Line, span);
                self.flush();
                self.out.replace("- ", span);
            }
            "li" | "dd" | "dt" | "tr" | "option" => self.ask(Gap::Line, span),
            "td" | "th" => self.ask(Gap::Space, span),
            "pre" | "textarea" | "blockquote" => {
                self.ask(Gap::Paragraph, span);
                if starts {
                    self.open_blocks.push(self.out.text().len());
                } else if let Some(from) = self.open_blocks.pop().filter(|_| self.open_blocks.len() < NESTED_MAX) {
                    let to = self.out.text().len();
                    self.blocks.push(Block {
                        heading: self.heading.clone(),
                        quote: name == "blockquote",
                        span: Span::new(from, to),
                    });
                }
                let depth = if name == "blockquote" { &mut self.quotes } else { &mut self.pre };
                *depth = if starts { *depth + 1 } else { depth.saturating_sub(1) };
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.ask(Gap::Paragraph, span);
                if starts {
                    self.heading_from = Some(self.out.text().len());
                } else if let Some(from) = self.heading_from.take() {
                    let text = names::short(self.out.text()[from..].trim());
                    self.heading = (!text.is_empty()).then_some(text);
                    self.first_heading = self.first_heading.take().or_else(|| self.heading.clone());
                }
            }
            "p" | "table" | "ul" | "ol" | "dl" | "hr" | "section" | "article" | "header" | "footer" | "figure" => {
                self.ask(Gap::Paragraph, span);
            }
            "div" | "center" | "form" | "main" | "aside" | "address" => self.ask(Gap::Line, span),
            _ if starts && !is_known(name) && !name.contains([':', '-']) => {
                // No tag at all: `Dear <first_name>,`.
                self.flush();
                self.out.copy(self.html, span);
            }
            _ => {}
        }
    }

    /// Writes the gap that was asked for.
    fn flush(&mut self) {
        let empty = self.out.text().is_empty();
        match self.gap {
            Gap::None => {}
            _ if empty => self.quote_mark(),
            Gap::Space => {
                let gap = self.gap_span;
                if self.out.text().ends_with([' ', '\n']) {
                } else if &self.html[gap.start..gap.end] == " " {
                    // A space that stands as it is keeps the words around it in one piece, so that they can be edited.
                    self.out.copy(self.html, gap);
                } else {
                    self.out.replace(" ", gap);
                }
            }
            Gap::Line | Gap::Paragraph => {
                let breaks = if self.gap == Gap::Line { 1 } else { 2 };
                let have = self.out.text().bytes().rev().take(breaks).take_while(|b| *b == b'\n').count();
                for _ in have..breaks {
                    self.out.replace("\n", self.gap_span);
                }
                self.quote_mark();
            }
        }
        self.gap = Gap::None;
    }

    /// Somebody else's words begin their lines as in a mail.
    fn quote_mark(&mut self) {
        if self.quotes > 0 {
            self.out.replace("> ", self.gap_span);
        }
    }

    fn text(&mut self, span: Span) {
        if self.in_title {
            self.title = Some(self.html[span.start..span.end].trim().to_owned());
            return;
        }
        if self.hidden > 0 {
            return;
        }
        let text = &self.html[span.start..span.end];
        let mut tags = Steering::default();
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            let byte = rest.as_bytes()[0];
            let place = |len: usize| Span::new(span.start + at, span.start + at + len);
            let steers = if matches!(byte, b'{' | b'<') { tags.at(rest) } else { None };
            let len = match byte {
                b' ' | b'\t' | b'\n' | b'\r' | 0x0c => {
                    let len = rest.bytes().position(|b| !b.is_ascii_whitespace()).unwrap_or(rest.len());
                    if self.pre == 0 {
                        self.ask(Gap::Space, place(len));
                    } else {
                        self.flush();
                        self.out.copy(self.html, place(len));
                    }
                    len
                }
                b'{' | b'<' if steers.is_some() => steers.unwrap_or(1),
                b'&' => {
                    let name = rest[1..].bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').count();
                    let len = (1 + name + usize::from(rest.as_bytes().get(1 + name) == Some(&b';'))).min(rest.len());
                    self.flush();
                    match entity(&rest[..len]) {
                        Some(plain) => self.out.replace(&plain, place(len)),
                        None => self.out.copy(self.html, place(len)),
                    }
                    len
                }
                _ => {
                    let stop = |b: &u8| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0c | b'{' | b'<' | b'&');
                    let len = 1 + rest.as_bytes()[1..].iter().position(stop).unwrap_or(rest.len() - 1);
                    self.flush();
                    self.out.copy(self.html, place(len));
                    len
                }
            };
            at += len.max(1);
        }
    }
}

/// What an entity stands for; nothing, if it is none.
fn entity(text: &str) -> Option<String> {
    let mut plain = String::new();
    for token in Tokenizer::new(text) {
        let Ok(token) = token;
        if let Token::String(part) = token {
            plain.push_str(&String::from_utf8_lossy(&part));
        }
    }
    (plain != text).then_some(plain)
}

/// Template tags that print nothing, in one text from its start to its end.
#[derive(Default)]
struct Steering {
    /// Ends of tags that stand nowhere in the rest of the text: they are looked for once, however many tags begin.
    absent: Vec<&'static str>,
}

impl Steering {
    /// The length of such a tag at the start of `text`.
    fn at(&mut self, text: &str) -> Option<usize> {
        if text.starts_with("{%") {
            return self.end(text, "{%", "%}");
        }
        if text.starts_with("{#") {
            return self.end(text, "{#", "#}");
        }
        if text.starts_with("{*") {
            return self.end(text, "{*", "*}");
        }
        if text.starts_with("{{#") || text.starts_with("{{/") || text.starts_with("{{^") || text.starts_with("{{!") {
            return self.end(text, "{{", "}}");
        }
        if text.starts_with("<%") && !text.starts_with("<%=") && !text.starts_with("<%-") {
            return self.end(text, "<%", "%>");
        }
        if text.starts_with("<#") || text.starts_with("<@") {
            return self.end(text, "<", ">");
        }
        let inner = text.strip_prefix('{')?;
        if inner.starts_with("else}") || inner.starts_with("/") {
            return self.end(text, "{", "}");
        }
        let word = inner.bytes().take_while(u8::is_ascii_alphabetic).count();
        let is_steering = matches!(
            &inner[..word],
            "if" | "elseif"
                | "foreach"
                | "foreachelse"
                | "section"
                | "for"
                | "while"
                | "include"
                | "assign"
                | "capture"
                | "literal"
                | "strip"
                | "php"
                | "block"
                | "extends"
        );
        let goes_on = inner.as_bytes().get(word).is_some_and(|b| matches!(b, b' ' | b'}'));
        if is_steering && goes_on { self.end(text, "{", "}") } else { None }
    }

    fn end(&mut self, text: &str, open: &str, close: &'static str) -> Option<usize> {
        if self.absent.contains(&close) {
            return None;
        }
        let found = text[open.len()..].find(close).map(|at| open.len() + at + close.len());
        if found.is_none() {
            self.absent.push(close);
        }
        found
    }
}

fn is_known(name: &str) -> bool {
    const KNOWN: &str = " a abbr acronym address area article aside audio b base basefont bdi bdo big blockquote body br \
        button canvas caption center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em embed \
        fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe \
        img input ins kbd label legend li link main map mark menu meta meter nav noframes noscript object ol optgroup \
        option output p param picture pre progress q rp rt ruby s samp script search section select small source span \
        strike strong style sub summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u \
        ul var video wbr xml path ";
    KNOWN.split(' ').any(|known| known == name) || names::words(name).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(html: &str) -> (String, Passage<'_>) {
        let passage = decode(&Passage::of_file(html, Span::new(0, html.len())));
        (passage.text.to_string(), passage)
    }

    #[test]
    fn tags_are_no_text_and_entities_are() {
        let html = "<style>p { x }</style><p title=\"no\">Hi {$name},</p>\n<!-- no -->\
                    <p>It&rsquo;s <b>fine</b>&nbsp;&amp; d&eacute;j&agrave; &lt;done&gt;.<br>Bye<br><br>X</p><ul><li>one<li>two</ul>";
        let (text, passage) = decoded(html);
        assert_eq!(text, "Hi {$name},\n\nIt’s fine\u{a0}& déjà <done>.\nBye\n\nX\n\n- one\n- two");
        for word in ["Hi", "fine", "Bye", "two", "X"] {
            let at = text.find(word).unwrap();
            let span = passage.map.to_source(Span::new(at, at + word.len()));
            assert_eq!(&html[span.start..span.end], word);
        }
        let at = text.find("déjà").unwrap();
        let span = passage.map.to_source(Span::new(at, at + "déjà".len()));
        assert_eq!(&html[span.start..span.end], "d&eacute;j&agrave;");
    }

    #[test]
    fn tags_that_steer_are_nothing() {
        for (html, text) in [
            ("a {if $x gt 3}b{else}c{/if} {$y}", "a bc {$y}"),
            ("a {% if x %}b{% endif %} {{ y }}", "a b {{ y }}"),
            ("a <#if x??>b</#if> ${y}", "a b ${y}"),
            ("a <% if x %>b<% end %> <%= y %>", "a b <%= y %>"),
            ("a {{#if x}}b{{/if}} {{y}} <first_name>", "a b {{y}} <first_name>"),
        ] {
            assert_eq!(decoded(html).0, text);
        }
    }
}

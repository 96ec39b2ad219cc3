//! Where files of each format speak to replylint: comments, and `ignore` in front matter.
//!
//! A comment is one only where the format has comments. What looks like one in a text that is sent is no comment: a
//! customer would read it.

use super::passage::Passage;
use super::tree::Node;
use crate::input::{Kind, Reply, Source, markdown, yaml};
use crate::text::{Aside, End, Span, Standing, candidates};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

/// The marks of comments: how one begins and ends.
const HTML: (&str, &str) = ("<!--", "-->");
const TEMPLATES: [(&str, &str); 3] = [HTML, ("{{!--", "--}}"), ("{#", "#}")];

/// How comments begin, in whatever format.
const MARKS: [&str; 4] = [HTML.0, "{{!--", "{#", "#"];

/// What the file says to replylint, in order of place.
pub fn asides(kind: Kind, path: &str, text: &str, replies: &[Reply<'_>]) -> Vec<Aside> {
    // Every comment begins with one of these, and most texts hold none of them.
    if kind != Kind::Markdown && memchr::memchr3(b'<', b'{', b'#', text.as_bytes()).is_none() {
        return Vec::new();
    }
    let replies: Vec<Span> = replies.iter().map(Reply::span).collect();
    let in_replies = Cover::new(replies.iter().copied());
    let file = File { text, replies: &replies, in_replies };
    match kind {
        Kind::Markdown => {
            let mut found = front_matter(path, text);
            found.extend(file.in_markdown());
            found
        }
        Kind::Html => file.in_templates(),
        Kind::Yaml => file.in_yaml(path),
        _ => file.in_texts(),
    }
}

struct File<'a> {
    text: &'a str,
    replies: &'a [Span],
    in_replies: Cover,
}

/// The bytes that any of some spans hold.
struct Cover(Vec<Span>);

impl Cover {
    fn new(spans: impl IntoIterator<Item = Span>) -> Self {
        let mut spans: Vec<Span> = spans.into_iter().collect();
        spans.sort_unstable();
        let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
        for span in spans {
            match merged.last_mut() {
                Some(last) if span.start < last.end => last.end = last.end.max(span.end),
                _ => merged.push(span),
            }
        }
        Self(merged)
    }

    /// The merged span that holds byte `at`.
    fn at(&self, at: usize) -> Option<Span> {
        let before = self.0.partition_point(|span| span.start <= at).checked_sub(1)?;
        Some(self.0[before]).filter(|span| at < span.end)
    }

    fn holds(&self, at: usize) -> bool {
        self.at(at).is_some()
    }
}

impl File<'_> {
    fn is_in_reply(&self, at: usize) -> bool {
        self.in_replies.holds(at)
    }

    /// Whether a reply that begins behind `from` holds byte `at`.
    fn is_in_reply_behind(&self, from: usize, at: usize) -> bool {
        let before = &self.replies[..self.replies.partition_point(|reply| reply.start <= at)];
        // Of the replies of a file in Markdown, no more than two hold the same byte.
        before.iter().rev().take(2).any(|reply| from < reply.start && at < reply.end)
    }

    /// Whether what stands at `at`, if it is a `#`, could begin a comment.
    fn begins_word(&self, at: usize) -> bool {
        !self.text[at..].starts_with('#') || self.text[..at].chars().next_back().is_none_or(char::is_whitespace)
    }

    fn in_markdown(&self) -> Vec<Aside> {
        let found = candidates(self.text, &MARKS);
        if found.is_empty() {
            return Vec::new();
        }
        let fences = Cover::new(markdown::fences(self.text));
        let (mut comments, mut code) = (Vec::new(), Vec::new());
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
        for (event, range) in Parser::new_ext(self.text, options).into_offset_iter() {
            let span = Span::new(range.start, range.end);
            match event {
                Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_) => comments.push(span),
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) | Event::Code(_) => code.push(span),
                _ => {}
            }
        }
        let (comments, code) = (Cover::new(comments), Cover::new(code));
        let mut end = End::new(HTML.1);
        let mut asides: Vec<Aside> = Vec::new();
        for &(start, words) in &found {
            if is_in_last(&asides, start) {
                continue;
            }
            if let Some(fence) = fences.at(start) {
                // A fence in a reply shows something; a fence that holds a reply is sent.
                if self.is_in_reply_behind(fence.start, start) && self.begins_word(start) {
                    asides.push(self.line(start, words, &found, Standing::Sent));
                }
            } else if !self.text[start..].starts_with(HTML.0) {
                // What is a comment elsewhere is words in Markdown.
                if self.is_in_reply(start) && !code.holds(start) && self.begins_word(start) {
                    asides.push(self.line(start, words, &found, Standing::Sent));
                }
            } else if comments.holds(start) {
                asides.push(Aside::comment(self.text, start, words, &mut end));
            } else if !code.holds(start) {
                let is_closed = end.find(self.text, words).is_some();
                let standing = if is_closed { Standing::Sent } else { Standing::Unclosed };
                asides.push(self.line(start, words, &found, standing));
            }
        }
        asides
    }

    /// An aside up to the end of its line, or to the next of those that were `found`.
    fn line(&self, start: usize, words: usize, found: &[(usize, usize)], standing: Standing) -> Aside {
        let next = found.get(found.partition_point(|(other, _)| *other < words));
        Aside::line(&self.text[..next.map_or(self.text.len(), |(other, _)| *other)], start, words, standing)
    }

    fn in_templates(&self) -> Vec<Aside> {
        let mut found: Vec<(usize, usize, usize)> = Vec::new();
        for (mark, (start, _)) in TEMPLATES.iter().enumerate() {
            found.extend(candidates(self.text, &[start]).into_iter().map(|(start, words)| (start, words, mark)));
        }
        found.sort_unstable();
        let mut ends = TEMPLATES.map(|(_, end)| End::new(end));
        let mut asides: Vec<Aside> = Vec::new();
        for (start, words, mark) in found {
            if !is_in_last(&asides, start) {
                asides.push(Aside::comment(self.text, start, words, &mut ends[mark]));
            }
        }
        asides
    }

    fn in_yaml(&self, path: &str) -> Vec<Aside> {
        let found = candidates(self.text, &["#", HTML.0]);
        if found.is_empty() {
            return Vec::new();
        }
        let mut scalars = Vec::new();
        for document in &yaml::documents(&Source::new(path, self.text)).0 {
            scalar_spans(document, &mut scalars);
        }
        let scalars = Cover::new(scalars);
        let mut asides = Vec::new();
        for &(start, words) in &found {
            let is_comment = self.text[start..].starts_with('#')
                && self.begins_word(start)
                && !self.text[words..].trim_start_matches([' ', '\t']).starts_with(['\n', '\r']);
            if is_comment && !scalars.holds(start) {
                asides.push(self.line(start, words, &found, Standing::Comment));
            } else if self.is_in_reply(start) {
                asides.push(self.line(start, words, &found, Standing::Sent));
            }
        }
        asides
    }

    /// These formats have no comments.
    fn in_texts(&self) -> Vec<Aside> {
        let found = candidates(self.text, &MARKS);
        let sent = found.iter().filter(|(start, _)| self.is_in_reply(*start) && self.begins_word(*start));
        sent.map(|(start, words)| self.line(*start, *words, &found, Standing::Sent)).collect()
    }
}

/// Whether what begins at `start` is a part of the comment before.
fn is_in_last(asides: &[Aside], start: usize) -> bool {
    asides.last().is_some_and(|last| last.standing == Standing::Comment && start < last.span.end)
}

/// Where the texts of a document stand, keys included.
fn scalar_spans(node: &Node<'_>, out: &mut Vec<Span>) {
    let span = |passage: &Passage<'_>| passage.map.to_source(Span::new(0, passage.text.trim_end().len()));
    match node {
        Node::Map(entries) => {
            for (key, value) in entries {
                out.push(span(key));
                scalar_spans(value, out);
            }
        }
        Node::List(items) => items.iter().for_each(|item| scalar_spans(item, out)),
        Node::Text { text, .. } => out.push(span(text)),
        Node::Other(_) => {}
    }
}

/// `ignore: rule`, `ignore: [rule, rule]`, or `ignore: {rule: why}`.
fn front_matter(path: &str, text: &str) -> Vec<Aside> {
    let Some((_, inner)) = markdown::front_matter(text) else {
        return Vec::new();
    };
    if !text[inner.start..inner.end].contains("ignore") {
        return Vec::new();
    }
    let (documents, _) = yaml::documents(&Source::new(path, &text[inner.start..inner.end]));
    let aside = |passage: &Passage<'_>, standing| {
        let span = passage.map.to_source(Span::new(0, passage.text.len()));
        let span = Span::new(inner.start + span.start, inner.start + span.end);
        Aside { span, words: passage.text.trim().to_owned(), standing }
    };
    let Some(Node::Map(entries)) = documents.first() else {
        return Vec::new();
    };
    let Some((key, value)) = entries.iter().find(|(key, _)| key.text == "ignore") else {
        return Vec::new();
    };
    let named = |node: &Node<'_>| match node {
        Node::Text { text, .. } if !text.is_blank() => aside(text, Standing::FrontMatter(None)),
        _ => aside(key, Standing::Unreadable),
    };
    match value {
        Node::List(items) => items.iter().map(named).collect(),
        Node::Map(entries) => entries
            .iter()
            .map(|(rule, why)| match why.scalar().map(str::trim).filter(|why| !why.is_empty() && !rule.is_blank()) {
                Some(why) => aside(rule, Standing::FrontMatter(Some(why.to_owned()))),
                None => aside(key, Standing::Unreadable),
            })
            .collect(),
        one => vec![named(one)],
    }
}

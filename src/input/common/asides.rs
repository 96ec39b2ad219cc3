//! Where files of each format speak to replylint: comments, and `ignore` in front matter.
//!
//! A comment is one only where the format has comments. What looks like one in a text that is sent is no comment: a
//! customer would read it.

use super::passage::Passage;
use super::tree::Node;
use crate::input::{Kind, Reply, Source, markdown, yaml};
use crate::text::{Aside, Span, Standing, candidates};
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
    let file = File { text, replies: &replies };
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
}

impl File<'_> {
    fn is_in_reply(&self, at: usize) -> bool {
        self.replies.iter().any(|reply| (reply.start..reply.end).contains(&at))
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
        let fences = markdown::fences(self.text);
        let (mut comments, mut code) = (Vec::new(), Vec::new());
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
        for (event, range) in Parser::new_ext(self.text, options).into_offset_iter() {
            match event {
                Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_) => comments.push(range),
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) | Event::Code(_) => code.push(range),
                _ => {}
            }
        }
        let mut asides = Vec::new();
        for (start, words) in found {
            if let Some(fence) = fences.iter().find(|fence| (fence.start..fence.end).contains(&start)) {
                // A fence in a reply shows something; a fence that holds a reply is sent.
                let sends = |reply: &Span| fence.start < reply.start && (reply.start..reply.end).contains(&start);
                if self.replies.iter().any(sends) && self.begins_word(start) {
                    asides.push(Aside::line(self.text, start, words, Standing::Sent));
                }
            } else if !self.text[start..].starts_with(HTML.0) {
                // What is a comment elsewhere is words in Markdown.
                let is_code = code.iter().any(|range| range.contains(&start));
                if self.is_in_reply(start) && !is_code && self.begins_word(start) {
                    asides.push(Aside::line(self.text, start, words, Standing::Sent));
                }
            } else if comments.iter().any(|range| range.contains(&start)) {
                asides.push(Aside::comment(self.text, start, words, HTML.1));
            } else if !code.iter().any(|range| range.contains(&start)) {
                let is_closed = self.text[words..].contains(HTML.1);
                let standing = if is_closed { Standing::Sent } else { Standing::Unclosed };
                asides.push(Aside::line(self.text, start, words, standing));
            }
        }
        asides
    }

    fn in_templates(&self) -> Vec<Aside> {
        let mut asides: Vec<Aside> = TEMPLATES
            .iter()
            .flat_map(|(start, end)| {
                candidates(self.text, &[start])
                    .into_iter()
                    .map(|(start, words)| Aside::comment(self.text, start, words, end))
            })
            .collect();
        asides.sort_by_key(|aside| aside.span);
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
        let mut asides = Vec::new();
        for (start, words) in found {
            let is_comment = self.text[start..].starts_with('#')
                && self.begins_word(start)
                && !self.text[words..].trim_start_matches([' ', '\t']).starts_with(['\n', '\r']);
            let is_text = scalars.iter().any(|scalar| (scalar.start..scalar.end).contains(&start));
            if is_comment && !is_text {
                asides.push(Aside::line(self.text, start, words, Standing::Comment));
            } else if self.is_in_reply(start) {
                asides.push(Aside::line(self.text, start, words, Standing::Sent));
            }
        }
        asides
    }

    /// These formats have no comments.
    fn in_texts(&self) -> Vec<Aside> {
        candidates(self.text, &MARKS)
            .into_iter()
            .filter(|(start, _)| self.is_in_reply(*start) && self.begins_word(*start))
            .map(|(start, words)| Aside::line(self.text, start, words, Standing::Sent))
            .collect()
    }
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
            .map(|(rule, why)| match why.scalar().map(str::trim).filter(|why| !why.is_empty()) {
                Some(why) => aside(rule, Standing::FrontMatter(Some(why.to_owned()))),
                None => aside(key, Standing::Unreadable),
            })
            .collect(),
        one => vec![named(one)],
    }
}

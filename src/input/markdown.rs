//! Markdown: one reply a file, or many under headings: in fences, in quotes, behind labels, or as they are.
//!
//! What surrounds replies is documentation, and is left alone: fences win over quotes, and both over plain sections,
//! since whoever fences a reply means everything else to be about it.

mod blocks;

use super::common::names;
use super::common::passage::Passage;
use super::common::signs::{is_message, opens_with_salutation, record_like};
use super::common::tree::Node;
use super::{Each, Origin, Problem, Reply, Source};
use crate::text::{Format, Span};
use blocks::{Block, Kind};

pub(super) fn replies<'a>(source: &Source<'a>) -> (Vec<Reply<'a>>, Vec<Problem>) {
    let document = Document::new(source);
    // What nobody named is a reply only if nothing speaks against it: a read-me, a guide, a page about a program.
    if !source.named && names::is_document_file(source.path) && !document.says_many() {
        return (Vec::new(), Vec::new());
    }
    let (found, problems) = document.replies();
    if !found.is_empty() {
        return (found, problems);
    }
    if !source.named && (document.sections().len() > 3 || (!source.hint() && document.shows_code())) {
        return (Vec::new(), Vec::new());
    }
    (document.whole().into_iter().collect(), Vec::new())
}

/// The replies, laid out as the config says.
pub(super) fn each<'a>(source: &Source<'a>, each: Each) -> (Vec<Reply<'a>>, Vec<Problem>) {
    let document = Document::new(source);
    let found = match each {
        Each::Heading => document.in_sections(true),
        Each::Fence => document.in_fences(true),
        Each::Quote => document.in_quotes(true),
        Each::File | Each::Record => return (document.whole().into_iter().collect(), Vec::new()),
    };
    document.finish(found)
}

/// The file as one reply.
pub(super) fn whole<'a>(source: &Source<'a>) -> Option<Reply<'a>> {
    Document::new(source).whole()
}

/// Most situations that front matter names; there are fewer signals.
const SITUATIONS_MAX: usize = 100;

/// How much may be read of a customer's message that many replies answer, all in all: so many times the file, or so many
/// bytes.
const SHARED_MAX: usize = 16;
const SHARED_MIN: usize = 4_000_000;

/// A reply before it is made one.
struct Found<'a> {
    text: Passage<'a>,
    name: Option<String>,
    customer: Option<String>,
    html: bool,
}

/// A heading and the blocks under it, up to the next heading.
#[derive(Clone, Copy, Debug)]
struct Section {
    /// The block that is the heading; nothing for what stands above the first.
    heading: Option<usize>,
    level: usize,
    /// Its blocks: from, to.
    from: usize,
    to: usize,
}

struct Document<'s, 'a> {
    source: &'s Source<'a>,
    blocks: Vec<Block>,
    /// Per block: the nearest heading above it, and the nearest title, by number.
    above: Vec<Above>,
    /// Where the text begins, behind the front matter.
    start: usize,
    subject: Option<String>,
    customer: Option<String>,
    channel: Option<String>,
    situations: Vec<String>,
}

impl<'s, 'a> Document<'s, 'a> {
    fn new(source: &'s Source<'a>) -> Self {
        let mut document = Self {
            source,
            blocks: Vec::new(),
            above: Vec::new(),
            start: 0,
            subject: None,
            customer: None,
            channel: None,
            situations: Vec::new(),
        };
        if let Some((end, inner)) = blocks::front_matter(source.text) {
            document.start = end;
            document.front_matter(inner);
        }
        document.blocks = blocks::blocks(source.text, document.start);
        // A comment between a label and its reply does not part them.
        document.blocks.retain(|block| block.kind != Kind::Comment);
        document.above = above(&document.blocks);
        document
    }

    fn front_matter(&mut self, inner: Span) {
        let yaml = Source { text: &self.source.text[inner.start..inner.end], ..self.source.clone() };
        let (documents, _) = super::yaml::documents(&yaml);
        let get = |key: &str| {
            let value = documents.first()?.get(key)?.scalar()?.trim();
            (!value.is_empty()).then(|| value.to_owned())
        };
        self.subject = get("subject").or_else(|| get("title")).or_else(|| get("name"));
        self.customer = get("customer");
        self.channel = get("channel").map(|channel| names::short(&channel));
        let situation = documents.first().and_then(|document| document.get("situation"));
        let listed = situation.map(Node::items).unwrap_or_default().iter().chain(situation).filter_map(Node::scalar);
        self.situations =
            listed.take(SITUATIONS_MAX).map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
    }

    fn text_of(&self, from: usize, to: usize) -> Passage<'a> {
        Passage::of_file(self.source.text, Span::new(from, to)).trimmed()
    }

    fn sections(&self) -> Vec<Section> {
        let mut sections = vec![Section { heading: None, level: 0, from: 0, to: self.blocks.len() }];
        for (index, block) in self.blocks.iter().enumerate() {
            if let Kind::Heading(level, _) = block.kind {
                if let Some(last) = sections.last_mut() {
                    last.to = index;
                }
                sections.push(Section { heading: Some(index), level, from: index + 1, to: self.blocks.len() });
            }
        }
        if sections[0].from == sections[0].to {
            sections.remove(0);
        }
        sections
    }

    fn title(&self, section: Section) -> Option<String> {
        match &self.blocks[section.heading?].kind {
            Kind::Heading(_, title) => Some(plain(title)),
            _ => None,
        }
    }

    /// The nearest title above block `at`: a bold line, or the heading.
    fn title_above(&self, at: usize) -> Option<String> {
        match &self.blocks[self.above[at].title?].kind {
            Kind::Label(title, _) => Some(title_of(title)),
            _ => self.heading_above(at),
        }
    }

    fn heading_above(&self, at: usize) -> Option<String> {
        match &self.blocks[self.above[at].heading?].kind {
            Kind::Heading(_, title) => Some(plain(title)),
            _ => None,
        }
    }

    fn replies(&self) -> (Vec<Reply<'a>>, Vec<Problem>) {
        let fences = self.in_fences(false);
        let labelled = self.behind_labels();
        let quotes = self.in_quotes(false);
        let sections = self.in_sections(false);
        let salutations = sections.iter().filter(|found| opens_with_salutation(&found.text.text)).count();
        let found = if !labelled.is_empty() && labelled.len() >= quotes.len() && fences.is_empty() {
            labelled
        } else if !fences.is_empty() && fences.len() >= quotes.len() && fences.len() * 3 >= salutations {
            // A mail written out between two rules stands beside variations in fences.
            let mut all = fences;
            all.extend(self.between_rules());
            all
        } else if quotes.len() > 1 || (quotes.len() == 1 && self.source.hint()) {
            quotes
        } else {
            let mails = self.between_rules();
            if mails.is_empty() { sections } else { mails }
        };
        // Nothing says that the document is about replies: then most of them begin like one, or none is.
        let letters = found.iter().filter(|found| opens_with_salutation(&found.text.text)).count();
        let said = self.source.hint() || self.says_many() || self.headings_say_so();
        if !said && letters * 2 < found.len() {
            return (Vec::new(), Vec::new());
        }
        self.finish(found)
    }

    /// Whether a heading or a label such as `**Reply:**` speaks of replies.
    fn headings_say_so(&self) -> bool {
        self.blocks.iter().any(|block| match &block.kind {
            Kind::Heading(_, title) => names::is_reply_heading(title),
            Kind::Label(label, after) => after.is_empty() && names::is_reply_label(label),
            _ => false,
        })
    }

    fn finish(&self, mut found: Vec<Found<'a>>) -> (Vec<Reply<'a>>, Vec<Problem>) {
        found.sort_by_key(|found| found.text.start());
        found.retain(|found| !found.text.is_blank());
        let message = self.customer.as_ref().filter(|message| {
            let most = SHARED_MIN.max(SHARED_MAX * self.source.text.len());
            message.len().saturating_mul(found.len()) <= most
        });
        let mut problems = Vec::new();
        if let (Some(left_out), None) = (&self.customer, message) {
            let size = left_out.len() / 1000;
            let said =
                format!("the front matter's `customer` ({size} kB) is too long to be read for {} replies", found.len());
            problems.push(
                Problem::in_file(self.source.path, said).help("shorten it, or give the replies files of their own"),
            );
        }
        let replies = found
            .into_iter()
            .map(|found| {
                let customer = found.customer.or_else(|| message.cloned());
                let (text, subject) = without_subject(found.text);
                let mut reply = self.source.reply(text, found.name.or(subject), customer, found.html);
                reply.channel.clone_from(&self.channel);
                reply.situations.clone_from(&self.situations);
                reply
            })
            .collect();
        (replies, problems)
    }

    /// Fences that hold words for people.
    fn in_fences(&self, all: bool) -> Vec<Found<'a>> {
        let mut found = Vec::new();
        let mut customer = None;
        for (index, block) in self.blocks.iter().enumerate() {
            let Kind::Fence(info) = &block.kind else {
                match &block.kind {
                    Kind::Heading(..) => customer = None,
                    Kind::Label(label, said) if names::is_customer_label(label) && !said.is_empty() => {
                        customer = Some(said.trim_matches(['"', '“', '”']).to_owned());
                    }
                    _ => {}
                }
                continue;
            };
            let text = block.text(self.source.text).trimmed();
            let label = index.checked_sub(1).map(|before| &self.blocks[before].kind);
            if let Some(Kind::Label(label, _)) = label
                && names::is_customer_label(label)
            {
                customer = Some(text.text.into_owned());
                continue;
            }
            let name = self.title_above(index);
            // In a text about something else, a fence is a reply only under a title.
            let is_placed = name.is_some() || self.source.hint() || self.says_many();
            if all || (is_placed && is_message(info, &text.text)) {
                found.push(Found { text, name, customer: customer.take(), html: info == "html" });
            }
        }
        found
    }

    /// Quotes under a title.
    fn in_quotes(&self, all: bool) -> Vec<Found<'a>> {
        let mut found = Vec::new();
        let headings = self.blocks.iter().filter(|block| matches!(block.kind, Kind::Heading(..))).count();
        let mut seen_headings = 0;
        let mut titled = false;
        let mut customer = None;
        for (index, block) in self.blocks.iter().enumerate() {
            match &block.kind {
                Kind::Heading(..) => {
                    seen_headings += 1;
                    titled = false;
                    customer = None;
                }
                Kind::Label(title, _) => titled |= !names::is_note_label(title),
                Kind::Quote => {
                    let text = block.text(self.source.text).trimmed();
                    let label = index.checked_sub(1).and_then(|before| match &self.blocks[before].kind {
                        Kind::Label(label, _) => Some(label),
                        _ => None,
                    });
                    if label.is_some_and(|label| names::is_customer_label(label)) {
                        customer = Some(text.text.into_owned());
                        continue;
                    }
                    // Under the first heading stands what the document is about.
                    let untitled = self.title_above(index).is_none();
                    let preamble = untitled || (headings > 1 && seen_headings <= 1 && !titled);
                    let admonition = text.text.starts_with("[!");
                    let about = text.text.lines().next().is_some_and(|line| {
                        let line = line.trim_start_matches(['*', '_']);
                        line.split_once(':')
                            .is_some_and(|(label, _)| names::is_note_label(label) && !names::is_subject_label(label))
                    });
                    if all || (!preamble && !admonition && !about && record_like(&text.text)) {
                        found.push(Found {
                            text,
                            name: self.title_above(index),
                            customer: customer.take(),
                            html: false,
                        });
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// Paragraphs behind `**Reply:**`, up to the next rule, heading or label of its kind. A quote before is the customer's.
    fn behind_labels(&self) -> Vec<Found<'a>> {
        let mut found = Vec::new();
        let mut quote = None;
        let mut index = 0;
        while index < self.blocks.len() {
            match &self.blocks[index].kind {
                Kind::Heading(..) => quote = None,
                Kind::Quote => quote = Some(self.blocks[index].text(self.source.text).trimmed().text.into_owned()),
                Kind::Label(label, after) if after.is_empty() && names::is_reply_label(label) => {
                    let first = index + 1;
                    let mut end = first;
                    while let Some(block) = self.blocks.get(end) {
                        let stops = match &block.kind {
                            Kind::Heading(..) | Kind::Rule | Kind::Note => true,
                            Kind::Label(other, _) => {
                                names::is_reply_label(other)
                                    || names::is_customer_label(other)
                                    || names::is_note_label(other)
                            }
                            _ => false,
                        };
                        if stops {
                            break;
                        }
                        end += 1;
                    }
                    let plain = self
                        .blocks
                        .get(first)
                        .is_some_and(|block| matches!(block.kind, Kind::Paragraph | Kind::Label(..)));
                    if end > first && plain {
                        let text = self.text_of(self.blocks[first].span.start, self.blocks[end - 1].span.end);
                        if record_like(&text.text) {
                            found.push(Found {
                                text,
                                name: self.heading_above(index),
                                customer: quote.take(),
                                html: false,
                            });
                        }
                        index = end;
                        continue;
                    }
                }
                _ => {}
            }
            index += 1;
        }
        found
    }

    /// `**Subject:** ...`, a rule, the mail, a rule. The mail may have headings.
    fn between_rules(&self) -> Vec<Found<'a>> {
        let mut found = Vec::new();
        for (index, pair) in self.blocks.windows(2).enumerate() {
            let subject = matches!(&pair[0].kind, Kind::Label(label, _) if names::is_subject_label(label));
            if subject && pair[1].kind == Kind::Rule {
                let rest = &self.blocks[index + 2..];
                let end = rest.iter().position(|block| block.kind == Kind::Rule).unwrap_or(rest.len());
                if let (Some(first), true) = (rest.first(), end > 0) {
                    let text = self.text_of(first.span.start, rest[end - 1].span.end);
                    found.push(Found { text, name: self.heading_above(index), customer: None, html: false });
                }
            }
        }
        found
    }

    /// Sections that are replies as they stand.
    fn in_sections(&self, all: bool) -> Vec<Found<'a>> {
        let sections = self.sections();
        let mut found: Vec<(usize, Found<'a>)> = Vec::new();
        let mut skip_below: Option<usize> = None;
        for (index, section) in sections.iter().enumerate() {
            if let Some(level) = skip_below {
                if section.level > level {
                    continue;
                }
                skip_below = None;
            }
            if section.heading.is_none() || section.from == section.to {
                continue;
            }
            let deeper = sections.get(index + 1).is_some_and(|next| next.level > section.level);
            let (mut from, mut to) = (section.from, section.to);
            // Around the reply stand rules and notes to the agent.
            let aside = |block: &Block| match &block.kind {
                Kind::Rule | Kind::Note => true,
                Kind::Label(label, after) => {
                    names::is_subject_label(label)
                        || (names::is_note_label(label) && !after.is_empty())
                        || (names::is_reply_label(label) && after.is_empty())
                }
                _ => false,
            };
            while from < to && aside(&self.blocks[from]) {
                from += 1;
            }
            while from < to && matches!(self.blocks[to - 1].kind, Kind::Rule | Kind::Note) {
                to -= 1;
            }
            if from == to {
                continue;
            }
            let words_in = |kind: &Kind| matches!(kind, Kind::Paragraph | Kind::Label(..));
            if !all && !self.blocks[from..to].iter().any(|block| words_in(&block.kind)) {
                continue;
            }
            let mut end = self.blocks[to - 1].span.end;
            let text = self.text_of(self.blocks[from].span.start, end);
            if deeper {
                // A group of replies has an introduction; a reply with headings of its own begins like one.
                if !opens_with_salutation(&text.text) {
                    continue;
                }
                let last = sections[index + 1..].iter().take_while(|next| next.level > section.level).last();
                if let Some(last) = last.filter(|last| last.to > last.from) {
                    end = self.blocks[last.to - 1].span.end;
                }
                skip_below = Some(section.level);
            }
            let text = self.text_of(self.blocks[from].span.start, end);
            let title = self.title(*section);
            let about = title.as_deref().is_some_and(names::is_document_heading) && !opens_with_salutation(&text.text);
            if all || (!about && record_like(&text.text)) {
                found.push((section.level, Found { text, name: title, customer: None, html: false }));
            }
        }
        if all {
            return found.into_iter().map(|(_, found)| found).collect();
        }
        // The first heading alone at the top is the document's, and what stands under it is about the document.
        let top = found.iter().map(|(level, _)| *level).min().unwrap_or(0);
        let at_top = sections.iter().filter(|section| section.level == 1 && section.heading.is_some()).count();
        if found.len() > 1 && top == 1 && at_top == 1 {
            found.retain(|(level, _)| *level > 1);
        }
        let salutations = found.iter().filter(|(_, found)| opens_with_salutation(&found.text.text)).count();
        let many = found.len() > 1 && (salutations * 2 >= found.len() || self.says_many());
        if many { found.into_iter().map(|(_, found)| found).collect() } else { Vec::new() }
    }

    /// Whether the name of the file or its first heading speaks of several replies.
    fn says_many(&self) -> bool {
        let stem = self.source.path.rsplit(['/', '\\']).next().unwrap_or("").split('.').next().unwrap_or("");
        let first = self.blocks.iter().find_map(|block| match &block.kind {
            Kind::Heading(_, title) => Some(title.as_str()),
            _ => None,
        });
        [Some(stem), first].into_iter().flatten().any(|name| {
            names::is_hint(name) && names::words(name).iter().any(|word| word.ends_with('s') && names::is_hint(word))
                || names::words(name).iter().any(|word| word == "messages") && names::words(name).len() > 1
        })
    }

    /// Whether it has a fence of some program's language.
    fn shows_code(&self) -> bool {
        let code = |block: &Block| matches!(&block.kind, Kind::Fence(info) if !is_message(info, "Words for people, all in all."));
        self.blocks.iter().any(code)
    }

    /// The file as one reply, without front matter and without a footer about the file.
    fn whole(&self) -> Option<Reply<'a>> {
        let file = self.source.text;
        if file[self.start..].trim().is_empty() {
            return None;
        }
        let footer = match self.blocks.as_slice() {
            [.., before, rule, note] if rule.kind == Kind::Rule && note.kind == Kind::Note => Some(before.span.end),
            _ => None,
        };
        let (origin, text) = if self.start == 0 && footer.is_none() {
            (Origin::File, file)
        } else {
            let end = footer.unwrap_or(file.len());
            let passage = self.text_of(self.start, end);
            if passage.is_blank() {
                return None;
            }
            let start = passage.start();
            (Origin::Part(passage.map), &file[start..start + passage.text.len()])
        };
        let html = super::html::looks_like_in(text, Format::Markdown);
        if html {
            let start = if self.start == 0 { 0 } else { self.start };
            let all = Passage::of_file(file, Span::new(start, footer.unwrap_or(file.len())));
            let mut reply = self.source.reply(all, self.subject.clone(), self.customer.clone(), true);
            reply.channel.clone_from(&self.channel);
            reply.situations.clone_from(&self.situations);
            return Some(reply);
        }
        Some(Reply {
            text: text.into(),
            format: Format::Markdown,
            customer: self.customer.clone(),
            id: None,
            name: self.subject.clone(),
            channel: self.channel.clone(),
            situations: self.situations.clone(),
            origin,
        })
    }
}

/// What stands above a block.
#[derive(Clone, Copy, Debug, Default)]
struct Above {
    heading: Option<usize>,
    title: Option<usize>,
}

/// What stands above each block. A bold line is a title up to the next fence or quote, a heading up to the next heading.
fn above(blocks: &[Block]) -> Vec<Above> {
    let mut here = Above::default();
    let each = blocks.iter().enumerate().map(|(at, block)| {
        let above = here;
        match &block.kind {
            Kind::Heading(..) => here = Above { heading: Some(at), title: Some(at) },
            Kind::Label(title, after) if after.is_empty() && !names::is_reply_label(title) => here.title = Some(at),
            Kind::Fence(_) | Kind::Quote => here.title = here.heading,
            _ => {}
        }
        above
    });
    each.collect()
}

/// The front matter of a file, if it has one: where it ends, and what is in it.
pub(super) fn front_matter(text: &str) -> Option<(usize, Span)> {
    blocks::front_matter(text)
}

/// The fences of a file, marks included.
pub(super) fn fences(text: &str) -> Vec<Span> {
    let start = front_matter(text).map_or(0, |(end, _)| end);
    let blocks = blocks::blocks(text, start);
    blocks.into_iter().filter(|block| matches!(block.kind, Kind::Fence(_))).map(|block| block.span).collect()
}

/// A heading without its marks.
fn plain(title: &str) -> String {
    names::short(title).replace(['*', '`'], "").trim().to_owned()
}

/// `Title: Declined` is called `Declined`.
fn title_of(label: &str) -> String {
    match label.split_once(':') {
        Some((before, after)) if matches!(before.to_ascii_lowercase().as_str(), "title" | "name") => {
            after.trim().to_owned()
        }
        _ => plain(label),
    }
}

/// The text behind a first line `Subject: ...`, and the subject.
fn without_subject(text: Passage<'_>) -> (Passage<'_>, Option<String>) {
    let line = text.text.split_inclusive('\n').next().unwrap_or("");
    let len = line.len();
    let line = line.trim().trim_matches(['*', '_']);
    let subject = line.split_once(':').filter(|(label, _)| names::is_subject_label(label));
    let Some(subject) = subject.map(|(_, subject)| subject.trim_matches(['*', '_', ' ']).to_owned()) else {
        return (text, None);
    };
    if text.text[len..].trim().is_empty() {
        return (text, None);
    }
    let span = Span::new(len, text.text.len());
    (text.slice(span).trimmed(), Some(subject))
}

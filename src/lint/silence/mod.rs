//! Silence: which findings somebody has asked to hear no more of, and the asking that came to nothing.
//!
//! Where a comment stands says what it is about: above a reply, all of the reply; on a line of its own in a reply, the
//! paragraph below; on a line with words, that line. A finding stands where outputs say it stands: where it starts.

mod order;

use super::{Finding, Linter, Outcome, fingerprint, one_line};
use crate::rules::declaration::IgnoredDecl;
use crate::rules::{Check, RuleBook};
use crate::text::{Aside, Map, Span, Standing};
use order::Reach;
use std::collections::BTreeSet;

/// A reply in its file.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The bytes of the file it was made from.
    pub span: Span,
    /// Its text.
    pub text: &'a str,
    /// From bytes of the text to bytes of the file; nothing where they are the same.
    pub map: Option<&'a Map>,
}

/// What a file asks to be silent about.
#[derive(Debug, Default)]
pub struct Silence {
    asked: Vec<Asked>,
    /// What was not understood: where it stands and what is wrong with it.
    faults: Vec<(Span, String)>,
    /// Per reply: what is asked for it, and for which bytes of its text; nothing for all.
    reaches: Vec<Vec<(usize, Option<Span>)>>,
}

/// One comment, or one entry of the front matter.
#[derive(Debug)]
struct Asked {
    span: Span,
    rules: Vec<String>,
    reason: Option<String>,
    in_front_matter: bool,
}

/// A finding that was silenced.
#[derive(Clone, Debug)]
pub struct Hushed {
    /// The finding.
    pub finding: Finding,
    /// Why, as the comment says.
    pub reason: Option<String>,
    /// Whether the front matter asked for it, and not a comment.
    pub in_front_matter: bool,
    /// What asked for it: the comment's number, and the rule's in it.
    uses: Vec<(usize, usize)>,
}

impl Silence {
    /// Reads what `file` says in `asides`, and works out what is meant of `replies`, which are in order of place.
    pub fn read(file: &str, asides: &[Aside], replies: &[Place<'_>], book: &RuleBook) -> Self {
        let mut silence = Self { reaches: vec![Vec::new(); replies.len()], ..Self::default() };
        if asides.is_empty() {
            return silence;
        }
        let ids = book.rule_ids();
        for aside in asides {
            match silence.asked(aside, &ids) {
                Ok((asked, reach)) => {
                    let number = silence.asked.len();
                    for (reply, part) in reached(file, aside, reach, asides, replies) {
                        silence.reaches[reply].push((number, part));
                    }
                    silence.asked.push(asked);
                }
                Err(fault) => silence.faults.push((aside.span, fault)),
            }
        }
        silence
    }

    fn asked(&self, aside: &Aside, ids: &[String]) -> Result<(Asked, Reach), String> {
        let span = aside.span;
        match &aside.standing {
            Standing::Comment => {
                let order = order::read(&aside.words, ids)?;
                let asked = Asked { span, rules: order.rules, reason: Some(order.reason), in_front_matter: false };
                Ok((asked, order.reach))
            }
            Standing::FrontMatter(reason) => {
                order::known(&aside.words, ids)?;
                let rules = vec![aside.words.clone()];
                Ok((Asked { span, rules, reason: reason.clone(), in_front_matter: true }, Reach::File))
            }
            Standing::Unreadable => Err("write a rule, a list of rules, or rules with reasons".to_owned()),
            Standing::Unclosed => Err("nothing ends it".to_owned()),
            Standing::Sent => Err("it stands in the text that is sent; put it outside, or use the config".to_owned()),
        }
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.asked.is_empty() && self.faults.is_empty()
    }

    /// Takes what is silenced out of the findings of reply `reply`.
    pub fn apply(&self, reply: usize, findings: &mut Vec<Finding>) -> Vec<Hushed> {
        let reaches = self.reaches.get(reply).map_or(&[][..], Vec::as_slice);
        if reaches.is_empty() {
            return Vec::new();
        }
        let mut hushed = Vec::new();
        let mut kept = Vec::with_capacity(findings.len());
        for finding in findings.drain(..) {
            let at = finding.span.start;
            let uses: Vec<(usize, usize)> = reaches
                .iter()
                .filter(|(_, part)| part.is_none_or(|part| (part.start..part.end.max(part.start + 1)).contains(&at)))
                .flat_map(|(number, _)| {
                    let rules = self.asked[*number].rules.iter().enumerate();
                    rules.filter(|(_, name)| names(name, &finding.rule)).map(|(rule, _)| (*number, rule))
                })
                .collect();
            // The last one stands nearest.
            match uses.last().map(|(number, _)| &self.asked[*number]) {
                Some(asked) => hushed.push(Hushed {
                    reason: asked.reason.clone(),
                    in_front_matter: asked.in_front_matter,
                    finding,
                    uses,
                }),
                None => kept.push(finding),
            }
        }
        *findings = kept;
        hushed
    }

    /// What is wrong with the comments themselves, by the rules that are about them; places are bytes of the file.
    /// `ran` tells of the book's rules which were looked for; `hushed` is all that was silenced in the file.
    pub fn findings<'h>(
        &self,
        file: &str,
        linter: &Linter<'_>,
        ran: impl Fn(usize) -> bool,
        hushed: impl IntoIterator<Item = &'h Hushed>,
    ) -> Vec<Finding> {
        if self.is_empty() {
            return Vec::new();
        }
        let used: BTreeSet<(usize, usize)> =
            hushed.into_iter().flat_map(|hushed| hushed.uses.iter().copied()).collect();
        let mut findings = Vec::new();
        let book = linter.book();
        for (number, rule) in book.rules.iter().enumerate() {
            let (Check::Ignored(about), Some(severity)) = (&rule.check, linter.level(number)) else {
                continue;
            };
            let mut add = |span: Span, said: &str| {
                findings.push(Finding {
                    rule: rule.id.clone(),
                    severity,
                    message: rule.message.replace("{match}", said),
                    span,
                    matched: one_line(&file[span.start..span.end]),
                    label: None,
                    evidence: Vec::new(),
                    instead: rule.instead.iter().map(|rewrite| rewrite.text.clone()).collect(),
                    replace: None,
                    secret: None,
                    fingerprint: fingerprint::of_words(&rule.id, &file[span.start..span.end]),
                });
            };
            match about {
                IgnoredDecl::Malformed => self.faults.iter().for_each(|(span, fault)| add(*span, fault)),
                IgnoredDecl::Unused => {
                    for (number, asked) in self.asked.iter().enumerate() {
                        for (index, name) in asked.rules.iter().enumerate() {
                            // A rule that did not run may have had something to say.
                            if !used.contains(&(number, index)) && all_ran(name, book, &ran) {
                                add(asked.span, name);
                            }
                        }
                    }
                }
            }
        }
        findings.sort_by(|a, b| (a.span, &a.rule, &a.message).cmp(&(b.span, &b.rule, &b.message)));
        findings
    }
}

/// Whether `name` is the rule `id` or its set.
fn names(name: &str, id: &str) -> bool {
    id == name || id.split('/').next() == Some(name)
}

/// Whether all that `name` stands for was looked for in the replies.
fn all_ran(name: &str, book: &RuleBook, ran: impl Fn(usize) -> bool) -> bool {
    let mut meant = book.rules.iter().enumerate().filter(|(_, rule)| names(name, &rule.id)).peekable();
    meant.peek().is_some() && meant.all(|(number, rule)| ran(number) || rule.strict)
}

/// The replies that an aside is about, each with the bytes of its text, or all of it.
fn reached(
    file: &str,
    aside: &Aside,
    reach: Reach,
    asides: &[Aside],
    replies: &[Place<'_>],
) -> Vec<(usize, Option<Span>)> {
    if reach == Reach::File {
        return (0..replies.len()).map(|reply| (reply, None)).collect();
    }
    let at = aside.span;
    let line = line_of(file, at);
    // Other comments on the line are no words.
    let around = |from: usize, to: usize| {
        let mut rest = file[from..to].to_owned();
        for other in asides.iter().filter(|other| from <= other.span.start && other.span.end <= to) {
            rest.replace_range(other.span.start - from..other.span.end - from, &" ".repeat(other.span.len()));
        }
        rest.contains(|c: char| !c.is_whitespace() && !matches!(c, '>' | '-' | '*'))
    };
    let has_words = around(line.start, at.start) || around(at.end, line.end);
    let begins = |place: &Place<'_>| first_words(file, place.span, asides);
    let within = replies.iter().position(|place| begins(place) < at.start && at.end <= place.span.end);
    if !has_words {
        return match within {
            Some(reply) => vec![(reply, Some(paragraph_below(&replies[reply], at.end)))],
            None => next_reply(replies, at.start, begins),
        };
    }
    // Everything of the line, of whichever reply: the cells of a table may share one.
    let on_line: Vec<(usize, Option<Span>)> = replies
        .iter()
        .enumerate()
        .filter(|(_, place)| begins(place) < line.end && line.start < place.span.end)
        .map(|(reply, place)| (reply, Some(part(place, line))))
        .collect();
    if on_line.is_empty() { next_reply(replies, at.start, begins) } else { on_line }
}

fn next_reply(replies: &[Place<'_>], at: usize, begins: impl Fn(&Place<'_>) -> usize) -> Vec<(usize, Option<Span>)> {
    let next = replies.iter().enumerate().filter(|(_, place)| begins(place) >= at);
    next.min_by_key(|(_, place)| place.span.start).map(|(reply, _)| (reply, None)).into_iter().collect()
}

/// The lines that `span` stands on, without the last line end.
fn line_of(file: &str, span: Span) -> Span {
    let start = file[..span.start].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let end = file[span.end..].find(['\n', '\r']).map_or(file.len(), |at| span.end + at);
    Span::new(start, end)
}

/// Where the words of a reply begin, behind the comments at its top.
fn first_words(file: &str, reply: Span, asides: &[Aside]) -> usize {
    let mut at = reply.start;
    loop {
        let rest = file.get(at..reply.end.max(at)).unwrap_or("");
        at += rest.len() - rest.trim_start().len();
        match asides.iter().find(|aside| aside.span.start == at && aside.standing == Standing::Comment) {
            Some(aside) => at = aside.span.end,
            None => return at,
        }
    }
}

/// The bytes of a reply that were made from `span` of the file.
fn part(place: &Place<'_>, span: Span) -> Span {
    let view = |at: usize| place.map.map_or(at, |map| map.to_view(at)).min(place.text.len());
    Span::new(view(span.start), view(span.end))
}

/// The paragraph that begins behind byte `at` of the file.
fn paragraph_below(place: &Place<'_>, at: usize) -> Span {
    let mut start = part(place, Span::new(at, at)).start;
    while !place.text.is_char_boundary(start) {
        start += 1;
    }
    let rest = &place.text[start..];
    let mut end = start;
    let mut has_words = false;
    for line in rest.split_inclusive('\n') {
        let is_blank = !line.contains(|c: char| !c.is_whitespace() && c != '>');
        if is_blank && has_words {
            break;
        }
        // More comments may stand between.
        has_words |= !is_blank && !line.trim_start().starts_with("<!--");
        end += line.len();
    }
    Span::new(start, end)
}

/// What a rule about comments finds in a text that is one reply in Markdown: how the examples of such rules are run.
pub fn in_example(book: &RuleBook, rule: usize, text: &str, asides: &[Aside]) -> Vec<Finding> {
    let place = Place { span: Span::new(0, text.len()), text, map: None };
    let silence = Silence::read(text, asides, &[place], book);
    let linter = Linter::new(book, &[]);
    let Outcome { mut findings, .. } = linter.lint(text, crate::text::Format::Markdown, None);
    let hushed = silence.apply(0, &mut findings);
    let mut found = silence.findings(text, &linter, |rule| linter.level(rule).is_some(), &hushed);
    found.retain(|finding| finding.rule == book.rules[rule].id);
    found
}

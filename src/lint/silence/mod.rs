//! Silence: which findings somebody has asked to hear no more of, and the asking that came to nothing.
//!
//! Where a comment stands says what it is about: above a reply, all of the reply; on a line of its own in a reply, the
//! paragraph below; on a line with words, that line. A finding stands where outputs say it stands: where it starts.

mod order;
mod reach;

use super::{Finding, Linter, Outcome, fingerprint, one_line};
use crate::rules::declaration::IgnoredDecl;
use crate::rules::{Check, RuleBook, fill};
use crate::text::{Aside, Map, Span, Standing};
use crate::wording::Wording;
use order::Reach;
use reach::{Aim, Target, part};
use rustc_hash::{FxHashMap, FxHashSet};

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
    /// What is asked for, by what it is about. The first is about every reply.
    groups: Vec<Group>,
    /// Per reply: the groups that are about it, and for which bytes of its text; nothing for all.
    reaches: Vec<Vec<(usize, Option<Span>)>>,
}

/// The comments that are about the same.
#[derive(Debug, Default)]
struct Group {
    /// By the name of a rule or a set, in order of place.
    names: FxHashMap<String, Vec<Entry>>,
}

/// One name in one comment.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// From which byte of the reply on it holds.
    from: usize,
    /// The comment's number.
    asked: usize,
    /// The name's number in it.
    name: usize,
}

/// A name in a group, and how many of its entries hold where a finding stands.
type Use = (usize, String, usize);

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
    /// What asked for it.
    uses: Vec<Use>,
}

impl Silence {
    /// Reads what `file` says in `asides`, and works out what is meant of `replies`, which are in order of place.
    pub fn read(file: &str, asides: &[Aside], replies: &[Place<'_>], book: &RuleBook) -> Self {
        let mut silence =
            Self { groups: vec![Group::default()], reaches: vec![Vec::new(); replies.len()], ..Self::default() };
        if asides.is_empty() {
            return silence;
        }
        let ids = book.rule_ids();
        let mut aim = Aim::new(file, asides, replies);
        let mut known: FxHashMap<Target, usize> = FxHashMap::from_iter([(Target::File, 0)]);
        for aside in asides {
            match silence.asked(aside, &ids) {
                Ok((asked, reach)) => {
                    let number = silence.asked.len();
                    if let Some((target, from)) = aim.target(aside.span, reach) {
                        let group = *known.entry(target).or_insert_with(|| silence.group(target, &aim, replies));
                        let names = &mut silence.groups[group].names;
                        for (name, rule) in asked.rules.iter().enumerate() {
                            names.entry(rule.clone()).or_default().push(Entry { from, asked: number, name });
                        }
                    }
                    silence.asked.push(asked);
                }
                Err(fault) => silence.faults.push((aside.span, fault)),
            }
        }
        for reaches in &mut silence.reaches {
            reaches.sort_by_key(|(_, part)| part.map_or(0, |part| part.start));
        }
        silence
    }

    /// A new group for `target`; its number.
    fn group(&mut self, target: Target, aim: &Aim<'_>, replies: &[Place<'_>]) -> usize {
        let group = self.groups.len();
        self.groups.push(Group::default());
        match target {
            Target::File => {}
            Target::Reply(reply) => self.reaches[reply].push((group, None)),
            Target::Lines(line) => {
                for reply in aim.on_lines(line) {
                    self.reaches[reply].push((group, Some(part(&replies[reply], line))));
                }
            }
            Target::Paragraph { reply, from, end } => self.reaches[reply].push((group, Some(Span::new(from, end)))),
        }
        group
    }

    fn asked(&self, aside: &Aside, ids: &[Wording]) -> Result<(Asked, Reach), String> {
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
                let reason = reason.as_deref().map(order::shown);
                Ok((Asked { span, rules, reason, in_front_matter: true }, Reach::File))
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

    /// Takes what is silenced out of the findings of reply `reply`, which are in order of place.
    pub fn apply(&self, reply: usize, findings: &mut Vec<Finding>) -> Vec<Hushed> {
        let reaches = self.reaches.get(reply).map_or(&[][..], Vec::as_slice);
        if self.asked.is_empty() {
            return Vec::new();
        }
        let mut hushed = Vec::new();
        let mut kept = Vec::with_capacity(findings.len());
        let mut coming = reaches.iter().peekable();
        // The groups that are about the place, the one for all replies first.
        let mut here: Vec<(usize, Option<Span>)> = vec![(0, None)];
        for finding in findings.drain(..) {
            let at = finding.span.start;
            while let Some(reach) = coming.next_if(|(_, part)| part.is_none_or(|part| part.start <= at)) {
                here.push(*reach);
            }
            here.retain(|(_, part)| part.is_none_or(|part| at < part.end.max(part.start + 1)));
            let mut uses: Vec<Use> = Vec::new();
            let mut nearest: Option<usize> = None;
            for (group, _) in &here {
                let set = finding.rule.split('/').next().filter(|set| finding.rule != *set);
                for name in [Some(finding.rule.as_str()), set].into_iter().flatten() {
                    let entries = self.groups[*group].names.get(name).map_or(&[][..], Vec::as_slice);
                    let count = entries.partition_point(|entry| entry.from <= at);
                    if let Some(last) = entries[..count].last() {
                        nearest = nearest.max(Some(last.asked));
                        uses.push((*group, name.to_owned(), count));
                    }
                }
            }
            match nearest.map(|number| &self.asked[number]) {
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

    /// The names that silenced something: the number of the comment, and the name's in it.
    fn used<'h>(&self, hushed: impl IntoIterator<Item = &'h Hushed>) -> FxHashSet<(usize, usize)> {
        let mut most: FxHashMap<(usize, &str), usize> = FxHashMap::default();
        for (group, name, count) in hushed.into_iter().flat_map(|hushed| &hushed.uses) {
            let most = most.entry((*group, name.as_str())).or_default();
            *most = (*most).max(*count);
        }
        let mut used = FxHashSet::default();
        #[expect(clippy::iter_over_hash_type, reason = "it goes from one set into another")]
        for ((group, name), count) in most {
            let entries = self.groups[group].names.get(name).map_or(&[][..], Vec::as_slice);
            used.extend(entries[..count].iter().map(|entry| (entry.asked, entry.name)));
        }
        used
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
        let used = self.used(hushed);
        let mut findings = Vec::new();
        let book = linter.book();
        let mut judged: FxHashMap<&str, bool> = FxHashMap::default();
        for (number, rule) in book.rules.iter().enumerate() {
            let (Check::Ignored(about), Some(severity)) = (&rule.check, linter.level(number)) else {
                continue;
            };
            let mut add = |span: Span, said: &str| {
                findings.push(Finding {
                    rule: rule.id.clone(),
                    severity,
                    message: fill(&rule.message, |field| (field == "match").then_some(said.into())),
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
                            let mut all_ran = || *judged.entry(name).or_insert_with(|| all_ran(name, book, &ran));
                            if !used.contains(&(number, index)) && all_ran() {
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

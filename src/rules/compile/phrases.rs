//! Phrases and named lists: parsed, their names resolved, their programs built.

use super::{Compiler, Lists, Source, key, with};
use crate::problem::did_you_mean;
use crate::rules::anchor::{self, Rarity, Spot};
use crate::rules::book::Owner;
use crate::rules::declaration::{CaseDecl, LanguageDecl, PhraseDecl, Phrases, Speaker};
use crate::rules::lazy_regex::Expression;
use crate::rules::locate::{Step, locate};
use crate::rules::pattern::Matcher;
use crate::rules::phrase::{self, Node};
use crate::rules::program;
use crate::rules::set_file::SetFile;
use crate::text::Position;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// Most words that one phrase may stand for with its lists written out.
const PHRASE_MAX: usize = 50_000;
/// Most lists of one set.
const LISTS_MAX: usize = 500;

impl Compiler<'_> {
    /// The named lists of the file at hand, of the other files of its set and of the language, parsed; of the file's own,
    /// cycles and unknown names are reported.
    pub(super) fn lists(&mut self, forms: &LanguageDecl) -> Lists {
        let mut lists = Lists::default();
        for (name, phrases) in &forms.phrases.0 {
            let parsed = phrases.0.iter().filter_map(|p| match p {
                PhraseDecl::Plain(text) => phrase::parse(text, false).ok(),
                PhraseDecl::Pattern { .. } => None,
            });
            lists.insert(name.clone(), parsed.collect());
        }
        let file = self.file;
        let own = &self.sets[file].declaration;
        let declared = &own.phrases;
        let of_set = || self.sets.iter().enumerate().filter(|(_, other)| other.declaration.set == own.set);
        let others: Vec<(usize, &SetFile)> = of_set().filter(|(number, _)| *number != file).collect();
        let number_of_lists: usize = of_set().map(|(_, other)| other.declaration.phrases.0.len()).sum();
        if number_of_lists > LISTS_MAX {
            let message = format!("this set has {number_of_lists} lists; {LISTS_MAX} is the most");
            self.problem(&[key("phrases")], 0, message, Some("split it into several sets".to_owned()));
            return lists;
        }
        for (number, other) in others {
            // The file's own come last and with their mistakes told; another file's are told when it is at hand.
            for (name, phrases) in other.declaration.phrases.0.iter() {
                if number < file && own.phrases.0.iter().any(|(own, _)| own == name) {
                    let message = format!("the list `{name}` is also in {}", other.path());
                    let help = "a set has one list of a name, in whichever of its files; take one of them out";
                    self.problem(&[key("phrases"), key(name)], 0, message, Some(help.to_owned()));
                }
                let parsed = phrases.0.iter().filter_map(|p| match p {
                    PhraseDecl::Plain(text) => phrase::parse(text, false).ok(),
                    PhraseDecl::Pattern { text, .. } => phrase::parse(text.as_deref()?, true).ok(),
                });
                lists.insert(name.clone(), parsed.collect());
            }
        }
        for (name, phrases) in &declared.0 {
            let path = [key("phrases"), key(name)];
            if phrases.0.is_empty() {
                self.problem(
                    &path,
                    0,
                    format!("the list `{name}` is empty"),
                    Some("add a phrase or remove the list".to_owned()),
                );
            }
            let mut parsed = Vec::new();
            for (index, phrase) in phrases.0.iter().enumerate() {
                let path = with(&path, [Step::Item(index)]);
                match phrase {
                    PhraseDecl::Plain(text) => parsed.extend(self.parse(text, false, &path)),
                    PhraseDecl::Pattern { text: Some(text), .. } => {
                        parsed.extend(self.parse(text, true, &with(&path, [key("text")])));
                    }
                    PhraseDecl::Pattern { .. } => self.problem(
                        &path,
                        0,
                        "a list can't hold `re:`".to_owned(),
                        Some("write it where the phrase is used".to_owned()),
                    ),
                }
            }
            lists.insert(name.clone(), parsed);
        }
        for (name, phrases) in &declared.0 {
            for (index, nodes) in lists.get(name).cloned().unwrap_or_default().iter().enumerate() {
                let _ = phrases;
                self.names(nodes, &lists, &[key("phrases"), key(name), Step::Item(index)]);
            }
        }
        let cyclic: Vec<String> = declared
            .0
            .iter()
            .map(|(name, _)| name.clone())
            .filter(|name| reaches(name, name, &lists, &mut Vec::new()))
            .collect();
        for name in &cyclic {
            self.problem(
                &[key("phrases"), key(name)],
                0,
                format!("the list `{name}` uses itself"),
                Some("take `<...>` out of one of the lists in the circle".to_owned()),
            );
        }
        for name in cyclic {
            lists.insert(name, Vec::new());
        }
        lists
    }

    pub(super) fn parse(&mut self, text: &str, exact: bool, path: &[Step]) -> Option<Vec<Node>> {
        match phrase::parse(text, exact) {
            Ok(nodes) => Some(nodes),
            Err(error) => {
                let before = text.get(..error.at).unwrap_or(text);
                let yaml = self.sets[self.file].yaml();
                let column = locate(yaml, path).map_or(0, |position| column_behind(yaml, position, before));
                self.problem(path, column, format!("in the phrase `{text}`: {}", error.message), None);
                None
            }
        }
    }

    /// Reports every list that a phrase names and nobody declares.
    pub(super) fn names(&mut self, nodes: &[Node], lists: &Lists, path: &[Step]) -> bool {
        let mut fine = true;
        for node in nodes {
            match node {
                Node::List(name) if !lists.contains_key(name) => {
                    let known: Vec<&str> = lists
                        .keys()
                        .map(String::as_str)
                        .chain(phrase::BUILT_IN_LISTS.iter().map(|(n, _)| *n))
                        .collect();
                    let help = match did_you_mean(name, known) {
                        Some(near) => format!("did you mean `<{near}>`?"),
                        None => "declare it under `phrases:` in this file".to_owned(),
                    };
                    self.problem(path, 0, format!("there is no list `<{name}>`"), Some(help));
                    fine = false;
                }
                Node::OneOf(alternatives) => {
                    for alternative in alternatives {
                        fine &= self.names(alternative, lists, path);
                    }
                }
                Node::Optional(inner) => fine &= self.names(std::slice::from_ref(inner), lists, path),
                _ => {}
            }
        }
        fine
    }

    /// Refuses a phrase whose lists, written out, would fill the memory.
    fn fits(&mut self, nodes: &[Node], lists: &Lists, path: &[Step]) -> bool {
        let fits = size(nodes, lists, &mut FxHashMap::default()) <= PHRASE_MAX;
        if !fits {
            let message = format!("this phrase stands for more than {PHRASE_MAX} words with its lists written out");
            self.problem(path, 0, message, Some("use lists that do not hold other lists".to_owned()));
        }
        fits
    }

    pub(super) fn sources(&mut self, phrases: &Phrases, path: &[Step], lists: &Rc<Lists>) -> Vec<Source> {
        let mut out = Vec::new();
        for (index, declared) in phrases.0.iter().enumerate() {
            let path = with(path, [Step::Item(index)]);
            match declared {
                PhraseDecl::Plain(text) => {
                    if let Some(nodes) = self.parse(text, false, &path)
                        && self.names(&nodes, lists, &path)
                        && self.fits(&nodes, lists, &path)
                    {
                        out.push(Source::Words(nodes, lists.clone()));
                    }
                }
                PhraseDecl::Pattern { text: Some(text), case, .. } => {
                    if let Some(nodes) =
                        self.parse(text, *case == Some(CaseDecl::Sensitive), &with(&path, [key("text")]))
                        && self.names(&nodes, lists, &path)
                        && self.fits(&nodes, lists, &path)
                    {
                        out.push(Source::Words(nodes, lists.clone()));
                    }
                }
                PhraseDecl::Pattern { re, case, .. } => {
                    match Expression::new(re.as_deref().unwrap_or(""), *case == Some(CaseDecl::Sensitive)) {
                        Ok(expression) => out.push(Source::Ready(Matcher::Regex(expression))),
                        Err(error) => {
                            let path = with(&path, [key("re")]);
                            self.problem(
                                &path,
                                0,
                                format!("this regular expression does not work: {error}"),
                                Some("try it in words first; `re:` has no look-around".to_owned()),
                            );
                        }
                    }
                }
            }
        }
        out
    }

    /// Files phrases under their owner, to be searched in what these speakers say.
    pub(super) fn file_under(
        &mut self,
        phrases: &Phrases,
        path: &[Step],
        owner: Owner,
        speakers: &[Speaker],
        lists: &Rc<Lists>,
    ) {
        for speaker in speakers {
            let sources = self.sources(phrases, path, lists);
            let cancels = matches!(owner, Owner::Cancels(_) | Owner::CancelsSentence(_));
            let target = match speaker {
                Speaker::Reply if cancels => &mut self.cancels,
                Speaker::Reply => &mut self.reply,
                Speaker::Customer => &mut self.customer,
            };
            target.extend(sources.into_iter().map(|source| (source, owner)));
        }
    }

    pub(super) fn matcher(&mut self, source: Source, rarity: &Rarity) -> (Matcher, Vec<Spot>) {
        match source {
            Source::Ready(matcher) => (matcher, Vec::new()),
            Source::Words(nodes, lists) => {
                let program = program::compile(&nodes, &lists, &mut self.vocabulary, &self.same);
                let spots = anchor::spots(&nodes, &lists, &mut self.vocabulary, &self.same, rarity);
                (Matcher::Words(program), spots)
            }
        }
    }
}

/// How many columns behind `position`, where a text begins in a YAML file, the text goes on that begins with `before`. 0
/// where the file has something else there: escapes, or the rest on another line.
fn column_behind(yaml: &str, position: Position, before: &str) -> usize {
    let line = yaml.lines().nth(position.line - 1).unwrap_or("");
    let written: String = line.chars().skip(position.column - 1).collect();
    let unquoted = written.strip_prefix(['"', '\'']).unwrap_or(&written);
    let quotation_mark = usize::from(unquoted.len() < written.len());
    if unquoted.starts_with(before) { quotation_mark + before.chars().count() } else { 0 }
}

/// Words and marks of a phrase with its lists written out. No list uses itself: that was seen to.
fn size<'a>(nodes: &'a [Node], lists: &'a Lists, known: &mut FxHashMap<&'a str, usize>) -> usize {
    let mut total = 0usize;
    for node in nodes {
        let one = match node {
            Node::List(name) => match known.get(name.as_str()) {
                Some(size) => *size,
                None => {
                    let all = lists.get(name).into_iter().flatten();
                    let found = all.fold(0usize, |sum, phrase| sum.saturating_add(size(phrase, lists, known)));
                    known.insert(name, found);
                    found
                }
            },
            Node::OneOf(all) => all.iter().fold(0usize, |sum, phrase| sum.saturating_add(size(phrase, lists, known))),
            Node::Optional(inner) => size(std::slice::from_ref(inner), lists, known),
            _ => 1,
        };
        total = total.saturating_add(one);
    }
    total
}

/// Whether list `from` uses `target`, directly or through others.
fn reaches(from: &str, target: &str, lists: &Lists, seen: &mut Vec<String>) -> bool {
    fn uses(nodes: &[Node], out: &mut Vec<String>) {
        for node in nodes {
            match node {
                Node::List(name) => out.push(name.clone()),
                Node::OneOf(alternatives) => alternatives.iter().for_each(|a| uses(a, out)),
                Node::Optional(inner) => uses(std::slice::from_ref(inner), out),
                _ => {}
            }
        }
    }
    let mut named = Vec::new();
    lists.get(from).into_iter().flatten().for_each(|nodes| uses(nodes, &mut named));
    named.into_iter().any(|name| {
        name == target || {
            let new = !seen.contains(&name);
            if new {
                seen.push(name.clone());
            }
            new && reaches(&name, target, lists, seen)
        }
    })
}

//! Declarations to a rule book: phrases parsed, names resolved, everything checked, every mistake collected.

use super::book::{
    Check, Measure, OwnedPatterns, Owner, Place, Replace, Rule, RuleBook, Selection, Severity, Signal, SignalKind, When,
};
use super::declaration::{
    CaseDecl, KindDecl, LanguageDecl, LimitDecl, MeasureDecl, PhraseDecl, Phrases, PlaceDecl, ProfileDecl, RuleDecl,
    SeverityDecl, SignalDecl, Speaker, WhenDecl,
};
use super::locate::{Step, locate};
use super::pattern::{Matcher, PatternSet};
use super::phrase::{self, Node};
use super::program::{self, Equivalents, Lists};
use super::source::{Origin, Problem, SetFile};
use crate::problem::did_you_mean;
use crate::text::{Language, Vocabulary};
use rustc_hash::FxHashMap;

/// Most words that one phrase may stand for with its lists written out.
const PHRASE_MAX: usize = 50_000;
/// Most lists of one set.
const LISTS_MAX: usize = 500;

impl RuleBook {
    /// Builds the book of the rules that `selection` wants.
    ///
    /// # Errors
    /// Every mistake in every file, each with its place.
    pub fn compile(forms: &LanguageDecl, sets: &[SetFile], selection: &dyn Selection) -> Result<Self, Vec<Problem>> {
        let language = language(forms);
        let mut compiler = Compiler {
            same: equivalents(&language),
            vocabulary: Vocabulary::new(&language),
            problems: Vec::new(),
            reply: Vec::new(),
            customer: Vec::new(),
            signal_names: FxHashMap::default(),
            file: 0,
            sets,
        };
        let (mut signals, rules) = compiler.sets(forms, selection);
        signals.sort_by_key(|(number, _)| *number);
        let signals = signals.into_iter().map(|(_, signal)| signal).collect();
        if compiler.problems.is_empty() {
            Ok(compiler.finish(language, signals, rules))
        } else {
            Err(compiler.problems)
        }
    }
}

/// Ids of all rules that the sets declare, in order.
pub(crate) fn rule_ids(sets: &[SetFile]) -> Vec<String> {
    sets.iter()
        .flat_map(|file| file.declaration.rules.iter().map(|rule| format!("{}/{}", file.declaration.set, rule.id)))
        .collect()
}

fn language(forms: &LanguageDecl) -> Language {
    Language {
        contractions: forms.contractions.0.clone(),
        irregular: forms
            .irregular
            .0
            .iter()
            .filter_map(|(word, parts)| {
                let (first, second) = parts.split_once(' ')?;
                Some((word.clone(), (first.to_owned(), second.to_owned())))
            })
            .collect(),
        abbreviations: forms.abbreviations.clone(),
        abbreviations_before_numbers: forms.abbreviations_before_numbers.clone(),
        subject_lines: forms.subject_lines.iter().map(|s| s.to_lowercase()).collect(),
        common_words: forms.common_words.iter().map(|w| w.to_lowercase()).collect(),
        quoted_tail: forms.quoted_tail.iter().map(|t| (t.starts.clone(), t.ends.clone())).collect(),
    }
}

/// A phrase's word may be written as any of these in a draft, and the other way round.
fn equivalents(language: &Language) -> Equivalents {
    let mut same = Equivalents::default();
    for (ending, words) in &language.contractions {
        for word in words {
            same.entry(ending.clone()).or_default().push(word.clone());
            same.entry(word.clone()).or_default().push(ending.clone());
        }
    }
    same
}

struct Compiler<'a> {
    same: Equivalents,
    vocabulary: Vocabulary,
    problems: Vec<Problem>,
    reply: Vec<(Source, Owner)>,
    customer: Vec<(Source, Owner)>,
    signal_names: FxHashMap<String, usize>,
    /// The file at hand, an index into `sets`.
    file: usize,
    sets: &'a [SetFile],
}

/// A phrase, parsed, with the lists of its file.
enum Source {
    Words(Vec<Node>, std::rc::Rc<Lists>),
    Ready(Matcher),
}

type Path = Vec<Step>;

fn key(name: &str) -> Step {
    Step::Key(name.to_owned())
}

fn with(path: &[Step], more: impl IntoIterator<Item = Step>) -> Path {
    path.iter().cloned().chain(more).collect()
}

impl Compiler<'_> {
    fn problem(&mut self, path: &[Step], offset: usize, message: String, help: Option<String>) {
        let file = &self.sets[self.file];
        let position = locate(file.yaml(), path).map(|mut position| {
            position.column += offset;
            position
        });
        let mut problem = Problem::in_file(file.path(), message).at(position);
        problem.help = help;
        self.problems.push(problem);
    }

    fn sets(&mut self, forms: &LanguageDecl, selection: &dyn Selection) -> (Vec<(usize, Signal)>, Vec<Rule>) {
        let sets = self.sets;
        self.name_signals();
        let mut signals = Vec::new();
        let mut rules: Vec<Rule> = Vec::new();
        let mut seen: FxHashMap<String, usize> = FxHashMap::default();
        for (index, file) in sets.iter().enumerate() {
            self.file = index;
            let declared = &file.declaration;
            if declared.set.is_empty() || declared.set.contains(|c: char| !(c.is_alphanumeric() || c == '-')) {
                let message = format!("`{}` can't name a set", declared.set);
                self.problem(&[key("set")], 0, message, Some("use letters, digits and hyphens".to_owned()));
            }
            if declared.rules.is_empty() && declared.signals.0.is_empty() && declared.phrases.0.is_empty() {
                self.problem(
                    &[],
                    0,
                    "this set is empty".to_owned(),
                    Some("add at least one rule under `rules:`".to_owned()),
                );
            }
            let lists = std::rc::Rc::new(self.lists(forms));
            for (name, signal) in &declared.signals.0 {
                if let Some(compiled) = self.signal(name, signal, &lists) {
                    signals.push(compiled);
                }
            }
            for (number, rule) in declared.rules.iter().enumerate() {
                let id = format!("{}/{}", declared.set, rule.id);
                let path = vec![key("rules"), Step::Item(number)];
                if rule.id.is_empty() || rule.id.contains(|c: char| !(c.is_alphanumeric() || c == '-')) {
                    let message = format!("`{}` can't be the id of a rule", rule.id);
                    self.problem(
                        &with(&path, [key("id")]),
                        0,
                        message,
                        Some("use letters, digits and hyphens".to_owned()),
                    );
                }
                if let Some(other) = seen.insert(id.clone(), index) {
                    let message = format!("there are two rules `{id}`; the other is in {}", sets[other].path());
                    self.problem(&with(&path, [key("id")]), 0, message, Some("give one of them another id".to_owned()));
                }
                let declared_severity = severity(rule.severity);
                let wanted = selection.severity(&id, declared_severity, rule.profile == ProfileDecl::Strict);
                // A rule that is off is still checked for mistakes, but its phrases are not searched.
                let owner = wanted.map(|_| Owner::Rule(rules.len()));
                let compiled = self.rule(id, rule, wanted.unwrap_or(declared_severity), owner, &path, &lists);
                if wanted.is_some()
                    && let Some(compiled) = compiled
                {
                    rules.push(compiled);
                } else if wanted.is_some() {
                    // Patterns already filed must not fall to the next rule; the book is not built anyway.
                    debug_assert!(!self.problems.is_empty());
                }
            }
        }
        (signals, rules)
    }

    fn name_signals(&mut self) {
        for (index, file) in self.sets.iter().enumerate() {
            self.file = index;
            for (name, _) in &file.declaration.signals.0 {
                let next = self.signal_names.len();
                if self.signal_names.contains_key(name) {
                    let message = format!("there are two signals `{name}`");
                    self.problem(
                        &[key("signals"), key(name)],
                        0,
                        message,
                        Some("signals are shared by all sets; give one of them another name".to_owned()),
                    );
                } else {
                    self.signal_names.insert(name.clone(), next);
                }
            }
        }
    }

    /// The named lists of the file at hand and of the language, parsed; cycles and unknown names reported.
    fn lists(&mut self, forms: &LanguageDecl) -> Lists {
        let mut lists = Lists::default();
        for (name, phrases) in &forms.phrases.0 {
            let parsed = phrases.0.iter().filter_map(|p| match p {
                PhraseDecl::Plain(text) => phrase::parse(text, false).ok(),
                PhraseDecl::Pattern { .. } => None,
            });
            lists.insert(name.clone(), parsed.collect());
        }
        let declared = &self.sets[self.file].declaration.phrases;
        if declared.0.len() > LISTS_MAX {
            let message = format!("this set has {} lists; {LISTS_MAX} is the most", declared.0.len());
            self.problem(&[key("phrases")], 0, message, Some("split it into several sets".to_owned()));
            return lists;
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
                    PhraseDecl::Pattern { text: Some(text), .. } => parsed.extend(self.parse(text, true, &path)),
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

    fn parse(&mut self, text: &str, exact: bool, path: &[Step]) -> Option<Vec<Node>> {
        match phrase::parse(text, exact) {
            Ok(nodes) => Some(nodes),
            Err(error) => {
                let column = text[..error.at.min(text.len())].chars().count();
                // A quoted scalar begins one column after its quotation mark.
                let quoted = locate(self.sets[self.file].yaml(), path)
                    .is_some_and(|p| is_quoted(self.sets[self.file].yaml(), p.line, p.column));
                self.problem(
                    path,
                    column + usize::from(quoted),
                    format!("in the phrase `{text}`: {}", error.message),
                    None,
                );
                None
            }
        }
    }

    /// Reports every list that a phrase names and nobody declares.
    fn names(&mut self, nodes: &[Node], lists: &Lists, path: &[Step]) -> bool {
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

    fn sources(&mut self, phrases: &Phrases, path: &[Step], lists: &std::rc::Rc<Lists>) -> Vec<Source> {
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
                    if let Some(nodes) = self.parse(text, *case == Some(CaseDecl::Sensitive), &path)
                        && self.names(&nodes, lists, &path)
                        && self.fits(&nodes, lists, &path)
                    {
                        out.push(Source::Words(nodes, lists.clone()));
                    }
                }
                PhraseDecl::Pattern { re, case, .. } => {
                    let eager = self.sets[self.file].origin != Origin::BuiltIn;
                    match Matcher::regex(re.as_deref().unwrap_or(""), *case == Some(CaseDecl::Sensitive), eager) {
                        Ok(matcher) => out.push(Source::Ready(matcher)),
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

    fn matchers(&mut self, phrases: &Phrases, path: &[Step], lists: &std::rc::Rc<Lists>) -> Vec<Matcher> {
        let sources = self.sources(phrases, path, lists);
        sources.into_iter().map(|source| self.matcher(source, &[])).collect()
    }

    fn matcher(&mut self, source: Source, uses: &[u32]) -> Matcher {
        match source {
            Source::Ready(matcher) => matcher,
            Source::Words(nodes, lists) => {
                let program = program::compile(&nodes, &lists, &mut self.vocabulary, &self.same);
                let anchor = program::anchor(&nodes, &lists, &mut self.vocabulary, &self.same, uses);
                Matcher::words(program, anchor)
            }
        }
    }

    fn signal_ref(&mut self, name: &str, path: &[Step]) -> Option<usize> {
        let found = self.signal_names.get(name).copied();
        if found.is_none() {
            let help = match did_you_mean(name, self.signal_names.keys().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "declare it under `signals:`; `replylint rules --signals` lists those there are".to_owned(),
            };
            self.problem(path, 0, format!("there is no signal `{name}`"), Some(help));
        }
        found
    }

    fn signal_refs(&mut self, names: &[String], path: &[Step]) -> Vec<usize> {
        names.iter().enumerate().filter_map(|(i, name)| self.signal_ref(name, &with(path, [Step::Item(i)]))).collect()
    }

    fn signal(&mut self, name: &str, declared: &SignalDecl, lists: &std::rc::Rc<Lists>) -> Option<(usize, Signal)> {
        let path = [key("signals"), key(name)];
        let number = self.signal_names.get(name).copied()?;
        if declared.phrases.0.is_empty()
            && declared.customer.0.is_empty()
            && declared.weak.0.is_empty()
            && declared.also.is_empty()
        {
            self.problem(
                &path,
                0,
                format!("the signal `{name}` can never be true"),
                Some("give it `phrases:`, `customer:` or `also:`".to_owned()),
            );
        }
        let speakers = declared.of.clone().unwrap_or_else(|| vec![Speaker::Reply]);
        let file_under =
            |compiler: &mut Self, phrases: &Phrases, key_name: &str, owner: Owner, speakers: &[Speaker]| {
                for (index, speaker) in speakers.iter().enumerate() {
                    let told = compiler.problems.len();
                    let sources = compiler.sources(phrases, &with(&path, [key(key_name)]), lists);
                    if index > 0 {
                        // The same phrases for the other speaker: their mistakes have been reported.
                        compiler.problems.truncate(told);
                    }
                    let target = match speaker {
                        Speaker::Reply => &mut compiler.reply,
                        Speaker::Customer => &mut compiler.customer,
                    };
                    target.extend(sources.into_iter().map(|s| (s, owner)));
                }
            };
        file_under(self, &declared.phrases, "phrases", Owner::Strong(number), &speakers);
        file_under(self, &declared.customer, "customer", Owner::Strong(number), &[Speaker::Customer]);
        file_under(self, &declared.weak, "weak", Owner::Weak(number), &speakers);
        let signal = Signal {
            name: name.to_owned(),
            kind: match declared.kind {
                KindDecl::Cue => SignalKind::Cue,
                KindDecl::Element => SignalKind::Element,
                KindDecl::Situation => SignalKind::Situation,
            },
            label: declared.label.clone().unwrap_or_else(|| name.replace('-', " ")),
            with: self.signal_refs(&declared.with, &with(&path, [key("with")])),
            also: self.signal_refs(&declared.also, &with(&path, [key("also")])),
            unless: self.matchers(&declared.unless, &with(&path, [key("unless")]), lists),
            unless_sentence: self.matchers(&declared.unless_sentence, &with(&path, [key("unless-sentence")]), lists),
            place: declared.place.map(place),
        };
        Some((number, signal))
    }

    fn rule(
        &mut self,
        id: String,
        declared: &RuleDecl,
        severity: Severity,
        owner: Option<Owner>,
        path: &[Step],
        lists: &std::rc::Rc<Lists>,
    ) -> Option<Rule> {
        let before = self.problems.len();
        let check = self.check(declared, owner, path, lists);
        if declared.message.trim().is_empty() {
            self.problem(
                &with(path, [key("message")]),
                0,
                format!("`{id}` has no message"),
                Some("say what to do about the words".to_owned()),
            );
        }
        let rule = Rule {
            id,
            severity,
            check: check?,
            when: self.when(&declared.when, &with(path, [key("when")])),
            unless: self.matchers(&declared.unless, &with(path, [key("unless")]), lists),
            unless_sentence: self.matchers(&declared.unless_sentence, &with(path, [key("unless-sentence")]), lists),
            place: declared.place.map(place),
            message: declared.message.trim().to_owned(),
            instead: declared.instead.clone(),
            replace: declared.replace.as_ref().map(|r| Replace { with: r.with.clone(), safe: r.safe }),
        };
        (self.problems.len() == before).then_some(rule)
    }

    fn check(
        &mut self,
        declared: &RuleDecl,
        owner: Option<Owner>,
        path: &[Step],
        lists: &std::rc::Rc<Lists>,
    ) -> Option<Check> {
        let kinds = [
            ("avoid", declared.avoid.is_some()),
            ("require", declared.require.is_some()),
            ("order", declared.order.is_some()),
            ("limit", declared.limit.is_some()),
            ("answer", declared.answer.is_some()),
        ];
        let given: Vec<&str> = kinds.iter().filter(|(_, there)| *there).map(|(name, _)| *name).collect();
        if given.len() != 1 {
            let message = match given.as_slice() {
                [] => format!("the rule `{}` asks for nothing", declared.id),
                more => format!("the rule `{}` asks for {} things: {}", declared.id, more.len(), more.join(", ")),
            };
            self.problem(
                path,
                0,
                message,
                Some("write exactly one of `avoid`, `require`, `order`, `limit` and `answer`".to_owned()),
            );
            return None;
        }
        if let Some(phrases) = &declared.avoid {
            if phrases.0.is_empty() {
                self.problem(
                    &with(path, [key("avoid")]),
                    0,
                    "this list of phrases is empty".to_owned(),
                    Some("add a phrase".to_owned()),
                );
            }
            self.file_rule(phrases, &with(path, [key("avoid")]), owner, lists);
            return Some(Check::Avoid);
        }
        if let Some(signal) = &declared.require {
            return self.signal_ref(signal, &with(path, [key("require")])).map(Check::Require);
        }
        if let Some(order) = &declared.order {
            let path = with(path, [key("order")]);
            let first = self.signal_ref(&order.first, &with(&path, [key("first")]));
            let then = self.signal_ref(&order.then, &with(&path, [key("then")]));
            return Some(Check::Order(first?, then?));
        }
        if let Some(limit) = &declared.limit {
            return self.limit(limit, owner, &with(path, [key("limit")]), lists);
        }
        Some(Check::Answer)
    }

    fn file_rule(&mut self, phrases: &Phrases, path: &[Step], owner: Option<Owner>, lists: &std::rc::Rc<Lists>) {
        let sources = self.sources(phrases, path, lists);
        if let Some(owner) = owner {
            self.reply.extend(sources.into_iter().map(|s| (s, owner)));
        }
    }

    fn limit(
        &mut self,
        declared: &LimitDecl,
        owner: Option<Owner>,
        path: &[Step],
        lists: &std::rc::Rc<Lists>,
    ) -> Option<Check> {
        let given = usize::from(declared.count.is_some())
            + usize::from(!declared.phrases.0.is_empty())
            + usize::from(declared.signal.is_some());
        if given != 1 {
            self.problem(
                path,
                0,
                "a limit counts exactly one thing".to_owned(),
                Some("write one of `count:`, `phrases:` and `signal:`".to_owned()),
            );
            return None;
        }
        if declared.min.is_none() && declared.max.is_none() {
            self.problem(path, 0, "this limit has no bound".to_owned(), Some("write `max:` or `min:`".to_owned()));
            return None;
        }
        self.file_rule(&declared.phrases, &with(path, [key("phrases")]), owner, lists);
        let measure = match (&declared.count, &declared.signal) {
            (Some(MeasureDecl::Words), _) => Measure::Words,
            (Some(MeasureDecl::SentenceWords), _) => Measure::SentenceWords,
            (Some(MeasureDecl::ExclamationMarks), _) => Measure::ExclamationMarks,
            (Some(MeasureDecl::QuestionMarks), _) => Measure::QuestionMarks,
            (Some(MeasureDecl::CapitalWords), _) => Measure::CapitalWords,
            (None, Some(signal)) => Measure::Signal(self.signal_ref(signal, &with(path, [key("signal")]))?),
            (None, None) => Measure::Phrases,
        };
        Some(Check::Limit { measure, min: declared.min, max: declared.max, per: declared.per })
    }

    fn when(&mut self, declared: &WhenDecl, path: &[Step]) -> When {
        // `when: problem` is a plain scalar; a mapping has its keys.
        let under = |name: &str| with(path, [key(name)]);
        When {
            any: self.signal_refs(&declared.any, &under("any")),
            all: self.signal_refs(&declared.all, &under("all")),
            none: self.signal_refs(&declared.none, &under("none")),
            min_words: declared.min_words,
            max_words: declared.max_words,
        }
    }

    fn finish(mut self, language: Language, signals: Vec<Signal>, rules: Vec<Rule>) -> RuleBook {
        let mut uses = Vec::new();
        for (source, _) in self.reply.iter().chain(&self.customer) {
            if let Source::Words(nodes, _) = source {
                program::count_words(nodes, &mut self.vocabulary, &self.same, &mut uses);
            }
        }
        let reply = std::mem::take(&mut self.reply);
        let customer = std::mem::take(&mut self.customer);
        let mut build = |sources: Vec<(Source, Owner)>| {
            let (patterns, owners): (Vec<Matcher>, Vec<Owner>) =
                sources.into_iter().map(|(source, owner)| (self.matcher(source, &uses), owner)).unzip();
            (patterns, owners)
        };
        let reply = build(reply);
        let customer = build(customer);
        let words = self.vocabulary.len();
        let owned = |(patterns, owners)| OwnedPatterns { set: PatternSet::new(patterns, words), owners };
        RuleBook {
            language,
            signals,
            rules,
            reply: owned(reply),
            customer: owned(customer),
            vocabulary: self.vocabulary,
        }
    }
}

fn is_quoted(yaml: &str, line: usize, column: usize) -> bool {
    yaml.lines().nth(line - 1).and_then(|l| l.chars().nth(column - 1)).is_some_and(|c| matches!(c, '"' | '\''))
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

fn severity(declared: SeverityDecl) -> Severity {
    match declared {
        SeverityDecl::Suggestion => Severity::Suggestion,
        SeverityDecl::Warning => Severity::Warning,
        SeverityDecl::Error => Severity::Error,
    }
}

fn place(declared: PlaceDecl) -> Place {
    match declared {
        PlaceDecl::Opening => Place::Opening,
        PlaceDecl::Closing => Place::Closing,
        PlaceDecl::Body => Place::Body,
    }
}

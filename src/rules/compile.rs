//! Declarations to a rule book: phrases parsed, names resolved, everything checked, every mistake collected.

mod checks;
mod phrases;

use super::anchor::{Rarity, Spot};
use super::book::{Coach, OwnedPatterns, Owner, Rule, RuleBook, Signal, SignalKind, Subject};
use super::declaration::{KindDecl, LanguageDecl, SignalDecl, Speaker};
use super::locate::{Step, locate};
use super::pattern::{Matcher, PatternSet};
use super::phrase::Node;
use super::program::{Equivalents, Lists, Program};
use super::set_file::SetFile;
use crate::problem::{Problem, did_you_mean};
use crate::text::{Language, Vocabulary};
use crate::wording::Wording;
use rustc_hash::FxHashMap;
use std::rc::Rc;

impl RuleBook {
    /// Builds the book of `sets`, with every rule that is not strict switched on.
    ///
    /// # Errors
    /// Every mistake in every file, each with its place.
    pub fn compile(forms: &LanguageDecl, sets: &[SetFile]) -> Result<Self, Vec<Problem>> {
        let language = language(forms);
        let mut vocabulary = Vocabulary::new(&language);
        let mut compiler = Compiler {
            same: equivalents(&language),
            rarity: Rarity::new(&forms.frequent_words, &mut vocabulary),
            vocabulary,
            coach: Vec::new(),
            problems: Vec::new(),
            reply: Vec::new(),
            cancels: Vec::new(),
            customer: Vec::new(),
            signal_names: FxHashMap::default(),
            file: 0,
            sets,
        };
        let (mut signals, rules) = compiler.sets(forms);
        signals.sort_by_key(|(number, _)| *number);
        let signals = signals.into_iter().map(|(_, signal)| signal).collect();
        if compiler.problems.is_empty() {
            Ok(compiler.finish(language, signals, rules))
        } else {
            // A phrase that is searched in replies and in customers' messages has its mistakes reported once.
            let mut problems: Vec<Problem> = Vec::new();
            for problem in compiler.problems {
                if !problems.contains(&problem) {
                    problems.push(problem);
                }
            }
            Err(problems)
        }
    }
}

fn language(forms: &LanguageDecl) -> Language {
    let wordings = |words: &[String]| words.iter().map(Wording::from).collect();
    Language {
        contractions: forms.contractions.0.iter().map(|(ending, words)| (ending.into(), wordings(words))).collect(),
        irregular: forms
            .irregular
            .0
            .iter()
            .filter_map(|(word, parts)| {
                let (first, second) = parts.split_once(' ')?;
                Some((word.into(), (first.into(), second.into())))
            })
            .collect(),
        abbreviations: wordings(&forms.abbreviations),
        abbreviations_before_numbers: wordings(&forms.abbreviations_before_numbers),
        subject_lines: forms.subject_lines.iter().map(|s| s.to_lowercase().into()).collect(),
        common_words: forms.common_words.iter().map(|w| w.to_lowercase().into()).collect(),
        quoted_tail: forms.quoted_tail.iter().map(|t| ((&t.starts).into(), (&t.ends).into())).collect(),
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
    rarity: Rarity,
    coach: Vec<Coach>,
    problems: Vec<Problem>,
    reply: Vec<(Source, Owner)>,
    cancels: Vec<(Source, Owner)>,
    customer: Vec<(Source, Owner)>,
    signal_names: FxHashMap<String, usize>,
    /// The file at hand, an index into `sets`.
    file: usize,
    sets: &'a [SetFile],
}

/// A phrase, parsed, with the lists of its file.
enum Source {
    Words(Vec<Node>, Rc<Lists>),
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

    fn sets(&mut self, forms: &LanguageDecl) -> (Vec<(usize, Signal)>, Vec<Rule>) {
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
            if declared.rules.is_empty()
                && declared.signals.0.is_empty()
                && declared.phrases.0.is_empty()
                && declared.coach.is_empty()
            {
                self.problem(
                    &[],
                    0,
                    "this set is empty".to_owned(),
                    Some("add at least one rule under `rules:`".to_owned()),
                );
            }
            let lists = Rc::new(self.lists(forms));
            for (name, signal) in &declared.signals.0 {
                if let Some(compiled) = self.signal(name, signal, &lists) {
                    signals.push(compiled);
                }
            }
            for (number, coach) in declared.coach.iter().enumerate() {
                let when = self.when(&coach.when, &[key("coach"), Step::Item(number), key("when")]);
                self.coach.push(Coach { say: coach.say.trim().into(), when });
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
                if let Some(compiled) = self.rule(id, rule, rules.len(), &path, &lists) {
                    rules.push(compiled);
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

    fn signal(&mut self, name: &str, declared: &SignalDecl, lists: &Rc<Lists>) -> Option<(usize, Signal)> {
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
        let mut at_all = speakers.clone();
        if !declared.customer.0.is_empty() && !at_all.contains(&Speaker::Customer) {
            at_all.push(Speaker::Customer);
        }
        let subject = Subject::Signal(number);
        for (phrases, name, owner, speakers) in [
            (&declared.phrases, "phrases", Owner::Strong(number), speakers.as_slice()),
            (&declared.customer, "customer", Owner::Strong(number), &[Speaker::Customer]),
            (&declared.weak, "weak", Owner::Weak(number), &speakers),
            (&declared.unless, "unless", Owner::Cancels(subject), &at_all),
            (&declared.unless_sentence, "unless-sentence", Owner::CancelsSentence(subject), &at_all),
        ] {
            self.file_under(phrases, &with(&path, [key(name)]), owner, speakers, lists);
        }
        let signal = Signal {
            name: name.into(),
            kind: match declared.kind {
                KindDecl::Cue => SignalKind::Cue,
                KindDecl::Element => SignalKind::Element,
                KindDecl::Situation => SignalKind::Situation,
            },
            praise: declared.praise.as_ref().map(Wording::from),
            label: declared.label.clone().unwrap_or_else(|| name.replace('-', " ")).into(),
            with: self.signal_refs(&declared.with, &with(&path, [key("with")])),
            vouches: declared.vouches,
            also: self.signal_refs(&declared.also, &with(&path, [key("also")])),
            place: declared.place.map(checks::place),
        };
        Some((number, signal))
    }

    fn finish(mut self, language: Language, signals: Vec<Signal>, rules: Vec<Rule>) -> RuleBook {
        let rarity = std::mem::take(&mut self.rarity);
        let reply = std::mem::take(&mut self.reply);
        let cancels = std::mem::take(&mut self.cancels);
        let customer = std::mem::take(&mut self.customer);
        let mut build = |sources: Vec<(Source, Owner)>| {
            let mut distinct = Distinct::default();
            for (source, owner) in sources {
                let (matcher, spots) = self.matcher(source, &rarity);
                distinct.add(matcher, spots, owner);
            }
            distinct
        };
        let reply = build(reply);
        let cancels = build(cancels);
        let customer = build(customer);
        let words = &self.vocabulary;
        let owned = |found: Distinct| OwnedPatterns::new(PatternSet::new(found.patterns, words), &found.owners);
        let (reply, cancels, customer) = (owned(reply), owned(cancels), owned(customer));
        self.vocabulary.seal();
        RuleBook { language, signals, rules, coach: self.coach, reply, cancels, customer, vocabulary: self.vocabulary }
    }
}

/// Patterns, each once, with all their owners: many rules leave out the same readings.
#[derive(Default)]
struct Distinct {
    patterns: Vec<(Matcher, Vec<Spot>)>,
    owners: Vec<Vec<Owner>>,
    programs: FxHashMap<Program, usize>,
}

impl Distinct {
    fn add(&mut self, matcher: Matcher, spots: Vec<Spot>, owner: Owner) {
        let next = self.patterns.len();
        let known = match &matcher {
            Matcher::Words(program) => *self.programs.entry(program.clone()).or_insert(next),
            Matcher::Regex(_) => next,
        };
        if known < next {
            self.owners[known].push(owner);
        } else {
            self.patterns.push((matcher, spots));
            self.owners.push(vec![owner]);
        }
    }
}

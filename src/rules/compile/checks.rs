//! Rules: exactly one check each, with everything it names resolved.

use super::{Compiler, Lists, key, with};
use crate::rules::book::{Check, Measure, Owner, Place, Rewrite, Rule, Severity, Subject, When};
use crate::rules::declaration::{
    InsteadDecl, LimitDecl, MeasureDecl, PlaceDecl, ProfileDecl, ReplaceDecl, RuleDecl, SeverityDecl, Speaker, WhenDecl,
};
use crate::rules::locate::Step;
use crate::rules::rewording::Rewording;
use std::rc::Rc;

impl Compiler<'_> {
    pub(super) fn rule(
        &mut self,
        id: String,
        declared: &RuleDecl,
        number: usize,
        path: &[Step],
        lists: &Rc<Lists>,
    ) -> Option<Rule> {
        let before = self.problems.len();
        let check = self.check(declared, number, path, lists);
        // `answer:` silences questions of the customer's; every other check silences words of the reply.
        let speaker = if declared.answer.is_some() { Speaker::Customer } else { Speaker::Reply };
        let subject = Subject::Rule(number);
        for (phrases, name, owner) in [
            (&declared.unless, "unless", Owner::Cancels(subject)),
            (&declared.unless_sentence, "unless-sentence", Owner::CancelsSentence(subject)),
        ] {
            self.file_under(phrases, &with(path, [key(name)]), owner, &[speaker], lists);
        }
        if declared.message.trim().is_empty() {
            self.problem(
                &with(path, [key("message")]),
                0,
                format!("`{id}` has no message"),
                Some("say what to do about the words".to_owned()),
            );
        }
        let rule = Rule {
            id: id.into(),
            declared: severity(declared.severity),
            severity: severity(declared.severity),
            strict: declared.profile == ProfileDecl::Strict,
            is_general: self.sets[self.file].declaration.general,
            is_on: declared.profile != ProfileDecl::Strict,
            check: check?,
            when: self.when(&declared.when, &with(path, [key("when")])),
            place: declared.place.map(place),
            message: declared.message.trim().into(),
            instead: self.rewrites(&declared.instead, &with(path, [key("instead")])),
            replace: self.rewordings(&declared.replace.0, &with(path, [key("replace")])),
            mask: declared.mask,
            checksum: declared.checksum,
        };
        (self.problems.len() == before).then_some(rule)
    }

    fn rewordings(&mut self, declared: &[ReplaceDecl], path: &[Step]) -> Vec<Rewording> {
        let mut rewordings = Vec::new();
        for (index, edit) in declared.iter().enumerate() {
            match Rewording::new(edit) {
                Ok(rewording) => rewordings.push(rewording),
                Err((name, message)) => {
                    // A single edit stands under `replace:` itself; where the path has no such item, the nearest is shown.
                    let under = if declared.len() == 1 { path.to_vec() } else { with(path, [Step::Item(index)]) };
                    let advice = "mend it; `of`, `after` and `before` are regular expressions";
                    self.problem(&with(&under, [key(name)]), 0, message, Some(advice.to_owned()));
                }
            }
        }
        rewordings
    }

    fn rewrites(&mut self, declared: &[InsteadDecl], path: &[Step]) -> Vec<Rewrite> {
        let mut rewrites = Vec::new();
        for (index, rewrite) in declared.iter().enumerate() {
            let when = rewrite.when.as_ref().map(|signal| self.signal_ref(signal, &with(path, [Step::Item(index)])));
            // An unknown signal has been reported; the book is not built.
            rewrites.push(Rewrite { when: when.flatten(), text: (&rewrite.text).into() });
        }
        rewrites
    }

    pub(super) fn check(
        &mut self,
        declared: &RuleDecl,
        number: usize,
        path: &[Step],
        lists: &Rc<Lists>,
    ) -> Option<Check> {
        let (owner, suspect) = (Owner::Rule(number), Owner::Suspect(number));
        let kinds = [
            ("avoid", declared.avoid.is_some()),
            ("suspect", declared.avoid.is_none() && !declared.suspect.0.is_empty()),
            ("require", declared.require.is_some()),
            ("order", declared.order.is_some()),
            ("limit", declared.limit.is_some()),
            ("answer", declared.answer.is_some()),
            ("ignored", declared.ignored.is_some()),
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
                Some("write exactly one of `avoid`, `require`, `order`, `limit`, `answer` and `ignored`".to_owned()),
            );
            return None;
        }
        if matches!(given.as_slice(), ["avoid" | "suspect"]) {
            if declared.avoid.as_ref().is_some_and(|phrases| phrases.0.is_empty()) {
                self.problem(
                    &with(path, [key("avoid")]),
                    0,
                    "this list of phrases is empty".to_owned(),
                    Some("add a phrase".to_owned()),
                );
            }
            if let Some(phrases) = &declared.avoid {
                self.file_under(phrases, &with(path, [key("avoid")]), owner, &[Speaker::Reply], lists);
            }
            self.file_under(&declared.suspect, &with(path, [key("suspect")]), suspect, &[Speaker::Reply], lists);
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
        declared.answer.map(Check::Answer).or(declared.ignored.map(Check::Ignored))
    }

    pub(super) fn limit(
        &mut self,
        declared: &LimitDecl,
        owner: Owner,
        path: &[Step],
        lists: &Rc<Lists>,
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
        self.file_under(&declared.phrases, &with(path, [key("phrases")]), owner, &[Speaker::Reply], lists);
        let measure = match (&declared.count, &declared.signal) {
            (Some(MeasureDecl::Words), _) => Measure::Words,
            (Some(MeasureDecl::SentenceWords), _) => Measure::SentenceWords,
            (Some(MeasureDecl::ExclamationMarks), _) => Measure::ExclamationMarks,
            (Some(MeasureDecl::QuestionMarks), _) => Measure::QuestionMarks,
            (Some(MeasureDecl::CapitalWords), _) => Measure::CapitalWords,
            (Some(MeasureDecl::Emoji), _) => Measure::Emoji,
            (Some(MeasureDecl::ParagraphWords), _) => Measure::ParagraphWords,
            (None, Some(signal)) => Measure::Signal(self.signal_ref(signal, &with(path, [key("signal")]))?),
            (None, None) => Measure::Phrases,
        };
        Some(Check::Limit { measure, min: declared.min, max: declared.max, per: declared.per })
    }

    pub(super) fn when(&mut self, declared: &WhenDecl, path: &[Step]) -> When {
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
}

pub(super) fn severity(declared: SeverityDecl) -> Severity {
    match declared {
        SeverityDecl::Suggestion => Severity::Suggestion,
        SeverityDecl::Warning => Severity::Warning,
        SeverityDecl::Error => Severity::Error,
    }
}

pub(super) fn place(declared: PlaceDecl) -> Place {
    match declared {
        PlaceDecl::Opening => Place::Opening,
        PlaceDecl::Closing => Place::Closing,
        PlaceDecl::Body => Place::Body,
    }
}

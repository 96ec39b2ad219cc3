//! A rule file as YAML has it: serde types and nothing else. They end at the compile step.

use serde::Deserialize;

pub use super::choices::*;

/// One rule file: a set, or a part of one.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SetDecl {
    /// Name of the set, the first half of every rule id in it.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub set: String,
    /// What the set is about, in one sentence.
    #[serde(default)]
    pub about: String,
    /// Language of the phrases, as in `en`.
    #[serde(default = "english")]
    pub language: String,
    /// Whether other sets say more of the same words and go first where they too have a finding.
    #[serde(default)]
    pub general: bool,
    /// Named lists of phrases.
    #[serde(default)]
    pub phrases: Entries<Phrases>,
    /// What a reply or a customer's message can do.
    #[serde(default)]
    pub signals: Entries<SignalDecl>,
    /// The rules.
    #[serde(default)]
    pub rules: Vec<RuleDecl>,
    /// Advice that no rule can check, printed by `--coach`.
    #[serde(default)]
    pub coach: Vec<CoachDecl>,
}

/// A line of advice for `--coach`.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CoachDecl {
    /// The advice.
    pub say: String,
    /// When it fits.
    #[serde(default)]
    pub when: WhenDecl,
    /// The principle behind it.
    #[serde(default)]
    pub source: String,
}

fn english() -> String {
    "en".to_owned()
}

/// A signal: something a reply or the customer's message does.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SignalDecl {
    /// `element`, `situation` or `cue`.
    #[serde(default)]
    pub kind: KindDecl,
    /// How messages name it: "a delay".
    #[serde(default)]
    pub label: Option<String>,
    /// What `--coach` says of a reply that shows it.
    #[serde(default)]
    pub praise: Option<String>,
    /// Whose words `phrases` are searched in.
    #[serde(default)]
    pub of: Option<Vec<Speaker>>,
    /// Phrases, any of which shows the signal.
    #[serde(default)]
    pub phrases: Phrases,
    /// Phrases searched in the customer's message only.
    #[serde(default)]
    pub customer: Phrases,
    /// Phrases that count only beside a signal in `with`.
    #[serde(default)]
    pub weak: Phrases,
    /// The signals that make a weak phrase count.
    #[serde(default)]
    pub with: Vec<String>,
    /// Signals that show this one too.
    #[serde(default)]
    pub also: Vec<String>,
    /// Whether a reply that shows it is taken to be meant well: what `suspect` phrases find in it is a suggestion.
    #[serde(default)]
    pub vouches: bool,
    /// Readings that cancel a match they overlap.
    #[serde(default)]
    pub unless: Phrases,
    /// Readings that cancel every match in their sentence.
    #[serde(default)]
    pub unless_sentence: Phrases,
    /// Where in the reply it must stand.
    #[serde(default, rename = "in")]
    pub place: Option<PlaceDecl>,
    /// Tests: texts that show the signal and texts that do not.
    #[serde(default)]
    pub examples: SignalExamples,
}

/// The texts that test a signal.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SignalExamples {
    /// The signal is found in these.
    #[serde(default)]
    pub found: Vec<ExampleDecl>,
    /// And not in these.
    #[serde(default)]
    pub absent: Vec<ExampleDecl>,
}

/// One rule. It asks for exactly one thing: `avoid` (or `suspect`, or both), `require`, `order`, `limit`, `answer` or `ignored`.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, schemars(extend("oneOf" = [
    {"required": ["avoid"]}, {"required": ["suspect"], "not": {"required": ["avoid"]}}, {"required": ["require"]}, {"required": ["order"]}, {"required": ["limit"]}, {"required": ["answer"]}, {"required": ["ignored"]},
])))]
pub struct RuleDecl {
    /// Second half of the rule's id.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub id: String,
    /// How much it matters.
    pub severity: SeverityDecl,
    /// `strict` rules are off unless asked for.
    #[serde(default)]
    pub profile: ProfileDecl,
    /// Phrases that should not be there.
    #[serde(default)]
    pub avoid: Option<Phrases>,
    /// Phrases that should not be there and yet may be meant well: what they find is a suggestion in a reply that shows a
    /// signal which `vouches`.
    #[serde(default)]
    pub suspect: Phrases,
    /// A signal that must be there.
    #[serde(default)]
    pub require: Option<String>,
    /// One signal before another.
    #[serde(default)]
    pub order: Option<OrderDecl>,
    /// A count or share with its bounds.
    #[serde(default)]
    pub limit: Option<LimitDecl>,
    /// What the customer asked for is answered.
    #[serde(default)]
    pub answer: Option<AnswerDecl>,
    /// What a file tells replylint to ignore is well told.
    #[serde(default)]
    pub ignored: Option<IgnoredDecl>,
    /// Whether the matched words are secret and must not be printed.
    #[serde(default)]
    pub mask: bool,
    /// A check digit that the matched digits must have.
    #[serde(default)]
    pub checksum: Option<ChecksumDecl>,
    /// Readings that silence a match they overlap.
    #[serde(default)]
    pub unless: Phrases,
    /// Readings that silence their whole sentence.
    #[serde(default)]
    pub unless_sentence: Phrases,
    /// The signals that must (not) be there.
    #[serde(default)]
    pub when: WhenDecl,
    /// Where in the reply a match must stand.
    #[serde(default, rename = "in")]
    pub place: Option<PlaceDecl>,
    /// What is said about the text, and what to do.
    pub message: String,
    /// Why it matters to a customer.
    #[serde(default)]
    pub why: String,
    /// Rewrites to show; never applied.
    #[serde(default)]
    pub instead: Vec<InsteadDecl>,
    /// A real edit, or several, of which the first that fits the words is meant.
    #[serde(default)]
    pub replace: Replaces,
    /// The principle or evidence behind the rule.
    #[serde(default)]
    pub source: String,
    /// The rule's own tests.
    #[serde(default)]
    pub examples: RuleExamples,
}

/// The texts that test a rule.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RuleExamples {
    /// The rule reports something in these.
    #[serde(default)]
    pub flag: Vec<ExampleDecl>,
    /// And nothing in these: near misses.
    #[serde(default)]
    pub pass: Vec<ExampleDecl>,
}

/// One example: a plain text, or a text with the place that must be marked and the customer's message.
#[derive(Clone, Debug, Default)]
pub struct ExampleDecl {
    /// The reply.
    pub text: String,
    /// The words the finding must mark.
    pub at: Option<String>,
    /// What the customer had written.
    pub customer: Option<String>,
}

/// One line of `instead:`: a text, or a text for one situation (`delay: We're sorry it is late.`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InsteadDecl {
    /// The signal it is for.
    pub when: Option<String>,
    /// The words.
    pub text: String,
}

/// `order:`.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OrderDecl {
    /// The signal that should come first.
    pub first: String,
    /// The signal that should come after it.
    pub then: String,
}

/// `limit:`.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LimitDecl {
    /// A built-in measure.
    #[serde(default)]
    pub count: Option<MeasureDecl>,
    /// Or phrases to count.
    #[serde(default)]
    pub phrases: Phrases,
    /// Or a signal whose places are counted.
    #[serde(default)]
    pub signal: Option<String>,
    /// Most that is fine.
    #[serde(default)]
    pub max: Option<u32>,
    /// Least that is fine.
    #[serde(default)]
    pub min: Option<u32>,
    /// Per what it is counted.
    #[serde(default)]
    pub per: PerDecl,
}

/// `replace:`.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReplaceDecl {
    /// The words it is for, as a regular expression for all of them; without it, any that the rule matches.
    #[serde(default)]
    pub of: Option<String>,
    /// What must stand right before the words, as a regular expression.
    #[serde(default)]
    pub after: Option<String>,
    /// What must stand right behind the words, as a regular expression; the end of the reply is always fine.
    #[serde(default)]
    pub before: Option<String>,
    /// The new words. `{match}` is the old ones, `{1}` the first group of `of`.
    pub with: String,
    /// Whether no meaning can change.
    #[serde(default)]
    pub safe: bool,
}

/// One edit, or a list of them.
#[derive(Clone, Debug, Default)]
pub struct Replaces(pub Vec<ReplaceDecl>);

/// `when:`: signals that must, may or must not be there, and the length of the reply in words.
#[derive(Clone, Debug, Default)]
pub struct WhenDecl {
    /// At least one of these.
    pub any: Vec<String>,
    /// All of these.
    pub all: Vec<String>,
    /// None of these.
    pub none: Vec<String>,
    /// Fewest words the reply must have.
    pub min_words: Option<u32>,
    /// Most words it may have.
    pub max_words: Option<u32>,
}

/// A phrase as written: plain, or a regular expression.
#[derive(Clone, Debug)]
pub enum PhraseDecl {
    /// In the phrase language.
    Plain(String),
    /// `re: "..."`
    Pattern {
        /// The phrase, for `case: sensitive` phrases.
        text: Option<String>,
        /// The regular expression.
        re: Option<String>,
        /// `sensitive` if case matters.
        case: Option<CaseDecl>,
    },
}

/// A list of phrases.
#[derive(Clone, Debug, Default)]
pub struct Phrases(pub Vec<PhraseDecl>);

/// A mapping with its order kept and its keys unique.
#[derive(Clone, Debug)]
pub struct Entries<T>(pub Vec<(String, T)>);

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// `language.yml`: the word forms of a language.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LanguageDecl {
    /// Which language, as in `en`.
    pub language: String,
    /// Endings split off a word, with the words each may stand for.
    #[serde(default)]
    pub contractions: Entries<Vec<String>>,
    /// One written word that is two.
    #[serde(default)]
    pub irregular: Entries<String>,
    /// Words whose full stop ends no sentence.
    #[serde(default)]
    pub abbreviations: Vec<String>,
    /// The same, before a number.
    #[serde(default)]
    pub abbreviations_before_numbers: Vec<String>,
    /// The commonest words, the most frequent first.
    #[serde(default)]
    pub frequent_words: Vec<String>,
    /// How a line starts that is the subject of a mail.
    #[serde(default)]
    pub subject_lines: Vec<String>,
    /// Words too common to say what a question is about.
    #[serde(default)]
    pub common_words: Vec<String>,
    /// Lines that introduce a quoted message.
    #[serde(default)]
    pub quoted_tail: Vec<TailDecl>,
    /// Named lists that every set may use.
    #[serde(default)]
    pub phrases: Entries<Phrases>,
}

/// One way in which a mail program introduces the message below.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TailDecl {
    /// How the line starts.
    pub starts: String,
    /// How it ends.
    #[serde(default)]
    pub ends: String,
}

/// `rules/principles.yml`: what the rules stand for.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PrinciplesDecl {
    /// The principles, in the order in which they are told.
    pub principles: Vec<PrincipleDecl>,
}

/// One principle.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PrincipleDecl {
    /// Its name, with which the `source:` of its rules begins.
    pub name: String,
    /// Why no rule keeps it, if none can.
    #[serde(default)]
    pub reason: Option<String>,
}

impl PrincipleDecl {
    /// Whether `source` (of a rule or a line of the coach) names this principle.
    pub fn is_named_by(&self, source: &str) -> bool {
        source.split(';').next().is_some_and(|name| name.trim() == self.name)
    }
}

//! A rule file as YAML has it: serde types and nothing else. They end at the compile step.

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

pub use super::choices::*;

/// One rule file: one set.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetDecl {
    /// Name of the set, the first half of every rule id in it.
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
#[serde(deny_unknown_fields)]
pub struct SignalExamples {
    /// The signal is found in these.
    #[serde(default)]
    pub found: Vec<ExampleDecl>,
    /// And not in these.
    #[serde(default)]
    pub absent: Vec<ExampleDecl>,
}

/// One rule.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RuleDecl {
    /// Second half of the rule's id.
    pub id: String,
    /// How much it matters.
    pub severity: SeverityDecl,
    /// `strict` rules are off unless asked for.
    #[serde(default)]
    pub profile: ProfileDecl,
    /// Phrases that should not be there.
    #[serde(default)]
    pub avoid: Option<Phrases>,
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
    /// A real edit.
    #[serde(default)]
    pub replace: Option<ReplaceDecl>,
    /// The principle or evidence behind the rule.
    #[serde(default)]
    pub source: String,
    /// The rule's own tests.
    #[serde(default)]
    pub examples: RuleExamples,
}

/// The texts that test a rule.
#[derive(Clone, Debug, Default, Deserialize)]
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
#[serde(deny_unknown_fields)]
pub struct OrderDecl {
    /// The signal that should come first.
    pub first: String,
    /// The signal that should come after it.
    pub then: String,
}

/// `limit:`.
#[derive(Clone, Debug, Default, Deserialize)]
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
#[serde(deny_unknown_fields)]
pub struct ReplaceDecl {
    /// The new words. `{match}` is the old ones.
    pub with: String,
    /// Whether no meaning can change.
    #[serde(default)]
    pub safe: bool,
}

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

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntriesVisitor<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for EntriesVisitor<T> {
            type Value = Entries<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping of names")
            }
            fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
                Ok(Entries(Vec::new()))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries: Vec<(String, T)> = Vec::new();
                while let Some(key) = map.next_key::<String>()? {
                    if entries.iter().any(|(name, _)| *name == key) {
                        return Err(de::Error::custom(format!(
                            "`{key}` stands here twice; give one of them another name"
                        )));
                    }
                    entries.push((key, map.next_value()?));
                }
                Ok(Entries(entries))
            }
        }
        // A key with nothing under it is an empty mapping, in YAML and in the JSON made from it.
        deserializer.deserialize_any(EntriesVisitor(std::marker::PhantomData))
    }
}

const QUOTE_IT: &str = "put quotes around the phrase";

impl<'de> Deserialize<'de> for PhraseDecl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PhraseVisitor;
        impl<'de> Visitor<'de> for PhraseVisitor {
            type Value = PhraseDecl;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a phrase (if YAML took it for something else, {QUOTE_IT})")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<PhraseDecl, E> {
                Ok(PhraseDecl::Plain(text.to_owned()))
            }
            fn visit_bool<E: de::Error>(self, value: bool) -> Result<PhraseDecl, E> {
                Err(E::custom(format!("YAML reads this as the truth value `{value}`; {QUOTE_IT}")))
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<PhraseDecl, E> {
                Err(E::custom(format!("YAML reads this as the number {value}; {QUOTE_IT}")))
            }
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<PhraseDecl, E> {
                Err(E::custom(format!("YAML reads this as the number {value}; {QUOTE_IT}")))
            }
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<PhraseDecl, E> {
                Err(E::custom(format!("YAML reads this as the number {value}; {QUOTE_IT}")))
            }
            fn visit_unit<E: de::Error>(self) -> Result<PhraseDecl, E> {
                Err(E::custom(format!("this phrase is empty; remove it or {QUOTE_IT}")))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<PhraseDecl, A::Error> {
                Err(de::Error::custom(format!("YAML reads `[...]` as a list; {QUOTE_IT}")))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PhraseDecl, A::Error> {
                let (mut text, mut re, mut case) = (None, None, None);
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "text" => text = Some(map.next_value()?),
                        "re" => re = Some(map.next_value()?),
                        "case" => case = Some(map.next_value()?),
                        _ => {
                            return Err(de::Error::custom(format!(
                                "YAML reads `{key}: ...` as a key and its value; {QUOTE_IT} (the only keys here are `re`, `text` and `case`)"
                            )));
                        }
                    }
                }
                if text.is_some() == re.is_some() {
                    return Err(de::Error::custom("write either `re: \"...\"` or `text: \"...\"` here"));
                }
                Ok(PhraseDecl::Pattern { text, re, case })
            }
        }
        deserializer.deserialize_any(PhraseVisitor)
    }
}

impl<'de> Deserialize<'de> for Phrases {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListVisitor;
        impl<'de> Visitor<'de> for ListVisitor {
            type Value = Phrases;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of phrases (one `- phrase` a line, or `[one, two]`)")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Phrases, A::Error> {
                let mut phrases = Vec::new();
                while let Some(phrase) = seq.next_element()? {
                    phrases.push(phrase);
                }
                Ok(Phrases(phrases))
            }
        }
        deserializer.deserialize_seq(ListVisitor)
    }
}

impl<'de> Deserialize<'de> for ExampleDecl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ExampleVisitor;
        impl<'de> Visitor<'de> for ExampleVisitor {
            type Value = ExampleDecl;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an example: a text, or `text:` with `at:` and `customer:` (if YAML took a text for something else, put quotes around it)")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<ExampleDecl, E> {
                Ok(ExampleDecl { text: text.to_owned(), ..ExampleDecl::default() })
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ExampleDecl, A::Error> {
                let mut example = ExampleDecl::default();
                let mut has_text = false;
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "text" => {
                            example.text = map.next_value()?;
                            has_text = true;
                        }
                        "at" => example.at = map.next_value()?,
                        "customer" => example.customer = map.next_value()?,
                        _ => {
                            return Err(de::Error::custom(format!(
                                "YAML reads `{key}: ...` as a key and its value; put quotes around the text (the keys of an example are `text`, `at` and `customer`)"
                            )));
                        }
                    }
                }
                if !has_text {
                    return Err(de::Error::missing_field("text"));
                }
                Ok(example)
            }
        }
        deserializer.deserialize_any(ExampleVisitor)
    }
}

impl<'de> Deserialize<'de> for InsteadDecl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InsteadVisitor;
        impl<'de> Visitor<'de> for InsteadVisitor {
            type Value = InsteadDecl;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a rewrite: a text, or `signal: text` for one situation (if YAML took a text for something else, put quotes around it)")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<InsteadDecl, E> {
                Ok(InsteadDecl { when: None, text: text.to_owned() })
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<InsteadDecl, A::Error> {
                let entry: Option<(String, String)> = map.next_entry()?;
                let Some((signal, text)) = entry else {
                    return Err(de::Error::custom("this rewrite is empty; write a text"));
                };
                // A text with `: ` in it looks like a mapping to YAML; no signal has a space in its name.
                if signal.contains(' ') || map.next_key::<String>()?.is_some() {
                    return Err(de::Error::custom(
                        "YAML reads this as a key and its value; put quotes around the rewrite",
                    ));
                }
                Ok(InsteadDecl { when: Some(signal), text })
            }
        }
        deserializer.deserialize_any(InsteadVisitor)
    }
}

impl<'de> Deserialize<'de> for WhenDecl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WhenVisitor;
        impl<'de> Visitor<'de> for WhenVisitor {
            type Value = WhenDecl;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a signal, or a mapping with `any`, `all`, `none`, `min-words` or `max-words`")
            }
            fn visit_str<E: de::Error>(self, signal: &str) -> Result<WhenDecl, E> {
                Ok(WhenDecl { any: vec![signal.to_owned()], ..WhenDecl::default() })
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<WhenDecl, A::Error> {
                let mut when = WhenDecl::default();
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "any" => when.any = map.next_value()?,
                        "all" => when.all = map.next_value()?,
                        "none" => when.none = map.next_value()?,
                        "min-words" => when.min_words = map.next_value()?,
                        "max-words" => when.max_words = map.next_value()?,
                        other => {
                            return Err(de::Error::unknown_field(
                                other,
                                &["any", "all", "none", "min-words", "max-words"],
                            ));
                        }
                    }
                }
                Ok(when)
            }
        }
        deserializer.deserialize_any(WhenVisitor)
    }
}

/// `language.yml`: the word forms of a language.
#[derive(Clone, Debug, Default, Deserialize)]
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
#[serde(deny_unknown_fields)]
pub struct PrinciplesDecl {
    /// The principles, in the order in which they are told.
    pub principles: Vec<PrincipleDecl>,
}

/// One principle.
#[derive(Clone, Debug, Default, Deserialize)]
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

//! How the parts of a rule file are read that may be written in more than one way, with words for every mistake.

use super::declaration::{Entries, ExampleDecl, InsteadDecl, PhraseDecl, Phrases, ReplaceDecl, Replaces, WhenDecl};
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

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

impl<'de> Deserialize<'de> for Replaces {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ReplacesVisitor;
        impl<'de> Visitor<'de> for ReplacesVisitor {
            type Value = Replaces;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an edit (`{with: \"new words\", safe: true}`), or a list of them")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Replaces, A::Error> {
                ReplaceDecl::deserialize(de::value::MapAccessDeserializer::new(map)).map(|edit| Replaces(vec![edit]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Replaces, A::Error> {
                let mut edits = Vec::new();
                while let Some(edit) = seq.next_element()? {
                    edits.push(edit);
                }
                Ok(Replaces(edits))
            }
        }
        deserializer.deserialize_any(ReplacesVisitor)
    }
}

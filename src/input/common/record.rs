//! Replies in values: which string of a JSON or YAML document is one, what it is called, and what it answers.
//!
//! Known shapes come first (actions of Zendesk and Gorgias); all others go by their keys: `{title, body}`, `{question,
//! answer}`, a bot's `close-comment`, a list of texts or a map from a name to a text under a key that says so.

use super::names::{self, Key};
use super::passage::Passage;
use super::tree::Node;
use crate::input::{Reply, Source};
use rustc_hash::FxHashSet;

/// What is known on the way down.
#[derive(Clone, Default)]
struct Way {
    /// The nearest name: a title, a key.
    name: Option<String>,
    /// Whether a key or the path said that replies are near.
    hint: bool,
    /// Whether every text here is a reply, however short: below a bot's utterance.
    sure: bool,
}

/// The replies of a document.
pub(in crate::input) fn replies<'a>(source: &Source<'a>, node: &Node<'a>) -> Vec<Reply<'a>> {
    // Our own rule sets are full of texts, none of them a reply.
    if node.get("set").is_some() && (node.get("rules").is_some() || node.get("signals").is_some()) {
        return Vec::new();
    }
    let mut finder = Finder { source, replies: Vec::new() };
    finder.node(node, &Way { hint: source.hint(), ..Way::default() });
    // A text beside a list or a mapping is found before what is in that.
    finder.replies.sort_by_key(|reply| reply.span().start);
    finder.replies
}

struct Finder<'s, 'a> {
    source: &'s Source<'a>,
    replies: Vec<Reply<'a>>,
}

impl<'a> Finder<'_, 'a> {
    fn node(&mut self, node: &Node<'a>, way: &Way) {
        match node {
            Node::Map(entries) => {
                if !self.actions(node) {
                    self.map(entries, way);
                }
            }
            Node::List(items) => {
                for item in items {
                    match item {
                        // A list of texts: those of a key that says so.
                        Node::Text { text, bare } if way.hint && is_reply(text, *bare, way) => {
                            self.push(text, way.name.clone(), None, false);
                        }
                        item => self.node(item, way),
                    }
                }
            }
            Node::Text { .. } | Node::Other(_) => {}
        }
    }

    fn push(&mut self, text: &Passage<'a>, name: Option<String>, customer: Option<String>, html: bool) {
        self.replies.push(self.source.reply(text.clone(), name, customer, html));
    }

    /// Marks the replies from number `first` on as what a bot says in a chat.
    fn in_chat(&mut self, first: usize) {
        for reply in &mut self.replies[first..] {
            reply.channel = Some("chat".to_owned());
        }
    }

    /// Zendesk (`actions: [{field: comment_value, value: ..}]`) and Gorgias (`actions: [{arguments: {body_text: ..}}]`).
    fn actions(&mut self, node: &Node<'a>) -> bool {
        let Some(actions) = node.get("actions") else {
            return false;
        };
        let before = self.replies.len();
        let name = title(node);
        for action in actions.items() {
            let field = action.get("field").and_then(Node::scalar).unwrap_or("");
            if matches!(
                field,
                "comment_value" | "comment_value_html" | "side_conversation" | "side_conversation_ticket"
            ) {
                let value = action.get("value");
                let text = value.and_then(|value| value.as_text().or_else(|| value.items().last()?.as_text()));
                if let Some(text) = text.filter(|text| !text.is_blank()) {
                    self.push(text, name.clone(), None, field.ends_with("html"));
                }
            } else if let Some(arguments) = action.get("arguments") {
                let text = |key: &str| arguments.get(key).and_then(Node::as_text).filter(|text| !text.is_blank());
                if let Some(body) = text("body_text") {
                    self.push(body, name.clone(), None, false);
                } else if let Some(body) = text("body_html") {
                    self.push(body, name.clone(), None, true);
                }
            }
        }
        self.replies.len() > before
    }

    fn map(&mut self, entries: &[(Passage<'a>, Node<'a>)], way: &Way) {
        // The `message` of a lint rule or an alarm is for whoever keeps the machine.
        let is_rule = entries
            .iter()
            .any(|(key, _)| matches!(&*key.text, "severity" | "pattern" | "patterns" | "regex" | "expr" | "alert"));
        if is_rule {
            return;
        }
        let named = best_title(entries);
        let keys: Vec<Key> = entries.iter().map(|(key, _)| names::key(&key.text)).collect();
        let texts = || {
            entries.iter().zip(&keys).filter_map(|((key, value), kind)| match value {
                Node::Text { text, bare } if !text.is_blank() => Some((key, text, *bare, *kind)),
                _ => None,
            })
        };
        let way = Way { name: named.clone().or_else(|| way.name.clone()), ..way.clone() };
        // The one text that is the record's reply: the surest key, and of two ways to write one text the plain one.
        let here = Way { hint: way.hint || named.is_some(), ..way.clone() };
        let body = texts()
            .filter_map(|(_, text, bare, kind)| match kind {
                Key::Body { rank, html } if named.is_some() || way.hint || rank <= names::SURE_RANK_MAX => {
                    is_reply(text, bare, &here).then_some((rank, html, text))
                }
                _ => None,
            })
            .min_by_key(|(rank, html, _)| (*rank, *html));
        let answers = body.is_some_and(|(rank, ..)| rank <= names::ANSWER_RANK_MAX);
        let mut customer = None;
        for (_, text, _, kind) in texts() {
            let other_body = body.is_some_and(|(rank, ..)| {
                matches!(kind, Key::Body { rank: other, html: false } if answers && other > rank && other > names::ANSWER_RANK_MAX)
            });
            if body.is_some() && (kind == Key::Customer || other_body) && customer.is_none() {
                customer = Some(text.text.clone().into_owned());
            }
        }
        let mut taken: FxHashSet<usize> = FxHashSet::default();
        let mut found: Vec<(&Passage<'a>, Option<String>, Option<String>, bool)> = Vec::new();
        if let Some((_, html, text)) = body {
            taken.insert(text.start());
            found.push((text, way.name.clone(), customer, html));
        }
        for (key, text, bare, kind) in texts() {
            let is_message = kind == Key::Automation && is_reply(text, bare, &Way { hint: true, ..way.clone() });
            if is_message && taken.insert(text.start()) {
                found.push((text, Some(names::short(&key.text)), None, key.text.ends_with("html")));
            }
        }
        if found.is_empty() && way.hint {
            found = self.named_texts(entries, &keys, &way);
        }
        found.sort_by_key(|(text, ..)| text.start());
        let done = !found.is_empty();
        for (text, name, customer, html) in found {
            self.push(text, name, customer, html);
        }
        let other_action =
            entries.iter().any(|(key, value)| key.text == "uses" && value.scalar().is_some_and(names::is_other_action));
        for ((key, value), kind) in entries.iter().zip(&keys) {
            let is_with = key.text == "with" && other_action;
            let aside = matches!(&*key.text, "attachments" | "buttons" | "examples" | "nlu" | "intents" | "env" | "on");
            if matches!(value, Node::Text { .. } | Node::Other(_)) || is_with || aside {
                continue;
            }
            // Under `comment:` a list of texts is a choice of comments; a mapping may be anything.
            let choice = value.items().iter().any(|item| item.as_text().is_some());
            let says_so = names::is_hint(&key.text) || (choice && matches!(kind, Key::Body { .. } | Key::Automation));
            let name = if names::is_grouping(&key.text) || done || key.text.is_empty() {
                way.name.clone()
            } else {
                Some(names::short(&key.text))
            };
            let sure = way.sure || key.text.starts_with("utter_");
            let below = Way { name, hint: way.hint || says_so || sure, sure };
            let first = self.replies.len();
            self.node(value, &below);
            if sure {
                self.in_chat(first);
            }
        }
    }

    /// A map from a name to a text, where most of its texts read like one.
    fn named_texts<'n>(
        &self,
        entries: &'n [(Passage<'a>, Node<'a>)],
        keys: &[Key],
        way: &Way,
    ) -> Vec<(&'n Passage<'a>, Option<String>, Option<String>, bool)> {
        let mut texts = Vec::new();
        let mut others = 0;
        for ((key, value), kind) in entries.iter().zip(keys) {
            match value {
                Node::Text { text, bare } if is_prose(&text.text) && is_reply(text, *bare, way) => {
                    let other =
                        matches!(kind, Key::Title { .. }) || names::is_note(&key.text) || names::is_wrapper(&key.text);
                    let html = key.text.ends_with("html");
                    texts.extend((!other).then(|| (text, Some(names::short(&key.text)), None, html)));
                }
                Node::Text { text, .. } if !text.is_blank() => others += 1,
                Node::Other(_) => others += 1,
                _ => {}
            }
        }
        if texts.len() > others && !entries.iter().any(|(key, _)| matches!(&*key.text, "uses" | "on" | "runs-on")) {
            texts
        } else {
            Vec::new()
        }
    }
}

/// What a record is called.
fn title(node: &Node<'_>) -> Option<String> {
    match node {
        Node::Map(entries) => best_title(entries),
        _ => None,
    }
}

fn best_title(entries: &[(Passage<'_>, Node<'_>)]) -> Option<String> {
    entries
        .iter()
        .filter_map(|(key, value)| match (names::key(&key.text), value.scalar()) {
            (Key::Title { rank }, Some(text)) if !text.trim().is_empty() => Some((rank, text)),
            _ => None,
        })
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, text)| names::short(text.trim()))
}

/// Whether a text at such a place is a reply.
fn is_reply(text: &Passage<'_>, bare: bool, way: &Way) -> bool {
    let text = text.text.trim();
    if text.is_empty() {
        return false;
    }
    if way.sure {
        return true;
    }
    let value = matches!(
        text.to_ascii_lowercase().as_str(),
        "true" | "false" | "yes" | "no" | "null" | "~" | "on" | "off" | "none"
    ) || text.parse::<f64>().is_ok();
    if bare && value {
        return false;
    }
    let is_expression = text.starts_with("${{") && text.ends_with("}}") && text.matches("${{").count() == 1;
    let is_path =
        !text.contains(char::is_whitespace) && text.contains(['/', '_', '.']) && !text.ends_with(['.', '!', '?']);
    if is_expression || is_path {
        return false;
    }
    if way.hint { text.contains(char::is_whitespace) || text.ends_with(['.', '!', '?', '。']) } else { is_prose(text) }
}

/// Whether a text reads like a message with nothing around it to say so.
pub(in crate::input) fn is_prose(text: &str) -> bool {
    let words = text.split_whitespace().filter(|word| word.contains(char::is_alphabetic)).count();
    let ends = text.trim_end().ends_with(['.', '!', '?', ':', ')', '>', '…', '。', '！', '؟']);
    let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
    words >= 8 || (words >= 3 && (ends || lines > 1))
}

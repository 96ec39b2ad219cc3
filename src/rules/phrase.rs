//! The phrase language: text to syntax tree. `rules/README.md` is its reference.

use crate::text::{Kind, is_symbol};
use serde::{Deserialize, Serialize};

/// Most words that `..` skips.
pub(super) const GAP_MAX: u8 = 4;
/// Most words that `...` skips.
pub(super) const REST_MAX: u8 = 40;
/// Deepest nesting of brackets and lists.
const DEPTH_MAX: usize = 24;
/// Most spellings of one word with groups inside it.
const SPELLINGS_MAX: usize = 64;

/// A piece of a phrase.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    /// A word as written, lower case; may hold `*`.
    Word(String),
    /// A word where case matters.
    Exact(String),
    /// Any one word.
    AnyWord,
    /// A mark or a built-in list.
    Mark(Mark),
    /// A named list.
    List(String),
    /// One of these.
    OneOf(Vec<Vec<Node>>),
    /// This or nothing.
    Optional(Box<Node>),
    /// Up to so many words.
    Gap(u8),
    /// Start of a sentence.
    Start,
    /// End of a sentence.
    End,
}

/// A kind of token that a phrase can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
pub(super) enum Mark {
    Kind(Kind),
    Capitalised,
}

/// What is wrong with a phrase, and where in it (bytes).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PhraseError {
    pub(super) at: usize,
    pub(super) message: String,
}

/// The lists every language has.
pub(super) const BUILT_IN_LISTS: [(&str, Mark); 8] = [
    ("placeholder", Mark::Kind(Kind::Placeholder)),
    ("link", Mark::Kind(Kind::Link)),
    ("email", Mark::Kind(Kind::Email)),
    ("code", Mark::Kind(Kind::Code)),
    ("number", Mark::Kind(Kind::Number)),
    ("mention", Mark::Kind(Kind::Mention)),
    ("bullet", Mark::Kind(Kind::Bullet)),
    ("capitalised", Mark::Capitalised),
];

/// Parses a phrase. With `exact`, letter case matters.
pub(super) fn parse(text: &str, exact: bool) -> Result<Vec<Node>, PhraseError> {
    if let Some(rest) = text.strip_prefix("re:") {
        let message =
            format!("the quotes of a regular expression stand behind `re:`; write `- re: \"{}\"`", rest.trim());
        return Err(PhraseError { at: 0, message });
    }
    let mut parser = PhraseParser { text, at: 0, depth: 0, exact };
    let nodes = parser.sequence()?;
    if parser.at < text.len() {
        return Err(parser.error("this `)` or `|` closes nothing; add the `(` or remove it"));
    }
    if nodes.iter().all(|n| matches!(n, Node::Optional(_) | Node::Gap(_) | Node::Start | Node::End)) {
        return Err(PhraseError {
            at: 0,
            message: "this phrase matches without a single word; add one that must be there".to_owned(),
        });
    }
    Ok(nodes)
}

struct PhraseParser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    exact: bool,
}

impl PhraseParser<'_> {
    fn error(&self, message: impl Into<String>) -> PhraseError {
        PhraseError { at: self.at, message: message.into() }
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self, what: &str) -> bool {
        let found = self.rest().starts_with(what);
        if found {
            self.at += what.len();
        }
        found
    }

    /// Up to a `)` or `|` or the end.
    fn sequence(&mut self) -> Result<Vec<Node>, PhraseError> {
        let mut nodes = Vec::new();
        loop {
            let spaces = self.rest().len() - self.rest().trim_start().len();
            self.at += spaces;
            match self.peek() {
                None | Some(')' | '|') => return Ok(nodes),
                Some(c) => self.item(c, &mut nodes)?,
            }
        }
    }

    fn item(&mut self, c: char, nodes: &mut Vec<Node>) -> Result<(), PhraseError> {
        let mark = |kind| Node::Mark(Mark::Kind(kind));
        let is_word = c.is_alphanumeric() || c == '*' || (c == '(' && self.group_is_part_of_word());
        let node =
            match c {
                '^' => self.one(Node::Start),
                '$' => self.one(Node::End),
                ',' => self.one(mark(Kind::Comma)),
                ':' => self.one(mark(Kind::Colon)),
                ';' => self.one(mark(Kind::Semicolon)),
                '/' => self.one(mark(Kind::Slash)),
                '!' => self.one(mark(Kind::Exclamation)),
                '?' => self.one(mark(Kind::Question)),
                '-' => self.one(mark(Kind::Dash)),
                // Quotation marks are nothing to the words either.
                '"' | '“' | '”' | '\'' | '’' | '`' | '%' => {
                    self.at += c.len_utf8();
                    return Ok(());
                }
                '.' if self.take("...") => Node::Gap(REST_MAX),
                '.' if self.take("..") => Node::Gap(GAP_MAX),
                '.' => {
                    return Err(
                        self.error("a phrase has no full stop; use `$` for the end of a sentence, `..` to skip words")
                    );
                }
                '<' => self.list()?,
                '(' if !self.group_is_part_of_word() => self.group()?,
                '(' | '*' => self.word(nodes)?,
                c if c.is_alphanumeric() => self.word(nodes)?,
                c if is_symbol(c) => self.one(Node::Word(c.to_string())),
                // Says how the sign before it is drawn.
                '\u{fe0f}' => {
                    self.at += c.len_utf8();
                    return Ok(());
                }
                c => return Err(self.error(format!(
                    "`{c}` means nothing in a phrase; write words, `(a|b)`, `<list>`, `..`, `^` or `$`, or use `re:`"
                ))),
            };
        if matches!(node, Node::OneOf(ref alternatives) if alternatives.is_empty()) {
            return Ok(());
        }
        if self.rest().starts_with('?') && !matches!(node, Node::Start | Node::End | Node::Gap(_)) {
            if is_word {
                return Err(self.error(
                    "put a space before `?` for a question mark, or write `(word)?` for a word that may be left out",
                ));
            }
            self.at += 1;
            nodes.push(Node::Optional(Box::new(node)));
        } else {
            nodes.push(node);
        }
        Ok(())
    }

    fn one(&mut self, node: Node) -> Node {
        self.at += self.peek().map_or(0, char::len_utf8);
        node
    }

    fn list(&mut self) -> Result<Node, PhraseError> {
        let Some(end) = self.rest().find('>') else {
            return Err(self.error("this `<` is never closed; write `<list>`"));
        };
        let name = self.rest()[1..end].trim().to_owned();
        if name.is_empty() {
            return Err(self.error("`<>` names no list"));
        }
        self.at += end + 1;
        if let Some((_, mark)) = BUILT_IN_LISTS.iter().find(|(built_in, _)| *built_in == name) {
            return Ok(Node::Mark(*mark));
        }
        Ok(Node::List(name))
    }

    fn group(&mut self) -> Result<Node, PhraseError> {
        let open = self.at;
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(self.error("brackets are nested too deeply; use named lists"));
        }
        self.at += 1;
        let mut alternatives = Vec::new();
        loop {
            let alternative = self.sequence()?;
            if alternative.is_empty() {
                return Err(self.error("this alternative is empty; write `(a|b)?` for \"or nothing\""));
            }
            alternatives.push(alternative);
            match self.peek() {
                Some('|') => self.at += 1,
                Some(_) => break,
                None => {
                    return Err(PhraseError { at: open, message: "this `(` is never closed; add a `)`".to_owned() });
                }
            }
        }
        self.at += 1;
        self.depth -= 1;
        Ok(Node::OneOf(alternatives))
    }

    /// Whether the group that opens here touches letters after it: `(re)?read`.
    fn group_is_part_of_word(&self) -> bool {
        let mut depth = 0usize;
        for (index, c) in self.rest().char_indices() {
            match c {
                '(' => depth += 1,
                ')' => {
                    depth -= 1;
                    if depth == 0 {
                        let after = &self.rest()[index + 1..];
                        let after = after.strip_prefix('?').unwrap_or(after);
                        return after.starts_with(|c: char| c.is_alphanumeric());
                    }
                }
                _ => {}
            }
        }
        false
    }

    /// A word, with groups inside it written out: `apologi(s|z)e`.
    fn word(&mut self, nodes: &mut Vec<Node>) -> Result<Node, PhraseError> {
        let start = self.at;
        let mut spellings = vec![String::new()];
        while let Some(c) = self.peek() {
            if c == '(' {
                let parts = self.inner_group()?;
                spellings = spellings.iter().flat_map(|s| parts.iter().map(move |p| format!("{s}{p}"))).collect();
                if spellings.len() > SPELLINGS_MAX {
                    return Err(self.error("this word has too many spellings; use a named list"));
                }
                continue;
            }
            let next = self.rest()[c.len_utf8()..].chars().next();
            let inside = match c {
                '\'' | '’' | 'ʼ' => next.is_some_and(char::is_alphanumeric),
                '-' => next.is_some_and(|n| n.is_alphanumeric() || n == '('),
                '&' | '.' => next.is_some_and(char::is_alphanumeric),
                '*' => true,
                c => c.is_alphanumeric(),
            };
            if !inside {
                break;
            }
            let c = if matches!(c, '’' | 'ʼ') { '\'' } else { c };
            for spelling in &mut spellings {
                if self.exact {
                    spelling.push(c);
                } else {
                    spelling.extend(c.to_lowercase());
                }
            }
            self.at += self.peek().map_or(1, char::len_utf8);
        }
        if self.at == start {
            return Err(self.error("a word was expected here"));
        }
        if spellings.iter().any(|s| s.contains('*') && s.trim_matches('*').contains('*')) {
            return Err(PhraseError {
                at: start,
                message: "`*` stands at the start or the end of a word only".to_owned(),
            });
        }
        let mut alternatives: Vec<Vec<Node>> = spellings.iter().map(|s| self.word_nodes(s)).collect();
        if alternatives.len() == 1 {
            let mut only = alternatives.swap_remove(0);
            let last = only.pop();
            nodes.extend(only);
            return last.ok_or_else(|| self.error("a word was expected here"));
        }
        Ok(Node::OneOf(alternatives))
    }

    fn word_nodes(&self, spelling: &str) -> Vec<Node> {
        spelling
            .split('-')
            .filter(|part| !part.is_empty())
            .map(|part| match part {
                "*" => Node::AnyWord,
                part if self.exact => Node::Exact(part.to_owned()),
                part => Node::Word(part.to_owned()),
            })
            .collect()
    }

    /// `(s|z)` or `(u)?` inside a word.
    fn inner_group(&mut self) -> Result<Vec<String>, PhraseError> {
        let Some(end) = self.rest().find(')') else {
            return Err(self.error("this `(` is never closed; add a `)`"));
        };
        let inner = &self.rest()[1..end];
        if inner.contains('(')
            || inner.contains(' ')
            || inner.split('|').any(|p| !p.chars().all(|c| c.is_alphanumeric() || matches!(c, '\'' | '-')))
        {
            return Err(self
                .error("a group inside a word holds letters only, as in `apologi(s|z)e`; put a space before the `(`"));
        }
        let mut parts: Vec<String> =
            inner.split('|').map(|p| if self.exact { p.to_owned() } else { p.to_lowercase() }).collect();
        self.at += end + 1;
        // A `?` after the group makes it optional, unless the word ends here and `?` belongs to the whole of it.
        if self.rest().starts_with('?') {
            self.at += 1;
            parts.push(String::new());
        } else if parts.iter().any(String::is_empty) {
            return Err(self.error("this alternative is empty; write `(a|b)?` for \"or nothing\""));
        }
        Ok(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Node {
        Node::Word(text.to_owned())
    }

    #[test]
    fn groups_lists_and_gaps() {
        assert_eq!(
            parse("You (clearly|just)? <blamed> ..  it", false).unwrap(),
            [
                word("you"),
                Node::Optional(Box::new(Node::OneOf(vec![vec![word("clearly")], vec![word("just")]]))),
                Node::List("blamed".to_owned()),
                Node::Gap(GAP_MAX),
                word("it"),
            ]
        );
    }

    #[test]
    fn groups_inside_words_are_spellings() {
        assert_eq!(
            parse("apologi(s|z)e", false).unwrap(),
            [Node::OneOf(vec![vec![word("apologise")], vec![word("apologize")]])]
        );
        assert_eq!(parse("colo(u)?r", false).unwrap(), [Node::OneOf(vec![vec![word("colour")], vec![word("color")]])]);
        assert_eq!(parse("(re)?read", false).unwrap(), [Node::OneOf(vec![vec![word("reread")], vec![word("read")]])]);
    }

    #[test]
    fn a_mistake_has_its_place() {
        for (phrase, at, says) in [
            ("you (failed", 4, "never closed"),
            ("you (a||b)", 7, "empty"),
            ("you failed)", 10, "closes nothing"),
            ("you <blamed", 4, "never closed"),
            ("stop. now", 4, "full stop"),
            ("re: you", 0, "behind `re:`"),
            ("..", 0, "without a single word"),
            ("a = b", 2, "means nothing"),
            ("what now?", 8, "put a space"),
            ("(meal|drink)s? here", 13, "put a space"),
        ] {
            let error = parse(phrase, false).unwrap_err();
            assert_eq!(error.at, at, "{phrase}: {}", error.message);
            assert!(error.message.contains(says), "{phrase}: {}", error.message);
        }
    }
}

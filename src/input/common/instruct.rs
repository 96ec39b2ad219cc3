//! `inputs:` in the config: how files are read whose shape says nothing, in the user's own words.

use super::passage::Passage;
use super::tree::Node;
use crate::input::{Kind, Problem, Reply, Source, documents, markdown, read, whole};
use crate::text::Format;
use globset::{GlobBuilder, GlobMatcher};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// What stands for one reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Each {
    /// The whole file.
    File,
    /// What stands under a heading.
    Heading,
    /// A fenced block.
    Fence,
    /// A block of quoted lines.
    Quote,
    /// A record of JSON, YAML or CSV.
    Record,
}

/// How the text of a reply is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Written {
    /// Markdown.
    Markdown,
    /// HTML.
    Html,
    /// Plain text.
    Text,
}

/// One item of `inputs:` as written.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct InstructionDecl {
    /// Which files, as a glob relative to the config.
    pub files: String,
    /// What one reply is.
    #[serde(default)]
    pub each: Option<Each>,
    /// Where in a record the reply stands: `macros[].body`, or a column.
    #[serde(default)]
    pub reply: Option<String>,
    /// Where the customer's message stands.
    #[serde(default)]
    pub customer: Option<String>,
    /// Where the reply's name stands.
    #[serde(default)]
    pub title: Option<String>,
    /// How the replies are written.
    #[serde(default)]
    pub format: Option<Written>,
}

/// One item of `inputs:`, ready to be followed.
#[derive(Clone, Debug)]
pub struct Instruction {
    files: GlobMatcher,
    base: PathBuf,
    each: Option<Each>,
    reply: Option<Vec<Step>>,
    customer: Option<Vec<Step>>,
    title: Option<Vec<Step>>,
    format: Option<Written>,
}

/// One step of a path into a document.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    /// `[]` or `*`: every item of a list, every value of a mapping.
    Each,
}

impl Instruction {
    /// Reads an item. `base` is the directory of the config.
    ///
    /// # Errors
    /// A glob that is none.
    pub fn new(decl: InstructionDecl, base: &Path) -> Result<Self, String> {
        let glob = GlobBuilder::new(decl.files.trim_start_matches("./"))
            .literal_separator(true)
            .build()
            .map_err(|error| format!("`{}` is no pattern for files: {}", decl.files, error.kind()))?;
        let base = if base.as_os_str().is_empty() { Path::new(".") } else { base };
        Ok(Self {
            files: glob.compile_matcher(),
            base: base.canonicalize().unwrap_or_else(|_| base.to_owned()),
            each: decl.each,
            reply: decl.reply.as_deref().map(steps),
            customer: decl.customer.as_deref().map(steps),
            title: decl.title.as_deref().map(steps),
            format: decl.format,
        })
    }

    /// Whether it holds for `path`.
    pub fn covers(&self, path: &Path) -> bool {
        let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let relative = real.strip_prefix(&self.base).unwrap_or(path);
        let relative = relative.strip_prefix("./").unwrap_or(relative);
        self.files.is_match(relative)
    }

    /// Whether each record is read by itself.
    pub fn is_by_record(&self) -> bool {
        matches!(self.each, None | Some(Each::Record))
    }

    pub(in crate::input) fn replies<'a>(&self, source: &Source<'a>, kind: Kind) -> (Vec<Reply<'a>>, Vec<Problem>) {
        let mut source = source.clone();
        source.format = match self.format {
            Some(Written::Markdown) => Format::Markdown,
            Some(Written::Text) => Format::Text,
            _ => source.format,
        };
        let source = &source;
        let (mut replies, problems) = match (self.each, &self.reply) {
            (Some(Each::File), _) => (whole(source, kind).into_iter().collect(), Vec::new()),
            (Some(each @ (Each::Heading | Each::Fence | Each::Quote)), _) => markdown::each(source, each),
            (_, Some(reply)) => self.records(source, kind, reply),
            (_, None) => read(source, kind),
        };
        match self.format {
            Some(Written::Markdown) => replies.iter_mut().for_each(|reply| reply.format = Format::Markdown),
            Some(Written::Text) => replies.iter_mut().for_each(|reply| reply.format = Format::Text),
            _ => {}
        }
        (replies, problems)
    }

    fn records<'a>(&self, source: &Source<'a>, kind: Kind, reply: &[Step]) -> (Vec<Reply<'a>>, Vec<Problem>) {
        let (documents, mut problems) = documents(source, kind);
        let mut replies = Vec::new();
        for document in &documents {
            let mut found = Vec::new();
            walk(document, document, reply, &mut Vec::new(), None, &mut found);
            for Match { text, at, key, record } in found {
                let other = |steps: &Option<Vec<Step>>| {
                    let steps = steps.as_deref()?;
                    // From the top with the same items, or from the record.
                    let value = fixed(document, steps, &at).or_else(|| fixed(record, steps, &[]))?;
                    Some(value.trim().to_owned()).filter(|value| !value.is_empty())
                };
                let name = other(&self.title).or(key);
                let html = self.format == Some(Written::Html);
                replies.push(source.reply(text, name, other(&self.customer), html));
            }
        }
        if replies.is_empty() && problems.is_empty() {
            let mut keys: Vec<&str> = Vec::new();
            documents.iter().for_each(|document| top_keys(document, &mut keys));
            // Many records have the same ones.
            let mut seen = std::collections::HashSet::new();
            keys.retain(|key| seen.insert(*key));
            let help = if keys.is_empty() {
                "this file holds no records; say `each: file`, or what else one reply is".to_owned()
            } else {
                format!("at the top there are {}", keys.join(", "))
            };
            let problem = Problem::in_file(source.path, "no text stands where `reply:` in the config says");
            problems.push(problem.help(help));
        }
        (replies, problems)
    }
}

/// The keys of a document, or of the first item of a list.
fn top_keys<'n>(node: &'n Node<'_>, keys: &mut Vec<&'n str>) {
    match node {
        Node::Map(entries) => keys.extend(entries.iter().take(20).map(|(key, _)| &*key.text)),
        Node::List(items) => items.iter().take(1).for_each(|item| top_keys(item, keys)),
        Node::Text { .. } | Node::Other(_) => {}
    }
}

/// The steps of `macros[].comment.body`.
fn steps(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let each = part.matches("[]").count() + part.matches("[*]").count();
        let name = part.split('[').next().unwrap_or("");
        match name {
            "" | "$" => {}
            "*" => steps.push(Step::Each),
            name => steps.push(Step::Key(name.to_owned())),
        }
        steps.extend(std::iter::repeat_n(Step::Each, each));
    }
    steps
}

/// A text that a path leads to.
struct Match<'n, 'a> {
    text: Passage<'a>,
    /// Which child each `[]` went to.
    at: Vec<usize>,
    /// The last key that a `*` went through.
    key: Option<String>,
    /// The nearest thing around it that holds several.
    record: &'n Node<'a>,
}

fn walk<'n, 'a>(
    node: &'n Node<'a>,
    record: &'n Node<'a>,
    steps: &[Step],
    at: &mut Vec<usize>,
    key: Option<&str>,
    found: &mut Vec<Match<'n, 'a>>,
) {
    match (steps.split_first(), node) {
        (None, Node::Text { text, .. }) if !text.is_blank() => {
            found.push(Match { text: text.clone(), at: at.clone(), key: key.map(str::to_owned), record });
        }
        (Some((Step::Key(name), rest)), _) => {
            if let Some(child) = node.get(name) {
                walk(child, record, rest, at, key, found);
            } else if let Node::List(items) = node {
                // `macros.body` means each of the macros.
                for item in items {
                    walk(item, item, steps, at, key, found);
                }
            }
        }
        (Some((Step::Each, rest)), Node::List(items)) => {
            for (index, item) in items.iter().enumerate() {
                at.push(index);
                walk(item, item, rest, at, key, found);
                at.pop();
            }
        }
        (Some((Step::Each, rest)), Node::Map(entries)) => {
            for (index, (name, item)) in entries.iter().enumerate() {
                at.push(index);
                walk(item, item, rest, at, Some(&name.text), found);
                at.pop();
            }
        }
        _ => {}
    }
}

/// The scalar at `steps`, where each `[]` goes to the child that `at` says.
fn fixed<'n>(node: &'n Node<'_>, steps: &[Step], at: &[usize]) -> Option<&'n str> {
    match (steps.split_first(), node) {
        (None, node) => node.scalar(),
        (Some((Step::Key(name), rest)), node) => fixed(node.get(name)?, rest, at),
        (Some((Step::Each, rest)), Node::List(items)) => fixed(items.get(*at.first()?)?, rest, &at[1..]),
        (Some((Step::Each, rest)), Node::Map(entries)) => fixed(&entries.get(*at.first()?)?.1, rest, &at[1..]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_steps() {
        assert_eq!(steps("a[].b"), [Step::Key("a".into()), Step::Each, Step::Key("b".into())]);
        assert_eq!(steps("a.*[].text"), [Step::Key("a".into()), Step::Each, Step::Each, Step::Key("text".into())]);
    }
}

//! Markdown cut into blocks, by lines: just enough to see how a collection lays out its replies.
//!
//! Not a Markdown parser on purpose: collections put fences inside fences without longer marks, and people read those
//! as they were meant.

use crate::input::common::passage::{Builder, Passage};
use crate::input::common::signs::is_item;
use crate::text::Span;

/// What a block is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A heading with its level and text.
    Heading(usize, String),
    /// A fence with the word behind its mark.
    Fence(String),
    /// A quote.
    Quote,
    /// A line `---`.
    Rule,
    /// A comment that takes whole lines.
    Comment,
    /// A table.
    Table,
    /// A list.
    List,
    /// A line that says what follows, `**Reply:**`, and what stands on it, if anything does.
    Label(String, String),
    /// A paragraph in italics: a word to the agent.
    Note,
    /// A paragraph.
    Paragraph,
}

/// A block and its lines in the file.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub kind: Kind,
    pub span: Span,
    /// The lines of what is inside, without fence, quote mark or indentation.
    pub inner: Vec<Span>,
}

impl Block {
    /// What is inside, as a reply has it.
    pub(super) fn text<'a>(&self, file: &'a str) -> Passage<'a> {
        if let (Some(first), Some(last)) = (self.inner.first(), self.inner.last())
            && self.inner.windows(2).all(|pair| pair[0].end == pair[1].start)
        {
            return Passage::of_file(file, Span::new(first.start, last.end));
        }
        let mut out = Builder::default();
        for line in &self.inner {
            out.copy(file, *line);
        }
        out.done()
    }
}

struct Line<'a> {
    text: &'a str,
    start: usize,
    end: usize,
}

impl Line<'_> {
    fn trimmed(&self) -> &str {
        self.text.trim()
    }

    fn indent(&self) -> usize {
        self.text.len() - self.text.trim_start_matches([' ', '\t']).len()
    }

    /// The line without its first `indent` blanks.
    fn from(&self, indent: usize) -> Span {
        Span::new(self.start + self.indent().min(indent), self.end)
    }
}

/// The mark of a fence: which character, how often, and the word behind it.
fn fence(line: &str) -> Option<(char, usize, &str)> {
    let line = line.trim();
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let count = line.chars().take_while(|c| *c == mark).count();
    let info = line[count..].trim();
    (count >= 3 && !(mark == '`' && info.contains('`'))).then_some((mark, count, info))
}

pub(super) fn heading(line: &str) -> Option<(usize, &str)> {
    if line.starts_with("    ") {
        return None;
    }
    let line = line.trim();
    let level = line.bytes().take_while(|b| *b == b'#').count();
    let text = line[level.min(line.len())..].trim().trim_end_matches('#').trim();
    ((1..=6).contains(&level) && line[level..].starts_with([' ', '\t']) && !text.is_empty()).then_some((level, text))
}

fn is_rule(line: &str) -> bool {
    let line: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    line.len() >= 3 && ['-', '*', '_'].iter().any(|mark| line.chars().all(|c| c == *mark))
}

/// `**Reply:**`, `**Subject:** Your refund`, `Subject: x`, `**A title**`: what it says and what stands behind it.
fn label(line: &str) -> Option<(String, String)> {
    let line = line.trim();
    let line = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")).unwrap_or(line).trim();
    for mark in ["***", "**", "__", "*", "_"] {
        let Some(rest) = line.strip_prefix(mark) else {
            continue;
        };
        let (inside, after) = rest.split_once(mark)?;
        let inside = inside.trim();
        if inside.is_empty() || inside.len() > 120 {
            return None;
        }
        let colon = inside.ends_with(':') || after.trim_start().starts_with(':');
        let title = inside.trim_end_matches(':').trim().to_owned();
        let after = after.trim_start().trim_start_matches(':').trim().to_owned();
        let strong = mark.len() >= 2;
        return (colon || (strong && after.is_empty())).then_some((title, after));
    }
    let (title, after) = line.split_once(':')?;
    let short = title.len() <= 30 && !title.is_empty() && title.split_whitespace().count() <= 3;
    let known = crate::input::common::names::is_subject_label(title)
        || (after.trim().is_empty()
            && (crate::input::common::names::is_reply_label(title)
                || crate::input::common::names::is_customer_label(title)));
    (short && known && title.chars().all(|c| c.is_alphanumeric() || c == ' '))
        .then(|| (title.to_owned(), after.trim().to_owned()))
}

/// Front matter at the start of a file, `---` or `+++` lines included: where it ends, and what is in it.
pub(super) fn front_matter(text: &str) -> Option<(usize, Span)> {
    let mark = ["---", "+++"].into_iter().find(|mark| {
        text.strip_prefix(mark).is_some_and(|rest| rest.trim_start_matches([' ', '\t', '\r']).starts_with('\n'))
    })?;
    let first = text.find('\n')? + 1;
    let mut at = first;
    for (number, line) in text[first..].split_inclusive('\n').enumerate() {
        if line.trim_end() == mark {
            // Two rules around a paragraph are no front matter.
            let inner = &text[first..at];
            let keyed = inner.lines().all(|l| {
                l.trim().is_empty()
                    || l.starts_with([' ', '\t', '#', '-', ']', '}'])
                    || l.contains(':')
                    || l.contains('=')
            });
            return (number > 0 && keyed).then(|| (at + line.len(), Span::new(first, at)));
        }
        at += line.len();
    }
    None
}

/// The blocks of `file` from byte `from` on.
pub(super) fn blocks(file: &str, from: usize) -> Vec<Block> {
    let mut start = from;
    let lines: Vec<Line<'_>> = file[from..]
        .split_inclusive('\n')
        .map(|text| {
            let line = Line { text: text.trim_end_matches(['\n', '\r']), start, end: start + text.len() };
            start += text.len();
            line
        })
        .collect();
    let mut out = Vec::new();
    let mut fences = Fences { lines: &lines, unended: 0 };
    let mut at = 0;
    while at < lines.len() {
        let line = &lines[at];
        let trimmed = line.trimmed();
        if trimmed.is_empty() {
            at += 1;
            continue;
        }
        let first = at;
        let mut inner = Vec::new();
        let kind = if let Some((mark, count, info)) = fence(line.text) {
            let indent = line.indent();
            let end = fences.closing(at, mark, count, info);
            inner.extend(lines[at + 1..end.min(lines.len())].iter().map(|line| line.from(indent)));
            at = end + 1;
            Kind::Fence(info.split_whitespace().next().unwrap_or("").to_ascii_lowercase())
        } else if let Some((level, text)) = heading(line.text) {
            at += 1;
            Kind::Heading(level, text.to_owned())
        } else if trimmed.starts_with("<!--") {
            while at < lines.len() && !lines[at].text.contains("-->") {
                at += 1;
            }
            at += 1;
            Kind::Comment
        } else if trimmed.starts_with('>') {
            while at < lines.len() && lines[at].trimmed().starts_with('>') {
                let text = lines[at].text;
                let mark = text.find('>').map_or(0, |at| at + 1);
                let space = usize::from(text[mark..].starts_with(' '));
                inner.push(Span::new(lines[at].start + mark + space, lines[at].end));
                at += 1;
            }
            Kind::Quote
        } else if is_rule(trimmed) {
            at += 1;
            Kind::Rule
        } else if trimmed.starts_with('|') {
            while at < lines.len() && lines[at].trimmed().starts_with('|') {
                at += 1;
            }
            Kind::Table
        } else if let Some((title, after)) = label(line.text) {
            at += 1;
            Kind::Label(title, after)
        } else {
            let item = is_item(line.text);
            while at < lines.len() && !lines[at].trimmed().is_empty() {
                let text = lines[at].text;
                let begins = at > first
                    && (fence(text).is_some()
                        || heading(text).is_some()
                        || lines[at].trimmed().starts_with('>')
                        || is_rule(text));
                if begins {
                    break;
                }
                at += 1;
            }
            let text = file[line.start..lines[at - 1].end].trim();
            let italic = ['_', '*'].iter().any(|mark| {
                text.len() > 2
                    && text.starts_with(*mark)
                    && text.ends_with(*mark)
                    && !text.starts_with("**")
                    && !text.starts_with("__")
                    && !text[1..text.len() - 1].contains("\n\n")
                    && text.matches(*mark).count() == 2
            });
            if italic {
                Kind::Note
            } else if item {
                Kind::List
            } else {
                Kind::Paragraph
            }
        };
        at = at.min(lines.len());
        let span = Span::new(lines[first].start, lines[at - 1].end);
        if inner.is_empty() && !matches!(kind, Kind::Fence(_)) {
            inner.push(span);
        }
        out.push(Block { kind, span, inner });
    }
    out
}

/// Fences that hold fences and never end, until a file's fences are taken to hold none: each is looked for to its end.
const UNENDED_MAX: usize = 16;

/// The fences of a file.
struct Fences<'l, 'a> {
    lines: &'l [Line<'a>],
    /// How many of them, counted as nested, never ended.
    unended: usize,
}

impl Fences<'_, '_> {
    /// The line that closes the fence of line `open`. A mark with a word inside opens a fence in the fence.
    fn closing(&mut self, open: usize, mark: char, count: usize, info: &str) -> usize {
        // Only what is itself Markdown, or says nothing, has fences in it.
        let nests = self.unended < UNENDED_MAX && matches!(info, "" | "markdown" | "md" | "text" | "txt");
        let mut depth = 1usize;
        let mut flat = None;
        for (index, line) in self.lines.iter().enumerate().skip(open + 1) {
            let Some((other, more, word)) = fence(line.text) else {
                continue;
            };
            if other != mark || more < count {
                continue;
            }
            if !word.is_empty() {
                depth += usize::from(nests && more == count);
            } else {
                flat = flat.or(Some(index));
                depth -= 1;
                if depth == 0 {
                    return index;
                }
            }
        }
        // Counted as nested they never end: then the first mark ends it, and without one the file does.
        self.unended += 1;
        flat.unwrap_or(self.lines.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(file: &str) -> Vec<Kind> {
        blocks(file, 0).into_iter().map(|block| block.kind).collect()
    }

    #[test]
    fn fences_in_fences_are_one_block() {
        let file = "## A\n```markdown\nHi\n```bash\n# no heading\n```\nBye\n```\n## B\n";
        let found = blocks(file, 0);
        assert_eq!(found.len(), 3);
        assert_eq!(found[1].text(file).text, "Hi\n```bash\n# no heading\n```\nBye\n");
    }

    #[test]
    fn labels_notes_and_quotes_are_told_apart() {
        let file = "**Reply:**\n_then close_\n\n> a\n> b\n\n**Subject:** x\n\nplain *word* here\n\n---\n";
        assert_eq!(
            kinds(file),
            [
                Kind::Label("Reply".into(), String::new()),
                Kind::Note,
                Kind::Quote,
                Kind::Label("Subject".into(), "x".into()),
                Kind::Paragraph,
                Kind::Rule
            ]
        );
        assert_eq!(blocks(file, 0)[2].text(file).text, "a\nb\n");
    }

    #[test]
    fn front_matter_is_no_pair_of_rules() {
        assert!(front_matter("---\ntitle: x\n---\nHi").is_some());
        assert!(front_matter("---\nHello there\n---\nHi").is_none());
        assert!(front_matter("Hi\n---\n").is_none());
    }
}

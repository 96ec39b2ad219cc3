//! Asides: what a file says to replylint and not to a customer. Where each file format has them is for the reader of
//! that format to know; what they say is for the linter.

use super::Span;
use memchr::memmem;

/// The name that an aside begins with.
pub(crate) const ADDRESSEE: &str = "replylint";

/// Something in a file that is meant for replylint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    /// All of it, marks included, in bytes of the file.
    pub span: Span,
    /// What it says, without its marks.
    pub words: String,
    /// Where and how it stands.
    pub standing: Standing,
}

/// Where and how an aside stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A comment.
    Comment,
    /// A rule under `ignore` of the front matter, with the reason if there is one.
    FrontMatter(Option<String>),
    /// An `ignore` of the front matter that is neither a name, a list of names nor names with reasons.
    Unreadable,
    /// A comment that nothing ends.
    Unclosed,
    /// It looks like a comment and is a part of a reply: a customer would read it.
    Sent,
}

impl Aside {
    /// The comment of `text` that begins at byte `start`, its words at byte `words`, up to the mark that it ends with.
    pub(crate) fn comment(text: &str, start: usize, words: usize, end: &mut End<'_>) -> Self {
        match end.find(text, words) {
            Some(len) => Self {
                span: Span::new(start, words + len + end.mark.len()),
                words: text[words..words + len].to_owned(),
                standing: Standing::Comment,
            },
            None => Self::line(text, start, words, Standing::Unclosed),
        }
    }

    /// The same, up to the end of the line.
    pub(crate) fn line(text: &str, start: usize, words: usize, standing: Standing) -> Self {
        let rest = &text[words..];
        // The name may stand on the next line.
        let name = rest.len() - rest.trim_start().len();
        let len = rest[name..].find(['\n', '\r']).map_or(rest.len(), |len| name + len);
        let said = rest[..len].trim_end();
        Self { span: Span::new(start, words + said.len()), words: said.to_owned(), standing }
    }

    /// The comments `<!-- -->` of `text`, wherever they stand.
    pub(crate) fn comments(text: &str) -> Vec<Self> {
        let mut end = End::new("-->");
        let mut asides: Vec<Self> = Vec::new();
        for (start, words) in candidates(text, &["<!--"]) {
            // What looks like a comment in a comment is a part of it.
            if asides.last().is_none_or(|last| last.span.end <= start) {
                asides.push(Self::comment(text, start, words, &mut end));
            }
        }
        asides
    }
}

/// A mark that ends comments. Where it stands nowhere in the rest of a text, that is found out once.
#[derive(Clone, Debug)]
pub(crate) struct End<'m> {
    mark: &'m str,
    is_absent: bool,
}

impl<'m> End<'m> {
    pub(crate) fn new(mark: &'m str) -> Self {
        Self { mark, is_absent: false }
    }

    /// How far behind byte `from` of `text` it stands. Later calls ask for the same text, further on.
    pub(crate) fn find(&mut self, text: &str, from: usize) -> Option<usize> {
        if self.is_absent {
            return None;
        }
        let found = text[from..].find(self.mark);
        self.is_absent = found.is_none();
        found
    }
}

/// The asides that begin with any of `marks`, whatever they are: where each begins, and where its words do.
pub(crate) fn candidates(text: &str, marks: &[&str]) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = marks
        .iter()
        .flat_map(|mark| memmem::find_iter(text.as_bytes(), mark).map(|at| (at, at + mark.len())))
        .filter(|(_, words)| is_addressed(&text[*words..]))
        .collect();
    found.sort_unstable();
    found
}

/// Whether a comment is meant for replylint: it begins with the name and a colon, or with the name, well spelt or not, and
/// a word such as `ignore`. A comment that only speaks of the program is none.
fn is_addressed(words: &str) -> bool {
    let in_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let words = words.trim_start();
    let end = words.find(|c: char| !in_word(c)).unwrap_or(words.len());
    let (name, rest) = words.split_at(end);
    if !(ADDRESSEE.len() - 2..=ADDRESSEE.len() + 3).contains(&name.len()) {
        return false;
    }
    let distance = strsim::osa_distance(&name.to_lowercase().replace(['-', '_'], ""), ADDRESSEE);
    let rest = rest.trim_start();
    let after = rest.trim_start_matches(':').trim_start();
    let next = after[..after.find(|c: char| !in_word(c)).unwrap_or(after.len())].to_lowercase();
    let is_order = ["ignor", "disable", "off"].iter().any(|order| next.starts_with(order))
        || strsim::osa_distance(&next, "ignore") <= 2;
    match distance {
        0 => rest.starts_with(':') || is_order,
        1 | 2 => is_order,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_about_the_program_are_not_for_it() {
        for addressed in
            ["replylint: x", " replylint:ignore", "replylint ignore a", "reply-lint: ignore a", "replylnt ignroe"]
        {
            assert!(is_addressed(addressed), "{addressed}");
        }
        for other in ["replylint checks this", "reply: ignore", "replylist: macros", "a replylint: ignore", "TODO", ""]
        {
            assert!(!is_addressed(other), "{other}");
        }
    }
}

//! Mail: `.eml` drafts and mailboxes. A build without the feature `mail` knows them, and says that it can't read them.

#[cfg(feature = "mail")]
mod message;

use super::{Reply, Source};
use crate::problem::Problem;

/// The headers that nearly every mail has one of.
const HEADERS: [&str; 12] = [
    "from",
    "to",
    "date",
    "message-id",
    "mime-version",
    "received",
    "return-path",
    "delivered-to",
    "cc",
    "reply-to",
    "in-reply-to",
    "subject",
];

/// Whether a text begins with the headers of a mail.
pub(super) fn looks_like(text: &str) -> bool {
    let mut lines = text.lines().skip_while(|line| line.starts_with("From ")).peekable();
    let mut known = 0;
    let mut addressed = false;
    while let Some(line) = lines.next() {
        if line.trim().is_empty() {
            return known >= 2 && addressed && lines.next().is_some();
        }
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((name, value)) = line.split_once(':') else {
            return false;
        };
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return false;
        }
        let name = name.to_ascii_lowercase();
        known += usize::from(HEADERS.contains(&name.as_str()));
        addressed |= matches!(name.as_str(), "from" | "to") && value.contains('@')
            || matches!(name.as_str(), "mime-version" | "message-id");
    }
    false
}

pub(super) fn replies<'a>(source: &Source<'a>) -> (Vec<Reply<'a>>, Vec<Problem>) {
    #[cfg(feature = "mail")]
    return (message::replies(source.text), Vec::new());
    #[cfg(not(feature = "mail"))]
    return (
        Vec::new(),
        vec![
            Problem::in_file(source.path, "this is a mail, and this replylint was built without them")
                .help("build it with the feature `mail`, save the text alone, or exclude the file"),
        ],
    );
}

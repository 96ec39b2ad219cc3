//! The rules that spoke: what each says, why, and what to write instead.

use super::super::common::{declared, unfilled};
use super::{Page, Text};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::io::{self, Write};

/// What stands as it is in the anchor of a rule.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Where a link to a rule leads, without the `#`.
pub(super) fn anchor(id: &str) -> String {
    format!("rule-{}", utf8_percent_encode(id, PLAIN))
}

pub(super) fn write(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    if page.rules.is_empty() {
        return writeln!(out, "<p>None: nothing was found.</p>");
    }
    for (id, counts) in &page.rules {
        write!(out, "<article class=\"rule\" id=\"rule-{}\" tabindex=\"-1\"><h3>{}</h3>", Text(id), Text(id))?;
        let rule = declared(page.material.sets, id);
        if let Some(rule) = rule {
            write!(out, "<p>{}</p><dl>", Text(&unfilled(&rule.message)))?;
            if !rule.why.trim().is_empty() {
                write!(out, "<dt>Why</dt><dd>{}</dd>", Text(rule.why.trim()))?;
            }
            if !rule.instead.is_empty() {
                write!(out, "<dt>Try</dt>")?;
                for rewrite in &rule.instead {
                    write!(out, "<dd class=\"try\">{}", Text(rewrite.text.trim()))?;
                    if let Some(signal) = &rewrite.when {
                        write!(out, " <span class=\"soft\">({})</span>", Text(signal))?;
                    }
                    write!(out, "</dd>")?;
                }
            }
            if !rule.source.trim().is_empty() {
                write!(out, "<dt>Source</dt><dd>{}</dd>", Text(rule.source.trim()))?;
            }
            write!(out, "</dl>")?;
        }
        write!(out, "<p class=\"place\">")?;
        if counts.total() > 0 {
            let number = page.numbers[*id];
            let parts: Vec<String> = counts.parts().map(|(.., words)| words).collect();
            write!(out, "{}", parts.join(", "))?;
            write!(
                out,
                "<span class=\"pick\" hidden>: <a href=\"#replies\" data-rules=\"{number}\">show the replies</a></span>"
            )?;
            write!(out, " · ")?;
        }
        writeln!(out, "<code>replylint explain {}</code></p></article>", Text(id))?;
    }
    Ok(())
}

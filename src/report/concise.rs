//! One line per finding, for editors and `grep`.

use super::common::line_start;
use crate::check::Report;
use crate::lint::Shown;
use std::io::{self, Write};

pub(super) fn draw(part: &Report, out: &mut dyn Write) -> io::Result<()> {
    for reply in part.replies.iter().filter(|reply| !reply.outcome.findings.is_empty()) {
        let path = line_start(&reply.path);
        for (finding, (start, _)) in reply.outcome.findings.iter().zip(&reply.places) {
            writeln!(
                out,
                "{}:{}:{}: {}[{}] {}",
                path,
                start.line,
                start.column,
                finding.severity,
                finding.rule,
                Shown(&finding.message)
            )?;
        }
    }
    Ok(())
}

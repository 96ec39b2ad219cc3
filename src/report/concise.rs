//! One line per finding, for editors and `grep`.

use crate::check::Report;
use crate::lint::Shown;
use std::io::{self, Write};

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for reply in &report.replies {
        for (finding, (start, _)) in reply.outcome.findings.iter().zip(&reply.places) {
            writeln!(
                out,
                "{}:{}:{}: {}[{}] {}",
                Shown(&reply.path),
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

//! Checkstyle's XML: findings by file.

use super::Material;
use super::common::xml::Xml;
use super::common::{findings, level, problem_said, said, slashed};
use std::collections::HashMap;
use std::io::{self, Write};

/// One `<error>`.
struct Row {
    line: usize,
    column: usize,
    severity: &'static str,
    message: String,
    source: String,
}

pub(super) fn write(material: &Material<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut files: Vec<(&str, Vec<Row>)> = Vec::new();
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    let mut file = |path, row: Option<Row>| {
        let number = *numbers.entry(path).or_insert_with(|| {
            files.push((path, Vec::new()));
            files.len() - 1
        });
        files[number].1.extend(row);
    };
    let report = material.report;
    for reply in &report.replies {
        file(reply.path.as_str(), None);
    }
    for entry in findings(report) {
        let row = Row {
            line: entry.place.0.line,
            column: entry.place.0.column,
            severity: level(entry.finding.severity, "info"),
            message: said(entry.finding),
            source: format!("replylint.{}", entry.finding.rule.replace('/', ".")),
        };
        file(entry.reply.path.as_str(), Some(row));
    }
    for problem in &report.problems {
        let row = Row {
            line: problem.position.map_or(0, |at| at.line),
            column: problem.position.map_or(0, |at| at.column),
            severity: "error",
            message: problem_said(problem),
            source: "replylint".to_owned(),
        };
        file(problem.path.as_deref().unwrap_or(""), Some(row));
    }
    let mut xml = Xml::new(out)?;
    xml.open("checkstyle", &[("version", "4.3")])?;
    for (path, rows) in files {
        xml.open("file", &[("name", &slashed(path))])?;
        for row in rows {
            let (line, column) = (row.line.to_string(), row.column.to_string());
            let mut attributes = Vec::new();
            if row.line > 0 {
                attributes.extend([("line", line.as_str()), ("column", column.as_str())]);
            }
            attributes.extend([("severity", row.severity), ("message", &row.message), ("source", &row.source)]);
            xml.empty("error", &attributes)?;
        }
        xml.close("file")?;
    }
    xml.close("checkstyle")?;
    xml.finish()
}

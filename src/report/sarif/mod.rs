//! SARIF 2.1.0: one log with one run. Columns are code units of UTF-16, which readers that don't look at `columnKind` assume.

mod log;

use super::common::held::HeldText;
use super::common::json::{self, List};
use super::common::{Entry, Occurrences, declared, level, problem_said, said, slashed, unfilled};
use super::{Reporter, Setting, Summary};
use crate::check::{Report, Silenced, SilencedBy};
use crate::problem::Problem;
use crate::rules::declaration::RuleDecl;
use log::*;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::HashMap;
use std::io::{self, Write};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// The name of our fingerprint; the number grows when it is computed in another way.
const FINGERPRINT: &str = "replylint/v1";
/// What stands as it is in the path of a URI.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The log. The rules that spoke and what the run came to stand before the results.
pub(super) struct SarifLog<'a> {
    setting: Setting<'a>,
    results: List,
    drawn: HeldText,
    seen: Occurrences,
    /// The rules that spoke, in order of first sight, and their numbers.
    used: Vec<String>,
    numbers: HashMap<String, usize>,
    problems: Vec<Problem>,
}

/// How deep results stand in the log.
const DEPTH: usize = 4;

impl<'a> SarifLog<'a> {
    pub(super) fn new(setting: Setting<'a>) -> Self {
        Self {
            setting,
            results: List::default(),
            drawn: HeldText::default(),
            seen: Occurrences::default(),
            used: Vec::new(),
            numbers: HashMap::new(),
            problems: Vec::new(),
        }
    }

    fn number(&mut self, rule: &str) -> usize {
        if let Some(number) = self.numbers.get(rule) {
            return *number;
        }
        self.used.push(rule.to_owned());
        self.numbers.insert(rule.to_owned(), self.used.len() - 1);
        self.used.len() - 1
    }
}

impl Reporter for SarifLog<'_> {
    fn part(&mut self, part: &Report, _drawn: &[u8], _out: &mut dyn Write) -> io::Result<()> {
        self.problems.extend_from_slice(&part.problems);
        for entry in self.seen.entries(part) {
            let number = self.number(&entry.finding.rule);
            self.results.item(&result(&entry, number), DEPTH, &mut self.drawn)?;
        }
        Ok(())
    }

    fn end(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        let run = Run {
            tool: Tool {
                driver: Driver {
                    name: "replylint",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: self.used.iter().map(|id| rule(&self.setting, id)).collect(),
                },
            },
            invocations: [Invocation {
                execution_successful: self.problems.is_empty(),
                exit_code: summary.exit_status(self.setting.fail_on),
                tool_execution_notifications: self.problems.iter().map(notification).collect(),
            }],
            column_kind: "utf16CodeUnits",
            newline_sequences: ["\r\n", "\n", "\r"],
            results: [],
        };
        let mut log = Vec::new();
        json::write(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] }, &mut log)?;
        // The results are the last that a log holds.
        const EMPTY: &[u8] = b"]\n    }\n  ]\n}\n";
        let before =
            log.strip_suffix(EMPTY).ok_or_else(|| io::Error::other("the log does not end with its results"))?;
        out.write_all(before)?;
        self.drawn.give(out)?;
        self.results.end(DEPTH, out)?;
        out.write_all(&EMPTY[1..])
    }
}

fn rule<'a>(setting: &Setting<'a>, id: &'a str) -> Rule<'a> {
    let declared = declared(setting.sets, id);
    let compiled = setting.book.rules.iter().find(|rule| rule.id == id);
    let message = declared.map_or(id, |rule| rule.message.trim());
    Rule {
        id,
        short_description: text(one_line(&unfilled(message))),
        full_description: text(declared.map_or_else(|| one_line(&unfilled(message)), |rule| one_line(&rule.why))),
        help: declared.map(|rule| help(id, rule)),
        default_configuration: Configuration { level: compiled.map_or("warning", |rule| level(rule.severity, "note")) },
        properties: Tags { tags: [id.split('/').next().unwrap_or(id)] },
    }
}

/// Why the rule is there and what to write instead, as plain text and as Markdown.
fn help(id: &str, rule: &RuleDecl) -> Help {
    let mut plain = one_line(&rule.why);
    let mut markdown = plain.clone();
    if !rule.instead.is_empty() {
        plain.push_str("\n\nTry:");
        markdown.push_str("\n\n**Try**\n");
        for rewrite in &rule.instead {
            let line = one_line(&rewrite.text);
            plain.push_str(&format!("\n- {line}"));
            markdown.push_str(&format!("\n- {line}"));
        }
    }
    if !rule.source.trim().is_empty() {
        let source = one_line(&rule.source);
        plain.push_str(&format!("\n\nSource: {source}"));
        markdown.push_str(&format!("\n\n**Source**: {source}"));
    }
    plain.push_str(&format!("\n\nMore: replylint explain {id}"));
    markdown.push_str(&format!("\n\n**More**: `replylint explain {id}`"));
    Help { text: plain, markdown }
}

fn result<'a>(entry: &Entry<'a>, rule_index: usize) -> Outcome<'a> {
    let region = Region {
        start_line: entry.place.0.line,
        start_column: Some(entry.columns.0.utf16),
        end_line: Some(entry.place.1.line),
        end_column: Some(entry.columns.1.utf16),
    };
    let artifact = ArtifactLocation { uri: uri(&entry.reply.path) };
    let fix = entry.edit().map(|edit| Fix {
        description: text(
            if edit.safe { "Changes no meaning" } else { "May change the meaning: read it first" }.to_owned(),
        ),
        artifact_changes: [ArtifactChange {
            artifact_location: artifact.clone(),
            replacements: [Replacement {
                deleted_region: region,
                inserted_content: Message { text: edit.with.clone() },
            }],
        }],
    });
    Outcome {
        rule_id: &entry.finding.rule,
        rule_index,
        level: level(entry.finding.severity, "note"),
        message: text(linkless(&said(entry.finding))),
        locations: [Location {
            physical_location: Some(PhysicalLocation { artifact_location: artifact, region: Some(region) }),
            logical_locations: entry
                .reply
                .name
                .iter()
                .map(|name| LogicalLocation { name: crate::lint::Shown(name).to_string() })
                .collect(),
        }],
        partial_fingerprints: [(FINGERPRINT, format!("{:016x}:{}", entry.finding.fingerprint, entry.occurrence))]
            .into(),
        fixes: fix.into_iter().collect(),
        suppressions: entry.silenced.map(suppression).into_iter().collect(),
    }
}

fn suppression(silenced: &Silenced) -> Suppression<'_> {
    Suppression {
        kind: match silenced.by {
            SilencedBy::Comment | SilencedBy::FrontMatter => "inSource",
            SilencedBy::Baseline => "external",
        },
        status: "accepted",
        justification: silenced.reason.as_deref(),
    }
}

fn notification(problem: &Problem) -> Notification {
    let location = problem.path.as_deref().map(|path| Location {
        physical_location: Some(PhysicalLocation {
            artifact_location: ArtifactLocation { uri: uri(path) },
            // A problem's column is counted in characters, not as ours are here.
            region: problem.position.map(|at| Region {
                start_line: at.line,
                start_column: None,
                end_line: None,
                end_column: None,
            }),
        }),
        logical_locations: Vec::new(),
    });
    Notification {
        level: "error",
        message: text(linkless(&problem_said(problem))),
        locations: location.into_iter().collect(),
    }
}

/// A path as a URI: relative as it was named, or `file:` if it is absolute.
fn uri(path: &str) -> String {
    let path = slashed(path);
    let encoded = utf8_percent_encode(&path, PLAIN).to_string();
    if path.starts_with('/') {
        format!("file://{encoded}")
    } else if std::path::Path::new(&*path).is_absolute() {
        // `C:/x`: the colon of a drive stays.
        format!("file:///{}", encoded.replacen("%3A", ":", 1))
    } else {
        encoded
    }
}

/// Plain messages may hold links, `[text](target)`: those of a draft are none.
fn linkless(text: &str) -> String {
    text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

fn text(text: String) -> Message {
    Message { text }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_uris() {
        assert_eq!(uri("a b/c%d:e,f\né.md"), "a%20b/c%25d%3Ae%2Cf%0A%C3%A9.md");
        assert_eq!(uri("../x.md"), "../x.md");
        assert_eq!(uri("/x y.md"), "file:///x%20y.md");
    }
}

//! One page for people: totals, charts, every reply with its marked passages, and the rules that spoke. It needs no network,
//! and no script but for its filters. What a draft says is text in it: escaped, with control characters made visible, and
//! without line ends, so that no line of the page starts with a draft's words.

mod reply;
mod rules;

use super::common::{missed_by, slashed};
use super::summary::{Summary, count};
use super::{Material, Reporter, Setting};
use crate::check::{ReplyReport, Report};
use crate::lint::Shown;
use crate::rules::Severity;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::io::{self, Write};

/// `<!--name-->` stands where a part of that name is written.
const PAGE: &str = include_str!("html/page.html");
const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");
/// SHA-256 of the two, in Base64. `tests/report.rs` reckons them, so that the program need not.
const STYLE_HASH: &str = "y/hfytHHEqMDgXTOdeXMmtxO1LtC6CU2uK5afBD+yKQ=";
const SCRIPT_HASH: &str = "W3UI/Fa+sok5X47aw16zC0BjUF3WqY1AeY/dk1XDly4=";
/// Rules in the chart; the others are a click away.
const CHARTED_RULES: usize = 12;

/// Text of a draft or a rule as it stands in HTML, between tags or between quotes.
struct Text<'a>(&'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, line) in self.0.split('\n').enumerate() {
            if number > 0 {
                f.write_str("&#10;")?;
            }
            for (number, part) in line.strip_suffix('\r').unwrap_or(line).split('\r').enumerate() {
                if number > 0 {
                    f.write_str("&#10;")?;
                }
                let visible = Shown(part).to_string();
                let mut rest = visible.as_str();
                while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
                    f.write_str(&rest[..at])?;
                    f.write_str(match rest.as_bytes()[at] {
                        b'&' => "&amp;",
                        b'<' => "&lt;",
                        b'>' => "&gt;",
                        b'"' => "&quot;",
                        _ => "&#39;",
                    })?;
                    rest = &rest[at + 1..];
                }
                f.write_str(rest)?;
            }
        }
        Ok(())
    }
}

/// Findings by severity.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    errors: usize,
    warnings: usize,
    suggestions: usize,
}

impl Counts {
    fn add(&mut self, severity: Severity) {
        match severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Suggestion => self.suggestions += 1,
        }
    }

    fn of(reply: &ReplyReport) -> Self {
        let mut counts = Self::default();
        reply.outcome.findings.iter().for_each(|finding| counts.add(finding.severity));
        counts
    }

    fn total(self) -> usize {
        self.errors + self.warnings + self.suggestions
    }

    /// The gravest first: what needs a hand most.
    fn need(self) -> (usize, usize, usize) {
        (self.errors, self.warnings, self.suggestions)
    }

    /// Class, number and words of each severity that there is.
    fn parts(self) -> impl Iterator<Item = (&'static str, usize, String)> {
        [
            ("error", self.errors, count(self.errors, "error", "errors")),
            ("warning", self.warnings, count(self.warnings, "warning", "warnings")),
            ("suggestion", self.suggestions, count(self.suggestions, "suggestion", "suggestions")),
        ]
        .into_iter()
        .filter(|(_, number, _)| *number > 0)
    }
}

/// What the parts of the page are written from.
struct Page<'a> {
    material: &'a Material<'a>,
    /// Per rule that spoke, how often.
    rules: BTreeMap<&'a str, Counts>,
    /// The rules' numbers on the page.
    numbers: HashMap<&'a str, usize>,
    /// The files, with how many replies each holds.
    files: Vec<(&'a str, usize)>,
    /// The number of each file.
    file_numbers: HashMap<&'a str, usize>,
    /// The signals whose lack rules report.
    missed_by: HashMap<&'a str, usize>,
}

/// The page shows the replies that need a hand first, and charts of them all: it is written when all are there.
pub(super) struct Html<'a> {
    setting: Setting<'a>,
    report: Report,
}

impl<'a> Html<'a> {
    pub(super) fn new(setting: Setting<'a>) -> Self {
        Self { setting, report: Report::default() }
    }
}

impl Reporter for Html<'_> {
    fn part(&mut self, part: &Report, _drawn: &[u8], _out: &mut dyn Write) -> io::Result<()> {
        self.report.append(part.clone());
        Ok(())
    }

    fn end(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        self.report.fixes = summary.fixes;
        let Setting { book, sets, fail_on, .. } = self.setting;
        write(&Material { report: &self.report, book, sets, fail_on }, out)
    }
}

fn write(material: &Material<'_>, out: &mut dyn Write) -> io::Result<()> {
    let page = Page::new(material);
    let mut rest = PAGE;
    while let Some((before, after)) = rest.split_once("<!--") {
        write!(out, "{before}")?;
        let (name, after) = after.split_once("-->").unwrap_or((after, ""));
        match name {
            "policy" => policy(out)?,
            "style" => write!(out, "<style>{STYLE}</style>")?,
            "script" => write!(out, "<script>{SCRIPT}</script>")?,
            "totals" => page.totals(out)?,
            "problems" => page.problems(out)?,
            "charts" => page.charts(out)?,
            "filters" => page.filters(out)?,
            "replies" => page.replies(out)?,
            "rules" => rules::write(&page, out)?,
            "footer" => write!(out, "replylint {}", env!("CARGO_PKG_VERSION"))?,
            _ => {}
        }
        rest = after;
    }
    write!(out, "{rest}")
}

/// Forbids everything but the page's own style and script, which are known by their hashes: no network, and no script of a
/// draft's even if one got in.
fn policy(out: &mut dyn Write) -> io::Result<()> {
    write!(
        out,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; \
         script-src 'sha256-{SCRIPT_HASH}'; base-uri 'none'; form-action 'none'\">"
    )
}

/// A bar of up to `most`, one part per severity.
fn bar(parts: impl Iterator<Item = (&'static str, usize)>, most: usize, out: &mut dyn Write) -> io::Result<()> {
    write!(
        out,
        "<svg class=\"bar\" viewBox=\"0 0 {} 1\" preserveAspectRatio=\"none\" aria-hidden=\"true\">",
        most.max(1)
    )?;
    let mut at = 0;
    for (class, number) in parts {
        write!(out, "<rect class=\"{class}\" x=\"{at}\" width=\"{number}\" height=\"1\"/>")?;
        at += number;
    }
    write!(out, "</svg>")
}

impl<'a> Page<'a> {
    fn new(material: &'a Material<'a>) -> Self {
        let mut rules: BTreeMap<&str, Counts> = BTreeMap::new();
        let mut files: Vec<(&str, usize)> = Vec::new();
        let mut file_numbers: HashMap<&str, usize> = HashMap::new();
        for reply in &material.report.replies {
            for finding in &reply.outcome.findings {
                rules.entry(&finding.rule).or_default().add(finding.severity);
            }
            // A rule that is silenced everywhere has its entry too.
            for silenced in &reply.silenced {
                rules.entry(&silenced.finding.rule).or_default();
            }
            let number = *file_numbers.entry(&reply.path).or_insert_with(|| {
                files.push((&reply.path, 0));
                files.len() - 1
            });
            files[number].1 += 1;
        }
        let numbers = rules.keys().enumerate().map(|(number, id)| (*id, number)).collect();
        let missed_by = missed_by(material.book);
        Self { material, rules, numbers, files, file_numbers, missed_by }
    }

    /// The sets that spoke, with the numbers of their rules.
    fn sets(&self) -> Vec<(&'a str, Counts, Vec<String>)> {
        let mut sets: Vec<(&str, Counts, Vec<String>)> = Vec::new();
        for (number, (id, counts)) in self.rules.iter().enumerate().filter(|(_, (_, counts))| counts.total() > 0) {
            let set = id.split('/').next().unwrap_or(id);
            if sets.last().is_none_or(|(last, ..)| *last != set) {
                sets.push((set, Counts::default(), Vec::new()));
            }
            if let Some((_, sum, numbers)) = sets.last_mut() {
                sum.errors += counts.errors;
                sum.warnings += counts.warnings;
                sum.suggestions += counts.suggestions;
                numbers.push(number.to_string());
            }
        }
        sets
    }

    fn totals(&self, out: &mut dyn Write) -> io::Result<()> {
        let summary = Summary::of(self.material.report);
        let tiles = [
            ("", summary.replies, if summary.replies == 1 { "reply" } else { "replies" }, true),
            ("error", summary.errors, if summary.errors == 1 { "error" } else { "errors" }, true),
            ("warning", summary.warnings, if summary.warnings == 1 { "warning" } else { "warnings" }, true),
            (
                "suggestion",
                summary.suggestions,
                if summary.suggestions == 1 { "suggestion" } else { "suggestions" },
                true,
            ),
            ("clean", summary.clean, if summary.clean == 1 { "clean reply" } else { "clean replies" }, true),
            ("", summary.silenced, "silenced", summary.silenced > 0),
            (
                "error",
                summary.problems,
                if summary.problems == 1 { "problem" } else { "problems" },
                summary.problems > 0,
            ),
        ];
        write!(out, "<ul class=\"totals\">")?;
        for (class, number, words, _) in tiles.iter().filter(|(.., is_shown)| *is_shown) {
            write!(out, "<li class=\"{class}\"><b>{number}</b> {words}</li>")?;
        }
        writeln!(out, "</ul>")?;
        let mut shares = [("error", 0), ("warning", 0), ("suggestion", 0), ("clean", 0)];
        for reply in self.material.report.replies.iter().filter(|reply| !reply.is_aside) {
            let worst = Counts::of(reply).parts().next().map_or("clean", |(class, ..)| class);
            shares.iter_mut().filter(|(class, _)| *class == worst).for_each(|(_, number)| *number += 1);
        }
        write!(out, "<div class=\"share\">")?;
        bar(shares.into_iter(), summary.replies, out)?;
        let [(_, errors), (_, warnings), (_, suggestions), (_, clean)] = shares;
        write!(
            out,
            "<p class=\"soft\">By their gravest finding: {} with errors, {warnings} with warnings, {suggestions} with \
             suggestions only, {clean} clean.</p></div>",
            count(errors, "reply", "replies"),
        )
    }

    fn problems(&self, out: &mut dyn Write) -> io::Result<()> {
        let report = self.material.report;
        if report.problems.is_empty() && report.empty.is_empty() {
            return Ok(());
        }
        write!(out, "<section class=\"problems\" aria-labelledby=\"problems-title\"><h2 id=\"problems-title\">")?;
        writeln!(out, "What could not be checked</h2><ul>")?;
        for problem in &report.problems {
            write!(out, "<li>")?;
            if let Some(path) = &problem.path {
                write!(out, "<b>{}", Text(path))?;
                if let Some(at) = problem.position {
                    write!(out, ":{}:{}", at.line, at.column)?;
                }
                write!(out, "</b> ")?;
            }
            write!(out, "{}", Text(&problem.message))?;
            if let Some(help) = &problem.help {
                write!(out, " <span class=\"soft\">({})</span>", Text(help))?;
            }
            writeln!(out, "</li>")?;
        }
        for path in &report.empty {
            writeln!(out, "<li><b>{}</b> holds no reply</li>", Text(&slashed(path)))?;
        }
        write!(out, "</ul></section>")
    }

    fn charts(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut sets = self.sets();
        if sets.is_empty() {
            return Ok(());
        }
        let by_number = |counts: &Counts| std::cmp::Reverse(counts.total());
        sets.sort_by_key(|(_, counts, _)| by_number(counts));
        let mut rules: Vec<_> = self.rules.iter().filter(|(_, counts)| counts.total() > 0).collect();
        rules.sort_by_key(|(_, counts)| by_number(counts));
        write!(out, "<div class=\"charts\"><section class=\"chart\" aria-labelledby=\"sets-title\">")?;
        write!(out, "<h2 id=\"sets-title\">Findings by set</h2><table>{}", head("Set"))?;
        let most = sets.first().map_or(0, |(_, counts, _)| counts.total());
        for (set, counts, numbers) in &sets {
            row(&Text(set).to_string(), *counts, most, &numbers.join(" "), out)?;
        }
        write!(out, "</table></section><section class=\"chart\" aria-labelledby=\"top-title\">")?;
        write!(out, "<h2 id=\"top-title\">Findings by rule</h2><table>{}", head("Rule"))?;
        let most = rules.first().map_or(0, |(_, counts)| counts.total());
        for (at, (id, counts)) in rules.iter().enumerate() {
            if at == CHARTED_RULES {
                let more = rules.len() - CHARTED_RULES;
                write!(out, "</table><details><summary>{}</summary>", count(more, "more rule", "more rules"))?;
                write!(out, "<table>{}", head("Rule"))?;
            }
            let name = format!("<a href=\"#{}\">{}</a>", rules::anchor(id), Text(id));
            row(&name, **counts, most, &self.numbers[*id].to_string(), out)?;
        }
        write!(out, "</table>{}</section></div>", if rules.len() > CHARTED_RULES { "</details>" } else { "" })
    }

    fn filters(&self, out: &mut dyn Write) -> io::Result<()> {
        let report = self.material.report;
        writeln!(
            out,
            "<form id=\"filters\" data-total=\"{}\" aria-label=\"Filters\" hidden>",
            Summary::of(report).replies
        )?;
        write!(out, "<label>Words <input type=\"search\" name=\"words\" autocomplete=\"off\"></label>")?;
        write!(out, "<label>Set or rule <select name=\"rule\"><option value=\"\">all</option>")?;
        for (set, counts, numbers) in self.sets() {
            write!(out, "<optgroup label=\"{}\">", Text(set))?;
            if numbers.len() > 1 {
                let all = numbers.join(" ");
                write!(out, "<option value=\"{all}\">all of {} ({})</option>", Text(set), counts.total())?;
            }
            let ids = self.rules.iter().filter(|(id, counts)| counts.total() > 0 && id.split('/').next() == Some(set));
            for (id, counts) in ids {
                let number = self.numbers[*id];
                write!(out, "<option value=\"{number}\">{} ({})</option>", Text(id), counts.total())?;
            }
            write!(out, "</optgroup>")?;
        }
        write!(out, "</select></label><label>File <select name=\"file\"><option value=\"\">all</option>")?;
        for (number, (path, replies)) in self.files.iter().enumerate() {
            write!(out, "<option value=\"{number}\">{} ({replies})</option>", Text(&slashed(path)))?;
        }
        writeln!(out, "</select></label><fieldset><legend class=\"only-read\">Severity</legend>")?;
        for (value, words) in [("3", "errors"), ("2", "warnings"), ("1", "suggestions"), ("0", "clean replies")] {
            let input = format!("<input type=\"checkbox\" name=\"severity\" value=\"{value}\" checked>");
            write!(out, "<label>{input} {words}</label>")?;
        }
        write!(out, "</fieldset><div class=\"acts\"><output id=\"count\" aria-live=\"polite\"></output>")?;
        write!(
            out,
            "<button type=\"reset\">Clear the filters</button><button type=\"button\" id=\"open\">Open all</button>"
        )?;
        writeln!(out, "<button type=\"button\" id=\"close\">Close all</button></div></form>")
    }

    fn replies(&self, out: &mut dyn Write) -> io::Result<()> {
        let replies = &self.material.report.replies;
        let mut order: Vec<usize> = (0..replies.len()).collect();
        order.sort_by_key(|index| std::cmp::Reverse(Counts::of(&replies[*index]).need()));
        order.into_iter().try_for_each(|index| reply::write(self, index + 1, &replies[index], out))
    }
}

fn head(of: &str) -> String {
    format!(
        "<colgroup><col class=\"of\"><col><col class=\"many\"></colgroup><thead class=\"only-read\"><tr><th scope=\"col\">{of}</th>\
         <th scope=\"col\">Bar</th><th scope=\"col\">Findings</th></tr></thead>"
    )
}

/// A row of a chart; its number leads to the replies that it counts.
fn row(name: &str, counts: Counts, most: usize, numbers: &str, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "<tr><th scope=\"row\">{name}</th><td>")?;
    bar(counts.parts().map(|(class, number, _)| (class, number)), most, out)?;
    let parts: Vec<String> = counts.parts().map(|(.., words)| words).collect();
    let parts = parts.join(", ");
    writeln!(
        out,
        "</td><td class=\"count\"><a href=\"#replies\" data-rules=\"{numbers}\" title=\"{parts}: show them\">{}\
         <span class=\"only-read\"> findings: {parts}; show them</span></a></td></tr>",
        counts.total()
    )
}

//! `replylint docs`: the rule reference as Markdown, one page a rule and an index by set and by principle, from the rule files
//! alone. Pages of rules that are gone go too; a file that was not written here is never touched.

use super::explain::{MEANT_WELL, looks_for, phrases, rewrites, texts};
use super::{CLEAN, Console, FAILED, SourceArgs, settings};
use crate::check::documented_book;
use crate::lint::Shown;
use crate::problem::Problem;
use crate::report::unfilled;
use crate::rules::declaration::{PrinciplesDecl, ProfileDecl, RuleDecl, SeverityDecl};
use crate::rules::{SetFile, principles_json};
use crate::whole::{Unfinished, reason};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Arguments of `replylint docs`.
#[derive(Debug, clap::Args)]
pub(super) struct DocsArgs {
    /// Where to write the pages; the folder is made if it is not there
    directory: PathBuf,

    #[command(flatten)]
    source: SourceArgs,
}

/// The first line of every page. A file that starts otherwise is somebody's own.
const MARK: &str = "<!-- Written by `replylint docs` from the rule files: what is changed here gets lost. -->\n";
/// The index by set, and by principle.
const INDEX: &str = "README.md";
const PRINCIPLES: &str = "principles.md";

/// A rule and where it is declared.
struct Entry<'a> {
    id: String,
    set: &'a SetFile,
    rule: &'a RuleDecl,
}

pub(super) fn run(args: &DocsArgs, console: &Console) -> u8 {
    let found = settings(&args.source).map_err(|problem| vec![problem]).and_then(|mut settings| {
        settings.profile.strict = true;
        documented_book(&settings, true)
    });
    let done = found.and_then(|(_, sets)| pages(&sets)).and_then(|pages| write_all(&args.directory, &pages));
    match done {
        Ok(said) => {
            console.print(&said);
            CLEAN
        }
        Err(problems) => {
            console.problems(&problems);
            FAILED
        }
    }
}

/// Every page by its path in the folder, with `/` between its parts.
fn pages(sets: &[SetFile]) -> Result<BTreeMap<String, String>, Vec<Problem>> {
    let entries: Vec<Entry<'_>> = sets.iter().flat_map(entries).collect();
    let mut pages = BTreeMap::from([
        (INDEX.to_owned(), by_set(sets, &entries)),
        (PRINCIPLES.to_owned(), by_principle(sets, &entries)),
    ]);
    let mut taken: BTreeMap<String, &str> = BTreeMap::new();
    let mut problems = Vec::new();
    for entry in &entries {
        let path = page_path(&entry.id);
        // Many file systems take `Tea.md` and `tea.md` for one.
        if let Some(other) = taken.insert(path.to_lowercase(), &entry.id) {
            let message = format!("`{}` and `{other}` would have one page between them", entry.id);
            problems.push(Problem::in_file(entry.set.path(), message).help("give one of the two another name"));
        }
        pages.insert(path, page(entry));
    }
    if problems.is_empty() { Ok(pages) } else { Err(problems) }
}

fn entries(set: &SetFile) -> impl Iterator<Item = Entry<'_>> {
    let id = |rule: &RuleDecl| format!("{}/{}", set.declaration.set, rule.id);
    set.declaration.rules.iter().map(move |rule| Entry { id: id(rule), set, rule })
}

/// Ids are letters, digits and hyphens around one slash: no page can stand outside the folder.
fn page_path(id: &str) -> String {
    format!("{id}.md")
}

/// A link to a rule's page from the folder itself.
fn link(id: &str) -> String {
    format!("[{}]({})", prose(id), page_path(id))
}

fn page(entry: &Entry<'_>) -> String {
    let Entry { id, set, rule } = entry;
    let mut out = format!("{MARK}\n# {}\n\n{}\n\n", prose(id), prose(&unfilled(&rule.message)));
    let _ = writeln!(out, "- Severity: {}{}", severity(rule), strictness(rule));
    let _ = writeln!(out, "- Set: [{}](../{INDEX}#{})", prose(&set.declaration.set), anchor(&set.declaration.set));
    let _ = writeln!(out, "- File: `{}`", here(set.path()).replace('`', "'"));
    let mut section = |title: &str, body: String| {
        if !body.trim().is_empty() {
            let _ = write!(out, "\n## {title}\n\n{}\n", body.trim_end());
        }
    };
    section("Why", prose(&rule.why));
    section("Try", rewrites(rule).iter().map(|line| format!("- {}\n", prose(line))).collect());
    section("Flags", fenced(texts(&rule.examples.flag)));
    section("Leaves alone", fenced(texts(&rule.examples.pass)));
    section("What it looks for", fenced(Some(looks_for(rule).join("\n"))));
    section(MEANT_WELL, fenced(Some(phrases(&rule.suspect).join("\n"))));
    section("But not", fenced(Some(phrases(&rule.unless).join("\n"))));
    section("Nor in a sentence with", fenced(Some(phrases(&rule.unless_sentence).join("\n"))));
    section("Source", prose(&rule.source));
    section("To silence it", fenced(Some(format!("# replylint.yml\nseverity: {{{id}: off}}"))));
    out
}

fn by_set(sets: &[SetFile], entries: &[Entry<'_>]) -> String {
    let mut out = format!("{MARK}\n# Rules by set\n\n{} rules; also [by principle]({PRINCIPLES}).\n", entries.len());
    let mut names: Vec<&str> = Vec::new();
    for set in sets.iter().filter(|set| !set.declaration.rules.is_empty()) {
        if !names.contains(&set.declaration.set.as_str()) {
            names.push(&set.declaration.set);
        }
    }
    for name in names {
        let mut abouts = sets.iter().filter(|set| set.declaration.set == name).map(|set| set.declaration.about.trim());
        let about = abouts.find(|about| !about.is_empty()).unwrap_or_default();
        let _ = write!(out, "\n## {}\n\n", prose(name));
        if !about.is_empty() {
            let _ = write!(out, "{}\n\n", prose(about));
        }
        out.push_str("| rule | severity | what it says |\n| --- | --- | --- |\n");
        for entry in entries.iter().filter(|entry| entry.set.declaration.set == name) {
            let says = prose(&unfilled(&entry.rule.message));
            let _ =
                writeln!(out, "| {} | {}{} | {says} |", link(&entry.id), severity(entry.rule), strictness(entry.rule));
        }
    }
    out
}

fn by_principle(sets: &[SetFile], entries: &[Entry<'_>]) -> String {
    let declared: PrinciplesDecl = serde_json::from_str(principles_json()).unwrap_or_default();
    let mut out = format!("{MARK}\n# Rules by principle\n\nAlso [by set]({INDEX}).\n");
    let list = |out: &mut String, title: &str, rules: Vec<&Entry<'_>>, advice: &[&str], reason: Option<&String>| {
        let _ = write!(out, "\n## {}\n\n", prose(title));
        for entry in &rules {
            let _ = writeln!(out, "- {}: {}", link(&entry.id), prose(&unfilled(&entry.rule.message)));
        }
        for say in advice {
            let _ = writeln!(out, "- `--coach`: {}", prose(say));
        }
        if let (true, true, Some(reason)) = (rules.is_empty(), advice.is_empty(), reason) {
            let _ = writeln!(out, "No rule: {}", prose(reason));
        }
    };
    for principle in &declared.principles {
        let rules = entries.iter().filter(|entry| principle.is_named_by(&entry.rule.source)).collect();
        let coach = sets.iter().flat_map(|set| &set.declaration.coach);
        let advice: Vec<&str> =
            coach.filter(|coach| principle.is_named_by(&coach.source)).map(|coach| coach.say.as_str()).collect();
        list(&mut out, &principle.name, rules, &advice, principle.reason.as_ref());
    }
    let named =
        |entry: &Entry<'_>| declared.principles.iter().any(|principle| principle.is_named_by(&entry.rule.source));
    let others: Vec<&Entry<'_>> = entries.iter().filter(|entry| !named(entry)).collect();
    if !others.is_empty() {
        list(&mut out, "Rules with a source of their own", others, &[], None);
    }
    out
}

fn severity(rule: &RuleDecl) -> &'static str {
    match rule.severity {
        SeverityDecl::Error => "error",
        SeverityDecl::Warning => "warning",
        SeverityDecl::Suggestion => "suggestion",
    }
}

fn strictness(rule: &RuleDecl) -> &'static str {
    if matches!(rule.profile, ProfileDecl::Strict) { " (strict)" } else { "" }
}

/// The anchor that Markdown hosts give a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase().replace(' ', "-");
    kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect()
}

/// A path as seen from the working directory, so that pages are the same on every machine.
fn here(path: &str) -> String {
    let current = std::env::current_dir().unwrap_or_default();
    let path = Path::new(path).strip_prefix(&current).unwrap_or(Path::new(path));
    Shown(&path.display().to_string()).to_string().replace(std::path::MAIN_SEPARATOR, "/")
}

/// Text of a rule as one line of Markdown that says just that.
fn prose(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = String::new();
    for (at, c) in Shown(&line).to_string().char_indices() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' => out.extend(['\\', c]),
            '-' | '+' | '=' if at == 0 => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

/// Texts as they are: those of one line in one block, others each in a block of its own.
fn fenced(texts: impl IntoIterator<Item = String>) -> String {
    let mut blocks: Vec<(bool, Vec<String>)> = Vec::new();
    for text in texts.into_iter().filter(|text| !text.is_empty()) {
        let lines: Vec<String> = text.lines().map(|line| Shown(line).to_string()).collect();
        let is_one = lines.len() == 1;
        match blocks.last_mut() {
            Some((true, block)) if is_one => block.extend(lines),
            _ => blocks.push((is_one, lines)),
        }
    }
    let mut out = String::new();
    for (_, lines) in blocks {
        let longest = lines.iter().flat_map(|line| line.split(|c| c != '`')).map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        let _ = write!(out, "{fence}text\n{}\n{fence}\n\n", lines.join("\n"));
    }
    out
}

/// Writes what has changed, removes pages of rules that are gone, and says how much that was. Nothing is written if any page
/// would take the place of a file of somebody's own.
fn write_all(directory: &Path, pages: &BTreeMap<String, String>) -> Result<String, Vec<Problem>> {
    fs::create_dir_all(directory).map_err(|error| vec![unwritable(directory, &error)])?;
    let mut problems = Vec::new();
    let mut changed = Vec::new();
    for (name, text) in pages {
        let path = directory.join(name);
        match old(&path) {
            Ok(Some(old)) if old == *text => {}
            Ok(Some(old)) if !old.is_empty() && !is_ours(&old) => problems.push(not_ours(&path)),
            Ok(_) => changed.push((path, text)),
            Err(error) => problems.push(unwritable(&path, &error)),
        }
    }
    let stale = match stale(directory, pages) {
        Ok(stale) => stale,
        Err(problem) => {
            problems.push(problem);
            Vec::new()
        }
    };
    if !problems.is_empty() {
        return Err(problems);
    }
    for (path, text) in &changed {
        let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| write_page(path, text));
        written.map_err(|error| vec![unwritable(path, &error)])?;
    }
    for path in &stale {
        fs::remove_file(path).map_err(|error| vec![unwritable(path, &error)])?;
        // A folder with anything else in it stays.
        let _ = path.parent().map(fs::remove_dir);
    }
    Ok(format!(
        "{}: {} of {} pages written, {} removed\n",
        Shown(&directory.display().to_string()),
        changed.len(),
        pages.len(),
        stale.len()
    ))
}

/// Writes a page, all or nothing.
fn write_page(path: &Path, text: &str) -> io::Result<()> {
    let mut file = Unfinished::new_in(path.parent().unwrap_or(Path::new("")), None)?;
    file.write_all(text.as_bytes())?;
    file.move_to(path)
}

fn is_ours(text: &str) -> bool {
    text.replace("\r\n", "\n").starts_with(MARK)
}

/// What stands at a page's place: nothing, or a text. A link or a folder there is an error.
fn old(path: &Path) -> io::Result<Option<String>> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
        Ok(found) if !found.is_file() => Err(io::Error::other("something else is there")),
        Ok(_) => fs::read(path).map(|bytes| Some(String::from_utf8_lossy(&bytes).into_owned())),
    }
}

/// Pages of an earlier run that this one has no place for: in the folder's folders, with our mark.
fn stale(directory: &Path, pages: &BTreeMap<String, String>) -> Result<Vec<PathBuf>, Problem> {
    let mut stale = Vec::new();
    for entry in walkdir::WalkDir::new(directory).min_depth(2).max_depth(2).sort_by_file_name() {
        let entry = entry.map_err(|error| {
            Problem::in_file(directory.display().to_string(), format!("can't look into this folder: {error}"))
        })?;
        let path = entry.path();
        let name = path.strip_prefix(directory).unwrap_or(path).components();
        let name: Vec<_> = name.map(|part| part.as_os_str().to_string_lossy()).collect();
        let is_page = entry.file_type().is_file() && path.extension().is_some_and(|end| end == "md");
        if is_page
            && !pages.contains_key(&name.join("/"))
            && old(path).is_ok_and(|text| text.is_some_and(|t| is_ours(&t)))
        {
            stale.push(path.to_owned());
        }
    }
    Ok(stale)
}

fn not_ours(path: &Path) -> Problem {
    Problem::in_file(path.display().to_string(), "this file was not written by `replylint docs` and was left alone")
        .help("name another folder, or move the file away; no page was written")
}

fn unwritable(path: &Path, error: &io::Error) -> Problem {
    let why = match error.kind() {
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            "something in its path is a file where there should be a folder".to_owned()
        }
        _ => reason(error),
    };
    Problem::in_file(path.display().to_string(), format!("can't write here: {why}"))
        .help("name a folder that can be written")
}

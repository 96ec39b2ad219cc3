//! `replylint replies`: what is found, and how it is read.

use super::{CLEAN, Console, FAILED, ListAs, RepliesArgs, settings};
use crate::config::Settings;
use crate::input::{self, Kind, Reading, Reply};
use crate::lint::Shown;
use crate::problem::Problem;
use crate::report::{count, write_json_line};
use crate::text::{Format, LineIndex};
use colored::Colorize;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// How many characters of a name and of a text a line shows.
const NAME_MAX: usize = 40;
const WORDS_MAX: usize = 60;

#[derive(Serialize)]
struct ReplyObject<'a> {
    path: &'a str,
    line: usize,
    column: usize,
    name: Option<&'a str>,
    /// How the file was read.
    kind: &'static str,
    /// How the reply is written.
    format: &'static str,
    channel: Option<&'a str>,
    customer: Option<&'a str>,
    text: &'a str,
}

#[derive(Default)]
struct List {
    out: String,
    /// How named files are read, if the user says so.
    kind: Option<Kind>,
    problems: Vec<Problem>,
    empty: Vec<String>,
    replies: usize,
    files: usize,
    /// Replies per kind of file, in order of first sight.
    kinds: Vec<(&'static str, usize)>,
}

pub(super) fn run(args: &RepliesArgs, console: &Console) -> u8 {
    let found = settings(&args.source).and_then(|settings| args.walk.with_filter(settings));
    let (settings, filter) = match found {
        Ok(found) => found,
        Err(problem) => {
            console.problems(&[problem]);
            return FAILED;
        }
    };
    let mut list = List { kind: args.input_format, ..List::default() };
    let (from_stdin, named): (Vec<PathBuf>, Vec<PathBuf>) =
        args.paths.iter().cloned().partition(|p| p == Path::new("-"));
    let mut left_out = Vec::new();
    if !from_stdin.is_empty() {
        let name = args.stdin_filename.clone().unwrap_or_else(|| PathBuf::from("<stdin>"));
        if args.walk.leaves_out_stdin(args.stdin_filename.as_deref(), &filter) {
            left_out.push(name.display().to_string());
        } else {
            let read = input::read_to_limit(name.display(), std::io::stdin().lock(), settings.limits);
            match read {
                Ok(bytes) => list.file(&name, bytes, true, &settings, args.format),
                Err(problem) => list.problems.push(problem),
            }
        }
    }
    let found = args.walk.find(&named, !from_stdin.is_empty(), &settings, &filter).all();
    list.problems.extend(found.problems);
    left_out.extend(found.left_out.iter().map(|(path, _)| path.display().to_string()));
    for file in &found.files {
        match file.read(settings.limits) {
            Ok(bytes) => list.file(&file.path, bytes, file.named, &settings, args.format),
            Err(problem) => list.problems.push(problem),
        }
    }
    // A list may be empty, unless the user says otherwise.
    list.problems.extend(args.walk.empty(&args.paths, list.replies, 1, left_out.len()));
    if matches!(args.format, ListAs::Human) {
        list.totals();
    }
    console.print(&list.out);
    console.note_left_out(&left_out);
    console.problems(&list.problems);
    if list.problems.is_empty() { CLEAN } else { FAILED }
}

impl List {
    fn file(&mut self, path: &Path, bytes: Vec<u8>, named: bool, settings: &Settings, format: ListAs) {
        let name = path.display().to_string();
        let text = match input::decode(&name, bytes) {
            Ok(text) => text,
            Err(problem) => {
                self.problems.extend(input::matters(&name, named).then_some(problem));
                return;
            }
        };
        let instruction = settings.inputs.iter().find(|instruction| instruction.covers(path));
        let reading = Reading { named, instruction, kind: self.kind.filter(|_| named) };
        let (kind, replies, problems) = input::replies_within(&name, &text, reading, settings.limits);
        if replies.is_empty() && problems.is_empty() && (named || instruction.is_some()) {
            self.empty.push(name.clone());
        }
        self.problems.extend(problems);
        if replies.is_empty() {
            return;
        }
        self.files += 1;
        self.replies += replies.len();
        match self.kinds.iter_mut().find(|(known, _)| *known == kind.name()) {
            Some((_, number)) => *number += replies.len(),
            None => self.kinds.push((kind.name(), replies.len())),
        }
        let index = LineIndex::new(&text);
        for reply in &replies {
            self.reply(&name, kind, reply, &index, format);
        }
    }

    fn reply(&mut self, path: &str, kind: Kind, reply: &Reply<'_>, index: &LineIndex<'_>, format: ListAs) {
        let start = reply.start(index);
        let written = match reply.format {
            Format::Text => "text",
            Format::Markdown => "Markdown",
        };
        match format {
            ListAs::Human => {
                let name = reply.name.as_deref().map_or_else(|| "-".to_owned(), |name| cut(name, NAME_MAX));
                let how = if kind.name().eq_ignore_ascii_case(written) {
                    kind.name().to_owned()
                } else {
                    format!("{}, {written}", kind.name())
                };
                let _ = writeln!(
                    self.out,
                    "{}  {}  {}  {}",
                    format!("{}:{}", Shown(path), start.line).bold(),
                    Shown(&name),
                    how.dimmed(),
                    Shown(&cut(&reply.text, WORDS_MAX))
                );
            }
            ListAs::Jsonl => {
                let object = ReplyObject {
                    path,
                    line: start.line,
                    column: start.column,
                    name: reply.name.as_deref(),
                    kind: kind.name(),
                    format: written,
                    channel: reply.channel.as_deref(),
                    customer: reply.customer.as_deref(),
                    text: &reply.text,
                };
                let mut line = Vec::new();
                if write_json_line(&object, &mut line).is_ok() {
                    self.out.push_str(&String::from_utf8_lossy(&line));
                }
            }
        }
    }

    fn totals(&mut self) {
        for path in &self.empty {
            let _ = writeln!(self.out, "{}  {}", Shown(path), "holds no reply".dimmed());
        }
        let kinds: Vec<String> = self.kinds.iter().map(|(kind, number)| format!("{number} in {kind}")).collect();
        let total = format!(
            "{} in {}{}",
            count(self.replies, "reply", "replies"),
            count(self.files, "file", "files"),
            if kinds.is_empty() { String::new() } else { format!(": {}", kinds.join(", ")) }
        );
        let _ = writeln!(self.out, "{}", total.bold());
        if self.replies == 0 {
            self.out.push_str("`inputs:` in replylint.yml says how files are read whose shape says nothing\n");
        }
    }
}

/// The first words, on one line.
fn cut(text: &str, max: usize) -> String {
    let mut out = String::new();
    for word in text.split_whitespace() {
        if out.chars().count() + word.chars().count() >= max {
            out.push('…');
            break;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

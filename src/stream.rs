//! Files with one record a line, checked block by block: what is found is handed on at once, and memory does not grow with
//! the file.

use crate::check::{Options, Report, check_text, check_whole};
use crate::discover::Found;
use crate::input::{Blocks, Instruction, Kind, Reading};
use crate::linters::Linters;
use crate::problem::Problem;
use crate::text::Position;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::Ordering;

/// Who takes the parts of a report, in order of place. It may say that it wants no more.
pub type Taker<'a> = dyn FnMut(Report) -> ControlFlow<()> + 'a;

/// Whether the file at `path` is read line by line.
pub(crate) fn is_line_by_line(path: &Path, reading: Reading<'_>) -> bool {
    let kind = reading.kind.or_else(|| Kind::of(path));
    kind.is_some_and(Kind::is_line_by_line) && reading.instruction.is_none_or(Instruction::is_by_record)
}

/// Checks a file, and hands on its report in as many parts as it was read in: one, unless its lines are records.
pub fn check_file(linters: &Linters<'_>, file: &Found, options: Options<'_>, take: &mut Taker<'_>) -> ControlFlow<()> {
    let name = file.path.display().to_string();
    let failed = |problem| Report { problems: vec![problem], ..Report::default() };
    let reading = options.reading(&name, file.named);
    let flow = if is_line_by_line(&file.path, reading) {
        match file.open() {
            Ok(input) => check_lines(linters, &name, input, reading, options, take),
            Err(problem) => take(failed(problem)),
        }
    } else {
        take(match file.read() {
            Ok(bytes) => check_whole(linters, &name, bytes, reading, options),
            Err(problem) => failed(problem),
        })
    };
    options.progress.files.fetch_add(1, Ordering::Relaxed);
    flow
}

/// Checks what `input` gives, which goes by the name of `path` and was named by the user, in the same way.
pub fn check_input(
    linters: &Linters<'_>,
    path: &str,
    mut input: impl Read,
    options: Options<'_>,
    take: &mut Taker<'_>,
) -> ControlFlow<()> {
    let reading = options.reading(path, true);
    if is_line_by_line(Path::new(path), reading) {
        return check_lines(linters, path, input, reading, options, take);
    }
    let mut bytes = Vec::new();
    take(match input.read_to_end(&mut bytes) {
        Ok(_) => check_whole(linters, path, bytes, reading, options),
        Err(error) => {
            let problem = Problem::in_file(path, format!("can't read this: {error}"));
            Report { problems: vec![problem.help("check what it is read from")], ..Report::default() }
        }
    })
}

/// Checks a file whose lines are records.
pub(crate) fn check_lines(
    linters: &Linters<'_>,
    path: &str,
    input: impl Read,
    reading: Reading<'_>,
    options: Options<'_>,
    take: &mut Taker<'_>,
) -> ControlFlow<()> {
    let mut about_the_file: Option<Problem> = None;
    let (mut has_replies, mut has_problems) = (false, false);
    for block in Blocks::new(path, input) {
        let mut part = check_text(linters, path, &block.text, reading, options);
        // A problem without a place speaks of the whole file: that nothing is in it. A part can't know.
        let (placed, of_all) = part.problems.into_iter().partition(|problem| problem.position.is_some());
        part.problems = placed;
        about_the_file = about_the_file.or_else(|| Vec::into_iter(of_all).next());
        part.empty.clear();
        part.shift(block.lines_before, block.bytes_before);
        part.problems.extend(block.problems);
        part.problems.sort_by_key(|problem| problem.position.map(|Position { line, column }| (line, column)));
        has_replies |= !part.replies.is_empty();
        has_problems |= !part.problems.is_empty();
        take(part)?;
    }
    if has_replies || has_problems {
        return ControlFlow::Continue(());
    }
    take(match about_the_file {
        Some(problem) => Report { problems: vec![problem], ..Report::default() },
        None => Report { empty: vec![path.to_owned()], ..Report::default() },
    })
}

//! CSV and TSV: a header, a row for each reply.
//!
//! Which columns hold replies is told by their names, and where no name says so by what is in them. Cells are read by
//! hand: no CSV library tells where in a row a cell stands.

use super::common::names::{self, Key};
use super::common::passage::{Builder, Passage};
use super::common::record;
use super::common::tree::Node;
use super::{Problem, Reply, Source};
use crate::text::{LineIndex, Span};
use rustc_hash::FxHashMap;

type Row<'a> = Vec<Passage<'a>>;

/// Most replies in one row.
const BODIES_MAX: usize = 100;

/// Whether a text with no telling name is a table.
pub(super) fn looks_like(text: &str) -> bool {
    let Some(first) = text.lines().next() else {
        return false;
    };
    let delimiter = delimiter(text);
    let columns: Vec<&str> = first.split(delimiter as char).collect();
    let known = columns.iter().filter(|name| names::key(name.trim_matches('"')) != Key::Other).count();
    columns.len() >= 2 && known >= 2 && text.lines().nth(1).is_some_and(|line| line.contains(delimiter as char))
}

pub(super) fn replies<'a>(source: &Source<'a>) -> (Vec<Reply<'a>>, Vec<Problem>) {
    let (rows, problem) = rows(source);
    let mut problems: Vec<Problem> = problem.into_iter().collect();
    let mut columns = Columns::of(&rows, source.hint());
    if columns.bodies.len() > BODIES_MAX {
        // What stands once in a row, such as the customer's message, goes with every reply in it.
        let message =
            format!("this table has {} columns of replies; the first {BODIES_MAX} are checked", columns.bodies.len());
        problems.push(Problem::in_file(source.path, message).help("write one reply a row"));
        columns.bodies.truncate(BODIES_MAX);
    }
    let mut replies = Vec::new();
    for row in rows.iter().skip(usize::from(columns.header)) {
        let text = |column: Option<usize>| {
            let cell = row.get(column?)?;
            (!cell.is_blank()).then(|| cell.text.trim().to_owned())
        };
        for body in &columns.bodies {
            if let Some(cell) = row.get(body.column).filter(|cell| !cell.is_blank()) {
                let name = text(body.title).or_else(|| text(columns.title)).map(|name| names::short(&name));
                replies.push(source.reply(cell.clone(), name, text(columns.customer), body.html));
            }
        }
    }
    (replies, problems)
}

/// The rows as records, under the names of the columns.
pub(super) fn documents<'a>(source: &Source<'a>) -> (Vec<Node<'a>>, Vec<Problem>) {
    let (rows, problem) = rows(source);
    let records = rows.split_first().map_or_else(Vec::new, |(header, rows)| {
        let record = |row: &Row<'a>| {
            let cells = row.iter().map(|text| Node::Text { text: text.clone(), bare: false });
            Node::Map(header.iter().map(|name| name.clone().trimmed()).zip(cells).collect())
        };
        rows.iter().map(record).collect()
    });
    (vec![Node::List(records)], problem.into_iter().collect())
}

/// A column of replies.
struct Body {
    column: usize,
    html: bool,
    /// The title that goes with it, where each reply of a row has its own.
    title: Option<usize>,
}

struct Columns {
    header: bool,
    bodies: Vec<Body>,
    title: Option<usize>,
    customer: Option<usize>,
}

impl Columns {
    fn of(rows: &[Row<'_>], hint: bool) -> Self {
        let none = Self { header: true, bodies: Vec::new(), title: None, customer: None };
        let Some(first) = rows.first() else {
            return none;
        };
        let keys: Vec<Key> = first.iter().map(|cell| names::key(cell.text.trim())).collect();
        // A header is short and says what is below it; a first row of long texts is a row.
        let header = !first.iter().any(|cell| cell.text.split_whitespace().count() > 6);
        let share = |column: usize| {
            let cells = || rows.iter().skip(1).filter_map(|row| row.get(column)).filter(|cell| !cell.is_blank());
            let prose = cells().filter(|cell| record::is_prose(&cell.text)).count();
            (prose, cells().count())
        };
        let is_prose = |column: usize| {
            let (prose, all) = share(column);
            prose * 2 > all && prose > 0
        };
        let title = keys
            .iter()
            .enumerate()
            .filter_map(|(at, key)| match key {
                Key::Title { rank } => Some((*rank, at)),
                _ => None,
            })
            .min();
        let rank = |key: &Key| match key {
            Key::Body { rank, .. } => Some(*rank),
            _ => None,
        };
        let best = keys.iter().filter_map(rank).min();
        let sure = best.filter(|rank| *rank <= names::ANSWER_RANK_MAX);
        let mut bodies: Vec<Body> = Vec::new();
        let titles = own_titles(first);
        for (column, key) in keys.iter().enumerate().filter(|_| header) {
            let is_body = match key {
                Key::Body { rank, .. } => sure.is_none_or(|sure| *rank <= sure.max(names::ANSWER_RANK_MAX)),
                // `original_text` and `polished_text`: as good as `text`.
                Key::Automation => sure.is_none(),
                _ => false,
            };
            if is_body {
                let html =
                    matches!(key, Key::Body { html: true, .. }) || first[column].text.to_lowercase().contains("html");
                let words = names::words(&first[column].text);
                let title = words.first().filter(|_| words.len() > 1).and_then(|word| titles.get(word).copied());
                bodies.push(Body { column, html, title });
            }
        }
        // One text written twice, plain and as HTML, is one reply.
        if bodies.iter().any(|body| !body.html) {
            bodies.retain(|body| !body.html);
        }
        let customer = (0..keys.len()).find(|at| {
            keys[*at] == Key::Customer
                || (sure.is_some() && matches!(keys[*at], Key::Body { rank, .. } if rank > names::ANSWER_RANK_MAX))
        });
        if bodies.is_empty() || !bodies.iter().any(|body| hint || is_prose(body.column)) {
            let known = title.is_some() || !bodies.is_empty() || hint;
            bodies = (0..first.len())
                .filter(|column| known && Some(*column) != customer && !names::is_note(&first[*column].text))
                .filter(|column| Some(*column) != title.map(|(_, at)| at) && is_prose(*column))
                .map(|column| Body { column, html: false, title: None })
                .collect();
        }
        Self { header, bodies, title: title.map(|(_, at)| at), customer }
    }
}

/// The columns of titles such as `polished_title`, by their first word: one stands beside `polished_text`.
fn own_titles(header: &[Passage<'_>]) -> FxHashMap<String, usize> {
    let mut titles = FxHashMap::default();
    for (column, cell) in header.iter().enumerate() {
        let words = names::words(&cell.text);
        if words.last().is_some_and(|last| matches!(last.as_str(), "title" | "name" | "subject")) {
            titles.entry(words.into_iter().next().unwrap_or_default()).or_insert(column);
        }
    }
    titles
}

fn delimiter(text: &str) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0usize), (b';', 0), (b'\t', 0)];
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            byte if !quoted => {
                for (delimiter, count) in &mut counts {
                    *count += usize::from(*delimiter == byte);
                }
            }
            _ => {}
        }
    }
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(delimiter, _)| *delimiter)
}

/// The rows with a cell that is not empty, and a quotation mark that is never closed.
fn rows<'a>(source: &Source<'a>) -> (Vec<Row<'a>>, Option<Problem>) {
    let file = source.text;
    let bytes = file.as_bytes();
    let delimiter = delimiter(file);
    let ends = |byte: u8| byte == delimiter || byte == b'\n' || byte == b'\r';
    let mut rows = Vec::new();
    let mut row: Row<'a> = Vec::new();
    let mut problem = None;
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'"' {
            let open = at;
            let mut cell = Builder::default();
            at += 1;
            loop {
                let run = bytes[at..].iter().position(|b| *b == b'"').map_or(bytes.len(), |len| at + len);
                cell.copy(file, Span::new(at, run));
                at = run;
                if bytes.get(at + 1) == Some(&b'"') {
                    cell.replace("\"", Span::new(at, at + 2));
                    at += 2;
                } else {
                    break;
                }
            }
            if at >= bytes.len() {
                problem = Some(
                    Problem::in_file(source.path, "the quotation mark that opens this cell is never closed")
                        .at(Some(LineIndex::new(file).position(open)))
                        .help("close it, and write a quotation mark inside a cell twice"),
                );
                // What follows may be many rows that were swallowed; none of it is a reply.
                break;
            }
            at += 1;
            // What stands behind the closing mark belongs to the cell, as most readers have it.
            let end = bytes[at..].iter().position(|b| ends(*b)).map_or(bytes.len(), |len| at + len);
            cell.copy(file, Span::new(at, end));
            at = end;
            row.push(cell.done());
        } else {
            let end = bytes[at..].iter().position(|b| ends(*b)).map_or(bytes.len(), |len| at + len);
            row.push(Passage::of_file(file, Span::new(at, end)));
            at = end;
        }
        match bytes.get(at) {
            Some(b'\n' | b'\r') => {
                at += if bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n') { 2 } else { 1 };
                rows.push(std::mem::take(&mut row));
            }
            Some(_) => {
                at += 1;
                if at == bytes.len() {
                    row.push(Passage::of_file(file, Span::new(at, at)));
                }
            }
            None => {}
        }
    }
    if !row.is_empty() {
        rows.push(row);
    }
    rows.retain(|row| row.len() > 1 || row.iter().any(|cell| !cell.is_blank()));
    (rows, problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_keep_their_places() {
        let file = "title,body,note\r\n\"a, b\",\"He said \"\"no\"\",\nthen é left.\",x\r\n";
        let source = Source::new("x.csv", file);
        let (rows, problem) = rows(&source);
        assert!(problem.is_none());
        assert_eq!(rows.len(), 2);
        let cell = &rows[1][1];
        assert_eq!(cell.text, "He said \"no\",\nthen é left.");
        for word in ["He", "no", "then", "left"] {
            let at = cell.text.find(word).unwrap();
            let span = cell.map.to_source(Span::new(at, at + word.len()));
            assert_eq!(&file[span.start..span.end], word);
        }
    }

    proptest::proptest! {
        #[test]
        fn cells_are_those_of_the_csv_crate(file in "([a-c]|\"[a-c,\n]{0,3}(\"\")?[a-c]\"|,|\n){0,20}") {
            let source = Source::new("x.csv", &file);
            let (rows, _) = rows(&source);
            if delimiter(&file) == b',' {
                let mut reader = ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file.as_bytes());
                let expected: Vec<Vec<String>> = reader
                    .records()
                    .map_while(Result::ok)
                    .map(|record| record.iter().map(str::to_owned).collect())
                    .filter(|row: &Vec<String>| row.len() > 1 || row.iter().any(|cell| !cell.trim().is_empty()))
                    .collect();
                let found: Vec<Vec<String>> =
                    rows.iter().map(|row| row.iter().map(|cell| cell.text.to_string()).collect()).collect();
                proptest::prop_assert_eq!(found, expected);
            }
        }
    }
}

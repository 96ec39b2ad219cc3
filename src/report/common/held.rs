//! What a format holds back until it is known what stands before it.

use crate::problem::Problem;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};

/// Problems by file: those of a file with replies stand with them, all others behind everything.
#[derive(Default)]
pub(in crate::report) struct HeldProblems {
    by_path: HashMap<Option<String>, Vec<Problem>>,
    /// The files in order of first sight.
    paths: Vec<Option<String>>,
}

impl HeldProblems {
    /// Holds these too.
    pub(in crate::report) fn hold(&mut self, problems: &[Problem]) {
        for problem in problems {
            let held = self.by_path.entry(problem.path.clone()).or_insert_with(|| {
                self.paths.push(problem.path.clone());
                Vec::new()
            });
            held.push(problem.clone());
        }
    }

    /// Gives away those of a file.
    pub(in crate::report) fn of(&mut self, path: &str) -> Vec<Problem> {
        if self.by_path.is_empty() {
            return Vec::new();
        }
        self.by_path.remove(&Some(path.to_owned())).unwrap_or_default()
    }

    /// Gives away the others, file by file.
    pub(in crate::report) fn rest(&mut self) -> Vec<(Option<String>, Vec<Problem>)> {
        let paths = std::mem::take(&mut self.paths);
        paths.into_iter().filter_map(|path| self.by_path.remove_entry(&path)).collect()
    }
}

/// Text that is held in memory as long as it is short, and then in a temporary file.
#[derive(Default)]
pub(in crate::report) struct HeldText {
    short: Vec<u8>,
    file: Option<File>,
    /// There is no place for a temporary file.
    has_no_place: bool,
}

/// Most that is held in memory, in bytes.
const SHORT_MAX: usize = 1 << 20;

impl HeldText {
    /// Writes it all to `out`, and holds nothing any more.
    pub(in crate::report) fn give(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if let Some(mut file) = self.file.take() {
            file.seek(SeekFrom::Start(0))?;
            io::copy(&mut file, out)?;
        }
        out.write_all(&std::mem::take(&mut self.short))
    }
}

impl Write for HeldText {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.short.extend_from_slice(bytes);
        if self.short.len() > SHORT_MAX && !self.has_no_place {
            match self.file.take().map_or_else(tempfile::tempfile, Ok) {
                Ok(mut file) => {
                    file.write_all(&self.short)?;
                    self.short.clear();
                    self.file = Some(file);
                }
                Err(_) => self.has_no_place = true,
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_given_whole_and_in_order() {
        let mut held = HeldText::default();
        let mut expected = Vec::new();
        for number in 0..300_000 {
            writeln!(held, "line {number}").unwrap();
            writeln!(expected, "line {number}").unwrap();
        }
        assert!(held.file.is_some() && held.short.len() <= SHORT_MAX, "more than is held in memory");
        let mut given = Vec::new();
        held.give(&mut given).unwrap();
        assert!(given == expected, "something is lost");
        held.give(&mut given).unwrap();
        assert_eq!(given.len(), expected.len());
    }
}

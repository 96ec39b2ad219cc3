//! JSON that neither a build server nor a terminal takes for a command.

use crate::lint::is_hidden;
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};
use std::io::{self, Write};

/// Writes `value` indented, with a line end.
pub(in crate::report) fn write(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    write_within(value, 0, out)?;
    writeln!(out)
}

/// Writes `value` as it stands `depth` lists and objects deep in a document.
pub(in crate::report) fn write_within(value: &impl Serialize, depth: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut formatter = Harmless { inner: PrettyFormatter::new() };
    for _ in 0..depth {
        formatter.begin_array(&mut io::sink())?;
    }
    value.serialize(&mut Serializer::with_formatter(out, formatter))?;
    Ok(())
}

/// Writes `value` as an item of a [`List`] whose items stand `depth` deep.
pub(in crate::report) fn write_item(value: &impl Serialize, depth: usize, out: &mut dyn Write) -> io::Result<()> {
    write!(out, ",\n{:indent$}", "", indent = 2 * depth)?;
    write_within(value, depth, out)
}

/// A list that is written item by item. What stands around it is the caller's.
#[derive(Default)]
pub(in crate::report) struct List {
    has_items: bool,
}

impl List {
    /// Writes what [`write_item`] made.
    pub(in crate::report) fn items(&mut self, drawn: &[u8], out: &mut dyn Write) -> io::Result<()> {
        // The first has no comma in front.
        let rest = if self.has_items { drawn } else { drawn.get(1..).unwrap_or_default() };
        self.has_items |= !drawn.is_empty();
        out.write_all(rest)
    }

    /// Writes one more item.
    pub(in crate::report) fn item(
        &mut self,
        value: &impl Serialize,
        depth: usize,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut drawn = Vec::new();
        write_item(value, depth, &mut drawn)?;
        self.items(&drawn, out)
    }

    /// Writes the end of a list whose items stand `depth` deep.
    pub(in crate::report) fn end(&self, depth: usize, out: &mut dyn Write) -> io::Result<()> {
        if self.has_items {
            write!(out, "\n{:indent$}", "", indent = 2 * (depth - 1))?;
        }
        write!(out, "]")
    }
}

/// Writes `value` on one line.
pub(crate) fn write_line(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let formatter = Harmless { inner: CompactFormatter };
    value.serialize(&mut Serializer::with_formatter(&mut *out, formatter))?;
    writeln!(out)
}

/// The bracket of `##[error]` and `##vso[...]` is escaped: some build servers obey these anywhere in a line. So are the
/// control characters that JSON lets stand, and what turns or hides text: a reader of the JSON gets them as they are.
struct Harmless<F> {
    inner: F,
}

impl<F: Formatter> Harmless<F> {
    /// Writes a piece of a string, or a value as it stands in a file.
    fn write_harmless<W: ?Sized + Write>(&mut self, writer: &mut W, text: &str) -> io::Result<()> {
        // Most text is plain.
        if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return self.write_visible(writer, text);
        }
        let mut rest = text;
        while let Some((at, hidden)) = rest.char_indices().find(|(_, c)| is_hidden(*c)) {
            self.write_visible(writer, &rest[..at])?;
            match hidden {
                // Between the parts of a value; in a string none stands as it is.
                '\t' | '\n' | '\r' => writer.write_all(b" ")?,
                hidden => write!(writer, "\\u{:04x}", u32::from(hidden))?,
            }
            rest = &rest[at + hidden.len_utf8()..];
        }
        self.write_visible(writer, rest)
    }

    fn write_visible<W: ?Sized + Write>(&mut self, writer: &mut W, text: &str) -> io::Result<()> {
        let mut rest = text;
        while let Some(at) = super::bracket_of_command(rest) {
            self.inner.write_string_fragment(writer, &rest[..at])?;
            writer.write_all(b"\\u005b")?;
            rest = &rest[at + 1..];
        }
        self.inner.write_string_fragment(writer, rest)
    }
}

impl<F: Formatter> Formatter for Harmless<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        self.write_harmless(writer, fragment)
    }

    fn write_raw_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        self.write_harmless(writer, fragment)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.inner.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.inner.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.inner.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.inner.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.inner.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.inner.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.inner.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.inner.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.inner.end_object_value(writer)
    }
}

//! XML: elements with attributes and texts that hold whatever a draft holds.

use quick_xml::escape::escape;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use quick_xml::name::QName;
use std::io::{self, Write};

/// Makes indented XML, which is taken in pieces.
pub(in crate::report) struct Xml {
    writer: quick_xml::Writer<Vec<u8>>,
}

/// The attributes of an element: name and value.
pub(in crate::report) type Attributes<'a> = &'a [(&'a str, &'a str)];

impl Default for Xml {
    /// A document with nothing in it yet.
    fn default() -> Self {
        let mut writer = quick_xml::Writer::new_with_indent(Vec::new(), b' ', 2);
        let done = writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        debug_assert!(done.is_ok(), "writing to memory can't fail");
        Self { writer }
    }
}

impl Xml {
    /// Starts a part that stands `depth` elements deep in a document.
    pub(in crate::report) fn within(depth: usize) -> io::Result<Self> {
        let mut xml = Self::default();
        for _ in 0..depth {
            xml.open("around", &[])?;
        }
        xml.writer.get_mut().clear();
        Ok(xml)
    }

    /// Writes what there is so far to `out`.
    pub(in crate::report) fn give(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self.writer.get_ref())?;
        self.writer.get_mut().clear();
        Ok(())
    }

    /// Opens an element that holds others.
    pub(in crate::report) fn open(&mut self, name: &str, attributes: Attributes<'_>) -> io::Result<()> {
        self.writer.write_event(Event::Start(start(name, attributes)))
    }

    /// Closes it.
    pub(in crate::report) fn close(&mut self, name: &str) -> io::Result<()> {
        self.writer.write_event(Event::End(BytesEnd::new(name)))
    }

    /// An element that holds nothing.
    pub(in crate::report) fn empty(&mut self, name: &str, attributes: Attributes<'_>) -> io::Result<()> {
        self.writer.write_event(Event::Empty(start(name, attributes)))
    }

    /// An element that holds text.
    pub(in crate::report) fn text(&mut self, name: &str, attributes: Attributes<'_>, text: &str) -> io::Result<()> {
        self.open(name, attributes)?;
        self.writer.write_event(Event::Text(BytesText::from_escaped(escaped(text))))?;
        self.close(name)
    }
}

fn start<'n>(name: &'n str, attributes: Attributes<'_>) -> BytesStart<'n> {
    let mut start = BytesStart::new(name);
    for (key, value) in attributes {
        // A reader turns raw line ends and tabs of an attribute into spaces.
        let value = escaped(value).replace('\n', "&#10;").replace('\t', "&#9;");
        start.push_attribute(Attribute { key: QName(key), value: value.into() });
    }
    start
}

/// Text as XML has it. What XML 1.0 can't hold at all gives way to U+FFFD; a bracket that would make a build server's
/// command of it is written as its number.
fn escaped(text: &str) -> String {
    let allowed =
        |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    let held: String = text.chars().map(|c| if allowed(c) { c } else { '\u{fffd}' }).collect();
    let mut out = String::with_capacity(held.len());
    let mut rest = held.as_str();
    while let Some(at) = super::bracket_of_command(rest) {
        out.push_str(&escape(&rest[..at]));
        out.push_str("&#91;");
        rest = &rest[at + 1..];
    }
    out.push_str(&escape(rest));
    out.replace('\r', "&#13;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_whatever_a_draft_holds() {
        assert_eq!(escaped("]]></a>&\u{0}\u{fffe}\u{b}\r"), "]]&gt;&lt;/a&gt;&amp;\u{fffd}\u{fffd}\u{fffd}&#13;");
        assert_eq!(escaped("##[error] ##vso[x] #[y] ## [z]"), "##&#91;error] ##vso&#91;x] #[y] ## [z]");
    }
}

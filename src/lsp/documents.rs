//! The documents that an editor has open, as it has them.

use super::checked::Marked;
use super::encoding::Encoding;
use super::requests::Asked;
use lsp_server::RequestId;
use lsp_types::{Diagnostic, TextDocumentContentChangeEvent, TextDocumentItem};
use ropey::Rope;
use std::path::PathBuf;

/// An open document.
#[derive(Debug)]
pub(super) struct Document {
    /// Its text.
    pub(super) text: Rope,
    /// What the editor counts.
    pub(super) version: i32,
    /// What the editor calls the language.
    pub(super) language: String,
    /// The file; nothing for a text that has none yet.
    pub(super) path: Option<PathBuf>,
    /// The config that holds for it, once that was asked for.
    pub(super) config: Option<Option<PathBuf>>,
    /// Goes up with every edit and every change of the rules.
    pub(super) revision: u64,
    /// The revision that `findings` are of.
    pub(super) checked: Option<u64>,
    /// When it last had its turn to be checked: a number that goes up with each check.
    pub(super) turn: u64,
    /// What was found last.
    pub(super) findings: Vec<Marked>,
    /// What else there is to say about it.
    pub(super) others: Vec<Diagnostic>,
    /// Requests that wait until the findings are those of the text.
    pub(super) waiting: Vec<(RequestId, Asked)>,
}

impl Document {
    /// A document as it was opened.
    pub(super) fn new(opened: TextDocumentItem) -> Self {
        Self {
            text: Rope::from_str(&opened.text),
            version: opened.version,
            language: opened.language_id,
            path: (opened.uri.scheme() == "file").then(|| opened.uri.to_file_path().ok()).flatten(),
            config: None,
            revision: 1,
            checked: None,
            turn: 0,
            findings: Vec::new(),
            others: Vec::new(),
            waiting: Vec::new(),
        }
    }

    /// Whether the findings are those of an older text.
    pub(super) fn is_stale(&self) -> bool {
        self.checked != Some(self.revision)
    }

    /// Makes the edits in the text. Where one is out of range, the nearest place is taken.
    ///
    /// # Errors
    /// How many edits were out of range.
    pub(super) fn edit(
        &mut self,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) -> Result<(), usize> {
        let mut wrong = 0;
        for change in changes {
            let Some(range) = change.range else {
                self.text = Rope::from_str(&change.text);
                continue;
            };
            let (start, start_is_in) = encoding.to_char(&self.text, range.start);
            let (end, end_is_in) = encoding.to_char(&self.text, range.end);
            if !start_is_in || !end_is_in || start > end {
                wrong += 1;
            }
            let (start, end) = (start.min(end), start.max(end));
            self.text.remove(start..end);
            self.text.insert(start, &change.text);
        }
        self.revision += 1;
        if wrong == 0 { Ok(()) } else { Err(wrong) }
    }
}

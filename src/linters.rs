//! Which linter checks which reply: one for each choice of rules that files and channels ask for, on one rule book.

use crate::config::Settings;
use crate::input::Limits;
use crate::lint::Linter;
use crate::rules::RuleBook;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// The numbers of the overrides, and the profile of the channel.
type Choice = (Vec<usize>, Option<String>);

/// The linters of a run. They are made when the first reply asks for them.
#[derive(Debug)]
pub struct Linters<'b> {
    settings: &'b Settings,
    plain: Arc<Linter<'b>>,
    made: Mutex<HashMap<Choice, Arc<Linter<'b>>>>,
}

impl<'b> Linters<'b> {
    /// Linters like `plain`, which has the choice of rules that `settings` ask for, for replies that ask for no other.
    pub fn new(plain: Linter<'b>, settings: &'b Settings) -> Self {
        Self { settings, plain: Arc::new(plain), made: Mutex::default() }
    }

    /// The rule book of them all.
    pub fn book(&self) -> &'b RuleBook {
        self.plain.book()
    }

    /// How much is read.
    pub fn limits(&self) -> Limits {
        self.settings.limits
    }

    /// The linters for the replies of one file.
    pub fn for_file(&self, path: &Path) -> FileLinters<'_, 'b> {
        let overrides = self.settings.overrides_for(path);
        let plain = self.get(&overrides, None);
        FileLinters { all: self, overrides, plain }
    }

    fn get(&self, overrides: &[usize], profile: Option<&str>) -> Arc<Linter<'b>> {
        if overrides.is_empty() && profile.is_none() {
            return Arc::clone(&self.plain);
        }
        // A thread that panicked here left a map that is whole.
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let linter = made.entry((overrides.to_vec(), profile.map(str::to_owned))).or_insert_with(|| {
            let settings = self.settings.for_reply(overrides, profile);
            Arc::new(Linter::clone(&self.plain).with_selection(&settings, &settings.allow))
        });
        Arc::clone(linter)
    }
}

/// The linters for the replies of one file.
#[derive(Debug)]
pub struct FileLinters<'a, 'b> {
    all: &'a Linters<'b>,
    overrides: Vec<usize>,
    plain: Arc<Linter<'b>>,
}

impl<'b> FileLinters<'_, 'b> {
    /// The linter for a reply that is sent through `channel`, if its file says so.
    pub fn for_channel(&self, channel: Option<&str>) -> Arc<Linter<'b>> {
        match channel.and_then(|channel| self.all.settings.profile_for(channel)) {
            None => Arc::clone(&self.plain),
            profile => self.all.get(&self.overrides, profile),
        }
    }
}

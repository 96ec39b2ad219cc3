//! The rules that hold for open documents: read once for each config, and again when a file changes.

use crate::baseline::Baseline;
use crate::check::{documented_book, rule_book};
use crate::config::Settings;
use crate::problem::Problem;
use crate::rules::{RuleBook, Severity};
use ropey::Rope;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

/// Where rules and settings come from: the command line decides.
pub trait Source: Send {
    /// Makes `root` the directory that relative paths are seen from: the one that the editor has open.
    fn enter(&mut self, root: &Path);
    /// The config that holds for files in `directory`.
    fn config_for(&self, directory: &Path) -> Option<PathBuf>;
    /// The settings that it gives.
    ///
    /// # Errors
    /// What is wrong with it.
    fn settings(&self, config: Option<&Path>) -> Result<Settings, Problem>;
    /// Findings below this are not shown.
    fn min_severity(&self) -> Severity;
}

/// The rules that hold under one config.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) settings: Settings,
    pub(super) book: RuleBook,
    /// The findings that are accepted.
    pub(super) baseline: Option<Baseline>,
    /// What rules say for themselves. Checking needs none of it.
    pages: OnceLock<BTreeMap<String, Page>>,
}

/// What a rule says for itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    pub(super) why: String,
    pub(super) source: String,
}

impl Rules {
    fn of(settings: Settings) -> Result<Self, Vec<Problem>> {
        let book = rule_book(&settings)?;
        let baseline = settings.baseline.as_deref().map(Baseline::read).transpose().map_err(|problem| vec![problem])?;
        Ok(Self { settings, book, baseline, pages: OnceLock::new() })
    }

    /// The rules, with what they say for themselves read meanwhile: nobody who points at a finding should wait for it.
    fn read_on(self) -> Arc<Self> {
        let rules = Arc::new(self);
        let read = Arc::clone(&rules);
        std::thread::spawn(move || read.pages.get_or_init(|| read.read_pages()).len());
        rules
    }

    /// What the rule `id` says for itself.
    pub(super) fn page(&self, id: &str) -> Option<&Page> {
        self.pages.get_or_init(|| self.read_pages()).get(id)
    }

    fn read_pages(&self) -> BTreeMap<String, Page> {
        let sets = documented_book(&self.settings, true).map(|(_, sets)| sets).unwrap_or_default();
        let rules = sets.iter().flat_map(|set| set.declaration.rules.iter().map(move |rule| (set, rule)));
        rules
            .map(|(set, rule)| {
                let page = Page { why: rule.why.trim().to_owned(), source: rule.source.trim().to_owned() };
                (format!("{}/{}", set.declaration.set, rule.id), page)
            })
            .collect()
    }

    /// Whether `path` is a rule file of these rules.
    pub(super) fn owns(&self, path: &Path) -> bool {
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        !self.settings.rules.is_empty() && {
            let path = real(path);
            self.settings.rules.iter().any(|directory| path.starts_with(real(directory)))
        }
    }
}

/// A problem, and the file that it is in as it was then: its place means nothing in what is written there later.
#[derive(Debug)]
pub(super) struct Located {
    pub(super) problem: Problem,
    pub(super) path: Option<PathBuf>,
    /// Empty for a file that can't be read.
    pub(super) text: Rope,
}

impl Located {
    fn find(problem: Problem, config: Option<&Path>) -> Self {
        let path = problem.path.as_deref().map(Path::new).or(config).map(Path::to_owned);
        let text = path.as_deref().and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
        Self { problem, path, text: Rope::from_str(&text) }
    }
}

/// When files were last written, and how long they were, in bytes.
type Stamp = BTreeMap<PathBuf, Option<(SystemTime, u64)>>;

/// The rules of one config, and the files that they were read from.
#[derive(Debug, Default)]
struct Kept {
    /// The last rules that were right.
    rules: Option<Arc<Rules>>,
    /// What is wrong with the files as they were read.
    problems: Vec<Located>,
    /// The baseline and the directories with rules.
    beside: Vec<PathBuf>,
    /// Config, rules and baseline as they were before they were read: what is written meanwhile is read again.
    stamp: Stamp,
}

impl Kept {
    fn load(source: &dyn Source, config: Option<&Path>, before: Self) -> Self {
        let Self { rules: old, mut beside, .. } = before;
        let mut stamp = Stamp::default();
        add_stamps(&mut stamp, config);
        let settings = source.settings(config);
        if let Ok(settings) = &settings {
            beside = settings.rules.iter().chain(&settings.baseline).cloned().collect();
        }
        add_stamps(&mut stamp, beside.iter().map(PathBuf::as_path));
        let (rules, problems) = match settings.map_err(|problem| vec![problem]).and_then(Rules::of) {
            Ok(rules) => (Some(rules.read_on()), Vec::new()),
            Err(problems) => (old, problems.into_iter().map(|problem| Located::find(problem, config)).collect()),
        };
        Self { rules, problems, beside, stamp }
    }

    fn has_changed(&self, config: Option<&Path>) -> bool {
        let mut stamp = Stamp::default();
        add_stamps(&mut stamp, config.into_iter().chain(self.beside.iter().map(PathBuf::as_path)));
        stamp != self.stamp
    }
}

/// Notes what files look like now, and the YAML files in directories.
fn add_stamps<'a>(stamp: &mut Stamp, paths: impl IntoIterator<Item = &'a Path>) {
    let seen = |path: &Path| {
        let metadata = std::fs::metadata(path).ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    };
    for path in paths {
        stamp.insert(path.to_owned(), seen(path));
        let inside = walkdir::WalkDir::new(path).min_depth(1).into_iter().flatten();
        let files = inside.filter(|entry| !entry.file_type().is_dir() && is_yaml(entry.path()));
        stamp.extend(files.map(|entry| (entry.path().to_owned(), seen(entry.path()))));
    }
}

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "yml" || e == "yaml")
}

/// The rules of all configs that open documents ask for.
#[derive(Debug, Default)]
pub(super) struct Keeper {
    kept: BTreeMap<Option<PathBuf>, Kept>,
}

impl Keeper {
    /// The rules under `config`; nothing if they never were right.
    pub(super) fn rules(&mut self, source: &dyn Source, config: &Option<PathBuf>) -> Option<Arc<Rules>> {
        let load = || Kept::load(source, config.as_deref(), Kept::default());
        self.kept.entry(config.clone()).or_insert_with(load).rules.clone()
    }

    /// Reads again what has changed. The configs that have other rules now, or other problems.
    pub(super) fn refresh(&mut self, source: &dyn Source) -> Vec<Option<PathBuf>> {
        let mut changed = Vec::new();
        for (config, kept) in &mut self.kept {
            if kept.has_changed(config.as_deref()) {
                *kept = Kept::load(source, config.as_deref(), std::mem::take(kept));
                changed.push(config.clone());
            }
        }
        changed
    }

    /// Forgets the configs that no document asks for.
    pub(super) fn forget(&mut self, is_used: impl Fn(&Option<PathBuf>) -> bool) {
        self.kept.retain(|config, _| is_used(config));
    }

    /// What is wrong with each config and its rules, and whether older rules hold on.
    pub(super) fn problems(&self) -> impl Iterator<Item = (&Option<PathBuf>, &[Located], bool)> {
        self.kept.iter().map(|(config, kept)| (config, kept.problems.as_slice(), kept.rules.is_some()))
    }

    /// Whether `path` is a config or a rule file.
    pub(super) fn owns(&self, path: &Path) -> bool {
        path.file_name().is_some_and(|name| name == crate::config::CONFIG_NAME)
            || self.kept.values().any(|kept| kept.rules.as_ref().is_some_and(|rules| rules.owns(path)))
    }
}

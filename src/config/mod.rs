//! `replylint.yml` and the command line to [`Settings`]: what is checked, how much it matters, what fails a run.

mod origin;
mod overrides;

pub use origin::{Origin, Setting, listed};
pub use overrides::{Override, OverrideDecl};

use crate::globs::Globs;
use crate::input::{Instruction, InstructionDecl, Limits};
use crate::problem::{Problem, did_you_mean, yaml_problem};
use crate::rules::Severity;
use crate::rules::book::Selection;
use crate::rules::declaration::Entries;
use crate::rules::{Step, locate};
use crate::wording::Wording;
use serde::Deserialize;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

/// The name of the config file.
pub const CONFIG_NAME: &str = "replylint.yml";

/// `replylint.yml` as written.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ConfigDecl {
    /// The profiles to start from; a later one goes over an earlier one.
    #[serde(default)]
    pub extends: Names,
    /// The language of the replies.
    #[serde(default)]
    pub language: Option<String>,
    /// Severity per rule or set.
    #[serde(default)]
    pub severity: Entries<Level>,
    /// What fails a run.
    #[serde(default)]
    pub fail_on: Option<FailOn>,
    /// Directories of own rule sets, relative to the config file.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Words that are never a finding.
    #[serde(default)]
    pub allow: Vec<String>,
    /// How files are read whose shape says nothing.
    #[serde(default)]
    pub inputs: Vec<InstructionDecl>,
    /// The findings that are known, relative to the config file.
    #[serde(default)]
    pub baseline: Option<String>,
    /// Files that are left out.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// Files that are taken, whatever ignore files and the rules for file names say.
    #[serde(default)]
    pub include: Vec<String>,
    /// Other settings for some files.
    #[serde(default)]
    pub overrides: Vec<OverrideDecl>,
    /// Longest reply that is checked, in megabytes (1 unless set; 4000 at most).
    #[serde(default)]
    pub max_reply_mb: Option<NonZeroU32>,
    /// Longest file that is read, in megabytes (256 unless set; 4000 at most). JSON Lines may have any length.
    #[serde(default)]
    pub max_file_mb: Option<NonZeroU32>,
}

/// One name or a list of names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(pub Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NamesVisitor;
        impl<'de> serde::de::Visitor<'de> for NamesVisitor {
            type Value = Names;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("one text, or a list of them")
            }
            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Names, E> {
                Ok(Names(vec![name.to_owned()]))
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Names, A::Error> {
                let mut names = Vec::new();
                while let Some(name) = seq.next_element()? {
                    names.push(name);
                }
                Ok(Names(names))
            }
        }
        deserializer.deserialize_any(NamesVisitor)
    }
}

/// A profile: which rules are on to begin with. The built-in ones are in `rules/profiles.yml`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What it is for, in one sentence.
    #[serde(default)]
    pub about: String,
    /// Whether strict rules are on.
    #[serde(default)]
    pub strict: bool,
    /// The only sets that are on, if there are any.
    #[serde(default)]
    pub only: Vec<String>,
    /// Severity per rule or set.
    #[serde(default)]
    pub severity: Entries<Level>,
    /// The channels whose replies it is for, as a reply's `channel` names them.
    #[serde(default)]
    pub channels: Vec<String>,
}

/// The severity of a rule, or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Not run.
    Off,
    /// Run, with this severity.
    On(Severity),
}

impl<'de> Deserialize<'de> for Level {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LevelVisitor;
        impl serde::de::Visitor<'_> for LevelVisitor {
            type Value = Level;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("`off`, `suggestion`, `warning` or `error`")
            }
            // YAML 1.1 habits: a bare `off` may arrive as a truth value.
            fn visit_bool<E: serde::de::Error>(self, on: bool) -> Result<Level, E> {
                if on { Err(E::custom("write `suggestion`, `warning` or `error`")) } else { Ok(Level::Off) }
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Level, E> {
                match text {
                    "off" => Ok(Level::Off),
                    "suggestion" => Ok(Level::On(Severity::Suggestion)),
                    "warning" => Ok(Level::On(Severity::Warning)),
                    "error" => Ok(Level::On(Severity::Error)),
                    other => {
                        let near = did_you_mean(other, ["off", "suggestion", "warning", "error"]);
                        let help = near.map_or_else(String::new, |n| format!("; did you mean `{n}`?"));
                        Err(E::custom(format!(
                            "`{other}` is no severity{help} (there are `off`, `suggestion`, `warning`, `error`)"
                        )))
                    }
                }
            }
        }
        deserializer.deserialize_any(LevelVisitor)
    }
}

/// The least severity that makes a run fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FailOn {
    /// Errors only.
    Error,
    /// Warnings and errors.
    #[default]
    Warning,
    /// Anything.
    Suggestion,
    /// Nothing.
    Never,
}

impl FailOn {
    /// Its name, as the config and the command line have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Suggestion => "suggestion",
            Self::Never => "never",
        }
    }

    /// Whether a finding of `severity` fails the run.
    pub fn includes(self, severity: Severity) -> bool {
        match self {
            Self::Error => severity >= Severity::Error,
            Self::Warning => severity >= Severity::Warning,
            Self::Suggestion => true,
            Self::Never => false,
        }
    }
}

/// Everything a run needs to know, resolved.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The profiles to start from, put together.
    pub profile: Profile,
    /// Their names.
    pub extends: Vec<String>,
    /// The language of the replies, as in `en`.
    pub language: String,
    /// Severity per rule or set, from the config; later entries win.
    pub severity: Vec<(String, Level)>,
    /// Only these rules or sets, if there are any.
    pub select: Vec<String>,
    /// Not these rules or sets.
    pub ignore: Vec<String>,
    /// What fails a run.
    pub fail_on: FailOn,
    /// Directories of own rule sets.
    pub rules: Vec<PathBuf>,
    /// Words that are never a finding.
    pub allow: Vec<String>,
    /// How files are read whose shape says nothing; the first that covers a file holds.
    pub inputs: Vec<Instruction>,
    /// The findings that are known.
    pub baseline: Option<PathBuf>,
    /// Files that are left out.
    pub exclude: Option<Globs>,
    /// Files that are taken, whatever ignore files and the rules for file names say.
    pub include: Option<Globs>,
    /// Other settings for some files; a later one goes over an earlier one.
    pub overrides: Vec<Override>,
    /// Whether the command line names the profiles: then neither a file's overrides nor a reply's channel change them.
    pub profile_is_given: bool,
    /// All profiles that there are, once [`Settings::apply_profiles`] has read them.
    pub profiles: Vec<(String, Profile)>,
    /// The config file that was read.
    pub config: Option<PathBuf>,
    /// How much is read.
    pub limits: Limits,
}

impl Selection for Settings {
    fn severity(&self, id: &str, declared: Severity, strict: bool) -> Option<Severity> {
        let set = id.split('/').next().unwrap_or(id);
        let names = |name: &str| name == id || name == set;
        let level = |entries: &[(String, Level)]| {
            let last = |wanted: &str| {
                entries.iter().rev().find(|(name, _)| name == wanted).map(|(name, level)| (name == id, *level))
            };
            last(id).or_else(|| last(set))
        };
        if self.ignore.iter().any(|n| names(n)) || (!self.select.is_empty() && !self.select.iter().any(|n| names(n))) {
            return None;
        }
        let by_profile = (self.profile.strict || !strict)
            && (self.profile.only.is_empty() || self.profile.only.iter().any(|n| n == set));
        let asked_for = self.select.iter().any(|n| n == id);
        match level(&self.severity).or_else(|| level(&self.profile.severity.0)) {
            Some((_, Level::Off)) => None,
            // A set's severity switches no rule on that is off by itself.
            Some((of_rule, Level::On(severity))) => (by_profile || of_rule || asked_for).then_some(severity),
            None => (by_profile || asked_for).then_some(declared),
        }
    }
}

/// The built-in profiles, by name.
///
/// # Errors
/// A profile file that does not parse: a defect that a test catches before any user sees it.
pub fn profiles() -> Result<Vec<(String, Profile)>, Problem> {
    let profiles: Result<Entries<Profile>, _> = serde_json::from_str(crate::rules::profiles_json());
    profiles.map(|entries| entries.0).map_err(|error| Problem::in_file("rules/profiles.yml", error.to_string()))
}

/// Reads the config file at `path`.
///
/// # Errors
/// What is wrong with it, with its place.
pub fn read(path: &Path) -> Result<ConfigDecl, Problem> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Problem::in_file(&name, "there is no such config")
            .help("check the path; `replylint init` writes a first one"),
        _ => Problem::in_file(&name, format!("can't read the config: {error}")),
    })?;
    if text.lines().all(|l| l.trim().is_empty() || l.trim_start().starts_with('#')) {
        return Ok(ConfigDecl::default());
    }
    serde_yaml::from_str(&text).map_err(|error| yaml_problem(&name, &text, &error))
}

/// The config file that holds for `directory`: the nearest one in it or above it.
pub fn find(directory: &Path) -> Option<PathBuf> {
    directory.ancestors().map(|d| d.join(CONFIG_NAME)).find(|p| p.is_file())
}

impl Settings {
    /// The settings that a config file gives.
    ///
    /// # Errors
    /// A pattern for files that is none.
    pub fn from_config(decl: ConfigDecl, path: Option<&Path>) -> Result<Self, Problem> {
        let base = path.and_then(Path::parent).unwrap_or(Path::new(""));
        let mut settings = Self {
            extends: decl.extends.0,
            language: decl.language.unwrap_or_else(|| "en".to_owned()),
            severity: decl.severity.0,
            fail_on: decl.fail_on.unwrap_or_default(),
            rules: decl.rules.iter().map(|dir| base.join(dir)).collect(),
            allow: decl.allow,
            baseline: decl.baseline.map(|path| base.join(path)),
            config: path.map(Path::to_owned),
            ..Self::default()
        };
        let key = |name: &str| Step::Key(name.to_owned());
        let wrong = |settings: &Self, message: String, at: &[Step]| {
            settings.in_config(Problem::new(message), at).help("write it as in `macros/*.json`")
        };
        for (name, given) in [("max-reply-mb", decl.max_reply_mb), ("max-file-mb", decl.max_file_mb)] {
            if given.is_some_and(|given| given.get() > Limits::MB_MAX) {
                let problem = Problem::new(format!("`{name}` is more than {}", Limits::MB_MAX));
                return Err(settings
                    .in_config(problem, &[key(name)])
                    .help(format!("write at most {}", Limits::MB_MAX)));
            }
        }
        let bytes = |given: Option<NonZeroU32>| given.map(|given| given.get() as usize * Limits::MB);
        settings.limits.reply = bytes(decl.max_reply_mb).unwrap_or(settings.limits.reply);
        settings.limits.file = bytes(decl.max_file_mb).map_or(settings.limits.file, |bytes| bytes as u64);
        for input in decl.inputs {
            let input = Instruction::new(input, base).map_err(|message| wrong(&settings, message, &[key("inputs")]))?;
            settings.inputs.push(input);
        }
        let globs = |settings: &Self, patterns: &[String], at: &[Step]| {
            Globs::new(patterns, base).map_err(|(number, message)| {
                // One pattern may stand there without a list.
                let item = [at, &[Step::Item(number)]].concat();
                wrong(settings, message, &item)
            })
        };
        if !decl.exclude.is_empty() {
            settings.exclude = Some(globs(&settings, &decl.exclude, &[key("exclude")])?);
        }
        if !decl.include.is_empty() {
            settings.include = Some(globs(&settings, &decl.include, &[key("include")])?);
        }
        for (number, decl) in decl.overrides.into_iter().enumerate() {
            let files = globs(&settings, &decl.files.0, &[key("overrides"), Step::Item(number), key("files")])?;
            settings.overrides.push(Override { files, decl });
        }
        Ok(settings)
    }

    /// The problem, with the place in the config that `at` leads to.
    fn in_config(&self, problem: Problem, at: &[Step]) -> Problem {
        let Some(config) = &self.config else {
            return problem;
        };
        let yaml = std::fs::read_to_string(config).unwrap_or_default();
        Problem { path: Some(config.display().to_string()), position: locate(&yaml, at), ..problem }
    }

    /// Puts the profiles that `extends` names together.
    ///
    /// # Errors
    /// A name that no profile has, here or in an override.
    pub fn apply_profiles(&mut self) -> Result<(), Problem> {
        self.profiles = profiles()?;
        let own = (!self.profile_is_given).then(|| vec![Step::Key("extends".to_owned())]);
        let mut named: Vec<(&String, Option<Vec<Step>>)> =
            self.extends.iter().map(|name| (name, own.clone())).collect();
        for (number, Override { decl, .. }) in self.overrides.iter().enumerate() {
            named.extend(decl.extends.0.iter().map(|name| (name, Some(overrides::at(number, "extends")))));
        }
        let known: Vec<&str> = self.profiles.iter().map(|(name, _)| name.as_str()).collect();
        if let Some((name, place)) = named.into_iter().find(|(name, _)| !known.contains(&name.as_str())) {
            let problem = Problem::new(format!("there is no profile `{name}`"));
            let problem = problem.help(match did_you_mean(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are {}", known.join(", ")),
            });
            return Err(match place {
                Some(place) => self.in_config(problem, &place),
                None => problem,
            });
        }
        self.profile = self.together(&self.extends);
        Ok(())
    }

    /// Refuses names of rules and sets that do not exist.
    pub fn check_names(&self, ids: &[Wording]) -> Vec<Problem> {
        let known: Vec<&str> = ids.iter().flat_map(|id| [id.as_str(), id.split('/').next().unwrap_or(id)]).collect();
        let key = |name: &str| Step::Key(name.to_owned());
        let mut named: Vec<(&String, &str, Option<Vec<Step>>)> = Vec::new();
        named.extend(self.severity.iter().map(|(name, _)| (name, "severity", Some(vec![key("severity"), key(name)]))));
        for (number, Override { decl, .. }) in self.overrides.iter().enumerate() {
            let at = |field: &str, last: Step| Some([overrides::at(number, field), vec![last]].concat());
            let severity = decl.severity.0.iter().map(|(name, _)| (name, "severity", at("severity", key(name))));
            named.extend(severity);
            let ignore = decl.ignore.iter().enumerate();
            named.extend(ignore.map(|(item, name)| (name, "ignore", at("ignore", Step::Item(item)))));
        }
        named.extend(self.select.iter().map(|name| (name, "--select", None)));
        named.extend(self.ignore.iter().map(|name| (name, "--ignore", None)));
        let unknown = named.into_iter().filter(|(name, ..)| !known.contains(&name.as_str()));
        unknown
            .map(|(name, place, at)| {
                let problem = Problem::new(format!("there is no rule or set `{name}` ({place})"));
                let problem = problem.help(match did_you_mean(name, known.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`replylint rules` lists them".to_owned(),
                });
                match at {
                    Some(at) => self.in_config(problem, &at),
                    None => problem,
                }
            })
            .collect()
    }
}

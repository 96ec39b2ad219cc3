//! `replylint.yml` and the command line to [`Settings`]: what is checked, how much it matters, what fails a run.

use crate::problem::{Problem, did_you_mean, yaml_problem};
use crate::rules::Severity;
use crate::rules::book::Selection;
use crate::rules::declaration::Entries;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// The name of the config file.
pub const CONFIG_NAME: &str = "replylint.yml";

/// The sets that the `minimal` profile keeps.
const MINIMAL: [&str; 5] = ["greeting", "blame", "apology", "next-step", "defensive"];

/// `replylint.yml` as written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ConfigDecl {
    /// The profile to start from.
    #[serde(default)]
    pub extends: Profile,
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
}

/// Which rules are on to begin with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// Every rule that is on by default.
    #[default]
    Default,
    /// Every rule.
    Strict,
    /// The five families: greeting, blame, apology, next step, defensive.
    Minimal,
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
    /// The profile to start from.
    pub profile: Profile,
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
    /// The config file that was read.
    pub config: Option<PathBuf>,
}

impl Selection for Settings {
    fn severity(&self, id: &str, declared: Severity, strict: bool) -> Option<Severity> {
        let set = id.split('/').next().unwrap_or(id);
        let names = |name: &str| name == id || name == set;
        let configured = self.severity.iter().rev().find(|(name, _)| name == id).or(self
            .severity
            .iter()
            .rev()
            .find(|(name, _)| name == set));
        if self.ignore.iter().any(|n| names(n)) || (!self.select.is_empty() && !self.select.iter().any(|n| names(n))) {
            return None;
        }
        let by_profile = match self.profile {
            Profile::Default => !strict,
            Profile::Strict => true,
            Profile::Minimal => !strict && MINIMAL.contains(&set),
        };
        match configured {
            Some((_, Level::Off)) => None,
            Some((name, Level::On(severity))) => (by_profile || name == id).then_some(*severity),
            None if self.select.iter().any(|n| n == id) => Some(declared),
            None => by_profile.then_some(declared),
        }
    }
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
    pub fn from_config(decl: ConfigDecl, path: Option<&Path>) -> Self {
        let base = path.and_then(Path::parent).unwrap_or(Path::new(""));
        Self {
            profile: decl.extends,
            language: decl.language.unwrap_or_else(|| "en".to_owned()),
            severity: decl.severity.0,
            fail_on: decl.fail_on.unwrap_or_default(),
            rules: decl.rules.iter().map(|dir| base.join(dir)).collect(),
            allow: decl.allow,
            config: path.map(Path::to_owned),
            ..Self::default()
        }
    }

    /// Refuses names of rules and sets that do not exist.
    pub fn check_names(&self, ids: &[String]) -> Vec<Problem> {
        let known: Vec<&str> = ids.iter().flat_map(|id| [id.as_str(), id.split('/').next().unwrap_or(id)]).collect();
        let unknown = |name: &str, place: &str| {
            let problem = Problem::new(format!("there is no rule or set `{name}` ({place})"));
            problem.help(match did_you_mean(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`replylint rules` lists them".to_owned(),
            })
        };
        let mut problems = Vec::new();
        let in_config = self.severity.iter().map(|(name, _)| (name, "severity"));
        let given = self.select.iter().map(|n| (n, "--select")).chain(self.ignore.iter().map(|n| (n, "--ignore")));
        for (name, place) in in_config.chain(given) {
            if !known.contains(&name.as_str()) {
                let mut problem = unknown(name, place);
                if place == "severity"
                    && let Some(config) = &self.config
                {
                    problem.path = Some(config.display().to_string());
                    let yaml = std::fs::read_to_string(config).unwrap_or_default();
                    problem.position = crate::rules::locate_key(&yaml, &["severity", name]);
                }
                problems.push(problem);
            }
        }
        problems
    }
}

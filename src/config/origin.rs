//! Every setting with its value and where it came from.

use super::Settings;
use super::overrides::at;
use crate::problem::Problem;
use crate::rules::{Step, locate};
use serde_json::{Map, Value, json};
use std::fmt;

/// Where a setting came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// The config: its path and the line.
    Config(String, usize),
    /// An override in the config: its path, the line.
    Override(String, usize),
    /// The command line.
    CommandLine,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Config(path, line) => write!(f, "{path}:{line}"),
            Self::Override(path, line) => write!(f, "override, {path}:{line}"),
            Self::CommandLine => f.write_str("command line"),
        }
    }
}

/// One setting.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Its name, as in `severity.blame` or `fail-on`.
    pub key: String,
    /// Its value, as it was written.
    pub value: Value,
    /// Where it came from.
    pub origin: Origin,
}

/// Lists of which every origin has its share; of the others the last origin has the say.
const ADDED_UP: [&str; 6] = ["rules", "allow", "exclude", "select", "ignore", "inputs"];

/// All keys, with what holds where nobody sets them.
fn defaults() -> Vec<(&'static str, Value)> {
    vec![
        ("extends", json!(["default"])),
        ("language", json!("en")),
        ("severity", json!({})),
        ("select", json!([])),
        ("ignore", json!([])),
        ("allow", json!([])),
        ("fail-on", json!("warning")),
        ("min-severity", json!("suggestion")),
        ("baseline", Value::Null),
        ("rules", json!([])),
        ("inputs", json!([])),
        ("exclude", json!([])),
        ("force-exclude", json!(true)),
        ("include", json!([])),
        ("overrides", json!([])),
        ("max-reply-mb", json!(1)),
        ("max-file-mb", json!(256)),
    ]
}

/// All settings of a run, in a fixed order: those of the config, those that the command line has `given`, and those of the
/// numbered overrides, if it is about one file.
///
/// # Errors
/// The config can't be read again.
pub fn listed(settings: &Settings, given: &[(&str, Value)], overrides: &[usize]) -> Result<Vec<Setting>, Problem> {
    let (path, yaml) = match &settings.config {
        None => (String::new(), String::new()),
        Some(path) => {
            let name = path.display().to_string();
            let yaml = std::fs::read_to_string(path)
                .map_err(|error| Problem::in_file(&name, format!("can't read the config: {error}")))?;
            (name, yaml)
        }
    };
    // Whoever comes here has read the config once; an empty one is no mapping.
    let written: Map<String, Value> = serde_yaml::from_str(&yaml).unwrap_or_default();
    let line = |steps: &[Step]| locate(&yaml, steps).map_or(1, |position| position.line);
    let key_line = |key: &str| {
        let is_key = |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(':'));
        yaml.lines().position(is_key).map_or_else(|| line(&[step(key)]), |index| index + 1)
    };
    let mut keys = defaults();
    for (key, _) in written.iter().filter(|(key, _)| !defaults().iter().any(|(known, _)| known == key)) {
        keys.push((key, Value::Null));
    }
    let mut all = Vec::new();
    for (key, default) in keys {
        let mut found: Vec<Setting> = Vec::new();
        let add = |found: &mut Vec<Setting>, value: &Value, origin: &dyn Fn(Option<&str>) -> Origin| match value {
            Value::Object(entries) => found.extend(entries.iter().map(|(name, value)| Setting {
                key: format!("{key}.{name}"),
                value: value.clone(),
                origin: origin(Some(name)),
            })),
            value => found.push(Setting { key: key.to_owned(), value: value.clone(), origin: origin(None) }),
        };
        if let Some(value) = written.get(key) {
            add(&mut found, value, &|entry| {
                let at = entry.map_or_else(|| key_line(key), |entry| line(&[step(key), step(entry)]));
                Origin::Config(path.clone(), at)
            });
        }
        for number in overrides {
            let item = written.get("overrides").and_then(|items| items.get(*number)).and_then(|item| item.get(key));
            if let Some(value) = item {
                // As in a run: what is said of a set here goes over what was said of its rules elsewhere.
                let sets = value.as_object();
                found.retain(|setting| !sets.is_some_and(|sets| sets.contains_key(set_of(&setting.key))));
                add(&mut found, value, &|entry| {
                    let mut steps = at(*number, key);
                    steps.extend(entry.map(step));
                    Origin::Override(path.clone(), line(&steps))
                });
            }
        }
        for (_, value) in given.iter().filter(|(name, _)| *name == key) {
            add(&mut found, value, &|_| Origin::CommandLine);
        }
        // Later ones win, entry by entry where there are entries.
        if !ADDED_UP.contains(&key) {
            let last = |setting: &Setting, later: &[Setting]| !later.iter().any(|other| other.key == setting.key);
            let kept = (0..found.len()).filter(|index| last(&found[*index], &found[index + 1..]));
            found = kept.map(|index| found[index].clone()).collect();
        }
        if found.is_empty() {
            found.push(Setting { key: key.to_owned(), value: default, origin: Origin::Default });
        }
        all.extend(found);
    }
    Ok(all)
}

/// The set that a severity is about: `severity.blame/you-failed` is about `blame`.
fn set_of(key: &str) -> &str {
    key.split_once('.').map_or("", |(_, name)| name.split('/').next().unwrap_or(name))
}

fn step(key: &str) -> Step {
    Step::Key(key.to_owned())
}

//! Which settings hold for one reply: those of the run, then those for its file, then the profile for its channel.

use super::{Level, Names, Profile, Settings};
use crate::globs::{Globs, real};
use crate::rules::Step;
use crate::rules::declaration::Entries;
use serde::Deserialize;
use std::path::Path;

/// An item of `overrides:` as written.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OverrideDecl {
    /// Which files, as patterns relative to the config.
    pub files: Names,
    /// The profiles to start from, in the place of those of the whole config.
    #[serde(default)]
    pub extends: Names,
    /// Severity per rule or set, over that of the config.
    #[serde(default)]
    pub severity: Entries<Level>,
    /// Not these rules or sets.
    #[serde(default)]
    pub ignore: Vec<String>,
    /// More words that are never a finding.
    #[serde(default)]
    pub allow: Vec<String>,
}

/// Settings for some files.
#[derive(Clone, Debug)]
pub struct Override {
    /// Which files.
    pub files: Globs,
    /// The settings.
    pub decl: OverrideDecl,
}

/// The way to a field of an override in the config.
pub(super) fn at(number: usize, field: &str) -> Vec<Step> {
    vec![Step::Key("overrides".to_owned()), Step::Item(number), Step::Key(field.to_owned())]
}

impl Settings {
    /// The numbers of the overrides that hold for a file.
    pub fn overrides_for(&self, path: &Path) -> Vec<usize> {
        if self.overrides.is_empty() {
            return Vec::new();
        }
        let path = real(path);
        self.overrides.iter().enumerate().filter(|(_, o)| o.files.cover(&path)).map(|(number, _)| number).collect()
    }

    /// The name of the profile for replies of a channel, unless the command line names the profiles.
    pub fn profile_for(&self, channel: &str) -> Option<&str> {
        let channel = channel.trim().to_lowercase();
        let is_for = |profile: &Profile| profile.channels.iter().any(|name| name.to_lowercase() == channel);
        let mut fitting = self.profiles.iter().filter(|(_, profile)| !self.profile_is_given && is_for(profile));
        fitting.next().map(|(name, _)| name.as_str())
    }

    /// The settings for a reply in a file with these overrides. `profile` is its channel's: it goes over the others, and
    /// under everything that the config says of single rules.
    pub fn for_reply(&self, overrides: &[usize], profile: Option<&str>) -> Self {
        let mut settings = self.clone();
        for decl in overrides.iter().filter_map(|number| self.overrides.get(*number)).map(|o| &o.decl) {
            if !decl.extends.0.is_empty() && !self.profile_is_given {
                settings.extends.clone_from(&decl.extends.0);
            }
            // What is said of a set here goes over what was said of its rules elsewhere.
            let here = |set: &str| decl.severity.0.iter().any(|(name, _)| name == set);
            settings.severity.retain(|(name, _)| !name.split('/').next().is_some_and(here));
            settings.severity.extend(decl.severity.0.iter().cloned());
            settings.ignore.extend(decl.ignore.iter().cloned());
            settings.allow.extend(decl.allow.iter().cloned());
        }
        settings.extends.extend(profile.map(str::to_owned));
        settings.profile = settings.together(&settings.extends);
        settings
    }

    /// The profiles of these names as one; a later one goes over an earlier one.
    pub(super) fn together(&self, names: &[String]) -> Profile {
        let mut all = Profile::default();
        for (_, profile) in names.iter().filter_map(|name| self.profiles.iter().find(|(known, _)| known == name)) {
            all.strict |= profile.strict;
            if !profile.only.is_empty() {
                all.only.clone_from(&profile.only);
            }
            all.severity.0.extend(profile.severity.0.iter().cloned());
        }
        all
    }
}

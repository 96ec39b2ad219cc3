//! `replylint config`: every setting, its value and where it came from; and the settings that the command line gives.

use super::walk::FilterArgs;
use super::{CLEAN, Console, FAILED, SeverityArg, SourceArgs, settings};
use crate::check::rule_book;
use crate::config::{FailOn, Origin, Setting, Settings, listed};
use crate::discover::LeftOut;
use crate::lint::Shown;
use crate::problem::Problem;
use clap::{Args, ValueEnum};
use colored::Colorize;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::PathBuf;

/// Which rules run and what they come to, as far as the command line says it.
#[derive(Args, Clone, Debug)]
pub(super) struct ChoiceArgs {
    /// Run only these rules or sets (comma separated)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(super) select: Vec<String>,

    /// Don't run these rules or sets (comma separated)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(super) ignore: Vec<String>,

    /// Start from these profiles: default, strict, minimal, chat, social, template
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(super) profile: Vec<String>,

    /// The least severity that makes the exit status 1 [default: warning]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(super) fail_on: Option<FailOn>,

    /// Leave out findings below this severity
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(super) min_severity: Option<SeverityArg>,
}

impl ChoiceArgs {
    /// The settings of a run: the config, and over it the command line.
    pub(super) fn settings(&self, source: &SourceArgs) -> Result<Settings, Problem> {
        self.over(settings(source)?)
    }

    /// The same with this config in the place of the nearest.
    #[cfg(feature = "lsp")]
    pub(super) fn settings_from(
        &self,
        source: &SourceArgs,
        config: Option<&std::path::Path>,
    ) -> Result<Settings, Problem> {
        self.over(source.settings(config)?)
    }

    fn over(&self, mut settings: Settings) -> Result<Settings, Problem> {
        settings.select.clone_from(&self.select);
        settings.ignore.clone_from(&self.ignore);
        settings.fail_on = self.fail_on.unwrap_or(settings.fail_on);
        if !self.profile.is_empty() {
            settings.extends.clone_from(&self.profile);
            settings.profile_is_given = true;
        }
        settings.apply_profiles()?;
        Ok(settings)
    }
}

#[derive(Args, Debug)]
#[command(after_help = "\
Takes the options of `replylint check` that change settings. With a path, the overrides that hold for that file are
shown, and whether it would be left out. The `channel` in a reply's front matter may add a profile (chat, social).")]
pub(super) struct ConfigArgs {
    /// A file: show what holds for it
    path: Option<PathBuf>,

    #[command(flatten)]
    source: SourceArgs,

    #[command(flatten)]
    choice: ChoiceArgs,

    #[command(flatten)]
    filter: FilterArgs,

    /// How to print the settings
    #[arg(long, value_enum, default_value_t)]
    format: ShowAs,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum ShowAs {
    /// One line per setting.
    #[default]
    Human,
    /// One JSON object.
    Json,
}

pub(super) fn run(args: &ConfigArgs, console: &Console) -> u8 {
    let found = args.choice.settings(&args.source).map_err(|problem| vec![problem]).and_then(|settings| {
        // A name that no rule has is as wrong here as in a run.
        rule_book(&settings)?;
        let filter = args.filter.filter(&settings).map_err(|problem| vec![problem])?;
        let overrides = args.path.as_deref().map(|path| settings.overrides_for(path)).unwrap_or_default();
        let all = listed(&settings, &given(args), &overrides).map_err(|problem| vec![problem])?;
        let left_out = args.path.as_deref().and_then(|path| filter.leaves_out(path));
        Ok((all, left_out, filter.problems()))
    });
    match found {
        Ok((all, left_out, problems)) => {
            console.print(&match args.format {
                ShowAs::Human => human(args, &all, left_out.as_ref()),
                ShowAs::Json => as_json(args, &all, left_out.as_ref()),
            });
            console.problems(&problems);
            if problems.is_empty() { CLEAN } else { FAILED }
        }
        Err(problems) => {
            console.problems(&problems);
            FAILED
        }
    }
}

/// What the command line says, under the names that the config has for it.
fn given(args: &ConfigArgs) -> Vec<(&'static str, Value)> {
    let choice = &args.choice;
    let name = |severity: Option<String>| severity.map(Value::String);
    let list = |items: &[String]| (!items.is_empty()).then(|| json!(items));
    let fail_on = choice.fail_on.and_then(|level| level.to_possible_value()).map(|v| v.get_name().to_owned());
    let least = choice.min_severity.and_then(|level| level.to_possible_value()).map(|v| v.get_name().to_owned());
    let rules: Vec<String> = args.source.rules.iter().map(|path| path.display().to_string()).collect();
    let all = [
        ("extends", list(&choice.profile)),
        ("select", list(&choice.select)),
        ("ignore", list(&choice.ignore)),
        ("fail-on", name(fail_on)),
        ("min-severity", name(least)),
        ("rules", list(&rules)),
        ("exclude", list(&args.filter.exclude)),
        ("force-exclude", args.filter.no_force_exclude.then_some(Value::Bool(false))),
    ];
    all.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}

fn reason(left_out: &LeftOut) -> String {
    match left_out {
        LeftOut::Excluded => "`exclude`".to_owned(),
        LeftOut::Ignored(file) => file.display().to_string(),
    }
}

fn human(args: &ConfigArgs, all: &[Setting], left_out: Option<&LeftOut>) -> String {
    let mut out = String::new();
    if let Some(path) = &args.path {
        let state = left_out.map_or_else(|| "not left out".to_owned(), |why| format!("left out by {}", reason(why)));
        let _ = writeln!(out, "{}: {}", Shown(&path.display().to_string()).to_string().bold(), Shown(&state));
    }
    let rows: Vec<[String; 3]> = all
        .iter()
        .map(|setting| {
            let value = match &setting.value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            [&setting.key, &value, &setting.origin.to_string()].map(|text| Shown(text).to_string())
        })
        .collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0).min(50);
    let (keys, values) = (width(0), width(1));
    for [key, value, origin] in &rows {
        let _ = writeln!(out, "{key:keys$}  {value:values$}  {}", origin.dimmed());
    }
    out
}

fn as_json(args: &ConfigArgs, all: &[Setting], left_out: Option<&LeftOut>) -> String {
    let rows: Vec<Value> = all
        .iter()
        .map(|setting| {
            let (from, place) = match &setting.origin {
                Origin::Default => ("default", None),
                Origin::Config(path, line) => ("config", Some((path, line))),
                Origin::Override(path, line) => ("override", Some((path, line))),
                Origin::CommandLine => ("command line", None),
            };
            let (path, line) = place.unzip();
            json!({"key": setting.key, "value": setting.value, "from": from, "path": path, "line": line})
        })
        .collect();
    let path = args.path.as_ref().map(|path| path.display().to_string());
    let whole = json!({"path": path, "left_out_by": left_out.map(reason), "settings": rows});
    format!("{whole:#}\n")
}

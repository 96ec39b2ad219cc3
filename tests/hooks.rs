//! The set-ups for hooks and CI: the git hook runs in a repository, and no file names an option that does not exist.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod support;

use serde_yaml::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use support::Desk;

const YAML: [&str; 4] = [
    ".pre-commit-hooks.yaml",
    "examples/github-action/action.yml",
    "examples/github-action/workflow.yml",
    "examples/gitlab/replylint.gitlab-ci.yml",
];

const OTHERS: [&str; 3] =
    ["examples/hooks/pre-commit", "examples/spark/README.md", "examples/spark/replylint_spark.py"];

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap().replace("\r\n", "\n")
}

fn yaml(path: &str) -> Value {
    serde_yaml::from_str(&read(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A repository with the hook, made as its own words say.
struct Repository(Desk);

impl Repository {
    fn new() -> Self {
        let repository = Self(Desk::new());
        repository.git(&["init", "--quiet"]);
        repository.git(&["config", "user.name", "Ana"]);
        repository.git(&["config", "user.email", "ana@example.com"]);
        let hook = repository.0.file(".git/hooks/pre-commit", read("examples/hooks/pre-commit"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(hook, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        repository
    }

    fn run(&self, git: &[&str]) -> Output {
        let binary = PathBuf::from(assert_cmd::cargo::cargo_bin!("replylint"));
        let old = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(
            std::iter::once(binary.parent().unwrap().to_owned()).chain(std::env::split_paths(&old)),
        );
        let mut command = Command::new("git");
        // The repository is its own, even where the tests are run by a hook of another.
        for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX"] {
            command.env_remove(name);
        }
        command.args(git).current_dir(self.0.path()).env("PATH", path.unwrap()).output().unwrap()
    }

    fn git(&self, arguments: &[&str]) {
        let output = self.run(arguments);
        assert!(output.status.success(), "git {arguments:?}: {}", said(&output));
    }

    /// Whether all that is there can be committed, and what is said.
    fn commit(&self) -> (bool, String) {
        self.git(&["add", "--all"]);
        let output = self.run(&["commit", "--quiet", "-m", "macros"]);
        (output.status.success(), said(&output))
    }
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn the_git_hook_stops_a_bad_macro_and_lets_a_good_one_pass() {
    let repository = Repository::new();
    repository.0.file("macros/late.md", "Hello Ana,\n\nCalm down.\n");
    let (passes, told) = repository.commit();
    assert!(!passes && told.contains("macros/late.md:3:1: "), "{told}");
    // What is committed counts, not what is on the disk.
    repository.0.file("macros/late.md", "Hello Ana,\n\nYour parcel is in Leeds.\n");
    let output = repository.run(&["commit", "--quiet", "-m", "macros"]);
    assert!(!output.status.success(), "{}", said(&output));
    let (passes, told) = repository.commit();
    assert!(passes, "{told}");
    assert_eq!(told, "");
}

#[test]
fn the_git_hook_honours_excludes_and_rewrites_nothing() {
    let repository = Repository::new();
    repository.0.file("replylint.yml", format!("{}exclude: [archive/]\n", support::CONFIG));
    let old = repository.0.file("archive/old.md", "Calm down!!!\n");
    repository.0.file("notes/mine.md", "Calm down!!!\n");
    repository.0.file(".replylintignore", "notes/\n");
    let (passes, told) = repository.commit();
    assert!(passes, "{told}");
    let new = repository.0.file("macros/new.md", "Calm down!!!\n");
    let (passes, told) = repository.commit();
    assert!(!passes && told.contains("macros/new.md:1:1: ") && !told.contains("archive"), "{told}");
    for file in [old, new] {
        assert_eq!(std::fs::read_to_string(file).unwrap(), "Calm down!!!\n");
    }
}

#[test]
fn the_git_hook_says_that_replylint_is_missing() {
    let repository = Repository::new();
    let hook = repository.0.path().join(".git/hooks/pre-commit");
    let shell = String::from_utf8(Command::new("sh").args(["-c", "command -v sh"]).output().unwrap().stdout).unwrap();
    let output = Command::new(shell.trim()).arg(hook).env("PATH", "/nowhere").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(said(&output), "the replies can't be checked: replylint is not on the PATH\n");
}

/// Every long option in the words behind `replylint check`, to the end of the line.
fn options(text: &str) -> impl Iterator<Item = String> {
    let commands = text.lines().filter_map(|line| line.split_once("replylint check").map(|(_, rest)| rest));
    let words = commands.flat_map(|rest| rest.split(|c: char| c.is_whitespace() || "`\"'|,[]".contains(c)));
    let words: Vec<String> = words.map(str::to_owned).collect();
    words.into_iter().filter(|word| word.len() > 2 && word.starts_with("--"))
}

/// Every text in a document.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Sequence(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Mapping(entries) => entries.values().for_each(|item| texts(item, found)),
        _ => {}
    }
}

#[test]
fn every_option_that_is_named_exists() {
    let help = String::from_utf8(Desk::empty().output("check --help", "").stdout).unwrap();
    let known: BTreeSet<&str> = help.split([' ', ',', '\n']).filter(|word| word.starts_with("--")).collect();
    let mut named: Vec<(&str, String)> = Vec::new();
    for path in YAML {
        let (document, mut found) = (yaml(path), Vec::new());
        texts(&document, &mut found);
        named.extend(found.iter().flat_map(|text| options(text)).map(|option| (path, option)));
    }
    for path in OTHERS {
        named.extend(options(&read(path)).map(|option| (path, option)));
    }
    // Those that stand in lists and variables of their own.
    for hook in yaml(YAML[0]).as_sequence().unwrap() {
        let args = hook["args"].as_sequence().unwrap().iter().map(|arg| arg.as_str().unwrap().to_owned());
        named.extend(args.filter(|arg| arg.starts_with("--")).map(|arg| (YAML[0], arg)));
    }
    let python = read(OTHERS[2]);
    let command = python.lines().find(|line| line.contains("command = [")).unwrap();
    named.extend(command.split('"').filter(|word| word.starts_with("--")).map(|word| (OTHERS[2], word.to_owned())));
    for (path, text) in [
        (YAML[2], yaml(YAML[2])["jobs"]["replylint"]["steps"][1]["with"]["args"].clone()),
        (YAML[3], yaml(YAML[3])["replylint"]["variables"]["REPLYLINT_ARGS"].clone()),
    ] {
        let words = text.as_str().unwrap().split(' ').filter(|word| word.starts_with("--"));
        named.extend(words.map(|word| (path, word.to_owned())));
    }
    assert!(named.len() > 15, "{named:?}");
    for path in YAML.iter().chain(&OTHERS) {
        assert!(named.iter().any(|(named_in, _)| named_in == path), "{path} names no option");
    }
    for (path, option) in &named {
        assert!(known.contains(option.as_str()), "{path} names {option}, which `replylint check` does not have");
    }
}

#[test]
fn the_hooks_for_pre_commit_are_two_and_change_nothing() {
    let hooks = yaml(YAML[0]);
    let hooks = hooks.as_sequence().unwrap();
    let languages: Vec<_> = hooks.iter().map(|hook| (hook["id"].as_str(), hook["language"].as_str())).collect();
    assert_eq!(languages, [(Some("replylint"), Some("system")), (Some("replylint-from-source"), Some("rust"))]);
    for hook in hooks {
        assert_eq!(hook["require_serial"], Value::Bool(true));
        assert_eq!(hook["entry"], "replylint check");
        let args = hook["args"].as_sequence().unwrap();
        assert!(!args.iter().any(|arg| arg.as_str().is_some_and(|arg| arg.contains("fix"))), "{args:?}");
    }
}

/// Whether `text` asks for the step's output, input or variable of that name.
fn asks_for(text: &str, of: &str, name: &str) -> bool {
    text.contains(&format!("{of}.{name} }}}}"))
}

#[test]
fn the_action_uses_what_it_declares_and_runs_nothing_that_users_write() {
    let action = yaml(YAML[1]);
    let text = read(YAML[1]);
    for name in action["inputs"].as_mapping().unwrap().keys() {
        assert!(asks_for(&text, "inputs", name.as_str().unwrap()), "nothing uses the input {name:?}");
    }
    for step in action["runs"]["steps"].as_sequence().unwrap() {
        let script = step["run"].as_str().unwrap();
        assert!(!script.contains("${{"), "an expression in a script could be run: {script}");
        assert_eq!(step["shell"], "bash");
    }
    let workflow = yaml(YAML[2]);
    for step in workflow["jobs"]["replylint"]["steps"].as_sequence().unwrap() {
        if step["uses"].as_str().unwrap().ends_with("github-action") {
            for given in step["with"].as_mapping().unwrap().keys() {
                assert!(action["inputs"].get(given).is_some(), "the action has no input {given:?}");
            }
        }
    }
}

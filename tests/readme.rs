//! README and rules/README.md cannot drift: their YAML loads and passes, their commands exist, the picture is the real output.
//!
//! `UPDATE_PICTURE=1 cargo test --test readme` draws the picture anew; look at it before you commit it.

#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const README: &str = include_str!("../README.md");
/// The reference for writers of rules.
const RULES: &str = include_str!("../rules/README.md");

/// Longest README, in lines. People read it to the end or not at all.
const LINES_MAX: usize = 350;
/// Longest first rule set, in lines of YAML.
const FIRST_SET_LINES_MAX: usize = 14;

const PICTURE: &str = "examples/terminal.svg";
/// The drafts in the picture.
const PICTURED: [&str; 2] = ["examples/drafts/bad/broadband-outage.md", "examples/drafts/bad/airline-refund.md"];
/// Width of the pictured terminal, in columns.
const COLUMNS: &str = "110";

fn replylint(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_replylint"))
        .args(arguments)
        .current_dir(directory)
        .env("COLUMNS", COLUMNS)
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The fenced blocks of one language.
fn blocks(language: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut block: Option<String> = None;
    for line in README.lines().chain(RULES.lines()) {
        match &mut block {
            None if line == format!("```{language}") => block = Some(String::new()),
            None => {}
            Some(_) if line == "```" => found.extend(block.take()),
            Some(text) => {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    found
}

fn rule_sets() -> Vec<String> {
    blocks("yaml").into_iter().filter(|block| block.starts_with("set: ")).collect()
}

fn config() -> String {
    let configs: Vec<String> = blocks("yaml").into_iter().filter(|b| b.starts_with("# replylint.yml\n")).collect();
    assert_eq!(configs.len(), 1, "one block shows the config");
    configs.into_iter().next().unwrap()
}

#[test]
fn it_is_short() {
    assert!(README.lines().count() <= LINES_MAX, "README has {} lines", README.lines().count());
}

#[test]
fn every_yaml_block_is_a_rule_set_or_the_config() {
    assert_eq!(rule_sets().len() + 1, blocks("yaml").len());
    assert!(rule_sets()[0].lines().count() <= FIRST_SET_LINES_MAX, "the first rule set fits a small screen");
}

#[test]
fn every_rule_set_passes_its_own_examples() {
    for set in rule_sets() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("own.yml"), &set).unwrap();
        let output = replylint(directory.path(), &["test", "."]);
        assert!(output.status.success(), "{set}\n{}", said(&output));
        assert!(said(&output).contains("all pass"), "{}", said(&output));
    }
}

#[test]
fn the_first_rule_set_finds_what_it_says() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("support-rules")).unwrap();
    std::fs::write(directory.path().join("support-rules/bakery.yml"), &rule_sets()[0]).unwrap();
    std::fs::write(directory.path().join("reply.md"), "Hi Ana,\n\nThe old rolls are half price.\n").unwrap();
    let output = replylint(directory.path(), &["check", "--rules", "support-rules", "reply.md"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("warning[bakery/old-bread]"), "{}", said(&output));
}

#[test]
fn the_config_loads_and_names_every_key() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("support-rules")).unwrap();
    std::fs::write(directory.path().join("support-rules/own.yml"), &rule_sets()[0]).unwrap();
    std::fs::write(directory.path().join("own-name.yml"), config()).unwrap();
    std::fs::write(directory.path().join(".replylint-baseline.json"), "{\"version\": 1, \"entries\": []}").unwrap();
    let draft = root().join("examples/drafts/good/library-renewal.txt");
    let run = |config: &str| replylint(directory.path(), &["check", "--config", config, draft.to_str().unwrap()]);
    let output = run("own-name.yml");
    assert!(output.status.success(), "{}", said(&output));
    // A key that does not exist makes the program list those that do.
    std::fs::write(directory.path().join("wrong.yml"), "no-such-key: 1\n").unwrap();
    let output = run("wrong.yml");
    let problem = said(&output);
    let listed: Vec<&str> = problem.split('`').skip(1).step_by(2).filter(|key| *key != "no-such-key").collect();
    assert!(!listed.is_empty(), "{problem}");
    for key in listed {
        assert!(config().lines().any(|line| line.starts_with(&format!("{key}:"))), "the config lacks `{key}`");
    }
}

/// Every `replylint ...` in a shell block or in code between words, as arguments.
fn commands() -> BTreeSet<Vec<String>> {
    let shell = blocks("sh").concat();
    let lines = shell.lines().map(str::to_owned);
    let outside_blocks: String = [README, RULES].iter().flat_map(|text| text.split("```").step_by(2)).collect();
    let spans = outside_blocks.split('`').skip(1).step_by(2).map(|span| span.replace('\n', " ")).collect::<Vec<_>>();
    lines
        .chain(spans)
        .filter_map(|text| {
            let text = text.split(" #").next()?.replace("cargo run --release -- ", "replylint ");
            let at = text.find("replylint ")?;
            let arguments = text[at..].split_whitespace().skip(1).take_while(|word| *word != "<");
            Some(arguments.map(str::to_owned).collect())
        })
        .collect()
}

#[test]
fn every_command_and_flag_exists() {
    let commands = commands();
    assert!(commands.len() > 12, "{commands:?}");
    for command in commands {
        let help = replylint(&root(), &[&command[0], "--help"]);
        let help = if help.status.success() { said(&help) } else { panic!("no such command: {command:?}") };
        for flag in command[1..].iter().filter(|word| word.len() > 1 && word.starts_with('-')) {
            let known = help.split([' ', ',', '\n']).any(|word| word == flag);
            assert!(known, "`replylint {}` has no {flag}", command.join(" "));
        }
    }
}

/// Flags that stand in the text by themselves, as in "`--select` and `--ignore`".
#[test]
fn every_flag_in_the_text_exists() {
    let help: String = ["check", "rules", "test", "baseline", "docs"]
        .map(|command| said(&replylint(&root(), &[command, "--help"])))
        .concat();
    for span in README.split('`').chain(RULES.split('`')).filter(|span| span.starts_with("--") && !span.contains('\n'))
    {
        let flag = span.split(' ').next().unwrap_or(span);
        assert!(help.split([' ', ',', '\n']).any(|word| word == flag), "there is no {flag}");
    }
}

#[test]
fn the_first_command_has_findings() {
    assert!(README.contains("cargo run --release -- check examples/\ncargo test\n"));
    assert_eq!(replylint(&root(), &["check", "examples/"]).status.code(), Some(1));
}

#[test]
fn the_text_for_programs_names_every_key() {
    let (_, section) = README.split_once("## For programs").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("broken.jsonl"), "{\n").unwrap();
    let broken = directory.path().join("broken.jsonl");
    let output = replylint(&root(), &["check", "--format", "json", "examples/", broken.to_str().unwrap()]);
    let mut keys = BTreeSet::new();
    collect_keys(&serde_json::from_slice(&output.stdout).unwrap(), &mut keys);
    assert!(keys.contains("evidence") && keys.contains("help"), "{keys:?}");
    for key in keys {
        assert!(section.contains(&format!("`{key}`")), "\"For programs\" lacks `{key}`");
    }
}

/// The keys of all objects but `signals`, whose keys are the names of signals.
fn collect_keys(value: &serde_json::Value, keys: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect_keys(item, keys)),
        serde_json::Value::Object(map) => {
            for (key, value) in map {
                keys.insert(key.clone());
                if key != "signals" {
                    collect_keys(value, keys);
                }
            }
        }
        _ => {}
    }
}

#[cfg(unix)]
#[test]
fn the_hook_stops_a_bad_reply_and_lets_a_good_one_pass() {
    let hook = blocks("sh").into_iter().find(|block| block.starts_with("#!/bin/sh")).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let bin = Path::new(env!("CARGO_BIN_EXE_replylint")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let run = |program: &str, arguments: &[&str]| {
        Command::new(program)
            .args(arguments)
            .current_dir(directory.path())
            .env("PATH", &path)
            .env_remove("GIT_DIR")
            .output()
    };
    assert!(run("git", &["init", "--quiet"]).expect("this test needs git").status.success());
    std::fs::write(directory.path().join("hook"), hook).unwrap();
    for (draft, passes) in [("good/library-renewal.txt", true), ("bad/clinic-bill.txt", false)] {
        std::fs::copy(root().join("examples/drafts").join(draft), directory.path().join("a reply.txt")).unwrap();
        assert!(run("git", &["add", "a reply.txt"]).unwrap().status.success());
        let output = run("sh", &["hook"]).unwrap();
        assert_eq!(output.status.success(), passes, "{draft}: {}", said(&output));
    }
}

#[test]
fn every_link_leads_somewhere() {
    for (folder, text) in [(root(), README), (root().join("rules"), RULES)] {
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let heading = |anchor: &str| text.lines().any(|line| line.starts_with('#') && slug(line) == anchor);
            let is_there = link.strip_prefix('#').map_or_else(|| folder.join(link).is_file(), heading);
            assert!(link.starts_with("https://") || is_there, "{link} is not there");
        }
    }
}

/// The anchor of a heading.
fn slug(heading: &str) -> String {
    heading.trim_start_matches(['#', ' ']).to_lowercase().replace(' ', "-")
}

#[test]
fn the_picture_is_the_real_output() {
    let command = [&["check"], &PICTURED[..]].concat();
    let output = replylint(&root(), &[&["--color", "always"], &command[..]].concat());
    let shown = format!("$ replylint {}\n{}", command.join(" "), String::from_utf8(output.stdout).unwrap());
    let svg = anstyle_svg::Term::new().palette(anstyle_svg::WIN10_CONSOLE).render_svg(&shown);
    let path = root().join(PICTURE);
    if std::env::var_os("UPDATE_PICTURE").is_some() {
        std::fs::write(&path, &svg).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(
        committed == svg,
        "{PICTURE} is not what the program prints; run `UPDATE_PICTURE=1 cargo test --test readme` and look at it"
    );
}

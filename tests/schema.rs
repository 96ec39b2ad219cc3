//! The JSON Schema that editors are given: it takes every rule file that the program takes, and refuses what it refuses.
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

mod support;

use jsonschema::Validator;
use serde_json::Value;
use std::path::{Path, PathBuf};
use support::Desk;

fn schema(of: &str) -> Validator {
    let output = Desk::empty().output(&format!("schema {of}"), "");
    assert!(output.status.success());
    jsonschema::validator_for(&serde_json::from_slice(&output.stdout).unwrap()).unwrap()
}

fn value(yaml: &str) -> Value {
    serde_yaml::from_str(yaml).unwrap()
}

/// What the schema says against a text.
fn against(schema: &Validator, yaml: &str) -> Vec<String> {
    schema.iter_errors(&value(yaml)).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn yaml_files(directory: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    let files = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().map(|entry| entry.unwrap().into_path());
    files.filter(|path| path.extension().is_some_and(|e| e == "yml")).collect()
}

#[test]
fn every_rule_file_of_ours_is_fine() {
    let (rules, language) = (schema("rules"), schema("language"));
    let files: Vec<PathBuf> = yaml_files("rules/en").into_iter().chain(yaml_files("tests/fixtures/rules")).collect();
    assert!(files.len() > 15, "{files:?}");
    for path in files {
        let schema = if path.ends_with("language.yml") { &language } else { &rules };
        let said = against(schema, &std::fs::read_to_string(&path).unwrap());
        assert!(said.is_empty(), "{}: {said:?}", path.display());
    }
}

#[test]
fn every_config_of_ours_is_fine() {
    let config = schema("config");
    let mut files = yaml_files("examples");
    files.retain(|path| path.file_name().is_some_and(|name| name == "replylint.yml"));
    assert!(!files.is_empty());
    let desk = Desk::empty();
    assert_eq!(desk.status("init ."), 0);
    files.push(desk.path().join("replylint.yml"));
    for path in files {
        let said = against(&config, &std::fs::read_to_string(&path).unwrap());
        assert!(said.is_empty(), "{}: {said:?}", path.display());
    }
    let whole = "\
extends: [chat, social]
language: en
severity: {blame: error, clarity/jargon: off}
fail-on: suggestion
rules: [own]
allow: [sorted]
inputs: [{files: macros/*.json, each: record, reply: 'items[].text', title: name, format: html}]
exclude: [old/]
include: ['*.txt']
overrides: [{files: chat/, extends: chat, severity: {greeting: off}, ignore: [closing], allow: [yo]}]
";
    assert_eq!(against(&config, whole), Vec::<String>::new());
}

/// Configs with one mistake each.
const BAD_CONFIGS: [&str; 6] = [
    "severities: {}",
    "fail-on: fatal",
    "severity: {blame: loud}",
    "rules: own",
    "inputs: [{each: record}]",
    "overrides: [{files: chat/, severity: {greeting: none}}]",
];

#[test]
fn what_the_program_refuses_in_a_config_the_schema_refuses() {
    let config = schema("config");
    for yaml in BAD_CONFIGS {
        assert!(!against(&config, yaml).is_empty(), "the schema takes {yaml}");
        let desk = Desk::empty();
        desk.file("replylint.yml", yaml);
        desk.file("reply.txt", "It is here.\n");
        assert_eq!(desk.status("check reply.txt"), 2, "the program takes {yaml}");
    }
}

/// Rule files with one mistake each that a schema can see.
const BAD: [(&str, &str); 14] = [
    ("no set", "rules: []"),
    ("an unknown key", "set: a\nrulez: []"),
    ("a set without a name", "set: ''\nrules: []"),
    ("rules that are no list", "set: a\nrules: {id: b}"),
    ("a rule without an id", "set: a\nrules: [{severity: error, message: m, avoid: [x]}]"),
    ("a rule without a message", "set: a\nrules: [{id: b, severity: error, avoid: [x]}]"),
    ("a severity that is none", "set: a\nrules: [{id: b, severity: fatal, message: m, avoid: [x]}]"),
    ("a rule that asks for nothing", "set: a\nrules: [{id: b, severity: error, message: m}]"),
    (
        "a rule that asks for two things",
        "set: a\nrules: [{id: b, severity: error, message: m, avoid: [x], require: y}]",
    ),
    ("a number for a phrase", "set: a\nrules: [{id: b, severity: error, message: m, avoid: [42]}]"),
    ("one phrase for a list", "set: a\nrules: [{id: b, severity: error, message: m, avoid: x}]"),
    ("both kinds of a phrase", "set: a\nrules: [{id: b, severity: error, message: m, avoid: [{re: x, text: y}]}]"),
    ("a place that is none", "set: a\nrules: [{id: b, severity: error, message: m, avoid: [x], in: middle}]"),
    (
        "a condition that is none",
        "set: a\nrules: [{id: b, severity: error, message: m, avoid: [x], when: {some: [y]}}]",
    ),
];

#[test]
fn what_the_program_refuses_the_schema_refuses() {
    let rules = schema("rules");
    for (what, yaml) in BAD {
        assert!(!against(&rules, yaml).is_empty(), "the schema takes {what}");
        let desk = Desk::empty();
        desk.file("own/bad.yml", yaml);
        desk.file("reply.txt", "It is here.\n");
        assert_eq!(desk.status("check reply.txt --rules own"), 2, "the program takes {what}");
    }
    let good = "set: a\nrules: [{id: b, severity: error, message: m, avoid: [x]}]";
    assert_eq!(against(&rules, good), Vec::<String>::new(), "each has one mistake only");
}

#[test]
fn every_key_is_explained() {
    for of in ["rules", "config", "language"] {
        let output = Desk::empty().output(&format!("schema {of}"), "");
        let schema: Value = serde_json::from_slice(&output.stdout).unwrap();
        let definitions = schema["definitions"].as_object().unwrap().values().chain([&schema]);
        for (key, value) in definitions.filter_map(|d| d["properties"].as_object()).flatten() {
            let explained = value["description"].as_str().is_some_and(|text| !text.is_empty());
            assert!(explained, "{of}: {key}: {value}");
        }
    }
}

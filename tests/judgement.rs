//! How well the built-in rules judge replies that were written for the purpose, by people who had not seen the rules: 1,010 good
//! ones, where an alarm is a false one, and 140 bad ones, whose bad passages are told. What they find is held in snapshots, so
//! that a change of a rule shows what it does to replies nobody had in mind. The rules were mended by these replies; new ones
//! would fare worse.
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

mod support;

use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use support::Desk;

/// The replies of a file, each with what is found in it.
fn judged(name: &str, text: &str) -> Vec<(Value, Vec<Value>)> {
    let desk = Desk::empty();
    desk.file(name, text);
    let output = desk.output(&format!("check {name} --no-config --format jsonl"), "");
    let parsed = |lines: &str| lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>();
    let (replies, outcomes) = (parsed(text), parsed(std::str::from_utf8(&output.stdout).unwrap()));
    assert_eq!(replies.len(), outcomes.len());
    let with_findings = |(reply, outcome): (Value, Value)| {
        assert_eq!(reply["id"], outcome["id"]);
        let findings = outcome["findings"].as_array().unwrap().clone();
        (reply, findings)
    };
    replies.into_iter().zip(outcomes).map(with_findings).collect()
}

fn is_alarm(finding: &Value) -> bool {
    finding["severity"] != "suggestion"
}

#[test]
fn good_replies_raise_few_alarms() {
    let replies = judged("good.jsonl", include_str!("fixtures/written/good.jsonl"));
    let mut by_rule: BTreeMap<&str, usize> = BTreeMap::new();
    let mut lines = String::new();
    let mut alarmed = 0;
    for (reply, findings) in &replies {
        let alarms: Vec<&Value> = findings.iter().filter(|finding| is_alarm(finding)).collect();
        alarmed += usize::from(!alarms.is_empty());
        for alarm in alarms {
            let rule = alarm["rule"].as_str().unwrap();
            *by_rule.entry(rule).or_default() += 1;
            writeln!(lines, "{} {rule} {}", reply["id"].as_str().unwrap(), alarm["match"]).unwrap();
        }
    }
    let rules = by_rule.iter().map(|(rule, number)| format!("{number:5} {rule}\n")).collect::<String>();
    insta::assert_snapshot!(format!("{alarmed} of {} replies with an alarm\n{rules}\n{lines}", replies.len()));
}

#[test]
fn bad_passages_are_found() {
    let replies = judged("bad.jsonl", include_str!("fixtures/written/bad.jsonl"));
    let mut outcomes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut lines = String::new();
    for (reply, findings) in &replies {
        let text = reply["reply"].as_str().unwrap();
        for passage in reply["passages"].as_array().unwrap() {
            let passage = passage.as_str().unwrap();
            let start = text.find(passage).unwrap();
            let overlaps = |finding: &&Value| {
                let matched = finding["match"].as_str().unwrap();
                text.match_indices(matched).any(|(at, _)| at < start + passage.len() && start < at + matched.len())
            };
            let over: Vec<&Value> = findings.iter().filter(overlaps).collect();
            let outcome = match over.as_slice() {
                [] => "missed",
                over if over.iter().any(|finding| is_alarm(finding)) => "alarm",
                _ => "suggestion",
            };
            *outcomes.entry(outcome).or_default() += 1;
            writeln!(lines, "{} {outcome}: {passage}", reply["id"].as_str().unwrap()).unwrap();
        }
    }
    let counts = outcomes.iter().map(|(outcome, number)| format!("{number:5} {outcome}\n")).collect::<String>();
    insta::assert_snapshot!(format!("{counts}\n{lines}"));
}

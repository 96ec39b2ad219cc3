//! The shipped drafts: the good ones are silent, each bad one gets what it deserves and nothing else.

#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What each bad draft deserves, as a careful editor sees it. A record is named by its file and line.
const DESERVED: [(&str, &[&str]); 21] = [
    (
        "bad/airline-refund.md",
        &[
            "apology/missing",
            "defensive/beyond-our-control",
            "defensive/nobody-else-complained",
            "defensive/sorry-you-feel",
        ],
    ),
    ("bad/bank-transfer.txt", &["apology/without-repair", "respect/vague-reason"]),
    (
        "bad/bike-wheel.md",
        &["apology/missing", "blame/no-care", "defensive/doubting-customer", "defensive/understand-but"],
    ),
    ("bad/broadband-outage.md", &["apology/missing"]),
    ("bad/clinic-bill.txt", &["blame/you-should-have", "defensive/as-clearly-stated", "defensive/tone-policing"]),
    ("bad/courier-missed.txt", &["greeting/missing"]),
    (
        "bad/flat-heating.md",
        &["apology/missing", "defensive/nobody-else-complained", "empathy/missing-empathy", "next-step/vague-time"],
    ),
    ("bad/game-ban.txt", &["blame/accuses-dishonesty", "blame/next-time-lecture"]),
    (
        "bad/inbox.jsonl:1",
        &[
            "apology/conditional",
            "apology/without-repair",
            "defensive/minimising",
            "defensive/nobody-else-complained",
            "empathy/missing-empathy",
        ],
    ),
    ("bad/inbox.jsonl:2", &["greeting/wrong-name", "hygiene/leftover-note"]),
    ("bad/inbox.jsonl:3", &["apology/missing", "privacy/asks-for-secret"]),
    (
        "bad/inbox.jsonl:4",
        &[
            "apology/missing",
            "blame/records-against-you",
            "blame/records-against-you",
            "defensive/taking-it-personally",
            "empathy/missing-empathy",
        ],
    ),
    ("bad/inbox.jsonl:5", &["acknowledgement/hollow", "acknowledgement/hollow", "next-step/anonymous-handoff"]),
    (
        "bad/inbox.jsonl:6",
        &[
            "promises/overpromise",
            "selling/rating-request-in-problem",
            "selling/sell-in-problem",
            "selling/sell-in-problem",
        ],
    ),
    (
        "bad/parking-fine.md",
        &["apology/missing", "blame/doubting-verbs", "blame/no-care", "greeting/impersonal", "respect/threat"],
    ),
    ("bad/shop-return.md", &["blame/you-failed", "defensive/not-our-fault", "next-step/missing"]),
    ("bad/streaming-plan.md", &["defensive/as-clearly-stated", "empathy/cheer-in-bad-news", "next-step/missing"]),
    ("bad/support-queue.jsonl:1", &["apology/missing", "greeting/impersonal"]),
    ("bad/support-queue.jsonl:2", &["ownership/sends-to-third-party", "defensive/system-excuse"]),
    ("bad/tutor-plan.md", &["acknowledgement/unanswered-question"]),
    (
        "bad/wedding-album.md",
        &[
            "apology/delay-without-date",
            "apology/missing",
            "defensive/tone-policing",
            "ownership/busy-excuse",
            "ownership/busy-excuse",
            "respect/brusque",
        ],
    ),
];

/// The sets that the product is named for; the examples show each of them at work.
const FAMILIES: [&str; 5] = ["greeting", "blame", "apology", "next-step", "defensive"];

fn replylint(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_replylint"))
        .args(arguments)
        .current_dir(directory)
        .env_remove("CLICOLOR_FORCE")
        .output()
        .unwrap()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Rule ids by draft, as `replylint check examples/drafts` finds them.
fn found() -> BTreeMap<String, Vec<String>> {
    let output = replylint(&root().join("examples/drafts"), &["check", "bad", "good", "--format", "jsonl"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    text.lines()
        .map(|line| {
            let reply: serde_json::Value = serde_json::from_str(line).unwrap();
            let path = reply["path"].as_str().unwrap().replace('\\', "/");
            let name = if path.ends_with(".jsonl") { format!("{path}:{}", reply["line"]) } else { path };
            let mut rules: Vec<String> =
                reply["findings"].as_array().unwrap().iter().map(|f| f["rule"].as_str().unwrap().to_owned()).collect();
            rules.sort();
            (name, rules)
        })
        .collect()
}

#[test]
fn every_draft_gets_what_it_deserves_and_nothing_else() {
    let found = found();
    let mut wrong = Vec::new();
    for (draft, rules) in &found {
        let deserved = DESERVED.iter().find(|(name, _)| name == draft).map_or(&[] as &[&str], |(_, rules)| rules);
        assert!(draft.starts_with("good/") == deserved.is_empty(), "{draft}: say in DESERVED what it deserves");
        let mut expected: Vec<&str> = deserved.to_vec();
        expected.sort();
        if *rules != expected {
            wrong.push(format!("{draft}\n  expected {expected:?}\n  found    {rules:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (draft, _) in DESERVED {
        assert!(found.contains_key(draft), "there is no draft {draft}");
    }
}

#[test]
fn the_drafts_show_every_family() {
    let found = found();
    for family in FAMILIES {
        let shown = found.values().flatten().any(|rule| rule.split('/').next() == Some(family));
        assert!(shown, "no draft shows a finding of the set {family}");
    }
}

#[test]
fn the_whole_directory_is_checked_without_a_problem() {
    let output = replylint(&root(), &["check", "examples/"]);
    assert_eq!(output.status.code(), Some(1), "some drafts are bad on purpose");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains("examples/README.md"), "examples/.ignore keeps the page about the drafts out");
}

#[test]
fn the_team_set_up_works_where_it_stands() {
    let team = root().join("examples/team");
    let tested = replylint(&team, &["test", "support-rules"]);
    assert!(tested.status.success(), "{}", String::from_utf8_lossy(&tested.stdout));
    let checked = replylint(&team, &["check", "../drafts/good/library-renewal.txt"]);
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
}

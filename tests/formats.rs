//! The formats for other programs: whole outputs over one desk of drafts, some of which try to forge a command, a tag or a
//! record; and each output read back as its reader does.
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

mod support;

use quick_xml::events::Event;
use replylint::check::{Options, Progress, Silenced, SilencedBy, check_bytes, documented_book};
use replylint::config::{FailOn, Settings};
use replylint::lint::Linter;
use replylint::linters::Linters;
use replylint::report::{Format, Material, Style};
use replylint::rules::Severity;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use support::Desk;

/// Every format that one program writes for another.
const FORMATS: [&str; 8] = ["json", "jsonl", "sarif", "github", "gitlab", "junit", "checkstyle", "rdjson"];

/// A rule that says what a draft says, whatever that is, and one that mends something.
const HOSTILE_RULES: &str = r#"set: hostile
about: What drafts try.
language: test
rules:
  - id: echo
    severity: error
    avoid: [{re: "echo .*"}]
    message: "“{match}” is repeated; leave it out"
    why: "It ends ]]> here, [not](https://example.com) there: 100%."
    instead: ["::notice::say less", "Nothing"]
    source: "house style, <b>bold</b>"
  - id: twice
    severity: suggestion
    avoid: [{re: "really really"}]
    message: "“{match}” is said twice; once is enough"
    why: Once is enough.
    instead: [really]
    source: house style
    replace: {with: "really", safe: true}
"#;

const HOSTILE: &str = "Hello Ana,\n\nHere 😀 is echo ::error::x %0A::set-output name=a::b ##[error]y ##vso[task.complete]z\n\n\
    echo ]]></failure></testcase><testcase name=\"z\"/> &amp; \"quoted\" 'single'\n\n\
    echo \u{1b}[31mred\u{1b}[0m \u{202e}desrever\u{2066} \u{9b}2J \u{fffe} \u{ffff} end\n\n\
    It is 😀 really really long.\n";

const NAMED: &str = "## ]]> </testsuite> ::error::n, %0A\n\nHello Ana, echo [link](https://example.com) \\ end.\n\n\
    ## ##[group]second\n\nHello Ben, it is really really here.\n\n## ##[group]second\n\nHello Cy, it is here.\n";

const RECORDS: &str = concat!(
    r#"{"id": "<a>&\"b\"", "reply": "Hello Ana,\necho nul \u0000 bell \u0007 \r\n::error::two\u2028lines."}"#,
    "\n",
    r#"{"id": 7, "reply": "It is \ud83d\ude00 really really \"late\"."}"#,
    "\n"
);

fn desk() -> Desk {
    let desk = Desk::new();
    desk.file("rules/hostile.yml", HOSTILE_RULES);
    desk.file("drafts/bad.txt", "You forgot to attach it! Calm down!\n\nSimply wait. Simply wait.\n");
    desk.file("drafts/empty.txt", "");
    desk.file("drafts/good.md", "Hello Ana,\n\nWe are sorry for the wait. We will send a new lamp today.\n");
    desk.file("drafts/hostile.txt", HOSTILE);
    desk.file("drafts/names.md", NAMED);
    desk.file("drafts/not-utf8.txt", b"Hello \xff");
    desk.file("drafts/records.jsonl", RECORDS);
    desk.file("drafts/später 100%, [a] &.txt", "Hello Ana, calm down.\n");
    desk
}

/// What `check` writes in a format.
fn written(desk: &Desk, format: &str) -> String {
    let output = desk.output(&format!("check drafts --format {format}"), "");
    assert_eq!(output.status.code(), Some(2), "one draft can't be read");
    String::from_utf8(output.stdout).unwrap()
}

fn json(desk: &Desk, format: &str) -> Value {
    serde_json::from_str(&written(desk, format)).unwrap()
}

/// What every format must say: file, line, column in characters, rule and message of each finding, from the JSON format.
fn expected(desk: &Desk) -> Vec<(String, u64, u64, String, String)> {
    let document = json(desk, "json");
    let mut all = Vec::new();
    for reply in document["replies"].as_array().unwrap() {
        for finding in reply["findings"].as_array().unwrap() {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            all.push((
                text(&reply["path"]),
                finding["line"].as_u64().unwrap(),
                finding["column"].as_u64().unwrap(),
                text(&finding["rule"]),
                text(&finding["message"]),
            ));
        }
    }
    assert!(all.len() > 10, "{all:?}");
    all
}

/// Whether `said` is `message` with what does harm made visible: the same words, in any case.
fn says(said: &str, message: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_ascii_alphabetic()).filter(|w| w.len() > 3).map(str::to_owned).collect()
    };
    let said = words(said);
    words(message).iter().all(|word| said.contains(word))
}

#[test]
fn whole_outputs() {
    let desk = desk();
    for format in FORMATS.iter().filter(|format| !format.starts_with("json")) {
        let text = written(&desk, format).replace(env!("CARGO_PKG_VERSION"), "VERSION");
        insta::assert_snapshot!(format!("format_{format}"), text);
    }
}

#[test]
fn nothing_does_harm_in_a_log() {
    let desk = desk();
    for format in FORMATS.iter().chain(&["human", "concise"]) {
        let said = written(&desk, format);
        let harmful = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{2028}' | '\u{2029}');
        let direction = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert_eq!(said.chars().find(|c| harmful(*c) || direction(*c)), None, "{format}");
        for command in ["##[", "##vso["] {
            assert!(!said.contains(command), "{format}: {command}");
        }
        let starts = said.lines().filter(|line| line.trim_start().starts_with("::")).count();
        if *format == "github" {
            assert_eq!(starts, said.lines().count());
        } else {
            assert_eq!(starts, 0, "{format}");
        }
    }
}

#[test]
fn json_holds_texts_as_they_are() {
    let desk = desk();
    let words = "echo \u{7f} \u{1b}[31m \u{9b}2J \u{85} \u{202e}desrever\u{2066} \u{2028} \u{feff} ###a[b ##c[d end";
    desk.file("all.txt", format!("Hello Ana,\n\n{words}\n"));
    for format in ["json", "jsonl"] {
        let output = desk.output(&format!("check all.txt --format {format} --select hostile"), "");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let reply = if format == "json" { &report["replies"][0] } else { &report };
        let one_line = words.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(reply["findings"][0]["match"], one_line, "{format}");
    }
    // So is the id of a record, whatever it is.
    desk.file("all.jsonl", "{\"id\": {\"a\u{7f}\u{202e}\":\t\"##[b\"}, \"reply\": \"echo this\"}\n");
    let output = desk.output("check all.jsonl --format jsonl --select hostile", "");
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains(r###""id":{"a\u007f\u202e": "##\u005bb"}"###), "{said}");
    let output = desk.output("replies all.txt --format jsonl --no-config", "");
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said.chars().find(|c| c.is_control() && *c != '\n' || *c == '\u{202e}'), None);
    assert!(!said.contains("##c["));
    let reply: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(reply["text"], format!("Hello Ana,\n\n{words}\n"));
}

/// A workflow command, as GitHub documents it: `::name key=value,key=value::message`, with escapes.
fn command(line: &str) -> (String, BTreeMap<String, String>, String) {
    let unescaped = |text: &str| {
        let text = text.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",");
        text.replace("%25", "%")
    };
    let (head, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
    let (name, properties) = head.split_once(' ').unwrap();
    let properties = properties.split(',').map(|property| {
        let (key, value) = property.split_once('=').unwrap();
        assert!(!value.contains(':'), "{line}");
        (key.to_owned(), unescaped(value))
    });
    (name.to_owned(), properties.collect(), unescaped(message))
}

#[test]
fn github_reads_one_command_per_finding() {
    let desk = desk();
    let said = written(&desk, "github");
    let commands: Vec<_> = said.lines().map(command).collect();
    let findings = expected(&desk);
    assert_eq!(commands.len(), findings.len() + 1, "and one problem");
    for ((name, properties, message), (path, line, column, rule, said)) in commands.iter().zip(&findings) {
        assert!(["error", "warning", "notice"].contains(&name.as_str()));
        assert_eq!((&properties["file"], &properties["title"]), (path, rule));
        assert_eq!(properties["line"], line.to_string());
        if properties["line"] == properties["endLine"] {
            assert_eq!(properties["col"], column.to_string());
        }
        assert!(says(message, said), "{message} / {said}");
    }
}

/// The elements of an XML document: name, attributes, text.
fn elements(xml: &str) -> Vec<(String, BTreeMap<String, String>, String)> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut found: Vec<(String, BTreeMap<String, String>, String)> = Vec::new();
    let texts = |found: &mut Vec<(String, _, String)>, text: &str| {
        if let Some((.., texts)) = found.last_mut() {
            texts.push_str(text);
        }
    };
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) | Event::Empty(start) => {
                let attributes = start.attributes().map(|attribute| {
                    let attribute = attribute.unwrap();
                    let value = attribute.normalized_value(quick_xml::XmlVersion::Explicit1_0).unwrap().into_owned();
                    (attribute.key.as_ref().to_owned(), value)
                });
                found.push((start.name().as_ref().to_owned(), attributes.collect(), String::new()));
            }
            Event::Text(text) => texts(&mut found, &text),
            Event::GeneralRef(reference) => texts(&mut found, &format!("&{};", &*reference)),
            Event::Eof => break,
            _ => {}
        }
    }
    found
}

#[test]
fn checkstyle_reads_one_error_per_finding() {
    let desk = desk();
    let mut file = String::new();
    let mut errors = Vec::new();
    for (name, attributes, _) in elements(&written(&desk, "checkstyle")) {
        match name.as_str() {
            "file" => file.clone_from(&attributes["name"]),
            "error" => errors.push((file.clone(), attributes)),
            _ => assert_eq!(name, "checkstyle"),
        }
    }
    let findings = expected(&desk);
    assert_eq!(errors.len(), findings.len() + 1);
    for ((file, attributes), (path, line, column, rule, said)) in errors.iter().zip(&findings) {
        assert_eq!(file, path);
        assert_eq!((&attributes["line"], &attributes["column"]), (&line.to_string(), &column.to_string()));
        assert_eq!(attributes["source"], format!("replylint.{}", rule.replace('/', ".")));
        assert!(says(&attributes["message"], said));
    }
}

#[test]
fn junit_reads_one_case_per_reply() {
    let desk = desk();
    let said = written(&desk, "junit");
    let elements = elements(&said);
    let count = |wanted: &str| elements.iter().filter(|(name, ..)| name == wanted).count();
    let replies = json(&desk, "json")["replies"].as_array().unwrap().len();
    assert_eq!(count("testcase"), replies + 2, "a file that holds no reply and one that can't be read");
    assert_eq!((count("error"), count("skipped")), (1, 1));
    let (_, sums, _) = &elements[0];
    assert_eq!(sums["tests"], (replies + 2).to_string());
    assert_eq!(sums["failures"], count("failure").to_string());
    let known =
        ["testsuites", "testsuite", "properties", "property", "testcase", "failure", "error", "skipped", "system-out"];
    assert!(elements.iter().all(|(name, ..)| known.contains(&name.as_str())));
    // Names are unique in a file: readers keep a test's history by them.
    let names: Vec<String> = elements
        .iter()
        .filter(|(name, ..)| name == "testcase")
        .map(|(_, attributes, _)| format!("{} {}", attributes["classname"], attributes["name"]))
        .collect();
    assert_eq!(names.len(), names.iter().collect::<BTreeSet<_>>().len(), "{names:?}");
    // What does not fail the run fails no case.
    let never = desk.output("check drafts/bad.txt --format junit --fail-on never", "");
    assert!(String::from_utf8(never.stdout).unwrap().contains("failures=\"0\""));
}

/// The part of `line` between two columns from 1, counted in the units of `units`.
fn cut(line: &str, from: i64, to: i64, units: impl Fn(char) -> usize) -> String {
    let mut at = 1;
    line.chars()
        .filter(|c| {
            let is_in = (from..to).contains(&at);
            at += i64::try_from(units(*c)).unwrap();
            is_in
        })
        .collect()
}

/// The standard's own, but for the pattern of a language, which is no regular expression there; this is what it means.
fn sarif_schema() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(include_str!("fixtures/sarif-2.1.0.json")).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

#[test]
fn sarif_keeps_to_its_schema() {
    let schema = sarif_schema();
    let mut log = json(&desk(), "sarif");
    let errors: Vec<String> =
        schema.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(errors, Vec::<String>::new());
    log["runs"][0]["results"][0]["ruleIndex"] = "first".into();
    assert!(!schema.is_valid(&log), "the schema is one that refuses");
}

#[test]
fn sarif_is_read_back_with_exact_places() {
    let desk = desk();
    let log = json(&desk, "sarif");
    let run = &log["runs"][0];
    let findings = expected(&desk);
    let results = run["results"].as_array().unwrap();
    let number = |value: &Value| value.as_i64().unwrap();
    assert_eq!(results.len(), findings.len());
    for (result, (_, line, _, rule, said)) in results.iter().zip(&findings) {
        assert_eq!(result["ruleId"], **rule);
        let index = usize::try_from(number(&result["ruleIndex"])).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], **rule);
        assert!(says(result["message"]["text"].as_str().unwrap(), said));
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert_eq!(number(&region["startLine"]), i64::try_from(*line).unwrap());
    }
    // The words are where UTF-16 columns say, behind characters of two code units; and so is the edit.
    let twice: Vec<_> = results.iter().filter(|result| result["ruleId"] == "hostile/twice").collect();
    let mut edits = 0;
    for result in &twice {
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        let text = std::fs::read_to_string(desk.path().join(uri)).unwrap();
        let region = &place["region"];
        let line = text.lines().nth(usize::try_from(number(&region["startLine"])).unwrap() - 1).unwrap();
        let words = cut(line, number(&region["startColumn"]), number(&region["endColumn"]), char::len_utf16);
        assert_eq!(words, "really really");
        for fix in result["fixes"].as_array().into_iter().flatten() {
            let replacement = &fix["artifactChanges"][0]["replacements"][0];
            assert_eq!(replacement["deletedRegion"]["startColumn"], region["startColumn"]);
            assert_eq!(replacement["insertedContent"]["text"], "really");
            edits += 1;
        }
    }
    assert_eq!((twice.len(), edits), (3, 2), "none in the record, which does not stand there byte for byte");
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(invocation["toolExecutionNotifications"].as_array().unwrap().len(), 1);
}

#[test]
fn rdjson_counts_bytes() {
    let desk = desk();
    let document = json(&desk, "rdjson");
    let diagnostics = document["diagnostics"].as_array().unwrap();
    assert_eq!(diagnostics.len(), expected(&desk).len() + 1);
    let mut edits = 0;
    for diagnostic in diagnostics.iter().filter(|d| d["code"]["value"] == "hostile/twice") {
        let text = std::fs::read_to_string(desk.path().join(diagnostic["location"]["path"].as_str().unwrap())).unwrap();
        let (start, end) = (&diagnostic["location"]["range"]["start"], &diagnostic["location"]["range"]["end"]);
        let line = text.lines().nth(usize::try_from(start["line"].as_u64().unwrap()).unwrap() - 1).unwrap();
        let column = |point: &Value| usize::try_from(point["column"].as_u64().unwrap()).unwrap() - 1;
        assert_eq!(&line[column(start)..column(end)], "really really");
        edits += diagnostic["suggestions"].as_array().map_or(0, Vec::len);
    }
    assert_eq!(edits, 2);
}

fn fingerprints(desk: &Desk, path: &str) -> Vec<(String, String)> {
    let output = desk.output(&format!("check {path} --format sarif"), "");
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    results.iter().map(|r| (text(&r["ruleId"]), text(&r["partialFingerprints"]["replylint/v1"]))).collect()
}

#[test]
fn fingerprints_hold_when_lines_move() {
    let desk = Desk::new();
    desk.file("a.txt", "Hello Ana,\n\nSimply wait for us. Simply wait for us. Just a day.\n");
    desk.file(
        "b.txt",
        "Hello Ana,\n\nIt is here, and more was put above.\n\nJust a day. SIMPLY\nwait for  us. And so on. Simply wait\nfor us.\n",
    );
    let (before, mut after) = (fingerprints(&desk, "a.txt"), fingerprints(&desk, "b.txt"));
    assert_eq!(before.len(), 3);
    assert_eq!(before.iter().collect::<BTreeSet<_>>().len(), 3, "the same sentence twice is two findings");
    after.rotate_left(1);
    assert_eq!(before, after);
    desk.file("c.txt", "Hello Ana,\n\nSimply wait for him.\n");
    assert!(!before.contains(&fingerprints(&desk, "c.txt")[0]), "other words are another sentence");
}

#[test]
fn fingerprints_tell_no_secret() {
    let desk = Desk::new();
    desk.file(
        "rules/secret.yml",
        "set: secret\nabout: Secrets.\nlanguage: test\nrules:\n  - id: word\n    severity: error\n    mask: true\n    \
         avoid: [{re: \"hunter[0-9]+\"}]\n    message: \"“{match}” is a secret; take it out\"\n    why: It is.\n    \
         instead: [Take it out.]\n    source: house style\n",
    );
    for word in ["hunter1", "hunter2"] {
        desk.file(&format!("{word}.txt"), format!("Hello Ana,\n\nSimply use {word} today.\n"));
    }
    let (one, two) = (fingerprints(&desk, "hunter1.txt"), fingerprints(&desk, "hunter2.txt"));
    assert_eq!((one.len(), &one), (2, &two), "the secret is not in it");
    for format in FORMATS {
        let said = desk.output(&format!("check hunter1.txt --format {format}"), "").stdout;
        let said = String::from_utf8(said).unwrap().replace("hunter1.txt", "");
        assert!(!said.contains("hunter1"), "{format}: {said}");
    }
}

#[test]
fn silenced_findings_are_suppressed_in_sarif_and_nowhere_else() {
    let settings = Settings {
        language: "test".to_owned(),
        rules: vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/rules")],
        ..Settings::default()
    };
    let (book, sets) = documented_book(&settings, true).unwrap();
    let progress = Progress::default();
    let options = Options {
        reply_to: None,
        min_severity: Severity::Suggestion,
        keep_texts: replylint::check::Texts::None,
        excerpts: false,
        inputs: &[],
        kind: None,
        threads: None,
        progress: &progress,
    };
    let text = b"Hello Ana,\n\nSimply wait. Simply wait. Calm down.\n".to_vec();
    let mut report = check_bytes(&Linters::new(Linter::new(&book, &[]), &settings), "a.txt", text, true, options);
    let reply = &mut report.replies[0];
    for by in [SilencedBy::Baseline, SilencedBy::Comment] {
        reply.silenced.push(Silenced {
            finding: reply.outcome.findings.remove(0),
            place: reply.places.remove(0),
            columns: reply.columns.remove(0),
            by,
            reason: (by == SilencedBy::Comment).then(|| "a [song](title)".to_owned()),
        });
    }
    let material = Material { report: &report, book: &book, sets: &sets, fail_on: FailOn::Suggestion };
    let written = |format| {
        let mut out = Vec::new();
        replylint::report::write(material, format, Style::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let log: Value = serde_json::from_str(&written(Format::Sarif)).unwrap();
    assert!(sarif_schema().is_valid(&log));
    let results = log["runs"][0]["results"].as_array().unwrap();
    let said: Vec<_> = results
        .iter()
        .map(|result| {
            let suppression = result["suppressions"].as_array().and_then(|all| all.first());
            let fingerprint = result["partialFingerprints"]["replylint/v1"].as_str().unwrap();
            (
                result["ruleId"].as_str().unwrap(),
                fingerprint.rsplit(':').next().unwrap(),
                suppression.map(|s| (s["kind"].as_str().unwrap(), s["justification"].as_str())),
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            ("words/simply", "1", Some(("external", None))),
            ("words/simply", "2", Some(("inSource", Some("a [song](title)")))),
            ("words/calm-down", "1", None),
        ]
    );
    for format in [Format::Github, Format::Gitlab, Format::Junit, Format::Checkstyle, Format::Rdjson] {
        assert!(!written(format).contains("Simply"), "{format:?}");
    }
}

#[test]
fn gitlab_has_what_its_documentation_asks_for() {
    let desk = desk();
    let document = json(&desk, "gitlab");
    let issues = document.as_array().unwrap();
    assert_eq!(issues.len(), expected(&desk).len() + 1);
    for issue in issues {
        for key in ["description", "check_name", "fingerprint"] {
            assert!(!issue[key].as_str().unwrap().is_empty(), "{issue}");
        }
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&issue["severity"].as_str().unwrap()));
        assert!(!issue["location"]["path"].as_str().unwrap().starts_with("./"));
        assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() >= 1);
    }
    let unique: BTreeSet<&str> = issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(unique.len(), issues.len());
}

#[cfg(unix)]
#[test]
fn file_names_forge_nothing() {
    let desk = Desk::new();
    let name = "::error::a,b%0Ac\n]]><x y=\"z\">\u{1b}[2J.txt";
    desk.file(name, "Hello Ana, calm down.\n");
    let run = |format: &str| String::from_utf8(desk.output(&format!("check . --format {format}"), "").stdout).unwrap();
    let github = run("github");
    let commands: Vec<_> = github.lines().map(command).collect();
    assert_eq!((commands.len(), commands[0].1["file"].as_str()), (1, name));
    let log: Value = serde_json::from_str(&run("sarif")).unwrap();
    let uri = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "%3A%3Aerror%3A%3Aa%2Cb%250Ac%0A%5D%5D%3E%3Cx%20y%3D%22z%22%3E%1B%5B2J.txt");
    let files = elements(&run("checkstyle"));
    let file = files.iter().find(|(element, ..)| element == "file").unwrap();
    assert_eq!(file.1["name"], name.replace('\u{1b}', "\u{fffd}"));
    for format in ["human", "concise"] {
        let said = run(format);
        assert!(said.contains("./::error::a,b%0Ac\\u{a}"), "{said}");
        assert!(!said.lines().any(|line| line.starts_with("::")) && !said.contains('\u{1b}'), "{said}");
    }
}

#[test]
fn several_formats_in_one_run() {
    let desk = desk();
    std::fs::create_dir(desk.path().join("out")).unwrap();
    let said = desk.run(
        "check drafts/bad.txt --format sarif --output out/a.sarif --format json --output out/a.json -o ./out/b.json \
         --format concise",
    );
    let alone = |format: &str| desk.output(&format!("check drafts/bad.txt --format {format}"), "").stdout;
    let file = |name: &str| std::fs::read(desk.path().join(name)).unwrap();
    assert_eq!(file("out/a.sarif"), alone("sarif"));
    assert_eq!(file("out/a.json"), alone("json"));
    assert_eq!(file("out/b.json"), alone("json"));
    let concise = String::from_utf8(alone("concise")).unwrap();
    assert!(said.contains(&concise) && said.ends_with("--- exit status 1\n"), "{said}");
    assert_eq!(std::fs::read_dir(desk.path().join("out")).unwrap().count(), 3, "nothing else is left behind");
    // A colour asked for is for the terminal, and only there.
    let colored = desk.output("check drafts/bad.txt --color always --format human -o out/h.txt --format concise", "");
    assert_eq!(colored.status.code(), Some(1));
    assert!(!file("out/h.txt").contains(&0x1b));
    // All to files: nothing is printed, and the exit status is the same.
    let quiet = desk.output("check drafts/bad.txt --format sarif -o out/a.sarif", "");
    assert_eq!((quiet.status.code(), quiet.stdout.len(), quiet.stderr.len()), (Some(1), 0, 0));
}

#[test]
fn outputs_that_cannot_be() {
    let desk = desk();
    desk.file("old.json", "kept");
    let bad = "check drafts/bad.txt --format";
    let said: Vec<String> = [
        format!("{bad} sarif --format json"),
        format!("{bad} sarif --format json --format human --output a"),
        "check drafts/bad.txt --output a.json --format json".to_owned(),
        format!("{bad} xml"),
        format!("{bad} json --output no/such/folder.json"),
        format!("{bad} json --output drafts"),
        format!("{bad} json --output old.json --format sarif --output ./drafts/../old.json"),
        format!("{bad} json --output drafts/bad.txt"),
        format!("{bad} json --output drafts/bad.txt/x.json"),
    ]
    .iter()
    .map(|arguments| desk.run(arguments))
    .collect();
    insta::assert_snapshot!("outputs_that_cannot_be", said.join("\n"));
    assert_eq!(std::fs::read(desk.path().join("old.json")).unwrap(), b"kept");
    assert!(std::fs::read(desk.path().join("drafts/bad.txt")).unwrap().starts_with(b"You forgot"));
    assert!(!desk.path().join("a").exists() && !desk.path().join("a.json").exists());
}

#[test]
fn a_report_of_an_earlier_run_is_no_draft() {
    let desk = Desk::new();
    desk.file("drafts/replies.json", r#"[{"reply": "Hello Ana, calm down."}, {"reply": "Hello Ben, calm down."}]"#);
    let run = || desk.output("check drafts --format json --output drafts/replies-report.json", "");
    assert_eq!(run().status.code(), Some(1));
    let report = || std::fs::read(desk.path().join("drafts/replies-report.json")).unwrap();
    let first = report();
    assert_eq!(run().status.code(), Some(1));
    assert_eq!(first, report());
}

#[cfg(unix)]
#[test]
fn links_permissions_and_closed_pipes() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let desk = desk();
    let at = |name: &str| desk.path().join(name);
    desk.file("real.json", "old");
    std::fs::set_permissions(at("real.json"), std::fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.json", at("link.json")).unwrap();
    symlink("not-yet.json", at("dangling.json")).unwrap();
    symlink("loop.json", at("loop.json")).unwrap();
    assert_eq!(desk.status("check drafts/bad.txt --format json -o link.json -o dangling.json"), 1);
    assert!(at("link.json").symlink_metadata().unwrap().is_symlink(), "the link stays");
    assert_eq!(std::fs::metadata(at("real.json")).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(std::fs::read(at("real.json")).unwrap(), std::fs::read(at("not-yet.json")).unwrap());
    assert_eq!(desk.status("check drafts/bad.txt --format json -o link.json --format sarif -o real.json"), 2);
    assert_eq!(desk.status("check drafts/bad.txt --format json -o loop.json"), 2);
    // `-` and /dev/stdout are standard output; /dev/null takes any number.
    let plain = desk.output("check drafts/bad.txt --format json", "").stdout;
    for name in ["-", "/dev/stdout"] {
        assert_eq!(desk.output(&format!("check drafts/bad.txt --format json -o {name}"), "").stdout, plain);
    }
    assert_eq!(desk.status("check drafts/bad.txt --format json -o /dev/null --format sarif -o /dev/null"), 1);
    // Standard output that goes to the file of an output.
    let file = std::fs::File::create(at("both.txt")).unwrap();
    let mut command = desk.command();
    command.args(["check", "drafts/bad.txt", "--format", "json", "-o", "both.txt", "--format", "human"]);
    assert_eq!(command.stdout(file).status().unwrap().code(), Some(2));
    // A reader that has gone away costs no file.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = desk.command();
    command.args(["check", "drafts/bad.txt", "--format", "human", "--format", "json", "-o", "late.json"]);
    assert_eq!(command.stdout(writer).status().unwrap().code(), Some(0));
    assert_eq!(std::fs::read(at("late.json")).unwrap(), plain);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    let desk = desk();
    let said = desk.run("check drafts/bad.txt --format json --output /dev/full --format sarif --output a.sarif");
    assert!(said.contains("/dev/full: can't write this file: the disk is full"), "{said}");
    assert!(said.ends_with("--- exit status 2\n"), "{said}");
    assert!(Path::new(&desk.path().join("a.sarif")).exists(), "the other output is written");
}

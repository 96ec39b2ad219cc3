//! JSON Lines as a stream: parts in order, one bad record costs no other, and the exit status is that of the whole.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod support;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Output, Stdio};
use support::Desk;

/// More than any part of a file, in bytes.
const LONG: usize = 3_000_000;
/// A line of more bytes is skipped. Stated here once more, because users rely on it.
const LINE_MAX: usize = 16_000_000;

/// A record with a finding (`Simply`), as long as `padding` says.
fn record(id: usize, padding: &str) -> String {
    format!("{{\"id\":{id},\"reply\":\"Hello Ana, {padding} Simply wait.\"}}\n")
}

/// Records of all lengths, with characters of several bytes, so that a part ends in the middle of one or the other.
fn many() -> (String, usize) {
    let mut lines = String::new();
    let mut count = 0;
    while lines.len() < LONG {
        count += 1;
        lines.push_str(&record(count, &"né😀".repeat(count % 97 * 4)));
    }
    (lines, count)
}

fn ids(output: &Output) -> Vec<serde_json::Value> {
    let lines = std::str::from_utf8(&output.stdout).unwrap().lines();
    lines.map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].clone()).collect()
}

fn said(output: &Output) -> (String, String, i32) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr), output.status.code().unwrap())
}

const STREAM: &str = "check --input-format jsonl - --format jsonl --fail-on suggestion";

#[test]
fn a_stream_is_answered_record_by_record_in_order() {
    let (lines, count) = many();
    let output = Desk::new().output(STREAM, &lines);
    assert_eq!(ids(&output), (1..=count).map(serde_json::Value::from).collect::<Vec<_>>());
    assert_eq!((output.status.code(), output.stderr.len()), (Some(1), 0));
    let last: serde_json::Value =
        serde_json::from_slice(output.stdout.split(|b| *b == b'\n').rev().nth(1).unwrap()).unwrap();
    assert_eq!((&last["line"], &last["findings"][0]["line"]), (&count.into(), &count.into()));
    assert_eq!(last["findings"][0]["match"], "Simply");
}

#[test]
fn a_file_is_the_same_in_parts_and_as_a_whole() {
    let desk = Desk::new();
    let (mut lines, _) = many();
    lines.insert_str(
        LONG / 2 - LONG / 2 % 4 + lines[LONG / 2 - LONG / 2 % 4..].find('\n').unwrap() + 1,
        "{\"id\": oops}\r\n\n",
    );
    desk.file("archive.jsonl", &lines);
    desk.file("a.md", "Simply wait.\n");
    let in_parts = desk.output("check a.md archive.jsonl --format concise", "");
    let whole = desk.output("check a.md archive.jsonl --format json", "");
    let whole: serde_json::Value = serde_json::from_slice(&whole.stdout).unwrap();
    let mut expected = String::new();
    for reply in whole["replies"].as_array().unwrap() {
        for finding in reply["findings"].as_array().unwrap() {
            let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
            expected.push_str(&format!(
                "{}:{}:{}: {}[{}] {}\n",
                text(&reply["path"]),
                finding["line"],
                finding["column"],
                text(&finding["severity"]),
                text(&finding["rule"]),
                text(&finding["message"])
            ));
        }
    }
    assert!(expected.starts_with("a.md:1:1: ") && expected.lines().count() > 1000);
    let (found, problems, status) = said(&in_parts);
    assert!(found == expected, "concise in parts is not what json says");
    let problem = &whole["problems"][0];
    assert!(problems.starts_with(&format!("problem: archive.jsonl:{}:{}: ", problem["line"], problem["column"])));
    assert_eq!((problems.lines().count(), status), (2, 2));
    let again = desk.output("check a.md archive.jsonl --format concise -j3", "");
    assert!(again.stdout == in_parts.stdout, "three threads say something else");
}

#[test]
fn bad_records_are_told_one_by_one() {
    let good = |id| record(id, "");
    let mut bytes = good(1).into_bytes();
    bytes.extend_from_slice(
        b"{\"id\":2,\"reply\":\n\n   \r\n{\"id\":3,\"reply\":\"caf\xe9\"}\n[4]\n{\"id\":5}\n{\"id\":6,\"reply\":7}\n",
    );
    bytes.extend_from_slice(good(7).trim_end().as_bytes());
    bytes.extend_from_slice(b"\r\n{\"id\":8,\"reply\":\"a\x00b\"}\n");
    bytes.extend_from_slice(good(9).trim_end().as_bytes());
    let desk = Desk::new();
    desk.file("bad.jsonl", &bytes);
    // A zero byte near the start would say that the file is no text.
    desk.file("far.jsonl", [" ".repeat(9000).as_bytes(), b"\n", &bytes].concat());
    insta::assert_snapshot!(
        [
            desk.run("check far.jsonl --format concise"),
            desk.run("check far.jsonl"),
            desk.run("check bad.jsonl --format concise"),
            desk.run_with("check - --input-format jsonl --format concise", "\u{feff}{\"reply\":\"Simply wait.\"}"),
            desk.run_with("check - --input-format jsonl --format concise", "\n\r\n"),
            desk.run_with("check - --input-format jsonl --format concise --error-on-empty", ""),
        ]
        .join("\n")
    );
}

#[test]
fn a_line_that_is_too_long_is_skipped() {
    let lines = format!("{}{}{}", record(1, ""), record(2, &"x".repeat(LINE_MAX)), record(3, ""));
    let output = Desk::new().output(STREAM, &lines);
    assert_eq!(ids(&output), [1, 3]);
    let (_, problems, status) = said(&output);
    assert_eq!(
        problems,
        "problem: <stdin>:2:1: this line is longer than 16 MB\n  help: give each reply a line of its own\n"
    );
    assert_eq!(status, 2);
    // A reply that is too long on a line that is not.
    let lines = format!("{}{}", record(1, &"x".repeat(2_000_000)), record(2, ""));
    let output = Desk::new().output(STREAM, &lines);
    assert_eq!(ids(&output), [2]);
    assert!(said(&output).1.starts_with("problem: <stdin>:1:1: this reply is 2 MB long"), "{:?}", said(&output).1);
}

#[test]
fn results_come_before_the_input_ends() {
    let desk = Desk::new();
    let mut command = desk.command();
    command.args(STREAM.split(' ')).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let (sender, receiver) = std::sync::mpsc::channel::<()>();
    let writer = std::thread::spawn(move || {
        let (lines, count) = many();
        stdin.write_all(lines.as_bytes()).unwrap();
        // The pipe stays open until the first result is there.
        receiver.recv().unwrap();
        stdin.write_all(record(count + 1, "").as_bytes()).unwrap();
        count
    });
    let mut results = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    results.read_line(&mut first).unwrap();
    assert!(first.contains("\"id\":1,"), "{first}");
    sender.send(()).unwrap();
    let mut rest = String::new();
    results.read_to_string(&mut rest).unwrap();
    assert_eq!(rest.lines().count(), writer.join().unwrap());
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn a_closed_pipe_ends_the_run_quietly() {
    let desk = Desk::new();
    let mut command = desk.command();
    command.args(STREAM.split(' ')).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    drop(child.stdout.take());
    // It never ends; who writes it notices that nobody reads.
    let (lines, _) = many();
    let gone = loop {
        if let Err(error) = stdin.write_all(lines.as_bytes()) {
            break error;
        }
    };
    assert_eq!(gone.kind(), std::io::ErrorKind::BrokenPipe);
    let output = child.wait_with_output().unwrap();
    assert_eq!(said(&output), (String::new(), String::new(), 0));
}

#[test]
fn outputs_are_written_whole_or_not_at_all() {
    let desk = Desk::new();
    let (lines, count) = many();
    let both = "check --input-format jsonl - --format jsonl -o out.jsonl --format concise";
    let output = desk.output(both, &lines);
    let written = std::fs::read_to_string(desk.path().join("out.jsonl")).unwrap();
    assert_eq!((written.lines().count(), said(&output).0.lines().count()), (count, count));
    // A name below a file can't be written.
    let output = desk.output("check - --input-format jsonl --format jsonl -o out.jsonl/x.jsonl", &lines);
    assert_eq!((said(&output).0, said(&output).2), (String::new(), 2));
    if cfg!(target_os = "linux") {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = desk.command();
        command.args(["check", "--format", "jsonl", "-o", "new.jsonl", "--format", "concise", "big.jsonl"]);
        desk.file("big.jsonl", &lines);
        let output = command.stdout(full).stderr(Stdio::piped()).output().unwrap();
        let (_, problems, status) = said(&output);
        assert!(problems.starts_with("problem: can't write to standard output: "), "{problems}");
        assert_eq!(status, 2);
        // A full disk behind one output costs no other.
        let written = std::fs::read_to_string(desk.path().join("new.jsonl")).unwrap();
        assert_eq!(written.lines().count(), count);
        let mut names = std::fs::read_dir(desk.path()).unwrap().map(|entry| entry.unwrap().file_name());
        assert!(!names.any(|name| name.to_string_lossy().starts_with(".replylint-")), "half a result is left");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_failed_file_counts_though_nobody_reads_the_rest() {
    let desk = Desk::new();
    desk.file("a.md", "Simply wait.\n");
    for formats in [["jsonl", "concise"], ["sarif", "human"], ["junit", "json"]] {
        let mut command = desk.command();
        command.args(["check", "a.md", "--format", formats[0], "-o", "/dev/full", "--format", formats[1]]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let (_, problems, status) = said(&child.wait_with_output().unwrap());
        assert!(problems.starts_with("problem: /dev/full: can't write this file: the disk is full"), "{problems}");
        assert_eq!(status, 2, "{formats:?}");
    }
}

#[test]
fn every_format_says_the_same_on_any_number_of_threads() {
    let desk = Desk::new();
    let drafts = ["Simply wait.", "Hello Ana,\n\nYou must wait!!\n\nBest,\nBo", "", "Hello."];
    for number in 0..400 {
        desk.file(&format!("drafts/{}/{number:03}.md", number % 7), drafts[number % drafts.len()]);
    }
    desk.file("drafts/3/bad.md", b"caf\xe9");
    let lines: String = many().0.split_inclusive('\n').take(100).collect();
    assert!(lines.len() > 1 << 16, "too short to be checked in parts");
    desk.file("drafts/5/inbox.jsonl", lines);
    for format in ["human", "json", "jsonl", "sarif", "github", "gitlab", "junit", "checkstyle", "rdjson", "html"] {
        let said = |threads| said(&desk.output(&format!("check drafts --format {format} -j{threads}"), ""));
        let one = said(1);
        assert!(one.0.contains("199") || one.0.contains("words/"), "{format} says nothing: {}", one.0.len());
        assert!(said(3) == one, "{format} on three threads");
    }
}

#[test]
fn the_input_format_is_what_the_user_says() {
    let desk = Desk::new();
    desk.file("export.dat", "{\"id\": 1, \"reply\": \"Simply wait.\"}\n");
    desk.file("folder/notes.txt", "{\"id\": 2, \"reply\": \"Simply wait.\"}\n");
    desk.file("page.html", "Simply *wait*.\n\n    Simply code.\n");
    insta::assert_snapshot!(
        [
            desk.run("check export.dat folder --input-format jsonl --format concise"),
            desk.run("check page.html --input-format markdown --format concise"),
            desk.run("replies page.html --input-format markdown"),
            desk.run("replies export.dat --input-format text"),
            desk.run("check export.dat --input-format jsnl"),
        ]
        .join("\n")
    );
}

#[test]
fn fields_of_the_users_own_are_streamed_too() {
    let desk = Desk::new();
    desk.file("replylint.yml", format!("{}inputs: [{{files: '*.jsonl', reply: answer.body}}]\n", support::CONFIG));
    let own = |id: usize| format!("{{\"id\": {id}, \"answer\": {{\"body\": \"Hello Ana. Simply wait.\"}}}}\n");
    let lines: String = (1..=6_000).map(own).collect();
    // The first part holds no reply at all, and that is no fault of the file.
    desk.file("own.jsonl", format!("{}{{oops\n{lines}", "{\"other\": 1}\n".repeat(5000)));
    let (found, problems, status) = said(&desk.output("check own.jsonl --format concise", ""));
    assert_eq!(found.lines().count(), 6_000);
    assert!(found.starts_with("own.jsonl:5002:"), "{}", found.lines().next().unwrap());
    assert!(problems.starts_with("problem: own.jsonl:5001:2: this line is no JSON object"), "{problems}");
    assert_eq!((problems.lines().count(), status), (2, 2));
    desk.file("none.jsonl", "{\"other\": 1}\n".repeat(9000));
    insta::assert_snapshot!(desk.run("check none.jsonl --format concise"));
}

#[test]
fn a_baseline_counts_over_all_parts() {
    let desk = Desk::new();
    let one = |id: usize| format!("{{\"id\": {id}, \"reply\": \"Hello Ana. Simply wait.\"}}\n");
    let lines: String = (1..=5_000).map(one).collect();
    desk.file("a.jsonl", &lines);
    assert_eq!(desk.status("baseline create a.jsonl"), 0);
    desk.file("a.jsonl", format!("{lines}{}", one(5_001)));
    let check = "check a.jsonl --baseline .replylint-baseline.json --format concise --fail-on suggestion";
    let (found, problems, status) = said(&desk.output(check, ""));
    assert_eq!((found.lines().count(), problems.as_str(), status), (1, "", 1));
    assert!(found.starts_with("a.jsonl:5001:"), "{found}");
}

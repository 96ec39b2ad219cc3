//! Drafts, names and configs that mean harm: nothing they hold is executed, nothing outside is read or written unasked, no
//! record is forged, and none of them costs more than its length.
//!
//! What stands elsewhere is not repeated: escapes, commands and tags in every format (`formats`), scripts in the HTML report
//! (`report`), programs that a git config names (`walking`), bombs of aliases and lists in rules (`bad_rules`).
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

mod support;

use std::fs;
use std::path::Path;
use support::{CONFIG, Desk};

const GOOD: &str = "Hello Ana, it is here.\n";
const BAD: &str = "Hello Ana, calm down.\n";
const TO_FIX: &str = "Hello Ana, simply wait.\n";

fn said(desk: &Desk, arguments: &str) -> (String, String, Option<i32>) {
    let output = desk.output(arguments, "");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code())
}

#[cfg(unix)]
fn link(target: impl AsRef<Path>, at: impl AsRef<Path>) {
    std::os::unix::fs::symlink(target, at).unwrap();
}

#[cfg(unix)]
#[test]
fn file_names_that_look_like_options_addresses_or_ways_out() {
    let desk = Desk::new();
    let names = [
        "-rf.txt",
        "--config=evil.yml.txt",
        "<stdin>.txt",
        "a..evil.txt",
        "a\\..\\evil.txt",
        "C:evil.txt",
        "\\\\host\\share.txt",
        "http:evil.txt",
        "file:...txt",
        "javascript:alert(1).txt",
        "$(touch ran-1).txt",
        "`touch ran-2`.txt",
        "; touch ran-3;.txt",
        "%2e%2e%2fevil.txt",
        "=cmd|'calc'!A0.txt",
    ];
    for name in names {
        desk.file(&format!("drafts/{name}"), BAD);
    }
    let (found, problems, status) = said(&desk, "check drafts --format concise");
    assert_eq!((found.lines().count(), problems.as_str(), status), (names.len(), "", Some(1)));
    // Addresses stay below the folder that they are seen from.
    let log: serde_json::Value = serde_json::from_str(&said(&desk, "check drafts --format sarif").0).unwrap();
    let base = url::Url::parse("file:///base/").unwrap();
    for result in log["runs"][0]["results"].as_array().unwrap() {
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        let whole = base.join(uri).unwrap();
        assert!(whole.as_str().starts_with("file:///base/drafts/"), "{uri} is {whole}");
    }
    let ran: Vec<_> = fs::read_dir(desk.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!ran.iter().any(|name| name.to_string_lossy().starts_with("ran-")), "{ran:?}");
}

#[test]
fn names_on_the_command_line_that_look_like_options() {
    let desk = Desk::new();
    desk.file("-rf.txt", BAD);
    assert_eq!(desk.status("check -- -rf.txt"), 1);
    assert_eq!(desk.status("check ./-rf.txt"), 1);
    assert_eq!(desk.status("check -rf.txt"), 2);
}

#[test]
fn archives_are_not_opened() {
    let desk = Desk::new();
    desk.file("drafts/a.txt", GOOD);
    let zip = [b"PK\x03\x04\x14\0\0\0\0\0".as_slice(), b"../../evil.txt", BAD.as_bytes()].concat();
    for name in ["a.zip", "a.tar", "a.gz", "a.txt.gz", "a.docx"] {
        desk.file(&format!("drafts/{name}"), &zip);
        let (_, problems, status) = said(&desk, &format!("check drafts/{name}"));
        assert_eq!(
            problems,
            format!(
                "problem: drafts/{name}: this file is binary, not text\n  help: name text files only, or exclude it\n"
            )
        );
        assert_eq!(status, Some(2));
    }
    assert_eq!(said(&desk, "check drafts --format concise"), (String::new(), String::new(), Some(0)));
}

#[cfg(unix)]
#[test]
fn links_in_a_folder_lead_nothing_out_of_it() {
    let (desk, outside) = (Desk::new(), Desk::empty());
    outside.file("secret.txt", TO_FIX);
    outside.file("folder/secret.txt", TO_FIX);
    desk.file("drafts/a.txt", GOOD);
    link(outside.path().join("secret.txt"), desk.path().join("drafts/link.txt"));
    link(outside.path().join("folder"), desk.path().join("drafts/folder"));
    link("/", desk.path().join("drafts/root"));
    link(".", desk.path().join("drafts/loop"));
    let (found, problems, status) = said(&desk, "check drafts --format concise");
    assert_eq!((found.as_str(), problems.as_str(), status), ("", "", Some(0)));
    assert_eq!(desk.status("check --fix --unsafe drafts"), 0);
    for name in ["secret.txt", "folder/secret.txt"] {
        assert_eq!(fs::read_to_string(outside.path().join(name)).unwrap(), TO_FIX);
    }
}

#[cfg(unix)]
#[test]
fn a_config_writes_nothing_outside_its_folder() {
    let (desk, outside) = (Desk::new(), Desk::empty());
    let target = outside.path().join("b.json");
    desk.file("drafts/a.txt", BAD);
    let refusal = "the config names a baseline outside its folder, which is not written unasked";
    for named in
        [target.to_str().unwrap(), "../../../../../../../../tmp/replylint-b.json", "link.json", "folder/b.json"]
    {
        desk.file("replylint.yml", format!("{CONFIG}baseline: {named}\n"));
        let _ = fs::remove_file(desk.path().join("link.json"));
        let _ = fs::remove_file(desk.path().join("folder"));
        outside.file("kept.json", "{}");
        link(outside.path().join("kept.json"), desk.path().join("link.json"));
        link(outside.path(), desk.path().join("folder"));
        let (_, problems, status) = said(&desk, "baseline create --force drafts");
        assert!(problems.contains(refusal), "{named}: {problems}");
        assert_eq!(status, Some(2), "{named}");
        assert_eq!(fs::read_to_string(outside.path().join("kept.json")).unwrap(), "{}");
    }
    assert!(!target.exists());
    // Who names it has asked for it.
    assert_eq!(desk.status(&format!("baseline create drafts --baseline {}", target.display())), 0);
    assert!(target.exists());
}

#[cfg(unix)]
#[test]
fn rule_files_and_configs_that_are_devices_or_pipes() {
    let desk = Desk::new();
    desk.file("a.txt", BAD);
    link("/dev/zero", desk.path().join("rules/zero.yml"));
    let (_, problems, status) = said(&desk, "check a.txt");
    assert!(problems.contains("rules/zero.yml: this is no plain file"), "{problems}");
    assert_eq!(status, Some(2));
    fs::remove_file(desk.path().join("rules/zero.yml")).unwrap();
    // A config that is no file is none.
    fs::remove_file(desk.path().join("replylint.yml")).unwrap();
    link("/dev/zero", desk.path().join("replylint.yml"));
    assert_eq!(desk.status("check a.txt"), 1);
}

/// What says which files a folder leaves out, and never ends.
#[cfg(unix)]
#[test]
fn ignore_files_that_are_devices_or_pipes() {
    for name in [".gitignore", ".ignore", ".replylintignore"] {
        let desk = Desk::new();
        desk.file("drafts/a.txt", BAD);
        desk.file("drafts/sub/b.txt", BAD);
        desk.file("drafts/sub/deep/c.txt", BAD);
        let ignore_file = desk.path().join("drafts/sub").join(name);
        link("/dev/zero", &ignore_file);
        let (found, problems, status) = said(&desk, "check drafts --format concise");
        assert!(found.contains("a.txt") && !found.contains(".txt:2") && !found.contains("sub"), "{found}");
        let expected = format!("problem: drafts/sub/{name}: this is no plain file, so nothing beside it is read");
        assert!(problems.starts_with(&expected), "{problems}");
        assert_eq!(status, Some(2));
        // One that is left out is not looked at.
        let (_, problems, status) = said(&desk, "check drafts --exclude drafts/sub");
        assert_eq!((problems.as_str(), status), ("", Some(1)));
        // The folder itself, and one below it.
        for folder in ["drafts/sub", "drafts/sub/deep"] {
            let (found, problems, status) = said(&desk, &format!("check {folder} --format concise"));
            assert!(found.is_empty() && problems.contains("this is no plain file"), "{found}{problems}");
            assert_eq!(status, Some(2));
        }
        // A file that is named is read whatever stands beside it, and a plain file may be a link's end.
        fs::remove_file(&ignore_file).unwrap();
        desk.file("drafts/plain", "c.txt\n");
        link("../plain", &ignore_file);
        let (found, problems, _) = said(&desk, "check drafts --format concise");
        assert!(found.contains("b.txt") && !found.contains("c.txt") && problems.is_empty(), "{found}{problems}");
    }
}

#[test]
fn bombs_of_aliases_in_drafts_and_configs() {
    let desk = Desk::new();
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let before = format!("*a{}", level - 1);
        bomb.push_str(&format!("a{level}: &a{level} [{}]\n", [before.as_str(); 9].join(", ")));
    }
    desk.file("drafts/replies.yml", format!("{bomb}replies: [\"Hello Ana, calm down.\"]\n"));
    desk.file("drafts/front.md", format!("---\n{bomb}---\n{BAD}"));
    let (found, problems, status) = said(&desk, "check drafts --format concise");
    assert_eq!((found.lines().count(), problems.as_str(), status), (2, "", Some(1)), "{found}");
    desk.file("bomb.yml", bomb);
    let (_, problems, status) = said(&desk, "check drafts --config bomb.yml");
    assert!(problems.starts_with("problem: bomb.yml:"), "{problems}");
    assert_eq!(status, Some(2));
}

/// One long thing and many small ones that each would carry a copy of it.
#[test]
fn names_and_messages_that_many_replies_share() {
    let desk = Desk::new();
    let long = "word ".repeat(60_000);
    let replies = 3000;
    let fences = "```\nHello you, calm down.\n```\n\n".repeat(replies);
    let texts = vec![r#""Hello you, calm down.""#; replies].join(",");
    for (name, draft) in [
        ("heading.md", format!("# macros\n\n## {long}\n\n{fences}")),
        (
            "page.html",
            format!("<title>macros</title><h2>{long}</h2>{}", "<pre>Hello you, calm down.</pre>".repeat(replies)),
        ),
        ("title.json", format!(r#"{{"title": "{long}", "replies": [{texts}]}}"#)),
        ("key.json", format!(r#"{{"{long}": {{"replies": [{texts}]}}}}"#)),
    ] {
        desk.file(name, draft);
        let (found, problems, status) = said(&desk, &format!("check {name} --format jsonl"));
        assert_eq!((found.lines().count(), problems.as_str(), status), (replies, "", Some(1)), "{name}");
        // The names are not in the records; the copies of one would take gigabytes.
        let listed = said(&desk, &format!("replies {name} --format jsonl")).0;
        assert!(listed.len() < 600 * replies, "{name}: {} bytes are listed", listed.len());
    }
    desk.file(
        "front.md",
        format!("---\ncustomer: {long}\n---\n# macros\n\n{}", "## a\n\nHello you, calm down.\n\n".repeat(replies)),
    );
    let (found, problems, status) = said(&desk, "check front.md --format concise");
    assert_eq!(found.lines().count(), replies, "the replies are checked all the same");
    assert_eq!(
        problems,
        "problem: front.md: the front matter's `customer` (299 kB) is too long to be read for 3000 replies\n  \
         help: shorten it, or give the replies files of their own\n"
    );
    assert_eq!(status, Some(2));
}

#[test]
fn tables_with_more_columns_of_replies_than_people_write() {
    let desk = Desk::new();
    let header = vec!["reply"; 3000];
    let customer = "Where is it? ".repeat(10_000);
    desk.file(
        "a.csv",
        format!("customer,{}\n{customer}{}\n", header.join(","), ",Hello you calm down now.".repeat(3000)),
    );
    let (found, problems, status) = said(&desk, "check a.csv --format concise");
    assert_eq!(found.lines().count(), 100);
    assert_eq!(
        problems,
        "problem: a.csv: this table has 3000 columns of replies; the first 100 are checked\n  \
         help: write one reply a row\n"
    );
    assert_eq!(status, Some(2));
}

#[test]
fn comments_without_end_or_number() {
    let desk = Desk::new();
    let many = 1000;
    let cases = [
        // Each would be a comment to the end of the file.
        ("open.html", "<p>Hello</p>".to_owned() + &"<!-- replylint: ignore ".repeat(many), 1),
        ("open.md", "Hello\n\n".to_owned() + &"<!-- replylint: ignore x\n".repeat(many), 1),
        ("one.html", format!("<p>Hello</p>{}-->", "<!-- replylint: ignore x ".repeat(many)), 1),
        // Each is about every reply, and each reply has a finding.
        (
            "all.md",
            "# macros\n\n".to_owned()
                + &"<!-- replylint: ignore-file words -- x -->\n".repeat(many)
                + &"## a\n\nHello you, calm down.\n\n".repeat(many),
            0,
        ),
        // All stand above one paragraph.
        (
            "stack.md",
            "Hello you.\n\n".to_owned()
                + &"<!-- replylint: ignore words -- x -->\n".repeat(many)
                + &"Calm down. ".repeat(many),
            0,
        ),
    ];
    for (name, draft, expected) in cases {
        desk.file(name, draft);
        let (_, problems, status) = said(&desk, &format!("check {name} --format concise"));
        assert!(problems.is_empty() && status.is_some_and(|status| status <= expected.max(1)), "{name}: {problems}");
        let silenced = said(&desk, &format!("check {name} --format json")).0;
        let json: serde_json::Value = serde_json::from_str(&silenced).unwrap();
        if expected == 0 {
            assert_eq!(json["summary"]["warnings"], 0, "{name}: all is silenced");
            assert_eq!(json["summary"]["silenced"], many, "{name}");
        }
    }
    let names = vec!["words"; 101].join(", ");
    desk.file("names.md", format!("<!-- replylint: ignore {names} -- x -->\n\n{BAD}"));
    let (found, ..) = said(&desk, "check names.md --format concise");
    assert!(found.contains("calm-down"), "it silences nothing: {found}");
}

#[test]
fn a_hundred_thousand_findings_in_one_reply_and_on_one_line() {
    let desk = Desk::new();
    let many = 60_000;
    desk.file("lines.txt", "Hello you.\n\n".to_owned() + &"Calm down.\n\n".repeat(many));
    desk.file("line.txt", "Hello you. ".to_owned() + &"Calm down. ".repeat(many));
    for name in ["lines.txt", "line.txt"] {
        let (found, problems, status) = said(&desk, &format!("check {name} --format concise"));
        assert_eq!((found.lines().count(), problems.as_str(), status), (many, "", Some(1)), "{name}");
    }
}

//! Drafts that can't be read, or hold nothing: said plainly, everything else is still checked, the exit status fits.
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

mod support;

use support::Desk;

const GOOD: &str = "Hello Ana, it is here.\n";
const BAD: &str = "Hello Ana, calm down.\n";
const FINDING: &str = "warning[words/calm-down]";

/// Checks `drafts`, which holds one reply with a finding and whatever else stands there; returns standard error.
fn problems(desk: &Desk) -> String {
    desk.file("drafts/zz-bad.txt", BAD);
    for format in ["concise", "human", "jsonl"] {
        let said = desk.run(&format!("check drafts --format {format}"));
        let found = said.contains(FINDING) || said.contains(r#""rule":"words/calm-down""#);
        assert!(found, "{format}: the other draft was not checked:\n{said}");
        assert!(said.ends_with("--- exit status 2\n"), "{said}");
    }
    String::from_utf8(desk.output("check drafts --format json", "").stderr).unwrap()
}

#[test]
fn binary_utf16_and_latin1() {
    let desk = Desk::new();
    desk.file("drafts/binary.txt", b"\x7fELF\x02\x01\x01\x00\x00Hello\x00");
    desk.file("drafts/latin-1.md", b"Hello Zo\xeb,\n\nit is here \x96 caf\xe9.\n");
    desk.file("drafts/utf16-be.txt", b"\xfe\xff\x00H\x00i");
    desk.file("drafts/utf16-le.txt", b"\xff\xfeH\x00i\x00");
    assert_eq!(
        problems(&desk),
        "\
problem: drafts/binary.txt: this file is binary, not text
  help: name text files only, or exclude it
problem: drafts/latin-1.md:1:9: this file is not UTF-8 (Latin-1 or Windows-1252, perhaps)
  help: save it as UTF-8
problem: drafts/utf16-be.txt: this file is UTF-16
  help: save it as UTF-8
problem: drafts/utf16-le.txt: this file is UTF-16
  help: save it as UTF-8
"
    );
}

#[test]
fn utf16_without_a_mark_is_no_text_either() {
    let desk = Desk::new();
    desk.file("drafts/bare.txt", b"H\x00i\x00 \x00A\x00n\x00a\x00");
    assert!(problems(&desk).starts_with("problem: drafts/bare.txt: this file is binary, not text\n"));
}

#[test]
fn a_byte_order_mark_is_nothing() {
    let desk = Desk::new();
    desk.file("drafts/mark.txt", "\u{feff}Hello Ana, simply wait.\n");
    let said = desk.run("check drafts --format concise");
    assert!(said.contains("drafts/mark.txt:1:12: suggestion[words/simply]"), "{said}");
}

#[test]
fn empty_drafts_are_no_problem() {
    let desk = Desk::new();
    desk.file("drafts/empty.txt", "");
    desk.file("drafts/good.txt", GOOD);
    desk.file("drafts/space.md", " \n\t\r\n\u{a0}\n");
    desk.file("drafts/zero.jsonl", "\n\n");
    assert_eq!(
        desk.run("check drafts"),
        "\
$ replylint check drafts
drafts/good.txt   hello ok
drafts/empty.txt   holds no reply
drafts/space.md   holds no reply
drafts/zero.jsonl   holds no reply
1 reply, 1 clean
--- exit status 0
"
    );
    assert_eq!(desk.status("check drafts/empty.txt --format concise"), 0);
}

#[test]
fn drafts_of_marks_alone() {
    let desk = Desk::new();
    for (name, text) in
        [("dots", "... !!! ???"), ("emoji", "🎉🎉"), ("zero", "\u{200b}\u{feff}"), ("rule", "---\n***\n")]
    {
        desk.file(&format!("drafts/{name}.txt"), text);
        desk.file(&format!("drafts/{name}.md"), text);
    }
    assert!(desk.status("check drafts") < 2);
}

#[test]
fn one_line_of_ten_megabytes() {
    let desk = Desk::new();
    desk.file("drafts/long.txt", "Hello Ana, calm down. ".repeat(460_000));
    assert_eq!(
        problems(&desk),
        "\
problem: drafts/long.txt:1:1: this reply is 10 MB long; replies of up to 1 MB are checked
  help: give each reply a file or a line of its own, or set `max-reply-mb` in the config
"
    );
}

#[test]
fn exports_may_be_longer_than_any_reply() {
    let desk = Desk::new();
    let record = "{\"reply\": \"Hello Ana, it is here.\"}\n";
    desk.file("drafts/export.jsonl", format!("{}{{\"reply\": \"{}\"}}\n", record.repeat(40_000), "x ".repeat(600_000)));
    let said = problems(&desk);
    assert!(said.starts_with("problem: drafts/export.jsonl:40001:1: this reply is 1 MB long"), "{said}");
    assert_eq!(said.lines().count(), 2, "{said}");
}

/// What grows with the square of the length takes hours.
#[test]
fn pieces_that_never_end() {
    let pieces = [
        "Hello Ana, it is here. ",
        "Hello, calm down! We are sorry. You forgot to just do it. We will, days late. ",
        "x",
        " ",
        "é",
        "`",
        "](",
        "{{",
        "<a",
        "[",
        "*|",
        "__",
        "%a",
        "www.",
        "://",
        "a@",
        "\"",
        "(",
        "1.",
        "a.",
        "&amp;",
        "\u{200b}",
        "> ",
        "- ",
        "!",
        "\n",
        "x\n",
        "> x\n",
        "```\n",
        "- x\n",
        "\r",
    ];
    for ending in ["txt", "md"] {
        for piece in pieces {
            let desk = Desk::new();
            let draft = piece.repeat(200_000 / piece.len());
            let name = format!("drafts/long.{ending}");
            desk.file(&name, &draft);
            let output = desk.output(&format!("check {name} --format concise"), "");
            assert!(
                output.status.code().is_some_and(|code| code < 2),
                "{piece:?}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
    }
}

#[test]
fn thousands_of_findings_for_people() {
    let desk = Desk::new();
    desk.file("drafts/long.txt", "Hello, calm down! ".repeat(10_000));
    let said = desk.run("check drafts");
    assert!(said.contains("... and 9900 more findings; --format concise lists all\n"));
}

#[test]
fn missing_files_and_broken_links() {
    let desk = Desk::new();
    desk.file("drafts/good.txt", GOOD);
    link(&desk, "drafts/gone.txt", "nothing.txt");
    assert_eq!(
        problems(&desk),
        "problem: drafts/gone.txt: this link leads nowhere\n  help: remove it or mend its target\n"
    );
    assert_eq!(
        desk.run("check drafts/zz-bad.txt drafts/gone.txt nowhere.txt nowhere/at/all.md --format concise"),
        "\
$ replylint check drafts/zz-bad.txt drafts/gone.txt nowhere.txt nowhere/at/all.md --format concise
drafts/zz-bad.txt:1:12: warning[words/calm-down] “calm down” gives an order; offer help
--- standard error
problem: drafts/gone.txt: this link leads nowhere
  help: remove it or mend its target
problem: nowhere.txt: there is no such file or directory
  help: check the path
problem: nowhere/at/all.md: there is no such file or directory
  help: check the path
--- exit status 2
"
    );
}

#[test]
fn a_loop_of_directories_is_not_walked() {
    let desk = Desk::new();
    desk.file("drafts/zz-bad.txt", BAD);
    link(&desk, "drafts/inner/back", "../../drafts");
    let said = desk.run("check drafts --format concise");
    assert_eq!(said.matches(FINDING).count(), 1, "{said}");
    assert!(said.ends_with("--- exit status 1\n"), "{said}");
}

#[test]
fn a_link_to_itself() {
    let desk = Desk::new();
    link(&desk, "drafts/self.txt", "self.txt");
    let said = problems(&desk);
    assert!(said.starts_with("problem: drafts/self.txt: "), "{said}");
}

#[cfg(unix)]
#[test]
fn an_unreadable_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new();
    let path = desk.file("drafts/secret.txt", GOOD);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(&path).is_ok() {
        return; // the superuser reads everything
    }
    let said = problems(&desk);
    assert!(said.starts_with("problem: drafts/secret.txt: can't read this file: "), "{said}");
    assert!(said.contains("help: check its permissions"), "{said}");
}

#[test]
fn broken_records_between_good_ones() {
    let desk = Desk::new();
    desk.file(
        "drafts/export.jsonl",
        concat!(
            "{\"id\": 1, \"reply\": \"Hello, calm down.\"}\n",
            "{\"id\": 2, \"reply\": \"Hello\n",
            "not JSON\n",
            "{\"id\": 3}\n",
            "[1, 2]\n",
            "\n",
            "{\"id\": 4, \"reply\": null, \"text\": 5}\n",
            "{\"id\": 5, \"reply\": null}\n",
            "{\"id\": 6, \"reply\": \"Hello\", \"reply\": \"Hello\"}\n",
            "{\"id\": 7, \"reply\": \"Hello\"} {}\n",
            "{\"id\": 8, \"text\": \"Hello, just wait.\"}\r\n",
            "{\"id\": 9, \"reply\": \"\"}\n",
            "{\"id\": 10, \"reply\": \"Hello \\ud83d, calm down\"}",
        ),
    );
    insta::assert_snapshot!("broken_records", desk.run("check drafts --format concise"));
    insta::assert_snapshot!("broken_records_human", desk.run("check drafts"));
}

#[test]
fn names_that_say_nothing() {
    let desk = Desk::new();
    desk.file("drafts/reply", BAD);
    desk.file("drafts/notes.pdf", BAD);
    desk.file("drafts/.hidden.txt", BAD);
    desk.file("drafts/ignored.txt", BAD);
    desk.file("drafts/.gitignore", "ignored.txt\n");
    assert_eq!(desk.status("check drafts"), 2, "nothing to check");
    for named in ["drafts/reply", "drafts/notes.pdf", "drafts/.hidden.txt", "drafts/ignored.txt"] {
        assert_eq!(desk.status(&format!("check {named}")), 1, "a named file is always checked: {named}");
    }
}

#[test]
fn a_file_named_twice_is_checked_once() {
    let desk = Desk::new();
    desk.file("drafts/zz-bad.txt", BAD);
    let said = desk.run("check drafts drafts/zz-bad.txt ./drafts/zz-bad.txt --format concise");
    assert_eq!(said.matches(FINDING).count(), 1, "{said}");
}

#[test]
fn a_bad_message_of_the_customer() {
    let desk = Desk::new();
    desk.file("reply.txt", GOOD);
    desk.file("customer.txt", b"\xff\xfeH\x00");
    assert!(
        desk.run("check reply.txt --reply-to customer.txt").contains("problem: customer.txt: this file is UTF-16\n")
    );
    desk.file("customer.txt", "");
    assert_eq!(desk.status("check reply.txt --reply-to customer.txt"), 0);
}

fn link(desk: &Desk, name: &str, target: &str) {
    let path = desk.path().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(target, path).unwrap();
    #[cfg(windows)]
    std::os::windows::fs::symlink_file(target, path).unwrap();
}

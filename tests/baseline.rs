//! A baseline: findings a team has accepted stay quiet however they move, new ones are reported, what is gone is dropped.
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

mod support;

use support::Desk;

const NAME: &str = ".replylint-baseline.json";

fn read(desk: &Desk, name: &str) -> String {
    std::fs::read_to_string(desk.path().join(name)).unwrap()
}

/// Two files of replies with three findings, one of them twice.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.file(
        "replies/one.md",
        "# Canned replies\n\n## Late\n\nHello {{name}},\n\nplease calm down while we look into what has happened to it on the way.\n\n## Gone\n\nHello Ana, calm down.\n\n## Back\n\nHello Ana, calm down.\n",
    );
    desk.file("replies/two.txt", "Hello Leo, simply wait.\n");
    desk
}

#[test]
fn create_accepts_what_there_is() {
    let desk = desk();
    insta::assert_snapshot!("create", desk.run("baseline create replies"));
    insta::assert_snapshot!("written", read(&desk, NAME));
    assert_eq!(
        desk.run("check replies --format concise --baseline .replylint-baseline.json"),
        "\
$ replylint check replies --format concise --baseline .replylint-baseline.json
--- exit status 0
"
    );
    insta::assert_snapshot!("silenced_human", desk.run("check replies --baseline .replylint-baseline.json"));
    insta::assert_snapshot!("create_again", desk.run("baseline create replies"));
    assert_eq!(desk.status("baseline create replies --force"), 0);
}

#[test]
fn the_config_names_it() {
    let desk = desk();
    desk.file("replylint.yml", "language: test\nrules: [rules]\nbaseline: known/replies.json\n");
    desk.file("known/.keep", "");
    let said = desk.run("baseline create replies");
    assert!(said.contains("replies.json: 4 findings accepted\n--- exit status 0"), "{said}");
    // Paths are as seen from the baseline.
    assert!(read(&desk, "known/replies.json").contains(r#""path":"../replies/one.md""#));
    assert_eq!(desk.status("check replies"), 0);
    assert_eq!(desk.status("check replies --no-baseline"), 1);
    let mut command = desk.command();
    let output = command.args(["check", "."]).current_dir(desk.path().join("replies")).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn what_moves_or_wraps_is_the_same() {
    let desk = desk();
    desk.run("baseline create replies");
    desk.file(
        "replies/one.md",
        "# Canned replies\n\nThese are ours.\n\n## Back\n\nHello Ana, CALM  down.\n\n## Gone\n\nHello Ana, calm down.\n\n## Late\r\n\r\nHello {{ first_name }},\r\n\r\nplease calm down while we look into what\r\nhas happened to it on the way.\r\n",
    );
    let said = desk.run("baseline check replies");
    assert_eq!(said, "$ replylint baseline check replies\n4 accepted, 0 new, 0 stale\n--- exit status 0\n");
}

#[test]
fn only_new_findings_are_reported() {
    let desk = desk();
    desk.run("baseline create replies");
    desk.file("replies/three.txt", "Hello Bo, calm down.\n");
    // The same sentence once more than accepted.
    let one = read(&desk, "replies/one.md");
    desk.file("replies/one.md", format!("{one}\n## Again\n\nHello Ana, calm down.\n"));
    insta::assert_snapshot!(
        "new_concise",
        desk.run("check replies --format concise --baseline .replylint-baseline.json")
    );
    insta::assert_snapshot!("new_check", desk.run("baseline check replies"));
}

#[test]
fn what_is_gone_is_stale_and_pruned() {
    let desk = desk();
    desk.run("baseline create replies");
    let one = read(&desk, "replies/one.md");
    desk.file("replies/one.md", one.replace("## Back\n\nHello Ana, calm down.\n", ""));
    std::fs::remove_file(desk.path().join("replies/two.txt")).unwrap();
    insta::assert_snapshot!("stale_check", desk.run("baseline check replies"));
    insta::assert_snapshot!("stale_prune", desk.run("baseline prune replies"));
    insta::assert_snapshot!("pruned", read(&desk, NAME));
    assert_eq!(
        desk.run("baseline prune replies"),
        "$ replylint baseline prune replies\n.replylint-baseline.json: 0 dropped, 2 left\n--- exit status 0\n"
    );
}

#[test]
fn what_was_not_looked_at_is_kept() {
    let desk = desk();
    desk.run("baseline create replies");
    let whole = read(&desk, NAME);
    // Another directory, a rule that is off, a file that can't be read.
    desk.file("other/a.txt", "Hello Ana.\n");
    assert!(desk.run("baseline prune other").contains("0 dropped, 4 left"));
    desk.file("replylint.yml", "language: test\nrules: [rules]\nseverity: {words: off}\n");
    assert!(desk.run("baseline prune replies").contains("0 dropped, 4 left"));
    desk.file("replylint.yml", "language: test\nrules: [rules]\n");
    desk.file("replies/two.txt", b"Hello Zo\xeb");
    let said = desk.run("baseline prune replies");
    assert!(said.contains("0 dropped, 4 left") && said.ends_with("--- exit status 2\n"), "{said}");
    assert_eq!(read(&desk, NAME), whole);
}

#[test]
fn a_baseline_that_is_none() {
    let desk = desk();
    let mut all = desk.run("check replies --baseline missing.json");
    for (name, text) in [
        ("text.json", "Hello\n"),
        ("conflict.json", "{\n  \"version\": 1,\n<<<<<<< ours\n  \"entries\": []\n}\n"),
        ("later.json", "{\"version\": 2, \"findings\": {}}\n"),
        ("versionless.json", "{\"entries\": []}\n"),
        (
            "key.json",
            "{\"version\": 1, \"entries\": [\n  {\"path\": \"a\", \"rule\": \"b\", \"fingerprint\": \"c\", \"cuont\": 1}\n]}\n",
        ),
        (
            "count.json",
            "{\"version\": 1, \"entries\": [{\"path\": \"a\", \"rule\": \"b\", \"fingerprint\": \"c\", \"count\": -1}]}\n",
        ),
    ] {
        desk.file(name, text);
        all.push_str(&desk.run(&format!("check replies --baseline {name}")));
    }
    all.push_str(&desk.run("baseline check replies"));
    all.push_str(&desk.run("baseline create replies --baseline nowhere/b.json"));
    insta::assert_snapshot!("none", all);
}

#[test]
fn an_empty_baseline_and_a_merged_one() {
    let desk = desk();
    desk.file("empty.json", "{\"version\": 1, \"entries\": []}");
    assert_eq!(desk.status("check replies --baseline empty.json"), 1);
    desk.run("baseline create replies");
    // Both sides of a merge accepted the same.
    let whole = read(&desk, NAME);
    let line = whole.lines().find(|line| line.contains("\"count\":2")).unwrap();
    let line = line.trim_end_matches(',');
    desk.file("merged.json", whole.replace("\"entries\": [", &format!("\"entries\": [\n{line},")));
    assert_eq!(desk.status("check replies --baseline merged.json"), 0);
    let one = read(&desk, "replies/one.md");
    desk.file("replies/one.md", format!("{one}\n## Again\n\nHello Ana, calm down.\n"));
    assert_eq!(desk.status("check replies --baseline merged.json"), 1);
}

#[test]
fn a_secret_is_not_in_a_baseline() {
    let desk = Desk::empty();
    desk.file("reply.md", "Hi Ana,\n\nYou failed to pay with card 4111 1111 1111 1111.\n");
    desk.run("baseline create .");
    let written = read(&desk, NAME);
    assert!(written.contains("blame/") && written.contains("privacy/"), "{written}");
    assert!(!written.contains("4111"), "{written}");
    let secret = written.lines().find(|line| line.contains("privacy/")).unwrap();
    assert!(!secret.contains("excerpt"), "{secret}");
}

#[cfg(unix)]
#[test]
fn a_link_and_its_permissions_stay() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = desk();
    desk.file("shared/b.json", "{\"version\": 1, \"entries\": []}");
    let target = desk.path().join("shared/b.json");
    std::fs::set_permissions(&target, std::fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink(&target, desk.path().join("b.json")).unwrap();
    assert_eq!(desk.status("baseline create replies --baseline b.json --force"), 0);
    assert!(desk.path().join("b.json").is_symlink());
    assert!(read(&desk, "shared/b.json").contains("\"count\""));
    assert_eq!(std::fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o640);
    // Nothing is left beside it.
    assert_eq!(std::fs::read_dir(desk.path().join("shared")).unwrap().count(), 1);
}

//! Which files are checked, and by which settings: globs, ignore files, links, odd names, the git index, overrides,
//! channels; and `replylint config`, which tells.
//!
//! These tests run `git`, as the program does: without it they fail, they are never passed over.
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

mod support;

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use support::{CONFIG, Desk};

const GOOD: &str = "Hello Ana, it is here.\n";
const BAD: &str = "Hello Ana, calm down.\n";
/// A reply that the index holds and the working tree does not.
const STAGED: &str = "Hello Ana,\n\nyou forgot to sign.\n";

/// A program that no setting of this machine reaches.
fn untouched(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_") {
            command.env_remove(name);
        }
    }
    command.env("GIT_CONFIG_GLOBAL", if cfg!(windows) { "NUL" } else { "/dev/null" }).env("GIT_CONFIG_NOSYSTEM", "1")
}

fn git(directory: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    let output = untouched(command.current_dir(directory).args(arguments)).output().expect("these tests need git");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A desk that is a git repository with its rules committed.
fn repository() -> Desk {
    let desk = Desk::new();
    for arguments in [
        &["init", "--quiet", "-b", "main"][..],
        &["config", "user.name", "Ana"],
        &["config", "user.email", "ana@example.com"],
        &["config", "core.autocrlf", "false"],
        &["config", "commit.gpgsign", "false"],
    ] {
        git(desk.path(), arguments);
    }
    commit(&desk, "rules");
    desk
}

fn commit(desk: &Desk, message: &str) {
    git(desk.path(), &["add", "--all"]);
    git(desk.path(), &["commit", "--quiet", "--no-verify", "-m", message]);
}

fn output<S: AsRef<OsStr>>(directory: &Path, desk: &Desk, arguments: &[S]) -> Output {
    let mut command = desk.command();
    untouched(command.current_dir(directory)).args(arguments).stdin(Stdio::null()).output().unwrap()
}

/// Standard output in the concise format, one line a finding; it is no matter here what is in a problem.
fn findings(directory: &Path, desk: &Desk, arguments: &[&str]) -> Vec<String> {
    let output = output(directory, desk, &[&["check", "--format", "concise"], arguments].concat());
    let said = String::from_utf8(output.stdout).unwrap();
    let rule = |line: &str| {
        let (place, rest) = line.split_once("[words/").unwrap();
        format!("{place}[words/{}]", rest.split(']').next().unwrap())
    };
    said.lines().filter(|line| line.contains("[words/")).map(rule).collect()
}

/// What the whole run says, and its exit status.
fn said(directory: &Path, desk: &Desk, arguments: &[&str]) -> (String, i32) {
    let output = output(directory, desk, arguments);
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8(text).unwrap().replace(desk.path().canonicalize().unwrap().to_str().unwrap(), "DESK");
    (text.replace(desk.path().to_str().unwrap(), "DESK"), output.status.code().unwrap())
}

fn calm(path: &str) -> String {
    format!("{path}:1:12: warning[words/calm-down]")
}

fn forgot(path: &str) -> String {
    format!("{path}:3:1: error[words/you-forgot]")
}

#[test]
fn excluded_files_stay_excluded_when_named() {
    let desk = Desk::new();
    desk.file("replylint.yml", format!("{CONFIG}exclude: [vendor/, \"*.draft.md\"]\n"));
    for name in ["vendor/a.md", "deep/vendor/b.md", "c.draft.md", "d.md", "old/e.md"] {
        desk.file(name, BAD);
    }
    let check = |arguments: &[&str]| findings(desk.path(), &desk, arguments);
    assert_eq!(check(&["."]), [calm("d.md"), calm("old/e.md")]);
    assert_eq!(check(&[".", "--exclude", "old"]), [calm("d.md")]);
    assert_eq!(check(&["vendor/a.md", "./c.draft.md", "deep/vendor", "d.md"]), [calm("d.md")]);
    assert_eq!(
        said(desk.path(), &desk, &["check", "vendor/a.md", "c.draft.md"]),
        (
            "0 replies, 0 clean\nnote: 2 named paths are left out (vendor/a.md, c.draft.md); --no-force-exclude checks them\n"
                .to_owned(),
            0
        ),
        "a hook that names nothing else is no failure"
    );
    assert_eq!(check(&["vendor/a.md", "d.md", "--no-force-exclude"]), [calm("vendor/a.md"), calm("d.md")]);
    let absolute = desk.path().join("vendor/a.md");
    assert!(check(&[absolute.to_str().unwrap()]).is_empty());
    // Patterns of the config are seen from its folder, those of the command line from where one stands.
    let below = desk.path().join("deep");
    assert!(findings(&below, &desk, &["."]).is_empty());
    assert_eq!(
        findings(&below, &desk, &["../d.md", "../old/e.md", "--exclude", "old"]),
        [calm("../d.md"), calm("../old/e.md")]
    );
}

#[test]
fn wrong_patterns_have_a_place() {
    let desk = Desk::new();
    desk.file("a.md", GOOD);
    let cases = [
        ("exclude: [ok, \"a{\"]\n", "replylint.yml:3:15: `a{` is no pattern"),
        ("include: [\"\"]\n", "replylint.yml:3:11: `` is no pattern for files: it is empty"),
        ("overrides:\n  - files: [ok.md, ../x]\n", "replylint.yml:4:20: `../x` is no pattern"),
    ];
    for (text, expected) in cases {
        desk.file("replylint.yml", format!("{CONFIG}{text}"));
        let (said, status) = said(desk.path(), &desk, &["check", "a.md"]);
        assert!(said.contains(expected), "{said}");
        assert_eq!(status, 2);
    }
    desk.file("replylint.yml", CONFIG);
    let (said, status) = said(desk.path(), &desk, &["check", "a.md", "--exclude", "{a"]);
    assert!(said.contains("`{a` is no pattern for files") && status == 2, "{said}");
}

#[test]
fn ignore_files_hold_in_walks_and_for_named_files() {
    let desk = Desk::new();
    desk.file(".replylintignore", "old/\n*.wip.md\n!keep.wip.md\n");
    desk.file("new/.replylintignore", "!b.wip.md\n");
    for name in ["old/a.md", "new/b.wip.md", "c.wip.md", "keep.wip.md", "d.md"] {
        desk.file(name, BAD);
    }
    let expected = [calm("d.md"), calm("keep.wip.md"), calm("new/b.wip.md")];
    assert_eq!(findings(desk.path(), &desk, &["."]), expected);
    let named = ["d.md", "keep.wip.md", "new/b.wip.md", "old/a.md", "c.wip.md"];
    assert_eq!(findings(desk.path(), &desk, &named), expected);
    let all = findings(desk.path(), &desk, &[&named[..], &["--no-force-exclude"]].concat());
    assert_eq!(all.len(), 5);
}

#[test]
fn a_broken_ignore_file_is_told_and_the_rest_goes_on() {
    let desk = Desk::new();
    desk.file(".replylintignore", "a{\nold/\n");
    desk.file("old/a.md", BAD);
    desk.file("b.md", BAD);
    for path in [".", "b.md"] {
        let (text, status) = said(desk.path(), &desk, &["check", path, "--format", "concise"]);
        assert!(text.contains(&calm("b.md")) && !text.contains("old/a.md"), "{text}");
        assert!(text.contains(".replylintignore") && text.contains("write patterns as in .gitignore"), "{text}");
        assert_eq!((text.matches("problem:").count(), status), (1, 2), "{text}");
    }
}

#[test]
fn include_opens_what_would_be_skipped() {
    let desk = Desk::new();
    desk.file("replylint.yml", format!("{CONFIG}include: [\"*.reply\", build/, .notes.md]\nexclude: [build/tmp/]\n"));
    desk.file(".gitignore", "build/\n");
    desk.file(".git/info/x.reply", BAD);
    for name in ["a.reply", "build/b.md", "build/tmp/c.md", ".notes.md", ".other.md", "d.md", "e.log"] {
        desk.file(name, BAD);
    }
    let all = [calm(".notes.md"), calm("a.reply"), calm("build/b.md"), calm("d.md")];
    assert_eq!(findings(desk.path(), &desk, &["."]), all);
    desk.file("replylint.yml", CONFIG);
    assert_eq!(findings(desk.path(), &desk, &["."]), [calm("d.md")]);
}

#[test]
fn what_is_checked_does_not_hang_on_whose_machine_it_is() {
    let desk = repository();
    desk.file("home/.gitconfig", "[core]\n\texcludesFile = ~/.ignored\n");
    for ignored in ["home/.ignored", "home/.config/git/ignore"] {
        desk.file(ignored, "*.md\n");
    }
    desk.file("drafts/a.md", BAD);
    let home = desk.path().join("home");
    let mut command = desk.command();
    untouched(&mut command).env("HOME", &home).env("USERPROFILE", &home).env("XDG_CONFIG_HOME", home.join(".config"));
    command.env("GIT_CONFIG_GLOBAL", home.join(".gitconfig"));
    let output = command.current_dir(desk.path()).args(["check", "--format", "concise", "drafts"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 1, "{output:?}");
}

#[cfg(unix)]
#[test]
fn links_are_followed_only_where_they_are_named() {
    use std::os::unix::fs::symlink;
    let desk = Desk::new();
    desk.file("real/a.md", BAD);
    let walked = desk.path().join("walked");
    std::fs::create_dir(&walked).unwrap();
    symlink("../real/a.md", walked.join("file.md")).unwrap();
    symlink("../real", walked.join("directory")).unwrap();
    symlink("..", walked.join("loop")).unwrap();
    desk.file("walked/b.md", BAD);
    assert_eq!(findings(desk.path(), &desk, &["walked"]), [calm("walked/b.md")]);
    let named = ["walked/file.md", "walked/directory", "walked/loop/real"];
    assert_eq!(
        findings(desk.path(), &desk, &named),
        [calm("walked/file.md"), calm("walked/directory/a.md"), calm("walked/loop/real/a.md")]
    );
    // A link is excluded by its own name, and not by that of its target.
    assert_eq!(findings(desk.path(), &desk, &["walked/file.md", "--exclude", "real"]).len(), 1);
    assert!(findings(desk.path(), &desk, &["walked/file.md", "--exclude", "file.md"]).is_empty());
    symlink("self.md", walked.join("self.md")).unwrap();
    symlink("nothing.md", walked.join("dangling.md")).unwrap();
    symlink("nothing.png", walked.join("dangling.png")).unwrap();
    let (text, status) = said(desk.path(), &desk, &["check", "walked", "--format", "concise"]);
    assert!(
        text.contains("walked/dangling.md: this link leads nowhere") && text.contains(&calm("walked/b.md")),
        "{text}"
    );
    assert!(text.contains("walked/self.md: this link leads to nothing"), "{text}");
    assert_eq!((text.matches("problem:").count(), status), (2, 2), "{text}");
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_text_are_shown_and_checked() {
    use std::os::unix::ffi::OsStrExt as _;
    let desk = repository();
    let name = OsStr::from_bytes(b"caf\xe9.md");
    std::fs::write(desk.path().join(name), BAD).unwrap();
    git(desk.path(), &["add", "--all"]);
    for format in ["human", "concise", "json", "jsonl"] {
        for paths in
            [&[OsStr::new(".")][..], &[name], &[OsStr::new("--staged")], &[OsStr::new("--exclude"), OsStr::new("x")]]
        {
            let arguments = [&["check", "--format", format].map(OsStr::new), paths].concat();
            let output = output(desk.path(), &desk, &arguments);
            let text = String::from_utf8(output.stdout).expect("what is said is text");
            assert!(text.contains("caf\u{fffd}.md"), "{format}: {text}");
            assert_eq!(output.status.code(), Some(1), "{format}: {}", String::from_utf8_lossy(&output.stderr));
            if format == "json" {
                serde_json::from_str::<serde_json::Value>(&text).unwrap();
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn a_closed_directory_is_told_and_the_rest_goes_on() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new();
    desk.file("closed/a.md", BAD);
    desk.file("open/b.md", BAD);
    let closed = desk.path().join("closed");
    let mode = |bits| std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(bits)).unwrap();
    mode(0o000);
    let (text, status) = said(desk.path(), &desk, &["check", ".", "--format", "concise"]);
    let is_open_to_us = std::fs::read_dir(&closed).is_ok();
    mode(0o700);
    assert!(text.contains(&calm("open/b.md")), "{text}");
    // The superuser reads everything, and then must be told everything.
    if is_open_to_us {
        assert!(text.contains(&calm("closed/a.md")) && status == 1, "{text}");
    } else {
        assert!(text.contains("problem: closed: can't read this: ") && status == 2, "{text}");
    }
}

#[test]
fn staged_reads_the_index() {
    let desk = repository();
    desk.file("kept.md", BAD);
    desk.file("changed.md", GOOD);
    desk.file("gone.md", BAD);
    desk.file("moved.md", "Hello Ben, calm down. The parcel is on its way to you.\n");
    commit(&desk, "drafts");
    // What is staged, and after it what the working tree makes of it.
    desk.file("changed.md", STAGED);
    desk.file("new.md", STAGED);
    desk.file("clean later.md", STAGED);
    desk.file("bad later.md", GOOD);
    desk.file("lost.md", STAGED);
    desk.file("a \"quoted\"\n\tname é.md", STAGED);
    desk.file("binary.md", b"Hello\0calm down");
    desk.file("notes.rs", BAD);
    git(desk.path(), &["rm", "--quiet", "gone.md"]);
    git(desk.path(), &["mv", "moved.md", "renamed.md"]);
    git(desk.path(), &["add", "--all"]);
    desk.file("changed.md", BAD);
    desk.file("clean later.md", GOOD);
    desk.file("bad later.md", BAD);
    desk.file("untracked.md", BAD);
    std::fs::remove_file(desk.path().join("lost.md")).unwrap();
    desk.file("kept.md", STAGED);

    let staged = |arguments: &[&str]| findings(desk.path(), &desk, &[&["--staged"], arguments].concat());
    let odd = "a \"quoted\"\\u{a} name é.md";
    let all = [odd, "changed.md", "clean later.md", "lost.md", "new.md"];
    let mut expected: Vec<String> = all.iter().map(|name| forgot(name)).collect();
    expected.push(calm("renamed.md"));
    assert_eq!(staged(&[]), expected);
    assert_eq!(staged(&["new.md", "kept.md", "lost.md"]), [forgot("lost.md"), forgot("new.md")]);
    assert_eq!(staged(&["notes.rs"]), [calm("notes.rs")], "a named file is checked, whatever its name is");
    assert_eq!(staged(&["--exclude", "*.md"]), Vec::<String>::new());
    // Without the option, the working tree.
    assert_eq!(findings(desk.path(), &desk, &["changed.md", "new.md"]), [calm("changed.md"), forgot("new.md")]);
    let (text, status) = said(desk.path(), &desk, &["check", "--staged", "--format", "concise"]);
    assert_eq!((text.contains("problem"), status), (false, 1), "{text}");
}

#[test]
fn staged_with_nothing_staged_is_fine() {
    let desk = repository();
    desk.file("bad.md", BAD);
    assert_eq!(said(desk.path(), &desk, &["check", "--staged"]), ("0 replies, 0 clean\n".to_owned(), 0));
    let (text, status) = said(desk.path(), &desk, &["check", "--staged", "--error-on-empty"]);
    assert!(text.contains("there is no reply to check in . among what is staged") && status == 2, "{text}");
    let (text, status) = said(desk.path(), &desk, &["check", "--staged", "nowhere.md"]);
    assert!(text.contains("nowhere.md: there is no such file or directory") && status == 2, "{text}");
}

#[test]
fn staged_works_before_the_first_commit() {
    let desk = Desk::new();
    git(desk.path(), &["init", "--quiet", "-b", "main"]);
    desk.file("a.md", STAGED);
    git(desk.path(), &["add", "--all"]);
    desk.file("a.md", GOOD);
    assert_eq!(findings(desk.path(), &desk, &["--staged"]), [forgot("a.md")]);
    let (text, status) = said(desk.path(), &desk, &["check", "--changed-since", "main"]);
    assert!(text.contains("git knows no commit `main`") && status == 2, "{text}");
}

#[test]
fn staged_sees_paths_from_where_one_stands() {
    let desk = repository();
    for name in ["top.md", "one/a.md", "one/deep/b.md", "two/c.md"] {
        desk.file(name, STAGED);
    }
    git(desk.path(), &["add", "--all"]);
    let one = desk.path().join("one");
    assert_eq!(findings(&one, &desk, &["--staged"]), [forgot("a.md"), forgot("deep/b.md")]);
    assert_eq!(findings(&one, &desk, &["--staged", "../two", "deep"]), [forgot("../two/c.md"), forgot("deep/b.md")]);
    // A directory whose name is a pattern is a name.
    desk.file("[o]ne/d.md", STAGED);
    git(desk.path(), &["add", "--all"]);
    assert_eq!(findings(desk.path(), &desk, &["--staged", "[o]ne"]), [forgot("[o]ne/d.md")]);
}

#[test]
fn staged_uses_the_index_that_git_hands_to_a_hook() {
    let desk = repository();
    desk.file("a.md", GOOD);
    commit(&desk, "a");
    desk.file("a.md", STAGED);
    // `git commit -a` shows its hooks an index of its own.
    let hook = desk.path().join(".git/hooks/pre-commit");
    let program = assert_cmd::cargo::cargo_bin!("replylint").display().to_string().replace('\\', "/");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, format!("#!/bin/sh\nexec '{program}' check --staged --format concise >hook.log\n")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let mut command = Command::new("git");
    let output = untouched(command.current_dir(desk.path()).args(["commit", "-q", "-a", "-m", "b"])).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "the hook stops the commit");
    let log = std::fs::read_to_string(desk.path().join("hook.log")).unwrap();
    assert!(log.starts_with(&forgot("a.md")), "{log}");
}

#[test]
fn staged_leaves_links_and_submodules_alone_and_tells_conflicts() {
    let desk = repository();
    let other = repository();
    desk.file("a.md", "Hello Ana, one.\n");
    commit(&desk, "one");
    git(desk.path(), &["switch", "--quiet", "-c", "side"]);
    desk.file("a.md", "Hello Ana, two.\n");
    commit(&desk, "two");
    git(desk.path(), &["switch", "--quiet", "main"]);
    desk.file("a.md", "Hello Ana, three.\n");
    commit(&desk, "three");
    let mut merge = Command::new("git");
    let merged = untouched(merge.current_dir(desk.path()).args(["merge", "side"])).output().unwrap();
    assert!(!merged.status.success(), "it is meant to conflict");
    let url = other.path().to_str().unwrap();
    git(desk.path(), &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "--", url, "sub.md"]);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("replylint.yml", desk.path().join("link.md")).unwrap();
        git(desk.path(), &["add", "link.md"]);
    }
    desk.file("b.md", STAGED);
    git(desk.path(), &["add", "b.md"]);
    let (text, status) = said(desk.path(), &desk, &["check", "--staged", "--format", "concise"]);
    assert!(text.contains(&forgot("b.md")), "{text}");
    assert!(text.contains("a.md: this file has a conflict that is not resolved"), "{text}");
    assert_eq!((text.matches("problem:").count(), status), (1, 2), "{text}");
}

#[test]
fn changed_since_reads_the_working_tree() {
    let desk = repository();
    for name in ["kept.md", "committed.md", "changed.md", "staged.md", "gone.md", "upstream.md"] {
        desk.file(name, GOOD);
    }
    desk.file(".gitignore", "ignored.md\n");
    commit(&desk, "drafts");
    git(desk.path(), &["switch", "--quiet", "-c", "topic"]);
    desk.file("committed.md", STAGED);
    commit(&desk, "topic");
    // What happened meanwhile on the other branch is none of this one's business.
    git(desk.path(), &["switch", "--quiet", "main"]);
    desk.file("upstream.md", BAD);
    commit(&desk, "upstream");
    git(desk.path(), &["switch", "--quiet", "topic"]);
    desk.file("changed.md", BAD);
    desk.file("staged.md", STAGED);
    git(desk.path(), &["add", "staged.md"]);
    desk.file("staged.md", BAD);
    desk.file("un tracked.md", BAD);
    desk.file("ignored.md", BAD);
    desk.file("sub/new.md", BAD);
    std::fs::remove_file(desk.path().join("gone.md")).unwrap();

    let expected =
        [calm("changed.md"), forgot("committed.md"), calm("staged.md"), calm("sub/new.md"), calm("un tracked.md")];
    assert_eq!(findings(desk.path(), &desk, &["--changed-since", "main"]), expected);
    assert_eq!(findings(&desk.path().join("sub"), &desk, &["--changed-since", "main"]), [calm("new.md")]);
    assert_eq!(
        findings(desk.path(), &desk, &["--changed-since", "main", "changed.md", "kept.md"]),
        [calm("changed.md")]
    );
    assert_eq!(findings(desk.path(), &desk, &["--changed-since", "HEAD", "--exclude", "sub/"]).len(), 3);
    let (text, status) = said(desk.path(), &desk, &["replies", "--changed-since", "HEAD", "sub"]);
    assert!(text.starts_with("sub/new.md:1 ") && status == 0, "{text}");
}

#[test]
fn what_git_cannot_do_is_said() {
    let desk = repository();
    desk.file("a.md", GOOD);
    commit(&desk, "a");
    git(desk.path(), &["checkout", "--quiet", "--orphan", "other"]);
    commit(&desk, "other");
    git(desk.path(), &["init", "--quiet", "--bare", "bare.git"]);
    let plain = Desk::new();
    let bare = desk.path().join("bare.git");
    let cases: [(&Path, &Desk, &[&str], &str); 9] = [
        (desk.path(), &desk, &["--changed-since", "nobody"], "git knows no commit `nobody`"),
        (
            desk.path(),
            &desk,
            &["--changed-since=--output=x"],
            "git knows no commit `--output=x` (a name can't begin with `-`)",
        ),
        (desk.path(), &desk, &["--changed-since="], "git knows no commit ``"),
        (desk.path(), &desk, &["--changed-since", "main"], "this branch and `main` have no common past"),
        (desk.path(), &desk, &["--staged", "-"], "git knows nothing of standard input"),
        (desk.path(), &desk, &["--staged", "/nowhere/else"], "git fails: "),
        (desk.path(), &desk, &["--staged", "--changed-since", "main"], "cannot be used with"),
        (&bare, &plain, &["--staged", "--no-config"], "has no working tree here"),
        (plain.path(), &plain, &["--staged"], "this directory is in no git repository"),
    ];
    for (directory, desk, arguments, expected) in cases {
        let (text, status) = said(directory, desk, &[&["check"], arguments].concat());
        assert!(text.contains(expected), "{arguments:?}: {text}");
        assert_eq!(status, 2, "{arguments:?}: {text}");
    }
    assert!(!desk.path().join("x").exists());
    let mut command = desk.command();
    let output = command.args(["check", "--staged"]).env("PATH", "").output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.contains("need the `git` program") && output.status.code() == Some(2), "{text}");
}

#[test]
fn git_settings_run_no_program_and_steer_nothing() {
    let desk = repository();
    desk.file("sub/a.md", GOOD);
    desk.file(".gitattributes", "*.md diff=x\n");
    commit(&desk, "a");
    for (key, value) in [
        ("diff.external", "touch ran-external"),
        ("diff.x.textconv", "touch ran-textconv"),
        ("core.fsmonitor", "touch ran-fsmonitor"),
        ("core.pager", "touch ran-pager"),
        ("diff.relative", "true"),
        ("diff.noprefix", "true"),
        ("color.ui", "always"),
        ("diff.renames", "copies"),
    ] {
        git(desk.path(), &["config", key, value]);
    }
    desk.file("sub/a.md", STAGED);
    let mut add = Command::new("git");
    let added = untouched(add.current_dir(desk.path()).args(["-c", "core.fsmonitor=false", "add", "--all"])).status();
    assert!(added.unwrap().success());
    let below = desk.path().join("sub");
    assert_eq!(findings(&below, &desk, &["--staged"]), [forgot("a.md")]);
    assert_eq!(findings(&below, &desk, &["--changed-since", "HEAD"]), [forgot("a.md")]);
    for directory in [desk.path(), &below] {
        let names = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name());
        let ran: Vec<_> = names.filter(|name| name.to_string_lossy().starts_with("ran-")).collect();
        assert!(ran.is_empty(), "{ran:?}");
    }
}

#[test]
fn standard_input_has_the_settings_of_its_name() {
    let desk = Desk::new();
    desk.file(
        "replylint.yml",
        format!("{CONFIG}exclude: [vendor/]\noverrides:\n  - {{files: lax/, severity: {{words: off}}}}\n"),
    );
    let check = |name: &str, more: &str| {
        let said = desk.run_with(&format!("check - --format concise --stdin-filename {name} {more}"), BAD);
        (said.contains("calm-down"), said)
    };
    assert!(check("a.md", "").0);
    assert!(!check("lax/a.md", "").0);
    let (found, said) = check("vendor/a.md", "");
    assert!(
        !found && said.contains("note: 1 named path is left out (vendor/a.md)") && said.ends_with("status 0\n"),
        "{said}"
    );
    assert!(check("vendor/a.md", "--no-force-exclude").0);
}

#[test]
fn error_on_empty() {
    let desk = Desk::new();
    desk.file("empty.md", "\n");
    desk.file("a.md", BAD);
    for (arguments, without, with) in
        [("empty.md", 0, 2), ("a.md --exclude a.md", 0, 2), ("a.md empty.md", 1, 1), ("rules", 2, 2)]
    {
        assert_eq!(desk.status(&format!("check {arguments}")), without, "{arguments}");
        assert_eq!(desk.status(&format!("check {arguments} --error-on-empty")), with, "{arguments}");
    }
    assert_eq!(desk.status("replies empty.md"), 0);
    assert_eq!(desk.status("replies empty.md --error-on-empty"), 2);
}

/// Nothing but the findings, in the order of the files.
fn rules(desk: &Desk, arguments: &str) -> Vec<String> {
    let output = desk.output(&format!("check -q --format concise {arguments}"), "");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    let short = |line: &str| {
        let (path, rest) = line.split_once(':').unwrap();
        let (level, rule) = rest.split_once(": ").unwrap().1.split_once('[').unwrap();
        format!("{path} {level} {}", rule.split(']').next().unwrap())
    };
    said.lines().map(short).collect()
}

#[test]
fn overrides_change_settings_for_some_files() {
    let desk = Desk::new();
    let text = "Simply calm down.\n";
    for name in ["a.md", "chat/a.md", "chat/lead/a.md", "social/a.md"] {
        desk.file(name, text);
    }
    desk.file(
        "replylint.yml",
        format!(
            "{CONFIG}severity: {{words/calm-down: error}}\noverrides:\n\
             \x20 - files: chat/\n    severity: {{manners: off, words: suggestion}}\n\
             \x20 - files: [chat/lead/**, social/*.md]\n    severity: {{words/calm-down: warning}}\n    ignore: [manners/hello]\n    allow: [simply]\n"
        ),
    );
    let expected = [
        "a.md warning manners/hello",
        "a.md suggestion words/simply",
        "a.md error words/calm-down",
        "chat/a.md suggestion words/simply",
        "chat/a.md suggestion words/calm-down",
        "chat/lead/a.md warning words/calm-down",
        "social/a.md warning words/calm-down",
    ];
    let found = rules(&desk, "a.md chat social");
    let mut sorted = expected.to_vec();
    sorted.sort_unstable();
    let mut also = found.clone();
    also.sort();
    assert_eq!(also, sorted);
    // The same for any number of threads, and from a folder below.
    assert_eq!(rules(&desk, "a.md chat social -j 1"), found);
    let below =
        desk.command().current_dir(desk.path().join("chat")).args(["check", "a.md", "--format", "concise"]).output();
    let below = String::from_utf8(below.unwrap().stdout).unwrap();
    assert!(below.contains("suggestion[words/calm-down]") && !below.contains("manners"), "{below}");
    // The command line goes over both.
    assert_eq!(rules(&desk, "chat --ignore words"), Vec::<String>::new());
}

#[test]
fn names_in_overrides_are_checked() {
    let desk = Desk::new();
    desk.file("a.md", GOOD);
    let cases = [
        (
            "severity: {words/simpley: off}",
            "replylint.yml:5:31: there is no rule or set `words/simpley` (severity)\n  help: did you mean `words/simply`?",
        ),
        ("ignore: [wrods]", "replylint.yml:5:14: there is no rule or set `wrods` (ignore)"),
        ("extends: chatt", "replylint.yml:5:14: there is no profile `chatt`\n  help: did you mean `chat`?"),
        ("severty: {}", "replylint.yml:5:5: there is no key `severty` here\n  help: did you mean `severity`?"),
    ];
    for (line, expected) in cases {
        desk.file("replylint.yml", format!("{CONFIG}overrides:\n  - files: a.md\n    {line}\n"));
        let (text, status) = said(desk.path(), &desk, &["check", "a.md"]);
        assert!(text.contains(expected), "{text}");
        assert_eq!(status, 2);
    }
    desk.file("replylint.yml", format!("{CONFIG}overrides:\n  - severity: {{words: off}}\n"));
    let (text, _) = said(desk.path(), &desk, &["check", "a.md"]);
    assert!(text.contains("replylint.yml:4:5: the key `files` is missing"), "{text}");
}

#[test]
fn a_channel_brings_its_profile() {
    let desk = Desk::empty();
    let reply = "Your parcel leaves the warehouse today and reaches you on Friday before noon.\n";
    desk.file("plain.md", reply);
    desk.file("mail.md", format!("---\nchannel: email\n---\n{reply}"));
    desk.file("chat.md", format!("---\nchannel: Chat\n---\n{reply}"));
    desk.file("post.md", format!("---\nchannel: tweet\n---\n{reply}"));
    let record = |channel: &str| format!("{{\"channel\": {channel}, \"reply\": \"{}\"}}\n", reply.trim());
    desk.file("export.jsonl", [record("\"chat\""), record("[7]"), record("\"Social media\""), record("null")].concat());
    let greeting = |arguments: &str| {
        let found = rules(&desk, arguments);
        found.into_iter().filter(|line| line.ends_with("greeting/missing")).collect::<Vec<_>>()
    };
    let expected = [
        "export.jsonl warning greeting/missing",
        "export.jsonl suggestion greeting/missing",
        "export.jsonl warning greeting/missing",
        "mail.md warning greeting/missing",
        "plain.md warning greeting/missing",
        "post.md suggestion greeting/missing",
    ];
    assert_eq!(greeting("."), expected);
    assert_eq!(greeting("chat.md --profile strict").len(), 1, "the command line has the last word");
    desk.file("replylint.yml", "severity: {greeting/missing: error}\n");
    assert_eq!(greeting("chat.md"), ["chat.md error greeting/missing"], "a rule that is named goes over a profile");
    desk.file("replylint.yml", "overrides:\n  - {files: plain.md, extends: chat}\n");
    assert_eq!(greeting("plain.md mail.md"), ["mail.md warning greeting/missing"]);
}

#[test]
fn config_tells_where_settings_come_from() {
    let desk = Desk::new();
    desk.file(
        "replylint.yml",
        "# ours\nlanguage: test\nrules: [rules]\nseverity:\n  words/simply: error\n  manners: off\nallow:\n  - kindly\nexclude: [old/]\n\
         overrides:\n  - files: chat/\n    extends: chat\n    severity: {words: suggestion}\n    allow: [hey]\n",
    );
    desk.file("empty.yml", "# nothing\n");
    let said = [
        desk.run("config"),
        desk.run("config chat/a.md --fail-on error --rules rules --exclude tmp --profile strict"),
        desk.run("config old/a.md"),
        desk.run("config --config empty.yml"),
        desk.run("config --no-config --no-force-exclude --format json").lines().take(12).collect::<Vec<_>>().join("\n"),
        desk.run("config chat/a.md --format json"),
        desk.run("config --select wrods"),
        desk.run("config --help"),
    ];
    insta::assert_snapshot!("config", said.join("\n"));
}

#[test]
fn config_names_every_key() {
    let desk = Desk::empty();
    let listed = desk.run("config --no-config");
    desk.file("wrong.yml", "no-such-key: 1\n");
    let problem = desk.run("config --config wrong.yml");
    let keys: Vec<&str> = problem.split('`').skip(1).step_by(2).filter(|key| *key != "no-such-key").collect();
    assert!(keys.len() > 5, "{problem}");
    for key in keys {
        assert!(listed.lines().any(|line| line.starts_with(&format!("{key} "))), "{key} is not in {listed}");
    }
}

#[test]
fn progress_stays_off_what_is_no_terminal() {
    let desk = Desk::new();
    desk.file("many.jsonl", format!("{{\"reply\": \"{}\"}}\n", "Hello, it is here. ".repeat(200)).repeat(2000));
    let output = desk.command().args(["check", "many.jsonl", "-q"]).env("TERM", "xterm").output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

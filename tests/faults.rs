//! Faults of the machine: a full disk, readers that go away, interrupts, files that change while they are read, too few file
//! handles, odd places and odd files. Whatever happens is said, everything else is done, and nothing is left half done.
//! The names of these tests, read one below the other, are the table of what was tried.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

mod support;

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;
use support::Desk;

const BAD: &str = "Hello Ana, calm down.\n";
/// A draft with an edit that can't change a meaning, and the draft after it.
const TO_FIX: &str = "Hello Ana, it is here!!!\n";
const FIXED: &str = "Hello Ana, it is here!\n";

/// The rules of a desk that also know an edit.
const EDITS: &str = "\
set: marks
language: test
rules:
  - id: shouting
    severity: warning
    avoid: [{re: '!{2,}'}]
    message: \"“{match}” shouts\"
    replace: {with: \"!\", safe: true}
    examples:
      flag: [Hello!!, Thanks!!!, No!!]
      pass: [Hello!, Thanks., No?]
";

const FORMATS: [&str; 12] = [
    "human",
    "concise",
    "html",
    "github",
    "sarif",
    "gitlab",
    "junit",
    "checkstyle",
    "rdjson",
    "json",
    "jsonl",
    "human",
];

fn desk() -> Desk {
    let desk = Desk::new();
    desk.file("rules/marks.yml", EDITS);
    desk.file("bad.txt", BAD);
    desk
}

/// Runs `script` in a shell that has the binary under `$replylint`.
fn shell(desk: &Desk, script: &str) -> Output {
    let mut command = Command::new("sh");
    command.current_dir(desk.path()).args(["-c", script]).env("replylint", assert_cmd::cargo::cargo_bin!("replylint"));
    command.stdin(Stdio::null()).output().unwrap()
}

fn said(output: &Output) -> (String, String, Option<i32>) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr), output.status.code())
}

/// The hidden files that a run may have left.
fn left_over(directory: &Path) -> Vec<String> {
    let names = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with(".replylint-") && name.ends_with(".tmp")).collect()
}

/// A named pipe, which a run waits for.
fn pipe(desk: &Desk, name: &str) {
    assert!(Command::new("mkfifo").arg(desk.path().join(name)).status().unwrap().success());
}

/// Starts a run that reads drafts from standard input, which stays open.
fn waiting(desk: &Desk, arguments: &str) -> Child {
    let mut command = desk.command();
    command.args(arguments.split_whitespace());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Waits until `done`, or fails the test after a minute: whatever is waited for takes a moment.
fn until(what: &str, mut done: impl FnMut() -> bool) {
    for _ in 0..6000 {
        if done() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{what} did not happen");
}

/// Whether a signal is ignored here, and so in whatever is started from here.
fn is_ignored(number: i32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & (1 << (number - 1)) != 0)
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill").args([format!("-{name}"), child.id().to_string()]).status().unwrap();
    assert!(status.success());
}

/// What `sh` writes where a file would grow beyond its limit: a disk that is full, without one.
fn full(limit: &str, arguments: &str) -> String {
    format!("trap '' XFSZ; ulimit -f {limit}; exec \"$replylint\" {arguments}")
}

#[cfg(target_os = "linux")]
#[test]
fn disk_full_under_standard_output_in_every_format_and_command() {
    let desk = desk();
    desk.file("fix.txt", TO_FIX);
    let checks = FORMATS.map(|format| format!("check bad.txt --format {format}"));
    let others = ["rules", "explain words", "man", "completions bash", "schema", "config", "replies bad.txt"];
    let more = ["check --diff fix.txt", "--help", "--version", "check --help"];
    for arguments in checks.iter().map(String::as_str).chain(others).chain(more) {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = desk.command();
        let output = command.args(arguments.split(' ')).stdout(full).stderr(Stdio::piped()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments}: {}", said(&output).1);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn disk_full_under_standard_output_and_error() {
    let desk = desk();
    for arguments in ["check bad.txt nowhere.txt", "check --no-such-flag", "rules", "check bad.txt --exclude bad.txt"] {
        let full = || OpenOptions::new().write(true).open("/dev/full").unwrap();
        let status = desk.command().args(arguments.split(' ')).stdout(full()).stderr(full()).status().unwrap();
        assert!(status.code().is_some_and(|code| code <= 2), "{arguments}: {status}");
    }
}

#[test]
fn disk_full_under_an_output_keeps_the_old_one() {
    let desk = desk();
    desk.file("many.txt", BAD.repeat(300));
    for format in FORMATS {
        desk.file("old", "old");
        let output = shell(&desk, &full("1", &format!("check many.txt --format {format} --output old")));
        assert_eq!(output.status.code(), Some(2), "{format}: {:?}", said(&output));
        assert!(said(&output).1.contains("problem: old: can't write this file: "), "{:?}", said(&output));
        assert_eq!(fs::read(desk.path().join("old")).unwrap(), b"old", "{format}");
    }
    assert_eq!(left_over(desk.path()), [""; 0]);
}

#[test]
fn disk_full_under_a_fix_keeps_the_draft() {
    let desk = desk();
    let long = format!("{}{}", TO_FIX, "It is here.\n".repeat(500));
    desk.file("long.txt", &long);
    desk.file("short.txt", TO_FIX);
    let output = shell(&desk, &full("1", "check --fix long.txt short.txt"));
    let (_, problems, status) = said(&output);
    assert!(problems.contains("problem: long.txt: not fixed: can't write in its directory: "), "{problems}");
    assert_eq!(status, Some(2));
    assert_eq!(fs::read_to_string(desk.path().join("long.txt")).unwrap(), long);
    assert_eq!(fs::read_to_string(desk.path().join("short.txt")).unwrap(), FIXED, "what there is room for is done");
    assert_eq!(left_over(desk.path()), [""; 0]);
}

#[test]
fn disk_full_under_a_baseline_keeps_the_old_one() {
    let desk = desk();
    for number in 0..40 {
        desk.file(&format!("drafts/{number}.txt"), BAD);
    }
    let output = shell(&desk, &full("1", "baseline create drafts"));
    assert!(said(&output).1.contains("can't write the baseline: "), "{:?}", said(&output));
    assert_eq!((output.status.code(), desk.path().join(".replylint-baseline.json").exists()), (Some(2), false));
    assert_eq!(desk.status("baseline create drafts"), 0);
    let old = fs::read(desk.path().join(".replylint-baseline.json")).unwrap();
    desk.file("drafts/more.txt", BAD);
    assert_eq!(shell(&desk, &full("1", "baseline create --force drafts")).status.code(), Some(2));
    fs::remove_file(desk.path().join("drafts/1.txt")).unwrap();
    assert_eq!(shell(&desk, &full("1", "baseline prune drafts")).status.code(), Some(2));
    assert_eq!(fs::read(desk.path().join(".replylint-baseline.json")).unwrap(), old);
    assert_eq!(left_over(desk.path()), [""; 0]);
}

#[test]
fn disk_full_under_init_and_docs_leaves_nothing_half_written() {
    let desk = desk();
    let output = shell(&desk, &full("0", "init new"));
    assert_eq!(output.status.code(), Some(2), "{:?}", said(&output));
    let written = |name: &str| desk.path().join(name).exists();
    assert!(!written("new/replylint.yml") && !written("new/support-rules/house-style.yml"));
    assert_eq!(desk.status("init new"), 0, "with room, it does it all");
    assert_eq!(shell(&desk, &full("0", "docs pages")).status.code(), Some(2));
    assert_eq!(desk.status("docs pages"), 0);
    assert_eq!(left_over(&desk.path().join("pages")), [""; 0]);
}

#[test]
fn reader_gone_in_every_format_costs_no_file() {
    let desk = desk();
    desk.file("many.txt", BAD.repeat(300));
    for format in FORMATS {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = desk.command();
        let arguments = format!("check many.txt --format {format} --format json -o late.json");
        command.args(arguments.split(' ')).stdout(writer).stderr(Stdio::piped());
        let output = command.output().unwrap();
        assert_eq!((output.status.code(), said(&output).1.as_str()), (Some(0), ""), "{format}");
        fs::remove_file(desk.path().join("late.json")).unwrap();
    }
}

#[test]
fn output_folder_removed_while_it_runs() {
    let desk = desk();
    fs::create_dir(desk.path().join("out")).unwrap();
    for format in ["json", "jsonl"] {
        let mut child = waiting(&desk, &format!("check - --format {format} -o out/report"));
        // The run has looked at the output when it waits for the draft.
        child.stdin.as_mut().unwrap().write_all(BAD.as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(300));
        fs::remove_dir_all(desk.path().join("out")).unwrap();
        drop(child.stdin.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{:?}", said(&output));
        assert!(
            said(&output).1.contains("problem: out/report: can't write here: there is no folder `out`"),
            "{format}"
        );
        fs::create_dir(desk.path().join("out")).unwrap();
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that is passed over says why")]
fn permission_lost_while_it_runs() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = desk();
    let out = desk.path().join("out");
    fs::create_dir(&out).unwrap();
    desk.file("out/old.json", "old");
    let open = |mode| fs::set_permissions(&out, fs::Permissions::from_mode(mode)).unwrap();
    open(0o555);
    let is_root = fs::write(out.join("probe"), "").is_ok();
    open(0o755);
    if is_root {
        eprintln!("skipped: the superuser may write everywhere");
        return;
    }
    let mut child = waiting(&desk, "check - --format json -o out/old.json");
    child.stdin.as_mut().unwrap().write_all(BAD.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    open(0o555);
    drop(child.stdin.take());
    let output = child.wait_with_output().unwrap();
    open(0o755);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).1.contains("permission denied"), "{:?}", said(&output));
    assert_eq!(fs::read(out.join("old.json")).unwrap(), b"old");
}

/// Runs `check` on a pipe and two drafts, lets `change` do something to them when they are found and not yet read, and then
/// lets the run go on.
fn meanwhile(desk: &Desk, arguments: &str, change: impl FnOnce()) -> (String, String, Option<i32>) {
    pipe(desk, "pipe");
    let mut child = waiting(desk, arguments);
    // Whoever opens the other end waits until the run reads.
    let (sender, opened) = std::sync::mpsc::channel();
    let path = desk.path().join("pipe");
    std::thread::spawn(move || sender.send(OpenOptions::new().write(true).open(path).unwrap()));
    let mut writer = loop {
        match opened.recv_timeout(Duration::from_millis(10)) {
            Ok(writer) => break writer,
            Err(_) => assert!(child.try_wait().unwrap().is_none(), "the run ended before it read the pipe"),
        }
    };
    change();
    writer.write_all(b"Hello Ana, it is here.\n").unwrap();
    drop(writer);
    let output = child.wait_with_output().unwrap();
    fs::remove_file(desk.path().join("pipe")).unwrap();
    said(&output)
}

#[test]
fn draft_removed_truncated_or_made_a_folder_before_it_is_read() {
    let desk = desk();
    let path = |name: &str| desk.path().join(name);
    for name in ["gone.txt", "cut.txt", "folder.txt"] {
        desk.file(name, BAD);
    }
    let arguments = "check pipe gone.txt cut.txt folder.txt bad.txt --format concise -j 1";
    let (found, problems, status) = meanwhile(&desk, arguments, || {
        fs::remove_file(path("gone.txt")).unwrap();
        File::create(path("cut.txt")).unwrap();
        fs::remove_file(path("folder.txt")).unwrap();
        fs::create_dir(path("folder.txt")).unwrap();
    });
    assert_eq!(found.lines().count(), 1, "the last one is checked: {found}");
    assert!(problems.contains("problem: gone.txt: can't read this file: "), "{problems}");
    assert!(problems.contains("problem: folder.txt: can't read this"), "{problems}");
    assert_eq!((problems.matches("problem:").count(), status), (2, Some(2)), "{problems}");
}

#[test]
fn interrupt_and_termination_take_unfinished_outputs_away() {
    for (name, number) in [("INT", 2), ("TERM", 15)] {
        for arguments in [
            "check --input-format jsonl - --format jsonl -o report",
            "check - --format json -o report",
            "check --fix - --format json -o report",
        ] {
            let desk = desk();
            desk.file("report", "old");
            let mut child = waiting(&desk, arguments);
            let record = "{\"reply\": \"Hello Ana, calm down.\"}\n".repeat(20_000);
            child.stdin.as_mut().unwrap().write_all(record.as_bytes()).unwrap();
            signal(&child, name);
            let status = child.wait().unwrap();
            assert_eq!(status.signal(), Some(number), "a shell calls it {}: {arguments}", 128 + number);
            assert_eq!(fs::read(desk.path().join("report")).unwrap(), b"old");
            assert_eq!(left_over(desk.path()), [""; 0], "{arguments}");
        }
    }
}

#[test]
fn interrupt_at_any_moment_of_a_fix_or_a_baseline() {
    const FILES: usize = 60;
    let mut was_stopped = false;
    for (round, command) in
        ["check --fix drafts", "baseline create drafts", "check drafts --format html -o report.html"]
            .into_iter()
            .cycle()
            .take(18)
            .enumerate()
    {
        let desk = desk();
        for number in 0..FILES {
            desk.file(&format!("drafts/{number}.txt"), TO_FIX);
        }
        let mut child = waiting(&desk, command);
        std::thread::sleep(Duration::from_millis(4 * round as u64 * round as u64));
        signal(&child, if round % 2 == 0 { "INT" } else { "TERM" });
        was_stopped |= child.wait().unwrap().signal().is_some();
        for number in 0..FILES {
            let text = fs::read_to_string(desk.path().join(format!("drafts/{number}.txt"))).unwrap();
            assert!(text == TO_FIX || (text == FIXED && command.contains("--fix")), "{command}: {text:?}");
        }
        for directory in [desk.path(), &desk.path().join("drafts")] {
            assert_eq!(left_over(directory), [""; 0], "{command}");
        }
        let baseline = fs::read_to_string(desk.path().join(".replylint-baseline.json"));
        assert!(baseline.is_err() || baseline.is_ok_and(|text| text.trim_end().ends_with('}')));
        let report = fs::read_to_string(desk.path().join("report.html"));
        assert!(report.is_err() || report.is_ok_and(|page| page.trim_end().ends_with("</html>")));
    }
    assert!(was_stopped, "none of the runs was stopped in time");
}

#[test]
fn interrupt_of_a_language_server() {
    for (name, number) in [("INT", 2), ("TERM", 15)] {
        // Shells have SIGINT ignored by what they run in the background, and so by whatever is started from there.
        if is_ignored(number) {
            continue;
        }
        let desk = desk();
        let mut child = waiting(&desk, "lsp");
        signal(&child, name);
        assert_eq!(child.wait().unwrap().signal(), Some(number));
    }
}

#[test]
fn too_few_file_handles_are_told_or_enough() {
    let desk = desk();
    for number in 0..40 {
        desk.file(&format!("drafts/{number}.txt"), BAD);
    }
    desk.file("fix.txt", TO_FIX);
    // Below four, the system can not even load the program.
    for (handles, jobs) in [(4, 1), (5, 4), (8, 16), (16, 64)] {
        let limited =
            |arguments: &str| shell(&desk, &format!("ulimit -n {handles}; exec \"$replylint\" {arguments} -j {jobs}"));
        let output = limited("check drafts --format concise");
        let (found, problems, status) = said(&output);
        let all = found.lines().count() == 40 && status == Some(1);
        assert!(all || (status == Some(2) && problems.contains("Too many open files")), "{handles}: {output:?}");
        let output = limited("check --fix fix.txt --format json -o report.json");
        let text = fs::read_to_string(desk.path().join("fix.txt")).unwrap();
        assert!(text == TO_FIX || text == FIXED, "{text}");
        assert!(output.status.code().is_some_and(|code| code <= 2), "{output:?}");
        assert_eq!(left_over(desk.path()), [""; 0]);
    }
}

#[test]
fn little_memory_is_enough() {
    let desk = desk();
    // The shells of some systems can't limit this.
    let output = shell(&desk, "ulimit -v 300000 2>/dev/null; exec \"$replylint\" check bad.txt --format concise -j 2");
    assert_eq!((said(&output).0.lines().count(), output.status.code()), (1, Some(1)), "{output:?}");
}

#[test]
fn ten_thousand_drafts_in_one_folder() {
    let desk = desk();
    for number in 0..10_000 {
        desk.file(
            &format!("drafts/{number:05}.txt"),
            if number % 1000 == 0 { BAD } else { "Hello Ana, it is here.\n" },
        );
    }
    let output = desk.output("check drafts --format concise", "");
    let (found, problems, status) = said(&output);
    assert_eq!((found.lines().count(), problems.as_str(), status), (10, "", Some(1)));
    assert!(found.starts_with("drafts/00000.txt:1:12:") && found.contains("\ndrafts/09000.txt:1:12:"), "{found}");
}

#[test]
fn no_home_no_settings_no_terminal_any_language_of_the_system() {
    let desk = desk();
    let plain = desk.output("check bad.txt", "").stdout;
    assert!(!plain.is_empty());
    let environments: [&[(&str, &str)]; 7] = [
        &[],
        &[("HOME", "/nonexistent"), ("XDG_CONFIG_HOME", "/nonexistent"), ("XDG_CACHE_HOME", "/nonexistent")],
        &[("TERM", "dumb")],
        &[("NO_COLOR", "1"), ("TERM", "xterm")],
        &[("LC_ALL", "C"), ("LANG", "C")],
        &[("LC_ALL", "tr_TR.UTF-8"), ("LANG", "tr_TR.UTF-8")],
        &[("TZ", "Pacific/Kiritimati"), ("COLUMNS", "nonsense")],
    ];
    for environment in environments {
        let mut command = desk.command();
        command.env_clear().envs(environment.iter().copied()).args(["check", "bad.txt"]);
        let output = command.output().unwrap();
        assert_eq!((&output.stdout, output.status.code()), (&plain, Some(1)), "{environment:?}");
    }
}

#[test]
fn standard_streams_that_are_closed() {
    let desk = desk();
    desk.file("victim.txt", BAD);
    let output = shell(&desk, "exec \"$replylint\" check - --format concise <&-");
    assert_eq!(output.status.code(), Some(0), "an input that is closed holds nothing: {output:?}");
    // What is opened first must not become standard output.
    let output =
        shell(&desk, "exec \"$replylint\" check victim.txt --format concise --format json -o out.json >&- 2>&-");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(fs::read_to_string(desk.path().join("victim.txt")).unwrap(), BAD);
    assert!(fs::read_to_string(desk.path().join("out.json")).unwrap().starts_with('{'));
}

#[test]
fn working_directory_that_is_gone() {
    let desk = desk();
    let run = |arguments: &str| {
        shell(&desk, &format!("mkdir -p gone && cd gone && rmdir ../gone && exec \"$replylint\" {arguments}"))
    };
    let there = desk.path().join("bad.txt");
    let rules = desk.path().join("replylint.yml");
    let arguments = format!("check {} --config {} --format concise", there.display(), rules.display());
    assert_eq!(run(&arguments).status.code(), Some(1), "{:?}", said(&run(&arguments)));
    let (found, problems, status) = said(&run("check"));
    assert_eq!((found.as_str(), status), ("0 replies, 0 clean, 1 problem\n", Some(2)), "{problems}");
}

#[test]
fn pipes_sockets_and_devices_as_drafts() {
    let desk = desk();
    pipe(&desk, "pipe.txt");
    desk.file("drafts/a.txt", BAD);
    pipe(&desk, "drafts/pipe.txt");
    let socket = std::os::unix::net::UnixListener::bind(desk.path().join("drafts/socket.txt")).unwrap();
    let (found, problems, status) = said(&desk.output("check drafts --format concise", ""));
    assert_eq!(
        (found.lines().count(), problems.as_str(), status),
        (1, "", Some(1)),
        "in a folder they are passed over"
    );
    let (_, problems, status) = said(&desk.output("check drafts/socket.txt", ""));
    assert!(problems.starts_with("problem: drafts/socket.txt: can't read this file: "), "{problems}");
    assert_eq!(status, Some(2));
    drop(socket);
    // One that is named is read to its end, as a shell's `<(...)` has it.
    let child = waiting(&desk, "check pipe.txt --format concise");
    fs::write(desk.path().join("pipe.txt"), BAD).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((said(&output).0.lines().count(), output.status.code()), (1, Some(1)));
}

#[cfg(target_os = "linux")]
#[test]
fn inputs_without_end_are_read_to_a_limit() {
    let desk = desk();
    desk.file("replylint.yml", format!("{}max-file-mb: 2\n", support::CONFIG));
    let (found, problems, status) = said(&desk.output("check /dev/zero bad.txt --format concise", ""));
    assert_eq!(found.lines().count(), 1);
    assert_eq!(
        problems,
        "problem: /dev/zero: this is longer than 2 MB, the longest file that is read\n  \
         help: split it, write one record a line (JSON Lines), or set `max-file-mb` in the config\n"
    );
    assert_eq!(status, Some(2));
    for arguments in ["check - --format concise", "check --fix -", "check --diff -", "replies -"] {
        let output = shell(&desk, &format!("yes hello | \"$replylint\" {arguments}"));
        assert!(said(&output).1.contains("problem: <stdin>: this is longer than 2 MB"), "{arguments}: {output:?}");
        assert_eq!(output.status.code(), Some(2), "{arguments}");
    }
    let (_, problems, status) = said(&desk.output("check bad.txt --reply-to /dev/zero", ""));
    assert!(problems.starts_with("problem: /dev/zero: this is longer than 1 MB"), "{problems}");
    assert_eq!(status, Some(2));
}

#[test]
fn limits_of_a_reply_and_a_file_are_set_in_the_config() {
    let desk = desk();
    let long = format!("Hello Ana, calm down. {}\n", "It is here. ".repeat(100_000));
    desk.file("long.txt", &long);
    let (_, problems, status) = said(&desk.output("check long.txt --format concise", ""));
    assert_eq!(
        problems,
        "problem: long.txt:1:1: this reply is 1 MB long; replies of up to 1 MB are checked\n  \
         help: give each reply a file or a line of its own, or set `max-reply-mb` in the config\n"
    );
    assert_eq!(status, Some(2));
    desk.file("replylint.yml", format!("{}max-reply-mb: 2\n", support::CONFIG));
    let (found, problems, status) = said(&desk.output("check long.txt --format concise", ""));
    assert!(found.starts_with("long.txt:1:12: warning[words/calm-down]"), "{found}");
    assert_eq!((problems.as_str(), status), ("", Some(1)));
    let listed = said(&desk.output("config", "")).0;
    assert!(listed.lines().any(|line| line.starts_with("max-reply-mb") && line.contains(" 2 ")), "{listed}");
    for wrong in ["max-reply-mb: 0", "max-file-mb: 4001", "max-file-mb: much"] {
        desk.file("replylint.yml", format!("{}{wrong}\n", support::CONFIG));
        let (_, problems, status) = said(&desk.output("check bad.txt", ""));
        assert!(problems.contains("replylint.yml:3:"), "{wrong}: {problems}");
        assert_eq!(status, Some(2), "{wrong}");
    }
}

#[test]
fn slow_inputs_are_waited_for() {
    let desk = desk();
    let mut child = waiting(&desk, "check - --format concise");
    let mut stdin = child.stdin.take().unwrap();
    for piece in BAD.as_bytes().chunks(5) {
        stdin.write_all(piece).unwrap();
        stdin.flush().unwrap();
        std::thread::sleep(Duration::from_millis(5));
    }
    drop(stdin);
    let mut found = String::new();
    child.stdout.take().unwrap().read_to_string(&mut found).unwrap();
    until("the end", || child.try_wait().unwrap().is_some());
    assert!(found.starts_with("<stdin>:1:12: warning[words/calm-down]"), "{found}");
}

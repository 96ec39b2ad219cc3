//! What the tests of the command line share: a temporary directory, the built binary, and one text for all it says.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A directory of one test's own, with the test rules and a config that uses nothing else.
pub(crate) struct Desk {
    directory: tempfile::TempDir,
}

/// The rules that the tests of the command line use. Built-in wording changes; these stay as they are.
pub(crate) const RULES: [(&str, &str); 3] = [
    ("rules/language.yml", include_str!("../fixtures/rules/language.yml")),
    ("rules/manners.yml", include_str!("../fixtures/rules/manners.yml")),
    ("rules/words.yml", include_str!("../fixtures/rules/words.yml")),
];

/// A language that has no built-in rules: the test's own are all there is.
pub(crate) const CONFIG: &str = "language: test\nrules: [rules]\n";

impl Desk {
    /// A desk with the test rules, and a config that names them.
    pub(crate) fn new() -> Self {
        let desk = Self::empty();
        for (name, text) in RULES {
            desk.file(name, text);
        }
        desk.file("replylint.yml", CONFIG);
        desk
    }

    /// A desk with nothing on it.
    pub(crate) fn empty() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Writes a file, with the directories above it.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// The binary, told nothing by the environment, working on this desk.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("replylint"));
        command.current_dir(self.path());
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "COLUMNS", "TERM", "RUST_BACKTRACE"] {
            command.env_remove(name);
        }
        command
    }

    pub(crate) fn output(&self, arguments: &str, stdin: &str) -> Output {
        use std::io::Write as _;
        let mut command = self.command();
        command.args(arguments.split_whitespace());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                // A program that never reads its input may be gone already, and one that streams wants to be read meanwhile.
                let _ = input.write_all(stdin.as_bytes());
            });
            child.wait_with_output().unwrap()
        })
    }

    /// Everything a run says, for a snapshot: what was typed, both streams, the exit status.
    pub(crate) fn run(&self, arguments: &str) -> String {
        self.run_with(arguments, "")
    }

    pub(crate) fn run_with(&self, arguments: &str, stdin: &str) -> String {
        let output = self.output(arguments, stdin);
        let mut said = format!("$ replylint {arguments}\n{}", String::from_utf8(output.stdout).unwrap());
        let problems = String::from_utf8(output.stderr).unwrap();
        if !problems.is_empty() {
            said.push_str(&format!("--- standard error\n{problems}"));
        }
        said.push_str(&format!("--- exit status {}\n", output.status.code().unwrap()));
        // The directory is another one in every run; configs found upward are named by their whole path.
        said.replace(self.path().to_str().unwrap(), "DESK")
    }

    pub(crate) fn status(&self, arguments: &str) -> i32 {
        self.output(arguments, "").status.code().unwrap()
    }
}

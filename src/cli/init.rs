//! `replylint init`: a first config and a first rule set, commented.

use super::{CLEAN, Console, FAILED};
use crate::config::CONFIG_NAME;
use crate::problem::Problem;
use crate::whole::{Unfinished, reason};
use std::io::Write;
use std::path::Path;

const CONFIG: &str = include_str!("../../examples/team/replylint.yml");
const RULES: &str = include_str!("../../examples/team/support-rules/house-style.yml");
const RULES_DIRECTORY: &str = "support-rules";
const RULES_PATH: &str = "support-rules/house-style.yml";

pub(super) fn run(directory: &Path, console: &Console) -> u8 {
    let mut problems = Vec::new();
    let mut written = String::new();
    for (name, text) in [(CONFIG_NAME, CONFIG), (RULES_PATH, RULES)] {
        let path = directory.join(name);
        match create(&path, text) {
            Ok(()) => written.push_str(&format!("wrote {}\n", path.display())),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                problems.push(
                    Problem::in_file(path.display().to_string(), "this file is there already and was left alone")
                        .help("remove it first if you want a new one"),
                );
            }
            Err(error) => {
                let message = format!("can't write this file: {}", reason(&error));
                problems.push(Problem::in_file(path.display().to_string(), message));
            }
        }
    }
    if problems.is_empty() {
        let own = directory.join(RULES_DIRECTORY);
        let own = own.strip_prefix(".").unwrap_or(&own).display();
        written.push_str(&format!("next: replylint check FILE, and replylint test {own} when you change a rule\n"));
    }
    console.print(&written);
    console.problems(&problems);
    if problems.is_empty() { CLEAN } else { FAILED }
}

/// Writes a new file, all or nothing; one that exists is never touched.
fn create(path: &Path, text: &str) -> std::io::Result<()> {
    // Told before anything else is: a link that leads nowhere is something, too.
    if path.symlink_metadata().is_ok() {
        return Err(std::io::ErrorKind::AlreadyExists.into());
    }
    let parent = path.parent().unwrap_or(Path::new(""));
    std::fs::create_dir_all(parent)?;
    let mut file = Unfinished::new_in(parent, None)?;
    file.write_all(text.as_bytes())?;
    file.move_to_new(path)
}

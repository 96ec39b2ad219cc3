//! The `replylint` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(replylint::cli::run())
}

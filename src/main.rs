//! The `yolint` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    yolint::cli::run()
}

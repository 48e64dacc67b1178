//! The program `teirei`.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::main()
}

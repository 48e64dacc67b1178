//! The program `teirei`.

use std::process::ExitCode;

/// A page is many small strings that live for a millisecond; glibc spent half of its time on them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    server::cli::main()
}

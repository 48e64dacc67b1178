//! Builds what the browser gets, the wasm front end and the style bundle, into `target/site`.
//!
//! Code map: `wasm` compiles the crate `frontend` and makes it small, `style` bundles `style/main.css`,
//! `site` names, compresses and lists the files, `inputs` tells whether anything has to be done at all; `sbom` lists the
//! packages of others that are in what is delivered.
//!
//! Invariants: nothing is fetched except by `rustup target add`; a file name changes if and only if its
//! bytes do; `manifest.json` is written last, so that a server never reads the name of a missing file.

mod inputs;
mod sbom;
mod site;
mod style;
mod wasm;

use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "usage: cargo run -q -p xtask -- site [--release]
       cargo run -q -p xtask -- sbom

Writes target/site: pkg/main.<hash>.css, pkg/islands.<hash>.{js,wasm}, each with .br and .gz beside it,
the files of app/public, and manifest.json. With --release a missing wasm-opt is an error.

sbom writes target/sbom.cdx.json and prints how many packages of others are delivered.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    let done = match arguments.as_slice() {
        ["site"] => site::site_build(root, false),
        ["site", "--release"] => site::site_build(root, true),
        ["sbom"] => sbom::sbom_write(root).map(|count| println!("dependencies: {count} packages of others")),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

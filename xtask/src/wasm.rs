//! The wasm front end: compile, bind, make small.
//!
//! Two machines are served: one whose toolchain has the wasm target (or can add it), and one that cannot
//! fetch toolchain components but has Debian's newer compiler with its library source.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::inputs;

const TARGET: &str = "wasm32-unknown-unknown";
const PROFILE: &str = "wasm-release";

const DEBIAN_PACKAGES: &str =
    "apt-get install -y --no-install-recommends rustc-web cargo-web rust-web-src lld";

/// The two files a browser needs.
pub struct FrontEnd {
    /// The JavaScript module that loads the wasm and holds its imports.
    pub glue: Vec<u8>,
    /// The module itself.
    pub wasm: Vec<u8>,
}

/// Which compiler can build for the browser here.
enum Compiler {
    /// The one of `rust-toolchain.toml`, with the target installed.
    Toolchain,
    /// Debian's, which builds the standard library from source. Holds the folder of `rust-lld`.
    Debian(PathBuf),
}

/// Compiles the crate `frontend`, makes the bindings and optimises. `cache` keeps the last result, so
/// that a change of a page, which leaves the wasm as it was, costs no second optimisation.
pub fn front_end_build(root: &Path, cache: &Path, optimizer: Option<&Path>) -> Result<FrontEnd> {
    let compiled = frontend_compile(root)?;
    let bytes = fs::read(&compiled).with_context(|| format!("cannot read {}", compiled.display()))?;
    let key = format!("{} {}", inputs::hash_of(&bytes), optimizer.is_some());
    let (glue, wasm, seen) =
        (cache.join("islands.js"), cache.join("islands_bg.wasm"), cache.join("compiled"));
    if fs::read_to_string(&seen).is_ok_and(|seen| seen == key) && glue.exists() && wasm.exists() {
        return Ok(FrontEnd { glue: fs::read(glue)?, wasm: fs::read(wasm)? });
    }
    _ = fs::remove_file(&seen);
    Bindgen::new()
        .input_bytes("islands", bytes)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(cache)
        .context("wasm-bindgen")?;
    if let Some(optimizer) = optimizer {
        wasm_optimize(optimizer, &wasm)?;
    }
    fs::write(seen, key)?;
    Ok(FrontEnd { glue: fs::read(glue)?, wasm: fs::read(wasm)? })
}

/// `wasm-opt` of the pinned npm package. Without it a development build is only larger; a release
/// build refuses.
pub fn optimizer_find(root: &Path, release: bool) -> Result<Option<PathBuf>> {
    let optimizer = root.join("end2end/node_modules/.bin/wasm-opt");
    if optimizer.exists() {
        return Ok(Some(optimizer));
    }
    if release {
        bail!("wasm-opt is missing; `npm ci` in end2end installs it");
    }
    eprintln!("xtask: warning: wasm-opt is missing (`npm ci` in end2end installs it); the wasm stays large");
    Ok(None)
}

fn wasm_optimize(optimizer: &Path, wasm: &Path) -> Result<()> {
    let mut command = Command::new(optimizer);
    command.arg("-Oz").args(FEATURES).arg(wasm).arg("-o").arg(wasm);
    run(&mut command)
}

/// What rustc 1.96 turns on for this target by default; every browser since 2023 has it.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Returns the path of the compiled module.
fn frontend_compile(root: &Path) -> Result<PathBuf> {
    let folder = root.join("target/wasm");
    let compiler = compiler_find()?;
    let mut command = match &compiler {
        Compiler::Toolchain => Command::new("cargo"),
        Compiler::Debian(linker) => {
            let mut command = Command::new("/usr/bin/cargo");
            command
                .env("RUSTC", "/usr/bin/rustc")
                .env("RUSTC_BOOTSTRAP", "1")
                .env("PATH", path_with(linker)?)
                .arg("-Zbuild-std=std,panic_abort");
            command
        }
    };
    // What `cargo run` set for this process is about the server's compiler, not this one.
    for variable in ["CARGO", "RUSTUP_TOOLCHAIN", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_TARGET_DIR"]
    {
        if !(matches!(compiler, Compiler::Toolchain) && variable == "RUSTUP_TOOLCHAIN") {
            command.env_remove(variable);
        }
    }
    command
        .current_dir(root)
        .args(["build", "--package", "frontend", "--profile", PROFILE, "--target", TARGET])
        .arg("--target-dir")
        .arg(&folder);
    run(&mut command)?;
    Ok(folder.join(TARGET).join(PROFILE).join("frontend.wasm"))
}

fn compiler_find() -> Result<Compiler> {
    if toolchain_has_target() {
        return Ok(Compiler::Toolchain);
    }
    let mut add = Command::new("rustup");
    add.env("RUSTUP_MAX_RETRIES", "0");
    add.args(["target", "add", TARGET]).stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null());
    if add.status().is_ok_and(|status| status.success()) && toolchain_has_target() {
        return Ok(Compiler::Toolchain);
    }
    compiler_debian().with_context(|| {
        format!(
            "cannot build for {TARGET}: `rustup target add {TARGET}` failed and Debian's compiler is \
             incomplete; install it with\n    {DEBIAN_PACKAGES}"
        )
    })
}

/// Whether the compiler on the path comes with the standard library for the browser.
fn toolchain_has_target() -> bool {
    let Ok(folder) = output("rustc", &["--print", "target-libdir", "--target", TARGET]) else { return false };
    let Ok(entries) = fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with("libcore-") && name.ends_with(".rlib")
    })
}

fn compiler_debian() -> Result<Compiler> {
    for program in ["/usr/bin/rustc", "/usr/bin/cargo"] {
        if !Path::new(program).exists() {
            bail!("{program} is missing");
        }
    }
    let sysroot = PathBuf::from(output("/usr/bin/rustc", &["--print", "sysroot"])?);
    let source = sysroot.join("lib/rustlib/src/rust/library/std/Cargo.toml");
    if !source.exists() {
        bail!("the library source {} is missing", source.display());
    }
    Ok(Compiler::Debian(linker_find(&sysroot)?))
}

/// The folder that holds `rust-lld`: Debian's compiler has none of its own, rustup's does.
fn linker_find(debian: &Path) -> Result<PathBuf> {
    let host =
        output("rustc", &["--print", "host-tuple"]).unwrap_or_else(|_| "x86_64-unknown-linux-gnu".into());
    let rustup = output("rustc", &["--print", "sysroot"]).map(PathBuf::from);
    let folders = rustup.iter().map(PathBuf::as_path).chain([debian]);
    folders
        .map(|sysroot| sysroot.join("lib/rustlib").join(&host).join("bin"))
        .find(|folder| folder.join("rust-lld").exists())
        .context("rust-lld is missing in every sysroot")
}

#[expect(clippy::disallowed_methods, reason = "a build tool hands its search path on, with one folder more")]
fn path_with(folder: &Path) -> Result<OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([folder.to_path_buf()]);
    Ok(std::env::join_paths(folders)?)
}

fn output(program: &str, arguments: &[&str]) -> Result<String> {
    let output =
        Command::new(program).args(arguments).output().with_context(|| format!("cannot run {program}"))?;
    if !output.status.success() {
        bail!("{program} {} failed", arguments.join(" "));
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

fn run(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("cannot run {program}"))?;
    if !status.success() {
        bail!("{program} failed with {status}");
    }
    Ok(())
}

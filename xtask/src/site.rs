//! The site folder: names by content, compressed copies, the manifest.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{inputs, style, wasm};

/// Hexadecimal digits of the content hash in a file name.
const NAME_DIGITS: usize = 16;

/// What ends up in the folder, under the names of the manifest's keys.
struct Parts {
    css: Vec<u8>,
    more: Vec<u8>,
    glue: Vec<u8>,
    wasm: Vec<u8>,
}

/// Builds `target/site` of the workspace at `root`, or leaves it alone if nothing it is made of changed.
pub fn site_build(root: &Path, release: bool) -> Result<()> {
    let target = root.join("target");
    let (site, cache) = (target.join("site"), target.join("site-cache"));
    let optimizer = wasm::optimizer_find(root, release)?;
    let settings = format!("optimized: {}", optimizer.is_some());
    let inputs = inputs::hash_of_files(root, &INPUTS, &settings)?;
    let stamp = cache.join("inputs");
    if site.join("manifest.json").exists() && fs::read_to_string(&stamp).is_ok_and(|seen| seen == inputs) {
        return Ok(());
    }
    fs::create_dir_all(&cache)?;
    // The stamp goes first: a build that fails half-way must not look finished.
    _ = fs::remove_file(&stamp);

    let wasm::FrontEnd { glue, wasm } = wasm::front_end_build(root, &cache, optimizer.as_deref())?;
    let glue = [NOTHING_AWAITED.as_bytes(), &glue].concat();
    let bundle = |name: &str| {
        let entry = root.join("style").join(name);
        style::style_bundle(&entry).with_context(|| format!("cannot bundle {}", entry.display()))
    };
    let (css, more) = (bundle("main.css")?.into_bytes(), bundle("more.css")?.into_bytes());
    let parts = Parts { css, more, glue, wasm };
    site_write(&site, &root.join("app/public"), &parts)?;
    fs::write(stamp, inputs)?;
    Ok(())
}

/// Lists of what islands would wait for. The server does not send them, because they are empty on every page.
const NOTHING_AWAITED: &str = "for(const list of[\"RESOLVED_RESOURCES\",\"SERIALIZED_ERRORS\",\"INCOMPLETE_CHUNKS\"])self[\"__\"+list]??=[];\n";

/// Everything the site is made of. The crates that only the server uses are left out.
const INPUTS: [&str; 9] = [
    "Cargo.lock",
    "Cargo.toml",
    "app/Cargo.toml",
    "app/frontend",
    "app/public",
    "app/src",
    "rust-toolchain.toml",
    "style",
    "xtask/src",
];

fn site_write(site: &Path, public: &Path, parts: &Parts) -> Result<()> {
    let package = site.join("pkg");
    fs::create_dir_all(&package)?;
    let mut written = Vec::new();
    let mut named = |stem: &str, extension: &str, bytes: &[u8]| -> Result<String> {
        let hash = inputs::hash_of(bytes);
        let name = format!("{stem}.{}.{extension}", hash.get(..NAME_DIGITS).unwrap_or(&hash));
        for (path, bytes) in compressed(&package.join(&name), bytes)? {
            file_write(&path, &bytes)?;
            written.push(path);
        }
        Ok(format!("pkg/{name}"))
    };
    let css = named("main", "css", &parts.css)?;
    let more = named("more", "css", &parts.more)?;
    let glue = named("islands", "js", &parts.glue)?;
    let wasm = named("islands", "wasm", &parts.wasm)?;
    public_copy(public, site)?;
    let manifest = format!(
        "{{\n  \"css\": \"{css}\",\n  \"more\": \"{more}\",\n  \"glue\": \"{glue}\",\n  \"wasm\": \"{wasm}\"\n}}\n"
    );
    file_write(&site.join("manifest.json"), manifest.as_bytes())?;
    stale_remove(&package, &written)?;
    print_sizes(site, &[css, more, glue, wasm]);
    Ok(())
}

/// The file itself, then its brotli and gzip forms.
fn compressed(path: &Path, bytes: &[u8]) -> Result<[(PathBuf, Vec<u8>); 3]> {
    let mut brotli_bytes = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..brotli::enc::BrotliEncoderParams::default()
    };
    brotli::BrotliCompress(&mut &bytes[..], &mut brotli_bytes, &parameters)?;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(bytes)?;
    let with = |suffix: &str| PathBuf::from(format!("{}.{suffix}", path.display()));
    Ok([(path.to_path_buf(), bytes.to_vec()), (with("br"), brotli_bytes), (with("gz"), gzip.finish()?)])
}

/// Files that need no name by content, such as the favicon, keep their own.
fn public_copy(public: &Path, site: &Path) -> Result<()> {
    let mut files = Vec::new();
    inputs::collect(public, &mut files)?;
    for file in files {
        let name = file.strip_prefix(public)?;
        file_write(&site.join(name), &fs::read(&file)?)?;
    }
    Ok(())
}

/// A running server may hold names of the previous build in open pages; those reload on the next visit.
fn stale_remove(package: &Path, written: &[PathBuf]) -> Result<()> {
    for entry in fs::read_dir(package)? {
        let path = entry?.path();
        if path.is_file() && !written.contains(&path) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// Writes beside the place and renames, so that a reader sees the old file or the new, never a part.
fn file_write(path: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let unfinished = PathBuf::from(format!("{}.unfinished", path.display()));
    fs::write(&unfinished, bytes).with_context(|| format!("cannot write {}", unfinished.display()))?;
    fs::rename(&unfinished, path).with_context(|| format!("cannot write {}", path.display()))
}

fn print_sizes(site: &Path, names: &[String]) {
    for name in names {
        let size =
            |suffix: &str| fs::metadata(site.join(format!("{name}{suffix}"))).map_or(0, |data| data.len());
        println!("{name}: {} bytes, {} as brotli, {} as gzip", size(""), size(".br"), size(".gz"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rebuilt_site_names_only_files_that_exist() -> Result<()> {
        let folder = std::env::temp_dir().join(format!("teirei-site-{}", std::process::id()));
        let public = folder.join("public");
        fs::create_dir_all(&public)?;
        fs::write(public.join("favicon.svg"), "<svg/>")?;
        let site = folder.join("site");
        for css in ["a{}", "b{}"] {
            let parts = Parts {
                css: css.into(),
                more: css.into(),
                glue: b"export {}".to_vec(),
                wasm: b"\0asm".to_vec(),
            };
            site_write(&site, &public, &parts)?;
        }
        let manifest = fs::read_to_string(site.join("manifest.json"))?;
        let mut files = Vec::new();
        inputs::collect(&site, &mut files)?;
        let named: Vec<&str> = manifest.split('"').filter(|word| word.starts_with("pkg/")).collect();
        let exist = named.iter().all(|name| {
            ["", ".br", ".gz"].iter().all(|suffix| site.join(format!("{name}{suffix}")).exists())
        });
        fs::remove_dir_all(&folder)?;
        assert_eq!((named.len(), exist), (4, true), "{manifest}");
        assert_eq!(files.len(), 4 * 3 + 2, "no file of the first build stays: {files:?}");
        Ok(())
    }
}

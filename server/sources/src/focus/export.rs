//! Which files a delivery consists of: named files, or exports by their manifests.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use jiff::civil::Date;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::error::FocusError;
use super::opening::{LocalFile, name_of};

/// A manifest lists columns and files; none is near this size.
pub(crate) const LARGEST_MANIFEST: u64 = 16 * 1024 * 1024;

/// What the folder of a billing period begins with; a month such as `2026-11` follows.
pub const PARTITION: &str = "BILLING_PERIOD=";

/// One billing period of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportPeriod {
    /// The first day of its month.
    pub month: Date,
    /// Where its manifest lies: a path, or the key of an object.
    pub manifest: String,
    /// Differs when the manifest was written anew; says nothing else.
    pub mark: String,
}

#[derive(Deserialize)]
struct Manifest {
    #[serde(rename = "dataFiles")]
    data_files: Vec<DataFileEntry>,
}

/// AWS writes addresses; some tools that copy exports write objects with a key.
#[derive(Deserialize)]
#[serde(untagged)]
enum DataFileEntry {
    Address(String),
    Object { key: String },
}

/// All files of a delivery, named or found in folders, in the order in which they are read. Nothing is opened
/// yet, but everything is there.
///
/// # Errors
/// [`FocusError`] where a file is missing or named twice, or a manifest cannot be used.
pub fn files_of(paths: &[PathBuf]) -> Result<Vec<LocalFile>, FocusError> {
    if paths.is_empty() {
        return Err(FocusError::NothingNamed);
    }
    let mut files = Vec::new();
    for path in paths {
        let named = LocalFile::at(path)?;
        if path.is_dir() { folder_files(path, &mut files)? } else { files.push(named) }
    }
    let mut seen = BTreeSet::new();
    for LocalFile { path, file } in &files {
        let real =
            fs::canonicalize(path).map_err(|source| FocusError::Io { file: file.name.clone(), source })?;
        if !seen.insert(real) {
            return Err(FocusError::NamedTwice { file: file.name.clone() });
        }
    }
    Ok(files)
}

fn folder_files(folder: &Path, files: &mut Vec<LocalFile>) -> Result<(), FocusError> {
    let manifests = manifests_of(folder)?;
    if manifests.is_empty() {
        return Err(FocusError::NoManifest { folder: folder.display().to_string() });
    }
    for manifest in manifests {
        files.extend(files_named_by(folder, &manifest)?);
    }
    Ok(())
}

/// The files that a manifest names; every one is there.
fn files_named_by(folder: &Path, manifest: &Path) -> Result<Vec<LocalFile>, FocusError> {
    let mut files = Vec::new();
    for inside in manifest_files(&name_of(manifest), &manifest_read(manifest)?)? {
        let chunk = folder.join(inside);
        if !chunk.is_file() {
            return Err(FocusError::MissingChunk { manifest: name_of(manifest), chunk: name_of(&chunk) });
        }
        files.push(LocalFile::at(&chunk)?);
    }
    Ok(files)
}

/// The billing periods of an export's folder, newest first. A manifest that was written anew, or copied
/// again with another time, has another mark.
///
/// # Errors
/// [`FocusError::NoManifest`], or [`FocusError::Manifest`] and [`FocusError::Io`] for one that cannot be used.
pub fn periods(folder: &Path) -> Result<Vec<ExportPeriod>, FocusError> {
    let mut found = Vec::new();
    for path in manifests_of(folder)? {
        let io = |source| FocusError::Io { file: name_of(&path), source };
        let written = fs::metadata(&path).and_then(|data| data.modified()).map_err(io)?;
        let content = Sha256::digest(manifest_read(&path)?);
        let inside = path.strip_prefix(folder).unwrap_or(&path);
        let partition = inside.iter().nth(1).map(|name| name.to_string_lossy().into_owned());
        let month = partition.as_deref().and_then(month_of).ok_or_else(|| FocusError::Manifest {
            file: name_of(&path),
            what: format!("its folder is no {PARTITION}YYYY-MM"),
        })?;
        found.push(ExportPeriod {
            month,
            mark: format!("{content:x} {written:?}"),
            manifest: path.display().to_string(),
        });
    }
    if found.is_empty() {
        return Err(FocusError::NoManifest { folder: folder.display().to_string() });
    }
    found.sort_by_key(|period| Reverse(period.month));
    Ok(found)
}

/// The files of one billing period of an export's folder, called after their month and their name.
///
/// # Errors
/// [`FocusError`] for a manifest that cannot be used or names a file that is not there.
pub fn period_files(folder: &Path, period: &ExportPeriod) -> Result<Vec<LocalFile>, FocusError> {
    let mut files = files_named_by(folder, Path::new(&period.manifest))?;
    for local in &mut files {
        local.file.name = format!("{}/{}", period.month.strftime("%Y-%m"), local.file.name);
    }
    Ok(files)
}

/// The first day of the month of a billing period's folder, such as `BILLING_PERIOD=2026-11`.
#[must_use]
pub fn month_of(partition: &str) -> Option<Date> {
    let month = partition.strip_prefix(PARTITION).filter(|month| month.len() == 7)?;
    format!("{month}-01").parse().ok()
}

/// Whether a file of this name is a manifest.
#[must_use]
pub fn is_manifest(name: &str) -> bool {
    name.ends_with("Manifest.json")
}

/// Of the manifests of one billing period, by their paths below its folder, the one that holds: directly in
/// the folder, or, where the export keeps its versions, in the folder of the newest one (their names begin
/// with a time).
///
/// # Errors
/// [`FocusError::Manifest`] where two lie directly in the folder.
pub fn newest<'a>(manifests: &[&'a str]) -> Result<Option<&'a str>, FocusError> {
    let mut here = manifests.iter().filter(|path| !path.contains('/'));
    match (here.next(), here.next()) {
        (Some(one), Some(other)) => {
            Err(FocusError::Manifest { file: (*other).to_owned(), what: format!("{one} lies beside it") })
        }
        (Some(one), None) => Ok(Some(one)),
        (None, _) => Ok(manifests.iter().max().copied()),
    }
}

/// One manifest per billing period, oldest period first.
fn manifests_of(folder: &Path) -> Result<Vec<PathBuf>, FocusError> {
    let mut manifests = Vec::new();
    for period in entries_of(&folder.join("metadata"))? {
        if period.is_dir() && name_of(&period).starts_with(PARTITION) {
            manifests.extend(manifest_in(&period)?);
        }
    }
    Ok(manifests)
}

/// The manifest of a period: directly in its folder, or, where the export keeps its versions, in
/// the folder of the newest version (their names begin with a time).
fn manifest_in(period: &Path) -> Result<Option<PathBuf>, FocusError> {
    let entries = entries_of(period)?;
    let is_manifest = |path: &PathBuf| path.is_file() && is_manifest(&name_of(path));
    let mut here = entries.iter().filter(|path| is_manifest(path));
    if let Some(manifest) = here.next() {
        return match here.next() {
            None => Ok(Some(manifest.clone())),
            Some(other) => Err(FocusError::Manifest {
                file: name_of(other),
                what: format!("{} lies beside it", name_of(manifest)),
            }),
        };
    }
    for version in entries.iter().rev().filter(|path| path.is_dir()) {
        if let Some(manifest) = entries_of(version)?.into_iter().find(is_manifest) {
            return Ok(Some(manifest));
        }
    }
    Ok(None)
}

/// What is in a folder, sorted by name; nothing where there is no such folder.
fn entries_of(folder: &Path) -> Result<Vec<PathBuf>, FocusError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let io = |source| FocusError::Io { file: name_of(folder), source };
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(io)? {
        entries.push(entry.map_err(io)?.path());
    }
    entries.sort();
    Ok(entries)
}

fn manifest_read(manifest: &Path) -> Result<Vec<u8>, FocusError> {
    let io = |source| FocusError::Io { file: name_of(manifest), source };
    if fs::metadata(manifest).map_err(io)?.len() > LARGEST_MANIFEST {
        let what = "it is larger than 16 MiB".to_owned();
        return Err(FocusError::Manifest { file: name_of(manifest), what });
    }
    fs::read(manifest).map_err(io)
}

/// The data files that a manifest names, as paths inside the export's folder.
///
/// # Errors
/// [`FocusError::Manifest`] for one that names none, or one outside.
pub fn manifest_files(file: &str, text: &[u8]) -> Result<Vec<PathBuf>, FocusError> {
    let broken = |what: String| FocusError::Manifest { file: file.to_owned(), what };
    let read: Manifest = serde_json::from_slice(text).map_err(|error| broken(error.to_string()))?;
    if read.data_files.is_empty() {
        return Err(broken("it names no data files".to_owned()));
    }
    let mut chunks = Vec::with_capacity(read.data_files.len());
    for entry in read.data_files {
        let (DataFileEntry::Address(address) | DataFileEntry::Object { key: address }) = entry;
        let inside = inside_of(&address)
            .ok_or_else(|| broken(format!("“{address}” is not below data/{PARTITION}…")))?;
        chunks.push(inside);
    }
    Ok(chunks)
}

/// The path inside the export's folder of an address such as
/// `s3://bucket/prefix/export/data/BILLING_PERIOD=2024-09/export-00001.csv.gz`.
fn inside_of(address: &str) -> Option<PathBuf> {
    let marker = format!("data/{PARTITION}");
    let start = address.rfind(&marker)?;
    if start > 0 && !address[..start].ends_with('/') {
        return None;
    }
    let inside = PathBuf::from(&address[start..]);
    let plain = inside.components().all(|part| matches!(part, Component::Normal(_)));
    (plain && !address.contains(['\0', '\\'])).then_some(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_into_the_folder_and_nowhere_else() {
        for (address, expected) in [
            (
                "s3://b/p/e/data/BILLING_PERIOD=2024-09/e-1.csv.gz",
                Some("data/BILLING_PERIOD=2024-09/e-1.csv.gz"),
            ),
            (
                "data/BILLING_PERIOD=2024-09/v1/e-1.parquet",
                Some("data/BILLING_PERIOD=2024-09/v1/e-1.parquet"),
            ),
            ("s3://b/p/e/data/BILLING_PERIOD=2024-09/../../../etc/passwd", None),
            ("/etc/passwd", None),
            ("s3://b/metadata/BILLING_PERIOD=2024-09/x", None),
        ] {
            assert_eq!(inside_of(address), expected.map(PathBuf::from), "{address}");
        }
    }
}

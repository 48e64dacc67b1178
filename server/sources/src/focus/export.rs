//! Which files a delivery consists of: named files, or export folders by their manifests.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;

use super::error::FocusError;
use super::opening::{DataFile, name_of};

/// A manifest lists columns and files; none is near this size.
const LARGEST_MANIFEST: u64 = 16 * 1024 * 1024;

const PARTITION: &str = "BILLING_PERIOD=";

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

/// All files of a delivery, in the order in which they are read. Nothing is opened yet, but
/// everything is there.
pub(super) fn files_of(paths: &[PathBuf]) -> Result<Vec<DataFile>, FocusError> {
    if paths.is_empty() {
        return Err(FocusError::NothingNamed);
    }
    let mut files = Vec::new();
    for path in paths {
        let named = DataFile::at(path)?;
        if path.is_dir() { folder_files(path, &mut files)? } else { files.push(named) }
    }
    let mut seen = BTreeSet::new();
    for file in &files {
        let real = fs::canonicalize(&file.path)
            .map_err(|source| FocusError::Io { file: file.name.clone(), source })?;
        if !seen.insert(real) {
            return Err(FocusError::NamedTwice { file: file.name.clone() });
        }
    }
    Ok(files)
}

fn folder_files(folder: &Path, files: &mut Vec<DataFile>) -> Result<(), FocusError> {
    let manifests = manifests_of(folder)?;
    if manifests.is_empty() {
        return Err(FocusError::NoManifest { folder: folder.display().to_string() });
    }
    for manifest in manifests {
        for chunk in chunks_of(folder, &manifest)? {
            if !chunk.is_file() {
                return Err(FocusError::MissingChunk {
                    manifest: name_of(&manifest),
                    chunk: name_of(&chunk),
                });
            }
            files.push(DataFile::at(&chunk)?);
        }
    }
    Ok(())
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
    let is_manifest = |path: &PathBuf| path.is_file() && name_of(path).ends_with("Manifest.json");
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

fn chunks_of(folder: &Path, manifest: &Path) -> Result<Vec<PathBuf>, FocusError> {
    let file = name_of(manifest);
    let io = |source| FocusError::Io { file: file.clone(), source };
    let broken = |what: String| FocusError::Manifest { file: file.clone(), what };
    if fs::metadata(manifest).map_err(io)?.len() > LARGEST_MANIFEST {
        return Err(broken("it is larger than 16 MiB".to_owned()));
    }
    let text = fs::read(manifest).map_err(io)?;
    let read: Manifest = serde_json::from_slice(&text).map_err(|error| broken(error.to_string()))?;
    if read.data_files.is_empty() {
        return Err(broken("it names no data files".to_owned()));
    }
    let mut chunks = Vec::with_capacity(read.data_files.len());
    for entry in read.data_files {
        let (DataFileEntry::Address(address) | DataFileEntry::Object { key: address }) = entry;
        let inside = inside_of(&address)
            .ok_or_else(|| broken(format!("“{address}” is not below data/{PARTITION}…")))?;
        chunks.push(folder.join(inside));
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

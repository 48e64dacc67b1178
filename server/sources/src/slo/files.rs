//! Definitions in OpenSLO files, for sources that measure and do not define: Prometheus, CloudWatch.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};

use domain::rejection::{Gravity, Issue};
use jiff::Timestamp;

use super::{Definitions, SloSourceError};
use crate::input::DOCUMENT_LIMIT;
use crate::openslo::{self, Metrics, Settings};

/// How many files one source may have.
const FILE_LIMIT: usize = 1_000;

/// The definitions of some files, and how each objective is measured.
#[derive(Clone, Debug, Default)]
pub struct FileDefinitions {
    /// The objectives that this source measures.
    pub definitions: Definitions,
    /// How each of them is measured, by its id.
    pub metrics: BTreeMap<String, Metrics>,
}

/// Reads the files that some patterns name: a file, a folder (its `.yaml`, `.yml` and `.json` files), or a path
/// with `*` in its last part. `kind` is the `metricSource.type` of the source, such as `Prometheus`; an
/// objective of another type is left to another source, which is remarked upon. A metric that names no type
/// is taken to be of this one.
///
/// # Errors
/// [`SloSourceError::Definitions`] when a pattern names no file or a file cannot be read: a folder that is
/// missing for once must not close what is defined in it.
pub fn read(
    patterns: &[String],
    kind: &str,
    source: &str,
    valid_from: Timestamp,
) -> Result<FileDefinitions, SloSourceError> {
    let mut paths = BTreeSet::new();
    for pattern in patterns {
        paths.extend(paths_of(pattern)?);
    }
    if paths.len() > FILE_LIMIT {
        return Err(unreadable(format!("{} files are too many", paths.len()), "Put SLOs together in files."));
    }
    let mut contents = Vec::new();
    for path in &paths {
        let bytes = content(path).map_err(|error| {
            unreadable(format!("{}: {error}", path.display()), "make the file readable for this program")
        })?;
        contents.push((path.display().to_string(), bytes));
    }
    let files: Vec<openslo::File> =
        contents.iter().map(|(name, bytes)| openslo::File { name, bytes }).collect();
    let settings = Settings { strict: false, source: source.to_owned(), valid_from };
    let import = openslo::parse(&files, &settings)
        .map_err(|error| unreadable(error.to_string(), "mend or remove the file"))?;
    Ok(of_import(import, kind))
}

/// [`read`] beside the runtime, for files that may wait for a disk.
///
/// # Errors
/// As [`read`].
pub async fn read_beside(
    patterns: &[String],
    kind: &'static str,
    source: &str,
    valid_from: Timestamp,
) -> Result<FileDefinitions, SloSourceError> {
    let (patterns, source) = (patterns.to_vec(), source.to_owned());
    let done = tokio::task::spawn_blocking(move || read(&patterns, kind, &source, valid_from)).await;
    done.map_err(|error| unreadable(format!("reading broke off ({error})"), "sync again"))?
}

fn of_import(import: openslo::Import, kind: &str) -> FileDefinitions {
    let rejected: Vec<&openslo::Document> =
        import.documents.iter().filter(|document| !document.accepted).collect();
    let mut found = FileDefinitions {
        definitions: Definitions {
            // A document without a name may have been any of them.
            is_whole: rejected.iter().all(|document| !document.name.is_empty()),
            kept: rejected.iter().map(|document| document.name.clone()).collect(),
            terms: Some(import.terms),
            issues: import.issues,
            objectives: Vec::new(),
        },
        metrics: BTreeMap::new(),
    };
    found.definitions.kept.retain(|name| !name.is_empty());
    for objective in import.objectives {
        let metrics = import.metrics.get(&objective.id).cloned().unwrap_or_default();
        let stranger = metrics.kinds().find(|named| !named.eq_ignore_ascii_case(kind)).map(str::to_owned);
        match stranger {
            Some(other) => found.definitions.issues.push(of_another(&objective.id, &other, kind)),
            None => {
                found.metrics.insert(objective.id.clone(), metrics);
                found.definitions.objectives.push(objective);
            }
        }
    }
    let metrics = &found.metrics;
    if let Some(terms) = &mut found.definitions.terms {
        terms.retain(|terms| metrics.contains_key(&terms.objective));
    }
    found
}

fn of_another(id: &str, other: &str, kind: &str) -> Issue {
    Issue {
        file: "definitions".to_owned(),
        line: None,
        column: Some(id.to_owned()),
        rule: "slo/another-source",
        what: format!("The objective {id} is measured by {other}, and this source is {kind}."),
        mend: "Name its file in a source of that kind, or write the right type into metricSource.".to_owned(),
        gravity: Gravity::Warning,
    }
}

fn unreadable(what: impl Into<String>, mend: &str) -> SloSourceError {
    SloSourceError::Definitions { what: what.into(), mend: mend.to_owned() }
}

/// The files that a pattern names.
fn paths_of(pattern: &str) -> Result<Vec<PathBuf>, SloSourceError> {
    let path = Path::new(pattern);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if !pattern.contains('*') && !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let is_pattern = pattern.contains('*');
    let folder = match path.parent().filter(|_| is_pattern) {
        None => path,
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
    };
    let fits = |file: &str| {
        if is_pattern {
            return is_like(file, &name);
        }
        [".yaml", ".yml", ".json"].iter().any(|ending| file.ends_with(ending))
    };
    let fault = |error: std::io::Error| {
        unreadable(
            format!("{}: {error}", folder.display()),
            "write the path of an existing folder (* stands only in its last part)",
        )
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_file() && fits(&file) {
            found.push(path);
        }
    }
    if found.is_empty() {
        return Err(unreadable(format!("no file fits {pattern}"), "mend the pattern under definitions"));
    }
    Ok(found)
}

/// Whether a name fits a pattern in which `*` stands for any letters.
fn is_like(name: &str, pattern: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return name == pattern };
    let Some(mut left) = name.strip_prefix(head) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let tail = parts.pop().unwrap_or_default();
    for part in parts {
        match left.find(part) {
            Some(position) => left = &left[position + part.len()..],
            None => return false,
        }
    }
    left.ends_with(tail)
}

/// A file up to a little above what readers take, so that they can say that it is too large.
fn content(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(DOCUMENT_LIMIT as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_letters() {
        for (name, pattern, expected) in [
            ("checkout.yaml", "*.yaml", true),
            ("checkout.yml", "*.yaml", false),
            ("slo-checkout-v2.yaml", "slo-*-v*.yaml", true),
            ("slo-checkout.yaml", "slo-*-v*.yaml", false),
            ("a.yaml", "a.yaml", true),
            ("yaml", "*.yaml", false),
        ] {
            assert_eq!(is_like(name, pattern), expected, "{name} {pattern}");
        }
    }

    #[test]
    fn a_pattern_without_files_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let pattern = format!("{}/*.yaml", folder.path().display());
        let error = read(&[pattern], "Prometheus", "x", Timestamp::UNIX_EPOCH).unwrap_err();
        assert!(error.to_string().contains("no file fits"), "{error}");
        let missing = format!("{}/none/slo.yaml", folder.path().display());
        let error = read(&[missing], "Prometheus", "x", Timestamp::UNIX_EPOCH).unwrap_err();
        assert!(error.to_string().contains("none/slo.yaml"), "{error}");
    }
}

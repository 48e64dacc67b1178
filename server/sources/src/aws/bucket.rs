//! Data exports in S3: which billing periods there are, what their manifests name, and the files themselves.
//!
//! Nothing of an export is held in memory: an object is written to a file as it comes. One that breaks off
//! is asked for again from where it broke off; that it is still the same object is part of each question.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{Builder, ResponseChecksumValidation};
use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::types::Object;

use super::access::{AwsAccess, entered};
use super::bucket_error::{Asked, BucketError};
use super::error::{AwsError, innermost};
use super::probe::{Finding, fine, look};
use crate::focus::{
    DataFile, ExportPeriod, FocusError, LARGEST_MANIFEST, PARTITION, is_manifest, manifest_files, month_of,
    newest,
};

/// How often an object that breaks off is gone on with before the run is cut.
const CONTINUED: u32 = 5;

/// How long one waits before going on with it.
const PAUSE: Duration = Duration::from_millis(300);

/// Where an export lies: `s3://bucket/prefix/export`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketPlace {
    /// The bucket.
    pub bucket: String,
    /// What the keys of the export begin with, without a slash at its end; empty for the whole bucket.
    pub prefix: String,
}

impl BucketPlace {
    /// Reads an address; `None` where it names no bucket.
    #[must_use]
    pub fn parse(address: &str) -> Option<Self> {
        let (bucket, prefix) = match address.strip_prefix("s3://")? {
            rest if rest.contains('/') => rest.split_once('/')?,
            rest => (rest, ""),
        };
        let allowed = |letter: char| letter.is_ascii_alphanumeric() || ".-_".contains(letter);
        let is_bucket = !bucket.is_empty() && bucket.chars().all(allowed);
        is_bucket.then(|| Self { bucket: bucket.to_owned(), prefix: prefix.trim_end_matches('/').to_owned() })
    }

    /// The key of something below the prefix.
    fn key(&self, inside: &str) -> String {
        if self.prefix.is_empty() { inside.to_owned() } else { format!("{}/{inside}", self.prefix) }
    }

    /// What a key below the prefix is called there.
    fn inside<'a>(&self, key: &'a str) -> &'a str {
        let rest = key.strip_prefix(&self.prefix).unwrap_or(key);
        rest.strip_prefix('/').unwrap_or(rest)
    }
}

impl std::fmt::Display for BucketPlace {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "s3://{}/{}", self.bucket, self.prefix)
    }
}

/// One object of an export as it was listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketObject {
    /// Its key.
    pub key: String,
    /// What issues call it, and its size.
    pub file: DataFile,
    /// Changes with its content.
    tag: Option<String>,
}

/// A bucket with an export, as one source may read it.
pub struct Bucket {
    client: Client,
    place: BucketPlace,
}

impl Bucket {
    /// Finds credentials and assumes the role.
    ///
    /// # Errors
    /// [`AwsError::Credentials`], [`AwsError::Role`] or [`AwsError::Unreachable`].
    pub async fn connect(access: &AwsAccess, place: BucketPlace) -> Result<Self, AwsError> {
        let config = entered(access).await?;
        let s3 = Builder::from(&config)
            // Endpoints other than AWS' own rarely answer to a name for every bucket.
            .force_path_style(access.endpoint.is_some())
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .build();
        Ok(Self { client: Client::from_conf(s3), place })
    }

    /// The billing periods of the export by their manifests, newest first.
    ///
    /// # Errors
    /// [`BucketError`]; where there is none, one that says what lies there instead.
    pub async fn periods(&self) -> Result<Vec<ExportPeriod>, BucketError> {
        let objects = self.list(&self.place.key("metadata/")).await?;
        let mut by_month: BTreeMap<&str, Vec<(&str, &Object)>> = BTreeMap::new();
        for object in objects.iter().filter(|object| object.key().is_some_and(is_manifest)) {
            let inside = self.place.inside(object.key().unwrap_or_default());
            let Some((partition, path)) =
                inside.strip_prefix("metadata/").and_then(|rest| rest.split_once('/'))
            else {
                continue;
            };
            by_month.entry(partition).or_default().push((path, object));
        }
        let mut periods = Vec::new();
        for (partition, manifests) in by_month {
            let paths: Vec<&str> = manifests.iter().map(|(path, _)| *path).collect();
            let (Some(month), Some(newest)) = (month_of(partition), newest(&paths)?) else { continue };
            let Some((_, object)) = manifests.iter().find(|(path, _)| *path == newest) else { continue };
            let written = object.last_modified().map(ToString::to_string).unwrap_or_default();
            periods.push(ExportPeriod {
                month,
                manifest: object.key().unwrap_or_default().to_owned(),
                mark: format!("{} {written}", object.e_tag().unwrap_or_default()),
            });
        }
        if periods.is_empty() {
            return Err(self.diagnosis().await?);
        }
        periods.sort_by_key(|period| Reverse(period.month));
        Ok(periods)
    }

    /// The files that the manifest of a billing period names, called after their month and their name.
    ///
    /// # Errors
    /// [`BucketError`]; also where the manifest cannot be used or names an object that is not there.
    pub async fn files(&self, period: &ExportPeriod) -> Result<Vec<BucketObject>, BucketError> {
        let name = period.manifest.rsplit('/').next().unwrap_or_default();
        let named = manifest_files(name, &self.manifest(&period.manifest).await?)?;
        let mut known: BTreeMap<String, Object> = BTreeMap::new();
        let mut listed = Vec::new();
        let mut files = Vec::with_capacity(named.len());
        for path in named {
            let inside = inside_of(&path);
            let folder = partition_of(&inside);
            if !listed.contains(&folder) {
                let objects = self.list(&self.place.key(&folder)).await?;
                known.extend(
                    objects.into_iter().filter_map(|object| Some((object.key()?.to_owned(), object))),
                );
                listed.push(folder);
            }
            let (key, chunk) = (self.place.key(&inside), inside.rsplit('/').next().unwrap_or_default());
            let object = known.get(&key).ok_or_else(|| FocusError::MissingChunk {
                manifest: name.to_owned(),
                chunk: chunk.to_owned(),
            })?;
            files.push(BucketObject {
                file: DataFile {
                    name: format!("{}/{chunk}", period.month.strftime("%Y-%m")),
                    bytes: object.size().unwrap_or(0).max(0).unsigned_abs(),
                },
                tag: object.e_tag().map(str::to_owned),
                key,
            });
        }
        Ok(files)
    }

    /// Writes an object to a file and goes back to its start.
    ///
    /// # Errors
    /// [`BucketError::Renewed`] where it is no longer the object that was listed, [`BucketError::Cut`] where it
    /// breaks off again and again, and others.
    pub async fn fetch(&self, object: &BucketObject, target: &mut File) -> Result<(), BucketError> {
        let name = &object.file.name;
        let disk = |source| BucketError::Disk { file: name.clone(), source };
        let (mut written, mut tries) = (0, 0);
        loop {
            let mut body = self.get(object, written).await?.body;
            let broken = loop {
                match body.try_next().await {
                    Ok(Some(bytes)) => {
                        target.write_all(&bytes).map_err(disk)?;
                        written += bytes.len() as u64;
                    }
                    Ok(None) => break None,
                    Err(error) => break Some(innermost(&error)),
                }
            };
            if written == object.file.bytes && broken.is_none() {
                target.seek(SeekFrom::Start(0)).map_err(disk)?;
                return Ok(());
            }
            tries += 1;
            if tries > CONTINUED || written > object.file.bytes {
                let what = broken.unwrap_or_else(|| format!("{written} of {} bytes came", object.file.bytes));
                return Err(BucketError::Cut { file: name.clone(), what });
            }
            tokio::time::sleep(PAUSE * tries).await;
        }
    }

    /// Asks for an object from a byte on, if it is still the one that was listed.
    async fn get(&self, object: &BucketObject, from: u64) -> Result<GetObjectOutput, BucketError> {
        let mut request = self.client.get_object().bucket(&self.place.bucket).key(&object.key);
        request = request.set_if_match(object.tag.clone());
        if from > 0 {
            request = request.range(format!("bytes={from}-"));
        }
        request.send().await.map_err(|error| BucketError::of(&error, &self.place, Asked::Object(&object.key)))
    }

    async fn manifest(&self, key: &str) -> Result<Vec<u8>, BucketError> {
        let request = self.client.get_object().bucket(&self.place.bucket).key(key).send().await;
        let answer = request.map_err(|error| BucketError::of(&error, &self.place, Asked::Object(key)))?;
        let name = || key.rsplit('/').next().unwrap_or_default().to_owned();
        let mut text = Vec::new();
        let mut body = answer.body;
        loop {
            match body.try_next().await {
                Ok(Some(bytes)) => text.extend_from_slice(&bytes),
                Ok(None) => return Ok(text),
                Err(error) => return Err(BucketError::Cut { file: name(), what: innermost(&error) }),
            }
            if text.len() as u64 > LARGEST_MANIFEST {
                let what = "it is larger than 16 MiB".to_owned();
                return Err(FocusError::Manifest { file: name(), what }.into());
            }
        }
    }

    /// All objects whose keys begin so, page by page.
    async fn list(&self, prefix: &str) -> Result<Vec<Object>, BucketError> {
        let mut objects = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let request = self.client.list_objects_v2().bucket(&self.place.bucket).prefix(prefix);
            let asked = request.set_continuation_token(token).send().await;
            let page = asked.map_err(|error| BucketError::of(&error, &self.place, Asked::List))?;
            objects.extend(page.contents.unwrap_or_default());
            token = page.next_continuation_token;
            if token.is_none() {
                return Ok(objects);
            }
        }
    }

    /// What lies where no export lies.
    async fn diagnosis(&self) -> Result<BucketError, BucketError> {
        let prefix = if self.place.prefix.is_empty() { String::new() } else { self.place.key("") };
        let request = self.client.list_objects_v2().bucket(&self.place.bucket).prefix(prefix);
        let asked = request.send().await;
        let page = asked.map_err(|error| BucketError::of(&error, &self.place, Asked::List))?;
        let keys: Vec<&str> = page.contents().iter().filter_map(Object::key).collect();
        let place = self.place.to_string();
        let deeper = keys.iter().find_map(|key| Some(key.split_once(&format!("/metadata/{PARTITION}"))?.0));
        if let Some(export) = deeper {
            let found = format!("s3://{}/{export}", self.place.bucket);
            return Ok(BucketError::Deeper { place, found });
        }
        if keys.iter().any(|key| key.split('/').any(is_legacy_period)) {
            return Ok(BucketError::Legacy { place });
        }
        Ok(BucketError::NoManifest { place })
    }

    /// Looks whether everything a run needs is there: the list, the newest manifest, the start of its first file.
    pub async fn probe(&self) -> Vec<Finding> {
        let periods = match self.periods().await {
            Ok(periods) => periods,
            Err(error) => return vec![look(error.to_string())],
        };
        let Some(newest) = periods.first() else { return Vec::new() };
        let (count, month) = (periods.len(), newest.month.strftime("%Y-%m").to_string());
        let mut findings =
            vec![fine(format!("{} has {count} billing periods, the newest is {month}", self.place))];
        let readable = async {
            let files = self.files(newest).await?;
            if let Some(first) = files.first() {
                self.get(first, 0).await?;
            }
            Ok::<_, BucketError>(files.len())
        };
        findings.push(match readable.await {
            Ok(files) => fine(format!("the {files} files of {month} may be read")),
            Err(error) => look(error.to_string()),
        });
        findings
    }
}

/// Paths inside an export are plain; keys separate their parts by slashes everywhere.
fn inside_of(path: &std::path::Path) -> String {
    let parts: Vec<String> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    parts.join("/")
}

/// `data/BILLING_PERIOD=…/` of a file in it.
fn partition_of(inside: &str) -> String {
    let parts: PathBuf = inside.split('/').take(2).collect();
    format!("{}/", inside_of(&parts))
}

/// Whether a folder is named like a period of a legacy report: `20261101-20261201`.
fn is_legacy_period(name: &str) -> bool {
    let is_day = |text: &str| text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    name.split_once('-').is_some_and(|(from, to)| is_day(from) && is_day(to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_a_bucket_and_a_prefix() {
        for (address, expected) in [
            ("s3://bill/finance/focus", Some(("bill", "finance/focus"))),
            ("s3://bill/finance/focus/", Some(("bill", "finance/focus"))),
            ("s3://bill", Some(("bill", ""))),
            ("s3://bill/", Some(("bill", ""))),
            ("s3:///focus", None),
            ("s3://a b/focus", None),
            ("/srv/bill", None),
            ("gs://bill", None),
        ] {
            let place = BucketPlace::parse(address);
            let named = place.as_ref().map(|place| (place.bucket.as_str(), place.prefix.as_str()));
            assert_eq!(named, expected, "{address}");
        }
        let place = BucketPlace::parse("s3://bill/finance/focus").unwrap();
        assert_eq!(place.inside("finance/focus/metadata/x"), "metadata/x");
        assert_eq!(place.key("metadata/"), "finance/focus/metadata/");
        assert_eq!(BucketPlace::parse("s3://bill").unwrap().key("metadata/"), "metadata/");
    }

    #[test]
    fn periods_of_legacy_reports_are_known_by_their_folders() {
        assert!(is_legacy_period("20261101-20261201"));
        assert!(!is_legacy_period("BILLING_PERIOD=2026-11"));
        assert!(!is_legacy_period("2026-11"));
        assert_eq!(partition_of("data/BILLING_PERIOD=2026-11/v1/a.csv.gz"), "data/BILLING_PERIOD=2026-11/");
    }
}

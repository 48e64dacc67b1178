//! Export folders with their manifests, and what is named on the command line.

use super::*;

const FIRST: &str = "data/BILLING_PERIOD=2024-09/e-00001.csv.gz";
const SECOND: &str = "data/BILLING_PERIOD=2024-09/e-00002.csv.gz";
const MANIFEST: &str = "metadata/BILLING_PERIOD=2024-09/e-Manifest.json";

fn manifest(chunks: &[&str]) -> Vec<u8> {
    let chunks: Vec<String> =
        chunks.iter().map(|chunk| format!("\"s3://bucket/prefix/e/{chunk}\"")).collect();
    format!("{{\"executionId\":\"1\",\"dataFiles\":[{}],\"columns\":[]}}", chunks.join(",")).into_bytes()
}

fn bill(billed: &str) -> Vec<u8> {
    packed((header() + &row(&[("BilledCost", billed)])).as_bytes())
}

fn export(chunks: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    written(&folder, FIRST, &bill("1"));
    written(&folder, SECOND, &bill("2"));
    written(&folder, "data/BILLING_PERIOD=2024-09/left-over.csv.gz", &bill("1000"));
    written(&folder, MANIFEST, &manifest(chunks));
    folder
}

fn of_folder(folder: &TempDir) -> Result<Delivery, FocusError> {
    delivery(&[folder.path().to_owned()])
}

#[test]
fn only_files_that_the_manifest_names_are_read() {
    let read = of_folder(&export(&[FIRST, SECOND])).unwrap();
    assert_eq!(read.billed(), amount("3"));
    assert_eq!(read.summary.files, ["e-00001.csv.gz", "e-00002.csv.gz"]);
}

#[test]
fn every_period_of_the_folder_is_read() {
    let folder = export(&[FIRST]);
    let october = "data/BILLING_PERIOD=2024-10/e-00001.csv.gz";
    written(&folder, october, &bill("5"));
    written(&folder, "metadata/BILLING_PERIOD=2024-10/e-Manifest.json", &manifest(&[october]));
    assert_eq!(of_folder(&folder).unwrap().billed(), amount("6"));
}

#[test]
fn of_kept_versions_the_newest_is_read() {
    let folder = tempfile::tempdir().unwrap();
    for (version, billed) in [("20240910T000000Z-a", "1"), ("20240911T000000Z-b", "2")] {
        let chunk = format!("data/BILLING_PERIOD=2024-09/{version}/e-00001.csv.gz");
        written(&folder, &chunk, &bill(billed));
        let path = format!("metadata/BILLING_PERIOD=2024-09/{version}/e-Manifest.json");
        written(&folder, &path, &manifest(&[&chunk]));
    }
    assert_eq!(of_folder(&folder).unwrap().billed(), amount("2"));
}

#[test]
fn a_missing_chunk_stops_everything_before_a_row_is_read() {
    let folder = export(&[FIRST, "data/BILLING_PERIOD=2024-09/e-00003.csv.gz"]);
    let mut batches = 0;
    let mut count = |_| {
        batches += 1;
        Ok(())
    };
    let error = focus::read(&[folder.path().to_owned()], &options(), &mut count, &|_| {}).unwrap_err();
    assert!(matches!(&error, FocusError::MissingChunk { chunk, .. } if chunk == "e-00003.csv.gz"), "{error}");
    assert_eq!(batches, 0);
}

#[test]
fn manifests_that_cannot_be_used() {
    for text in [
        "",
        "{",
        "[]",
        "{\"dataFiles\":[]}",
        "{\"dataFiles\":{}}",
        "{\"reportKeys\":[\"a\"]}",
        "{\"dataFiles\":[\"s3://b/data/BILLING_PERIOD=2024-09/../../../../etc/passwd\"]}",
        "{\"dataFiles\":[\"/etc/passwd\"]}",
    ] {
        let folder = export(&[]);
        written(&folder, MANIFEST, text.as_bytes());
        let error = of_folder(&folder).err().unwrap();
        assert!(
            matches!(&error, FocusError::Manifest { file, .. } if file == "e-Manifest.json"),
            "{text}: {error}"
        );
    }
    let folder = export(&[FIRST]);
    written(&folder, "metadata/BILLING_PERIOD=2024-09/f-Manifest.json", &manifest(&[SECOND]));
    assert!(matches!(of_folder(&folder), Err(FocusError::Manifest { .. })));
}

#[test]
fn what_is_named_has_to_be_there_once() {
    let folder = export(&[FIRST]);
    let file = folder.path().join(FIRST);
    let empty = tempfile::tempdir().unwrap();
    type Expected = fn(&FocusError) -> bool;
    let table: [(Vec<PathBuf>, Expected); 5] = [
        (vec![], |error| matches!(error, FocusError::NothingNamed)),
        (vec![folder.path().join("none.csv")], |error| matches!(error, FocusError::NotFound { .. })),
        (vec![file.clone(), file.clone()], |error| matches!(error, FocusError::NamedTwice { .. })),
        (vec![folder.path().to_owned(), file.clone()], |error| {
            matches!(error, FocusError::NamedTwice { .. })
        }),
        (vec![empty.path().to_owned()], |error| matches!(error, FocusError::NoManifest { .. })),
    ];
    for (paths, is_expected) in table {
        let error = delivery(&paths).err().unwrap();
        assert!(is_expected(&error), "{error}");
    }
}

#[test]
fn the_receiver_can_stop_the_reading() {
    let error = focus::read(
        &[excerpt()],
        &options(),
        &mut |_| Err(focus::SinkError::new("the disk is full")),
        &|_| {},
    );
    assert_eq!(error.unwrap_err().to_string(), "the cost could not be stored: the disk is full");
}

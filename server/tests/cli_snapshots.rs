//! `teirei check` on frozen reviews: what somebody changed behind the program's back is found.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

const CATALOGUE: &str = "[organization]
language = \"en\"

[[product]]
slug = \"telemed\"
name = { ja = \"診療\", en = \"Telemedicine\" }
";

fn teirei(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_teirei"));
    command.current_dir(folder).args(["--json", "--today", "2026-11-23"]).args(arguments);
    command.stdin(Stdio::null()).output().unwrap()
}

/// The copy of the database that is looked at: one file, without a journal beside it.
const COPY: &str = "copy.db";

/// What `check` says of the copy's frozen reviews.
fn said(folder: &Path) -> Vec<(bool, String)> {
    let output = teirei(folder, &["--database", &format!("sqlite:{COPY}"), "check"]);
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = value["findings"].as_array().unwrap();
    let of =
        |one: &serde_json::Value| (one["fine"].as_bool().unwrap(), one["text"].as_str().unwrap().to_owned());
    findings.iter().map(of).filter(|(_, text)| text.contains("frozen")).collect()
}

/// A copy of a database with two frozen versions of a week.
fn frozen(folder: &Path) {
    std::fs::write(folder.join("catalogue.toml"), CATALOGUE).unwrap();
    for arguments in [
        &["catalog", "apply", "catalogue.toml"][..],
        &["topic", "add", "Search is slow", "--product", "telemed"],
        &["review", "freeze", "2026-W47"],
        &["review", "freeze", "2026-W47", "--reason", "the bill was corrected"],
        &["backup", COPY],
    ] {
        let output = teirei(folder, arguments);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

/// Writes other letters over letters of the database file, as somebody with the file would.
fn tamper(folder: &Path, before: &[u8], after: &[u8]) -> usize {
    assert_eq!(before.len(), after.len());
    let path = folder.join(COPY);
    let mut bytes = std::fs::read(&path).unwrap();
    let places: Vec<usize> = bytes
        .windows(before.len())
        .enumerate()
        .filter(|(_, found)| *found == before)
        .map(|(at, _)| at)
        .collect();
    for at in &places {
        bytes[*at..*at + after.len()].copy_from_slice(after);
    }
    std::fs::write(&path, bytes).unwrap();
    places.len()
}

#[test]
fn what_was_frozen_is_as_it_was_frozen_until_somebody_changes_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    frozen(folder);
    assert_eq!(said(folder), [(true, "2 frozen versions are as they were frozen".to_owned())]);

    let places = tamper(folder, b"Search is slow", b"Search is fast");
    assert!(places >= 6, "in documents, tables and minutes, not in {places}");
    let found = said(folder);
    for part in ["version 1: ", "version 2: ", "its .csv is not", "its .md is not"] {
        assert!(found.iter().any(|(fine, text)| !fine && text.contains(part)), "{part}: {found:?}");
    }
    assert!(!found.iter().any(|(fine, _)| *fine), "{found:?}");
    tamper(folder, b"Search is fast", b"Search is slow");
    assert_eq!(said(folder), [(true, "2 frozen versions are as they were frozen".to_owned())], "put back");

    assert!(tamper(folder, b"the bill was corrected", b"the bill was falsified") >= 1);
    let found = said(folder);
    assert!(found.iter().all(|(fine, text)| !fine && text.contains("version 2")), "{found:?}");
}

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
    on(folder, "2026-11-23", arguments)
}

fn on(folder: &Path, today: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_teirei"));
    command.current_dir(folder).args(["--json", "--today", today]).args(arguments);
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
        &["review", "freeze", "2026-W47", "--force", "--reason", "it was late"],
        &["review", "freeze", "2026-W47", "--force", "--reason", "the bill was corrected"],
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
    tamper(folder, b"the bill was falsified", b"the bill was corrected");

    // What was left open is no part of the content that the hash covers.
    let places = tamper(folder, b"\"topic_open\",\"count\":1", b"\"topic_open\",\"count\":0");
    assert!(places >= 2, "of both versions, not {places}");
    let found = said(folder);
    let is_told = |(fine, text): &(bool, String)| !fine && text.contains("about the freeze itself");
    assert!(found.len() == 2 && found.iter().all(is_told), "{found:?}");
}

/// A record with an open end is frozen only by somebody who says why.
#[test]
fn a_week_with_something_left_open_is_refused_with_a_list_and_frozen_by_force() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("catalogue.toml"), CATALOGUE).unwrap();
    for arguments in [
        &["catalog", "apply", "catalogue.toml"][..],
        &["action", "add", "Search in the archive", "--owner", "Sato", "--due", "2026-11-19"],
        &["action", "add", "Renew the certificates", "--owner", "Hayashi", "--due", "2026-11-20"],
        &["action", "add", "Watch the certificates", "--owner", "Hayashi", "--due", "2026-11-27"],
    ] {
        let output = on(folder, "2026-11-18", arguments);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    }
    let refused = teirei(folder, &["review", "freeze", "2026-W47"]);
    let value: serde_json::Value = serde_json::from_slice(&refused.stdout).unwrap();
    let left = serde_json::json!([{ "requirement": "action_overdue", "count": 2 }]);
    assert_eq!((refused.status.code(), &value["unmet"]), (Some(1), &left));
    let plain = ["--today", "2026-11-23", "review", "freeze", "2026-W47"];
    let told = Command::new(env!("CARGO_BIN_EXE_teirei")).current_dir(folder).args(plain).output().unwrap();
    let told = String::from_utf8(told.stdout).unwrap();
    for part in
        ["is not frozen", "2 overdue actions neither closed nor given another day", "--force --reason"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(teirei(folder, &["review", "freeze", "2026-W47", "--force"]).status.code(), Some(2));
    let kept = teirei(folder, &["review", "export", "2026-W47", "--version-number", "1"]);
    assert_eq!(kept.status.code(), Some(1), "nothing was kept");

    let forced = ["review", "freeze", "2026-W47", "--force", "--reason", "Hayashi is ill"];
    assert_eq!(teirei(folder, &forced).status.code(), Some(0));
    let document = teirei(folder, &["review", "export", "2026-W47"]).stdout;
    let document: serde_json::Value = serde_json::from_slice(&document).unwrap();
    let snapshot = &document["snapshot"];
    assert_eq!((&snapshot["unmet"], &snapshot["reason"]), (&left, &"Hayashi is ill".into()));
    let minutes = teirei(folder, &["review", "export", "2026-W47", "--format", "md"]).stdout;
    let minutes = String::from_utf8(minutes).unwrap();
    let although = "Frozen although: 2 overdue actions neither closed nor given another day";
    assert!(minutes.contains(although) && minutes.contains("Hayashi is ill"), "{minutes}");

    // Settled, the next version says nothing of the kind and needs no force.
    for arguments in [
        &["action", "redate", "1", "--due", "2026-12-04", "--reason", "Hayashi is ill"][..],
        &["action", "drop", "2", "--reason", "nobody searches there"],
        &["review", "freeze", "2026-W47", "--reason", "all settled"],
    ] {
        let output = teirei(folder, arguments);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let document = teirei(folder, &["review", "export", "2026-W47"]).stdout;
    let document: serde_json::Value = serde_json::from_slice(&document).unwrap();
    assert_eq!(
        (&document["snapshot"]["version"], &document["snapshot"]["unmet"]),
        (&2.into(), &serde_json::Value::Null)
    );
}

//! Products from Backstage on the command line: merged, shown before, undone by nothing.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

const CATALOGUE: &str = "[organization]
language = \"en\"

[[product]]
slug = \"telemed\"
name = { ja = \"診療\", en = \"Telemedicine\" }
tier = 1
embedded_sre = \"Mori\"
links = { runbook = \"https://old.example/telemed\", readiness = \"https://prr.example/telemed\" }

[[product]]
slug = \"booking\"

[[rule]]
name = \"all\"
service = \"S3\"
product = \"telemed\"

[[budget]]
product = \"telemed\"
month = \"2026-11\"
amount = \"680000\"
";

const INFO: &str = "apiVersion: backstage.io/v1alpha1
kind: System
metadata:
  name: telemed
  title: Online Care
  links: [{ url: https://wiki.example/telemed, type: runbook }]
spec: { owner: group:default/care }
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: { name: 予約 }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: search }
spec: { type: service, owner: care }
";

fn teirei(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_teirei"));
    command.current_dir(folder).args(["--today", "2026-11-23"]).args(arguments).stdin(Stdio::null());
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
}

fn exported(folder: &Path) -> String {
    String::from_utf8(teirei(folder, &["catalog", "export"]).stdout).unwrap()
}

#[test]
fn products_come_from_backstage_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "catalogue.toml", CATALOGUE);
    write(folder, "catalog-info.yaml", INFO);
    assert_eq!(teirei(folder, &["catalog", "apply", "catalogue.toml"]).status.code(), Some(0));
    let before = exported(folder);

    let dry = teirei(folder, &["catalog", "apply", "--dry-run", "catalog-info.yaml"]);
    assert_eq!(dry.status.code(), Some(3), "{}", said(&dry));
    for line in ["~ product telemed", "+ product search", "catalog-info.yaml:11", "backstage/slug", "dry run"]
    {
        assert!(said(&dry).contains(line), "{line}: {}", said(&dry));
    }
    assert!(!said(&dry).contains("booking"), "what is not named stays: {}", said(&dry));
    assert_eq!(exported(folder), before, "a dry run writes nothing");

    let done = teirei(folder, &["catalog", "apply", "catalog-info.yaml"]);
    assert_eq!(done.status.code(), Some(3), "the rest goes in: {}", said(&done));
    let after = exported(folder);
    for line in [
        "name = { ja = \"診療\", en = \"Online Care\" }",
        "tier = 1",
        "product_manager = \"care\"",
        "embedded_sre = \"Mori\"",
        "links = { runbook = \"https://wiki.example/telemed\", readiness = \"https://prr.example/telemed\" }",
        "slug = \"booking\"",
        "slug = \"search\"",
        "amount = \"680000\"",
        "name = \"all\"",
    ] {
        assert!(after.contains(line), "{line}: {after}");
    }

    let again = teirei(folder, &["catalog", "apply", "catalog-info.yaml"]);
    assert!(said(&again).contains("nothing changes"), "{}", said(&again));
    assert_eq!(exported(folder), after);
}

#[test]
fn a_catalogue_file_that_knows_nothing_of_a_merge_does_not_undo_it_unnoticed() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "catalogue.toml", CATALOGUE);
    write(folder, "catalog-info.yaml", INFO);
    assert_eq!(teirei(folder, &["catalog", "apply", "catalogue.toml"]).status.code(), Some(0));
    assert_eq!(teirei(folder, &["catalog", "apply", "catalog-info.yaml"]).status.code(), Some(3));
    let refused = teirei(folder, &["catalog", "apply", "catalogue.toml"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("catalog export"), "{}", said(&refused));
    assert_eq!(teirei(folder, &["catalog", "export", "catalogue.toml"]).status.code(), Some(0));
    let applied = teirei(folder, &["catalog", "apply", "catalogue.toml"]);
    assert!(said(&applied).contains("nothing changes"), "{}", said(&applied));

    for arguments in [&["catalogue.toml", "catalog-info.yaml"][..], &["catalogue.toml", "catalogue.toml"]] {
        let mixed = teirei(folder, &[&["catalog", "apply"], arguments].concat());
        assert_eq!(mixed.status.code(), Some(1), "{}", said(&mixed));
        assert!(said(&mixed).contains("name one catalogue in TOML"), "{}", said(&mixed));
    }
}

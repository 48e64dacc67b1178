//! `teirei export objectives` and `teirei import terraform`.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

fn teirei(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_teirei"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn out(output: &Output) -> String {
    assert!(
        output.stderr.is_empty() || output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout.clone()).unwrap()
}

const SLOS: &str = "apiVersion: openslo/v1
kind: SLO
metadata:
  name: web
  displayName: 'ウェブ: 表示'
spec:
  service: web
  indicatorRef: web
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.999}]
";

/// What one database writes, another takes strictly, and writes the same.
#[test]
fn objectives_leave_and_come_back() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(one.path().join("slos.yaml"), SLOS).unwrap();
    out(&teirei(one.path(), &["import", "objectives", "slos.yaml"]));
    let text = out(&teirei(one.path(), &["export", "objectives"]));
    assert!(text.contains("displayName: \"ウェブ: 表示\"") && text.contains("duration: 30d"), "{text}");
    let file = other.path().join("all.yaml");
    let written = teirei(one.path(), &["export", "objectives", file.to_str().unwrap()]);
    assert!(out(&written).contains("written to"));
    let taken = teirei(other.path(), &["import", "objectives", "all.yaml", "--strict"]);
    assert_eq!(taken.status.code(), Some(0), "{}", out(&taken));
    assert_eq!(out(&teirei(other.path(), &["export", "objectives"])), text);
    let again = teirei(one.path(), &["import", "objectives", file.to_str().unwrap(), "--strict"]);
    assert!(out(&again).contains("1 objectives unchanged"), "its own document is the definition in force");
}

#[test]
fn a_state_of_terraform_is_matched() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("slos.yaml"), SLOS).unwrap();
    let resource = |name: &str, target: &str| {
        format!(
            r#"{{"address":"datadog_service_level_objective.{name}","mode":"managed","type":"datadog_service_level_objective","values":{{"id":"","name":"{name}","thresholds":[{{"timeframe":"30d","target":{target}}}]}}}}"#
        )
    };
    let state = format!(
        r#"{{"format_version":"1.0","values":{{"root_module":{{"resources":[{},{}]}}}}}}"#,
        resource("web", "99.95"),
        resource("gone", "99")
    );
    std::fs::write(folder.path().join("state.json"), state).unwrap();
    out(&teirei(folder.path(), &["import", "objectives", "slos.yaml"]));
    let said = out(&teirei(folder.path(), &["import", "terraform", "state.json"]));
    for part in [
        "2 accepted",
        "1 resources matched to objectives",
        "1 resources of unknown objectives",
        "1 objectives that differ from terraform",
        "stored",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(out(&teirei(folder.path(), &["import", "terraform", "state.json"])).contains("nothing new"));
    let wrong = teirei(folder.path(), &["import", "terraform", "slos.yaml"]);
    assert_eq!(wrong.status.code(), Some(3), "{}", out(&wrong));
}

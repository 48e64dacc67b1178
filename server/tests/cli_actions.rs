//! `teirei action …`: a promise from the day it is made to the day it is kept.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

const CATALOGUE: &str = "[organization]
name = { ja = \"会社\", en = \"Company\" }
time_zone = \"Asia/Tokyo\"
language = \"en\"
reporting_currency = \"USD\"

[[product]]
slug = \"telemed\"
name = { ja = \"診療\", en = \"Telemedicine\" }
tier = 1
";

fn on(folder: &Path, day: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_teirei"));
    command.current_dir(folder).args(["--json", "--today", day]).args(arguments);
    command.stdin(Stdio::null()).output().unwrap()
}

fn json(output: &Output) -> serde_json::Value {
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn fine(output: &Output) -> serde_json::Value {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    json(output)
}

fn refused(output: &Output, why: &str) {
    assert_eq!(output.status.code(), Some(1));
    let error = json(output);
    assert!(error["error"].as_str().unwrap().contains(why), "{error}");
}

#[test]
fn a_promise_is_carried_moved_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("catalogue.toml"), CATALOGUE).unwrap();
    let applied = on(folder, "2026-11-09", &["catalog", "apply", "catalogue.toml"]);
    assert_eq!(applied.status.code(), Some(0));
    let add = ["action", "add", "Watch the certificates", "--owner", "Hayashi", "--due", "2026-11-13"];
    let made = fine(&on(folder, "2026-11-09", &[&add[..], &["--product", "telemed"]].concat()));
    assert_eq!(made["number"], 1);
    for (day, week) in [("2026-11-09", "2026-W45"), ("2026-11-16", "2026-W46")] {
        let freeze = ["review", "freeze", week, "--force", "--reason", "the meeting"];
        assert_eq!(on(folder, day, &freeze).status.code(), Some(0));
    }

    let list = fine(&on(folder, "2026-11-23", &["action", "list", "--state", "overdue"]));
    let promise = &list["actions"][0];
    assert_eq!((&promise["overdue_days"], &promise["age_days"]), (&10.into(), &14.into()), "{list}");
    assert_eq!(promise["carried"], 2, "it stood open in two frozen reviews: {list}");

    refused(
        &on(folder, "2026-11-23", &["action", "redate", "1", "--due", "2026-12-04", "--reason", " "]),
        "say why",
    );
    let redate = ["action", "redate", "1", "--due", "2026-12-04", "--reason", "ill", "--by", "Hara"];
    fine(&on(folder, "2026-11-23", &redate));
    let overdue = fine(&on(folder, "2026-11-23", &["action", "list", "--state", "overdue"]));
    assert_eq!(overdue["actions"], serde_json::json!([]), "there is time again");
    let done = fine(&on(folder, "2026-11-24", &["action", "done", "1", "--note", "in place"]));
    assert_eq!(done["state"], "done");
    refused(&on(folder, "2026-11-24", &["action", "drop", "1", "--reason", "no need"]), "cannot follow");
    fine(&on(folder, "2026-11-25", &["action", "reopen", "1", "--reason", "one was missed"]));
    let all =
        fine(&on(folder, "2026-11-25", &["action", "list", "--product", "telemed", "--owner", "Hayashi"]));
    let steps = all["actions"][0]["steps"].as_array().unwrap();
    let words: Vec<&str> = steps.iter().filter_map(|step| step["what"].as_str()).collect();
    assert_eq!(words, ["redate", "done", "reopen"], "nothing is forgotten: {all}");
    assert_eq!((&steps[0]["by"], &steps[0]["due_on"]), (&"Hara".into(), &"2026-12-04".into()));
    assert_eq!(all["actions"][0]["promised_for"], "2026-11-13");
}

#[test]
fn what_cannot_be_kept_is_refused_with_what_to_mend() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let add = |more: &[&str]| {
        let base = ["action", "add", "Look into it", "--owner", "Hara", "--due", "2026-11-30"];
        on(folder, "2026-11-23", &[&base[..], more].concat())
    };
    refused(&add(&["--product", "nobody"]), "not in the catalogue");
    refused(&add(&["--incident", "pagerduty~nothing"]), "there is no incident");
    assert_eq!(add(&["--incident", "118"]).status.code(), Some(2), "used wrongly");
    assert_eq!(add(&["--week", "next"]).status.code(), Some(2), "used wrongly");
    refused(&add(&["--link", "javascript:alert(1)"]), "https://");
    let due = ["action", "add", "Look into it", "--owner", " ", "--due", "2026-11-30"];
    refused(&on(folder, "2026-11-23", &due), "who does it");
    refused(&on(folder, "2026-11-23", &["action", "done", "7"]), "there is no action 7");
    let none = fine(&on(folder, "2026-11-23", &["action", "list", "--state", "all"]));
    assert_eq!(none["actions"], serde_json::json!([]));
}

/// A topic goes into the next review that is not frozen yet; one that is frozen takes none.
#[test]
fn a_topic_is_raised_for_the_next_meeting() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("catalogue.toml"), CATALOGUE).unwrap();
    assert_eq!(on(folder, "2026-11-23", &["catalog", "apply", "catalogue.toml"]).status.code(), Some(0));
    let add = ["topic", "add", "Search is slow", "--product", "telemed", "--evidence", "p95 3.1 s"];
    assert_eq!(fine(&on(folder, "2026-11-23", &add))["week"], "2026-W47");
    let freeze = ["review", "freeze", "2026-W47", "--force", "--reason", "the meeting"];
    assert_eq!(on(folder, "2026-11-23", &freeze).status.code(), Some(0));
    assert_eq!(fine(&on(folder, "2026-11-23", &add))["week"], "2026-W48");
    let frozen = [&add[..], &["--week", "2026-W47"]].concat();
    refused(&on(folder, "2026-11-23", &frozen), "is frozen");
    refused(&on(folder, "2026-11-23", &["topic", "add", " "]), "say what it is about");
    refused(&on(folder, "2026-11-23", &["topic", "add", "x", "--product", "nobody"]), "not in the catalogue");
    let list = fine(&on(folder, "2026-11-23", &["topic", "list"]));
    let weeks: Vec<&str> =
        list["topics"].as_array().unwrap().iter().map(|one| one["week"].as_str().unwrap()).collect();
    assert_eq!(weeks, ["2026-W47", "2026-W48"], "{list}");
}

//! The program itself: exit codes, outputs, files.

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

[[account]]
id = \"acc-1\"
product = \"telemed\"
environment = \"production\"
";

const BILL: &str = "BilledCost,EffectiveCost,BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,\
                    ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ServiceName,SubAccountId
1.5,1.5,1234,USD,2026-11-01T00:00:00Z,2026-12-01T00:00:00Z,Usage,2026-11-16T00:00:00Z,2026-11-17T00:00:00Z,EC2,acc-1
NaN,1,1234,USD,2026-11-01T00:00:00Z,2026-12-01T00:00:00Z,Usage,2026-11-17T00:00:00Z,2026-11-18T00:00:00Z,EC2,acc-1
";

fn teirei(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_teirei"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null());
    command
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", out(output)))
}

/// From an empty folder to a frozen week and back.
#[test]
fn a_week_from_files_to_a_frozen_review() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("catalogue.toml"), CATALOGUE).unwrap();
    std::fs::write(folder.join("bill.csv"), BILL).unwrap();

    let dry = teirei(folder, &["catalog", "apply", "--dry-run", "catalogue.toml"]);
    assert_eq!(dry.status.code(), Some(0), "{}", err(&dry));
    assert!(out(&dry).contains("+ product telemed") && out(&dry).contains("dry run"), "{}", out(&dry));
    assert_eq!(teirei(folder, &["catalog", "apply", "catalogue.toml"]).status.code(), Some(0));
    let again = teirei(folder, &["catalog", "apply", "catalogue.toml"]);
    assert!(out(&again).contains("nothing changes"), "{}", out(&again));
    let export = teirei(folder, &["catalog", "export", "copy.toml"]);
    assert_eq!(export.status.code(), Some(0));
    let round = teirei(folder, &["catalog", "apply", "copy.toml"]);
    assert!(out(&round).contains("nothing changes"), "{}", out(&round));

    let imported = teirei(folder, &["import", "cost", "bill.csv"]);
    assert_eq!(imported.status.code(), Some(3), "a row is rejected: {}", out(&imported));
    assert!(err(&imported).contains("bill.csv:3: rejected: BilledCost:"), "{}", err(&imported));
    assert!(out(&imported).contains("2 read, 1 accepted, 1 rejected"), "{}", out(&imported));
    let told = json(&teirei(folder, &["--json", "import", "cost", "bill.csv"]));
    assert_eq!((&told["changed"], &told["totals"][0]["billed"]), (&false.into(), &"1.5".into()), "{told}");

    let today = ["--today", "2026-11-23"];
    let with = |rest: &[&str]| teirei(folder, &[&today, rest].concat());
    // The bill ends on the Monday of the week.
    assert_eq!(with(&["review", "freeze", "2026-W47"]).status.code(), Some(1));
    let forced = ["review", "freeze", "2026-W47", "--force", "--reason"];
    assert_eq!(with(&[&forced[..], &["no bill"]].concat()).status.code(), Some(0));
    let first = with(&["review", "export", "2026-W47"]);
    let refused = with(&["review", "freeze", "2026-W47"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(err(&refused).contains("--reason"), "{}", err(&refused));
    assert_eq!(with(&[&forced[..], &["late bill"]].concat()).status.code(), Some(0));
    let kept = with(&["review", "export", "2026-W47", "--version-number", "1"]);
    assert_eq!(out(&kept), out(&first), "a frozen version never changes");
    assert_eq!(json(&with(&["--json", "review", "show"]))["version"], 2);
    for format in ["csv", "md"] {
        let text = with(&["review", "export", "2026-W47", "--format", format]);
        assert!(!out(&text).is_empty(), "{format}");
    }
    assert_eq!(with(&["review", "export", "2027-W20"]).status.code(), Some(1));
}

#[test]
fn wrong_use_is_told_apart_from_failure() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("open.toml"), "[server]\nlisten = \"0.0.0.0:0\"\n").unwrap();
    std::fs::write(folder.join("bad.toml"), "[servr]\nlisten = \"x\"\n").unwrap();
    std::fs::write(folder.join("catalogue.toml"), "[[product]]\nslug = \"A B\"\nnmae = \"x\"\n").unwrap();
    for (arguments, code, said) in [
        (&["--version"][..], 0, ""),
        (&["--help"], 0, ""),
        (&[], 2, "Usage"),
        (&["fly"], 2, "unrecognized subcommand"),
        (&["import", "cost"], 2, "required"),
        (&["--today", "yesterday", "check"], 2, "write a day like 2026-11-23"),
        (&["--today", "9999-12-31", "review", "show"], 2, "a day from 2000-01-01 to 2199-12-31 is wanted"),
        (&["--today", "1999-12-31", "demo"], 2, "a day from 2000-01-01"),
        (&["review", "show", "2025-W53"], 2, "2025 has no week 53"),
        (&["--config", "bad.toml", "check"], 2, "bad.toml:2: servr.listen is not known"),
        (&["--config", "none.toml", "check"], 2, "none.toml cannot be read"),
        (&["--config", "/dev/zero", "check"], 2, "/dev/zero cannot be read: it is larger than 1 MiB"),
        (&["import", "cost", "none.csv"], 1, "none.csv does not exist"),
        (&["import", "cost", "/dev/zero"], 1, "zero is no table: its first line is longer than 1 MiB"),
        (&["import", "incidents", "none.csv"], 1, "none.csv cannot be read: No such file"),
        (&["import", "incidents", "/dev/zero"], 1, "at most 67108864 are read"),
        (&["catalog", "apply", "none.toml"], 1, "none.toml cannot be read: No such file"),
        (&["--database", "sqlite:new.db", "restore", "none.db"], 1, "none.db is no file"),
        (&["--database", "sqlite:new.db", "restore", "/dev/zero"], 1, "/dev/zero is no file"),
        (&["catalog", "apply", "catalogue.toml"], 1, "catalogue.toml:3: rejected:"),
        (&["--database", "mysql://u:secret@h/d", "migrate"], 1, "could not be opened"),
        (&["serve", "--listen", "0.0.0.0:3000"], 2, "nobody signs in"),
        (&["--config", "open.toml", "serve"], 2, "nobody signs in"),
        (&["demo", "--listen", "192.0.2.1:0"], 2, "nobody signs in"),
    ] {
        let done = teirei(folder, arguments);
        assert_eq!(done.status.code(), Some(code), "{arguments:?}: {}", err(&done));
        assert!(err(&done).contains(said), "{arguments:?}: {}", err(&done));
        assert!(!err(&done).contains("secret"), "{arguments:?}");
        assert!(err(&done).matches("(os error").count() <= 1, "{arguments:?}: {}", err(&done));
    }
}

/// Whatever is done with the database of another program, not a byte of it changes.
#[test]
fn the_file_of_another_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // One page of 4,096 bytes without tables, as SQLite's file format has it.
    let mut foreign = [&b"SQLite format 3\0\x10\0\x01\x01\0\x40\x20\x20"[..], &[0; 4_072]].concat();
    for (place, byte) in [(27, 1), (31, 1), (47, 4), (59, 1), (95, 1), (100, 0x0d), (105, 0x10)] {
        foreign[place] = byte;
    }
    foreign[68..72].copy_from_slice(b"Note");
    std::fs::write(folder.join("notes.db"), &foreign).unwrap();
    std::fs::write(folder.join("bill.csv"), BILL).unwrap();
    for arguments in [&["check"][..], &["migrate"], &["import", "cost", "bill.csv"], &["serve"], &["demo"]] {
        let done = teirei(folder, &[&["--database", "sqlite:notes.db"], arguments].concat());
        assert_eq!(done.status.code(), Some(1), "{arguments:?}");
        let told = out(&done) + &err(&done);
        assert!(told.contains("the file is the database of another program"), "{arguments:?}: {told}");
        assert!(std::fs::read(folder.join("notes.db")).unwrap() == foreign, "{arguments:?}");
    }
    assert_eq!(teirei(folder, &["restore", "notes.db"]).status.code(), Some(1));
    let mut left: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["bill.csv", "notes.db"]);
}

/// A pool that rules use and nobody declares is named wherever the catalogue is looked at; declaring it is a
/// change like any other.
#[test]
fn pools_and_rules_are_told_apart_from_typing_errors() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let rule = "[[rule]]\nname = \"support\"\nservice = [\"Support*\"]\nshared = \"suport\"\n";
    std::fs::write(folder.join("catalogue.toml"), format!("{CATALOGUE}\n{rule}")).unwrap();
    let apply =
        |arguments: &[&str]| teirei(folder, &[&["catalog", "apply", "catalogue.toml"], arguments].concat());
    let said = "the rule support puts cost into the pool suport, which is not declared";
    for arguments in [&["--dry-run"][..], &[], &[]] {
        let done = apply(arguments);
        assert_eq!(done.status.code(), Some(0), "a warning alone is no failure: {}", err(&done));
        assert!(err(&done).contains(said), "{}", err(&done));
    }
    let check = teirei(folder, &["check"]);
    assert!(out(&check).contains(said), "{}", out(&check));

    let declared = |method: &str| {
        let pool = format!("[[pool]]\nname = \"suport\"\nmethod = \"{method}\"\n");
        std::fs::write(folder.join("catalogue.toml"), format!("{CATALOGUE}\n{rule}\n{pool}")).unwrap();
        apply(&["--dry-run"])
    };
    let dry = declared("even");
    assert!(out(&dry).contains("+ pool suport") && !err(&dry).contains("warning"), "{}", out(&dry));
    assert_eq!(apply(&[]).status.code(), Some(0));
    assert!(out(&declared("proportional")).contains("~ pool suport"));
    std::fs::write(folder.join("catalogue.toml"), format!("{CATALOGUE}\n{rule}")).unwrap();
    assert!(out(&apply(&["--dry-run"])).contains("- pool suport"));
    assert!(!out(&teirei(folder, &["check"])).contains(said));
}

#[test]
fn a_copy_takes_the_place_of_nothing_only() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("catalogue.toml"), CATALOGUE).unwrap();
    std::fs::write(folder.join("noise.db"), "this is no database, whatever its name says").unwrap();
    assert_eq!(teirei(folder, &["catalog", "apply", "catalogue.toml"]).status.code(), Some(0));
    assert_eq!(teirei(folder, &["backup", "copy.db"]).status.code(), Some(0));
    assert_eq!(teirei(folder, &["backup", "copy.db"]).status.code(), Some(1), "nothing is overwritten");
    assert_eq!(teirei(folder, &["restore", "copy.db"]).status.code(), Some(1), "nothing is overwritten");
    let other = ["--database", "sqlite:other.db"];
    let with = |rest: &[&str]| teirei(folder, &[&other, rest].concat());
    let noise = with(&["restore", "noise.db"]);
    assert_eq!(noise.status.code(), Some(1), "{}", out(&noise));
    assert!(!folder.join("other.db").exists());
    assert_eq!(with(&["restore", "copy.db"]).status.code(), Some(0));
    assert!(out(&with(&["catalog", "export"])).contains("telemed"));
    let left: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("restoring")), "{left:?}");
}

#[test]
fn check_says_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let done = teirei(folder.path(), &["--json", "check"]);
    assert_eq!(done.status.code(), Some(1));
    let texts = json(&done)["findings"].to_string();
    for part in ["the catalogue is empty", "nothing was imported yet"] {
        assert!(texts.contains(part), "{texts}");
    }
}

#[test]
fn check_names_months_that_were_never_delivered_after_their_end() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bill.csv"), BILL).unwrap();
    let on = |day: &str, rest: &[&str]| teirei(folder.path(), &[&["--today", day], rest].concat());
    let said =
        "focus: 2026-11 was last delivered on 2026-11-28 (UTC), the month was not over then: import it again";
    on("2026-11-28", &["import", "cost", "bill.csv"]);
    assert!(
        !out(&on("2026-12-10", &["check"])).contains("2026-11 was last delivered"),
        "the bill is not closed"
    );
    let check = on("2026-12-11", &["check"]);
    assert!(out(&check).contains(said), "{}", out(&check));
    on("2026-12-05", &["import", "cost", "bill.csv"]);
    let check = on("2026-12-11", &["check"]);
    assert!(out(&check).contains("on 2026-12-05 (UTC), its bill had not closed then"), "{}", out(&check));
    let again = on("2026-12-11", &["--json", "import", "cost", "bill.csv"]);
    assert_eq!(json(&again)["changed"], false, "nothing of it reads differently");
    assert!(!out(&on("2026-12-12", &["check"])).contains("2026-11 was last delivered"));
}

/// The environment reaches the program, and a demo cleans up behind itself.
#[test]
fn a_demo_serves_and_leaves_nothing() {
    use std::io::{BufRead, BufReader, Read, Write};
    let folder = tempfile::tempdir().unwrap();
    let mut demo = command(folder.path(), &["demo", "--today", "2026-11-23"])
        .env("TEIREI_SERVER__LISTEN", "127.0.0.1:0")
        .env("TMPDIR", folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(demo.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("Teirei is at http://").unwrap().to_owned();
    let mut stream = std::net::TcpStream::connect(&address).unwrap();
    let request = format!("GET /reviews/2026-W47 HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{}", answer.lines().next().unwrap_or_default());
    let stopped = Command::new("kill").arg(demo.id().to_string()).status().unwrap();
    assert!(stopped.success());
    assert!(demo.wait().unwrap().success(), "it ends well when told to");
    let left: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.is_empty(), "{left:?}");
}

//! `teirei user`, `teirei token`, and the addresses that `serve` takes.

use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::Value;

use super::house::PASSWORD;
use crate::support::TODAY;
use crate::support::program::command;

/// Runs the program with a line on its standard input.
fn said(folder: &Path, line: &str, arguments: &[&str]) -> Output {
    let mut command = command(folder, TODAY, arguments);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    // A command that reads nothing may have ended.
    _ = child.stdin.take().unwrap().write_all(format!("{line}\n").as_bytes());
    child.wait_with_output().unwrap()
}

fn fine(folder: &Path, line: &str, arguments: &[&str]) -> String {
    let output = said(folder, line, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn refused(folder: &Path, line: &str, arguments: &[&str]) -> String {
    let output = said(folder, line, arguments);
    assert!(!output.status.success(), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn an_account_is_made_changed_and_shut_out_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let told = fine(folder, PASSWORD, &["user", "add", "hayashi", "--role", "reviewer"]);
    assert_eq!(told, "hayashi may sign in as reviewer:*\n");
    for (line, arguments, expected) in [
        (
            PASSWORD,
            &["user", "add", "hayashi", "--role", "viewer"][..],
            "there is an account “hayashi” already",
        ),
        (PASSWORD, &["user", "add", "Hayashi T", "--role", "viewer"], "small letters"),
        (PASSWORD, &["user", "add", "a", "--role", "owner"], "a role is viewer, editor, reviewer or admin"),
        (
            PASSWORD,
            &["user", "add", "a", "--role", "viewer", "--products", "none"],
            "there is no product none",
        ),
        (PASSWORD, &["user", "add", "a", "--role", "viewer", "--products", ""], "may do nothing"),
        (PASSWORD, &["user", "add", "a", "--role", "viewer", "--password", "x"], "unexpected argument"),
        ("short", &["user", "add", "a", "--role", "viewer"], "at least 12 characters"),
        ("", &["user", "password", "hayashi"], "at least 12 characters"),
        ("", &["user", "disable", "nobody"], "nobody is called nobody"),
    ] {
        let error = refused(folder, line, arguments);
        assert!(error.contains(expected), "{arguments:?}: {error}");
        assert!(!error.contains(PASSWORD), "{error}");
    }
    fine(folder, "another good password", &["user", "password", "hayashi"]);
    fine(folder, "", &["user", "role", "hayashi", "--role", "admin", "--products", "shop"]);
    fine(folder, "", &["user", "disable", "hayashi"]);
    let listed: Value = serde_json::from_str(&fine(folder, "", &["--json", "user", "list"])).unwrap();
    assert_eq!(listed[0]["grants"], "admin:*");
    assert!(listed[0]["disabled_at"].is_string());
    fine(folder, "", &["user", "enable", "1"]);
    assert_eq!(
        fine(folder, "", &["user", "list"]),
        "1  hayashi  admin:*  (an account kept here, signed in 0 times now)\n"
    );
    assert_eq!(fine(folder, "", &["user", "sign-out", "hayashi"]), "hayashi is signed out of 0 browsers\n");
}

#[test]
fn a_token_is_shown_once_and_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let made = fine(folder, "", &["token", "add", "grafana", "--scope", "read", "--expires", "30d"]);
    let secret = made.trim_end();
    assert!(secret.starts_with("srr_") && secret.len() == 47, "{secret}");
    let listed = fine(folder, "", &["token", "list"]);
    assert_eq!(listed, "1  grafana  read  (good until 2026-12-23, never used)\n");
    for (arguments, expected) in [
        (&["token", "add", "grafana", "--scope", "read"][..], "still good: take it back first"),
        (&["token", "add", "b", "--scope", "write"], "a scope is read, read:PRODUCT or ingest:SOURCE"),
        (&["token", "add", "b", "--scope", "read", "--expires", "2y"], "write a time such as 90d"),
        (&["token", "add", "b", "--scope", "read", "--expires", "367d"], "at most 366d"),
        (&["token", "add", "b", "--scope", "read:none"], "there is no product none"),
        (&["token", "add", "b"], "--scope"),
        (&["token", "revoke", "9"], "there is no token 9"),
    ] {
        let error = refused(folder, "", arguments);
        assert!(error.contains(expected), "{arguments:?}: {error}");
    }
    fine(folder, "", &["token", "revoke", "1"]);
    assert!(fine(folder, "", &["token", "list"]).contains("taken back"));
    assert!(
        !std::fs::read(folder.join("teirei.db"))
            .unwrap()
            .windows(43)
            .any(|part| part == &secret.as_bytes()[4..])
    );
}

#[test]
fn other_machines_are_served_only_where_people_sign_in_by_https() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let file = |text: &str| std::fs::write(folder.join("teirei.toml"), text).unwrap();
    let serve = ["serve", "--listen", "192.0.2.1:3000"];
    file("");
    assert!(refused(folder, "", &serve).contains("nobody signs in: configure [sign_in]"));
    for url in ["", "[server]\npublic_url = \"http://srv.example\"\n"] {
        file(&format!("{url}[sign_in]\naccounts = \"on\"\n"));
        let error = refused(folder, "", &serve);
        assert!(error.contains("set server.public_url to the address that begins with https://"), "{error}");
        assert!(!folder.join("teirei.db").exists(), "a refused address creates no database");
    }
    // It would be served; this machine has no such address.
    file("[server]\npublic_url = \"https://srv.example\"\n[sign_in]\naccounts = \"on\"\n");
    assert!(refused(folder, "", &serve).contains("cannot listen on 192.0.2.1:3000"));
    // The demonstration never leaves the machine, whatever is configured.
    assert!(
        refused(folder, "", &["demo", "--listen", "192.0.2.1:3000"]).contains("listen on a loopback address")
    );
    let told = String::from_utf8(said(folder, "", &["check"]).stdout).unwrap();
    assert!(told.contains("nobody who signs in administers") && told.contains("teirei user add"), "{told}");
}

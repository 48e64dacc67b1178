//! A disk without room, and a database that may only be read.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use super::site::{Site, faults};
use crate::support::TODAY;
use crate::support::place::Place;

/// Forms of every kind, each with what it would keep.
const FORMS: [(&str, &str); 8] = [
    ("/api/action", "do=add&text=closed&owner=Hayashi&due=2026-11-30"),
    ("/api/topic", "do=add&title=closed&evidence=x&week=2026-W47"),
    ("/api/decision", "do=add&text=closed&expects=x&look_again=2026-12-21&week=2026-W47"),
    (
        "/api/checklist",
        "do=load-test&product=erx&result=closed&day=2026-11-20&link=https%3A%2F%2Fwiki.example%2F1",
    ),
    ("/api/note", "week=2026-W47&place=summary&seen=0&text=closed&do=save"),
    ("/api/freeze", "week=2026-W47&version=0&reason=closed&force=yes"),
    ("/api/week-skip", "week=2026-W46&do=skip&reason=closed"),
    ("/api/catalog/propose", "file=%23+closed&base="),
];

/// The limit on the size of files stands in for the disk: it can be lifted while the program runs.
fn limit(site: &Site, bytes: &str) {
    let process = site.child.id().to_string();
    let size = format!("--fsize={bytes}");
    assert!(Command::new("prlimit").args(["--pid", &process, &size]).status().unwrap().success());
}

fn assert_refused(site: &Site, status: u16, words: [&str; 2]) {
    for (path, form) in FORMS {
        let told = site.post(path, form).unwrap();
        assert_eq!(told.status, status, "{path}: {}", told.text);
        // The page of a note still has what was typed; the others lead back to it.
        let words =
            if path == "/api/note" { ["closed</textarea>", "保存できませんでした"] } else { words };
        assert!(words.iter().all(|word| told.text.contains(word)), "{path}: {}", told.text);
        assert!(!told.header("retry-after").is_empty(), "{path}");
        assert!(!told.text.contains("sqlite") && !told.text.contains("/tmp/"), "{path} names no file");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_to_whoever_writes_and_room_is_enough_to_go_on() {
    let place = Place::sqlite();
    let house = place.furnished().await;
    // Without the trap the limit would end the program instead of failing the write.
    let site = Site::start(place.url(), &["sh", "-c", "trap '' XFSZ; exec \"$0\" \"$@\""], &[]);
    limit(&site, "0:unlimited");
    assert_refused(
        &site,
        507,
        ["ディスクがいっぱいのため、保存できませんでした", "Not kept: the disk is full"],
    );
    for path in ["/reviews/2026-W47", "/products/telemed?week=2026-W47", "/imports", "/reviews/2026-W47.json"]
    {
        let page = site.get(path).unwrap();
        assert_eq!(page.status, 200, "{path} can still be read: {}", page.text);
    }
    limit(&site, "unlimited:unlimited");
    for (path, form) in FORMS.into_iter().filter(|(path, _)| *path != "/api/catalog/propose") {
        let told = site.post(path, form).unwrap();
        assert!(told.is_kept(), "{path} goes on by itself: {}", told.text);
    }
    site.kill();
    let actions = house.store.action_list().await.unwrap();
    assert_eq!(
        actions.iter().filter(|one| one.terms.text == "closed").count(),
        1,
        "refused ones left nothing"
    );
    assert_eq!(faults(place.url()), Vec::<String>::new());
}

/// What takes the right to write to files of others from whoever runs the story as root; nothing where nobody does.
fn unprivileged() -> Vec<&'static str> {
    let drop = "--bounding-set=-dac_override,-dac_read_search";
    let works = Command::new("setpriv").args([drop, "true"]).status().is_ok_and(|status| status.success());
    if works { vec!["setpriv", drop] } else { Vec::new() }
}

#[test]
fn a_file_that_may_only_be_read_is_refused_at_the_start_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data/teirei.db");
    std::fs::create_dir(file.parent().unwrap()).unwrap();
    let database = format!("sqlite:{}", file.display());
    let run = |arguments: &[&str]| {
        let program = [env!("CARGO_BIN_EXE_teirei"), "--today", TODAY, "--database", &database];
        let words: Vec<&str> =
            unprivileged().into_iter().chain(program).chain(arguments.iter().copied()).collect();
        let mut command = Command::new(words[0]);
        let said = command.current_dir(folder.path()).args(&words[1..]).output().unwrap();
        (said.status.code(), String::from_utf8(said.stderr).unwrap())
    };
    assert_eq!(run(&["migrate"]).0, Some(0));
    let mode = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap()
    };
    for is_killed in [false, true] {
        // Whoever is killed leaves a log beside the file, by which SQLite tells less.
        if is_killed {
            Site::start(&database, &[], &[]).kill();
        }
        mode(&file, 0o444);
        mode(file.parent().unwrap(), 0o555);
        for arguments in [&["migrate"][..], &["check"], &["serve", "--listen", "127.0.0.1:0"]] {
            let (code, told) = run(arguments);
            assert_eq!(code, Some(1), "{arguments:?}: {told}");
            if arguments[0] != "check" {
                assert!(
                    told.contains("may only be read: let this program write its file and the folder"),
                    "{told}"
                );
            }
        }
        mode(file.parent().unwrap(), 0o755);
        mode(&file, 0o644);
        let (code, told) = run(&["migrate"]);
        assert_eq!(code, Some(0), "and goes on: {told}");
    }
}

/// PostgreSQL turns itself into one that can only be read, as a standby is.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_may_only_be_read_shows_its_pages_and_refuses_forms() {
    let place = Place::postgres();
    drop(place.furnished().await);
    let site = Site::start(place.url(), &[], &[]);
    super::postgres::tell(place.url(), "ALTER DATABASE :name SET default_transaction_read_only = on").await;
    assert_refused(
        &site,
        503,
        ["読み取り専用のため、保存できませんでした", "Not kept: the database can only be read"],
    );
    for path in ["/reviews/2026-W47", "/products/telemed?week=2026-W47", "/reviews/2026-W47.json"] {
        assert_eq!(site.get(path).unwrap().status, 200, "{path} can still be read");
    }
    super::postgres::tell(place.url(), "ALTER DATABASE :name RESET default_transaction_read_only").await;
    let (path, form) = FORMS[0];
    assert!(site.post(path, form).unwrap().is_kept(), "and goes on by itself");
    site.kill();
}

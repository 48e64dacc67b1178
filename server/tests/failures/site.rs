//! The real program serving a database of six weeks, and people who write to it.

use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use server::access::audit::text_mark;
use store::Store;
use tempfile::TempDir;

use crate::support::TODAY;
use crate::support::program::{asked, free_port, status_of};

/// A running server.
pub struct Site {
    pub port: u16,
    pub child: Child,
    _folder: TempDir,
}

/// An answer over the network.
pub struct Told {
    pub status: u16,
    pub text: String,
}

impl Told {
    pub fn header(&self, name: &str) -> &str {
        let line = self.text.lines().take_while(|line| !line.is_empty()).find_map(|line| {
            let (known, value) = line.split_once(": ")?;
            known.eq_ignore_ascii_case(name).then_some(value)
        });
        line.unwrap_or_default()
    }

    /// Whether a form was kept: it leads on, and not to a page that says why it was not.
    pub fn is_kept(&self) -> bool {
        self.status == 303 && !self.header("location").contains("problem=")
    }
}

impl Site {
    /// Serves a database; `wrapper` is a command line in front of the program, `more` follows `serve`.
    pub fn start(database: &str, wrapper: &[&str], more: &[&str]) -> Self {
        let site = Self::begin(database, wrapper, more);
        site.until_ready();
        site
    }

    /// The same, without waiting for it.
    pub fn begin(database: &str, wrapper: &[&str], more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let listen = format!("127.0.0.1:{port}");
        let program = [env!("CARGO_BIN_EXE_teirei"), "--today", TODAY, "--database", database, "serve"];
        let words: Vec<&str> = wrapper.iter().chain(&program).copied().collect();
        let (first, rest) = words.split_first().unwrap();
        let mut command = Command::new(first);
        command.current_dir(folder.path()).args(rest).args(["--listen", &listen]).args(more);
        command.env("HOME", folder.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self { port, child: command.spawn().unwrap(), _folder: folder }
    }

    pub fn until_ready(&self) {
        for _ in 0..600 {
            if self.get("/readyz").is_some_and(|told| told.status == 200) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("the server does not become ready");
    }

    pub fn get(&self, path: &str) -> Option<Told> {
        get(self.port, path)
    }

    pub fn post(&self, path: &str, form: &str) -> Option<Told> {
        post(self.port, path, form)
    }

    /// Ends it as a power cut would.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn get(port: u16, path: &str) -> Option<Told> {
    told(
        port,
        &format!(
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/html\r\nConnection: close\r\n\r\n"
        ),
    )
}

fn post(port: u16, path: &str, form: &str) -> Option<Told> {
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nSec-Fetch-Site: \
         same-origin\r\nAccept: text/html\r\nConnection: close\r\nContent-Type: \
         application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    told(port, &request)
}

fn told(port: u16, request: &str) -> Option<Told> {
    let text = asked(port, request)?;
    Some(Told { status: status_of(&text)?, text })
}

/// What several people wrote: of each text, whether it was answered as kept.
#[derive(Default)]
pub struct Written {
    pub texts: Mutex<Vec<(Kind, String, bool)>>,
    pub statuses: Mutex<Vec<u16>>,
    number: AtomicUsize,
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Action,
    Topic,
    LoadTest,
    Note,
    Freeze,
}

const KINDS: [Kind; 4] = [Kind::Action, Kind::Topic, Kind::LoadTest, Kind::Note];

/// The weeks that a story freezes, one a round.
pub const WEEKS: [&str; 5] = ["2026-W43", "2026-W44", "2026-W45", "2026-W46", "2026-W47"];

impl Written {
    /// What was written until a moment.
    pub fn of(texts: Vec<(Kind, String, bool)>) -> Self {
        Self { texts: Mutex::new(texts), ..Self::default() }
    }

    /// Writes one thing of its own.
    pub fn write(&self, port: u16) -> Option<u16> {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        let (kind, mark) = (KINDS[number % KINDS.len()], format!("mark-{number:05}"));
        // Every note has a place of its own, so that no two are about one text.
        let note = number / KINDS.len();
        let week = format!("{}-W{:02}", 2020 + (note / 52 / 5) % 6, 1 + note % 52);
        let places = ["summary", "exceptions", "cost", "incidents", "objectives"];
        let place = places[(note / 52) % places.len()];
        let (path, form) = match kind {
            Kind::Action => ("/api/action", format!("do=add&text={mark}&owner=Hayashi&due=2026-11-30")),
            Kind::Topic => ("/api/topic", format!("do=add&title={mark}&evidence=x&week=2026-W47")),
            Kind::LoadTest => (
                "/api/checklist",
                format!(
                    "do=load-test&product=erx&result={mark}&day=2026-11-20&link=https%3A%2F%2Fwiki.example%2F1"
                ),
            ),
            _ => ("/api/note", format!("week={week}&place={place}&seen=0&text={mark}&do=save")),
        };
        self.send(port, kind, mark, path, &form)
    }

    /// Freezes a week.
    pub fn freeze(&self, port: u16, week: &str) -> Option<u16> {
        let form = format!("week={week}&version=0&reason=mark-{week}&force=yes");
        self.send(port, Kind::Freeze, format!("mark-{week}"), "/api/freeze", &form)
    }

    fn send(&self, port: u16, kind: Kind, mark: String, path: &str, form: &str) -> Option<u16> {
        let told = post(port, path, form);
        let status = told.as_ref().map(|told| told.status);
        self.texts.lock().unwrap().push((kind, mark, told.is_some_and(|told| told.is_kept())));
        self.statuses.lock().unwrap().extend(status);
        status
    }

    /// Four people write until they are stopped, or until nobody answers where that ends it.
    pub fn begin(
        self: &Arc<Self>,
        port: u16,
        ends: bool,
        stop: &Arc<AtomicBool>,
    ) -> Vec<std::thread::JoinHandle<()>> {
        let person = |_| {
            let (written, stop) = (Arc::clone(self), Arc::clone(stop));
            std::thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    match written.write(port) {
                        None if ends => return,
                        None => std::thread::sleep(Duration::from_millis(20)),
                        Some(_) => {}
                    }
                }
            })
        };
        (0..4).map(person).collect()
    }

    /// Everything that was answered is there once, everything else once at most, and the audit tells of each.
    pub async fn assert_kept(&self, store: &Arc<dyn Store>) {
        let mut there: Vec<(Kind, String)> = Vec::new();
        let actions = store.action_list().await.unwrap().into_iter();
        there.extend(actions.map(|one| (Kind::Action, one.terms.text)));
        let topics = store.topic_list().await.unwrap().into_iter();
        there.extend(topics.map(|one| (Kind::Topic, one.terms.title)));
        let tests = store.load_test_list(None).await.unwrap().into_iter();
        there.extend(tests.map(|one| (Kind::LoadTest, one.result)));
        let notes = store.note_all("").await.unwrap().into_iter();
        there.extend(notes.map(|(_, one)| (Kind::Note, one.text)));
        let heads = store.snapshot_list("").await.unwrap().into_iter();
        there.extend(heads.map(|one| (Kind::Freeze, one.reason)));
        let mut told: Vec<String> = Vec::new();
        let mut last = 0;
        loop {
            let entries = store.audit_after(last, 1_000).await.unwrap();
            let Some(entry) = entries.last() else { break };
            last = entry.id;
            told.extend(entries.into_iter().filter_map(|one| one.entry.after));
        }
        let texts = self.texts.lock().unwrap().clone();
        let mut answered = 0;
        for (kind, mark, is_answered) in texts.iter() {
            let times = there.iter().filter(|(known, text)| known == kind && text == mark).count();
            assert!(
                times == 1 || (times == 0 && !is_answered),
                "{kind:?} {mark}: {times}, answered {is_answered}"
            );
            answered += usize::from(*is_answered);
            if matches!(kind, Kind::Action | Kind::Topic | Kind::Note) {
                let entries = told.iter().filter(|after| **after == text_mark(mark)).count();
                assert_eq!(entries, times, "{kind:?} {mark} stands in the audit as often as it was kept");
            }
        }
        assert!(answered > 20, "people wrote: {answered} of {}", texts.len());
        assert!(store.audit_check().await.unwrap().is_ok());
    }
}

/// What `teirei check` finds amiss of what the program itself keeps.
pub fn faults(database: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_teirei"));
    command.current_dir(folder.path()).args(["--today", TODAY, "--database", database, "--json", "check"]);
    let said = command.output().unwrap();
    let value: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
    let findings = value["findings"].as_array().unwrap().iter();
    let amiss =
        findings.filter(|one| one["fine"] == false).map(|one| one["text"].as_str().unwrap().to_owned());
    // What the story's data says and the machine has is no matter here.
    amiss
        .filter(|text| ["audit", "frozen", "snapshot", "database"].iter().any(|word| text.contains(word)))
        .collect()
}

//! The program is killed while messages arrive: what was answered is there, once.

use std::path::Path;
use std::process::Child;
use std::time::Duration;

use super::desk::{SECRET, at, configured, happened, signed};
use crate::support::TODAY;
use crate::support::program::{asked, command, free_port, status_of};

const SENT: usize = 240;

fn status(port: u16, request: &str) -> Option<u16> {
    asked(port, request).as_deref().and_then(status_of)
}

/// The server in a folder, once it answers.
pub fn served(folder: &Path, port: u16, today: &str) -> Child {
    let listen = format!("127.0.0.1:{port}");
    let mut child = command(folder, today, &["serve", "--listen", &listen]).spawn().unwrap();
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {listen}\r\nConnection: close\r\n\r\n");
    for _ in 0..600 {
        if status(port, &request) == Some(200) {
            return child;
        }
        assert_eq!(child.try_wait().unwrap(), None, "the server stopped");
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("the server does not answer");
}

/// Sends one message of an incident of its own; whether it was accepted.
fn sent(port: u16, number: usize) -> bool {
    let none = serde_json::json!({});
    let body =
        happened(&format!("P{number:04}"), "incident.triggered", "2026-11-16T01:00:00Z", &none).to_string();
    let request = format!(
        "POST /hooks/pagerduty HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nContent-Type: \
         application/json\r\nContent-Length: {}\r\nX-PagerDuty-Signature: {}\r\n\r\n{body}",
        body.len(),
        signed(SECRET, body.as_bytes())
    );
    status(port, &request) == Some(202)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_answered_is_lost_and_nothing_doubles() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("teirei.toml"), configured()).unwrap();
    let port = free_port();
    let mut first = served(folder.path(), port, TODAY);
    let mut unanswered: Vec<usize> = (0..SENT / 2).filter(|number| !sent(port, *number)).collect();
    first.kill().unwrap();
    first.wait().unwrap();
    unanswered.extend((SENT / 2..SENT).filter(|number| !sent(port, *number)));
    assert!(unanswered.len() >= SENT / 2, "the server was gone for the second half");
    let port = free_port();
    let mut child = served(folder.path(), port, TODAY);
    // Senders repeat what was not answered, and PagerDuty now and then what was.
    for number in unanswered.into_iter().chain(0..SENT / 4) {
        assert!(sent(port, number), "{number}");
    }
    let store = store::open(&format!("sqlite:{}", folder.path().join("teirei.db").display())).await.unwrap();
    for _ in 0..600 {
        if store.hook_delivery_waiting(1).await.unwrap().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let all = domain::period::Period { start: at("2000-01-01T00:00:00Z"), end: at("2100-01-01T00:00:00Z") };
    assert_eq!(store.incident_list(all).await.unwrap().len(), SENT);
    let states = store.hook_state_list().await.unwrap();
    assert_eq!((states[0].messages, states[0].waiting), (i64::try_from(SENT).unwrap(), 0));
}

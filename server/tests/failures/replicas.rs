//! A replica is killed while it does work that only one may do.

use std::time::{Duration, Instant};

use store::IMPORT_LEASE;

use crate::hooks::desk::{SECRET, configured, happened, signed};
use crate::support::TODAY;
use crate::support::place::{Place, on_both_databases};
use crate::support::program::{asked, command, free_port, status_of};

on_both_databases!(another_replica_takes_over_within_the_time_of_a_lease);

fn served(folder: &std::path::Path, database: &str) -> (u16, std::process::Child) {
    std::fs::write(folder.join("teirei.toml"), configured()).unwrap();
    let port = free_port();
    let listen = format!("127.0.0.1:{port}");
    let arguments = ["--database", database, "serve", "--listen", &listen];
    let mut child = command(folder, TODAY, &arguments).spawn().unwrap();
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {listen}\r\nConnection: close\r\n\r\n");
    for _ in 0..600 {
        if asked(port, &request).as_deref().and_then(status_of) == Some(200) {
            return (port, child);
        }
        assert_eq!(child.try_wait().unwrap(), None, "the server stopped");
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("the server does not answer");
}

fn sent(port: u16, name: &str) {
    let body =
        happened(name, "incident.triggered", "2026-11-16T01:00:00Z", &serde_json::json!({})).to_string();
    let request = format!(
        "POST /hooks/pagerduty HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nContent-Type: \
         application/json\r\nContent-Length: {}\r\nX-PagerDuty-Signature: {}\r\n\r\n{body}",
        body.len(),
        signed(SECRET, body.as_bytes())
    );
    assert_eq!(asked(port, &request).as_deref().and_then(status_of), Some(202));
}

async fn another_replica_takes_over_within_the_time_of_a_lease(place: Place) {
    let house = place.furnished().await;
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (first_port, mut first) = served(one.path(), place.url());
    let (second_port, mut second) = served(other.path(), place.url());
    sent(first_port, "P1");
    // What the first held is given back by nobody: a lease that is left as by a process that was killed with it.
    let now = server::clock::Clock::System.now();
    let until = now.checked_add(jiff::SignedDuration::from_secs(10)).unwrap();
    let taken = Instant::now();
    while house.store.lease_acquire(IMPORT_LEASE, "of the first", now, until).await.unwrap().is_none() {
        assert!(taken.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    first.kill().unwrap();
    first.wait().unwrap();
    for number in 2..6 {
        sent(second_port, &format!("P{number}"));
    }
    let begun = Instant::now();
    let all = domain::period::Period {
        start: "2000-01-01T00:00:00Z".parse().unwrap(),
        end: "2100-01-01T00:00:00Z".parse().unwrap(),
    };
    let hooked = async || {
        let known = house.store.incident_list(all).await.unwrap();
        known.iter().filter(|one| one.source == "pagerduty" && one.external_id.starts_with('P')).count()
    };
    while hooked().await < 5 {
        assert!(begun.elapsed() < Duration::from_secs(30), "nobody goes on: {}", hooked().await);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(hooked().await, 5, "each once");
    second.kill().unwrap();
    second.wait().unwrap();
}

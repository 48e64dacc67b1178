//! The real Alertmanager, two peers of it, through the hook of the real program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use domain::incident::Incident;
use jiff::{Timestamp, ToSpan};
use serde_json::json;
use store::Store;

use super::desk::{SECRET, at, configured, now};
use super::killed::served;
use crate::support::program::{asked, free_port, status_of};

/// Alertmanager as `make` unpacks it; a machine without it fails here.
fn program() -> PathBuf {
    let unpacked =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/alertmanager/usr/bin/prometheus-alertmanager");
    assert!(unpacked.exists(), "Alertmanager is missing: run the tests with `make test`");
    unpacked
}

/// Two peers that tell each other what they sent.
struct Peers {
    children: Vec<Child>,
    ports: [u16; 2],
}

impl Peers {
    fn start(folder: &Path, teirei: u16) -> Self {
        let config = format!(
            "route:\n  receiver: teirei\n  group_by: [alertname]\n  group_wait: 1s\n  group_interval: 2s\n  \
             repeat_interval: 2s\nreceivers:\n- name: teirei\n  webhook_configs:\n  - url: \
             http://127.0.0.1:{teirei}/hooks/alerts\n    send_resolved: true\n    http_config:\n      \
             authorization:\n        credentials: {SECRET}\n"
        );
        fs::write(folder.join("alertmanager.yml"), config).unwrap();
        let (ports, cluster) = ([free_port(), free_port()], [free_port(), free_port()]);
        let start = |number: usize| {
            Command::new(program())
                .current_dir(folder)
                .arg("--config.file=alertmanager.yml")
                .arg(format!("--storage.path=peer{number}"))
                .arg(format!("--web.listen-address=127.0.0.1:{}", ports[number]))
                .arg(format!("--cluster.listen-address=127.0.0.1:{}", cluster[number]))
                .arg(format!("--cluster.peer=127.0.0.1:{}", cluster[1 - number]))
                .arg("--cluster.settle-timeout=1s")
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap()
        };
        Self { children: vec![start(0), start(1)], ports }
    }

    /// Tells both peers of an alert, as Prometheus does, until each has taken it.
    fn tell(&self, name: &str, starts: Timestamp, ends: Option<Timestamp>) {
        let alert = json!([{ "labels": { "alertname": name, "severity": "warning", "service": "telemed" },
            "annotations": { "summary": format!("{name} of telemed") }, "startsAt": starts.to_string(),
            "endsAt": ends.unwrap_or(starts + 1.hour()).to_string() }]);
        for port in self.ports {
            let taken = (0..300).any(|_| {
                let taken = posted(port, &alert.to_string());
                if !taken {
                    std::thread::sleep(Duration::from_millis(100));
                }
                taken
            });
            assert!(taken, "Alertmanager takes no alerts");
        }
    }
}

impl Drop for Peers {
    fn drop(&mut self) {
        for child in &mut self.children {
            _ = child.kill();
            _ = child.wait();
        }
    }
}

fn posted(port: u16, body: &str) -> bool {
    let head = format!(
        "POST /api/v2/alerts HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nContent-Type: \
         application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    asked(port, &(head + body)).as_deref().and_then(status_of) == Some(200)
}

/// What is stored and counts, once it is as expected.
async fn stored(
    store: &Arc<dyn Store>,
    story: &str,
    expected: impl Fn(&[Incident]) -> bool,
) -> Vec<Incident> {
    let all = domain::period::Period { start: at("2000-01-01T00:00:00Z"), end: at("2100-01-01T00:00:00Z") };
    for _ in 0..600 {
        let mut found = store.incident_list(all).await.unwrap();
        found.retain(Incident::counts);
        if expected(&found) {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{story}: {:#?}", store.incident_list(all).await.unwrap());
}

fn is_over(incident: &Incident) -> bool {
    incident.resolved_at.is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_peers_fire_repeat_resolve_and_fire_again() {
    let folder = tempfile::tempdir().unwrap();
    let config =
        configured().replace("product_label = \"service\"", "product_label = \"service\"\ngap_minutes = 0");
    fs::write(folder.path().join("teirei.toml"), config).unwrap();
    let teirei = free_port();
    let peers = Peers::start(folder.path(), teirei);
    // Whole seconds, as Prometheus evaluates; Teirei is down while the first notifications go out.
    let began = now() - 60.seconds();
    peers.tell("HighErrorRate", began, None);
    tokio::time::sleep(Duration::from_secs(3)).await;
    let today = jiff::tz::TimeZone::UTC.to_datetime(began).date().to_string();
    let mut program = served(folder.path(), teirei, &today);
    let store = store::open(&format!("sqlite:{}", folder.path().join("teirei.db").display())).await.unwrap();

    let fired = stored(&store, "fired", |found| found.len() == 1).await;
    assert_eq!((fired[0].declared_at, fired[0].resolved_at), (began, None));
    assert_eq!((fired[0].product.as_str(), fired[0].title.as_str()), ("telemed", "HighErrorRate of telemed"));

    let ended = now();
    peers.tell("HighErrorRate", began, Some(ended));
    let over = stored(&store, "resolved", |found| found.iter().all(is_over)).await;
    assert_eq!(over.iter().map(|one| one.resolved_at).collect::<Vec<_>>(), [Some(ended)]);

    // It fires again, beside an alert of another name.
    let again = ended + 1.second();
    tokio::time::sleep(Duration::from_secs(2)).await;
    peers.tell("HighErrorRate", again, None);
    peers.tell("SlowCheckout", again, None);
    let three = stored(&store, "fired again", |found| found.len() == 3).await;
    assert_eq!(three.iter().filter(|one| is_over(one)).count(), 1);
    assert_eq!(three.iter().filter(|one| one.declared_at == again).count(), 2);

    // Several repetitions later it is still one incident an outage, and no message was refused.
    tokio::time::sleep(Duration::from_secs(6)).await;
    stored(&store, "repeated", |found| found.len() == 3).await;
    assert_eq!(store.hook_remark_list(10).await.unwrap(), []);
    program.kill().unwrap();
    program.wait().unwrap();
}

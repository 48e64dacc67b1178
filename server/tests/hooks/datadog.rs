//! A Datadog whose notifications of incidents come late, twice, forged, too large or never: what the poll finds makes
//! the store equal to Datadog's own truth.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use server::config::{Config, Overrides};
use server::import::Inbox;
use server::web::Patience;

use super::desk::{OLD_SECRET, SECRET, at, datadog};
use crate::fake::datadog::{API_KEY, APPLICATION_KEY, Failure};
use crate::fake::datadog_incidents::{FakeDatadogIncidents, FakeIncident, World};
use crate::support::program::{Said, command, run};
use crate::support::{House, TODAY, get, send};

/// A house with a webhook and the source that repairs it.
struct Desk {
    house: House,
    datadog: FakeDatadogIncidents,
    inbox: Arc<Inbox>,
    router: Router,
}

impl Desk {
    async fn open(world: World) -> Self {
        let datadog = FakeDatadogIncidents::start(world).await;
        let house = House::empty().await;
        let file = house.folder.path().join("teirei.toml");
        let text = format!(
            "[hooks.datadog]\nkind = \"datadog\"\nsecret = \"{SECRET}\"\nprevious_secret = \"{OLD_SECRET}\"\n\
             products = [\"service:karte-api=telemed\"]\n[sources.dd]\nkind = \"datadog-incidents\"\nrepairs = \
             \"datadog\"\nendpoint = \"{}\"\napi_key = \"{API_KEY}\"\napplication_key = \"{APPLICATION_KEY}\"\n",
            datadog.url
        );
        std::fs::write(&file, text).unwrap();
        let overrides = Overrides { file: Some(file), ..Overrides::default() };
        let config = Config::load(&overrides, &BTreeMap::new()).unwrap();
        let inbox = house.inbox(config.readers());
        let router = house.router_with(3000, Patience::default(), Arc::clone(&inbox));
        Self { house, datadog, inbox, router }
    }

    async fn sync(&self, today: &str) -> Said {
        run(self.house.folder.path(), today, &["--json", "sync", "dd"]).await
    }

    /// A sync that comes to its end; what it did.
    async fn synced(&self, today: &str) -> Value {
        let said = self.sync(today).await;
        assert_eq!(said.code, Some(0), "{} {}", said.out, said.err);
        said.report()["incidents"].clone()
    }

    /// What is stored of all that Datadog has, as lines.
    async fn stored(&self) -> Vec<String> {
        let numbers: Vec<i64> = self.datadog.world().incidents.keys().copied().collect();
        let mut lines = Vec::new();
        for number in numbers {
            let id = format!("IR-{number}");
            lines.push(match self.house.store.incident_get("datadog", &id).await.unwrap() {
                None => format!("{id} is not known"),
                Some(one) => line(
                    &[&id, &one.title, &one.product, one.severity.as_str(), &one.status],
                    &[
                        Some(one.declared_at),
                        one.detected_at,
                        one.impact_start,
                        one.mitigated_at,
                        one.resolved_at,
                    ],
                    [one.is_test, one.customer_impact, one.counts()],
                ),
            });
        }
        lines
    }

    /// What is true.
    fn truth(&self) -> Vec<String> {
        let shown = |one: &FakeIncident| {
            let severity = match one.severity {
                "SEV-0" => "SEV-1",
                "SEV-5" => "SEV-4",
                "UNKNOWN" => "unclassified",
                known => known,
            };
            let status = if one.archived.is_some() { "archived" } else { one.state };
            let (starts, ends) = one.impact.unzip();
            line(
                &[&format!("IR-{}", one.number), &one.title, "telemed", severity, status],
                &[
                    Some(one.created),
                    Some(one.created - 1.minute()),
                    starts,
                    ends.flatten(),
                    one.resolved.filter(|_| one.state == "resolved"),
                ],
                [one.is_test, one.impact.is_some(), !one.is_test && one.archived.is_none()],
            )
        };
        self.datadog.world().incidents.values().map(shown).collect()
    }

    async fn imports(&self) -> Value {
        get(&self.router, "/imports.json").await.json()
    }
}

fn line(words: &[&str], times: &[Option<Timestamp>], flags: [bool; 3]) -> String {
    format!("{} {times:?} {flags:?}", words.join(" | "))
}

/// A sequence that is always the same and looks like chance.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

/// Weeks of incidents with every kind of life.
fn weeks() -> World {
    let mut world = World { page: 10, ..World::default() };
    let mut chance = Chance(5);
    let severities = ["SEV-0", "SEV-1", "SEV-2", "SEV-3", "SEV-5", "UNKNOWN"];
    for number in 1..=48_i64 {
        let start = at("2026-06-20T03:00:07Z") + (number * 70).hours();
        world.declare(number, &format!("障害 {number}"), severities[chance.below(6)], start);
        for step in 0..chance.below(6) {
            let then = start + (i64::try_from(step).unwrap() * 11 + 5).minutes();
            match (chance.below(4), world.incidents[&number].state) {
                (_, "resolved") => world.reopen(number, then),
                (0, _) => world.worsen(number, "SEV-1", then),
                (1, "active") => world.mitigate(number, then),
                _ => world.resolve(number, then),
            }
        }
    }
    world
}

/// Sends what was to be sent, badly: some never, some twice, some forged, one too large, in any order.
async fn sent_badly(desk: &Desk) -> usize {
    let outbox = desk.datadog.world().outbox.clone();
    let (mut chance, mut letters) = (Chance(11), Vec::new());
    for body in outbox {
        // One of four is lost.
        for _ in 0..[0, 1, 1, 2][chance.below(4)] {
            letters.insert(chance.below(letters.len() + 1), body.clone());
        }
    }
    let mut lost = 0;
    for (number, mut body) in letters.into_iter().enumerate() {
        let (secret, expected) = match number % 9 {
            0 => ("a secret of somebody else", StatusCode::UNAUTHORIZED),
            1 | 2 => (OLD_SECRET, StatusCode::ACCEPTED),
            3 => {
                body["padding"] = json!("x".repeat(2 * 1024 * 1024));
                (SECRET, StatusCode::PAYLOAD_TOO_LARGE)
            }
            _ => (SECRET, StatusCode::ACCEPTED),
        };
        assert_eq!(send(&desk.router, datadog(&body, secret)).await.status, expected);
        lost += usize::from(expected != StatusCode::ACCEPTED);
    }
    desk.inbox.read_all().await.unwrap();
    lost
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_alone_lose_and_with_the_poll_nothing_is_lost() {
    let desk = Desk::open(weeks()).await;
    assert!(sent_badly(&desk).await > 10);
    let (truth, alone) = (desk.truth(), desk.stored().await);
    let unknown = alone.iter().filter(|line| line.ends_with("is not known")).count();
    let differing = truth.iter().zip(&alone).filter(|(truth, stored)| truth != stored).count();
    assert!(unknown > 2 && differing > 10, "webhooks alone lose: {unknown} unknown, {differing} differ");

    let done = desk.synced(TODAY).await;
    assert_eq!(done["asked"], json!(truth.len()), "{done}");
    assert_eq!(desk.stored().await, truth, "with the poll nothing is lost");

    // Asked again, and told again by webhooks that come late: nothing changes.
    assert_eq!(desk.synced(TODAY).await["new"], json!(0));
    sent_badly(&desk).await;
    assert_eq!(desk.stored().await, truth);
    let polls = desk.imports().await["polls"][0].clone();
    assert_eq!((&polls["kept_as"], &polls["is_late"]), (&json!("datadog"), &json!(false)));
}

/// What happens later to an old incident is found, also that it was deleted, of which no webhook tells.
#[tokio::test(flavor = "multi_thread")]
async fn later_changes_are_found_also_of_what_is_old() {
    let desk = Desk::open(weeks()).await;
    desk.synced(TODAY).await;
    {
        let mut world = desk.datadog.world();
        let resolved = world.incidents.values().find(|one| one.state == "resolved").unwrap().number;
        world.reopen(resolved, at("2026-11-23T02:00:00Z"));
        world.declare(100, "新しい障害", "SEV-1", at("2026-11-23T03:00:00Z"));
        world.mitigate(100, at("2026-11-23T03:20:00Z"));
        world.resolve(100, at("2026-11-23T03:30:00Z"));
        world.archive(2, at("2026-11-23T04:00:00Z"));
    }
    let truth = desk.truth();
    assert_ne!(desk.stored().await, truth);
    // Ten in the morning is 01:00 in UTC: the next day sees it.
    desk.synced("2026-11-24").await;
    assert_eq!(desk.stored().await, truth);
    let page = get(&desk.router, "/incidents/datadog~IR-2?lang=en").await.body;
    assert!(page.contains("deleted at its source"), "{page}");

    // Between two runs of a day, only what changed is taken from the list.
    desk.datadog.world().worsen(100, "SEV-2", at("2026-11-24T00:50:00Z"));
    let done = desk.synced("2026-11-24").await;
    assert_eq!((&done["asked"], &done["new"]), (&json!(1), &json!(1)), "{done}");
    assert_eq!(desk.stored().await, desk.truth());
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_and_passing_failures_are_sat_out() {
    let mut world = weeks();
    world.script = vec![(1, Failure::Throttle, 2), (3, Failure::Break, 2)];
    let desk = Desk::open(world).await;
    let done = desk.synced(TODAY).await;
    assert_eq!(desk.stored().await, desk.truth());
    let world = desk.datadog.world();
    assert_eq!(done["requests"], json!(world.log.len()), "all are counted");
    assert!(world.log.iter().filter(|(_, status)| *status == 429).count() == 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_killed_or_cut_goes_on_and_ends_the_same() {
    let undisturbed = Desk::open(weeks()).await;
    undisturbed.synced(TODAY).await;
    let answered = undisturbed.datadog.world().answered();
    let expected = undisturbed.stored().await;
    assert!(answered >= 5, "several pages");
    for after in [1, answered / 2, answered - 1] {
        let mut world = weeks();
        // The next answer takes its time, so that the run is killed in the middle.
        world.script.push((after, Failure::Throttle, 4));
        let desk = Desk::open(world).await;
        let mut program = command(desk.house.folder.path(), TODAY, &["--json", "sync", "dd"]);
        let mut child = program.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while desk.datadog.world().log.len() <= after {
            assert!(child.try_wait().unwrap().is_none(), "it ended before it could be killed");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        desk.datadog.world().script.clear();
        let done = desk.synced(TODAY).await;
        assert_eq!(desk.stored().await, expected, "killed after {after} answers: {done}");
    }
    // Half an answer is none; what came before it is kept, and the page says why the run was cut.
    let desk = Desk::open(weeks()).await;
    desk.datadog.world().script.push((2, Failure::Cut, 1));
    let said = desk.sync(TODAY).await;
    assert_eq!(said.code, Some(1));
    let polls = desk.house.store.poll_state_list().await.unwrap();
    assert!(polls[0].failure.is_some() && polls[0].finished_at.is_none());
    assert!(desk.imports().await["issues"].to_string().contains("The last sync was cut"));
    let done = desk.synced(TODAY).await;
    assert!(done["new"].as_u64().unwrap() < expected.len() as u64, "{done}");
    assert_eq!(desk.stored().await, expected);
}

/// Every refusal is a sentence that says how to mend it.
#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_told() {
    for (status, words) in [
        (401, "does not let us in: not yours; give the application key the scope incident_read"),
        (403, "does not let us in: not yours; give the application key the scope incident_read"),
        (404, "answered what cannot be read: status 404"),
        (400, "answered what cannot be read: not yours"),
    ] {
        let mut world = World::default();
        world.declare(1, "one", "SEV-1", at("2026-11-20T01:00:00Z"));
        world.refused = Some(status);
        let desk = Desk::open(world).await;
        let said = desk.sync(TODAY).await;
        let error = said.report()["error"].to_string();
        assert_eq!(said.code, Some(1), "{status}");
        assert!(error.contains(words), "{status}: {error}");
        assert!(!error.contains(API_KEY) && !error.contains(APPLICATION_KEY));
        let check = run(desk.house.folder.path(), TODAY, &["check"]).await;
        assert!(check.out.contains(words), "{}", check.out);
        desk.datadog.world().refused = None;
        desk.synced(TODAY).await;
        assert_eq!(desk.stored().await, desk.truth());
        assert!(!desk.imports().await["issues"].to_string().contains("was cut"));
    }
    let mut world = World::default();
    world.declare(1, "one", "SEV-1", at("2026-11-20T01:00:00Z"));
    let desk = Desk::open(world).await;
    let check = run(desk.house.folder.path(), TODAY, &["check"]).await;
    assert!(
        check.out.contains("shows 1 incidents on its first page; it repairs the webhook datadog"),
        "{}",
        check.out
    );
    // A server that says the same again and again is not asked for ever.
    let page = desk.datadog.world().incidents.len();
    let same = json!({ "data": [{ "attributes": { "public_id": page } }] }).to_string();
    desk.datadog.world().recorded = Some(same);
    let error = desk.sync(TODAY).await.report()["error"].to_string();
    assert!(error.contains("the same page of incidents again and again"), "{error}");
}

/// What cannot be used is kept and told, is harmless, and the others go in.
#[tokio::test(flavor = "multi_thread")]
async fn hostile_answers_lose_nothing_else() {
    let mut world = World::default();
    let day = at("2026-11-23T00:10:00Z");
    let attributes = |number: i64, more: &Value| {
        let mut one = json!({ "public_id": number, "title": "odd", "state": "active", "severity": "SEV-1",
            "created": "2026-11-23T00:10:00Z", "modified": "2026-11-23T00:10:00Z" });
        for (key, value) in more.as_object().unwrap() {
            one[key] = value.clone();
        }
        json!({ "id": "u", "type": "incidents", "attributes": one })
    };
    let mut deep = json!(1);
    for _ in 0..100 {
        deep = json!([deep]);
    }
    world.odd = vec![
        attributes(90, &json!({ "created": "1970-01-01T00:00:00Z" })),
        attributes(91, &json!({ "modified": "2100-01-01T00:00:00Z" })),
        attributes(92, &json!({ "title": ["x"] })),
        attributes(93, &json!({ "public_id": null })),
        attributes(94, &json!({ "fields": { "services": { "value": deep } } })),
        attributes(95, &json!({ "fields": null })),
        json!("no object"),
        attributes(
            96,
            &json!({ "title": "<script>alert(1)</script>\u{202e}", "customer_impact_start": "soon" }),
        ),
        attributes(97, &json!({ "title": "<script>alert(1)</script>\u{202e}" })),
    ];
    world.declare(1, "good", "SEV-1", day);
    let desk = Desk::open(world).await;
    desk.synced(TODAY).await;
    assert_eq!(desk.stored().await, desk.truth());
    let store = &desk.house.store;
    for (number, is_known) in
        [(90, false), (91, false), (92, false), (94, true), (95, true), (96, false), (97, true)]
    {
        let found = store.incident_get("datadog", &format!("IR-{number}")).await.unwrap();
        assert_eq!(found.is_some(), is_known, "{number}");
    }
    let title = store.incident_get("datadog", "IR-97").await.unwrap().unwrap().title;
    assert_eq!(title, "<script>alert(1)</script>", "what turns the direction of writing is gone");
    let faults = desk.imports().await["hook_faults"].to_string();
    for part in ["between 2000 and tomorrow", "another form", "no public_id", "customer_impact_start"] {
        assert!(faults.contains(part), "{part}: {faults}");
    }
    for path in ["/reviews/2026-W47", "/imports", "/incidents"] {
        assert!(!get(&desk.router, path).await.body.contains("<script>alert"), "{path}");
    }
}

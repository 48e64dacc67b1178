//! A PagerDuty whose webhooks come late, twice, forged, too large or never: what the poll finds makes the store
//! equal to PagerDuty's own truth.

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

use super::desk::{OLD_SECRET, SECRET, at, pagerduty};
use crate::fake::pagerduty::{API_KEY, Failure, FakePagerDuty, World};
use crate::support::program::{Said, command, run};
use crate::support::{House, TODAY, get, send};

/// A house with a webhook and the source that repairs it.
struct Desk {
    house: House,
    pagerduty: FakePagerDuty,
    inbox: Arc<Inbox>,
    router: Router,
}

impl Desk {
    async fn open(world: World) -> Self {
        let pagerduty = FakePagerDuty::start(world).await;
        let house = House::empty().await;
        let file = house.folder.path().join("teirei.toml");
        let hook = format!(
            "[hooks.pagerduty]\nkind = \"pagerduty\"\nsecret = \"{SECRET}\"\nprevious_secret = \"{OLD_SECRET}\"\n\
             products = [\"Karte API=telemed\"]\nseverities = [\"Blocker=SEV-1\"]\n[sources.pd]\nkind = \
             \"pagerduty\"\nrepairs = \"pagerduty\"\nendpoint = \"{}\"\napi_key = \"{API_KEY}\"\n",
            pagerduty.url
        );
        std::fs::write(&file, hook).unwrap();
        let overrides = Overrides { file: Some(file), ..Overrides::default() };
        let config = Config::load(&overrides, &std::collections::BTreeMap::new()).unwrap();
        let inbox = house.inbox(config.readers());
        let router = house.router_with(3000, Patience::default(), Arc::clone(&inbox));
        Self { house, pagerduty, inbox, router }
    }

    async fn sync(&self, today: &str) -> Said {
        run(self.house.folder.path(), today, &["--json", "sync", "pd"]).await
    }

    /// A sync that comes to its end; what it did.
    async fn synced(&self, today: &str) -> Value {
        let said = self.sync(today).await;
        assert_eq!(said.code, Some(0), "{} {}", said.out, said.err);
        said.report()["incidents"].clone()
    }

    /// What is stored of all that PagerDuty has, as lines.
    async fn stored(&self) -> Vec<String> {
        let ids: Vec<String> = self.pagerduty.world().incidents.keys().cloned().collect();
        let mut lines = Vec::new();
        for id in ids {
            lines.push(match self.house.store.incident_get("pagerduty", &id).await.unwrap() {
                None => format!("{id} is not known"),
                Some(one) => line(
                    &[&id, &one.title, &one.product, one.severity.as_str(), &one.status],
                    [Some(one.declared_at), one.acknowledged_at, one.resolved_at],
                    one.merged_into.as_ref(),
                ),
            });
        }
        lines
    }

    /// What is true.
    fn truth(&self) -> Vec<String> {
        let world = self.pagerduty.world();
        let shown = |one: &crate::fake::pagerduty::FakeIncident| {
            let severity = match one.priority {
                Some("P1" | "Blocker") => "SEV-1",
                Some("P3") => "SEV-3",
                Some("Whatever") => "unclassified",
                _ => "SEV-2",
            };
            let status = if one.merged_into.is_some() { "merged" } else { one.status };
            line(
                &[&one.id, &one.title, "telemed", severity, status],
                [Some(one.created_at), one.acknowledged_at, one.resolved_at],
                one.merged_into.as_ref(),
            )
        };
        world.incidents.values().map(shown).collect()
    }

    async fn imports(&self) -> Value {
        get(&self.router, "/imports.json").await.json()
    }
}

fn line(words: &[&str], times: [Option<Timestamp>; 3], into: Option<&String>) -> String {
    format!("{} {times:?} {into:?}", words.join(" | "))
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
    let mut world = World { priorities: vec!["Blocker", "P1", "P2", "P3", "Whatever"], ..World::default() };
    let mut chance = Chance(7);
    let priorities = [Some("Blocker"), Some("P1"), Some("P3"), Some("Whatever"), None];
    for number in 0..48_usize {
        let id = format!("P{number:03}");
        let hours = i64::try_from(number).unwrap() * 70;
        let start = at("2026-06-20T03:00:07Z") + hours.hours();
        world.trigger(&id, &format!("障害 {number}"), priorities[chance.below(5)], start);
        for step in 0..chance.below(7) {
            let then = start + (i64::try_from(step).unwrap() * 11 + 5).minutes();
            let is_over = world.incidents[&id].status == "resolved";
            match (chance.below(5), is_over) {
                (_, true) => world.reopen(&id, then),
                (0, _) => world.acknowledge(&id, then),
                (1, _) => world.reprioritise(&id, "P1", then),
                (2, _) if number > 0 => world.merge(&id, &format!("P{:03}", chance.below(number)), then),
                (3, _) if world.incidents[&id].status == "acknowledged" => world.unacknowledge(&id, then),
                _ => world.resolve(&id, then),
            }
        }
    }
    world
}

/// Sends what was to be sent, badly: some never, some twice, some forged, one too large, in any order.
async fn sent_badly(desk: &Desk) -> usize {
    let outbox = desk.pagerduty.world().outbox.clone();
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
                body["event"]["data"]["padding"] = json!("x".repeat(2 * 1024 * 1024));
                (SECRET, StatusCode::PAYLOAD_TOO_LARGE)
            }
            _ => (SECRET, StatusCode::ACCEPTED),
        };
        assert_eq!(send(&desk.router, pagerduty(&body, secret)).await.status, expected);
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
    let differing = truth.iter().zip(&alone).filter(|(truth, stored)| truth != stored).count();
    assert!(differing > 10, "webhooks alone lose: {differing} of {} differ", truth.len());

    let done = desk.synced(TODAY).await;
    assert_eq!(done["asked"], json!(truth.len()), "{done}");
    assert_eq!(desk.stored().await, truth, "with the poll nothing is lost");
    // The unmapped priority is told, with how to mend it.
    let issues = desk.imports().await["issues"].to_string();
    assert!(issues.contains("The priority \\\"Whatever\\\" has no severity"), "{issues}");
    assert!(issues.contains("Under [hooks.pagerduty], say it as in severities"), "{issues}");

    // Asked again, and told again by webhooks that come late: nothing changes.
    let before = (desk.stored().await, desk.house.store.hook_delivery_waiting(1).await.unwrap());
    assert_eq!(desk.synced(TODAY).await["new"], json!(0));
    sent_badly(&desk).await;
    assert_eq!((desk.stored().await, desk.house.store.hook_delivery_waiting(1).await.unwrap()), before);
}

/// What happens later to an old incident is found by the log of what happened; what is not even there, by the
/// weeks that are asked for once a day.
#[tokio::test(flavor = "multi_thread")]
async fn later_changes_are_found_also_of_what_is_old_and_of_what_was_not_written_down() {
    let desk = Desk::open(weeks()).await;
    desk.synced(TODAY).await;
    {
        let mut world = desk.pagerduty.world();
        let resolved = world.incidents.values().find(|one| one.status == "resolved").unwrap().id.clone();
        world.reopen(&resolved, at("2026-11-23T02:00:00Z"));
        world.trigger("PNEW", "新しい障害", Some("P1"), at("2026-11-23T03:00:00Z"));
        world.resolve("PNEW", at("2026-11-23T03:30:00Z"));
    }
    let truth = desk.truth();
    assert_ne!(desk.stored().await, truth);
    // Ten in the morning is 01:00 in UTC: the next day sees it.
    let done = desk.synced("2026-11-24").await;
    assert_eq!(desk.stored().await, truth);
    assert!(done["asked"].as_u64().unwrap() >= 2, "{done}");

    {
        let mut world = desk.pagerduty.world();
        world.is_silent = true;
        world.reprioritise("PNEW", "P3", at("2026-11-24T02:00:00Z"));
    }
    assert_ne!(desk.stored().await, desk.truth());
    desk.synced("2026-11-25").await;
    assert_eq!(desk.stored().await, desk.truth());
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_and_passing_failures_are_sat_out() {
    let mut world = weeks();
    // More entries than can be reached by pages: windows are halved, and of one incident the most important do.
    for second in 0..10_150 {
        world.notify("P047", at("2026-11-23T00:05:00Z") + (second * 300).milliseconds());
    }
    world.script = vec![(3, Failure::Throttle, 2), (9, Failure::Break, 2), (20, Failure::Empty, 2)];
    let desk = Desk::open(world).await;
    let done = desk.synced(TODAY).await;
    assert_eq!(desk.stored().await, desk.truth());
    let world = desk.pagerduty.world();
    assert_eq!(done["requests"], json!(world.log.len()), "all are counted");
    assert!(world.log.iter().all(|(_, status)| *status != 400), "nothing is asked for beyond the limit");
    assert!(world.log.iter().any(|(path, _)| path.contains("offset=9900")), "the limit was reached");
    let dated = |path: &String| !path.contains("since=") || path.contains("Z&until=") && path.contains("Z&");
    assert!(world.log.iter().all(|(path, _)| dated(path)), "times have their offset");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_killed_or_cut_goes_on_and_ends_the_same() {
    let undisturbed = Desk::open(weeks()).await;
    undisturbed.synced(TODAY).await;
    let answered = undisturbed.pagerduty.world().answered();
    let expected = undisturbed.stored().await;
    for after in [answered / 5, answered / 2, answered * 9 / 10] {
        let desk = Desk::open(weeks()).await;
        let mut program = command(desk.house.folder.path(), TODAY, &["--json", "sync", "pd"]);
        let mut child = program.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while desk.pagerduty.world().answered() < after {
            assert!(child.try_wait().unwrap().is_none(), "it ended before it could be killed");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let done = desk.synced(TODAY).await;
        assert_eq!(desk.stored().await, expected, "killed after {after} requests: {done}");
    }
    // What was finished is not asked for again.
    let desk = Desk::open(weeks()).await;
    desk.pagerduty.world().script.push((answered / 2, Failure::Break, 50));
    let said = desk.sync(TODAY).await;
    assert_eq!(said.code, Some(1));
    let error = said.report()["error"].to_string();
    assert!(error.contains("failed: status 500; try again later, what is stored stays"), "{error}");
    let polls = desk.house.store.poll_state_list().await.unwrap();
    assert!(polls[0].failure.is_some() && polls[0].finished_at.is_none() && polls[0].history_from.is_some());
    desk.pagerduty.world().script.clear();
    let done = desk.synced(TODAY).await;
    assert!(done["asked"].as_u64().unwrap() < expected.len() as u64, "{done}");
    assert_eq!(desk.stored().await, expected);
}

/// Every refusal is a sentence that says how to mend it, and stands on the page of imports.
#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_told() {
    for (path, status, words) in [
        ("/", 401, "does not let us in: Access Denied; make a key of the REST API v2"),
        ("/incidents", 403, "let an administrator of the account make the key"),
        ("/incidents", 402, "the account's plan has to include the REST API"),
        (
            "/log_entries",
            400,
            "answered what cannot be used: Access Denied; look whether it is PagerDuty's REST API",
        ),
        ("/incidents", 404, "answered what cannot be used: status 404"),
    ] {
        let mut world = World::default();
        world.trigger("P1", "one", None, at("2026-11-20T01:00:00Z"));
        world.refusals.insert(path.to_owned(), status);
        let desk = Desk::open(world).await;
        let said = desk.sync(TODAY).await;
        let error = said.report()["error"].to_string();
        assert_eq!(said.code, Some(1), "{path}");
        assert!(error.contains(words), "{path} {status}: {error}");
        let issues = desk.imports().await["issues"].to_string();
        assert!(issues.contains("The last sync was cut"), "{issues}");
        desk.pagerduty.world().refusals.clear();
        desk.synced(TODAY).await;
        assert_eq!(desk.stored().await, desk.truth());
        assert!(!desk.imports().await["issues"].to_string().contains("was cut"));
    }
    let desk = Desk::open(World::default()).await;
    let check = run(desk.house.folder.path(), TODAY, &["check"]).await;
    assert!(check.out.contains("it repairs the webhook pagerduty"), "{}", check.out);
    assert!(check.out.contains("no priorities: severities follow from the urgency"), "{}", check.out);
    desk.pagerduty.world().priorities = vec!["P1", "Whatever"];
    let check = run(desk.house.folder.path(), TODAY, &["check"]).await;
    assert!(check.out.contains("priorities without a severity: Whatever"), "{}", check.out);
}

/// What cannot be used is kept and told, is harmless, and the others go in.
#[tokio::test(flavor = "multi_thread")]
async fn hostile_answers_lose_nothing_else() {
    let mut world = World::default();
    let day = at("2026-11-23T00:10:00Z");
    let script = "<script>alert(1)</script>\u{202e}";
    world.trigger("PSCRIPT", script, Some("P1"), day);
    for (id, created) in [("P1970", "1970-01-01T00:00:00Z"), ("P2100", "2100-01-01T00:00:00Z")] {
        world.trigger(id, "time", None, day);
        world.incidents.get_mut(id).unwrap().created_at = at(created);
    }
    for (one, other) in [("PA", "PB"), ("PB", "PA")] {
        world.trigger(one, "circle", None, day);
        world.merge(one, other, day + 10.minutes());
    }
    world.trigger("PDEEP", "deep", None, day);
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(5_000), close.repeat(5_000));
    let body = format!("{{\"incident\":{{\"id\":\"PDEEP\",\"title\":{},\"x\":0}}}}", deep("[", "]"));
    world.recorded.push(("/incidents/PDEEP".to_owned(), body));
    world.trigger("PGOOD", "good", None, day);
    let desk = Desk::open(world).await;
    desk.synced(TODAY).await;
    let store = &desk.house.store;
    let title = store.incident_get("pagerduty", "PSCRIPT").await.unwrap().unwrap().title;
    assert_eq!(title, "<script>alert(1)</script>", "what turns the direction of writing is gone");
    for id in ["P1970", "P2100", "PDEEP"] {
        assert_eq!(store.incident_get("pagerduty", id).await.unwrap(), None, "{id}");
    }
    assert!(store.incident_get("pagerduty", "PGOOD").await.unwrap().is_some());
    // Of a circle nobody would count: its parts are seen, each for itself, and somebody is told.
    for id in ["PA", "PB"] {
        let one = store.incident_get("pagerduty", id).await.unwrap().unwrap();
        assert_eq!((one.merged_into.as_ref(), one.counts()), (None, true), "{id}");
    }
    let faults = desk.imports().await["hook_faults"].to_string();
    assert!(faults.contains("between 2000 and tomorrow"), "{faults}");
    assert!(faults.contains("another form") || faults.contains("nested too deeply"), "{faults}");
    assert!(faults.contains("PA") && faults.contains("PB"), "the circle is told: {faults}");
    for path in ["/reviews/2026-W47", "/imports", "/incidents"] {
        let page = get(&desk.router, path).await.body;
        assert!(!page.contains("<script>alert"), "{path}");
    }
}

//! Issues of GitHub and Jira behind action items: read by runs alone, from the configured address alone, shown
//! beside the promise, and closing nothing by themselves.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

use std::collections::BTreeMap;

use axum::Router;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use server::clock::Clock;
use server::config::{Config, Overrides, SourceConfig};
use server::import::{SyncReport, sync_probe, sync_run};

use crate::fake::tracker::{Failure, FakeTracker, TOKEN};
use crate::support::{House, get, post};

/// A company, its trackers, and what is configured of them.
struct Desk {
    house: House,
    fake: FakeTracker,
    sources: Vec<SourceConfig>,
}

fn sources(url: &str, token: &str) -> Vec<SourceConfig> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("teirei.toml");
    let text = format!(
        "[trackers.code]\nkind = \"github\"\nendpoint = \"{url}\"\ntoken = \"{token}\"\n\
         [trackers.desk]\nkind = \"jira\"\nurl = \"https://acme.atlassian.net\"\nendpoint = \"{url}\"\n\
         user = \"agent@acme.example\"\ntoken = \"{token}\"\n"
    );
    std::fs::write(&file, text).unwrap();
    let overrides = Overrides { file: Some(file), ..Overrides::default() };
    Config::load(&overrides, &BTreeMap::new()).unwrap().sources
}

impl Desk {
    async fn open() -> Self {
        let fake = FakeTracker::start().await;
        let sources = sources(&fake.url, TOKEN);
        Self { house: House::empty().await, fake, sources }
    }

    fn router(&self) -> Router {
        self.house.router()
    }

    /// A promise whose work is kept at a link.
    async fn promise(&self, text: &str, link: &str) {
        let link = link.replace(':', "%3A").replace('/', "%2F").replace('#', "%23");
        let form = format!("do=add&lang=en&text={text}&owner=Hayashi&due=2026-11-30&link={link}");
        assert_eq!(post(&self.router(), "/api/action", &form).await.status, 303);
    }

    /// Asks the tracker of a name on a day at ten.
    async fn sync(&self, name: &str, day: &str) -> SyncReport {
        let clock = Clock::at_ten(day.parse().unwrap(), &TimeZone::get("Asia/Tokyo").unwrap());
        let source = self.sources.iter().find(|source| source.name() == name).unwrap();
        let inbox = self.house.inbox(Vec::new());
        let quiet = std::sync::Arc::new(|_: &server::import::SyncProgress| {}) as _;
        sync_run(&self.house.store, clock, source, &inbox, false, &quiet).await.unwrap()
    }

    async fn document(&self) -> Value {
        get(&self.router(), "/actions.json?state=all").await.json()
    }

    /// The state and the fault of each promise's issue, by the promise's text.
    async fn issues(&self) -> BTreeMap<String, (Value, Value)> {
        let document = self.document().await;
        let one = |action: &Value| {
            let issue = &action["issue"];
            (action["text"].as_str().unwrap().to_owned(), (issue["state"].clone(), issue["fault"].clone()))
        };
        document["actions"].as_array().unwrap().iter().map(one).collect()
    }
}

const MONDAY: &str = "2026-11-23";

#[tokio::test]
async fn a_promise_is_shown_with_how_its_issue_stands_and_is_closed_by_somebody_only() {
    let desk = Desk::open().await;
    desk.fake.world().github("acme/karte", 218, "closed", Some("2026-11-18T04:05:06Z"));
    desk.fake.world().jira("SRE-42", "indeterminate", None);
    desk.promise("closed+there", "https://github.com/acme/karte/issues/218").await;
    desk.promise("open+there", "https://acme.atlassian.net/browse/SRE-42").await;
    desk.promise("elsewhere", "https://tracker.example/acme/karte/issues/218").await;
    desk.promise("disguised", "https://github.com.tracker.example/acme/karte/issues/218").await;
    let router = desk.router();
    post(&router, "/api/action", "do=done&lang=en&id=2&seen=0&note=").await;

    let code = desk.sync("code", MONDAY).await;
    let read = code.issues_read.unwrap();
    assert_eq!((read.asked, read.changed, read.faults, read.requests, code.changed), (1, 1, 0, 1, true));
    assert!(desk.sync("desk", MONDAY).await.cut.is_none());
    let asked = desk.fake.world().asked();
    assert_eq!(asked, ["200 /repos/acme/karte/issues/218", "200 /rest/api/2/issue/SRE-42"]);

    let list = get(&router, "/actions?lang=en&state=all").await.body;
    assert!(list.contains("GitHub acme/karte#218") && list.contains("closed 18 Nov"), "{list}");
    assert!(list.contains("close it here, too?"), "{list}");
    assert!(
        list.contains("Closed here, still open in Jira.") && list.contains("in progress · 林 拓也"),
        "{list}"
    );
    let page = get(&router, "/actions/1?lang=ja").await.body;
    assert!(page.contains("完了 11/18<!> · <strong>こちらも完了にしますか?"), "{page}");
    assert!(page.contains("Issue 218 of acme/karte") && page.contains("読み取り"), "{page}");
    let document = desk.document().await;
    let actions = document["actions"].as_array().unwrap();
    let first = actions.iter().find(|one| one["number"] == 1).unwrap();
    assert_eq!(first["state"], "open", "a tracker closes nothing here");
    let issue = json!({ "tracker": "code", "kind": "github", "reference": "acme/karte#218", "state": "closed",
        "title": "Issue 218 of acme/karte", "assignee": "hayashi", "closed_at": "2026-11-18T04:05:06Z",
        "read_at": "2026-11-23T01:00:00Z", "fault": null });
    assert_eq!(first["issue"], issue);
    assert!(actions.iter().filter(|one| one["number"].as_i64() > Some(2)).all(|one| one["issue"].is_null()));
    let csv = get(&router, "/actions.csv?state=all").await.body;
    assert!(csv.contains("acme/karte#218,closed,2026-11-18T04:05:06Z,"), "{csv}");
    let text = get(&router, "/actions.md?state=all&lang=en").await.body;
    assert!(text.contains("GitHub acme/karte\\#218 closed 18 Nov"), "{text}");
    assert!(desk.fake.world().asked().is_empty(), "no page asks");

    // What the button sends.
    let sent = "do=done&lang=en&id=1&seen=0&note=GitHub+acme%2Fkarte%23218";
    assert_eq!(post(&router, "/api/action", sent).await.header("location"), "/actions/1?lang=en#history");
    assert!(!get(&router, "/actions?lang=en&state=all").await.body.contains("close it here"));
    desk.sync("code", "2026-11-24").await;
    desk.sync("desk", "2026-11-24").await;
    let asked = desk.fake.world().asked();
    assert_eq!(asked, ["200 /rest/api/2/issue/SRE-42"], "of what is closed on both sides nothing is asked");
}

#[tokio::test]
async fn what_did_not_change_is_asked_for_by_its_mark() {
    let desk = Desk::open().await;
    desk.fake.world().github("acme/karte", 1, "open", None);
    desk.promise("watch", "https://github.com/acme/karte/issues/1").await;
    // Of what was never read nobody can say that it is as it was.
    desk.fake.world().script = vec![(0, Failure::Refuse(304, Vec::new()))];
    assert!(desk.sync("code", "2026-11-22").await.cut.is_none());
    assert_eq!(desk.issues().await["watch"], (json!(null), json!("unreadable")));
    desk.sync("code", MONDAY).await;
    desk.fake.world().asked();
    let again = desk.sync("code", "2026-11-24").await;
    assert_eq!(desk.fake.world().asked(), ["304 /repos/acme/karte/issues/1"]);
    assert!(!again.changed && again.cut.is_none());
    let issue = desk.document().await["actions"][0]["issue"].clone();
    assert_eq!((&issue["state"], &issue["read_at"]), (&json!("open"), &json!("2026-11-24T01:00:00Z")));
    desk.fake.world().github("acme/karte", 1, "closed", Some("2026-11-24T00:00:00Z"));
    assert!(desk.sync("code", "2026-11-25").await.changed);
    assert_eq!(desk.issues().await["watch"].0, "closed");
}

#[tokio::test]
async fn a_tracker_that_throttles_is_waited_for_shortly_and_the_next_run_goes_on() {
    let desk = Desk::open().await;
    for number in 1..=4 {
        desk.fake.world().github("acme/karte", number, "open", None);
        desk.promise(&format!("p{number}"), &format!("https://github.com/acme/karte/issues/{number}")).await;
    }
    let short = Failure::Refuse(429, vec![("retry-after", "1".to_owned())]);
    // The hour's requests are spent, and by the tracker's clock it has half an hour to go.
    let spent = vec![
        ("x-ratelimit-remaining", "0".to_owned()),
        ("x-ratelimit-reset", "1795399200".to_owned()),
        ("date", "Sun, 22 Nov 2026 23:30:00 GMT".to_owned()),
    ];
    desk.fake.world().script = vec![(1, short), (4, Failure::Refuse(403, spent))];
    let cut = desk.sync("code", MONDAY).await;
    let asked = desk.fake.world().asked();
    let path = |number: u32| format!("/repos/acme/karte/issues/{number}");
    let expected = [(200, 1), (429, 2), (200, 2), (200, 3), (403, 4)];
    assert_eq!(asked, expected.map(|(status, number)| format!("{status} {}", path(number))));
    assert!(cut.cut.unwrap().to_string().contains("is asked too often"));
    let imports = get(&desk.router(), "/imports.json").await.json();
    let told = &imports["trackers"][0];
    assert_eq!(
        (&told["tracker"], &told["issues"], &told["finished_at"]),
        (&json!("code"), &json!(4), &json!(null))
    );
    assert!(told["failure"].as_str().unwrap().contains("is asked too often"), "{told}");
    let page = get(&desk.router(), "/imports?lang=en").await.body;
    assert!(page.contains("The last run was cut") && page.contains("Where work is kept"), "{page}");

    assert!(desk.sync("code", "2026-11-24").await.cut.is_none());
    let order = [(200, 4), (304, 1), (304, 2), (304, 3)];
    let asked = desk.fake.world().asked();
    assert_eq!(asked, order.map(|(status, number)| format!("{status} {}", path(number))));
    assert_eq!(get(&desk.router(), "/imports.json").await.json()["trackers"][0]["failure"], json!(null));
}

#[tokio::test]
async fn an_issue_that_moved_is_followed_below_the_configured_address_only() {
    let desk = Desk::open().await;
    let foreign = FakeTracker::start().await;
    foreign.world().github("acme/karte", 2, "closed", None);
    let path = |number: u32| format!("/repos/acme/karte/issues/{number}");
    {
        let mut world = desk.fake.world();
        world.github("acme/other", 9, "closed", None);
        let moved = world.issues["/repos/acme/other/issues/9"].clone();
        world.issues.insert("/repositories/77/issues/9".to_owned(), moved);
        world.moved.insert(path(1), format!("{}/repositories/77/issues/9", desk.fake.url));
        world.moved.insert(path(2), format!("{}{}", foreign.url, path(2)));
        world
            .moved
            .insert(path(3), format!("{}@{}", desk.fake.url, foreign.url.trim_start_matches("http://")));
        world.moved.insert(path(4), format!("//{}/", foreign.url.trim_start_matches("http://")));
        world.moved.insert(path(5), path(5));
    }
    for number in 1..=5 {
        desk.promise(&format!("p{number}"), &format!("https://github.com/acme/karte/issues/{number}")).await;
    }
    let report = desk.sync("code", MONDAY).await;
    assert!(report.cut.is_none(), "{:?}", report.cut);
    let issues = desk.issues().await;
    assert_eq!(issues["p1"], (json!("closed"), json!(null)));
    for name in ["p2", "p3", "p4", "p5"] {
        assert_eq!(issues[name], (json!(null), json!("moved")), "{name}");
    }
    assert!(foreign.world().log.is_empty(), "nobody else is ever asked");
    let page = get(&desk.router(), "/actions/2?lang=en").await.body;
    assert!(page.contains("Moved out of GitHub") && page.contains("not read yet"), "{page}");
}

#[tokio::test]
async fn what_cannot_be_read_says_what_to_do_and_loses_nothing() {
    let desk = Desk::open().await;
    let path = |number: u32| format!("/repos/acme/karte/issues/{number}");
    for number in 1..=5 {
        desk.promise(&format!("p{number}"), &format!("https://github.com/acme/karte/issues/{number}")).await;
    }
    desk.fake.world().github("acme/karte", 1, "closed", None);
    desk.fake.world().github("acme/karte", 5, "open", None);
    desk.fake.world().refusals.extend([(path(2), 404), (path(3), 410), (path(4), 403)]);
    desk.fake.world().script =
        vec![(4, Failure::Refuse(502, Vec::new())), (5, Failure::Lie("<html>sign in</html>"))];
    let report = desk.sync("code", MONDAY).await;
    assert!(report.cut.is_none(), "{:?}", report.cut);
    assert_eq!(report.issues_read.unwrap().faults, 4);
    let issues = desk.issues().await;
    assert_eq!(issues["p1"], (json!("closed"), json!(null)));
    for (name, fault) in [("p2", "missing"), ("p3", "missing"), ("p4", "forbidden"), ("p5", "unreadable")] {
        assert_eq!(issues[name], (json!(null), json!(fault)), "{name}");
    }
    let list = get(&desk.router(), "/actions?lang=en").await.body;
    for words in ["Not found in GitHub: check the link", "may not read it", "answered is no issue"] {
        assert!(list.contains(words), "{words}: {list}");
    }
    // The token was taken back: what was known stays, and says so.
    desk.fake.world().is_locked = true;
    let cut = desk.sync("code", "2026-11-24").await;
    assert!(cut.cut.unwrap().to_string().contains("does not take the token"));
    let issues = desk.issues().await;
    assert_eq!(issues["p1"], (json!("closed"), json!("key")), "what was read before is kept");
    let page = get(&desk.router(), "/actions/1?lang=en").await.body;
    assert!(page.contains("does not take the token: ask an administrator"), "{page}");
    assert!(!page.contains("close it here"), "nothing is suggested by what may hold no more");
}

#[tokio::test]
async fn a_check_says_whose_token_it_is_and_what_leads_there() {
    let desk = Desk::open().await;
    desk.promise("watch", "https://acme.atlassian.net/browse/SRE-42").await;
    let clock = desk.house.clock;
    let mut told = Vec::new();
    for source in &desk.sources {
        told.extend(sync_probe(&desk.house.store, clock, source).await);
    }
    let (jira, github) = (format!("Jira {}", desk.fake.url), format!("GitHub {}", desk.fake.url));
    let expected = [
        (true, format!("{github} answers; 4987 requests are left in this hour")),
        (true, "0 action items lead to it, 0 of them could not be read".to_owned()),
        (true, format!("{jira} answers and knows the token as 定例 太郎")),
        (true, "1 action items lead to it, 0 of them could not be read".to_owned()),
    ];
    assert_eq!(told, expected);
    let wrong = sources(&desk.fake.url, "another-token");
    let told = sync_probe(&desk.house.store, clock, &wrong[0]).await;
    assert!(!told[0].0 && told[0].1.contains("give it as token_file"), "{told:?}");
    assert!(!told[0].1.contains("another-token"));
    let nowhere = sources("http://127.0.0.1:9", TOKEN);
    let told = sync_probe(&desk.house.store, clock, &nowhere[1]).await;
    assert!(!told[0].0 && told[0].1.contains("cannot be reached"), "{told:?}");
}

#[tokio::test]
async fn a_frozen_week_keeps_how_issues_stood() {
    let desk = Desk::open().await;
    desk.fake.world().github("acme/karte", 1, "open", None);
    let link = "https%3A%2F%2Fgithub.com%2Facme%2Fkarte%2Fissues%2F1";
    let form = format!("do=add&text=watch&owner=Hayashi&due=2026-11-30&week=2026-W47&link={link}");
    assert_eq!(post(&desk.router(), "/api/action", &form).await.status, 303);
    desk.sync("code", MONDAY).await;
    let router = desk.router();
    let draft = get(&router, "/reviews/2026-W47?lang=en").await.body;
    assert!(draft.contains("GitHub acme/karte#1") && draft.contains("open · hayashi"), "{draft}");
    let frozen =
        post(&router, "/api/freeze", "week=2026-W47&version=0&reason=the+meeting&force=yes&lang=en").await;
    assert_eq!(frozen.status, 303, "{}", frozen.body);
    let before = get(&router, "/reviews/2026-W47.json").await.body;
    let made = &get(&router, "/reviews/2026-W47.json").await.json()["review"]["actions"]["made"];
    assert_eq!(made[0]["issue"]["state"], "open", "{before}");
    desk.fake.world().github("acme/karte", 1, "closed", None);
    desk.sync("code", "2026-11-24").await;
    assert_eq!(desk.issues().await["watch"].0, "closed");
    assert_eq!(get(&router, "/reviews/2026-W47.json").await.body, before);
    let page = get(&router, "/reviews/2026-W47?lang=en").await.body;
    assert!(page.contains("GitHub acme/karte#1") && !page.contains("close it here"), "{page}");
    let csv = get(&router, "/reviews/2026-W47.csv").await.body;
    assert!(csv.contains("issue_state") && csv.contains("acme/karte#1"), "{csv}");
}

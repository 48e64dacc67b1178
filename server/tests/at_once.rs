//! What two people do at once on two processes with one database: one wins, the other is told, nothing is lost.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

use std::collections::BTreeSet;
use std::time::Duration;

use axum::Router;
use domain::incident::Incident;
use domain::period::Period;
use jiff::Timestamp;

use crate::support::place::{Place, on_both_databases};
use crate::support::{Answer, House, get, post, request, send};

on_both_databases!(
    of_two_edits_of_a_note_at_once_one_is_kept_and_the_other_is_shown_both,
    of_freezes_at_once_one_wins_and_the_others_are_told,
    a_freeze_on_one_process_is_seen_by_the_other,
    a_freeze_during_an_import_is_of_one_state,
    what_is_written_while_another_process_freezes_is_in_the_version_or_refused,
);

const FREEZE: &str = "week=2026-W47&version=0&reason=the+meeting&force=yes";

/// Two processes on one database with six weeks of data.
async fn two(place: &Place) -> (House, House) {
    (place.furnished().await, place.replica().await)
}

/// The form of a note as an open page sends it by itself.
async fn save(router: &Router, seen: i64, text: &str) -> Answer {
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("accept", "application/json"),
        ("sec-fetch-site", "same-origin"),
        ("origin", "http://localhost:3000"),
    ];
    let form = format!("week=2026-W47&place=cost&seen={seen}&text={text}&do=save");
    send(router, request("POST", "/api/note?lang=en", &headers, &form)).await
}

fn is_frozen(answer: &Answer) -> bool {
    assert_eq!(answer.status, 303, "{}", answer.body);
    !answer.header("location").contains("problem")
}

async fn of_two_edits_of_a_note_at_once_one_is_kept_and_the_other_is_shown_both(place: Place) {
    let (here, there) = two(&place).await;
    let (one, other) = (here.router(), there.router());
    for round in 0..12 {
        let (mine, yours) = (format!("mine-{round}-end"), format!("yours-{round}-end"));
        let (first, second) = tokio::join!(save(&one, round, &mine), save(&other, round, &yours));
        let (kept, refused, lost) = match (first.status.as_u16(), second.status.as_u16()) {
            (200, 409) => (&mine, second, &yours),
            (409, 200) => (&yours, first, &mine),
            statuses => panic!("round {round}: {statuses:?}"),
        };
        assert!(refused.body.contains(kept.as_str()), "the refused one sees what stands: {}", refused.body);
        // Without a script, the page that refuses shows both texts.
        let form = format!("week=2026-W47&place=cost&seen={round}&text={lost}&do=save");
        let page = post(&one, "/api/note", &form).await;
        assert_eq!(page.status, 409);
        assert!(page.body.contains(kept.as_str()) && page.body.contains(lost.as_str()), "{}", page.body);
        let now = get(&other, "/reviews/2026-W47.json").await.json();
        assert_eq!(now["review"]["notes"][0]["text"], kept.as_str());
        assert_eq!(now["review"]["notes"][0]["version"], round + 1);
    }
}

async fn of_freezes_at_once_one_wins_and_the_others_are_told(place: Place) {
    let (here, there) = two(&place).await;
    let (one, other) = (here.router(), there.router());
    for (version, reason) in [(0, "the+meeting"), (1, "late"), (2, "later")] {
        let form = format!("week=2026-W47&version={version}&reason={reason}&force=yes");
        let answers = tokio::join!(
            post(&one, "/api/freeze", &form),
            post(&other, "/api/freeze", &form),
            post(&one, "/api/freeze", &form),
            post(&other, "/api/freeze", &form),
        );
        let answers = [answers.0, answers.1, answers.2, answers.3];
        let (won, told): (Vec<&Answer>, Vec<&Answer>) = answers.iter().partition(|answer| is_frozen(answer));
        assert_eq!((won.len(), told.len()), (1, 3), "version {}", version + 1);
        for answer in told {
            assert_eq!(answer.header("location"), "/reviews/2026-W47?problem=conflict#freeze");
        }
        let heads = there.store.snapshot_list("").await.unwrap();
        assert_eq!(heads.len(), version + 1);
        for pair in heads.windows(2) {
            assert_eq!(pair[0].previous_hash.as_ref(), Some(&pair[1].hash), "each names the one before");
        }
    }
    let page = get(&other, "/reviews/2026-W47?problem=conflict&lang=en").await.body;
    assert!(page.contains("A new version has appeared since the page was opened."), "{page}");
}

async fn a_freeze_on_one_process_is_seen_by_the_other(place: Place) {
    let (here, there) = two(&place).await;
    let (one, other) = (here.router(), there.router());
    assert!(get(&other, "/reviews/2026-W47.json").await.json()["snapshot"].is_null());
    assert!(is_frozen(&post(&one, "/api/freeze", FREEZE).await));
    for form in ["json", "csv", "md"] {
        let path = format!("/reviews/2026-W47.{form}");
        assert!(get(&one, &path).await.body == get(&other, &path).await.body, "{form}");
    }
    assert_eq!(save(&other, 0, "too+late").await.status, 409, "its notes are locked there too");
}

/// Incidents of a delivery go in together; a version with half of one would be of no state there ever was.
async fn a_freeze_during_an_import_is_of_one_state(place: Place) {
    let (here, there) = two(&place).await;
    let router = here.router();
    let known = there.store.incident_list(all_of_time()).await.unwrap();
    let pattern = known.into_iter().find(Incident::counts).unwrap();
    let import = async {
        for number in 0..40 {
            let delivery = ["a", "b"].map(|half| incident(&pattern, &format!("pair-{number}-{half}")));
            there.store.incident_upsert(delivery.to_vec(), there.clock.now(), false).await.unwrap();
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
    };
    let freeze = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        for _ in 0..100 {
            if is_frozen(&post(&router, "/api/freeze", FREEZE).await) {
                return get(&router, "/reviews/2026-W47.json").await.body;
            }
        }
        panic!("it was never frozen");
    };
    let ((), frozen) = tokio::join!(import, freeze);
    assert_eq!(get(&router, "/reviews/2026-W47.json").await.body, frozen, "what came later is not in it");
    let halves = |text: &str, half: &str| -> BTreeSet<i64> {
        (0..40).filter(|number| text.contains(&format!("\"pair-{number}-{half}\""))).collect()
    };
    let (first, second) = (halves(&frozen, "a"), halves(&frozen, "b"));
    assert_eq!(first, second, "no delivery is in it by half");
    let count = i64::try_from(first.len()).unwrap();
    assert_eq!(first, (0..count).collect(), "one delivery after the other");
    let draft = get(&router, "/reviews/2026-W47.json?version=draft").await.body;
    assert_eq!(halves(&draft, "a").len() + halves(&draft, "b").len(), 80, "nothing is lost");
}

fn all_of_time() -> Period {
    Period { start: Timestamp::UNIX_EPOCH, end: Timestamp::MAX }
}

/// Half an hour of the Wednesday, under a name.
fn incident(pattern: &Incident, name: &str) -> Incident {
    let at = |time: &str| Some(format!("2026-11-18T{time}Z").parse::<Timestamp>().unwrap());
    let mut incident = pattern.clone();
    incident.external_id = name.to_owned();
    incident.declared_at = at("03:00:00").unwrap();
    (incident.impact_start, incident.detected_at) = (at("03:00:00"), at("03:00:00"));
    incident.acknowledged_at = None;
    (incident.mitigated_at, incident.resolved_at) = (at("03:30:00"), at("03:30:00"));
    incident
}

async fn what_is_written_while_another_process_freezes_is_in_the_version_or_refused(place: Place) {
    let (here, there) = two(&place).await;
    let (one, other) = (here.router(), there.router());
    let write = async {
        let mut last = 0;
        while save(&other, last, &format!("version-{}", last + 1)).await.status == 200 {
            last += 1;
            tokio::time::sleep(Duration::from_millis(80)).await;
        }
        last
    };
    let freeze = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        for _ in 0..100 {
            if is_frozen(&post(&one, "/api/freeze", FREEZE).await) {
                return;
            }
        }
        panic!("it was never frozen");
    };
    let (last, ()) = tokio::join!(write, freeze);
    assert!(last > 0);
    let frozen = get(&one, "/reviews/2026-W47.json?version=1").await.json();
    assert_eq!(frozen["review"]["notes"][0]["text"], format!("version-{last}"), "the last that was kept");
}

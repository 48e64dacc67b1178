//! Whatever the order and number of messages, the same incidents follow.

#![expect(clippy::unwrap_used, reason = "an instant of a test that cannot be read fails it")]

use domain::incident::{DetectedBy, Incident, Severity};
use domain::incident_event::{Alert, Event, Facts, Standing, Step, incident_of, incident_with, outages};
use jiff::{SignedDuration, Timestamp, ToSpan};
use proptest::prelude::*;

const GAP: SignedDuration = SignedDuration::from_mins(10);

fn at(minute: i64) -> Timestamp {
    "2026-11-16T01:00:00Z".parse::<Timestamp>().unwrap() + minute.minutes()
}

fn facts(title: &str, severity: Severity) -> Facts {
    Facts {
        title: title.to_owned(),
        product: "karte".to_owned(),
        severity,
        detected_by: Some(DetectedBy::Monitor),
        fingerprint: None,
        url: None,
    }
}

fn event(minute: i64, id: &str, step: Step) -> Event {
    let facts = Some((at(0), facts(&format!("as of {minute}"), Severity::Sev2)));
    Event { at: at(minute), id: id.to_owned(), step, facts }
}

fn alert(fingerprint: &str, starts: i64, ends: Option<i64>) -> Alert {
    Alert {
        group: "g".to_owned(),
        starts_at: at(starts),
        fingerprint: fingerprint.to_owned(),
        ends_at: ends.map(at),
        told_at: at(1_000),
        facts: facts(fingerprint, Severity::Sev3),
    }
}

/// The same report, told at a minute.
fn told_at(minute: i64, alert: Alert) -> Alert {
    Alert { told_at: at(minute), ..alert }
}

/// Start and end in minutes, and how many ids it once could have had.
type Row = (i64, Option<i64>, usize);

fn told(alerts: &[Alert]) -> Vec<Row> {
    let minute = |instant: Timestamp| (instant.as_second() - at(0).as_second()) / 60;
    let row = |outage: domain::incident_event::Outage| {
        let incident = outage.incident;
        assert_eq!(incident.impact_start, Some(incident.declared_at));
        assert_eq!(incident.mitigated_at, incident.resolved_at);
        (minute(incident.declared_at), incident.resolved_at.map(minute), outage.former_ids.len())
    };
    outages("am", alerts, GAP).into_iter().map(row).collect()
}

#[test]
fn messages_make_an_incident() {
    let first = event(1, "a", Step::Acknowledged);
    let all = [
        event(0, "t", Step::Triggered),
        first.clone(),
        event(5, "b", Step::Acknowledged),
        event(9, "r", Step::Resolved),
    ];
    let incident = incident_of("pd", "P1", &all).unwrap();
    assert_eq!(incident.acknowledged_at, Some(at(1)), "the first one counts");
    assert_eq!((incident.declared_at, incident.resolved_at), (at(0), Some(at(9))));
    assert_eq!((incident.title.as_str(), incident.status.as_str()), ("as of 9", "resolved"));
    assert_eq!(incident.updated_at, at(9));

    let mut again = all.to_vec();
    again.push(event(20, "o", Step::Reopened));
    let open = incident_of("pd", "P1", &again).unwrap();
    assert_eq!((open.resolved_at, open.status.as_str()), (None, "triggered"));
    again.push(event(30, "r2", Step::Resolved));
    assert_eq!(incident_of("pd", "P1", &again).unwrap().resolved_at, Some(at(30)));

    let merged = [event(0, "t", Step::Triggered), event(4, "m", Step::Merged("P2".to_owned()))];
    let merged = incident_of("pd", "P1", &merged).unwrap();
    assert_eq!(merged.merged_into.as_deref(), Some("P2"));
    assert!(!merged.counts());
}

#[test]
fn a_note_without_facts_makes_no_incident_and_spoils_none() {
    let note = Event { at: at(3), id: "n".to_owned(), step: Step::Told, facts: None };
    assert_eq!(incident_of("pd", "P1", std::slice::from_ref(&note)), None);
    let incident = incident_of("pd", "P1", &[note, event(0, "t", Step::Triggered)]).unwrap();
    assert_eq!((incident.title.as_str(), incident.updated_at), ("as of 0", at(3)));
}

#[test]
fn a_late_word_does_not_open_what_is_over() {
    let all = [event(0, "t", Step::Triggered), event(5, "r", Step::Resolved), event(6, "n", Step::Told)];
    assert_eq!(incident_of("pd", "P1", &all).unwrap().status, "resolved");
}

/// The state, and how many minutes after its beginning it was over.
type Expected = (&'static str, Option<i64>);

/// What the source says when it is asked holds over what its messages said until then, and not over later ones.
#[test]
fn how_an_incident_stands_is_what_its_source_says() {
    let stands = |minute, standing| event(minute, &format!("s{minute}"), Step::Stands(standing));
    let trigger = event(0, "t", Step::Triggered);
    let table: [(&str, Vec<Event>, Expected); 6] = [
        ("a resolution that was lost", vec![stands(9, Standing::Resolved(at(7)))], ("resolved", Some(7))),
        (
            "a reopening that was lost",
            vec![event(5, "r", Step::Resolved), stands(9, Standing::Triggered)],
            ("triggered", None),
        ),
        (
            "older than the last message",
            vec![event(12, "r", Step::Resolved), stands(9, Standing::Acknowledged)],
            ("resolved", Some(12)),
        ),
        (
            "of two the newer",
            vec![stands(9, Standing::Acknowledged), stands(11, Standing::Resolved(at(10)))],
            ("resolved", Some(10)),
        ),
        (
            "a merge",
            vec![event(4, "r", Step::Resolved), stands(4, Standing::Merged(at(4), "P2".to_owned()))],
            ("merged", Some(4)),
        ),
        (
            "given back",
            vec![event(3, "a", Step::Acknowledged), event(4, "u", Step::Unacknowledged)],
            ("triggered", None),
        ),
    ];
    for (name, mut events, expected) in table {
        events.push(trigger.clone());
        let incident = incident_of("pd", "P1", &events).unwrap();
        assert_eq!(
            (incident.status.as_str(), incident.resolved_at),
            (expected.0, expected.1.map(at)),
            "{name}"
        );
        assert_eq!(incident.merged_into.is_some(), expected.0 == "merged", "{name}");
    }
}

/// The same end, told by a message to the millisecond and by the source to the second, is one time.
#[test]
fn times_are_whole_seconds_whoever_tells_them() {
    let mut end = event(5, "r", Step::Resolved);
    end.at += 250.milliseconds();
    let stands = event(5, "s", Step::Stands(Standing::Resolved(at(5))));
    let told = [event(0, "t", Step::Triggered), end];
    let both = [&told[..], std::slice::from_ref(&stands)].concat();
    let (told, both) = (incident_of("pd", "P1", &told).unwrap(), incident_of("pd", "P1", &both).unwrap());
    assert_eq!((told.resolved_at, both.resolved_at), (Some(at(5)), Some(at(5))));
    assert_eq!(told.updated_at, both.updated_at);
}

#[test]
fn alerts_of_a_group_are_one_outage_while_they_follow_each_other() {
    let table: [(&str, &[Alert], &[Row]); 7] = [
        ("one that fires", &[alert("a", 0, None)], &[(0, None, 0)]),
        ("one that is over", &[alert("a", 0, None), alert("a", 0, Some(7))], &[(0, Some(7), 0)]),
        ("repeated by a peer", &[alert("a", 0, Some(7)), alert("a", 0, None)], &[(0, Some(7), 0)]),
        ("overlap", &[alert("a", 0, Some(7)), alert("b", 5, Some(20))], &[(0, Some(20), 1)]),
        ("ten minutes between", &[alert("a", 0, Some(7)), alert("a", 17, Some(20))], &[(0, Some(20), 1)]),
        (
            "eleven minutes between",
            &[alert("a", 0, Some(7)), alert("a", 18, Some(20))],
            &[(0, Some(7), 0), (18, Some(20), 0)],
        ),
        (
            "a short one within a long one does not end it",
            &[alert("a", 0, Some(60)), alert("b", 5, Some(6)), alert("c", 55, None)],
            &[(0, None, 2)],
        ),
    ];
    for (name, alerts, expected) in table {
        assert_eq!(told(alerts), expected, "{name}");
    }
}

#[test]
fn groups_are_apart_and_the_worst_alert_names_the_severity() {
    let mut other = alert("b", 1, Some(3));
    other.group = "h".to_owned();
    let mut worse = alert("c", 2, Some(4));
    worse.facts.severity = Severity::Sev1;
    let found = outages("am", &[alert("a", 0, Some(5)), other, worse], GAP);
    let rows: Vec<_> =
        found.iter().map(|outage| (&*outage.incident.external_id, outage.incident.severity)).collect();
    assert_eq!(rows, [("g-20261116T010000Z", Severity::Sev1), ("h-20261116T010100Z", Severity::Sev3)]);
}

/// An alert of the same beginning that fires after it was over: Prometheus was away for longer than Alertmanager
/// waits, and the rule was true all along.
#[test]
fn an_alert_that_fires_again_with_its_first_beginning_is_not_over() {
    let (fired, over) = (told_at(1, alert("a", 0, None)), told_at(6, alert("a", 0, Some(5))));
    let table: [(&str, Vec<Alert>, Row); 5] = [
        ("a peer is late", vec![told_at(16, alert("a", 0, None))], (0, Some(5), 0)),
        ("it fires again", vec![told_at(17, alert("a", 0, None))], (0, None, 0)),
        (
            "and is over again",
            vec![told_at(17, alert("a", 0, None)), told_at(31, alert("a", 0, Some(30)))],
            (0, Some(30), 0),
        ),
        (
            "and is over although a peer is late",
            vec![
                told_at(17, alert("a", 0, None)),
                told_at(31, alert("a", 0, Some(30))),
                told_at(41, alert("a", 0, None)),
            ],
            (0, Some(30), 0),
        ),
        (
            "the same end twice does not close it",
            vec![told_at(17, alert("a", 0, None)), told_at(18, alert("a", 0, Some(5)))],
            (0, None, 0),
        ),
    ];
    let mut changed = Vec::new();
    for (name, more, expected) in table {
        let all = [vec![fired.clone(), over.clone()], more].concat();
        assert_eq!(told(&all), [expected], "{name}");
        changed.push(outages("am", &all, GAP)[0].incident.updated_at);
    }
    assert_eq!(changed, [at(6), at(17), at(31), at(41), at(17)], "what changed last is the newest");
}

fn version(updated: i64, title: &str, resolved: Option<i64>) -> Incident {
    let begun = incident_of("dd", "IR-1", &[event(0, "t", Step::Triggered)]).unwrap();
    Incident {
        title: title.to_owned(),
        status: if resolved.is_some() { "resolved" } else { "active" }.to_owned(),
        product: "booking".to_owned(),
        resolved_at: resolved.map(at),
        updated_at: at(updated),
        ..begun
    }
}

/// What is told, its versions, and the title and the end that hold.
type Told<'a> = (&'a str, &'a [Incident], (&'a str, Option<i64>));

#[test]
fn what_a_source_tells_of_the_whole_holds_until_something_happens() {
    let resolved = event(9, "r", Step::Resolved);
    assert_eq!(incident_with(&[], std::slice::from_ref(&resolved)), None);
    let table: [Told<'_>; 4] = [
        ("told before the end", &[version(5, "as of 5", None)], ("as of 9", Some(9))),
        ("told after the end", &[version(9, "renamed", Some(8))], ("renamed", Some(8))),
        ("told a little before its message", &[version(8, "as of 8", Some(8))], ("as of 9", Some(8))),
        ("of two the newer", &[version(12, "new", None), version(10, "old", Some(8))], ("new", None)),
    ];
    for (name, versions, (title, over)) in table {
        let found = incident_with(versions, std::slice::from_ref(&resolved)).unwrap();
        assert_eq!((found.title.as_str(), found.resolved_at), (title, over.map(at)), "{name}");
        assert_eq!(found.product, "booking", "only the source knows it");
    }
}

fn versions() -> impl Strategy<Value = Vec<Incident>> {
    let one = (0_i64..20, "[a-c]", prop::option::of(0_i64..20))
        .prop_map(|(updated, title, resolved)| version(updated, &title, resolved));
    prop::collection::vec(one, 1..5)
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::Triggered),
        Just(Step::Acknowledged),
        Just(Step::Resolved),
        Just(Step::Reopened),
        Just(Step::Told),
        Just(Step::Unacknowledged),
        (0_i64..20, "[a-c]").prop_map(|(minute, into)| Step::Stands(Standing::Merged(at(minute), into))),
        (0_i64..20).prop_map(|minute| Step::Stands(Standing::Resolved(at(minute)))),
        prop_oneof![Just(Standing::Triggered), Just(Standing::Acknowledged)].prop_map(Step::Stands),
        "[a-c]".prop_map(Step::Merged),
    ]
}

/// Messages, and the same ones twice each in any order.
fn delivered<T: Clone + std::fmt::Debug>(messages: Vec<T>) -> impl Strategy<Value = (Vec<T>, Vec<T>)> {
    let twice: Vec<T> = messages.iter().chain(&messages).cloned().collect();
    (Just(messages), Just(twice).prop_shuffle())
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let numbered = |steps: Vec<(i64, Step)>| {
        let event = |(id, (minute, step))| event(minute, &format!("e{id}"), step);
        steps.into_iter().enumerate().map(event).collect()
    };
    prop::collection::vec((0_i64..20, steps()), 1..12).prop_map(numbered)
}

fn alerts() -> impl Strategy<Value = Vec<Alert>> {
    let one = ("[a-c]", 0_i64..90, prop::option::of(0_i64..40), 0_i64..200);
    let one = one.prop_map(|(fingerprint, starts, lasts, later)| {
        let told = starts + lasts.unwrap_or_default() + later;
        told_at(told, alert(&fingerprint, starts, lasts.map(|lasts| starts + lasts)))
    });
    prop::collection::vec(one, 1..12)
}

proptest! {
    #[test]
    fn any_order_and_any_repetition_of_messages_give_one_incident(
        (events, delivered) in events().prop_flat_map(delivered),
    ) {
        prop_assert_eq!(incident_of("s", "i", &events), incident_of("s", "i", &delivered));
    }

    #[test]
    fn any_order_and_any_repetition_of_versions_and_messages_give_one_incident(
        (versions, turned) in versions().prop_flat_map(delivered),
        (events, delivered) in events().prop_flat_map(delivered),
    ) {
        prop_assert_eq!(incident_with(&versions, &events), incident_with(&turned, &delivered));
    }

    /// Whatever messages were lost, the newest word of the source decides.
    #[test]
    fn what_is_lost_does_not_matter_once_the_source_was_asked(
        events in events(), kept in prop::collection::vec(any::<bool>(), 12), minute in 0_i64..30,
    ) {
        let stands = event(40, "s", Step::Stands(Standing::Resolved(at(minute))));
        let some = events.iter().zip(kept).filter(|(_, kept)| *kept).map(|(event, _)| event.clone());
        let some: Vec<Event> = some.chain([stands.clone()]).collect();
        let all: Vec<Event> = events.into_iter().chain([stands]).collect();
        let acknowledged = |event: &&Event| event.step == Step::Acknowledged;
        let first = all.iter().filter(acknowledged).map(|event| event.at).min();
        let (all, mut some) = (incident_of("s", "i", &all).unwrap(), incident_of("s", "i", &some).unwrap());
        prop_assert_eq!(all.acknowledged_at, first);
        some.acknowledged_at = first;
        prop_assert_eq!(all, some);
    }

    #[test]
    fn any_order_and_any_repetition_of_alerts_give_the_same_outages(
        (alerts, delivered) in alerts().prop_flat_map(delivered),
    ) {
        let found = outages("s", &alerts, GAP);
        prop_assert_eq!(&found, &outages("s", &delivered, GAP));
        // Whatever is told more, nothing becomes older: what is stored could not be taken back.
        let mut earlier = alerts.clone();
        earlier.sort_by_key(|alert| alert.told_at);
        earlier.truncate(alerts.len() / 2);
        let some = outages("s", &earlier, GAP);
        for outage in some {
            let id = outage.incident.external_id;
            let same = found.iter().find(|one| one.incident.external_id == id || one.former_ids.contains(&id));
            prop_assert!(same.is_some_and(|same| same.incident.updated_at >= outage.incident.updated_at));
        }
        // Outages neither touch nor overlap, and only the last one can go on.
        for pair in found.windows(2) {
            let end = pair[0].incident.resolved_at;
            prop_assert!(end.is_some_and(|end| pair[1].incident.declared_at.duration_since(end) > GAP));
        }
    }
}

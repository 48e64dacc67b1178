//! Whatever the order and number of messages, the same incidents follow.

#![expect(clippy::unwrap_used, reason = "an instant of a test that cannot be read fails it")]

use domain::incident::{DetectedBy, Severity};
use domain::incident_event::{Alert, Event, Facts, Step, incident_of, outages};
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
        facts: facts(fingerprint, Severity::Sev3),
    }
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

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::Triggered),
        Just(Step::Acknowledged),
        Just(Step::Resolved),
        Just(Step::Reopened),
        Just(Step::Told),
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
    let one = ("[a-c]", 0_i64..90, prop::option::of(0_i64..40)).prop_map(|(fingerprint, starts, lasts)| {
        alert(&fingerprint, starts, lasts.map(|lasts| starts + lasts))
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
    fn any_order_and_any_repetition_of_alerts_give_the_same_outages(
        (alerts, delivered) in alerts().prop_flat_map(delivered),
    ) {
        let found = outages("s", &alerts, GAP);
        prop_assert_eq!(&found, &outages("s", &delivered, GAP));
        // Outages neither touch nor overlap, and only the last one can go on.
        for pair in found.windows(2) {
            let end = pair[0].incident.resolved_at;
            prop_assert!(end.is_some_and(|end| pair[1].incident.declared_at.duration_since(end) > GAP));
        }
    }
}

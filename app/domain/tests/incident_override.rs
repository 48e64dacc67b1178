//! What people say of incidents, which of them are one, and what those of a product come to.

#![expect(clippy::unwrap_used, reason = "a test stops where it breaks off")]

use domain::attribution::Attribution;
use domain::incident::{Incident, Severity};
use domain::incident_merge::{
    IncidentKey, MergeDecision, MergeWord, Said, closes_circle, joined, likeness, parts, suggestions,
};
use domain::incident_override::{IncidentOverride, OverrideFault, OverrideField, cause, edited};
use domain::incident_union::ProductUnion;
use domain::objective::SliBucket;
use domain::period::Period;
use domain::ratio::Ppm;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;

fn at(clock: &str) -> Timestamp {
    format!("2026-11-18T{clock}:00Z").parse().unwrap()
}

fn incident(source: &str, id: &str, from: &str, until: Option<&str>) -> Incident {
    Incident {
        source: source.to_owned(),
        external_id: id.to_owned(),
        title: "決済APIの障害".to_owned(),
        product: "pay".to_owned(),
        severity: Severity::Sev2,
        status: "resolved".to_owned(),
        impact_start: Some(at(from)),
        detected_at: None,
        declared_at: at(from),
        acknowledged_at: None,
        mitigated_at: until.map(at),
        resolved_at: None,
        impact_fraction: Ppm::ONE,
        customer_impact: true,
        detected_by: None,
        cause_deploy_id: None,
        fingerprint: None,
        merged_into: None,
        is_test: false,
        planned: false,
        postmortem_url: None,
        postmortem_published_at: None,
        url: None,
        updated_at: at(from),
        raw: "{}".to_owned(),
        calm: Vec::new(),
    }
}

fn said(position: i64, field: OverrideField, value: Option<&str>) -> IncidentOverride {
    IncidentOverride {
        source: "pd".to_owned(),
        external_id: "1".to_owned(),
        position,
        field,
        value: value.map(str::to_owned),
        at: at("12:00"),
        by: "佐藤".to_owned(),
        reason: "記録と違う".to_owned(),
    }
}

fn key(incident: &Incident) -> IncidentKey {
    IncidentKey::of(incident)
}

fn decided(position: i64, of: &Incident, other: &Incident, word: MergeWord) -> MergeDecision {
    let (of, other) = (key(of), key(other));
    MergeDecision { position, of, other, word, at: at("12:00"), by: "b".to_owned(), reason: "r".to_owned() }
}

#[test]
fn a_typed_value_is_kept_exactly_or_refused_with_what_is_wrong() {
    use OverrideField as Field;
    let zone = TimeZone::get("Asia/Tokyo").unwrap();
    for (field, typed, kept) in [
        (Field::MitigatedAt, "2026-11-18T10:12", Ok("2026-11-18T01:12:00Z")),
        (Field::MitigatedAt, "2026-11-18 10:12:30", Ok("2026-11-18T01:12:30Z")),
        (Field::MitigatedAt, "2026-11-18T10:12:00+02:00", Ok("2026-11-18T08:12:00Z")),
        (Field::MitigatedAt, " ", Ok("")),
        (Field::MitigatedAt, "yesterday", Err(OverrideFault::Time)),
        (Field::ImpactFraction, "62.5", Ok("625000")),
        (Field::ImpactFraction, "100%", Ok("1000000")),
        (Field::ImpactFraction, "0", Err(OverrideFault::Fraction)),
        (Field::ImpactFraction, "100.0001", Err(OverrideFault::Fraction)),
        (Field::ImpactFraction, "0.00001", Err(OverrideFault::Fraction)),
        (Field::Severity, "sev1", Ok("SEV-1")),
        (Field::Severity, "worst", Err(OverrideFault::Word)),
        (Field::Cause, "capacity", Ok("capacity")),
        (Field::Cause, "gremlins", Err(OverrideFault::Word)),
        (Field::Planned, "maybe", Err(OverrideFault::Word)),
        (Field::Title, "", Err(OverrideFault::Empty)),
        (Field::Title, "a\u{7}b", Err(OverrideFault::Letters)),
        (Field::DetectedBy, "", Ok("")),
    ] {
        assert_eq!(field.canonical(typed, &zone), kept.map(str::to_owned), "{field:?} {typed:?}");
    }
    assert_eq!(Field::Title.canonical(&"長".repeat(501), &zone), Err(OverrideFault::Long));
}

#[test]
fn the_newest_value_holds_until_it_is_taken_back() {
    let told = incident("pd", "1", "10:00", Some("10:40"));
    let mut values = vec![
        said(1, OverrideField::MitigatedAt, Some("2026-11-18T10:50:00Z")),
        said(2, OverrideField::MitigatedAt, Some("2026-11-18T11:00:00Z")),
        said(3, OverrideField::Cause, Some("capacity")),
        said(4, OverrideField::FalseAlarm, Some("true")),
    ];
    let one = edited(&told, &values);
    assert_eq!((one.mitigated_at, one.counts()), (Some(at("11:00")), false));
    assert_eq!(cause(&values).map(|cause| cause.as_str()), Some("capacity"));
    values.reverse();
    assert_eq!(edited(&told, &values), one, "their numbers order them");
    values.push(said(5, OverrideField::FalseAlarm, None));
    values.push(said(6, OverrideField::MitigatedAt, Some("")));
    let open = edited(&told, &values);
    assert!(open.counts() && open.is_open(at("12:00")), "an empty time is unknown");
    values.push(said(7, OverrideField::MitigatedAt, None));
    assert_eq!(edited(&told, &values), told, "the source speaks again; a cause is no word of it");
}

#[test]
fn merged_incidents_are_one_from_the_earliest_to_the_last() {
    // Vector T9, once told by the source and once decided across sources.
    let first = incident("pd", "1", "10:00", Some("10:40"));
    let mut second = incident("pd", "2", "09:55", Some("10:10"));
    second.merged_into = Some("1".to_owned());
    let by_source = joined(vec![first.clone(), second], &[]);
    assert_eq!(by_source[0].impact(at("12:00")).unwrap().seconds(), 45 * 60);
    let other = incident("dd", "2", "09:55", Some("10:10"));
    let decisions = [decided(1, &other, &first, MergeWord::Into)];
    let by_people = joined(vec![first.clone(), other.clone()], &decisions);
    assert_eq!(by_people[0].impact(at("12:00")).unwrap().seconds(), 45 * 60);
    assert_eq!(by_people.iter().filter(|one| one.counts()).count(), 1);
    assert_eq!(parts(&by_people, &by_people[0]).len(), 1);
    let undone = [decisions[0].clone(), decided(2, &other, &first, MergeWord::Undone)];
    assert_eq!(joined(vec![first.clone(), other.clone()], &undone), [first.clone(), other.clone()]);

    // A chain ends in its root; a circle is refused, and one that a source closes later changes nothing.
    let last = incident("am", "3", "10:30", None);
    let chain = [decided(1, &other, &first, MergeWord::Into), decided(2, &last, &other, MergeWord::Into)];
    let all = joined(vec![first.clone(), other.clone(), last.clone()], &chain);
    assert!(all[0].is_open(at("12:00")), "one that lasts goes on");
    assert_eq!(all.iter().filter(|one| one.counts()).count(), 1);
    assert!(closes_circle(&all, &key(&first), &key(&last)));
    assert!(closes_circle(&all, &key(&first), &key(&first)));
    assert!(!closes_circle(&all, &key(&last), &key(&first)));
    let circle = [chain[0].clone(), chain[1].clone(), decided(3, &first, &last, MergeWord::Into)];
    assert_eq!(joined(vec![first, other, last], &circle), all);
}

/// What lies between two that are one and do not touch is part of neither: nobody felt it, no budget is charged.
#[test]
fn merging_across_a_gap_spans_it_and_charges_nothing_for_it() {
    let noon = Period { start: at("00:00"), end: at("12:00") };
    let root = incident("pd", "1", "10:00", Some("10:40"));
    let early = incident("dd", "2", "08:00", Some("08:30"));
    let close = incident("am", "3", "10:30", Some("11:00"));
    let decisions = [decided(1, &early, &root, MergeWord::Into), decided(2, &close, &root, MergeWord::Into)];
    let all = joined(vec![root.clone(), early, close], &decisions);
    let whole = &all[0];
    assert_eq!(whole.impact(at("12:00")), Some(Period { start: at("08:00"), end: at("11:00") }));
    assert_eq!(whole.calm, [Period { start: at("08:30"), end: at("10:00") }]);
    assert_eq!(whole.felt_seconds(&noon), 90 * 60);
    let union = ProductUnion::new(&all, &whole.product, &noon);
    assert_eq!((union.union_seconds, union.parts.len()), (90 * 60, 2));
    assert_eq!(
        union.parts.iter().map(|part| part.share_ppm_seconds).sum::<i128>(),
        union.weighted_ppm_seconds
    );

    // A hundred failures an hour: those of the gap are nobody's, and half as many an hour are usual then.
    let hour = |from: &str, to: &str, bad: i64| SliBucket {
        objective: "o".into(),
        period: Period { start: at(from), end: at(to) },
        good: 1_000 - bad,
        total: 1_000,
        samples_seen: 1,
        samples_expected: 1,
    };
    let buckets = [
        hour("08:00", "09:00", 100),
        hour("09:00", "10:00", 100),
        hour("10:00", "11:00", 100),
        hour("11:00", "12:00", 0),
    ];
    let charged = Attribution::new(&buckets, all.iter(), &noon);
    let told = charged.charges.iter().map(|one| (one.external_id.as_str(), one.bad)).collect::<Vec<_>>();
    assert_eq!((told, charged.unattributed), (vec![("1", 100)], 200));

    // While the part lasts, what is joined lasts, and what a source merges without an end goes on without a gap.
    let open = incident("am", "4", "11:30", None);
    let lasting = joined(vec![root.clone(), open.clone()], &[decided(1, &open, &root, MergeWord::Into)]);
    assert_eq!(lasting[0].calm, [Period { start: at("10:40"), end: at("11:30") }]);
    assert_eq!(lasting[0].felt_seconds(&noon), 70 * 60);
    let mut told = incident("pd", "5", "09:00", None);
    told.merged_into = Some("1".to_owned());
    assert_eq!(joined(vec![root, told], &[])[0].calm, []);
}

#[test]
fn similar_incidents_of_the_same_time_are_suggested_until_people_decide() {
    let own = incident("pd", "1", "10:00", Some("10:40"));
    let with = |change: fn(&mut Incident)| {
        let mut other = incident("dd", "2", "10:10", Some("10:30"));
        change(&mut other);
        suggestions(&[own.clone(), other], &own, &[], at("12:00")).len()
    };
    assert_eq!(with(|_| {}), 1);
    assert_eq!(with(|one| one.title = "決済 API が遅い障害".to_owned()), 1);
    assert_eq!(with(|one| one.title = "メールが届かない".to_owned()), 0);
    assert_eq!(with(|one| one.product = "other".to_owned()), 0);
    assert_eq!(with(|one| one.is_test = true), 0);
    assert_eq!(with(|one| one.impact_start = Some(at("10:25"))), 1);
    assert_eq!(with(|one| (one.impact_start, one.mitigated_at) = (Some(at("10:40")), None)), 0);
    let other = incident("dd", "2", "10:10", Some("10:30"));
    let apart = [decided(1, &other, &own, MergeWord::Apart)];
    assert!(suggestions(&[own.clone(), other.clone()], &own, &apart, at("12:00")).is_empty());
    assert_eq!((likeness("", ""), likeness("a", "a"), likeness("ab", "AB!")), (Ppm(0), Ppm(0), Ppm::ONE));
}

#[test]
fn an_edit_moves_an_incident_into_a_period_and_keeps_others_out() {
    let (own, other) =
        (incident("pd", "1", "10:00", Some("10:40")), incident("pd", "9", "02:00", Some("02:30")));
    let period = Period { start: at("15:00"), end: at("16:00") };
    let overrides = vec![
        said(1, OverrideField::ImpactStart, Some("2026-11-18T15:10:00Z")),
        said(2, OverrideField::MitigatedAt, Some("2026-11-18T15:20:00Z")),
    ];
    let said = Said { touched: vec![own, other], overrides, decisions: Vec::new() };
    let found = said.apply(Vec::new(), &period);
    assert_eq!(found.iter().map(|one| one.external_id.as_str()).collect::<Vec<_>>(), ["1"]);
}

proptest! {
    /// Shares add up to the union exactly, and as printed to the minute.
    #[test]
    fn shares_add_up_to_the_union(stretches in prop::collection::vec((0_i64..7_000, 0_i64..900, 1_i64..=1_000_000), 0..12)) {
        let start = at("00:00");
        let after = |minutes: i64| Timestamp::from_second(start.as_second() + minutes * 61).unwrap();
        let incidents: Vec<Incident> = stretches.iter().enumerate().map(|(number, (from, length, fraction))| {
            let mut one = incident("pd", &number.to_string(), "00:00", None);
            one.impact_start = Some(after(*from));
            one.mitigated_at = Some(after(from + length));
            one.impact_fraction = Ppm(*fraction);
            one
        }).collect();
        let window = Period { start: after(100), end: after(6_000) };
        let union = ProductUnion::new(&incidents, "pay", &window);
        let shares: i128 = union.parts.iter().map(|part| part.share_ppm_seconds).sum();
        prop_assert_eq!(shares, union.weighted_ppm_seconds);
        prop_assert_eq!(union.parts.iter().map(|part| part.minutes).sum::<i64>(), union.minutes());
        prop_assert!(union.weighted_ppm_seconds <= i128::from(union.union_seconds) * 1_000_000);
    }
}

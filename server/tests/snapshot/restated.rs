//! What a frozen page says has come since, as stories of week 47 after its meeting.

use app::backend::{IncidentChange, Restated};
use domain::cost::{Amounts, Metric, Owner};
use domain::incident::Severity;
use domain::money::Currency;
use domain::ratio::Ppm;
use domain::restatement::OwnerRestatement;
use domain::review::{ReviewInput, WeeklyReview};
use server::snapshot::restated;

use super::sample;

/// The review of the same week on the Friday after, with what a story changes.
fn later(change: impl FnOnce(&mut ReviewInput)) -> WeeklyReview {
    let mut input = sample::input();
    input.as_of = sample::at("2026-11-27T01:00:00Z");
    // The second cloud has fallen silent; its story is told below.
    change(&mut input);
    WeeklyReview::new(&input)
}

/// The Monday's view, but with all seven days delivered and complete, so that nothing arrives later.
fn complete_then() -> WeeklyReview {
    later(|_| {})
}

/// What differs where no delivery noted a change of an owner.
fn compare(frozen: &WeeklyReview, now: &WeeklyReview) -> Vec<Restated> {
    restated::compare(frozen, now, &[])
}

fn telemed() -> Owner {
    Owner::Product("telemed".parse().unwrap())
}

fn change_day(input: &mut ReviewInput, owner: &Owner, day: usize, billed: i64, effective: i64) {
    let week = input.week;
    let row = input.owner_weeks.iter_mut().find(|row| row.owner == *owner && row.week == week).unwrap();
    row.days[day].billed += billed;
    row.days[day].effective += effective;
}

#[test]
fn nothing_is_restated_when_nothing_came() {
    assert_eq!(compare(&sample::review(), &sample::review()), []);
    assert_eq!(compare(&complete_then(), &later(|_| {})), []);
}

#[test]
fn the_seventh_day_completes_the_week_and_restates_nothing() {
    let found = compare(&sample::review(), &later(|_| {}));
    assert!(found.iter().all(|line| matches!(line, Restated::Cost { completes: true, .. })), "{found:?}");
    let sunday: i64 = sample::input()
        .owner_weeks
        .iter()
        .filter(|row| row.week == sample::week() && row.currency == Currency::USD)
        .map(|row| row.days[6].billed)
        .sum();
    assert_eq!(
        found[0],
        Restated::Cost {
            owner: None,
            place: None,
            currency: Currency::USD,
            metric: Metric::Billed,
            difference: sunday,
            completes: true,
        }
    );
    assert_eq!(found.len(), 6, "the bill and five owners: {found:?}");
}

#[test]
fn a_correction_of_a_shown_day_is_a_restatement() {
    let found =
        compare(&complete_then(), &later(|input| change_day(input, &telemed(), 2, 31_000_000_000, 7)));
    let place = ("focus".to_owned(), "2026-11".parse().unwrap());
    let line = |owner: Option<Owner>| Restated::Cost {
        place: owner.as_ref().map(|_| place.clone()),
        owner,
        currency: Currency::USD,
        metric: Metric::Billed,
        difference: 31_000_000_000,
        completes: false,
    };
    assert_eq!(found, [line(None), line(Some(telemed()))]);
}

#[test]
fn a_correction_and_a_late_day_are_told_apart() {
    let found = compare(&sample::review(), &later(|input| change_day(input, &telemed(), 0, -5, 0)));
    let totals: Vec<(i64, bool)> = found
        .iter()
        .filter_map(|line| match line {
            Restated::Cost { owner: None, difference, completes, .. } => Some((*difference, *completes)),
            _ => None,
        })
        .collect();
    assert_eq!(totals.len(), 2, "{found:?}");
    assert_eq!(totals[0], (-5, false));
    assert!(totals[1].0 > 0 && totals[1].1);
}

#[test]
fn cost_that_a_rule_moves_to_another_product_is_no_restatement() {
    let labs = Owner::Product("labs".parse().unwrap());
    let found = compare(
        &complete_then(),
        &later(|input| {
            change_day(input, &telemed(), 1, -9_000_000, -9_000_000);
            change_day(input, &labs, 1, 9_000_000, 9_000_000);
        }),
    );
    let owners: Vec<(Owner, i64)> = found
        .into_iter()
        .map(|line| match line {
            Restated::Moved { owner, difference, .. } => (owner, difference),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(owners, [(labs, 9_000_000), (telemed(), -9_000_000)]);
}

/// A source corrects one owner's day, and a rule moves another amount between two: the notes of the delivery tell
/// which is which.
#[test]
fn what_a_rule_moved_stands_apart_from_what_the_source_changed() {
    let labs = Owner::Product("labs".parse().unwrap());
    let now = later(|input| {
        change_day(input, &telemed(), 1, -9_000_000, -9_000_000);
        change_day(input, &labs, 1, 9_000_000 + 500_000, 9_000_000 + 500_000);
    });
    let day = sample::week().days()[1];
    let difference = Amounts { billed: 500_000, effective: 500_000 };
    let noted = OwnerRestatement {
        source: "focus".to_owned(),
        month: "2026-11".parse().unwrap(),
        currency: Currency::USD,
        owner: labs.clone(),
        completes: false,
        before: Amounts::default(),
        after: difference,
        difference,
        first_day: day,
        last_day: day,
        days: 1,
        last_seen: sample::at("2026-11-26T00:00:00Z"),
        after_close: false,
    };
    let told: Vec<(&str, Option<Owner>, i64)> = restated::compare(&complete_then(), &now, &[noted])
        .into_iter()
        .map(|line| match line {
            Restated::Cost { owner, difference, completes: false, .. } => ("cost", owner, difference),
            Restated::Moved { owner, difference, .. } => ("moved", Some(owner), difference),
            other => panic!("{other:?}"),
        })
        .collect();
    let expected = [
        ("cost", None, 500_000),
        ("cost", Some(labs.clone()), 500_000),
        ("moved", Some(labs), 9_000_000),
        ("moved", Some(telemed()), -9_000_000),
    ];
    assert_eq!(told, expected);
}

#[test]
fn effective_cost_is_named_where_only_it_changed() {
    let found = compare(&complete_then(), &later(|input| change_day(input, &telemed(), 3, 0, -12)));
    assert!(
        matches!(found[0], Restated::Cost { metric: Metric::Effective, difference: -12, .. }),
        "{found:?}"
    );
    assert_eq!(found.len(), 2);
}

#[test]
fn a_source_that_was_silent_completes_the_week_when_it_speaks() {
    let found = compare(
        &complete_then(),
        &later(|input| input.sources[0].last_day = Some("2026-11-22".parse().unwrap())),
    );
    let euro: Currency = "EUR".parse().unwrap();
    assert_eq!(found.len(), 2);
    for line in &found {
        assert!(
            matches!(line, Restated::Cost { completes: true, currency, .. } if *currency == euro),
            "{line:?}"
        );
    }
}

#[test]
fn a_source_whose_rows_are_gone_is_a_restatement() {
    let found =
        compare(&complete_then(), &later(|input| input.owner_weeks.retain(|row| &*row.source != "azure")));
    assert_eq!(found.len(), 2);
    assert!(matches!(found[0], Restated::Cost { owner: None, difference: ..0, completes: false, .. }));
}

#[test]
fn counts_of_an_objective_complete_or_restate() {
    let frozen = later(|input| {
        input.objectives[0].buckets.pop();
    });
    let late = compare(&frozen, &later(|_| {}));
    assert_eq!(
        late,
        [Restated::Objective {
            id: "checkout".to_owned(),
            frozen: (6 * 999_380, 6_000_000),
            now: (7 * 999_380, 7_000_000),
            completes: true,
        }]
    );
    let corrected = compare(
        &complete_then(),
        &later(|input| input.objectives[0].buckets.last_mut().unwrap().good -= 100),
    );
    assert!(matches!(&corrected[..], [Restated::Objective { completes: false, .. }]), "{corrected:?}");
}

#[test]
fn incidents_come_change_and_go() {
    let now = later(|input| {
        input.incidents.retain(|incident| incident.external_id != "P2");
        input.incidents[0].impact_fraction = Ppm(900_000);
        input.incidents.push(sample::incident(
            "P9",
            "labs",
            Severity::Sev2,
            "2026-11-21T00:00:00Z",
            Some("2026-11-21T00:30:00Z"),
        ));
    });
    let changes: Vec<(String, IncidentChange)> = compare(&complete_then(), &now)
        .into_iter()
        .map(|line| match line {
            Restated::Incident { external_id, what, .. } => (external_id, what),
            other => panic!("{other:?}"),
        })
        .collect();
    let expected =
        [("P1", IncidentChange::Changed), ("P2", IncidentChange::Removed), ("P9", IncidentChange::Added)];
    assert_eq!(changes, expected.map(|(id, what)| (id.to_owned(), what)));
}

/// What the meeting asked for and what went on after the week restates nothing.
#[test]
fn a_written_postmortem_and_an_incident_closed_after_the_week_restate_nothing() {
    let now = later(|input| {
        input.incidents[0].postmortem_url = Some("https://wiki.example/pm/1".to_owned());
        input.incidents[0].postmortem_published_at = Some(sample::at("2026-11-25T00:00:00Z"));
        let open = input.incidents.iter_mut().find(|incident| incident.external_id == "P3").unwrap();
        open.mitigated_at = Some(sample::at("2026-11-24T00:00:00Z"));
        open.resolved_at = open.mitigated_at;
    });
    assert_eq!(compare(&complete_then(), &now), []);
}

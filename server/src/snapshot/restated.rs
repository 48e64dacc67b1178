//! What differs now from what the meeting saw: changed numbers apart from late ones.

use std::collections::{BTreeMap, BTreeSet};

use app::backend::{IncidentChange, Restated};
use domain::cost::{Amounts, Metric, Owner};
use domain::money::Currency;
use domain::note::{Note, NotePlace};
use domain::objective::SliSum;
use domain::rate::Month;
use domain::restatement::OwnerRestatement;
use domain::review::WeeklyReview;
use domain::review::cost::CostSection;
use domain::review::incidents::IncidentRow;
use jiff::civil::Date;

/// Compares a frozen week with the draft of the same week as it is known now.
///
/// Cost is compared per billing currency in UTC days: a day that was shown and reads differently is a
/// restatement, a day that was not complete then completes the week. The whole bill comes first, then
/// owners, apart by source and month of the days, by the size of their change; effective cost is named only where
/// billed cost is unchanged. `noted` is what deliveries since the freeze changed, by day and owner: what an owner
/// differs by beyond that, an edited rule moved. Where the notes do not add up to what the bill changed by, they
/// tell no owner apart, and all of it is told as restated.
/// Objectives are compared by the week's counts, incidents by what the page prints of them; a write-up
/// published after the meeting restates nothing. Notes are compared by their versions.
#[must_use]
pub fn compare(frozen: &WeeklyReview, now: &WeeklyReview, noted: &[OwnerRestatement]) -> Vec<Restated> {
    let mut found = cost(&frozen.cost, &now.cost, frozen.week.days(), noted);
    found.extend(objectives(frozen, now));
    found.extend(incidents(frozen, now));
    found.extend(notes(frozen, now));
    found
}

/// Whose cost, on which source's bill, of which month's days.
type Place<'a> = (&'a Owner, &'a str, Month);

/// Differences per (late or changed, currency), and per owner, source and month.
fn cost(
    frozen: &CostSection,
    now: &CostSection,
    days: [Date; 7],
    noted: &[OwnerRestatement],
) -> Vec<Restated> {
    let mut differences: BTreeMap<(bool, Currency), BTreeMap<Place<'_>, Amounts>> = BTreeMap::new();
    for (section, is_now) in [(frozen, false), (now, true)] {
        for row in &section.days {
            let (shown, known) = (positions(frozen, &row.source), positions(now, &row.source));
            for (position, amounts) in row.days.iter().enumerate() {
                let completes = match (shown.contains(&position), is_now && known.contains(&position)) {
                    (true, _) => false,
                    (false, true) => true,
                    (false, false) => continue,
                };
                let places = differences.entry((completes, row.currency)).or_default();
                let month = days.get(position).copied().map(Month::containing);
                let Some(month) = month else { continue };
                *places.entry((&row.owner, &row.source, month)).or_default() +=
                    if is_now { *amounts } else { negative(*amounts) };
            }
        }
    }
    let mut found = Vec::new();
    for ((completes, currency), mut places) in differences {
        let moved =
            if completes { BTreeMap::new() } else { take_moved(&mut places, currency, frozen, days, noted) };
        let line = |place: Option<Place<'_>>, amounts: Amounts| {
            let metric = Metric::ALL.into_iter().find(|metric| amounts.get(*metric) != 0)?;
            let difference = amounts.get(metric);
            let owner = place.map(|(owner, _, _)| owner.clone());
            let place = place.map(|(_, source, month)| (source.to_owned(), month));
            Some(Restated::Cost { owner, place, currency, metric, difference, completes })
        };
        found.extend(line(None, places.values().copied().sum()));
        let mut places: Vec<(Place<'_>, Amounts)> = places.into_iter().collect();
        places.sort_by_key(|(_, amounts)| std::cmp::Reverse(amounts.billed.unsigned_abs()));
        found.extend(places.into_iter().filter_map(|(place, amounts)| line(Some(place), amounts)));
        found.extend(moved.into_iter().filter_map(|((owner, source, month), amounts)| {
            let metric = Metric::ALL.into_iter().find(|metric| amounts.get(*metric) != 0)?;
            let (owner, place) = (owner.clone(), (source.to_owned(), month));
            Some(Restated::Moved { owner, place, currency, metric, difference: amounts.get(metric) })
        }));
    }
    found
}

/// Takes out of differences between owners what deliveries did not change, and answers it.
fn take_moved<'a>(
    places: &mut BTreeMap<Place<'a>, Amounts>,
    currency: Currency,
    frozen: &CostSection,
    days: [Date; 7],
    noted: &'a [OwnerRestatement],
) -> BTreeMap<Place<'a>, Amounts> {
    let is_shown = |row: &&OwnerRestatement| {
        let position = days.iter().position(|day| *day == row.first_day);
        row.currency == currency && position.is_some_and(|day| positions(frozen, &row.source).contains(&day))
    };
    let mut changed: BTreeMap<Place<'a>, Amounts> = BTreeMap::new();
    for row in noted.iter().filter(is_shown) {
        let place = (&row.owner, row.source.as_str(), Month::containing(row.first_day));
        *changed.entry(place).or_default() += row.difference;
    }
    let mut bills: BTreeMap<(&str, Month), (Amounts, Amounts)> = BTreeMap::new();
    for ((_, source, month), amounts) in places.iter() {
        bills.entry((source, *month)).or_default().0 += *amounts;
    }
    for ((_, source, month), amounts) in &changed {
        bills.entry((source, *month)).or_default().1 += *amounts;
    }
    let is_told = |(_, source, month): &Place<'_>| {
        bills.get(&(*source, *month)).is_some_and(|(differs, noted)| differs == noted)
    };
    let mut moved: BTreeMap<Place<'a>, Amounts> = BTreeMap::new();
    let all: BTreeSet<Place<'a>> = places.keys().chain(changed.keys()).copied().filter(is_told).collect();
    for place in all {
        let restated = changed.get(&place).copied().unwrap_or_default();
        let differs = places.insert(place, restated).unwrap_or_default();
        moved.insert(place, differs + negative(restated));
    }
    moved
}

/// The weekdays of a source that a review compares.
fn positions<'a>(section: &'a CostSection, source: &str) -> &'a [usize] {
    let found = section.comparisons.iter().find(|comparison| comparison.source == source);
    found.map_or(&[], |comparison| &comparison.positions)
}

fn negative(amounts: Amounts) -> Amounts {
    Amounts { billed: amounts.billed.saturating_neg(), effective: amounts.effective.saturating_neg() }
}

/// Objectives whose counts of the week differ, in the order of their names.
fn objectives(frozen: &WeeklyReview, now: &WeeklyReview) -> Vec<Restated> {
    let sums = |review: &WeeklyReview| -> BTreeMap<String, SliSum> {
        review.objectives.iter().map(|row| (row.id.clone(), row.week)).collect()
    };
    let (before, after) = (sums(frozen), sums(now));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names
        .into_iter()
        .filter_map(|id| {
            let before = before.get(id).copied().unwrap_or_default();
            let after = after.get(id).copied().unwrap_or_default();
            ((before.good, before.total) != (after.good, after.total)).then(|| Restated::Objective {
                id: id.clone(),
                frozen: (before.good, before.total),
                now: (after.good, after.total),
                completes: only_added(&before, &after),
            })
        })
        .collect()
}

/// Whether more was measured and nothing that had been counted was taken back.
fn only_added(before: &SliSum, after: &SliSum) -> bool {
    let measured_more = after.buckets > before.buckets || after.samples_seen > before.samples_seen;
    measured_more && after.good >= before.good && after.bad() >= before.bad()
}

/// Incidents that changed or went, in the frozen order, then those that came.
fn incidents(frozen: &WeeklyReview, now: &WeeklyReview) -> Vec<Restated> {
    let find = |review: &'_ WeeklyReview, row: &IncidentRow| -> Option<IncidentRow> {
        let same =
            |other: &&IncidentRow| (&other.source, &other.external_id) == (&row.source, &row.external_id);
        review.incidents.rows.iter().find(same).cloned()
    };
    let line = |row: &IncidentRow, what| Restated::Incident {
        external_id: row.external_id.clone(),
        title: row.title.clone(),
        what,
    };
    let before = frozen.incidents.rows.iter().filter_map(|row| match find(now, row) {
        None => Some(line(row, IncidentChange::Removed)),
        Some(after) if printed(row) != printed(&after) => Some(line(&after, IncidentChange::Changed)),
        Some(_) => None,
    });
    let added = now.incidents.rows.iter().filter(|row| find(frozen, row).is_none());
    before.chain(added.map(|row| line(row, IncidentChange::Added))).collect()
}

/// Notes of which there is another version, in the order of their places; none ever goes.
fn notes(frozen: &WeeklyReview, now: &WeeklyReview) -> Vec<Restated> {
    let version = |place: &NotePlace| frozen.note(place).map_or(0, |note| note.version);
    let changed = now.notes.iter().filter(|note| note.version != version(&note.place));
    let line = |note: &Note| Restated::Note {
        place: note.place.clone(),
        frozen: version(&note.place),
        now: note.version,
    };
    changed.map(line).collect()
}

/// The row as far as it speaks of the week; its write-up, links and repeats go on after the meeting.
fn printed(row: &IncidentRow) -> IncidentRow {
    IncidentRow {
        occurrences: 0,
        postmortem: domain::review::incidents::Postmortem::NotRequired,
        postmortem_due: None,
        postmortem_url: None,
        url: None,
        ..row.clone()
    }
}

//! Which resources of a bill cost or moved most: found while it is read, exactly, in little memory.
//!
//! Every (key, resource, day) is summed, beyond memory in temporary files ([`Runs`]). At the end they come back
//! sorted, so that one resource is seen whole: it is kept or counted among the others.

use std::cmp::Reverse;
use std::io;

use domain::cost::{Amounts, BillingScope, ChargeCategory};
use domain::resource::{KEPT_PER_KEY, KEPT_PER_SCOPE, KeyResources, ResourceDays, is_told_by_resource};

use super::amount::{self, POWERS, SCALE};
use super::error::{FocusError, SinkError};
use super::rollup::{Charge, Rollup, Sums, decoded};
use super::runs::Runs;
use super::time::{self, SECONDS_PER_DAY};

/// Charges of more UTC days say nothing about what a resource did in a week.
const LONGEST_CHARGE: i64 = 32;

/// How many keys go to the receiver at a time.
const BATCH: usize = 256;

/// Where what is kept goes.
pub(super) type ResourceSink<'a> = dyn FnMut(Vec<KeyResources>) -> Result<(), SinkError> + 'a;

/// All resources of a delivery while it is read.
pub(super) struct Resources {
    runs: Runs,
    record: Vec<u8>,
}

/// A resource of the key that is being looked at, or one that is kept.
struct Candidate {
    id: String,
    days: Vec<(i32, Amounts)>,
    /// The largest change from one week to the next, and the largest week, in micro-units.
    moved: i64,
    spent: i64,
}

/// The resources of one key that are kept so far.
struct Group {
    key: Vec<u8>,
    others: u64,
    kept: Vec<Candidate>,
}

/// What a key belongs to: its billing period and the days of it.
struct Period {
    scope: BillingScope,
    first: i64,
    last: i64,
}

impl Resources {
    pub(super) fn new() -> Self {
        Self { runs: Runs::default(), record: Vec::new() }
    }

    /// Adds one charge, day by day as the roll-up does.
    pub(super) fn add(
        &mut self,
        charge: &Charge<'_>,
        category: ChargeCategory,
        resource: &str,
    ) -> Result<(), FocusError> {
        let [first, last] = [charge.start, charge.end - 1].map(|second| second.div_euclid(SECONDS_PER_DAY));
        if !is_told_by_resource(category) || last - first >= LONGEST_CHARGE {
            return Ok(());
        }
        self.begin(charge, resource);
        if first == last {
            return self.put(first, charge.sums);
        }
        amount::spread(charge.sums.billed, charge.start, charge.end, |day, billed| {
            self.put(day, Sums { billed, effective: 0 })
        })?;
        amount::spread(charge.sums.effective, charge.start, charge.end, |day, effective| {
            self.put(day, Sums { billed: 0, effective })
        })
    }

    /// Begins the record of a charge: scope, key, resource. The length before the key keeps it apart from the
    /// resource, the NUL after the resource sorts it before all longer ones.
    fn begin(&mut self, charge: &Charge<'_>, resource: &str) {
        self.record.clear();
        self.record.extend_from_slice(&charge.scope.to_be_bytes());
        self.record.extend_from_slice(&u32::try_from(charge.key.len()).unwrap_or(u32::MAX).to_be_bytes());
        self.record.extend_from_slice(charge.key);
        self.record.extend_from_slice(resource.as_bytes());
        self.record.push(0);
    }

    /// Adds one day to the record begun.
    fn put(&mut self, day: i64, sums: Sums) -> Result<(), FocusError> {
        let length = self.record.len();
        let number = i32::try_from(day).unwrap_or(i32::MAX);
        self.record.extend_from_slice(&(number.cast_unsigned() ^ 0x8000_0000).to_be_bytes());
        let added = self.runs.add(&self.record, sums);
        self.record.truncate(length);
        added.map_err(io_fault)
    }

    /// Hands out what is kept, one billing period after the other.
    pub(super) fn finish(self, rollup: &Rollup, sink: &mut ResourceSink<'_>) -> Result<(), FocusError> {
        if self.runs.is_empty() {
            return Ok(());
        }
        let mut selector =
            Selector { rollup, sink, period: None, groups: Vec::new(), held: 0, resource: None };
        self.runs.finish(|record, sums| selector.take(record, sums))?;
        selector.end_period()
    }
}

fn io_fault(source: io::Error) -> FocusError {
    FocusError::Io { file: "the folder for temporary files (TMPDIR)".to_owned(), source }
}

impl From<io::Error> for FocusError {
    fn from(source: io::Error) -> Self {
        io_fault(source)
    }
}

/// Sees all records in order and keeps the resources that matter.
struct Selector<'a, 's> {
    rollup: &'a Rollup,
    sink: &'a mut ResourceSink<'s>,
    period: Option<(u32, Period)>,
    groups: Vec<Group>,
    /// How many resources all groups keep.
    held: usize,
    resource: Option<Candidate>,
}

impl Selector<'_, '_> {
    fn take(&mut self, record: &[u8], sums: Sums) -> Result<(), FocusError> {
        let damaged = || io_fault(io::ErrorKind::InvalidData.into());
        let (scope, rest) = record.split_first_chunk::<4>().ok_or_else(damaged)?;
        let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(damaged)?;
        let (scope, length) = (u32::from_be_bytes(*scope), u32::from_be_bytes(*length) as usize);
        let (key, rest) = rest.split_at_checked(length).ok_or_else(damaged)?;
        let (resource, day) = rest.split_last_chunk::<4>().ok_or_else(damaged)?;
        let resource =
            std::str::from_utf8(resource.strip_suffix(&[0]).unwrap_or(resource)).unwrap_or_default();
        let day = (u32::from_be_bytes(*day) ^ 0x8000_0000).cast_signed();
        if self.period.as_ref().is_none_or(|(known, _)| *known != scope) {
            self.end_period()?;
            let (billing, first, last) = self.rollup.edges(scope).ok_or_else(damaged)?;
            self.period = Some((scope, Period { scope: billing, first, last }));
        }
        if self.groups.last().is_none_or(|group| group.key != key) {
            self.end_key();
            self.groups.push(Group { key: key.to_vec(), others: 0, kept: Vec::new() });
        }
        if self.resource.as_ref().is_none_or(|known| known.id != resource) {
            self.end_resource();
            self.resource = Some(Candidate { id: resource.to_owned(), days: Vec::new(), moved: 0, spent: 0 });
        }
        if let Some(candidate) = &mut self.resource {
            candidate
                .days
                .push((day, Amounts { billed: micros(sums.billed), effective: micros(sums.effective) }));
        }
        Ok(())
    }

    fn end_resource(&mut self) {
        let Some(mut candidate) = self.resource.take() else { return };
        let (Some((_, period)), Some(group)) = (&self.period, self.groups.last_mut()) else { return };
        candidate.measure(period);
        group.kept.push(candidate);
        if group.kept.len() > 4 * KEPT_PER_KEY {
            group.prune();
        }
    }

    fn end_key(&mut self) {
        self.end_resource();
        let Some(group) = self.groups.last_mut() else { return };
        group.prune();
        self.held += group.kept.len();
        if self.held > KEPT_PER_SCOPE * 5 / 4 {
            self.held = prune_all(&mut self.groups);
        }
    }

    fn end_period(&mut self) -> Result<(), FocusError> {
        self.end_key();
        prune_all(&mut self.groups);
        self.held = 0;
        let Some((_, Period { scope, .. })) = self.period.take() else { return Ok(()) };
        let mut groups = std::mem::take(&mut self.groups);
        while !groups.is_empty() {
            let batch = groups.drain(..groups.len().min(BATCH));
            (self.sink)(batch.map(|group| group.handed_out(&scope)).collect())?;
        }
        Ok(())
    }
}

impl Candidate {
    /// Weighs the resource: its largest week, and its largest change between two weeks that both lie in the
    /// billing period, the newest one as far as it has come against the same weekdays of the one before.
    fn measure(&mut self, period: &Period) {
        for pick in [|amounts: &Amounts| amounts.billed, |amounts: &Amounts| amounts.effective] {
            let sum = |from: i64, through: i64| -> i64 {
                let days = self.days.iter().filter(|(day, _)| (from..=through).contains(&i64::from(*day)));
                days.map(|(_, amounts)| pick(amounts)).fold(0, i64::saturating_add)
            };
            let mut monday = monday_of(period.first);
            while monday <= period.last {
                let through = (monday + 6).min(period.last);
                self.spent = self.spent.max(sum(monday, monday + 6).saturating_abs());
                if monday - 7 >= period.first {
                    let change = sum(monday, through).saturating_sub(sum(monday - 7, through - 7));
                    self.moved = self.moved.max(change.saturating_abs());
                }
                monday += 7;
            }
        }
    }
}

/// The Monday of a day counted from 1970-01-01, which was a Thursday.
fn monday_of(day: i64) -> i64 {
    day - (day + 3).rem_euclid(7)
}

impl Group {
    /// Keeps those that moved most and those that cost most; the others are counted.
    fn prune(&mut self) {
        let before = self.kept.len();
        self.kept.sort_by_key(|candidate| Reverse(candidate.moved));
        let rest = self.kept.split_off(self.kept.len().min(KEPT_PER_KEY));
        let mut rest: Vec<Candidate> = rest;
        rest.sort_by_key(|candidate| Reverse(candidate.spent));
        rest.truncate(KEPT_PER_KEY);
        self.kept.append(&mut rest);
        self.others += (before - self.kept.len()) as u64;
    }

    fn handed_out(mut self, scope: &BillingScope) -> KeyResources {
        self.kept.sort_by(|one, other| one.id.cmp(&other.id));
        let resources = self.kept.into_iter().map(|candidate| ResourceDays {
            id: candidate.id,
            days: candidate
                .days
                .into_iter()
                .filter(|(_, amounts)| !amounts.is_zero())
                .map(|(day, amounts)| (time::day_of(i64::from(day)), amounts))
                .collect(),
        });
        KeyResources {
            scope: scope.clone(),
            key: decoded(&self.key),
            others: self.others,
            resources: resources.collect(),
        }
    }
}

/// Keeps the [`KEPT_PER_SCOPE`] that moved or cost most of all keys, and the keys that have any; how many are
/// left.
fn prune_all(groups: &mut Vec<Group>) -> usize {
    let weight = |candidate: &Candidate| candidate.moved.max(candidate.spent);
    let mut weights: Vec<i64> = groups.iter().flat_map(|group| group.kept.iter().map(weight)).collect();
    if weights.len() <= KEPT_PER_SCOPE {
        return weights.len();
    }
    weights.sort_unstable_by_key(|weight| Reverse(*weight));
    let least = weights[KEPT_PER_SCOPE];
    let mut ties = KEPT_PER_SCOPE - weights.iter().filter(|weight| **weight > least).count();
    let mut left = 0;
    for group in groups.iter_mut() {
        let before = group.kept.len();
        group.kept.retain(|candidate| {
            let is_tie = weight(candidate) == least && ties > 0;
            ties -= usize::from(is_tie);
            is_tie || weight(candidate) > least
        });
        group.others += (before - group.kept.len()) as u64;
        left += group.kept.len();
    }
    groups.retain(|group| !group.kept.is_empty());
    left
}

/// Micro-units, rounded half away from zero.
fn micros(value: i128) -> i64 {
    let step = POWERS[SCALE as usize - 6];
    let rounded = (value.saturating_abs() + step / 2) / step * value.signum();
    i64::try_from(rounded).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(id: &str, days: &[(i32, i64)]) -> Candidate {
        let days = days.iter().map(|(day, billed)| (*day, Amounts { billed: *billed, effective: 0 }));
        Candidate { id: id.to_owned(), days: days.collect(), moved: 0, spent: 0 }
    }

    /// 2026-11-01, a Sunday, is day 20 758; its Mondays are 20 759, 20 766, 20 773.
    #[test]
    fn weeks_are_weighed_that_lie_in_the_period_and_the_newest_as_far_as_it_has_come() {
        let period = Period {
            scope: BillingScope {
                source: "focus".into(),
                billing_account: "1".into(),
                period_start: time::day_of(20_758),
                period_end: time::day_of(20_788),
                currency: "USD".parse().unwrap(),
            },
            first: 20_758,
            last: 20_774,
        };
        for (days, moved, spent) in [
            (vec![(20_758, 900)], 0, 900),
            (vec![(20_759, 10), (20_766, 40)], 40, 40),
            (vec![(20_766, 40), (20_767, 40), (20_768, 500), (20_773, 40), (20_774, 40)], 580, 580),
            (vec![(20_759, 500), (20_766, 500), (20_768, 70), (20_773, 500)], 70, 570),
            (vec![(20_773, -30)], 30, 30),
        ] {
            let mut one = candidate("x", &days);
            one.measure(&period);
            assert_eq!((one.moved, one.spent), (moved, spent), "{days:?}");
        }
    }

    #[test]
    fn movers_and_spenders_are_kept_and_the_others_counted() {
        let mut group = Group { key: Vec::new(), others: 0, kept: Vec::new() };
        for number in 0..100_i64 {
            let mut one = candidate(&format!("r{number}"), &[]);
            (one.moved, one.spent) = (100 - number, number);
            group.kept.push(one);
        }
        group.prune();
        assert_eq!((group.kept.len(), group.others), (2 * KEPT_PER_KEY, 80));
        let ids: Vec<&str> = group.kept.iter().map(|one| one.id.as_str()).collect();
        assert!(ids.contains(&"r0") && ids.contains(&"r9") && ids.contains(&"r99") && ids.contains(&"r90"));
        assert!(!ids.contains(&"r50"));
    }

    #[test]
    fn amounts_become_micro_units() {
        let unit = POWERS[SCALE as usize];
        for (value, expected) in [(unit, 1_000_000), (-unit / 2, -500_000), (unit / 2_000_000, 1), (1, 0)] {
            assert_eq!(micros(value), expected);
        }
    }
}

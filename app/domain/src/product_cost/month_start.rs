//! Fees that come with the first of a month under the name of usage: hosted zones, support, licences.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{CostInput, FactWeek};
use crate::cost::{Amounts, Metric};
use crate::review::WEEKS_SHOWN;

/// How many days before and after the first of a month say what its key usually costs.
const AROUND: usize = 14;
/// How many of them have to be known.
const KNOWN_NEEDED: usize = 7;

/// What of a fact is a fee: the position of the day in its week, 0 is Monday, and the amount.
pub(super) type Fee = (usize, Amounts);

/// The fees among facts, by the position of the fact.
///
/// The first of a month carries a fee where its key costs at least twice the median of the fourteen days
/// before and after, and either costs nothing on any other day, or does so on another first of the weeks
/// shown, too: a rise that stays and a single busy day are no fees. The fee is what lies above the median;
/// each metric is judged by itself.
pub(super) fn fees(input: &CostInput<'_>, facts: &[&FactWeek]) -> BTreeMap<usize, Fee> {
    let first_day = input.week.plus(1 - i32::try_from(WEEKS_SHOWN).unwrap_or(1)).monday();
    let mut series: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (position, fact) in facts.iter().enumerate() {
        let key = (&*fact.source, fact.currency, &*fact.key, fact.environment.as_str());
        series.entry(key).or_default().push(position);
    }
    let mut fees = BTreeMap::new();
    for ((source, ..), positions) in series {
        let through = input.comparisons.iter().find(|one| one.source == source);
        let through = through.and_then(|one| one.complete_through);
        let mut days = Days::new(input, first_day, through);
        for position in &positions {
            days.add(facts[*position]);
        }
        for (place, fee) in days.fees() {
            let monday = days.dates[place / 7 * 7];
            let fact = positions.iter().find(|position| facts[**position].week.monday() == monday);
            fees.extend(fact.map(|fact| (*fact, (place % 7, fee))));
        }
    }
    fees
}

/// The days of one key over the weeks shown.
struct Days {
    dates: Vec<Date>,
    amounts: Vec<Amounts>,
    known: Vec<bool>,
}

impl Days {
    fn new(input: &CostInput<'_>, first_day: Date, through: Option<Date>) -> Self {
        let weeks = input.week.trailing(WEEKS_SHOWN);
        let dates: Vec<Date> = weeks.iter().flat_map(|week| week.days()).collect();
        let from = input.first_known().map_or(first_day, |week| week.monday().max(first_day));
        let is_known = |day: &Date| *day >= from && through.is_none_or(|through| *day <= through);
        let known = dates.iter().map(is_known).collect();
        Self { amounts: vec![Amounts::default(); dates.len()], known, dates }
    }

    fn add(&mut self, fact: &FactWeek) {
        let Ok(monday) = self.dates.binary_search(&fact.week.monday()) else { return };
        for (sum, amounts) in self.amounts[monday..].iter_mut().zip(fact.days) {
            *sum += amounts;
        }
    }

    fn fees(&self) -> Vec<(usize, Amounts)> {
        let firsts: Vec<usize> = (0..self.dates.len())
            .filter(|place| self.known[*place] && self.dates[*place].day() == 1)
            .collect();
        let [billed, effective] = Metric::ALL.map(|metric| self.fees_of(&firsts, metric));
        let fee = |(place, (billed, effective))| (place, Amounts { billed, effective });
        let both = firsts.into_iter().zip(billed.into_iter().zip(effective)).map(fee);
        both.filter(|(_, fee)| !fee.is_zero()).collect()
    }

    /// The fee of each first in one metric; nothing is zero.
    fn fees_of(&self, firsts: &[usize], metric: Metric) -> Vec<i64> {
        let excesses: Vec<Option<i64>> = firsts.iter().map(|first| self.excess(*first, metric)).collect();
        let repeated = excesses.iter().flatten().count() > 1;
        let alone = (0..self.dates.len())
            .filter(|place| self.known[*place] && !firsts.contains(place))
            .all(|place| self.amounts[place].get(metric) == 0);
        excesses.into_iter().map(|excess| excess.filter(|_| repeated || alone).unwrap_or(0)).collect()
    }

    /// What a first costs above what is usual around it, if it is at least as much again.
    fn excess(&self, first: usize, metric: Metric) -> Option<i64> {
        let amount = self.amounts[first].get(metric);
        let around = first.saturating_sub(AROUND)..self.dates.len().min(first + AROUND + 1);
        let counts = |place: &usize| self.known[*place] && self.dates[*place].day() != 1;
        let mut usual: Vec<i64> =
            around.filter(counts).map(|place| self.amounts[place].get(metric)).collect();
        usual.sort_unstable();
        let median = usual.get(usual.len().saturating_sub(1) / 2).copied().unwrap_or(0).max(0);
        let excess = amount.saturating_sub(median);
        (usual.len() >= KNOWN_NEEDED && excess > 0 && excess >= median).then_some(excess)
    }
}

//! The table of a view: converted once per cell, parts that add up as printed.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{CostRow, CostSection, MOVERS_SHOWN, Reconciliation, rank};
use crate::change::{Change, Gates, Movement};
use crate::cost::{Amounts, Metric, Owner};
use crate::money::{Currency, Money, largest_remainder, micros_of_decimal};
use crate::organization::Organization;
use crate::rate::AppliedRate;
use crate::ratio::Ppm;
use crate::review::WEEKS_SHOWN;
use crate::split::PoolSplit;

/// What a reader asked to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CostView {
    /// Which amount.
    pub metric: Metric,
    /// In which currency.
    pub currency: Currency,
}

/// One row of the table, in micro-units of the view's currency, whole in what people write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostTableRow {
    /// Whose cost.
    pub owner: Owner,
    /// This week against the one before.
    pub change: Change,
    /// Judged by the gates.
    pub movement: Movement,
    /// The last weeks, oldest first.
    pub history: Vec<Option<i64>>,
    /// What of this week came out of shared pools; `None` where nothing did.
    pub shared: Option<i64>,
    /// What of the week before did.
    pub shared_before: Option<i64>,
}

impl CostTableRow {
    /// The change of the owner's own cost, without shares of pools.
    #[must_use]
    pub fn own_change(&self) -> Change {
        let own = |whole: Option<i64>, shared: Option<i64>| Some(whole?.saturating_sub(shared.unwrap_or(0)));
        Change {
            before: own(self.change.before, self.shared_before),
            after: own(self.change.after, self.shared),
        }
    }
}

/// One bar of "what changed".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoverRow {
    /// Whose cost.
    pub owner: Owner,
    /// The service.
    pub service: String,
    /// This week against the one before.
    pub change: Change,
    /// Judged by the gates.
    pub movement: Movement,
}

/// The table in one metric and currency; parts add up to the total as printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostTable {
    /// What was asked for.
    pub view: CostView,
    /// Owners, largest first, then shared and unallocated.
    pub rows: Vec<CostTableRow>,
    /// The total.
    pub total: CostTableRow,
    /// What makes a change one that counts.
    pub gates: Gates,
    /// The bars.
    pub movers: Vec<MoverRow>,
    /// The change that no bar shows.
    pub rest: i64,
    /// How many pairs the rest holds.
    pub rest_pairs: i64,
    /// Amounts of currencies for which no rate is known; never added to the others.
    pub unconverted: Vec<Money>,
}

impl CostTable {
    /// What of the week products bear, their shares of pools included, rounded down; `None` without a bill
    /// above zero.
    #[must_use]
    pub fn allocated_share(&self) -> Option<Ppm> {
        let products = self.rows.iter().filter(|row| matches!(row.owner, Owner::Product(_)));
        let allocated = products.filter_map(|row| row.change.after).map(i128::from).sum();
        Ppm::floor_of(allocated, i128::from(self.total.change.after?))
    }
}

impl CostSection {
    /// The table for a view: converted once per cell, cells by largest remainder so that they add up.
    #[must_use]
    pub fn table(&self, view: CostView, organization: &Organization, rates: &[AppliedRate]) -> CostTable {
        let rate = |currency| rate_to(rates, currency, view.currency);
        let convertible: Vec<&CostRow> =
            self.rows.iter().filter(|row| rate(row.currency).is_some()).collect();
        let column = |pick: &dyn Fn(&CostRow) -> Option<i64>| -> Vec<Option<i64>> {
            let exact: Vec<Option<Decimal>> = convertible
                .iter()
                .map(|row| Some(crate::money::decimal_of_micros(pick(row)?) * rate(row.currency)?))
                .collect();
            round_column(&exact, view.currency)
        };
        let this = column(&|row| Some(row.history.last().copied().flatten()?.get(view.metric)));
        // A week before the first delivery is unknown, which is not nothing.
        let before = |row: &CostRow| row.history.get(WEEKS_SHOWN - 2).copied().flatten();
        let previous = column(&|row| before(row).map(|amounts| amounts.get(view.metric)));
        let weeks: Vec<Vec<Option<i64>>> = (0..WEEKS_SHOWN)
            .map(|week| {
                column(&|row| {
                    row.history.get(week).copied().flatten().map(|amounts| amounts.get(view.metric))
                })
            })
            .collect();
        let shared = column(&|row| (!row.shared.is_empty()).then(|| row.shared_this().get(view.metric)));
        let shared_before =
            column(&|row| (!row.shared.is_empty()).then(|| row.shared_previous().get(view.metric)));
        let has_data = self.has_data();
        let merged = merge(&convertible, &this, &previous, &weeks, (&shared, &shared_before));
        let total = total_row(&merged, has_data);
        let gates = gates(
            organization,
            total.change.after.unwrap_or(0),
            organization.thresholds.change_amount_of_organization,
        );
        let mut rows: Vec<CostTableRow> = merged
            .into_iter()
            .map(|mut row| {
                row.movement = row.change.movement(&gates);
                row
            })
            .collect();
        rows.sort_by_key(|row| (rank(&row.owner), std::cmp::Reverse(row.change.after)));
        let movers = self.mover_rows(view, rates, &gates);
        let shown: i64 = movers.iter().filter_map(|mover| mover.change.difference()).sum();
        let movement = total.change.movement(&gates);
        CostTable {
            view,
            rest: total.change.difference().unwrap_or(0) - shown,
            rest_pairs: (self.changed_pairs - movers.len() as i64).max(0),
            rows,
            gates,
            total: CostTableRow { movement, ..total },
            movers,
            unconverted: self.unconverted(view, rates),
        }
    }

    fn mover_rows(&self, view: CostView, rates: &[AppliedRate], gates: &Gates) -> Vec<MoverRow> {
        let mut rows: Vec<MoverRow> = self
            .movers
            .iter()
            .filter_map(|mover| {
                let rate = rate_to(rates, mover.currency, view.currency)?;
                let convert = |amounts: Amounts| {
                    let exact = crate::money::decimal_of_micros(amounts.get(view.metric)) * rate;
                    round_to_written(exact, view.currency)
                };
                let change =
                    Change { before: Some(convert(mover.before)), after: Some(convert(mover.after)) };
                Some(MoverRow {
                    owner: mover.owner.clone(),
                    service: mover.service.clone(),
                    change,
                    movement: change.movement(gates),
                })
            })
            .filter(|row| row.change.difference() != Some(0))
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.change.difference().map(i64::unsigned_abs)));
        rows.truncate(MOVERS_SHOWN);
        rows
    }

    fn unconverted(&self, view: CostView, rates: &[AppliedRate]) -> Vec<Money> {
        let mut sums: BTreeMap<Currency, i64> = BTreeMap::new();
        for row in self.rows.iter().filter(|row| rate_to(rates, row.currency, view.currency).is_none()) {
            let sum = sums.entry(row.currency).or_default();
            *sum = sum.saturating_add(row.this.get(view.metric));
        }
        sums.into_iter().map(|(currency, micros)| Money { micros, currency }).collect()
    }
}

/// An amount in another currency at the applied rates, or as it is where no rate leads there.
#[must_use]
pub fn shown_in(rates: &[AppliedRate], money: Money, to: Currency) -> Money {
    rate_to(rates, money.currency, to).and_then(|rate| money.convert(rate, to).ok()).unwrap_or(money)
}

/// The gates for changes inside a whole of `whole_micros`.
#[must_use]
pub fn gates(organization: &Organization, whole_micros: i64, share_of_whole: Ppm) -> Gates {
    let amount = i128::from(whole_micros).abs() * i128::from(share_of_whole.0) / 1_000_000;
    Gates {
        share: organization.thresholds.change_share,
        amount_micros: i64::try_from(amount).unwrap_or(i64::MAX),
    }
}

/// The rate from a billing currency to a shown one; 1 for the same, also backwards where only the
/// opposite rate is known.
#[must_use]
pub fn rate_to(rates: &[AppliedRate], from: Currency, to: Currency) -> Option<Decimal> {
    if from == to {
        return Some(Decimal::ONE);
    }
    rates.iter().find_map(|applied| {
        let row = &applied.rate;
        if row.from == from && row.to == to {
            Some(row.rate)
        } else if row.from == to && row.to == from {
            Decimal::ONE.checked_div(row.rate)
        } else {
            None
        }
    })
}

/// The smallest step that people write of a currency, in micro-units: ¥1, 1 ¢.
#[must_use]
pub fn written_step(currency: Currency) -> i64 {
    10_i64.pow(6 - currency.decimals().min(6))
}

/// Rounds a decimal in units half away from zero to what people write, in micro-units.
#[must_use]
pub fn round_to_written(exact: Decimal, currency: Currency) -> i64 {
    let rounded = exact
        .round_dp_with_strategy(currency.decimals(), rust_decimal::RoundingStrategy::MidpointAwayFromZero);
    micros_of_decimal(rounded).unwrap_or(i64::MAX)
}

/// Rounds a column so that the written cells add up to its written total.
pub(crate) fn round_column(exact: &[Option<Decimal>], currency: Currency) -> Vec<Option<i64>> {
    let step = written_step(currency);
    let total: Decimal = exact.iter().flatten().copied().sum();
    let scale = Decimal::from(crate::money::MICROS_PER_UNIT / step);
    let parts: Vec<Decimal> = exact.iter().flatten().map(|value| *value * scale).collect();
    let mut rounded = largest_remainder(&parts, round_to_written(total, currency) / step).into_iter();
    exact
        .iter()
        .map(|cell| cell.and_then(|_| rounded.next()).map(|steps| steps.saturating_mul(step)))
        .collect()
}

/// Adds the rows of one owner in several billing currencies, once they are in one currency.
fn merge(
    rows: &[&CostRow],
    this: &[Option<i64>],
    previous: &[Option<i64>],
    weeks: &[Vec<Option<i64>>],
    (shared, shared_before): (&[Option<i64>], &[Option<i64>]),
) -> Vec<CostTableRow> {
    let mut merged: Vec<CostTableRow> = Vec::new();
    for (position, row) in rows.iter().enumerate() {
        let history: Vec<Option<i64>> = weeks.iter().map(|week| week[position]).collect();
        let change = Change { before: previous[position], after: this[position] };
        match merged.iter_mut().find(|known| known.owner == row.owner) {
            Some(known) => {
                known.change.before = add(known.change.before, change.before);
                known.change.after = add(known.change.after, change.after);
                known.history = known.history.iter().zip(&history).map(|(a, b)| add(*a, *b)).collect();
                known.shared = add(known.shared, shared[position]);
                known.shared_before = add(known.shared_before, shared_before[position]);
            }
            None => merged.push(CostTableRow {
                owner: row.owner.clone(),
                change,
                movement: Movement::Unknown,
                history,
                shared: shared[position],
                shared_before: shared_before[position],
            }),
        }
    }
    merged
}

/// Adds what is known; unknown only when both are.
fn add(one: Option<i64>, other: Option<i64>) -> Option<i64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.saturating_add(other)),
        (known, None) | (None, known) => known,
    }
}

/// The sum of all rows; unknown without any data.
fn total_row(rows: &[CostTableRow], has_data: bool) -> CostTableRow {
    let sum = |pick: &dyn Fn(&CostTableRow) -> Option<i64>| rows.iter().map(pick).fold(None, add);
    let change = Change { before: sum(&|row| row.change.before), after: sum(&|row| row.change.after) };
    CostTableRow {
        owner: Owner::Unallocated,
        change: if has_data { change } else { Change { before: None, after: None } },
        movement: Movement::Unknown,
        history: (0..WEEKS_SHOWN).map(|week| sum(&|row| row.history.get(week).copied().flatten())).collect(),
        shared: sum(&|row| row.shared),
        shared_before: sum(&|row| row.shared_before),
    }
}

impl Reconciliation {
    /// The line as people write it in a currency: parts rounded so that they add up to the rounded
    /// bill less the difference. Stays in its own currency where no rate is known.
    #[must_use]
    pub fn written_in(&self, currency: Currency, rates: &[AppliedRate]) -> Self {
        let (currency, rate) = match rate_to(rates, self.currency, currency) {
            Some(rate) => (currency, rate),
            None => (self.currency, Decimal::ONE),
        };
        let exact = |micros: i64| Some(crate::money::decimal_of_micros(micros) * rate);
        let parts = [self.products, self.shared_not_split, self.unallocated, self.difference].map(exact);
        let written: Vec<i64> = round_column(&parts, currency).into_iter().flatten().collect();
        let [products, shared_not_split, unallocated, difference] = written[..] else { return self.clone() };
        // Largest remainder may hand a whole step to a difference of exactly zero; it stays zero.
        let spare = if self.difference == 0 { difference } else { 0 };
        Self {
            source: self.source.clone(),
            currency,
            metric: self.metric,
            products: products + spare,
            shared_not_split,
            unallocated,
            billed: products + shared_not_split + unallocated + difference,
            difference: difference - spare,
        }
    }
}

/// A pool's split as people write it, in micro-units of one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenSplit {
    /// The currency.
    pub currency: Currency,
    /// The whole pool.
    pub whole: i64,
    /// What stayed in it.
    pub rest: i64,
    /// What products bear, in the order of the pool's shares.
    pub shares: Vec<i64>,
}

impl PoolSplit {
    /// One metric in a currency: parts rounded so that they add up to the whole as written. Stays in its own
    /// currency where no rate is known.
    #[must_use]
    pub fn written_in(&self, view: CostView, rates: &[AppliedRate]) -> WrittenSplit {
        let (currency, rate) = match rate_to(rates, self.currency, view.currency) {
            Some(rate) => (view.currency, rate),
            None => (self.currency, Decimal::ONE),
        };
        let exact = |amounts: Amounts| Some(crate::money::decimal_of_micros(amounts.get(view.metric)) * rate);
        let shares = self.shares.iter().map(|share| exact(share.this));
        // What nobody bears is no part: largest remainder may hand a step to a rest of exactly zero.
        let rest = exact(self.rest).filter(|rest| !rest.is_zero());
        let parts: Vec<Option<Decimal>> = shares.chain([rest]).collect();
        let mut written = round_column(&parts, currency);
        let rest = written.pop().flatten().unwrap_or(0);
        let shares: Vec<i64> = written.into_iter().map(|share| share.unwrap_or(0)).collect();
        WrittenSplit { currency, whole: shares.iter().sum::<i64>() + rest, rest, shares }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reconciliation_adds_up_as_written() {
        let yen = AppliedRate {
            rate: crate::rate::Rate {
                from: Currency::USD,
                to: Currency::JPY,
                month: "2026-11".parse().unwrap(),
                policy: crate::rate::RatePolicy::PreviousMonthEnd,
                rate: Decimal::new(15820, 2),
                date: "2026-10-30".parse().unwrap(),
                source: String::new(),
            },
            provisional: false,
        };
        for (products, shared_not_split, unallocated) in
            [(1, 1, 1), (59_047_700_000, 1_641_230_000, 243_970_000), (-5, 3_333, 7)]
        {
            let billed = products + shared_not_split + unallocated;
            let line = Reconciliation {
                source: "aws".to_owned(),
                currency: Currency::USD,
                metric: Metric::Billed,
                products,
                shared_not_split,
                unallocated,
                billed,
                difference: 0,
            };
            let written = line.written_in(Currency::JPY, std::slice::from_ref(&yen));
            assert_eq!(written.billed, written.products + written.shared_not_split + written.unallocated);
            assert_eq!(written.difference, 0);
            assert_eq!(written.billed % 1_000_000, 0);
            assert_eq!(line.written_in(Currency::JPY, &[]).currency, Currency::USD);
        }
    }
}

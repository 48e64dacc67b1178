//! Cost of the week: facts in billing currencies, and the table a reader asks for.

mod budgets;
mod table;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::budget::Variance;
use crate::cost::{Amounts, Metric, Owner, OwnerWeek};
use crate::coverage::{SourceKind, SourceState, complete_positions, complete_through};
use crate::finding::Status;
use crate::money::{Currency, Money};
use crate::product::Slug;
use crate::rate::{AppliedRate, Month};
use crate::ratio::Ppm;
use crate::review::days::{OwnerDays, owner_days};
use crate::review::{ReviewInput, WEEKS_SHOWN};
use crate::split::{PoolSplit, Split};
use crate::tax::Tax;
use crate::week::IsoWeek;

use budgets::budgets;
pub(crate) use budgets::{currencies_of, daily_billed, status_of};
pub(crate) use table::round_column;
pub use table::{
    CostTable, CostTableRow, CostView, MoverRow, WrittenSplit, gates, rate_to, round_to_written, shown_in,
    written_step,
};

/// How many movers a review keeps apart per metric; the rest is one line.
pub const MOVERS_SHOWN: usize = 7;

/// Which days of a source are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The source.
    pub source: String,
    /// The last complete UTC day.
    pub complete_through: Option<Date>,
    /// The compared weekdays, 0 is Monday; empty when the source leaves both sides.
    pub positions: Vec<usize>,
}

/// One owner's week in one billing currency, summed over sources and environments: a product's own cost and
/// its shares of pools, what is left of a pool, what nobody took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostRow {
    /// Whose cost.
    pub owner: Owner,
    /// The billing currency.
    pub currency: Currency,
    /// The compared days of this week.
    pub this: Amounts,
    /// The same weekdays of the week before.
    pub previous: Amounts,
    /// The same weekdays of the last [`WEEKS_SHOWN`] weeks, oldest first; `None` before the first delivery.
    pub history: Vec<Option<Amounts>>,
    /// What of each week came out of shared pools; empty where nothing ever did.
    pub shared: Vec<Amounts>,
}

impl CostRow {
    /// What of this week came out of shared pools.
    #[must_use]
    pub fn shared_this(&self) -> Amounts {
        self.shared.last().copied().unwrap_or_default()
    }

    /// What of the week before came out of shared pools.
    #[must_use]
    pub fn shared_previous(&self) -> Amounts {
        self.shared.iter().rev().nth(1).copied().unwrap_or_default()
    }
}

/// One owner and service that moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mover {
    /// Whose cost.
    pub owner: Owner,
    /// The service.
    pub service: String,
    /// The billing currency.
    pub currency: Currency,
    /// The compared days of the week before.
    pub before: Amounts,
    /// The compared days of this week.
    pub after: Amounts,
}

/// Whether the parts add up to the bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reconciliation {
    /// The source.
    pub source: String,
    /// The billing currency.
    pub currency: Currency,
    /// Which amount.
    pub metric: Metric,
    /// The sum of the products with their shares of pools, in micro-units.
    pub products: i64,
    /// Left in shared pools.
    pub shared_not_split: i64,
    /// Taken by no rule.
    pub unallocated: i64,
    /// What the source's facts sum to.
    pub billed: i64,
    /// `billed` minus the three parts; anything but zero is a fault.
    pub difference: i64,
}

/// One product's month against its budget: billed cost, its own and its shares of pools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetStatus {
    /// The product.
    pub product: Slug,
    /// The month.
    pub month: Month,
    /// The budget.
    pub budget: Money,
    /// Whether the amounts beside it, like the budget, hold taxes.
    pub tax: Tax,
    /// The last complete UTC day counted.
    pub through: Option<Date>,
    /// Spent so far, in the budget's currency.
    pub spent: Option<Money>,
    /// Where the month is expected to end, in the budget's currency.
    pub forecast: Option<Money>,
    /// The expected end as a share of the budget.
    pub forecast_share: Option<Ppm>,
    /// The expected end minus the budget, split into usage and currency.
    pub variance: Option<Variance>,
    /// The rate used.
    pub rate: Option<AppliedRate>,
    /// The mark.
    pub status: Status,
}

/// The cost of a week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostSection {
    /// Which days are compared, per source.
    pub comparisons: Vec<Comparison>,
    /// One row per owner and billing currency: products in catalogue order, shared pools, unallocated.
    pub rows: Vec<CostRow>,
    /// How pools were split.
    pub pools: Vec<PoolSplit>,
    /// The week's days as they are known, per source, owner and billing currency, before any split.
    pub days: Vec<OwnerDays>,
    /// What moved most, by either metric, before any split.
    pub movers: Vec<Mover>,
    /// How many owner-service pairs changed at all.
    pub changed_pairs: i64,
    /// Whether the parts add up.
    pub reconciliation: Vec<Reconciliation>,
    /// Months against budgets.
    pub budgets: Vec<BudgetStatus>,
}

impl CostSection {
    /// Sums the compared days.
    #[must_use]
    pub fn new(input: &ReviewInput, rates: &[AppliedRate]) -> Self {
        let comparisons = comparisons(input);
        let split = split(input, &comparisons);
        let rows = rows(input, &comparisons, &split);
        let (movers, changed_pairs) = movers(input, &comparisons, rates);
        let reconciliation = reconciliation(input, &split);
        let budgets = budgets(input, &comparisons, &split);
        let pools = split.pools(&input.catalogue, input.owner_weeks.iter(), input.week, |source| {
            positions_of(&comparisons, source)
        });
        let days = owner_days(input);
        Self { comparisons, rows, pools, days, movers, changed_pairs, reconciliation, budgets }
    }

    /// Whether the week before the reviewed one was delivered, so that a change has a beginning.
    pub(crate) fn knows_week_before(&self, input: &ReviewInput) -> bool {
        first_weeks(input).is_some_and(|first| input.week.previous() >= first)
    }

    /// Whether any source has a day to compare.
    #[must_use]
    pub fn has_data(&self) -> bool {
        self.comparisons.iter().any(|comparison| !comparison.positions.is_empty())
    }

    /// The most days that any source contributes, for "6 of 7 days"; each source's own count stands
    /// beside its name.
    #[must_use]
    pub fn compared_days(&self) -> usize {
        let lengths = self.comparisons.iter().map(|comparison| comparison.positions.len());
        lengths.max().unwrap_or(0)
    }
}

/// Products first, then shared pools, then what nobody took.
fn rank(owner: &Owner) -> u8 {
    match owner {
        Owner::Product(_) => 0,
        Owner::Shared(_) => 1,
        Owner::Unallocated => 2,
    }
}

/// Which weekdays each cost source contributes. A source that began after the Monday of the week before leaves
/// both sides where another one has that week, because its first days would read as a rise; where all of them
/// are that young there is nothing to compare with, and the week is shown alone.
pub(crate) fn comparisons(input: &ReviewInput) -> Vec<Comparison> {
    let states = input.sources.iter().filter(|state| state.kind == SourceKind::Cost);
    states
        .map(|state| {
            let (through, mut positions) = delivered(input, state);
            if leaves_comparison(input, state) {
                positions.clear();
            }
            Comparison { source: state.name.clone(), complete_through: through, positions }
        })
        .collect()
}

/// The last complete day of a source, and the weekdays of the week that it has complete.
fn delivered(input: &ReviewInput, state: &SourceState) -> (Option<Date>, Vec<usize>) {
    let through = complete_through(input.as_of, input.catalogue.organization.cost_lag_days, state);
    (through, complete_positions(input.week, state, through))
}

/// Whether a source of cost has no week before to compare with while another one has.
pub(crate) fn leaves_comparison(input: &ReviewInput, state: &SourceState) -> bool {
    let before = input.week.previous();
    let is_young = |state: &SourceState| begins(state).is_none_or(|first| first > before);
    let mut others = input.sources.iter().filter(|other| other.kind == SourceKind::Cost);
    is_young(state) && others.any(|other| !is_young(other))
}

/// The first week that a source delivered from its Monday on: what began on a Thursday says nothing about the
/// same weekdays of the week after.
fn begins(state: &SourceState) -> Option<IsoWeek> {
    state.first_day.map(IsoWeek::beginning_from)
}

/// Splits the pools of all known weeks.
fn split(input: &ReviewInput, comparisons: &[Comparison]) -> Split {
    Split::new(&input.catalogue, input.owner_weeks.iter(), through_of(input, comparisons))
}

/// The last complete day of a source, at most the week's Sunday.
fn through_of<'a>(
    input: &ReviewInput,
    comparisons: &'a [Comparison],
) -> impl Fn(&str) -> Option<Date> + use<'a> {
    let sunday = input.week.sunday();
    move |source: &str| {
        let found = comparisons.iter().find(|comparison| comparison.source == source);
        found.and_then(|comparison| comparison.complete_through).map(|day| day.min(sunday))
    }
}

/// The last UTC day that all sources of a product's rows have complete; `None` when one has none or
/// there are no rows.
pub(crate) fn complete_through_of(mine: &[&OwnerWeek], comparisons: &[Comparison]) -> Option<Date> {
    let mine = |source: &str| mine.iter().any(|row| *row.source == *source);
    let sources = comparisons.iter().filter(|comparison| mine(&comparison.source));
    sources.map(|comparison| comparison.complete_through).min().flatten()
}

/// The compared weekdays of a source.
pub(crate) fn positions_of<'a>(comparisons: &'a [Comparison], source: &str) -> &'a [usize] {
    comparisons.iter().find(|comparison| comparison.source == source).map_or(&[], |found| &found.positions)
}

/// The last weeks of an owner, and what of them came out of pools.
#[derive(Default)]
struct Sums {
    history: Vec<Option<Amounts>>,
    shared: Vec<Amounts>,
    /// The first week that a compared source of the owner knows whole.
    known_from: Option<IsoWeek>,
}

/// Sums owner weeks into rows.
fn rows(input: &ReviewInput, comparisons: &[Comparison], split: &Split) -> Vec<CostRow> {
    let first_weeks: BTreeMap<&str, IsoWeek> =
        input.sources.iter().filter_map(|state| Some((state.name.as_str(), begins(state)?))).collect();
    let weeks = input.week.trailing(WEEKS_SHOWN);
    let mut sums: BTreeMap<(&Owner, Currency), Sums> = BTreeMap::new();
    let shares = split.shares.iter().map(|share| (&share.row, true));
    for (row, is_share) in input.owner_weeks.iter().map(|row| (row, false)).chain(shares) {
        let Ok(position) = weeks.binary_search(&row.week) else { continue };
        let positions = positions_of(comparisons, &row.source);
        let sums = sums.entry((&row.owner, row.currency)).or_default();
        sums.history.resize(WEEKS_SHOWN, None);
        if positions.is_empty() {
            // A source without data leaves both sides: what only it bills is unknown, not nothing.
            continue;
        }
        let amounts = row.sum_of(positions);
        let first = first_weeks.get(&*row.source).copied();
        sums.known_from = [sums.known_from, first].into_iter().flatten().min();
        sums.history[position] = Some(sums.history[position].unwrap_or_default() + amounts);
        if is_share && rank(&row.owner) == 0 {
            sums.shared.resize(WEEKS_SHOWN, Amounts::default());
            sums.shared[position] += amounts;
        }
    }
    // Of a pool that is split whole nothing is left to show.
    sums.retain(|(owner, _), sums| {
        !is_declared(input, owner) || sums.history.iter().flatten().any(|amounts| !amounts.is_zero())
    });
    for (position, week) in weeks.iter().enumerate() {
        // A week inside the delivered span without a row is a real zero, one before it is unknown, and so is one
        // of which the beginning is missing. The week itself has the days it has.
        for Sums { history, known_from, .. } in sums.values_mut() {
            let is_known = known_from.is_some_and(|first| *week >= first);
            history[position] = match history[position] {
                None => is_known.then(Amounts::default),
                known => known.filter(|_| is_known || *week == input.week),
            };
        }
    }
    sums.into_iter()
        .map(|((owner, currency), Sums { history, shared, .. })| CostRow {
            owner: owner.clone(),
            currency,
            this: history.last().copied().flatten().unwrap_or_default(),
            previous: history.iter().rev().nth(1).copied().flatten().unwrap_or_default(),
            history,
            shared,
        })
        .collect()
}

/// Whether the catalogue says how to split what the owner is.
fn is_declared(input: &ReviewInput, owner: &Owner) -> bool {
    matches!(owner, Owner::Shared(name) if input.catalogue.pools.iter().any(|pool| pool.name == *name))
}

/// The first week any cost source has delivered from its Monday on.
fn first_weeks(input: &ReviewInput) -> Option<IsoWeek> {
    let cost = input.sources.iter().filter(|state| state.kind == SourceKind::Cost);
    cost.filter_map(begins).min()
}

/// The pairs of owner and service that moved most by either metric, and how many moved at all.
fn movers(input: &ReviewInput, comparisons: &[Comparison], rates: &[AppliedRate]) -> (Vec<Mover>, i64) {
    if first_weeks(input).is_none_or(|first| input.week.previous() < first) {
        return (Vec::new(), 0);
    }
    let mut sums: HashMap<(&Owner, &str, Currency), (Amounts, Amounts)> =
        HashMap::with_capacity(input.service_weeks.len() / 2);
    for row in &input.service_weeks {
        let amounts = row.sum_of(positions_of(comparisons, &row.source));
        let pair = sums.entry((&row.owner, row.service.as_ref(), row.currency)).or_default();
        if row.week == input.week {
            pair.1 += amounts;
        } else if row.week == input.week.previous() {
            pair.0 += amounts;
        }
    }
    let to = input.catalogue.organization.reporting_currency;
    let mut all: Vec<_> = sums.into_iter().filter(|(_, (before, after))| before != after).collect();
    let changed = all.len() as i64;
    let mut weights: BTreeMap<Currency, Option<i128>> = BTreeMap::new();
    for (key, _) in &all {
        weights.entry(key.2).or_insert_with(|| weight_of(rates, key.2, to));
    }
    let mut kept: Vec<Mover> = Vec::new();
    for metric in Metric::ALL {
        let moved = |(key, (before, after)): &((_, _, Currency), (Amounts, Amounts))| {
            let difference = i128::from(after.get(metric)) - i128::from(before.get(metric));
            let weight = weights.get(&key.2).copied().flatten();
            (Reverse(weight.map(|weight| difference.abs().saturating_mul(weight))), *key)
        };
        // Only the few that are shown are put in order.
        if all.len() > MOVERS_SHOWN {
            all.select_nth_unstable_by(MOVERS_SHOWN, |one, other| moved(one).cmp(&moved(other)));
        }
        let shown = all.len().min(MOVERS_SHOWN);
        all[..shown].sort_unstable_by(|one, other| moved(one).cmp(&moved(other)));
        for ((owner, service, currency), (before, after)) in &all[..shown] {
            let (owner, service) = ((*owner).clone(), (*service).to_owned());
            let mover = Mover { owner, service, currency: *currency, before: *before, after: *after };
            if !kept.contains(&mover) {
                kept.push(mover);
            }
        }
    }
    (kept, changed)
}

/// What a micro-unit of a currency weighs beside others when changes are put in order: its rate in
/// billionths. A currency without a rate comes last.
fn weight_of(rates: &[AppliedRate], currency: Currency, to: Currency) -> Option<i128> {
    rate_to(rates, currency, to)?.checked_mul(Decimal::from(1_000_000_000))?.round().to_i128()
}

/// Compares the parts with the bill's own totals, over all complete days of the week that a source has, also
/// where they are compared with nothing.
fn reconciliation(input: &ReviewInput, split: &Split) -> Vec<Reconciliation> {
    let days = input.week.days();
    let all = input.owner_weeks.iter().chain(split.shares.iter().map(|share| &share.row));
    let of_week: Vec<&OwnerWeek> = all.filter(|row| row.week == input.week).collect();
    let mut keys: Vec<(String, Currency)> = of_week
        .iter()
        .map(|row| (row.source.to_string(), row.currency))
        .chain(input.billed_days.iter().map(|row| (row.source.clone(), row.currency)))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    let mut lines = Vec::new();
    for (source, currency) in keys {
        let states = input.sources.iter().filter(|state| state.kind == SourceKind::Cost);
        let state = states.into_iter().find(|state| state.name == source);
        let positions = state.map(|state| delivered(input, state).1).unwrap_or_default();
        let mine = |row: &&&OwnerWeek| *row.source == *source && row.currency == currency;
        for metric in Metric::ALL {
            let sum = |wanted: u8| {
                let rows = of_week.iter().filter(mine).filter(|row| rank(&row.owner) == wanted);
                rows.map(|row| row.sum_of(&positions).get(metric)).fold(0, i64::saturating_add)
            };
            let billed = input
                .billed_days
                .iter()
                .filter(|row| row.source == source && row.currency == currency)
                .filter(|row| positions.iter().any(|position| days[*position] == row.day))
                .map(|row| row.amounts.get(metric))
                .fold(0, i64::saturating_add);
            let (products, shared_not_split, unallocated) = (sum(0), sum(1), sum(2));
            lines.push(Reconciliation {
                source: source.clone(),
                currency,
                metric,
                products,
                shared_not_split,
                unallocated,
                billed,
                difference: billed - products - shared_not_split - unallocated,
            });
        }
    }
    lines
}

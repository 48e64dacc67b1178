//! Cost of the week: facts in billing currencies, and the table a reader asks for.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::budget::{Budget, Variance, variance};
use crate::change::{Change, Gates, Movement};
use crate::cost::{Amounts, Metric, Owner, OwnerWeek};
use crate::coverage::{SourceKind, complete_positions, complete_through};
use crate::finding::Status;
use crate::forecast::{Forecast, forecast_month};
use crate::money::{Currency, Money, largest_remainder, micros_of_decimal};
use crate::organization::Organization;
use crate::product::Slug;
use crate::rate::{AppliedRate, Month};
use crate::ratio::Ppm;
use crate::review::days::{OwnerDays, owner_days};
use crate::review::{ReviewInput, WEEKS_SHOWN};

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

/// One owner's week in one billing currency, summed over sources and environments.
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
    /// The sum of the products, in micro-units.
    pub products: i64,
    /// In shared pools and not split.
    pub shared_not_split: i64,
    /// Taken by no rule.
    pub unallocated: i64,
    /// What the source's facts sum to.
    pub billed: i64,
    /// `billed` minus the three parts; anything but zero is a fault.
    pub difference: i64,
}

/// One product's month against its budget, billed cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetStatus {
    /// The product.
    pub product: Slug,
    /// The month.
    pub month: Month,
    /// The budget.
    pub budget: Money,
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
    /// The week's days as they are known, per source, owner and billing currency.
    pub days: Vec<OwnerDays>,
    /// What moved most, by either metric.
    pub movers: Vec<Mover>,
    /// How many owner-service pairs changed at all.
    pub changed_pairs: i64,
    /// Whether the parts add up.
    pub reconciliation: Vec<Reconciliation>,
    /// Months against budgets.
    pub budgets: Vec<BudgetStatus>,
}

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
    /// The bars.
    pub movers: Vec<MoverRow>,
    /// The change that no bar shows.
    pub rest: i64,
    /// How many pairs the rest holds.
    pub rest_pairs: i64,
    /// Amounts of currencies for which no rate is known; never added to the others.
    pub unconverted: Vec<Money>,
}

/// Key of a sum: whose cost in which billing currency.
type OwnerCurrency = (Owner, Currency);

impl CostSection {
    /// Sums the compared days.
    #[must_use]
    pub fn new(input: &ReviewInput, rates: &[AppliedRate]) -> Self {
        let comparisons = comparisons(input);
        let rows = rows(input, &comparisons);
        let (movers, changed_pairs) = movers(input, &comparisons, rates);
        let reconciliation = reconciliation(input, &comparisons);
        let budgets = budgets(input, &comparisons, rates);
        Self { comparisons, rows, days: owner_days(input), movers, changed_pairs, reconciliation, budgets }
    }

    /// Whether any source has a day to compare.
    #[must_use]
    pub fn has_data(&self) -> bool {
        self.comparisons.iter().any(|comparison| !comparison.positions.is_empty())
    }

    /// The fewest days that any contributing source has, for "6 of 7 days".
    #[must_use]
    pub fn compared_days(&self) -> usize {
        let lengths = self.comparisons.iter().map(|comparison| comparison.positions.len());
        lengths.filter(|length| *length > 0).min().unwrap_or(0)
    }

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
        let this = column(&|row| Some(row.this.get(view.metric)));
        let previous = column(&|row| Some(row.previous.get(view.metric)));
        let weeks: Vec<Vec<Option<i64>>> = (0..WEEKS_SHOWN)
            .map(|week| {
                column(&|row| {
                    row.history.get(week).copied().flatten().map(|amounts| amounts.get(view.metric))
                })
            })
            .collect();
        let has_data = self.has_data();
        let merged = merge(&convertible, &this, &previous, &weeks);
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
fn round_column(exact: &[Option<Decimal>], currency: Currency) -> Vec<Option<i64>> {
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
            }
            None => merged.push(CostTableRow {
                owner: row.owner.clone(),
                change,
                movement: Movement::Unknown,
                history,
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

/// Which weekdays each cost source contributes.
fn comparisons(input: &ReviewInput) -> Vec<Comparison> {
    let lag = input.catalogue.organization.cost_lag_days;
    input
        .sources
        .iter()
        .filter(|state| state.kind == SourceKind::Cost)
        .map(|state| {
            let through = complete_through(input.as_of, lag, state);
            Comparison {
                source: state.name.clone(),
                complete_through: through,
                positions: complete_positions(input.week, state, through),
            }
        })
        .collect()
}

/// The compared weekdays of a source.
fn positions_of<'a>(comparisons: &'a [Comparison], source: &str) -> &'a [usize] {
    comparisons.iter().find(|comparison| comparison.source == source).map_or(&[], |found| &found.positions)
}

/// Sums owner weeks into rows.
fn rows(input: &ReviewInput, comparisons: &[Comparison]) -> Vec<CostRow> {
    let first_weeks = first_weeks(input);
    let weeks = input.week.trailing(WEEKS_SHOWN);
    let mut sums: BTreeMap<OwnerCurrency, Vec<Option<Amounts>>> = BTreeMap::new();
    for row in &input.owner_weeks {
        let Ok(position) = weeks.binary_search(&row.week) else { continue };
        let amounts = row.sum_of(positions_of(comparisons, &row.source));
        let history =
            sums.entry((row.owner.clone(), row.currency)).or_insert_with(|| vec![None; WEEKS_SHOWN]);
        history[position] = Some(history[position].unwrap_or_default() + amounts);
    }
    for (position, week) in weeks.iter().enumerate() {
        for history in sums.values_mut().filter(|history| history[position].is_none()) {
            // A week inside the delivered span without a row is a real zero, one before it is unknown.
            history[position] = first_weeks.is_some_and(|first| *week >= first).then(Amounts::default);
        }
    }
    sums.into_iter()
        .map(|((owner, currency), history)| CostRow {
            owner,
            currency,
            this: history.last().copied().flatten().unwrap_or_default(),
            previous: history.iter().rev().nth(1).copied().flatten().unwrap_or_default(),
            history,
        })
        .collect()
}

/// The first week any cost source has delivered.
fn first_weeks(input: &ReviewInput) -> Option<crate::week::IsoWeek> {
    input
        .sources
        .iter()
        .filter(|state| state.kind == SourceKind::Cost)
        .filter_map(|state| state.first_day)
        .min()
        .map(crate::week::IsoWeek::containing)
}

/// The pairs of owner and service that moved most by either metric, and how many moved at all.
fn movers(input: &ReviewInput, comparisons: &[Comparison], rates: &[AppliedRate]) -> (Vec<Mover>, i64) {
    let mut sums: BTreeMap<(&Owner, &str, Currency), (Amounts, Amounts)> = BTreeMap::new();
    for row in &input.service_weeks {
        let amounts = row.sum_of(positions_of(comparisons, &row.source));
        let pair = sums.entry((&row.owner, row.service.as_str(), row.currency)).or_default();
        if row.week == input.week {
            pair.1 += amounts;
        } else if row.week == input.week.previous() {
            pair.0 += amounts;
        }
    }
    let mut all: Vec<Mover> = sums
        .into_iter()
        .filter(|(_, (before, after))| before != after)
        .map(|((owner, service, currency), (before, after))| Mover {
            owner: owner.clone(),
            service: service.to_owned(),
            currency,
            before,
            after,
        })
        .collect();
    let changed = all.len() as i64;
    let to = input.catalogue.organization.reporting_currency;
    let size = |mover: &Mover, metric: Metric| {
        let difference = i128::from(mover.after.get(metric)) - i128::from(mover.before.get(metric));
        let exact = Decimal::from_i128_with_scale(difference, 6);
        rate_to(rates, mover.currency, to).map(|rate| (exact * rate).abs())
    };
    let mut kept: Vec<Mover> = Vec::new();
    for metric in Metric::ALL {
        all.sort_by_cached_key(|mover| std::cmp::Reverse(size(mover, metric)));
        for mover in all.iter().take(MOVERS_SHOWN) {
            if !kept.contains(mover) {
                kept.push(mover.clone());
            }
        }
    }
    (kept, changed)
}

/// Compares the parts with the bill's own totals.
fn reconciliation(input: &ReviewInput, comparisons: &[Comparison]) -> Vec<Reconciliation> {
    let days = input.week.days();
    let mut keys: Vec<(String, Currency)> = input
        .owner_weeks
        .iter()
        .filter(|row| row.week == input.week)
        .map(|row| (row.source.clone(), row.currency))
        .chain(input.billed_days.iter().map(|row| (row.source.clone(), row.currency)))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    let mut lines = Vec::new();
    for (source, currency) in keys {
        let positions = positions_of(comparisons, &source);
        let mine =
            |row: &&OwnerWeek| row.week == input.week && row.source == source && row.currency == currency;
        for metric in Metric::ALL {
            let sum = |wanted: u8| {
                let rows = input.owner_weeks.iter().filter(mine).filter(|row| rank(&row.owner) == wanted);
                rows.map(|row| row.sum_of(positions).get(metric)).fold(0, i64::saturating_add)
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

/// Every budget of the month that the week's last complete day lies in.
fn budgets(input: &ReviewInput, comparisons: &[Comparison], rates: &[AppliedRate]) -> Vec<BudgetStatus> {
    let through = comparisons.iter().filter_map(|comparison| comparison.complete_through).min();
    let through = through.map(|day| day.min(input.week.sunday()));
    let month = Month::containing(through.unwrap_or(input.week.sunday()));
    let mut statuses: Vec<BudgetStatus> = input
        .catalogue
        .budgets
        .iter()
        .filter(|budget| budget.month == month)
        .map(|budget| budget_status(input, budget, through, rates))
        .collect();
    statuses.sort_by(|one, other| {
        other.forecast_share.cmp(&one.forecast_share).then(one.product.cmp(&other.product))
    });
    statuses
}

/// Daily billed amounts of a product in one billing currency, up to a day.
#[must_use]
pub fn daily_billed(
    owner_weeks: &[OwnerWeek],
    product: &Slug,
    currency: Currency,
    through: Date,
) -> BTreeMap<Date, i64> {
    let mut days = BTreeMap::new();
    for row in owner_weeks.iter().filter(|row| row.currency == currency) {
        if !matches!(&row.owner, Owner::Product(slug) if slug == product) {
            continue;
        }
        for (day, amounts) in row.week.days().into_iter().zip(row.days).filter(|(day, _)| *day <= through) {
            let sum: &mut i64 = days.entry(day).or_default();
            *sum = sum.saturating_add(amounts.billed);
        }
    }
    days
}

/// The currencies a product is billed in.
fn currencies_of(input: &ReviewInput, product: &Slug) -> Vec<Currency> {
    let mine = |row: &&OwnerWeek| matches!(&row.owner, Owner::Product(slug) if slug == product);
    let mut currencies: Vec<Currency> =
        input.owner_weeks.iter().filter(mine).map(|row| row.currency).collect();
    currencies.sort_unstable();
    currencies.dedup();
    currencies
}

/// One budget: spent, expected, and why it differs.
fn budget_status(
    input: &ReviewInput,
    budget: &Budget,
    through: Option<Date>,
    rates: &[AppliedRate],
) -> BudgetStatus {
    let currencies = currencies_of(input, &budget.product);
    let forecasts: Vec<(Currency, Option<Forecast>, i64)> = through.map_or_else(Vec::new, |through| {
        currencies
            .iter()
            .map(|currency| {
                let days = daily_billed(&input.owner_weeks, &budget.product, *currency, through);
                let spent = days.range(budget.month.first_day()..=through).map(|(_, amount)| *amount).sum();
                (*currency, forecast_month(&days, through), spent)
            })
            .collect()
    });
    let to = budget.amount.currency;
    let convert = |micros: i64, currency: Currency| {
        let rate = rate_to(rates, currency, to)?;
        Money { micros, currency }.convert(rate, to).ok().map(|money| money.micros)
    };
    let sum = |pick: &dyn Fn(&(Currency, Option<Forecast>, i64)) -> Option<i64>| -> Option<Money> {
        let parts: Option<Vec<i64>> = forecasts.iter().map(pick).collect();
        let micros = parts.filter(|parts| !parts.is_empty())?.into_iter().fold(0, i64::saturating_add);
        Some(Money { micros, currency: to })
    };
    let spent = sum(&|(currency, _, spent)| convert(*spent, *currency));
    let forecast = sum(&|(currency, forecast, _)| convert(forecast.as_ref()?.total(), *currency));
    let forecast_share = forecast
        .and_then(|forecast| Ppm::floor_of(i128::from(forecast.micros), i128::from(budget.amount.micros)));
    let applied =
        rates.iter().find(|applied| currencies.contains(&applied.rate.from) && applied.rate.to == to);
    let variance = match (forecasts.as_slice(), applied) {
        ([(currency, Some(forecast), _)], Some(applied)) if Some(*currency) == budget.bill_currency => {
            variance(budget, Money { micros: forecast.total(), currency: *currency }, applied.rate.rate)
        }
        _ => None,
    };
    let thresholds = &input.catalogue.organization.thresholds;
    let status = match forecast_share {
        None => Status::NoData,
        Some(share) if share > thresholds.budget_breached => Status::Breached,
        Some(share) if share > thresholds.budget_risk => Status::Risk,
        Some(_) => Status::Ok,
    };
    BudgetStatus {
        product: budget.product.clone(),
        month: budget.month,
        budget: budget.amount,
        through,
        spent,
        forecast,
        forecast_share,
        variance,
        rate: applied.cloned(),
        status,
    }
}

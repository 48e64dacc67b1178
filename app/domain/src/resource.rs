//! What single resources cost: of each key of the bill those that cost or moved most are kept, day by day; all
//! others, and cost that names no resource, are told as one line, so that the lines add up.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::change::{Change, Movement};
use crate::cost::{Amounts, BillingScope, ChargeCategory, CostKey};
use crate::money::{Currency, MICROS_PER_UNIT, decimal_of_micros, largest_remainder};
use crate::organization::Organization;
use crate::product::Environment;
use crate::product_cost::FactWeek;
use crate::product_cost::selection::Selection;
use crate::rate::AppliedRate;
use crate::review::cost::{Comparison, CostView, gates, rate_to, round_to_written, written_step};
use crate::week::IsoWeek;

/// How many resources of a key are kept in a billing period for what they moved from one week to the next, and
/// as many for what they cost.
pub const KEPT_PER_KEY: usize = 10;

/// How many resources of a billing account, billing period and currency are kept in all.
pub const KEPT_PER_SCOPE: usize = 5_000;

/// How many resources a page shows; the rest is one line.
pub const RESOURCES_SHOWN: usize = 20;

/// What one resource cost in a billing period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceDays {
    /// FOCUS `ResourceId`.
    pub id: String,
    /// UTC days with an amount, in micro-units of the billing currency, oldest first.
    pub days: Vec<(Date, Amounts)>,
}

/// The resources of one key in one billing period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyResources {
    /// The billing period.
    pub scope: BillingScope,
    /// The key that names them.
    pub key: CostKey,
    /// How many more it names that are not kept.
    pub others: u64,
    /// Those that are kept, by id; a key of which none is kept is not told of at all.
    pub resources: Vec<ResourceDays>,
}

/// What one resource of an owner cost in one week, day by day (UTC).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceWeek {
    /// The week whose seven dates are meant as UTC days.
    pub week: IsoWeek,
    /// The source.
    pub source: Arc<str>,
    /// The billing currency.
    pub currency: Currency,
    /// The key that names it.
    pub key: Arc<CostKey>,
    /// Where it ran.
    pub environment: Environment,
    /// FOCUS `ResourceId`.
    pub resource: Arc<str>,
    /// Monday to Sunday; `None` for a day of whose billing period it is not kept, where its cost is among that
    /// of all others.
    pub days: [Option<Amounts>; 7],
}

impl ResourceWeek {
    /// The same without its resource and its amounts, as filters look at it.
    fn fact(&self) -> FactWeek {
        FactWeek {
            week: self.week,
            source: Arc::clone(&self.source),
            currency: self.currency,
            key: Arc::clone(&self.key),
            environment: self.environment,
            days: [Amounts::default(); 7],
        }
    }

    /// The compared days; `None` where one of them is not known.
    fn compared(&self, comparisons: &[Comparison]) -> Option<Amounts> {
        positions(comparisons, &self.source).iter().map(|day| self.days.get(*day).copied().flatten()).sum()
    }
}

fn positions<'a>(comparisons: &'a [Comparison], source: &str) -> &'a [usize] {
    let found = comparisons.iter().find(|comparison| *comparison.source == *source);
    found.map_or(&[], |comparison| &comparison.positions)
}

/// Whether resources of a charge are told apart: consumption, and what no category names.
#[must_use]
pub fn is_told_by_resource(category: ChargeCategory) -> bool {
    matches!(category, ChargeCategory::Usage | ChargeCategory::Other)
}

/// What the table is made from.
#[derive(Clone, Copy, Debug)]
pub struct ResourceInput<'a> {
    /// The resources of the week and of the one before.
    pub resources: &'a [ResourceWeek],
    /// The facts of the same owner.
    pub facts: &'a [FactWeek],
    /// The week.
    pub week: IsoWeek,
    /// Which days are compared, per source.
    pub comparisons: &'a [Comparison],
    /// What is asked for.
    pub selection: &'a Selection,
    /// In which metric and currency.
    pub view: CostView,
    /// The rates of the week.
    pub rates: &'a [AppliedRate],
    /// Whose thresholds judge.
    pub organization: &'a Organization,
}

/// One resource, in micro-units of the view's currency, whole in what people write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceLine {
    /// FOCUS `ResourceId`.
    pub id: Arc<str>,
    /// FOCUS `SubAccountId` of the key that names it.
    pub account: String,
    /// FOCUS `RegionId`.
    pub region: String,
    /// This week against the same weekdays of the one before; a side that is not known is `None`.
    pub change: Change,
    /// Judged by the gates.
    pub movement: Movement,
}

/// The resources behind a selection of a product's cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceTable {
    /// At most [`RESOURCES_SHOWN`], the largest change first.
    pub lines: Vec<ResourceLine>,
    /// All other resources, and cost that names none.
    pub rest: Change,
    /// What the selection used in all: the lines and the rest.
    pub total: Change,
}

/// A resource's sums of the two weeks, exact, in the view's currency.
struct Sums<'a> {
    account: &'a str,
    region: &'a str,
    /// This week and the one before; `None` as soon as a part is not known.
    sides: [Option<Decimal>; 2],
}

impl ResourceTable {
    /// Sums the compared days of both weeks; pure. Nothing where no resource is known.
    #[must_use]
    pub fn new(input: &ResourceInput<'_>) -> Option<Self> {
        let totals = [input.week, input.week.previous()].map(|week| total(input, week));
        let sums = sums(input);
        if sums.is_empty() {
            return None;
        }
        let mut ordered: Vec<(&Arc<str>, &Sums<'_>)> = sums.iter().map(|(id, sums)| (*id, sums)).collect();
        ordered.sort_by_key(|(_, sums)| Reverse(moved(sums)));
        ordered.truncate(RESOURCES_SHOWN);
        let [after, before] = [0, 1].map(|side| written(&ordered, side, totals[side], input.view.currency));
        let change_of = |row: usize, is_known: [bool; 2]| Change {
            after: is_known[0].then(|| after[row]),
            before: is_known[1].then(|| before[row]),
        };
        let total = Change { after: Some(after.iter().sum()), before: Some(before.iter().sum()) };
        let share = input.organization.thresholds.change_amount_of_product;
        let gates = gates(input.organization, total.after.unwrap_or(0), share);
        let line = |(row, (id, sums)): (usize, &(&Arc<str>, &Sums<'_>))| {
            let change = change_of(row, sums.sides.map(|side| side.is_some()));
            ResourceLine {
                id: Arc::clone(id),
                account: sums.account.to_owned(),
                region: sums.region.to_owned(),
                change,
                movement: change.movement(&gates),
            }
        };
        let lines = ordered.iter().enumerate().map(line).collect();
        Some(Self { lines, rest: change_of(ordered.len(), [true; 2]), total })
    }
}

/// How much a resource changed; one of which a week is not known may have changed by all of the other.
fn moved(sums: &Sums<'_>) -> Decimal {
    let [after, before] = sums.sides.map(Option::unwrap_or_default);
    (after - before).abs()
}

/// What the selection used in a week, exact, in the view's currency.
fn total(input: &ResourceInput<'_>, week: IsoWeek) -> Decimal {
    let mine = input.facts.iter().filter(|fact| {
        fact.week == week && is_told_by_resource(fact.key.charge_category) && input.selection.holds(fact)
    });
    mine.filter_map(|fact| {
        let rate = rate_to(input.rates, fact.currency, input.view.currency)?;
        let days = positions(input.comparisons, &fact.source).iter().filter_map(|day| fact.days.get(*day));
        let amounts: Amounts = days.copied().sum();
        Some(decimal_of_micros(amounts.get(input.view.metric)) * rate)
    })
    .sum()
}

fn sums<'a>(input: &ResourceInput<'a>) -> BTreeMap<&'a Arc<str>, Sums<'a>> {
    let mut sums: BTreeMap<&Arc<str>, Sums<'_>> = BTreeMap::new();
    for resource in input.resources {
        let side = match resource.week {
            week if week == input.week => 0,
            week if week == input.week.previous() => 1,
            _ => continue,
        };
        let Some(rate) = rate_to(input.rates, resource.currency, input.view.currency) else { continue };
        if !input.selection.holds(&resource.fact()) {
            continue;
        }
        let key = &resource.key;
        let known = sums.entry(&resource.resource).or_insert_with(|| Sums {
            account: &key.sub_account,
            region: &key.region,
            sides: [Some(Decimal::ZERO); 2],
        });
        let exact = resource
            .compared(input.comparisons)
            .map(|amounts| decimal_of_micros(amounts.get(input.view.metric)) * rate);
        known.sides[side] = known.sides[side].zip(exact).map(|(one, other)| one + other);
    }
    sums.retain(|_, sums| sums.sides.iter().any(|side| side.is_some_and(|amount| !amount.is_zero())));
    sums
}

/// One side of the table, the rest last, rounded so that the rows add up to the total as written.
fn written(ordered: &[(&Arc<str>, &Sums<'_>)], side: usize, total: Decimal, currency: Currency) -> Vec<i64> {
    let mut exact: Vec<Decimal> =
        ordered.iter().map(|(_, sums)| sums.sides[side].unwrap_or_default()).collect();
    let known: Decimal = exact.iter().sum();
    exact.push(total - known);
    let step = written_step(currency);
    let steps: Vec<Decimal> =
        exact.iter().map(|amount| *amount * Decimal::from(MICROS_PER_UNIT / step)).collect();
    let written = largest_remainder(&steps, round_to_written(total, currency) / step);
    written.into_iter().map(|steps| steps.saturating_mul(step)).collect()
}

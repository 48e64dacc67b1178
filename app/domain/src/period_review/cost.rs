//! What products cost over several weeks, and what their budgets allow for the same days.

use rust_decimal::Decimal;

use crate::budget::Budget;
use crate::cost::{Amounts, Owner};
use crate::finding::Status;
use crate::money::{Currency, Money, micros_of_decimal};
use crate::organization::Thresholds;
use crate::product::{Product, Slug};
use crate::rate::Month;
use crate::ratio::Ppm;
use crate::review::WeeklyReview;
use crate::review::cost::{CostRow, rate_to};
use crate::tax::Tax;

use super::{PeriodInput, reviews};

/// What one owner cost in one billing currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodCost {
    /// Whose cost.
    pub owner: Owner,
    /// The billing currency; amounts of different ones are never added.
    pub currency: Currency,
    /// Each week of the span as its review shows it; `None` where nothing is known.
    pub weeks: Vec<Option<Amounts>>,
    /// The sum of the known weeks.
    pub sum: Amounts,
}

/// What a product cost against what its budgets allow for the same days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodBudget {
    /// The product.
    pub product: Slug,
    /// Billed in the known weeks, each week converted at the rate of its review; `None` where a rate is missing.
    pub spent: Option<Money>,
    /// The even share of the months' budgets for the days that are known: budget × days ÷ days of the month.
    pub allowed: Money,
    /// Whether the budgets mean taxes; what is spent holds them, so nothing is judged where they do not.
    pub tax: Tax,
    /// Spent as a share of what is allowed.
    pub share: Option<Ppm>,
    /// The mark by the thresholds of the organisation.
    pub status: Status,
}

/// One row per owner and currency: products in their order, then pools, then what nobody took.
pub(super) fn costs(input: &PeriodInput<'_>) -> Vec<PeriodCost> {
    let mut keys: Vec<(Owner, Currency)> = Vec::new();
    for row in reviews(input).flat_map(|review| &review.cost.rows) {
        if !keys.iter().any(|(owner, currency)| (owner, currency) == (&row.owner, &row.currency)) {
            keys.push((row.owner.clone(), row.currency));
        }
    }
    keys.sort_by_key(|(owner, currency)| (place(input.products, owner), owner.clone(), *currency));
    keys.into_iter().map(|(owner, currency)| cost(input, owner, currency)).collect()
}

/// Where an owner stands: products in their order, then pools, then what nobody took.
pub(crate) fn place(products: &[Product], owner: &Owner) -> (u8, usize) {
    match owner {
        Owner::Product(slug) => {
            (0, products.iter().position(|product| product.slug == *slug).unwrap_or(usize::MAX))
        }
        Owner::Shared(_) => (1, 0),
        Owner::Unallocated => (2, 0),
    }
}

fn cost(input: &PeriodInput<'_>, owner: Owner, currency: Currency) -> PeriodCost {
    let of_week = |review: &WeeklyReview| {
        let row = review.cost.rows.iter().find(|row| row.owner == owner && row.currency == currency);
        match row {
            Some(row) => known(row),
            // A week that has cost and none of this owner is a real zero.
            None => review.cost.has_data().then(Amounts::default),
        }
    };
    let weeks: Vec<Option<Amounts>> = input.weeks.iter().map(|week| of_week(week.review.as_ref()?)).collect();
    let sum = weeks.iter().flatten().fold(Amounts::default(), |sum, amounts| sum + *amounts);
    PeriodCost { owner, currency, weeks, sum }
}

/// What a row tells of its own week.
fn known(row: &CostRow) -> Option<Amounts> {
    row.history.last().copied().flatten()
}

/// One row per product with budgets for all known days, in one currency and of one kind; others have none.
pub(super) fn budgets(input: &PeriodInput<'_>, costs: &[PeriodCost]) -> Vec<PeriodBudget> {
    input.products.iter().filter_map(|product| budget(input, costs, &product.slug)).collect()
}

fn budget(input: &PeriodInput<'_>, costs: &[PeriodCost], slug: &Slug) -> Option<PeriodBudget> {
    let (allowed, currency, tax) = allowed(input, slug)?;
    let allowed = Money { micros: micros_of_decimal(allowed).ok()?, currency };
    let spent = spent(input, costs, slug, currency);
    let share = spent
        .filter(|_| tax == Tax::Included)
        .and_then(|spent| Ppm::floor_of(i128::from(spent.micros), i128::from(allowed.micros)));
    let status = status(share, &input.organization.thresholds);
    Some(PeriodBudget { product: slug.clone(), spent, allowed, tax, share, status })
}

fn status(share: Option<Ppm>, thresholds: &Thresholds) -> Status {
    match share {
        None => Status::NoData,
        Some(share) if share > thresholds.budget_breached => Status::Breached,
        Some(share) if share > thresholds.budget_risk => Status::Risk,
        Some(_) => Status::Ok,
    }
}

/// The even share of the budgets; `None` where a day has none, or they are of several currencies or kinds.
fn allowed(input: &PeriodInput<'_>, slug: &Slug) -> Option<(Decimal, Currency, Tax)> {
    let mut sum = Decimal::ZERO;
    let mut kind: Option<(Currency, Tax)> = None;
    for review in reviews(input) {
        let days = review.week.days();
        for position in known_days(review) {
            let month = Month::containing(days[*position]);
            let mine = |budget: &&Budget| budget.product == *slug && budget.month == month;
            let budget = input.budgets.iter().find(mine)?;
            let this = (budget.amount.currency, budget.tax);
            if *kind.get_or_insert(this) != this {
                return None;
            }
            sum += budget.amount.decimal() / Decimal::from(month.days());
        }
    }
    kind.map(|(currency, tax)| (sum, currency, tax))
}

/// The weekdays of a week that the source with most of them has complete.
#[must_use]
pub fn known_days(review: &WeeklyReview) -> &[usize] {
    let all = review.cost.comparisons.iter().map(|comparison| comparison.positions.as_slice());
    all.max_by_key(|positions| positions.len()).unwrap_or_default()
}

fn spent(input: &PeriodInput<'_>, costs: &[PeriodCost], slug: &Slug, to: Currency) -> Option<Money> {
    let owner = Owner::Product(slug.clone());
    let mut micros: i64 = 0;
    let mut is_known = false;
    for cost in costs.iter().filter(|cost| cost.owner == owner) {
        for (week, amounts) in input.weeks.iter().zip(&cost.weeks) {
            let (Some(review), Some(amounts)) = (&week.review, amounts) else { continue };
            is_known = true;
            if amounts.billed == 0 {
                continue;
            }
            let billed = Money { micros: amounts.billed, currency: cost.currency };
            let converted = billed.convert(rate_to(&review.rates, cost.currency, to)?, to).ok()?;
            micros = micros.checked_add(converted.micros)?;
        }
    }
    is_known.then_some(Money { micros, currency: to })
}

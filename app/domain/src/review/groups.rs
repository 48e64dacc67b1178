//! Products summed by their group (事業部): the week, and the month against the budgets together.

use rust_decimal::Decimal;

use super::WeeklyReview;
use super::cost::{BudgetStatus, CostTable, CostTableRow, rate_to, round_column, status_of};
use crate::change::{Change, Movement};
use crate::cost::Owner;
use crate::finding::Status;
use crate::money::{Currency, Money};
use crate::organization::Localized;
use crate::product::Slug;
use crate::ratio::Ppm;
use crate::review::WEEKS_SHOWN;
use crate::tax::Tax;

/// The month of one or more products against its budgets, in micro-units of the table's currency, whole in what
/// people write. Those of all products add up to the sums shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BudgetSum {
    /// The budgets.
    pub budget: Option<i64>,
    /// Spent so far by the products that have one; `None` where that of one is not known.
    pub spent: Option<i64>,
    /// Where their month is expected to end; `None` where that of one is not known.
    pub forecast: Option<i64>,
}

impl BudgetSum {
    /// The expected end as a share of the budgets.
    #[must_use]
    pub fn share(&self) -> Option<Ppm> {
        Ppm::floor_of(i128::from(self.forecast?), i128::from(self.budget?))
    }
}

/// One product within its group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRow {
    /// The product.
    pub product: Slug,
    /// The week, as in the table of products.
    pub cost: CostTableRow,
    /// The month; `None` without a budget, or where its currency cannot be converted.
    pub budget: Option<BudgetSum>,
    /// The mark of its budget.
    pub status: Status,
}

/// One group of products.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupCost {
    /// Its name; `None` for products in no group.
    pub name: Option<Localized>,
    /// Its products, largest first.
    pub rows: Vec<GroupRow>,
    /// The sum of their weeks.
    pub change: Change,
    /// Judged by the table's gates.
    pub movement: Movement,
    /// The sum of their last weeks, oldest first.
    pub history: Vec<Option<i64>>,
    /// The sum of their months, of those that have a budget.
    pub budget: Option<BudgetSum>,
    /// How many have none.
    pub without_budget: usize,
    /// Whether the budgets mean taxes, too; `None` where they differ.
    pub tax: Option<Tax>,
    /// The mark of the expected end of all together.
    pub status: Status,
}

impl GroupCost {
    /// The word for its address, the same in both languages; nothing for products in no group.
    #[must_use]
    pub fn key(&self) -> &str {
        self.name.as_ref().map_or("", |name| if name.en.is_empty() { &name.ja } else { &name.en })
    }

    /// Whether a word means the group: its name in either language.
    #[must_use]
    pub fn is_called(&self, word: &str) -> bool {
        self.name.as_ref().map_or(word.is_empty(), |name| name.ja == word || name.en == word)
    }
}

/// The groups of a review in the order in which the catalogue first names them, products without one last; they
/// add up to what products cost in the table. Nothing where no product has a group.
#[must_use]
pub fn groups(review: &WeeklyReview, table: &CostTable) -> Vec<GroupCost> {
    if review.products.iter().all(|product| product.group.is_none()) {
        return Vec::new();
    }
    let budgets = written_budgets(review, table.view.currency);
    let group_of = |slug: &Slug| review.product(slug).and_then(|product| product.group.clone());
    let mut names: Vec<Option<Localized>> = Vec::new();
    for group in review.products.iter().map(|product| product.group.clone()) {
        if group.is_some() && !names.contains(&group) {
            names.push(group);
        }
    }
    names.push(None);
    let row = |cost: &CostTableRow| {
        let Owner::Product(slug) = &cost.owner else { return None };
        let found = budgets.iter().find(|(status, _)| status.product == *slug);
        let status = found.map_or(Status::NoData, |(status, _)| status.status);
        Some(GroupRow {
            product: slug.clone(),
            cost: cost.clone(),
            budget: found.map(|(_, sum)| *sum),
            status,
        })
    };
    let rows: Vec<GroupRow> = table.rows.iter().filter_map(row).collect();
    let of_group = |name: Option<Localized>| {
        let rows: Vec<GroupRow> = rows.iter().filter(|row| group_of(&row.product) == name).cloned().collect();
        group(review, table, name, rows)
    };
    names.into_iter().map(of_group).filter(|group| !group.rows.is_empty()).collect()
}

fn group(
    review: &WeeklyReview,
    table: &CostTable,
    name: Option<Localized>,
    rows: Vec<GroupRow>,
) -> GroupCost {
    let known =
        |pick: &dyn Fn(&GroupRow) -> Option<i64>| rows.iter().filter_map(pick).reduce(i64::saturating_add);
    let change =
        Change { before: known(&|row| row.cost.change.before), after: known(&|row| row.cost.change.after) };
    let history = (0..WEEKS_SHOWN).map(|week| known(&|row| row.cost.history.get(week).copied().flatten()));
    let history: Vec<Option<i64>> = history.collect();
    let budgets: Vec<BudgetSum> = rows.iter().filter_map(|row| row.budget).collect();
    // A sum with an unknown part is unknown.
    let whole = |pick: fn(&BudgetSum) -> Option<i64>| {
        budgets.iter().map(pick).reduce(|one, other| Some(one?.saturating_add(other?))).flatten()
    };
    let budget = (!budgets.is_empty()).then(|| BudgetSum {
        budget: whole(|sum| sum.budget),
        spent: whole(|sum| sum.spent),
        forecast: whole(|sum| sum.forecast),
    });
    let of_rows = |status: &&BudgetStatus| rows.iter().any(|row| row.product == status.product);
    let mut taxes: Vec<Tax> = review.cost.budgets.iter().filter(of_rows).map(|status| status.tax).collect();
    taxes.sort_unstable();
    taxes.dedup();
    GroupCost {
        movement: change.movement(&table.gates),
        change,
        history,
        status: status_of(budget.and_then(|sum| sum.share()), &review.organization.thresholds),
        without_budget: rows.len() - budgets.len(),
        tax: taxes.first().copied().filter(|_| taxes.len() == 1),
        budget,
        rows,
        name,
    }
}

/// The budgets in a currency: each column rounded so that the products add up to the sum of all.
fn written_budgets(review: &WeeklyReview, currency: Currency) -> Vec<(&BudgetStatus, BudgetSum)> {
    let statuses: Vec<(&BudgetStatus, Decimal)> = review
        .cost
        .budgets
        .iter()
        .filter_map(|status| Some((status, rate_of(review, status, currency)?)))
        .collect();
    let column = |pick: fn(&BudgetStatus) -> Option<Money>| {
        let exact = statuses.iter().map(|(status, rate)| pick(status)?.decimal().checked_mul(*rate));
        round_column(&exact.collect::<Vec<_>>(), currency)
    };
    let (budget, spent, forecast) = (
        column(|status| Some(status.budget)),
        column(|status| status.spent),
        column(|status| status.forecast),
    );
    let sums = budget.into_iter().zip(spent).zip(forecast);
    let sums = sums.map(|((budget, spent), forecast)| BudgetSum { budget, spent, forecast });
    statuses.iter().map(|(status, _)| *status).zip(sums).collect()
}

/// The rate of a budget's currency: that of its month where one is known.
fn rate_of(review: &WeeklyReview, status: &BudgetStatus, to: Currency) -> Option<Decimal> {
    let of_month = status.rate.as_slice();
    rate_to(of_month, status.budget.currency, to)
        .or_else(|| rate_to(&review.rates, status.budget.currency, to))
}

//! How the objectives of a product stand together: sums where they mean something, the worst beside them, and
//! composites with their method named. Never a mean of percentages (reference/slo.md 3.4).

use rust_decimal::Decimal;

use crate::error_budget::{ErrorBudget, remaining_together};
use crate::finding::{Counts, Status};
use crate::objective::{BudgetingMethod, Window};
use crate::product::{Environment, Slug};
use crate::ratio::Ppm;
use crate::review::objectives::ObjectiveRow;

/// Request objectives of one window and environment, added up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LikeSum {
    /// Where they are measured.
    pub environment: Environment,
    /// Their window.
    pub window: Window,
    /// The objectives, worst first.
    pub objectives: Vec<String>,
    /// Those that belong here and have no number now: the sum is without them.
    pub missing: Vec<String>,
    /// ΣG.
    pub good: i64,
    /// ΣT.
    pub total: i64,
    /// What is left of all budgets together, 1 − ΣB/Σ(1 − τ)T; `None` where all targets are 100 %.
    pub remaining: Option<Ppm>,
    /// The strictest of the targets.
    pub target: Ppm,
}

impl LikeSum {
    /// ΣG/ΣT in percent, floored to one digit more than the strictest target has.
    #[must_use]
    pub fn attainment_percent(&self) -> Option<Decimal> {
        let sum = ErrorBudget::new(self.good, self.total, self.target)?;
        Some(sum.attainment_percent(ErrorBudget::attainment_decimals(self.target)))
    }
}

/// By which rule parts make a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompositeMethod {
    /// The product of the ratios: each part is needed, and parts fail independently of one another.
    SerialProduct,
    /// OpenSLO's ratio time slices: one less the weighted sum of what each part misses.
    RatioTimeslices,
    /// OpenSLO's occurrences: the sum of the parts' burn rates, each times its weight.
    Occurrences,
    /// OpenSLO's time slices: a slice is bad where it is bad for any part; weights play no role.
    Timeslices,
}

impl CompositeMethod {
    /// The word in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SerialProduct => "serial-product",
            Self::RatioTimeslices => "openslo-ratio-timeslices",
            Self::Occurrences => "openslo-occurrences",
            Self::Timeslices => "openslo-timeslices",
        }
    }
}

/// What a composite comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompositeValue {
    /// The share that is good, in ppm rounded towards minus infinity; negative where parts miss more than all.
    Share(Ppm),
    /// The burn rate over the window, in millionths of even: above 1 the budget of the whole is spent.
    BurnRate(Ppm),
    /// The share that is good lies between these, both included: counts do not tell which slices were bad at the
    /// same time.
    Between(Ppm, Ppm),
}

/// Objectives of one window and environment, seen as parts of one whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composite {
    /// By which rule.
    pub method: CompositeMethod,
    /// Where they are measured.
    pub environment: Environment,
    /// Their window.
    pub window: Window,
    /// The name of the whole, where definitions declare it.
    pub whole: Option<String>,
    /// The objectives.
    pub objectives: Vec<String>,
    /// Their weights in the same order, in millionths.
    pub weights: Vec<Ppm>,
    /// What it comes to.
    pub value: CompositeValue,
}

/// The objectives of a product together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rollup {
    /// The product; `None` for objectives without one.
    pub product: Option<Slug>,
    /// How many stand how.
    pub counts: Counts,
    /// The objective that stands worst.
    pub worst: Option<String>,
    /// The objective with the least left among those that count time, of which no sum means anything.
    pub worst_of_time: Option<String>,
    /// Sums of request objectives, one for each window and environment with several.
    pub sums: Vec<LikeSum>,
    /// Composites, one for each window and environment with several parts.
    pub composites: Vec<Composite>,
}

impl Rollup {
    /// Adds up rows of one product, worst first as a review lists them.
    #[must_use]
    pub fn new(product: Option<&Slug>, rows: &[&ObjectiveRow]) -> Self {
        let mine: Vec<&ObjectiveRow> =
            rows.iter().copied().filter(|row| row.product.as_ref() == product).collect();
        let mut counts = Counts::default();
        for row in &mine {
            match row.status {
                Status::Breached => counts.breached += 1,
                Status::Risk => counts.risk += 1,
                Status::NoData => counts.no_data += 1,
                Status::Ok => counts.ok += 1,
            }
        }
        // What belongs to no product has no whole that it could be a part of.
        let indicators = if product.is_some() { without_further_targets(&mine) } else { Vec::new() };
        let of_time = mine.iter().filter(|row| counts_time(row) && has_number(row));
        Self {
            product: product.cloned(),
            counts,
            worst: mine.first().map(|row| row.id.clone()),
            worst_of_time: of_time.min_by_key(|row| row.remaining).map(|row| row.id.clone()),
            sums: groups(&indicators, |row| !counts_time(row)).iter().filter_map(like_sum).collect(),
            composites: composites(&indicators),
        }
    }
}

/// The roll-up of every product that has rows, in the order in which they come first; those without one last.
#[must_use]
pub fn rollups(rows: &[&ObjectiveRow]) -> Vec<Rollup> {
    let mut products: Vec<Option<&Slug>> = Vec::new();
    for row in rows {
        if !products.contains(&row.product.as_ref()) {
            products.push(row.product.as_ref());
        }
    }
    products.sort_by_key(Option::is_none);
    products.into_iter().map(|product| Rollup::new(product, rows)).collect()
}

fn counts_time(row: &ObjectiveRow) -> bool {
    row.method != BudgetingMethod::Occurrences
}

/// Whether the row's number is of now.
fn has_number(row: &ObjectiveRow) -> bool {
    row.status != Status::NoData && row.sum.total > 0
}

/// Several targets of one indicator are several objectives of the same counts, which must be counted once.
fn without_further_targets<'a>(rows: &[&'a ObjectiveRow]) -> Vec<&'a ObjectiveRow> {
    let is_further = |row: &ObjectiveRow| {
        let Some((base, number)) = row.id.rsplit_once('-') else { return false };
        number.bytes().all(|byte| byte.is_ascii_digit())
            && rows
                .iter()
                .any(|other| other.id == base && other.method == row.method && other.week == row.week)
    };
    rows.iter().copied().filter(|row| !is_further(row)).collect()
}

/// Rows by environment and window, in the order in which they come first.
fn groups<'a>(
    rows: &[&'a ObjectiveRow],
    belongs: impl Fn(&ObjectiveRow) -> bool,
) -> Vec<Vec<&'a ObjectiveRow>> {
    let mut groups: Vec<Vec<&ObjectiveRow>> = Vec::new();
    for row in rows.iter().copied().filter(|row| belongs(row)) {
        let is_like = |group: &&mut Vec<&ObjectiveRow>| {
            group
                .first()
                .is_some_and(|first| (first.environment, &first.window) == (row.environment, &row.window))
        };
        match groups.iter_mut().find(is_like) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups.retain(|group| group.len() > 1);
    groups
}

fn like_sum(group: &Vec<&ObjectiveRow>) -> Option<LikeSum> {
    let (known, missing): (Vec<&ObjectiveRow>, Vec<&ObjectiveRow>) =
        group.iter().copied().partition(|row| has_number(row));
    let first = known.first()?;
    let budgets: Vec<ErrorBudget> = known.iter().filter_map(|row| row.budget()).collect();
    let ids = |rows: &[&ObjectiveRow]| rows.iter().map(|row| row.id.clone()).collect();
    Some(LikeSum {
        environment: first.environment,
        window: first.window.clone(),
        objectives: ids(&known),
        missing: ids(&missing),
        good: budgets.iter().fold(0, |sum, budget| sum.saturating_add(budget.good)),
        total: budgets.iter().fold(0, |sum, budget| sum.saturating_add(budget.total)),
        remaining: remaining_together(&budgets),
        target: known.iter().map(|row| row.target).max()?,
    })
}

/// In series where every part has a number; by OpenSLO's rules for those that definitions declare to be parts of a
/// whole, and with weights of 1 for those that are budgeted by ratio time slices and declared to be parts of none.
fn composites(rows: &[&ObjectiveRow]) -> Vec<Composite> {
    let mut found: Vec<Composite> = groups(rows, |_| true)
        .iter()
        .filter_map(|group| composite(CompositeMethod::SerialProduct, None, group))
        .collect();
    let mut wholes: Vec<&str> = Vec::new();
    for part in rows.iter().filter_map(|row| row.part.as_ref()) {
        if !wholes.contains(&part.whole.as_str()) {
            wholes.push(&part.whole);
        }
    }
    for whole in wholes {
        let is_part = |row: &ObjectiveRow| row.part.as_ref().is_some_and(|part| part.whole == whole);
        for group in groups(rows, is_part) {
            found.extend(declared_method(&group).and_then(|method| composite(method, Some(whole), &group)));
        }
    }
    let is_ratio = |row: &ObjectiveRow| {
        matches!(row.method, BudgetingMethod::RatioTimeslices { .. }) && row.part.is_none()
    };
    let ratios = groups(rows, is_ratio);
    found.extend(ratios.iter().filter_map(|group| composite(CompositeMethod::RatioTimeslices, None, group)));
    found
}

/// The rule of parts that are all budgeted alike; `None` for those that are not.
fn declared_method(group: &[&ObjectiveRow]) -> Option<CompositeMethod> {
    let method = |row: &ObjectiveRow| match row.method {
        BudgetingMethod::Occurrences => CompositeMethod::Occurrences,
        BudgetingMethod::Timeslices { .. } => CompositeMethod::Timeslices,
        BudgetingMethod::RatioTimeslices { .. } => CompositeMethod::RatioTimeslices,
    };
    let first = method(group.first()?);
    group.iter().all(|row| method(row) == first).then_some(first)
}

/// The composite of parts that all have a number.
fn composite(method: CompositeMethod, whole: Option<&str>, group: &[&ObjectiveRow]) -> Option<Composite> {
    let first = group.first()?;
    let sums: Option<Vec<(i64, i64)>> =
        group.iter().map(|row| has_number(row).then_some((row.sum.good, row.sum.total))).collect();
    let sums = sums?;
    let weights: Vec<Ppm> =
        group.iter().map(|row| row.part.as_ref().map_or(Ppm::ONE, |part| part.weight)).collect();
    let value = match method {
        CompositeMethod::SerialProduct => CompositeValue::Share(serial_product(&sums)?),
        CompositeMethod::RatioTimeslices => {
            let weighted = weights.iter().zip(&sums);
            let weighted = weighted.map(|(weight, (good, total))| (Decimal::new(weight.0, 6), *good, *total));
            CompositeValue::Share(ratio_timeslices(&weighted.collect::<Vec<_>>())?)
        }
        CompositeMethod::Occurrences => {
            let budgets: Option<Vec<ErrorBudget>> = group.iter().map(|row| row.budget()).collect();
            let budgets: Vec<(Ppm, ErrorBudget)> = weights.iter().copied().zip(budgets?).collect();
            CompositeValue::BurnRate(weighted_burn_rate(&budgets)?)
        }
        CompositeMethod::Timeslices => {
            let (low, high) = any_bad(&sums)?;
            CompositeValue::Between(low, high)
        }
    };
    Some(Composite {
        method,
        environment: first.environment,
        window: first.window.clone(),
        whole: whole.map(str::to_owned),
        objectives: group.iter().map(|row| row.id.clone()).collect(),
        weights,
        value,
    })
}

/// Σ wᵢ·BRᵢ in millionths of even, rounded towards minus infinity, of weight and budget of each part; `None` without
/// parts or where one has no burn rate (OpenSLO, composite occurrences).
#[must_use]
pub fn weighted_burn_rate(parts: &[(Ppm, ErrorBudget)]) -> Option<Ppm> {
    let mut sum = Decimal::ZERO;
    for (weight, budget) in parts {
        let rate = Decimal::from(budget.bad()).checked_div(budget.allowed())?;
        sum = sum.checked_add(Decimal::new(weight.0, 6).checked_mul(rate)?)?;
    }
    (!parts.is_empty()).then(|| ppm_of(sum)).flatten()
}

/// Between which shares of slices that are good for every part lies, of good and total of each: bad slices never
/// coincide, or always do. `None` without parts or where one counted nothing.
#[must_use]
pub fn any_bad(parts: &[(i64, i64)]) -> Option<(Ppm, Ppm)> {
    let one = |(good, total): &(i64, i64)| (Decimal::ONE, *good, *total);
    let low = ratio_timeslices(&parts.iter().map(one).collect::<Vec<_>>())?;
    let shares = parts.iter().map(|(good, total)| Ppm::floor_of(i128::from(*good), i128::from(*total)));
    let high = shares.collect::<Option<Vec<Ppm>>>()?.into_iter().min()?;
    Some((low.max(Ppm(0)), high))
}

/// Π Gᵢ/Tᵢ in ppm, rounded towards minus infinity; `None` without parts or where one counted nothing.
#[must_use]
pub fn serial_product(parts: &[(i64, i64)]) -> Option<Ppm> {
    let mut product = Decimal::ONE;
    for (good, total) in parts {
        product = product.checked_mul(Decimal::from(*good).checked_div(Decimal::from(*total))?)?;
    }
    (!parts.is_empty()).then(|| ppm_of(product)).flatten()
}

/// 1 − Σ wᵢ(1 − Gᵢ/Tᵢ) in ppm, rounded towards minus infinity, of weight, good and total of each part; `None`
/// without parts or where one counted nothing (OpenSLO, composite ratio time slices).
#[must_use]
pub fn ratio_timeslices(parts: &[(Decimal, i64, i64)]) -> Option<Ppm> {
    let mut whole = Decimal::ONE;
    for (weight, good, total) in parts {
        let missed = Decimal::from(total.checked_sub(*good)?).checked_div(Decimal::from(*total))?;
        whole = whole.checked_sub(weight.checked_mul(missed)?)?;
    }
    (!parts.is_empty()).then(|| ppm_of(whole)).flatten()
}

fn ppm_of(share: Decimal) -> Option<Ppm> {
    use rust_decimal::prelude::ToPrimitive;
    share.checked_mul(Decimal::from(1_000_000))?.floor().to_i64().map(Ppm)
}

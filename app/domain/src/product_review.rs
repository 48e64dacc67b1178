//! One product over the same window as the weekly review: the page a product manager opens.

pub mod outlook;

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::cost::{Amounts, Owner, OwnerWeek};
use crate::coverage::SourceKind;
use crate::deploy::{self, Deploy, DeployDay, ProductFinder};
use crate::error_budget::ErrorBudget;
use crate::finding::MatrixRow;
use crate::forecast::{FanRefusal, Method, Refusal};
use crate::holiday::Holidays;
use crate::money::Currency;
use crate::note::{Note, NotePlace};
use crate::objective::{ObjectiveHistory, SliSum};
use crate::organization::Organization;
use crate::pace::Pace;
use crate::period::Period;
use crate::policy::verdict::ShipVerdict;
use crate::product::{Environment, Product, Slug};
use crate::rate::{AppliedRate, Month};
use crate::ratio::Ppm;
use crate::review::actions::ReviewAction;
use crate::review::anomalies;
use crate::review::cost::{
    BudgetStatus, Comparison, CostRow, CostSection, complete_through_of, currencies_of,
};
use crate::review::incidents::IncidentSection;
use crate::review::objectives::ObjectiveRow;
use crate::review::questions::{self, ServiceMove};
use crate::review::{Freshness, ReviewInput, WEEKS_SHOWN, WeeklyReview};
use crate::split::PoolSplit;
use crate::tax::Tax;
use crate::week::IsoWeek;

use outlook::{Known, Range, Unusual};

/// One service or environment of a product in one billing currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostLine {
    /// The service's name or the environment's word.
    pub name: String,
    /// The billing currency.
    pub currency: Currency,
    /// The compared days of this week.
    pub this: Amounts,
    /// The same weekdays of the week before.
    pub previous: Amounts,
    /// The same weekdays of the last weeks, oldest first.
    pub history: Vec<Amounts>,
    /// The first of all weeks that one of its sources knows whole: what comes before it is unknown, not nothing.
    /// `None` where that was not kept; then it is that of the oldest source of cost.
    pub known_from: Option<IsoWeek>,
}

/// A month in one billing currency, billed, day by day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthCourse {
    /// The month.
    pub month: Month,
    /// The billing currency.
    pub currency: Currency,
    /// Complete UTC days of the month in order, in micro-units; days without a row are zero.
    pub days: Vec<i64>,
    /// What the remaining days are expected to cost.
    pub remaining_days: Vec<i64>,
    /// What each day of the whole month is usually expected to cost; empty without a forecast.
    pub shape: Vec<i64>,
    /// How the forecast was made, or why there is none.
    pub method: Result<Method, Refusal>,
    /// How far it may be off, or why that is unknown.
    pub range: Result<Range, FanRefusal>,
}

/// The days on which something of a product reached production, up to what a review measures.
#[must_use]
pub fn deploy_days(review: &WeeklyReview, input: &ReviewInput, slug: &Slug) -> Vec<DeployDay> {
    let mut finder = ProductFinder::new(&input.catalogue.products);
    let mut mine: Vec<&Deploy> = Vec::new();
    for deploy in input.deploys.iter().filter(|deploy| deploy.finished_at < review.measured_until) {
        if finder.find(deploy).is_some_and(|product| product.slug == *slug) {
            mine.push(deploy);
        }
    }
    deploy::days(mine.into_iter(), &review.organization.zone())
}

/// How one objective's budget ran down over its window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetCourse {
    /// The objective.
    pub objective: String,
    /// The window.
    pub period: Period,
    /// The share left after each bucket, in order; the whole budget is that of the full window's total.
    pub points: Vec<(Timestamp, Ppm)>,
}

impl BudgetCourse {
    /// The course of an objective's window; `None` where nothing was counted.
    #[must_use]
    pub fn of(history: &ObjectiveHistory, measured_until: Timestamp) -> Option<Self> {
        let period = history.objective.window.period(measured_until);
        let sum = SliSum::of(&history.buckets, &period);
        let whole = ErrorBudget::new(sum.good, sum.total, history.objective.target)?;
        let mut spent = 0;
        let inside = history.buckets.iter().filter(|bucket| period.contains(bucket.period.start));
        let points = inside.filter_map(|bucket| {
            spent += bucket.total - bucket.good;
            let so_far = ErrorBudget { good: whole.total - spent, ..whole };
            Some((bucket.period.end, so_far.remaining()?))
        });
        Some(Self { objective: history.objective.id.clone(), period, points: points.collect() })
    }
}

/// One product's week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductReview {
    /// The product.
    pub product: Product,
    /// The week.
    pub week: IsoWeek,
    /// When it was looked at.
    pub as_of: Timestamp,
    /// Up to when it is measured.
    pub measured_until: Timestamp,
    /// The week in the organisation's zone.
    pub period: Period,
    /// The organisation.
    pub organization: Organization,
    /// The sources.
    pub freshness: Vec<Freshness>,
    /// The exchange rates applied.
    pub rates: Vec<AppliedRate>,
    /// The product's row of the matrix.
    pub matrix: Option<MatrixRow>,
    /// Which days are compared, per source.
    pub comparisons: Vec<Comparison>,
    /// Cost by service, largest first.
    pub services: Vec<CostLine>,
    /// Cost by environment, without shares of pools.
    pub environments: Vec<CostLine>,
    /// What the product bears of shared pools, one line without a name per billing currency.
    pub shares: Vec<CostLine>,
    /// The pools it bears a share of, with its own share only.
    pub pools: Vec<PoolSplit>,
    /// The month against its budget.
    pub budget: Option<BudgetStatus>,
    /// The month day by day, without taxes where the budget leaves them out.
    pub months: Vec<MonthCourse>,
    /// The rates of that month, which can be another than that of the week's Sunday.
    pub month_rates: Vec<AppliedRate>,
    /// Whether the month keeps step with its budget, in the budget's currency.
    pub pace: Option<Pace>,
    /// Days of the week that cost far more than expected.
    pub unusual: Unusual,
    /// Services that rose past both gates of the organisation.
    pub moves: Vec<ServiceMove>,
    /// Objectives, worst first.
    pub objectives: Vec<ObjectiveRow>,
    /// How their budgets ran down.
    pub courses: Vec<BudgetCourse>,
    /// Whether it may ship; `None` for a week that was frozen before policies were kept.
    pub verdict: Option<ShipVerdict>,
    /// What is promised for it and not kept yet, the longest overdue first.
    pub actions: Vec<ReviewAction>,
    /// What people wrote about it.
    pub note: Option<Note>,
    /// Incidents.
    pub incidents: IncidentSection,
    /// The days on which something of it reached production, oldest first; of the last
    /// [`DEPLOY_DAYS`](crate::review::DEPLOY_DAYS) days.
    pub deploys: Vec<DeployDay>,
}

impl CostLine {
    /// Sums rows of any owner, service and environment over the compared weekdays: one line a currency, without
    /// a name.
    #[must_use]
    pub fn of_rows(week: IsoWeek, comparisons: &[Comparison], rows: &[OwnerWeek]) -> Vec<Self> {
        lines(week, comparisons, &[], rows.iter(), |_| String::new())
    }
}

impl ProductReview {
    /// Takes the product's part of a review and adds what only its own page shows.
    ///
    /// `service_weeks` are the product's services over the last [`WEEKS_SHOWN`] weeks, `older_weeks` its
    /// cost in the weeks before those, as far back as [`outlook::WEEKS_LEARNT`], `share_weeks` what it bears of
    /// pools in all of these weeks, `tax_weeks` what of all this is tax, which counts only for a budget that
    /// leaves taxes out. `None` when the review does not know the product.
    #[must_use]
    pub fn new(
        review: &WeeklyReview,
        input: &ReviewInput,
        service_weeks: &[OwnerWeek],
        older_weeks: &[OwnerWeek],
        share_weeks: &[OwnerWeek],
        tax_weeks: &[OwnerWeek],
        slug: &Slug,
    ) -> Option<Self> {
        let product = review.product(slug)?.clone();
        let window = Period { start: review.period.start, end: review.measured_until };
        let comparisons = review.cost.comparisons.clone();
        let mine: Vec<&OwnerWeek> = input.owner_weeks.iter().filter(|row| belongs(row, slug)).collect();
        let by_service: Vec<&OwnerWeek> = service_weeks.iter().filter(|row| belongs(row, slug)).collect();
        let services =
            lines(review.week, &comparisons, &review.freshness, by_service.iter().copied(), |row| {
                row.service.to_string()
            });
        let environments = lines(review.week, &comparisons, &review.freshness, mine.iter().copied(), |row| {
            row.environment.as_str().to_owned()
        });
        let borne: Vec<&OwnerWeek> = share_weeks.iter().filter(|row| belongs(row, slug)).collect();
        let first_shown = review.week.plus(1 - WEEKS_SHOWN as i32);
        let lately = borne.iter().copied().filter(|row| row.week >= first_shown);
        let lately: Vec<&OwnerWeek> = mine.iter().copied().chain(lately).collect();
        let budget = review.cost.budgets.iter().find(|status| status.product == *slug).cloned();
        let leaves_out = budget.as_ref().is_some_and(|status| status.tax == Tax::Excluded);
        let taxes = tax_weeks.iter().filter(|row| leaves_out && belongs(row, slug));
        let known = complete_through_of(&lately, &comparisons).map(|through| Known {
            less: taxes.map(OwnerWeek::taken_away).collect(),
            currencies: currencies_of(&lately),
            shares: borne,
            rows: older_weeks.iter().filter(|row| belongs(row, slug)).chain(mine.iter().copied()).collect(),
            through: through.min(review.week.sunday()),
            holidays: Holidays::of_zone(&review.organization.time_zone),
        });
        let months = known.as_ref().map(Known::months).unwrap_or_default();
        let month_rates = match months.first() {
            Some(first) => {
                let currencies = months.iter().map(|month| month.currency).collect();
                input.catalogue.rates_of(currencies, first.month)
            }
            None => review.rates.clone(),
        };
        let unusual = anomalies::of_product(input, &comparisons, slug);
        let moves = questions::moves_of(review, input, &unusual, slug);
        Some(Self {
            week: review.week,
            as_of: review.as_of,
            measured_until: review.measured_until,
            period: review.period,
            organization: review.organization.clone(),
            freshness: review.freshness.clone(),
            rates: review.rates.clone(),
            matrix: review.matrix.iter().find(|row| row.product == *slug).cloned(),
            services,
            environments: order_environments(environments),
            shares: shares(&review.cost, review.week, slug),
            pools: pools(&review.cost, slug),
            pace: budget.as_ref().and_then(|status| outlook::pace(&months, status, &month_rates)),
            budget,
            months,
            month_rates,
            unusual,
            moves,
            objectives: review
                .objectives
                .iter()
                .filter(|row| row.product.as_ref() == Some(slug))
                .cloned()
                .collect(),
            courses: courses(&input.objectives, slug, review.measured_until),
            deploys: deploy_days(review, input, slug),
            actions: review.actions.open_of(slug).cloned().collect(),
            note: review.note(&NotePlace::Product(slug.clone())).cloned(),
            verdict: review.verdicts.iter().find(|verdict| verdict.product == *slug).cloned(),
            incidents: review.incidents.of_product(slug, &window),
            comparisons,
            product,
        })
    }

    /// The product's services as a cost section, so that the same table code serves both pages: services stand
    /// in the place of pools, and [`Owner::Unallocated`] is what the product bears of shared pools.
    #[must_use]
    pub fn as_cost_section(&self) -> CostSection {
        let weeks = self.week.trailing(WEEKS_SHOWN);
        let first = beginnings(&self.freshness).into_iter().map(|(_, week)| week).min();
        // The week itself has the days it has; a week before it without its beginning compares with nothing.
        let has_days = self.comparisons.iter().any(|comparison| !comparison.positions.is_empty());
        let known = |line: &CostLine, week: &IsoWeek| {
            let first = line.known_from.or(first);
            first.is_some_and(|first| *week >= first) || (*week == self.week && has_days)
        };
        let history = |line: &CostLine| -> Vec<Option<Amounts>> {
            weeks.iter().zip(&line.history).map(|(week, sum)| known(line, week).then_some(*sum)).collect()
        };
        let services = self.services.iter().map(|line| (Owner::Shared(line.name.clone()), line));
        let shares = self.shares.iter().map(|line| (Owner::Unallocated, line));
        let lines: Vec<(Owner, &CostLine)> = services.chain(shares).collect();
        let rows = lines.iter().map(|(owner, line)| CostRow {
            owner: owner.clone(),
            currency: line.currency,
            this: line.this,
            previous: line.previous,
            history: history(line),
            shared: if *owner == Owner::Unallocated { line.history.clone() } else { Vec::new() },
        });
        let before = self.week.previous();
        let movers = lines.iter().filter(|(_, line)| known(line, &before) && line.this != line.previous);
        let movers = movers.map(|(owner, line)| crate::review::cost::Mover {
            owner: owner.clone(),
            service: line.name.clone(),
            currency: line.currency,
            before: line.previous,
            after: line.this,
        });
        let movers: Vec<_> = movers.collect();
        CostSection {
            comparisons: self.comparisons.clone(),
            rows: rows.collect(),
            pools: self.pools.clone(),
            days: Vec::new(),
            changed_pairs: movers.len() as i64,
            movers,
            reconciliation: Vec::new(),
            budgets: self.budget.iter().cloned().collect(),
        }
    }
}

/// The first week that each source of cost speaks about from its Monday on.
#[must_use]
pub fn beginnings(freshness: &[Freshness]) -> Vec<(String, IsoWeek)> {
    let cost = freshness.iter().filter(|freshness| freshness.kind == SourceKind::Cost);
    let begins = |one: &Freshness| Some((one.source.clone(), IsoWeek::beginning_from(one.first_day?)));
    cost.filter_map(begins).collect()
}

/// Whether a row is the product's own.
fn belongs(row: &OwnerWeek, slug: &Slug) -> bool {
    matches!(&row.owner, Owner::Product(owner) if owner == slug)
}

/// Sums rows under a name over the compared weekdays, largest first.
///
/// Rows of a source that leaves the comparison are unknown, and no lines of nothing.
fn lines<'a>(
    week: IsoWeek,
    comparisons: &[Comparison],
    freshness: &[Freshness],
    rows: impl Iterator<Item = &'a OwnerWeek>,
    name: impl Fn(&OwnerWeek) -> String,
) -> Vec<CostLine> {
    let weeks = week.trailing(WEEKS_SHOWN);
    let begun = beginnings(freshness);
    let mut sums: BTreeMap<(String, Currency), (Vec<Amounts>, Option<IsoWeek>)> = BTreeMap::new();
    for row in rows {
        let Ok(position) = weeks.binary_search(&row.week) else { continue };
        let found = comparisons.iter().find(|comparison| *comparison.source == *row.source);
        let positions: &[usize] = found.map_or(&[], |comparison| &comparison.positions);
        if positions.is_empty() {
            continue;
        }
        let amounts = row.sum_of(positions);
        let (history, known_from) = sums
            .entry((name(row), row.currency))
            .or_insert_with(|| (vec![Amounts::default(); WEEKS_SHOWN], None));
        history[position] += amounts;
        let begins = begun.iter().find(|(source, _)| **source == *row.source).map(|(_, week)| *week);
        *known_from = [*known_from, begins].into_iter().flatten().min();
    }
    let mut lines: Vec<CostLine> = sums
        .into_iter()
        .map(|((name, currency), (history, known_from))| CostLine {
            known_from,
            name,
            currency,
            this: history.last().copied().unwrap_or_default(),
            previous: history.iter().rev().nth(1).copied().unwrap_or_default(),
            history,
        })
        .collect();
    lines.sort_by(|one, other| other.this.billed.cmp(&one.this.billed).then(one.name.cmp(&other.name)));
    lines
}

/// What a product bears of shared pools, per billing currency.
fn shares(cost: &CostSection, week: IsoWeek, slug: &Slug) -> Vec<CostLine> {
    let mine = |row: &&CostRow| matches!(&row.owner, Owner::Product(owner) if owner == slug);
    let rows = cost.rows.iter().filter(mine).filter(|row| !row.shared.is_empty());
    let first_week = |row: &CostRow| {
        let back = row.history.iter().rev().position(Option::is_none).unwrap_or(row.history.len());
        week.plus(1 - i32::try_from(back).unwrap_or(0))
    };
    rows.map(|row| CostLine {
        known_from: Some(first_week(row)),
        name: String::new(),
        currency: row.currency,
        this: row.shared_this(),
        previous: row.shared_previous(),
        history: row.shared.clone(),
    })
    .collect()
}

/// The pools that a product bears a share of, without the shares of others.
fn pools(cost: &CostSection, slug: &Slug) -> Vec<PoolSplit> {
    let own = |pool: &PoolSplit| -> Option<PoolSplit> {
        let share = pool.shares.iter().find(|share| share.product == *slug)?.clone();
        Some(PoolSplit { pool: pool.pool.clone(), series: pool.series.clone(), shares: vec![share], ..*pool })
    };
    cost.pools.iter().filter_map(own).collect()
}

/// Environments in the order of a page.
fn order_environments(mut lines: Vec<CostLine>) -> Vec<CostLine> {
    let rank = |name: &str| Environment::ALL.iter().position(|known| known.as_str() == name);
    lines.sort_by_key(|line| (rank(&line.name), line.currency));
    lines
}

/// The share of each objective's budget left after each bucket of its window.
fn courses(histories: &[ObjectiveHistory], slug: &Slug, measured_until: Timestamp) -> Vec<BudgetCourse> {
    histories
        .iter()
        .filter(|history| history.objective.product.as_ref() == Some(slug))
        .filter_map(|history| BudgetCourse::of(history, measured_until))
        .collect()
}

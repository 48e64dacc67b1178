//! What the meeting has to answer about cost and data, worst first: each is an exception with its evidence.
//!
//! - A month forecast above its budget.
//! - Unusual days that nobody has answered, or whose answer no longer holds.
//! - An unexplained mover: a service that rose past both gates of the organisation (its share of the week
//!   before, and of the organisation's week) without an answer; of a product, of a shared pool before it is split,
//!   or of what no rule gave to anybody. The first of a month and the same weekday of
//!   the other week are left out, because of their fees. An answered event of the same service in
//!   the week explains it, too.
//! - Cost that nobody took, above its limit.
//! - A source that has gone silent.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use rust_decimal::Decimal;

use crate::answer::{Answer, Asked, Evidence, Reopened, Subject};
use crate::change::{Change, Gates, Movement};
use crate::cost::{Metric, Owner};
use crate::coverage::SourceKind;
use crate::finding::Status;
use crate::money::{Currency, Money, decimal_of_micros, micros_of_decimal};
use crate::product::Slug;
use crate::rate::{AppliedRate, Month};
use crate::ratio::Ppm;
use crate::review::anomalies::{Unusual, organization_week};
use crate::review::cost::{Comparison, CostSection, CostTable, CostView, gates, rate_to};
use crate::review::{Freshness, ReviewInput, WeeklyReview};
use crate::week::IsoWeek;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matter {
    /// The month is expected to end above its budget.
    OverBudget {
        /// The month.
        month: Month,
        /// Where it is expected to end.
        forecast: Money,
        /// The budget.
        budget: Money,
    },
    /// Days that cost far more than expected.
    Anomaly {
        /// The billing currency.
        currency: Currency,
        /// The days and amounts.
        now: Evidence,
        /// The service that rose most.
        service: Option<String>,
        /// Why the last answer no longer holds.
        reopened: Option<Reopened>,
    },
    /// A service that rose past both gates.
    Mover {
        /// Whose cost, before any split.
        owner: Owner,
        /// The billing currency.
        currency: Currency,
        /// The week's amounts.
        now: Evidence,
        /// The service.
        service: String,
        /// Why the last answer no longer holds.
        reopened: Option<Reopened>,
    },
    /// Cost of the week that no rule gave to anybody.
    Unallocated {
        /// How much, in the reporting currency.
        amount: Money,
        /// As a share of the week.
        share: Ppm,
        /// The limit.
        limit: Ppm,
    },
    /// A source that has delivered nothing for too long.
    SourceStale {
        /// The source.
        source: String,
        /// What it delivers.
        kind: SourceKind,
        /// For how many whole days, where that is known.
        days: Option<i64>,
    },
}

/// One thing that the meeting has to answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// How bad.
    pub status: Status,
    /// The product, where it is about one.
    pub product: Option<Slug>,
    /// What is asked.
    pub matter: Matter,
}

impl Question {
    /// Whether a note answers it.
    #[must_use]
    pub fn takes_answer(&self) -> bool {
        matches!(self.matter, Matter::Anomaly { .. } | Matter::Mover { .. })
    }
}

/// A service that rose past both gates in the week: a product's, a pool's before it is split, or of cost that
/// nobody took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceMove {
    /// The service.
    pub service: String,
    /// The billing currency.
    pub currency: Currency,
    /// The compared days of the week against those of the week before.
    pub now: Evidence,
    /// What was said about it, the newest first.
    pub answers: Vec<Answer>,
    /// Why the newest answer no longer holds.
    pub reopened: Option<Reopened>,
    /// Whether an answered event of the week explains it.
    pub explained: bool,
}

impl ServiceMove {
    /// Whether somebody has to say what it is.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.explained && (self.answers.is_empty() || self.reopened.is_some())
    }
}

/// What questions are made from.
pub(crate) struct QuestionInput<'a> {
    pub(crate) input: &'a ReviewInput,
    pub(crate) rates: &'a [AppliedRate],
    pub(crate) cost: &'a CostSection,
    /// In the reporting currency, billed.
    pub(crate) table: &'a CostTable,
    pub(crate) freshness: &'a [Freshness],
    pub(crate) unusual: &'a [(Slug, Unusual)],
}

/// The services of one product that rose past both gates of a review.
pub(crate) fn moves_of(
    review: &WeeklyReview,
    input: &ReviewInput,
    unusual: &Unusual,
    slug: &Slug,
) -> Vec<ServiceMove> {
    let view = CostView { metric: Metric::Billed, currency: review.organization.reporting_currency };
    let table = review.cost.table(view, &review.organization, &review.rates);
    let unusual = [(slug.clone(), unusual.clone())];
    let from = QuestionInput {
        input,
        rates: &review.rates,
        cost: &review.cost,
        table: &table,
        freshness: &review.freshness,
        unusual: &unusual,
    };
    let owner = Owner::Product(slug.clone());
    service_moves(&from, Some(&owner)).into_iter().map(|(_, one)| one).collect()
}

/// The services that rose past both gates, of all owners.
pub(crate) fn all_moves(from: &QuestionInput<'_>) -> Vec<(Owner, ServiceMove)> {
    service_moves(from, None)
}

/// Those of pools and of unallocated cost; they have no page of a product.
pub(crate) fn shared_moves(mut moves: Vec<(Owner, ServiceMove)>) -> Vec<(Owner, ServiceMove)> {
    moves.retain(|(owner, _)| !matches!(owner, Owner::Product(_)));
    moves
}

/// All questions, worst first: by status, by kind, then by what is at stake.
pub(crate) fn questions(from: &QuestionInput<'_>, moves: &[(Owner, ServiceMove)]) -> Vec<Question> {
    let mut questions: Vec<Question> = Vec::new();
    questions.extend(over_budget(from.cost));
    questions.extend(anomalies(from.unusual));
    questions.extend(movers(moves));
    questions.extend(unallocated(from));
    questions.extend(from.freshness.iter().filter_map(stale));
    let to = from.input.catalogue.organization.reporting_currency;
    questions.sort_by_cached_key(|question| {
        (Reverse(question.status), rank(&question.matter), Reverse(stake(&question.matter, from.rates, to)))
    });
    questions
}

fn rank(matter: &Matter) -> u8 {
    match matter {
        Matter::OverBudget { .. } => 0,
        Matter::Anomaly { .. } => 1,
        Matter::Mover { .. } => 2,
        Matter::Unallocated { .. } => 3,
        Matter::SourceStale { .. } => 4,
    }
}

/// What a question is about in units of the reporting currency, where a rate is known.
fn stake(matter: &Matter, rates: &[AppliedRate], to: Currency) -> Option<Decimal> {
    let money = match matter {
        Matter::OverBudget { forecast, budget, .. } => {
            Money { micros: forecast.micros.saturating_sub(budget.micros), currency: budget.currency }
        }
        Matter::Anomaly { currency, now, .. } | Matter::Mover { currency, now, .. } => {
            Money { micros: now.impact(), currency: *currency }
        }
        Matter::Unallocated { amount, .. } => *amount,
        Matter::SourceStale { days, .. } => return days.map(Decimal::from),
    };
    decimal_of_micros(money.micros).checked_mul(rate_to(rates, money.currency, to)?)
}

fn over_budget(cost: &CostSection) -> impl Iterator<Item = Question> {
    let over = cost.budgets.iter().filter(|status| matches!(status.status, Status::Risk | Status::Breached));
    over.filter_map(|status| {
        let matter =
            Matter::OverBudget { month: status.month, forecast: status.forecast?, budget: status.budget };
        Some(Question { status: status.status, product: Some(status.product.clone()), matter })
    })
}

fn anomalies(unusual: &[(Slug, Unusual)]) -> impl Iterator<Item = Question> {
    unusual.iter().flat_map(|(slug, unusual)| {
        unusual.events.iter().filter(|anomaly| anomaly.is_open()).map(|anomaly| Question {
            status: Status::Risk,
            product: Some(slug.clone()),
            matter: Matter::Anomaly {
                currency: anomaly.currency,
                now: Evidence::of_event(&anomaly.event),
                service: anomaly.service.clone(),
                reopened: anomaly.reopened,
            },
        })
    })
}

fn movers(moves: &[(Owner, ServiceMove)]) -> impl Iterator<Item = Question> {
    moves.iter().filter(|(_, one)| one.is_open()).map(|(owner, one)| Question {
        status: Status::Risk,
        product: match owner {
            Owner::Product(slug) => Some(slug.clone()),
            Owner::Shared(_) | Owner::Unallocated => None,
        },
        matter: Matter::Mover {
            owner: owner.clone(),
            currency: one.currency,
            now: one.now,
            service: one.service.clone(),
            reopened: one.reopened,
        },
    })
}

fn unallocated(from: &QuestionInput<'_>) -> Option<Question> {
    let limit = from.input.catalogue.organization.thresholds.unallocated_limit;
    let row = from.table.rows.iter().find(|row| row.owner == Owner::Unallocated)?;
    let (amount, whole) = (row.change.after?, from.table.total.change.after?);
    let share = Ppm::floor_of(i128::from(amount), i128::from(whole))?;
    let amount = Money { micros: amount, currency: from.table.view.currency };
    let matter = Matter::Unallocated { amount, share, limit };
    (share > limit).then_some(Question { status: Status::Risk, product: None, matter })
}

fn stale(freshness: &Freshness) -> Option<Question> {
    let matter = Matter::SourceStale {
        source: freshness.source.clone(),
        kind: freshness.kind,
        days: freshness.stale_days,
    };
    (freshness.status == Status::NoData && freshness.stale_days.is_some()).then_some(Question {
        status: Status::NoData,
        product: None,
        matter,
    })
}

/// The services that rose past both gates, of all owners or of one, in order of owner and service.
///
/// The gates are those of the organisation, brought into each billing currency; where no rate leads there,
/// they are a share of what is billed in that currency.
fn service_moves(from: &QuestionInput<'_>, only: Option<&Owner>) -> Vec<(Owner, ServiceMove)> {
    let (input, comparisons) = (from.input, &from.cost.comparisons);
    if !from.cost.knows_week_before(input) {
        return Vec::new();
    }
    let move_gates = MoveGates::new(from);
    let mut known: BTreeMap<Currency, Gates> = BTreeMap::new();
    let (first, last) = (input.week.monday(), input.week.sunday());
    let mut rises: Vec<(ServiceKey<'_>, Evidence, Gates)> = Vec::new();
    for (key, ServiceSum { before, after, days }) in service_sums(input, comparisons, only) {
        let gates = *known.entry(key.2).or_insert_with(|| move_gates.of(key.2));
        let change = Change { before: Some(before), after: Some(after) };
        let now = Evidence { first, last, days, goes_on: false, actual: after, expected: before };
        if now.impact() > 0 && matches!(change.movement(&gates), Movement::Up | Movement::New) {
            rises.push((key, now, gates));
        }
    }
    rises.sort_unstable_by_key(|(key, ..)| *key);
    rises.into_iter().map(|(key, now, gates)| service_move(from, key, now, &gates)).collect()
}

/// A service that rose, with what was said about it.
fn service_move(
    from: &QuestionInput<'_>,
    (owner, service, currency): ServiceKey<'_>,
    now: Evidence,
    gates: &Gates,
) -> (Owner, ServiceMove) {
    let asked = Asked { subject: Subject::Mover, owner, service: Some(service), currency, now };
    let per_day = gates.amount_micros / now.days.max(1);
    let (answers, reopened) = asked.answered(&from.input.unusual.answers, per_day);
    let is_owner = |slug: &Slug| matches!(owner, Owner::Product(product) if product == slug);
    let events = from.unusual.iter().find(|(slug, _)| is_owner(slug)).map(|(_, unusual)| &unusual.events);
    let explained = events.into_iter().flatten().any(|event| {
        !event.is_open() && event.currency == currency && event.service.as_deref() == Some(service)
    });
    let service = service.to_owned();
    (owner.clone(), ServiceMove { service, currency, now, answers, reopened, explained })
}

/// The compared weekdays that are the first of a month in neither week: fees of that day are no movers.
fn ordinary(week: IsoWeek, positions: &[usize]) -> Vec<usize> {
    let (this, before) = (week.days(), week.previous().days());
    let opens = |position: usize| [&this, &before].iter().any(|days| days[position].day() == 1);
    positions.iter().copied().filter(|position| !opens(*position)).collect()
}

/// A service of an owner in one billing currency.
type ServiceKey<'a> = (&'a Owner, &'a str, Currency);

/// One service in the compared days of both weeks.
#[derive(Default)]
struct ServiceSum {
    before: i64,
    after: i64,
    days: i64,
}

fn service_sums<'a>(
    input: &'a ReviewInput,
    comparisons: &[Comparison],
    only: Option<&Owner>,
) -> HashMap<ServiceKey<'a>, ServiceSum> {
    let compared: Vec<(&str, Vec<usize>)> = comparisons
        .iter()
        .map(|comparison| (comparison.source.as_str(), ordinary(input.week, &comparison.positions)))
        .collect();
    let mut sums: HashMap<ServiceKey<'_>, ServiceSum> = HashMap::with_capacity(input.service_weeks.len() / 2);
    for row in &input.service_weeks {
        if only.is_some_and(|only| *only != row.owner) {
            continue;
        }
        let found = compared.iter().find(|(source, _)| *source == &*row.source);
        let positions = found.map_or(&[][..], |(_, positions)| positions);
        let sum = sums.entry((&row.owner, row.service.as_ref(), row.currency)).or_default();
        let billed = row.sum_of(positions).billed;
        if row.week == input.week {
            sum.after = sum.after.saturating_add(billed);
        } else if row.week == input.week.previous() {
            sum.before = sum.before.saturating_add(billed);
        }
        sum.days = sum.days.max(i64::try_from(positions.len()).unwrap_or(0));
    }
    sums
}

/// From when on a service's rise counts, by billing currency.
struct MoveGates<'a> {
    from: &'a QuestionInput<'a>,
    billed: BTreeMap<Currency, i64>,
    reporting: Gates,
}

impl<'a> MoveGates<'a> {
    fn new(from: &'a QuestionInput<'a>) -> Self {
        let billed = organization_week(&from.input.owner_weeks, from.input.week);
        Self { from, billed, reporting: from.table.gates }
    }

    fn of(&self, currency: Currency) -> Gates {
        let organization = &self.from.input.catalogue.organization;
        let rate = rate_to(self.from.rates, currency, self.from.table.view.currency);
        let converted = rate.and_then(|rate| {
            let amount = decimal_of_micros(self.reporting.amount_micros).checked_div(rate)?;
            micros_of_decimal(amount).ok()
        });
        match converted {
            Some(amount_micros) => Gates { amount_micros, ..self.reporting },
            None => {
                let whole = self.billed.get(&currency).copied().unwrap_or(0);
                gates(organization, whole, organization.thresholds.change_amount_of_organization)
            }
        }
    }
}

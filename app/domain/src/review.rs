//! The weekly review: the one value that page, file, digest and snapshot all render.

pub mod actions;
pub mod anomalies;
pub mod candidates;
pub mod cost;
pub mod days;
pub mod groups;
pub mod incidents;
pub mod matrix;
pub mod objectives;
mod only;
pub mod questions;
pub mod requirements;
pub mod topics;

use std::sync::Arc;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::catalogue::Catalogue;
use crate::cloud_anomaly::CloudAnomaly;
use crate::cost::{Amounts, Metric, Owner, OwnerWeek};
use crate::coverage::{SourceKind, SourceState, complete_positions, complete_through};
use crate::deploy::Deploy;
use crate::finding::{Counts, MatrixRow, Status};
use crate::incident::Incident;
use crate::money::Currency;
use crate::note::{Note, NotePlace};
use crate::objective::ObjectiveHistory;
use crate::objective_queue::{QueueInput, ReviewQueue, ReviewsDue};
use crate::organization::Organization;
use crate::period::Period;
use crate::policy::verdict::{ShipVerdict, verdicts};
use crate::postmortem::PostmortemHead;
use crate::postmortem::duty::{Duty, DutyInput, duties};
use crate::product::{Product, Slug};
use crate::rate::{AppliedRate, Month};
use crate::silence::Unheard;
use crate::week::IsoWeek;
use crate::week_skip::CarriedWeek;

use actions::{ActionInput, ActionSection};
use anomalies::UnusualInput;
use cost::{CostSection, CostView};
use incidents::IncidentSection;
use objectives::ObjectiveRow;
use questions::{Question, QuestionInput, ServiceMove};
use topics::{TopicInput, TopicSection};

/// How many weeks of history a review shows, its own included.
pub const WEEKS_SHOWN: usize = 13;

/// What the bill says for one UTC day, independent of any allocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BilledDay {
    /// The source.
    pub source: String,
    /// The billing currency.
    pub currency: Currency,
    /// The UTC day.
    pub day: Date,
    /// The sum of all facts.
    pub amounts: Amounts,
}

/// How far back pages mark deploys, in days: a quarter, the longest usual window of an objective.
pub const DEPLOY_DAYS: i64 = 92;

/// Everything a review is made from; gathered by the caller, judged here.
#[derive(Clone, Debug)]
pub struct ReviewInput {
    /// The week to look at.
    pub week: IsoWeek,
    /// The instant of looking; nothing after it is taken into account.
    pub as_of: Timestamp,
    /// The catalogue.
    pub catalogue: Arc<Catalogue>,
    /// All sources.
    pub sources: Vec<SourceState>,
    /// Cost by owner for the [`WEEKS_SHOWN`] weeks that end with this one. Where pools are split by what
    /// products cost, from the first of the month on that the first of those weeks begins in: weights of
    /// that month would be cut short otherwise.
    pub owner_weeks: Vec<OwnerWeek>,
    /// What of [`ReviewInput::owner_weeks`] is tax; nothing where no budget leaves taxes out.
    pub tax_weeks: Vec<OwnerWeek>,
    /// Cost by owner and service for this week and the one before.
    pub service_weeks: Vec<OwnerWeek>,
    /// The bill's own daily totals of this week.
    pub billed_days: Vec<BilledDay>,
    /// Objectives with buckets reaching back over their windows and [`WEEKS_SHOWN`] weeks.
    pub objectives: Vec<ObjectiveHistory>,
    /// Incidents of the last [`WEEKS_SHOWN`] weeks.
    pub incidents: Vec<Incident>,
    /// Sources of incidents of which nothing is heard.
    pub unheard: Vec<Unheard>,
    /// What is kept of write-ups of incidents.
    pub postmortems: Vec<PostmortemHead>,
    /// Deploys of the last [`DEPLOY_DAYS`] days, of all products and environments.
    pub deploys: Vec<Deploy>,
    /// What promises are told from.
    pub actions: ActionInput,
    /// What people wrote about the week, in the order of its places.
    pub notes: Vec<Note>,
    /// What topics and decisions are told from.
    pub topics: TopicInput,
    /// What unusual days are told from besides.
    pub unusual: UnusualInput,
    /// What the queue of objectives to review is told from besides.
    pub queue: QueueInput,
}

/// When the meeting on a week is held: in the week after it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    /// Up to which instant it knows what became of things: that of looking, at most the end of the week after.
    pub(crate) until: Timestamp,
    /// The day of that instant in the organisation's zone.
    pub(crate) today: Date,
    /// When the week ended, at most `until`.
    pub(crate) ended: Timestamp,
}

impl ReviewInput {
    /// When the meeting is held: now, for a past week at the end of the week after it.
    pub(crate) fn held(&self) -> Held {
        let zone = self.catalogue.organization.zone();
        let after = self.week.plus(1);
        let until = self.as_of.min(after.period(&zone).end);
        let today = zone.to_datetime(self.as_of).date().min(after.sunday());
        Held { until, today, ended: self.week.period(&zone).end.min(until) }
    }

    /// The write-ups that are required of incidents declared in the weeks shown and before an instant.
    #[must_use]
    pub fn duties(&self, until: Timestamp) -> Vec<Duty> {
        let zone = self.catalogue.organization.zone();
        let first = self.week.plus(1 - i32::try_from(WEEKS_SHOWN).unwrap_or(1)).period(&zone).start;
        let mut required = duties(&DutyInput {
            incidents: &self.incidents,
            histories: &self.objectives,
            heads: &self.postmortems,
            terms: &self.catalogue.postmortem_terms,
            zone: &zone,
            as_of: self.as_of,
            until,
        });
        required.retain(|duty| duty.declared_at >= first);
        required
    }
}

/// How fresh one source is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freshness {
    /// The source.
    pub source: String,
    /// What it delivers.
    pub kind: SourceKind,
    /// OK, or no data when nothing arrived for longer than the threshold or it began after the week.
    pub status: Status,
    /// When something was last stored.
    pub received_at: Timestamp,
    /// The first day it has ever spoken about; weeks before it are unknown.
    pub first_day: Option<Date>,
    /// For cost: the last UTC day that counts as complete.
    pub complete_through: Option<Date>,
    /// For cost: how many of the week's seven days are complete.
    pub complete_days: Option<usize>,
    /// The newest instant its data speaks about, where that is not a day.
    pub last_instant: Option<Timestamp>,
    /// How many whole days it has been silent, when stale.
    pub stale_days: Option<i64>,
}

impl Freshness {
    /// Whether the source is left out of the comparison of the week with the one before, because it began too
    /// late for that.
    #[must_use]
    pub fn is_not_compared(&self) -> bool {
        let is_cost = self.kind == SourceKind::Cost && self.status == Status::NoData;
        is_cost && self.stale_days.is_none() && self.complete_days.is_some_and(|days| days > 0)
    }

    /// Whether the source says nothing about a week because it began later.
    #[must_use]
    pub fn begins_after(&self, week: IsoWeek) -> bool {
        self.first_day.is_none_or(|first| first > week.sunday())
    }
}

/// What the three lines at the top speak of; the page puts it into words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The position in `incidents.rows` of the incident with the most impact, if any.
    pub worst_incident: Option<usize>,
    /// The position in `cost.budgets` of the largest expected overrun, if any.
    pub largest_overrun: Option<usize>,
    /// The position in `objectives` of the budget that is lowest without being breached, if at risk.
    pub lowest_budget: Option<usize>,
}

/// One week as the meeting sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeeklyReview {
    /// The week.
    pub week: IsoWeek,
    /// When it was looked at.
    pub as_of: Timestamp,
    /// Up to when windows and open incidents are measured: the earlier of `as_of` and the week's end.
    pub measured_until: Timestamp,
    /// Monday 00:00 to Monday 00:00 in the organisation's zone.
    pub period: Period,
    /// The organisation.
    pub organization: Organization,
    /// The products of the catalogue, in its order, without those closed before the week.
    pub products: Vec<Product>,
    /// One entry per source.
    pub freshness: Vec<Freshness>,
    /// The exchange rates applied.
    pub rates: Vec<AppliedRate>,
    /// What the three lines speak of.
    pub summary: Summary,
    /// What people promised.
    pub actions: ActionSection,
    /// What people wrote, in the order of its places.
    pub notes: Vec<Note>,
    /// What is talked about and decided.
    pub topics: TopicSection,
    /// Product × what may be wrong, worst first.
    pub matrix: Vec<MatrixRow>,
    /// Marks in the matrix.
    pub counts: Counts,
    /// What the meeting has to answer about cost and data, worst first.
    pub questions: Vec<Question>,
    /// Services of shared pools, before any split, and of unallocated cost that rose past both gates.
    pub shared_moves: Vec<(Owner, ServiceMove)>,
    /// What clouds found unusual by themselves, each with the products whose accounts they name.
    pub cloud_anomalies: Vec<(CloudAnomaly, Vec<Slug>)>,
    /// Cost.
    pub cost: CostSection,
    /// Incidents.
    pub incidents: IncidentSection,
    /// Objectives, worst first.
    pub objectives: Vec<ObjectiveRow>,
    /// Whether each product may ship, in the order of the products; of a week that was frozen before policies
    /// were kept there is none.
    pub verdicts: Vec<ShipVerdict>,
    /// The first objectives that the queue asks to review.
    pub reviews_due: ReviewsDue,
    /// Product names that sources use and the catalogue does not know, sorted.
    pub unmapped: Vec<String>,
    /// The weeks right before that had no meeting, the nearest first: this one takes them over. Whoever gathers a
    /// review adds them, because each is told from a review of its own.
    pub carried_weeks: Vec<CarriedWeek>,
}

impl WeeklyReview {
    /// Makes the review: pure, so the same input gives the same value on every machine.
    #[must_use]
    pub fn new(input: &ReviewInput) -> Self {
        Self::with_queue(input).0
    }

    /// Makes the review and the queue of objectives to review, whose first ones it lists.
    #[must_use]
    pub fn with_queue(input: &ReviewInput) -> (Self, ReviewQueue) {
        let mut review = Self::without_queue(input);
        let queue = ReviewQueue::new(&review, input);
        review.reviews_due = ReviewsDue::of(&queue);
        (review, queue)
    }

    fn without_queue(input: &ReviewInput) -> Self {
        let organization = input.catalogue.organization.clone();
        let period = input.week.period(&organization.zone());
        let measured_until = input.as_of.min(period.end);
        let products = open_products(&input.catalogue, input.week);
        let freshness = freshness(input, measured_until);
        let rates = applied_rates(input);
        let cost = CostSection::new(input, &rates);
        let duties = input.duties(measured_until);
        let incidents = IncidentSection::new(input, &products, &period, &duties, measured_until);
        let objectives = objectives::rows(input, measured_until);
        let view = CostView { metric: Metric::Billed, currency: organization.reporting_currency };
        let table = cost.table(view, &organization, &rates);
        let unusual = anomalies::of_all(input, &cost.comparisons);
        let asked = QuestionInput {
            input,
            rates: &rates,
            cost: &cost,
            table: &table,
            freshness: &freshness,
            unusual: &unusual,
        };
        let moves = questions::all_moves(&asked);
        let questions = questions::questions(&asked, &moves);
        let shared_moves = questions::shared_moves(moves);
        let actions = ActionSection::new(input);
        let matrix = matrix::rows(&matrix::MatrixInput {
            products: &products,
            freshness: &freshness,
            cost: &cost,
            incidents: &incidents,
            objectives: &objectives,
            catalogue: &input.catalogue,
            owner_weeks: &input.owner_weeks,
            table: &table,
            questions: &questions,
            week: input.week,
            unheard: &input.unheard,
            duties: &duties,
            actions: &actions,
            today: organization.zone().to_datetime(measured_until).date(),
        });
        let summary = summary(&cost, &incidents, &objectives);
        Self {
            week: input.week,
            as_of: input.as_of,
            measured_until,
            period,
            counts: Counts::of(&matrix),
            unmapped: unmapped(input),
            verdicts: verdicts(input, &products, &objectives, measured_until),
            organization,
            products,
            freshness,
            rates,
            summary,
            actions,
            notes: input.notes.clone(),
            topics: TopicSection::new(input),
            matrix,
            questions,
            shared_moves,
            cloud_anomalies: cloud_anomalies(input),
            cost,
            incidents,
            objectives,
            reviews_due: ReviewsDue::default(),
            carried_weeks: Vec::new(),
        }
    }

    /// The note of a place.
    #[must_use]
    pub fn note(&self, place: &NotePlace) -> Option<&Note> {
        self.notes.iter().find(|note| note.place == *place)
    }

    /// The product of a short name.
    #[must_use]
    pub fn product(&self, slug: &crate::product::Slug) -> Option<&Product> {
        self.products.iter().find(|product| product.slug == *slug)
    }
}

/// Products that were open at some time of the week.
fn open_products(catalogue: &Catalogue, week: IsoWeek) -> Vec<Product> {
    let open = |product: &&Product| product.closed_on.is_none_or(|day| day > week.monday());
    catalogue.products.iter().filter(open).cloned().collect()
}

/// What clouds found, with the products it belongs to as the catalogue stands.
fn cloud_anomalies(input: &ReviewInput) -> Vec<(CloudAnomaly, Vec<Slug>)> {
    let products = |anomaly: &CloudAnomaly| anomaly.products(&input.catalogue).into_iter().cloned().collect();
    input.unusual.cloud.iter().map(|anomaly| (anomaly.clone(), products(anomaly))).collect()
}

/// The rates the week's bill is converted with: those of the month of its Sunday, for both weeks. What is told
/// of a month has that month's rates instead.
fn applied_rates(input: &ReviewInput) -> Vec<AppliedRate> {
    let currencies = input.owner_weeks.iter().map(|row| row.currency).collect();
    input.catalogue.rates_of(currencies, Month::containing(input.week.sunday()))
}

/// Judges every source: cost by its days, the others by their newest instant.
fn freshness(input: &ReviewInput, measured_until: Timestamp) -> Vec<Freshness> {
    let organization = &input.catalogue.organization;
    input
        .sources
        .iter()
        .map(|state| {
            let cost = state.kind == SourceKind::Cost;
            let through = complete_through(input.as_of, organization.cost_lag_days, state).filter(|_| cost);
            let newest = newest_instant(state);
            // What reaches the end of the week is fresh for that week, however long ago it came.
            let hours = match newest {
                None => i64::MAX,
                Some(newest) if newest >= measured_until => 0,
                Some(newest) => (input.as_of.as_second() - newest.as_second()) / 3600,
            };
            let begun = state.first_day.is_some_and(|first| first <= input.week.sunday());
            // Nothing happening is no lateness: of incidents only the source's habit says that it is silent.
            let unheard = unheard_since(input, state).filter(|since| *since < measured_until);
            let hours = match (state.kind, unheard) {
                (SourceKind::Incidents, Some(since)) => (input.as_of.as_second() - since.as_second()) / 3600,
                _ => hours,
            };
            let stale = begun
                && (state.kind != SourceKind::Incidents || unheard.is_some())
                && (unheard.is_some()
                    || hours
                        > organization.thresholds.stale_after_hours
                            + if cost { 24 * organization.cost_lag_days } else { 0 });
            Freshness {
                source: state.name.clone(),
                kind: state.kind,
                status: if stale || !begun || cost && cost::leaves_comparison(input, state) {
                    Status::NoData
                } else {
                    Status::Ok
                },
                received_at: state.received_at,
                first_day: state.first_day,
                complete_through: through,
                complete_days: cost.then(|| complete_positions(input.week, state, through).len()),
                last_instant: state.last_instant,
                stale_days: (stale && newest.is_some()).then_some(hours / 24),
            }
        })
        .collect()
}

/// Until when a source of incidents was heard, where nothing is heard of it.
fn unheard_since(input: &ReviewInput, state: &SourceState) -> Option<Timestamp> {
    let is_same = |unheard: &&Unheard| state.kind == SourceKind::Incidents && unheard.source == state.name;
    input.unheard.iter().find(is_same).map(|unheard| unheard.since)
}

/// The newest instant a source speaks about.
fn newest_instant(state: &SourceState) -> Option<Timestamp> {
    let day_end = state.last_day.and_then(|day| {
        let next = day.saturating_add(1.days());
        next.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|start| start.timestamp())
    });
    state.last_instant.or(day_end)
}

/// Picks what the three lines speak of.
fn summary(cost: &CostSection, incidents: &IncidentSection, objectives: &[ObjectiveRow]) -> Summary {
    let worst_incident = (0..incidents.rows.len())
        .filter(|position| incidents.rows[*position].counted)
        .min_by_key(|position| {
            let row = &incidents.rows[*position];
            let weight = i128::from(row.impact_seconds) * i128::from(row.fraction.0);
            (!row.severity.is_major(), row.severity, std::cmp::Reverse(weight))
        });
    let largest_overrun = (0..cost.budgets.len())
        .filter(|position| cost.budgets[*position].status >= Status::Risk)
        .max_by_key(|position| cost.budgets[*position].forecast_share);
    let lowest_budget = (0..objectives.len())
        .filter(|position| objectives[*position].status == Status::Risk)
        .min_by_key(|position| objectives[*position].remaining);
    Summary { worst_incident, largest_overrun, lowest_budget }
}

/// Names in incidents and definitions that no product of the catalogue has.
fn unmapped(input: &ReviewInput) -> Vec<String> {
    let known = |name: &str| input.catalogue.products.iter().any(|product| product.slug.as_str() == name);
    let incidents = input.incidents.iter().map(|incident| incident.product.as_str());
    let objectives = input
        .objectives
        .iter()
        .filter(|history| history.objective.product.as_ref().is_none_or(|slug| !known(slug.as_str())))
        .map(|history| history.objective.service.as_str());
    let mut names: Vec<String> =
        incidents.chain(objectives).filter(|name| !known(name)).map(str::to_owned).collect();
    names.sort_unstable();
    names.dedup();
    names
}

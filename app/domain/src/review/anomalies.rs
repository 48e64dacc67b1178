//! Days of a week that stood out, what was said about them, and what broke on them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::anomaly::{Anomaly, AnomalyGates, anomalies};
use crate::answer::{Answer, Asked, Evidence, Reopened, Subject, vanished};
use crate::cloud_anomaly::CloudAnomaly;
use crate::cost::{Metric, Owner, OwnerWeek};
use crate::forecast::{History, twice_median};
use crate::holiday::Holidays;
use crate::incident::{Incident, Severity};
use crate::money::Currency;
use crate::period::Period;
use crate::product::Slug;
use crate::review::ReviewInput;
use crate::review::cost::{Comparison, comparisons, complete_through_of, currencies_of, daily_billed};
use crate::week::IsoWeek;

/// How many weeks the days of a week are judged by, its own included: a day is compared with the residuals of
/// eight weeks, and each of these with eight weeks before it.
pub const WEEKS_JUDGED: usize = 17;

/// The weeks that a service's own usual day is taken from.
const USUAL_WEEKS: i64 = 4;

/// What unusual days are told from, beside the weeks a review reads anyway.
#[derive(Clone, Debug, Default)]
pub struct UnusualInput {
    /// Cost by owner in the weeks before [`ReviewInput::owner_weeks`], as far back as [`WEEKS_JUDGED`].
    pub older_weeks: Vec<OwnerWeek>,
    /// Services of the products that have an event, in the week and some before it; see [`owners_of_events`].
    pub service_weeks: Vec<OwnerWeek>,
    /// What people said, in the order they said it.
    pub answers: Vec<Answer>,
    /// What clouds found by themselves, of the days of the week.
    pub cloud: Vec<CloudAnomaly>,
}

/// A run of days that cost far more than expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostAnomaly {
    /// The billing currency.
    pub currency: Currency,
    /// The days and amounts.
    pub event: Anomaly,
    /// The service that rose most against its own usual days, if one rose.
    pub service: Option<String>,
    /// What was said about it, the newest first.
    pub answers: Vec<Answer>,
    /// Why the newest answer no longer holds.
    pub reopened: Option<Reopened>,
    /// What broke on its days.
    pub incidents: Vec<OverlappingIncident>,
}

impl CostAnomaly {
    /// Whether somebody has to say what it is.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.answers.is_empty() || self.reopened.is_some()
    }
}

/// An incident of the product whose impact lies in days that stood out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverlappingIncident {
    /// The source's id.
    pub external_id: String,
    /// The title.
    pub title: String,
    /// How bad.
    pub severity: Severity,
    /// The whole impact up to what is measured.
    pub impact: Period,
}

/// Days that stood out, or why nothing can be said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unusual {
    /// Events that have a day in the week, in order of time.
    pub events: Vec<CostAnomaly>,
    /// The newest answers to events of the week that no longer stand out.
    pub vanished: Vec<Answer>,
    /// What clouds found in the product's accounts by themselves.
    pub cloud: Vec<CloudAnomaly>,
    /// Whether the product has too few days to tell an event from chance.
    pub too_short: bool,
}

/// The products that have an event in the week: those whose services have to be read for
/// [`UnusualInput::service_weeks`], from [`first_service_week`] on.
#[must_use]
pub fn owners_of_events(input: &ReviewInput) -> Vec<Slug> {
    let comparisons = comparisons(input);
    let judge = Judge::new(input, &comparisons);
    let has_event = |slug: &&Slug| !judge.events(slug).0.is_empty();
    input.catalogue.products.iter().map(|product| &product.slug).filter(has_event).cloned().collect()
}

/// The first week whose services tell which of them rose in an event of a week.
#[must_use]
pub fn first_service_week(week: IsoWeek) -> IsoWeek {
    // An event may have begun in the week before.
    week.plus(-(USUAL_WEEKS as i32) - 1)
}

/// What every product of the catalogue paid unusually in the week, in its order.
#[must_use]
pub(crate) fn of_all(input: &ReviewInput, comparisons: &[Comparison]) -> Vec<(Slug, Unusual)> {
    let judge = Judge::new(input, comparisons);
    let slugs = input.catalogue.products.iter().map(|product| &product.slug);
    slugs.map(|slug| (slug.clone(), judge.unusual(slug))).collect()
}

/// What one product paid unusually in the week.
#[must_use]
pub fn of_product(input: &ReviewInput, comparisons: &[Comparison], slug: &Slug) -> Unusual {
    Judge::new(input, comparisons).unusual(slug)
}

/// What all owners together cost in a week, by billing currency.
pub(crate) fn organization_week(rows: &[OwnerWeek], week: IsoWeek) -> BTreeMap<Currency, i64> {
    let mut sums = BTreeMap::new();
    for row in rows.iter().filter(|row| row.week == week) {
        let sum: &mut i64 = sums.entry(row.currency).or_default();
        *sum = row.days.iter().fold(*sum, |sum, day| sum.saturating_add(day.billed));
    }
    sums
}

struct Judge<'a> {
    input: &'a ReviewInput,
    comparisons: &'a [Comparison],
    rows: BTreeMap<&'a Slug, Vec<&'a OwnerWeek>>,
    holidays: Holidays,
    /// By how much a day has to stand out, by billing currency.
    amounts: BTreeMap<Currency, i64>,
}

impl<'a> Judge<'a> {
    fn new(input: &'a ReviewInput, comparisons: &'a [Comparison]) -> Self {
        let organization = &input.catalogue.organization;
        let first = input.week.plus(1 - WEEKS_JUDGED as i32);
        let mut rows: BTreeMap<&Slug, Vec<&OwnerWeek>> = BTreeMap::new();
        for row in input.unusual.older_weeks.iter().chain(&input.owner_weeks).filter(|row| row.week >= first)
        {
            if let Owner::Product(slug) = &row.owner {
                rows.entry(slug).or_default().push(row);
            }
        }
        let share = organization.thresholds.anomaly_amount_of_organization;
        let whole = organization_week(&input.owner_weeks, input.week).into_iter();
        let amounts = whole.map(|(currency, whole)| (currency, crate::pace::due(whole, share)));
        Self {
            input,
            comparisons,
            rows,
            holidays: Holidays::of_zone(&organization.time_zone),
            amounts: amounts.collect(),
        }
    }

    fn amount(&self, currency: Currency) -> i64 {
        self.amounts.get(&currency).copied().unwrap_or(0)
    }

    /// Events of the week per billing currency, and whether one of them has too few days.
    fn events(&self, slug: &Slug) -> (Vec<(Currency, Anomaly)>, bool) {
        let Some(rows) = self.rows.get(slug) else { return (Vec::new(), false) };
        let week = self.input.week;
        let Some(through) = complete_through_of(rows, self.comparisons) else { return (Vec::new(), false) };
        let through = through.min(week.sunday());
        let (mut events, mut too_short) = (Vec::new(), false);
        for currency in currencies_of(rows) {
            let history = History::new(&daily_billed(rows, currency, through), through, &self.holidays);
            match anomalies(&history, week.monday(), &AnomalyGates::above(self.amount(currency))) {
                Ok(found) => events.extend(found.into_iter().map(|event| (currency, event))),
                Err(_) => too_short = true,
            }
        }
        (events, too_short)
    }

    fn unusual(&self, slug: &Slug) -> Unusual {
        let (found, too_short) = self.events(slug);
        let services = self.input.unusual.service_weeks.iter();
        let services: Vec<&OwnerWeek> =
            services.filter(|row| matches!(&row.owner, Owner::Product(owner) if owner == slug)).collect();
        let answers = &self.input.unusual.answers;
        let evidence: Vec<(Currency, Evidence)> =
            found.iter().map(|(currency, event)| (*currency, Evidence::of_event(event))).collect();
        let week = (self.input.week.monday(), self.input.week.sunday());
        let owner = Owner::Product(slug.clone());
        let events = found.into_iter().map(|(currency, event)| {
            let service = risen_most(&services, currency, &event);
            let now = Evidence::of_event(&event);
            let asked = Asked {
                subject: Subject::Anomaly,
                owner: &owner,
                service: service.as_deref(),
                currency,
                now,
            };
            let (answers, reopened) = asked.answered(answers, self.amount(currency));
            let incidents = overlapping(self.input, slug, &event);
            CostAnomaly { currency, event, service, answers, reopened, incidents }
        });
        let events = events.collect();
        let cloud = self.input.unusual.cloud.iter();
        let cloud = cloud.filter(|anomaly| anomaly.products(&self.input.catalogue).contains(&slug)).cloned();
        Unusual {
            events,
            vanished: vanished(answers, slug, &evidence, week),
            cloud: cloud.collect(),
            too_short,
        }
    }
}

/// The service that cost most above the median of the same weekday of the four weeks before.
fn risen_most(services: &[&OwnerWeek], currency: Currency, event: &Anomaly) -> Option<String> {
    let mut by_service: BTreeMap<&str, BTreeMap<Date, i64>> = BTreeMap::new();
    for row in services.iter().filter(|row| row.currency == currency) {
        let days = by_service.entry(&row.service).or_default();
        for (day, amounts) in row.week.days().into_iter().zip(row.days) {
            *days.entry(day).or_default() += amounts.get(Metric::Billed);
        }
    }
    let rise = |days: &BTreeMap<Date, i64>| -> i128 {
        let on = |day: Date| i128::from(days.get(&day).copied().unwrap_or(0));
        let above = |day: Date| {
            let before = (1..=USUAL_WEEKS).map(|weeks| on(day.saturating_sub((7 * weeks).days())));
            let mut before: Vec<i128> = before.collect();
            2 * on(day) - twice_median(&mut before).unwrap_or(0)
        };
        event.first.series(1.days()).take_while(|day| *day <= event.last).map(above).sum()
    };
    let rises = by_service.iter().map(|(service, days)| (rise(days), *service));
    rises.filter(|(rise, _)| *rise > 0).max_by_key(|(rise, _)| *rise).map(|(_, service)| service.to_owned())
}

/// Incidents of a product that lasted on a UTC day of an event, in order of time; drills and merged ones are
/// left out, announced maintenance is not.
fn overlapping(input: &ReviewInput, slug: &Slug, event: &Anomaly) -> Vec<OverlappingIncident> {
    let start_of = |day: Date| day.to_zoned(TimeZone::UTC).map_or(Timestamp::MIN, |start| start.timestamp());
    let days = Period { start: start_of(event.first), end: start_of(event.last.saturating_add(1.days())) };
    let of_product = |incident: &&Incident| {
        incident.product == slug.as_str() && !incident.is_test && incident.merged_into.is_none()
    };
    let mut found: Vec<OverlappingIncident> = input
        .incidents
        .iter()
        .filter(of_product)
        .filter_map(|incident| {
            let impact = incident.impact(input.as_of)?;
            let overlaps = impact.clip(&days).is_some() || days.contains(impact.start);
            overlaps.then(|| OverlappingIncident {
                external_id: incident.external_id.clone(),
                title: incident.title.clone(),
                severity: incident.severity,
                impact,
            })
        })
        .collect();
    found.sort_by(|one, other| {
        (one.impact.start, &one.external_id).cmp(&(other.impact.start, &other.external_id))
    });
    found
}

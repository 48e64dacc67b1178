//! What incidents of some weeks come to: figures that say what they count (reference/incidents_and_review.md 3).
//!
//! - [`window`] the time looked at, [`filter`] the incidents chosen, [`sample`] values in order;
//! - [`stage`] how long things took, [`weekly`] how many there were against the weeks before, [`hour`] when people
//!   were called, [`recurrence`] what broke again, [`charge`] what error budgets it cost,
//!   [`change_failure`] how many deploys failed.
//!
//! An incident that does not count (maintenance, drill, merged, cancelled) is listed and never part of a figure.
//! Nothing depends on the order in which incidents come, and nothing after `as_of` is taken into account.

pub mod change_failure;
pub mod charge;
pub mod filter;
pub mod hour;
pub mod recurrence;
pub mod sample;
pub mod stage;
pub mod weekly;
pub mod window;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::downtime::{
    Impact, availability, mean_seconds_between, shares_ppm_seconds, union_seconds, weighted_union_ppm_seconds,
};
use crate::holiday::Holidays;
use crate::incident::{DetectedBy, Incident, Severity, merge_root};
use crate::incident_merge::IncidentKey;
use crate::incident_override::CauseClass;
use crate::objective::ObjectiveHistory;
use crate::period::Period;
use crate::product::{Product, Slug};
use crate::ratio::Ppm;

use charge::{BudgetCharges, BudgetShare, charges, largest_share};
use filter::{IncidentFilter, IncidentState};
use hour::calls;
use recurrence::Recurrence;
use stage::{DurationFigures, DurationKind};
use weekly::{SeverityCount, WeekCount, severity_count, week_counts};
use window::StatisticsWindow;

/// Everything statistics are made from.
#[derive(Clone, Copy, Debug)]
pub struct StatisticsInput<'a> {
    /// The time looked at.
    pub window: StatisticsWindow,
    /// The instant of looking; an incident that is open then is measured up to it or the window's end.
    pub as_of: Timestamp,
    /// The zone of weeks, days and hours.
    pub zone: &'a TimeZone,
    /// The days on which the zone's country rests.
    pub holidays: &'a Holidays,
    /// All incidents from 90 days and 12 weeks before the window's end on, of all products.
    pub incidents: &'a [Incident],
    /// The kinds of cause that people gave.
    pub causes: &'a BTreeMap<IncidentKey, CauseClass>,
    /// The instant before which no source of incidents speaks; `None` where none ever did.
    pub known_from: Option<Timestamp>,
    /// The products of the catalogue.
    pub products: &'a [Product],
    /// Objectives with their counts.
    pub objectives: &'a [ObjectiveHistory],
    /// The product whose incidents alone are looked at, if it is one: others are not even left out.
    pub scope: Option<&'a Slug>,
    /// Which incidents are asked for.
    pub filter: &'a IncidentFilter,
}

/// Why an incident is listed and not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LeftOut {
    /// An announced maintenance.
    Planned,
    /// A drill.
    Test,
    /// It is part of another one.
    Merged,
    /// It turned out to be none.
    Cancelled,
}

impl LeftOut {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Planned, Self::Test, Self::Merged, Self::Cancelled];

    /// The word in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Test => "test",
            Self::Merged => "merged",
            Self::Cancelled => "cancelled",
        }
    }

    /// Why an incident does not count; `None` for one that does.
    #[must_use]
    pub fn of(incident: &Incident) -> Option<Self> {
        match incident {
            incident if incident.counts() => None,
            incident if incident.merged_into.is_some() => Some(Self::Merged),
            incident if incident.is_test => Some(Self::Test),
            incident if incident.planned => Some(Self::Planned),
            _ => Some(Self::Cancelled),
        }
    }
}

/// One incident of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedIncident {
    /// The incident; what was merged into it moves its start.
    pub incident: Incident,
    /// Its product, if the catalogue knows it.
    pub product: Option<Slug>,
    /// How far it had come.
    pub state: IncidentState,
    /// The kind of cause: what people gave, else a deployment where its source names one.
    pub cause: Option<CauseClass>,
    /// The whole impact up to what is measured; `None` when it is unknown.
    pub impact: Option<Period>,
    /// The seconds of it in the window.
    pub inside_seconds: i64,
    /// Its part of the weighted union, in ppm × seconds; the parts of all add up to the union exactly.
    pub union_share: i128,
    /// What it spent of an error budget.
    pub budget: Option<BudgetShare>,
    /// Why it does not count.
    pub left_out: Option<LeftOut>,
    /// Whether it was declared in the window; figures of counts and durations speak of these.
    pub declared_inside: bool,
}

/// What users felt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImpactFigures {
    /// How many counted incidents with customer impact touch the window.
    pub incidents: i64,
    /// Seconds in which at least one of them lasted.
    pub union_seconds: i64,
    /// ∫ maxᵢ(fractionᵢ(t)) dt, in ppm × seconds.
    pub weighted_ppm_seconds: i128,
    /// The seconds of the window that have passed.
    pub window_seconds: i64,
    /// How many of the counted incidents customers did not feel; they are no part of it.
    pub without_customers: i64,
    /// How many have an impact of unknown length; they are no part of it.
    pub unknown: i64,
}

impl ImpactFigures {
    /// Customer-impact seconds: the weighted union, rounded down.
    #[must_use]
    pub fn weighted_seconds(&self) -> i64 {
        i64::try_from(self.weighted_ppm_seconds / 1_000_000).unwrap_or(i64::MAX)
    }

    /// Availability by time: 1 − weighted union/window, rounded down; `None` before the window begins.
    #[must_use]
    pub fn availability(&self) -> Option<Ppm> {
        availability(self.weighted_ppm_seconds, self.window_seconds)
    }

    /// The mean seconds between failures, (window − union)/failures; `None` without failures, where all that
    /// can be said is "at least the window".
    #[must_use]
    pub fn seconds_between(&self) -> Option<i64> {
        mean_seconds_between(self.window_seconds, self.union_seconds, self.incidents)
    }
}

/// How one product fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductFigures {
    /// The product as the source writes it.
    pub name: String,
    /// The product, if the catalogue knows it.
    pub product: Option<Slug>,
    /// How many counted incidents were declared in the window.
    pub declared: i64,
    /// What its users felt.
    pub impact: ImpactFigures,
}

/// Who noticed first, over the counted incidents declared in the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DetectionFigures {
    /// How many by whom, in the order of [`DetectedBy::ALL`].
    pub by: [i64; 4],
    /// Of how many it is not known.
    pub unknown: i64,
}

impl DetectionFigures {
    fn new(incidents: &[&Incident]) -> Self {
        let count = |by| incidents.iter().filter(|incident| incident.detected_by == by).count() as i64;
        Self { by: DetectedBy::ALL.map(|by| count(Some(by))), unknown: count(None) }
    }

    /// How many were noticed by someone.
    #[must_use]
    pub fn count(&self, by: DetectedBy) -> i64 {
        let position = DetectedBy::ALL.iter().position(|one| *one == by);
        position.and_then(|position| self.by.get(position)).copied().unwrap_or(0)
    }

    /// Of how many it is known.
    #[must_use]
    pub fn known(&self) -> i64 {
        self.by.iter().sum()
    }

    /// The share that customers reported, of those of which it is known; `None` where it is known of none.
    #[must_use]
    pub fn customer_share(&self) -> Option<Ppm> {
        Ppm::floor_of(i128::from(self.count(DetectedBy::Customer)), i128::from(self.known()))
    }
}

/// How long users felt incidents of one severity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeverityDurations {
    /// The severity.
    pub severity: Severity,
    /// Times to mitigation.
    pub figures: DurationFigures,
}

/// Incidents of a window and what they come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentStatistics {
    /// The window.
    pub window: StatisticsWindow,
    /// Its instants.
    pub period: Period,
    /// The instant of looking.
    pub as_of: Timestamp,
    /// The part of the period that has passed.
    pub measured: Period,
    /// The instant before which no source speaks.
    pub known_from: Option<Timestamp>,
    /// All that touch the window and were asked for, in the order asked for.
    pub listed: Vec<ListedIncident>,
    /// How many of those that touch the window, of the product looked at if it is one, were not asked for.
    pub filtered_out: i64,
    /// How many of the listed do not count, by reason; only those above zero.
    pub left_out: Vec<(LeftOut, i64)>,
    /// How many counted incidents were declared in the window.
    pub declared: i64,
    /// What users felt.
    pub impact: ImpactFigures,
    /// The same by product, those with the most impact first.
    pub products: Vec<ProductFigures>,
    /// What error budgets it cost; only objectives that a listed incident was charged to.
    pub budgets: Vec<BudgetCharges>,
    /// The last weeks, oldest first.
    pub weeks: Vec<WeekCount>,
    /// Counts: of all, then by severity, worst first.
    pub severities: Vec<SeverityCount>,
    /// Durations, in the order of [`DurationKind::ALL`].
    pub durations: Vec<DurationFigures>,
    /// Times to mitigation by severity, worst first; only severities with an incident.
    pub by_severity: Vec<SeverityDurations>,
    /// Who noticed first.
    pub detection: DetectionFigures,
    /// How many were declared in each part of the day, in the order of [`hour::DayPart::ALL`].
    pub calls: [i64; 3],
    /// What broke again.
    pub recurrence: Recurrence,
}

impl IncidentStatistics {
    /// Makes the statistics: pure, so the same input gives the same value on every machine.
    #[must_use]
    pub fn new(input: &StatisticsInput<'_>) -> Self {
        let period = input.window.period(input.zone);
        let until = period.end.min(input.as_of);
        let measured = Period { start: period.start, end: until };
        let all = with_merged_starts(input.incidents, until);
        let charged = charges(input.objectives, &all, until);
        let touching: Vec<&Incident> = all
            .iter()
            .filter(|one| input.scope.is_none_or(|slug| slug.as_str() == one.product))
            .filter(|one| touches(one, &measured))
            .collect();
        let holds = |incident: &&Incident| {
            input.filter.holds(incident, cause_of(input, incident), input.products, until)
        };
        let mut listed: Vec<ListedIncident> = touching
            .iter()
            .filter(|incident| holds(incident))
            .map(|incident| row(input, incident, &measured, &charged))
            .collect();
        // The parts of an overlap are rounded in the order of time, so that they do not depend on how rows came.
        filter::IncidentSort::Began.sort(&mut listed);
        share_union(&mut listed, &measured);
        let chosen: Vec<&Incident> =
            all.iter().filter(|incident| incident.counts()).filter(|incident| holds(&&**incident)).collect();
        let declared: Vec<&Incident> =
            chosen.iter().filter(|one| measured.contains(one.declared_at)).copied().collect();
        let last_week = input.window.last_week(until_inside(until, &period), input.zone);
        let weeks = week_counts(&chosen, last_week, until, input.known_from, input.zone);
        let budgets = charged.into_iter().filter(|one| is_charged_to(one, &listed)).collect();
        let (impact, products) = (impact_of(listed.iter(), &measured), by_product(&listed, &measured));
        let filtered_out = (touching.len() - listed.len()) as i64;
        let left_out = LeftOut::ALL
            .map(|reason| (reason, listed.iter().filter(|row| row.left_out == Some(reason)).count() as i64));
        input.filter.sort.sort(&mut listed);
        Self {
            window: input.window,
            period,
            as_of: input.as_of,
            measured,
            known_from: input.known_from,
            filtered_out,
            left_out: left_out.into_iter().filter(|(_, count)| *count > 0).collect(),
            declared: declared.len() as i64,
            impact,
            products,
            budgets,
            severities: severities(&weeks, &declared),
            weeks,
            durations: DurationKind::ALL.map(|kind| DurationFigures::new(kind, &declared, until)).into(),
            by_severity: by_severity(&declared, until),
            detection: DetectionFigures::new(&declared),
            calls: calls(&declared, input.zone, input.holidays),
            recurrence: Recurrence::new(&chosen, until),
            listed,
        }
    }

    /// The incidents that count, in the order of the list.
    pub fn counted(&self) -> impl Iterator<Item = &ListedIncident> {
        self.listed.iter().filter(|row| row.left_out.is_none())
    }

    /// The figures of a kind of duration.
    #[must_use]
    pub fn duration(&self, kind: DurationKind) -> Option<&DurationFigures> {
        self.durations.iter().find(|figures| figures.kind == kind)
    }

    /// How many counted incidents of the list are open.
    #[must_use]
    pub fn open(&self) -> i64 {
        self.counted().filter(|row| row.state == IncidentState::Open).count() as i64
    }
}

/// The last instant of a window that is looked at: its end is no part of it.
fn until_inside(until: Timestamp, period: &Period) -> Timestamp {
    let before = jiff::ToSpan::nanosecond(1);
    until.checked_sub(before).unwrap_or(until).max(period.start)
}

/// Incidents with the start that what was merged into them gives them (vector T9).
fn with_merged_starts(incidents: &[Incident], until: Timestamp) -> Vec<Incident> {
    let mut all = incidents.to_vec();
    for merged in incidents.iter().filter(|incident| incident.merged_into.is_some()) {
        let began = merged.began_at();
        let Some(root) = merge_root(incidents, merged) else { continue };
        let is_root = |one: &&mut Incident| one.source == root.source && one.external_id == root.external_id;
        if let Some(root) = all.iter_mut().find(is_root)
            && began < root.began_at()
            && began <= until
        {
            root.impact_start = Some(began);
        }
    }
    all
}

/// The kind of cause that people gave, else a deployment where the source names one.
fn cause_of(input: &StatisticsInput<'_>, incident: &Incident) -> Option<CauseClass> {
    let given = input.causes.get(&IncidentKey::of(incident)).copied();
    given.or_else(|| incident.cause_deploy_id.as_ref().map(|_| CauseClass::Deploy))
}

/// Whether an incident belongs to the list of a window: its impact lies in it, or it was declared in it.
fn touches(incident: &Incident, measured: &Period) -> bool {
    let impact = incident.impact(measured.end).and_then(|impact| impact.clip(measured));
    impact.is_some() || measured.contains(incident.declared_at)
}

fn row(
    input: &StatisticsInput<'_>,
    incident: &Incident,
    measured: &Period,
    charged: &[BudgetCharges],
) -> ListedIncident {
    let impact = incident.impact(measured.end);
    let product = input.products.iter().find(|product| product.slug.as_str() == incident.product);
    ListedIncident {
        incident: incident.clone(),
        product: product.map(|product| product.slug.clone()),
        state: IncidentState::of(incident, measured.end),
        cause: cause_of(input, incident),
        impact,
        inside_seconds: incident.felt_seconds(measured),
        union_share: 0,
        budget: largest_share(charged, incident),
        left_out: LeftOut::of(incident),
        declared_inside: measured.contains(incident.declared_at),
    }
}

/// The stretches of a row's impact that are part of the union; none for what does not count or nobody felt.
fn felt(row: &ListedIncident, measured: &Period) -> Vec<Impact> {
    if row.left_out.is_some() || !row.incident.customer_impact {
        return Vec::new();
    }
    let fraction = row.incident.impact_fraction;
    let stretches = row.incident.stretches(measured.end);
    stretches.iter().filter_map(|part| Some(Impact { period: part.clip(measured)?, fraction })).collect()
}

/// Gives every row its part of the weighted union.
fn share_union(rows: &mut [ListedIncident], measured: &Period) {
    let felt: Vec<(usize, Impact)> = rows
        .iter()
        .enumerate()
        .flat_map(|(position, row)| felt(row, measured).into_iter().map(move |impact| (position, impact)))
        .collect();
    let impacts: Vec<Impact> = felt.iter().map(|(_, impact)| *impact).collect();
    for ((position, _), share) in felt.iter().zip(shares_ppm_seconds(&impacts)) {
        if let Some(row) = rows.get_mut(*position) {
            row.union_share += share;
        }
    }
}

fn impact_of<'r>(rows: impl Iterator<Item = &'r ListedIncident>, measured: &Period) -> ImpactFigures {
    let mut figures = ImpactFigures { window_seconds: measured.seconds(), ..ImpactFigures::default() };
    let mut impacts = Vec::new();
    for row in rows.filter(|row| row.left_out.is_none()) {
        match felt(row, measured) {
            felt if !felt.is_empty() => {
                figures.incidents += 1;
                impacts.extend(felt);
            }
            _ if !row.incident.customer_impact => figures.without_customers += 1,
            _ if row.impact.is_none() => figures.unknown += 1,
            _ => {}
        }
    }
    figures.union_seconds = union_seconds(&impacts);
    figures.weighted_ppm_seconds = weighted_union_ppm_seconds(&impacts);
    figures
}

fn by_product(rows: &[ListedIncident], measured: &Period) -> Vec<ProductFigures> {
    let mut names: Vec<&str> =
        rows.iter().filter(|row| row.left_out.is_none()).map(|row| row.incident.product.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let figures = |name: &str| {
        let mine = || rows.iter().filter(|row| row.incident.product == name);
        let declared = mine().filter(|row| row.left_out.is_none() && row.declared_inside).count() as i64;
        let product = mine().find_map(|row| row.product.clone());
        ProductFigures { name: name.to_owned(), product, declared, impact: impact_of(mine(), measured) }
    };
    let mut products: Vec<ProductFigures> = names.into_iter().map(figures).collect();
    products.sort_by_key(|one| {
        std::cmp::Reverse((one.impact.weighted_ppm_seconds, one.impact.union_seconds, one.declared))
    });
    products
}

/// Whether a listed incident spent something of a budget.
fn is_charged_to(charges: &BudgetCharges, rows: &[ListedIncident]) -> bool {
    charges.attribution.charges.iter().any(|charge| {
        rows.iter()
            .any(|row| row.incident.source == charge.source && row.incident.external_id == charge.external_id)
    })
}

fn severities(weeks: &[WeekCount], declared: &[&Incident]) -> Vec<SeverityCount> {
    let of = |severity: Option<Severity>| {
        let mine = |incident: &&&Incident| severity.is_none_or(|severity| incident.severity == severity);
        severity_count(weeks, severity, declared.iter().filter(mine).count() as i64)
    };
    std::iter::once(None).chain(Severity::ALL.map(Some)).map(of).collect()
}

fn by_severity(declared: &[&Incident], until: Timestamp) -> Vec<SeverityDurations> {
    let of = |severity: Severity| {
        let mine: Vec<&Incident> =
            declared.iter().filter(|incident| incident.severity == severity).copied().collect();
        let figures = DurationFigures::new(DurationKind::Mitigate, &mine, until);
        (!mine.is_empty()).then_some(SeverityDurations { severity, figures })
    };
    Severity::ALL.into_iter().filter_map(of).collect()
}

//! Which incidents need a write-up, why, and by which day.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::{PostmortemHead, PostmortemStep, PostmortemTerms};
use crate::attribution::Attribution;
use crate::business_day::BusinessDays;
use crate::error_budget::ErrorBudget;
use crate::holiday::Holidays;
use crate::incident::{Incident, Severity};
use crate::objective::{ObjectiveHistory, SliSum};
use crate::period::Period;
use crate::policy::demand::LARGE_SHARE;
use crate::product::Environment;
use crate::ratio::Ppm;
use crate::review::incidents::Postmortem as Standing;

/// The budget that one incident is held against: four weeks, in seconds.
const FOUR_WEEKS: i64 = 28 * 86_400;

/// Why a write-up is required.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// SEV-1 or SEV-2.
    Severity(Severity),
    /// Nobody classified it: it counts as SEV-2 until somebody does.
    Unclassified,
    /// It spent more than 20 % of the error budget of the four weeks up to its end.
    Budget {
        /// The objective whose budget it spent most of.
        objective: String,
        /// The share of it.
        share: Ppm,
    },
    /// Somebody asked for one.
    Flag(PostmortemStep),
}

/// The day by which a write-up is to be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    /// The last day that is on time, in the organisation's zone.
    pub on: Date,
    /// The day it is counted from, which itself does not count.
    pub from: Date,
    /// How many business days were counted, or calendar days where that is `false`.
    pub days: i64,
    /// Whether business days were counted.
    pub in_business_days: bool,
    /// Whether the calendar of holidays reaches that far; the day may still move where it does not.
    pub is_covered: bool,
}

/// A write-up that is required.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// The incident's source.
    pub source: String,
    /// The source's id.
    pub external_id: String,
    /// Its title.
    pub title: String,
    /// The product's name as the source writes it.
    pub product: String,
    /// How bad it was.
    pub severity: Severity,
    /// When it was declared.
    pub declared_at: Timestamp,
    /// Why; never empty.
    pub reasons: Vec<Reason>,
    /// By when; `None` while the incident lasts.
    pub due: Option<Due>,
    /// How far it has come.
    pub standing: Standing,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// The day of that in the organisation's zone.
    pub published_on: Option<Date>,
}

impl Duty {
    /// Whether it was published by its due day; `None` where it is not published.
    #[must_use]
    pub fn is_on_time(&self) -> Option<bool> {
        let published = self.published_on?;
        Some(self.due.is_none_or(|due| published <= due.on))
    }

    /// Whether its due day is over on a day and it is not published.
    #[must_use]
    pub fn is_overdue(&self, today: Date) -> bool {
        self.standing != Standing::Published && self.due.is_some_and(|due| due.on < today)
    }

    /// Whether it is still to come.
    #[must_use]
    pub fn is_outstanding(&self) -> bool {
        self.standing != Standing::Published
    }
}

/// How well write-ups are done (reference/incidents_and_review.md 3.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// How many are required.
    pub required: i64,
    /// How many of these are published.
    pub published: i64,
    /// How many were due before a day, or published already.
    pub due: i64,
    /// How many of these were published by their day.
    pub on_time: i64,
    /// How many are overdue.
    pub overdue: i64,
}

impl Completion {
    /// Counts duties as they stand on a day.
    #[must_use]
    pub fn of<'d>(duties: impl Iterator<Item = &'d Duty>, today: Date) -> Self {
        let mut counts = Self::default();
        for duty in duties {
            counts.required += 1;
            counts.published += i64::from(!duty.is_outstanding());
            counts.due += i64::from(!duty.is_outstanding() || duty.is_overdue(today));
            counts.on_time += i64::from(duty.is_on_time() == Some(true));
            counts.overdue += i64::from(duty.is_overdue(today));
        }
        counts
    }
}

/// What duties are told from.
#[derive(Clone, Copy)]
pub struct DutyInput<'a> {
    /// Incidents, those of the same time beside each other so that budgets are shared between them.
    pub incidents: &'a [Incident],
    /// Objectives with their counts; without counts no budget asks for anything.
    pub histories: &'a [ObjectiveHistory],
    /// What is kept of write-ups.
    pub heads: &'a [PostmortemHead],
    /// By when they are due.
    pub terms: &'a PostmortemTerms,
    /// The organisation's zone, whose holidays count.
    pub zone: &'a TimeZone,
    /// Nothing after it is taken into account.
    pub as_of: Timestamp,
    /// Incidents declared after it are not asked for.
    pub until: Timestamp,
}

/// The business days of an organisation.
#[must_use]
pub fn business_days(terms: &PostmortemTerms, zone: &TimeZone) -> BusinessDays {
    let holidays = Holidays::of_zone(zone.iana_name().unwrap_or_default());
    BusinessDays { holidays, year_end: terms.year_end }
}

/// The write-ups that are required: those still to come first, by their due day; then the published ones, the newest
/// first.
#[must_use]
pub fn duties(input: &DutyInput<'_>) -> Vec<Duty> {
    let known = input.incidents.iter().filter(|incident| incident.declared_at < input.until);
    let mut duties: Vec<Duty> = known.filter_map(|incident| duty(input, incident)).collect();
    duties.sort_by(|one, other| {
        let key = |duty: &Duty| {
            let day = duty.due.map_or(Date::MAX, |due| due.on);
            let published = duty.published_at.map(std::cmp::Reverse);
            (!duty.is_outstanding(), if duty.is_outstanding() { day } else { Date::MAX }, published)
        };
        key(one).cmp(&key(other)).then_with(|| one.external_id.cmp(&other.external_id))
    });
    duties
}

/// What one incident asks for; `None` for nothing.
#[must_use]
pub fn duty(input: &DutyInput<'_>, incident: &Incident) -> Option<Duty> {
    let is_it =
        |head: &&PostmortemHead| head.source == incident.source && head.external_id == incident.external_id;
    let head = input.heads.iter().find(is_it);
    let reasons = reasons(input, incident, head);
    if reasons.is_empty() {
        return None;
    }
    let (standing, published_at) = standing(incident, head, input.as_of);
    let due = due(input, incident, &reasons);
    Some(Duty {
        source: incident.source.clone(),
        external_id: incident.external_id.clone(),
        title: incident.title.clone(),
        product: incident.product.clone(),
        severity: incident.severity,
        declared_at: incident.declared_at,
        reasons,
        due,
        standing: standing.unwrap_or(Standing::Missing),
        published_at,
        published_on: published_at.map(|at| input.zone.to_datetime(at).date()),
    })
}

/// How far a write-up has come and when it was published: what is written here wins over what the source says.
/// `None` where there is nothing.
#[must_use]
pub fn standing(
    incident: &Incident,
    head: Option<&PostmortemHead>,
    as_of: Timestamp,
) -> (Option<Standing>, Option<Timestamp>) {
    if let Some((head, standing)) = head.and_then(|head| Some((head, head.standing()?))) {
        return (Some(standing), head.published_at);
    }
    match (incident.postmortem_published_at, &incident.postmortem_url) {
        (Some(published), _) if published <= as_of => (Some(Standing::Published), Some(published)),
        (_, Some(_)) => (Some(Standing::Draft), None),
        _ => (None, None),
    }
}

fn reasons(input: &DutyInput<'_>, incident: &Incident, head: Option<&PostmortemHead>) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if incident.counts() {
        match incident.severity {
            Severity::Sev1 | Severity::Sev2 => reasons.push(Reason::Severity(incident.severity)),
            Severity::Unclassified => reasons.push(Reason::Unclassified),
            Severity::Sev3 | Severity::Sev4 => {}
        }
        reasons.extend(
            budget_spent(input, incident).map(|(objective, share)| Reason::Budget { objective, share }),
        );
    }
    let flag = head.and_then(|head| head.flag.clone()).filter(|_| incident.merged_into.is_none());
    reasons.extend(flag.map(Reason::Flag));
    reasons
}

/// The objective of the product whose budget an incident spent most of, where that is more than a fifth of the four
/// weeks up to its end. Told only where counts were read for all of these weeks; objectives that are younger than
/// that are told from what there is.
fn budget_spent(input: &DutyInput<'_>, incident: &Incident) -> Option<(String, Ppm)> {
    let impact = incident.impact(input.until)?;
    let start = impact.end.checked_sub(SignedDuration::from_secs(FOUR_WEEKS)).ok()?;
    let first_read =
        input.histories.iter().filter_map(|one| Some(one.buckets.first()?.period.start)).min()?;
    if start < first_read {
        return None;
    }
    let period = Period { start, end: impact.end };
    let mine = input.histories.iter().filter(|history| {
        let objective = &history.objective;
        let is_mine = objective.product.as_ref().is_some_and(|slug| slug.as_str() == incident.product);
        is_mine && objective.environment == Environment::Production
    });
    let of_product = || input.incidents.iter().filter(|other| other.product == incident.product);
    let shares = mine.filter_map(|history| {
        let sum = SliSum::of(&history.buckets, &period);
        let budget = ErrorBudget::new(sum.good, sum.total, history.objective.target)?;
        if !budget.is_spent_beyond(sum.bad(), LARGE_SHARE) {
            return None;
        }
        let attribution = Attribution::new(&history.buckets, of_product(), &period);
        let charge = attribution
            .charges
            .into_iter()
            .find(|charge| charge.source == incident.source && charge.external_id == incident.external_id)?;
        let is_large = budget.is_spent_beyond(charge.bad, LARGE_SHARE);
        is_large.then_some((history.objective.id.clone(), budget.spent_by(charge.bad)?))
    });
    shares.max_by_key(|(_, share)| *share)
}

/// The earliest of the days that the reasons ask for, counted from the day on which users stopped feeling the
/// incident, or on which somebody asked, whichever is later.
fn due(input: &DutyInput<'_>, incident: &Incident, reasons: &[Reason]) -> Option<Due> {
    let end = incident.mitigated_at.or(incident.resolved_at).filter(|end| *end <= input.as_of)?;
    let days = business_days(input.terms, input.zone);
    let day_of = |at: Timestamp| input.zone.to_datetime(at).date();
    let of = |reason: &Reason| {
        let (from, count, in_business_days) = match reason {
            Reason::Severity(Severity::Sev1) => (day_of(end), input.terms.sev1_days, false),
            Reason::Severity(_) | Reason::Unclassified => (day_of(end), input.terms.sev2_business_days, true),
            Reason::Budget { .. } => (day_of(end), input.terms.other_business_days, true),
            Reason::Flag(flag) => (day_of(end.max(flag.at)), input.terms.other_business_days, true),
        };
        let on = if in_business_days {
            days.after(from, count)
        } else {
            from.checked_add(count.days()).unwrap_or(Date::MAX)
        };
        let is_covered = !in_business_days || days.covers(on);
        Due { on, from, days: count, in_business_days, is_covered }
    };
    reasons.iter().map(of).min()
}

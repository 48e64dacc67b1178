//! The rules of reference/slo.md 4.2, each a few lines over counts, definitions and incidents.

use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Timestamp, ToSpan};
use rust_decimal::Decimal;

use super::{AgedReason, Assessment, DAYS_WHILE_YOUNG, Reason, WEEKS_OF_AGE};
use crate::attribution::Attribution;
use crate::error_budget::{ErrorBudget, Exhaustion, exhaustion};
use crate::incident::Incident;
use crate::objective::{BudgetingMethod, ObjectiveHistory, SliSum, Window};
use crate::period::Period;
use crate::policy::demand::{LARGE_SHARE, costliest_cause};
use crate::postmortem::PostmortemHead;
use crate::product::Product;
use crate::ratio::Ppm;
use crate::review::objectives::{COVERAGE_NEEDED, ObjectiveRow, version_at};
use crate::review::{ReviewInput, WeeklyReview};
use crate::week::{IsoWeek, start_of_day};

const DAY: i64 = 86_400;
const WEEK: i64 = 7 * DAY;

/// Weeks that the target is held against.
const WEEKS: i64 = 12;
/// Targets that people use, for proposals.
const NICE_TARGETS: [Ppm; 8] = [
    Ppm(900_000),
    Ppm(950_000),
    Ppm(990_000),
    Ppm(995_000),
    Ppm(999_000),
    Ppm(999_500),
    Ppm(999_900),
    Ppm(999_950),
];

/// One objective as it was known up to an instant.
pub(super) struct Look<'a> {
    input: &'a ReviewInput,
    history: &'a ObjectiveHistory,
    product: Option<&'a Product>,
    incidents: Vec<&'a Incident>,
    week: IsoWeek,
    until: Timestamp,
    as_of: Timestamp,
}

/// What a row of the review knows at an instant.
struct Now {
    window: Period,
    week: SliSum,
    week_period: Period,
    budget: Option<ErrorBudget>,
    last: Option<Timestamp>,
}

impl<'a> Look<'a> {
    pub(super) fn new(
        review: &WeeklyReview,
        input: &'a ReviewInput,
        row: &ObjectiveRow,
        history: &'a ObjectiveHistory,
        product: Option<&'a Product>,
    ) -> Self {
        let mine =
            |incident: &&Incident| row.product.as_ref().is_some_and(|slug| slug.as_str() == incident.product);
        Self {
            input,
            history,
            product,
            incidents: input.incidents.iter().filter(mine).collect(),
            week: review.week,
            until: review.measured_until,
            as_of: review.as_of,
        }
    }

    /// Reasons of the calendar: overdue, never reviewed, changed since.
    pub(super) fn clock_reasons(
        &self,
        due_on: Option<Date>,
        reviewed: Option<Timestamp>,
        own: Option<&Assessment>,
    ) -> Vec<AgedReason> {
        let zone = self.input.catalogue.organization.zone();
        let today = zone.to_datetime(self.as_of).date();
        let start = |day: Date| start_of_day(day, &zone);
        let mut reasons = Vec::new();
        if let Some(due) = due_on.filter(|due| *due < today) {
            reasons.push(AgedReason { reason: Reason::Overdue(due), since: start(due) });
        }
        let objective = &self.history.objective;
        let first = self.history.earlier.first().unwrap_or(objective).valid_from;
        let late = zone.to_datetime(first).date().saturating_add(DAYS_WHILE_YOUNG.days());
        if reviewed.is_none() && due_on.is_none() && late < today {
            let came = zone.to_datetime(first).date();
            reasons.push(AgedReason { reason: Reason::NeverReviewed(came), since: start(late) });
        }
        let changed = match own {
            Some(own) if reviewed == Some(own.at) => own.definition_hash != objective.definition_hash,
            _ => reviewed.is_some_and(|reviewed| reviewed < objective.valid_from),
        };
        if changed {
            reasons.push(AgedReason { reason: Reason::Changed, since: objective.valid_from });
        }
        reasons
    }

    /// Every other reason that holds.
    pub(super) fn reasons(&self) -> Vec<Reason> {
        let now = self.now();
        let mut reasons = Vec::new();
        reasons.extend(self.missed());
        reasons.extend(self.never_burns());
        reasons.extend(self.constant());
        reasons.extend(self.data(&now));
        reasons.extend(self.burn_without_incident(&now));
        reasons.extend(self.costly(&now));
        reasons.extend(self.exhaustion(&now));
        reasons.extend(self.off_history());
        reasons.extend(self.nobody());
        reasons.extend(self.little_traffic(&now));
        reasons.extend(self.uneven_weekends(&now));
        reasons.extend(self.suspicious());
        reasons
    }

    /// Since when each reason holds: the end of the first of the weeks without a break, the newest counts for
    /// missing data.
    pub(super) fn ages(&mut self, reasons: &[Reason]) -> Vec<Timestamp> {
        let zone = self.input.catalogue.organization.zone();
        let (week, until) = (self.week, self.until);
        let mut since = vec![until; reasons.len()];
        let mut holds = vec![true; reasons.len()];
        for back in 1..=WEEKS_OF_AGE {
            self.week = week.plus(-i32::try_from(back).unwrap_or(0));
            self.until = self.week.period(&zone).end;
            let first = self.history.earlier.first().unwrap_or(&self.history.objective).valid_from;
            if self.until < first || !holds.contains(&true) {
                break;
            }
            let then = self.reasons();
            for (position, reason) in reasons.iter().enumerate() {
                holds[position] &= then.iter().any(|other| other.id() == reason.id());
                if holds[position] {
                    since[position] = self.until;
                }
            }
        }
        (self.week, self.until) = (week, until);
        for (since, reason) in since.iter_mut().zip(reasons) {
            if let Reason::Stale(Some(last)) = reason {
                *since = *last;
            }
        }
        since
    }

    fn now(&self) -> Now {
        let zone = self.input.catalogue.organization.zone();
        let objective = &self.history.objective;
        let window = objective.window.period(self.until);
        let week_period = Period { start: self.week.period(&zone).start, end: self.until };
        let sum = SliSum::of(&self.history.buckets, &window);
        let ends = self.history.buckets.iter().map(|bucket| bucket.period.end);
        Now {
            window,
            week: SliSum::of(&self.history.buckets, &week_period),
            week_period,
            budget: ErrorBudget::new(sum.good, sum.total, objective.target),
            last: ends.filter(|end| *end <= self.until).max(),
        }
    }

    /// Counts of the last seconds.
    fn last(&self, seconds: i64) -> SliSum {
        SliSum::of(&self.history.buckets, &back(self.until, seconds))
    }

    /// Whether counts reach back so far.
    fn knows(&self, seconds: i64) -> bool {
        let start = back(self.until, seconds).start;
        self.history.buckets.first().is_some_and(|first| first.period.start <= start)
    }

    /// The budgets of the last weeks that have counts, oldest first, each under the target of its time.
    fn weeks(&self) -> Vec<ErrorBudget> {
        let zone = self.input.catalogue.organization.zone();
        let weeks = self.week.trailing(usize::try_from(WEEKS).unwrap_or(12));
        let budget = |week: IsoWeek| {
            let period = week.period(&zone);
            let period = Period { end: period.end.min(self.until), ..period };
            let sum = SliSum::of(&self.history.buckets, &period);
            ErrorBudget::new(sum.good, sum.total, version_at(self.history, period.end).target)
        };
        weeks.into_iter().filter_map(budget).collect()
    }

    /// The budgets of the last three windows that do not overlap; `None` where counts do not reach back so far.
    fn windows(&self) -> Option<Vec<ErrorBudget>> {
        let Window::Rolling { seconds } = self.history.objective.window else { return None };
        if !self.knows(3 * seconds) {
            return None;
        }
        let window = |number: i64| {
            let end = back(self.until, number * seconds).start;
            let sum = SliSum::of(&self.history.buckets, &back(end, seconds));
            ErrorBudget::new(sum.good, sum.total, version_at(self.history, end).target)
        };
        (0..3).map(window).collect()
    }

    /// R04.
    fn missed(&self) -> Option<Reason> {
        let weeks = self.weeks();
        let missed = weeks.iter().filter(|week| !week.is_met()).count();
        if missed >= 4 {
            return Some(Reason::MissedWeeks(missed as i64, weeks.len() as i64));
        }
        let windows = self.windows()?;
        let missed = windows.iter().filter(|window| !window.is_met()).count();
        (missed >= 2).then_some(Reason::MissedWindows(missed as i64))
    }

    /// R05.
    fn never_burns(&self) -> Option<Reason> {
        let windows = self.windows()?;
        let consumed: Option<Vec<Ppm>> = windows.iter().map(ErrorBudget::consumed).collect();
        let enough = windows.iter().all(|window| window.allowed() >= Decimal::TEN);
        consumed?.into_iter().max().filter(|most| most.0 < 50_000 && enough).map(Reason::NeverBurns)
    }

    /// R06: a month without a single failure, or with the same ratio every day.
    fn constant(&self) -> Option<Reason> {
        let days = 28;
        let period = back(self.until, days * DAY);
        let inside: Vec<_> = self
            .history
            .buckets
            .iter()
            .filter(|bucket| period.contains(bucket.period.start) && bucket.total > 0)
            .collect();
        let first = inside.first()?;
        let is_same = |one: i64, of: i64, other: i64, other_of: i64| {
            i128::from(one) * i128::from(other_of) == i128::from(other) * i128::from(of)
        };
        let is_constant =
            inside.iter().all(|bucket| is_same(first.good, first.total, bucket.good, bucket.total));
        let sum = self.last(days * DAY);
        let budget = ErrorBudget::new(sum.good, sum.total, self.history.objective.target)?;
        let is_enough = inside.len() >= 28 && budget.allowed() >= Decimal::TEN;
        (is_constant && is_enough && self.knows(days * DAY)).then_some(Reason::Constant(days))
    }

    /// R07.
    fn data(&self, now: &Now) -> Option<Reason> {
        let stale = self.input.catalogue.organization.thresholds.stale_after_hours.saturating_mul(3600);
        let is_stale = now.last.is_none_or(|last| self.until.as_second() - last.as_second() > stale);
        if is_stale {
            return Some(Reason::Stale(now.last));
        }
        let last_week = self.last(WEEK);
        if last_week.buckets > 0 && last_week.total == 0 {
            return Some(Reason::NoTraffic);
        }
        now.week.coverage().filter(|coverage| *coverage < COVERAGE_NEEDED).map(Reason::ThinCoverage)
    }

    /// R09.
    fn burn_without_incident(&self, now: &Now) -> Option<Reason> {
        let spent = now.budget?.spent_by(now.week.bad())?;
        if spent < LARGE_SHARE {
            return None;
        }
        let week = self.attribution(&now.week_period);
        let explained = now.week.bad().saturating_sub(week.unattributed);
        let share = Ppm::floor_of(i128::from(explained), i128::from(now.week.bad()))?;
        (share < LARGE_SHARE).then_some(Reason::BurnWithoutIncident(spent, share))
    }

    fn attribution(&self, period: &Period) -> Attribution {
        Attribution::new(&self.history.buckets, self.incidents.iter().copied(), period)
    }

    /// R10 and R11.
    fn costly(&self, now: &Now) -> Vec<Reason> {
        let Some(budget) = now.budget else { return Vec::new() };
        let mut reasons = Vec::new();
        for charge in self.attribution(&now.window).charges {
            let incident = self.incident(&charge.source, &charge.external_id);
            let is_of = |head: &&PostmortemHead| {
                head.source == charge.source && head.external_id == charge.external_id
            };
            let is_here = self.input.postmortems.iter().find(is_of).is_some_and(|head| head.version > 0);
            let is_written = is_here || incident.is_some_and(|incident| incident.postmortem_url.is_some());
            if budget.is_spent_beyond(charge.bad, LARGE_SHARE) && !is_written {
                reasons.extend(
                    budget
                        .spent_by(charge.bad)
                        .map(|share| Reason::CostlyIncident(charge.external_id.clone(), share)),
                );
            }
        }
        let cause = costliest_cause(self.history, &self.incidents, self.until);
        reasons.extend(cause.map(|(cause, share)| Reason::CostlyCause(cause, share)));
        reasons
    }

    fn incident(&self, source: &str, id: &str) -> Option<&'a Incident> {
        self.incidents.iter().copied().find(|one| one.source == source && one.external_id == id)
    }

    /// R12, of a budget that is not used up yet.
    fn exhaustion(&self, now: &Now) -> Option<Reason> {
        let left = now.budget?.remaining().filter(|left| left.0 > 0)?;
        let target = self.history.objective.target;
        let week = ErrorBudget::new(now.week.good, now.week.total, target)?;
        let rate = week.burn_rate()?;
        let whole = self.history.objective.window.full_period(self.until).seconds();
        match exhaustion(left, rate, whole) {
            Exhaustion::In(seconds) if seconds < WEEK => Some(Reason::WillExhaust(seconds)),
            _ => (rate >= Ppm::ONE && left < Ppm(250_000)).then_some(Reason::LowAndBurning(left)),
        }
    }

    /// R13: the present target held against the last twelve weeks.
    fn off_history(&self) -> Option<Reason> {
        let target = self.history.objective.target;
        let weeks: Vec<ErrorBudget> =
            self.weeks().into_iter().map(|week| ErrorBudget { target, ..week }).collect();
        if (weeks.len() as i64) < WEEKS {
            return None;
        }
        let missed = weeks.iter().filter(|week| !week.is_met()).count() as i64;
        let sum = |part: fn(&ErrorBudget) -> i64| weeks.iter().map(part).sum::<i64>();
        let all = ErrorBudget::new(sum(|week| week.good), sum(|week| week.total), target)?;
        let attained = Ppm::floor_of(i128::from(all.good), i128::from(all.total))?;
        if missed * 2 > WEEKS {
            let proposal = NICE_TARGETS.into_iter().rev().find(|nice| *nice <= attained && *nice < target)?;
            return Some(Reason::TargetTooHigh(missed, WEEKS, proposal));
        }
        let hardly = all.consumed().is_some_and(|consumed| consumed < Ppm(100_000));
        let proposal = NICE_TARGETS.into_iter().find(|nice| *nice > target && *nice <= attained)?;
        (missed == 0 && hardly && all.allowed() >= Decimal::TEN)
            .then_some(Reason::TargetTooLow(WEEKS, proposal))
    }

    /// R14.
    fn nobody(&self) -> Option<Reason> {
        let Some(product) = self.product else { return Some(Reason::NoProduct) };
        let is_owned = product.product_manager.is_some() || product.embedded_sre.is_some();
        (!is_owned).then_some(Reason::NoOwner)
    }

    /// R16.
    fn little_traffic(&self, now: &Now) -> Option<Reason> {
        let allowed = now.budget?.allowed();
        let counts_events = self.history.objective.method == BudgetingMethod::Occurrences;
        let has_budget = self.history.objective.target < Ppm::ONE;
        (counts_events && has_budget && allowed < Decimal::TEN).then_some(Reason::LittleTraffic(allowed))
    }

    /// R21: weekend days against working days, for windows that hold no whole number of weeks.
    fn uneven_weekends(&self, now: &Now) -> Option<Reason> {
        let Window::Rolling { seconds } = self.history.objective.window else { return None };
        let counts_events = self.history.objective.method == BudgetingMethod::Occurrences;
        if seconds % WEEK == 0 || seconds < 2 * WEEK || !counts_events {
            return None;
        }
        let zone = self.input.catalogue.organization.zone();
        let (mut weekend, mut working) = ((0_i128, 0_i128), (0_i128, 0_i128));
        for bucket in self.history.buckets.iter().filter(|bucket| now.window.contains(bucket.period.start)) {
            let day = zone.to_datetime(bucket.period.start).weekday();
            let is_weekend = matches!(day, Weekday::Saturday | Weekday::Sunday);
            let sum = if is_weekend { &mut weekend } else { &mut working };
            sum.0 += i128::from(bucket.total);
            sum.1 += i128::from(bucket.period.seconds());
        }
        // Traffic a second of the weekend in that of working days.
        let ratio = Ppm::floor_of(weekend.0 * working.1, working.0 * weekend.1)?;
        let differs = Ppm((ratio.0 - Ppm::ONE.0).abs());
        (differs > Ppm(300_000)).then_some(Reason::UnevenWeekends(Ppm(ratio.0 - Ppm::ONE.0)))
    }

    /// R25.
    fn suspicious(&self) -> Option<Reason> {
        let objective = &self.history.objective;
        if let Window::Rolling { seconds } = objective.window
            && seconds < 3600
        {
            return Some(Reason::ShortWindow(seconds));
        }
        let counts_time = objective.method != BudgetingMethod::Occurrences;
        let target = objective.target;
        if target >= Ppm::ONE || counts_time && target >= Ppm(999_990) {
            return Some(Reason::ImpossibleTarget(target));
        }
        (target < Ppm(10_000)).then_some(Reason::TargetAsPercent(target))
    }
}

/// Whether an incident spent at least 1 % of the budget of an objective of its product within a period.
pub(super) fn has_burned(
    input: &ReviewInput,
    row: &ObjectiveRow,
    incident: &Incident,
    period: Period,
) -> bool {
    let Some(history) = input.objectives.iter().find(|history| history.objective.id == row.id) else {
        return false;
    };
    let charged = Attribution::new(&history.buckets, std::iter::once(incident), &period);
    let bad = charged.charges.first().map_or(0, |charge| charge.bad);
    row.budget().and_then(|budget| budget.spent_by(bad)).is_some_and(|share| share >= Ppm(10_000))
}

fn back(end: Timestamp, seconds: i64) -> Period {
    let start = end.checked_sub(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MIN);
    Period { start, end }
}

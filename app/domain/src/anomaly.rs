//! Days that cost far more than days like them, as one event per run of days (reference/cost.md 4.5).
//!
//! A day is compared with what the days before it let expect: the level of the last fortnight times the
//! weekday's factor, holidays as Sundays or as their own weekday, whichever costs more: some products rest
//! on a holiday, others do not. It stands out when it is above that by 3.5 robust deviations
//! (1.4826 × the median absolute deviation of the last 56 days' residuals), by a fifth, and by an amount
//! that matters, and by a fifth above the newest day of its weekday too: what costs more for good stands
//! out for its first week and is known from then on. The first of a month carries fees, so it neither starts nor counts in an event; credits
//! and other falls never do.

use jiff::civil::Date;

use crate::forecast::{History, Method, Profile, twice_median};
use crate::ratio::Ppm;

/// What a day has to pass to stand out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnomalyGates {
    /// Robust deviations above what was expected, default 3.5.
    pub deviations: Ppm,
    /// The share of what was expected, default 20 %.
    pub share: Ppm,
    /// The amount in micro-units of the series' currency.
    pub amount_micros: i64,
}

impl AnomalyGates {
    /// The default gates with an amount.
    #[must_use]
    pub fn above(amount_micros: i64) -> Self {
        Self { deviations: Ppm(3_500_000), share: Ppm(200_000), amount_micros }
    }
}

/// A run of days that cost far more than expected, in micro-units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anomaly {
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
    /// What its days cost.
    pub actual: i64,
    /// What they were expected to cost.
    pub expected: i64,
    /// Whether the last known day belongs to it.
    pub goes_on: bool,
}

impl Anomaly {
    /// What it cost above what was expected.
    #[must_use]
    pub fn impact(&self) -> i64 {
        self.actual.saturating_sub(self.expected)
    }

    /// The impact as a share of what was expected, if that is above nothing.
    #[must_use]
    pub fn share(&self) -> Option<Ppm> {
        Ppm::floor_of(i128::from(self.impact()), i128::from(self.expected))
    }
}

/// Why days cannot be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("telling an anomaly from chance needs {DAYS_NEEDED} days, there are {days}")]
pub struct TooShort {
    /// How many days there are.
    pub days: usize,
}

/// Days needed before a day can stand out: two weeks to expect from, three to know the usual chance.
pub const DAYS_NEEDED: usize = LEARNT_DAYS + LEAST_RESIDUALS;
const LEARNT_DAYS: usize = 14;
const LEAST_RESIDUALS: usize = 21;
/// Days whose residuals say what is usual.
const RESIDUAL_DAYS: usize = 56;

/// The events that have a day at or after `from`, in order of time; complete days only, as the history has.
///
/// # Errors
/// [`TooShort`] when not even the last known day can be judged.
pub fn anomalies(history: &History, from: Date, gates: &AnomalyGates) -> Result<Vec<Anomaly>, TooShort> {
    let known = history.len();
    if known <= DAYS_NEEDED {
        return Err(TooShort { days: known });
    }
    // A window that begins after the last known day has no event, wherever the bill ends.
    let from = history.position(from).unwrap_or(0).clamp(DAYS_NEEDED, known);
    let judge = Judge { history, gates };
    let mut events: Vec<Anomaly> = Vec::new();
    let mut position = from;
    // An event that reaches into the window is told from its beginning.
    while position > DAYS_NEEDED && judge.belongs(position - 1) {
        position -= 1;
    }
    let mut open: Option<Anomaly> = None;
    while position < known {
        if history.kind(position).opens_month {
            // Neither judged nor counted: the run goes on if the second does.
        } else if let Some(expected) = judge.stands_out(position) {
            let (day, actual) = (history.day(position), history.amounts()[position]);
            let event =
                open.get_or_insert(Anomaly { first: day, last: day, actual: 0, expected: 0, goes_on: false });
            event.last = day;
            event.actual = event.actual.saturating_add(actual);
            event.expected = event.expected.saturating_add(expected);
            event.goes_on = position + 1 == known;
        } else {
            events.extend(open.take());
        }
        position += 1;
    }
    events.extend(open);
    let first = history.day(from);
    events.retain(|event| event.last >= first);
    Ok(events)
}

struct Judge<'a> {
    history: &'a History,
    gates: &'a AnomalyGates,
}

impl Judge<'_> {
    /// What a day was expected to cost by those before it.
    fn expected(&self, position: usize) -> Option<i64> {
        let profile = Profile::new(self.history, 0, position, Method::Level)?;
        Some(profile.expected(self.history, position))
    }

    /// What a day was expected to cost by its kind or by the weekday of its date, whichever is more.
    fn most_expected(&self, position: usize) -> Option<i64> {
        let profile = Profile::new(self.history, 0, position, Method::Level)?;
        let weekday = self.history.day(position).weekday().to_monday_zero_offset();
        let by_date = profile.of_weekday(usize::try_from(weekday).ok()?);
        Some(profile.expected(self.history, position).max(by_date))
    }

    fn residual(&self, position: usize) -> Option<i128> {
        Some(i128::from(self.history.amounts()[position]) - i128::from(self.expected(position)?))
    }

    /// Whether a day belongs to a run: it stands out, or it opens a month after a day that does.
    fn belongs(&self, position: usize) -> bool {
        let position = if self.history.kind(position).opens_month { position - 1 } else { position };
        self.stands_out(position).is_some()
    }

    /// What the day was expected to cost, if it stands out. The cheap gates come first: what the days before
    /// let expect is reckoned only for a day above the newest one like it, and the residuals of eight weeks
    /// are looked at only for a day that passes all others.
    fn stands_out(&self, position: usize) -> Option<i64> {
        if self.newest_alike(position).is_some_and(|newest| !self.passes_share(position, newest)) {
            return None;
        }
        let expected = self.most_expected(position)?;
        let above = i128::from(self.history.amounts()[position]) - i128::from(expected);
        let gates = self.gates;
        let enough =
            above > 0 && above >= i128::from(gates.amount_micros) && self.passes_share(position, expected);
        let far = || {
            let deviation = self.twice_deviation(position)?;
            // above ≥ deviations × 1.4826 × deviation, multiplied out.
            let wanted = i128::from(gates.deviations.0).checked_mul(14_826)?.checked_mul(deviation)?;
            Some(above.checked_mul(2 * 1_000_000 * 10_000)? >= wanted)
        };
        (enough && far().unwrap_or(false)).then_some(expected)
    }

    /// Whether a day is above an amount by the share that matters.
    fn passes_share(&self, position: usize, amount: i64) -> bool {
        let above = i128::from(self.history.amounts()[position]) - i128::from(amount);
        above * 1_000_000 >= i128::from(self.gates.share.0) * i128::from(amount).abs()
    }

    /// What the newest day of the same weekday cost, in the last fortnight.
    fn newest_alike(&self, position: usize) -> Option<i64> {
        let weekday = self.history.kind(position).weekday;
        let alike = (position.saturating_sub(LEARNT_DAYS)..position).rev().find(|day| {
            let kind = self.history.kind(*day);
            kind.weekday == weekday && !kind.opens_month
        });
        alike.map(|day| self.history.amounts()[day])
    }

    /// Twice the median absolute deviation of the residuals before a day.
    fn twice_deviation(&self, position: usize) -> Option<i128> {
        let earliest = position.saturating_sub(RESIDUAL_DAYS).max(LEARNT_DAYS);
        let usual = (earliest..position).filter(|day| !self.history.kind(*day).opens_month);
        let mut residuals: Vec<i128> = usual.filter_map(|day| self.residual(day)).collect();
        if residuals.len() < LEAST_RESIDUALS - 1 {
            return None;
        }
        let twice_middle = twice_median(&mut residuals)?;
        for residual in &mut residuals {
            *residual = (2 * *residual - twice_middle).abs();
        }
        twice_median(&mut residuals).map(|four_times| four_times / 2)
    }
}

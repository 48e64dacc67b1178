//! How many incidents there were week by week, and whether the last week is out of the ordinary.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use crate::incident::{Incident, Severity};
use crate::period::Period;
use crate::review::WEEKS_SHOWN;
use crate::review::incidents::band;
use crate::week::IsoWeek;

/// One week's count of declared incidents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeekCount {
    /// The week.
    pub week: IsoWeek,
    /// How many of each severity, in the order of [`Severity::ALL`]; `None` for a week that ended before any
    /// source spoke.
    pub counts: Option<[i64; 5]>,
    /// Whether it is not over yet, or not looked at as a whole.
    pub partial: bool,
}

impl WeekCount {
    /// All severities together.
    #[must_use]
    pub fn total(&self) -> Option<i64> {
        self.counts.map(|counts| counts.iter().sum())
    }

    /// One severity, or all of them.
    #[must_use]
    pub fn of(&self, severity: Option<Severity>) -> Option<i64> {
        let Some(severity) = severity else { return self.total() };
        let position = Severity::ALL.iter().position(|one| *one == severity)?;
        self.counts.and_then(|counts| counts.get(position).copied())
    }
}

/// Where a count lies against the weeks before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// More than chance explains.
    Above,
    /// Within what chance explains.
    Inside,
    /// Less than chance explains.
    Below,
    /// There is no band: no incident in the weeks before, or no source spoke then.
    NoBand,
}

impl Standing {
    /// The word in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Above => "above",
            Self::Inside => "inside",
            Self::Below => "below",
            Self::NoBand => "no_band",
        }
    }
}

/// Counts of one severity, or of all together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeverityCount {
    /// Which; `None` for all together.
    pub severity: Option<Severity>,
    /// How many were declared in the window.
    pub in_window: i64,
    /// How many were declared in the last week of it.
    pub in_last_week: i64,
    /// The mean of the weeks before it, rounded to a hundredth.
    pub mean: Option<Decimal>,
    /// Mean ± 3·√mean in whole incidents: the band of a c-chart.
    pub band: Option<(i64, i64)>,
}

impl SeverityCount {
    /// Where the last week lies.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match self.band {
            None => Standing::NoBand,
            Some((_, upper)) if self.in_last_week > upper => Standing::Above,
            Some((lower, _)) if self.in_last_week < lower => Standing::Below,
            Some(_) => Standing::Inside,
        }
    }
}

/// Counted incidents that were declared in each of the [`WEEKS_SHOWN`] weeks that end with `last`, up to
/// `until`; weeks that ended before `known_from` are unknown.
#[must_use]
pub fn week_counts(
    incidents: &[&Incident],
    last: IsoWeek,
    until: Timestamp,
    known_from: Option<Timestamp>,
    zone: &TimeZone,
) -> Vec<WeekCount> {
    let count = |week: IsoWeek| {
        let whole = week.period(zone);
        let period = Period { start: whole.start, end: whole.end.min(until) };
        let is_known = known_from.is_some_and(|from| whole.end > from);
        let of = |severity: Severity| {
            let mine = |incident: &&&Incident| {
                incident.severity == severity && period.contains(incident.declared_at)
            };
            incidents.iter().filter(mine).count() as i64
        };
        WeekCount { week, counts: is_known.then(|| Severity::ALL.map(of)), partial: whole.end > until }
    };
    last.trailing(WEEKS_SHOWN).into_iter().map(count).collect()
}

/// The counts of a severity, or of all: the last of the weeks against those before it that are known.
#[must_use]
pub fn severity_count(weeks: &[WeekCount], severity: Option<Severity>, in_window: i64) -> SeverityCount {
    let (last, before) = weeks.split_last().map_or((None, weeks), |(last, before)| (Some(last), before));
    let earlier: Vec<i64> = before.iter().filter_map(|week| week.of(severity)).collect();
    let mean = Decimal::from(earlier.iter().sum::<i64>()).checked_div(Decimal::from(earlier.len()));
    SeverityCount {
        severity,
        in_window,
        in_last_week: last.and_then(|week| week.of(severity)).unwrap_or(0),
        mean: mean.map(|mean| mean.round_dp(2)),
        band: band(&earlier),
    }
}

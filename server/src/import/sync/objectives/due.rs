//! Which buckets of which weeks are asked for.

use domain::objective::SliBucket;
use domain::period::Period;
use domain::week::{IsoWeek, start_of_day};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use sources::slo::{Grain, Habits};

/// How many whole weeks before the current one are kept.
const WEEKS_BACK: usize = 13;

/// How many of them are asked for again by every run: data that arrives late, corrections.
const WEEKS_READ_AGAIN: usize = 4;

/// How many days back hours are kept.
const DAYS_BY_HOURS: i64 = 14;

/// What is due at an instant.
#[derive(Clone, Debug)]
pub(super) struct Due {
    /// The weeks, the newest first, so that pages are of use early.
    pub(super) weeks: Vec<IsoWeek>,
    /// Only buckets that end by then have arrived.
    until: Timestamp,
    /// The first day that is asked for by hours, where nothing is stored of it; none where days have to do.
    hours_from: Option<Date>,
}

impl Due {
    pub(super) fn new(now: Timestamp, zone: &TimeZone, habits: Habits) -> Self {
        let today = zone.to_datetime(now).date();
        let mut weeks = IsoWeek::containing(today).trailing(WEEKS_BACK + 1);
        weeks.sort_unstable_by(|one, other| other.cmp(one));
        let hours_from = match habits.recent {
            Grain::Hours => Some(today.saturating_sub(DAYS_BY_HOURS.days())),
            Grain::Days => None,
        };
        Self { weeks, until: now.saturating_sub(habits.delay).unwrap_or(now), hours_from }
    }

    /// Whether a week is asked for by every run.
    pub(super) fn is_recent(&self, week: IsoWeek) -> bool {
        self.weeks.iter().take(WEEKS_READ_AGAIN + 1).any(|recent| *recent == week)
    }

    /// The buckets of a week that one objective is asked for. `stored` are those of the week that are known;
    /// `since`, where an earlier definition held before it, is when the one that holds now came: of what
    /// starts before, only buckets that are missing, or in which the earlier one found no data, are asked for.
    ///
    /// A day keeps the grain in which it was stored, so that a day that grows older does not seem to change.
    pub(super) fn buckets(
        &self,
        week: IsoWeek,
        zone: &TimeZone,
        stored: &[SliBucket],
        since: Option<Timestamp>,
    ) -> Vec<Period> {
        let is_recent = self.is_recent(week);
        let is_wanted = |bucket: &Period| {
            let is_stored = stored
                .iter()
                .any(|known| known.period == *bucket && !(since.is_some() && has_no_data(known)));
            let may_change = is_recent && since.is_none_or(|since| bucket.start >= since);
            bucket.end <= self.until && (!is_stored || may_change)
        };
        let days = week.days().into_iter().flat_map(|day| self.of_day(day, zone, stored));
        days.filter(is_wanted).collect()
    }

    /// The buckets of one day.
    fn of_day(&self, day: Date, zone: &TimeZone, stored: &[SliBucket]) -> Vec<Period> {
        let edge = |day: Date| start_of_day(day, zone);
        let whole = Period { start: edge(day), end: edge(day.saturating_add(1.day())) };
        let mut known = stored.iter().filter(|bucket| whole.contains(bucket.period.start)).peekable();
        let by_hours = match known.peek() {
            Some(_) => known.all(|bucket| bucket.period != whole),
            None => self.hours_from.is_some_and(|from| day >= from),
        };
        if !by_hours {
            return vec![whole];
        }
        let next = |start: &Timestamp| start.checked_add(SignedDuration::from_hours(1)).ok();
        std::iter::successors(Some(whole.start), next)
            .take_while(|start| *start < whole.end)
            .map(|start| Period { start, end: next(&start).map_or(whole.end, |end| end.min(whole.end)) })
            .collect()
    }
}

/// Whether samples were expected and none was there: a query that names nothing finds that everywhere.
fn has_no_data(bucket: &SliBucket) -> bool {
    bucket.total == 0 && bucket.samples_seen == 0 && bucket.samples_expected > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKYO: &str = "Asia/Tokyo";

    fn due(now: &str, recent: Grain) -> (Due, TimeZone) {
        let zone = TimeZone::get(TOKYO).unwrap();
        let habits = Habits { recent, delay: SignedDuration::from_mins(5), batch: 1 };
        (Due::new(now.parse().unwrap(), &zone, habits), zone)
    }

    fn stored(period: Period) -> SliBucket {
        SliBucket { objective: "a".into(), period, good: 1, total: 1, samples_seen: 0, samples_expected: 0 }
    }

    fn week(word: &str) -> IsoWeek {
        word.parse().unwrap()
    }

    #[test]
    fn the_first_run_reaches_back_thirteen_weeks() {
        let (due, zone) = due("2026-11-23T01:30:00Z", Grain::Hours);
        assert_eq!((due.weeks.len(), due.weeks[0], due.weeks[13]), (14, week("2026-W48"), week("2026-W35")));
        // Ten whole hours of Monday in Tokyo have ended, and the half one has not.
        assert_eq!(due.buckets(due.weeks[0], &zone, &[], None).len(), 10);
        assert_eq!(due.buckets(week("2026-W47"), &zone, &[], None).len(), 7 * 24);
        // Fourteen days back is Monday the 9th: all of that week by hours, the one before by days.
        assert_eq!(due.buckets(week("2026-W46"), &zone, &[], None).len(), 7 * 24);
        assert_eq!(due.buckets(week("2026-W45"), &zone, &[], None).len(), 7);
        assert_eq!(due.buckets(week("2026-W35"), &zone, &[], None).len(), 7);
    }

    #[test]
    fn a_bucket_has_arrived_some_time_after_its_end() {
        let (due, zone) = due("2026-11-23T01:04:00Z", Grain::Hours);
        assert_eq!(due.buckets(due.weeks[0], &zone, &[], None).len(), 9);
        let (due, zone) = self::due("2026-11-23T01:05:00Z", Grain::Days);
        assert_eq!(due.buckets(due.weeks[0], &zone, &[], None).len(), 0);
        assert_eq!(due.buckets(week("2026-W47"), &zone, &[], None).len(), 7);
    }

    #[test]
    fn four_weeks_are_asked_for_again_and_older_ones_where_they_are_missing() {
        let (due, zone) = due("2026-11-23T01:30:00Z", Grain::Days);
        for (name, expected) in [("2026-W44", 7), ("2026-W43", 1)] {
            let mut known: Vec<SliBucket> =
                due.buckets(week(name), &zone, &[], None).into_iter().map(stored).collect();
            known.remove(3);
            assert_eq!(due.buckets(week(name), &zone, &known, None).len(), expected, "{name}");
        }
    }

    #[test]
    fn a_day_keeps_the_grain_in_which_it_was_stored() {
        let (earlier, zone) = due("2026-11-16T01:30:00Z", Grain::Hours);
        let known: Vec<SliBucket> =
            earlier.buckets(week("2026-W45"), &zone, &[], None).into_iter().map(stored).collect();
        assert_eq!(known.len(), 7 * 24);
        let (later, _) = due("2026-11-30T01:30:00Z", Grain::Hours);
        assert_eq!(later.buckets(week("2026-W45"), &zone, &known, None).len(), 7 * 24);
        assert_eq!(later.buckets(week("2026-W45"), &zone, &[], None).len(), 7);
    }

    #[test]
    fn a_new_definition_does_not_count_old_buckets_anew() {
        let (due, zone) = due("2026-11-23T01:30:00Z", Grain::Days);
        let mut known: Vec<SliBucket> =
            due.buckets(week("2026-W47"), &zone, &[], None).into_iter().map(stored).collect();
        let since = known[4].period.start;
        assert_eq!(due.buckets(week("2026-W47"), &zone, &known, Some(since)).len(), 3);
        known.remove(0);
        assert_eq!(due.buckets(week("2026-W47"), &zone, &known, Some(since)).len(), 4);
    }

    #[test]
    fn a_definition_that_found_nothing_can_be_mended() {
        let (due, zone) = due("2026-11-23T01:30:00Z", Grain::Days);
        let since = Some("2026-11-23T01:00:00Z".parse().unwrap());
        for name in ["2026-W47", "2026-W40"] {
            let asked = due.buckets(week(name), &zone, &[], None);
            let nothing = |period| SliBucket { good: 0, total: 0, samples_expected: 1440, ..stored(period) };
            let known: Vec<SliBucket> = asked.iter().copied().map(nothing).collect();
            assert_eq!(due.buckets(week(name), &zone, &known, since), asked, "{name}");
            let known: Vec<SliBucket> = asked.iter().copied().map(stored).collect();
            assert_eq!(due.buckets(week(name), &zone, &known, since), [], "{name}");
        }
    }

    #[test]
    fn days_on_which_clocks_change_have_their_own_length() {
        let zone = TimeZone::get("America/New_York").unwrap();
        let habits = Habits { recent: Grain::Hours, delay: SignedDuration::ZERO, batch: 1 };
        let due = Due::new("2026-11-09T12:00:00Z".parse().unwrap(), &zone, habits);
        assert_eq!(due.buckets(week("2026-W44"), &zone, &[], None).len(), 7 * 24 + 1);
    }
}

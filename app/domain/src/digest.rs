//! The digest of a weekly review: which ones chats hear of, and from when on.
//!
//! There are two: one before the meeting, when the week's data is complete or the meeting is near, and one for
//! each frozen version. What they say is worded elsewhere; here is what they are called and when they are due.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::coverage::SourceKind;
use crate::finding::Status;
use crate::notice::NoticeKind;
use crate::quiet_hours::time_of_day;
use crate::review::{Freshness, WeeklyReview};
use crate::week::{IsoWeek, start_of_day};

/// For so many days after a freeze its digest is written where it was not: a server that was down tells of it
/// when it is back, and a channel that is new does not hear of last year.
const FROZEN_DAYS: i64 = 7;

/// What a digest is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigestSubject {
    /// The meeting; the one that covers all products has no name.
    pub meeting: String,
    /// The week.
    pub week: IsoWeek,
    /// The frozen version; `None` for the digest before the meeting.
    pub version: Option<i64>,
}

impl DigestSubject {
    /// What a notice of it is about.
    #[must_use]
    pub fn kind(&self) -> NoticeKind {
        if self.version.is_some() { NoticeKind::DigestFrozen } else { NoticeKind::DigestReady }
    }

    /// The key it is told under in a channel: once for ever.
    #[must_use]
    pub fn key(&self, channel: &str) -> String {
        format!("{self}/{channel}")
    }
}

impl fmt::Display for DigestSubject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "digest/{}/{}/", self.meeting, self.week)?;
        match self.version {
            None => formatter.write_str("ready"),
            Some(version) => write!(formatter, "{version}"),
        }
    }
}

/// The text names no digest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text names no digest")]
pub struct DigestSubjectError;

impl FromStr for DigestSubject {
    type Err = DigestSubjectError;

    fn from_str(text: &str) -> Result<Self, DigestSubjectError> {
        let rest = text.strip_prefix("digest/").ok_or(DigestSubjectError)?;
        let (rest, stage) = rest.rsplit_once('/').ok_or(DigestSubjectError)?;
        let (meeting, week) = rest.rsplit_once('/').ok_or(DigestSubjectError)?;
        let version = match stage {
            "ready" => None,
            number => Some(number.parse().map_err(|_| DigestSubjectError)?),
        };
        let week = week.parse().map_err(|_| DigestSubjectError)?;
        Ok(Self { meeting: meeting.to_owned(), week, version })
    }
}

/// When the meeting is held, in the organisation's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MeetingTime {
    /// The day of the week.
    pub weekday: Weekday,
    /// The time of day.
    pub time: Time,
}

/// The words of the days of a week, from Monday on.
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The text names no time of a week.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a meeting is written monday 10:00, a day of the week and a time of day")]
pub struct MeetingTimeError;

impl FromStr for MeetingTime {
    type Err = MeetingTimeError;

    fn from_str(text: &str) -> Result<Self, MeetingTimeError> {
        let (day, time) = text.trim().split_once(' ').ok_or(MeetingTimeError)?;
        let days = WEEKDAYS.iter().zip(0_i8..);
        let offset = days.into_iter().find(|(name, _)| **name == day).map(|(_, offset)| offset);
        let weekday = Weekday::from_monday_zero_offset(offset.ok_or(MeetingTimeError)?);
        let time = time_of_day(time).map_err(|_| MeetingTimeError)?;
        Ok(Self { weekday: weekday.map_err(|_| MeetingTimeError)?, time })
    }
}

/// When digests are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DigestTerms {
    /// When the meeting is held.
    pub meeting: MeetingTime,
    /// So many hours before it the digest is sent at the latest.
    pub hours_before: i64,
}

impl Default for DigestTerms {
    /// Monday at ten, as clocks that are fixed for a demonstration have it, and an hour before.
    fn default() -> Self {
        let meeting = MeetingTime { weekday: Weekday::Monday, time: Time::constant(10, 0, 0, 0) };
        Self { meeting, hours_before: 1 }
    }
}

impl DigestTerms {
    /// The day on which the meeting on a week is held: the first such weekday after the week.
    #[must_use]
    pub fn meeting_day(&self, week: IsoWeek) -> Date {
        let offset = i64::from(self.meeting.weekday.to_monday_zero_offset());
        week.next().monday().saturating_add(offset.days())
    }

    /// When the digest before the meeting is sent at the latest; never before the week has ended.
    #[must_use]
    pub fn latest(&self, week: IsoWeek, zone: &TimeZone) -> Timestamp {
        let ended = week.period(zone).end;
        let wall = self.meeting_day(week).to_datetime(self.meeting.time);
        let held_at = zone.to_ambiguous_timestamp(wall).compatible().unwrap_or(ended);
        let before = SignedDuration::from_hours(self.hours_before);
        held_at.checked_sub(before).map_or(ended, |latest| latest.max(ended))
    }

    /// Whether the digest before the meeting on a week is to be told at an instant: the week has ended, its
    /// data is complete or the meeting near, and the day of the meeting is not over.
    #[must_use]
    pub fn is_ready(&self, review: &WeeklyReview, at: Timestamp) -> bool {
        let zone = review.organization.zone();
        let over = start_of_day(self.meeting_day(review.week).saturating_add(1.days()), &zone);
        let is_due = at >= self.latest(review.week, &zone) || is_complete(review);
        at >= review.period.end && at < over && is_due && !review.products.is_empty()
    }
}

/// Whether every source has told all of a week that has ended: cost its seven UTC days, service levels up to
/// the week's end. Of incidents silence is no lateness, unless the source is silent for longer than it is used
/// to; a source that began later tells nothing of the week.
#[must_use]
pub fn is_complete(review: &WeeklyReview) -> bool {
    let has_told = |source: &Freshness| match source.kind {
        _ if source.begins_after(review.week) => true,
        SourceKind::Cost => source.complete_days == Some(7),
        SourceKind::Objectives => source.last_instant.is_some_and(|newest| newest >= review.period.end),
        SourceKind::Incidents => source.status == Status::Ok,
    };
    let ended = review.measured_until >= review.period.end;
    ended && !review.freshness.is_empty() && review.freshness.iter().all(has_told)
}

/// Whether the digest of a freeze is still to be written at an instant, where nobody has.
#[must_use]
pub fn is_freeze_news(frozen_at: Timestamp, at: Timestamp) -> bool {
    at.duration_since(frozen_at) < SignedDuration::from_hours(24 * FROZEN_DAYS)
}

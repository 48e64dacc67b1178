//! What people said about cost that stood out, and whether that still holds.
//!
//! An answer is given to an event of unusual days or to a mover of a week, together with what was known of it
//! then. It covers that event, and until it is asked again also later ones of the same product, currency and
//! service. It no longer holds when the event
//!
//! - costs more than it did ([`Reopened::Dearer`]): its mean impact per day has risen by a fifth of what it was
//!   and by the amount that makes a day stand out;
//! - begins earlier ([`Reopened::Earlier`]): a restatement found more days before it;
//! - has become longer ([`Reopened::Longer`]): it has more days though it was over, or it was going on and has
//!   a day on or after the one on which it is asked again.
//!
//! The newest answer counts; the older ones stay.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::anomaly::Anomaly;
use crate::cost::Owner;
use crate::money::Currency;
use crate::product::Slug;
use crate::ratio::Ppm;

/// For how many weeks an answer may hold: until the next meeting, for a month, for a quarter.
pub const SNOOZE_WEEKS: [i64; 3] = [1, 4, 13];

/// By which share of what it was the mean impact per day has to rise for an event to be asked again, 20 %.
const RISE: Ppm = Ppm(200_000);

/// What is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A run of days that cost far more than expected.
    Anomaly,
    /// A service that cost more than in the week before.
    Mover,
}

impl Subject {
    /// The word in the database, in JSON and in forms.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Anomaly => "anomaly",
            Self::Mover => "mover",
        }
    }
}

/// A word that means nothing here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not known")]
pub struct UnknownWord(pub String);

impl std::str::FromStr for Subject {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = [Self::Anomaly, Self::Mover].into_iter().find(|subject| subject.as_str() == text);
        known.ok_or_else(|| UnknownWord(text.to_owned()))
    }
}

/// What people say about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It was planned: a load test, a migration, a campaign.
    Expected,
    /// Something is wrong and is worked on.
    Real,
    /// It is nobody's concern.
    Ignored,
}

impl Verdict {
    /// All of them, as forms offer them.
    pub const ALL: [Self; 3] = [Self::Expected, Self::Real, Self::Ignored];

    /// The word in the database, in JSON and in forms.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Expected => "expected",
            Self::Real => "real",
            Self::Ignored => "ignored",
        }
    }
}

impl std::str::FromStr for Verdict {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|verdict| verdict.as_str() == text);
        known.ok_or_else(|| UnknownWord(text.to_owned()))
    }
}

/// What was known of an event or a mover, in micro-units of its billing currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The first UTC day; the week's Monday for a mover.
    pub first: Date,
    /// The last UTC day; the week's Sunday for a mover.
    pub last: Date,
    /// How many days the amounts are of.
    pub days: i64,
    /// Whether the last known day belonged to it.
    pub goes_on: bool,
    /// What its days cost.
    pub actual: i64,
    /// What they were expected to cost; for a mover, what the same weekdays of the week before cost.
    pub expected: i64,
}

impl Evidence {
    /// What is known of an event. The first of a month is in no event's amounts, so it is not counted.
    #[must_use]
    pub fn of_event(event: &Anomaly) -> Self {
        let days = event.first.series(1.days()).take_while(|day| *day <= event.last);
        let days = i64::try_from(days.filter(|day| day.day() != 1).count()).unwrap_or(i64::MAX).max(1);
        let Anomaly { first, last, actual, expected, goes_on } = *event;
        Self { first, last, days, goes_on, actual, expected }
    }

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

    /// Whether both have a day in common.
    fn meets(&self, other: &Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// Whether the mean impact per day rose by both gates, multiplied out.
    fn rose_above(&self, before: &Self, amount_micros: i64) -> bool {
        let (now_days, then_days) = (i128::from(self.days.max(1)), i128::from(before.days.max(1)));
        let (now, then) = (i128::from(self.impact()), i128::from(before.impact()));
        let rise = now * then_days - then * now_days;
        let by_share = rise.saturating_mul(1_000_000)
            >= i128::from(RISE.0).saturating_mul(then.abs()).saturating_mul(now_days);
        let by_amount = rise >= i128::from(amount_micros) * now_days * then_days;
        rise > 0 && by_share && by_amount
    }
}

/// What somebody said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// About what.
    pub subject: Subject,
    /// Whose cost: a product's; of a mover also a pool's, or what nobody took.
    pub owner: Owner,
    /// The service that rose most, where one did; of a mover its service.
    pub service: Option<String>,
    /// The billing currency.
    pub currency: Currency,
    /// What was known of it then.
    pub seen: Evidence,
    /// What it is.
    pub verdict: Verdict,
    /// Why, in their own words.
    pub note: String,
    /// For how many weeks it holds, one of [`SNOOZE_WEEKS`].
    pub snooze_weeks: i64,
    /// The first UTC day on which the same is asked again.
    pub asked_again_on: Date,
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// Why an answer no longer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reopened {
    /// It costs more per day than it did.
    Dearer,
    /// It begins on an earlier day.
    Earlier,
    /// It has more days than it may.
    Longer,
}

impl Reopened {
    /// The word in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dearer => "dearer",
            Self::Earlier => "earlier",
            Self::Longer => "longer",
        }
    }
}

/// Something that can be answered.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// What it is.
    pub subject: Subject,
    /// Whose cost.
    pub owner: &'a Owner,
    /// The service that rose most.
    pub service: Option<&'a str>,
    /// The billing currency.
    pub currency: Currency,
    /// What is known of it now.
    pub now: Evidence,
}

impl Asked<'_> {
    /// The answers that cover it, the newest first, and why the newest does not hold, if it does not.
    ///
    /// `answers` are in the order they were given; `amount_micros` is by how much the mean impact per day has to rise to be asked again.
    #[must_use]
    pub fn answered(&self, answers: &[Answer], amount_micros: i64) -> (Vec<Answer>, Option<Reopened>) {
        let covering = answers.iter().rev().filter(|answer| self.is_covered(answer));
        let covering: Vec<Answer> = covering.cloned().collect();
        let reopened = covering.first().and_then(|newest| self.reopened(newest, amount_micros));
        (covering, reopened)
    }

    /// Whether an answer is about this, or about the same of an earlier day and not yet asked again.
    fn is_covered(&self, answer: &Answer) -> bool {
        let alike =
            answer.subject == self.subject && answer.owner == *self.owner && answer.currency == self.currency;
        let same_service = self.service.is_some() && answer.service.as_deref() == self.service;
        let later = self.now.first > answer.seen.last && self.now.first < answer.asked_again_on;
        match self.subject {
            Subject::Anomaly => alike && (answer.seen.meets(&self.now) || same_service && later),
            Subject::Mover => alike && same_service && (answer.seen.first == self.now.first || later),
        }
    }

    fn reopened(&self, answer: &Answer, amount_micros: i64) -> Option<Reopened> {
        let (now, seen) = (&self.now, &answer.seen);
        if now.rose_above(seen, amount_micros) {
            return Some(Reopened::Dearer);
        }
        if self.subject == Subject::Mover || !seen.meets(now) {
            return None;
        }
        if now.first < seen.first {
            return Some(Reopened::Earlier);
        }
        let may_go_on = seen.goes_on && now.last < answer.asked_again_on;
        (now.last > seen.last && !may_go_on).then_some(Reopened::Longer)
    }
}

/// The newest answers to events that have a day between two days (both included) and no longer stand out, by
/// first day; `answers` are in the order they were given.
#[must_use]
pub fn vanished(
    answers: &[Answer],
    product: &Slug,
    events: &[(Currency, Evidence)],
    (from, to): (Date, Date),
) -> Vec<Answer> {
    let mine = answers
        .iter()
        .rev()
        .filter(|answer| {
            answer.subject == Subject::Anomaly
                && matches!(&answer.owner, Owner::Product(slug) if slug == product)
        })
        .filter(|answer| answer.seen.first <= to && answer.seen.last >= from);
    let stands = |answer: &Answer| {
        events.iter().any(|(currency, now)| *currency == answer.currency && now.meets(&answer.seen))
    };
    let mut gone: Vec<Answer> = Vec::new();
    for answer in mine.filter(|answer| !stands(answer)) {
        let is_told = |told: &Answer| told.currency == answer.currency && told.seen.meets(&answer.seen);
        if !gone.iter().any(is_told) {
            gone.push(answer.clone());
        }
    }
    gone.sort_by_key(|answer| (answer.seen.first, answer.currency));
    gone
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// An event of 100 units above 100 per day.
    fn seen(first: &str, last: &str, goes_on: bool, impact_per_day: i64) -> Evidence {
        let event = Anomaly { first: day(first), last: day(last), actual: 0, expected: 0, goes_on };
        let evidence = Evidence::of_event(&event);
        Evidence { actual: evidence.days * (100 + impact_per_day), expected: evidence.days * 100, ..evidence }
    }

    fn answer(subject: Subject, seen: Evidence) -> Answer {
        Answer {
            subject,
            owner: Owner::Product("telemed".parse().unwrap()),
            service: Some("RDS".to_owned()),
            currency: Currency::USD,
            seen,
            verdict: Verdict::Expected,
            note: "load test".to_owned(),
            snooze_weeks: 1,
            asked_again_on: day("2026-11-25"),
            by: "佐藤".to_owned(),
            at: "2026-11-18T02:00:00Z".parse().unwrap(),
        }
    }

    /// What is asked again and why: the rule of the head of this file as a table.
    #[test]
    fn an_answer_holds_until_the_event_is_another_one() {
        let was_over = seen("2026-11-17", "2026-11-18", false, 100);
        let went_on = seen("2026-11-17", "2026-11-18", true, 100);
        let table = [
            ("as it was", was_over, was_over, Some(None)),
            ("19 % dearer", was_over, seen("2026-11-17", "2026-11-18", false, 119), Some(None)),
            (
                "20 % dearer",
                was_over,
                seen("2026-11-17", "2026-11-18", false, 120),
                Some(Some(Reopened::Dearer)),
            ),
            ("cheaper", was_over, seen("2026-11-17", "2026-11-18", false, 10), Some(None)),
            ("one day less", was_over, seen("2026-11-18", "2026-11-18", false, 100), Some(None)),
            (
                "a day before",
                was_over,
                seen("2026-11-16", "2026-11-18", false, 100),
                Some(Some(Reopened::Earlier)),
            ),
            (
                "was over",
                was_over,
                seen("2026-11-17", "2026-11-19", false, 100),
                Some(Some(Reopened::Longer)),
            ),
            ("went on", went_on, seen("2026-11-17", "2026-11-24", true, 100), Some(None)),
            (
                "went on and rose",
                went_on,
                seen("2026-11-17", "2026-11-24", true, 150),
                Some(Some(Reopened::Dearer)),
            ),
            (
                "past its day",
                went_on,
                seen("2026-11-17", "2026-11-25", true, 100),
                Some(Some(Reopened::Longer)),
            ),
            ("a later one", was_over, seen("2026-11-24", "2026-11-24", true, 100), Some(None)),
            (
                "a later, dearer one",
                was_over,
                seen("2026-11-24", "2026-11-24", true, 200),
                Some(Some(Reopened::Dearer)),
            ),
            ("one after its day", was_over, seen("2026-11-25", "2026-11-25", true, 100), None),
            ("an earlier one", was_over, seen("2026-11-10", "2026-11-11", false, 100), None),
        ];
        let owner = Owner::Product("telemed".parse().unwrap());
        for (what, then, now, expected) in table {
            let asked = Asked {
                subject: Subject::Anomaly,
                owner: &owner,
                service: Some("RDS"),
                currency: Currency::USD,
                now,
            };
            let (answers, reopened) = asked.answered(&[answer(Subject::Anomaly, then)], 10);
            assert_eq!((!answers.is_empty()).then_some(reopened), expected, "{what}");
        }
    }

    #[test]
    fn a_rise_below_the_amount_is_none() {
        let now = seen("2026-11-17", "2026-11-18", false, 150);
        let owner = Owner::Product("telemed".parse().unwrap());
        let asked =
            Asked { subject: Subject::Anomaly, owner: &owner, service: None, currency: Currency::USD, now };
        let answers = [answer(Subject::Anomaly, seen("2026-11-17", "2026-11-18", false, 100))];
        assert_eq!(asked.answered(&answers, 50).1, Some(Reopened::Dearer));
        assert_eq!(asked.answered(&answers, 51).1, None);
        let other = Asked { currency: Currency::JPY, ..asked };
        assert_eq!(other.answered(&answers, 50), (Vec::new(), None));
    }

    #[test]
    fn a_mover_is_covered_by_its_week_and_service() {
        let week = |first: &str, last: &str, days, per_day: i64| Evidence {
            days,
            actual: days * (100 + per_day),
            expected: days * 100,
            ..seen(first, last, false, 0)
        };
        let then = week("2026-11-16", "2026-11-22", 6, 50);
        let owner = Owner::Product("telemed".parse().unwrap());
        for (what, service, now, expected) in [
            ("the seventh day came", "RDS", week("2026-11-16", "2026-11-22", 7, 50), Some(None)),
            ("restated", "RDS", week("2026-11-16", "2026-11-22", 7, 60), Some(Some(Reopened::Dearer))),
            ("the next week", "RDS", week("2026-11-23", "2026-11-29", 7, 50), Some(None)),
            ("the week after it is asked again", "RDS", week("2026-11-30", "2026-12-06", 7, 50), None),
            ("another service", "EC2", week("2026-11-16", "2026-11-22", 7, 50), None),
        ] {
            let asked = Asked {
                subject: Subject::Mover,
                owner: &owner,
                service: Some(service),
                currency: Currency::USD,
                now,
            };
            let (answers, reopened) = asked.answered(&[answer(Subject::Mover, then)], 10);
            assert_eq!((!answers.is_empty()).then_some(reopened), expected, "{what}");
        }
    }

    #[test]
    fn the_newest_answer_counts_and_the_others_stay() {
        let then = seen("2026-11-17", "2026-11-18", false, 100);
        let older = answer(Subject::Anomaly, then);
        let newer = Answer {
            verdict: Verdict::Real,
            at: "2026-11-19T02:00:00Z".parse().unwrap(),
            seen: seen("2026-11-17", "2026-11-19", false, 100),
            ..older.clone()
        };
        let owner = Owner::Product("telemed".parse().unwrap());
        let now = newer.seen;
        let asked =
            Asked { subject: Subject::Anomaly, owner: &owner, service: None, currency: Currency::USD, now };
        let (answers, reopened) = asked.answered(&[older.clone(), newer.clone()], 10);
        assert_eq!(answers, [newer, older]);
        assert_eq!(reopened, None, "the older one would have been asked again");
    }

    #[test]
    fn what_no_longer_stands_out_is_told_once() {
        let older = answer(Subject::Anomaly, seen("2026-11-17", "2026-11-18", false, 100));
        let newer = Answer { at: "2026-11-19T02:00:00Z".parse().unwrap(), ..older.clone() };
        let week = (day("2026-11-16"), day("2026-11-22"));
        let product = "telemed".parse().unwrap();
        let both = [older, newer.clone()];
        assert_eq!(vanished(&both, &product, &[], week), [newer]);
        let stands = [(Currency::USD, seen("2026-11-18", "2026-11-18", false, 1))];
        assert_eq!(vanished(&both, &product, &stands, week), []);
        assert_eq!(vanished(&both, &product, &[], (day("2026-11-23"), day("2026-11-29"))), []);
        assert_eq!(vanished(&both, &"booking".parse().unwrap(), &[], week), []);
    }
}

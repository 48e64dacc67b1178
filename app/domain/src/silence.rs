//! Whether a source that tells by itself has been silent for longer than its habit.
//!
//! The rule: of the 13 weeks up to its last message, three times the longest time between two messages, and
//! never less than a day. A source of fewer than [`FEWEST`] messages has no habit yet.

use jiff::{SignedDuration, Timestamp};

use crate::hook::PollState;

/// How far before its last message a source's habit is looked for.
pub const LOOKED_BACK: SignedDuration = SignedDuration::from_hours(13 * 7 * 24);

/// The fewest messages that make a habit.
pub const FEWEST: i64 = 10;

/// How often its longest usual gap a source may be silent.
pub const TIMES: i32 = 3;

/// How long every source may be silent.
pub const LEAST: SignedDuration = SignedDuration::from_hours(24);

/// What came from a source in the weeks that are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrivals {
    /// How many messages, the last one among them.
    pub count: i64,
    /// The longest time between two of them that follow each other.
    pub longest_gap: SignedDuration,
    /// When the last one came; UTC.
    pub last: Timestamp,
}

/// How a source is used to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// Too little came to say.
    Unknown,
    /// It may be silent so long.
    Allows {
        /// So long.
        silence: SignedDuration,
        /// How much longer it is silent than that; `None` while it is not.
        exceeded: Option<SignedDuration>,
    },
}

impl Habit {
    /// The habit that follows from what came, at an instant.
    #[must_use]
    pub fn of(arrivals: &Arrivals, now: Timestamp) -> Self {
        if arrivals.count < FEWEST {
            return Self::Unknown;
        }
        let silence = arrivals.longest_gap.saturating_mul(TIMES).max(LEAST);
        let exceeded = now.duration_since(arrivals.last).saturating_sub(silence);
        Self::Allows { silence, exceeded: exceeded.is_positive().then_some(exceeded) }
    }

    /// Whether the source is silent for longer than it is used to.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        matches!(self, Self::Allows { exceeded: Some(_), .. })
    }
}

/// What came, from instants in any order; `None` when nothing did.
#[must_use]
pub fn arrivals(mut instants: Vec<Timestamp>) -> Option<Arrivals> {
    instants.sort_unstable();
    let last = *instants.last()?;
    instants.retain(|instant| last.duration_since(*instant) <= LOOKED_BACK);
    let gaps = instants.windows(2).map(|pair| pair[1].duration_since(pair[0]));
    let longest_gap = gaps.max().unwrap_or(SignedDuration::ZERO);
    Some(Arrivals { count: i64::try_from(instants.len()).unwrap_or(i64::MAX), longest_gap, last })
}

/// A source of incidents of which nothing was heard for too long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unheard {
    /// The name of the source.
    pub source: String,
    /// Until when it was heard; UTC.
    pub since: Timestamp,
    /// The products of which it ever told, by the names it gives them.
    pub products: Vec<String>,
}

impl Unheard {
    /// Whether its silence says nothing of a product: it told of others, and never of this one. A source that never
    /// told of any product of the catalogue may be that of each.
    #[must_use]
    pub fn is_of_others(&self, product: &str, is_known: impl Fn(&str) -> bool) -> bool {
        !self.products.iter().any(|one| one == product) && self.products.iter().any(|one| is_known(one))
    }
}

/// The sources of incidents of which nothing is heard at an instant: those that are silent for longer than their
/// habit, unless they are asked in time; and those that are asked and late. Of which products they told is
/// not known here.
#[must_use]
pub fn unheard(arrivals: &[(String, Arrivals)], polls: &[PollState], now: Timestamp) -> Vec<Unheard> {
    let of = |source: &String, since| Unheard { source: source.clone(), since, products: Vec::new() };
    let is_asked = |source: &String| polls.iter().any(|poll| poll.log == *source);
    let silent =
        arrivals.iter().filter(|(source, came)| !is_asked(source) && Habit::of(came, now).is_broken());
    let silent = silent.map(|(source, came)| of(source, came.last));
    let late = polls.iter().filter(|poll| poll.is_late(now)).map(|poll| of(&poll.log, poll.heard_at()));
    let mut found: Vec<Unheard> = silent.chain(late).collect();
    found.sort_by(|one, other| (&one.source, one.since).cmp(&(&other.source, other.since)));
    found.dedup_by(|later, earlier| later.source == earlier.source);
    found
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    fn at(hour: i64) -> Timestamp {
        "2026-11-01T00:00:00Z".parse::<Timestamp>().unwrap() + hour.hours()
    }

    #[test]
    fn a_source_is_silent_when_it_is_so_for_longer_than_its_habit() {
        // Hours at which something came, the hour now, how long it may be silent, and by how much it is over.
        let daily: Vec<i64> = (0..10).map(|day| 24 * day).collect();
        let often: Vec<i64> = (0..100).collect();
        let uneven = vec![0, 1, 2, 3, 4, 5, 6, 7, 8, 20];
        let gone: Vec<i64> = (0..10).map(|hour| hour - 24 * 365).chain([0]).collect();
        for (hours, now, expected) in [
            (vec![], 1_000, None),
            (vec![0, 1, 2], 10_000, Some((None, None))),
            (daily.clone(), 24 * 12, Some((Some(72), None))),
            (daily.clone(), 24 * 9 + 72, Some((Some(72), None))),
            (daily, 24 * 9 + 73, Some((Some(72), Some(1)))),
            (often.clone(), 99 + 24, Some((Some(24), None))),
            (often, 99 + 25, Some((Some(24), Some(1)))),
            (uneven.clone(), 20 + 36, Some((Some(36), None))),
            (uneven, 20 + 40, Some((Some(36), Some(4)))),
            // What is older than 13 weeks before the last message is no habit any more.
            (gone, 10_000, Some((None, None))),
        ] {
            let habit = arrivals(hours.into_iter().map(at).collect()).map(|came| Habit::of(&came, at(now)));
            let hours = |duration: SignedDuration| duration.as_hours();
            let found = habit.map(|habit| match habit {
                Habit::Unknown => (None, None),
                Habit::Allows { silence, exceeded } => (Some(hours(silence)), exceeded.map(hours)),
            });
            assert_eq!(found, expected, "now {now}");
            assert_eq!(
                habit.is_some_and(|habit| habit.is_broken()),
                expected.is_some_and(|it| it.1.is_some())
            );
        }
    }

    #[test]
    fn a_source_that_is_asked_in_time_may_be_silent() {
        let came = |last: i64| {
            let hours = (0..12_i64).map(|hour| at(last - hour)).collect();
            ("pagerduty".to_owned(), arrivals(hours).unwrap())
        };
        let poll = |finished: Option<i64>| PollState {
            source: "pd".to_owned(),
            log: "pagerduty".to_owned(),
            changed_through: at(1),
            history_from: None,
            swept_at: None,
            finished_at: finished.map(at),
            requests: 0,
            failure: None,
        };
        for (last, polls, expected) in [
            (100, vec![], None),
            (75, vec![], Some(at(75))),
            (75, vec![poll(Some(99))], None),
            (100, vec![poll(Some(70))], Some(at(70))),
            (100, vec![poll(None)], Some(at(1))),
        ] {
            let found = unheard(&[came(last)], &polls, at(100));
            assert_eq!(found.first().map(|one| one.since), expected, "{last} {polls:?}");
        }
    }

    #[test]
    fn a_silence_is_that_of_the_products_which_were_told_of() {
        let is_known = |product: &str| ["karte", "booking"].contains(&product);
        let silent = |products: &[&str]| Unheard {
            source: "am".to_owned(),
            since: at(0),
            products: products.iter().map(|product| (*product).to_owned()).collect(),
        };
        for (products, product, expected) in [
            (&["karte"][..], "karte", false),
            (&["karte"], "booking", true),
            (&["karte", "unknown"], "booking", true),
            (&["unknown"], "booking", false),
            (&[], "booking", false),
        ] {
            assert_eq!(silent(products).is_of_others(product, is_known), expected, "{products:?} {product}");
        }
    }

    #[test]
    fn the_order_of_instants_does_not_matter() {
        let forth = arrivals((0..12).map(at).collect());
        assert_eq!(forth, arrivals((0..12).rev().map(at).collect()));
    }
}

//! A bill day by day, without gaps, and what kind of day each one is.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::holiday::Holidays;
use crate::week::day_after;

/// How many days past the last known one have a kind.
const AHEAD: usize = 62;

/// What a day is like as far as cost goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    /// 0 is Monday, 6 Sunday; a holiday is a Sunday.
    pub(crate) weekday: u8,
    /// The first of a month carries fees of its own.
    pub(crate) opens_month: bool,
}

/// Daily amounts of one series in micro-units of one currency (UTC days, complete ones only).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    first: Date,
    amounts: Vec<i64>,
    kinds: Vec<Kind>,
}

impl History {
    /// The days up to and including `through`; days without an amount cost nothing, and days before the
    /// first that cost anything are unknown.
    #[must_use]
    pub fn new(days: &BTreeMap<Date, i64>, through: Date, holidays: &Holidays) -> Self {
        let first = days.range(..=through).find(|(_, amount)| **amount != 0).map(|(day, _)| *day);
        let Some(first) = first else {
            return Self { first: through, amounts: Vec::new(), kinds: Vec::new() };
        };
        let mut amounts = Vec::with_capacity(days.len());
        let mut day = first;
        for (known, amount) in days.range(first..=through) {
            while day < *known {
                amounts.push(0);
                day = day_after(day);
            }
            amounts.push(*amount);
            day = day_after(day);
        }
        while day <= through && day != Date::MAX {
            amounts.push(0);
            day = day_after(day);
        }
        let kinds = kinds(first, amounts.len() + AHEAD, holidays);
        Self { first, amounts, kinds }
    }

    /// How many days are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.amounts.len()
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.amounts.is_empty()
    }

    /// The first known day.
    #[must_use]
    pub fn first(&self) -> Date {
        self.first
    }

    pub(crate) fn amounts(&self) -> &[i64] {
        &self.amounts
    }

    /// The kind of a day by its position; days far ahead are like the last one with a kind.
    pub(crate) fn kind(&self, position: usize) -> Kind {
        let kind = self.kinds.get(position).or(self.kinds.last()).copied();
        kind.unwrap_or(Kind { weekday: 0, opens_month: false })
    }

    /// The day at a position.
    pub(crate) fn day(&self, position: usize) -> Date {
        self.first.saturating_add(i64::try_from(position).unwrap_or(i64::MAX).min(4_000_000).days())
    }

    /// The position of a day that is not before the first.
    pub(crate) fn position(&self, day: Date) -> Option<usize> {
        let span = self.first.until(day).ok()?.get_days();
        usize::try_from(span).ok()
    }
}

fn kinds(first: Date, count: usize, holidays: &Holidays) -> Vec<Kind> {
    let mut day = first;
    let kind = |day: Date| Kind {
        weekday: if holidays.contains(day) {
            6
        } else {
            u8::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0)
        },
        opens_month: day.day() == 1,
    };
    let mut kinds = Vec::with_capacity(count);
    for _ in 0..count {
        kinds.push(kind(day));
        day = day_after(day);
    }
    kinds
}

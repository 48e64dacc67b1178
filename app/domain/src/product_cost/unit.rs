//! What one unit of use cost, month by month, beside what broke in the month.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::calendar::{CalendarInput, MonthCost, month_costs};
use crate::downtime::{Impact, union_seconds};
use crate::incident::Incident;
use crate::money::decimal_of_micros;
use crate::period::Period;
use crate::rate::Month;
use crate::review::cost::round_to_written;
use crate::split::Usage;
use crate::week::start_of_day;

/// How many months are told at most: a year and the same month before.
pub const MONTHS_SHOWN: usize = 13;

/// Incidents of a product in a month of the organisation's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthIncidents {
    /// How many counted ones were declared in it.
    pub count: usize,
    /// The seconds of it in which at least one counted impact lasted.
    pub seconds: i64,
}

/// One month of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitMonth {
    /// The calendar month; cost counts its UTC days.
    pub month: Month,
    /// What the product cost in the whole month, in micro-units as people write them; `None` where a day or a
    /// rate is missing.
    pub cost: Option<i64>,
    /// Whether the month's rate is that of an earlier one (仮).
    pub provisional: bool,
    /// The units, in millionths; `None` where the series has none for the month.
    pub units: Option<i64>,
    /// The exact cost divided by the units, in units of the currency; `None` where either is missing or there
    /// were no units.
    pub per_unit: Option<Decimal>,
    /// What broke; `None` where no source speaks about the whole month.
    pub incidents: Option<MonthIncidents>,
}

/// A product's cost by a unit of use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitSeries {
    /// The series' name, which is also that of the unit.
    pub series: String,
    /// The months, oldest first, without a gap.
    pub months: Vec<UnitMonth>,
}

impl UnitSeries {
    /// The last month with a cost per unit, and the month before it.
    #[must_use]
    pub fn latest(&self) -> Option<(&UnitMonth, Option<&UnitMonth>)> {
        let position = self.months.iter().rposition(|month| month.per_unit.is_some())?;
        Some((&self.months[position], position.checked_sub(1).map(|before| &self.months[before])))
    }
}

impl UnitMonth {
    /// The change of the cost per unit against another month, as a share.
    #[must_use]
    pub fn change_from(&self, before: &Self) -> Option<Decimal> {
        let (now, then) = (self.per_unit?, before.per_unit?);
        now.checked_sub(then)?.checked_div(then)
    }
}

/// What unit costs are made from.
#[derive(Clone, Copy, Debug)]
pub struct UnitInput<'a> {
    /// The product's cost, and how it is wanted.
    pub calendar: CalendarInput<'a>,
    /// Incidents of the months shown, of any product.
    pub incidents: &'a [Incident],
    /// The first day that any source of incidents speaks about.
    pub incidents_from: Option<Date>,
    /// The instant of looking.
    pub as_of: Timestamp,
}

/// One entry a series that knows the product, by name.
#[must_use]
pub fn unit_costs(input: &UnitInput<'_>) -> Vec<UnitSeries> {
    let calendar = &input.calendar;
    let mine: Vec<&Usage> =
        calendar.catalogue.usage.iter().filter(|usage| usage.product == *calendar.product).collect();
    let names: BTreeSet<&str> = mine.iter().map(|usage| usage.series.as_str()).collect();
    let costs = if names.is_empty() { Vec::new() } else { month_costs(calendar) };
    let series = |name: &str| {
        let of_series: Vec<&Usage> = mine.iter().copied().filter(|usage| usage.series == name).collect();
        let last = Month::containing(calendar.through);
        let first = of_series.iter().map(|usage| usage.month).min().unwrap_or(last);
        let mut months: Vec<Month> = std::iter::successors(Some(last), |month| Some(month.previous()))
            .take(MONTHS_SHOWN)
            .take_while(|month| *month >= first)
            .collect();
        months.reverse();
        let units = |month| of_series.iter().find(|usage| usage.month == month).map(|usage| usage.units);
        let months = months.into_iter().map(|month| unit_month(input, month, units(month), &costs));
        UnitSeries { series: name.to_owned(), months: months.collect() }
    };
    names.into_iter().map(series).collect()
}

fn unit_month(input: &UnitInput<'_>, month: Month, units: Option<i64>, costs: &[MonthCost]) -> UnitMonth {
    let calendar = &input.calendar;
    let is_whole = month.last_day() <= calendar.through
        && calendar.known_from.is_some_and(|first| first <= month.first_day());
    let known = costs.iter().find(|cost| cost.month == month).filter(|_| is_whole);
    // A whole month without any row cost nothing; that is known.
    let cost = if is_whole { known.map_or(Some(Decimal::ZERO), |cost| cost.amount) } else { None };
    let divided = |cost: Decimal| cost.checked_div(decimal_of_micros(units.filter(|units| *units > 0)?));
    UnitMonth {
        month,
        per_unit: cost.and_then(divided),
        cost: cost.map(|cost| round_to_written(cost, calendar.view.currency)),
        provisional: known.is_some_and(|cost| cost.provisional),
        units,
        incidents: incidents(input, month),
    }
}

fn incidents(input: &UnitInput<'_>, month: Month) -> Option<MonthIncidents> {
    if input.incidents_from.is_none_or(|first| first > month.first_day()) {
        return None;
    }
    let zone = input.calendar.catalogue.organization.zone();
    let end = start_of_day(month.next().first_day(), &zone).min(input.as_of);
    let period = Period { start: start_of_day(month.first_day(), &zone), end };
    let product = input.calendar.product.as_str();
    let counted = || input.incidents.iter().filter(|one| one.product == product && one.counts());
    let impacts: Vec<Impact> = counted()
        .flat_map(|one| one.stretches(end).into_iter().map(move |part| (one, part)))
        .filter_map(|(one, part)| Some(Impact { period: part.clip(&period)?, fraction: one.impact_fraction }))
        .collect();
    Some(MonthIncidents {
        count: counted().filter(|one| period.contains(one.declared_at)).count(),
        seconds: union_seconds(&impacts),
    })
}

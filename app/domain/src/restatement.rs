//! What changed since a moment: amounts that arrived late apart from amounts that were there and changed.
//!
//! The database notes what each delivery changed, per billing period, day and owner as the rules had it
//! then. A rule that is edited moves amounts between owners and is noted nowhere here: the source says the
//! same as before.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use rust_decimal::Decimal;

use crate::catalogue::Catalogue;
use crate::cost::{Amounts, ControlTotal, Metric, Owner};
use crate::money::{Currency, Money, decimal_of_micros};
use crate::rate::{AppliedRate, Month};
use crate::review::cost::{CostView, round_column};

/// Which changes are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestatementFilter {
    /// Changes that arrived after this instant (exclusive).
    pub since: Timestamp,
    /// The last UTC day that was complete then; what comes for later days completes them.
    pub complete_through: Date,
    /// UTC days of the charges, both ends included; all of them without.
    pub days: Option<(Date, Date)>,
    /// One source.
    pub source: Option<String>,
    /// Billing periods that begin in one month.
    pub month: Option<Month>,
    /// One owner.
    pub owner: Option<Owner>,
}

impl RestatementFilter {
    /// All changes since an instant, where bills are complete `lag_days` back.
    #[must_use]
    pub fn since(since: Timestamp, lag_days: i64) -> Self {
        let complete_through = TimeZone::UTC.to_datetime(since).date().saturating_sub(lag_days.days());
        Self { since, complete_through, days: None, source: None, month: None, owner: None }
    }
}

/// What changed for one owner on one bill, over its changed days or on one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerRestatement {
    /// The source.
    pub source: String,
    /// The month of the billing period.
    pub month: Month,
    /// The billing currency.
    pub currency: Currency,
    /// Whose cost it was when it arrived.
    pub owner: Owner,
    /// True where the days had no data, or were not complete, at the moment asked about.
    pub completes: bool,
    /// What the changed days were then.
    pub before: Amounts,
    /// What they are since the last change.
    pub after: Amounts,
    /// What the source changed. Less than from before to after where a rule was edited between two changes.
    pub difference: Amounts,
    /// The first changed UTC day.
    pub first_day: Date,
    /// The last one.
    pub last_day: Date,
    /// How many days changed.
    pub days: i64,
    /// When the last change arrived.
    pub last_seen: Timestamp,
    /// Whether the billing period had been delivered after its bill had closed.
    pub after_close: bool,
}

/// The amounts of a line or a sum, in micro-units of one currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChangedAmounts {
    /// What the numbers that changed were.
    pub before: i64,
    /// What the source changed of them.
    pub restated: i64,
    /// What edited rules moved to or from the owner between two changes.
    pub reallocated: i64,
    /// What arrived for days that had not been complete.
    pub completed: i64,
}

impl ChangedAmounts {
    /// What the numbers that changed are now.
    #[must_use]
    pub fn after(&self) -> i64 {
        self.before.saturating_add(self.restated).saturating_add(self.reallocated)
    }

    /// What the source changed in all.
    #[must_use]
    pub fn difference(&self) -> i64 {
        self.restated.saturating_add(self.completed)
    }

    fn add(&mut self, other: Self) {
        self.before = self.before.saturating_add(other.before);
        self.restated = self.restated.saturating_add(other.restated);
        self.reallocated = self.reallocated.saturating_add(other.reallocated);
        self.completed = self.completed.saturating_add(other.completed);
    }

    fn is_nothing(&self) -> bool {
        self.restated == 0 && self.completed == 0 && self.reallocated == 0
    }
}

/// When and for which days something changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangedSpan {
    /// The first changed UTC day.
    pub first_day: Date,
    /// The last one.
    pub last_day: Date,
    /// When the last change arrived.
    pub last_seen: Timestamp,
    /// Whether some of it came after the bill had closed.
    pub after_close: bool,
}

impl ChangedSpan {
    fn of(row: &OwnerRestatement) -> Self {
        let OwnerRestatement { first_day, last_day, last_seen, after_close, .. } = *row;
        Self { first_day, last_day, last_seen, after_close }
    }

    fn join(self, other: Self) -> Self {
        Self {
            first_day: self.first_day.min(other.first_day),
            last_day: self.last_day.max(other.last_day),
            last_seen: self.last_seen.max(other.last_seen),
            after_close: self.after_close || other.after_close,
        }
    }
}

/// One owner's changes in one billing month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedLine {
    /// Whose cost.
    pub owner: Owner,
    /// To the micro-unit.
    pub exact: ChangedAmounts,
    /// As people write them; lines add up to their sums.
    pub written: ChangedAmounts,
    /// The whole difference in the currency of the view, as people write it; `None` without a rate.
    pub converted: Option<i64>,
    /// When and for which days.
    pub span: ChangedSpan,
}

/// The changes of one source's billing month in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedMonth {
    /// The source.
    pub source: String,
    /// The month.
    pub month: Month,
    /// The billing currency.
    pub currency: Currency,
    /// Owners, the largest restatement first.
    pub lines: Vec<ChangedLine>,
    /// The rate of the month to the currency of the view, with the row it came from; `None` without one.
    pub rate: Option<ConvertedAt>,
    /// What the whole bill of the month sums to now, exact, in units; `None` where only a part of it was
    /// asked for.
    pub bill: Option<Decimal>,
}

/// The rate between two currencies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConvertedAt {
    /// Units of the view's currency for one unit of the bill's.
    pub factor: Decimal,
    /// The row it came from; `None` for the same currency.
    pub applied: Option<AppliedRate>,
}

impl ChangedMonth {
    /// The sum of the lines, exact.
    #[must_use]
    pub fn exact(&self) -> ChangedAmounts {
        sum(self.lines.iter().map(|line| line.exact))
    }

    /// The sum of the lines as they are written.
    #[must_use]
    pub fn written(&self) -> ChangedAmounts {
        sum(self.lines.iter().map(|line| line.written))
    }

    /// The sum of the lines in the currency of the view as they are written.
    #[must_use]
    pub fn converted(&self) -> Option<i64> {
        self.lines.iter().map(|line| line.converted).try_fold(0i64, |sum, one| sum.checked_add(one?))
    }

    /// What the bill summed to before, exact, in units.
    #[must_use]
    pub fn bill_before(&self) -> Option<Decimal> {
        self.bill?.checked_sub(decimal_of_micros(self.exact().difference()))
    }

    /// When and for which days; a month without lines is not made.
    #[must_use]
    pub fn span(&self) -> Option<ChangedSpan> {
        self.lines.iter().map(|line| line.span).reduce(ChangedSpan::join)
    }
}

fn sum(amounts: impl Iterator<Item = ChangedAmounts>) -> ChangedAmounts {
    amounts.fold(ChangedAmounts::default(), |mut sum, one| {
        sum.add(one);
        sum
    })
}

/// Everything that changed since a moment, by source, billing month and owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestatementReport {
    /// In which metric and currency.
    pub view: CostView,
    /// By source, the newest month first.
    pub months: Vec<ChangedMonth>,
    /// Lines that changed in the other metric only.
    pub other_metric: usize,
}

/// What a report is made from.
#[derive(Clone, Copy, Debug)]
pub struct RestatementInput<'a> {
    /// What changed, a row an owner and billing period.
    pub rows: &'a [OwnerRestatement],
    /// The exact sums of all bills; `None` where only a part of them was asked for.
    pub bills: Option<&'a [ControlTotal]>,
    /// Whose rates convert.
    pub catalogue: &'a Catalogue,
    /// In which metric and currency.
    pub view: CostView,
}

/// What lines are summed under.
type Place<'a> = (&'a str, Reverse<Month>, Currency, &'a Owner);

impl RestatementReport {
    /// Sums rows by source, month and owner; pure.
    #[must_use]
    pub fn new(input: &RestatementInput<'_>) -> Self {
        let mut lines: BTreeMap<Place<'_>, (ChangedAmounts, ChangedSpan)> = BTreeMap::new();
        for row in input.rows {
            let place = (row.source.as_str(), Reverse(row.month), row.currency, &row.owner);
            let (amounts, span) = (changed(row, input.view.metric), ChangedSpan::of(row));
            let line = lines.entry(place).or_insert((ChangedAmounts::default(), span));
            line.0.add(amounts);
            line.1 = line.1.join(span);
        }
        let all = lines.len();
        lines.retain(|_, (amounts, _)| !amounts.is_nothing());
        let other_metric = all - lines.len();
        let mut months: Vec<ChangedMonth> = Vec::new();
        for ((source, Reverse(month), currency, owner), (exact, span)) in lines {
            let line = ChangedLine { owner: owner.clone(), exact, written: exact, converted: None, span };
            let same = |last: &&mut ChangedMonth| {
                (last.source.as_str(), last.month, last.currency) == (source, month, currency)
            };
            match months.last_mut().filter(same) {
                Some(last) => last.lines.push(line),
                None => months.push(ChangedMonth {
                    source: source.to_owned(),
                    month,
                    currency,
                    lines: vec![line],
                    rate: rate(input.catalogue, currency, input.view.currency, month),
                    bill: bill(input, source, month, currency),
                }),
            }
        }
        for month in &mut months {
            let size = |micros: i64| Reverse(micros.unsigned_abs());
            month.lines.sort_by_key(|line| (size(line.exact.restated), size(line.exact.completed)));
        }
        write(&mut months, input.view.currency);
        Self { view: input.view, months, other_metric }
    }

    /// The sums per billing currency, as they are written.
    #[must_use]
    pub fn totals(&self) -> Vec<(Currency, ChangedAmounts)> {
        let mut totals: BTreeMap<Currency, ChangedAmounts> = BTreeMap::new();
        for month in &self.months {
            totals.entry(month.currency).or_default().add(month.written());
        }
        totals.into_iter().collect()
    }

    /// The sum of everything that a rate is known for, in the currency of the view.
    #[must_use]
    pub fn converted(&self) -> Option<i64> {
        let known = self.months.iter().filter_map(ChangedMonth::converted);
        known.reduce(i64::saturating_add)
    }

    /// What no rate is known for.
    #[must_use]
    pub fn unconverted(&self) -> Vec<Money> {
        let mut sums: BTreeMap<Currency, i64> = BTreeMap::new();
        for month in self.months.iter().filter(|month| month.rate.is_none()) {
            let sum = sums.entry(month.currency).or_default();
            *sum = sum.saturating_add(month.exact().difference());
        }
        sums.into_iter().map(|(currency, micros)| Money { micros, currency }).collect()
    }
}

/// One row's amounts in a metric.
#[must_use]
pub fn changed(row: &OwnerRestatement, metric: Metric) -> ChangedAmounts {
    let (before, after) = (row.before.get(metric), row.after.get(metric));
    let difference = row.difference.get(metric);
    let reallocated = after.saturating_sub(before).saturating_sub(difference);
    if row.completes {
        // Days that had not been complete have no before that anybody should have relied on.
        ChangedAmounts { completed: difference, ..ChangedAmounts::default() }
    } else {
        ChangedAmounts { before, restated: difference, reallocated, completed: 0 }
    }
}

fn bill(input: &RestatementInput<'_>, source: &str, month: Month, currency: Currency) -> Option<Decimal> {
    let mine = input.bills?.iter().filter(|total| {
        let scope = &total.scope;
        scope.source == source && Month::containing(scope.period_start) == month && scope.currency == currency
    });
    mine.map(|total| match input.view.metric {
        Metric::Billed => total.billed,
        Metric::Effective => total.effective,
    })
    .reduce(|sum, one| sum.saturating_add(one))
}

/// The rate of a month by the organisation's policy, backwards where only the opposite is known.
fn rate(catalogue: &Catalogue, from: Currency, to: Currency, month: Month) -> Option<ConvertedAt> {
    if from == to {
        return Some(ConvertedAt { factor: Decimal::ONE, applied: None });
    }
    let applied = catalogue.rate_of(from, to, month)?;
    let factor = match applied.rate.from == from {
        true => applied.rate.rate,
        false => Decimal::ONE.checked_div(applied.rate.rate)?,
    };
    Some(ConvertedAt { factor, applied: Some(applied) })
}

/// Rounds lines to what people write, so that the lines of a currency add up to its sum as written, and all
/// converted ones to theirs.
fn write(months: &mut [ChangedMonth], target: Currency) {
    type Pick = fn(&mut ChangedAmounts) -> &mut i64;
    let picks: [Pick; 4] = [
        |amounts| &mut amounts.before,
        |amounts| &mut amounts.restated,
        |amounts| &mut amounts.reallocated,
        |amounts| &mut amounts.completed,
    ];
    let mut currencies: Vec<Currency> = months.iter().map(|month| month.currency).collect();
    currencies.sort_unstable();
    currencies.dedup();
    for currency in currencies {
        for pick in picks {
            let mine = || months.iter().filter(|month| month.currency == currency);
            let exact = mine().flat_map(|month| &month.lines).map(|line| {
                let mut amounts = line.exact;
                Some(decimal_of_micros(*pick(&mut amounts)))
            });
            let written = round_column(&exact.collect::<Vec<_>>(), currency);
            let lines = months.iter_mut().filter(|month| month.currency == currency);
            for (line, micros) in lines.flat_map(|month| &mut month.lines).zip(written) {
                *pick(&mut line.written) = micros.unwrap_or(0);
            }
        }
    }
    let exact = months.iter().flat_map(|month| {
        let factor = month.rate.as_ref().map(|rate| rate.factor);
        month.lines.iter().map(move |line| decimal_of_micros(line.exact.difference()).checked_mul(factor?))
    });
    let written = round_column(&exact.collect::<Vec<_>>(), target);
    for (line, micros) in months.iter_mut().flat_map(|month| &mut month.lines).zip(written) {
        line.converted = micros;
    }
}

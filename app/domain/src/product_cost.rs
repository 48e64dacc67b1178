//! A product's cost followed down to its lines: by a dimension, filtered, against the same days of the week
//! before, with what is not run rate apart.
//!
//! [`calendar`] sums the month, the half and the fiscal year; [`selection`] is what a reader asks for.

pub mod calendar;
pub mod environments;
mod month_start;
pub mod selection;
pub mod unit;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::change::{Change, Gates, Movement};
use crate::cost::{Amounts, ChargeCategory, CostKey};
use crate::money::{Currency, MICROS_PER_UNIT, Money, decimal_of_micros, largest_remainder};
use crate::organization::Organization;
use crate::product::Environment;
use crate::product_review::CostLine;
use crate::rate::AppliedRate;
use crate::review::WEEKS_SHOWN;
use crate::review::cost::{Comparison, CostView, MOVERS_SHOWN, gates, rate_to, round_column, written_step};
use crate::tax::Tax;
use crate::week::IsoWeek;

use environments::EnvironmentCost;
use selection::{Selection, Sort};

/// How many single lines are shown; the rest is one line.
pub const LINES_SHOWN: usize = 20;

/// What one key of an owner cost in one week, day by day (UTC).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactWeek {
    /// The week whose seven dates are meant as UTC days.
    pub week: IsoWeek,
    /// The source.
    pub source: Arc<str>,
    /// The billing currency.
    pub currency: Currency,
    /// What the cost is about.
    pub key: Arc<CostKey>,
    /// Where it ran.
    pub environment: Environment,
    /// Monday to Sunday.
    pub days: [Amounts; 7],
}

impl FactWeek {
    /// Where the fact stands among others.
    #[must_use]
    pub fn order(&self) -> impl Ord + use<'_> {
        (self.week, &*self.source, self.currency, &*self.key, self.environment.as_str())
    }

    /// The compared weekdays of its source.
    fn positions<'a>(&self, comparisons: &'a [Comparison]) -> &'a [usize] {
        let found = comparisons.iter().find(|comparison| *comparison.source == *self.source);
        found.map_or(&[], |comparison| &comparison.positions)
    }

    /// The last compared day with an amount: rules may have changed within the week.
    fn last_day(&self, comparisons: &[Comparison]) -> Date {
        let spent = |position: &&usize| self.days.get(**position).is_some_and(|day| !day.is_zero());
        let last = self.positions(comparisons).iter().rev().find(spent).copied();
        self.week.days()[last.unwrap_or(0).min(6)]
    }

    /// The compared days of the week.
    fn compared(&self, comparisons: &[Comparison]) -> Amounts {
        let positions = self.positions(comparisons);
        positions.iter().filter_map(|position| self.days.get(*position)).copied().sum()
    }
}

/// Whether a cost says how much is spent as time goes on, or came once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartKind {
    /// Consumption, and what no category names: the run rate.
    Run,
    /// Tax, credits, purchases, adjustments, and fees that come with the first of a month.
    OneOff,
    /// What the product bears of shared pools.
    Share,
}

impl PartKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Run, Self::OneOff, Self::Share];

    /// The word in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Run => "run-rate",
            Self::OneOff => "one-off",
            Self::Share => "shared",
        }
    }

    fn of(category: ChargeCategory) -> Self {
        match category {
            ChargeCategory::Usage | ChargeCategory::Other => Self::Run,
            ChargeCategory::Purchase
            | ChargeCategory::Tax
            | ChargeCategory::Credit
            | ChargeCategory::Adjustment => Self::OneOff,
        }
    }
}

/// The label of a one-off item that comes with the first of a month under the name of usage.
pub const MONTH_START: &str = "month-start";

/// One value of the dimension, in micro-units of the view's currency, whole in what people write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Whether it is run rate.
    pub kind: PartKind,
    /// The value, as a filter names it; a service for one-off items but taxes, nothing for these and for shares
    /// of pools.
    pub value: String,
    /// What people call it, where that differs from the value: an account's name; of a one-off item its
    /// category or [`MONTH_START`].
    pub label: String,
    /// This week against the same weekdays of the one before.
    pub change: Change,
    /// Judged by the gates.
    pub movement: Movement,
    /// The same weekdays of the last weeks, oldest first; `None` before the first delivery.
    pub history: Vec<Option<i64>>,
}

/// One key, as a rule looks at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyLine {
    /// The source.
    pub source: Arc<str>,
    /// What the cost is about.
    pub key: Arc<CostKey>,
    /// Where it ran.
    pub environment: Environment,
    /// The last compared UTC day with an amount, whose rules decided.
    pub day: Date,
    /// This week, in micro-units of the view's currency.
    pub this: i64,
}

/// The sums of one billing currency, exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExactTotal {
    /// The billing currency.
    pub currency: Currency,
    /// The compared days of this week.
    pub this: Amounts,
    /// The same weekdays of the week before.
    pub previous: Amounts,
}

/// What the value is made from.
#[derive(Clone, Copy, Debug)]
pub struct CostInput<'a> {
    /// The product's facts of the last [`WEEKS_SHOWN`] weeks.
    pub facts: &'a [FactWeek],
    /// What it bears of shared pools, per billing currency.
    pub shares: &'a [CostLine],
    /// What of them is tax, per billing currency.
    pub share_taxes: &'a [CostLine],
    /// The week.
    pub week: IsoWeek,
    /// Which days are compared, per source.
    pub comparisons: &'a [Comparison],
    /// The first week that each cost source speaks about from its Monday on.
    pub known_from: &'a [(String, IsoWeek)],
    /// What is asked for.
    pub selection: &'a Selection,
    /// In which metric and currency.
    pub view: CostView,
    /// The rates of the week.
    pub rates: &'a [AppliedRate],
    /// Whose thresholds judge.
    pub organization: &'a Organization,
}

/// A product's cost by a dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductCost {
    /// What was asked for.
    pub selection: Selection,
    /// In which metric and currency.
    pub view: CostView,
    /// All parts in the order asked for; they add up to the total as written.
    pub parts: Vec<Part>,
    /// The total of the parts.
    pub total: Change,
    /// The total, judged.
    pub movement: Movement,
    /// The product's own part of the total by environment; as written it adds up to it.
    pub environments: Vec<EnvironmentCost>,
    /// The largest keys of this week.
    pub lines: Vec<KeyLine>,
    /// How many more keys there are, and their sum.
    pub lines_rest: (usize, i64),
    /// The sums in billing currencies.
    pub exact: Vec<ExactTotal>,
    /// Amounts for which no rate is known; in no part.
    pub unconverted: Vec<Money>,
}

/// The largest changes of the run rate and what they leave out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved<'a> {
    /// At most [`MOVERS_SHOWN`], largest first.
    pub shown: Vec<&'a Part>,
    /// The change that is not shown.
    pub rest: i64,
    /// How many parts it is made of.
    pub rest_parts: usize,
}

/// What parts are summed under before they are in one currency.
type Place = (PartKind, String, String, Currency);

/// The last weeks of a part in its billing currency, and the first week that one of its sources knows whole.
#[derive(Clone, Debug)]
struct Course {
    history: Vec<Amounts>,
    known_from: Option<IsoWeek>,
}

impl Course {
    fn add(&mut self, position: usize, amounts: Amounts) {
        self.history[position] += amounts;
    }

    fn reach(&mut self, known_from: Option<IsoWeek>) {
        self.known_from = [self.known_from, known_from].into_iter().flatten().min();
    }
}

impl Default for Course {
    fn default() -> Self {
        Self { history: vec![Amounts::default(); WEEKS_SHOWN], known_from: None }
    }
}

impl CostInput<'_> {
    /// The first week that a source knows whole.
    fn begins(&self, source: &str) -> Option<IsoWeek> {
        self.known_from.iter().find(|(name, _)| name == source).map(|(_, week)| *week)
    }

    /// The first week that any source knows whole.
    fn first_known(&self) -> Option<IsoWeek> {
        self.known_from.iter().map(|(_, week)| *week).min()
    }
}

impl ProductCost {
    /// Sums the compared days; pure.
    #[must_use]
    pub fn new(input: &CostInput<'_>) -> Self {
        let facts: Vec<&FactWeek> = input.facts.iter().filter(|fact| input.selection.holds(fact)).collect();
        let sums = sums(input, &facts);
        let mut parts = written(input, &sums);
        let sum = |pick: fn(&Change) -> Option<i64>| {
            parts.iter().filter_map(|part| pick(&part.change)).reduce(i64::saturating_add)
        };
        let total = Change { before: sum(|change| change.before), after: sum(|change| change.after) };
        let share = input.organization.thresholds.change_amount_of_product;
        let gates = gates(input.organization, total.after.unwrap_or(0), share);
        for part in &mut parts {
            part.movement = part.change.movement(&gates);
        }
        sort(&mut parts, input.selection.sort);
        let own = |pick: fn(&Change) -> Option<i64>| {
            let own = parts.iter().filter(|part| part.kind != PartKind::Share);
            own.filter_map(|part| pick(&part.change)).reduce(i64::saturating_add)
        };
        let own = Change { before: own(|change| change.before), after: own(|change| change.after) };
        let environments = environments::environments(input, &facts, own);
        let (lines, lines_rest) = key_lines(input, &facts, own.after.unwrap_or(0));
        Self {
            selection: input.selection.clone(),
            view: input.view,
            movement: movement(&total, &gates),
            parts,
            total,
            environments,
            lines,
            lines_rest,
            exact: exact(&sums),
            unconverted: unconverted(input, &sums),
        }
    }

    /// The sum of the parts of one kind.
    #[must_use]
    pub fn sum_of(&self, kind: PartKind) -> Change {
        let parts = || self.parts.iter().filter(move |part| part.kind == kind);
        Change {
            before: parts().filter_map(|part| part.change.before).reduce(i64::saturating_add),
            after: parts().filter_map(|part| part.change.after).reduce(i64::saturating_add),
        }
    }

    /// The largest changes of the run rate; with the rest they add up to its change.
    #[must_use]
    pub fn moved(&self) -> Moved<'_> {
        let changed = |part: &&Part| part.change.difference().is_some_and(|difference| difference != 0);
        let run = self.parts.iter().filter(|part| part.kind == PartKind::Run);
        let mut shown: Vec<&Part> = run.filter(changed).collect();
        shown.sort_by_key(|part| Reverse(part.change.difference().map(i64::unsigned_abs)));
        let rest: Vec<&Part> = shown.split_off(shown.len().min(MOVERS_SHOWN));
        let left = rest.iter().filter_map(|part| part.change.difference()).fold(0, i64::saturating_add);
        Moved { shown, rest: left, rest_parts: rest.len() }
    }
}

fn movement(total: &Change, gates: &Gates) -> Movement {
    total.movement(gates)
}

/// The last weeks of every part, in billing currencies.
fn sums(input: &CostInput<'_>, facts: &[&FactWeek]) -> BTreeMap<Place, Course> {
    let weeks = input.week.trailing(WEEKS_SHOWN);
    let mut sums: BTreeMap<Place, Course> = BTreeMap::new();
    let fees = month_start::fees(input, facts);
    let mut add = |fact: &FactWeek, place: Place, position: usize, amounts: Amounts| {
        let course = sums.entry(place).or_default();
        course.add(position, amounts);
        course.reach(input.begins(&fact.source));
    };
    for (number, fact) in facts.iter().enumerate() {
        let Ok(position) = weeks.binary_search(&fact.week) else { continue };
        let (kind, category) = (PartKind::of(fact.key.charge_category), fact.key.charge_category.as_str());
        // Taxes are told as one: bills repeat them for every service.
        let is_tax = fact.key.charge_category == ChargeCategory::Tax;
        let named = if is_tax { String::new() } else { fact.key.service.clone() };
        let once = |label: &str| (PartKind::OneOff, named.clone(), label.to_owned(), fact.currency);
        let mut amounts = fact.compared(input.comparisons);
        if kind == PartKind::OneOff {
            add(fact, once(category), position, amounts);
            continue;
        }
        let is_compared = |day: &usize| fact.positions(input.comparisons).contains(day);
        if let Some((_, fee)) = fees.get(&number).filter(|(day, _)| is_compared(day)) {
            add(fact, once(MONTH_START), position, *fee);
            amounts += -*fee;
        }
        let value = input.selection.by.value_of(fact).to_owned();
        add(fact, (kind, value, String::new(), fact.currency), position, amounts);
    }
    // A filter looks at accounts and services, which a share of a pool does not have.
    if input.selection.filter.is_empty() {
        let taxes = input.share_taxes.iter().filter(|_| input.selection.tax == Tax::Excluded);
        let taxes = taxes.map(|line| (line, true));
        for (line, is_less) in input.shares.iter().map(|line| (line, false)).chain(taxes) {
            let place = (PartKind::Share, String::new(), String::new(), line.currency);
            let course = sums.entry(place).or_default();
            course.reach(line.known_from.or_else(|| input.first_known()));
            for (sum, amounts) in course.history.iter_mut().zip(&line.history) {
                *sum += if is_less { -*amounts } else { *amounts };
            }
        }
    }
    sums.retain(|_, course| course.history.iter().any(|amounts| !amounts.is_zero()));
    sums
}

/// The parts in the view's currency: each week rounded so that the parts add up to it as written.
fn written(input: &CostInput<'_>, sums: &BTreeMap<Place, Course>) -> Vec<Part> {
    let weeks = input.week.trailing(WEEKS_SHOWN);
    let rate = |currency: Currency| rate_to(input.rates, currency, input.view.currency);
    let convertible: Vec<(&Place, &Course, Decimal)> =
        sums.iter().filter_map(|(place, course)| Some((place, course, rate(place.3)?))).collect();
    // The week itself has the days it has; a week before it without its beginning compares with nothing.
    let mine =
        |source: &str| input.facts.is_empty() || input.facts.iter().any(|fact| *fact.source == *source);
    let of_product = input.comparisons.iter().filter(|comparison| mine(&comparison.source));
    let has_days = of_product.into_iter().any(|comparison| !comparison.positions.is_empty());
    // What only a source bills that began later is unknown before, not nothing.
    let known = |course: &Course, week: IsoWeek| {
        course.known_from.is_some_and(|first| week >= first) || (week == input.week && has_days)
    };
    let columns: Vec<Vec<Option<i64>>> = (0..WEEKS_SHOWN)
        .map(|position| {
            let exact = |(_, course, rate): &(&Place, &Course, Decimal)| {
                let micros = course.history[position].get(input.view.metric);
                known(course, weeks[position]).then(|| decimal_of_micros(micros) * rate)
            };
            let exact: Vec<Option<Decimal>> = convertible.iter().map(exact).collect();
            round_column(&exact, input.view.currency)
        })
        .collect();
    let names = account_names(input);
    let mut parts: Vec<Part> = Vec::new();
    for (row, ((kind, value, label, _), _, _)) in convertible.iter().enumerate() {
        let history: Vec<Option<i64>> = columns.iter().map(|column| column[row]).collect();
        let named = if input.selection.by == selection::Dimension::Account && *kind == PartKind::Run {
            names.get(value.as_str()).map_or(String::new(), |name| (*name).to_owned())
        } else {
            label.clone()
        };
        // The same part in another billing currency stands right before.
        match parts
            .last_mut()
            .filter(|last| last.kind == *kind && last.value == *value && last.label == named)
        {
            Some(last) => {
                for (sum, more) in last.history.iter_mut().zip(history) {
                    *sum = [*sum, more].into_iter().flatten().reduce(i64::saturating_add);
                }
            }
            None => parts.push(Part {
                kind: *kind,
                value: value.clone(),
                label: named,
                change: Change { before: None, after: None },
                movement: Movement::Unknown,
                history,
            }),
        }
    }
    for part in &mut parts {
        let back = |count: usize| part.history.iter().rev().nth(count).copied().flatten();
        part.change = Change { before: back(1), after: back(0) };
    }
    parts
}

/// What people call accounts, as the newest bill writes it.
fn account_names<'a>(input: &CostInput<'a>) -> BTreeMap<&'a str, &'a str> {
    let named = input.facts.iter().filter(|fact| !fact.key.sub_account_name.is_empty());
    named.map(|fact| (fact.key.sub_account.as_str(), fact.key.sub_account_name.as_str())).collect()
}

fn sort(parts: &mut [Part], sort: Sort) {
    let amount = |value: Option<i64>| Reverse(value);
    match sort {
        Sort::This => parts.sort_by_key(|part| (part.kind, amount(part.change.after))),
        Sort::Previous => parts.sort_by_key(|part| (part.kind, amount(part.change.before))),
        Sort::Change => parts.sort_by_key(|part| (part.kind, amount(part.change.difference()))),
        Sort::Name => {
            parts.sort_by(|one, other| {
                (one.kind, &one.value, &one.label).cmp(&(other.kind, &other.value, &other.label))
            });
        }
    }
}

/// The keys of this week, largest first, rounded so that they add up to what the parts say.
fn key_lines(input: &CostInput<'_>, facts: &[&FactWeek], own: i64) -> (Vec<KeyLine>, (usize, i64)) {
    let of_week = facts.iter().filter(|fact| fact.week == input.week);
    let exact = of_week.filter_map(|fact| {
        let rate = rate_to(input.rates, fact.currency, input.view.currency)?;
        let micros = fact.compared(input.comparisons).get(input.view.metric);
        (micros != 0).then(|| (*fact, decimal_of_micros(micros) * rate))
    });
    let mut exact: Vec<(&FactWeek, Decimal)> = exact.collect();
    exact.sort_by_key(|(_, amount)| Reverse(amount.abs()));
    let step = written_step(input.view.currency);
    let steps: Vec<Decimal> =
        exact.iter().map(|(_, amount)| *amount * Decimal::from(MICROS_PER_UNIT / step)).collect();
    let written = largest_remainder(&steps, own / step);
    let mut lines: Vec<KeyLine> = exact
        .iter()
        .zip(written)
        .map(|((fact, _), steps)| KeyLine {
            source: Arc::clone(&fact.source),
            key: Arc::clone(&fact.key),
            environment: fact.environment,
            day: fact.last_day(input.comparisons),
            this: steps.saturating_mul(step),
        })
        .collect();
    let rest = lines.split_off(lines.len().min(LINES_SHOWN));
    let left = rest.iter().map(|line| line.this).fold(0, i64::saturating_add);
    (lines, (rest.len(), left))
}

fn exact(sums: &BTreeMap<Place, Course>) -> Vec<ExactTotal> {
    let mut totals: BTreeMap<Currency, (Amounts, Amounts)> = BTreeMap::new();
    for ((.., currency), course) in sums {
        let total = totals.entry(*currency).or_default();
        total.0 += course.history[WEEKS_SHOWN - 1];
        total.1 += course.history[WEEKS_SHOWN - 2];
    }
    totals.into_iter().map(|(currency, (this, previous))| ExactTotal { currency, this, previous }).collect()
}

fn unconverted(input: &CostInput<'_>, sums: &BTreeMap<Place, Course>) -> Vec<Money> {
    let totals = exact(sums);
    let without = totals.iter().filter(|total| {
        rate_to(input.rates, total.currency, input.view.currency).is_none() && !total.this.is_zero()
    });
    without
        .map(|total| Money { micros: total.this.get(input.view.metric), currency: total.currency })
        .collect()
}

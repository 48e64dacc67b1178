//! What of a catalogue does not fit together, or does not fit what was billed: it can be applied, and
//! somebody should look.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::Catalogue;
use crate::allocation::{AllocationRule, Condition};
use crate::money::Currency;
use crate::product::Slug;
use crate::rate::{Month, RatePolicy, rate_for};
use crate::split::{PoolFault, pool_faults};

/// A month in which a source billed something, in one currency.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Billed {
    /// The name of the source.
    pub source: String,
    /// The calendar month that the billing period begins in.
    pub month: Month,
    /// The billing currency.
    pub currency: Currency,
}

/// Where a currency is named.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CurrencyPlace {
    /// The reporting currency.
    Reporting,
    /// A budget.
    Budget {
        /// Of this product.
        product: Slug,
        /// For this month.
        month: Month,
    },
    /// An exchange rate.
    Rate {
        /// For this month.
        month: Month,
    },
    /// A commitment.
    Commitment {
        /// Its name.
        name: String,
    },
    /// A bill.
    Bill {
        /// Of this source.
        source: String,
    },
}

/// A rule as a fault names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulePlace {
    /// Its position in the catalogue, from 0.
    pub position: usize,
    /// Its name.
    pub name: String,
    /// Its first day, which tells rules of one name apart.
    pub valid_from: Option<Date>,
}

impl RulePlace {
    fn of(catalogue: &Catalogue, position: usize) -> Self {
        let rule = &catalogue.rules[position];
        Self { position, name: rule.name.clone(), valid_from: rule.valid_from }
    }
}

/// One thing that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CatalogueFault {
    /// A shared pool.
    Pool(PoolFault),
    /// A rule decides about nothing: an earlier one takes all that fits it, on every day it is valid.
    RuleUnreached {
        /// The rule.
        rule: RulePlace,
        /// The earlier one.
        earlier: RulePlace,
    },
    /// Two rules with the same conditions are valid on the same days; the earlier one decides.
    RulesOverlap {
        /// The rule.
        rule: RulePlace,
        /// The earlier one.
        earlier: RulePlace,
        /// The first day on which both are valid; `None` where neither says when it begins.
        from: Option<Date>,
        /// The first day on which one of them no longer is; `None` where neither ends.
        to: Option<Date>,
    },
    /// A currency that ISO 4217 does not name.
    CurrencyUnknown {
        /// The code.
        currency: Currency,
        /// Where it is named.
        place: CurrencyPlace,
    },
    /// Months with cost or a budget have no exchange rate.
    RateMissing {
        /// The currency converted from.
        from: Currency,
        /// The reporting currency.
        to: Currency,
        /// The policy of the organisation.
        policy: RatePolicy,
        /// The months, in order.
        months: Vec<Month>,
        /// Whether an earlier month's rate stands in (仮); else the amounts are not converted.
        stands_in: bool,
    },
}

/// What does not fit on a day, in the order of the catalogue; `billed`: the months that sources have billed.
#[must_use]
pub fn catalogue_faults(catalogue: &Catalogue, billed: &[Billed], today: Date) -> Vec<CatalogueFault> {
    let mut faults = rule_faults(catalogue, today);
    faults.extend(pool_faults(catalogue, today).into_iter().map(CatalogueFault::Pool));
    faults.extend(currency_faults(catalogue, billed));
    faults.extend(rate_faults(catalogue, billed, today));
    faults
}

/// Rules that others are in the way of.
fn rule_faults(catalogue: &Catalogue, today: Date) -> Vec<CatalogueFault> {
    let is_over = |rule: &AllocationRule| rule.valid_to.is_some_and(|to| to <= today);
    let place = |position: usize| RulePlace::of(catalogue, position);
    let mut faults = Vec::new();
    for (position, rule) in catalogue.rules.iter().enumerate() {
        let before = || catalogue.rules[..position].iter().enumerate();
        let covers = |earlier: &AllocationRule| {
            lasts_as_long(earlier, rule) && is_wider(&earlier.conditions, &rule.conditions)
        };
        if let Some((earlier, _)) = before().find(|(_, earlier)| covers(earlier)) {
            if !is_over(rule) {
                let (rule, earlier) = (place(position), place(earlier));
                faults.push(CatalogueFault::RuleUnreached { rule, earlier });
            }
            continue;
        }
        for (earlier, other) in before() {
            // A rule that ended and one that has always been valid is how a successor is written: the past
            // keeps its owner, because the ended rule stands first.
            let succeeds = is_over(other) && rule.valid_from.is_none();
            let is_same = is_wider(&other.conditions, &rule.conditions)
                && is_wider(&rule.conditions, &other.conditions);
            if let Some((from, to)) = common_days(other, rule).filter(|_| is_same && !succeeds) {
                let (rule, earlier) = (place(position), place(earlier));
                faults.push(CatalogueFault::RulesOverlap { rule, earlier, from, to });
            }
        }
    }
    faults
}

/// Whether a rule is valid on every day on which another is.
fn lasts_as_long(rule: &AllocationRule, other: &AllocationRule) -> bool {
    let begins = rule.valid_from.is_none_or(|from| other.valid_from.is_some_and(|other| from <= other));
    let ends = rule.valid_to.is_none_or(|to| other.valid_to.is_some_and(|other| other <= to));
    begins && ends
}

/// Whether everything that fits `narrow` fits `wide`, too, as far as their texts tell.
fn is_wider(wide: &[Condition], narrow: &[Condition]) -> bool {
    wide.iter().all(|one| {
        narrow.iter().any(|other| {
            one.field == other.field && other.values.iter().all(|value| takes(&one.values, value))
        })
    })
}

/// Whether values, some of which may end in `*`, take all that a value takes.
fn takes(values: &[String], value: &str) -> bool {
    values.iter().any(|one| match one.strip_suffix('*') {
        Some(beginning) => value.starts_with(beginning),
        None => one == value,
    })
}

/// The days on which two rules are both valid; `None` where there are none.
fn common_days(one: &AllocationRule, other: &AllocationRule) -> Option<(Option<Date>, Option<Date>)> {
    let from = one.valid_from.max(other.valid_from);
    let to = [one.valid_to, other.valid_to].into_iter().flatten().min();
    let is_empty = from.zip(to).is_some_and(|(from, to)| to <= from);
    (!is_empty).then_some((from, to))
}

/// Currencies that nobody knows, each once a place.
fn currency_faults(catalogue: &Catalogue, billed: &[Billed]) -> Vec<CatalogueFault> {
    let reporting = [(catalogue.organization.reporting_currency, CurrencyPlace::Reporting)];
    let budgets = catalogue.budgets.iter().flat_map(|budget| {
        let place = CurrencyPlace::Budget { product: budget.product.clone(), month: budget.month };
        let currencies = [Some(budget.amount.currency), budget.bill_currency];
        currencies.into_iter().flatten().map(move |currency| (currency, place.clone()))
    });
    let rates = catalogue.rates.iter().flat_map(|rate| {
        [rate.from, rate.to].map(|currency| (currency, CurrencyPlace::Rate { month: rate.month }))
    });
    let commitments = catalogue
        .commitments
        .iter()
        .filter_map(|one| Some((one.amount?.currency, CurrencyPlace::Commitment { name: one.name.clone() })));
    let bills =
        billed.iter().map(|billed| (billed.currency, CurrencyPlace::Bill { source: billed.source.clone() }));
    let named = reporting.into_iter().chain(budgets).chain(rates).chain(commitments).chain(bills);
    let unknown: BTreeSet<(Currency, CurrencyPlace)> =
        named.filter(|(currency, _)| !currency.is_known()).collect();
    let fault = |(currency, place)| CatalogueFault::CurrencyUnknown { currency, place };
    unknown.into_iter().map(fault).collect()
}

/// Months that should have a rate by now and have none of their own.
fn rate_faults(catalogue: &Catalogue, billed: &[Billed], today: Date) -> Vec<CatalogueFault> {
    let (policy, to) = (catalogue.organization.rate_policy, catalogue.organization.reporting_currency);
    let spent = billed.iter().map(|billed| (billed.currency, billed.month));
    let budgeted = catalogue.budgets.iter().flat_map(|budget| {
        let currencies = [Some(budget.amount.currency), budget.bill_currency];
        currencies.into_iter().flatten().map(|currency| (currency, budget.month))
    });
    let wanted: BTreeSet<(Currency, Month)> = spent
        .chain(budgeted)
        .filter(|(currency, month)| *currency != to && currency.is_known() && policy.is_due(*month, today))
        .collect();
    let mut missing: BTreeMap<(Currency, bool), Vec<Month>> = BTreeMap::new();
    for (from, month) in wanted {
        let found = rate_for(&catalogue.rates, policy, from, to, month);
        let found = found.or_else(|| rate_for(&catalogue.rates, policy, to, from, month));
        match found {
            Some(applied) if !applied.provisional => {}
            found => missing.entry((from, found.is_some())).or_default().push(month),
        }
    }
    let fault =
        |((from, stands_in), months)| CatalogueFault::RateMissing { from, to, policy, months, stands_in };
    missing.into_iter().map(fault).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::allocation::{Field, Target};
    use crate::money::Money;
    use crate::rate::Rate;
    use crate::split::{Method, Pool};

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    enum Told {
        Unreached,
        Overlap(Option<Date>, Option<Date>),
    }

    fn rule(name: &str, services: &[&str], valid: (Option<&str>, Option<&str>)) -> AllocationRule {
        AllocationRule {
            name: name.to_owned(),
            conditions: vec![Condition {
                field: Field::Service,
                values: services.iter().map(|service| (*service).to_owned()).collect(),
            }],
            target: Target::Shared { pool: "platform".to_owned() },
            valid_from: valid.0.map(day),
            valid_to: valid.1.map(day),
        }
    }

    /// What is told of two rules: whether they overlap, and from when to when.
    fn of_rules(rules: Vec<AllocationRule>) -> Vec<Told> {
        let pool = Pool {
            name: "platform".to_owned(),
            method: Method::Even,
            targets: Vec::new(),
            series: None,
            valid_from: None,
            valid_to: None,
        };
        let catalogue = Catalogue { rules, pools: vec![pool], ..Catalogue::default() };
        let told = |fault: CatalogueFault| match fault {
            CatalogueFault::RuleUnreached { rule, earlier }
                if (&*rule.name, &*earlier.name) == ("b", "a") =>
            {
                Told::Unreached
            }
            CatalogueFault::RulesOverlap { rule, earlier, from, to }
                if (rule.position, earlier.position) == (1, 0) =>
            {
                Told::Overlap(from, to)
            }
            other => panic!("{other:?}"),
        };
        catalogue_faults(&catalogue, &[], day("2026-11-23")).into_iter().map(told).collect()
    }

    #[test]
    fn rules_that_are_in_each_others_way_are_named() {
        let unreached = Told::Unreached;
        let overlap = |from: Option<&str>, to: Option<&str>| Told::Overlap(from.map(day), to.map(day));
        for (rules, expected) in [
            // Other conditions: nothing is in the way.
            (vec![rule("a", &["S3"], (None, None)), rule("b", &["EC2"], (None, None))], None),
            (vec![rule("a", &["S3"], (None, None)), rule("b", &["S*"], (None, None))], None),
            // An earlier rule takes it all.
            (
                vec![rule("a", &["S3"], (None, None)), rule("b", &["S3"], (None, None))],
                Some(unreached.clone()),
            ),
            (
                vec![rule("a", &["S*"], (None, None)), rule("b", &["S3"], (None, None))],
                Some(unreached.clone()),
            ),
            (
                vec![
                    rule("a", &["S3", "EC2"], (None, None)),
                    rule("b", &["EC2"], (Some("2026-10-01"), None)),
                ],
                Some(unreached),
            ),
            // Unreached, but over: nobody needs to do anything about it any more.
            (vec![rule("a", &["S3"], (None, None)), rule("b", &["S3"], (None, Some("2026-10-01")))], None),
            // One after the other.
            (
                vec![
                    rule("a", &["S3"], (None, Some("2026-10-01"))),
                    rule("b", &["S3"], (Some("2026-10-01"), None)),
                ],
                None,
            ),
            // Both in the first ten days of October.
            (
                vec![
                    rule("a", &["S3"], (None, Some("2026-10-11"))),
                    rule("b", &["S3"], (Some("2026-10-01"), None)),
                ],
                Some(overlap(Some("2026-10-01"), Some("2026-10-11"))),
            ),
            // The first ends in the future, the second has always been valid.
            (
                vec![rule("a", &["S3"], (None, Some("2026-12-01"))), rule("b", &["S3"], (None, None))],
                Some(overlap(None, Some("2026-12-01"))),
            ),
            // What a file no longer names is closed and stays first: the past keeps its owner.
            (vec![rule("a", &["S3"], (None, Some("2026-11-23"))), rule("b", &["S3"], (None, None))], None),
        ] {
            let names: Vec<_> = rules.iter().map(|rule| (rule.valid_from, rule.valid_to)).collect();
            assert_eq!(of_rules(rules), expected.into_iter().collect::<Vec<_>>(), "{names:?}");
        }
    }

    #[test]
    fn currencies_that_nobody_knows_are_named_with_their_place() {
        let odd: Currency = "USX".parse().unwrap();
        let month: Month = "2026-11".parse().unwrap();
        let mut catalogue = Catalogue::default();
        let rate = Rate {
            from: odd,
            to: Currency::JPY,
            month,
            policy: RatePolicy::Budget,
            rate: 150.into(),
            date: day("2026-10-30"),
            source: String::new(),
        };
        catalogue.rates = vec![rate.clone(), Rate { date: day("2026-10-31"), ..rate }];
        let billed = [Billed { source: "focus".to_owned(), month, currency: odd }];
        let places: Vec<CurrencyPlace> = catalogue_faults(&catalogue, &billed, day("2026-11-23"))
            .into_iter()
            .map(|fault| match fault {
                CatalogueFault::CurrencyUnknown { currency, place } if currency == odd => place,
                other => panic!("a code nobody knows has no rate to miss: {other:?}"),
            })
            .collect();
        let bill = CurrencyPlace::Bill { source: "focus".to_owned() };
        assert_eq!(places, [CurrencyPlace::Rate { month }, bill]);
    }

    /// Cost from August on; a rate for October only, so that November has October's and August none at all.
    #[test]
    fn months_without_a_rate_are_named_once_they_should_have_one() {
        let months: Vec<Month> =
            ["2026-08", "2026-09", "2026-10", "2026-11"].iter().map(|month| month.parse().unwrap()).collect();
        let billed: Vec<Billed> = months
            .iter()
            .map(|month| Billed { source: "aws".to_owned(), month: *month, currency: Currency::USD })
            .collect();
        for (policy, stands_in) in [
            (RatePolicy::Budget, vec!["2026-11"]),
            (RatePolicy::PreviousMonthEnd, vec!["2026-11"]),
            (RatePolicy::MonthAverage, vec![]),
            (RatePolicy::Invoice, vec![]),
        ] {
            let mut catalogue = Catalogue::default();
            catalogue.organization.rate_policy = policy;
            catalogue.rates = vec![Rate {
                from: Currency::USD,
                to: Currency::JPY,
                month: months[2],
                policy,
                rate: 150.into(),
                date: day("2026-09-30"),
                source: String::new(),
            }];
            let told: Vec<(bool, Vec<String>)> = catalogue_faults(&catalogue, &billed, day("2026-11-23"))
                .into_iter()
                .map(|fault| match fault {
                    CatalogueFault::RateMissing { months, stands_in, .. } => {
                        (stands_in, months.iter().map(ToString::to_string).collect())
                    }
                    other => panic!("{other:?}"),
                })
                .collect();
            let mut expected = vec![(false, vec!["2026-08".to_owned(), "2026-09".to_owned()])];
            if !stands_in.is_empty() {
                expected.push((true, stands_in.iter().map(|month| (*month).to_owned()).collect()));
            }
            assert_eq!(told, expected, "{}", policy.as_str());
        }
    }

    #[test]
    fn a_budget_needs_a_rate_as_soon_as_its_month_has_begun() {
        let budget = |month: &str| crate::budget::Budget {
            product: "booking".parse().unwrap(),
            month: month.parse().unwrap(),
            amount: Money { micros: 1, currency: Currency::JPY },
            rate: Some(150.into()),
            bill_currency: Some(Currency::USD),
            tax: crate::tax::Tax::Included,
        };
        let catalogue =
            Catalogue { budgets: vec![budget("2026-11"), budget("2026-12")], ..Catalogue::default() };
        let told = catalogue_faults(&catalogue, &[], day("2026-11-23"));
        let [CatalogueFault::RateMissing { months, stands_in: false, .. }] = &told[..] else {
            panic!("{told:?}")
        };
        assert_eq!(months, &["2026-11".parse::<Month>().unwrap()]);
    }
}

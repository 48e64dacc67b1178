//! Everything people declare, as one value.

mod directory;
pub mod entry;
pub mod fault;

use jiff::civil::Date;

use crate::allocation::AllocationRule;
use crate::budget::Budget;
use crate::checklist::Checklist;
use crate::commitment::Commitment;
use crate::maintenance::MaintenanceWindow;
use crate::money::Currency;
use crate::organization::Organization;
use crate::policy::ErrorBudgetPolicy;
use crate::postmortem::PostmortemTerms;
use crate::product::{Account, Product, Slug};
use crate::rate::{AppliedRate, Month, Rate, invoice_rate_for, rate_for};
use crate::split::{Pool, Usage};
use crate::tax::Tax;

/// The catalogue: what a file carries and pages edit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// The organisation.
    pub organization: Organization,
    /// Products in the order people want to read them.
    pub products: Vec<Product>,
    /// Cloud accounts.
    pub accounts: Vec<Account>,
    /// Allocation rules in the order they are tried.
    pub rules: Vec<AllocationRule>,
    /// How shared pools are split; of two declarations of a pool that are valid on a day the first counts.
    pub pools: Vec<Pool>,
    /// What products used, for pools that are split by it.
    pub usage: Vec<Usage>,
    /// Monthly budgets.
    pub budgets: Vec<Budget>,
    /// Exchange rates.
    pub rates: Vec<Rate>,
    /// Savings plans, reservations and credits, and when they end.
    pub commitments: Vec<Commitment>,
    /// What products do with their error budgets, one a product.
    pub policies: Vec<ErrorBudgetPolicy>,
    /// Times that are agreed not to count against objectives.
    pub maintenance: Vec<MaintenanceWindow>,
    /// By when write-ups of incidents are due.
    pub postmortem_terms: PostmortemTerms,
    /// What every product goes through.
    pub checklists: Vec<Checklist>,
}

impl Catalogue {
    /// The product of a short name.
    #[must_use]
    pub fn product(&self, slug: &Slug) -> Option<&Product> {
        self.products.iter().find(|product| product.slug == *slug)
    }

    /// The rate of a month by the organisation's policy between two currencies, in whichever direction it is
    /// known: amounts of a month are converted with this one wherever they stand.
    #[must_use]
    pub fn rate_of(&self, from: Currency, to: Currency, month: Month) -> Option<AppliedRate> {
        let policy = self.organization.rate_policy;
        // An invoice's rate is found before one that merely stands in, whichever way it is written.
        let backwards = || rate_for(&self.rates, policy, to, from, month);
        if invoice_rate_for(&self.rates, to, from, month).is_some()
            && invoice_rate_for(&self.rates, from, to, month).is_none()
        {
            return backwards();
        }
        rate_for(&self.rates, policy, from, to, month).or_else(backwards)
    }

    /// The rates of a month between billing currencies and the reporting one; the latter itself needs none.
    #[must_use]
    pub fn rates_of(&self, mut currencies: Vec<Currency>, month: Month) -> Vec<AppliedRate> {
        let to = self.organization.reporting_currency;
        currencies.sort_unstable();
        currencies.dedup();
        let foreign = currencies.into_iter().filter(|currency| *currency != to);
        foreign.filter_map(|currency| self.rate_of(currency, to, month)).collect()
    }

    /// Whether any budget means amounts without taxes.
    #[must_use]
    pub fn leaves_taxes_out(&self) -> bool {
        self.budgets.iter().any(|budget| budget.tax == Tax::Excluded)
    }

    /// This catalogue as the successor of another on a day: what it no longer names keeps its history.
    ///
    /// Rules and pools are closed on that day and stay where they were tried, so that earlier days find the
    /// same owner and share; budgets and usage of earlier months, commitments that have ended, maintenance that
    /// was held and all rates stay, because the past was judged by them.
    /// Products and accounts are closed by the store, which knows what refers to them.
    #[must_use]
    pub fn succeeding(mut self, old: &Self, today: Date) -> Self {
        for (position, rule) in old.rules.iter().enumerate() {
            let closed_on = rule.valid_to.map_or(today, |day| day.min(today));
            // One of its name and of some of its days stands in its place; one of other days only does not.
            let shares_days = |one: &AllocationRule| {
                one.valid_from.is_none_or(|from| from < closed_on)
                    && rule.valid_from.is_none_or(|from| one.valid_to.is_none_or(|to| from < to))
            };
            if self.rules.iter().any(|one| one.name == rule.name && shares_days(one)) {
                continue;
            }
            if rule.valid_from.is_some_and(|from| from >= closed_on) {
                continue;
            }
            let closed = AllocationRule { valid_to: Some(closed_on), ..rule.clone() };
            let follower = old.rules[position + 1..]
                .iter()
                .find_map(|later| self.rules.iter().position(|one| one.name == later.name));
            self.rules.insert(follower.unwrap_or(self.rules.len()), closed);
        }
        for pool in &old.pools {
            let namesakes = || self.pools.iter().filter(|one| one.name == pool.name);
            let lasts =
                |one: &Pool| one.valid_to.is_none_or(|to| pool.valid_from.is_none_or(|from| from < to));
            let began_by_then = namesakes().any(|one| one.valid_from <= pool.valid_from && lasts(one));
            let later = namesakes().filter(|one| one.valid_from > pool.valid_from);
            let next = later.filter_map(|one| one.valid_from).min();
            let closed_on = [pool.valid_to, next].into_iter().flatten().fold(today, Date::min);
            let began = pool.valid_from.is_none_or(|from| from < closed_on);
            if began && !began_by_then {
                self.pools.push(Pool { valid_to: Some(closed_on), ..pool.clone() });
            }
        }
        let month = Month::containing(today);
        let past = old.usage.iter().filter(|usage| usage.month < month).filter(|usage| {
            let key = |one: &Usage| (one.series.clone(), one.product.clone(), one.month);
            !self.usage.iter().any(|one| key(one) == key(usage))
        });
        let past: Vec<Usage> = past.cloned().collect();
        self.usage.extend(past);
        let named = |budget: &&Budget| {
            self.budgets.iter().any(|one| one.product == budget.product && one.month == budget.month)
        };
        let past = old.budgets.iter().filter(|budget| budget.month < month && !named(budget)).cloned();
        let past: Vec<Budget> = past.collect();
        self.budgets.extend(past);
        let key = |rate: &Rate| (rate.from, rate.to, rate.month, rate.policy);
        let kept =
            old.rates.iter().filter(|rate| !self.rates.iter().any(|one| key(one) == key(rate))).cloned();
        let kept: Vec<Rate> = kept.collect();
        self.rates.extend(kept);
        let named = |one: &Commitment| {
            self.commitments.iter().any(|other| other.name == one.name && other.ends_on == one.ends_on)
        };
        let ended = old.commitments.iter().filter(|one| one.ends_on < today && !named(one)).cloned();
        let ended: Vec<Commitment> = ended.collect();
        self.commitments.extend(ended);
        for window in &old.maintenance {
            if self.maintenance.iter().all(|one| one.name != window.name) {
                self.maintenance.extend(window.closed(today));
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::allocation::Target;

    fn rule(name: &str) -> AllocationRule {
        AllocationRule {
            name: name.to_owned(),
            conditions: Vec::new(),
            target: Target::Shared { pool: name.to_owned() },
            valid_from: None,
            valid_to: None,
        }
    }

    /// What a file no longer names ends where what it names begins: written to a file, it can be read again.
    #[test]
    fn a_pool_that_is_declared_anew_ends_when_its_successor_begins() {
        let today: Date = "2026-11-23".parse().unwrap();
        let pool = |from: Option<&str>, to: Option<&str>| Pool {
            name: "support".to_owned(),
            method: crate::split::Method::Even,
            targets: Vec::new(),
            series: None,
            valid_from: from.map(|day| day.parse().unwrap()),
            valid_to: to.map(|day| day.parse().unwrap()),
        };
        for (old, new, kept) in [
            (pool(None, None), pool(Some("2026-10-01"), None), Some(pool(None, Some("2026-10-01")))),
            (pool(Some("2026-06-01"), None), pool(None, None), None),
            (pool(None, None), pool(None, Some("2026-12-01")), None),
            (pool(None, None), pool(Some("2026-12-01"), None), Some(pool(None, Some("2026-11-23")))),
            (
                pool(Some("2026-06-01"), None),
                pool(None, Some("2026-01-01")),
                Some(pool(Some("2026-06-01"), Some("2026-11-23"))),
            ),
        ] {
            let catalogue = |pool: Pool| Catalogue { pools: vec![pool], ..Catalogue::default() };
            let merged = catalogue(new.clone()).succeeding(&catalogue(old), today);
            let expected: Vec<Pool> = std::iter::once(new).chain(kept).collect();
            assert_eq!(merged.pools, expected);
        }
    }

    /// A name can come again for other days: each use of it has its own past.
    #[test]
    fn a_rule_of_other_days_does_not_take_the_place_of_its_namesake() {
        let today: Date = "2026-11-23".parse().unwrap();
        let dated = |from: Option<&str>, to: Option<&str>| AllocationRule {
            valid_from: from.map(|day| day.parse().unwrap()),
            valid_to: to.map(|day| day.parse().unwrap()),
            ..rule("a")
        };
        let (summer, autumn) = (dated(None, Some("2026-10-01")), dated(Some("2026-10-01"), None));
        let days = |rules: &[AllocationRule]| -> Vec<(Option<Date>, Option<Date>)> {
            rules.iter().map(|one| (one.valid_from, one.valid_to)).collect()
        };
        let closed = AllocationRule { valid_to: Some(today), ..autumn.clone() };
        let other = dated(Some("2026-09-01"), None);
        for (old, new, expected) in [
            (
                vec![summer.clone(), autumn.clone()],
                vec![autumn.clone()],
                vec![summer.clone(), autumn.clone()],
            ),
            (vec![summer.clone(), autumn.clone()], vec![summer.clone()], vec![summer.clone(), closed]),
            (vec![summer, autumn.clone()], vec![other.clone()], vec![other]),
            (vec![autumn], vec![dated(None, None)], vec![dated(None, None)]),
        ] {
            let catalogue = |rules: Vec<AllocationRule>| Catalogue { rules, ..Catalogue::default() };
            let merged = catalogue(new).succeeding(&catalogue(old), today);
            assert_eq!(days(&merged.rules), days(&expected));
            let again = merged.clone().succeeding(&merged, "2026-12-01".parse().unwrap());
            assert_eq!(again, merged);
        }
    }

    #[test]
    fn a_rule_that_is_no_longer_named_is_closed_where_it_stood() {
        let today: Date = "2026-11-23".parse().unwrap();
        let old = Catalogue { rules: vec![rule("a"), rule("b"), rule("c")], ..Catalogue::default() };
        let new = Catalogue { rules: vec![rule("a"), rule("c")], ..Catalogue::default() };
        let merged = new.clone().succeeding(&old, today);
        let names: Vec<&str> = merged.rules.iter().map(|rule| rule.name.as_str()).collect();
        assert_eq!(names, ["a", "b", "c"]);
        assert_eq!(merged.rules[1].valid_to, Some(today));
        let later: Date = "2026-12-01".parse().unwrap();
        assert_eq!(new.succeeding(&merged, later), merged, "applying the same file again changes nothing");
    }
}

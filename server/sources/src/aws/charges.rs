//! The first cut: what every account was charged, by record type. It is the bill.

use std::collections::{BTreeMap, BTreeSet};

use domain::cost::ChargeCategory;
use domain::money::Currency;
use domain::sync::CloudAccount;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::access::Aws;
use super::error::AwsError;
use super::explorer::{Answer, Group, GroupBy, Question, Window};
use super::record_type::charge_category;

/// What a month sums to, exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthTotal {
    /// The first day of the month.
    pub month: Date,
    /// The currency.
    pub currency: Currency,
    /// Cash basis, in units.
    pub billed: Decimal,
    /// Accrual basis, in units.
    pub effective: Decimal,
}

/// Charges of a window by day, account and record type.
#[derive(Clone, Debug)]
pub struct Charges {
    pub(super) window: Window,
    pub(super) groups: Vec<Group>,
    pub(super) names: BTreeMap<String, String>,
    pub(super) estimated: BTreeSet<Date>,
}

impl Aws {
    /// What every account was charged on each day of a window: one question.
    ///
    /// # Errors
    /// [`AwsError`] when AWS did not answer to the end.
    pub async fn charges(&self, window: Window) -> Result<Charges, AwsError> {
        let answer = self.ask(&by_record_type(window, false)).await?;
        let Answer { groups, estimated, names } = answer;
        Ok(Charges { window, groups, names, estimated })
    }

    /// What each month of a window sums to as AWS says it by month: one question, of few groups. AWS
    /// rounds each group to ten decimals, so that these sums and those of days may differ in the last.
    ///
    /// # Errors
    /// [`AwsError`] when AWS did not answer to the end.
    pub async fn month_totals(&self, window: Window) -> Result<Vec<MonthTotal>, AwsError> {
        let answer = self.ask(&by_record_type(window, true)).await?;
        Ok(totals_of(&answer.groups))
    }
}

fn by_record_type(window: Window, monthly: bool) -> Question {
    let groups = [GroupBy::Account, GroupBy::RecordType];
    Question { window, monthly, groups, account: None, record_types: Vec::new() }
}

impl Charges {
    /// What each month of the window sums to, by month and currency.
    #[must_use]
    pub fn month_totals(&self) -> Vec<MonthTotal> {
        totals_of(&self.groups)
    }

    /// Takes the names of accounts that the bill does not name from the organisation's list.
    pub fn name_accounts(&mut self, accounts: &[CloudAccount]) {
        for account in accounts.iter().filter(|account| !account.name.is_empty()) {
            self.names.entry(account.id.clone()).or_insert_with(|| account.name.clone());
        }
    }

    /// The first day of a month that AWS calls an estimate.
    #[must_use]
    pub fn estimated_from(&self, month: Date) -> Option<Date> {
        self.estimated.iter().find(|day| day.first_of_month() == month).copied()
    }

    /// Record types that nobody knows, which count as [`ChargeCategory::Other`].
    #[must_use]
    pub fn unknown_record_types(&self) -> BTreeSet<&str> {
        let types = self.groups.iter().map(|group| group.keys[1].as_str());
        types.filter(|word| charge_category(word).is_none()).collect()
    }

    /// The record types that occur from a day on, by category.
    pub(super) fn categories(&self, from: Date) -> BTreeMap<ChargeCategory, Vec<String>> {
        let mut categories: BTreeMap<ChargeCategory, BTreeSet<&str>> = BTreeMap::new();
        for group in self.groups.iter().filter(|group| group.day >= from) {
            categories.entry(category_of(group)).or_default().insert(&group.keys[1]);
        }
        let owned = |types: BTreeSet<&str>| types.into_iter().map(str::to_owned).collect();
        categories.into_iter().map(|(category, types)| (category, owned(types))).collect()
    }
}

/// The category of a group of the first cut.
pub(super) fn category_of(group: &Group) -> ChargeCategory {
    charge_category(&group.keys[1]).unwrap_or(ChargeCategory::Other)
}

fn totals_of(groups: &[Group]) -> Vec<MonthTotal> {
    let mut sums: BTreeMap<(Date, Currency), (Decimal, Decimal)> = BTreeMap::new();
    for group in groups {
        let sum = sums.entry((group.day.first_of_month(), group.currency)).or_default();
        sum.0 += group.billed;
        sum.1 += group.effective;
    }
    let total = |((month, currency), (billed, effective))| MonthTotal { month, currency, billed, effective };
    sums.into_iter().map(total).collect()
}

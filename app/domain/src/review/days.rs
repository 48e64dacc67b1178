//! The days of the week as they were known, kept so that a later look can tell what changed from what arrived.

use std::collections::BTreeMap;

use crate::cost::{Amounts, Owner};
use crate::money::Currency;
use crate::review::ReviewInput;

/// One owner's seven UTC days in one source and billing currency, summed over environments; also the
/// days that are not complete yet and therefore not compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerDays {
    /// The source.
    pub source: String,
    /// Whose cost.
    pub owner: Owner,
    /// The billing currency.
    pub currency: Currency,
    /// Monday to Sunday.
    pub days: [Amounts; 7],
}

/// The days of the review's own week, in order of source, owner and currency.
pub(crate) fn owner_days(input: &ReviewInput) -> Vec<OwnerDays> {
    let mut sums: BTreeMap<(&str, &Owner, Currency), [Amounts; 7]> = BTreeMap::new();
    for row in input.owner_weeks.iter().filter(|row| row.week == input.week) {
        let days = sums.entry((row.source.as_ref(), &row.owner, row.currency)).or_default();
        for (sum, amounts) in days.iter_mut().zip(row.days) {
            *sum += amounts;
        }
    }
    sums.into_iter()
        .map(|((source, owner, currency), days)| OwnerDays {
            source: source.to_owned(),
            owner: owner.clone(),
            currency,
            days,
        })
        .collect()
}

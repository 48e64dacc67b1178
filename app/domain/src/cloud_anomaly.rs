//! What a cloud itself found unusual in its bill, as it told it.
//!
//! It is shown beside our own events and never judged: a cloud looks at other days (AWS at the rolling 24
//! hours), at single services or accounts, and learns in its own way.

use jiff::civil::Date;

use crate::catalogue::Catalogue;
use crate::money::Currency;
use crate::product::Slug;

/// One anomaly of a cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloudAnomaly {
    /// The source that told of it.
    pub source: String,
    /// The cloud's id.
    pub id: String,
    /// The first UTC day.
    pub first: Date,
    /// The last UTC day; `None` while it goes on.
    pub last: Option<Date>,
    /// What the cloud's monitor looked at, such as a service.
    pub dimension: Option<String>,
    /// The currency of the amounts.
    pub currency: Currency,
    /// Actual minus expected, in micro-units.
    pub impact: i64,
    /// What was expected, in micro-units; `None` where the cloud did not say.
    pub expected: Option<i64>,
    /// What somebody said about it to the cloud, in the cloud's words.
    pub feedback: Option<String>,
    /// What it comes from, the largest part first.
    pub causes: Vec<CloudCause>,
}

/// One thing that a cloud holds responsible.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CloudCause {
    /// The account's id.
    pub account: Option<String>,
    /// The account's name.
    pub account_name: Option<String>,
    /// The service.
    pub service: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The usage type.
    pub usage_type: Option<String>,
    /// Its part of the impact in micro-units, where the cloud said.
    pub impact: Option<i64>,
}

impl CloudAnomaly {
    /// Whether it has a day between two days, both included.
    #[must_use]
    pub fn meets(&self, from: Date, to: Date) -> bool {
        self.first <= to && self.last.is_none_or(|last| last >= from)
    }

    /// The products that the accounts of its causes belong to, in the order of the causes. An account that
    /// several products share belongs to none.
    #[must_use]
    pub fn products<'a>(&self, catalogue: &'a Catalogue) -> Vec<&'a Slug> {
        let mut products: Vec<&Slug> = Vec::new();
        for id in self.causes.iter().filter_map(|cause| cause.account.as_deref()) {
            let account = catalogue.accounts.iter().find(|account| account.id == id);
            if let Some(slug) = account.and_then(|account| account.product.as_ref())
                && !products.contains(&slug)
            {
                products.push(slug);
            }
        }
        products
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anomaly_meets_the_days_it_has() {
        let day = |text: &str| -> Date { text.parse().unwrap() };
        let anomaly = |last: Option<&str>| CloudAnomaly {
            source: "aws".to_owned(),
            id: "1".to_owned(),
            first: day("2026-11-17"),
            last: last.map(day),
            dimension: None,
            currency: Currency::USD,
            impact: 1,
            expected: None,
            feedback: None,
            causes: Vec::new(),
        };
        for (last, from, to, expected) in [
            (Some("2026-11-18"), "2026-11-16", "2026-11-22", true),
            (Some("2026-11-18"), "2026-11-18", "2026-11-22", true),
            (Some("2026-11-18"), "2026-11-19", "2026-11-22", false),
            (Some("2026-11-18"), "2026-11-09", "2026-11-16", false),
            (None, "2026-11-30", "2026-12-06", true),
            (None, "2026-11-09", "2026-11-16", false),
        ] {
            assert_eq!(anomaly(last).meets(day(from), day(to)), expected, "{last:?} {from}");
        }
    }
}

//! The company that holds the meeting, and the thresholds it works with.

use crate::money::Currency;
use crate::rate::RatePolicy;
use crate::ratio::Ppm;

/// A language the pages speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// 日本語.
    #[default]
    Japanese,
    /// English.
    English,
}

impl Language {
    /// The BCP 47 tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Japanese => "ja",
            Self::English => "en",
        }
    }
}

/// A name in both languages; the English one stands in where there is no Japanese one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Localized {
    /// The Japanese name.
    pub ja: String,
    /// The English name.
    pub en: String,
}

impl Localized {
    /// The same text in both languages.
    #[must_use]
    pub fn same(text: &str) -> Self {
        Self { ja: text.to_owned(), en: text.to_owned() }
    }

    /// The name in a language.
    #[must_use]
    pub fn get(&self, language: Language) -> &str {
        let (wanted, other) = match language {
            Language::Japanese => (&self.ja, &self.en),
            Language::English => (&self.en, &self.ja),
        };
        if wanted.is_empty() { other } else { wanted }
    }
}

/// When a number starts to be marked; printed on the page beside what it marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// A cost change is coloured from this share of the amount before, default 5 %.
    pub change_share: Ppm,
    /// … and from this share of the organisation's week, default 0.5 %.
    pub change_amount_of_organization: Ppm,
    /// On a product's own page: from this share of the product's week, default 2 %.
    pub change_amount_of_product: Ppm,
    /// A day stands out from this share of the organisation's week on, default 0.1 %.
    pub anomaly_amount_of_organization: Ppm,
    /// Cost that nobody took is an exception above this share of the week, default 5 %.
    pub unallocated_limit: Ppm,
    /// A month forecast above this share of the budget is at risk, default 100 %.
    pub budget_risk: Ppm,
    /// A month forecast above this share of the budget is breached, default 110 %.
    pub budget_breached: Ppm,
    /// An error budget with less than this share left is at risk, default 25 %.
    pub error_budget_risk: Ppm,
    /// A source that has delivered nothing for this many hours is stale, default 48.
    pub stale_after_hours: i64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            change_share: Ppm(50_000),
            change_amount_of_organization: Ppm(5_000),
            change_amount_of_product: Ppm(20_000),
            anomaly_amount_of_organization: Ppm(1_000),
            unallocated_limit: Ppm(50_000),
            budget_risk: Ppm(1_000_000),
            budget_breached: Ppm(1_100_000),
            error_budget_risk: Ppm(250_000),
            stale_after_hours: 48,
        }
    }
}

/// The organisation: one zone, one reporting currency, one set of thresholds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Its name as shown in the footer.
    pub name: Localized,
    /// The IANA zone of weeks and incidents, default `Asia/Tokyo`.
    pub time_zone: String,
    /// The language of a reader who asked for none.
    pub language: Language,
    /// The currency of budgets and of the page's first view, default JPY.
    pub reporting_currency: Currency,
    /// Which kind of exchange rate converts the bill.
    pub rate_policy: RatePolicy,
    /// How many days back cost counts as complete, default 2.
    pub cost_lag_days: i64,
    /// The month that a fiscal year begins with, 1 to 12, default April, as most Japanese companies and the
    /// state have it.
    pub fiscal_year_starts: i8,
    /// When a number is marked.
    pub thresholds: Thresholds,
}

impl Default for Organization {
    fn default() -> Self {
        Self {
            name: Localized::same("Teirei"),
            time_zone: "Asia/Tokyo".to_owned(),
            language: Language::Japanese,
            reporting_currency: Currency::JPY,
            rate_policy: RatePolicy::PreviousMonthEnd,
            cost_lag_days: 2,
            fiscal_year_starts: 4,
            thresholds: Thresholds::default(),
        }
    }
}

impl Organization {
    /// The zone as rules for counting days.
    ///
    /// Falls back to UTC for a name that is no zone; the catalogue refuses such a name at the door.
    #[must_use]
    pub fn zone(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::get(&self.time_zone).unwrap_or(jiff::tz::TimeZone::UTC)
    }
}

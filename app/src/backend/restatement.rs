//! The data of the page on what changed, and how its address is read.

use std::sync::Arc;

use domain::billing_month::BillingMonth;
use domain::catalogue::Catalogue;
use domain::cost::{ControlTotal, Metric, Owner};
use domain::coverage::SourceState;
use domain::money::Currency;
use domain::rate::Month;
use domain::restatement::{OwnerRestatement, RestatementInput, RestatementReport};
use domain::review::cost::CostView;
use domain::week::IsoWeek;
use jiff::Timestamp;
use jiff::civil::Date;

use super::{AppError, Version};

/// The moment that a reader looks back to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Since {
    /// The last freeze: of any week, or of the week asked for.
    #[default]
    Freeze,
    /// So many times 24 hours.
    Days(i64),
    /// The beginning of a day in the organisation's zone.
    Day(Date),
}

impl Since {
    /// The longest look back in days, three years.
    const DAYS_BACK: i64 = 1_100;

    /// The moment of a word: `freeze`, `7d`, `2026-11-16`.
    fn read(word: &str) -> Option<Self> {
        if word == "freeze" {
            return Some(Self::Freeze);
        }
        match word.strip_suffix('d').and_then(|days| days.parse().ok()) {
            Some(days) => (1..=Self::DAYS_BACK).contains(&days).then_some(Self::Days(days)),
            None => word.parse().ok().map(Self::Day),
        }
    }
}

impl std::fmt::Display for Since {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Freeze => formatter.write_str("freeze"),
            Self::Days(days) => write!(formatter, "{days}d"),
            Self::Day(day) => write!(formatter, "{day}"),
        }
    }
}

/// The word of an owner in addresses: `product.telemed`, `shared.Platform`, `unallocated`.
#[must_use]
pub fn owner_word(owner: &Owner) -> String {
    match owner {
        Owner::Product(slug) => format!("product.{slug}"),
        Owner::Shared(pool) => format!("shared.{pool}"),
        Owner::Unallocated => "unallocated".to_owned(),
    }
}

/// The owner of such a word.
#[must_use]
pub fn owner_read(word: &str) -> Option<Owner> {
    match word.split_once('.') {
        None => (word == "unallocated").then_some(Owner::Unallocated),
        Some(("product", slug)) => slug.parse().ok().map(Owner::Product),
        Some(("shared", pool)) => Some(Owner::Shared(pool.to_owned())),
        Some(_) => None,
    }
}

/// What the page is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RestatementRequest {
    /// Since when.
    pub since: Since,
    /// Only charges of the seven UTC days of a week.
    pub week: Option<IsoWeek>,
    /// Which freeze of that week; the latest without.
    pub version: Option<i64>,
    /// Only one source.
    pub source: Option<String>,
    /// Only billing periods of one month.
    pub month: Option<Month>,
    /// Only one owner.
    pub owner: Option<Owner>,
}

impl RestatementRequest {
    /// Reads the query of an address.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a value that means nothing, with what does; [`AppError::NotFound`] for a week or
    /// version that cannot be.
    pub fn read<'a>(parameter: impl Fn(&str) -> Option<&'a str>) -> Result<Self, AppError> {
        let named = |name: &str| parameter(name).filter(|value| !value.is_empty());
        let invalid = |text: &str| AppError::Invalid(text.to_owned());
        let since = named("since").map(|word| {
            Since::read(word).ok_or_else(|| {
                invalid("since is freeze, a number of days up to 1100 like 7d, or a day like 2026-11-16")
            })
        });
        let month =
            named("month").map(|word| word.parse().map_err(|_| invalid("a month is written like 2026-11")));
        let owner = named("owner").map(|word| {
            owner_read(word).ok_or_else(|| {
                invalid("an owner is product. with a product's short name, shared. with a pool's name, or unallocated")
            })
        });
        let week = named("week").map(|word| word.parse().map_err(|_| AppError::NotFound));
        let version = named("version").filter(|word| *word != "draft");
        let version =
            version.map(|word| word.parse().ok().filter(|number| *number > 0).ok_or(AppError::NotFound));
        Ok(Self {
            since: since.transpose()?.unwrap_or_default(),
            week: week.transpose()?,
            version: version.transpose()?,
            source: named("source").map(str::to_owned),
            month: month.transpose()?,
            owner: owner.transpose()?,
        })
    }

    /// Whether everything since the moment is asked for.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.week.is_none() && self.source.is_none() && self.month.is_none() && self.owner.is_none()
    }

    /// The version of the week that is asked for.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version.map_or(Version::Latest, Version::Number)
    }
}

/// What the moment looked back to is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// A freeze.
    Frozen {
        /// Of which week.
        week: IsoWeek,
        /// Which version.
        version: i64,
    },
    /// Nothing was frozen yet, so that so many days are shown instead.
    NeverFrozen(i64),
    /// So many days back.
    Days(i64),
    /// A day.
    Day(Date),
}

/// What changed since a moment.
#[derive(Clone, Debug)]
pub struct RestatementsPage {
    /// When it was looked at.
    pub as_of: Timestamp,
    /// What was asked for.
    pub request: RestatementRequest,
    /// What the moment is.
    pub look: Look,
    /// The moment.
    pub since: Timestamp,
    /// What changed, a row an owner and billing period.
    pub rows: Vec<OwnerRestatement>,
    /// The same by day, where one owner is asked for.
    pub days: Vec<OwnerRestatement>,
    /// The exact sums of all bills.
    pub control_totals: Vec<ControlTotal>,
    /// How far each bill is settled, of all sources.
    pub months: Vec<BillingMonth>,
    /// The sources of cost.
    pub sources: Vec<SourceState>,
    /// Names, rates and the organisation.
    pub catalogue: Arc<Catalogue>,
}

impl RestatementsPage {
    /// The metric and currency asked for; the reporting currency without.
    #[must_use]
    pub fn view(&self, metric: Metric, wanted: Option<Currency>) -> CostView {
        let reporting = self.catalogue.organization.reporting_currency;
        let billed = || self.control_totals.iter().map(|total| total.scope.currency);
        let known = |currency: &Currency| *currency == reporting || billed().any(|code| code == *currency);
        CostView { metric, currency: wanted.filter(known).unwrap_or(reporting) }
    }

    /// The rows summed for a reader.
    #[must_use]
    pub fn report(&self, view: CostView) -> RestatementReport {
        let is_part = self.request.week.is_some() || self.request.owner.is_some();
        RestatementReport::new(&RestatementInput {
            rows: &self.rows,
            bills: (!is_part).then_some(&self.control_totals),
            catalogue: &self.catalogue,
            view,
        })
    }

    /// Whether any source of cost delivered something after the moment.
    #[must_use]
    pub fn anything_delivered(&self) -> bool {
        self.months.iter().any(|month| month.checked_at > self.since)
            || self.sources.iter().any(|source| source.received_at > self.since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_a_wrong_one_is_named() {
        let read = |query: &[(&'static str, &'static str)]| {
            RestatementRequest::read(|name| {
                query.iter().find(|(key, _)| *key == name).map(|(_, value)| *value)
            })
        };
        let found =
            read(&[("since", "7d"), ("owner", "shared.Kubernetes.io"), ("month", "2026-10")]).unwrap();
        assert_eq!(found.since, Since::Days(7));
        assert_eq!(found.owner, Some(Owner::Shared("Kubernetes.io".to_owned())));
        assert!(!found.is_whole() && read(&[("since", ""), ("source", "")]).unwrap().is_whole());
        for owner in [Owner::Unallocated, Owner::Product("telemed".parse().unwrap())] {
            assert_eq!(owner_read(&owner_word(&owner)), Some(owner));
        }
        for since in [Since::Freeze, Since::Days(35), Since::Day(Date::constant(2026, 11, 16))] {
            assert_eq!(Since::read(&since.to_string()), Some(since));
        }
        for wrong in [
            ("since", "yesterday"),
            ("since", "0d"),
            ("since", "1101d"),
            ("since", "2026-02-30"),
            ("month", "November"),
            ("owner", "telemed"),
            ("owner", "product.Not a slug"),
        ] {
            assert!(matches!(read(&[wrong]), Err(AppError::Invalid(_))), "{wrong:?}");
        }
        for wrong in [("week", "2026-W60"), ("version", "0"), ("version", "x")] {
            assert_eq!(read(&[wrong]), Err(AppError::NotFound), "{wrong:?}");
        }
    }
}

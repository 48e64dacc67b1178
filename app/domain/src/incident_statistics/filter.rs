//! Which incidents a reader wants to see, and in which order.

use jiff::Timestamp;

use super::ListedIncident;
use crate::incident::{DetectedBy, Incident, Severity};
use crate::incident_override::CauseClass;
use crate::product::Product;

/// The value that asks for incidents without a cause, a detection or a product of the catalogue.
pub const NONE: &str = "-";

/// How far an incident has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IncidentState {
    /// Users may still feel it.
    Open,
    /// Users no longer feel it, and work goes on.
    Mitigated,
    /// It is closed.
    Resolved,
}

impl IncidentState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Mitigated, Self::Resolved];

    /// The word in addresses and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Mitigated => "mitigated",
            Self::Resolved => "resolved",
        }
    }

    /// How far an incident had come at an instant.
    #[must_use]
    pub fn of(incident: &Incident, as_of: Timestamp) -> Self {
        match incident.resolved_at {
            Some(resolved) if resolved <= as_of => Self::Resolved,
            _ if incident.is_open(as_of) => Self::Open,
            _ => Self::Mitigated,
        }
    }
}

/// By what a list of incidents is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IncidentSort {
    /// The newest first.
    #[default]
    Began,
    /// The worst first.
    Severity,
    /// By the product's short name.
    Product,
    /// The largest part of the impact first.
    Impact,
    /// The largest part of an error budget first.
    Budget,
}

impl IncidentSort {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Began, Self::Severity, Self::Product, Self::Impact, Self::Budget];

    /// The word in addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Began => "began",
            Self::Severity => "severity",
            Self::Product => "product",
            Self::Impact => "impact",
            Self::Budget => "budget",
        }
    }

    /// Sorts a list; among equals the newest comes first, so that every order is the same on every machine.
    pub fn sort(self, rows: &mut [ListedIncident]) {
        use std::cmp::Reverse;
        let began = |row: &ListedIncident| {
            let incident = &row.incident;
            Reverse((incident.began_at(), incident.source.clone(), incident.external_id.clone()))
        };
        rows.sort_by_key(began);
        match self {
            Self::Began => {}
            Self::Severity => rows.sort_by_key(|row| row.incident.severity),
            Self::Product => rows.sort_by(|one, other| one.incident.product.cmp(&other.incident.product)),
            Self::Impact => rows.sort_by_key(|row| Reverse((row.union_share, row.inside_seconds))),
            Self::Budget => rows.sort_by_key(|row| Reverse(row.budget.as_ref().map(|budget| budget.share))),
        }
    }
}

/// A choice; what is not chosen is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IncidentFilter {
    /// The product's short name as the source writes it, or [`NONE`] for those the catalogue does not know.
    pub product: Option<String>,
    /// The product's group, by its English name.
    pub group: Option<String>,
    /// How bad.
    pub severity: Option<Severity>,
    /// How far it has come.
    pub state: Option<IncidentState>,
    /// Who noticed first; the inner `None` asks for those of which it is not known.
    pub detected_by: Option<Option<DetectedBy>>,
    /// Which kind of cause it had; the inner `None` asks for those of which nobody said it.
    pub cause: Option<Option<CauseClass>>,
    /// The source.
    pub source: Option<String>,
    /// Whether those that do not count are listed as well.
    pub with_uncounted: bool,
    /// The order of the list.
    pub sort: IncidentSort,
}

impl IncidentFilter {
    /// The choice of a query; unknown words and blanks choose nothing.
    #[must_use]
    pub fn read<'q>(parameter: impl Fn(&str) -> Option<&'q str>) -> Self {
        let text = |name: &str| parameter(name).map(str::trim).filter(|value| !value.is_empty());
        let owned = |name: &str| text(name).map(str::to_owned);
        let one_of = |name: &str| text(name).map(str::to_ascii_lowercase);
        let state = one_of("state");
        let sort = one_of("sort");
        Self {
            product: owned("product"),
            group: owned("group"),
            severity: text("severity").and_then(|word| word.parse().ok()),
            state: IncidentState::ALL.into_iter().find(|one| state.as_deref() == Some(one.as_str())),
            detected_by: text("detected_by").and_then(|word| match word {
                NONE => Some(None),
                word => word.parse().ok().map(Some),
            }),
            cause: text("cause").and_then(|word| match word {
                NONE => Some(None),
                word => word.parse().ok().map(Some),
            }),
            source: owned("source"),
            with_uncounted: text("uncounted") == Some("1"),
            sort: IncidentSort::ALL
                .into_iter()
                .find(|one| sort.as_deref() == Some(one.as_str()))
                .unwrap_or_default(),
        }
    }

    /// The choice as the query that says it, without what is usual.
    #[must_use]
    pub fn query(&self) -> Vec<(&'static str, String)> {
        let mut query = Vec::new();
        let mut say = |name, value: Option<&str>| {
            query.extend(value.map(|value| (name, value.to_owned())));
        };
        say("product", self.product.as_deref());
        say("group", self.group.as_deref());
        say("severity", self.severity.map(Severity::as_str));
        say("state", self.state.map(IncidentState::as_str));
        say("detected_by", self.detected_by.map(|by| by.map_or(NONE, DetectedBy::as_str)));
        say("cause", self.cause.map(|cause| cause.map_or(NONE, CauseClass::as_str)));
        say("source", self.source.as_deref());
        say("uncounted", self.with_uncounted.then_some("1"));
        say("sort", (self.sort != IncidentSort::default()).then_some(self.sort.as_str()));
        query
    }

    /// Whether it leaves any incident out that counts.
    #[must_use]
    pub fn is_narrow(&self) -> bool {
        let all = Self { with_uncounted: self.with_uncounted, sort: self.sort, ..Self::default() };
        *self != all
    }

    /// Whether an incident of a cause is asked for, counted or not.
    #[must_use]
    pub fn holds(
        &self,
        incident: &Incident,
        cause: Option<CauseClass>,
        products: &[Product],
        as_of: Timestamp,
    ) -> bool {
        let product = || products.iter().find(|product| product.slug.as_str() == incident.product);
        let is_product = |wanted: &str| match wanted {
            NONE => product().is_none(),
            wanted => wanted == incident.product,
        };
        let is_group = |wanted: &str| {
            product().and_then(|product| product.group.as_ref()).is_some_and(|group| group.en == wanted)
        };
        self.product.as_deref().is_none_or(is_product)
            && self.group.as_deref().is_none_or(is_group)
            && self.severity.is_none_or(|wanted| wanted == incident.severity)
            && self.state.is_none_or(|wanted| wanted == IncidentState::of(incident, as_of))
            && self.detected_by.is_none_or(|wanted| wanted == incident.detected_by)
            && self.cause.is_none_or(|wanted| wanted == cause)
            && self.source.as_deref().is_none_or(|wanted| wanted == incident.source)
    }
}

//! Incidents: what broke, when users felt it and how much.

use std::str::FromStr;

use jiff::Timestamp;

use crate::period::Period;
use crate::ratio::Ppm;

/// How bad it was; SEV-1 and SEV-2 are major incidents (重大インシデント).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Critical, many customers.
    Sev1,
    /// A major function unusable for many customers.
    Sev2,
    /// Partial or small impact.
    Sev3,
    /// Minor.
    Sev4,
    /// The source gave none that is known: an exception, not "minor".
    Unclassified,
}

impl Severity {
    /// All of them, worst first, the unclassified last.
    pub const ALL: [Self; 5] = [Self::Sev1, Self::Sev2, Self::Sev3, Self::Sev4, Self::Unclassified];

    /// The word in files, JSON and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sev1 => "SEV-1",
            Self::Sev2 => "SEV-2",
            Self::Sev3 => "SEV-3",
            Self::Sev4 => "SEV-4",
            Self::Unclassified => "unclassified",
        }
    }

    /// Whether a postmortem is required: SEV-1, SEV-2, and what nobody classified (assume the higher).
    #[must_use]
    pub fn is_major(self) -> bool {
        matches!(self, Self::Sev1 | Self::Sev2)
    }
}

/// The text names no severity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a severity is one of SEV-1, SEV-2, SEV-3, SEV-4, unclassified")]
pub struct SeverityError;

impl FromStr for Severity {
    type Err = SeverityError;

    fn from_str(text: &str) -> Result<Self, SeverityError> {
        let plain: String =
            text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        match plain.as_str() {
            "sev1" | "1" | "p1" => Ok(Self::Sev1),
            "sev2" | "2" | "p2" => Ok(Self::Sev2),
            "sev3" | "3" | "p3" => Ok(Self::Sev3),
            "sev4" | "4" | "p4" | "sev5" | "5" | "p5" => Ok(Self::Sev4),
            "unclassified" | "" => Ok(Self::Unclassified),
            _ => Err(SeverityError),
        }
    }
}

/// Who noticed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DetectedBy {
    /// An alert.
    Monitor,
    /// A customer.
    Customer,
    /// Somebody of the company.
    Staff,
    /// A vendor.
    Vendor,
}

impl DetectedBy {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Monitor, Self::Customer, Self::Staff, Self::Vendor];

    /// The word in files and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Monitor => "monitor",
            Self::Customer => "customer",
            Self::Staff => "staff",
            Self::Vendor => "vendor",
        }
    }
}

/// The text names nobody known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("detected_by is one of monitor, customer, staff, vendor")]
pub struct DetectedByError;

impl FromStr for DetectedBy {
    type Err = DetectedByError;

    fn from_str(text: &str) -> Result<Self, DetectedByError> {
        Self::ALL.into_iter().find(|known| known.as_str() == text).ok_or(DetectedByError)
    }
}

/// One incident as the canonical file carries it (columns of the same names).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// The source's name; with `external_id` the key.
    pub source: String,
    /// The source's id.
    pub external_id: String,
    /// The title, without personal data.
    pub title: String,
    /// The product's slug as the source writes it; kept even when the catalogue does not know it.
    pub product: String,
    /// How bad.
    pub severity: Severity,
    /// The state as the source words it.
    pub status: String,
    /// When users began to feel it.
    pub impact_start: Option<Timestamp>,
    /// When it was noticed.
    pub detected_at: Option<Timestamp>,
    /// When it was declared.
    pub declared_at: Timestamp,
    /// When somebody took it on.
    pub acknowledged_at: Option<Timestamp>,
    /// When users stopped feeling it.
    pub mitigated_at: Option<Timestamp>,
    /// When it was closed.
    pub resolved_at: Option<Timestamp>,
    /// The share of the use that was affected, above 0 and at most the whole.
    pub impact_fraction: Ppm,
    /// Whether customers felt it.
    pub customer_impact: bool,
    /// Who noticed first.
    pub detected_by: Option<DetectedBy>,
    /// The deployment that caused it.
    pub cause_deploy_id: Option<String>,
    /// What makes two incidents the same one again.
    pub fingerprint: Option<String>,
    /// The external id of the incident it was merged into.
    pub merged_into: Option<String>,
    /// A drill; listed, never counted.
    pub is_test: bool,
    /// Announced maintenance; listed, never counted.
    pub planned: bool,
    /// Where the postmortem is.
    pub postmortem_url: Option<String>,
    /// When it was published.
    pub postmortem_published_at: Option<Timestamp>,
    /// The incident at its source.
    pub url: Option<String>,
    /// When the source last changed it; of two versions the newer wins.
    pub updated_at: Timestamp,
    /// Columns of the file that are not known, as JSON text.
    pub raw: String,
}

impl Incident {
    /// From when to when users felt it: the impact's start, else detection, else declaration, up to
    /// mitigation, else resolution, else `as_of` while it is open. `None` when it ends before it starts.
    #[must_use]
    pub fn impact(&self, as_of: Timestamp) -> Option<Period> {
        let start = self.impact_start.or(self.detected_at).unwrap_or(self.declared_at);
        let end = self.mitigated_at.or(self.resolved_at).unwrap_or(as_of).min(as_of);
        (start <= end).then_some(Period { start, end })
    }

    /// Whether users may still feel it at `as_of`.
    #[must_use]
    pub fn is_open(&self, as_of: Timestamp) -> bool {
        self.mitigated_at.or(self.resolved_at).is_none_or(|end| end > as_of)
    }

    /// Whether it counts in statistics: not merged away, no drill, not planned.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.merged_into.is_none() && !self.is_test && !self.planned
    }
}

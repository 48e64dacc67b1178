//! Incidents: what broke, when users felt it and how much.

use std::str::FromStr;

use jiff::Timestamp;

use crate::period::Period;
use crate::ratio::Ppm;

/// The state of an incident that turned out to be none.
pub const FALSE_ALARM: &str = "false_alarm";

/// The state of an incident that was deleted at its source.
pub const ARCHIVED: &str = "archived";

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
    /// What it was merged into: the external id within its source, or `source~id` of another one.
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
    /// Stretches of its impact in which nobody felt it, in order: between incidents that were merged and do not
    /// touch. One that a source tells by itself has none.
    pub calm: Vec<Period>,
}

impl Incident {
    /// From when to when users felt it: the impact's start, else detection, else declaration, up to
    /// mitigation, else resolution, else `as_of` while it is open. `None` when it ends before it starts,
    /// and when all that is known is one instant at which it was declared over: unknown is not zero.
    #[must_use]
    pub fn impact(&self, as_of: Timestamp) -> Option<Period> {
        let known_start = self.impact_start.or(self.detected_at);
        if known_start.is_none() && self.mitigated_at.or(self.resolved_at) == Some(self.declared_at) {
            return None;
        }
        let start = self.impact_start.or(self.detected_at).unwrap_or(self.declared_at);
        let end = self.mitigated_at.or(self.resolved_at).unwrap_or(as_of).min(as_of);
        (start <= end).then_some(Period { start, end })
    }

    /// The stretches of its impact in which users felt it: all of it, unless it was merged from parts that do not
    /// touch.
    #[must_use]
    pub fn stretches(&self, as_of: Timestamp) -> Vec<Period> {
        self.impact(as_of).map(|impact| impact.without(&self.calm)).unwrap_or_default()
    }

    /// The seconds of its stretches that lie in a window.
    #[must_use]
    pub fn felt_seconds(&self, window: &Period) -> i64 {
        self.stretches(window.end)
            .iter()
            .filter_map(|part| part.clip(window))
            .map(|part| part.seconds())
            .sum()
    }

    /// Whether users may still feel it at `as_of`.
    #[must_use]
    pub fn is_open(&self, as_of: Timestamp) -> bool {
        self.mitigated_at.or(self.resolved_at).is_none_or(|end| end > as_of)
    }

    /// Seconds from the impact's start to its detection (TTD).
    #[must_use]
    pub fn seconds_to_detect(&self) -> Option<i64> {
        seconds_between(self.impact_start, self.detected_at)
    }

    /// Seconds from the declaration to the first acknowledgement (TTA).
    #[must_use]
    pub fn seconds_to_acknowledge(&self) -> Option<i64> {
        seconds_between(Some(self.declared_at), self.acknowledged_at)
    }

    /// Seconds from the impact's start to mitigation: what the customer felt (TTM).
    #[must_use]
    pub fn seconds_to_mitigate(&self) -> Option<i64> {
        seconds_between(self.impact_start, self.mitigated_at)
    }

    /// Seconds from detection to mitigation (time to repair, as Datadog counts it).
    #[must_use]
    pub fn seconds_to_repair(&self) -> Option<i64> {
        seconds_between(self.detected_at, self.mitigated_at)
    }

    /// Seconds from the declaration to resolution (TTR, as PagerDuty counts it).
    #[must_use]
    pub fn seconds_to_resolve(&self) -> Option<i64> {
        seconds_between(Some(self.declared_at), self.resolved_at)
    }

    /// Whether the stages that are known lie in another order than impact, detection, declaration,
    /// acknowledgement, mitigation, resolution; such an incident is listed for somebody to look at.
    #[must_use]
    pub fn is_out_of_order(&self) -> bool {
        let stages = [
            self.impact_start,
            self.detected_at,
            Some(self.declared_at),
            self.acknowledged_at,
            self.mitigated_at,
            self.resolved_at,
        ];
        !stages.into_iter().flatten().is_sorted()
    }

    /// Whether it has a fingerprint by which a repeat can be told; an empty one is none.
    #[must_use]
    pub fn is_recognised(&self) -> bool {
        self.fingerprint.as_ref().is_some_and(|fingerprint| !fingerprint.is_empty())
    }

    /// When it began, for ordering: the impact's start, else detection, else declaration.
    #[must_use]
    pub fn began_at(&self) -> Timestamp {
        self.impact_start.or(self.detected_at).unwrap_or(self.declared_at)
    }

    /// Whether it turned out to be none.
    #[must_use]
    pub fn is_false_alarm(&self) -> bool {
        self.status == FALSE_ALARM
    }

    /// Whether it was deleted at its source.
    #[must_use]
    pub fn is_archived(&self) -> bool {
        self.status == ARCHIVED
    }

    /// Whether it counts in statistics: not merged away, no drill, not planned, no false alarm, not deleted.
    #[must_use]
    pub fn counts(&self) -> bool {
        let is_meant = !self.is_test && !self.planned && !self.is_false_alarm() && !self.is_archived();
        self.merged_into.is_none() && is_meant
    }

    /// The incident that it was merged into: of its own source, or of the one that is named.
    #[must_use]
    pub fn merge_target<'a>(&self, incidents: &'a [Self]) -> Option<&'a Self> {
        let into = self.merged_into.as_ref()?;
        let within = |other: &&Self| other.source == self.source && other.external_id == *into;
        let named = |other: &&Self| {
            into.strip_prefix(other.source.as_str())
                .and_then(|rest| rest.strip_prefix('~'))
                .is_some_and(|id| id == other.external_id)
        };
        incidents.iter().find(within).or_else(|| incidents.iter().find(named))
    }
}

/// Seconds between two stages; `None` when one is unknown or they lie in the wrong order.
fn seconds_between(from: Option<Timestamp>, to: Option<Timestamp>) -> Option<i64> {
    let seconds = to?.as_second() - from?.as_second();
    (seconds >= 0).then_some(seconds)
}

/// An incident that happened before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeat<'a> {
    /// The later incident.
    pub incident: &'a Incident,
    /// The one before it.
    pub previous: &'a Incident,
    /// Which time it is within the days looked back on, counting itself: 2 is the second.
    pub occurrence: usize,
}

/// The incidents that repeat one of the same product and fingerprint that began at most `within_days`
/// days of 24 hours earlier, in order of time; drills, maintenance and merged ones neither repeat nor
/// are repeated (reference/incidents_and_review.md 3.5).
#[must_use]
pub fn repeats(incidents: &[Incident], within_days: i64) -> Vec<Repeat<'_>> {
    let mut ordered: Vec<&Incident> =
        incidents.iter().filter(|incident| incident.counts() && incident.is_recognised()).collect();
    ordered.sort_by_key(|incident| (incident.began_at(), &incident.source, &incident.external_id));
    let reach = within_days.saturating_mul(86_400);
    let repeat_of = |position: usize| {
        let incident = *ordered.get(position)?;
        let mut earlier = ordered.iter().take(position).rev().filter(|other| {
            other.product == incident.product
                && other.fingerprint == incident.fingerprint
                && incident.began_at().as_second() - other.began_at().as_second() <= reach
        });
        let previous = *earlier.next()?;
        Some(Repeat { incident, previous, occurrence: 2 + earlier.count() })
    };
    (0..ordered.len()).filter_map(repeat_of).collect()
}

/// The incident at the end of a chain of merges; `None` for a chain that runs in a
/// circle or into an incident that is not there.
#[must_use]
pub fn merge_root<'a>(incidents: &'a [Incident], incident: &'a Incident) -> Option<&'a Incident> {
    let mut current = incident;
    for _ in 0..=incidents.len() {
        if current.merged_into.is_none() {
            return Some(current);
        }
        current = current.merge_target(incidents)?;
    }
    None
}

/// From the first start to the last end of an incident and everything merged into it.
#[must_use]
pub fn merged_impact(incidents: &[Incident], root: &Incident, as_of: Timestamp) -> Option<Period> {
    incidents
        .iter()
        .filter(|incident| merge_root(incidents, incident).is_some_and(|found| found == root))
        .filter_map(|incident| {
            let start = incident.began_at();
            let end = if incident.merged_into.is_some() { root } else { incident }.impact(as_of)?.end;
            Some(Period { start, end })
        })
        .reduce(|whole, part| Period { start: whole.start.min(part.start), end: whole.end.max(part.end) })
}

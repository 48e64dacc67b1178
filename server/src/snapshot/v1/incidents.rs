//! Incidents of the week.

use serde::{Deserialize, Serialize};

use domain::incident::{DetectedBy, Severity};
use domain::review::incidents::{IncidentRow, IncidentSection, Postmortem};

use super::value::PeriodV1;
use crate::snapshot::SnapshotError;
use crate::snapshot::mirror::Mirror;

mirror! {
    /// One incident.
    IncidentRowV1 = IncidentRow {
        source: String,
        external_id: String,
        title: String,
        product_name: String,
        product: Option<String>,
        severity: String,
        impact: Option<PeriodV1>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        calm: Vec<PeriodV1>,
        impact_seconds: i64,
        #[serde(rename = "fraction_ppm")]
        fraction: i64,
        customer_impact: bool,
        detected_by: Option<String>,
        open: bool,
        occurrences: i64,
        postmortem: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        postmortem_due: Option<String>,
        postmortem_url: Option<String>,
        url: Option<String>,
        counted: bool,
        planned: bool,
        is_test: bool,
    }

    /// All of them and their union.
    IncidentSectionV1 = IncidentSection {
        rows: Vec<IncidentRowV1>,
        union_seconds: i64,
        weighted_seconds: i64,
        earlier_counts: Vec<i64>,
        band: Option<BandV1>,
    }
}

/// The lowest and highest count inside the band.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub(in crate::snapshot) struct BandV1 {
    lowest: i64,
    highest: i64,
}

impl Mirror<(i64, i64)> for BandV1 {
    fn of((lowest, highest): &(i64, i64)) -> Self {
        Self { lowest: *lowest, highest: *highest }
    }

    fn into_domain(self) -> Result<(i64, i64), SnapshotError> {
        Ok((self.lowest, self.highest))
    }
}

words! {
    "severity": Severity {
        Sev1 = "SEV-1",
        Sev2 = "SEV-2",
        Sev3 = "SEV-3",
        Sev4 = "SEV-4",
        Unclassified = "unclassified",
    }
    "kind of detection": DetectedBy {
        Monitor = "monitor",
        Customer = "customer",
        Staff = "staff",
        Vendor = "vendor",
    }
    "state of a postmortem": Postmortem {
        NotRequired = "not-required",
        Missing = "missing",
        Draft = "draft",
        InReview = "in-review",
        Published = "published",
    }
}

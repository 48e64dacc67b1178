//! Values that several test files begin with.

use domain::incident::{Incident, Severity};
use domain::ratio::Ppm;
use jiff::Timestamp;

/// A SEV-2 of telemed that affected everybody and of which nothing else is known than when it was declared.
pub fn incident(external_id: &str, declared_at: Timestamp) -> Incident {
    Incident {
        source: "pagerduty".to_owned(),
        external_id: external_id.to_owned(),
        title: "ビデオ通話につながらない".to_owned(),
        product: "telemed".to_owned(),
        severity: Severity::Sev2,
        status: "resolved".to_owned(),
        impact_start: None,
        detected_at: None,
        declared_at,
        acknowledged_at: None,
        mitigated_at: None,
        resolved_at: None,
        impact_fraction: Ppm::ONE,
        customer_impact: true,
        detected_by: None,
        cause_deploy_id: None,
        fingerprint: None,
        merged_into: None,
        is_test: false,
        planned: false,
        postmortem_url: None,
        postmortem_published_at: None,
        url: None,
        updated_at: declared_at,
        raw: String::new(),
        calm: Vec::new(),
    }
}

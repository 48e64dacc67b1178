//! One row of the canonical form as an incident.

use domain::incident::{DetectedBy, Incident, Severity};
use domain::ratio::Ppm;
use rust_decimal::Decimal;

use crate::field::{Fault, decimal, flag, instant, is_web_address, ppm_of_decimal};
use crate::lint::{Remarks, shown};
use crate::table::{Refused, Row};

/// Reads one row; a fault in a time, a share or a flag refuses it, a doubtful word is remarked upon.
pub(super) fn incident(
    row: &Row,
    default_source: &str,
    known: &[&str],
    remarks: &mut Remarks,
) -> Result<Incident, Refused> {
    let text = |column: &str| row.get(column).map(str::to_owned);
    let resolved_at = row.read("resolved_at", remarks, instant)?;
    let implied_status = if resolved_at.is_some() { "resolved" } else { "open" };
    Ok(Incident {
        source: text("source").unwrap_or_else(|| default_source.to_owned()),
        external_id: row.required("external_id", remarks)?.to_owned(),
        title: row.required("title", remarks)?.to_owned(),
        product: row.required("product", remarks)?.to_owned(),
        severity: severity(row, remarks),
        status: text("status").unwrap_or_else(|| implied_status.to_owned()),
        impact_start: row.read("impact_start", remarks, instant)?,
        detected_at: row.read("detected_at", remarks, instant)?,
        declared_at: row.read_required("declared_at", remarks, instant)?,
        acknowledged_at: row.read("acknowledged_at", remarks, instant)?,
        mitigated_at: row.read("mitigated_at", remarks, instant)?,
        resolved_at,
        impact_fraction: row.read("impact_fraction", remarks, fraction)?.unwrap_or(Ppm::ONE),
        customer_impact: row.read("customer_impact", remarks, flag)?.unwrap_or(true),
        detected_by: detected_by(row, remarks),
        cause_deploy_id: text("cause_deploy_id"),
        fingerprint: text("fingerprint"),
        merged_into: text("merged_into"),
        is_test: row.read("is_test", remarks, flag)?.unwrap_or(false),
        planned: row.read("planned", remarks, flag)?.unwrap_or(false),
        postmortem_url: address(row, "postmortem_url", remarks),
        postmortem_published_at: row.read("postmortem_published_at", remarks, instant)?,
        url: address(row, "url", remarks),
        updated_at: row.read_required("updated_at", remarks, instant)?,
        raw: row.unknown_as_json(known),
        calm: Vec::new(),
    })
}

/// A share above 0 and at most 1, in parts per million: rounded half up, but never down to nothing.
fn fraction(text: &str) -> Result<Ppm, Fault> {
    let fault = Fault {
        rule: "incidents/impact-fraction",
        what: "no share above 0 and at most 1",
        mend: "Write the share of use that was affected, such as 0.25; leave it empty for all of it.",
    };
    let value = decimal(text).map_err(|_| fault.clone())?;
    if value <= Decimal::ZERO || value > Decimal::ONE {
        return Err(fault);
    }
    ppm_of_decimal(value).map(|share| share.max(Ppm(1))).ok_or(fault)
}

fn severity(row: &Row, remarks: &mut Remarks) -> Severity {
    let Some(text) = row.get("severity") else { return Severity::Unclassified };
    text.parse().unwrap_or_else(|_| {
        let what = format!("The severity {} is not known; the incident is unclassified.", shown(text));
        let mend = "Write SEV-1, SEV-2, SEV-3 or SEV-4.";
        remarks.warning(row.place("severity"), "incidents/severity", what, mend);
        Severity::Unclassified
    })
}

fn detected_by(row: &Row, remarks: &mut Remarks) -> Option<DetectedBy> {
    let text = row.get("detected_by")?;
    let known = text.to_ascii_lowercase().parse().ok();
    if known.is_none() {
        let what = format!("The column detected_by holds {}, which is left out.", shown(text));
        let mend = "Write monitor, customer, staff or vendor.";
        remarks.warning(row.place("detected_by"), "incidents/detected-by", what, mend);
    }
    known
}

/// An address that may become a link; any other scheme is left out, the incident stays.
fn address(row: &Row, column: &str, remarks: &mut Remarks) -> Option<String> {
    let text = row.get(column)?;
    if is_web_address(text) {
        return Some(text.to_owned());
    }
    let what = format!("The column {column} holds {}, which is left out.", shown(text));
    let mend = "Write an address that begins with https:// or http://.";
    remarks.warning(row.place(column), "incidents/url", what, mend);
    None
}

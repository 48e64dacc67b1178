//! Incidents in the canonical form, as CSV, a JSON array or JSON lines.
//!
//! Columns (`*` needed): `source, external_id*, title*, product*, severity, status, impact_start,
//! detected_at, declared_at*, acknowledged_at, mitigated_at, resolved_at, impact_fraction,
//! customer_impact, detected_by, cause_deploy_id, fingerprint, merged_into, is_test, planned,
//! postmortem_url, postmortem_published_at, url, updated_at*`. Times are RFC 3339 with an offset.
//! Other columns are kept as JSON in [`Incident::raw`].
//!
//! What an empty cell means: no source → the caller's name of the import; no severity → unclassified;
//! no status → `resolved` with a time of resolution, else `open`; no share of impact → the whole; no
//! word on customers → they felt it, for in doubt the higher is assumed.
//!
//! Outages of the Cloud Uptime Archive (`start_time,end_time,status,service`, seconds from the first,
//! `status` the share of impact) become canonical with this, where the epoch is a free choice and
//! outages with a share of 0, which hit nobody, are left out:
//!
//! ```sh
//! python3 -c 'import csv,sys,datetime as d
//! t=lambda s:(d.datetime(2026,1,1,tzinfo=d.timezone.utc)+d.timedelta(seconds=float(s))).isoformat()
//! w=csv.writer(sys.stdout);w.writerow("source external_id title product impact_start declared_at mitigated_at resolved_at impact_fraction updated_at".split())
//! for n,r in enumerate(csv.DictReader(sys.stdin),1):
//!     a,b,s=t(r["start_time"]),t(r["end_time"]),r["service"].replace("_","-").lower();float(r["status"])>0 and w.writerow(["cloud-uptime-archive",f"{s}-{n}",f"Outage {n} of {s}",s,a,a,b,b,r["status"],b])' <outages.csv >incidents.csv
//! ```

mod chronology;
mod merge;
mod row;

use std::collections::BTreeMap;

use domain::incident::Incident;
use domain::rejection::Issue;

use crate::input::{Parsed, ReadError};
use crate::lint::{Remarks, at};
use crate::table::{Columns, rows};

const COLUMNS: Columns = Columns {
    required: &["external_id", "title", "product", "declared_at", "updated_at"],
    known: &[
        "source",
        "external_id",
        "title",
        "product",
        "severity",
        "status",
        "impact_start",
        "detected_at",
        "declared_at",
        "acknowledged_at",
        "mitigated_at",
        "resolved_at",
        "impact_fraction",
        "customer_impact",
        "detected_by",
        "cause_deploy_id",
        "fingerprint",
        "merged_into",
        "is_test",
        "planned",
        "postmortem_url",
        "postmortem_published_at",
        "url",
        "updated_at",
    ],
    keeps_unknown: true,
};

/// An incident and the line it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What the row says.
    pub incident: Incident,
    /// The line of its file, from 1.
    pub line: u64,
}

/// Why an incident is left out that is merged in a circle, within its file or together with what is stored:
/// `circle` are the ids from the incident on.
#[must_use]
pub fn merge_circle(file: &str, line: u64, circle: &[&str]) -> Issue {
    merge::issue(file, line, &merge::described(circle))
}

/// Reads incidents; `default_source` names the source of rows that name none.
///
/// Of two rows with the same source and external id the one with the newer `updated_at` wins (the
/// later row when equal). Rows whose impact ends before it starts, and rows merged in a circle, are
/// rejected. Products are not looked up: incidents of unknown products are kept.
///
/// # Errors
/// [`ReadError`] when nothing of the file can be read.
pub fn parse(bytes: &[u8], file: &str, default_source: &str) -> Result<Parsed<Found>, ReadError> {
    let mut remarks = Remarks::new(file);
    let mut found: Vec<Found> = Vec::new();
    let mut positions = BTreeMap::new();
    rows(bytes, &COLUMNS, &mut remarks, |row, remarks| {
        let Ok(incident) = row::incident(row, default_source, COLUMNS.known, remarks) else { return };
        if chronology::ends_before_it_starts(&incident, row.line, remarks) {
            return;
        }
        let key = (incident.source.clone(), incident.external_id.clone());
        let new = Found { incident, line: row.line };
        match positions.get(&key) {
            None => {
                positions.insert(key, found.len());
                found.push(new);
            }
            Some(position) => keep_newer(&mut found[*position], new, remarks),
        }
    })?;
    let found = merge::without_circles(found, &mut remarks);
    for one in &found {
        chronology::remark_disorder(&one.incident, one.line, &mut remarks);
    }
    Ok(Parsed { values: found, issues: remarks.into_issues() })
}

/// Keeps the row that the source changed last.
fn keep_newer(kept: &mut Found, new: Found, remarks: &mut Remarks) {
    let newer_wins = new.incident.updated_at >= kept.incident.updated_at;
    let (winner, loser) = if newer_wins { (new.line, kept.line) } else { (kept.line, new.line) };
    let what = format!(
        "The incident {} of {} is also on line {winner}, which was updated last and is taken.",
        new.incident.external_id, new.incident.source
    );
    remarks.warning(at(loser, "external_id"), "incidents/repeated", what, "Export each incident once.");
    if newer_wins {
        *kept = new;
    }
}

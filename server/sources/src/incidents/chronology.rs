//! Whether the times of an incident follow each other.

use domain::incident::Incident;
use jiff::Timestamp;

use crate::lint::{Remarks, at};

/// The stages that have a time, in the order they should come.
fn stages(incident: &Incident) -> Vec<(&'static str, Timestamp)> {
    let stages = [
        ("impact_start", incident.impact_start),
        ("detected_at", incident.detected_at),
        ("declared_at", Some(incident.declared_at)),
        ("acknowledged_at", incident.acknowledged_at),
        ("mitigated_at", incident.mitigated_at),
        ("resolved_at", incident.resolved_at),
    ];
    stages.into_iter().filter_map(|(name, time)| time.map(|time| (name, time))).collect()
}

/// Rejects an incident with a negative duration: one of its ends lies before its beginning, which is
/// the start of impact, else detection, else declaration. Both values are named, none is clamped.
pub(super) fn ends_before_it_starts(incident: &Incident, line: u64, remarks: &mut Remarks) -> bool {
    let Some((start_name, start)) = stages(incident).first().copied() else { return false };
    let ends = [("mitigated_at", incident.mitigated_at), ("resolved_at", incident.resolved_at)];
    let early = ends.into_iter().find_map(|(name, end)| Some((name, end.filter(|end| *end < start)?)));
    let Some((end_name, end)) = early else { return false };
    let what = format!(
        "The incident {} has a negative duration: {end_name} {end} lies before {start_name} {start}.",
        incident.external_id
    );
    remarks.rejected(at(line, end_name), "incidents/negative-duration", what, "Mend one of the two times.");
    true
}

/// Remarks on the first stage that lies before the one it should follow.
pub(super) fn remark_disorder(incident: &Incident, line: u64, remarks: &mut Remarks) {
    let stages = stages(incident);
    let Some(pair) = stages.windows(2).find(|pair| pair[1].1 < pair[0].1) else { return };
    let [(before, earlier), (after, later)] = [pair[0], pair[1]];
    let what = format!(
        "The stages of {} are out of order: {after} {later} lies before {before} {earlier}.",
        incident.external_id
    );
    remarks.warning(at(line, after), "incidents/order", what, "Mend one of the two times.");
}

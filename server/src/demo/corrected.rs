//! What people said of incidents: one that began earlier than its source knew, a monitor's alert that was part of
//! it, and another alert that nobody has decided on.

use domain::incident::{DetectedBy, Incident, Severity};
use domain::incident_merge::{IncidentKey, MergeDecision, MergeWord};
use domain::incident_override::{IncidentOverride, OverrideField};

use super::world::{LIVE_SOURCE, seconds_after};

/// The outage that was corrected, by what makes it the same one again.
const CORRECTED: &str = "telemed/media-gateway-release";
/// The outage of which a monitor told as well.
const SUGGESTED: &str = "telemed/questionnaire-save";

/// What is told besides the source of incidents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Corrections {
    /// What a monitor told of the same outages.
    pub alerts: Vec<Incident>,
    /// Values that people gave beside the source's.
    pub overrides: Vec<IncidentOverride>,
    /// What people decided to be one.
    pub decisions: Vec<MergeDecision>,
}

/// Tells of the incidents of a world; nothing of those that a shorter world does not have.
#[must_use]
pub fn corrections(incidents: &[Incident]) -> Corrections {
    let find = |fingerprint: &str| {
        incidents.iter().rev().find(|one| one.fingerprint.as_deref() == Some(fingerprint))
    };
    let mut told = Corrections::default();
    if let Some(outage) = find(CORRECTED) {
        let alert = alert(outage, "8841273", "ビデオ通話の映像の受信が閾値を下回っています", (4, 9));
        let decided_at = seconds_after(outage.declared_at, 26 * 3_600);
        let began = seconds_after(outage.began_at(), -7 * 60);
        told.decisions.push(MergeDecision {
            position: 1,
            of: IncidentKey::of(&alert),
            other: IncidentKey::of(outage),
            word: MergeWord::Into,
            at: decided_at,
            by: "西村 光".to_owned(),
            reason: "同じ障害を監視も知らせていた".to_owned(),
        });
        told.overrides.push(IncidentOverride {
            source: outage.source.clone(),
            external_id: outage.external_id.clone(),
            position: 1,
            field: OverrideField::ImpactStart,
            value: Some(began.to_string()),
            at: seconds_after(decided_at, 240),
            by: "高橋 由".to_owned(),
            reason: "通話の記録では、監視より7分早く映像が途切れ始めていた".to_owned(),
        });
        told.alerts.push(alert);
    }
    if let Some(outage) = find(SUGGESTED) {
        told.alerts.push(alert(outage, "8841991", "問診票を保存できない端末が増えています", (2, 5)));
    }
    told
}

/// A monitor's alert of an outage, so many minutes after it began and before it was over.
fn alert(outage: &Incident, id: &str, title: &str, (late, early): (i64, i64)) -> Incident {
    let began = seconds_after(outage.began_at(), late * 60);
    let ended = outage.mitigated_at.map(|end| seconds_after(end, -early * 60));
    Incident {
        source: LIVE_SOURCE.to_owned(),
        external_id: id.to_owned(),
        title: title.to_owned(),
        severity: Severity::Sev3,
        impact_start: Some(began),
        detected_at: Some(began),
        declared_at: began,
        acknowledged_at: None,
        mitigated_at: ended,
        resolved_at: ended,
        detected_by: Some(DetectedBy::Monitor),
        cause_deploy_id: None,
        fingerprint: None,
        postmortem_url: None,
        postmortem_published_at: None,
        url: None,
        updated_at: ended.unwrap_or(began),
        ..outage.clone()
    }
}

#[cfg(test)]
mod tests {
    use domain::incident_merge::{Said, suggestions};
    use domain::period::Period;

    use super::*;
    use crate::demo::World;

    #[test]
    fn one_is_corrected_and_merged_and_one_is_left_to_decide() {
        let world = World::new(1, "2026-11-23".parse().unwrap(), 14);
        let corrections = corrections(&world.incidents);
        let counted = world.incidents.iter().filter(|one| one.counts()).count();
        let told: Vec<Incident> = world.incidents.iter().chain(&corrections.alerts).cloned().collect();
        let said = Said {
            touched: Vec::new(),
            overrides: corrections.overrides,
            decisions: corrections.decisions.clone(),
        };
        let period = Period { start: world.incidents[0].began_at(), end: world.as_of };
        let known = said.apply(told, &period);
        assert_eq!(known.iter().filter(|one| one.counts()).count(), counted + 1);
        let find = |list: &[Incident], fingerprint: &str| {
            list.iter().rev().find(|one| one.fingerprint.as_deref() == Some(fingerprint)).cloned().unwrap()
        };
        let (before, after) = (find(&world.incidents, CORRECTED), find(&known, CORRECTED));
        assert_eq!(before.began_at().as_second() - after.began_at().as_second(), 7 * 60);
        assert_eq!(
            (after.impact(world.as_of).unwrap().end, after.calm.len()),
            (before.mitigated_at.unwrap(), 0)
        );
        let open = find(&known, SUGGESTED);
        let suggested = suggestions(&known, &open, &corrections.decisions, world.as_of);
        assert_eq!(suggested.len(), 1);
        assert!(suggestions(&known, &after, &corrections.decisions, world.as_of).is_empty());
        assert_eq!(super::corrections(&[]), Corrections::default());
    }
}

//! Status corrections: times that Datadog leaves out of an SLO.

use std::collections::BTreeMap;

use domain::maintenance::{Covers, MaintenanceWindow, union};
use domain::objective_vendor::VendorExclusion;
use domain::period::Period;
use domain::rejection::Issue;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::definition::{Known, remark};
use super::reply::{Correction, CorrectionAttributes};

/// A correction and how it repeats.
#[derive(Clone, Debug)]
pub(super) struct Excluded {
    start: Timestamp,
    end: Option<Timestamp>,
    window: Option<(MaintenanceWindow, TimeZone)>,
}

/// All corrections of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Exclusions {
    /// By the id of the SLO.
    times: BTreeMap<String, Vec<Excluded>>,
    /// As they are shown.
    pub(super) shown: Vec<VendorExclusion>,
    /// What is doubtful.
    pub(super) issues: Vec<Issue>,
}

impl Exclusions {
    /// Takes corrections in, for the objectives that are known.
    pub(super) fn take(&mut self, place: &str, correction: &Correction, known: &BTreeMap<String, Known>) {
        let (Some(id), Some(of)) = (&correction.id, &correction.attributes) else { return };
        let Some(start) = of.start.and_then(|start| start.whole()).and_then(instant) else { return };
        let covered: Vec<(&String, &Known)> = known.iter().filter(|(_, one)| covers(of, one)).collect();
        if covered.is_empty() {
            return;
        }
        let length = of.duration.and_then(|duration| duration.whole());
        let length = length.and_then(|seconds| start.checked_add(SignedDuration::from_secs(seconds)).ok());
        let end = length.or_else(|| of.end.and_then(|end| end.whole()).and_then(instant));
        let rule = of.rrule.as_deref().filter(|rule| !rule.is_empty());
        let window = rule.zip(end).and_then(|(rule, end)| match window(id, of, rule, start, end) {
            Ok(window) => Some(window),
            Err(what) => {
                let what = format!("The correction {id} repeats in a way that is not understood: {what}.");
                let mend = "Only its first occurrence is left out here; Datadog's own number is beside ours.";
                self.issues.push(remark(place, id, "slo/datadog-correction", what, mend));
                None
            }
        });
        for (objective, one) in covered {
            let times = self.times.entry(one.slo.clone()).or_default();
            if one.timeframe == first_timeframe(known, &one.slo) {
                times.push(Excluded { start, end, window: window.clone() });
            }
            self.shown.push(VendorExclusion {
                objective: objective.clone(),
                id: id.clone(),
                category: of.category.clone().unwrap_or_default(),
                description: of.description.clone().unwrap_or_default(),
                start,
                end,
                rule: rule.map(str::to_owned),
                time_zone: rule.and(of.timezone.clone()),
            });
        }
    }

    /// What is left out of an SLO within a period, merged.
    pub(super) fn within(&self, slo: &str, period: &Period) -> Vec<Period> {
        let mut found = Vec::new();
        for one in self.times.get(slo).into_iter().flatten() {
            match &one.window {
                Some((window, zone)) => found.extend(window.occurrences(period, zone)),
                None => found.push(Period { start: one.start, end: one.end.unwrap_or(Timestamp::MAX) }),
            }
        }
        union(found.into_iter().filter_map(|one| one.clip(period)).collect())
    }
}

fn instant(seconds: i64) -> Option<Timestamp> {
    Timestamp::from_second(seconds).ok()
}

/// The timeframe under which an SLO's times are noted once.
fn first_timeframe<'a>(known: &'a BTreeMap<String, Known>, slo: &str) -> &'a str {
    known.values().find(|one| one.slo == slo).map_or("", |one| &one.timeframe)
}

/// Whether a correction is for an SLO: by its id, or by tags that it has all of.
fn covers(of: &CorrectionAttributes, one: &Known) -> bool {
    if let Some(id) = of.slo_id.as_deref().filter(|id| !id.is_empty()) {
        return id == one.slo;
    }
    let words = of.slo_query.as_deref().unwrap_or_default().split_whitespace().filter(|word| *word != "AND");
    let words: Vec<&str> = words.collect();
    !words.is_empty() && words.iter().all(|word| one.tags.iter().any(|tag| tag == word))
}

fn window(
    id: &str,
    of: &CorrectionAttributes,
    rule: &str,
    start: Timestamp,
    end: Timestamp,
) -> Result<(MaintenanceWindow, TimeZone), String> {
    let name = of.timezone.as_deref().filter(|name| !name.is_empty()).unwrap_or("UTC");
    let zone = TimeZone::get(name).map_err(|_| format!("the time zone {name} is not known"))?;
    let repeat = rule.trim_start_matches("RRULE:").parse();
    let repeat = repeat.map_err(|error: domain::maintenance::RecurrenceError| error.to_string())?;
    let wall = |at: Timestamp| zone.to_datetime(at);
    let window = MaintenanceWindow {
        name: id.to_owned(),
        covers: Covers::Objective(of.slo_id.clone().unwrap_or_default()),
        start: wall(start),
        end: wall(end),
        repeat: Some(repeat),
    };
    Ok((window, zone))
}

#[cfg(test)]
mod tests {
    use super::super::definition::Measure;
    use super::*;

    fn known(timeframe: &str) -> (String, Known) {
        let known = Known {
            slo: "a".to_owned(),
            timeframe: timeframe.to_owned(),
            measure: Measure::Monitor,
            tags: vec!["service:pay".to_owned(), "env:prod".to_owned()],
        };
        (format!("a-{timeframe}"), known)
    }

    fn taken(json: &str) -> Exclusions {
        let known = BTreeMap::from([known("7d"), known("30d")]);
        let mut exclusions = Exclusions::default();
        exclusions.take("Datadog", &serde_json::from_str(json).unwrap(), &known);
        exclusions
    }

    fn week() -> Period {
        Period { start: instant(1_763_305_200).unwrap(), end: instant(1_763_910_000).unwrap() }
    }

    #[test]
    fn a_correction_repeats_by_its_rule() {
        let exclusions = taken(
            r#"{"id":"c","attributes":{"slo_id":"a","category":"Deployment","start":1763348400,"duration":3600,
                "end":null,"rrule":"FREQ=DAILY;COUNT=3","timezone":"Asia/Tokyo"}}"#,
        );
        let found = exclusions.within("a", &week());
        let lengths: Vec<i64> = found.iter().map(Period::seconds).collect();
        assert_eq!(lengths, [3600, 3600, 3600], "once, though two targets share it");
        assert_eq!(exclusions.shown.len(), 2);
        assert!(exclusions.within("b", &week()).is_empty());
    }

    #[test]
    fn tags_name_the_slos_and_unknown_rules_are_told() {
        let query = |query: &str| {
            let attributes = format!(r#"{{"slo_query":"{query}","start":1763348400,"end":1763352000}}"#);
            taken(&format!(r#"{{"id":"c","attributes":{attributes}}}"#)).shown.len()
        };
        assert_eq!((query("service:pay AND env:prod"), query("service:other"), query("")), (2, 0, 0));
        let odd = taken(
            r#"{"id":"c","attributes":{"slo_id":"a","start":1763348400,"duration":60,"rrule":"FREQ=SECONDLY"}}"#,
        );
        assert_eq!((odd.issues.len(), odd.within("a", &week()).len()), (1, 1));
        let endless = taken(r#"{"id":"c","attributes":{"slo_id":"a","start":1763348400}}"#);
        assert_eq!(endless.within("a", &week())[0].end, week().end);
    }
}

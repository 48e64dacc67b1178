//! SLOs of Datadog as objectives: one for each of up to three targets.

use std::collections::BTreeMap;

use domain::counting::Counting;
use domain::objective::{BudgetingMethod, Objective, Window};
use domain::product::{Environment, Slug};
use domain::ratio::Ppm;
use domain::rejection::{Gravity, Issue};
use jiff::Timestamp;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use sha2::{Digest, Sha256};

use super::reply::{Slo, Threshold};

/// A day in seconds.
const DAY: i64 = 86_400;

/// How an SLO of Datadog is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// `metric`: good and all events.
    Events,
    /// `monitor`: seconds in which all monitors were up.
    Monitor,
    /// `time_slice`: slices of so many seconds.
    Slices(i64),
}

/// What is known of an objective besides its definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// The id of its SLO.
    pub(super) slo: String,
    /// The timeframe of its target, such as `30d`.
    pub(super) timeframe: String,
    /// How it is measured.
    pub(super) measure: Measure,
    /// The tags of its SLO.
    pub(super) tags: Vec<String>,
}

/// What one run learnt of the definitions.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) objectives: Vec<Objective>,
    pub(super) known: BTreeMap<String, Known>,
    pub(super) kept: Vec<String>,
    pub(super) issues: Vec<Issue>,
}

/// What is the same for all definitions of a run.
pub(super) struct Reading<'a> {
    pub(super) place: &'a str,
    pub(super) source: &'a str,
    pub(super) at: Timestamp,
    /// Products by tag, as the configuration has them.
    pub(super) products: &'a BTreeMap<String, Slug>,
}

/// The id of the objective of one target.
pub(super) fn id_of(slo: &str, timeframe: &str) -> String {
    format!("{slo}-{timeframe}")
}

/// A remark on an objective or an SLO.
pub(super) fn remark(place: &str, about: &str, rule: &'static str, what: String, mend: &str) -> Issue {
    Issue {
        file: place.to_owned(),
        line: None,
        column: Some(about.to_owned()),
        rule,
        what,
        mend: mend.to_owned(),
        gravity: Gravity::Warning,
    }
}

impl Reading<'_> {
    /// Takes one SLO in, target by target.
    pub(super) fn take(&self, slo: &Slo, told: &mut Told) {
        let Some(id) = slo.id.as_deref().filter(|id| !id.is_empty() && is_plain(id)) else {
            let what = "An SLO without an id that can stand in an address is left out.".to_owned();
            told.issues.push(remark(self.place, "", "slo/datadog", what, "Ask Datadog's support."));
            return;
        };
        let name = slo.name.as_deref().filter(|name| !name.is_empty()).unwrap_or(id);
        let measure = match measure(slo) {
            Ok(measure) => measure,
            Err(what) => {
                let what = format!("{name} is left out: {what}.");
                let mend = "Only metric, monitor and time_slice SLOs are read; what is stored of it stays.";
                told.issues.push(remark(self.place, id, "slo/datadog", what, mend));
                told.kept.extend(TIMEFRAMES.iter().map(|(word, _)| id_of(id, word)));
                return;
            }
        };
        if has_one_query(slo) {
            let what = format!("{name} counts the same query as good and as all: it is always 100 %.");
            let mend = "Count in the denominator what fails, too.";
            told.issues.push(remark(self.place, id, "slo/datadog-same-queries", what, mend));
        }
        for threshold in slo.thresholds.iter().flatten() {
            match self.objective(slo, id, name, measure, threshold) {
                Ok((timeframe, objective)) => {
                    let tags = slo.tags.clone().unwrap_or_default();
                    let known = Known { slo: id.to_owned(), timeframe, measure, tags };
                    if told.known.insert(objective.id.clone(), known).is_none() {
                        told.objectives.push(objective);
                    }
                }
                Err((timeframe, what)) => {
                    let what = format!("A target of {name} is left out: {what}.");
                    let mend = "Give it a timeframe of 7d, 30d or 90d and a target over 0 and up to 100.";
                    told.issues.push(remark(self.place, id, "slo/datadog", what, mend));
                    told.kept.push(id_of(id, &timeframe));
                }
            }
        }
    }

    /// One target; otherwise its timeframe and what is wrong.
    fn objective(
        &self,
        slo: &Slo,
        id: &str,
        name: &str,
        measure: Measure,
        threshold: &Threshold,
    ) -> Result<(String, Objective), (String, String)> {
        let timeframe = threshold.timeframe.clone().unwrap_or_default();
        let fault = |what: String| (timeframe.clone(), what);
        let known = TIMEFRAMES.iter().find(|(word, _)| *word == timeframe);
        let (_, days) = known.ok_or_else(|| fault(format!("the timeframe {timeframe:?} is not known")))?;
        let percent = threshold.target.and_then(|target| target.0);
        let target = percent.and_then(ppm).ok_or_else(|| fault("its target is no percentage".to_owned()))?;
        let tags = slo.tags.as_deref().unwrap_or_default();
        let service = tag(tags, "service").or_else(|| tag(tags, "product")).unwrap_or_default();
        let objective = Objective {
            id: id_of(id, &timeframe),
            display_name: name.to_owned(),
            description: slo.description.clone().unwrap_or_default(),
            service: service.to_owned(),
            product: self.product(tags),
            environment: tag(tags, "env").and_then(environment).unwrap_or_default(),
            method: match measure {
                Measure::Events => BudgetingMethod::Occurrences,
                Measure::Monitor => BudgetingMethod::Timeslices { slice_target: Ppm::ONE, slice_seconds: 1 },
                Measure::Slices(slice_seconds) => {
                    BudgetingMethod::Timeslices { slice_target: Ppm::ONE, slice_seconds }
                }
            },
            target,
            window: Window::Rolling { seconds: days * DAY },
            counting: Counting::default(),
            source: self.source.to_owned(),
            definition_hash: hash(slo, id, &timeframe, percent),
            valid_from: self.at,
            reviewed_at: None,
        };
        Ok((timeframe, objective))
    }

    /// The product that the configuration names for one of the tags, or that a `product:` tag names itself.
    fn product(&self, tags: &[String]) -> Option<Slug> {
        let configured = tags.iter().find_map(|tag| self.products.get(tag)).cloned();
        configured.or_else(|| tag(tags, "product").and_then(|name| name.parse().ok()))
    }
}

/// Timeframes and their days.
pub(super) const TIMEFRAMES: [(&str, i64); 3] = [("7d", 7), ("30d", 30), ("90d", 90)];

/// Letters that can stand in an address as they are.
fn is_plain(id: &str) -> bool {
    id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn tag<'a>(tags: &'a [String], key: &str) -> Option<&'a str> {
    let of = tags.iter().find_map(|tag| tag.strip_prefix(key)?.strip_prefix(':'));
    of.map(str::trim).filter(|value| !value.is_empty())
}

fn environment(word: &str) -> Option<Environment> {
    match word.to_ascii_lowercase().as_str() {
        "prod" | "prd" | "live" => Some(Environment::Production),
        "stage" | "stg" => Some(Environment::Staging),
        "dev" | "develop" => Some(Environment::Development),
        other => other.parse().ok(),
    }
}

/// Whether numerator and denominator are the same query.
fn has_one_query(slo: &Slo) -> bool {
    let query =
        |name: &str| slo.query.as_ref().and_then(|query| query.get(name)).and_then(|query| query.as_str());
    let same = query("numerator").zip(query("denominator"));
    same.is_some_and(|(good, all)| !good.trim().is_empty() && good.trim() == all.trim())
}

fn measure(slo: &Slo) -> Result<Measure, String> {
    match slo.kind.as_deref() {
        Some("metric") => Ok(Measure::Events),
        Some("monitor") => Ok(Measure::Monitor),
        Some("time_slice") => {
            let specification = slo.sli_specification.as_ref();
            let slice = specification.and_then(|one| one["time_slice"]["query_interval_seconds"].as_i64());
            match slice.unwrap_or(300) {
                seconds @ (60 | 300) => Ok(Measure::Slices(seconds)),
                seconds => Err(format!("its slices last {seconds} seconds")),
            }
        }
        Some(other) => Err(format!("its type is {other:?}")),
        None => Err("it has no type".to_owned()),
    }
}

/// A percentage over 0 and up to 100 in parts per million, rounded up: a target is never made easier.
fn ppm(percent: Decimal) -> Option<Ppm> {
    let ppm = percent.checked_mul(Decimal::from(10_000))?.ceil().to_i64()?;
    (ppm > 0 && ppm <= Ppm::ONE.0).then_some(Ppm(ppm))
}

/// What tells versions of a target apart: everything that makes its numbers, and when Datadog changed it last.
fn hash(slo: &Slo, id: &str, timeframe: &str, target: Option<Decimal>) -> String {
    let modified = slo.modified_at.and_then(|at| at.whole());
    // Maps of JSON come in the order of their keys.
    let text = serde_json::json!({
        "id": id,
        "type": slo.kind,
        "timeframe": timeframe,
        "target": target.map(|target| target.normalize().to_string()),
        "query": slo.query,
        "sli_specification": slo.sli_specification,
        "monitor_ids": slo.monitor_ids,
        "groups": slo.groups,
        "modified_at": modified,
    });
    hex::encode(Sha256::digest(text.to_string().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(json: &str, products: &[(&str, &str)]) -> Told {
        let slo: Slo = serde_json::from_str(json).unwrap();
        let products =
            products.iter().map(|(tag, slug)| ((*tag).to_owned(), slug.parse().unwrap())).collect();
        let at = "2026-11-23T01:00:00Z".parse().unwrap();
        let mut told = Told::default();
        Reading { place: "Datadog", source: "dd", at, products: &products }.take(&slo, &mut told);
        told
    }

    #[test]
    fn every_target_is_an_objective() {
        let told = told(
            r#"{"id":"abc","name":"Pay","type":"metric","tags":["service:pay-api","env:stg"],"modified_at":1.0E3,
                "thresholds":[{"timeframe":"7d","target":99.5},{"timeframe":"30d","target":98.0},
                {"timeframe":"90d","target":99.90001},{"timeframe":"custom","target":9}]}"#,
            &[("service:pay-api", "payments")],
        );
        let found: Vec<(&str, i64)> =
            told.objectives.iter().map(|one| (one.id.as_str(), one.target.0)).collect();
        assert_eq!(found, [("abc-7d", 995_000), ("abc-30d", 980_000), ("abc-90d", 999_001)]);
        let first = &told.objectives[0];
        assert_eq!(first.product.as_ref().map(Slug::as_str), Some("payments"));
        assert_eq!((first.environment, first.service.as_str()), (Environment::Staging, "pay-api"));
        assert_eq!(told.issues.len(), 1, "{:?}", told.issues);
    }

    #[test]
    fn a_change_at_datadog_is_another_version() {
        let with = |modified: u32, name: &str| {
            let json = format!(
                r#"{{"id":"a","name":"{name}","type":"monitor","modified_at":{modified},"monitor_ids":[1],
                    "thresholds":[{{"timeframe":"7d","target":99}}]}}"#
            );
            told(&json, &[]).objectives[0].definition_hash.clone()
        };
        assert_eq!(with(1, "one"), with(1, "one"));
        assert_ne!(with(1, "one"), with(2, "one"));
    }

    #[test]
    fn what_is_not_known_stays_as_it_is_stored() {
        let told = told(r#"{"id":"a","type":"composite","thresholds":[{"timeframe":"7d","target":9}]}"#, &[]);
        assert_eq!((told.objectives.len(), told.issues.len()), (0, 1));
        assert_eq!(told.kept, ["a-7d", "a-30d", "a-90d"]);
    }
}

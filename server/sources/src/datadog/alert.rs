//! Alerts on SLOs: which are configured, and from which burn rate on. Objectives that have none are looked at again
//! by people, and so are those whose alert waits for what cannot happen.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::objective_queue::{BurnAlert, ObjectiveTerms};
use domain::ratio::Ppm;
use domain::rejection::Issue;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::task::JoinSet;

use super::definition::{Known, id_of, remark};
use super::http::{CallError, Server};
use super::parsed;
use crate::slo::SloSourceError;

/// Tags that name what an SLO depends on, and what customers are promised.
const DEPENDS_ON: &str = "teirei-depends-on:";
const CONTRACT: &str = "teirei-contract:";

/// How many are asked for at once.
const AT_ONCE: usize = 4;

/// `GET /api/v1/slo/{id}?with_configured_alert_ids=true`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SloReply {
    data: Option<SloAlerts>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SloAlerts {
    configured_alert_ids: Option<Vec<i64>>,
}

/// `GET /api/v1/monitor/{id}`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Monitor {
    query: Option<String>,
}

/// An alert and the timeframe of the target that it looks at; of all targets without one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct TargetAlert {
    timeframe: Option<String>,
    alert: BurnAlert,
}

/// What is known of alerts.
#[derive(Debug, Default)]
pub(super) struct Alerts {
    /// By the id of the SLO; one of which it is not known is not there.
    known: BTreeMap<String, Vec<TargetAlert>>,
    /// What could not be read.
    pub(super) issues: Vec<Issue>,
}

impl Alerts {
    /// What Datadog says of each objective besides what makes its numbers.
    pub(super) fn terms(&self, known: &BTreeMap<String, Known>) -> Vec<ObjectiveTerms> {
        let of = |one: &Known| {
            let alerts = self.known.get(&one.slo)?.iter();
            let mine =
                alerts.filter(|alert| alert.timeframe.as_ref().is_none_or(|frame| *frame == one.timeframe));
            Some(mine.map(|alert| alert.alert.clone()).collect())
        };
        let terms = |(id, one): (&String, &Known)| ObjectiveTerms {
            objective: id.clone(),
            alerts: of(one),
            depends_on: depends_on(one, known),
            contract: contract(one),
            ..ObjectiveTerms::default()
        };
        known.iter().map(terms).collect()
    }
}

/// What follows a beginning, in each of the tags that have it.
fn tagged<'t>(one: &'t Known, beginning: &'t str) -> impl Iterator<Item = &'t str> {
    one.tags.iter().filter_map(move |tag| tag.strip_prefix(beginning))
}

/// The objectives that the tags name: by an id of ours, or an SLO of Datadog's in the same timeframe.
fn depends_on(one: &Known, known: &BTreeMap<String, Known>) -> Vec<String> {
    let resolved = |name: &str| {
        let same = id_of(name, &one.timeframe);
        if known.contains_key(&same) { same } else { name.to_owned() }
    };
    tagged(one, DEPENDS_ON).map(resolved).collect()
}

/// The share that a tag says customers are promised; the highest of several.
fn contract(one: &Known) -> Option<Ppm> {
    let share = |percent: &str| {
        let percent: Decimal = percent.parse().ok()?;
        let is_share = percent > Decimal::ZERO && percent <= Decimal::ONE_HUNDRED;
        is_share.then(|| (percent * Decimal::from(10_000)).floor().to_i64()).flatten().map(Ppm)
    };
    tagged(one, CONTRACT).filter_map(share).max()
}

/// Asks for the alerts of every SLO: first which there are, then each of them for what it waits for.
pub(super) async fn alerts(
    server: &Arc<Server>,
    known: &BTreeMap<String, Known>,
) -> Result<Alerts, SloSourceError> {
    let mut alerts = Alerts::default();
    let slos: BTreeSet<String> = known.values().map(|one| one.slo.clone()).collect();
    let path = |slo: &String| format!("/api/v1/slo/{slo}?with_configured_alert_ids=true");
    let mut ids: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    let slos = slos.iter().map(|slo| (slo.clone(), path(slo))).collect();
    let mut refused = None;
    for (slo, told) in asked::<SloReply, String>(server, slos).await? {
        match told {
            // A reply without the field says nothing of alerts.
            Ok(reply) => {
                if let Some(found) = reply.data.and_then(|data| data.configured_alert_ids) {
                    ids.insert(slo, found);
                }
            }
            Err(words) => refused = refused.or(Some(words)),
        }
    }
    let place = server.place();
    if let Some(words) = refused {
        let what = format!("Datadog does not tell of some SLOs which alerts look at them: {words}.");
        let mend = "Whether they have one is not judged; it is asked for again in the next run.";
        alerts.issues.push(remark(&place, "", "slo/datadog-alerts", what, mend));
    }
    let monitors: BTreeSet<i64> = ids.values().flatten().copied().collect();
    let paths = monitors.iter().map(|id| (*id, format!("/api/v1/monitor/{id}"))).collect();
    let (mut queries, mut refused) = (BTreeMap::new(), None);
    for (id, told) in asked::<Monitor, i64>(server, paths).await? {
        match told {
            Ok(monitor) => drop(queries.insert(id, monitor.query.unwrap_or_default())),
            Err(words) => refused = refused.or(Some(words)),
        }
    }
    if let Some(words) = refused {
        let what = format!("Datadog does not tell what some alerts of SLOs wait for: {words}.");
        let mend =
            "Give the application key the scope monitors_read; that there are alerts is known without it.";
        alerts.issues.push(remark(&place, "", "slo/datadog-alerts", what, mend));
    }
    let alert = |id: &i64| target_alert(queries.get(id).map_or("", String::as_str));
    alerts.known = ids.into_iter().map(|(slo, ids)| (slo, ids.iter().map(alert).collect())).collect();
    Ok(alerts)
}

/// What some paths answer, a few at once; the words of those that are refused.
async fn asked<T, K>(
    server: &Arc<Server>,
    paths: Vec<(K, String)>,
) -> Result<Vec<(K, Result<T, String>)>, SloSourceError>
where
    T: DeserializeOwned + Send + 'static,
    K: Clone + Ord + Send + 'static,
{
    let mut told = Vec::with_capacity(paths.len());
    for some in paths.chunks(AT_ONCE) {
        let mut requests = JoinSet::new();
        for (key, path) in some.iter().cloned() {
            let server = Arc::clone(server);
            requests.spawn(async move { (key, server.get(&path).await) });
        }
        while let Some(done) = requests.join_next().await {
            let (key, body) = done.map_err(|error| SloSourceError::Failed {
                place: server.place(),
                what: format!("a request broke off: {error}"),
            })?;
            told.push(match body {
                Ok(body) => (key, parsed::<T>(&body)),
                Err(CallError::Source(error)) => return Err(error),
                Err(CallError::Forbidden(words) | CallError::Refused(words)) => (key, Err(words)),
                Err(CallError::Missing) => (key, Err("status 404".to_owned())),
            });
        }
    }
    told.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(told)
}

/// An alert by its query, such as
/// `burn_rate("abc").over("30d").long_window("1h").short_window("5m") > 14.4`; one on what is left of the budget,
/// and one that cannot be read, has no burn rate.
fn target_alert(query: &str) -> TargetAlert {
    let argument = |name: &str| query.split(&format!(".{name}(\"")).nth(1)?.split('"').next();
    let waits_for = query.trim_start().starts_with("burn_rate(").then(|| query.rsplit('>').next()).flatten();
    let threshold = waits_for
        .and_then(|number| number.trim_start_matches('=').trim().parse::<Decimal>().ok())
        .and_then(|number| number.checked_mul(Decimal::from(1_000_000))?.floor().to_i64());
    let alert = BurnAlert {
        severity: "alert".to_owned(),
        threshold: Ppm(threshold.unwrap_or(0)),
        lookback_seconds: argument("long_window").and_then(seconds).unwrap_or(0),
    };
    TargetAlert { timeframe: argument("over").map(str::to_owned), alert }
}

/// A length such as `1h`.
fn seconds(text: &str) -> Option<i64> {
    let unit = text.chars().last()?;
    let each = match unit {
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    text.strip_suffix(unit)?.parse::<i64>().ok()?.checked_mul(each)
}

#[cfg(test)]
mod tests {
    use super::super::definition::Measure;
    use super::*;

    #[test]
    fn queries_say_what_an_alert_waits_for() {
        for (query, timeframe, threshold, lookback) in [
            (
                r#"burn_rate("a1").over("30d").long_window("1h").short_window("5m") > 14.4"#,
                Some("30d"),
                14_400_000,
                3_600,
            ),
            (
                r#"burn_rate("a1").over("7d").long_window("1d").short_window("2h") >= 2.8"#,
                Some("7d"),
                2_800_000,
                86_400,
            ),
            (r#"error_budget("a1").over("7d") > 10"#, Some("7d"), 0, 0),
            ("avg(last_5m):avg:system.load.1{*} > 4", None, 0, 0),
            ("", None, 0, 0),
        ] {
            let found = target_alert(query);
            let expected = (timeframe.map(str::to_owned), Ppm(threshold), lookback);
            assert_eq!(
                (found.timeframe, found.alert.threshold, found.alert.lookback_seconds),
                expected,
                "{query}"
            );
        }
    }

    #[test]
    fn tags_name_dependencies_and_contracts() {
        let known = |tags: &[&str]| Known {
            slo: "a".to_owned(),
            timeframe: "7d".to_owned(),
            measure: Measure::Events,
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        };
        let named =
            ["teirei-depends-on:b", "teirei-depends-on:gateway", "teirei-contract:99.5", "teirei-contract:x"];
        let known = BTreeMap::from([("a-7d".to_owned(), known(&named)), ("b-7d".to_owned(), known(&[]))]);
        let terms = Alerts::default().terms(&known);
        assert_eq!(
            (terms[0].depends_on.join(" "), terms[0].contract),
            ("b-7d gateway".to_owned(), Some(Ppm(995_000)))
        );
        assert_eq!((terms[1].depends_on.len(), terms[1].contract), (0, None));
    }

    #[test]
    fn an_alert_is_of_its_own_target() {
        let known = |timeframe: &str| Known {
            slo: "a".to_owned(),
            timeframe: timeframe.to_owned(),
            measure: Measure::Events,
            tags: Vec::new(),
        };
        let known = BTreeMap::from([("a-7d".to_owned(), known("7d")), ("a-30d".to_owned(), known("30d"))]);
        let of = |queries: &[&str]| {
            let alerts = queries.iter().map(|query| target_alert(query)).collect();
            let alerts = Alerts { known: BTreeMap::from([("a".to_owned(), alerts)]), issues: Vec::new() };
            let count = |terms: ObjectiveTerms| terms.alerts.map(|alerts| alerts.len());
            alerts.terms(&known).into_iter().map(count).collect::<Vec<_>>()
        };
        assert_eq!(of(&[]), [Some(0), Some(0)]);
        assert_eq!(of(&[r#"burn_rate("a").over("30d").long_window("1h") > 14.4"#]), [Some(1), Some(0)]);
        assert_eq!(of(&["", r#"error_budget("a").over("7d") > 10"#]), [Some(1), Some(2)]);
        let unknown = Alerts::default().terms(&known);
        assert!(unknown.iter().all(|terms| terms.alerts.is_none()), "not known is not none");
    }
}

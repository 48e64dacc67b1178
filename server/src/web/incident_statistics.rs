//! `/incidents.json` and `.csv`: the chosen incidents of some time, and what they come to.

use app::backend::IncidentStatisticsPage;
use app::texts::deploy_words::deploy_words;
use app::texts::statistics_words::{StatisticsWords, statistics_words};
use domain::incident::{DetectedBy, Severity};
use domain::incident_override::CauseClass;
use domain::incident_statistics::change_failure::{DeployFigures, ListedDeploy};
use domain::incident_statistics::charge::BudgetCharges;
use domain::incident_statistics::hour::DayPart;
use domain::incident_statistics::recurrence::Recurrence;
use domain::incident_statistics::stage::DurationFigures;
use domain::incident_statistics::weekly::{SeverityCount, WeekCount};
use domain::incident_statistics::{ImpactFigures, IncidentStatistics, LeftOut, ListedIncident};
use domain::organization::Language;
use domain::product::Environment;
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::snapshot::csv;

/// One row an incident, in the order of the page.
pub fn csv(page: &IncidentStatisticsPage) -> String {
    let mut text = String::from(
        "source,external_id,title,product,severity,state,counted,left_out,impact_start,detected_at,declared_at,\
         acknowledged_at,mitigated_at,resolved_at,impact_seconds_in_period,impact_fraction_ppm,customer_impact,\
         union_ppm_seconds,error_budget_objective,error_budget_share_ppm,detected_by,cause,cause_deploy_id,fingerprint,url\n",
    );
    for row in rows(page) {
        let incident = &row.incident;
        let instant = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
        let text_of = |text: &Option<String>| text.clone().unwrap_or_default();
        let budget = row.budget.as_ref();
        let cells = [
            incident.source.clone(),
            incident.external_id.clone(),
            incident.title.clone(),
            incident.product.clone(),
            incident.severity.as_str().to_owned(),
            row.state.as_str().to_owned(),
            row.left_out.is_none().to_string(),
            row.left_out.map(LeftOut::as_str).unwrap_or_default().to_owned(),
            instant(incident.impact_start),
            instant(incident.detected_at),
            incident.declared_at.to_string(),
            instant(incident.acknowledged_at),
            instant(incident.mitigated_at),
            instant(incident.resolved_at),
            row.impact.map(|_| row.inside_seconds.to_string()).unwrap_or_default(),
            incident.impact_fraction.0.to_string(),
            incident.customer_impact.to_string(),
            row.union_share.to_string(),
            budget.map(|budget| budget.objective.clone()).unwrap_or_default(),
            budget.map(|budget| budget.share.0.to_string()).unwrap_or_default(),
            incident.detected_by.map(DetectedBy::as_str).unwrap_or_default().to_owned(),
            row.cause.map(CauseClass::as_str).unwrap_or_default().to_owned(),
            text_of(&incident.cause_deploy_id),
            text_of(&incident.fingerprint),
            text_of(&incident.url),
        ];
        csv::line(&mut text, cells.iter().map(String::as_str));
    }
    text
}

/// The rows that the page lists.
fn rows(page: &IncidentStatisticsPage) -> impl Iterator<Item = &ListedIncident> {
    let with_uncounted = page.request.filter.with_uncounted;
    page.statistics.listed.iter().filter(move |row| with_uncounted || row.left_out.is_none())
}

/// Figures with their definitions, and the incidents; shares are parts per million, durations seconds, impact
/// weighted by shares ppm × seconds, times RFC 3339.
pub fn json(page: &IncidentStatisticsPage) -> String {
    let (request, statistics) = (&page.request, &page.statistics);
    let words = statistics_words(Language::English);
    let query = request.window_query().into_iter().chain(request.filter.query());
    let query: serde_json::Map<String, Value> =
        query.map(|(name, value)| (name.to_owned(), Value::String(value))).collect();
    let left_out = statistics
        .left_out
        .iter()
        .map(|(reason, count)| json!({ "reason": reason.as_str(), "incidents": count }));
    let products = statistics.products.iter().map(|one| {
        json!({
            "product": one.name,
            "in_catalogue": one.product.is_some(),
            "declared": one.declared,
            "impact": impact(&one.impact),
        })
    });
    let document = json!({
        "schema": "teirei/incidents/v1",
        "query": query,
        "period": { "start": statistics.period.start.to_string(), "end": statistics.period.end.to_string() },
        "measured_until": statistics.measured.end.to_string(),
        "as_of": statistics.as_of.to_string(),
        "time_zone": page.review.organization.time_zone,
        "known_from": statistics.known_from.map(|at| at.to_string()),
        "definitions": definitions(words),
        "declared": statistics.declared,
        "open": statistics.open(),
        "left_out": left_out.collect::<Vec<_>>(),
        "filtered_out": statistics.filtered_out,
        "impact": impact(&statistics.impact),
        "products": products.collect::<Vec<_>>(),
        "counts": statistics.severities.iter().map(count).collect::<Vec<_>>(),
        "weeks": statistics.weeks.iter().map(week).collect::<Vec<_>>(),
        "durations": statistics.durations.iter().map(|one| duration(one, words)).collect::<Vec<_>>(),
        "detection": detection(statistics),
        "calls": calls(statistics),
        "repeats": repeats(&statistics.recurrence),
        "deploys": deploys(&page.deploys),
        "error_budgets": statistics.budgets.iter().map(charges).collect::<Vec<_>>(),
        "incidents": rows(page).map(incident).collect::<Vec<_>>(),
    });
    format!("{document}\n")
}

fn definitions(words: &StatisticsWords) -> Value {
    json!({
        "impact": words.impact_definition,
        "availability": words.availability_definition,
        "counts": words.count_definition,
        "seconds_between_failures": words.between_definition,
        "repeats": words.repeats_definition,
        "detection": words.customers_definition,
        "calls": words.sleep_definition,
        "error_budgets": words.budget_definition,
        "percentiles": words.percentile_definition,
        "change_failure_rate": deploy_words(Language::English).rate_definition,
    })
}

/// The deploys of the window, newest first; `null` where none was ever supplied.
fn deploys(figures: &DeployFigures) -> Option<Value> {
    let failure = &figures.failure;
    let deploy = |listed: &ListedDeploy| {
        let one = &listed.deploy;
        json!({
            "source": one.source,
            "external_id": one.external_id,
            "product": listed.product_name(),
            "in_catalogue": listed.product.is_some(),
            "environment": one.environment.map(Environment::as_str),
            "version": one.version,
            "finished_at": one.finished_at.to_string(),
            "status": one.status.as_str(),
            "author": one.author,
            "url": one.url,
            "caused": failure.incidents_of(one).map(|named| named.incident.word()).collect::<Vec<_>>(),
        })
    };
    figures.is_supplied.then(|| {
        json!({
            "reached_production": failure.deploys,
            "failed": failure.failed,
            "change_failure_rate_ppm": failure.rate().map(|rate| rate.0),
            "rolled_back": failure.rolled_back,
            "not_arrived": failure.not_arrived,
            "elsewhere": failure.elsewhere,
            "incidents_without_their_deploy": failure.unnamed,
            "deploys": figures.deploys.iter().map(deploy).collect::<Vec<_>>(),
        })
    })
}

fn impact(figures: &ImpactFigures) -> Value {
    json!({
        "incidents": figures.incidents,
        "union_seconds": figures.union_seconds,
        "weighted_seconds": figures.weighted_seconds(),
        "window_seconds": figures.window_seconds,
        "without_customer_impact": figures.without_customers,
        "of_unknown_length": figures.unknown,
        "availability_ppm": figures.availability().map(|share| share.0),
        "seconds_between_failures": figures.seconds_between(),
    })
}

fn count(count: &SeverityCount) -> Value {
    json!({
        "severity": count.severity.map(Severity::as_str),
        "in_period": count.in_window,
        "in_last_week": count.in_last_week,
        "mean_of_weeks_before": count.mean.map(|mean| mean.to_string()),
        "band": count.band.map(|(lower, upper)| json!({ "lower": lower, "upper": upper })),
        "standing": count.standing().as_str(),
    })
}

fn week(week: &WeekCount) -> Value {
    json!({ "week": week.week.to_string(), "incidents": week.total(), "partial": week.partial })
}

/// A decimal number of seconds as text, because JSON's numbers are floating point to many readers.
fn decimal(value: Option<Decimal>) -> Option<String> {
    value.map(|value| value.round_dp(6).normalize().to_string())
}

fn duration(figures: &DurationFigures, words: &StatisticsWords) -> Value {
    let sample = &figures.sample;
    let negative = figures
        .negative
        .iter()
        .map(|one| json!({ "source": one.source, "external_id": one.external_id, "seconds": one.seconds }));
    json!({
        "duration": figures.kind.as_str(),
        "definition": words.duration_kind(figures.kind).1,
        "n": sample.count(),
        "unknown": figures.unknown,
        "going_on": figures.open,
        "negative": negative.collect::<Vec<_>>(),
        "median_seconds": decimal(sample.median()),
        "least_seconds": sample.range().map(|(least, _)| least),
        "most_seconds": sample.range().map(|(_, most)| most),
        "percentile_75_seconds": decimal(sample.percentile_told(75)),
        "percentile_90_seconds": decimal(sample.percentile_told(90)),
        "mean_seconds": decimal(sample.mean()),
        "mean_is_comparable": sample.is_enough(),
    })
}

fn detection(statistics: &IncidentStatistics) -> Value {
    let detection = &statistics.detection;
    let mut by = serde_json::Map::new();
    for one in DetectedBy::ALL {
        by.insert(one.as_str().to_owned(), detection.count(one).into());
    }
    json!({
        "by": by,
        "unknown": detection.unknown,
        "customer_share_ppm": detection.customer_share().map(|share| share.0),
    })
}

fn calls(statistics: &IncidentStatistics) -> Value {
    let parts = DayPart::ALL.into_iter().zip(statistics.calls);
    Value::Object(parts.map(|(part, count)| (part.as_str().to_owned(), count.into())).collect())
}

fn repeats(recurrence: &Recurrence) -> Value {
    let groups = recurrence.groups.iter().map(|group| {
        let ids = group
            .incidents
            .iter()
            .map(|incident| json!({ "source": incident.source, "external_id": incident.external_id }));
        json!({
            "product": group.product,
            "fingerprint": group.fingerprint,
            "incidents": ids.collect::<Vec<_>>(),
        })
    });
    json!({
        "from": recurrence.period.start.to_string(),
        "to": recurrence.period.end.to_string(),
        "incidents": recurrence.incidents,
        "repeats": recurrence.repeats,
        "without_fingerprint": recurrence.unrecognised,
        "rate_ppm": recurrence.rate().map(|rate| rate.0),
        "groups": groups.collect::<Vec<_>>(),
    })
}

fn charges(charges: &BudgetCharges) -> Value {
    let incidents = charges.attribution.charges.iter().map(|charge| {
        json!({
            "source": charge.source,
            "external_id": charge.external_id,
            "bad": charge.bad,
            "share_ppm": charges.share(charge.bad).map(|share| share.0),
        })
    });
    json!({
        "objective": charges.objective,
        "product": charges.product.to_string(),
        "window": { "start": charges.period.start.to_string(), "end": charges.period.end.to_string() },
        "bad": charges.budget.bad(),
        "spent_ppm": charges.share(charges.budget.bad()).map(|share| share.0),
        "incidents": incidents.collect::<Vec<_>>(),
        "unattributed": charges.attribution.unattributed,
        "unattributed_ppm": charges.share(charges.attribution.unattributed).map(|share| share.0),
    })
}

fn incident(row: &ListedIncident) -> Value {
    let incident = &row.incident;
    let instant = |at: Option<Timestamp>| at.map(|at| at.to_string());
    json!({
        "source": incident.source,
        "external_id": incident.external_id,
        "title": incident.title,
        "product": incident.product,
        "in_catalogue": row.product.is_some(),
        "severity": incident.severity.as_str(),
        "state": row.state.as_str(),
        "left_out": row.left_out.map(LeftOut::as_str),
        "declared_in_period": row.declared_inside,
        "impact_start": instant(incident.impact_start),
        "detected_at": instant(incident.detected_at),
        "declared_at": incident.declared_at.to_string(),
        "acknowledged_at": instant(incident.acknowledged_at),
        "mitigated_at": instant(incident.mitigated_at),
        "resolved_at": instant(incident.resolved_at),
        "impact_seconds_in_period": row.impact.map(|_| row.inside_seconds),
        "impact_fraction_ppm": incident.impact_fraction.0,
        "customer_impact": incident.customer_impact,
        "union_ppm_seconds": row.union_share.to_string(),
        "error_budget": row.budget.as_ref().map(|budget| {
            json!({ "objective": budget.objective, "share_ppm": budget.share.0 })
        }),
        "detected_by": incident.detected_by.map(DetectedBy::as_str),
        "cause": row.cause.map(CauseClass::as_str),
        "cause_deploy_id": incident.cause_deploy_id,
        "fingerprint": incident.fingerprint,
        "url": incident.url,
    })
}

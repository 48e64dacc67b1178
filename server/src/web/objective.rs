//! `/objectives/{id}.json` and `.csv`: the page's value for programs, and its weeks as rows.

use app::backend::ObjectivePage;
use app::texts::condition_sentences::condition;
use domain::attribution::Charge;
use domain::error_budget::{ErrorBudget, Exhaustion};
use domain::objective::{Objective, SliSum};
use domain::objective_review::{Lookback, WeekOfObjective};
use domain::objective_vendor::{VendorComparison, VendorExclusion};
use domain::organization::Language;
use domain::period::Period;
use domain::ratio::Ppm;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::snapshot::csv;

/// One row a week, oldest first.
pub fn csv(page: &ObjectivePage) -> String {
    let mut text = String::from(
        "objective,week,status,target_ppm,good,total,samples_seen,samples_expected,provisional\n",
    );
    let objective = &page.objective;
    for (week, mark) in objective.weeks.iter().zip(&objective.row.history) {
        let cells = [
            objective.row.id.clone(),
            week.week.to_string(),
            mark.status.as_str().to_owned(),
            week.target.0.to_string(),
            week.sum.good.to_string(),
            week.sum.total.to_string(),
            week.sum.samples_seen.to_string(),
            week.sum.samples_expected.to_string(),
            mark.provisional.to_string(),
        ];
        csv::line(&mut text, cells.iter().map(String::as_str));
    }
    text
}

/// The whole value; shares are parts per million, durations seconds, times RFC 3339.
pub fn json(page: &ObjectivePage) -> String {
    let objective = &page.objective;
    let row = &objective.row;
    let budget = objective.budget();
    let share = |bad: i64| budget.and_then(|budget| budget.spent_by(bad)).map(|share| share.0);
    let frozen = page.frozen.as_ref().map(|(version, row)| {
        json!({ "version": version.version, "hash": version.hash, "window": row.as_ref().map(|row| sum(&row.sum)) })
    });
    let document = json!({
        "schema": "teirei/objective/v1",
        "objective": row.id,
        "display_name": row.display_name,
        "product": objective.product.as_ref().map(|product| product.slug.as_str()),
        "week": objective.week.to_string(),
        "as_of": objective.as_of.to_string(),
        "measured_until": objective.measured_until.to_string(),
        "live": true,
        "frozen": frozen,
        "status": row.status.as_str(),
        "target_ppm": row.target.0,
        "window": { "period": period(&row.period), "counts": sum(&row.sum) },
        "remaining_ppm": row.remaining.map(|share| share.0),
        "remaining_units": row.remaining_units.map(|units| units.normalize().to_string()),
        "seconds_per_unit": row.seconds_per_unit().map(|seconds| seconds.normalize().to_string()),
        "provisional": row.provisional,
        "conditions": objective.conditions.iter().map(|one| {
            condition(Language::English, one, &row.source, &TimeZone::UTC)
        }).collect::<Vec<_>>(),
        "last_data": row.last_data.map(|at| at.to_string()),
        "exhaustion": objective.exhaustion.map(exhaustion),
        "week_moved": objective.movement.map(|movement| json!({
            "before_ppm": movement.before.0,
            "spent_ppm": movement.spent.0,
            "recovered_ppm": movement.recovered.0,
        })),
        "burn_rates": objective.lookbacks.iter().map(lookback).collect::<Vec<_>>(),
        "attribution": {
            "incidents": objective.attribution.charges.iter().map(|one| charge(one, &share)).collect::<Vec<_>>(),
            "unattributed": objective.attribution.unattributed,
            "unattributed_ppm": share(objective.attribution.unattributed),
            "bad": objective.attribution.bad(),
        },
        "vendor": {
            "statements": page.vendor.comparisons.iter().map(said).collect::<Vec<_>>(),
            "exclusions": page.vendor.exclusions.iter().map(left_out).collect::<Vec<_>>(),
        },
        "weeks": objective.weeks.iter().map(week).collect::<Vec<_>>(),
        "versions": std::iter::once(&objective.objective).chain(&objective.earlier).map(version).collect::<Vec<_>>(),
    });
    format!("{document}\n")
}

fn said(one: &VendorComparison) -> Value {
    let statement = &one.statement;
    json!({
        "span": statement.span.as_str(),
        "period": period(&statement.period),
        "attainment_ppm": statement.attainment.map(|share| share.0),
        "budget_left_ppm": statement.budget_left.map(|share| share.0),
        "state": statement.state,
        "as_of": statement.as_of.to_string(),
        "ours_ppm": one.ours.map(|share| share.0),
        "difference_ppm": one.difference.map(|share| share.0),
        "differs": one.differs,
    })
}

fn left_out(one: &VendorExclusion) -> Value {
    json!({
        "id": one.id,
        "category": one.category,
        "description": one.description,
        "start": one.start.to_string(),
        "end": one.end.map(|end| end.to_string()),
        "rule": one.rule,
        "time_zone": one.time_zone,
    })
}

fn period(period: &Period) -> Value {
    json!({ "start": period.start.to_string(), "end": period.end.to_string() })
}

fn sum(sum: &SliSum) -> Value {
    json!({
        "good": sum.good,
        "total": sum.total,
        "samples_seen": sum.samples_seen,
        "samples_expected": sum.samples_expected,
        "buckets": sum.buckets,
    })
}

fn exhaustion(exhaustion: Exhaustion) -> Value {
    match exhaustion {
        Exhaustion::Now => json!({ "state": "exhausted" }),
        Exhaustion::In(seconds) => json!({ "state": "burning", "seconds": seconds }),
        Exhaustion::Never => json!({ "state": "calm" }),
    }
}

fn lookback(lookback: &Lookback) -> Value {
    json!({
        "period": period(&lookback.period),
        "counts": sum(&lookback.sum),
        "burn_rate_ppm": lookback.burn_rate.map(|rate| rate.0),
    })
}

fn charge(charge: &Charge, share: &dyn Fn(i64) -> Option<i64>) -> Value {
    json!({
        "source": charge.source,
        "external_id": charge.external_id,
        "title": charge.title,
        "impact": period(&charge.period),
        "bad": charge.bad,
        "share_ppm": share(charge.bad),
    })
}

fn week(week: &WeekOfObjective) -> Value {
    let budget = ErrorBudget::new(week.sum.good, week.sum.total, week.target);
    json!({
        "week": week.week.to_string(),
        "target_ppm": week.target.0,
        "counts": sum(&week.sum),
        "met": budget.map(|budget| budget.is_met()),
        "burn_rate_ppm": budget.and_then(|budget| budget.burn_rate()).map(|Ppm(rate)| rate),
    })
}

fn version(version: &Objective) -> Value {
    json!({
        "valid_from": version.valid_from.to_string(),
        "target_ppm": version.target.0,
        "source": version.source,
        "definition_hash": version.definition_hash,
    })
}

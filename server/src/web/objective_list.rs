//! `/objectives.json` and `.csv`: the chosen objectives of a week, and how their products stand.

use domain::objective_filter::ObjectiveFilter;
use domain::policy::ShipAction;
use domain::policy::verdict::ShipVerdict;
use domain::review::WeeklyReview;
use domain::review::objectives::ObjectiveRow;
use domain::rollup::{CompositeValue, Rollup, rollups};
use serde_json::{Value, json};

use crate::snapshot::csv;

/// One row an objective, worst first.
pub fn csv(review: &WeeklyReview, filter: &ObjectiveFilter) -> String {
    let mut text = String::from(
        "week,objective,display_name,product,environment,status,target_ppm,method,window_start,window_end,good,total,\
         remaining_ppm,remaining_units,burn_rate_ppm,coverage_ppm,missing_policy,exclusion_policy,excluded_seconds,\
         excluded_applied_seconds,provisional,source,last_data,reviewed_at\n",
    );
    let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    for row in filter.rows(review) {
        let cells = [
            review.week.to_string(),
            row.id.clone(),
            row.display_name.clone(),
            row.product.as_ref().map(ToString::to_string).unwrap_or_default(),
            row.environment.as_str().to_owned(),
            row.status.as_str().to_owned(),
            row.target.0.to_string(),
            row.method.as_str().to_owned(),
            row.period.start.to_string(),
            row.period.end.to_string(),
            row.sum.good.to_string(),
            row.sum.total.to_string(),
            number(row.remaining.map(|share| share.0)),
            row.remaining_units.map(|units| units.normalize().to_string()).unwrap_or_default(),
            number(row.burn_rate.map(|rate| rate.0)),
            number(row.sum.coverage().map(|share| share.0)),
            row.counting.missing.as_str().to_owned(),
            row.counting.exclusion.as_str().to_owned(),
            row.excluded.seconds.to_string(),
            row.excluded.applied_seconds.to_string(),
            row.provisional.to_string(),
            row.source.clone(),
            row.last_data.map(|at| at.to_string()).unwrap_or_default(),
            row.reviewed_at.map(|at| at.to_string()).unwrap_or_default(),
        ];
        csv::line(&mut text, cells.iter().map(String::as_str));
    }
    text
}

/// Objectives and products; shares are parts per million, durations seconds, times RFC 3339.
pub fn json(review: &WeeklyReview, filter: &ObjectiveFilter) -> String {
    let rows = filter.rows(review);
    let all: Vec<&ObjectiveRow> = review.objectives.iter().collect();
    let is_chosen = |rollup: &&Rollup| rows.iter().any(|row| row.product == rollup.product);
    let rollups = rollups(&all);
    let products: Vec<Value> =
        rollups.iter().filter(is_chosen).map(|rollup| product(review, rollup)).collect();
    let document = json!({
        "schema": "teirei/objectives/v1",
        "week": review.week.to_string(),
        "as_of": review.as_of.to_string(),
        "measured_until": review.measured_until.to_string(),
        "filter": {
            "status": filter.status.map(|status| status.as_str()),
            "product": filter.product,
            "owner": filter.owner,
            "source": filter.source,
        },
        "objectives": rows.iter().map(|row| objective(row)).collect::<Vec<_>>(),
        "products": products,
    });
    format!("{document}\n")
}

fn objective(row: &ObjectiveRow) -> Value {
    json!({
        "objective": row.id,
        "display_name": row.display_name,
        "product": row.product.as_ref().map(ToString::to_string),
        "environment": row.environment.as_str(),
        "status": row.status.as_str(),
        "target_ppm": row.target.0,
        "method": row.method.as_str(),
        "window": { "start": row.period.start.to_string(), "end": row.period.end.to_string() },
        "good": row.sum.good,
        "total": row.sum.total,
        "remaining_ppm": row.remaining.map(|share| share.0),
        "remaining_units": row.remaining_units.map(|units| units.normalize().to_string()),
        "burn_rate_ppm": row.burn_rate.map(|rate| rate.0),
        "coverage_ppm": row.sum.coverage().map(|share| share.0),
        "missing_policy": row.counting.missing.as_str(),
        "exclusion_policy": row.counting.exclusion.as_str(),
        "excluded": {
            "seconds": row.excluded.seconds,
            "applied_seconds": row.excluded.applied_seconds,
            "share_ppm": row.excluded.share.map(|share| share.0),
        },
        "provisional": row.provisional,
        "source": row.source,
        "last_data": row.last_data.map(|at| at.to_string()),
        "reviewed_at": row.reviewed_at.map(|at| at.to_string()),
    })
}

fn product(review: &WeeklyReview, rollup: &Rollup) -> Value {
    let verdict = rollup
        .product
        .as_ref()
        .and_then(|slug| review.verdicts.iter().find(|verdict| verdict.product == *slug));
    let sums = rollup.sums.iter().map(|sum| {
        json!({
            "environment": sum.environment.as_str(),
            "objectives": sum.objectives,
            "without_data": sum.missing,
            "good": sum.good,
            "total": sum.total,
            "remaining_ppm": sum.remaining.map(|share| share.0),
        })
    });
    let composites = rollup.composites.iter().map(|composite| {
        json!({
            "method": composite.method.as_str(),
            "environment": composite.environment.as_str(),
            "whole": composite.whole,
            "objectives": composite.objectives,
            "weights_ppm": composite.weights.iter().map(|weight| weight.0).collect::<Vec<_>>(),
            "share_ppm": match composite.value {
                CompositeValue::Share(share) => Some(share.0),
                _ => None,
            },
            "share_between_ppm": match composite.value {
                CompositeValue::Between(low, high) => Some([low.0, high.0]),
                _ => None,
            },
            "burn_rate_ppm": match composite.value {
                CompositeValue::BurnRate(rate) => Some(rate.0),
                _ => None,
            },
        })
    });
    json!({
        "product": rollup.product.as_ref().map(ToString::to_string),
        "may_ship": verdict.map(may_ship),
        "counts": {
            "breached": rollup.counts.breached,
            "risk": rollup.counts.risk,
            "nodata": rollup.counts.no_data,
            "ok": rollup.counts.ok,
        },
        "worst": rollup.worst,
        "worst_of_time": rollup.worst_of_time,
        "sums": sums.collect::<Vec<_>>(),
        "composites": composites.collect::<Vec<_>>(),
    })
}

/// `null` for what cannot be told; the product's own page says what is missing.
fn may_ship(verdict: &ShipVerdict) -> Value {
    json!({
        "action": verdict.action.map(ShipAction::as_str),
        "has_policy": !verdict.is_without_policy(),
        "decided_by": verdict.decider.as_ref().map(|decider| decider.objective.as_str()),
        "demands": verdict.demands.len(),
    })
}

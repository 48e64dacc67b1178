//! `/reviews/compare` as `.json` and `.csv`.

use app::backend::ComparisonPage;
use domain::cost::Metric;
use domain::finding::MatrixRow;
use domain::period_review::WeekKnown;
use domain::period_review::incidents::PeriodToll;
use domain::product::Slug;
use domain::review::actions::ReviewAction;
use domain::review::topics::ReviewDecision;
use domain::week_comparison::{ComparedWeek, CostCompared, ObjectiveSide, Sides, WeekComparison};
use serde_json::{Value, json};

use super::period_review::{Rows, amount, owner, toll};

/// What is judged, in the order of the columns of the exceptions.
const COLUMNS: [&str; MatrixRow::COLUMNS] =
    ["incidents", "error-budget", "cost", "postmortems", "actions", "data"];

/// The name of a file.
pub fn name(page: &ComparisonPage) -> String {
    let Sides { from, to } = page.comparison.weeks.map(|week| week.week);
    format!("{from}-and-{to}")
}

/// The whole value; amounts as decimal texts with their currency, shares in parts per million, durations in seconds.
pub fn json(page: &ComparisonPage) -> String {
    let comparison = &page.comparison;
    let exceptions = comparison.exceptions.iter().map(|one| {
        let sides = one.sides.map(|status| status.map(|status| status.as_str()));
        json!({
            "product": one.product.as_str(),
            "column": COLUMNS.get(one.column),
            "change": one.change.as_str(),
            "from": sides.from,
            "to": sides.to,
        })
    });
    let days = comparison.days.iter().map(|days| {
        json!({
            "source": days.source,
            "weekdays": days.positions.iter().map(|position| position + 1).collect::<Vec<_>>(),
            "from_days": days.known.from,
            "to_days": days.known.to,
        })
    });
    let objectives = comparison.objectives.iter().map(|one| {
        let sides = one.sides.map(|side| side.as_ref().map(objective));
        json!({
            "objective": one.id,
            "name": one.display_name,
            "product": one.product.as_ref().map(Slug::as_str),
            "changed": one.has_changed(),
            "from": sides.from,
            "to": sides.to,
        })
    });
    let incidents = comparison.incidents.iter().map(|one| {
        let sides = one.sides.map(|one| one.as_ref().map(toll));
        json!({ "product": one.product.as_ref().map(Slug::as_str), "from": sides.from, "to": sides.to })
    });
    let actions = |actions: &[ReviewAction]| actions.iter().map(action).collect::<Vec<_>>();
    let decisions = comparison.decisions.map(|made| made.iter().map(decision).collect::<Vec<_>>());
    let document = json!({
        "schema": "teirei/week-comparison/v1",
        "from": week(&comparison.weeks.from),
        "to": week(&comparison.weeks.to),
        "exceptions": exceptions.collect::<Vec<_>>(),
        "cost_days": days.collect::<Vec<_>>(),
        "cost": comparison.cost.iter().map(cost).collect::<Vec<_>>(),
        "objectives": objectives.collect::<Vec<_>>(),
        "incidents": incidents.collect::<Vec<_>>(),
        "actions": {
            "opened": actions(&comparison.actions.opened),
            "closed": actions(&comparison.actions.closed),
            "kept_open": actions(&comparison.actions.kept_open),
        },
        "decisions": { "from": decisions.from, "to": decisions.to },
    });
    format!("{document}\n")
}

fn week(week: &ComparedWeek) -> Value {
    let version = match week.known {
        WeekKnown::Frozen { version, .. } => Some(version),
        WeekKnown::Draft | WeekKnown::NotEnded => None,
    };
    json!({ "week": week.week.to_string(), "version": version, "as_of": week.as_of.to_string() })
}

fn cost(one: &CostCompared) -> Value {
    let (kind, name) = owner(&one.owner);
    let sides = one.amounts.map(|amounts| {
        amounts.map(
            |amounts| json!({ "billed": amount(amounts.billed), "effective": amount(amounts.effective) }),
        )
    });
    json!({ "owner": kind, "name": name, "currency": one.currency.code(), "from": sides.from, "to": sides.to })
}

fn objective(side: &ObjectiveSide) -> Value {
    json!({
        "status": side.status.as_str(),
        "target_ppm": side.target.0,
        "good": side.good,
        "total": side.total,
        "budget_left_ppm": side.remaining.map(|left| left.0),
    })
}

fn action(action: &ReviewAction) -> Value {
    json!({
        "number": action.id,
        "text": action.text,
        "owner": action.owner,
        "product": action.product.as_ref().map(Slug::as_str),
        "due_on": action.due_on.to_string(),
    })
}

fn decision(one: &ReviewDecision) -> Value {
    json!({
        "number": one.id,
        "text": one.text,
        "expects": one.expects,
        "product": one.product.as_ref().map(Slug::as_str),
        "look_again_on": one.look_again_on.to_string(),
    })
}

/// One row a number: of which table and thing it is, what it measures, what it was in each week, and its unit. An empty
/// cell is unknown.
pub fn csv(page: &ComparisonPage) -> String {
    let comparison = &page.comparison;
    let mut rows = Rows(String::new());
    rows.add(["table", "product", "item", "measure", "from", "to", "unit"]);
    for one in &comparison.exceptions {
        let sides = one.sides.map(|status| status.map_or("", |status| status.as_str()));
        let column = COLUMNS.get(one.column).copied().unwrap_or_default();
        rows.add(["exceptions", one.product.as_str(), column, one.change.as_str(), sides.from, sides.to, ""]);
    }
    for one in &comparison.cost {
        let (kind, name) = owner(&one.owner);
        let (product, item) =
            if kind == "product" { (name, "") } else { ("", if name.is_empty() { kind } else { name }) };
        for metric in Metric::ALL {
            let sides = one.amounts.map(|amounts| amounts.map(|amounts| amount(amounts.get(metric))));
            let [from, to] = [sides.from, sides.to].map(Option::unwrap_or_default);
            rows.add(["cost", product, item, metric.as_str(), &from, &to, one.currency.code()]);
        }
    }
    reliability(&mut rows, comparison);
    for (measure, actions) in [
        ("opened", &comparison.actions.opened),
        ("closed", &comparison.actions.closed),
        ("kept-open", &comparison.actions.kept_open),
    ] {
        for one in actions {
            let product = one.product.as_ref().map_or("", Slug::as_str);
            let due = one.due_on.to_string();
            let (from, to) = if measure == "opened" { ("", due.as_str()) } else { (due.as_str(), "") };
            let to = if measure == "kept-open" { due.as_str() } else { to };
            rows.add(["actions", product, &one.text, measure, from, to, "due"]);
        }
    }
    rows.0
}

fn reliability(rows: &mut Rows, comparison: &WeekComparison) {
    for one in &comparison.objectives {
        let product = one.product.as_ref().map_or("", Slug::as_str);
        let mut add = |measure: &str, unit: &str, of: &dyn Fn(&ObjectiveSide) -> String| {
            let sides = one.sides.map(|side| side.as_ref().map(of).unwrap_or_default());
            rows.add(["objectives", product, &one.id, measure, &sides.from, &sides.to, unit]);
        };
        add("status", "", &|side| side.status.as_str().to_owned());
        add("target", "ppm", &|side| side.target.0.to_string());
        add("good", "count", &|side| side.good.to_string());
        add("total", "count", &|side| side.total.to_string());
        add("budget-left", "ppm", &|side| side.remaining.map(|left| left.0.to_string()).unwrap_or_default());
    }
    for one in &comparison.incidents {
        let product = one.product.as_ref().map_or("", Slug::as_str);
        let mut add = |measure: &str, unit: &str, of: &dyn Fn(&PeriodToll) -> i64| {
            let sides =
                one.sides.map(|toll| toll.as_ref().map(|toll| of(toll).to_string()).unwrap_or_default());
            rows.add(["incidents", product, "", measure, &sides.from, &sides.to, unit]);
        };
        add("incidents", "count", &PeriodToll::incidents);
        add("union", "s", &|toll| toll.union_seconds);
        add("weighted", "s", &|toll| toll.weighted_seconds);
    }
}

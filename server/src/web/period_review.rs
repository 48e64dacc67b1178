//! `/reviews/four-weeks/{week}` and `/reviews/quarter/{quarter}` as `.json`, `.csv` and `.md`.

use app::backend::Backend;
use axum::http::header::LOCATION;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use domain::checklist::{ChecklistStanding, ItemState, LoadTest};
use domain::cost::{Metric, Owner};
use domain::money::{Currency, decimal_of_micros};
use domain::period_review::cost::{PeriodBudget, PeriodCost};
use domain::period_review::debt::{DebtKept, ReviewDebt, TechnicalDebt};
use domain::period_review::incidents::PeriodToll;
use domain::period_review::objectives::PeriodObjective;
use domain::period_review::promises::PeriodDecision;
use domain::period_review::span::{PeriodSpan, Quarter};
use domain::period_review::{PeriodReview, PeriodWeek, WeekKnown};
use domain::product::Slug;
use domain::review::actions::ReviewAction;
use domain::week::IsoWeek;
use serde_json::{Value, json};

use super::problem::Problem;
use crate::access::Door;
use crate::snapshot::csv;

/// The four weeks that end with the last week that has ended.
pub async fn newest_four_weeks(door: Door, uri: Uri) -> Response {
    newest(&door, &uri, PeriodSpan::FourWeeks).await
}

/// The calendar quarter of the last week that has ended.
pub async fn newest_quarter(door: Door, uri: Uri) -> Response {
    newest(&door, &uri, |week| PeriodSpan::Quarter(Quarter::of_week(week))).await
}

async fn newest(door: &Door, uri: &Uri, span: impl Fn(IsoWeek) -> PeriodSpan) -> Response {
    let week = match door.last_week().await {
        Ok(week) => week,
        Err(error) => return Problem::from(error).into_response(),
    };
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    (StatusCode::FOUND, [(LOCATION, format!("{}{query}", span(week).path()))]).into_response()
}

/// The word of a span in names of files.
pub fn name(review: &PeriodReview) -> String {
    match review.span {
        PeriodSpan::FourWeeks(week) => format!("four-weeks-{week}"),
        PeriodSpan::Quarter(quarter) => format!("quarter-{quarter}"),
    }
}

/// The whole value; amounts as decimal texts with their currency, shares in parts per million, durations in seconds.
pub fn json(review: &PeriodReview) -> String {
    let (first, last) = review.ends();
    let products = review
        .incidents
        .products
        .iter()
        .map(|(slug, one)| json!({ "product": slug.as_str(), "toll": toll(one) }));
    let document = json!({
        "schema": "teirei/period-review/v1",
        "kind": match review.span { PeriodSpan::FourWeeks(_) => "four-weeks", PeriodSpan::Quarter(_) => "quarter" },
        "quarter": match review.span {
            PeriodSpan::FourWeeks(_) => None,
            PeriodSpan::Quarter(quarter) => Some(quarter.to_string()),
        },
        "first_day": first.monday().to_string(),
        "last_day": last.sunday().to_string(),
        "as_of": review.as_of.to_string(),
        "measured_until": review.measured_until.to_string(),
        "time_zone": review.organization.time_zone,
        "weeks": review.weeks.iter().map(week).collect::<Vec<_>>(),
        "budgets": review.budgets.iter().map(budget).collect::<Vec<_>>(),
        "cost": review.costs.iter().map(|one| cost(review, one)).collect::<Vec<_>>(),
        "objectives": review.objectives.iter().map(|one| objective(review, one)).collect::<Vec<_>>(),
        "incidents": {
            "all": toll(&review.incidents.all),
            "products": products.collect::<Vec<_>>(),
            "weeks_without_source": review.incidents.unknown_weeks,
        },
        "deploys": review.deploys.as_ref().map(|failure| json!({
            "reached_production": failure.deploys,
            "failed": failure.failed,
            "change_failure_rate_ppm": failure.rate().map(|rate| rate.0),
        })),
        "actions": {
            "opened": review.actions.opened,
            "done": review.actions.done,
            "dropped": review.actions.dropped,
            "overdue": review.actions.overdue(),
            "open": review.actions.open.iter().map(action).collect::<Vec<_>>(),
        },
        "decisions": review.decisions.iter().map(decision).collect::<Vec<_>>(),
        "review_debt": review.review_debt.iter().map(review_debt).collect::<Vec<_>>(),
        "technical_debt": review.technical_debt.iter().map(technical_debt).collect::<Vec<_>>(),
        "checklists": review.checklists.iter().map(checklist).collect::<Vec<_>>(),
        "load_tests": review.load_tests.iter().map(load_test).collect::<Vec<_>>(),
    });
    format!("{document}\n")
}

fn week(week: &PeriodWeek) -> Value {
    let (known, version) = match week.known {
        WeekKnown::NotEnded => ("not-ended", None),
        WeekKnown::Draft => ("draft", None),
        WeekKnown::Frozen { version, .. } => ("frozen", Some(version)),
    };
    json!({ "week": week.week.to_string(), "known": known, "version": version, "cost_days": week.cost_days })
}

/// An exact decimal in units.
pub(super) fn amount(micros: i64) -> String {
    decimal_of_micros(micros).normalize().to_string()
}

fn money(micros: i64, currency: Currency) -> Value {
    json!({ "amount": amount(micros), "currency": currency.code() })
}

fn budget(budget: &PeriodBudget) -> Value {
    json!({
        "product": budget.product.as_str(),
        "spent": budget.spent.map(|spent| money(spent.micros, spent.currency)),
        "allowed": money(budget.allowed.micros, budget.allowed.currency),
        "tax": budget.tax.as_str(),
        "share_ppm": budget.share.map(|share| share.0),
        "status": budget.status.as_str(),
    })
}

/// The kind and the name of an owner.
pub(super) fn owner(owner: &Owner) -> (&'static str, &str) {
    match owner {
        Owner::Product(slug) => ("product", slug.as_str()),
        Owner::Shared(pool) => ("shared", pool),
        Owner::Unallocated => ("unallocated", ""),
    }
}

fn cost(review: &PeriodReview, cost: &PeriodCost) -> Value {
    let (kind, name) = owner(&cost.owner);
    let weeks = review.weeks.iter().zip(&cost.weeks).map(|(week, amounts)| {
        json!({
            "week": week.week.to_string(),
            "billed": amounts.map(|amounts| amount(amounts.billed)),
            "effective": amounts.map(|amounts| amount(amounts.effective)),
        })
    });
    json!({
        "owner": kind,
        "name": name,
        "currency": cost.currency.code(),
        "billed": amount(cost.sum.billed),
        "effective": amount(cost.sum.effective),
        "weeks": weeks.collect::<Vec<_>>(),
    })
}

fn objective(review: &PeriodReview, one: &PeriodObjective) -> Value {
    let weeks = review.weeks.iter().zip(&one.weeks).map(|(week, status)| {
        json!({ "week": week.week.to_string(), "status": status.map(|status| status.as_str()) })
    });
    json!({
        "objective": one.id,
        "name": one.display_name,
        "product": one.product.as_ref().map(Slug::as_str),
        "target_ppm": one.target.0,
        "target_changed": one.target_changed,
        "good": one.good,
        "total": one.total,
        "budget_left_ppm": one.budget().and_then(|budget| budget.remaining()).map(|left| left.0),
        "status": one.status.as_str(),
        "missed": one.missed.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "has_gaps": one.has_gaps,
        "weeks": weeks.collect::<Vec<_>>(),
    })
}

/// What broke, as counts and seconds.
pub(super) fn toll(toll: &PeriodToll) -> Value {
    let counts =
        toll.counts.iter().map(|(severity, count)| (severity.as_str().to_owned(), Value::from(*count)));
    json!({
        "incidents": toll.incidents(),
        "by_severity": Value::Object(counts.collect()),
        "union_seconds": toll.union_seconds,
        "weighted_seconds": toll.weighted_seconds,
    })
}

fn action(action: &ReviewAction) -> Value {
    json!({
        "number": action.id,
        "text": action.text,
        "owner": action.owner,
        "product": action.product.as_ref().map(Slug::as_str),
        "due_on": action.due_on.to_string(),
        "overdue_days": action.overdue_days,
        "carried": action.carried,
    })
}

fn decision(one: &PeriodDecision) -> Value {
    json!({
        "number": one.id,
        "text": one.text,
        "expects": one.expects,
        "product": one.product.as_ref().map(Slug::as_str),
        "week": one.week.to_string(),
        "look_again_on": one.looked_on.to_string(),
        "put_off_to": one.put_off_to.map(|day| day.to_string()),
        "result": one.result.map(|result| result.as_str()),
        "note": one.note,
    })
}

fn review_debt(one: &ReviewDebt) -> Value {
    json!({
        "objective": one.objective,
        "name": one.display_name,
        "product": one.product.as_ref().map(Slug::as_str),
        "owner": one.owner,
        "since": one.since.to_string(),
        "days": one.days,
        "never_reviewed": one.is_first,
    })
}

/// The word of the place where debt is written down, and its number there.
fn kept(kept: &DebtKept) -> (&'static str, Option<i64>) {
    match kept {
        DebtKept::Action(id) => ("action", Some(*id)),
        DebtKept::Topic(id) => ("topic", Some(*id)),
        DebtKept::Nowhere => ("nowhere", None),
    }
}

fn technical_debt(one: &TechnicalDebt) -> Value {
    let (place, number) = kept(&one.kept);
    json!({
        "kept": place,
        "number": number,
        "text": one.text,
        "owner": one.owner,
        "product": one.product,
        "since": one.since.to_string(),
        "due_on": one.due_on.map(|day| day.to_string()),
        "carried": one.carried,
        "repeats": one.repeats.iter().map(|key| key.word()).collect::<Vec<_>>(),
    })
}

fn checklist(one: &ChecklistStanding) -> Value {
    json!({
        "product": one.product.as_str(),
        "checklist": one.checklist.as_str(),
        "version": one.version,
        "answered_version": one.answered_version,
        "done": one.count(ItemState::Done),
        "not_done": one.count(ItemState::NotDone),
        "not_applicable": one.count(ItemState::NotApplicable),
        "unanswered": one.unanswered(),
        "new_items": one.new_items(),
        "completed_ppm": one.share().map(|share| share.0),
        "answered_at": one.answered_at.map(|at| at.to_string()),
    })
}

fn load_test(one: &LoadTest) -> Value {
    json!({
        "product": one.product.as_str(),
        "run_on": one.run_on.to_string(),
        "result": one.result,
        "link": one.link,
    })
}

/// One row a number: which table and thing it is of, of which week where it is of one, what it measures, and its unit.
/// What is unknown has no row.
pub fn csv(review: &PeriodReview) -> String {
    let mut rows = Rows(String::from("table,product,item,week,measure,value,unit\n"));
    for one in &review.costs {
        let (kind, name) = owner(&one.owner);
        let (product, item) =
            if kind == "product" { (name, "") } else { ("", if name.is_empty() { kind } else { name }) };
        for metric in Metric::ALL {
            let measure = metric.as_str();
            for (week, amounts) in review.weeks.iter().zip(&one.weeks) {
                let Some(amounts) = amounts else { continue };
                let (week, value) = (week.week.to_string(), amount(amounts.get(metric)));
                rows.add(["cost", product, item, &week, measure, &value, one.currency.code()]);
            }
            rows.add(["cost", product, item, "", measure, &amount(one.sum.get(metric)), one.currency.code()]);
        }
    }
    for one in &review.budgets {
        let (product, code) = (one.product.as_str(), one.allowed.currency.code());
        rows.add(["budgets", product, "", "", "allowed", &amount(one.allowed.micros), code]);
        if let Some(spent) = one.spent {
            rows.add(["budgets", product, "", "", "spent", &amount(spent.micros), code]);
        }
        rows.add(["budgets", product, "", "", "status", one.status.as_str(), ""]);
    }
    for one in &review.objectives {
        let product = one.product.as_ref().map_or("", Slug::as_str);
        let id = one.id.as_str();
        rows.add(["objectives", product, id, "", "good", &one.good.to_string(), "count"]);
        rows.add(["objectives", product, id, "", "total", &one.total.to_string(), "count"]);
        rows.add(["objectives", product, id, "", "target", &one.target.0.to_string(), "ppm"]);
        rows.add(["objectives", product, id, "", "status", one.status.as_str(), ""]);
        for (week, status) in review.weeks.iter().zip(&one.weeks) {
            let Some(status) = status else { continue };
            rows.add(["objectives", product, id, &week.week.to_string(), "status", status.as_str(), ""]);
        }
    }
    let products = review.incidents.products.iter().map(|(slug, toll)| (slug.as_str(), toll));
    for (product, toll) in std::iter::once(("", &review.incidents.all)).chain(products) {
        for (severity, count) in &toll.counts {
            rows.add(["incidents", product, severity.as_str(), "", "incidents", &count.to_string(), "count"]);
        }
        rows.add(["incidents", product, "", "", "union", &toll.union_seconds.to_string(), "s"]);
        rows.add(["incidents", product, "", "", "weighted", &toll.weighted_seconds.to_string(), "s"]);
    }
    if let Some(failure) = &review.deploys {
        rows.add(["deploys", "", "", "", "reached-production", &failure.deploys.to_string(), "count"]);
        rows.add(["deploys", "", "", "", "failed", &failure.failed.to_string(), "count"]);
    }
    promised(&mut rows, review);
    rows.0
}

fn promised(rows: &mut Rows, review: &PeriodReview) {
    let actions = &review.actions;
    let counts = [
        ("opened", actions.opened),
        ("done", actions.done),
        ("dropped", actions.dropped),
        ("open", actions.open.len()),
        ("overdue", actions.overdue()),
    ];
    for (measure, count) in counts {
        rows.add(["actions", "", "", "", measure, &count.to_string(), "count"]);
    }
    for one in &actions.open {
        let product = one.product.as_ref().map_or("", Slug::as_str);
        rows.add(["actions", product, &one.text, "", "overdue", &one.overdue_days.to_string(), "d"]);
        rows.add(["actions", product, &one.text, "", "carried", &one.carried.to_string(), "count"]);
    }
    for one in &review.decisions {
        let product = one.product.as_ref().map_or("", Slug::as_str);
        let result = one.result.map_or("pending", |result| result.as_str());
        rows.add(["decisions", product, &one.text, &one.week.to_string(), "result", result, ""]);
    }
    for one in &review.review_debt {
        let product = one.product.as_ref().map_or("", Slug::as_str);
        rows.add(["review-debt", product, &one.objective, "", "overdue", &one.days.to_string(), "d"]);
    }
    for one in &review.checklists {
        let (product, list) = (one.product.as_str(), one.checklist.as_str());
        for state in ItemState::ALL {
            let count = one.count(state).to_string();
            rows.add(["checklists", product, list, "", state.as_str(), &count, "count"]);
        }
        rows.add(["checklists", product, list, "", "unanswered", &one.unanswered().to_string(), "count"]);
        rows.add(["checklists", product, list, "", "new", &one.new_items().to_string(), "count"]);
    }
    for one in &review.technical_debt {
        let product = one.product.as_deref().unwrap_or("");
        rows.add(["technical-debt", product, &one.text, "", "since", &one.since.to_string(), ""]);
        rows.add([
            "technical-debt",
            product,
            &one.text,
            "",
            "repeats",
            &one.repeats.len().to_string(),
            "count",
        ]);
    }
}

/// The text as it grows.
pub(super) struct Rows(pub(super) String);

impl Rows {
    pub(super) fn add(&mut self, cells: [&str; 7]) {
        csv::line(&mut self.0, cells.into_iter());
    }
}

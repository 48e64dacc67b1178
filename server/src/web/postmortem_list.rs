//! `/incidents/postmortems.json` and `.csv`: the write-ups that are required, and how far they have come.

use app::backend::PostmortemListPage;
use domain::incident_merge::IncidentKey;
use domain::postmortem::duty::{Duty, Reason};
use domain::review::incidents::Postmortem as Standing;
use serde_json::{Value, json};

use crate::snapshot::csv;

fn key(duty: &Duty) -> IncidentKey {
    IncidentKey { source: duty.source.clone(), external_id: duty.external_id.clone() }
}

/// What asks for it, as a word for programs: what stands after a colon is the objective or the person.
fn reason(reason: &Reason) -> String {
    match reason {
        Reason::Severity(severity) => severity.as_str().to_owned(),
        Reason::Unclassified => "unclassified".to_owned(),
        Reason::Budget { objective, .. } => format!("budget:{objective}"),
        Reason::Flag(step) => format!("asked:{}", step.by),
    }
}

/// The word of a standing, as documents of reviews have it.
fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::NotRequired => "not-required",
        Standing::Missing => "missing",
        Standing::Draft => "draft",
        Standing::InReview => "in-review",
        Standing::Published => "published",
    }
}

/// One row a write-up, in the order of the page; days are of the organisation's zone.
pub fn csv(page: &PostmortemListPage) -> String {
    let mut text = String::from(
        "incident,title,product,severity,declared_at,required_by,due_on,standing,overdue,on_time,published_at\n",
    );
    for duty in &page.duties {
        let cells = [
            key(duty).word(),
            duty.title.clone(),
            duty.product.clone(),
            duty.severity.as_str().to_owned(),
            duty.declared_at.to_string(),
            duty.reasons.iter().map(reason).collect::<Vec<_>>().join(" "),
            duty.due.map(|due| due.on.to_string()).unwrap_or_default(),
            standing(duty.standing).to_owned(),
            duty.is_overdue(page.today).to_string(),
            duty.is_on_time().map(|on_time| on_time.to_string()).unwrap_or_default(),
            duty.published_at.map(|at| at.to_string()).unwrap_or_default(),
        ];
        csv::line(&mut text, cells.iter().map(String::as_str));
    }
    text
}

/// The write-ups and how well they are done; shares are parts per million, times RFC 3339.
pub fn json(page: &PostmortemListPage) -> String {
    let completion = &page.completion;
    let document = json!({
        "schema": "teirei/postmortems/v1",
        "as_of": page.as_of.to_string(),
        "today": page.today.to_string(),
        "completion": {
            "required": completion.required,
            "published": completion.published,
            "due": completion.due,
            "on_time": completion.on_time,
            "overdue": completion.overdue,
        },
        "postmortems": page.duties.iter().map(|duty| one(page, duty)).collect::<Vec<_>>(),
    });
    format!("{document}\n")
}

fn one(page: &PostmortemListPage, duty: &Duty) -> Value {
    let due = duty.due.map(|due| {
        json!({
            "on": due.on.to_string(),
            "from": due.from.to_string(),
            "days": due.days,
            "in_business_days": due.in_business_days,
            "calendar_reaches": due.is_covered,
        })
    });
    let reasons = duty.reasons.iter().map(|why| {
        let share = match why {
            Reason::Budget { share, .. } => Some(share.0),
            _ => None,
        };
        json!({ "reason": reason(why), "budget_share_ppm": share })
    });
    json!({
        "incident": key(duty).word(),
        "title": duty.title,
        "product": duty.product,
        "severity": duty.severity.as_str(),
        "declared_at": duty.declared_at.to_string(),
        "required_by": reasons.collect::<Vec<_>>(),
        "due": due,
        "standing": standing(duty.standing),
        "overdue": duty.is_overdue(page.today),
        "on_time": duty.is_on_time(),
        "published_at": duty.published_at.map(|at| at.to_string()),
    })
}

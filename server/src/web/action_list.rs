//! `/actions.json`, `.csv` and `.md`: the chosen promises of the register.

use app::backend::ActionsPage;
use domain::action::{Action, ActionMove};
use domain::action_filter::ActionFilter;
use domain::incident_merge::IncidentKey;
use domain::organization::Language;
use domain::product::Slug;
use domain::review::actions::ReviewAction;
use domain::tracker::TrackedIssue;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::snapshot::{csv, markdown};

fn chosen<'p>(page: &'p ActionsPage, filter: &ActionFilter) -> Vec<&'p Action> {
    page.actions.iter().filter(|action| filter.holds(action)).collect()
}

/// The promises with every step; days are of the organisation's zone, times RFC 3339.
pub fn json(page: &ActionsPage, filter: &ActionFilter) -> String {
    let zone = page.catalogue.organization.zone();
    let actions: Vec<Value> = chosen(page, filter)
        .into_iter()
        .map(|action| action_json(action, &page.frozen_at, page.today, &zone))
        .collect();
    let document = json!({
        "schema": "teirei/actions/v1",
        "as_of": page.as_of.to_string(),
        "today": page.today.to_string(),
        "filter": {
            "state": filter.state_word(),
            "product": filter.product,
            "owner": filter.owner,
            "incident": filter.incident,
        },
        "actions": actions,
    });
    format!("{document}\n")
}

/// One promise with every step; the same from the register and from the command line.
pub fn action_json(action: &Action, frozen: &[Timestamp], today: Date, zone: &TimeZone) -> Value {
    let terms = &action.terms;
    let made_on = zone.to_datetime(action.made_at).date();
    let steps = action.steps.iter().map(|step| {
        let due = match step.what {
            ActionMove::Redate(day) => Some(day.to_string()),
            _ => None,
        };
        json!({
            "what": step.what.as_str(),
            "due_on": due,
            "at": step.at.to_string(),
            "by": step.by,
            "note": step.note,
        })
    });
    json!({
        "number": action.id,
        "text": terms.text,
        "owner": terms.owner,
        "due_on": action.due_on().to_string(),
        "promised_for": terms.due_on.to_string(),
        "state": action.state().as_str(),
        "age_days": action.age_days(made_on, today),
        "overdue_days": action.overdue_days(today),
        "carried": action.carried(frozen),
        "product": terms.product.as_ref().map(Slug::as_str),
        "incident": terms.incident.as_ref().map(IncidentKey::word),
        "week": terms.week.map(|week| week.to_string()),
        "link": terms.link,
        "issue": action.issue.as_ref().map(issue_json),
        "made_at": action.made_at.to_string(),
        "made_by": action.made_by,
        "steps": steps.collect::<Vec<_>>(),
    })
}

/// The issue where the work is kept, as it was read last.
fn issue_json(issue: &TrackedIssue) -> Value {
    json!({
        "tracker": issue.tracker,
        "kind": issue.kind.as_str(),
        "reference": issue.reference,
        "state": issue.state.map(|state| state.as_str()),
        "title": issue.title,
        "assignee": issue.assignee,
        "closed_at": issue.closed_at.map(|at| at.to_string()),
        "read_at": issue.read_at.map(|at| at.to_string()),
        "fault": issue.fault.map(|fault| fault.as_str()),
    })
}

/// One row a promise, in the order of the page.
pub fn csv(page: &ActionsPage, filter: &ActionFilter) -> String {
    let zone = page.catalogue.organization.zone();
    let mut text = String::from(
        "number,state,due_on,promised_for,overdue_days,age_days,carried,redates,owner,product,incident,week,text,link,\
         made_at,made_by,closed_at,issue,issue_state,issue_closed_at,issue_fault\n",
    );
    for action in chosen(page, filter) {
        let (terms, issue) = (&action.terms, action.issue.as_ref());
        let made_on = zone.to_datetime(action.made_at).date();
        let cells = [
            action.id.to_string(),
            action.state().to_string(),
            action.due_on().to_string(),
            terms.due_on.to_string(),
            action.overdue_days(page.today).to_string(),
            action.age_days(made_on, page.today).to_string(),
            action.carried(&page.frozen_at).to_string(),
            action.redates().to_string(),
            terms.owner.clone(),
            terms.product.as_ref().map(ToString::to_string).unwrap_or_default(),
            terms.incident.as_ref().map(IncidentKey::word).unwrap_or_default(),
            terms.week.map(|week| week.to_string()).unwrap_or_default(),
            terms.text.clone(),
            terms.link.clone().unwrap_or_default(),
            action.made_at.to_string(),
            action.made_by.clone(),
            action.closed_at().map(|at| at.to_string()).unwrap_or_default(),
            issue.map(|issue| issue.reference.clone()).unwrap_or_default(),
            issue.and_then(|issue| issue.state).map(|state| state.to_string()).unwrap_or_default(),
            issue.and_then(|issue| issue.closed_at).map(|at| at.to_string()).unwrap_or_default(),
            issue.and_then(|issue| issue.fault).map(|fault| fault.to_string()).unwrap_or_default(),
        ];
        csv::line(&mut text, cells.iter().map(String::as_str));
    }
    text
}

/// The list for a chat or a ticket, with the sentences of the minutes.
pub fn markdown(page: &ActionsPage, filter: &ActionFilter, language: Language) -> String {
    let zone = page.catalogue.organization.zone();
    let actions: Vec<ReviewAction> = chosen(page, filter)
        .into_iter()
        .map(|action| {
            let made_on = zone.to_datetime(action.made_at).date();
            ReviewAction::of(action, made_on, page.today, &page.frozen_at)
        })
        .collect();
    markdown::register(&page.catalogue, &actions, language)
}

//! Small JSON documents beside the snapshot: what was restated, how the imports stand; and the tables
//! of one product.

use std::collections::BTreeMap;

use app::backend::{DeployImports, FrozenVersion, ImportsPage, IncidentChange, Restated};
use domain::cost::{Metric, Owner};
use domain::deploy::{DeployName, DeploySource};
use domain::hook::{HookRemark, HookState, PollState};
use domain::money::{Currency, Money, decimal_of_micros};
use domain::rejection::Gravity;
use domain::silence::Habit;
use domain::tracker::TrackerState;
use domain::week::IsoWeek;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

/// `…/restatements.json`: what differs at `as_of` from a frozen version.
pub fn restatements(
    week: IsoWeek,
    version: &FrozenVersion,
    as_of: Timestamp,
    restated: &[Restated],
) -> String {
    let document = json!({
        "schema": "teirei/restatements/v1",
        "week": week.to_string(),
        "version": version.version,
        "hash": version.hash,
        "frozen_at": version.frozen_at.to_string(),
        "compared_at": as_of.to_string(),
        "changes": format!("/imports/restatements?week={week}&version={}", version.version),
        "restatements": restated.iter().map(restatement).collect::<Vec<_>>(),
    });
    text_of(&document)
}

fn restatement(restated: &Restated) -> Value {
    match restated {
        Restated::Cost { owner, place, currency, metric, difference, completes } => json!({
            "kind": "cost",
            "owner": owner.as_ref().map(owner_of),
            "source": place.as_ref().map(|(source, _)| source),
            "month": place.as_ref().map(|(_, month)| month.to_string()),
            "metric": metric.as_str(),
            "difference": money(*difference, *currency),
            "completes": completes,
        }),
        Restated::Moved { owner, place: (source, month), currency, metric, difference } => json!({
            "kind": "moved",
            "owner": owner_of(owner),
            "source": source,
            "month": month.to_string(),
            "metric": metric.as_str(),
            "difference": money(*difference, *currency),
        }),
        Restated::Objective { id, frozen, now, completes } => json!({
            "kind": "objective",
            "id": id,
            "frozen": { "good": frozen.0, "total": frozen.1 },
            "now": { "good": now.0, "total": now.1 },
            "completes": completes,
        }),
        Restated::Note { place, frozen, now } => json!({
            "kind": "note",
            "place": place.to_string(),
            "frozen": frozen,
            "now": now,
        }),
        Restated::Incident { external_id, title, what } => json!({
            "kind": "incident",
            "id": external_id,
            "title": title,
            "what": match what {
                IncidentChange::Added => "added",
                IncidentChange::Changed => "changed",
                IncidentChange::Removed => "removed",
            },
        }),
    }
}

fn owner_of(owner: &Owner) -> Value {
    match owner {
        Owner::Product(slug) => json!({ "kind": "product", "name": slug.as_str() }),
        Owner::Shared(pool) => json!({ "kind": "shared", "name": pool }),
        Owner::Unallocated => json!({ "kind": "unallocated" }),
    }
}

fn money(micros: i64, currency: Currency) -> Value {
    let amount = Money { micros, currency }.decimal();
    json!({ "amount": amount.to_string(), "currency": currency.code() })
}

/// `/imports.json`: freshness, coverage, control totals and remarks.
pub fn imports(page: &ImportsPage) -> String {
    let sources = page.sources.iter().map(|state| {
        json!({
            "source": state.name,
            "kind": state.kind.as_str(),
            "received_at": state.received_at.to_string(),
            "first_day": printed(state.first_day),
            "last_day": printed(state.last_day),
            "period_end": printed(state.period_end),
            "last_instant": printed(state.last_instant),
        })
    });
    let totals = page.control_totals.iter().map(|total| {
        let exact = |metric: Metric| {
            let amount = match metric {
                Metric::Billed => total.billed,
                Metric::Effective => total.effective,
            };
            json!({ "amount": amount.to_string(), "currency": total.scope.currency.code() })
        };
        json!({
            "source": total.scope.source,
            "billing_account": total.scope.billing_account,
            "period_start": total.scope.period_start.to_string(),
            "period_end": total.scope.period_end.to_string(),
            "rows": total.rows,
            "billed": exact(Metric::Billed),
            "effective": exact(Metric::Effective),
        })
    });
    let accounts = page.unknown_accounts.iter().map(|account| {
        json!({
            "source": account.source,
            "id": account.id,
            "name": account.name,
            "last_day": account.last_day.to_string(),
            "state": account.cloud.as_ref().map(|cloud| &cloud.state),
            "path": account.cloud.as_ref().map(|cloud| &cloud.path),
            "tags": account.cloud.as_ref().map(|cloud| cloud.tags.iter().cloned().collect::<BTreeMap<_, _>>()),
        })
    });
    let exports = page.exports.iter().map(|period| {
        json!({
            "source": period.source,
            "month": period.month.strftime("%Y-%m").to_string(),
            "files": period.files,
            "bytes": period.bytes,
            "rows": period.rows,
            "read_at": period.read_at.to_string(),
        })
    });
    let requests = page.requests.iter().map(|day| {
        json!({
            "source": day.source,
            "day": day.day.to_string(),
            "asked": day.asked,
            "answered": day.answered,
            "price": { "amount": decimal_of_micros(day.price_micros()).to_string(), "currency": "USD" },
        })
    });
    let issues = page.issues.iter().map(|issue| {
        json!({
            "source": issue.source,
            "seen_at": issue.at.to_string(),
            "file": issue.file,
            "line": issue.line,
            "column": issue.column,
            "rule": issue.rule,
            "what": issue.what,
            "mend": issue.mend,
            "gravity": match issue.gravity {
                Gravity::Warning => "warning",
                Gravity::Rejected => "rejected",
            },
        })
    });
    let notices = page.notices.iter().map(|notice| {
        json!({
            "id": notice.id,
            "kind": notice.kind.as_str(),
            "product": notice.product.as_ref().map(ToString::to_string),
            "channel": notice.channel,
            "title": notice.title,
            "text": notice.body,
            "state": notice.state.as_str(),
            "created_at": notice.created_at.to_string(),
            "due_at": notice.due_at.to_string(),
            "changed_at": notice.changed_at.to_string(),
            "attempts": notice.attempts,
            "reason": notice.reason,
        })
    });
    let document = json!({
        "schema": "teirei/imports/v1",
        "as_of": page.as_of.to_string(),
        "time_zone": page.time_zone,
        "sources": sources.collect::<Vec<_>>(),
        "control_totals": totals.collect::<Vec<_>>(),
        "unknown_accounts": accounts.collect::<Vec<_>>(),
        "exports": exports.collect::<Vec<_>>(),
        "requests": requests.collect::<Vec<_>>(),
        "issues": issues.collect::<Vec<_>>(),
        "notices": notices.collect::<Vec<_>>(),
        "hooks": page.hooks.iter().map(|state| hook(state, &page.habits)).collect::<Vec<_>>(),
        "polls": page.polls.iter().map(|state| poll(state, page.as_of)).collect::<Vec<_>>(),
        "trackers": page.trackers.iter().map(tracker).collect::<Vec<_>>(),
        "deploys": deploys(&page.deploys),
        "hook_faults": page.hook_remarks.iter().map(hook_fault).collect::<Vec<_>>(),
    });
    text_of(&document)
}

fn deploys(deploys: &DeployImports) -> Value {
    let source = |one: &DeploySource| json!({ "source": one.source, "deploys": one.deploys, "finished_at": one.finished_at.to_string() });
    let name = |one: &DeployName| {
        json!({
            "source": one.source,
            "product": one.product,
            "repository": one.repository,
            "deploys": one.deploys,
            "finished_at": one.finished_at.to_string(),
        })
    };
    json!({
        "sources": deploys.sources.iter().map(source).collect::<Vec<_>>(),
        "unmapped": deploys.unmapped.iter().map(name).collect::<Vec<_>>(),
    })
}

fn printed(value: Option<impl ToString>) -> Option<String> {
    value.map(|value| value.to_string())
}

fn text_of(document: &impl Serialize) -> String {
    // Values without maps of foreign keys always have a text.
    let mut text = serde_json::to_string(document).unwrap_or_default();
    text.push('\n');
    text
}

fn poll(state: &PollState, now: Timestamp) -> Value {
    json!({
        "source": state.source,
        "kept_as": state.log,
        "changed_through": state.changed_through.to_string(),
        "history_from": printed(state.history_from),
        "finished_at": printed(state.finished_at),
        "requests": state.requests,
        "is_late": state.is_late(now),
        "failure": state.failure.as_ref().map(|(_, what)| what),
    })
}

fn tracker(state: &TrackerState) -> Value {
    json!({
        "tracker": state.tracker,
        "kind": state.kind.as_str(),
        "finished_at": printed(state.finished_at),
        "issues": state.issues,
        "faults": state.faults,
        "requests": state.requests,
        "failure": state.failure.as_ref().map(|(_, what)| what),
    })
}

fn hook(state: &HookState, habits: &[(String, Habit)]) -> Value {
    let habit = habits.iter().find(|(source, _)| *source == state.source).map(|(_, habit)| habit);
    let allowed = habit.and_then(|habit| match habit {
        Habit::Unknown => None,
        Habit::Allows { silence, .. } => Some(silence.as_secs()),
    });
    json!({
        "silence_allowed": allowed,
        "is_silent": allowed.and(habit).map(Habit::is_broken),
        "source": state.source,
        "messages": state.messages,
        "waiting": state.waiting,
        "received_at": state.received_at.to_string(),
    })
}

fn hook_fault(remark: &HookRemark) -> Value {
    json!({
        "source": remark.source,
        "message": remark.number,
        "received_at": remark.received_at.to_string(),
        "rule": remark.fault.rule,
        "what": remark.fault.what,
        "mend": remark.fault.mend,
    })
}

//! Whether products may ship, and what their policies demand.

use domain::policy::demand::Demand;
use domain::policy::verdict::{Gap, ShipVerdict};

use super::{Cell, Table};

/// One row a product; `action` is empty where it cannot be told, and `gaps` says why.
pub(super) fn verdicts(verdicts: &[ShipVerdict]) -> Table {
    let columns = [
        "product",
        "action",
        "note",
        "objective",
        "remaining_ppm",
        "gaps",
        "approved_on",
        "revisit_on",
        "provisional",
    ];
    let rows = verdicts.iter().map(|verdict| {
        let decider = verdict.decider.as_ref();
        let gaps: Vec<String> = verdict.gaps.iter().map(gap).collect();
        [
            Cell::plain(&verdict.product),
            Cell::optional(verdict.action.map(|action| action.as_str())),
            Cell::text(&verdict.note),
            Cell::optional_text(decider.map(|decider| decider.objective.as_str())),
            Cell::optional(decider.and_then(|decider| decider.remaining).map(|left| left.0)),
            Cell::text(&gaps.join(" ")),
            Cell::optional(verdict.approved_on),
            Cell::optional(verdict.revisit_on),
            Cell::plain(verdict.provisional),
        ]
    });
    Table::new("verdicts", columns, rows)
}

/// What is missing for an answer, as `kind` or `kind=objective`.
fn gap(gap: &Gap) -> String {
    match gap {
        Gap::Policy => "policy".to_owned(),
        Gap::Approval => "approval".to_owned(),
        Gap::Objectives => "objectives".to_owned(),
        Gap::Objective(objective) => format!("objective={objective}"),
        Gap::Counts { objective, .. } => format!("counts={objective}"),
        Gap::Budget(objective) => format!("budget={objective}"),
    }
}

/// One row for each thing that a policy demands: a postmortem of an incident, or a cause on the quarterly plan.
pub(super) fn demands(verdicts: &[ShipVerdict]) -> Table {
    let columns = ["product", "demand", "objective", "incident", "cause", "share_ppm"];
    let rows = verdicts.iter().flat_map(|verdict| {
        verdict.demands.iter().map(|demand| {
            let (kind, objective, incident, cause, share) = match demand {
                Demand::Postmortem { objective, incident, share, .. } => {
                    ("postmortem", objective, Some(incident.as_str()), None, share)
                }
                Demand::QuarterlyPriority { objective, cause, share } => {
                    ("quarterly-priority", objective, None, Some(cause.as_str()), share)
                }
            };
            [
                Cell::plain(&verdict.product),
                Cell::plain(kind),
                Cell::text(objective),
                Cell::optional_text(incident),
                Cell::optional_text(cause),
                Cell::plain(share.0),
            ]
        })
    });
    Table::new("demands", columns, rows)
}

//! What people promised.

use domain::review::actions::{ActionSection, ReviewAction};

use super::{Cell, Table, shared};

/// One row a promise: those carried over, then those that the meeting made. Columns of issues are there where any
/// promise has one: a file of a week that was frozen before stays as it was.
pub(super) fn actions(section: &ActionSection) -> Table {
    let columns = [
        "list",
        "id",
        "state",
        "status",
        "due_on",
        "overdue_days",
        "age_days",
        "carried",
        "redates",
        "owner",
        "product",
        "incident",
        "text",
        "link",
    ];
    let lists = [("carried", &section.carried), ("made", &section.made)];
    let all = lists.into_iter().flat_map(|(list, actions)| actions.iter().map(move |action| (list, action)));
    let mut table = Table::new("actions", columns, all.clone().map(|(list, action)| row(list, action)));
    if all.clone().any(|(_, action)| action.issue.is_some()) {
        table.columns.extend(["issue", "issue_state", "issue_closed_at", "issue_read_at", "issue_fault"]);
        for (row, (_, action)) in table.rows.iter_mut().zip(all) {
            row.extend(issue(action));
        }
    }
    table
}

/// The issue where the work is kept, as it was read last.
fn issue(action: &ReviewAction) -> [Cell; 5] {
    let Some(issue) = &action.issue else { return Default::default() };
    [
        Cell::text(&issue.reference),
        Cell::optional(issue.state),
        Cell::optional(issue.closed_at),
        Cell::optional(issue.read_at),
        Cell::optional(issue.fault),
    ]
}

fn row(list: &'static str, action: &ReviewAction) -> [Cell; 14] {
    let incident = action.incident.as_ref().map(|key| format!("{}~{}", key.source, key.external_id));
    [
        Cell::plain(list),
        Cell::plain(action.id),
        shared::word(&action.state),
        shared::word(&action.status),
        Cell::plain(action.due_on),
        Cell::plain(action.overdue_days),
        Cell::plain(action.age_days),
        Cell::plain(action.carried),
        Cell::plain(action.redates),
        Cell::text(&action.owner),
        Cell::optional(action.product.as_ref()),
        Cell::optional_text(incident.as_deref()),
        Cell::text(&action.text),
        Cell::optional_text(action.link.as_deref()),
    ]
}

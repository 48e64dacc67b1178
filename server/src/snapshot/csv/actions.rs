//! What people promised.

use domain::review::actions::{ActionSection, ReviewAction};

use super::{Cell, Table, shared};

/// One row a promise: those carried over, then those that the meeting made.
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
    let rows =
        lists.into_iter().flat_map(|(list, actions)| actions.iter().map(move |action| row(list, action)));
    Table::new("actions", columns, rows)
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

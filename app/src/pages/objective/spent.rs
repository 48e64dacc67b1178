//! What spent the budget of the window: incidents, and what none of them explains.

use domain::attribution::Charge;
use leptos::prelude::*;

use super::ObjectiveView;
use crate::components::empty::empty;
use crate::components::table::table;
use crate::components::when;
use crate::texts::{format, sentences};

pub(super) fn body(view: &ObjectiveView<'_>) -> AnyView {
    let (words, objective) = (view.review.words, view.objective);
    let Some(budget) = objective.budget() else {
        return empty(words.objective_nothing_spent, "", "").into_any();
    };
    let share =
        |bad: i64| budget.spent_by(bad).map_or_else(|| "–".to_owned(), |share| format::percent(share, 1));
    let charges =
        objective.attribution.charges.iter().map(|charge| charge_row(view, charge, &share)).collect_view();
    let rest = objective.attribution.unattributed;
    let rows = view! {
        {charges}
        <tr class="aside">
            <th scope="row">{words.objective_unattributed}</th>
            <td></td>
            <td class="num" data-label=words.objective_failed>{view.units(rest)}</td>
            <td class="num" data-label=words.objective_of_budget>{share(rest)}</td>
        </tr>
        <tr class="total">
            <th scope="row">{words.objective_all_failures}</th>
            <td></td>
            <td class="num" data-label=words.objective_failed>{view.units(budget.bad())}</td>
            <td class="num" data-label=words.objective_of_budget>{share(budget.bad())}</td>
        </tr>
    };
    let columns = [
        (words.incident, false),
        (words.started, false),
        (words.objective_failed, true),
        (words.objective_of_budget, true),
    ];
    view! {
        {table(words.objective_spent_label, &columns, rows.into_any())}
        <p class="note">{sentences::attribution_method(view.review.language)}</p>
    }
    .into_any()
}

fn charge_row(
    view: &ObjectiveView<'_>,
    charge: &Charge,
    share: &dyn Fn(i64) -> String,
) -> impl IntoView + use<> {
    let words = view.review.words;
    let title = match &charge.url {
        Some(url) => {
            view! { <a href=url.clone() rel="noopener noreferrer">{charge.title.clone()}</a> }.into_any()
        }
        None => charge.title.clone().into_any(),
    };
    view! {
        <tr id=format!("incident-{}", charge.external_id)>
            <th scope="row">{title}<small>{charge.external_id.clone()}</small></th>
            <td data-label=words.started>{when::instant(charge.period.start, &view.review.zone, view.review.language)}</td>
            <td class="num" data-label=words.objective_failed>{view.units(charge.bad)}</td>
            <td class="num" data-label=words.objective_of_budget>{share(charge.bad)}</td>
        </tr>
    }
}

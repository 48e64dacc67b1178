//! Production, staging and throwaway environments apart, whatever the cost is told apart by below.

use domain::product_cost::environments::EnvironmentCost;
use domain::product_cost::selection::Dimension;
use leptos::prelude::*;

use super::CostPageView;
use crate::components::amount::cell;
use crate::components::section::scroller;
use crate::texts::format;

/// One line an environment; nothing where all of it ran in one.
pub(super) fn body(view: &CostPageView<'_>) -> Option<AnyView> {
    let (words, currency) = (view.words, view.cost.view.currency);
    let row = |one: &EnvironmentCost| {
        let href = view.value(&[(Dimension::Environment, one.environment.as_str())]);
        view! {
            <tr>
                <th scope="row"><a href=href>{words.environment(one.environment)}</a></th>
                <td class="num" data-label=words.this_week>{cell(one.change.after, currency)}</td>
                <td class="num" data-label=words.previous_week>{cell(one.change.before, currency)}</td>
                <td class="num" data-label=words.difference>{one.change.difference().map(|value| format::signed_cell(value, currency))}</td>
            </tr>
        }
    };
    let rows: Vec<_> = view.cost.environments.iter().map(row).collect();
    let code = currency.code();
    let table = view! {
        <table class="stack">
            <caption>{words.by_environment}</caption>
            <thead>
                <tr>
                    <th scope="col">{words.environment}</th>
                    <th scope="col" class="num">{words.this_week}" "{code}</th>
                    <th scope="col" class="num">{words.previous_week}" "{code}</th>
                    <th scope="col" class="num">{words.difference}" "{code}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    };
    (view.cost.environments.len() > 1).then(|| scroller(words.by_environment, table.into_any()).into_any())
}

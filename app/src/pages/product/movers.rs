//! What moved inside a product, and thirteen weeks of its services.

use charts::movers::Movers;
use domain::cost::Owner;
use domain::money::Money;
use domain::product_review::ProductReview;
use domain::review::cost::{CostTableRow, gates};
use leptos::prelude::*;

use crate::components::amount::cell;
use crate::components::empty::empty;
use crate::components::panels::{Heading, figure, panel};
use crate::pages::product::unusual;
use crate::pages::review::{ReviewView, cost, pools};
use crate::texts::{format, sentences};
use crate::ui::raw::Chart;

/// How many services have a panel.
const PANELS: usize = 6;

pub(super) fn body(view: &ReviewView<'_>, product: &ProductReview) -> AnyView {
    let words = view.words;
    if !view.review.cost.has_data() {
        return empty(words.empty_cost, words.empty_cost_do, "teirei import cost FILE").into_any();
    }
    view! { {movers(view, product)}{cost::unconverted(view)}{pools::of_product(view)}{unusual::events(view, product)}{services(view)} }
        .into_any()
}

fn movers(view: &ReviewView<'_>, product: &ProductReview) -> AnyView {
    let table = &view.table;
    let currency = table.view.currency;
    let organization = &product.organization;
    let total = table.total.change;
    let gates =
        gates(organization, total.after.unwrap_or(0), organization.thresholds.change_amount_of_product);
    let rows = table.movers.iter().map(|mover| {
        let mut mover = mover.clone();
        mover.movement = mover.change.movement(&gates);
        let label = match mover.owner {
            Owner::Unallocated => view.words.share_of_pools.to_owned(),
            _ => mover.service.clone(),
        };
        cost::bar(view, &mover, label, String::new())
    });
    let chart = Movers {
        id: "product-movers".to_owned(),
        title: view.words.movers_title.to_owned(),
        description: view.words.movers_description.to_owned(),
        rows: rows.collect(),
    };
    let share = total.share().map_or_else(|| view.words.new.to_owned(), format::percent_change);
    let flat = total.movement(&gates) == domain::change::Movement::Flat;
    let difference = Money { micros: cost::total_difference(view), currency };
    let sentence = sentences::movers_sentence(view.language, &format::money_signed(difference), &share, flat);
    view! {
        <figure class="chart">
            <figcaption>{sentence}" "{cost::caption(view)}</figcaption>
            <Chart svg=chart.svg()/>
            {services_table(view)}
        </figure>
    }
    .into_any()
}

/// The name of a service's row; the table carries services as pools of a section of its own, and shares of
/// pools as what nobody took.
fn service_name(view: &ReviewView<'_>, owner: &Owner) -> String {
    match owner {
        Owner::Shared(name) => name.clone(),
        Owner::Product(slug) => slug.to_string(),
        Owner::Unallocated => view.words.share_of_pools.to_owned(),
    }
}

fn services_table(view: &ReviewView<'_>) -> AnyView {
    let (words, currency) = (view.words, view.table.view.currency);
    let rows = view
        .table
        .rows
        .iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row">{service_name(view, &row.owner)}</th>
                    <td class="num">{cell(row.change.after, currency)}</td>
                    <td class="num">{cell(row.change.before, currency)}</td>
                    <td class="num">{row.change.difference().map(|value| format::signed_cell(value, currency))}</td>
                </tr>
            }
        })
        .collect_view();
    let code = currency.code().to_owned();
    view! {
        <details class="data">
            <summary>{words.value_table}</summary>
            <div class="scroll">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{words.service}</th>
                            <th scope="col" class="num">{words.this_week}" "{code.clone()}</th>
                            <th scope="col" class="num">{words.previous_week}" "{code.clone()}</th>
                            <th scope="col" class="num">{words.difference}" "{code}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {rows}
                        <tr class="total">
                            <th scope="row">{words.total_bill}</th>
                            <td class="num">{cell(view.table.total.change.after, currency)}</td>
                            <td class="num">{cell(view.table.total.change.before, currency)}</td>
                            <td class="num">{format::signed_cell(cost::total_difference(view), currency)}</td>
                        </tr>
                    </tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

fn services(view: &ReviewView<'_>) -> AnyView {
    let written = (view.table.view.currency, view.language);
    let panel_of = |row: &CostTableRow| {
        panel(service_name(view, &row.owner), row.change.after, row.history.clone(), written)
    };
    let heading = Heading {
        id: "services",
        title: view.words.services_title,
        description: view.words.services_description,
        partial_last: view.review.cost.compared_days() < 7,
    };
    figure(&heading, view.table.rows.iter().take(PANELS).map(panel_of).collect(), written)
}

//! How each product fared.

use domain::incident_statistics::ProductFigures;
use leptos::prelude::*;

use super::StatisticsView;
use crate::components::table::table as plain_table;
use crate::context::segment;
use crate::texts::{format, statistics_sentences as sentences};

/// A row for each product with an incident; nothing on a product's own page or where there is one product.
pub(super) fn table(view: &StatisticsView<'_>) -> Option<AnyView> {
    let words = view.words;
    let products = &view.statistics.products;
    if view.page.request.product.is_some() || products.len() < 2 {
        return None;
    }
    let rows = products.iter().map(|one| row(view, one)).collect_view();
    let columns = [
        (words.product, false),
        (words.count, true),
        (words.impact, true),
        (words.availability, true),
        (words.between, true),
    ];
    Some(plain_table(words.products_table, &columns, rows.into_any()))
}

fn row(view: &StatisticsView<'_>, figures: &ProductFigures) -> AnyView {
    let (words, impact) = (view.words, &figures.impact);
    let name = view.product_name(&figures.name);
    let window = view.page.request.window_query();
    let name = match &figures.product {
        Some(slug) => {
            let query: Vec<(&str, &str)> =
                window.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let href = view.context.go(&format!("/products/{}/incidents", segment(slug.as_str())), &query);
            view! { <a href=href>{name}</a> }.into_any()
        }
        None => view! { {name}<small>{words.unmapped}</small> }.into_any(),
    };
    let availability = impact.availability().map_or("–".to_owned(), |share| format::percent(share, 4));
    let between = match impact.seconds_between() {
        Some(seconds) => sentences::seconds(view.language, seconds),
        None => sentences::at_least(view.language, &sentences::seconds(view.language, impact.window_seconds)),
    };
    view! {
        <tr>
            <th scope="row" class="full">{name}</th>
            <td class="num" data-label=words.count>{figures.declared}</td>
            <td class="num" data-label=words.impact>
                {format::minutes(impact.weighted_seconds(), view.language)}
            </td>
            <td class="num" data-label=words.availability>{availability}</td>
            <td class="num" data-label=words.between>{between}</td>
        </tr>
    }
    .into_any()
}

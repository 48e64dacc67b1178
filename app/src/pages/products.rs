//! `/products`: every product with how it stands in a week, and the sums of their groups; with `?group=` one group.

mod groups;

use leptos::prelude::*;

use crate::components::empty::empty;
use crate::components::mark::marked_word;
use crate::pages::review::ReviewView;
use crate::pages::week_page::{WeekPage, show};

/// The page.
#[component]
pub fn ProductsPage() -> impl IntoView {
    show(WeekPage {
        path: "/products",
        id: "products",
        words: |words| [words.products_title, words.products_title, words.products_question],
        body,
    })
}

fn body(view: &ReviewView<'_>) -> AnyView {
    let words = view.words;
    if view.review.products.is_empty() {
        return empty(words.empty_products, words.empty_products_do, "teirei catalog apply catalogue.toml")
            .into_any();
    }
    match view.context.parameter("group") {
        Some(word) => groups::one(view, word),
        None => view! { {groups::all(view)}{table(view)} }.into_any(),
    }
}

fn table(view: &ReviewView<'_>) -> AnyView {
    let words = view.words;
    let rows = view
        .review
        .products
        .iter()
        .map(|product| {
            let row = view.review.matrix.iter().find(|row| row.product == product.slug);
            let group = product.group.as_ref().map(|group| group.get(view.language).to_owned());
            view! {
                <tr id=format!("product-{}", product.slug)>
                    <th scope="row">
                        <a href=view.product_link(&product.slug)>{product.name.get(view.language).to_owned()}</a>
                        <small>{group}</small>
                    </th>
                    <td>{row.map(|row| marked_word(row.worst(), words))}</td>
                    <td class="num" data-label=words.tier>{product.tier}</td>
                    <td class="wide">{product.product_manager.clone()}</td>
                    <td class="wide">{product.embedded_sre.clone()}</td>
                    <td class="wide">{product.chat_channel.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="scroll" role="group" aria-label=words.products_title tabindex="0">
            <table class="stack">
                <thead>
                    <tr>
                        <th scope="col">{words.column_product}</th>
                        <th scope="col">{words.status}</th>
                        <th scope="col" class="num">{words.tier}</th>
                        <th scope="col">{words.product_manager}</th>
                        <th scope="col">{words.embedded_sre}</th>
                        <th scope="col">{words.chat_channel}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

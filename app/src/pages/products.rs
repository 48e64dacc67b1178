//! `/products`: every product with how it stands in a week.

use domain::week::IsoWeek;
use leptos::prelude::*;

use crate::backend::{self, AppError, Version};
use crate::components::empty::empty;
use crate::components::frame::{colophon, frame};
use crate::components::mark::marked_word;
use crate::components::section::item;
use crate::context::PageContext;
use crate::pages::problem::problem;
use crate::pages::review::ReviewView;
use crate::texts::{sentences, texts};

/// The page.
#[component]
pub fn ProductsPage() -> impl IntoView {
    use_context::<PageContext>().map(|context| {
        view! {
            <Suspense>
                {Suspend::new(async move {
                    match load(&context).await {
                        Ok(page) => render(&context, &page),
                        Err(error) => problem(&context, &error, "/products"),
                    }
                })}
            </Suspense>
        }
    })
}

/// The review of the week that the query names, else of the last one that has ended.
///
/// # Errors
/// [`AppError::NotFound`] when the query names no week.
pub(crate) async fn load(context: &PageContext) -> Result<backend::ReviewPage, AppError> {
    let week: IsoWeek = match context.parameter("week") {
        Some(text) => text.parse().map_err(|_| AppError::NotFound)?,
        None => context.backend.last_week().await?,
    };
    context.backend.weekly_review(week, Version::Latest).await
}

fn render(context: &PageContext, page: &backend::ReviewPage) -> AnyView {
    let words = texts(context.language);
    let view = ReviewView::new(context, &page.review);
    let body = if view.review.products.is_empty() {
        empty(words.empty_products, words.empty_products_do, "teirei catalog apply catalogue.toml").into_any()
    } else {
        table(&view)
    };
    let week = view.review.week;
    let content = view! {
        <div class="masthead">
            <p class="kicker">{sentences::week_heading(context.language, week.year(), week.number())}</p>
            <h1>{words.products_title}</h1>
        </div>
        {item("products", String::new(), words.products_title, words.products_question, body)}
        {colophon(context, &view.review.organization, view.review.as_of, &format!("/reviews/{week}"))}
    }
    .into_any();
    frame(context, words.products_title, "/products", content)
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

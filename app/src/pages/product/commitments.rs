//! What was paid or promised ahead for the product, and when it ends.

use domain::commitment::Commitment;
use domain::finding::Status;
use domain::product_review::ProductReview;
use jiff::civil::Date;
use leptos::prelude::*;

use crate::components::mark::mark;
use crate::pages::review::ReviewView;
use crate::texts::{format, sentences};

/// The product's commitments that have not ended when the page was made, the first to end first; nothing where
/// there are none.
pub(super) fn list(
    view: &ReviewView<'_>,
    product: &ProductReview,
    commitments: &[Commitment],
) -> Option<AnyView> {
    let today = product.organization.zone().to_datetime(product.as_of).date();
    let mine =
        |one: &&Commitment| one.product.as_ref() == Some(&product.product.slug) && one.days_left(today) >= 0;
    let mut open: Vec<&Commitment> = commitments.iter().filter(mine).collect();
    open.sort_by_key(|commitment| commitment.ends_on);
    if open.is_empty() {
        return None;
    }
    let words = view.words;
    let rows = open.into_iter().map(|commitment| row(view, commitment, today)).collect_view();
    Some(
        view! {
            <div class="scroll" id="commitments" role="region" aria-label=words.commitments_title tabindex="0">
                <table class="stack">
                    <caption>{words.commitments_title}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{words.commitment}</th>
                            <th scope="col">{words.kind}</th>
                            <th scope="col">{words.commitment_ends}</th>
                            <th scope="col" class="num">{words.commitment_worth}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any(),
    )
}

/// One commitment; the mark stands where its end is near.
fn row(view: &ReviewView<'_>, commitment: &Commitment, today: Date) -> impl IntoView + use<> {
    let words = view.words;
    let near = commitment.ends_soon(today).then(|| view! { {mark(Status::Risk)}" " });
    let left = sentences::commitment_left(view.language, commitment.days_left(today));
    view! {
        <tr>
            <th scope="row">{commitment.name.clone()}</th>
            <td data-label=words.kind>{words.commitment(commitment.kind)}</td>
            <td data-label=words.commitment_ends>
                <time datetime=commitment.ends_on.to_string()>{commitment.ends_on.to_string()}</time>
                " "<small>{near}{left}</small>
            </td>
            <td class="num" data-label=words.commitment_worth>{commitment.amount.map(format::money)}</td>
        </tr>
    }
}

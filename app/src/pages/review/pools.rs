//! Shared cost that is split: how much of the bill products bear, and where each share comes from.

use domain::cost::{Metric, Owner};
use domain::money::{Money, decimal_of_micros};
use domain::ratio::Ppm;
use domain::review::cost::{rate_to, round_to_written};
use domain::split::{PoolShare, PoolSplit};
use leptos::prelude::*;

use super::ReviewView;
use super::cost::owner_name;
use crate::components::amount::cell;
use crate::texts::{format, sentences};

/// The share of the bill that products bear.
pub(super) fn allocated(view: &ReviewView<'_>) -> Option<AnyView> {
    let table = &view.table;
    let share = table.allocated_share()?;
    let money = |micros| format::money(Money { micros, currency: table.view.currency });
    let products = table.rows.iter().filter(|row| matches!(row.owner, Owner::Product(_)));
    let products: i64 = products.filter_map(|row| row.change.after).sum();
    let shared = table.total.shared.map(money);
    let text =
        sentences::allocated(view.language, &format::percent(share, 1), &money(products), shared.as_deref());
    Some(view! { <p class="prose" id="cost-allocated">{text}</p> }.into_any())
}

/// How every pool was split, folded.
pub(super) fn details(view: &ReviewView<'_>) -> Option<AnyView> {
    let pools = &view.review.cost.pools;
    if pools.is_empty() {
        return None;
    }
    let tables = pools.iter().map(|pool| pool_table(view, pool)).collect_view();
    Some(
        view! {
            <details class="data" id="cost-pools">
                <summary>{view.words.split_title}</summary>
                {tables}
                <p><a href=format!("/reviews/{}.csv?table=pools", view.review.week)>"CSV"</a></p>
            </details>
        }
        .into_any(),
    )
}

fn pool_table(view: &ReviewView<'_>, pool: &PoolSplit) -> AnyView {
    let words = view.words;
    let written = pool.written_in(view.table.view, &view.review.rates);
    let currency = written.currency;
    let money = |micros| format::money(Money { micros, currency });
    let rest = (written.rest != 0).then(|| money(written.rest));
    let sentence = sentences::pool_split(
        view.language,
        &pool.pool,
        &money(written.whole),
        &sentences::split_basis(view.language, pool),
        rest.as_deref(),
    );
    let rows = pool
        .shares
        .iter()
        .zip(&written.shares)
        .map(|(share, micros)| {
            view! {
                <tr>
                    <th scope="row">{owner_name(view, &Owner::Product(share.product.clone()))}</th>
                    <td class="num">{format::percent(weight(view, share), 1)}</td>
                    <td class="num">{cell(Some(*micros), currency)}</td>
                </tr>
            }
        })
        .collect_view();
    let left = (written.rest != 0).then(|| {
        view! {
            <tr class="aside">
                <th scope="row">{words.split_rest}</th>
                <td></td>
                <td class="num">{cell(Some(written.rest), currency)}</td>
            </tr>
        }
    });
    view! {
        <p class="prose">{sentence}</p>
        <div class="scroll">
            <table>
                <thead>
                    <tr>
                        <th scope="col">{words.column_product}</th>
                        <th scope="col" class="num">{words.split_weight}</th>
                        <th scope="col" class="num">{words.this_week}" "{currency.code().to_owned()}</th>
                    </tr>
                </thead>
                <tbody>
                    {rows}
                    {left}
                    <tr class="total">
                        <th scope="row">{pool.pool.clone()}</th>
                        <td></td>
                        <td class="num">{cell(Some(written.whole), currency)}</td>
                    </tr>
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The part of the metric that the page shows.
fn weight(view: &ReviewView<'_>, share: &PoolShare) -> Ppm {
    match view.table.view.metric {
        Metric::Billed => share.billed_weight,
        Metric::Effective => share.effective_weight,
    }
}

/// On a product's page: what of its week is shared cost, and where that comes from.
pub(crate) fn of_product(view: &ReviewView<'_>) -> Option<AnyView> {
    let table = &view.table;
    let shown = table.view;
    let money = |micros, currency| format::money(Money { micros, currency });
    let shared = money(table.total.shared?, shown.currency);
    let total = money(table.total.change.after?, shown.currency);
    let lines = view.review.cost.pools.iter().flat_map(|pool| {
        let (rate, currency) = match rate_to(&view.review.rates, pool.currency, shown.currency) {
            Some(rate) => (rate, shown.currency),
            None => (rust_decimal::Decimal::ONE, pool.currency),
        };
        let written = move |micros| round_to_written(decimal_of_micros(micros) * rate, currency);
        pool.shares.iter().map(move |share| {
            sentences::pool_share(
                view.language,
                &pool.pool,
                &money(written(share.this.get(shown.metric)), currency),
                &format::percent(weight(view, share), 1),
                &money(written(pool.whole.get(shown.metric)), currency),
                &sentences::split_basis(view.language, pool),
            )
        })
    });
    let lines = lines.map(|line| view! { <li>{line}</li> }).collect_view();
    Some(
        view! {
            <div id="cost-shared">
                <p class="prose">{sentences::shared_part(view.language, &total, &shared)}</p>
                <ul class="prose">{lines}</ul>
            </div>
        }
        .into_any(),
    )
}

//! Days of the week that cost far more than days like them.

use domain::money::Money;
use domain::product_review::ProductReview;
use domain::product_review::outlook::CostAnomaly;
use domain::review::cost::rate_to;
use leptos::prelude::*;

use crate::pages::review::ReviewView;
use crate::texts::{format, sentences};

/// The events of the week with their impact, or the sentence that there is none.
pub(super) fn events(view: &ReviewView<'_>, product: &ProductReview) -> AnyView {
    let words = view.words;
    if product.unusual.events.is_empty() {
        let text = if product.unusual.too_short { words.unusual_too_short } else { words.unusual_none };
        return view! { <p id="unusual"><small>{text}</small></p> }.into_any();
    }
    let rows = product.unusual.events.iter().filter_map(|event| row(view, product, event)).collect_view();
    let code = view.table.view.currency.code();
    view! {
        <div class="scroll" id="unusual" role="region" aria-label=words.unusual_title tabindex="0">
            <table class="stack">
                <caption>{words.unusual_title}" "<small>{words.unusual_rule}</small></caption>
                <thead>
                    <tr>
                        <th scope="col">{words.day}" (UTC)"</th>
                        <th scope="col" class="num">{words.billed}" "{code}</th>
                        <th scope="col" class="num">{words.usual}" "{code}</th>
                        <th scope="col" class="num">{words.above_usual}" "{code}</th>
                        <th scope="col">{words.risen_most}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(view: &ReviewView<'_>, product: &ProductReview, anomaly: &CostAnomaly) -> Option<AnyView> {
    let (language, to) = (view.language, view.table.view.currency);
    let rate = rate_to(&product.rates, anomaly.currency, to)?;
    let micros = |micros: i64| {
        Money { micros, currency: anomaly.currency }.convert(rate, to).ok().map(|money| money.micros)
    };
    let event = &anomaly.event;
    let (actual, expected, impact) =
        (micros(event.actual)?, micros(event.expected)?, micros(event.impact())?);
    let days = sentences::event_days(language, event);
    let goes_on = event.goes_on.then(|| sentences::goes_on(language));
    let share = event.share().map(format::percent_change);
    Some(
        view! {
            <tr>
                <th scope="row">{days}" "<small>{goes_on}</small></th>
                <td class="num" data-label=view.words.billed>{format::cell(actual, to)}</td>
                <td class="num" data-label=view.words.usual>{format::cell(expected, to)}</td>
                <td class="num" data-label=view.words.above_usual>{format::signed_cell(impact, to)}" "<small>{share}</small></td>
                <td data-label=view.words.risen_most>{anomaly.service.clone()}</td>
            </tr>
        }
        .into_any(),
    )
}

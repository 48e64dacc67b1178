//! What clouds found unusual by themselves, beside our own events.

use domain::cloud_anomaly::{CloudAnomaly, CloudCause};
use domain::money::Money;
use domain::product::Slug;
use leptos::prelude::*;

use super::ReviewView;
use crate::components::section::scroller;
use crate::texts::{format, sentences};

/// How many causes are named; a cloud tells of ten at most.
const CAUSES_SHOWN: usize = 3;

/// The table; nothing where no cloud told of anything. `products` of an anomaly are named where there are any.
pub(crate) fn table<'a>(
    view: &ReviewView<'_>,
    anomalies: impl Iterator<Item = (&'a CloudAnomaly, &'a [Slug])>,
) -> Option<AnyView> {
    let rows: Vec<AnyView> = anomalies.map(|(anomaly, products)| row(view, anomaly, products)).collect();
    if rows.is_empty() {
        return None;
    }
    let words = view.words;
    let table = view! {
        <table class="stack">
            <caption><strong>{words.cloud_anomalies_title}</strong>" "<small>{words.cloud_anomalies_rule}</small></caption>
            <thead>
                <tr>
                    <th scope="col">{words.day}" (UTC)"</th>
                    <th scope="col" class="num">{words.above_usual}</th>
                    <th scope="col" class="num">{words.usual}</th>
                    <th scope="col">{words.cloud_anomalies_causes}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    };
    Some(scroller(words.cloud_anomalies_title, table.into_any()).into_any())
}

fn row(view: &ReviewView<'_>, anomaly: &CloudAnomaly, products: &[Slug]) -> AnyView {
    let words = view.words;
    let first = format::short_date(anomaly.first, view.language);
    let days = match anomaly.last {
        Some(last) if last == anomaly.first => first,
        Some(last) => format!("{first}–{}", format::short_date(last, view.language)),
        None => format!("{first}– {}", sentences::goes_on(view.language)),
    };
    let money = |micros| view.shown(Money { micros, currency: anomaly.currency });
    let expected = anomaly.expected.map_or_else(|| "–".to_owned(), |micros| format::money(money(micros)));
    let names: Vec<String> = products.iter().map(|slug| view.product_name_of(slug)).collect();
    let names = names.join(sentences::list_separator(view.language));
    let causes = anomaly.causes.iter().take(CAUSES_SHOWN).map(|cause| {
        let text = cause_text(cause);
        let impact = cause.impact.map(|micros| format::money_signed(money(micros)));
        view! { <small>{text}" "{impact}</small> }
    });
    view! {
        <tr>
            <th scope="row">{days}<small>{anomaly.source.clone()}</small></th>
            <td class="num" data-label=words.above_usual>{format::money_signed(money(anomaly.impact))}</td>
            <td class="num" data-label=words.usual>{expected}</td>
            <td class="full">{names}{causes.collect_view()}</td>
        </tr>
    }
    .into_any()
}

/// Account, service, region and usage type, as far as the cloud named them.
fn cause_text(cause: &CloudCause) -> String {
    let account = cause.account_name.as_ref().or(cause.account.as_ref());
    let parts = [account, cause.service.as_ref(), cause.region.as_ref(), cause.usage_type.as_ref()];
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" · ")
}

//! What a forecast and its range rest on.

use domain::holiday::Holidays;
use domain::product_review::ProductReview;
use leptos::prelude::*;

use crate::pages::review::ReviewView;
use crate::texts::sentences;

/// How the month's end was reckoned, to be opened below the chart; nothing without a forecast or a day
/// ahead.
pub(super) fn details(view: &ReviewView<'_>, product: &ProductReview) -> Option<AnyView> {
    let language = view.language;
    let month = product.months.first()?;
    if month.remaining_days.is_empty() {
        return None;
    }
    let method = sentences::forecast_method(language, month.method.ok()?);
    let basis = month.range.as_ref().ok().map(|range| sentences::range_basis(language, range.basis));
    let holidays = Holidays::of_zone(&product.organization.time_zone).covered_until();
    let holidays = holidays.map(|last| sentences::holidays_like_sundays(language, last.year()));
    let lines = [Some(method), basis, holidays].into_iter().flatten();
    let lines = lines.map(|line| view! { <li>{line}</li> }).collect_view();
    Some(
        view! {
            <details class="data">
                <summary>{view.words.how_reckoned}</summary>
                <ul>{lines}</ul>
            </details>
        }
        .into_any(),
    )
}

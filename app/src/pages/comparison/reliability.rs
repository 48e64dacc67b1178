//! How objectives and incidents of both weeks stand beside each other.

use domain::error_budget::ErrorBudget;
use domain::period_review::incidents::PeriodToll;
use domain::week_comparison::{ObjectiveCompared, ObjectiveSide};
use leptos::prelude::*;

use super::{ComparisonView, nothing, small};
use crate::components::mark::marked_word;
use crate::components::section::scroller;
use crate::texts::{comparison_words, format};

/// Time and number of incidents, all together and per product.
pub(super) fn incidents(view: &ComparisonView<'_>) -> AnyView {
    let words = view.words;
    let [from, to] = view.week_names();
    let rows = view.comparison.incidents.iter().map(|one| {
        let name = match &one.product {
            Some(slug) => view.product(slug),
            None => view! { {words.all} }.into_any(),
        };
        let [from, to] = view.week_names();
        view! {
            <tr>
                <th scope="row" class="full">{name}</th>
                <td data-label=from>{toll(view, one.sides.from.as_ref())}</td>
                <td data-label=to>{toll(view, one.sides.to.as_ref())}</td>
            </tr>
        }
    });
    let table = view! {
        <table class="stack">
            <thead><tr><th scope="col">{words.product}</th><th scope="col">{from}</th><th scope="col">{to}</th></tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    };
    scroller(words.incidents, table.into_any()).into_any()
}

fn toll(view: &ComparisonView<'_>, toll: Option<&PeriodToll>) -> AnyView {
    let words = view.words;
    let Some(toll) = toll else { return view! { <span class="muted">{words.unknown}</span> }.into_any() };
    let severities: Vec<String> =
        toll.counts.iter().map(|(severity, count)| format!("{} × {count}", severity.as_str())).collect();
    let downtime = format::minutes(toll.union_seconds, view.language);
    view! {
        {format!("{} {}", words.count, toll.incidents())}", "{words.downtime}" "{downtime}
        {(!severities.is_empty()).then(|| view! { <small>{severities.join(" · ")}</small> })}
    }
    .into_any()
}

/// Those that stand differently, and how many do not.
pub(super) fn objectives(view: &ComparisonView<'_>) -> AnyView {
    let words = view.words;
    let all = &view.comparison.objectives;
    if all.is_empty() {
        return nothing(words.no_objectives);
    }
    let changed: Vec<&ObjectiveCompared> = all.iter().filter(|one| one.has_changed()).collect();
    let [from, to] = view.week_names();
    let rows = changed.iter().map(|one| row(view, one)).collect_view();
    let table = view! {
        <table class="stack">
            <thead><tr><th scope="col">{words.objective}</th><th scope="col">{from}</th><th scope="col">{to}</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    };
    let table = (!changed.is_empty()).then(|| scroller(words.objectives, table.into_any()));
    let others = all.len() - changed.len();
    let folded = (others > 0).then(|| {
        view! { <p class="prose">{comparison_words::unchanged(view.language, others)}</p> }
    });
    view! { {table}{folded}{small(words.objectives_explained.to_owned())} }.into_any()
}

fn row(view: &ComparisonView<'_>, one: &ObjectiveCompared) -> AnyView {
    let [from, to] = view.week_names();
    let week = view.comparison.weeks.to.week.to_string();
    let href = view.context.go(&format!("/objectives/{}", one.id), &[("week", &week)]);
    let product = one.product.as_ref().map(|slug| view.product(slug));
    view! {
        <tr id=format!("objective-{}", one.id)>
            <th scope="row" class="full"><a href=href>{one.display_name.clone()}</a><small>{product}</small></th>
            <td data-label=from>{side(view, one.sides.from.as_ref())}</td>
            <td data-label=to>{side(view, one.sides.to.as_ref())}</td>
        </tr>
    }
    .into_any()
}

fn side(view: &ComparisonView<'_>, side: Option<&ObjectiveSide>) -> AnyView {
    let words = view.words;
    let Some(side) = side else { return view! { <span class="muted">{words.not_there}</span> }.into_any() };
    let digits = ErrorBudget::attainment_decimals(side.target);
    let attained = ErrorBudget::new(side.good, side.total, side.target);
    let attained = attained.map_or("–".to_owned(), |budget| {
        format!("{}%", format::decimal(budget.attainment_percent(digits), digits))
    });
    let target = format::percent(side.target, digits.saturating_sub(1));
    let left = side.remaining.map_or("–".to_owned(), format::percent_left);
    view! {
        {marked_word(side.status, view.texts)}
        <small class="nb">{format!("{} {attained} / {target}", words.attainment)}</small>
        <small class="nb">{format!("{} {left}", words.left)}</small>
    }
    .into_any()
}

//! How each product stands: whether it may ship, its worst objective, and the sum of those that add up.

use domain::error_budget::ErrorBudget;
use domain::finding::Status;
use domain::ratio::Ppm;
use domain::review::objectives::ObjectiveRow;
use domain::rollup::{Composite, CompositeMethod, LikeSum, Rollup, rollups};
use leptos::prelude::*;
use rust_decimal::Decimal;

use crate::components::mark::mark;
use crate::components::table as tables;
use crate::pages::review::{ReviewView, objectives, shipping};
use crate::texts::policy_words::policy_words;
use crate::texts::{format, policy_sentences};

/// A row for each product that has a row in the list; of all its objectives, whatever of them is chosen.
pub(super) fn table(view: &ReviewView<'_>, chosen: &[&ObjectiveRow]) -> AnyView {
    let (words, policy) = (view.words, policy_words(view.language));
    let all: Vec<&ObjectiveRow> = view.review.objectives.iter().collect();
    let is_chosen = |rollup: &&Rollup| chosen.iter().any(|row| row.product == rollup.product);
    let rollups = rollups(&all);
    let rows = rollups.iter().filter(is_chosen).map(|rollup| row(view, rollup)).collect_view();
    let columns = [
        (words.column_product, false),
        (words.verdict_ship, false),
        (policy.states, false),
        (policy.worst, false),
        (policy.together, false),
    ];
    tables::table(policy.together_label, &columns, rows.into_any())
}

fn row(view: &ReviewView<'_>, rollup: &Rollup) -> AnyView {
    let (words, policy) = (view.words, policy_words(view.language));
    let name = match &rollup.product {
        Some(slug) => view! { <a href=view.product_link(slug)>{view.product_name_of(slug)}</a> }.into_any(),
        None => policy.without_product.into_any(),
    };
    let verdict = rollup.product.as_ref().and_then(|slug| shipping::verdict_of(view, slug));
    let verdict = verdict.map(|verdict| shipping::cell(view, verdict));
    let counts = [
        (Status::Breached, rollup.counts.breached),
        (Status::Risk, rollup.counts.risk),
        (Status::NoData, rollup.counts.no_data),
        (Status::Ok, rollup.counts.ok),
    ];
    let counts = counts.into_iter().filter(|(_, count)| *count > 0).map(|(status, count)| {
        view! { <span class="nb">{mark(status)}<span class="sr">{words.status(status)}" "</span>{count}" "</span> }
    });
    // A phone writes the label of a cell even where the cell is empty.
    let has_sums = !rollup.sums.is_empty() || !rollup.composites.is_empty();
    let together_label = has_sums.then_some(policy.together);
    let verdict_label = verdict.is_some().then_some(words.verdict_ship);
    let anchor = rollup.product.as_ref().map(|slug| format!("product-{slug}"));
    view! {
        <tr id=anchor>
            <th scope="row">{name}</th>
            <td class="full" data-label=verdict_label>{verdict}</td>
            <td data-label=policy.states>{counts.collect_view()}</td>
            <td class="full" data-label=policy.worst>{worst(view, rollup)}</td>
            <td class="full" data-label=together_label>{together(view, rollup)}</td>
        </tr>
    }
    .into_any()
}

fn found<'a>(view: &ReviewView<'a>, id: Option<&String>) -> Option<&'a ObjectiveRow> {
    let id = id?;
    view.review.objectives.iter().find(|row| row.id == *id)
}

/// The worst objective and, where it is another, the worst of those that count time.
fn worst(view: &ReviewView<'_>, rollup: &Rollup) -> AnyView {
    let policy = policy_words(view.language);
    let worst = found(view, rollup.worst.as_ref()).map(|row| named(view, row));
    let of_time =
        found(view, rollup.worst_of_time.as_ref()).filter(|row| Some(&row.id) != rollup.worst.as_ref());
    let of_time = of_time
        .map(|row| view! { <small>{policy.of_time}": "{left(row)}" "{row.display_name.clone()}</small> });
    view! { {worst}{of_time} }.into_any()
}

fn named(view: &ReviewView<'_>, row: &ObjectiveRow) -> AnyView {
    let href = view.objective_link(&row.id);
    view! { {mark(row.status)}" "<a href=href>{row.display_name.clone()}</a>" "{left(row)} }.into_any()
}

fn left(row: &ObjectiveRow) -> String {
    row.remaining
        .filter(|_| row.status != Status::NoData)
        .map_or_else(|| "–".to_owned(), format::percent_left)
}

fn together(view: &ReviewView<'_>, rollup: &Rollup) -> AnyView {
    let sums = rollup.sums.iter().map(|sum| view! { <p>{sum_line(view, sum)}</p> }).collect_view();
    let composites = rollup
        .composites
        .iter()
        .map(|composite| view! { <small>{composite_line(view, composite)}</small> })
        .collect_view();
    if rollup.sums.is_empty() && rollup.composites.is_empty() {
        return view! { <span class="sr">{view.words.not_applicable}</span> }.into_any();
    }
    view! { <div class="sums">{sums}{composites}</div> }.into_any()
}

fn sum_line(view: &ReviewView<'_>, sum: &LikeSum) -> String {
    let digits = ErrorBudget::attainment_decimals(sum.target);
    let attainment = sum.attainment_percent().map(|percent| format!("{}%", format::decimal(percent, digits)));
    let left = sum.remaining.map(format::percent_left);
    policy_sentences::like_sum(
        view.language,
        sum.objectives.len(),
        &attainment.unwrap_or_else(|| "–".to_owned()),
        left.as_deref(),
        &objectives::window_words(view, &sum.window),
        sum.missing.len(),
    )
}

fn composite_line(view: &ReviewView<'_>, composite: &Composite) -> String {
    let window = objectives::window_words(view, &composite.window);
    // Rounded down to a thousandth of a percent, so that it never reads better than it is.
    let share = |share: Ppm| format::percent(Ppm(share.0.div_euclid(10) * 10), 3);
    let value = policy_sentences::composite_value(view.language, &composite.value, share);
    let weight = |weight: &Ppm| Decimal::new(weight.0, 6).normalize().to_string();
    let weights = match composite.method {
        CompositeMethod::SerialProduct => {
            return policy_sentences::in_series(view.language, composite.objectives.len(), &value, &window);
        }
        CompositeMethod::Timeslices => String::new(),
        CompositeMethod::RatioTimeslices | CompositeMethod::Occurrences => {
            composite.weights.iter().map(weight).collect::<Vec<_>>().join(" : ")
        }
    };
    policy_sentences::composed(view.language, composite, (&window, &weights, &value))
}

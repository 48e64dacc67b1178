//! What is left of the budget, how it got there and how fast it goes.

use domain::objective_review::Lookback;
use domain::organization::Language;
use domain::ratio::Ppm;
use leptos::prelude::*;

use super::{ObjectiveView, counting};
use crate::components::empty::empty;
use crate::components::table::table;
use crate::pages::product::course;
use crate::pages::review::objectives;
use crate::texts::vendor_words::vendor_words;
use crate::texts::{format, sentences};

/// An incident is named in the chart when it spent more than this share of the budget, 1 %.
const MARKED: Ppm = Ppm(10_000);

pub(super) fn body(view: &ObjectiveView<'_>) -> AnyView {
    let objective = view.objective;
    if objective.row.last_data.is_none() {
        let words = view.review.words;
        return empty(
            words.objective_no_counts,
            words.objective_no_counts_do,
            "teirei import objectives COUNTS.csv",
        )
        .into_any();
    }
    let budget = objective.budget();
    let is_visible = |bad: i64| budget.is_some_and(|budget| budget.is_spent_beyond(bad, MARKED));
    let charges = objective.attribution.charges.iter().filter(|charge| is_visible(charge.bad));
    let incidents: Vec<_> = charges.map(|charge| (charge.period.start, charge.external_id.clone())).collect();
    let chart = objective.course.as_ref().and_then(|course| {
        course::drawing(&view.review, &objective.row, course, &incidents, &view.page.deploys)
    });
    view! { {chart}{counting::note(view)}{movement(view)}{lookbacks(view)}{source_lookbacks(view)} }
        .into_any()
}

/// Left then, spent, come back, left now.
fn movement(view: &ObjectiveView<'_>) -> Option<AnyView> {
    let (words, objective) = (view.review.words, view.objective);
    let movement = objective.movement?;
    let left = objective.row.remaining?;
    let signed = |share: Ppm, sign: &str| match share.0 {
        0 => format::percent(Ppm(0), 1),
        below if below < 0 => {
            format!("{}{}", if sign == "−" { "+" } else { "−" }, format::percent(Ppm(-below), 1))
        }
        _ => format!("{sign}{}", format::percent(share, 1)),
    };
    let row = |name: &'static str, share: String, units: Option<String>| {
        // A phone writes the label of a cell even where the cell is empty.
        let label = units.is_some().then_some(words.objective_units);
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="num" data-label=words.error_budget>{share}</td>
                <td class="num" data-label=label>{units}</td>
            </tr>
        }
    };
    let spent_units = view.units(objective.row.week.bad());
    let rows = view! {
        {row(words.objective_before, format::percent(movement.before, 1), None)}
        {row(words.objective_spent_in_week, signed(movement.spent, "−"), Some(spent_units))}
        {row(words.objective_recovered, signed(movement.recovered, "+"), None)}
        {row(words.objective_left_now, format::percent(left, 1), Some(objectives::units_left(&view.review, &objective.row)))}
    };
    let columns = [(words.this_week, false), (words.error_budget, true), (words.objective_units, true)];
    Some(table(words.objective_movement_label, &columns, rows.into_any()))
}

/// A length of time that is looked back over.
fn lookback_words(language: Language, seconds: i64) -> String {
    if seconds % 86_400 == 0 {
        sentences::last_days(language, seconds / 86_400)
    } else {
        let length = format::minutes(seconds, language);
        match language {
            Language::Japanese => format!("直近{length}"),
            Language::English => format!("last {length}"),
        }
    }
}

/// How far back the source itself reckons burn rates, where it says so.
fn source_lookbacks(view: &ObjectiveView<'_>) -> Option<AnyView> {
    let (language, own) = (view.review.language, &view.objective.source_lookbacks);
    let lengths: Vec<String> = own.iter().map(|seconds| format::minutes(*seconds, language)).collect();
    (!lengths.is_empty()).then(|| {
        let lengths = lengths.join(sentences::list_separator(language));
        view! { <p class="note">{vendor_words(language).lookbacks}" "{lengths}</p> }.into_any()
    })
}

fn lookbacks(view: &ObjectiveView<'_>) -> AnyView {
    let (words, language) = (view.review.words, view.review.language);
    let whole = view.objective.lookbacks.len().saturating_sub(1);
    let name = |position: usize, lookback: &Lookback| {
        if position == whole {
            objectives::window(&view.review, &view.objective.row)
        } else {
            lookback_words(language, lookback.period.seconds())
        }
    };
    let rows = view
        .objective
        .lookbacks
        .iter()
        .enumerate()
        .map(|(position, lookback)| {
            let rate = match lookback.burn_rate {
                Some(rate) => format::times(rate),
                None if lookback.sum.buckets > 0 && lookback.sum.total == 0 => words.no_traffic.to_owned(),
                None => "–".to_owned(),
            };
            let counts = (lookback.sum.buckets > 0)
                .then(|| format!("{} / {}", view.units(lookback.sum.bad()), view.units(lookback.sum.total)));
            let coverage = lookback.sum.coverage().map(format::percent_left);
            view! {
                <tr>
                    <th scope="row">{name(position, lookback)}</th>
                    <td class="num" data-label=words.burn_rate>{rate}</td>
                    <td class="num" data-label=words.objective_failed_of_all>{counts}</td>
                    <td class="num" data-label=words.objective_coverage>{coverage}</td>
                </tr>
            }
        })
        .collect_view();
    let columns = [
        (words.objective_looking_back, false),
        (words.burn_rate, true),
        (words.objective_failed_of_all, true),
        (words.objective_coverage, true),
    ];
    table(words.objective_lookbacks_label, &columns, rows.into_any())
}

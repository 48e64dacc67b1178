//! What has changed or arrived since a version was frozen.

use domain::cost::Metric;
use domain::money::Money;
use domain::rate::Month;
use leptos::prelude::*;

use super::ReviewView;
use super::cost::owner_name;
use crate::backend::{IncidentChange, Restated, ReviewState};
use crate::pages::restatements;
use crate::texts::{format, freeze_words, note_words, sentences};

/// The notice under the header of a frozen page; nothing on a draft.
pub(super) fn notice(view: &ReviewView<'_>, state: &ReviewState) -> Option<AnyView> {
    let ReviewState::Frozen { restated, version } = state else { return None };
    if restated.is_empty() {
        return Some(
            view! { <p class="restated" id="restated"><small>{view.words.restated_none}</small></p> }
                .into_any(),
        );
    }
    let (moved, told): (Vec<&Restated>, Vec<&Restated>) =
        restated.iter().partition(|item| matches!(item, Restated::Moved { .. }));
    let (completed, changed): (Vec<&Restated>, Vec<&Restated>) =
        told.into_iter().partition(|item| completes(item));
    let blocks = [
        (view.words.restated_title, changed),
        (view.words.completed_title, completed),
        (sentences::moved_title(view.language), moved),
    ];
    let blocks = blocks.into_iter().filter(|(_, items)| !items.is_empty()).map(|(title, items)| {
        let lines = items.into_iter().map(|item| view! { <li>{line(view, item)}</li> }).collect_view();
        view! { <div><dt>{title}</dt><dd><ul>{lines}</ul></dd></div> }
    });
    let blocks = blocks.collect_view();
    let of_cost = restated.iter().any(|item| matches!(item, Restated::Cost { .. } | Restated::Moved { .. }));
    let changes = of_cost.then(|| {
        let (week, version) = (view.review.week.to_string(), version.version.to_string());
        let href = view.context.go(restatements::PATH, &[("week", &week), ("version", &version)]);
        view! { <div><dt>{view.words.restated_by_day}</dt><dd><a href=href>{view.words.changes_link}" →"</a></dd></div> }
    });
    Some(view! { <dl class="restated" id="restated">{blocks}{changes}</dl> }.into_any())
}

fn completes(item: &Restated) -> bool {
    match item {
        Restated::Cost { completes, .. } | Restated::Objective { completes, .. } => *completes,
        Restated::Incident { .. } | Restated::Moved { .. } | Restated::Note { .. } => false,
    }
}

/// An owner on a source's bill of a month.
fn placed(view: &ReviewView<'_>, name: &str, (source, month): &(String, Month)) -> String {
    sentences::restated_place(view.language, name, source, &format::month(*month, view.language))
}

fn amount(view: &ReviewView<'_>, name: &str, difference: Money, metric: Metric) -> String {
    let metric = match metric {
        Metric::Billed => "",
        Metric::Effective => view.words.effective,
    };
    format!("{name}: {} {metric}", format::money_signed(difference)).trim_end().to_owned()
}

fn line(view: &ReviewView<'_>, item: &Restated) -> String {
    match item {
        Restated::Cost { owner, place, currency, metric, difference, .. } => {
            let name = owner
                .as_ref()
                .map_or_else(|| view.words.restated_cost_total.to_owned(), |owner| owner_name(view, owner));
            let name = match place {
                Some(place) => placed(view, &name, place),
                None => name,
            };
            amount(view, &name, Money { micros: *difference, currency: *currency }, *metric)
        }
        Restated::Moved { owner, place, currency, metric, difference } => {
            let name = placed(view, &owner_name(view, owner), place);
            amount(view, &name, Money { micros: *difference, currency: *currency }, *metric)
        }
        Restated::Objective { id, frozen, now, .. } => {
            let counts =
                |(good, total): &(i64, i64)| format!("{}/{}", format::whole(*good), format::whole(*total));
            format!("{id}: {} → {}", counts(frozen), counts(now))
        }
        Restated::Note { place, frozen, now } => {
            let place = note_words::place_name(view.language, place, view.review.products.iter());
            freeze_words::note_changed(view.language, place, *frozen, *now)
        }
        Restated::Incident { external_id, title, what } => {
            let word = match what {
                IncidentChange::Added => view.words.incident_added,
                IncidentChange::Changed => view.words.incident_changed,
                IncidentChange::Removed => view.words.incident_removed,
            };
            format!("{external_id} {title}{}{word}", sentences::list_separator(view.language))
        }
    }
}

//! Which objectives to review, and why: the first ones of the queue.

use domain::finding::Status;
use domain::objective_queue::ReviewRequest;
use leptos::prelude::*;

use super::ReviewView;
use crate::components::mark::mark;
use crate::components::section::scroller;
use crate::texts::{format, sentences};

/// How many reasons of each are shown; the rest stands on the objective's page and in the other forms.
const SHOWN: usize = 2;

/// The list with its link to the whole queue; nothing where none is due.
pub(super) fn list(view: &ReviewView<'_>) -> Option<AnyView> {
    let due = &view.review.reviews_due;
    if due.first.is_empty() {
        return None;
    }
    let words = view.words;
    let rows = due.first.iter().map(|request| row(view, request)).collect_view();
    let link = view.context.go("/objectives/reviews", &[("week", &view.review.week.to_string())]);
    let table = view! {
        <table class="stack">
            <caption>
                <strong>{words.queue_title}</strong>" "
                <small>{sentences::reviews_due(view.language, due.first.len(), due.open)}</small>
            </caption>
            <thead>
                <tr>
                    <th scope="col">{words.objective}</th>
                    <th scope="col">{words.queue_why}</th>
                    <th scope="col">{words.owner}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    };
    Some(
        view! {
            <div id="reviews-due">{scroller(words.queue_title, table.into_any())}</div>
            <a class="evidence" href=link>{words.queue_list_title}" →"</a>
        }
        .into_any(),
    )
}

fn row(view: &ReviewView<'_>, request: &ReviewRequest) -> AnyView {
    let (words, language) = (view.words, view.language);
    let row = view.review.objectives.iter().find(|row| row.id == request.objective);
    let status = row.map_or(Status::NoData, |row| row.status);
    let name = row.map_or_else(|| request.objective.clone(), |row| row.display_name.clone());
    let product = row
        .and_then(|row| row.product.as_ref())
        .map_or_else(|| words.unknown.to_owned(), |slug| view.product_name_of(slug));
    let href = format!("{}#reasons", view.objective_link(&request.objective));
    let more = request.reasons.len().saturating_sub(SHOWN);
    let more =
        (more > 0).then(|| view! { <li><small>{sentences::more_reasons(language, more)}</small></li> });
    let reasons = request
        .reasons
        .iter()
        .take(SHOWN)
        .map(|aged| {
            let since = format::short_date(view.zone.to_datetime(aged.since).date(), language);
            view! {
                <li title=aged.reason.id()>
                    {format!("{} ", sentences::reason(language, &aged.reason, &view.zone))}
                    <small>{sentences::since(language, &since)}</small>
                </li>
            }
        })
        .collect_view();
    view! {
        <tr>
            <th scope="row">
                {mark(status)}" "<span class="sr">{[words.status(status), ": "].concat()}</span>
                <a href=href>{name}</a><small>{product}</small>
            </th>
            <td class="full"><ul class="plain">{reasons}{more}</ul></td>
            <td data-label=words.owner>{request.owner.clone().unwrap_or_else(|| "–".to_owned())}</td>
        </tr>
    }
    .into_any()
}

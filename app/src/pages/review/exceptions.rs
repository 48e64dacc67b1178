//! The exceptions matrix: only what is not green stands open, worst first.

use domain::finding::{Cell, Detail, MatrixRow, Status};
use domain::note::NoteSection;
use leptos::prelude::*;

use super::{ReviewView, cloud_anomalies, notes, questions, shipping};
use crate::components::empty::empty;
use crate::components::mark::{mark, write_mark};
use crate::components::section::scroller;
use crate::texts::action_words::{action_words, actions_open};
use crate::texts::postmortem_sentences::postmortems_due;
use crate::texts::{format, sentences};
use crate::ui::raw::{Markup, TableBody};

pub(super) fn section(view: &ReviewView<'_>) -> AnyView {
    let words = view.words;
    let body = if view.review.products.is_empty() {
        empty(words.empty_products, words.empty_products_do, "teirei catalog apply catalogue.toml").into_any()
    } else {
        view! {
            {open_rows(view)}
            {green_rows(view)}
            {questions::list(view)}
            {found_by_clouds(view)}
            {unmapped(view)}
            <a class="evidence" href=format!("/reviews/{}.csv?table=matrix", view.review.week)>{words.csv_of_table}" →"</a>
        }
        .into_any()
    };
    section_of(view, body)
}

fn section_of(view: &ReviewView<'_>, body: AnyView) -> AnyView {
    let body = view! { {body}{notes::of_products(view)} }.into_any();
    let named = (view.words.exceptions_title, view.words.exceptions_question);
    notes::item(view, (NoteSection::Exceptions, "3"), named, body)
}

fn open_rows(view: &ReviewView<'_>) -> AnyView {
    let wanted = view.status_filter();
    let shown = |row: &&MatrixRow| match wanted {
        Some(status) => row.cells().into_iter().flatten().any(|cell| cell.status == status),
        None => row.worst() != Status::Ok,
    };
    let rows: Vec<&MatrixRow> = view.review.matrix.iter().filter(shown).collect();
    let show_all = wanted.map(|_| {
        let href = format!("{}#exceptions", view.context.go(&format!("/reviews/{}", view.review.week), &[]));
        view! { <p><a href=href>{view.words.show_all}</a></p> }
    });
    if rows.is_empty() {
        let text = if wanted.is_some() { view.words.filtered_out } else { view.words.nothing_ahead };
        return view! { <p>{text}</p>{show_all} }.into_any();
    }
    let thresholds = &view.review.organization.thresholds;
    let caption = sentences::matrix_caption(
        view.language,
        &format::percent(thresholds.budget_risk, 0),
        &format::percent(thresholds.budget_breached, 0),
        &format::percent(thresholds.error_budget_risk, 0),
    );
    let body = matrix_rows(view, &rows);
    let table = view! {
        <table class="stack matrix fixed">
            <caption>{caption}</caption>
            <colgroup><col class="first"/><col span=columns(view).count().to_string()/></colgroup>
            <thead>{head(view)}</thead>
            <TableBody rows=body/>
        </table>
    };
    view! { {scroller(view.words.matrix_label, table.into_any())}{show_all} }.into_any()
}

fn green_rows(view: &ReviewView<'_>) -> Option<AnyView> {
    let rows: Vec<&MatrixRow> = view.review.matrix.iter().filter(|row| row.worst() == Status::Ok).collect();
    if rows.is_empty() || view.status_filter().is_some() {
        return None;
    }
    let names: Vec<&str> = rows.iter().map(|row| view.product_name(&row.product)).collect();
    let text = sentences::products_ok(
        view.language,
        rows.len(),
        &names.join(sentences::list_separator(view.language)),
    );
    let body = matrix_rows(view, &rows);
    let label = view.words.ok;
    Some(
        view! {
            <details class="fold">
                <summary>{mark(Status::Ok)}" "{text}</summary>
                <div class="scroll" role="region" aria-label=label tabindex="0">
                    <table class="stack matrix fixed">
                        <colgroup><col class="first"/><col span=columns(view).count().to_string()/></colgroup>
                        <thead class="sr">{head(view)}</thead>
                        <TableBody rows=body/>
                    </table>
                </div>
            </details>
        }
        .into_any(),
    )
}

fn head(view: &ReviewView<'_>) -> impl IntoView + use<> {
    let words = view.words;
    let names: Vec<&'static str> = std::iter::once(words.column_product).chain(columns(view)).collect();
    let cell = |name: &'static str| match name == words.column_postmortems {
        true => view! { <a href="/incidents/postmortems">{name}</a> }.into_any(),
        false => name.into_any(),
    };
    let cells = names.into_iter().map(|name| view! { <th scope="col">{cell(name)}</th> }).collect_view();
    view! { <tr>{cells}</tr> }
}

/// What is judged, in the order of the cells. A week without action items, or of before they were judged, has no
/// column for them.
fn columns(view: &ReviewView<'_>) -> impl Iterator<Item = &'static str> + use<> {
    let words = view.words;
    let has_actions = view.review.matrix.iter().any(|row| row.actions.is_some());
    let actions = has_actions.then(|| action_words(view.language).title);
    let before =
        [words.column_incidents, words.column_error_budget, words.column_cost, words.column_postmortems];
    before.into_iter().chain(actions).chain([words.column_data])
}

fn matrix_rows(view: &ReviewView<'_>, rows: &[&MatrixRow]) -> Markup {
    let labels: Vec<&'static str> = columns(view).collect();
    let has_actions = labels.len() == MatrixRow::COLUMNS;
    let mut body = Markup::with_room_for(rows.len());
    for row in rows {
        let id = format!("product-{}", row.product);
        body.element("tr", &[("id", &id)], |tr| {
            tr.element("th", &[("scope", "row")], |th| {
                let name = view.product_name(&row.product);
                th.words("a", &[("href", &view.product_link(&row.product))], name);
                shipping::write_short(th, view, &row.product);
            });
            let shown = row
                .cells()
                .into_iter()
                .enumerate()
                .filter(|(at, _)| has_actions || *at != MatrixRow::ACTIONS);
            for ((_, cell), label) in shown.zip(&labels) {
                matrix_cell(tr, view, cell, label);
            }
        });
    }
    body
}

fn matrix_cell(tr: &mut Markup, view: &ReviewView<'_>, cell: Option<&Cell>, label: &'static str) {
    let Some(cell) = cell else {
        return tr.element("td", &[("class", "none")], |td| {
            td.words("span", &[("class", "sr")], view.words.not_applicable);
        });
    };
    let (text, more) = detail(view, &cell.detail);
    let title = if cell.provisional { view.words.provisional } else { "" };
    let attributes = [("data-label", label), ("title", title), ("class", cell.status.as_str())];
    let worded = |element: &mut Markup| {
        let word = [view.words.status(cell.status), ": "].concat();
        element.words("span", &[("class", "sr")], &word);
        element.text(&text);
    };
    tr.element("td", &attributes, |td| {
        if cell.status == Status::Breached {
            td.element("span", &[("class", "status breached")], |span| {
                write_mark(span, cell.status);
                span.element("span", &[], worded);
            });
        } else {
            write_mark(td, cell.status);
            worded(td);
        }
        second_line(td, view, &cell.detail, more);
    });
}

/// What a cell says in small letters, with a link where something has to be entered.
fn second_line(cell: &mut Markup, view: &ReviewView<'_>, detail: &Detail, more: Option<String>) {
    if let Detail::RateMissing { month, .. } = detail {
        let href = view.context.go("/catalog/rates", &[]);
        let text = sentences::rate_enter(view.language, &format::month(*month, view.language));
        cell.element("small", &[], |small| {
            small.words("a", &[("href", &href)], &format!("{text} →"));
        });
    } else if let Some(more) = more {
        cell.words("small", &[], &more);
    }
}

/// The words of a cell and its second line.
pub(crate) fn detail(view: &ReviewView<'_>, detail: &Detail) -> (String, Option<String>) {
    let language = view.language;
    match detail {
        Detail::NoIncidents => (view.words.none.to_owned(), None),
        Detail::IncidentsUnknown => (view.words.no_data.to_owned(), None),
        Detail::Incidents { counts, open, repeats } => {
            let mut parts = counts
                .iter()
                .map(|(severity, count)| sentences::count_of(language, *count, severity.as_str()));
            let first = parts.next().unwrap_or_default();
            let mut more: Vec<String> = parts.collect();
            if *open > 0 {
                more.push(sentences::still_open(language, *open));
            }
            if *repeats > 0 {
                more.push(sentences::repeats(language, *repeats));
            }
            (first, (!more.is_empty()).then(|| more.join(sentences::list_separator(language))))
        }
        Detail::NoObjectives => (view.words.none.to_owned(), None),
        Detail::ErrorBudget { remaining, burn_rate, .. } => (
            sentences::left(language, &format::percent_left(*remaining)),
            burn_rate
                .filter(|rate| rate.0 > 1_000_000)
                .map(|rate| sentences::burning(language, &format::times(rate))),
        ),
        Detail::ObjectiveWithoutData { objective } => {
            (view.words.no_data.to_owned(), Some(objective.clone()))
        }
        Detail::CostWithoutBudget { change, unanswered } => (
            change.map_or_else(
                || view.words.unknown.to_owned(),
                |share| sentences::against_week_before(language, &format::percent_change(share)),
            ),
            Some(match unanswered {
                0 => view.words.without_budget_rise.to_owned(),
                count => sentences::unanswered(language, *count),
            }),
        ),
        Detail::CostForecast { forecast, currency_share, change, unanswered } => {
            let budget = sentences::of_budget(language, &format::percent(*forecast, 0));
            let rise =
                change.map(|share| sentences::against_week_before(language, &format::percent_change(share)));
            let currency = currency_share.and_then(|share| sentences::currency_part(language, share));
            let asked = (*unanswered > 0).then(|| sentences::unanswered(language, *unanswered));
            let currency = asked.or(currency);
            match (rise, currency) {
                (Some(rise), None) => (rise, Some(budget)),
                (rise, currency) => (budget, currency.or(rise)),
            }
        }
        Detail::NoCost => (view.words.no_data.to_owned(), None),
        Detail::RateMissing { from, to, month } => {
            let month = format::month(*month, language);
            (sentences::rate_is_missing(language, *from, *to), Some(sentences::rate_enter(language, &month)))
        }
        Detail::SourceNotCompared { source } => {
            (source.clone(), Some(sentences::not_compared(language).to_owned()))
        }
        Detail::PostmortemsMissing { missing } => (sentences::postmortems_missing(language, *missing), None),
        Detail::PostmortemsDue { overdue, due, next } => {
            let mut parts = postmortems_due(language, *overdue, *due, *next).into_iter();
            (parts.next().unwrap_or_default(), parts.next())
        }
        Detail::PostmortemsDone { published } => (sentences::postmortems_done(language, *published), None),
        Detail::ActionsOpen { open, overdue, longest } => {
            let mut parts = actions_open(language, *open, *overdue, *longest).into_iter();
            (parts.next().unwrap_or_default(), parts.next())
        }
        Detail::DataArrives => (view.words.arriving.to_owned(), None),
        Detail::SourceStale { source, days: 0 } => (source.clone(), Some(view.words.no_data.to_owned())),
        Detail::SourceStale { source, days } => (source.clone(), Some(sentences::for_days(language, *days))),
    }
}

fn found_by_clouds(view: &ReviewView<'_>) -> Option<AnyView> {
    let all = view.review.cloud_anomalies.iter();
    cloud_anomalies::table(view, all.map(|(anomaly, products)| (anomaly, products.as_slice())))
}

fn unmapped(view: &ReviewView<'_>) -> Option<AnyView> {
    if view.review.unmapped.is_empty() {
        return None;
    }
    let names = view.review.unmapped.join(sentences::list_separator(view.language));
    let text = sentences::unmapped(view.language, &names);
    Some(view! { <p class="prose">{mark(Status::NoData)}" "{text}</p> }.into_any())
}

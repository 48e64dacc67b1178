//! Error budgets: what needs attention stands open, the rest is folded.

use charts::strip::{Strip, StripCell};
use domain::error_budget::{ErrorBudget, target_percent};
use domain::finding::Status;
use domain::objective::Window;
use domain::review::objectives::{ObjectiveRow, WeekMark};
use leptos::prelude::*;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::ReviewView;
use crate::components::empty::empty;
use crate::components::mark::{chart_status, mark, marked_word};
use crate::components::section::{item, scroller};
use crate::texts::{format, sentences};
use crate::ui::raw::Drawing;

pub(super) fn section(view: &ReviewView<'_>) -> AnyView {
    let link = view.context.go("/objectives", &[("week", &view.review.week.to_string())]);
    let body = view! {
        {content(view)}
        <a class="evidence" href=link>{view.words.all_objectives}" →"</a>
        {super::due::list(view)}
    }
    .into_any();
    section_of(view, body)
}

fn section_of(view: &ReviewView<'_>, body: AnyView) -> AnyView {
    item("objectives", "5".to_owned(), view.words.objectives_title, view.words.objectives_question, body)
        .into_any()
}

fn content(view: &ReviewView<'_>) -> AnyView {
    let (words, rows) = (view.words, &view.review.objectives);
    if rows.is_empty() {
        return empty(words.empty_objectives, words.empty_objectives_do, "teirei import objectives FILE")
            .into_any();
    }
    let (green, open): (Vec<&ObjectiveRow>, Vec<&ObjectiveRow>) =
        rows.iter().partition(|row| row.status == Status::Ok);
    let folded = (!green.is_empty()).then(|| {
        let text = sentences::objectives_ok(view.language, green.len());
        view! {
            <details class="fold">
                <summary>{mark(Status::Ok)}" "{text}</summary>
                {table(view, &green, false)}
            </details>
        }
    });
    view! {
        <p class="prose">{sentence(view, rows)}</p>
        {(!open.is_empty()).then(|| table(view, &open, true))}
        {folded}
    }
    .into_any()
}

/// How many stand how.
pub(crate) fn sentence(view: &ReviewView<'_>, rows: &[ObjectiveRow]) -> String {
    let count = |status: Status| rows.iter().filter(|row| row.status == status).count();
    sentences::objectives_sentence(
        view.language,
        rows.len(),
        count(Status::Breached),
        count(Status::Risk),
        count(Status::NoData),
    )
}

/// A table of objectives.
pub(crate) fn table(view: &ReviewView<'_>, rows: &[&ObjectiveRow], captioned: bool) -> AnyView {
    let words = view.words;
    let last = view.review.week;
    let first = last.plus(1 - i32::try_from(domain::review::WEEKS_SHOWN).unwrap_or(13));
    let caption = captioned.then(|| {
        let (from, to) = (format!("{:02}", first.number()), format!("{:02}", last.number()));
        view! { <caption>{sentences::objectives_caption(view.language, &from, &to)}</caption> }
    });
    let body = rows.iter().map(|row| objective_row(view, row)).collect_view();
    let weeks = format!("W{:02}–W{:02}", first.number(), last.number());
    let table = view! {
        <table class="stack slo fixed">
            {caption}
            <colgroup>
                <col class="c1"/><col class="c2"/><col class="c3"/><col class="c4"/><col class="c5"/>
                <col class="c6"/><col class="c7"/><col class="c8"/><col class="c9"/>
            </colgroup>
            <thead>
                <tr>
                    <th scope="col">{words.status}</th>
                    <th scope="col">{words.objective}</th>
                    <th scope="col" class="num">{words.target}</th>
                    <th scope="col" class="num">{words.attainment}</th>
                    <th scope="col" class="num" colspan="2">{words.error_budget}</th>
                    <th scope="col" class="num">{words.burn_rate}</th>
                    <th scope="col">{weeks}</th>
                    <th scope="col" class="num">{words.reviewed}</th>
                </tr>
            </thead>
            <tbody>{body}</tbody>
        </table>
    };
    let label = if captioned { words.objectives_table_label } else { words.ok };
    scroller(label, table.into_any()).into_any()
}

fn objective_row(view: &ReviewView<'_>, row: &ObjectiveRow) -> AnyView {
    let words = view.words;
    let product = row.product.as_ref().map(|slug| view.product_name_of(slug));
    let title = provenance(view, row);
    let link = view.objective_link(&row.id);
    let gauge = row.remaining.filter(|_| row.status != Status::NoData).map(|remaining| {
        let gauge = charts::gauge::Remaining { remaining_ppm: remaining.0, status: chart_status(row.status) };
        view! { <Drawing svg=gauge.svg()/> }
    });
    let reviewed = row.reviewed_at.map_or_else(
        || view! { <small>{words.never_reviewed}</small> }.into_any(),
        |at| format::short_date(view.zone.to_datetime(at).date(), view.language).into_any(),
    );
    let second = match product {
        Some(name) => format!("{name} · {}", window(view, row)),
        None => window(view, row),
    };
    view! {
        <tr id=format!("objective-{}", row.id)>
            <td>{marked_word(row.status, words)}</td>
            <th scope="row"><a href=link title=title>{row.display_name.clone()}</a><small>{second}</small></th>
            <td class="num" data-label=words.target>{target_percent(row.target).to_string()}"%"</td>
            <td class="num" data-label=words.attainment>{attainment(view, row)}</td>
            <td class="wide">{gauge}</td>
            <td class="num rest">{remaining(view, row)}</td>
            <td class="num wide">{row.burn_rate.map_or_else(|| "–".to_owned(), format::times)}</td>
            <td class="full"><Drawing svg=strip(view, row)/></td>
            <td class="num wide">{reviewed}</td>
        </tr>
    }
    .into_any()
}

/// Attainment floored to one digit more than the target has; a dash without data.
pub(crate) fn attainment(view: &ReviewView<'_>, row: &ObjectiveRow) -> String {
    match row.budget() {
        Some(budget) => {
            let digits = ErrorBudget::attainment_decimals(row.target);
            format!("{}%", format::decimal(budget.attainment_percent(digits), digits))
        }
        None if row.sum.buckets > 0 => view.words.no_traffic.to_owned(),
        None => "–".to_owned(),
    }
}

/// What is left, as a share and in events or time.
fn remaining(view: &ReviewView<'_>, row: &ObjectiveRow) -> AnyView {
    let Some(share) = row.remaining.filter(|_| row.status != Status::NoData) else {
        let since =
            row.last_data.map(|last| format::short_date(view.zone.to_datetime(last).date(), view.language));
        let since = since.map(|since| sentences::stale_since(view.language, &since));
        return view! { "–"<small>{since}</small> }.into_any();
    };
    view! { {format::percent_left(share)}<small>{units_left(view, row)}</small> }.into_any()
}

/// What is left in the unit that is counted.
pub(crate) fn units_left(view: &ReviewView<'_>, row: &ObjectiveRow) -> String {
    let units = row.remaining_units.unwrap_or_default();
    let negative = units < Decimal::ZERO;
    match row.seconds_per_unit() {
        None => {
            let whole = units.abs().floor().to_i64().unwrap_or(i64::MAX);
            sentences::events_left(view.language, &format::whole(whole), negative)
        }
        Some(seconds) => {
            let seconds = (units.abs() * seconds).floor().to_i64().unwrap_or(i64::MAX);
            sentences::time_left(view.language, &format::minutes(seconds, view.language), negative)
        }
    }
}

/// The window in words.
pub(crate) fn window(view: &ReviewView<'_>, row: &ObjectiveRow) -> String {
    window_words(view, &row.window)
}

pub(crate) fn window_words(view: &ReviewView<'_>, window: &Window) -> String {
    match window {
        Window::Rolling { seconds } if seconds % 86_400 == 0 => {
            sentences::days(view.language, seconds / 86_400)
        }
        Window::Rolling { seconds } => format::minutes(*seconds, view.language),
        Window::Calendar { unit, count, .. } => sentences::calendar_window(view.language, *count, *unit),
    }
}

/// Source, window and coverage of the number.
fn provenance(view: &ReviewView<'_>, row: &ObjectiveRow) -> String {
    let from = format::short_date_time(row.period.start, &view.zone, view.language);
    let to = format::short_date_time(row.period.end, &view.zone, view.language);
    let coverage = row.sum.coverage().map(format::percent_left).unwrap_or_default();
    format!("{} · {from}–{to} · {}/{} · {coverage}", row.source, row.sum.good, row.sum.total)
}

fn strip(view: &ReviewView<'_>, row: &ObjectiveRow) -> String {
    let cell = |mark: &WeekMark| {
        let word = view.words.status(mark.status);
        let counts = ErrorBudget::new(mark.good, mark.total, row.target).map(|budget| {
            let digits = ErrorBudget::attainment_decimals(row.target);
            format!(" {}%", format::decimal(budget.attainment_percent(digits), digits))
        });
        let provisional =
            if mark.provisional { format!(" ({})", view.words.provisional) } else { String::new() };
        StripCell {
            status: chart_status(mark.status),
            provisional: mark.provisional,
            title: format!("W{:02} {word}{}{provisional}", mark.week.number(), counts.unwrap_or_default()),
        }
    };
    let cells: Vec<StripCell> = row.history.iter().map(cell).collect();
    let count = |status: Status| row.history.iter().filter(|mark| mark.status == status).count();
    let label = [Status::Breached, Status::Risk, Status::NoData, Status::Ok]
        .map(|status| format!("{} {}", view.words.status(status), count(status)))
        .join(sentences::list_separator(view.language));
    Strip { label, cells }.svg()
}

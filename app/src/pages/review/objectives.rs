//! Error budgets: what needs attention stands open, the rest is folded.

use charts::strip::{Strip, StripCell};
use domain::error_budget::{ErrorBudget, target_percent};
use domain::finding::Status;
use domain::note::NoteSection;
use domain::objective::Window;
use domain::review::objectives::{COVERAGE_NEEDED, ObjectiveRow, WeekMark};
use leptos::prelude::*;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::{ReviewView, notes};
use crate::components::empty::empty;
use crate::components::mark::{chart_status, mark, write_marked_word};
use crate::components::section::scroller;
use crate::texts::{format, policy_sentences, policy_words, sentences};
use crate::ui::raw::{Markup, TableBody};

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
    let named = (view.words.objectives_title, view.words.objectives_question);
    notes::item(view, (NoteSection::Objectives, "7"), named, body)
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
    let mut body = Markup::with_room_for(rows.len());
    for row in rows {
        objective_row(&mut body, view, row);
    }
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
            <TableBody rows=body/>
        </table>
    };
    let label = if captioned { words.objectives_table_label } else { words.ok };
    scroller(label, table.into_any()).into_any()
}

fn objective_row(body: &mut Markup, view: &ReviewView<'_>, row: &ObjectiveRow) {
    let (words, id) = (view.words, format!("objective-{}", row.id));
    body.element("tr", &[("id", &id)], |tr| {
        tr.element("td", &[], |td| write_marked_word(td, row.status, words));
        tr.element("th", &[("scope", "row")], |th| {
            let (link, title) = (view.objective_link(&row.id), provenance(view, row));
            th.words("a", &[("href", &link), ("title", &title)], &row.display_name);
            th.words("small", &[], &product_and_window(view, row));
        });
        let target = format!("{}%", target_percent(row.target));
        tr.words("td", &[("data-label", words.target), ("class", "num")], &target);
        tr.element("td", &[("data-label", words.attainment), ("class", "num")], |td| {
            td.text(&attainment(view, row));
            if let Some(coverage) = row.sum.coverage().filter(|coverage| *coverage < COVERAGE_NEEDED) {
                let share = format::percent_left(coverage);
                td.words("small", &[], &policy_sentences::thin(view.language, &share));
            }
        });
        tr.element("td", &[("class", "wide")], |td| {
            if let Some(remaining) = row.remaining.filter(|_| row.status != Status::NoData) {
                let (remaining_ppm, status) = (remaining.0, chart_status(row.status));
                td.drawing(&charts::gauge::Remaining { remaining_ppm, status }.svg());
            }
        });
        tr.element("td", &[("class", "num rest")], |td| remaining(td, view, row));
        let burn_rate = row.burn_rate.map_or_else(|| "–".to_owned(), format::times);
        tr.words("td", &[("class", "num wide")], &burn_rate);
        tr.element("td", &[("class", "full")], |td| td.drawing(&strip(view, row)));
        tr.element("td", &[("class", "num wide")], |td| match row.reviewed_at {
            None => td.words("small", &[], words.never_reviewed),
            Some(at) => td.text(&format::short_date(view.zone.to_datetime(at).date(), view.language)),
        });
    });
}

fn product_and_window(view: &ReviewView<'_>, row: &ObjectiveRow) -> String {
    match &row.product {
        Some(slug) => format!("{} · {}", view.product_name_of(slug), window(view, row)),
        None => window(view, row),
    }
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
fn remaining(cell: &mut Markup, view: &ReviewView<'_>, row: &ObjectiveRow) {
    let Some(share) = row.remaining.filter(|_| row.status != Status::NoData) else {
        cell.text("–");
        let since = row.last_data.map(|last| view.zone.to_datetime(last).date());
        let since = since.map(|day| {
            sentences::stale_since(view.language, &format::short_date(day, view.language)).to_string()
        });
        return cell.words("small", &[], &since.unwrap_or_default());
    };
    cell.text(&format::percent_left(share));
    cell.words("small", &[], &units_left(view, row));
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
    let counting = policy_words::counting(view.language, row.counting);
    format!("{} · {from}–{to} · {}/{} · {coverage} · {counting}", row.source, row.sum.good, row.sum.total)
}

fn strip(view: &ReviewView<'_>, row: &ObjectiveRow) -> String {
    let digits = ErrorBudget::attainment_decimals(row.target);
    let cell = |mark: &WeekMark| {
        let (status, provisional) = (chart_status(mark.status), mark.provisional);
        // A week that was met says its number on the SLO's own page: here most are, and page and reader are
        // spared a hundred numbers that nobody has to look at.
        if mark.status == Status::Ok && !provisional {
            return StripCell { status, provisional, title: String::new() };
        }
        let mut title = format!("W{:02} ", mark.week.number());
        title.push_str(view.words.status(mark.status));
        if let Some(budget) = ErrorBudget::new(mark.good, mark.total, row.target) {
            title.push(' ');
            title.push_str(&format::decimal(budget.attainment_percent(digits), digits));
            title.push('%');
        }
        if provisional {
            title.push_str(&[" (", view.words.provisional, ")"].concat());
        }
        StripCell { status, provisional, title }
    };
    let cells: Vec<StripCell> = row.history.iter().map(cell).collect();
    let count = |status: Status| row.history.iter().filter(|mark| mark.status == status).count();
    let label = [Status::Breached, Status::Risk, Status::NoData, Status::Ok]
        .map(|status| format!("{} {}", view.words.status(status), count(status)))
        .join(sentences::list_separator(view.language));
    Strip { label, cells }.svg()
}

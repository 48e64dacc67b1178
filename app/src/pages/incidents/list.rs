//! Each incident a row; the heads of columns sort.

use domain::incident_override::CauseClass;
use domain::incident_statistics::ListedIncident;
use domain::incident_statistics::filter::{IncidentFilter, IncidentSort};
use domain::ratio::Ppm;
use domain::split::parts_of;
use leptos::prelude::*;

use super::{StatisticsView, severity_word};
use crate::components::empty::empty;
use crate::components::section::scroller;
use crate::context::link;
use crate::texts::statistics_words::{cause_word, left_out_word, state_word};
use crate::texts::{format, sentences};
use crate::ui::raw::{Markup, TableBody};

/// The table, or why there is none.
pub(super) fn body(view: &StatisticsView<'_>) -> AnyView {
    let (words, statistics) = (view.words, view.statistics);
    let with_uncounted = view.page.request.filter.with_uncounted;
    let shown: Vec<&ListedIncident> =
        statistics.listed.iter().filter(|row| with_uncounted || row.left_out.is_none()).collect();
    if shown.is_empty() {
        let text = if statistics.listed.is_empty() { words.empty_none } else { words.empty_uncounted };
        return empty(text, "", "").into_any();
    }
    // Minutes as printed add up to the minutes of the headline.
    let weights: Vec<u64> =
        shown.iter().map(|row| u64::try_from(row.union_share).unwrap_or(u64::MAX)).collect();
    let minutes = parts_of(statistics.impact.weighted_seconds() / 60, &weights, 0);
    let mut rows = Markup::with_room_for(shown.len());
    for (row, minutes) in shown.iter().zip(minutes) {
        write_row(view, &mut rows, row, minutes);
    }
    let table = view! {
        <table class="stack incidents">
            <thead>
                <tr>
                    {sorter(view, IncidentSort::Severity, words.severity, "")}
                    {sorter(view, IncidentSort::Product, words.incident, "")}
                    {sorter(view, IncidentSort::Began, words.began, "")}
                    <th scope="col" class="num">{view.texts.impact}</th>
                    {sorter(view, IncidentSort::Impact, words.in_union, "num")}
                    {sorter(view, IncidentSort::Budget, words.largest_budget, "num")}
                    <th scope="col">{words.detected_by}</th>
                </tr>
            </thead>
            <TableBody rows=rows/>
        </table>
    };
    view! { {scroller(words.list_table, table.into_any())}{forms(view)} }.into_any()
}

/// A column head that sorts; the column of incidents sorts by their products.
fn sorter(view: &StatisticsView<'_>, sort: IncidentSort, word: &'static str, class: &'static str) -> AnyView {
    let request = &view.page.request;
    let here = request.filter.sort == sort;
    let is_rising = matches!(sort, IncidentSort::Product | IncidentSort::Severity);
    let order = if is_rising { "ascending" } else { "descending" };
    let mark = match (here, is_rising) {
        (false, _) => "",
        (true, true) => " ↑",
        (true, false) => " ↓",
    };
    let href = view.link(&IncidentFilter { sort, ..request.filter.clone() }, request.window_query());
    let href = format!("{href}#list");
    let by_product = (sort == IncidentSort::Product).then(|| format!(" ({})", view.words.product));
    view! {
        <th scope="col" class=class aria-sort=here.then_some(order)><a href=href>{word}{by_product}</a>{mark}</th>
    }
    .into_any()
}

fn write_row(view: &StatisticsView<'_>, rows: &mut Markup, row: &ListedIncident, minutes: i64) {
    let (words, language, incident) = (view.words, view.language, &row.incident);
    let id = format!("incident-{}", incident.external_id);
    let class = if row.left_out.is_some() { "aside" } else { "" };
    rows.element("tr", &[("id", &id), ("class", class)], |line| {
        let tag = if incident.severity.is_major() { "tag major" } else { "tag" };
        line.element("td", &[("class", "full")], |cell| {
            cell.words("span", &[("class", tag)], severity_word(incident.severity));
        });
        line.element("th", &[("scope", "row"), ("class", "full")], |cell| {
            cell.words("a", &[("href", &view.incident_link(incident))], &incident.title);
            cell.words("small", &[], &second_line(view, row));
        });
        line.element("td", &[("class", "full")], |cell| {
            let began = incident.began_at();
            let machine = format::machine_time(began, &view.zone);
            cell.words("time", &[("datetime", &machine)], &format::date_time(began, &view.zone, language));
        });
        line.element("td", &[("class", "num"), ("data-label", view.texts.impact)], |cell| {
            match row.impact {
                Some(_) => cell.text(&format::minutes(row.inside_seconds, language)),
                None => cell.text(view.texts.unknown_duration),
            }
            let share = format::percent(incident.impact_fraction, 0);
            cell.words("small", &[], &sentences::share_of_use(language, &share));
        });
        line.element("td", &[("class", "num"), ("data-label", words.in_union)], |cell| {
            let is_part = row.left_out.is_none() && incident.customer_impact;
            let text = if is_part { format::minutes(minutes * 60, language) } else { "–".to_owned() };
            cell.text(&text);
        });
        line.element("td", &[("class", "num"), ("data-label", words.largest_budget)], |cell| {
            match &row.budget {
                Some(budget) => {
                    cell.text(&spent(budget.share));
                    cell.words("small", &[], &budget.display_name);
                }
                None => cell.text("–"),
            }
        });
        let by = incident.detected_by.map_or("–", |by| view.texts.detected_by(by));
        line.words("td", &[("class", "wide")], by);
    });
}

/// A share of a budget; a little is not nothing.
fn spent(share: Ppm) -> String {
    if (1..500).contains(&share.0) { "<0.1%".to_owned() } else { format::percent(share, 1) }
}

/// Product, state, cause, and why it does not count.
fn second_line(view: &StatisticsView<'_>, row: &ListedIncident) -> String {
    let incident = &row.incident;
    let mut parts =
        vec![view.product_name(&incident.product), state_word(view.language, row.state).to_owned()];
    if let Some(cause) = row.cause {
        let deploy = incident.cause_deploy_id.as_ref().filter(|_| cause == CauseClass::Deploy);
        let deploy = deploy.map(|id| format!(" {id}")).unwrap_or_default();
        parts.push(format!("{}{deploy}", cause_word(view.language, cause)));
    }
    if let Some(reason) = row.left_out {
        parts.push(left_out_word(view.language, reason).to_owned());
        parts.push(view.texts.not_counted.to_owned());
    }
    parts.join(" · ")
}

/// The same value in other forms.
fn forms(view: &StatisticsView<'_>) -> AnyView {
    let request = &view.page.request;
    let query = view.query(&request.filter, request.window_query());
    let query: Vec<(&str, &str)> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let links = [("CSV", "csv"), ("JSON", "json")].map(|(name, suffix)| {
        let href = link(&format!("{}.{suffix}", view.path()), &query);
        view! { <a href=href>{name}</a>" " }
    });
    view! { <p class="evidence">{links.collect_view()}</p> }.into_any()
}

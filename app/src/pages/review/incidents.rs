//! Incidents: a timeline of the week and a table; no mean duration anywhere.

use charts::timeline::{Bar, Lane, Timeline};
use domain::finding::Status;
use domain::incident::Severity;
use domain::note::NoteSection;
use domain::period::Period;
use domain::review::incidents::{IncidentRow, Postmortem};
use jiff::Timestamp;
use leptos::prelude::*;
use leptos::tachys::html::class::class as class_of;

use super::{ReviewView, notes};
use crate::components::empty::empty;
use crate::components::mark::mark;
use crate::components::section::scroller;
use crate::components::when;
use crate::pages::incident::incident_path;
use crate::pages::postmortem::postmortem_path;
use crate::texts::postmortem_words::postmortem_words;
use crate::texts::{format, sentences, statistics_sentences};
use crate::ui::raw::Chart;

/// Hours of the evening and morning that are shaded, in the organisation's zone.
const NIGHT: (i64, i64) = (22, 7);

pub(super) fn section(view: &ReviewView<'_>) -> AnyView {
    let link = view.context.go("/incidents", &[("week", &view.review.week.to_string())]);
    let body = view! {
        {content(view)}
        <a class="evidence" href=link>{view.words.all_incidents}" →"</a>
    }
    .into_any();
    section_of(view, body)
}

fn section_of(view: &ReviewView<'_>, body: AnyView) -> AnyView {
    let named = (view.words.incidents_title, view.words.incidents_question);
    notes::item(view, (NoteSection::Incidents, "6"), named, body)
}

/// Timeline and table, or why there is none.
pub(crate) fn content(view: &ReviewView<'_>) -> AnyView {
    let incidents = &view.review.incidents;
    if incidents.rows.is_empty() {
        return empty(view.words.empty_incidents, "", "").into_any();
    }
    let sentence = sentences::incidents_sentence(
        view.language,
        incidents,
        (
            &format::minutes(incidents.union_seconds, view.language),
            &format::minutes(incidents.weighted_seconds, view.language),
        ),
    );
    // More than chance explains is for the meeting to talk about.
    let is_above = incidents.band.is_some_and(|(_, upper)| incidents.counted() > upper);
    let customers = statistics_sentences::by_customers(view.language, incidents);
    view! {
        <figure class="chart">
            <figcaption>{is_above.then(|| mark(Status::Risk))}{sentence}{customers}</figcaption>
            <Chart svg=timeline(view).svg()/>
        </figure>
        {table(view, &incidents.rows)}
    }
    .into_any()
}

/// The timeline as the page draws it; nothing without an incident.
pub(crate) fn drawing(view: &ReviewView<'_>) -> Option<String> {
    (!view.review.incidents.rows.is_empty()).then(|| timeline(view).svg())
}

fn minute_of(view: &ReviewView<'_>, instant: Timestamp) -> i64 {
    (instant.as_second() - view.review.period.start.as_second()).div_euclid(60)
}

fn timeline(view: &ReviewView<'_>) -> Timeline {
    let total_minutes = view.review.period.seconds() / 60;
    let mut lanes: Vec<Lane> = Vec::new();
    for row in view.review.incidents.rows.iter().filter(|row| row.counted) {
        let bars = bars(view, row, total_minutes);
        if bars.is_empty() {
            continue;
        }
        let label = product_label(view, row);
        match lanes.iter_mut().find(|lane| lane.label == label) {
            Some(lane) => lane.bars.extend(bars),
            None => lanes.push(Lane { label, bars, deploys: Vec::new() }),
        }
    }
    Timeline {
        id: "timeline".to_owned(),
        title: view.words.timeline_title.to_owned(),
        description: view.words.timeline_description.to_owned(),
        days: view
            .review
            .week
            .days()
            .into_iter()
            .map(|day| {
                let narrow = format::weekday(day.weekday(), view.language);
                charts::Label::new(format::date(day, view.language), narrow)
            })
            .collect(),
        nights: nights(total_minutes),
        lanes,
        total_minutes,
    }
}

/// Nights of the working days, and the weekend as a whole.
fn nights(total_minutes: i64) -> Vec<(i64, i64)> {
    let hour = 60;
    let mut shaded = vec![(0, NIGHT.1 * hour)];
    for day in 0..5 {
        let evening = (day * 24 + NIGHT.0) * hour;
        let until = if day == 4 { total_minutes } else { ((day + 1) * 24 + NIGHT.1) * hour };
        shaded.push((evening, until));
    }
    shaded
}

/// A bar for each stretch in which it was felt; the first one has its words.
fn bars(view: &ReviewView<'_>, row: &IncidentRow, total_minutes: i64) -> Vec<Bar> {
    let Some(impact) = row.impact else { return Vec::new() };
    let clock = |at| format::clock(at, &view.zone);
    let separator = sentences::list_separator(view.language);
    let minutes = format::minutes(row.impact_seconds, view.language);
    // Of one that came back the first and the last instant would say that it lasted all the time.
    let times = match row.calm.is_empty() {
        true => format!("{}–{}{separator}{minutes}", clock(impact.start), clock(impact.end)),
        false => minutes,
    };
    let mut words = Some((format!("{} {}", row.severity.as_str(), row.title), times));
    let bar = |stretch: Period| {
        let (label, time_label) = words.take().unwrap_or_default();
        Bar {
            start_minute: minute_of(view, stretch.start).clamp(0, total_minutes),
            end_minute: minute_of(view, stretch.end).clamp(0, total_minutes),
            major: row.severity.is_major(),
            label,
            time_label,
            open_end: row.open && stretch.end == impact.end,
        }
    };
    row.stretches().into_iter().map(bar).collect()
}

fn product_label(view: &ReviewView<'_>, row: &IncidentRow) -> String {
    row.product
        .as_ref()
        .and_then(|slug| view.review.product(slug))
        .map_or_else(|| row.product_name.clone(), |product| product.name.get(view.language).to_owned())
}

/// The table of incidents.
pub(crate) fn table(view: &ReviewView<'_>, rows: &[IncidentRow]) -> AnyView {
    let words = view.words;
    let zone_name = format::zone_name(view.review.period.start, &view.zone);
    let body = rows.iter().map(|row| incident_row(view, row)).collect_view();
    let table = view! {
        <table class="stack incidents">
            <thead>
                <tr>
                    <th scope="col">{words.severity}</th>
                    <th scope="col">{words.incident}</th>
                    <th scope="col">{words.started}" "{zone_name}</th>
                    <th scope="col" class="num">{words.impact}</th>
                    <th scope="col">{words.detection}</th>
                    <th scope="col">{words.postmortem}</th>
                </tr>
            </thead>
            <tbody>{body}</tbody>
        </table>
    };
    scroller(words.incidents_table_label, table.into_any()).into_any()
}

fn incident_row(view: &ReviewView<'_>, row: &IncidentRow) -> AnyView {
    let words = view.words;
    let class = if row.severity.is_major() { "tag major" } else { "tag" };
    let href = view.context.go(&incident_path(&row.source, &row.external_id), &[]);
    let title = view! { <a href=href>{row.title.clone()}</a> };
    let start = row.impact.map(|impact| when::instant(impact.start, &view.zone, view.language));
    let impact = match row.impact {
        Some(_) => format::minutes(row.impact_seconds, view.language),
        None => words.unknown_duration.to_owned(),
    };
    let detected = row.detected_by.map_or("–", |by| words.detected_by(by));
    let line = view! {
        <tr id=format!("incident-{}", row.external_id)>
            <td class="full"><span class=class>{severity_word(row.severity)}</span></td>
            <th scope="row" class="full">{title}<small>{second_line(view, row)}</small></th>
            <td class="full">{start}</td>
            <td class="num" data-label=words.impact>
                {impact}<small>{sentences::share_of_use(view.language, &format::percent(row.fraction, 0))}</small>
            </td>
            <td class="wide">{detected}</td>
            <td class="wide">{postmortem(view, row)}</td>
        </tr>
    };
    // An empty class would be written for each of the others.
    if row.counted { line.into_any() } else { line.add_any_attr(class_of("aside")).into_any() }
}

fn severity_word(severity: Severity) -> &'static str {
    if severity == Severity::Unclassified { "SEV-?" } else { severity.as_str() }
}

/// Product, repeat, open and what keeps it out of the statistics.
fn second_line(view: &ReviewView<'_>, row: &IncidentRow) -> String {
    let words = view.words;
    let mut parts = vec![product_label(view, row)];
    if row.occurrences > 1 {
        parts.push(sentences::occurrence(view.language, row.occurrences));
    }
    if row.open && row.counted {
        parts.push(words.still_open.to_owned());
    }
    if row.planned {
        parts.push(words.planned.to_owned());
    }
    if row.is_test {
        parts.push(words.drill.to_owned());
    }
    if !row.counted {
        parts.push(words.not_counted.to_owned());
    }
    parts.join(" · ")
}

fn postmortem(view: &ReviewView<'_>, row: &IncidentRow) -> AnyView {
    let words = view.words;
    let word = match row.postmortem {
        Postmortem::NotRequired => words.postmortem_not_required,
        Postmortem::Missing => words.postmortem_missing,
        Postmortem::Draft => words.postmortem_draft,
        Postmortem::InReview => postmortem_words(view.language).in_review,
        Postmortem::Published => words.postmortem_published,
    };
    let missing = (row.postmortem == Postmortem::Missing).then(|| mark(Status::Risk));
    match &row.postmortem_url {
        Some(url) => view! { {missing}<a href=url.clone() rel="noopener noreferrer">{word}</a> }.into_any(),
        None if row.postmortem == Postmortem::NotRequired => word.into_any(),
        None => {
            let href = postmortem_path(&row.source, &row.external_id);
            view! { {missing}<a href=href>{word}</a> }.into_any()
        }
    }
}

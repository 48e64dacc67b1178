//! Swim lanes: a lane per product, a bar from the start of the impact to its end.

use charts::Label;
use charts::timeline::{Bar, Lane, Timeline};
use domain::incident_statistics::ListedIncident;
use domain::incident_statistics::window::StatisticsWindow;
use domain::period::Period;
use jiff::Timestamp;
use jiff::ToSpan;
use jiff::civil::Date;
use leptos::prelude::*;

use super::{StatisticsView, deploys};
use crate::texts::deploy_words::deploy_words;
use crate::texts::{format, sentences};
use crate::ui::raw::Chart;

/// With more bars than these only major ones are named, and with more major ones none: the list names them all.
const NAMED: usize = 12;

/// Up to so many days each has a name of its own.
const DAYS_NAMED: i64 = 14;

/// Up to so many days weekends are wide enough to be seen.
const DAYS_SHADED: i64 = 35;

/// How many names a longer stretch of days has.
const STRETCHES: i64 = 8;

/// The lanes of counted incidents with the deploys of their products; nothing where there is none.
pub(super) fn figure(view: &StatisticsView<'_>) -> Option<AnyView> {
    let rows: Vec<&ListedIncident> = view.statistics.counted().filter(|row| row.impact.is_some()).collect();
    let chart = chart(view, &rows);
    if chart.lanes.is_empty() {
        return None;
    }
    let marks = chart.lanes.iter().any(|lane| !lane.deploys.is_empty());
    let marks = marks.then(|| format!(" {}", deploy_words(view.language).marks));
    let caption = caption(view);
    Some(
        view! {
            <figure class="chart">
                <figcaption>{caption}{marks}</figcaption>
                <Chart svg=chart.svg()/>
            </figure>
        }
        .into_any(),
    )
}

/// What the marks mean; weekends are shaded where they are wide enough to be seen.
fn caption(view: &StatisticsView<'_>) -> &'static str {
    if days_of(view) > DAYS_SHADED { view.words.timeline_caption_long } else { view.words.timeline_caption }
}

/// How many days the window has.
fn days_of(view: &StatisticsView<'_>) -> i64 {
    let (first, last) = view.statistics.window.days();
    i64::from(first.until(last).map_or(0, |span| span.get_days())) + 1
}

fn chart(view: &StatisticsView<'_>, rows: &[&ListedIncident]) -> Timeline {
    let total_minutes = view.statistics.period.seconds() / 60;
    let major = rows.iter().filter(|row| row.incident.severity.is_major()).count();
    let is_named =
        |row: &ListedIncident| rows.len() <= NAMED || (major <= NAMED && row.incident.severity.is_major());
    let mut lanes: Vec<Lane> = Vec::new();
    for row in rows {
        let bars = bars(view, row, is_named(row));
        if bars.is_empty() {
            continue;
        }
        let label = view.product_name(&row.incident.product);
        match lanes.iter_mut().find(|lane| lane.label == label) {
            Some(lane) => lane.bars.extend(bars),
            None => lanes.push(Lane { label, bars, deploys: Vec::new() }),
        }
    }
    lanes.sort_by_key(|lane| std::cmp::Reverse(lane.bars.len()));
    for (label, deploys) in deploys::marks(view) {
        match lanes.iter_mut().find(|lane| lane.label == label) {
            Some(lane) => lane.deploys = deploys,
            // Among many products one to which nothing happened needs no lane.
            None if view.page.request.product.is_some() => {
                lanes.push(Lane { label, bars: Vec::new(), deploys })
            }
            None => {}
        }
    }
    Timeline {
        id: "incident-timeline".to_owned(),
        title: view.words.timeline_chart.to_owned(),
        description: caption(view).to_owned(),
        days: days(view),
        nights: weekends(view, total_minutes),
        lanes,
        total_minutes,
    }
}

pub(super) fn minute_of(view: &StatisticsView<'_>, instant: Timestamp) -> i64 {
    (instant.as_second() - view.statistics.period.start.as_second()).div_euclid(60)
}

/// A bar for each stretch in which it was felt; the first one has its words.
fn bars(view: &StatisticsView<'_>, row: &ListedIncident, is_named: bool) -> Vec<Bar> {
    let Some(impact) = row.impact else { return Vec::new() };
    let incident = &row.incident;
    let is_short = matches!(view.statistics.window, StatisticsWindow::Weeks(_, 1));
    let time_label = (is_named && is_short).then(|| {
        let clock = |at: Timestamp| format::clock(at, &view.zone);
        let separator = sentences::list_separator(view.language);
        let minutes = format::minutes(row.inside_seconds, view.language);
        match incident.calm.is_empty() {
            true => format!("{}–{}{separator}{minutes}", clock(impact.start), clock(impact.end)),
            false => minutes,
        }
    });
    let label = is_named.then(|| format!("{} {}", incident.severity.as_str(), incident.title));
    let mut words = Some((label.unwrap_or_default(), time_label.unwrap_or_default()));
    let measured_until = view.statistics.measured.end;
    let bar = |stretch: Period| {
        let (label, time_label) = words.take().unwrap_or_default();
        Bar {
            start_minute: minute_of(view, stretch.start),
            end_minute: minute_of(view, stretch.end),
            major: incident.severity.is_major(),
            label,
            time_label,
            open_end: incident.is_open(measured_until) && stretch.end == impact.end,
        }
    };
    incident.stretches(measured_until).into_iter().map(bar).collect()
}

/// Names over the lanes: days, weeks, or stretches of days.
fn days(view: &StatisticsView<'_>) -> Vec<Label> {
    let (first, count) = (view.statistics.window.days().0, days_of(view));
    let day = |offset: i64| first.saturating_add(offset.days());
    let named = |date: Date| {
        let narrow = format::weekday(date.weekday(), view.language);
        Label::new(format::date(date, view.language), if count > 7 { "" } else { narrow })
    };
    match view.statistics.window {
        StatisticsWindow::Weeks(last, weeks) if weeks > 1 => last
            .trailing(usize::from(weeks))
            .into_iter()
            .map(|week| {
                let number = format!("W{}", week.number());
                let from = format::short_date(week.monday(), view.language);
                let wide = if weeks > 6 { number.clone() } else { format!("{number} {from}–") };
                let shown_narrow = weeks <= 6 || week.number() % 4 == 0;
                Label::new(wide, if shown_narrow { number } else { String::new() })
            })
            .collect(),
        _ if count <= DAYS_NAMED => (0..count).map(|offset| named(day(offset))).collect(),
        _ => (0..STRETCHES)
            .map(|part| {
                let from = format::short_date(day(count * part / STRETCHES), view.language);
                Label::new(format!("{from}–"), if part % 3 == 0 { format!("{from}–") } else { String::new() })
            })
            .collect(),
    }
}

/// Weekends, where they are wide enough to be seen.
fn weekends(view: &StatisticsView<'_>, total_minutes: i64) -> Vec<(i64, i64)> {
    let (first, count) = (view.statistics.window.days().0, days_of(view));
    if count > DAYS_SHADED {
        return Vec::new();
    }
    let is_rest = |day: Date| day.weekday().to_monday_zero_offset() >= 5;
    let begins = |day: Date| minute_of(view, domain::week::start_of_day(day, &view.zone));
    (0..count)
        .map(|offset| first.saturating_add(offset.days()))
        .filter(|day| is_rest(*day))
        .map(|day| (begins(day), begins(day.saturating_add(1.days())).min(total_minutes)))
        .collect()
}

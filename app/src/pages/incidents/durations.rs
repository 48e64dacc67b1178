//! How long things took: every incident a dot, the median, and last of all the mean.

use charts::Label;
use charts::durations::{DurationRow, Durations};
use domain::incident_statistics::sample::Sample;
use domain::incident_statistics::stage::{DurationFigures, DurationKind};
use leptos::prelude::*;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::{StatisticsView, severity_word};
use crate::components::table::table;
use crate::texts::statistics_sentences as sentences;
use crate::ui::raw::Chart;

/// Places of an axis in minutes: a minute to a quarter.
const TICKS: [i64; 8] = [1, 10, 60, 360, 1_440, 10_080, 43_200, 129_600];

/// Dots by severity, the four durations, and what was left out.
pub(super) fn body(view: &StatisticsView<'_>) -> AnyView {
    let words = view.words;
    let chart = chart(view);
    let has_dots = chart.rows.iter().any(|row| !row.minutes.is_empty());
    let figure = has_dots.then(|| {
        view! {
            <figure class="chart">
                <figcaption>{words.durations_caption}</figcaption>
                <Chart svg=chart.svg()/>
            </figure>
        }
    });
    view! {
        {figure}
        {figures(view)}
        <p class="prose"><small>{words.percentile_definition}</small></p>
        {negative(view)}
    }
    .into_any()
}

fn chart(view: &StatisticsView<'_>) -> Durations {
    let by_severity = &view.statistics.by_severity;
    let rows = by_severity.iter().map(|one| {
        let sample = &one.figures.sample;
        let median = sample.median();
        let spoken = median.map(|median| sentences::duration(view.language, median));
        DurationRow {
            label: severity_word(one.severity).to_owned(),
            summary: sentences::sample(view.language, sample.count(), spoken.as_deref()),
            minutes: sample.values().iter().map(|seconds| seconds / 60).collect(),
            median: median.and_then(|median| (median / Decimal::from(60)).to_i64()),
        }
    });
    let rows: Vec<DurationRow> = rows.collect();
    let minutes = || rows.iter().flat_map(|row| row.minutes.iter().copied());
    Durations {
        id: "incident-durations".to_owned(),
        title: view.words.durations_chart.to_owned(),
        description: view.words.durations_caption.to_owned(),
        ticks: ticks(view, minutes().min().unwrap_or(1), minutes().max().unwrap_or(1)),
        rows,
    }
}

/// The places that hold all dots between them, at least two.
fn ticks(view: &StatisticsView<'_>, least: i64, most: i64) -> Vec<(i64, Label)> {
    let first = TICKS.iter().rposition(|tick| *tick <= least).unwrap_or(0).min(TICKS.len() - 2);
    let last = TICKS.iter().position(|tick| *tick >= most).unwrap_or(TICKS.len() - 1).max(first + 1);
    let named = |tick: &i64| (*tick, Label::from(sentences::round_minutes(view.language, *tick)));
    TICKS[first..=last].iter().map(named).collect()
}

fn figures(view: &StatisticsView<'_>) -> AnyView {
    let words = view.words;
    let rows = view.statistics.durations.iter().map(|figures| row(view, figures)).collect_view();
    let columns = [
        (words.duration, false),
        (words.sample_size, true),
        (words.median, true),
        (words.range, true),
        (words.percentile_75, true),
        (words.percentile_90, true),
        (words.left_out, false),
        (words.mean, true),
    ];
    table(words.durations_table, &columns, rows.into_any())
}

fn row(view: &StatisticsView<'_>, figures: &DurationFigures) -> AnyView {
    let (words, language) = (view.words, view.language);
    let (name, definition) = words.duration_kind(figures.kind);
    let sample = &figures.sample;
    let spoken = |value: Option<Decimal>| value.map(|value| sentences::duration(language, value));
    let dash = || "–".to_owned();
    let percentile = |percent: u8| match spoken(sample.percentile_told(percent)) {
        Some(told) => told,
        None if sample.count() == 0 => dash(),
        None => words.too_few.to_owned(),
    };
    let range = sample.range().map(|(least, most)| {
        format!("{}–{}", sentences::seconds(language, least), sentences::seconds(language, most))
    });
    let incomparable =
        (sample.count() > 0 && !sample.is_enough()).then(|| view! { <small>{words.not_comparable}</small> });
    view! {
        <tr id=figures.kind.as_str()>
            <th scope="row" class="full">{name}<small>{definition}</small></th>
            <td class="num" data-label=words.sample_size>{sample.count()}</td>
            <td class="num" data-label=words.median>{spoken(sample.median()).unwrap_or_else(dash)}</td>
            <td class="num" data-label=words.range>{range.unwrap_or_else(dash)}</td>
            <td class="num" data-label=words.percentile_75>{percentile(75)}</td>
            <td class="num" data-label=words.percentile_90>{percentile(90)}</td>
            <td class="full" data-label=words.left_out>{left_out(view, figures)}</td>
            <td class="num" data-label=words.mean>{mean(view, sample)}{incomparable}</td>
        </tr>
    }
    .into_any()
}

/// The mean with its n.
fn mean(view: &StatisticsView<'_>, sample: &Sample) -> String {
    match sample.mean() {
        Some(mean) => format!("{} (n={})", sentences::duration(view.language, mean), sample.count()),
        None => "–".to_owned(),
    }
}

/// How many incidents a duration leaves out, and why.
fn left_out(view: &StatisticsView<'_>, figures: &DurationFigures) -> String {
    let words = view.words;
    let negative = i64::try_from(figures.negative.len()).unwrap_or(i64::MAX);
    let parts =
        [(words.unknown, figures.unknown), (words.going_on, figures.open), (words.negative, negative)];
    let parts: Vec<String> =
        parts.iter().filter(|(_, count)| *count > 0).map(|(word, count)| format!("{word} {count}")).collect();
    if parts.is_empty() { "–".to_owned() } else { parts.join(" · ") }
}

/// Durations below zero, by incident.
fn negative(view: &StatisticsView<'_>) -> Option<AnyView> {
    let of_kind = |figures: &DurationFigures, kind: DurationKind| {
        let (name, _) = view.words.duration_kind(kind);
        let one = |one: &domain::incident_statistics::stage::NegativeDuration| {
            let seconds = sentences::seconds(view.language, one.seconds.saturating_neg());
            let text = format!("{} {}: {name} −{seconds}", one.source, one.external_id);
            view! { <li>{text}</li> }
        };
        figures.negative.iter().map(one).collect_view()
    };
    let any = view.statistics.durations.iter().any(|figures| !figures.negative.is_empty());
    any.then(|| {
        let lists =
            view.statistics.durations.iter().map(|figures| of_kind(figures, figures.kind)).collect_view();
        view! {
            <div id="wrong-order">
                <p>{view.words.negative_list}</p>
                <ul class="plain">{lists}</ul>
            </div>
        }
        .into_any()
    })
}

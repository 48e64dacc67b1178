//! The figures, each with what it counts.

use domain::finding::Status;
use domain::incident::DetectedBy;
use domain::incident_statistics::weekly::{SeverityCount, Standing};
use leptos::prelude::*;

use super::{StatisticsView, remarks};
use crate::components::mark::mark;
use crate::texts::statistics_words::standing_word;
use crate::texts::{format, statistics_sentences as sentences};

/// One figure: its name, value, what stands beside it, and what it counts.
pub(super) struct Figure {
    name: &'static str,
    value: String,
    more: String,
    definition: &'static str,
    /// Whether somebody should look at it.
    stands_out: bool,
}

/// A sentence, two rows of figures, and what they leave out.
pub(super) fn body(view: &StatisticsView<'_>) -> AnyView {
    let statistics = view.statistics;
    let impact = &statistics.impact;
    let sentence = sentences::headline(
        view.language,
        statistics.declared,
        statistics.open(),
        &format::minutes(impact.weighted_seconds(), view.language),
        &format::minutes(impact.union_seconds, view.language),
    );
    let rows = [
        vec![felt(view), availability(view), count(view), between(view)],
        vec![repeats(view), customers(view), sleep(view), budget(view)],
    ];
    let rows = rows.map(|figures| {
        let figures = figures.into_iter().map(|figure| shown(view, figure)).collect_view();
        view! { <dl class="verdicts">{figures}</dl> }
    });
    view! { <p class="prose">{sentence}</p>{rows.collect_view()}{remarks(view)} }.into_any()
}

pub(super) fn shown(view: &StatisticsView<'_>, figure: Figure) -> AnyView {
    let Figure { name, value, more, definition, stands_out } = figure;
    let risk = stands_out.then(|| {
        view! { {mark(Status::Risk)}<span class="sr">{view.texts.status(Status::Risk)}" "</span> }
    });
    view! {
        <div>
            <dt>{name}</dt>
            <dd class="big">{risk}{value}</dd>
            <dd><small>{more}</small></dd>
            <dd>
                <details>
                    <summary><small>{view.words.definition}<span class="sr">": "{name}</span></small></summary>
                    <p><small>{definition}</small></p>
                </details>
            </dd>
        </div>
    }
    .into_any()
}

/// A figure that nobody has to look at.
pub(super) fn plain(name: &'static str, value: String, more: String, definition: &'static str) -> Figure {
    Figure { name, value, more, definition, stands_out: false }
}

fn felt(view: &StatisticsView<'_>) -> Figure {
    let impact = &view.statistics.impact;
    let value = format::minutes(impact.weighted_seconds(), view.language);
    let more =
        sentences::beside_impact(view.language, impact.incidents, impact.without_customers, impact.unknown);
    plain(view.words.impact, value, more, view.words.impact_definition)
}

fn availability(view: &StatisticsView<'_>) -> Figure {
    let impact = &view.statistics.impact;
    // Rounded down when it was made: what is printed must not read better.
    let value = impact.availability().map_or("–".to_owned(), |share| format::percent(share, 4));
    let more = format::minutes(impact.window_seconds, view.language);
    plain(view.words.availability, value, more, view.words.availability_definition)
}

/// The counts of all severities together.
pub(super) fn total<'a>(view: &'a StatisticsView<'_>) -> Option<&'a SeverityCount> {
    view.statistics.severities.iter().find(|count| count.severity.is_none())
}

fn count(view: &StatisticsView<'_>) -> Figure {
    let total = total(view);
    let standing = total.map_or(Standing::NoBand, SeverityCount::standing);
    let last_week = total.map_or(0, |total| total.in_last_week);
    let verdict = standing_word(view.language, standing);
    let mut more = sentences::last_week(view.language, last_week, verdict);
    if let Some(band) = total.and_then(|total| total.band) {
        more = format!("{more} · {}", sentences::band(view.language, band));
    }
    Figure {
        stands_out: standing == Standing::Above,
        ..plain(view.words.count, format::whole(view.statistics.declared), more, view.words.count_definition)
    }
}

fn between(view: &StatisticsView<'_>) -> Figure {
    let (language, impact) = (view.language, &view.statistics.impact);
    let value = match impact.seconds_between() {
        Some(seconds) => sentences::seconds(language, seconds),
        None => sentences::at_least(language, &sentences::seconds(language, impact.window_seconds)),
    };
    let more = sentences::of_incidents(language, impact.incidents);
    plain(view.words.between, value, more, view.words.between_definition)
}

fn repeats(view: &StatisticsView<'_>) -> Figure {
    let recurrence = &view.statistics.recurrence;
    let value = recurrence.rate().map_or("–".to_owned(), |rate| format::percent(rate, 0));
    let mut more = sentences::some_of(view.language, recurrence.repeats, recurrence.incidents);
    if recurrence.unrecognised > 0 {
        more.push_str(&sentences::not_known(view.language, recurrence.unrecognised));
    }
    plain(view.words.repeats, value, more, view.words.repeats_definition)
}

fn customers(view: &StatisticsView<'_>) -> Figure {
    let detection = &view.statistics.detection;
    let value = detection.customer_share().map_or("–".to_owned(), |share| format::percent(share, 0));
    let mut more =
        sentences::some_of(view.language, detection.count(DetectedBy::Customer), detection.known());
    if detection.unknown > 0 {
        more.push_str(&sentences::not_known(view.language, detection.unknown));
    }
    plain(view.words.customers, value, more, view.words.customers_definition)
}

fn sleep(view: &StatisticsView<'_>) -> Figure {
    let calls = view.statistics.calls;
    let more = sentences::calls(view.language, calls);
    plain(view.words.sleep, format::whole(calls[2]), more, view.words.sleep_definition)
}

fn budget(view: &StatisticsView<'_>) -> Figure {
    let largest = view.statistics.counted().filter_map(|row| Some((row, row.budget.as_ref()?)));
    let largest = largest.reduce(|best, next| if next.1.share > best.1.share { next } else { best });
    let (value, more) = match largest {
        Some((row, share)) => {
            (format::percent(share.share, 1), format!("{} · {}", row.incident.title, share.display_name))
        }
        None => ("–".to_owned(), view.words.none_yet.to_owned()),
    };
    plain(view.words.budget, value, more, view.words.budget_definition)
}

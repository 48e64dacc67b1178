//! How many there were each week, and whether that is more than chance.

use charts::Label;
use charts::counts::CountColumns;
use domain::finding::Status;
use domain::incident_statistics::weekly::{SeverityCount, Standing};
use leptos::prelude::*;

use super::figures::total;
use super::{StatisticsView, severity_word};
use crate::components::mark::mark;
use crate::components::table::table;
use crate::texts::statistics_words::standing_word;
use crate::texts::{format, sentences as common, statistics_sentences as sentences};
use crate::ui::raw::Chart;

/// Columns over the band, and the counts by severity.
pub(super) fn body(view: &StatisticsView<'_>) -> AnyView {
    let words = view.words;
    let total = total(view);
    let verdict = total.map(|total| {
        let word = standing_word(view.language, total.standing());
        sentences::last_week(view.language, total.in_last_week, word)
    });
    let verdict = verdict.unwrap_or_default();
    let weeks = &view.statistics.weeks;
    let narrow = |position: usize| (weeks.len() - 1 - position).is_multiple_of(3);
    let counts = weeks.iter().enumerate().map(|(position, week)| {
        let name = common::week_short(view.language, week.week.number());
        let short = if narrow(position) { format!("W{}", week.week.number()) } else { String::new() };
        (Label::new(name, short), week.total())
    });
    let band = total.and_then(|total| total.band);
    let chart = CountColumns {
        id: "weekly-counts".to_owned(),
        title: words.counts_title.to_owned(),
        description: format!("{verdict}。{}", words.counts_caption),
        counts: counts.collect(),
        band,
        band_label: Label::from(
            band.map_or_else(String::new, |(_, upper)| format!("{} {upper}", words.band_upper)),
        ),
        partial_last: weeks.last().is_some_and(|week| week.partial),
    };
    view! {
        <figure class="chart">
            <figcaption>{words.counts_caption}</figcaption>
            <Chart svg=chart.svg()/>
        </figure>
        {by_severity(view)}
    }
    .into_any()
}

fn by_severity(view: &StatisticsView<'_>) -> AnyView {
    let words = view.words;
    let is_told = |count: &&SeverityCount| {
        count.severity.is_none() || count.in_window > 0 || count.in_last_week > 0 || count.band.is_some()
    };
    let rows = view.statistics.severities.iter().filter(is_told).map(|count| row(view, count)).collect_view();
    let columns = [
        (words.severity, false),
        (words.in_period, true),
        (words.last_week, true),
        (words.mean_before, true),
        (words.band, true),
        (words.verdict, false),
    ];
    table(words.counts_table, &columns, rows.into_any())
}

fn row(view: &StatisticsView<'_>, count: &SeverityCount) -> AnyView {
    let words = view.words;
    let name = count.severity.map_or(words.all_severities, severity_word);
    let class = if count.severity.is_none() { "total" } else { "" };
    let mean = count.mean.map_or("–".to_owned(), |mean| format::decimal(mean, 1));
    let band = count.band.map_or("–".to_owned(), |(low, high)| format!("{low}–{high}"));
    let standing = count.standing();
    let risk = (standing == Standing::Above).then(|| mark(Status::Risk));
    view! {
        <tr class=class>
            <th scope="row" class="full">{name}</th>
            <td class="num" data-label=words.in_period>{count.in_window}</td>
            <td class="num" data-label=words.last_week>{count.in_last_week}</td>
            <td class="num" data-label=words.mean_before>{mean}</td>
            <td class="num" data-label=words.band>{band}</td>
            <td class="full">{risk}" "{standing_word(view.language, standing)}</td>
        </tr>
    }
    .into_any()
}

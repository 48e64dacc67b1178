//! Deploys of the window, and how many of them failed.

use charts::Label;
use domain::deploy::DeployStatus;
use domain::finding::Status;
use domain::incident_statistics::change_failure::ListedDeploy;
use jiff::civil::Date;
use leptos::prelude::*;

use super::StatisticsView;
use super::figures::{plain, shown};
use super::timeline::minute_of;
use crate::components::empty::empty;
use crate::components::mark::mark;
use crate::components::table::table;
use crate::components::when;
use crate::pages::incident::incident_path;
use crate::texts::deploy_words::{deploy_status_word, deploy_words, failed_of, more_deploys, not_counted};
use crate::texts::format;
use crate::texts::incident_words::harmless;

/// How many deploys stand open.
const SHOWN: usize = 10;

/// How many more can be opened; the number of the rest stands below.
const UNFOLDED: usize = 200;

/// The figures and the newest deploys, or why there are none.
pub(super) fn body(view: &StatisticsView<'_>) -> AnyView {
    let words = deploy_words(view.language);
    let figures = &view.page.deploys;
    if !figures.is_supplied {
        return empty(words.empty_source, words.empty_source_do, "teirei import deploys FILE").into_any();
    }
    let failure = &figures.failure;
    let rate = failure.rate().map_or("–".to_owned(), |rate| format::percent(rate, 1));
    let left_out = not_counted(view.language, failure.not_arrived, failure.elsewhere);
    let rate_more = failed_of(view.language, failure.failed, failure.deploys);
    let row = [
        plain(words.rate, rate, rate_more, words.rate_definition),
        plain(words.reached, format::whole(failure.deploys), left_out, words.reached_definition),
        plain(words.back, format::whole(failure.rolled_back), String::new(), words.back_definition),
        plain(words.unnamed, format::whole(failure.unnamed), String::new(), words.unnamed_definition),
    ];
    let row = row.map(|figure| shown(view, figure)).into_iter().collect_view();
    let list = match figures.deploys.as_slice() {
        [] => view! { <p class="prose">{words.none}</p> }.into_any(),
        deploys => list(view, deploys),
    };
    view! { <dl class="verdicts">{row}</dl>{list} }.into_any()
}

/// The newest, and the others behind a summary.
fn list(view: &StatisticsView<'_>, deploys: &[ListedDeploy]) -> AnyView {
    let words = deploy_words(view.language);
    let (newest, older) = deploys.split_at(deploys.len().min(SHOWN));
    let (older, rest) = older.split_at(older.len().min(UNFOLDED));
    let rest = (!rest.is_empty()).then(|| {
        view! { <p><small>{more_deploys(view.language, rest.len())}</small></p> }
    });
    let older = (!older.is_empty()).then(|| {
        view! {
            <details>
                <summary>{more_deploys(view.language, older.len())}</summary>
                {rows(view, words.older_table, older)}
                {rest}
            </details>
        }
    });
    view! { {rows(view, words.table, newest)}{older} }.into_any()
}

fn rows(view: &StatisticsView<'_>, label: &'static str, deploys: &[ListedDeploy]) -> AnyView {
    let words = deploy_words(view.language);
    let columns = [
        (words.finished, false),
        (words.product, false),
        (words.version, false),
        (words.environment, false),
        (words.status, false),
        (words.author, false),
    ];
    let rows = deploys.iter().map(|listed| line(view, listed)).collect_view();
    table(label, &columns, rows.into_any())
}

fn line(view: &StatisticsView<'_>, listed: &ListedDeploy) -> impl IntoView + use<> {
    let words = deploy_words(view.language);
    let deploy = &listed.deploy;
    let product = harmless(&view.product_name(listed.product_name()));
    let unmapped = listed.product.is_none().then(|| view! { <small>{words.unmapped}</small> });
    let version = harmless(&deploy.version);
    let version = match deploy.url.clone() {
        Some(url) => view! { <a href=url rel="noopener noreferrer">{version}</a> }.into_any(),
        None => version.into_any(),
    };
    let environment = deploy
        .environment
        .map_or(words.unknown_environment, |environment| view.texts.environment(environment));
    let caused: Vec<_> = view.page.deploys.failure.incidents_of(deploy).collect();
    let is_doubtful = deploy.status != DeployStatus::Succeeded || !caused.is_empty();
    let doubt = is_doubtful.then(|| view! { {mark(Status::Risk)}" " });
    let caused = caused.into_iter().map(|named| {
        let href = view.context.go(&incident_path(&named.incident.source, &named.incident.external_id), &[]);
        view! { <small>{words.cause_of}" "<a href=href>{harmless(&named.title)}</a></small> }
    });
    view! {
        <tr>
            <th scope="row"><span class="nb">{when::instant(deploy.finished_at, &view.zone, view.language)}</span></th>
            <td data-label=words.product>{product}{unmapped}</td>
            <td data-label=words.version>{version}</td>
            <td data-label=words.environment>{environment}</td>
            <td data-label=words.status><span class="nb">{doubt}{deploy_status_word(view.language, deploy.status)}</span>{caused.collect_view()}</td>
            <td data-label=words.author>{deploy.author.as_deref().map(harmless)}<small>{deploy.source.clone()}</small></td>
        </tr>
    }
}

/// The deploys of a day in a lane.
struct DayMark {
    day: Date,
    /// When the first of them was over.
    minute: i64,
    count: i64,
}

/// The share of a chart's width that a number takes beside its triangle: one in so many.
const NUMBERS: i64 = 40;

/// The marks of lanes by the name of their product: the first deploy of each day, with the day's number where there
/// is room for it.
pub(super) fn marks(view: &StatisticsView<'_>) -> Vec<(String, Vec<(i64, Label)>)> {
    let arrived = view.page.deploys.deploys.iter().rev().filter(|listed| listed.deploy.reached_production());
    let mut lanes: Vec<(String, Vec<DayMark>)> = Vec::new();
    for listed in arrived {
        let label = view.product_name(listed.product_name());
        let at = listed.deploy.finished_at;
        let day = view.zone.to_datetime(at).date();
        let position = lanes.iter().position(|(name, _)| *name == label).unwrap_or_else(|| {
            lanes.push((label, Vec::new()));
            lanes.len() - 1
        });
        let Some((_, days)) = lanes.get_mut(position) else { continue };
        match days.last_mut() {
            Some(last) if last.day == day => last.count += 1,
            _ => days.push(DayMark { day, minute: minute_of(view, at), count: 1 }),
        }
    }
    let room = view.statistics.period.seconds() / 60 / NUMBERS;
    lanes.into_iter().map(|(name, days)| (name, named(&days, room))).collect()
}

/// A number that would stand on the next triangle is left out; the list has it.
fn named(days: &[DayMark], room: i64) -> Vec<(i64, Label)> {
    let next = days.iter().skip(1).map(|day| Some(day.minute)).chain(std::iter::once(None));
    days.iter()
        .zip(next)
        .map(|(day, next)| {
            let fits = next.is_none_or(|next| next - day.minute >= room);
            let text = if day.count > 1 && fits { day.count.to_string() } else { String::new() };
            (day.minute, Label::new(text, String::new()))
        })
        .collect()
}

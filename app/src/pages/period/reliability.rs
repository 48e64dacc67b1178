//! Objectives over the whole time, and what broke.

use charts::strip::{Strip, StripCell};
use domain::error_budget::{ErrorBudget, target_percent};
use domain::finding::Status;
use domain::incident::Severity;
use domain::period_review::incidents::PeriodToll;
use domain::period_review::objectives::PeriodObjective;
use leptos::prelude::*;

use super::{PeriodView, nothing, small};
use crate::components::mark::{chart_status, mark, marked_word};
use crate::components::section::scroller;
use crate::components::table::table;
use crate::context::segment;
use crate::texts::period_words;
use crate::texts::{format, sentences};
use crate::ui::raw::Chart;

/// What needs attention stands open, what was met in every week is folded.
pub(super) fn objectives(view: &PeriodView<'_>) -> AnyView {
    let words = view.words;
    if view.period.objectives.is_empty() {
        let to = view.context.go("/objectives", &[]);
        return nothing(words.no_objectives, Some((to, view.texts.objectives)));
    }
    let is_calm = |one: &&PeriodObjective| one.status == Status::Ok && one.missed.is_empty();
    let (calm, open): (Vec<_>, Vec<_>) = view.period.objectives.iter().partition(is_calm);
    let folded = (!calm.is_empty()).then(|| {
        let text = sentences::objectives_ok(view.language, calm.len());
        view! {
            <details class="fold">
                <summary>{mark(Status::Ok)}" "{text}</summary>
                {objectives_table(view, words.folded, &calm)}
            </details>
        }
    });
    let open = (!open.is_empty()).then(|| objectives_table(view, words.objectives, &open));
    view! { {open}{folded}{small(words.objectives_explained.to_owned())} }.into_any()
}

fn objectives_table(view: &PeriodView<'_>, label: &'static str, rows: &[&PeriodObjective]) -> AnyView {
    let words = view.words;
    let columns = [
        (words.status, false),
        (words.objective, false),
        (words.target, true),
        (words.attainment, true),
        (words.left, true),
        (words.weeks, false),
        (words.missed_in, false),
    ];
    table(label, &columns, rows.iter().map(|one| objective_row(view, one)).collect_view().into_any())
}

fn objective_row(view: &PeriodView<'_>, one: &PeriodObjective) -> AnyView {
    let words = view.words;
    let href = view.context.go(&format!("/objectives/{}", segment(&one.id)), &[]);
    let product = one.product.as_ref().map(|slug| view.name_of(slug.as_str()));
    let attainment = one.budget().map_or("–".to_owned(), |budget| {
        let digits = ErrorBudget::attainment_decimals(one.target);
        format!("{}%", format::decimal(budget.attainment_percent(digits), digits))
    });
    let left = one.budget().and_then(|budget| budget.remaining());
    let left = left.map_or("–".to_owned(), format::percent_left);
    let missed: Vec<String> = one.missed.iter().map(|week| format!("W{:02}", week.number())).collect();
    let missed = if missed.is_empty() { "–".to_owned() } else { missed.join(" ") };
    let remarks = [(one.target_changed, words.target_changed), (one.has_gaps, words.gaps)];
    let remarks =
        remarks.into_iter().filter(|(holds, _)| *holds).map(|(_, text)| view! { <small>{text}</small> });
    let counts = format!("{}/{}", one.good, one.total);
    view! {
        <tr id=format!("objective-{}", one.id)>
            <td>{marked_word(one.status, view.texts)}</td>
            <th scope="row"><a href=href>{one.display_name.clone()}</a><small>{product}</small></th>
            <td class="num" data-label=words.target>{format!("{}%", target_percent(one.target))}</td>
            <td class="num" data-label=words.attainment title=counts>{attainment}{remarks.collect_view()}</td>
            <td class="num" data-label=words.left>{left}</td>
            <td class="full natural"><Chart svg=strip(view, one)/></td>
            <td data-label=words.missed_in>{missed}</td>
        </tr>
    }
    .into_any()
}

/// The weeks that have ended, each with its mark.
fn strip(view: &PeriodView<'_>, one: &PeriodObjective) -> String {
    let ended = view.period.ended_and_frozen().0;
    let weeks = view.period.weeks.iter().zip(&one.weeks).take(ended);
    let cells: Vec<StripCell> = weeks
        .map(|(week, status)| {
            let status = status.unwrap_or(Status::NoData);
            let title = format!("W{:02} {}", week.week.number(), view.texts.status(status));
            StripCell { status: chart_status(status), provisional: false, title }
        })
        .collect();
    let count = |wanted: Status| {
        one.weeks.iter().take(ended).filter(|status| status.unwrap_or(Status::NoData) == wanted).count()
    };
    let label = [Status::Breached, Status::Risk, Status::NoData, Status::Ok]
        .map(|status| format!("{} {}", view.texts.status(status), count(status)))
        .join(sentences::list_separator(view.language));
    Strip { label, cells }.svg()
}

/// Counts by severity and the time in which something was down; then the change failure rate.
pub(super) fn incidents(view: &PeriodView<'_>) -> AnyView {
    let (words, period) = (view.words, view.period);
    let ended = period.ended_and_frozen().0;
    let silent = period.incidents.unknown_weeks;
    let (first, last) = period.ends();
    let (from, to) = (first.monday().to_string(), last.sunday().to_string());
    let all = view.context.go("/incidents", &[("from", &from), ("to", &to)]);
    let body = if silent >= ended {
        nothing(words.unknown_incidents, Some((view.context.go("/imports", &[]), view.texts.imports)))
    } else if period.incidents.all.counts.is_empty() && period.incidents.all.union_seconds == 0 {
        nothing(words.no_incidents, None)
    } else {
        toll_table(view)
    };
    let unknown =
        (silent > 0 && silent < ended).then(|| small(period_words::unknown_weeks(view.language, silent)));
    let rate = match &period.deploys {
        None => words.no_deploys.to_owned(),
        Some(failure) => {
            let rate = failure.rate().map_or("–".to_owned(), |rate| format::percent(rate, 1));
            period_words::failure_rate(view.language, failure.failed, failure.deploys, &rate)
        }
    };
    view! {
        {body}{unknown}
        <p class="prose">{rate}</p>
        <a class="evidence" href=all>{words.all_incidents}" →"</a>
    }
    .into_any()
}

fn toll_table(view: &PeriodView<'_>) -> AnyView {
    let (words, incidents) = (view.words, &view.period.incidents);
    let shown: Vec<Severity> = incidents.all.counts.iter().map(|(severity, _)| *severity).collect();
    let head = shown.iter().map(|severity| {
        let word = if *severity == Severity::Unclassified { "SEV-?" } else { severity.as_str() };
        view! { <th scope="col" class="num">{word}</th> }
    });
    let row = |name: AnyView, toll: &PeriodToll| {
        let cells = shown.iter().map(|severity| {
            let found = toll.counts.iter().find(|(one, _)| one == severity);
            let word = if *severity == Severity::Unclassified { "SEV-?" } else { severity.as_str() };
            view! { <td class="num" data-label=word>{found.map_or(0, |(_, count)| *count)}</td> }
        });
        view! {
            <tr>
                <th scope="row" class="full">{name}</th>
                {cells.collect_view()}
                <td class="num" data-label=words.downtime>{format::minutes(toll.union_seconds, view.language)}</td>
                <td class="num" data-label=words.weighted>{format::minutes(toll.weighted_seconds, view.language)}</td>
            </tr>
        }
    };
    let all = row(view! { {words.all} }.into_any(), &incidents.all);
    let rows = incidents.products.iter().map(|(slug, toll)| row(view.product(slug), toll)).collect_view();
    let table = view! {
        <table class="stack">
            <thead>
                <tr>
                    <th scope="col">{words.product}</th>
                    {head.collect_view()}
                    <th scope="col" class="num">{words.downtime}</th>
                    <th scope="col" class="num">{words.weighted}</th>
                </tr>
            </thead>
            <tbody>{all}{rows}</tbody>
        </table>
    };
    scroller(words.incidents, table.into_any()).into_any()
}

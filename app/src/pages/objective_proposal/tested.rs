//! What the definition in force and the proposed one were worth in the last weeks, side by side.

use domain::error_budget::ErrorBudget;
use domain::finding::Status;
use domain::objective_proposal::{AlertTest, BackTest, TestedWeek};
use leptos::prelude::*;

use super::ProposalView;
use crate::components::mark::mark;
use crate::components::table::table;
use crate::texts::format;
use crate::texts::proposal_sentences::{alert_rule, back_test, fired, granularity_note, told_from};

/// The weeks, newest first.
pub(super) fn weeks(view: &ProposalView<'_>) -> AnyView {
    let (words, page, language) = (view.words, view.page, view.review.language);
    let sentence = |name: &'static str, test: &BackTest| {
        let (promise, text) = (view.promise(&test.promise), back_test(language, test));
        view! { <li><strong>{name}" ("{promise}")"</strong>" "{text}</li> }
    };
    let rows = page
        .now
        .weeks
        .iter()
        .enumerate()
        .rev()
        .map(|(position, now)| {
            week_row(view, now, page.then.as_ref().and_then(|then| then.weeks.get(position)))
        })
        .collect_view();
    let mut columns = vec![
        (view.review.words.week, false),
        (view.review.words.attainment, true),
        (words.week_now, false),
        (words.left_now, true),
    ];
    if page.then.is_some() {
        columns.extend([(words.week_then, false), (words.left_then, true)]);
    }
    view! {
        <ul class="plain">
            {sentence(words.now, &page.now)}
            {page.then.as_ref().map(|then| sentence(words.then, then))}
        </ul>
        {table(words.weeks, &columns, rows.into_any())}
    }
    .into_any()
}

fn week_row(view: &ProposalView<'_>, now: &TestedWeek, then: Option<&TestedWeek>) -> AnyView {
    let (words, target) = (view.words, view.page.objective.target);
    let digits = ErrorBudget::attainment_decimals(target);
    let attainment = match ErrorBudget::new(now.sum.good, now.sum.total, target) {
        Some(budget) => format!("{}%", format::decimal(budget.attainment_percent(digits), digits)),
        None if now.sum.buckets > 0 => view.review.words.no_traffic.to_owned(),
        None => "–".to_owned(),
    };
    let then = then.map(|then| {
        view! {
            <td data-label=words.week_then>{met(view, then)}</td>
            <td class="num" data-label=words.left_then>{left(view, then)}</td>
        }
    });
    view! {
        <tr>
            <th scope="row">{now.week.to_string()}</th>
            <td class="num" data-label=view.review.words.attainment>{attainment}</td>
            <td data-label=words.week_now>{met(view, now)}</td>
            <td class="num" data-label=words.left_now>{left(view, now)}</td>
            {then}
        </tr>
    }
    .into_any()
}

fn met(view: &ProposalView<'_>, week: &TestedWeek) -> AnyView {
    let (status, word) = match week.met {
        Some(true) => (Status::Ok, view.words.met),
        Some(false) => (Status::Breached, view.words.missed),
        None => (Status::NoData, view.review.words.no_data),
    };
    view! { <span class="nb">{mark(status)}" "{word}</span> }.into_any()
}

fn left(view: &ProposalView<'_>, week: &TestedWeek) -> AnyView {
    let text = week.remaining.map_or_else(|| "–".to_owned(), format::percent_left);
    let part = (week.remaining.is_some() && !week.is_whole).then_some(view.words.part);
    view! { {text}<small>{part}</small> }.into_any()
}

/// The alerts, loudest first.
pub(super) fn alerts(view: &ProposalView<'_>) -> AnyView {
    let (words, page) = (view.words, view.page);
    let of = |test: &BackTest, alert: &AlertTest| {
        test.alerts.iter().find(|other| other.rule == alert.rule).cloned()
    };
    let mut all = page.now.alerts.clone();
    if let Some(then) = &page.then {
        all.extend(then.alerts.iter().filter(|alert| of(&page.now, alert).is_none()).cloned());
    }
    let rows = all
        .iter()
        .map(|alert| {
            let then = page.then.as_ref().map(|then| {
                view! { <td class="full" data-label=words.fired_then>{fired_cell(view, of(then, alert))}</td> }
            });
            view! {
                <tr>
                    <th scope="row">{alert_rule(view.review.language, &alert.rule)}</th>
                    <td class="full" data-label=words.fired_now>{fired_cell(view, of(&page.now, alert))}</td>
                    {then}
                    <td data-label=words.told_from>{told_from(view.review.language, alert)}</td>
                </tr>
            }
        })
        .collect_view();
    let mut columns = vec![(words.alert, false), (words.fired_now, false)];
    columns.extend(page.then.is_some().then_some((words.fired_then, false)));
    columns.push((words.told_from, false));
    view! {
        {table(words.alerts, &columns, rows.into_any())}
        <p class="note">{granularity_note(view.review.language)}</p>
    }
    .into_any()
}

/// How often an alert would have fired, from which burn rate on, and when.
fn fired_cell(view: &ProposalView<'_>, alert: Option<AlertTest>) -> AnyView {
    let Some(alert) = alert else { return view! { "–" }.into_any() };
    let words = view.words;
    let threshold = alert.threshold.map(|threshold| format!("> {}", format::times(threshold)));
    let count = match (alert.can_fire, alert.told.is_empty()) {
        (false, _) => words.cannot_fire.to_owned(),
        (true, true) => words.not_told.to_owned(),
        (true, false) => alert.fired.len().to_string(),
    };
    let times = alert
        .fired
        .iter()
        .rev()
        .map(|one| view! { <li>{fired(view.review.language, one, &view.review.zone)}</li> })
        .collect_view();
    let times = (!alert.fired.is_empty()).then(|| view! { <ul class="plain">{times}</ul> });
    view! { {count}" "<small>{threshold}</small>{times} }.into_any()
}

//! What is put off: reviews of objectives, and technical debt.

use domain::incident_merge::IncidentKey;
use domain::period_review::debt::{DebtKept, ReviewDebt, TechnicalDebt};
use leptos::prelude::*;

use super::{PeriodView, nothing, small};
use crate::components::table::table;
use crate::context::segment;
use crate::pages::incident::incident_path;
use crate::texts::{action_words, period_words};

/// How many incidents that came back are linked one by one.
const LINKED: usize = 4;

/// Objectives whose review waits, the longest first.
pub(super) fn reviews(view: &PeriodView<'_>) -> AnyView {
    let words = view.words;
    let queue = view.context.go("/objectives/reviews", &[]);
    if view.period.review_debt.is_empty() {
        return nothing(words.no_review_debt, Some((queue, words.queue)));
    }
    let columns = [(words.late_by, true), (words.objective, false), (words.who, false), (words.since, false)];
    let rows = view.period.review_debt.iter().map(|one| review_row(view, one)).collect_view();
    view! {
        {table(words.review_debt, &columns, rows.into_any())}
        <a class="evidence" href=queue>{words.queue}" →"</a>
    }
    .into_any()
}

fn review_row(view: &PeriodView<'_>, one: &ReviewDebt) -> AnyView {
    let words = view.words;
    let href = view.context.go(&format!("/objectives/{}", segment(&one.objective)), &[]);
    let product = one.product.as_ref().map(|slug| view.name_of(slug.as_str()));
    let why = if one.is_first { words.never } else { words.overdue };
    view! {
        <tr>
            <td class="num" data-label=words.late_by>{action_words::days(view.language, one.days)}</td>
            <th scope="row" class="full"><a href=href>{one.display_name.clone()}</a><small>{product}</small></th>
            <td data-label=words.who>{one.owner.clone().unwrap_or_else(|| words.nobody.to_owned())}</td>
            <td data-label=words.since>{view.day(one.since)}<small>{why}</small></td>
        </tr>
    }
    .into_any()
}

/// Technical debt with its owner and the incidents that came back.
pub(super) fn technical(view: &PeriodView<'_>) -> AnyView {
    let words = view.words;
    if view.period.technical_debt.is_empty() {
        return view! { {nothing(words.no_debt, None)}{small(words.debt_explained.to_owned())} }.into_any();
    }
    let columns = [
        (words.debt_item, false),
        (words.who, false),
        (words.since, false),
        (words.due, false),
        (words.carried, true),
        (words.repeats, false),
    ];
    let rows = view.period.technical_debt.iter().map(|one| debt_row(view, one)).collect_view();
    view! { {table(words.debt, &columns, rows.into_any())}{small(words.debt_explained.to_owned())} }
        .into_any()
}

fn debt_row(view: &PeriodView<'_>, one: &TechnicalDebt) -> AnyView {
    let words = view.words;
    let (path, kind) = match one.kept {
        DebtKept::Action(id) => (Some(format!("/actions/{id}")), words.kind_action),
        DebtKept::Topic(id) => (Some(format!("/topics/{id}")), words.kind_topic),
        DebtKept::Nowhere => (None, words.kind_nowhere),
    };
    let text = one.text.clone();
    let name = match path {
        Some(path) => view! { <a href=view.context.go(&path, &[])>{text}</a> }.into_any(),
        None => view! { {text} }.into_any(),
    };
    let product = one.product.as_ref().map(|written| format!("{} · ", view.name_of(written)));
    let due = match one.due_on {
        Some(day) => view.day(day),
        None => view! { "–" }.into_any(),
    };
    view! {
        <tr>
            <th scope="row" class="full">{name}<small>{product}{kind}</small></th>
            <td data-label=words.who>{one.owner.clone().unwrap_or_else(|| words.nobody.to_owned())}</td>
            <td class="nb" data-label=words.since>{view.day(one.since)}</td>
            <td class="nb" data-label=words.due>{due}</td>
            <td class="num" data-label=words.carried>{one.carried}</td>
            <td data-label=words.repeats>{repeats(view, &one.repeats)}</td>
        </tr>
    }
    .into_any()
}

fn repeats(view: &PeriodView<'_>, keys: &[IncidentKey]) -> AnyView {
    if keys.is_empty() {
        return view! { "–" }.into_any();
    }
    let links = keys.iter().take(LINKED).map(|key| {
        let href = view.context.go(&incident_path(&key.source, &key.external_id), &[]);
        view! { <a class="nb" href=href>{key.external_id.clone()}</a>" " }
    });
    let more = keys.len().checked_sub(LINKED).filter(|count| *count > 0);
    let more = more.map(|count| period_words::more(view.language, count));
    view! { {links.collect_view()}{more} }.into_any()
}

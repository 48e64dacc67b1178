//! What spent error budgets: shares by incident and what none explains, which add up to all that was spent.

use domain::incident_statistics::charge::BudgetCharges;
use domain::ratio::Ppm;
use domain::split::parts_of;
use leptos::prelude::*;

use super::StatisticsView;
use crate::components::table::table;
use crate::context::segment;
use crate::texts::{format, statistics_sentences as sentences};

/// How many SLOs stand open; the rest is folded.
const SHOWN: usize = 8;

/// How many incidents of an SLO are named.
const NAMED: usize = 4;

/// The SLOs that incidents of the list were charged to, the most spent first.
pub(super) fn body(view: &StatisticsView<'_>) -> AnyView {
    let mut budgets: Vec<&BudgetCharges> = view.statistics.budgets.iter().collect();
    if budgets.is_empty() {
        return view! { <p class="prose">{view.words.budgets_none}</p> }.into_any();
    }
    budgets.sort_by_key(|one| std::cmp::Reverse(one.share(one.budget.bad())));
    let (shown, folded) = budgets.split_at(budgets.len().min(SHOWN));
    let rest = (!folded.is_empty()).then(|| {
        view! {
            <details class="fold">
                <summary>{sentences::more(view.language, folded.len())}</summary>
                {rows(view, folded)}
            </details>
        }
    });
    view! {
        <p class="prose"><small>{view.words.budget_definition}</small></p>
        {rows(view, shown)}
        {rest}
    }
    .into_any()
}

fn rows(view: &StatisticsView<'_>, budgets: &[&BudgetCharges]) -> AnyView {
    let words = view.words;
    let rows = budgets.iter().map(|one| row(view, one)).collect_view();
    let columns = [
        (view.texts.objective, false),
        (words.spent, true),
        (words.by_incidents, false),
        (words.by_none, true),
    ];
    table(words.budgets_table, &columns, rows.into_any())
}

/// The spent share in tenths of a percent, and its parts, which add up to it: by charge, then unexplained.
fn parts(charges: &BudgetCharges) -> Option<(i64, Vec<i64>)> {
    let spent = charges.share(charges.budget.bad())?.0 / 1_000;
    let bad = charges.attribution.charges.iter().map(|charge| charge.bad);
    let weights: Vec<u64> =
        bad.chain([charges.attribution.unattributed]).map(|bad| u64::try_from(bad).unwrap_or(0)).collect();
    Some((spent, parts_of(spent, &weights, 0)))
}

fn row(view: &StatisticsView<'_>, charges: &BudgetCharges) -> AnyView {
    let words = view.words;
    let week = view.page.review.week.to_string();
    let href = view.context.go(&format!("/objectives/{}", segment(&charges.objective)), &[("week", &week)]);
    let percent = |tenths: i64| format::percent(Ppm(tenths.saturating_mul(1_000)), 1);
    let (spent, parts) = parts(charges).map_or((None, Vec::new()), |(spent, parts)| (Some(spent), parts));
    let all = &charges.attribution.charges;
    let mut named: Vec<AnyView> = all
        .iter()
        .zip(&parts)
        .take(NAMED)
        .map(|(charge, part)| {
            let text = sentences::charge(&charge.title, &percent(*part));
            view! { <li>{text}</li> }.into_any()
        })
        .collect();
    if all.len() > NAMED {
        let rest: i64 = parts.iter().take(all.len()).skip(NAMED).sum();
        let text = sentences::charge(&sentences::more(view.language, all.len() - NAMED), &percent(rest));
        named.push(view! { <li>{text}</li> }.into_any());
    }
    let unexplained = parts.last().map_or("–".to_owned(), |part| percent(*part));
    view! {
        <tr>
            <th scope="row" class="full">
                <a href=href>{charges.display_name.clone()}</a>
                <small>{view.product_name(charges.product.as_str())}</small>
            </th>
            <td class="num" data-label=words.spent>{spent.map_or("–".to_owned(), percent)}</td>
            <td class="full"><ul class="plain">{named}</ul></td>
            <td class="num" data-label=words.by_none>{unexplained}</td>
        </tr>
    }
    .into_any()
}

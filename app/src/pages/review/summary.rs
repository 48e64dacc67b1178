//! Three lines: the biggest incident, the biggest mover, the next danger.

use domain::change::Movement;
use domain::finding::Status;
use domain::money::{Currency, Money, decimal_of_micros};
use domain::note::NoteSection;
use domain::review::cost::{rate_to, round_to_written};
use leptos::prelude::*;
use rust_decimal::Decimal;

use super::cost::owner_name;
use super::{ReviewView, notes};
use crate::backend::{PreviousWeek, Restated};
use crate::texts::{format, sentences};

pub(super) fn summary(view: &ReviewView<'_>, previous: Option<&PreviousWeek>) -> AnyView {
    let body = view! {
        <ol class="lines">
            <li><span class="what">{view.words.worst_incident}</span><span>{incident(view)}</span></li>
            <li><span class="what">{view.words.top_mover}</span><span>{mover(view)}{last_week(view, previous)}</span></li>
            <li><span class="what">{view.words.next_danger}</span><span>{danger(view)}</span></li>
        </ol>
    }
    .into_any();
    let named = (view.words.summary_title, view.words.summary_question);
    notes::item(view, (NoteSection::Summary, "1"), named, body)
}

/// Silence is peace only where a source would have spoken.
fn no_incident(view: &ReviewView<'_>) -> &'static str {
    if view.incidents_known() { view.words.no_incident_line } else { view.words.incidents_unknown_line }
}

/// All is well only where something was judged.
fn nothing_ahead(view: &ReviewView<'_>) -> &'static str {
    let budgets = view.review.cost.budgets.iter().map(|budget| budget.status);
    let objectives = view.review.objectives.iter().map(|row| row.status);
    let judged = budgets.chain(objectives).any(|status| status != Status::NoData);
    if judged { view.words.nothing_ahead } else { view.words.ahead_unknown }
}

fn incident(view: &ReviewView<'_>) -> AnyView {
    let row =
        view.review.summary.worst_incident.and_then(|position| view.review.incidents.rows.get(position));
    let Some(row) = row else { return no_incident(view).into_any() };
    let product = row.product.as_ref().map_or(row.product_name.as_str(), |slug| view.product_name(slug));
    let start = row
        .impact
        .map_or_else(String::new, |impact| format::date_time(impact.start, &view.zone, view.language));
    let text = sentences::worst_incident(
        view.language,
        product,
        &row.title,
        &start,
        &format::minutes(row.impact_seconds, view.language),
        &format::percent(row.fraction, 0),
    );
    let anchor = format!("#incident-{}", row.external_id);
    view! { <b><a href=anchor>{row.severity.as_str()}</a>" "{text}</b> }.into_any()
}

fn mover(view: &ReviewView<'_>) -> AnyView {
    let Some(total) = view.table.total.change.after else { return view.words.no_cost_line.into_any() };
    let currency = view.table.view.currency;
    let first = view.table.movers.first().map(|mover| {
        let change = Money { micros: mover.change.difference().unwrap_or(0), currency };
        let share = mover.change.share().map_or_else(|| view.words.new.to_owned(), format::percent_change);
        let owner = owner_name(view, &mover.owner);
        let text = sentences::top_mover(
            view.language,
            &owner,
            &mover.service,
            &format::money_short_signed(change, view.language),
            &share,
        );
        view! { <b>{text}</b>" " }
    });
    let total = format::money_short(Money { micros: total, currency }, view.language);
    if view.table.total.change.before.is_none() {
        return sentences::total_alone(view.language, &total).into_any();
    }
    let (share, flat) = total_share(view);
    let whole =
        sentences::total_change(view.language, &total, &share, flat, view.review.cost.compared_days());
    view! { {first}{whole} }.into_any()
}

/// The total's change in percent and whether it stays inside the gates.
pub(super) fn total_share(view: &ReviewView<'_>) -> (String, bool) {
    let change = view.table.total.change;
    let without = if change.before.is_some() { view.words.new } else { view.words.unknown };
    let share = change.share().map_or_else(|| without.to_owned(), format::percent_change);
    (share, view.table.total.movement == Movement::Flat)
}

/// "Last week final: +¥x": days that had been missing when the week before was frozen, and what was restated of
/// the others. While days are still missing, it says so instead of calling the week final.
fn last_week(view: &ReviewView<'_>, previous: Option<&PreviousWeek>) -> Option<AnyView> {
    let previous = previous?;
    let week = view.review.week.previous();
    let sums = |only_restated: bool| {
        let mut sums: Vec<(Currency, i64)> = Vec::new();
        for restated in &previous.restated {
            let Restated::Cost { owner: None, currency, difference, metric, completes, .. } = restated else {
                continue;
            };
            if *metric != view.table.view.metric || (only_restated && *completes) {
                continue;
            }
            match sums.iter_mut().find(|(one, _)| one == currency) {
                Some((_, sum)) => *sum = sum.saturating_add(*difference),
                None => sums.push((*currency, *difference)),
            }
        }
        sums
    };
    let (all, restated) = (sums(false), sums(true));
    if all.is_empty() {
        return None;
    }
    let mut change = in_view(view, &all);
    if !restated.is_empty() && restated != all {
        change += &sentences::of_which_restated(view.language, &in_view(view, &restated));
    }
    let name = sentences::week_short(view.language, week.number());
    let text = match previous.complete_days {
        7 => sentences::previous_week_final(view.language, &name, &change),
        days => sentences::previous_week_so_far(view.language, &name, &change, days),
    };
    let href = view.context.go(&format!("/reviews/{week}"), &[]);
    Some(view! { <small><a href=format!("{href}#restated")>{text}</a></small> }.into_any())
}

/// Amounts as one sum in the currency of the view; those without a rate stay in their own.
fn in_view(view: &ReviewView<'_>, sums: &[(Currency, i64)]) -> String {
    let target = view.table.view.currency;
    let mut converted: Option<Decimal> = None;
    let mut texts = Vec::new();
    for (currency, micros) in sums {
        match rate_to(&view.review.rates, *currency, target) {
            Some(rate) => {
                let amount = decimal_of_micros(*micros).saturating_mul(rate);
                converted = Some(converted.unwrap_or_default().saturating_add(amount));
            }
            None => texts.push(format::money_signed(Money { micros: *micros, currency: *currency })),
        }
    }
    let sum = converted.map(|amount| Money { micros: round_to_written(amount, target), currency: target });
    texts.splice(0..0, sum.map(format::money_signed));
    texts.join(" ")
}

fn danger(view: &ReviewView<'_>) -> AnyView {
    let overrun =
        view.review.summary.largest_overrun.and_then(|position| view.review.cost.budgets.get(position));
    let low = view.review.summary.lowest_budget.and_then(|position| view.review.objectives.get(position));
    let overrun = overrun.and_then(|status| {
        let over = Money {
            micros: status.forecast?.micros - status.budget.micros,
            currency: status.budget.currency,
        };
        let currency =
            status.variance.map(|variance| format::money_short_signed(variance.currency, view.language));
        let text = sentences::budget_overrun(
            view.language,
            view.product_name(&status.product),
            &format::month(status.month, view.language),
            &format::money_short(over, view.language),
            currency.as_deref(),
        );
        let anchor = format!("#cost-{}", status.product);
        Some(view! { <b><a href=anchor>{text}</a></b>" " }.into_any())
    });
    let low = low.and_then(|row| {
        let text =
            sentences::budget_low(view.language, &row.display_name, &format::percent_left(row.remaining?));
        Some(text.into_any())
    });
    if overrun.is_none() && low.is_none() {
        return nothing_ahead(view).into_any();
    }
    view! { {overrun}{low} }.into_any()
}

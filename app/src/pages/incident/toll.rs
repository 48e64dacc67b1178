//! What the week's incidents of the product come to, the part of this one, and what it spent of each budget.

use domain::incident_merge::IncidentKey;
use domain::incident_statistics::charge::BudgetCharges;
use domain::split::parts_of;
use leptos::prelude::*;

use super::{IncidentView, incident_path};
use crate::components::table::table;
use crate::context::segment;
use crate::texts::format;
use crate::texts::incident_words::harmless;

pub(super) fn body(view: &IncidentView<'_>) -> AnyView {
    let budgets = view.page.toll.budgets.iter().filter(|one| is_charged(view, one));
    let budgets: Vec<AnyView> = budgets.map(|one| budget(view, one)).collect();
    let none = budgets.is_empty().then(|| view! { <p class="prose">{view.words.budget_none}</p> });
    view! { {union(view)}{budgets}{none}{anomalies(view)} }.into_any()
}

fn is_charged(view: &IncidentView<'_>, one: &BudgetCharges) -> bool {
    one.attribution.charges.iter().any(|charge| is_this(view, &charge.source, &charge.external_id))
}

fn is_this(view: &IncidentView<'_>, source: &str, external_id: &str) -> bool {
    view.page.told.source == source && view.page.told.external_id == external_id
}

/// A title that leads to its incident; this one's does not.
fn title(view: &IncidentView<'_>, key: &IncidentKey, title: &str) -> AnyView {
    if is_this(view, &key.source, &key.external_id) {
        return view! { <strong><bdi>{harmless(title)}</bdi></strong>" "<small>{view.words.this_one}</small> }
            .into_any();
    }
    let href = view.context.go(&incident_path(&key.source, &key.external_id), &[]);
    view! { <a href=href><bdi>{harmless(title)}</bdi></a> }.into_any()
}

fn union(view: &IncidentView<'_>) -> AnyView {
    let (words, language, union) = (view.words, view.language, &view.page.toll.union);
    if union.parts.is_empty() {
        return view! { <p class="prose">{words.toll_none}</p> }.into_any();
    }
    let rows = union.parts.iter().map(|part| {
        let from = format::short_date_time(part.period.start, &view.zone, language);
        let until = format::short_date_time(part.period.end, &view.zone, language);
        view! {
            <tr>
                <th scope="row" class="full">{title(view, &part.key, &part.title)}</th>
                <td class="full" data-label=words.interval>{from}"–"{until}</td>
                <td class="num" data-label=words.fraction>{format::percent(part.fraction, 0)}</td>
                <td class="num" data-label=words.part>{format::minutes(part.minutes * 60, language)}</td>
            </tr>
        }
    });
    let total = view! {
        <tr class="total">
            <th scope="row" class="full">{words.total}</th>
            <td class="full"></td>
            <td class="num"></td>
            <td class="num" data-label=words.part>{format::minutes(union.minutes() * 60, language)}</td>
        </tr>
    };
    let columns =
        [(words.page_title, false), (words.interval, false), (words.fraction, true), (words.part, true)];
    table(words.toll_label, &columns, view! { {rows.collect_view()}{total} }.into_any())
}

/// One budget: each incident, what none explains, and the whole; the printed shares add up to the printed whole.
fn budget(view: &IncidentView<'_>, one: &BudgetCharges) -> AnyView {
    let (words, attribution) = (view.words, &one.attribution);
    let href = view
        .context
        .go(&format!("/objectives/{}", segment(&one.objective)), &[("week", &view.page.week.to_string())]);
    let whole = one.share(attribution.bad()).map(|share| share.0 / 1_000);
    let bads = attribution.charges.iter().map(|charge| charge.bad).chain([attribution.unattributed]);
    let weights: Vec<u64> = bads.map(|bad| u64::try_from(bad).unwrap_or(0)).collect();
    let shares = whole.map(|whole| parts_of(whole, &weights, 0));
    let share = |position: usize| {
        let tenths = shares.as_ref().and_then(|shares| shares.get(position))?;
        Some(format::percent(domain::ratio::Ppm(tenths * 1_000), 1))
    };
    let line = |head: AnyView, bad: i64, share: Option<String>, class: &'static str| {
        view! {
            <tr class=class>
                <th scope="row" class="full">{head}</th>
                <td class="num" data-label=words.bad>{format::whole(bad)}</td>
                <td class="num" data-label=words.of_budget>{share.unwrap_or_else(|| "–".to_owned())}</td>
            </tr>
        }
        .into_any()
    };
    let charges = attribution.charges.iter().enumerate().map(|(position, charge)| {
        let key = IncidentKey { source: charge.source.clone(), external_id: charge.external_id.clone() };
        line(title(view, &key, &charge.title), charge.bad, share(position), "")
    });
    let rest =
        line(words.unattributed.into_any(), attribution.unattributed, share(attribution.charges.len()), "");
    let all = whole.map(|whole| format::percent(domain::ratio::Ppm(whole * 1_000), 1));
    let total = line(words.all_bad.into_any(), attribution.bad(), all, "total");
    let columns = [(words.page_title, false), (words.bad, true), (words.of_budget, true)];
    let rows = view! { {charges.collect_view()}{rest}{total} }.into_any();
    view! {
        <h3><a href=href>{one.display_name.clone()}</a>" "<small>{words.budget}</small></h3>
        {table(words.budget_label, &columns, rows)}
    }
    .into_any()
}

/// Days around it that cost unusually much, each leading to its row.
fn anomalies(view: &IncidentView<'_>) -> Option<AnyView> {
    let (page, words) = (view.page, view.words);
    if page.anomalies.is_empty() {
        return None;
    }
    let href = view
        .context
        .go(&format!("/products/{}", segment(&page.incident.product)), &[("week", &page.week.to_string())]);
    let lines = page.anomalies.iter().map(|one| {
        let days = format!(
            "{}–{}",
            format::short_date(one.event.first, view.language),
            format::short_date(one.event.last, view.language),
        );
        view! { <li><a href=href.clone()>{days}</a>" "{one.service.clone()}</li> }
    });
    Some(view! { <h3>{words.anomalies}</h3><ul class="plain">{lines.collect_view()}</ul> }.into_any())
}

//! What moved, thirteen weeks of it, and the table whose rows add up.

use charts::movers::{Meaning, MoverRow as Bar, Movers};
use domain::change::Movement;
use domain::money::Money;
use domain::product_cost::selection::{Dimension, Sort};
use domain::product_cost::{MONTH_START, Part, PartKind};
use leptos::prelude::*;

use super::head::export;
use super::{CostPageView, console, environments};
use crate::components::amount::{cell, change};
use crate::components::panels::{Heading, figure, panel};
use crate::components::section::scroller;
use crate::texts::{format, sentences};
use crate::ui::raw::{Chart, Drawing};

/// How many parts have a panel.
const PANELS: usize = 6;

pub(super) fn body(view: &CostPageView<'_>) -> AnyView {
    view! { {environments::body(view)}{tabs(view)}{movers(view)}{panels(view)}{unconverted(view)}{table(view)} }.into_any()
}

/// What the cost may be told apart by.
fn tabs(view: &CostPageView<'_>) -> AnyView {
    let mut dimensions: Vec<Dimension> = Dimension::FIXED.to_vec();
    dimensions.extend(view.tags());
    // A tag that no cost has can be asked for by hand; it then has a tab like the others.
    if !dimensions.contains(&view.cost.selection.by) {
        dimensions.push(view.cost.selection.by.clone());
    }
    let links: Vec<_> = dimensions
        .iter()
        .map(|dimension| {
            let name = dimension.name();
            let by = (*dimension != Dimension::default()).then_some(name.as_ref());
            let here = (*dimension == view.cost.selection.by).then_some("true");
            let class = if here.is_some() { "button" } else { "button quiet" };
            let href = view.context.link_with("by", by);
            view! { <a class=class href=href aria-current=here>{view.dimension(dimension)}</a> }
        })
        .collect();
    view! { <nav class="actions" aria-label=view.words.cost_by_label>{links}</nav> }.into_any()
}

/// What people call a part.
fn name(view: &CostPageView<'_>, part: &Part) -> String {
    match part.kind {
        PartKind::Share => view.words.cost_share.to_owned(),
        PartKind::OneOff if part.value.is_empty() => view.value_name(&Dimension::Category, &part.label),
        PartKind::OneOff => part.value.clone(),
        PartKind::Run if view.cost.selection.by == Dimension::Account && !part.label.is_empty() => {
            part.label.clone()
        }
        PartKind::Run => view.value_name(&view.cost.selection.by, &part.value),
    }
}

/// The quieter second line of a part: an account's id, a one-off item's category.
fn detail(view: &CostPageView<'_>, part: &Part) -> Option<String> {
    match part.kind {
        PartKind::OneOff if part.value.is_empty() => None,
        PartKind::OneOff if part.label == MONTH_START => Some(view.words.charge_month_start.to_owned()),
        PartKind::OneOff => Some(view.value_name(&Dimension::Category, &part.label)),
        PartKind::Run if view.cost.selection.by == Dimension::Account && !part.label.is_empty() => {
            Some(part.value.clone())
        }
        PartKind::Run | PartKind::Share => None,
    }
}

fn movers(view: &CostPageView<'_>) -> AnyView {
    let (words, currency) = (view.words, view.cost.view.currency);
    let signed = |micros: i64| format::money_short_signed(Money { micros, currency }, view.language);
    let bar = |label: String, difference: i64, share: String, meaning: Meaning| Bar {
        label,
        sublabel: String::new(),
        value_micros: difference,
        value_label: signed(difference),
        share_label: share,
        meaning,
        note: None,
    };
    let moved = view.cost.moved();
    let mut rows: Vec<Bar> = moved
        .shown
        .iter()
        .map(|part| {
            let share = part.change.share().map_or_else(|| words.new.to_owned(), format::percent_change);
            let meaning = match part.movement {
                Movement::Up | Movement::New => Meaning::Worse,
                Movement::Down | Movement::Gone => Meaning::Better,
                Movement::Flat | Movement::Unknown => Meaning::Flat,
            };
            bar(name(view, part), part.change.difference().unwrap_or(0), share, meaning)
        })
        .collect();
    if moved.rest_parts > 0 {
        let label = sentences::rest_of_movers(view.language, i64::try_from(moved.rest_parts).unwrap_or(0));
        rows.push(bar(label, moved.rest, String::new(), Meaning::Flat));
    }
    let run = view.cost.sum_of(PartKind::Run);
    let Some(difference) = run.difference().filter(|_| !rows.is_empty()) else { return ().into_any() };
    let share = run.share().map_or_else(|| words.new.to_owned(), format::percent_change);
    let sentence = format::money_signed(Money { micros: difference, currency });
    let chart = Movers {
        id: "cost-movers".to_owned(),
        title: words.cost_parts_title.to_owned(),
        description: words.cost_description.to_owned(),
        rows,
    };
    view! {
        <figure class="chart">
            <figcaption>{words.cost_run_rate}" "{sentence}" ("{share}")"</figcaption>
            <Chart svg=chart.svg()/>
        </figure>
    }
    .into_any()
}

/// Whether days of the week have yet to come.
fn partial(view: &CostPageView<'_>) -> bool {
    view.page.live.comparisons.iter().all(|one| one.positions.len() < 7)
}

fn panels(view: &CostPageView<'_>) -> AnyView {
    let written = (view.cost.view.currency, view.language);
    let mut run: Vec<&Part> = view.cost.parts.iter().filter(|part| part.kind == PartKind::Run).collect();
    run.sort_by_key(|part| std::cmp::Reverse(part.change.after));
    let panel_of = |part: &&Part| panel(name(view, part), part.change.after, part.history.clone(), written);
    let heading = Heading {
        id: "cost-history",
        title: view.words.cost_history_title,
        description: view.words.services_description,
        partial_last: partial(view),
    };
    figure(&heading, run.iter().take(PANELS).map(panel_of).collect(), written)
}

fn unconverted(view: &CostPageView<'_>) -> Option<AnyView> {
    let amounts: Vec<String> = view.cost.unconverted.iter().map(|money| format::money(*money)).collect();
    (!amounts.is_empty()).then(|| {
        let list = amounts.join(sentences::list_separator(view.language));
        let href = format!("{}#look", view.context.go("/catalog", &[]));
        let text = sentences::unconverted(view.language, &list);
        view! { <p class="prose">{text}" "<a href=href>{view.words.catalogue_what_to_enter}</a></p> }
            .into_any()
    })
}

/// A column head that sorts.
fn sorter(view: &CostPageView<'_>, sort: Sort, text: String, class: &'static str) -> AnyView {
    let here = view.cost.selection.sort == sort;
    let order = if sort == Sort::Name { "ascending" } else { "descending" };
    let mark = match (here, sort) {
        (false, _) => "",
        (true, Sort::Name) => " ↑",
        (true, _) => " ↓",
    };
    let href = view.context.link_with("sort", (sort != Sort::default()).then_some(sort.as_str()));
    view! {
        <th scope="col" class=class aria-sort=here.then_some(order)><a href=href>{text}</a>{mark}</th>
    }
    .into_any()
}

fn table(view: &CostPageView<'_>) -> AnyView {
    let (words, cost) = (view.words, &view.cost);
    let code = cost.view.currency.code();
    let with_code = |word: &str| format!("{word} {code}");
    let of_kind = |kind: PartKind| {
        let parts = cost.parts.iter().filter(move |part| part.kind == kind);
        parts.map(|part| row(view, part)).collect_view()
    };
    let mixed = cost.parts.iter().any(|part| part.kind != PartKind::Run);
    let run = mixed.then(|| sum_row(view, words.cost_run_rate, cost.sum_of(PartKind::Run), "run"));
    let several = cost.parts.iter().filter(|part| part.kind == PartKind::OneOff).count() > 1;
    let once = several.then(|| sum_row(view, words.cost_one_off, cost.sum_of(PartKind::OneOff), "one-off"));
    let table = view! {
        <table class="stack cost">
            <thead>
                <tr>
                    {sorter(view, Sort::Name, view.dimension(&cost.selection.by), "")}
                    {sorter(view, Sort::This, with_code(words.this_week), "num")}
                    {sorter(view, Sort::Previous, with_code(words.previous_week), "num")}
                    {sorter(view, Sort::Change, with_code(words.difference), "num")}
                    <th scope="col" class="num">{words.change}</th>
                    <th scope="col">{words.thirteen_weeks}</th>
                </tr>
            </thead>
            <tbody>
                {of_kind(PartKind::Run)}{run}{of_kind(PartKind::OneOff)}{once}{of_kind(PartKind::Share)}
                {sum_row(view, words.cost_total, cost.total, "total")}
            </tbody>
        </table>
    };
    let console = console::link_to(view, &cost.selection).map(|href| {
        view! { <a href=href rel="noreferrer">{words.cost_in_console}" ↗"</a>" · " }
    });
    view! {
        {scroller(words.cost_parts_label, table.into_any())}
        <p class="evidence">{console}<a href=export(view, "csv")>"CSV"</a></p>
    }
    .into_any()
}

/// What a part is filtered by; nothing for what no filter of the bill's can tell apart.
fn filters<'a>(view: &CostPageView<'_>, part: &'a Part) -> Vec<(Dimension, &'a str)> {
    let by = &view.cost.selection.by;
    match part.kind {
        PartKind::Run if part.value.is_empty() && !matches!(by, Dimension::Tag(_)) => Vec::new(),
        PartKind::Run => vec![(by.clone(), &part.value)],
        PartKind::OneOff if part.value.is_empty() => vec![(Dimension::Category, &part.label)],
        PartKind::OneOff if part.label == MONTH_START => vec![(Dimension::Service, &part.value)],
        PartKind::OneOff => {
            vec![(Dimension::Service, &part.value), (Dimension::Category, &part.label)]
        }
        PartKind::Share => Vec::new(),
    }
}

fn row(view: &CostPageView<'_>, part: &Part) -> AnyView {
    let currency = view.cost.view.currency;
    let (text, filters) = (name(view, part), filters(view, part));
    // Nothing is filtered by: the part has no page of its own.
    let title = match filters.as_slice() {
        [] => text.clone().into_any(),
        _ => view! { <a href=view.value(&filters)>{text.clone()}</a> }.into_any(),
    };
    let console = (!filters.is_empty()).then(|| console::of_part(view, &filters, &text)).flatten();
    let spark = charts::sparkline::Sparkline { values: part.history.clone(), partial_last: partial(view) };
    let class = if part.kind == PartKind::Run { "" } else { "aside" };
    view! {
        <tr class=class>
            <th scope="row">{title}{console}{detail(view, part).map(|text| view! { <small>{text}</small> })}</th>
            <td class="num">{cell(part.change.after, currency)}</td>
            <td class="num wide">{cell(part.change.before, currency)}</td>
            <td class="num wide">{part.change.difference().map(|value| format::signed_cell(value, currency))}</td>
            <td class="num change full">{change(&part.change, part.movement, view.language)}</td>
            <td class="wide"><Drawing svg=spark.svg()/></td>
        </tr>
    }
    .into_any()
}

fn sum_row(
    view: &CostPageView<'_>,
    text: &'static str,
    sum: domain::change::Change,
    id: &'static str,
) -> AnyView {
    let currency = view.cost.view.currency;
    let movement = if id == "total" { view.cost.movement } else { Movement::Flat };
    view! {
        <tr class="total" id=format!("cost-{id}")>
            <th scope="row">{text}</th>
            <td class="num">{cell(sum.after, currency)}</td>
            <td class="num wide">{cell(sum.before, currency)}</td>
            <td class="num wide">{sum.difference().map(|value| format::signed_cell(value, currency))}</td>
            <td class="num change full">{change(&sum, movement, view.language)}</td>
            <td class="wide"></td>
        </tr>
    }
    .into_any()
}

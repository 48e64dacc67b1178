//! The head of the page, the sums of the calendar, and the same value in other forms.

use domain::cost::{Metric, Owner};
use domain::money::Money;
use domain::organization::Language;
use domain::product_cost::calendar::{Stretch, StretchKind};
use domain::product_cost::selection::Dimension;
use domain::tax::Tax;
use leptos::prelude::*;

use super::CostPageView;
use crate::backend::{ReviewState, owner_word};
use crate::components::amount::cell;
use crate::components::empty::empty;
use crate::components::section::scroller;
use crate::components::when;
use crate::islands::CopyPermalink;
use crate::pages::product::month_figure;
use crate::pages::restatements;
use crate::texts::{format, sentences};

pub(super) fn masthead(view: &CostPageView<'_>) -> AnyView {
    let (product, week) = (&view.page.live.product, view.page.live.week);
    let week_text = week.to_string();
    let (at, zone) = (view.page.live.as_of, view.page.live.organization.zone());
    let time = format::short_date_time(at, &zone, view.language);
    let as_of = sentences::as_of(view.language, &time, &format::zone_name(at, &zone));
    let home = view.context.go(&format!("/products/{}", product.slug), &[("week", &week_text)]);
    view! {
        <div class="masthead">
            <p class="kicker">
                <a href=view.context.go("/products", &[])>{view.words.products}</a>" · "
                <a href=home>{product.name.get(view.language).to_owned()}</a>{crumbs(view)}
            </p>
            <h1>
                {view.words.cost_page_title}" "
                <small>
                    {sentences::week_short(view.language, week.number())}" "
                    {when::day(week.monday(), view.language)}"–"{when::day(week.sunday(), view.language)}" UTC"
                </small>
            </h1>
            <p class="state">
                <span class="stamp">{view.words.cost_live_stamp}</span>" "{as_of}<br/><small>{basis(view)}</small>
            </p>
            <p class="answer">{answer(view)}{live(view)}</p>
            {navigation(view)}
        </div>
    }
    .into_any()
}

/// In which metric the amounts are, and whether they hold taxes.
fn basis(view: &CostPageView<'_>) -> String {
    let tax = view.page.has_taxes().then_some(view.cost.selection.tax);
    sentences::cost_basis(view.language, view.cost.view.metric, tax)
}

/// The filters, each a way back to the page without those after it.
fn crumbs(view: &CostPageView<'_>) -> AnyView {
    let filter = &view.cost.selection.filter;
    if filter.is_empty() {
        return ().into_any();
    }
    let crumb = |position: usize, (dimension, value): &(Dimension, String)| {
        let later: Vec<_> = filter[position + 1..].iter().map(|(later, _)| later.name()).collect();
        let later: Vec<(&str, Option<&str>)> = later.iter().map(|name| (name.as_ref(), None)).collect();
        let text = format!("{}: {}", view.dimension(dimension), view.value_name(dimension, value));
        let here = (position + 1 == filter.len()).then_some("page");
        view! { " · "<a href=view.context.link_with_all(&later) aria-current=here>{text}</a> }
    };
    let crumbs: Vec<_> = filter.iter().enumerate().map(|(position, one)| crumb(position, one)).collect();
    view! { " · "<a href=view.without_filters()>{view.words.cost_all}</a>{crumbs} }.into_any()
}

fn answer(view: &CostPageView<'_>) -> String {
    let (cost, language) = (&view.cost, view.language);
    let money = |micros: i64| Money { micros, currency: cost.view.currency };
    let total = format::money(money(cost.total.after.unwrap_or(0)));
    let Some(difference) = cost.total.difference() else {
        return sentences::cost_answer_alone(language, &total);
    };
    let share = cost.total.share().map_or_else(|| view.words.new.to_owned(), format::percent_change);
    let days = view.page.live.comparisons.iter().map(|one| one.positions.len()).max().unwrap_or(0);
    sentences::cost_answer(language, &total, &format::money_signed(money(difference)), &share, days)
}

/// Whether the page shows anything else than the frozen week.
fn live(view: &CostPageView<'_>) -> Option<String> {
    let ReviewState::Frozen { version, .. } = &view.page.page.state else { return None };
    let (frozen, now) = (view.page.frozen_total(view.cost.view), view.page.live_total(view.cost.view));
    let difference = Money { micros: now.micros.saturating_sub(frozen.micros), currency: now.currency };
    let text = if difference.micros == 0 {
        sentences::cost_live_same(view.language, version.version)
    } else {
        let (frozen, now) = (format::money(frozen), format::money(now));
        let difference = format::money_signed(difference);
        sentences::cost_live(view.language, version.version, &frozen, &now, &difference)
    };
    Some(if view.language == Language::English { format!(" {text}") } else { text })
}

fn navigation(view: &CostPageView<'_>) -> AnyView {
    let (words, cost, week) = (view.words, &view.cost, view.page.live.week);
    let weeks = [week.previous(), week.next()].map(|week| (week, week.to_string()));
    let [previous, next] = &weeks;
    let link_to = |week: &str| view.context.link_with_all(&[("week", Some(week)), ("version", None)]);
    let zone = view.page.live.organization.zone();
    let has_begun = next.0.period(&zone).start <= view.page.live.as_of;
    let reporting = view.page.live.organization.reporting_currency;
    let other = view.page.facts.iter().map(|fact| fact.currency).find(|currency| *currency != reporting);
    let switch = other.map(|bill| {
        let target = if cost.view.currency == reporting { bill } else { reporting };
        let href = view.context.link_with("currency", (target != reporting).then_some(target.code()));
        let text = match view.language {
            Language::Japanese => format!("{target}{}", words.in_reporting_currency),
            Language::English => format!("{} {target}", words.in_reporting_currency),
        };
        view! { <a class="button" href=href>{text}</a> }
    });
    let (metric, metric_text) = match cost.view.metric {
        Metric::Billed => (Some(Metric::Effective.as_str()), words.effective_view),
        Metric::Effective => (None, words.billed_view),
    };
    let (tax, tax_text) = match cost.selection.tax {
        Tax::Included => (Some(Tax::Excluded.view()), words.cost_without_tax),
        Tax::Excluded => (None, words.cost_with_tax),
    };
    let tax_switch = (view.page.has_taxes() || tax.is_none()).then(|| {
        view! { <a class="button" href=view.context.link_with("tax", tax)>{tax_text}</a> }
    });
    let owner = owner_word(&Owner::Product(view.page.live.product.slug.clone()));
    let changes = view.context.go(restatements::PATH, &[("owner", &owner)]);
    view! {
        <nav class="actions" aria-label=words.this_week_label>
            <a class="button quiet" rel="prev" href=link_to(&previous.1)>"← "{sentences::week_short(view.language, previous.0.number())}</a>
            {has_begun.then(|| view! {
                <a class="button quiet" rel="next" href=link_to(&next.1)>{sentences::week_short(view.language, next.0.number())}" →"</a>
            })}
            {switch}
            <a class="button" href=view.context.link_with("metric", metric)>{metric_text}</a>
            {tax_switch}
            <a class="button quiet" href=changes>{words.changes_link}</a>
            <CopyPermalink
                url=permalink(view)
                label=words.copy_link.to_owned()
                done=words.copied.to_owned()
                key_hint=true
            />
        </nav>
    }
    .into_any()
}

/// The address with everything that the reader sees in it.
fn permalink(view: &CostPageView<'_>) -> String {
    let week = view.page.live.week.to_string();
    view.context.link_with_all(&[
        ("week", Some(&week)),
        ("currency", Some(view.cost.view.currency.code())),
        ("metric", Some(view.cost.view.metric.as_str())),
        ("lang", Some(view.language.tag())),
    ])
}

/// Month, half and fiscal year.
pub(super) fn calendar(view: &CostPageView<'_>) -> AnyView {
    let (words, currency) = (view.words, view.cost.view.currency);
    let stretches = view.page.calendar(view.cost.view, view.cost.selection.tax);
    if stretches.is_empty() {
        return empty(words.empty_cost, words.empty_cost_do, "teirei import cost FILE").into_any();
    }
    let code = currency.code();
    let rows: Vec<_> = stretches.iter().map(|one| stretch_row(view, one)).collect();
    let table = view! {
        <table class="stack sums">
            <caption>{sentences::calendar_caption(view.language, &basis(view), code, view.page.catalogue.organization.fiscal_year_starts)}</caption>
            <thead>
                <tr>
                    <th scope="col">{words.stretch}</th>
                    <th scope="col" class="num">{words.cost_spent}" "{code.to_owned()}</th>
                    <th scope="col" class="num">{words.cost_budget_months}" "{code.to_owned()}</th>
                    <th scope="col" class="num">{words.cost_budget_left}" "{code.to_owned()}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    };
    view! { {month(view)}{scroller(words.cost_calendar_label, table.into_any())} }.into_any()
}

/// The month's running total against its budget, where the page shows what the budget counts: billed, and with
/// or without taxes as it says.
fn month(view: &CostPageView<'_>) -> Option<AnyView> {
    let selection = &view.cost.selection;
    let means = view.page.live.budget.as_ref().map(|status| status.tax).unwrap_or_default();
    let is_meant = view.cost.view.metric == Metric::Billed
        && (selection.tax == means || !view.page.has_taxes())
        && selection.filter.is_empty();
    is_meant.then(|| month_figure(view.context, &view.page.live)).flatten()
}

fn stretch_row(view: &CostPageView<'_>, stretch: &Stretch) -> AnyView {
    let (words, language, currency) = (view.words, view.language, view.cost.view.currency);
    let name = match stretch.kind {
        StretchKind::Month => words.stretch_month,
        StretchKind::Half => words.stretch_half,
        StretchKind::Year => words.stretch_year,
    };
    let date = |day| format::short_date(day, language);
    let mut notes = vec![sentences::stretch_days(language, &date(stretch.from), &date(stretch.through))];
    notes.extend(stretch.known_from.map(|day| sentences::data_from(language, &date(day))));
    if stretch.provisional {
        notes.push(words.provisional.to_owned());
    }
    let settled = settled(view, stretch);
    let without = (stretch.months_without_budget > 0)
        .then(|| sentences::months_without_budget(language, stretch.months_without_budget));
    let money = |micros| format::money(Money { micros, currency });
    let counted =
        stretch.counted.filter(|counted| stretch.budget.is_some() && Some(*counted) != stretch.spent);
    let tax = stretch.budget_tax.filter(|_| view.page.has_taxes());
    let counted = counted.map(|micros| sentences::as_budgeted(language, &money(micros), tax));
    let means = tax.map(|tax| words.tax(tax).to_owned());
    let budget_notes: Vec<String> = [means, without].into_iter().flatten().collect();
    let left = stretch.left();
    let class = if left.is_some_and(|left| left < 0) { "delta worse" } else { "" };
    view! {
        <tr id=format!("sum-{}", stretch.kind.as_str())>
            <th scope="row">{name}<small>{notes.join(" · ")}" · "{settled}</small></th>
            <td class="num" data-label=words.cost_spent>{cell(stretch.spent, currency)}</td>
            <td class="num" data-label=words.cost_budget_months>{cell(stretch.budget, currency)}<small>{budget_notes.join(" · ")}</small></td>
            <td class="num" data-label=words.cost_budget_left><span class=class>{cell(left, currency)}</span><small>{counted}</small></td>
        </tr>
    }
    .into_any()
}

/// Whether the bills of all months of a sum are final, with the way to why not.
fn settled(view: &CostPageView<'_>, stretch: &Stretch) -> AnyView {
    let months = view.page.not_final(stretch);
    if months.is_empty() {
        return view.words.figure_final.into_any();
    }
    let mut names: Vec<String> =
        months.iter().take(3).map(|month| format::month(*month, view.language)).collect();
    names.extend((months.len() > 3).then(|| "…".to_owned()));
    let href = format!("{}#close", view.context.go(restatements::PATH, &[]));
    view! { <a href=href>{sentences::months_not_final(view.language, &names)}</a> }.into_any()
}

/// The last line: how days are counted, and the same value in other forms.
pub(super) fn colophon(view: &CostPageView<'_>) -> AnyView {
    let live = &view.page.live;
    let zone = live.organization.zone();
    let text = sentences::colophon(
        view.language,
        live.organization.name.get(view.language),
        &format::zone_name(live.as_of, &zone),
    );
    let links = [("JSON", "json"), ("CSV", "csv")]
        .map(|(name, suffix)| view! { " "<a href=export(view, suffix)>{name}</a> });
    view! { <footer class="colophon"><p>{text}" ·"{links.collect_view()}</p></footer> }.into_any()
}

/// The address of the same value in another form.
pub(super) fn export(view: &CostPageView<'_>, suffix: &str) -> String {
    let here = permalink(view);
    let (path, query) = here.split_once('?').unwrap_or((&here, ""));
    format!("{path}.{suffix}?{query}")
}

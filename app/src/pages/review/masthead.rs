//! The header strip: which week, which state, how fresh, how many marks.

use std::collections::BTreeSet;

use domain::coverage::SourceKind;
use domain::finding::Status;
use domain::money::Currency;
use domain::review::cost::rate_to;
use domain::review::{Freshness, WeeklyReview};
use leptos::prelude::*;

use super::ReviewView;
use crate::backend::{ReviewPage, ReviewState};
use crate::components::mark::{count_class, mark};
use crate::components::paper::page_foot;
use crate::components::when;
use crate::islands::CopyPermalink;
use crate::pages::shares;
use crate::texts::{catalogue_sentences, format, sentences};

pub(super) fn masthead(view: &ReviewView<'_>, page: &ReviewPage) -> AnyView {
    let week = view.review.week;
    let zone_name = format::zone_name(view.review.period.start, &view.zone);
    let heading = sentences::week_heading(view.language, week.year(), week.number());
    view! {
        {page_foot(&heading, view.review.as_of, &view.zone, view.language)}
        <div class="masthead">
            <p class="kicker">{[view.words.weekly_review, " · ", view.words.all_products].concat()}</p>
            <h1>
                {heading}" "
                <small>{when::day(week.monday(), view.language)}"–"{when::day(week.sunday(), view.language)}" "{zone_name}</small>
            </h1>
            <p class="state">{state(view, &page.state)}</p>
            {facts(view)}
            <nav class="actions" aria-label=view.words.this_week_label>
                {counts(view)}
                {navigation(view, page)}
            </nav>
        </div>
    }
    .into_any()
}

/// The head of a shared page: which week, in which state, and nothing to go on to.
pub(super) fn shared(view: &ReviewView<'_>, page: &ReviewPage) -> AnyView {
    let week = view.review.week;
    let heading = sentences::week_heading(view.language, week.year(), week.number());
    let zone_name = format::zone_name(view.review.period.start, &view.zone);
    view! {
        {page_foot(&heading, view.review.as_of, &view.zone, view.language)}
        <div class="masthead">
            <p class="kicker">{view.words.weekly_review}</p>
            <h1>
                {heading.clone()}" "
                <small>{when::day(week.monday(), view.language)}"–"{when::day(week.sunday(), view.language)}" "{zone_name}</small>
            </h1>
            <p class="state">{state(view, &page.state)}</p>
        </div>
    }
    .into_any()
}

/// DRAFT as of when, or FROZEN by whom and when.
pub(crate) fn state(view: &ReviewView<'_>, state: &ReviewState) -> AnyView {
    let zone_name = format::zone_name(view.review.as_of, &view.zone);
    match state {
        ReviewState::Draft => {
            let time = format::short_date_time(view.review.as_of, &view.zone, view.language);
            view! {
                <span class="stamp">{view.words.draft}</span>" "
                <time datetime=format::machine_time(view.review.as_of, &view.zone)>
                    {sentences::as_of(view.language, &time, &zone_name)}
                </time>
            }
            .into_any()
        }
        ReviewState::Frozen { version, .. } => {
            let time = format::short_date_time(version.frozen_at, &view.zone, view.language);
            view! {
                <span class="stamp">{view.words.frozen}</span>" "
                {sentences::frozen_by(view.language, version.version, &version.frozen_by, &time, &zone_name)}
            }
            .into_any()
        }
    }
}

/// One chip per source, and the exchange rates.
fn facts(view: &ReviewView<'_>) -> AnyView {
    let chips = view.review.freshness.iter().map(|freshness| chip(view, freshness));
    let rates = view.review.rates.iter().map(|applied| {
        let row = &applied.rate;
        let amount = format!("{}{}", format::symbol(row.to), format::decimal(row.rate, 2));
        let date = format::short_date(row.date, view.language);
        let text = sentences::rate(view.language, row.from.code(), &amount, &date, applied.provisional);
        let mend = applied.provisional.then(|| what_to_enter(view));
        view! { <li class="chip ok" title=row.source.clone()>{text}{mend}</li> }
    });
    let missing = missing_rates(view.review).into_iter().map(|from| {
        let text =
            catalogue_sentences::no_rate(view.language, from, view.review.organization.reporting_currency);
        view! { <li class="chip nodata">{mark(Status::NoData)}{text}{what_to_enter(view)}</li> }
    });
    view! {
        <ul class="facts" aria-label=view.words.freshness_label>{chips.collect_view()}{rates.collect_view()}{missing.collect_view()}</ul>
    }
    .into_any()
}

/// Billing currencies of the week that no rate leads from to the reporting one.
fn missing_rates(review: &WeeklyReview) -> BTreeSet<Currency> {
    let billed = review.cost.reconciliation.iter().map(|row| row.currency);
    let reporting = review.organization.reporting_currency;
    billed.filter(|currency| rate_to(&review.rates, *currency, reporting).is_none()).collect()
}

/// Where it is said which rate is missing, and how to enter it.
pub(crate) fn what_to_enter(view: &ReviewView<'_>) -> AnyView {
    let href = format!("{}#look", view.context.go("/catalog", &[]));
    view! { " "<a href=href>{view.words.catalogue_what_to_enter}</a> }.into_any()
}

fn chip(view: &ReviewView<'_>, freshness: &Freshness) -> AnyView {
    let stale = freshness.status == Status::NoData;
    let newest = freshness.last_instant.unwrap_or(freshness.received_at);
    let time = format::short_date_time(newest, &view.zone, view.language);
    let text = match (freshness.kind, freshness.complete_through, freshness.complete_days) {
        (SourceKind::Cost, Some(_), Some(_)) if freshness.is_not_compared() => {
            let first = freshness.first_day.map(|day| format::short_date(day, view.language));
            sentences::begins_uncompared(view.language, first.as_deref().unwrap_or(view.words.unknown))
        }
        (SourceKind::Cost, Some(through), Some(days)) => {
            sentences::days_complete(view.language, &format::short_date(through, view.language), days)
        }
        _ if freshness.begins_after(view.review.week) => {
            let first = freshness.first_day.map(|day| format::short_date(day, view.language));
            sentences::begins(view.language, first.as_deref().unwrap_or(view.words.unknown))
        }
        _ if stale => sentences::stale_since(view.language, &time),
        _ => time,
    };
    let class = if stale { "chip nodata" } else { "chip ok" };
    let name = format!("{} {}", freshness.source, view.words.source_kind(freshness.kind));
    view! {
        <li class=class>{stale.then(|| mark(Status::NoData))}<b>{name}</b>{[" ", text.as_str()].concat()}</li>
    }
    .into_any()
}

/// The marks of the matrix, counted; each filters it.
fn counts(view: &ReviewView<'_>) -> AnyView {
    let counts = &view.review.counts;
    let wanted = view.status_filter();
    let chips = [
        (Status::Breached, counts.breached),
        (Status::Risk, counts.risk),
        (Status::NoData, counts.no_data),
        (Status::Ok, counts.ok),
    ]
    .map(|(status, count)| {
        let path = format!("/reviews/{}", view.review.week);
        let href = format!("{}#exceptions", view.context.go(&path, &[("status", status.as_str())]));
        let here = (wanted == Some(status)).then_some("true");
        view! {
            <a class=count_class(status, count > 0) href=href aria-current=here>
                {mark(status)}{format!("{} {count}", view.words.status(status))}
            </a>
        }
    });
    view! { <span class="counts" role="group" aria-label=view.words.counts_label>{chips.collect_view()}</span> }.into_any()
}

/// Previous and next week, present mode, copy.
fn navigation(view: &ReviewView<'_>, page: &ReviewPage) -> AnyView {
    let week = view.review.week;
    let path = |week: domain::week::IsoWeek| format!("/reviews/{week}");
    let (previous, next) = (week.previous(), week.next());
    let presenting = view.context.is_presenting();
    let present = view.context.link_with("view", if presenting { None } else { Some("present") });
    let present_word = if presenting { view.words.leave_present } else { view.words.present_mode };
    let version = match &page.state {
        ReviewState::Draft => None,
        ReviewState::Frozen { version, .. } => Some(version.version.to_string()),
    };
    let currency = view.table.view.currency;
    let mut query = vec![
        ("currency", currency.code()),
        ("metric", view.table.view.metric.as_str()),
        ("lang", view.language.tag()),
    ];
    if let Some(version) = &version {
        query.push(("version", version));
    }
    let permalink = crate::context::link(&path(week), &query);
    // Links are for those outside: where nobody signs in, everybody is inside.
    let context = view.context;
    let share = (context.ways.is_some() && !context.only_reads()).then(|| {
        let state = if version.is_some() { "frozen" } else { "live" };
        shares::link_to(context, &[("week", week.to_string()), ("state", state.to_owned())])
    });
    view! {
        <a class="button quiet" rel="prev" href=view.context.go(&path(previous), &[])>
            "← "{sentences::week_short(view.language, previous.number())}
        </a>
        {view.has_begun(next).then(|| view! {
            <a class="button quiet" rel="next" href=view.context.go(&path(next), &[])>
                {sentences::week_short(view.language, next.number())}" →"
            </a>
        })}
        <a class="button" href=present>{present_word}</a>
        <CopyPermalink
            url=permalink
            label=view.words.copy_link.to_owned()
            done=view.words.copied.to_owned()
            key_hint=true
        />
        {share}
    }
    .into_any()
}

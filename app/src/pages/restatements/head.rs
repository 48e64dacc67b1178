//! The head of the page: the moment looked back to, the sums in one sentence, ways to other moments; and the
//! same value in other forms.

use domain::cost::Metric;
use domain::money::{Currency, Money};
use leptos::prelude::*;

use super::ChangesView;
use crate::backend::{Look, Since};
use crate::texts::{format, sentences};

pub(super) fn masthead(view: &ChangesView<'_>) -> AnyView {
    let words = view.words;
    view! {
        <div class="masthead">
            <p class="kicker"><a href=view.context.go("/imports", &[])>{words.imports_title}</a>{crumbs(view)}</p>
            <h1>{words.changes_title}</h1>
            <p class="state">{since(view)}</p>
            <p class="answer">{answer(view)}</p>
            {navigation(view)}
        </div>
    }
    .into_any()
}

/// What the page looks back to, in words.
fn since(view: &ChangesView<'_>) -> String {
    let (page, language) = (view.page, view.language);
    let zone = format::zone_name(page.since, &view.zone);
    let at = format!("{} {zone}", format::date_time(page.since, &view.zone, language));
    match page.look {
        Look::Frozen { week, version } => sentences::changes_since_freeze(
            language,
            &sentences::week_short(language, week.number()),
            version,
            &at,
        ),
        Look::NeverFrozen(days) => {
            let text = sentences::changes_never_frozen(language, days);
            format!("{text} {}", sentences::changes_since(language, &at))
        }
        Look::Days(_) | Look::Day(_) => sentences::changes_since(language, &at),
    }
}

/// The filters, each with a way to be rid of it.
fn crumbs(view: &ChangesView<'_>) -> AnyView {
    let (request, words) = (&view.page.request, view.words);
    let filters = [
        ("week", request.week.map(|week| format!("{}: {week}", words.week))),
        ("source", request.source.as_ref().map(|source| format!("{}: {source}", words.source))),
        ("month", request.month.map(|month| format!("{}: {month}", words.changes_month))),
        ("owner", request.owner.as_ref().map(|owner| view.owner_name(owner))),
    ];
    let crumbs = filters.into_iter().filter_map(|(name, text)| {
        let without = view.context.link_with_all(&[(name, None), ("version", None)]);
        Some(view! { " · "<a href=without>{text?}" ("{words.changes_without}")"</a> })
    });
    let crumbs: Vec<_> = crumbs.collect();
    view! { {crumbs} }.into_any()
}

fn answer(view: &ChangesView<'_>) -> String {
    let report = &view.report;
    if report.months.is_empty() {
        return view.words.changes_none.to_owned();
    }
    let totals = report.totals();
    let amounts = |pick: fn(&domain::restatement::ChangedAmounts) -> i64| {
        let one = |(currency, sum): &(Currency, _)| {
            format::money_signed(Money { micros: pick(sum), currency: *currency })
        };
        let texts: Vec<String> = totals.iter().map(one).collect();
        texts.join(sentences::list_separator(view.language))
    };
    sentences::changes_answer(view.language, &amounts(|sum| sum.restated), &amounts(|sum| sum.completed))
}

fn navigation(view: &ChangesView<'_>) -> AnyView {
    let (words, request) = (view.words, &view.page.request);
    let moments = [
        (Since::Freeze, words.changes_since_freeze),
        (Since::Days(7), words.changes_since_week),
        (Since::Days(35), words.changes_since_weeks),
    ];
    let links = moments.map(|(since, text)| {
        let word = since.to_string();
        let value = (since != Since::default()).then_some(word.as_str());
        let here = (since == request.since).then_some("true");
        let class = if here.is_some() { "button" } else { "button quiet" };
        let href = view.context.link_with_all(&[("since", value), ("version", None)]);
        view! { <a class=class href=href aria-current=here>{text}</a> }
    });
    let (metric, metric_text) = match view.report.view.metric {
        Metric::Billed => (Some(Metric::Effective.as_str()), words.effective_view),
        Metric::Effective => (None, words.billed_view),
    };
    view! {
        <nav class="actions" aria-label=words.changes_since_label>
            {links.collect_view()}
            {day_form(view)}
            <a class="button quiet" href=view.context.link_with("metric", metric)>{metric_text}</a>
        </nav>
    }
    .into_any()
}

/// A form that looks back to a day; it carries the rest of the query along.
fn day_form(view: &ChangesView<'_>) -> impl IntoView + use<> {
    let words = view.words;
    let kept = view.context.query.iter().filter(|(name, _)| {
        ["week", "currency", "metric", "lang", "source", "month", "owner"].contains(&name.as_str())
    });
    let kept: Vec<_> = kept
        .map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone()/> })
        .collect();
    let day = match view.page.request.since {
        Since::Day(day) => day,
        Since::Freeze | Since::Days(_) => view.zone.to_datetime(view.page.since).date(),
    };
    view! {
        <form class="inline" method="get" action=super::PATH>
            {kept}
            <label>{words.changes_since_day}" "<input type="date" name="since" value=day.to_string() required/></label>" "
            <button class="button quiet">{words.changes_show}</button>
        </form>
    }
}

/// The last line: how the page counts, and the same value in other forms.
pub(super) fn colophon(view: &ChangesView<'_>) -> AnyView {
    let lag = view.page.catalogue.organization.cost_lag_days;
    let here = view.context.link_with_all(&[]);
    let (path, query) = here.split_once('?').unwrap_or((&here, ""));
    let links = [("JSON", "json"), ("CSV", "csv")].map(|(name, suffix)| {
        let href =
            if query.is_empty() { format!("{path}.{suffix}") } else { format!("{path}.{suffix}?{query}") };
        view! { " "<a href=href>{name}</a> }
    });
    view! {
        <footer class="colophon">
            <p>{sentences::changes_note(view.language, lag)}</p>
            <p>{links.collect_view()}</p>
        </footer>
    }
    .into_any()
}

//! Which time and which incidents: windows as links, the rest as a form; all of it lives in the address.

use domain::incident::{DetectedBy, Severity};
use domain::incident_override::CauseClass;
use domain::incident_statistics::filter::{IncidentFilter, IncidentState, NONE};
use domain::incident_statistics::window::StatisticsWindow;
use leptos::prelude::*;

use super::StatisticsView;
use crate::texts::statistics_words::{cause_word, state_word};

/// Windows and filters.
pub(super) fn controls(view: &StatisticsView<'_>) -> AnyView {
    view! { {windows(view)}{form(view)} }.into_any()
}

/// One, four and thirteen weeks up to the same one, and the window before and after.
fn windows(view: &StatisticsView<'_>) -> AnyView {
    let (words, request) = (view.words, &view.page.request);
    let (week, count) = match request.window {
        StatisticsWindow::Weeks(week, count) => (week, Some(count)),
        StatisticsWindow::Days(..) => (view.page.review.week, None),
    };
    let link = |week: domain::week::IsoWeek, count: u8| {
        let other = crate::backend::IncidentStatisticsRequest {
            window: StatisticsWindow::Weeks(week, count),
            ..request.clone()
        };
        view.link(&request.filter, other.window_query())
    };
    let names = [words.week, words.four_weeks, words.thirteen_weeks];
    let tabs = StatisticsWindow::WEEKS.into_iter().zip(names).map(|((_, weeks), name)| {
        let here = (count == Some(weeks)).then_some("page");
        view! { <a href=link(week, weeks) aria-current=here>{name}</a> }
    });
    let step = count.map(|count| {
        let next = week.plus(i32::from(count));
        let has_begun = next.plus(1 - i32::from(count)).period(&view.zone).start <= view.statistics.as_of;
        let next = has_begun.then(|| {
            view! { <a href=link(next, count)>{words.later}" →"</a> }
        });
        view! { <a href=link(week.plus(-i32::from(count)), count)>"← "{words.earlier}</a>{next} }
    });
    view! { <nav class="tabs" aria-label=words.period>{tabs.collect_view()}{step}</nav> }.into_any()
}

fn form(view: &StatisticsView<'_>) -> AnyView {
    let (words, request) = (view.words, &view.page.request);
    let filter = &request.filter;
    let is_fixed = request.product.is_some();
    let owned = |value: &str, word: &str| (value.to_owned(), word.to_owned());
    let products = (!is_fixed).then(|| {
        let names = view.page.review.products.iter();
        let names = names.map(|product| owned(product.slug.as_str(), product.name.get(view.language)));
        let unmapped = view.page.has_unmapped.then(|| owned(NONE, words.unmapped));
        let groups = groups(view);
        view! {
            {select(view, words.product, "product", filter.product.as_deref(), names.chain(unmapped).collect())}
            {(!groups.is_empty()).then(|| select(view, words.group, "group", filter.group.as_deref(), groups))}
        }
    });
    let severities = Severity::ALL.map(|severity| owned(severity.as_str(), severity.as_str())).to_vec();
    let states =
        IncidentState::ALL.map(|state| owned(state.as_str(), state_word(view.language, state))).to_vec();
    let reporters = DetectedBy::ALL.map(|by| owned(by.as_str(), view.texts.detected_by(by))).into_iter();
    let reporters = reporters.chain([owned(NONE, words.not_known)]).collect();
    let causes =
        CauseClass::ALL.map(|cause| owned(cause.as_str(), cause_word(view.language, cause))).into_iter();
    let causes = causes.chain([owned(NONE, words.not_said)]).collect();
    let cause = filter.cause.map(|cause| cause.map_or(NONE, CauseClass::as_str));
    let sources = view.page.sources.iter().map(|source| owned(source, source)).collect();
    let detected_by = filter.detected_by.map(|by| by.map_or(NONE, DetectedBy::as_str));
    let (from, to) = match request.window {
        StatisticsWindow::Days(from, to) => (from.to_string(), to.to_string()),
        StatisticsWindow::Weeks(..) => (String::new(), String::new()),
    };
    let action = view.path();
    view! {
        <form class="choice" method="get" action=action>
            {hidden(view)}
            {products}
            {select(view, words.severity, "severity", filter.severity.map(Severity::as_str), severities)}
            {select(view, words.state, "state", filter.state.map(IncidentState::as_str), states)}
            {select(view, words.detected_by, "detected_by", detected_by, reporters)}
            {select(view, words.cause, "cause", cause, causes)}
            {select(view, words.source, "source", filter.source.as_deref(), sources)}
            <label><span>{words.from}</span><input type="date" name="from" value=from/></label>
            <label><span>{words.to}</span><input type="date" name="to" value=to/></label>
            <button>{words.choose}</button>
        </form>
        <p class="evidence">{links(view)}</p>
    }
    .into_any()
}

/// What the form keeps: language, the window of weeks, order and whether uncounted ones are listed.
fn hidden(view: &StatisticsView<'_>) -> AnyView {
    let request = &view.page.request;
    let kept = view.context.kept_query().into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let window = match request.window {
        StatisticsWindow::Weeks(..) => request.window_query(),
        StatisticsWindow::Days(..) => Vec::new(),
    };
    let order = request.filter.query().into_iter().filter(|(name, _)| ["uncounted", "sort"].contains(name));
    let ours = window.into_iter().chain(order).map(|(name, value)| (name.to_owned(), value));
    kept.chain(ours)
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect_view()
        .into_any()
}

fn links(view: &StatisticsView<'_>) -> AnyView {
    let (words, request) = (view.words, &view.page.request);
    let filter = &request.filter;
    let toggled = IncidentFilter { with_uncounted: !filter.with_uncounted, ..filter.clone() };
    let toggle = view.link(&toggled, request.window_query());
    let toggle_word = if filter.with_uncounted { words.without_uncounted } else { words.with_uncounted };
    let is_narrow = IncidentFilter {
        product: filter.product.clone().filter(|_| request.product.is_none()),
        ..filter.clone()
    }
    .is_narrow();
    let clear = is_narrow.then(|| {
        let kept = IncidentFilter {
            with_uncounted: filter.with_uncounted,
            sort: filter.sort,
            ..IncidentFilter::default()
        };
        let href = view.link(&kept, request.window_query());
        view! { <a href=href>{words.show_all}</a>" · " }
    });
    let to_list = (!view.is_filtered_empty()).then(|| view! { " · "<a href="#list">{words.to_list}" ↓"</a> });
    view! { {clear}<a href=format!("{toggle}#list")>{toggle_word}</a>{to_list} }.into_any()
}

/// The groups of products, by their English names.
fn groups(view: &StatisticsView<'_>) -> Vec<(String, String)> {
    let mut groups: Vec<(String, String)> = Vec::new();
    for group in view.page.review.products.iter().filter_map(|product| product.group.as_ref()) {
        if !groups.iter().any(|(name, _)| *name == group.en) {
            groups.push((group.en.clone(), group.get(view.language).to_owned()));
        }
    }
    groups
}

fn select(
    view: &StatisticsView<'_>,
    label: &'static str,
    name: &'static str,
    chosen: Option<&str>,
    options: Vec<(String, String)>,
) -> AnyView {
    // A choice that is not among the options stays visible, so that an empty list explains itself.
    let stranger = chosen.filter(|chosen| !options.iter().any(|(value, _)| value == chosen));
    let stranger = stranger.map(|chosen| (chosen.to_owned(), chosen.to_owned()));
    let all = (String::new(), view.words.everything.to_owned());
    let options = std::iter::once(all).chain(options).chain(stranger).map(|(value, word)| {
        let selected = chosen.unwrap_or_default() == value;
        view! { <option value=value selected=selected>{word}</option> }
    });
    view! { <label><span>{label}</span><select name=name>{options.collect_view()}</select></label> }
        .into_any()
}

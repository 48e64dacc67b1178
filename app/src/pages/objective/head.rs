//! The head of the page, and its last line.

use domain::organization::Language;
use leptos::prelude::*;

use super::ObjectiveView;
use crate::components::mark::marked_word;
use crate::components::when;
use crate::islands::CopyPermalink;
use crate::pages::review::objectives;
use crate::texts::condition_sentences::condition;
use crate::texts::queue_words::queue_words;
use crate::texts::{format, sentences};
use domain::error_budget::target_percent;
use domain::finding::Status;

pub(super) fn masthead(view: &ObjectiveView<'_>) -> AnyView {
    let (review, objective) = (&view.review, view.objective);
    let (week, zone, language) = (objective.week, &review.zone, review.language);
    let time = format::short_date_time(objective.as_of, zone, language);
    let as_of = sentences::as_of(language, &time, &format::zone_name(objective.as_of, zone));
    let product = objective.product.as_ref().map(|product| {
        let href = review.product_link(&product.slug);
        view! { " · "<a href=href>{product.name.get(language).to_owned()}</a> }
    });
    let list = review.context.go("/objectives", &[("week", &week.to_string())]);
    view! {
        <div class="masthead">
            <p class="kicker"><a href=list>{review.words.objectives}</a>{product}</p>
            <h1>
                {objective.row.display_name.clone()}" "
                <small>
                    {sentences::week_short(language, week.number())}" "
                    {when::day(week.monday(), language)}"–"{when::day(week.sunday(), language)}" "
                    {format::zone_name(objective.measured_until, zone)}
                </small>
            </h1>
            <p class="state"><span class="stamp">{review.words.cost_live_stamp}</span>" "{as_of}</p>
            <p class="answer">{marked_word(objective.row.status, review.words)}" "{answer(view)}</p>
            {conditions(view)}
            {navigation(view)}
        </div>
    }
    .into_any()
}

/// What to know before the number is trusted.
fn conditions(view: &ObjectiveView<'_>) -> Option<AnyView> {
    let (review, objective) = (&view.review, view.objective);
    let items = objective.conditions.iter().map(|one| {
        let text = condition(review.language, one, &objective.row.source, &review.zone);
        view! { <li>{text}</li> }
    });
    let label = queue_words(review.language).conditions_label;
    let list = (!objective.conditions.is_empty()).then(|| items.collect_view())?;
    Some(view! { <ul class="state" aria-label=label>{list}</ul> }.into_any())
}

/// The state in plain words.
fn answer(view: &ObjectiveView<'_>) -> String {
    let (review, row) = (&view.review, &view.objective.row);
    let language = review.language;
    let window = objectives::window(review, row);
    let mut parts = Vec::new();
    match view.objective.budget() {
        None => parts.push(sentences::objective_without_counts(language, &window)),
        Some(budget) => {
            let target = format!("{}%", target_percent(row.target));
            let attainment = objectives::attainment(review, row);
            parts.push(sentences::objective_answer(language, &window, &attainment, &target));
            match row.remaining {
                None => parts.push(sentences::objective_without_budget(language, budget.is_met())),
                Some(left) => {
                    let units = objectives::units_left(review, row);
                    let share = format::percent_left(left);
                    parts.push(sentences::objective_left(language, &share, &units, left.0 < 0));
                    let known = view.objective.exhaustion.filter(|_| row.status != Status::NoData);
                    parts.extend(known.and_then(|ends| sentences::objective_exhaustion(language, ends)));
                }
            }
        }
    }
    if row.status == Status::NoData && view.objective.row.last_data.is_some() {
        let since =
            row.last_data.map(|last| format::short_date(review.zone.to_datetime(last).date(), language));
        parts.extend(since.map(|since| sentences::stale_since(language, &since)));
    }
    parts.extend(frozen(view));
    parts.join(if language == Language::English { " " } else { "" })
}

fn frozen(view: &ObjectiveView<'_>) -> Option<String> {
    let (version, row) = view.page.frozen.as_ref()?;
    let now = &view.objective.row;
    let same = row.as_ref().is_some_and(|row| (row.sum, row.target) == (now.sum, now.target));
    let value = row.as_ref().map(|row| objectives::attainment(&view.review, row));
    Some(sentences::objective_frozen(view.review.language, version.version, value.as_deref(), same))
}

fn navigation(view: &ObjectiveView<'_>) -> AnyView {
    let (review, week) = (&view.review, view.objective.week);
    let link = |week: domain::week::IsoWeek| review.context.link_with("week", Some(&week.to_string()));
    let (previous, next) = (week.previous(), week.next());
    let next = review.has_begun(next).then(|| {
        let text = sentences::week_short(review.language, next.number());
        view! { <a class="button quiet" rel="next" href=link(next)>{text}" →"</a> }
    });
    view! {
        <nav class="actions" aria-label=review.words.this_week_label>
            <a class="button quiet" rel="prev" href=link(previous)>
                "← "{sentences::week_short(review.language, previous.number())}
            </a>
            {next}
            <CopyPermalink
                url=permalink(view)
                label=review.words.copy_link.to_owned()
                done=review.words.copied.to_owned()
                key_hint=true
            />
        </nav>
    }
    .into_any()
}

fn permalink(view: &ObjectiveView<'_>) -> String {
    let week = view.objective.week.to_string();
    let language = view.review.language.tag();
    view.review.context.link_with_all(&[("week", Some(&week)), ("lang", Some(language))])
}

/// The last line: whose page it is, and the same value in other forms.
pub(super) fn colophon(view: &ObjectiveView<'_>) -> AnyView {
    let objective = view.objective;
    let text = sentences::colophon(
        view.review.language,
        objective.organization.name.get(view.review.language),
        &format::zone_name(objective.as_of, &view.review.zone),
    );
    let here = permalink(view);
    let (path, query) = here.split_once('?').unwrap_or((&here, ""));
    let links = [("JSON", "json"), ("CSV", "csv")]
        .map(|(name, suffix)| view! { " "<a href=format!("{path}.{suffix}?{query}")>{name}</a> });
    view! { <footer class="colophon"><p>{text}" ·"{links.collect_view()}</p></footer> }.into_any()
}

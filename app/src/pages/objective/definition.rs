//! How the objective is defined now and was defined before, and where that stands.

use domain::error_budget::target_percent;
use domain::objective::{Objective, Window};
use leptos::prelude::*;

use super::ObjectiveView;
use crate::components::table::table;
use crate::components::when;
use crate::context::segment;
use crate::pages::objective_proposal;
use crate::texts::proposal_words::proposal_words;
use crate::texts::{format, sentences};

/// Digits of a definition's hash that tell versions apart.
const HASH_DIGITS: usize = 8;

pub(super) fn body(view: &ObjectiveView<'_>) -> AnyView {
    let (words, objective) = (view.review.words, &view.objective.objective);
    let versions = std::iter::once(objective).chain(&view.objective.earlier);
    let rows = versions.map(|version| version_row(view, version)).collect_view();
    let columns = [
        (words.objective_valid_from, false),
        (words.target, true),
        (words.objective_window, false),
        (words.objective_method, false),
        (words.source, false),
        (words.objective_definition_hash, false),
    ];
    let description = (!objective.description.is_empty())
        .then(|| view! { <p class="prose">{objective.description.clone()}</p> });
    let reviewed = objective.reviewed_at.map_or_else(
        || words.never_reviewed.to_owned(),
        |at| format::short_date(view.review.zone.to_datetime(at).date(), view.review.language),
    );
    let service =
        (!objective.service.is_empty()).then(|| format!("{}: {} · ", words.service, objective.service));
    view! {
        {description}
        <p class="prose">
            {service}{words.environment(objective.environment)}" · "{words.reviewed}": "{reviewed}" · "
            <code>{objective.id.clone()}</code>
        </p>
        {proposals(view)}
        {table(words.objective_versions_label, &columns, rows.into_any())}
    }
    .into_any()
}

/// The way to another target or window, and what was proposed so far.
fn proposals(view: &ObjectiveView<'_>) -> AnyView {
    let (context, words) = (view.review.context, proposal_words(view.review.language));
    let path = format!("/objectives/{}/proposal", segment(&view.objective.objective.id));
    let document = format!("/objectives/{}/openslo.yaml", segment(&view.objective.objective.id));
    let list = (!view.page.proposals.is_empty())
        .then(|| objective_proposal::list(&view.review, &view.page.proposals, false));
    view! {
        <p class="evidence">
            <a href=context.go(&path, &[])>{words.link}" →"</a>" · "
            <a href=document download="">{words.export_one}</a>
        </p>
        {list}
    }
    .into_any()
}

fn version_row(view: &ObjectiveView<'_>, version: &Objective) -> impl IntoView + use<> {
    let (words, language) = (view.review.words, view.review.language);
    let hash: String = version.definition_hash.chars().take(HASH_DIGITS).collect();
    let zone = match &version.window {
        Window::Calendar { time_zone, .. } => Some(time_zone.clone()),
        Window::Rolling { .. } => None,
    };
    view! {
        <tr>
            <th scope="row">{when::instant(version.valid_from, &view.review.zone, language)}</th>
            <td class="num" data-label=words.target>{target_percent(version.target).to_string()}"%"</td>
            <td data-label=words.objective_window>{window(view, &version.window)}<small>{zone}</small></td>
            <td data-label=words.objective_method>{sentences::budgeting_method(language, version.method)}</td>
            <td data-label=words.source>{version.source.clone()}</td>
            <td data-label=words.objective_definition_hash><code title=version.definition_hash.clone()>{hash}</code></td>
        </tr>
    }
}

fn window(view: &ObjectiveView<'_>, window: &Window) -> String {
    crate::pages::review::objectives::window_words(&view.review, window)
}

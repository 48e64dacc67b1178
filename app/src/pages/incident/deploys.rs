//! What was deployed of the product shortly before an incident, and what somebody named as its cause.

use domain::deploy::Deploy;
use leptos::prelude::*;

use super::IncidentView;
use crate::texts::deploy_words::{ago_before, deploy_words, more_deploys};
use crate::texts::incident_words::harmless;
use crate::texts::{format, sentences, statistics_sentences};

/// How many are named before it; how many more there were is said.
const NAMED: usize = 3;

/// The facts, without a claim about causes that nobody made; nothing where there is none.
pub(super) fn facts(view: &IncidentView<'_>) -> Option<AnyView> {
    let (words, deploys) = (deploy_words(view.language), &view.page.deploys);
    let separator = sentences::list_separator(view.language);
    let cause = deploys.cause.as_ref().map(|deploy| {
        let at = format::short_date_time(deploy.finished_at, &view.zone, view.language);
        view! { <p class="facts"><span>{words.caused}": "{version(deploy)}" "<small>{at}</small></span></p> }
    });
    let before = (!deploys.before.is_empty()).then(|| {
        let began = view.page.incident.began_at().as_second();
        let list = deploys.before.iter().take(NAMED).enumerate().map(|(position, deploy)| {
            let ago = statistics_sentences::seconds(view.language, began - deploy.finished_at.as_second());
            let ago = ago_before(view.language, &ago);
            view! { {(position > 0).then_some(separator)}{version(deploy)}" "{ago} }
        });
        let rest = deploys.before.len().saturating_sub(NAMED);
        let rest = (rest > 0).then(|| format!("{separator}{}", more_deploys(view.language, rest)));
        view! {
            <p class="facts">
                <span>{words.before}" "{list.collect_view()}{rest}" "<small>{words.not_a_cause}</small></span>
            </p>
        }
    });
    (cause.is_some() || before.is_some()).then(|| view! { {cause}{before} }.into_any())
}

/// A deploy by its version, which leads to its source.
fn version(deploy: &Deploy) -> AnyView {
    let version = view! { <bdi>{harmless(&deploy.version)}</bdi> };
    match deploy.url.clone() {
        Some(url) => view! { <a href=url rel="noopener noreferrer">{version}</a> }.into_any(),
        None => version.into_any(),
    }
}

//! What was deployed of the product shortly before an incident, and what somebody named as its cause.

use domain::deploy::Deploy;
use leptos::prelude::*;

use super::IncidentView;
use crate::texts::deploy_words::{deploy_words, deployed_before, more_deploys};
use crate::texts::format;
use crate::texts::incident_words::harmless;

/// How many are named before it; how many more there were is said.
const NAMED: usize = 3;

/// The facts, without a claim about causes that nobody made; nothing where there is none.
pub(super) fn facts(view: &IncidentView<'_>) -> Option<AnyView> {
    let (words, deploys) = (deploy_words(view.language), &view.page.deploys);
    let cause = deploys.cause.as_ref().map(|deploy| {
        view! { <p class="facts"><span>{words.caused}": "{named(view, deploy)}</span></p> }
    });
    let before = deploys.before.first().map(|last| {
        let seconds = view.page.incident.began_at().as_second() - last.finished_at.as_second();
        let lead = deployed_before(view.language, &format::minutes(seconds, view.language));
        let list = deploys.before.iter().take(NAMED).enumerate().map(|(position, deploy)| {
            view! { {(position > 0).then_some(", ")}{named(view, deploy)} }
        });
        let rest = deploys.before.len().saturating_sub(NAMED);
        let rest = (rest > 0).then(|| format!(" ({})", more_deploys(view.language, rest)));
        view! {
            <p class="facts"><span>{lead}" "{list.collect_view()}{rest}" "<small>{words.not_a_cause}</small></span></p>
        }
    });
    (cause.is_some() || before.is_some()).then(|| view! { {cause}{before} }.into_any())
}

/// A deploy by its version, which leads to its source.
fn named(view: &IncidentView<'_>, deploy: &Deploy) -> AnyView {
    let at = format::short_date_time(deploy.finished_at, &view.zone, view.language);
    let version = view! { <bdi>{harmless(&deploy.version)}</bdi> };
    let version = match deploy.url.clone() {
        Some(url) => view! { <a href=url rel="noopener noreferrer">{version}</a> }.into_any(),
        None => version.into_any(),
    };
    view! { {version}" "<small>{at}</small> }.into_any()
}

//! What broke again within ninety days.

use domain::incident::Incident;
use domain::incident_statistics::recurrence::RepeatGroup;
use leptos::prelude::*;

use super::StatisticsView;
use crate::components::when;
use crate::texts::statistics_sentences as sentences;

/// Groups of one product and fingerprint, the largest first.
pub(super) fn body(view: &StatisticsView<'_>) -> AnyView {
    let recurrence = &view.statistics.recurrence;
    if recurrence.groups.is_empty() {
        return view! { <p class="prose">{view.words.repeats_none}</p> }.into_any();
    }
    let groups = recurrence.groups.iter().map(|group| shown(view, group)).collect_view();
    view! { <ul class="plain">{groups}</ul> }.into_any()
}

fn shown(view: &StatisticsView<'_>, group: &RepeatGroup) -> AnyView {
    let title = group.incidents.first().map(|incident| incident.title.clone()).unwrap_or_default();
    let times = sentences::times(view.language, group.incidents.len());
    let dates = group.incidents.iter().enumerate().map(|(position, incident)| {
        let comma = (position > 0).then_some(" · ");
        view! { {comma}{date(view, incident)} }
    });
    view! {
        <li>
            <strong>{title}</strong>" "{times}
            <br/>
            <small>{view.product_name(&group.product)}" · "{group.fingerprint.clone()}</small>
            <br/>
            <small>{dates.collect_view()}</small>
        </li>
    }
    .into_any()
}

fn date(view: &StatisticsView<'_>, incident: &Incident) -> AnyView {
    let began = when::instant(incident.began_at(), &view.zone, view.language);
    view! { <a href=view.incident_link(incident)>{began}</a> }.into_any()
}

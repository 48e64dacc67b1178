//! The write-up of an incident on its page: what asks for one, by when, and how far it has come.

use leptos::prelude::*;

use super::IncidentView;
use crate::backend::PostmortemPage;
use crate::components::mark::mark;
use crate::pages::postmortem::{list, postmortem_path};
use crate::texts::postmortem_sentences;
use crate::texts::postmortem_words::postmortem_words;

pub(super) fn body(view: &IncidentView<'_>, page: &PostmortemPage) -> AnyView {
    let words = postmortem_words(view.language);
    let href = view.context.go(&postmortem_path(&page.incident.source, &page.incident.external_id), &[]);
    let handbook = view.context.go("/incidents/handbook", &[]);
    let today = view.zone.to_datetime(page.as_of).date();
    let standing = match &page.duty {
        Some(duty) => {
            let objective = page.objective.as_deref().unwrap_or_default();
            let reasons = duty.reasons.iter().map(|reason| {
                view! { <li>{postmortem_sentences::reason(view.language, reason, objective)}</li> }
            });
            view! {
                <p class="prose">{mark(list::status(duty, today))}" "{postmortem_sentences::standing(view.language, duty, today)}</p>
                <ul class="plain prose">{reasons.collect_view()}</ul>
            }
            .into_any()
        }
        None => {
            let state = page.head.state.map(|state| words.state_word(state));
            view! { <p class="prose">{state.unwrap_or(words.not_required)}</p> }.into_any()
        }
    };
    view! {
        {standing}
        <p class="facts">
            <a href=href>{words.page_title}" →"</a>
            <a href=handbook>{words.handbook}" →"</a>
        </p>
    }
    .into_any()
}

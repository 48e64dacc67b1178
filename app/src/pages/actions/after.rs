//! The promises that follow an incident, on its page and on that of its write-up, and the form of the next one.

use domain::incident::Incident;
use domain::incident_merge::IncidentKey;
use leptos::prelude::*;

use super::form::{self, NewAction};
use crate::backend::ActionsPage as Page;
use crate::components::action_list::{action_list, after};
use crate::components::writing::written_in_row;
use crate::context::PageContext;
use crate::texts::action_words::action_words;

/// The list, and the form behind a line that opens it; `parts` are incidents that are part of this one, `path` is
/// where the form leads back to.
pub(crate) fn body(
    context: &PageContext,
    page: &Page,
    incident: &Incident,
    parts: &[Incident],
    path: &str,
) -> AnyView {
    let words = action_words(context.language);
    let keys: Vec<IncidentKey> = std::iter::once(incident).chain(parts).map(IncidentKey::of).collect();
    let promises = after(page, &keys);
    let list = if promises.is_empty() {
        view! { <p class="prose">{words.after_none}</p> }.into_any()
    } else {
        action_list(context, page, &promises)
    };
    let word = IncidentKey::of(incident).word();
    let new = NewAction { product: &incident.product, incident: &word, back: path, ..NewAction::default() };
    let product = incident.product.parse().ok();
    let form = written_in_row(context, product.as_ref(), || {
        let form = form::add(context, page, &new);
        view! { <details class="data"><summary>{words.new}</summary>{form}</details> }.into_any()
    });
    view! { {list}{form} }.into_any()
}

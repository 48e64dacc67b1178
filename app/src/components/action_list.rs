//! Promises as a table: in the register, and beside the incident that they follow.

use domain::action::Action;
use domain::incident_merge::IncidentKey;
use leptos::prelude::*;

use crate::backend::ActionsPage as Page;
use crate::components::mark::mark;
use crate::components::table::table;
use crate::components::tracked_issue::{close_too, issue_line};
use crate::components::when;
use crate::context::PageContext;
use crate::pages::incident::incident_path;
use crate::texts::action_words::{self, ActionWords, action_words};

/// The promises that follow any of these incidents, in the order of the register.
#[must_use]
pub fn after<'p>(page: &'p Page, incidents: &[IncidentKey]) -> Vec<&'p Action> {
    let is_after =
        |action: &&Action| action.terms.incident.as_ref().is_some_and(|key| incidents.contains(key));
    page.actions.iter().filter(is_after).collect()
}

/// One row a promise, with what the columns say below them.
pub fn action_list(context: &PageContext, page: &Page, actions: &[&Action]) -> AnyView {
    let words = action_words(context.language);
    let rows = actions.iter().map(|action| row(context, page, words, action)).collect_view();
    let columns = [
        (words.state, false),
        (words.due, false),
        (words.what, false),
        (words.owner, false),
        (words.age, true),
        (words.carried, true),
    ];
    view! {
        {table(words.title, &columns, rows.into_any())}
        <p><small>{words.carried}": "{words.carried_hint}</small></p>
    }
    .into_any()
}

/// The state of one in words: how late it is, or what became of it.
pub fn state(context: &PageContext, page: &Page, action: &Action) -> AnyView {
    let words = action_words(context.language);
    let late = action.overdue_days(page.today);
    if late > 0 {
        let days = action_words::days(context.language, late);
        return view! { {mark(action.status(page.today))}" "{words.overdue}" "{days} }.into_any();
    }
    view! { {mark(action.status(page.today))}" "{words.state_word(action.state())} }.into_any()
}

/// The name of its product, its incident's id and its week, as links.
pub fn about(context: &PageContext, page: &Page, action: &Action) -> AnyView {
    let product = action.terms.product.as_ref().map(|slug| {
        let known = page.catalogue.products.iter().find(|product| product.slug == *slug);
        let name = known.map_or(slug.as_str(), |product| product.name.get(context.language)).to_owned();
        let href = context.go(&format!("/products/{slug}"), &[]);
        view! { <a href=href>{name}</a>" " }
    });
    let incident = action.terms.incident.as_ref().map(|key| {
        let href = context.go(&incident_path(&key.source, &key.external_id), &[]);
        view! { <a href=href>{key.external_id.clone()}</a>" " }
    });
    let week = action.terms.week.map(|week| {
        let href = context.go(&format!("/reviews/{week}"), &[]);
        view! { <a href=href>{week.to_string()}</a> }
    });
    view! { {product}{incident}{week} }.into_any()
}

fn row(context: &PageContext, page: &Page, words: &'static ActionWords, action: &Action) -> AnyView {
    let language = context.language;
    let zone = page.catalogue.organization.zone();
    let made_on = zone.to_datetime(action.made_at).date();
    let href = context.go(&format!("/actions/{}", action.id), &[]);
    let moved = (action.redates() > 0).then(|| {
        view! { <small>{action_words::redated(language, action.redates())}</small> }
    });
    let issue = action.issue.as_ref().map(|issue| {
        let line = issue_line((language, &zone), action.terms.link.as_deref(), issue, action.state());
        view! { <small>{line}</small>{close_too(context, action)} }
    });
    let age = action_words::days(language, action.age_days(made_on, page.today));
    let carried = action.carried(&page.frozen_at);
    let carried = if carried == 0 { "–".to_owned() } else { action_words::times(language, carried) };
    view! {
        <tr id=format!("action-{}", action.id)>
            <td class="nb">{state(context, page, action)}</td>
            <td class="nb" data-label=words.due>{when::day(action.due_on(), language)}{moved}</td>
            <th scope="row" class="full"><a href=href>{action.terms.text.clone()}</a><small>{about(context, page, action)}</small>{issue}</th>
            <td data-label=words.owner>{action.terms.owner.clone()}</td>
            <td class="num" data-label=words.age>{age}</td>
            <td class="num" data-label=words.carried>{carried}</td>
        </tr>
    }
    .into_any()
}

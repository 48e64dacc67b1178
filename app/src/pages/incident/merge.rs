//! What may be the same event, what was decided, and what is part of this one.

use domain::incident_merge::{IncidentKey, MergeDecision, MergeSuggestion, MergeWord, in_force};
use leptos::prelude::*;

use super::{IncidentView, incident_path};
use crate::backend::MERGE_FROM;
use crate::components::table::table;
use crate::texts::format;

pub(super) fn body(view: &IncidentView<'_>) -> AnyView {
    let words = view.words;
    let problem = view.context.parameter("merge");
    let problem = problem.map(|word| view! { <p class="error" role="alert">{words.problem(word)}</p> });
    view! { {problem}{parts(view)}{suggested(view)}{decided(view)}{view.may_edit().then(|| by_name(view))} }
        .into_any()
}

fn parts(view: &IncidentView<'_>) -> Option<AnyView> {
    let parts = &view.page.parts;
    if parts.is_empty() {
        return None;
    }
    let lines = parts.iter().map(|part| view! { <li>{view.link_to(part)}</li> });
    Some(view! { <h3>{view.words.parts}</h3><ul class="plain">{lines.collect_view()}</ul> }.into_any())
}

fn suggested(view: &IncidentView<'_>) -> AnyView {
    let (page, words) = (view.page, view.words);
    if page.suggestions.is_empty() {
        return view! { <p class="prose">{words.suggested_none}</p> }.into_any();
    }
    let rows = page.suggestions.iter().map(|one| suggestion(view, one)).collect_view();
    let columns = [(words.suggested, false), (words.overlaps, false), (words.decide, false)];
    table(words.suggested, &columns, rows.into_any())
}

fn suggestion(view: &IncidentView<'_>, one: &MergeSuggestion) -> AnyView {
    let words = view.words;
    let why = if one.same_fingerprint { words.same_fingerprint } else { words.similar_title };
    let together = format::minutes(one.overlap_seconds, view.language);
    let (own, other) = (IncidentKey::of(&view.page.told), IncidentKey::of(&one.other));
    let choices = [
        (MergeWord::Into.as_str(), words.merge_into),
        (MERGE_FROM, words.merge_from),
        (MergeWord::Apart.as_str(), words.apart),
    ];
    view! {
        <tr>
            <th scope="row" class="full">{view.link_to(&one.other)}<small>{why}</small></th>
            <td class="full" data-label=words.overlaps>{together}</td>
            <td class="full">{view.may_edit().then(|| form(view, &own, &other, &choices))}</td>
        </tr>
    }
    .into_any()
}

/// One decision, with its reason.
fn form(
    view: &IncidentView<'_>,
    of: &IncidentKey,
    other: &IncidentKey,
    choices: &[(&'static str, &'static str)],
) -> AnyView {
    let buttons = choices
        .iter()
        .map(|(word, label)| view! { <button class="quiet" name="do" value=*word>{*label}</button> })
        .collect_view();
    view! {
        <form class="upload" method="post" action="/api/incident/merge">
            <input type="hidden" name="page" value=view.word()/>
            <input type="hidden" name="incident" value=of.word()/>
            <input type="hidden" name="other" value=other.word()/>
            {view.lang()}
            <label><span>{view.words.reason}</span><input name="reason" required=true maxlength="500" autocomplete="off"/></label>
            {buttons}
        </form>
    }
    .into_any()
}

/// An incident by its title where the page knows it, else by its key.
fn named(view: &IncidentView<'_>, key: &IncidentKey) -> AnyView {
    let page = view.page;
    if IncidentKey::of(&page.told) == *key {
        return view! { <strong>{view.words.this_one}</strong> }.into_any();
    }
    let known = page.parts.iter().chain(&page.root).find(|one| IncidentKey::of(one) == *key);
    match known {
        Some(one) => view.link_to(one),
        None => {
            let href = view.context.go(&incident_path(&key.source, &key.external_id), &[]);
            view! { <a href=href>{key.word()}</a> }.into_any()
        }
    }
}

/// What holds, and what takes it back.
fn decided(view: &IncidentView<'_>) -> Option<AnyView> {
    let words = view.words;
    let held = in_force(&view.page.decisions);
    if held.is_empty() {
        return None;
    }
    let rows = held.into_iter().map(|one: &MergeDecision| {
        let between = if one.word == MergeWord::Into { " → " } else { " – " };
        view! {
            <tr>
                <th scope="row" class="full">{named(view, &one.of)}{between}{named(view, &one.other)}</th>
                <td class="full">{words.decision(one.word)}</td>
                <td class="full" data-label=words.reason>{one.by.clone()}": "{one.reason.clone()}</td>
                <td class="full">{view.may_edit().then(|| form(view, &one.of, &one.other, &[(MergeWord::Undone.as_str(), words.undo)]))}</td>
            </tr>
        }
    });
    let columns =
        [(words.page_title, false), (words.decided, false), (words.reason, false), (words.undo, false)];
    Some(table(words.decisions_label, &columns, rows.collect_view().into_any()))
}

/// Any other incident by its name, for what nothing suggests.
fn by_name(view: &IncidentView<'_>) -> AnyView {
    let words = view.words;
    view! {
        <details class="data">
            <summary>{words.by_name}</summary>
            <form class="upload" method="post" action="/api/incident/merge">
                <input type="hidden" name="page" value=view.word()/>
                <input type="hidden" name="incident" value=view.word()/>
                {view.lang()}
                <label><span>{words.other}</span><input name="other" required=true maxlength="500" autocomplete="off"/></label>
                <label><span>{words.reason}</span><input name="reason" required=true maxlength="500" autocomplete="off"/></label>
                <button class="quiet" name="do" value="into">{words.merge_into}</button>
            </form>
        </details>
    }
    .into_any()
}

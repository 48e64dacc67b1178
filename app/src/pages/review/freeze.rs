//! Freeze: the form that turns the page into a version, and the versions there are.

use domain::freeze_record::{Definitions, FreezeRecord};
use domain::review::requirements::{Requirement, Unmet, freeze_requirements};
use leptos::prelude::*;

use super::ReviewView;
use crate::backend::{FrozenVersion, ReviewPage, ReviewState};
use crate::components::section::item;
use crate::pages::note::notes_path;
use crate::texts::access_words::access_words;
use crate::texts::digest_words::digest_words;
use crate::texts::freeze_words::{self, freeze_words};
use crate::texts::note_words::note_words;
use crate::texts::{format, sentences};
use crate::writes::Freeze;

pub(super) fn section(view: &ReviewView<'_>, page: &ReviewPage) -> AnyView {
    let digest = view.context.go(&format!("/reviews/{}/digest", view.review.week), &[]);
    let body = view! {
        {problem(view)}
        {form(view, page)}
        {versions(view, page)}
        {page.record.as_ref().map(|record| made(view, record, page.definitions.as_ref()))}
        <p class="prose"><small>{view.words.freeze_explained}</small></p>
        <p><a href=digest>{digest_words(view.language).page_title}" →"</a></p>
    }
    .into_any();
    section_of(view, body)
}

fn section_of(view: &ReviewView<'_>, body: AnyView) -> AnyView {
    item("freeze", "9".to_owned(), view.words.freeze_title, view.words.freeze_question, body).into_any()
}

/// Why the last attempt was refused.
fn problem(view: &ReviewView<'_>) -> Option<AnyView> {
    let words = view.words;
    let text = match view.context.parameter("problem")? {
        "conflict" => words.conflict_text,
        "reason" => return Some(needs_reason(view)),
        "internal" => words.error_title,
        "week" => words.freeze_not_ended,
        "unmet" => return Some(unmet(view)),
        _ => words.invalid_title,
    };
    Some(view! { <p class="error" role="alert">{text}</p> }.into_any())
}

/// Whether the last attempt was refused for what is left open, or for want of a reason to leave it so.
fn is_refused(view: &ReviewView<'_>) -> bool {
    matches!(view.context.parameter("problem"), Some("unmet" | "reason"))
}

/// What is left open, each with the way to where it is settled.
fn unmet(view: &ReviewView<'_>) -> AnyView {
    let (left, words) = (freeze_requirements(view.review), freeze_words(view.language));
    if left.is_empty() {
        return view! { <p class="prose" role="status">{words.settled}</p> }.into_any();
    }
    view! { <p class="error" role="alert">{words.refused}</p>{open(view, &left)} }.into_any()
}

/// That nobody said why, with what is left open, if that is what a reason is asked for.
fn needs_reason(view: &ReviewView<'_>) -> AnyView {
    let left = freeze_requirements(view.review);
    view! {
        <p class="error" role="alert">{view.words.freeze_needs_reason}</p>
        {(!left.is_empty()).then(|| open(view, &left))}
    }
    .into_any()
}

fn open(view: &ReviewView<'_>, left: &[Unmet]) -> AnyView {
    let line = |one: &Unmet| {
        view! { <li><a href=place(view, one.requirement)>{freeze_words::unmet(view.language, one)}</a></li> }
    };
    view! { <ul class="prose">{left.iter().map(line).collect_view()}</ul> }.into_any()
}

/// Where a requirement is met.
fn place(view: &ReviewView<'_>, requirement: Requirement) -> String {
    match requirement {
        Requirement::SourceMissing | Requirement::CostIncomplete => view.context.go("/imports", &[]),
        Requirement::QuestionOpen => "#questions".to_owned(),
        Requirement::TopicOpen => "#topics".to_owned(),
        Requirement::ActionOverdue => "#carried".to_owned(),
        Requirement::DecisionDue => "#agreed".to_owned(),
    }
}

/// What the version that is shown says about its own making.
fn made(view: &ReviewView<'_>, record: &FreezeRecord, now: Option<&Definitions>) -> AnyView {
    let words = freeze_words(view.language);
    let left = &record.unmet;
    let although = (!left.is_empty())
        .then(|| view! { <p class="prose" id="although">{freeze_words::unmet_all(view.language, left)}</p> });
    let definitions = record.definitions.as_ref().map(|by| {
        let code = |hash: &str| {
            let short: String = hash.chars().take(12).collect();
            view! { <code title=hash.to_owned()>{short}</code> }
        };
        let changed = |is_changed: bool| is_changed.then(|| [" ", words.changed].concat());
        let catalogue = changed(now.is_some_and(|now| now.catalogue != by.catalogue));
        let objectives = changed(now.is_some_and(|now| now.objectives != by.objectives));
        view! {
            <p><small>
                {words.definitions}": "{words.catalogue}" "{code(&by.catalogue)}{catalogue}" · "{words.objectives}" "{code(&by.objectives)}{objectives}
            </small></p>
        }
    });
    view! { {although}{definitions} }.into_any()
}

fn form(view: &ReviewView<'_>, page: &ReviewPage) -> AnyView {
    let (words, week) = (view.words, view.review.week.to_string());
    let latest = page.versions.first().map_or(0, |version| version.version);
    let path = format!("/reviews/{}", view.review.week);
    if matches!(page.state, ReviewState::Frozen { .. }) {
        let draft = view.context.go(&path, &[("version", "draft")]);
        let notes = view.context.go(&notes_path(view.review.week), &[]);
        let word = note_words(view.language).notes;
        return view! { <p><a class="button" href=draft data-frozen="">{words.show_draft}</a>" "<a href=notes>{word}</a></p> }
            .into_any();
    }
    if !view.context.access.freezes {
        return view! { <p class="prose">{access_words(view.language).only_reviewers}</p> }.into_any();
    }
    if view.review.as_of < view.review.period.end {
        return view! { <p class="prose">{words.freeze_not_ended}</p> }.into_any();
    }
    let action = ServerAction::<Freeze>::new();
    let again = latest > 0;
    let button = if again { words.freeze_again_button } else { words.freeze_button };
    let back = again.then(|| {
        let href = view.context.go(&path, &[]);
        view! { <p><a href=href>{words.show_latest}</a></p> }
    });
    let typed = view.context.parameter("reason").filter(|_| is_refused(view)).map(str::to_owned);
    let force = (is_refused(view) && !freeze_requirements(view.review).is_empty()).then(|| {
        let anyway = freeze_words(view.language).anyway;
        view! { <label><span><input type="checkbox" name="force" value="yes"/>" "{anyway}</span></label> }
    });
    view! {
        <div class="freeze">
            {back}
            <ActionForm action=action>
                <input type="hidden" name="week" value=week/>
                <input type="hidden" name="version" value=latest.to_string()/>
                {force}
                <label><span>{words.reason}</span><input name="reason" value=typed required=again maxlength="500" autocomplete="off"/></label>
                <button class="primary">{button}</button>
            </ActionForm>
        </div>
    }
    .into_any()
}

fn versions(view: &ReviewView<'_>, page: &ReviewPage) -> Option<AnyView> {
    if page.versions.is_empty() {
        return None;
    }
    let rows = page.versions.iter().map(|version| version_row(view, version)).collect_view();
    let words = view.words;
    Some(
        view! {
            <div class="scroll" role="region" aria-label=words.frozen_versions_label tabindex="0">
                <table class="stack">
                    <thead>
                        <tr>
                            <th scope="col">{words.versions}</th>
                            <th scope="col">{words.frozen}</th>
                            <th scope="col">{words.reason}</th>
                            <th scope="col">{words.freeze_hash}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any(),
    )
}

fn version_row(view: &ReviewView<'_>, version: &FrozenVersion) -> AnyView {
    let number = version.version.to_string();
    let href = view.context.go(&format!("/reviews/{}", view.review.week), &[("version", &number)]);
    let time = format::short_date_time(version.frozen_at, &view.zone, view.language);
    view! {
        <tr id=format!("version-{number}")>
            <th scope="row"><a href=href>{sentences::version(view.language, version.version)}</a></th>
            <td>{time}" · "{version.frozen_by.clone()}</td>
            <td class="full">{version.reason.clone()}</td>
            <td class="full"><code title=version.hash.clone()>{version.hash.chars().take(12).collect::<String>()}</code></td>
        </tr>
    }
    .into_any()
}

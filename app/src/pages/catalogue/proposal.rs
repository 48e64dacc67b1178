//! `/catalog/proposals/{id}`: what a proposed catalogue would change, and the form that applies it.

use domain::catalogue::entry::EditPart;
use domain::money::Money;
use domain::organization::Language;
use domain::rejection::Issue;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::forms::{fault_cells, rows_shown};
use super::{entry, form, owner_name, state};
use crate::backend::{self, AppError, Compared, CostMove};
use crate::components::frame::frame;
use crate::components::section::item;
use crate::components::table::table;
use crate::components::writing::administered;
use crate::context::PageContext;
use crate::pages::problem::problem;
use crate::texts::edit_words::edit_words;
use crate::texts::{Texts, format, texts};
use crate::writes::CatalogueApply;

/// The page.
#[component]
pub fn ProposalPage() -> impl IntoView {
    let context = use_context::<PageContext>();
    let id = use_params_map().with_untracked(|map| map.get("id"));
    context.map(|context| {
        view! {
            <Suspense>
                {Suspend::new(async move {
                    match load(&context, id.as_deref()).await {
                        Ok(page) => render(&context, page),
                        Err(error) => problem(&context, &error, "/catalog"),
                    }
                })}
            </Suspense>
        }
    })
}

async fn load(context: &PageContext, id: Option<&str>) -> Result<backend::ProposalPage, AppError> {
    let id = id.and_then(|id| id.parse().ok()).ok_or(AppError::NotFound)?;
    context.backend.catalogue_proposal(id).await
}

fn render(context: &PageContext, page: backend::ProposalPage) -> AnyView {
    let words = texts(context.language);
    let zone = page.catalogue.organization.zone();
    let title = format!("{} {}", words.proposal, page.proposal.id);
    let kicker = state(context.language, words, &page.proposal, &zone);
    let reason = page.proposal.applied.as_ref().map(|applied| applied.reason.clone());
    let sections = if page.issues.is_empty() {
        compared(context, words, &page)
    } else {
        faults(context.language, &page.issues)
    };
    // Back to the form, to see the change there or to make another.
    let from = page.edit.as_ref().map(|shown| {
        let path = shown.part.path();
        view! { " · "<a href=context.go(path, &[])>{path}</a> }
    });
    let typed = typed(context, &page);
    let edit = edit(words, page);
    let content = view! {
        <div class="masthead">
            <p class="kicker"><a href=context.go("/catalog", &[])>{words.catalogue}</a>" · "{kicker}{from}</p>
            <h1>{title.clone()}</h1>
            {reason.map(|reason| view! { <p class="prose">{reason}</p> })}
        </div>
        {typed}
        {sections}
        {edit}
    }
    .into_any();
    frame(context, &title, "/catalog", administered(context, content))
}

/// What was put into a form: of rows what was taken and what not, of an entry the form once more where it has
/// faults.
fn typed(context: &PageContext, page: &backend::ProposalPage) -> Option<AnyView> {
    let edit = edit_words(context.language);
    let shown = page.edit.as_ref()?;
    match shown.part {
        EditPart::Rows(part) => {
            Some(rows_shown(context, shown, part, &page.base, page.proposal.applied.is_none()))
        }
        EditPart::Entry(_) if page.issues.is_empty() => None,
        EditPart::Entry(kind) => {
            let form = entry::form(context, kind, (&page.catalogue, &page.base), &shown.typed);
            let body = view! { <p class="error">{edit.fields_fault}</p>{form} }.into_any();
            Some(item("input", String::new(), edit.typed, edit.question_typed, body).into_any())
        }
    }
}

/// Every fault with its place and how to mend it.
fn faults(language: Language, issues: &[Issue]) -> AnyView {
    let words = texts(language);
    let rows = issues
        .iter()
        .map(|issue| {
            let place = issue.line.map(|line| line.to_string()).unwrap_or_default();
            view! {
                <tr>
                    <td class="num" data-label=words.line>{place}</td>
                    <td data-label=words.column><code>{issue.column.clone()}</code></td>
                    {fault_cells(language, issue)}
                </tr>
            }
        })
        .collect_view();
    let columns = [(words.line, true), (words.column, false), (words.what, false), (words.mend, false)];
    let body = table(words.proposal_faults, &columns, rows.into_any());
    item("faults", "1".to_owned(), words.proposal_faults, words.proposal_question_faults, body).into_any()
}

/// What differs, what it does to cost, and the form that applies it.
fn compared(context: &PageContext, words: &'static Texts, page: &backend::ProposalPage) -> AnyView {
    let is_open = page.proposal.applied.is_none();
    let apply = is_open.then(|| {
        item(
            "apply",
            "3".to_owned(),
            words.proposal_apply,
            words.proposal_question_apply,
            apply(context, words, page),
        )
    });
    view! {
        {super::faults(context.language, words, &page.faults)}
        {item("changes", "1".to_owned(), words.proposal_changes, words.proposal_question_changes, changes(words, &page.changes))}
        {item("effect", "2".to_owned(), words.proposal_effect, words.proposal_question_effect, effect(context, words, page))}
        {apply}
    }
    .into_any()
}

fn changes(words: &'static Texts, changes: &[String]) -> AnyView {
    if changes.is_empty() {
        return view! { <p class="prose">{words.proposal_nothing}</p> }.into_any();
    }
    let lines = changes.iter().map(|change| view! { <li><code>{change.clone()}</code></li> }).collect_view();
    view! { <ul class="plain">{lines}</ul> }.into_any()
}

fn effect(context: &PageContext, words: &'static Texts, page: &backend::ProposalPage) -> AnyView {
    if page.proposal.applied.is_some() {
        return view! { <p class="prose">{words.proposal_effect_applied}</p> }.into_any();
    }
    let (first, after) = page.days;
    let edit = edit_words(context.language);
    let compared = match page.compared {
        Compared::Direct => None,
        Compared::WithShares => Some(edit.compared_with_shares),
        Compared::WithoutShares => Some(edit.compared_without_shares),
    };
    let compared = compared.map(|text| view! { <p class="prose"><small>{text}</small></p> });
    if page.moves.is_empty() {
        return view! {
            <p class="prose">{words.proposal_effect_none}" ("{format!("{first} – {after}")}")"</p>
            {compared}
        }
        .into_any();
    }
    let row = |one: &CostMove| {
        let name = owner_name(context.language, words, &page.catalogue, &one.owner);
        let money = |micros| Money { micros, currency: one.currency };
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="num" data-label=words.proposal_in_force>{format::money(money(one.before))}</td>
                <td class="num" data-label=words.proposal_then>{format::money(money(one.after))}</td>
                <td class="num" data-label=words.difference>{format::money_signed(money(one.after.saturating_sub(one.before)))}</td>
            </tr>
        }
    };
    let rows = page.moves.iter().map(row).collect_view();
    let columns = [
        (words.owner, false),
        (words.proposal_in_force, true),
        (words.proposal_then, true),
        (words.difference, true),
    ];
    view! {
        {table(words.proposal_effect, &columns, rows.into_any())}
        <p class="prose"><small>{format!("{first} – {after} (UTC)")}</small></p>
        {compared}
    }
    .into_any()
}

fn apply(context: &PageContext, words: &'static Texts, page: &backend::ProposalPage) -> AnyView {
    if page.is_stale {
        return view! { <p class="error" role="alert">{words.proposal_stale}</p> }.into_any();
    }
    if page.changes.is_empty() {
        return view! { <p class="prose">{words.proposal_nothing}</p> }.into_any();
    }
    let fault = context.parameter("problem").map(|code| {
        let text = match code {
            "conflict" => words.proposal_stale,
            "reason" => words.proposal_reason_needed,
            _ => words.error_title,
        };
        view! { <p class="error" role="alert">{text}</p> }
    });
    let (action, id) = (ServerAction::<CatalogueApply>::new(), page.proposal.id.to_string());
    view! {
        {fault}
        <div class="freeze">
            <ActionForm action=action>
                <input type="hidden" name="id" value=id/>
                <label><span>{words.reason}</span><input name="reason" required=true maxlength="500" autocomplete="off"/></label>
                <button class="primary">{words.proposal_apply_button}</button>
            </ActionForm>
        </div>
        <p class="prose"><small>{words.proposal_apply_explained}</small></p>
    }
    .into_any()
}

/// The file again, to be mended or checked against the catalogue in force.
fn edit(words: &'static Texts, page: backend::ProposalPage) -> AnyView {
    let body = form(words, page.file, page.base, words.catalogue_check_again_button);
    item("edit", String::new(), words.catalogue_edit, words.catalogue_question_edit, body).into_any()
}

//! The forms' server functions; each has a fixed address, so that an open page outlives a deployment.

#![expect(clippy::too_many_arguments, reason = "the fields of a form are the arguments of its function")]
#![expect(missing_docs, reason = "the macro `server` writes a struct of arguments without documentation")]

use leptos::prelude::*;

use domain::cost::Owner;
use domain::objective_proposal::ProposalState;
use domain::objective_queue::Action;
use domain::product::Slug;
use domain::week::IsoWeek;

use crate::backend::{AnswerRequest, AppError, AssessmentRequest, FreezeRequest, QuestionKey, owner_read};
use crate::backend::{ProposalRequest, ProposalStepRequest};
use crate::context::{PageContext, segment};

/// The longest reason that the form takes, in characters; a longer one would not fit into an address.
const REASON_TYPED: usize = 500;

/// Freezes a week and leads to its new version.
///
/// # Errors
/// Leads back to the week with the error's code when the request is refused.
#[server(prefix = "/api", endpoint = "freeze")]
pub async fn freeze(
    week: String,
    version: i64,
    reason: Option<String>,
    force: Option<String>,
) -> Result<(), ServerFnError> {
    let context = expect_context::<PageContext>();
    let target = match week.parse() {
        Err(_) => "/?problem=invalid".to_owned(),
        Ok(parsed) => {
            let reason = reason.unwrap_or_default().trim().to_owned();
            // The form that is shown again keeps what was typed, and a frozen week shows it on its draft.
            let typed = |problem: &str| {
                let state = if version > 0 { "version=draft&" } else { "" };
                let reason =
                    if reason.chars().count() <= REASON_TYPED { segment(&reason) } else { String::new() };
                format!("/reviews/{parsed}?{state}problem={problem}&reason={reason}#freeze")
            };
            let request = FreezeRequest {
                week: parsed,
                seen_version: version,
                reason: reason.clone(),
                force: force.is_some(),
                actor: context.actor.clone(),
            };
            match context.backend.freeze(request).await {
                Ok(_) => format!("/reviews/{parsed}#freeze"),
                Err(AppError::NotEnded) => format!("/reviews/{parsed}?problem=week#freeze"),
                Err(AppError::NotFound) => "/reviews".to_owned(),
                Err(AppError::Conflict) => format!("/reviews/{parsed}?problem=conflict#freeze"),
                Err(AppError::Invalid(_) | AppError::Parameter(_)) => typed("reason"),
                Err(AppError::Unmet(_)) => typed("unmet"),
                Err(AppError::Forbidden) => format!("/reviews/{parsed}?problem=forbidden#freeze"),
                Err(AppError::Unavailable { .. } | AppError::Internal { .. }) => {
                    format!("/reviews/{parsed}?problem=internal#freeze")
                }
            }
        }
    };
    leptos_axum::redirect(&target);
    Ok(())
}

/// Keeps a proposed catalogue and leads to the page that says what it would change.
///
/// # Errors
/// Leads back to the catalogue with the error's code when the proposal is refused.
#[server(prefix = "/api", endpoint = "catalog/propose")]
pub async fn catalogue_propose(file: String, base: String) -> Result<(), ServerFnError> {
    let context = expect_context::<PageContext>();
    let target = match context.backend.catalogue_propose(file, base, context.actor.clone()).await {
        Ok(id) => format!("/catalog/proposals/{id}"),
        Err(AppError::Invalid(_)) => "/catalog?problem=invalid#edit".to_owned(),
        Err(_) => "/catalog?problem=internal#edit".to_owned(),
    };
    leptos_axum::redirect(&target);
    Ok(())
}

/// Puts a proposed catalogue in force.
///
/// # Errors
/// Leads back to the proposal with the error's code when it is refused.
#[server(prefix = "/api", endpoint = "catalog/apply")]
pub async fn catalogue_apply(id: i64, reason: Option<String>) -> Result<(), ServerFnError> {
    let context = expect_context::<PageContext>();
    let reason = reason.unwrap_or_default().trim().to_owned();
    let page = format!("/catalog/proposals/{id}");
    let target = match context.backend.catalogue_apply(id, reason, context.actor.clone()).await {
        Ok(()) => page,
        Err(AppError::NotFound) => "/catalog".to_owned(),
        Err(AppError::Conflict) => format!("{page}?problem=conflict#apply"),
        Err(AppError::Invalid(_)) => format!("{page}?problem=reason#apply"),
        Err(_) => format!("{page}?problem=internal#apply"),
    };
    leptos_axum::redirect(&target);
    Ok(())
}

/// Keeps what somebody says about unusual days or a mover, and leads back to where it stands.
///
/// # Errors
/// Leads back with the error's code when the answer is refused.
#[server(prefix = "/api", endpoint = "answer")]
pub async fn cost_answer(
    week: String,
    product: String,
    question: String,
    verdict: String,
    note: String,
    snooze: i64,
    from: String,
) -> Result<(), ServerFnError> {
    let context = expect_context::<PageContext>();
    // What is no product's is named by its word behind a sign that no short name has.
    let owner = match product.strip_prefix('=') {
        Some(word) => owner_read(word),
        None => product.parse::<Slug>().ok().map(Owner::Product),
    };
    let parsed = (week.parse::<IsoWeek>(), question.parse::<QuestionKey>(), verdict.parse());
    let (Ok(week), Some(owner), Ok(question), Ok(verdict)) = (parsed.0, owner, parsed.1, parsed.2) else {
        leptos_axum::redirect("/?problem=invalid");
        return Ok(());
    };
    let (path, query, anchor) = match &owner {
        Owner::Product(product) if from != "review" => {
            (format!("/products/{product}"), format!("week={week}"), question.anchor())
        }
        _ => (format!("/reviews/{week}"), String::new(), "questions".to_owned()),
    };
    let is_product = !query.is_empty();
    let note = note.trim().to_owned();
    let actor = context.actor.clone();
    let request = AnswerRequest { week, owner, question, verdict, note, snooze_weeks: snooze, actor };
    let problem = match context.backend.cost_answer(request).await {
        Ok(()) => None,
        Err(AppError::Conflict) => Some("answer=conflict"),
        Err(AppError::Invalid(_)) => Some("answer=note"),
        Err(AppError::NotFound) => Some("answer=missing"),
        Err(_) => Some("answer=internal"),
    };
    let anchor = if problem.is_some() && is_product { "unusual" } else { anchor.as_str() };
    let query: Vec<&str> =
        [query.as_str()].into_iter().filter(|part| !part.is_empty()).chain(problem).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    leptos_axum::redirect(&format!("{path}{mark}{}#{anchor}", query.join("&")));
    Ok(())
}

/// Keeps a review of an objective that was held, and leads back to its page.
///
/// # Errors
/// Leads back with the error's code when the review is refused.
#[server(prefix = "/api", endpoint = "objective/assess")]
pub async fn objective_assess(
    objective: String,
    definition: String,
    decision: String,
    toil: Option<String>,
    satisfaction: Option<String>,
    note: Option<String>,
    snooze: Option<i64>,
    action: Option<String>,
    action_owner: Option<String>,
    action_due: Option<String>,
) -> Result<(), ServerFnError> {
    let context = expect_context::<PageContext>();
    let page = format!("/objectives/{}", segment(&objective));
    let level = |word: Option<String>| match word.as_deref() {
        None | Some("") => Ok(None),
        Some(word) => word.parse().map(Some),
    };
    let (Ok(decision), Ok(toil), Ok(satisfaction)) = (decision.parse(), level(toil), level(satisfaction))
    else {
        leptos_axum::redirect(&format!("{page}?problem=invalid#reasons"));
        return Ok(());
    };
    let Ok(action) = action_of(action, action_owner, action_due) else {
        leptos_axum::redirect(&format!("{page}?problem=action#reasons"));
        return Ok(());
    };
    let request = AssessmentRequest {
        objective,
        definition_hash: definition,
        decision,
        note: note.unwrap_or_default(),
        toil,
        satisfaction,
        snooze_weeks: snooze.unwrap_or_default(),
        action,
        actor: context.actor.clone(),
    };
    let target = match context.backend.objective_assess(request).await {
        Ok(()) => format!("{page}#reasons"),
        Err(AppError::NotFound) => "/objectives".to_owned(),
        Err(AppError::Conflict) => format!("{page}?problem=conflict#reasons"),
        Err(AppError::Invalid(_)) => format!("{page}?problem=note#reasons"),
        Err(_) => format!("{page}?problem=internal#reasons"),
    };
    leptos_axum::redirect(&target);
    Ok(())
}

/// What somebody is to do, as the form has it: nothing but perhaps an owner, or all three of what, who and by when.
#[cfg(feature = "ssr")]
fn action_of(
    what: Option<String>,
    owner: Option<String>,
    due_on: Option<String>,
) -> Result<Option<Action>, ()> {
    let filled = |text: Option<String>| Some(text?.trim().to_owned()).filter(|text| !text.is_empty());
    match (filled(what), filled(owner), filled(due_on)) {
        // The form names the owner beforehand: alone it asks for nothing.
        (None, _, None) => Ok(None),
        (Some(what), Some(owner), Some(due_on)) => {
            let due_on = due_on.parse().map_err(|_| ())?;
            Ok(Some(Action { what, owner, due_on, done: None }))
        }
        _ => Err(()),
    }
}

/// Notes that what a review of an objective decided is done, and leads back to its page.
///
/// # Errors
/// Leads back with the error's code when there is no such action that is not done.
#[server(prefix = "/api", endpoint = "objective/action-done")]
pub async fn objective_action_done(objective: String, held_at: String) -> Result<(), ServerFnError> {
    let context = expect_context::<PageContext>();
    let page = format!("/objectives/{}", segment(&objective));
    let target = match held_at.parse() {
        Err(_) => format!("{page}?problem=invalid#reasons"),
        Ok(held_at) => {
            let actor = context.actor.clone();
            match context.backend.objective_action_done(objective, held_at, actor).await {
                Ok(()) => format!("{page}#reasons"),
                Err(AppError::NotFound) => format!("{page}?problem=conflict#reasons"),
                Err(_) => format!("{page}?problem=internal#reasons"),
            }
        }
    };
    leptos_axum::redirect(&target);
    Ok(())
}

/// Keeps a proposal to change what an objective promises, and leads to it.
///
/// # Errors
/// Leads back to what was tried with the error's code when the proposal is refused.
#[server(prefix = "/api", endpoint = "objective/propose")]
pub async fn objective_propose(
    objective: String,
    definition: String,
    target: String,
    window: Option<String>,
    reason: Option<String>,
    step: Option<String>,
) -> Result<(), ServerFnError> {
    let context = expect_context::<PageContext>();
    let page = format!("/objectives/{}/proposal", segment(&objective));
    let window = window.unwrap_or_default();
    let tried = format!("{page}?target={}&window={}", segment(&target), segment(&window));
    let is_draft = step.as_deref() == Some(ProposalState::Draft.as_str());
    let request = ProposalRequest {
        objective,
        definition_hash: definition,
        target,
        window,
        reason: reason.unwrap_or_default(),
        state: if is_draft { ProposalState::Draft } else { ProposalState::Submitted },
        actor: context.actor.clone(),
    };
    let target = match context.backend.objective_propose(request).await {
        Ok(number) => format!("{page}?number={number}"),
        Err(AppError::NotFound) => "/objectives".to_owned(),
        Err(AppError::Conflict) => format!("{tried}&problem=conflict"),
        Err(AppError::Invalid(_)) => format!("{tried}&problem=reason"),
        Err(_) => format!("{tried}&problem=internal"),
    };
    leptos_axum::redirect(&target);
    Ok(())
}

/// Adds a step to a proposal, and leads back to it.
///
/// # Errors
/// Leads back with the error's code when the step is refused.
#[server(prefix = "/api", endpoint = "objective/proposal-step")]
pub async fn objective_proposal_step(
    objective: String,
    number: i64,
    step: String,
    reason: Option<String>,
) -> Result<(), ServerFnError> {
    let context = expect_context::<PageContext>();
    let page = format!("/objectives/{}/proposal?number={number}", segment(&objective));
    let Ok(state) = step.parse::<ProposalState>() else {
        leptos_axum::redirect(&format!("{page}&problem=invalid"));
        return Ok(());
    };
    // Only an import closes a proposal.
    if state == ProposalState::Closed {
        leptos_axum::redirect(&format!("{page}&problem=invalid"));
        return Ok(());
    }
    let (reason, actor) = (reason.unwrap_or_default(), context.actor.clone());
    let request = ProposalStepRequest { objective, number, state, reason, actor };
    let target = match context.backend.objective_proposal_step(request).await {
        Ok(()) => page,
        Err(AppError::NotFound) => "/objectives".to_owned(),
        Err(AppError::Conflict) => format!("{page}&problem=conflict"),
        Err(AppError::Invalid(_)) => format!("{page}&problem=reason"),
        Err(_) => format!("{page}&problem=internal"),
    };
    leptos_axum::redirect(&target);
    Ok(())
}

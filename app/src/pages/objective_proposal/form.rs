//! The forms: try something, ask for it, answer it.

use domain::error_budget::target_percent;
use domain::objective_proposal::{ObjectiveProposal, ProposalState, WindowChoice};
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::ProposalView;
use crate::components::section::item;
use crate::components::writing::written;
use crate::pages::review::objectives;
use crate::texts::proposal_words::promise_fault;
use crate::writes::{ObjectiveProposalStep, ObjectivePropose};

/// The longest reason, in characters.
const REASON_LENGTH: &str = "500";

/// Why what was typed or sent was not taken.
pub(super) fn fault(view: &ProposalView<'_>) -> Option<AnyView> {
    let language = view.review.language;
    let text = match (view.page.fault, view.review.context.parameter("problem")) {
        (Some(fault), _) => promise_fault(language, fault),
        (None, Some("conflict")) => view.words.problem_conflict,
        (None, Some("reason")) => view.words.problem_reason,
        (None, Some("state")) => view.words.problem_state,
        (None, Some("file")) => view.words.problem_file,
        (None, Some("internal")) => view.review.words.error_title,
        (None, Some(_)) => view.review.words.invalid_title,
        (None, None) => return None,
    };
    Some(view! { <p class="error" role="alert">{text}</p> }.into_any())
}

/// The form that tries a target and a window; its answer is an address that can be shared.
pub(super) fn attempt(view: &ProposalView<'_>) -> AnyView {
    let (words, context) = (view.words, view.review.context);
    let target = context
        .parameter("target")
        .map_or_else(|| target_percent(view.page.objective.target).to_string(), str::to_owned);
    let chosen = context.parameter("window").unwrap_or_default().to_owned();
    let options = WindowChoice::ALL.map(|choice| {
        let word = choice.to_string();
        let window = objectives::window_words(&view.review, &choice.window("UTC"));
        let is_chosen = word == chosen;
        view! { <option value=word selected=is_chosen>{window}</option> }
    });
    let now = objectives::window_words(&view.review, &view.page.objective.window);
    let kept = context.parameter("lang").map(|lang| {
        view! { <input type="hidden" name="lang" value=lang.to_owned()/> }
    });
    view! {
        <form class="choice" method="get" action=view.path()>
            {kept}
            <label><span>{words.target}</span><input name="target" inputmode="decimal" required=true value=target autocomplete="off"/></label>
            <label>
                <span>{view.review.words.objective_window}</span>
                <select name="window"><option value="">{words.window_as_is}" ("{now}")"</option>{options.collect_view()}</select>
            </label>
            <button>{words.try_button}</button>
        </form>
    }
    .into_any()
}

/// The form of what can come next.
pub(super) fn next(view: &ProposalView<'_>) -> Option<AnyView> {
    let (words, product) = (view.words, view.page.objective.product.as_ref());
    match &view.page.shown {
        None if view.page.then.is_some() => Some(
            item(
                "submit",
                "4".to_owned(),
                words.submit,
                words.question_submit,
                written(view.review.context, product, || submit(view)),
            )
            .into_any(),
        ),
        None => None,
        Some(shown) if !shown.state().is_open() => None,
        Some(shown) => Some(
            item(
                "decide",
                "4".to_owned(),
                words.decide,
                words.question_decide,
                written(view.review.context, product, || decide(view, shown)),
            )
            .into_any(),
        ),
    }
}

fn submit(view: &ProposalView<'_>) -> AnyView {
    let (words, context, page) = (view.words, view.review.context, view.page);
    let typed = |name: &str| context.parameter(name).unwrap_or_default().to_owned();
    let (target, window) = (typed("target"), typed("window"));
    let (objective, hash) = (page.objective.id.clone(), page.objective.definition_hash.clone());
    let action = ServerAction::<ObjectivePropose>::new();
    view! {
        <div class="freeze propose">
            <ActionForm action=action>
                <input type="hidden" name="objective" value=objective/>
                <input type="hidden" name="definition" value=hash/>
                <input type="hidden" name="target" value=target/>
                <input type="hidden" name="window" value=window/>
                <label><span>{words.reason}</span><input name="reason" maxlength=REASON_LENGTH autocomplete="off"/></label>
                <button class="primary" name="step" value="submitted">{words.submit_button}</button>
                <button class="quiet" name="step" value="draft">{words.draft_button}</button>
            </ActionForm>
        </div>
    }
    .into_any()
}

fn decide(view: &ProposalView<'_>, shown: &ObjectiveProposal) -> AnyView {
    let words = view.words;
    let action = ServerAction::<ObjectiveProposalStep>::new();
    let now = shown.state();
    let choices = [
        (ProposalState::Submitted, "primary", words.submit_button),
        (ProposalState::Approved, "primary", words.approve_button),
        (ProposalState::Refused, "quiet", words.refuse_button),
        (ProposalState::Withdrawn, "quiet", words.withdraw_button),
    ];
    let buttons = choices
        .into_iter()
        .filter(|(state, _, _)| now.may_become(*state))
        .map(|(state, class, label)| {
            view! { <button class=class name="step" value=state.as_str()>{label}</button> }
        })
        .collect_view();
    let (objective, number) = (shown.objective.clone(), shown.id.to_string());
    view! {
        <div class="freeze propose">
            <ActionForm action=action>
                <input type="hidden" name="objective" value=objective/>
                <input type="hidden" name="number" value=number/>
                <label><span>{words.reason}</span><input name="reason" maxlength=REASON_LENGTH autocomplete="off"/></label>
                {buttons}
            </ActionForm>
        </div>
        <p class="prose"><small>{words.decide_explained}</small></p>
    }
    .into_any()
}

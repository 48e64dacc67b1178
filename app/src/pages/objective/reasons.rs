//! Why the objective should be looked at, the reviews that were held, and the form for the next one.

use domain::answer::SNOOZE_WEEKS;
use domain::objective_queue::{Action, Decision, Level};
use jiff::Timestamp;
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::ObjectiveView;
use crate::components::writing::written;
use crate::texts::queue_words::queue_words;
use crate::texts::{format, sentences};
use crate::writes::{ObjectiveActionDone, ObjectiveAssess};

/// The longest note, in characters.
const NOTE_LENGTH: &str = "500";

pub(super) fn body(view: &ObjectiveView<'_>) -> AnyView {
    let (words, language) = (view.review.words, view.review.language);
    let Some(item) = &view.page.item else { return ().into_any() };
    let reasons = item
        .reasons
        .iter()
        .map(|aged| {
            let text = sentences::reason(language, &aged.reason, &view.review.zone);
            let since = format::short_date(view.review.zone.to_datetime(aged.since).date(), language);
            let urgency = sentences::urgency(language, aged.reason.urgency());
            view! {
                <li title=aged.reason.id()>
                    {text}" "<small>{urgency}" · "{sentences::since(language, &since)}</small>
                </li>
            }
        })
        .collect_view();
    let reasons = if item.reasons.is_empty() {
        view! { <p class="prose">{words.queue_nothing_to_say}</p> }.into_any()
    } else {
        view! { <ul class="prose">{reasons}</ul> }.into_any()
    };
    let last = item.last.as_ref().map(|last| {
        let what = sentences::decision(language, last.decision);
        let levels = [(words.queue_toil, last.toil), (words.queue_satisfaction, last.satisfaction)];
        let levels = levels.into_iter().filter_map(|(name, level)| {
            level.map(|level| format!("{name}: {}", sentences::level(language, level)))
        });
        let levels = levels.collect::<Vec<_>>().join(" · ");
        let seen = last.evidence.iter().map(|(id, text)| {
            view! { <li title=id.clone()>{text.clone()}</li> }
        });
        let seen = (!last.evidence.is_empty()).then(|| {
            view! {
                <details class="data"><summary>{words.queue_seen_then}</summary><ul>{seen.collect_view()}</ul></details>
            }
        });
        view! {
            <p class="said">
                <strong>{what}</strong>" "{last.note.clone()}" "
                <small>{sentences::held(language, last, &view.review.zone)}<br/>{levels}</small>
            </p>
            {seen}
        }
    });
    let product = view.objective.row.product.as_ref();
    let form = written(view.review.context, product, || form(view, &item.definition_hash));
    let actions =
        item.actions.iter().map(|(held_at, action)| action_line(view, *held_at, action)).collect_view();
    view! { {problem(view)}{reasons}{last}{actions}{form} }.into_any()
}

fn form(view: &ObjectiveView<'_>, hash: &str) -> AnyView {
    let (words, language) = (view.review.words, view.review.language);
    let queue = queue_words(language);
    let owner = view.page.item.as_ref().and_then(|item| item.owner.clone());
    let action = ServerAction::<ObjectiveAssess>::new();
    let decisions = Decision::ALL.map(|decision| {
        view! { <option value=decision.as_str()>{sentences::decision(language, decision)}</option> }
    });
    let weeks = SNOOZE_WEEKS.map(|weeks| {
        view! { <option value=weeks.to_string()>{sentences::weeks(language, weeks)}</option> }
    });
    let (toil, satisfaction) =
        (levels(view, "toil", words.queue_toil), levels(view, "satisfaction", words.queue_satisfaction));
    let (objective, hash, is_open) =
        (view.objective.row.id.clone(), hash.to_owned(), !view.objective_is_settled());
    view! {
        <details class="data answer assess" open=is_open>
            <summary>{words.queue_review_button}</summary>
            <ActionForm action=action>
                <input type="hidden" name="objective" value=objective/>
                <input type="hidden" name="definition" value=hash/>
                <label><span>{words.queue_decision}</span><select name="decision">{decisions.collect_view()}</select></label>
                {toil}
                {satisfaction}
                <label><span>{words.answer_note}</span><input name="note" maxlength=NOTE_LENGTH autocomplete="off"/></label>
                <label class="when-snoozed"><span>{words.queue_snooze_for}</span><select name="snooze">{weeks.collect_view()}</select></label>
                <details class="more">
                    <summary>{queue.action_add}</summary>
                    <div class="fields">
                        <label><span>{queue.action}</span><input name="action" maxlength=NOTE_LENGTH autocomplete="off"/></label>
                        <label><span>{queue.action_owner}</span><input name="action_owner" maxlength="100" value=owner/></label>
                        <label><span>{queue.action_due}</span><input name="action_due" type="date"/></label>
                    </div>
                </details>
                <button class="primary">{words.answer_save}</button>
            </ActionForm>
        </details>
    }
    .into_any()
}

/// What a review decided, and the button that says it is done.
fn action_line(view: &ObjectiveView<'_>, held_at: Timestamp, action: &Action) -> AnyView {
    let (queue, language) = (queue_words(view.review.language), view.review.language);
    let done = ServerAction::<ObjectiveActionDone>::new();
    let text = sentences::action(language, action, &view.review.zone);
    let (objective, held_at) = (view.objective.row.id.clone(), held_at.to_string());
    let may_edit = view.review.context.may_edit(view.objective.row.product.as_ref());
    let form = (may_edit && action.done.is_none()).then(|| {
        view! {
            <ActionForm action=done>
                <input type="hidden" name="objective" value=objective/>
                <input type="hidden" name="held_at" value=held_at/>
                <button class="quiet">{queue.action_done}</button>
            </ActionForm>
        }
    });
    view! { <div class="said">{action.what.clone()}" "<small>{text}</small>{form}</div> }.into_any()
}

/// A choice between low, high and not told.
fn levels(view: &ObjectiveView<'_>, name: &'static str, label: &'static str) -> AnyView {
    let language = view.review.language;
    let options = [Level::Low, Level::High]
        .map(|level| view! { <option value=level.as_str()>{sentences::level(language, level)}</option> });
    let not_told = view.review.words.queue_not_told;
    view! {
        <label>
            <span>{label}</span>
            <select name=name><option value="">{not_told}</option>{options.collect_view()}</select>
        </label>
    }
    .into_any()
}

/// Why the last review was refused.
fn problem(view: &ObjectiveView<'_>) -> Option<AnyView> {
    let words = view.review.words;
    let text = match view.review.context.parameter("problem")? {
        "conflict" => words.queue_conflict,
        "note" => words.answer_needs_note,
        "action" => queue_words(view.review.language).action_incomplete,
        "internal" => words.error_title,
        _ => words.invalid_title,
    };
    Some(view! { <p class="error" role="alert">{text}</p> }.into_any())
}

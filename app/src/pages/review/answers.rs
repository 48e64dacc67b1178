//! What was said about something that stood out, and the form that says it.

use domain::answer::{Answer, Reopened, SNOOZE_WEEKS, Verdict};
use domain::cost::Owner;
use domain::finding::Status;
use leptos::prelude::*;

use super::ReviewView;
use crate::backend::{QuestionKey, owner_word};
use crate::components::mark::mark;
use crate::texts::sentences;
use crate::writes::CostAnswer;

/// The longest note, in characters.
const NOTE_LENGTH: i32 = 500;

/// The page that a form leads back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum From {
    /// The weekly review.
    Review,
    /// The product's page.
    Product,
}

impl From {
    fn as_str(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Product => "product",
        }
    }
}

/// The newest answer, why it no longer holds, and the older ones folded.
pub(crate) fn answered(view: &ReviewView<'_>, answers: &[Answer], reopened: Option<Reopened>) -> AnyView {
    let Some((newest, older)) = answers.split_first() else {
        return view! { <p class="asked">{mark(Status::Risk)}" "{view.words.not_answered}</p> }.into_any();
    };
    let why = reopened.map(|why| {
        let text = sentences::reopened(view.language, why);
        view! { <p class="asked">{mark(Status::Risk)}" "{view.words.asked_again}": "{text}</p> }
    });
    let older = (!older.is_empty()).then(|| {
        let rows = older.iter().map(|answer| view! { <li>{said(view, answer)}</li> }).collect_view();
        view! { <details class="data"><summary>{view.words.answers_earlier}" "{older.len()}</summary><ul>{rows}</ul></details> }
    });
    view! { {why}<p class="said">{said(view, newest)}</p>{older} }.into_any()
}

/// One answer: what, why, who and when, and what was known then.
fn said(view: &ReviewView<'_>, answer: &Answer) -> AnyView {
    let word = sentences::verdict(view.language, answer.verdict);
    let who = sentences::answered_by(view.language, answer, &view.zone);
    let then = sentences::answered_for(view.language, answer, |money| view.shown(money));
    view! { <strong>{word}</strong>" "{answer.note.clone()}" "<small>{who}<br/>{then}</small> }.into_any()
}

/// The form, folded; on a frozen page the link to where it can be answered.
pub(crate) fn form(view: &ReviewView<'_>, owner: &Owner, key: &QuestionKey, from: From) -> AnyView {
    let words = view.words;
    let week = view.review.week.to_string();
    let product = match owner {
        Owner::Product(product) => Some(product),
        Owner::Shared(_) | Owner::Unallocated => None,
    };
    if !view.context.may_edit(product) {
        return ().into_any();
    }
    if view.is_frozen {
        let href = match owner {
            Owner::Product(product) => {
                let path = format!("/products/{product}");
                let href = view.context.go(&path, &[("week", &week), ("version", "draft")]);
                format!("{href}#{}", key.anchor())
            }
            owner => {
                let href = view.context.go(&format!("/reviews/{week}"), &[("version", "draft")]);
                format!("{href}#{}", key.anchor_of(owner))
            }
        };
        return view! { <p><a href=href>{words.answer_in_draft}" →"</a></p> }.into_any();
    }
    let question = key.to_string();
    let product = match owner {
        Owner::Product(product) => product.to_string(),
        Owner::Shared(_) | Owner::Unallocated => format!("={}", owner_word(owner)),
    };
    let action = ServerAction::<CostAnswer>::new();
    let verdicts = Verdict::ALL.map(|verdict| {
        view! { <option value=verdict.as_str()>{sentences::verdict(view.language, verdict)}</option> }
    });
    let weeks = SNOOZE_WEEKS.map(|weeks| {
        view! { <option value=weeks.to_string()>{sentences::weeks(view.language, weeks)}</option> }
    });
    view! {
        <details class="data answer">
            <summary>{words.answer_button}</summary>
            <ActionForm action=action>
                <input type="hidden" name="week" value=week/>
                <input type="hidden" name="product" value=product/>
                <input type="hidden" name="question" value=question/>
                <input type="hidden" name="from" value=from.as_str()/>
                <label><span>{words.answer_verdict}</span><select name="verdict">{verdicts.collect_view()}</select></label>
                <label><span>{words.answer_note}</span><input name="note" required=true maxlength=NOTE_LENGTH autocomplete="off"/></label>
                <label><span>{words.answer_snooze}</span><select name="snooze">{weeks.collect_view()}</select></label>
                <button class="primary">{words.answer_save}</button>
            </ActionForm>
        </details>
    }
    .into_any()
}

/// Why the last answer was refused.
pub(crate) fn problem(view: &ReviewView<'_>) -> Option<AnyView> {
    let words = view.words;
    let text = match view.context.parameter("answer")? {
        "conflict" => words.answer_conflict,
        "note" => words.answer_needs_note,
        "internal" => words.error_title,
        _ => words.invalid_title,
    };
    Some(view! { <p class="error" role="alert">{text}</p> }.into_any())
}

//! What the meeting has to answer about cost and data, worst first.

use domain::answer::Subject;
use domain::cost::Owner;
use domain::review::questions::{Matter, Question};
use leptos::prelude::*;

use super::ReviewView;
use super::answers::{self, From};
use super::cost::owner_name;
use crate::backend::QuestionKey;
use crate::components::mark::mark;
use crate::components::section::scroller;
use crate::texts::sentences;

/// The list; nothing where nothing is asked.
pub(super) fn list(view: &ReviewView<'_>) -> Option<AnyView> {
    let questions = &view.review.questions;
    if questions.is_empty() {
        return None;
    }
    let words = view.words;
    let rows = questions.iter().map(|question| row(view, question)).collect_view();
    let table = view! {
        <table class="stack questions">
            <caption><strong>{words.questions_title}</strong>" "<small>{words.questions_explained}</small></caption>
            <thead>
                <tr>
                    <th scope="col">{words.column_product}</th>
                    <th scope="col">{words.what}</th>
                    <th scope="col">{words.answer_button}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    };
    let table = scroller(words.questions_title, table.into_any());
    Some(view! { <div id="questions">{answers::problem(view)}{table}</div> }.into_any())
}

fn row(view: &ReviewView<'_>, question: &Question) -> AnyView {
    let words = view.words;
    let name = match (&question.product, &question.matter) {
        (Some(slug), _) => view.product_name(slug).to_owned(),
        (None, Matter::SourceStale { source, .. }) => source.clone(),
        (None, Matter::Mover { owner, .. }) => owner_name(view, owner),
        (None, _) => words.total_bill.to_owned(),
    };
    let (evidence, answer) = (evidence(view, question), answer(view, question));
    let kind = sentences::matter_kind(view.language, &question.matter);
    let text = sentences::matter(view.language, &question.matter, |money| view.shown(money));
    let reopened = match &question.matter {
        Matter::Anomaly { reopened, .. } | Matter::Mover { reopened, .. } => *reopened,
        _ => None,
    };
    let again = reopened.map(|why| {
        let why = sentences::reopened(view.language, why);
        view! { <small>{words.asked_again}": "{why}</small> }
    });
    let status = words.status(question.status);
    view! {
        <tr>
            <th scope="row">{mark(question.status)}" "<span class="sr">{[status, ": "].concat()}</span>{name}<small>{kind}</small></th>
            <td class="full"><a href=evidence>{text}</a>{again}</td>
            <td class="full">{answer}</td>
        </tr>
    }
    .into_any()
}

/// Where the figures are.
fn evidence(view: &ReviewView<'_>, question: &Question) -> String {
    let product = |anchor: &str| {
        let link = question.product.as_ref().map(|slug| view.product_link(slug));
        format!("{}#{anchor}", link.unwrap_or_default())
    };
    match &question.matter {
        Matter::Mover { owner: owner @ (Owner::Shared(_) | Owner::Unallocated), .. } => {
            let key = key_of(&question.matter).map(|key| key.anchor_of(owner));
            format!("#{}", key.unwrap_or_default())
        }
        Matter::OverBudget { .. } => product("budget"),
        Matter::Anomaly { .. } | Matter::Mover { .. } => {
            product(&key_of(&question.matter).map(|key| key.anchor()).unwrap_or_default())
        }
        Matter::Unallocated { .. } => "#cost".to_owned(),
        Matter::SourceStale { .. } => view.context.go("/imports", &[]),
    }
}

/// The key of what a note answers.
fn key_of(matter: &Matter) -> Option<QuestionKey> {
    match matter {
        Matter::Anomaly { currency, now, service, .. } => {
            Some(QuestionKey::new(Subject::Anomaly, *currency, now, service.as_deref()))
        }
        Matter::Mover { currency, now, service, .. } => {
            Some(QuestionKey::new(Subject::Mover, *currency, now, Some(service)))
        }
        _ => None,
    }
}

/// The form, or the page where what is asked can be mended.
fn answer(view: &ReviewView<'_>, question: &Question) -> AnyView {
    let owner = match (&question.product, &question.matter) {
        (_, Matter::Mover { owner, .. }) => Some(owner.clone()),
        (product, _) => product.clone().map(Owner::Product),
    };
    if let (Some(owner), Some(key)) = (owner, key_of(&question.matter)) {
        return answers::form(view, &owner, &key, From::Review);
    }
    let (path, anchor, word) = match question.matter {
        Matter::OverBudget { .. } => ("/catalog", "#edit", view.words.question_mend_budget),
        Matter::SourceStale { .. } => ("/imports", "", view.words.question_mend_source),
        _ => ("/catalog", "#edit", view.words.question_mend_rules),
    };
    let href = format!("{}{anchor}", view.context.go(path, &[]));
    view! { <a href=href>{word}" →"</a> }.into_any()
}

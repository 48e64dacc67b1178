//! Services of shared pools and of unallocated cost that rose past both gates, with what was said about them: they
//! have no page of a product.

use domain::answer::Subject;
use domain::cost::Owner;
use domain::money::Money;
use domain::review::questions::ServiceMove;
use leptos::prelude::*;

use super::ReviewView;
use super::answers::{self, From};
use super::cost::owner_name;
use crate::backend::QuestionKey;
use crate::components::section::scroller;
use crate::texts::{format, sentences};

/// The table; nothing where nothing rose.
pub(super) fn table(view: &ReviewView<'_>) -> Option<AnyView> {
    let (words, moves) = (view.words, &view.review.shared_moves);
    if moves.is_empty() {
        return None;
    }
    let title = sentences::shared_moves_title(view.language);
    let rows = moves.iter().map(|(owner, one)| row(view, owner, one)).collect_view();
    let table = view! {
        <table class="stack">
            <caption><strong>{title}</strong>" "<small>{words.moves_rule}</small></caption>
            <thead>
                <tr>
                    <th scope="col">{words.column_product}</th>
                    <th scope="col" class="num">{words.this_week}</th>
                    <th scope="col" class="num">{words.previous_week}</th>
                    <th scope="col" class="num">{words.difference}</th>
                    <th scope="col">{words.answer_said}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    };
    Some(view! { <div id="cost-shared-moves">{scroller(title, table.into_any())}</div> }.into_any())
}

fn row(view: &ReviewView<'_>, owner: &Owner, one: &ServiceMove) -> AnyView {
    let words = view.words;
    let shown = |micros: i64| view.shown(Money { micros, currency: one.currency });
    let share = one.now.share().map(format::percent_change);
    let key = QuestionKey::new(Subject::Mover, one.currency, &one.now, Some(&one.service));
    view! {
        <tr id=key.anchor_of(owner)>
            <th scope="row">{owner_name(view, owner)}<small>{one.service.clone()}</small></th>
            <td class="num" data-label=words.this_week>{format::money(shown(one.now.actual))}</td>
            <td class="num" data-label=words.previous_week>{format::money(shown(one.now.expected))}</td>
            <td class="num" data-label=words.difference>{format::money_signed(shown(one.now.impact()))}" "<small>{share}</small></td>
            <td class="full">
                {answers::answered(view, &one.answers, one.reopened)}
                {answers::form(view, owner, &key, From::Review)}
            </td>
        </tr>
    }
    .into_any()
}

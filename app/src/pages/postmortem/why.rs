//! What asks for a write-up, and how its day is counted.

use domain::holiday::Holidays;
use domain::organization::{Language, Organization};
use domain::postmortem::duty::{Reason, business_days};
use domain::postmortem::{PostmortemMove, PostmortemTerms};
use leptos::prelude::*;

use super::PostmortemView;
use crate::texts::postmortem_sentences;
use crate::texts::postmortem_words::PostmortemWords;

pub(super) fn body(view: &PostmortemView<'_>) -> AnyView {
    let (page, words, language) = (view.page, view.words, view.language);
    let Some(duty) = &page.duty else {
        return view! { <p class="prose">{words.no_duty}</p>{view.may_edit().then(|| flag(view))} }
            .into_any();
    };
    let objective = page.objective.as_deref().unwrap_or_default();
    let reasons = duty
        .reasons
        .iter()
        .map(|reason| view! { <li>{postmortem_sentences::reason(language, reason, objective)}</li> })
        .collect_view();
    let terms = &page.catalogue.postmortem_terms;
    let days = business_days(terms, &view.zone);
    let due = duty.due.map(|due| {
        let rests = days.rests_between(due.from, due.on);
        let counted = postmortem_sentences::due_counted(language, &due, &rests);
        let uncovered = (!due.is_covered).then(|| view! { <p class="error">{words.uncovered}</p> });
        view! { <p class="prose">{words.due}": "<strong>{super::when_day(due.on, language)}</strong>" "{counted}</p>{uncovered} }
    });
    let lasting = duty.due.is_none().then(|| view! { <p class="prose">{words.lasting}</p> });
    view! {
        <ul class="plain prose">{reasons}</ul>
        {due}
        {lasting}
        {calendar(words, language, terms, &page.catalogue.organization)}
        {view.may_edit().then(|| flag(view))}
    }
    .into_any()
}

/// Which days count as business days, from which table and how far it reaches.
pub(crate) fn calendar(
    words: &'static PostmortemWords,
    language: Language,
    terms: &PostmortemTerms,
    organization: &Organization,
) -> AnyView {
    let holidays = Holidays::of_zone(&organization.time_zone);
    let rest = postmortem_sentences::year_end(language, terms);
    let source = match holidays.covered_until() {
        None => view! { {words.no_calendar}" " }.into_any(),
        Some(last) => {
            let reach = postmortem_sentences::calendar_reach(language, last);
            view! {
                {words.calendar}" "
                <a href=words.calendar_address rel="noopener noreferrer">{words.calendar_source}</a>
                {words.stop}{reach}
            }
            .into_any()
        }
    };
    view! { <p class="prose"><small>{source}{rest}</small></p> }.into_any()
}

/// The form by which a person asks for a write-up, or takes that back.
fn flag(view: &PostmortemView<'_>) -> Option<AnyView> {
    let (words, head) = (view.words, &view.page.head);
    let is_asked =
        view.page.duty.iter().flat_map(|duty| &duty.reasons).any(|one| !matches!(one, Reason::Flag(_)));
    let (done, label) = match head.may(PostmortemMove::Unflag) {
        true => (PostmortemMove::Unflag, words.unflag),
        // Where a rule asks already nobody needs to.
        false if is_asked => return None,
        false => (PostmortemMove::Flag, words.flag),
    };
    Some(
        view! {
            <form class="upload" method="post" action=view.action()>
                <input type="hidden" name="incident" value=view.word()/>
                <label><span>{words.reason}</span><input name="note" maxlength="500" required=true autocomplete="off"/></label>
                <button name="do" value=done.as_str()>{label}</button>
            </form>
        }
        .into_any(),
    )
}

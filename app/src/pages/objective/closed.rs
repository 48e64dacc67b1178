//! An objective that its source no longer defines: it says so, and leads to what is left of it.

use domain::error_budget::target_percent;
use domain::finding::Status;
use domain::objective_proposal::ObjectiveProposal;
use domain::organization::Language;
use leptos::prelude::*;

use crate::backend::ClosedObjective;
use crate::components::frame::{colophon, frame};
use crate::components::mark::mark;
use crate::context::{PageContext, segment};
use crate::texts::condition_sentences::{closed as sentence, renamed};
use crate::texts::proposal_words::{proposal_words, step_reason, step_state};
use crate::texts::queue_words::queue_words;
use crate::texts::{format, texts};

pub(in crate::pages) fn page(context: &PageContext, id: &str, objective: &ClosedObjective) -> AnyView {
    let (words, queue, language) = (texts(context.language), queue_words(context.language), context.language);
    let zone = objective.organization.zone();
    let day = format::short_date(zone.to_datetime(objective.closed_at).date(), language);
    let week = objective.last_week.to_string();
    let last = context.go(&format!("/objectives/{}", segment(id)), &[("week", &week)]);
    let successor = objective.successor.clone().map(|(id, name)| {
        let href = context.go(&format!("/objectives/{}", segment(&id)), &[]);
        view! { <p>{renamed(language)}" "<a href=href>{name}</a></p> }
    });
    let content = view! {
        <div class="masthead">
            <p class="kicker"><a href=context.go("/objectives", &[])>{words.objectives}</a></p>
            <h1>{objective.display_name.clone()}</h1>
            <p class="answer">
                {mark(Status::NoData)}" "<strong>{queue.closed}</strong>" "
                {sentence(language, &objective.source, &day)}
            </p>
        </div>
        <div class="empty">
            {successor}
            <p><a href=last>{queue.last_week}" →"</a></p>
        </div>
        {proposals(language, &objective.proposals)}
        {colophon(context, &objective.organization, objective.as_of, "/objectives")}
    }
    .into_any();
    frame(context, &objective.display_name, "/objectives", content)
}

/// What had been proposed for it, and what became of that.
fn proposals(language: Language, proposals: &[ObjectiveProposal]) -> Option<AnyView> {
    let words = proposal_words(language);
    let line = |proposal: &ObjectiveProposal| {
        let (before, target) = (proposal.before.target, proposal.promise.target);
        let change = format!("{}% → {}%", target_percent(before), target_percent(target));
        let last = proposal.steps.last();
        let state = last.map(|step| step_state(language, step));
        let reason = last.map(|step| step_reason(language, step)).filter(|reason| !reason.is_empty());
        view! {
            <li id=format!("proposal-{}", proposal.id)>
                {words.number}" "{proposal.id}": "{change}" · "<strong>{state}</strong>
                {reason.map(|reason| view! { <small>{reason}</small> })}
            </li>
        }
    };
    let lines = proposals.iter().map(line).collect_view();
    (!proposals.is_empty())
        .then(|| view! { <h2 id="proposals">{words.list}</h2><ul class="plain">{lines}</ul> }.into_any())
}

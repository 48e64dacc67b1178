//! `/objectives/{id}/proposal`: try another target or window on the past, ask for it, and what became of it.

mod carry;
mod form;
mod tested;

use domain::error_budget::target_percent;
use domain::objective_proposal::{ObjectiveProposal, Promise};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::backend::{AppError, ClosedObjective, ObjectiveProposalPage as Page, ProposalLook};
use crate::components::frame::{colophon, frame};
use crate::components::section::item;
use crate::components::table::table;
use crate::context::{PageContext, segment};
use crate::pages::objective::closed;
use crate::pages::problem::problem;
use crate::pages::review::{ReviewView, objectives};
use crate::texts::format;
use crate::texts::proposal_words::{ProposalWords, proposal_words, step_reason, step_state};

/// The page.
#[component]
pub fn ObjectiveProposalPage() -> impl IntoView {
    let context = use_context::<PageContext>();
    let id = use_params_map().with_untracked(|map| map.get("id"));
    context.map(|context| {
        view! {
            <Suspense>
                {Suspend::new(async move {
                    match load(&context, id.as_deref()).await {
                        Ok(Found::Open(page)) => render(&context, &page),
                        Ok(Found::Closed(id, objective)) => closed::page(&context, &id, &objective),
                        Err(error) => problem(&context, &error, "/objectives"),
                    }
                })}
            </Suspense>
        }
    })
}

/// The proposals of an objective that some source defines, or one that none does any more.
enum Found {
    Open(Box<Page>),
    Closed(String, Box<ClosedObjective>),
}

async fn load(context: &PageContext, id: Option<&str>) -> Result<Found, AppError> {
    let number = match context.parameter("number") {
        Some(number) => Some(number.parse().map_err(|_| AppError::NotFound)?),
        None => None,
    };
    let typed = |name: &str| context.parameter(name).map(str::to_owned);
    let look = ProposalLook { number, target: typed("target"), window: typed("window") };
    let id = id.unwrap_or_default();
    match context.backend.objective_proposal(id, look).await {
        Ok(page) => Ok(Found::Open(Box::new(page))),
        Err(AppError::NotFound) => {
            // A proposal of another number is not there, whatever became of the objective.
            let closed = context.backend.objective_closed(id).await?.ok_or(AppError::NotFound)?;
            let is_there = number.is_none_or(|number| closed.proposals.iter().any(|one| one.id == number));
            if is_there {
                Ok(Found::Closed(id.to_owned(), Box::new(closed)))
            } else {
                Err(AppError::NotFound)
            }
        }
        Err(error) => Err(error),
    }
}

/// What every section needs.
struct ProposalView<'a> {
    review: ReviewView<'a>,
    page: &'a Page,
    words: &'static ProposalWords,
}

impl ProposalView<'_> {
    /// A promise in a line, such as "99.9%, 28 days".
    fn promise(&self, promise: &Promise) -> String {
        promise_words(&self.review, promise)
    }

    /// The page's path without a query.
    fn path(&self) -> String {
        format!("/objectives/{}/proposal", segment(&self.page.objective.id))
    }
}

/// A promise in a line, such as "99.9%, 28 days".
pub(crate) fn promise_words(view: &ReviewView<'_>, promise: &Promise) -> String {
    let window = objectives::window_words(view, &promise.window);
    format!("{}%, {window}", target_percent(promise.target))
}

/// The link to a proposal.
pub(crate) fn proposal_link(context: &PageContext, proposal: &ObjectiveProposal) -> String {
    let path = format!("/objectives/{}/proposal", segment(&proposal.objective));
    context.go(&path, &[("number", &proposal.id.to_string())])
}

fn render(context: &PageContext, page: &Page) -> AnyView {
    let review = ReviewView::new(context, &page.review);
    let view = ProposalView { review, page, words: proposal_words(context.language) };
    let (words, objective) = (view.words, &page.objective);
    let kind = match &page.shown {
        Some(shown) => format!("{} {}", words.number, shown.id),
        None => words.title.to_owned(),
    };
    let title = format!("{kind} · {}", objective.display_name);
    let list = context.go("/objectives", &[]);
    let back = context.go(&format!("/objectives/{}", segment(&objective.id)), &[]);
    let state = page.shown.as_ref().and_then(|shown| shown.steps.last());
    let state = state.map(|step| step_state(context.language, step));
    let week = view.review.review.week;
    let next = form::next(&view);
    let place = 4 + usize::from(next.is_some());
    let content = view! {
        <div class="masthead">
            <p class="kicker">
                <a href=list>{view.review.words.objectives}</a>" · "
                <a href=back>{objective.display_name.clone()}</a>
            </p>
            <h1>{kind}" "<small>{state}</small></h1>
            {form::fault(&view)}
        </div>
        {first(&view)}
        {item("tested", "2".to_owned(), words.weeks, words.question_weeks, tested::weeks(&view))}
        {item("alerts", "3".to_owned(), words.alerts, words.question_alerts, tested::alerts(&view))}
        {next}
        {carry::section(&view, place)}
        {item("proposals", String::new(), words.list, words.question_list, list_of(&view))}
        {colophon(context, &page.review.organization, page.review.as_of, &format!("/reviews/{week}"))}
    }
    .into_any();
    frame(context, &title, "/objectives", content)
}

/// What was kept, or the form to try something.
fn first(view: &ProposalView<'_>) -> AnyView {
    let words = view.words;
    match &view.page.shown {
        Some(shown) => {
            item("shown", "1".to_owned(), words.shown, words.question_shown, kept(view, shown)).into_any()
        }
        None => {
            item("try", "1".to_owned(), words.typed, words.question_typed, form::attempt(view)).into_any()
        }
    }
}

/// What is proposed, why, and what happened.
fn kept(view: &ProposalView<'_>, shown: &ObjectiveProposal) -> AnyView {
    let (words, language) = (view.words, view.review.language);
    let rows = shown
        .steps
        .iter()
        .map(|step| {
            view! {
                <tr>
                    <th scope="row">{step_state(language, step)}</th>
                    <td data-label=words.at>{format::short_date_time(step.at, &view.review.zone, language)}</td>
                    <td data-label=words.by>{step.by.clone()}</td>
                    <td class="full" data-label=words.reason>{step_reason(language, step)}</td>
                </tr>
            }
        })
        .collect_view();
    let columns = [(words.state, false), (words.at, false), (words.by, false), (words.reason, false)];
    view! {
        <p class="prose">{view.promise(&shown.before)}" → "<strong>{view.promise(&shown.promise)}</strong></p>
        {table(words.steps, &columns, rows.into_any())}
    }
    .into_any()
}

/// All proposals of the objective.
fn list_of(view: &ProposalView<'_>) -> AnyView {
    let (words, proposals) = (view.words, &view.page.proposals);
    if proposals.is_empty() {
        return view! { <p class="prose">{words.list_none}</p> }.into_any();
    }
    list(&view.review, proposals, false)
}

/// Proposals as rows; with the name of their objectives where they are of several.
pub(crate) fn list(view: &ReviewView<'_>, proposals: &[ObjectiveProposal], is_of_several: bool) -> AnyView {
    let words = proposal_words(view.language);
    let name = |id: &str| {
        let row = view.review.objectives.iter().find(|row| row.id == id);
        row.map_or_else(|| id.to_owned(), |row| row.display_name.clone())
    };
    let rows = proposals
        .iter()
        .map(|proposal| {
            let href = proposal_link(view.context, proposal);
            let objective = is_of_several.then(|| view! { <small>{name(&proposal.objective)}</small> });
            let change = format!(
                "{} → {}",
                promise_words(view, &proposal.before),
                promise_words(view, &proposal.promise)
            );
            let state = proposal.steps.last().map(|step| step_state(view.language, step));
            let at =
                proposal.steps.last().map(|step| format::short_date_time(step.at, &view.zone, view.language));
            view! {
                <tr>
                    <th scope="row"><a href=href>{words.number}" "{proposal.id}</a>{objective}</th>
                    <td data-label=words.then>{change}<small>{proposal.reason().to_owned()}</small></td>
                    <td data-label=words.state>{state}<small>{at}</small></td>
                    <td data-label=words.by>{proposal.author().to_owned()}</td>
                </tr>
            }
        })
        .collect_view();
    let columns = [(words.number, false), (words.then, false), (words.state, false), (words.by, false)];
    table(words.list, &columns, rows.into_any())
}

//! `/objectives/reviews`: which SLOs to look at again, and why.

use domain::objective_queue::QueueItem;
use leptos::prelude::*;

use crate::backend::{AppError, ObjectiveQueuePage as Page};
use crate::components::empty::empty;
use crate::components::frame::{colophon, frame};
use crate::components::mark::marked_word;
use crate::components::section::item as section;
use crate::components::table::table;
use crate::context::PageContext;
use crate::pages::objective_proposal;
use crate::pages::problem::problem;
use crate::pages::review::ReviewView;
use crate::texts::proposal_words::proposal_words;
use crate::texts::{format, sentences};

/// The page.
#[component]
pub fn ObjectiveQueuePage() -> impl IntoView {
    use_context::<PageContext>().map(|context| {
        view! {
            <Suspense>
                {Suspend::new(async move {
                    match load(&context).await {
                        Ok(page) => render(&context, &page),
                        Err(error) => problem(&context, &error, "/objectives"),
                    }
                })}
            </Suspense>
        }
    })
}

async fn load(context: &PageContext) -> Result<Page, AppError> {
    let week = context.week().await?;
    context.backend.objective_queue(week).await
}

fn render(context: &PageContext, page: &Page) -> AnyView {
    let view = ReviewView::new(context, &page.review);
    let (words, week) = (view.words, view.review.week);
    let queue = &page.queue;
    let list = context.go("/objectives", &[("week", &week.to_string())]);
    let open = if queue.open.is_empty() {
        empty(words.queue_empty, "", "").into_any()
    } else {
        rows(&view, &queue.open)
    };
    let folded = |id: &'static str, title: &'static str, items: &[QueueItem]| {
        (!items.is_empty()).then(|| {
            view! {
                <details class="fold" id=id>
                    <summary>{title}" "{items.len()}</summary>
                    {rows(&view, items)}
                </details>
            }
        })
    };
    let sentence = sentences::queue_sentence(
        context.language,
        queue.open.len(),
        queue.snoozed.len(),
        queue.settled.len(),
    );
    let body = view! {
        <p class="prose">{sentence}</p>
        {open}
        {proposals(&view, page)}
        {folded("snoozed", words.queue_snoozed, &queue.snoozed)}
        {folded("settled", words.queue_settled, &queue.settled)}
    }
    .into_any();
    let content = view! {
        <div class="masthead">
            <p class="kicker">
                <a href=list>{words.objectives}</a>" · "
                {sentences::week_heading(context.language, week.year(), week.number())}
            </p>
            <h1>{words.queue_title}</h1>
        </div>
        {section("reviews", String::new(), words.queue_list_title, words.queue_question, body)}
        {colophon(context, &view.review.organization, view.review.as_of, &format!("/reviews/{week}"))}
    }
    .into_any();
    frame(context, words.queue_title, "/objectives", content)
}

/// Changes that somebody asks for, which the meeting has to answer or to carry.
fn proposals(view: &ReviewView<'_>, page: &Page) -> Option<AnyView> {
    (!page.proposals.is_empty()).then(|| {
        view! {
            <h3 id="open-proposals">{proposal_words(view.language).list_open}</h3>
            {objective_proposal::list(view, &page.proposals, true)}
        }
        .into_any()
    })
}

fn rows(view: &ReviewView<'_>, items: &[QueueItem]) -> AnyView {
    let words = view.words;
    let rows = items.iter().map(|item| row(view, item)).collect_view();
    let columns = [
        (words.status, false),
        (words.objective, false),
        (words.queue_why, false),
        (words.owner, false),
        (words.reviewed, false),
    ];
    table(words.queue_title, &columns, rows.into_any())
}

fn row(view: &ReviewView<'_>, item: &QueueItem) -> impl IntoView + use<> {
    let (words, language) = (view.words, view.language);
    let href = format!("{}#reasons", view.objective_link(&item.row.id));
    let product =
        item.row.product.as_ref().map_or_else(|| words.unknown.to_owned(), |slug| view.product_name_of(slug));
    let tier = item.tier.map(|tier| format!(" · {} {tier}", words.tier));
    let reasons = item
        .reasons
        .iter()
        .map(|aged| {
            let since = format::short_date(view.zone.to_datetime(aged.since).date(), language);
            view! {
                <li title=aged.reason.id()>
                    {sentences::reason(language, &aged.reason, &view.zone)}" "
                    <small>{sentences::since(language, &since)}</small>
                </li>
            }
        })
        .collect_view();
    let last = item.last.as_ref().map_or_else(
        || match item.row.reviewed_at {
            None => view! { <small>{words.never_reviewed}</small> }.into_any(),
            // The definition carries the date of a review that was held elsewhere.
            Some(at) => {
                let day = format::short_date(view.zone.to_datetime(at).date(), language);
                view! { {day}<small>{words.queue_elsewhere}</small> }.into_any()
            }
        },
        |last| {
            view! {
                {sentences::decision(language, last.decision)}
                <small>{sentences::held(language, last, &view.zone)}</small>
            }
            .into_any()
        },
    );
    let elsewhere = item.last.is_none().then_some(item.due_on).flatten().map(|due| {
        let text = sentences::due(language, &format::short_date(due, language));
        view! { <small>{text}</small> }
    });
    view! {
        <tr id=format!("objective-{}", item.row.id)>
            <td>{marked_word(item.row.status, words)}</td>
            <th scope="row"><a href=href>{item.row.display_name.clone()}</a><small>{product}{tier}</small></th>
            <td class="full"><ul class="plain">{reasons}</ul></td>
            <td data-label=words.owner>{item.owner.clone()}</td>
            <td class="full" data-label=words.reviewed>{last}{elsewhere}</td>
        </tr>
    }
}

//! `/products/{slug}/checklists`: what every product goes through, and how far this one has come.

mod form;
mod load_tests;

use domain::checklist::{ChecklistAnswer, ChecklistStanding, ItemStanding, ItemState};
use domain::finding::Status;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::backend::{AppError, ChecklistsPage as Page};
use crate::components::frame::frame;
use crate::components::mark::mark;
use crate::components::table::table;
use crate::components::when;
use crate::components::writing::{written, written_in_row};
use crate::context::PageContext;
use crate::pages::problem::{problem, set_status};
use crate::texts::checklist_words::{self, ChecklistWords, checklist_words};
use crate::texts::texts;

/// The page.
#[component]
pub fn ChecklistsPage() -> impl IntoView {
    let slug = use_params_map().with_untracked(|map| map.get("slug")).unwrap_or_default();
    use_context::<PageContext>().map(|context| {
        view! {
            <Suspense>
                {
                    let (context, slug) = (context.clone(), slug.clone());
                    Suspend::new(async move {
                        match load(&context, &slug).await {
                            Ok(page) => render(&context, &page),
                            Err(error) => problem(&context, &error, "/products"),
                        }
                    })
                }
            </Suspense>
        }
    })
}

async fn load(context: &PageContext, slug: &str) -> Result<Page, AppError> {
    let slug = slug.parse().map_err(|_| AppError::NotFound)?;
    context.backend.checklists(&slug).await
}

fn render(context: &PageContext, page: &Page) -> AnyView {
    let words = checklist_words(context.language);
    if context.parameter("problem") == Some("conflict") {
        set_status(409);
    }
    let name = page.product.name.get(context.language).to_owned();
    let title = format!("{name}{}", words.of_product);
    let (heading, product) = (title.clone(), context.go(&format!("/products/{}", page.product.slug), &[]));
    let lists = if page.standings.is_empty() {
        let to = context.go("/catalog", &[]);
        view! { <div class="empty"><p>{words.no_lists}" "<a href=to>{words.add_lists}" →"</a></p></div> }
            .into_any()
    } else {
        page.standings.iter().map(|one| list(context, page, one)).collect_view().into_any()
    };
    let content = view! {
        <div class="masthead">
            <p class="kicker"><a href=context.go("/products", &[])>{texts(context.language).products}</a>" · "<a href=product>{name}</a></p>
            <h1>{heading}</h1>
        </div>
        {written(context, Some(&page.product.slug), || ().into_any())}
        {lists}
        {load_tests::section(context, page)}
    }
    .into_any();
    frame(context, &title, "/products", content)
}

/// One list: what it came to, then its items.
fn list(context: &PageContext, page: &Page, standing: &ChecklistStanding) -> AnyView {
    let words = checklist_words(context.language);
    let title = standing.title.get(context.language).to_owned();
    let (id, title_id) = (standing.checklist.to_string(), format!("{}-title", standing.checklist));
    let labelled_by = title_id.clone();
    let columns = [(words.state, false), (words.item, false), (words.said, false), (words.change, false)];
    let rows = standing.items.iter().map(|one| row(context, page, standing, one)).collect_view();
    view! {
        <section class="item" id=id aria-labelledby=labelled_by>
            <header>
                <h2 id=title_id>{title}</h2>
                <p class="question">{words.question}</p>
            </header>
            <div class="body">
                <p class="prose">{sentence(context, page, standing)}</p>
                {table(words.list, &columns, rows.into_any())}
            </div>
        </section>
    }
    .into_any()
}

/// Completed share, version and last answer.
fn sentence(context: &PageContext, page: &Page, standing: &ChecklistStanding) -> AnyView {
    let (words, zone) = (checklist_words(context.language), page.organization.zone());
    let version = checklist_words::version(context.language, standing);
    let last = match standing.answered_at {
        None => view! { {words.nothing_yet} }.into_any(),
        Some(at) => {
            view! { {words.last}" "{when::day_of_year(zone.to_datetime(at).date(), context.language)} }
                .into_any()
        }
    };
    view! { {words.completed}" "{checklist_words::share(standing)}" · "{words.version}" "{version}" · "{last} }.into_any()
}

/// Done is fine, an open item is to be looked at, one without an answer is unknown.
fn status(one: &ItemStanding) -> Status {
    match one.answer.as_ref().map(|answer| answer.state) {
        Some(ItemState::Done) => Status::Ok,
        Some(ItemState::NotDone) => Status::Risk,
        Some(ItemState::NotApplicable) | None => Status::NoData,
    }
}

fn row(context: &PageContext, page: &Page, standing: &ChecklistStanding, one: &ItemStanding) -> AnyView {
    let words = checklist_words(context.language);
    let anchor = format!("{}-{}", standing.checklist, one.item.id);
    let state = words.state_word(one.answer.as_ref().map(|answer| answer.state));
    let new = one.is_new.then(|| view! { <small>{words.new_item}</small> });
    let said = match &one.answer {
        None => view! { "–" }.into_any(),
        Some(answer) => said(context, page, words, answer),
    };
    view! {
        <tr id=anchor.clone()>
            <td class="nb">{mark(status(one))}" "{state}</td>
            <th scope="row" class="full">{one.item.text.get(context.language).to_owned()}{new}</th>
            <td data-label=words.said>{said}</td>
            <td class="full">{written_in_row(context, Some(&page.product.slug), || form::answer(context, page, standing, one, &anchor))}</td>
        </tr>
    }
    .into_any()
}

/// What was said, by whom and when.
fn said(context: &PageContext, page: &Page, words: &ChecklistWords, answer: &ChecklistAnswer) -> AnyView {
    let day = page.organization.zone().to_datetime(answer.at).date();
    let link = answer.link.clone().map(|href| {
        view! { " "<a href=href rel="noopener noreferrer">{words.see}</a> }
    });
    view! { {answer.note.clone()}{link}<small>{answer.by.clone()}" · "{when::day_of_year(day, context.language)}</small> }
        .into_any()
}

/// Why what was typed was not kept, above the form that it was typed into.
fn fault(context: &PageContext, of: &str) -> Option<AnyView> {
    let code = context.parameter("problem").filter(|_| context.parameter("of") == Some(of))?;
    let words = checklist_words(context.language);
    Some(view! { <p class="error" role="alert">{words.problem(code)}</p> }.into_any())
}

/// What was typed into a form and not kept.
fn typed<'c>(context: &'c PageContext, of: &str, name: &str) -> Option<&'c str> {
    context.parameter(name).filter(|_| context.parameter("of") == Some(of))
}

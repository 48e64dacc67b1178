//! `/incidents`: the incidents of a week.

use leptos::prelude::*;

use crate::backend;
use crate::components::frame::{colophon, frame};
use crate::components::section::item;
use crate::context::PageContext;
use crate::pages::problem::problem;
use crate::pages::products::load;
use crate::pages::review::{ReviewView, incidents};
use crate::texts::sentences;

/// The page.
#[component]
pub fn IncidentsPage() -> impl IntoView {
    use_context::<PageContext>().map(|context| {
        view! {
            <Suspense>
                {Suspend::new(async move {
                    match load(&context).await {
                        Ok(page) => render(&context, &page),
                        Err(error) => problem(&context, &error, "/incidents"),
                    }
                })}
            </Suspense>
        }
    })
}

fn render(context: &PageContext, page: &backend::ReviewPage) -> AnyView {
    let view = ReviewView::new(context, &page.review);
    let (words, week) = (view.words, view.review.week);
    let content = view! {
        <div class="masthead">
            <p class="kicker">{sentences::week_heading(context.language, week.year(), week.number())}</p>
            <h1>{words.incidents_page_title}</h1>
        </div>
        {item("incidents", String::new(), words.incidents_title, words.incidents_question, incidents::content(&view))}
        {colophon(context, &view.review.organization, view.review.as_of, &format!("/reviews/{week}"))}
    }
    .into_any();
    frame(context, words.incidents_page_title, "/incidents", content)
}

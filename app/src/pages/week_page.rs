//! The frame of pages that show one section of a week's review as a page of its own.

use leptos::prelude::*;

use crate::backend::{self, AppError, Version};
use crate::components::frame::{colophon, frame};
use crate::components::section::item;
use crate::context::PageContext;
use crate::pages::problem::problem;
use crate::pages::review::ReviewView;
use crate::texts::{Texts, sentences};

/// What distinguishes such a page.
pub(super) struct WeekPage {
    /// Its path, which the navigation marks.
    pub(super) path: &'static str,
    /// The anchor of its section.
    pub(super) id: &'static str,
    /// Page title, section title and question.
    pub(super) words: fn(&Texts) -> [&'static str; 3],
    /// The section.
    pub(super) body: fn(&ReviewView<'_>) -> AnyView,
}

/// Awaits the week's review and shows the page.
pub(super) fn show(page: WeekPage) -> impl IntoView {
    use_context::<PageContext>().map(|context| {
        view! {
            <Suspense>
                {Suspend::new(async move {
                    match load(&context).await {
                        Ok(review) => render(&context, &page, &review),
                        Err(error) => problem(&context, &error, page.path),
                    }
                })}
            </Suspense>
        }
    })
}

/// The review of the week that the query names, else of the last one that has ended.
async fn load(context: &PageContext) -> Result<backend::ReviewPage, AppError> {
    let week = context.week().await?;
    context.backend.weekly_review(week, Version::Latest).await
}

fn render(context: &PageContext, page: &WeekPage, review: &backend::ReviewPage) -> AnyView {
    let view = ReviewView::new(context, &review.review);
    let week = view.review.week;
    let [title, heading, question] = (page.words)(view.words);
    let content = view! {
        <div class="masthead">
            <p class="kicker">{sentences::week_heading(context.language, week.year(), week.number())}</p>
            <h1>{title}</h1>
        </div>
        {item(page.id, String::new(), heading, question, (page.body)(&view))}
        {colophon(context, &view.review.organization, view.review.as_of, &format!("/reviews/{week}"))}
    }
    .into_any();
    frame(context, title, page.path, content)
}

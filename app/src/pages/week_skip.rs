//! `/reviews/{week}/skip`: that the meeting on a week is not held, and what the next one says of it.

use domain::week_skip::{CarriedWeek, WeekSkip};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::backend::{AppError, WeekSkipPage as Page};
use crate::components::frame::frame;
use crate::components::section::item;
use crate::components::when;
use crate::context::PageContext;
use crate::pages::problem::{problem, set_status};
use crate::texts::skip_words::{self, SkipWords, skip_words};

/// The page.
#[component]
pub fn WeekSkipPage() -> impl IntoView {
    let week = use_params_map().with_untracked(|map| map.get("week")).unwrap_or_default();
    use_context::<PageContext>().map(|context| {
        view! {
            <Suspense>
                {
                    let (context, week) = (context.clone(), week.clone());
                    Suspend::new(async move {
                        match load(&context, &week).await {
                            Ok(page) => render(&context, &page),
                            Err(error) => problem(&context, &error, "/reviews"),
                        }
                    })
                }
            </Suspense>
        }
    })
}

async fn load(context: &PageContext, week: &str) -> Result<Page, AppError> {
    context.backend.week_skip_page(week.parse().map_err(|_| AppError::NotFound)?).await
}

fn render(context: &PageContext, page: &Page) -> AnyView {
    let words = skip_words(context.language);
    let heading = skip_words::heading(context.language, page.week);
    let review = context.go(&format!("/reviews/{}", page.week), &[]);
    let holiday = page.is_holiday.then(|| format!(" · {}", words.holiday));
    let now = page.skip.as_ref().filter(|skip| skip.is_skipped && !page.is_frozen);
    let state = match now {
        Some(skip) => view! { <p role="status">{skip_words::skipped(context.language, skip)}</p> }.into_any(),
        None if page.is_frozen => view! { <p role="status">{words.frozen}</p> }.into_any(),
        None => ().into_any(),
    };
    let form = (!page.is_frozen).then(|| form(context, words, page, now.is_some()));
    let body = view! { {state}{form} }.into_any();
    let content = view! {
        <div class="masthead">
            <p class="kicker"><a href=review>{words.back}</a></p>
            <h1>{words.title}" "<small>{heading}" · "{when::day(page.meeting_on, context.language)}{holiday}</small></h1>
            <p class="answer">{words.explained}</p>
        </div>
        {item("skip", "1".to_owned(), words.title, words.question, body)}
    };
    frame(context, words.title, "/reviews", content.into_any())
}

fn form(context: &PageContext, words: &'static SkipWords, page: &Page, is_skipped: bool) -> AnyView {
    let fault = context.parameter("problem").map(|code| {
        set_status(if code == "reason" { 400 } else { 409 });
        view! { <p class="error" role="alert">{words.problem(code)}</p> }
    });
    let reason = context.parameter("reason").unwrap_or_default().to_owned();
    let (value, word) = if is_skipped { ("hold", words.hold) } else { ("skip", words.skip) };
    view! {
        {fault}
        <form class="choice" method="post" action="/api/week-skip" aria-label=words.title>
            <input type="hidden" name="lang" value=context.language.tag()/>
            <input type="hidden" name="week" value=page.week.to_string()/>
            <label class="wide"><span>{words.reason}</span><input name="reason" required maxlength="500" autocomplete="off" value=reason/></label>
            <button class="primary" name="do" value=value>{word}</button>
        </form>
    }
    .into_any()
}

/// That the week on a page has no meeting, for the head of its review.
pub(crate) fn skipped(context: &PageContext, skip: &WeekSkip) -> AnyView {
    let href = context.go(&format!("/reviews/{}/skip", skip.week), &[]);
    let change = context.access.freezes.then(|| {
        view! { " "<a href=href>{skip_words(context.language).change}</a> }
    });
    view! { <p class="restated" id="skipped">{skip_words::skipped(context.language, skip)}{change}</p> }
        .into_any()
}

/// The weeks without a meeting that a review takes over; nothing where there is none.
pub(crate) fn carried(context: &PageContext, weeks: &[CarriedWeek]) -> Option<AnyView> {
    if weeks.is_empty() {
        return None;
    }
    let line = |one: &CarriedWeek| {
        let href = context.go(&format!("/reviews/{}", one.week), &[]);
        let said = skip_words::carried(context.language, one);
        let over = skip_words::taken_over(context.language, one);
        view! { <li><a href=href>{said}</a>" — "{over}</li> }
    };
    Some(
        view! { <ul class="restated" id="carried-weeks">{weeks.iter().map(line).collect_view()}</ul> }
            .into_any(),
    )
}

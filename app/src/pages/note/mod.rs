//! `/reviews/{week}/notes/{place}`: one note, written as people talk; `list` has all notes of a week.

mod form;
pub mod list;
mod written;

use domain::note::NotePlace;
use domain::organization::Language;
use domain::week::IsoWeek;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::backend::{AppError, NotePage as Page, NoteRefusal, NoteRefused};
use crate::components::frame::frame;
use crate::components::section::item;
use crate::context::PageContext;
use crate::pages::problem::{problem, set_status};
use crate::texts::note_words::{NoteWords, note_words, place_name};
use crate::texts::sentences;

/// The page.
#[component]
pub fn NotePage() -> impl IntoView {
    let context = use_context::<PageContext>();
    let refused = use_context::<NoteRefused>();
    let asked = use_params_map().with_untracked(|map| (map.get("week"), map.get("place")));
    context.map(|context| {
        view! {
            <Suspense>
                {
                    let (context, refused, asked) = (context.clone(), refused.clone(), asked.clone());
                    Suspend::new(async move {
                        match load(&context, asked, refused.as_ref()).await {
                            Ok(page) => render(&context, &page, refused.as_ref()),
                            Err(error) => problem(&context, &error, "/reviews"),
                        }
                    })
                }
            </Suspense>
        }
    })
}

async fn load(
    context: &PageContext,
    (week, place): (Option<String>, Option<String>),
    refused: Option<&NoteRefused>,
) -> Result<Page, AppError> {
    let week: IsoWeek = week.unwrap_or_default().parse().map_err(|_| AppError::NotFound)?;
    let place: NotePlace = place.unwrap_or_default().parse().map_err(|_| AppError::NotFound)?;
    let asked = context.parameter("at").and_then(|number| number.parse().ok());
    // What a refused text was made from is shown with it.
    let version = refused.map(|refused| refused.request.seen).or(asked);
    context.backend.note(week, &place, version).await
}

/// What every section needs.
struct NoteView<'a> {
    context: &'a PageContext,
    page: &'a Page,
    words: &'static NoteWords,
    language: Language,
    zone: TimeZone,
    refused: Option<&'a NoteRefused>,
}

impl NoteView<'_> {
    /// Why a text was not kept.
    fn refusal(&self) -> Option<NoteRefusal> {
        self.refused.map(|refused| refused.why)
    }

    /// The address of this page.
    fn path(&self) -> String {
        note_path(self.page.week, &self.page.place)
    }

    /// What the place is called.
    fn name(&self) -> &str {
        place_name(self.language, &self.page.place, self.page.catalogue.products.iter())
    }
}

/// The address of the page of a note.
pub(crate) fn note_path(week: IsoWeek, place: &NotePlace) -> String {
    format!("{}/{place}", notes_path(week))
}

/// The address of the notes of a week.
pub(crate) fn notes_path(week: IsoWeek) -> String {
    format!("/reviews/{week}/notes")
}

fn render(context: &PageContext, page: &Page, refused: Option<&NoteRefused>) -> AnyView {
    let language = context.language;
    let words = note_words(language);
    let zone = page.catalogue.organization.zone();
    let view = NoteView { context, page, words, language, zone, refused };
    if let Some(refusal) = view.refusal() {
        set_status(match refusal {
            NoteRefusal::Fault(_) => 400,
            NoteRefusal::NotFound => 404,
            NoteRefusal::Conflict | NoteRefusal::Frozen => 409,
            NoteRefusal::Forbidden => 403,
            NoteRefusal::Internal => 500,
        });
    }
    let title = format!("{} · {}", words.note, view.name());
    let content = view! {
        {masthead(&view)}
        {item("write", "1".to_owned(), words.write, words.write_question, form::body(&view))}
        {item("text", "2".to_owned(), words.shown, words.shown_question, written::body(&view))}
        {item("history", "3".to_owned(), words.history, words.history_question, written::history(&view))}
    }
    .into_any();
    frame(context, &title, "/reviews", content)
}

/// The week above the title, and the ways back to the review and to the other notes.
pub(super) fn kicker(context: &PageContext, week: IsoWeek, anchor: &str, more: Option<AnyView>) -> AnyView {
    let words = note_words(context.language);
    let heading = sentences::week_heading(context.language, week.year(), week.number());
    let review = format!("{}{anchor}", context.go(&format!("/reviews/{week}"), &[]));
    view! { <p class="kicker">{heading}" · "<a href=review>{words.back}</a>{more}</p> }.into_any()
}

fn masthead(view: &NoteView<'_>) -> AnyView {
    let all = view.context.go(&notes_path(view.page.week), &[]);
    let more = view! { " · "<a href=all>{view.words.notes}</a> }.into_any();
    let anchor = format!("#{}", view.page.place);
    view! {
        <div class="masthead">
            {kicker(view.context, view.page.week, &anchor, Some(more))}
            <h1>{view.words.note}" · "{view.name().to_owned()}</h1>
        </div>
    }
    .into_any()
}

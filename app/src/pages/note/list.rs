//! `/reviews/{week}/notes`: all notes of a week, where others can be written, and what locks them.

use domain::note::{Note, NotePlace, NoteSection};
use domain::week::IsoWeek;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{kicker, note_path};
use crate::backend::{AppError, NotesPage as Page};
use crate::components::frame::frame;
use crate::components::section::item;
use crate::components::writing::written_somewhere;
use crate::context::PageContext;
use crate::pages::problem::problem;
use crate::texts::format;
use crate::texts::note_words::{note_words, place_name, version_line};
use crate::ui::markdown::markdown;

/// The page.
#[component]
pub fn NotesPage() -> impl IntoView {
    let week = use_params_map().with_untracked(|map| map.get("week"));
    use_context::<PageContext>().map(|context| {
        view! {
            <Suspense>
                {
                    let (context, week) = (context.clone(), week.clone());
                    Suspend::new(async move {
                        match load(&context, week.as_deref()).await {
                            Ok(page) => render(&context, &page),
                            Err(error) => problem(&context, &error, "/reviews"),
                        }
                    })
                }
            </Suspense>
        }
    })
}

async fn load(context: &PageContext, week: Option<&str>) -> Result<Page, AppError> {
    let week: IsoWeek = week.unwrap_or_default().parse().map_err(|_| AppError::NotFound)?;
    context.backend.notes(week).await
}

fn render(context: &PageContext, page: &Page) -> AnyView {
    let words = note_words(context.language);
    let open = match page.lock {
        Some(version) => {
            let body = match context.access.freezes {
                true => locked(context, page, version),
                false => view! { <p class="prose">{words.frozen}</p> }.into_any(),
            };
            item("open", "2".to_owned(), words.reopen, words.reopen_question, body)
        }
        None if context.only_reads() => item(
            "open",
            "2".to_owned(),
            words.open,
            words.open_question,
            written_somewhere(context, || ().into_any()),
        ),
        None => item("open", "2".to_owned(), words.open, words.open_question, places(context, page)),
    };
    let content = view! {
        <div class="masthead">
            {kicker(context, page.week, "", None)}
            <h1>{words.notes}</h1>
        </div>
        {item("written", "1".to_owned(), words.written, words.written_question, written(context, page))}
        {open}
    }
    .into_any();
    frame(context, words.notes, "/reviews", content)
}

fn written(context: &PageContext, page: &Page) -> AnyView {
    let words = note_words(context.language);
    if page.notes.is_empty() {
        return view! { <div class="empty"><p>{words.list_lead_none}</p></div> }.into_any();
    }
    page.notes.iter().map(|note| one(context, page, note)).collect_view().into_any()
}

fn one(context: &PageContext, page: &Page, note: &Note) -> AnyView {
    let (words, language) = (note_words(context.language), context.language);
    let name = place_name(language, &note.place, page.catalogue.products.iter()).to_owned();
    let zone = page.catalogue.organization.zone();
    let at = format::short_date_time(note.at, &zone, language);
    let href = context.go(&note_path(page.week, &note.place), &[]);
    let edit = if page.lock.is_none() { words.edit } else { words.history };
    view! {
        <article id=note.place.to_string()>
            <h3>{name}</h3>
            {markdown(&note.text, words.note)}
            <p><small>{version_line(language, note.version, &at, &note.by)}" · "<a href=href>{edit}</a></small></p>
        </article>
    }
    .into_any()
}

/// Where nothing is written yet, as links to the forms.
fn places(context: &PageContext, page: &Page) -> AnyView {
    let words = note_words(context.language);
    let is_free = |place: &NotePlace| {
        let product = match place {
            NotePlace::Section(_) => None,
            NotePlace::Product(slug) => Some(slug),
        };
        context.may_edit(product) && page.notes.iter().all(|note| note.place != *place)
    };
    let sections = NoteSection::ALL.map(NotePlace::Section).to_vec();
    let products = page.products().map(|product| NotePlace::Product(product.slug.clone())).collect();
    let group = |label: &'static str, places: Vec<NotePlace>| {
        let free: Vec<NotePlace> = places.into_iter().filter(is_free).collect();
        let links = free.iter().map(|place| {
            let href = context.go(&note_path(page.week, place), &[]);
            let name = place_name(context.language, place, page.catalogue.products.iter()).to_owned();
            view! { <li><a href=href>{name}</a></li> }
        });
        let links = links.collect_view();
        (!free.is_empty()).then(|| view! { <div><h3>{label}</h3><ul class="places">{links}</ul></div> })
    };
    view! { {group(words.sections, sections)}{group(words.products, products)} }.into_any()
}

/// Why nothing can be written, and the form that takes notes up again.
fn locked(context: &PageContext, page: &Page, version: i64) -> AnyView {
    let words = note_words(context.language);
    let problem = context.parameter("problem").map(|code| {
        let text = match code {
            "reason" => words.problem_reason,
            "conflict" => words.problem_conflict,
            _ => words.problem_internal,
        };
        view! { <p class="error" role="alert">{text}</p> }
    });
    view! {
        {problem}
        <p class="prose">{words.frozen}</p>
        <form class="choice" method="post" action=context.go("/api/note", &[])>
            <input type="hidden" name="week" value=page.week.to_string()/>
            <input type="hidden" name="version" value=version.to_string()/>
            <label class="reason"><span>{words.reason}</span><input name="reason" required maxlength="500" autocomplete="off"/></label>
            <button name="do" value="reopen">{words.reopen}</button>
        </form>
    }
    .into_any()
}

//! `/incidents/{id}/postmortem`: why a write-up is required and by when, what it says, and how far it has come.

mod form;
pub mod list;
mod why;
mod written;

pub(crate) use why::calendar;

use domain::finding::Status;
use domain::incident::Severity;
use domain::organization::Language;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::backend::{
    ActionsPage, AppError, PostmortemPage as Page, PostmortemRefusal, PostmortemRefused, incident_of_word,
    incident_word,
};
use crate::components::frame::frame;
use crate::components::mark::mark;
use crate::components::section::item;
use crate::components::when;
use crate::context::{PageContext, segment};
use crate::pages::actions::after;
use crate::pages::incident::incident_path;
use crate::pages::problem::{problem, set_status};
use crate::texts::action_words::action_words;
use crate::texts::postmortem_sentences;
use crate::texts::postmortem_words::{PostmortemWords, postmortem_words};

/// The page.
#[component]
pub fn PostmortemPage() -> impl IntoView {
    let context = use_context::<PageContext>();
    let refused = use_context::<PostmortemRefused>();
    let id = use_params_map().with_untracked(|map| map.get("id"));
    context.map(|context| {
        view! {
            <Suspense>
                {
                    let (context, refused, id) = (context.clone(), refused.clone(), id.clone());
                    Suspend::new(async move {
                        match load(&context, id.as_deref()).await {
                            Ok((page, actions)) => render(&context, &page, &actions, refused.as_ref()),
                            Err(error) => problem(&context, &error, "/incidents"),
                        }
                    })
                }
            </Suspense>
        }
    })
}

async fn load(context: &PageContext, id: Option<&str>) -> Result<(Page, ActionsPage), AppError> {
    let (source, id) = incident_of_word(id.unwrap_or_default()).ok_or(AppError::NotFound)?;
    Ok((context.backend.postmortem(source, id).await?, context.backend.actions().await?))
}

/// What every section needs.
struct PostmortemView<'a> {
    context: &'a PageContext,
    page: &'a Page,
    words: &'static PostmortemWords,
    language: Language,
    zone: TimeZone,
    refused: Option<&'a PostmortemRefused>,
}

impl PostmortemView<'_> {
    /// The incident as addresses name it.
    fn word(&self) -> String {
        incident_word(&self.page.incident.source, &self.page.incident.external_id)
    }

    /// The address of this page.
    fn path(&self) -> String {
        postmortem_path(&self.page.incident.source, &self.page.incident.external_id)
    }

    /// Where its forms are sent to; the answer is in the language of this page.
    fn action(&self) -> String {
        self.context.go("/api/incident/postmortem", &[])
    }

    /// Whether the reader may write.
    fn may_edit(&self) -> bool {
        self.context.may_edit(self.page.incident.product.parse().ok().as_ref())
    }

    /// Why a text was not kept.
    fn refusal(&self) -> Option<PostmortemRefusal> {
        self.refused.map(|refused| refused.why)
    }
}

/// The short word of a severity.
fn severity_word(severity: Severity) -> &'static str {
    if severity == Severity::Unclassified { "SEV-?" } else { severity.as_str() }
}

/// A day with its weekday.
fn when_day(day: Date, language: Language) -> AnyView {
    when::day(day, language).into_any()
}

/// The address of the page of an incident's write-up.
pub(crate) fn postmortem_path(source: &str, external_id: &str) -> String {
    format!("/incidents/{}/postmortem", segment(&incident_word(source, external_id)))
}

fn render(
    context: &PageContext,
    page: &Page,
    actions: &ActionsPage,
    refused: Option<&PostmortemRefused>,
) -> AnyView {
    let language = context.language;
    let words = postmortem_words(language);
    let zone = page.catalogue.organization.zone();
    let view = PostmortemView { context, page, words, language, zone, refused };
    if let Some(refusal) = view.refusal() {
        set_status(match refusal {
            PostmortemRefusal::Fault(_) => 400,
            PostmortemRefusal::Conflict => 409,
            PostmortemRefusal::Forbidden => 403,
            PostmortemRefusal::Internal => 500,
        });
    }
    let title = format!("{} · {}", words.page_title, page.incident.title);
    // What was typed and not kept comes first: it exists nowhere else.
    let write = item("write", "3".to_owned(), words.write, words.write_question, form::body(&view));
    let promised = action_words(language);
    let promises = after::body(context, actions, &page.incident, &[], &view.path());
    let content = view! {
        {masthead(&view)}
        {item("why", "1".to_owned(), words.why, words.why_question, why::body(&view))}
        {item("text", "2".to_owned(), words.written, words.written_question, written::body(&view))}
        {write}
        {item("steps", "4".to_owned(), words.steps, words.steps_question, form::steps(&view))}
        {item("actions", "5".to_owned(), promised.title, promised.after_question, promises)}
    }
    .into_any();
    frame(context, &title, "/incidents", content)
}

/// The links to the list of write-ups and to the handbook.
pub(crate) fn doors(context: &PageContext) -> AnyView {
    let words = postmortem_words(context.language);
    let [list, handbook] =
        ["/incidents/postmortems", "/incidents/handbook"].map(|path| context.go(path, &[]));
    view! {
        <p class="facts">
            <span><a href=list>{words.all}" →"</a>" · "<a href=handbook>{words.handbook}" →"</a></span>
        </p>
    }
    .into_any()
}

fn masthead(view: &PostmortemView<'_>) -> AnyView {
    let (page, words, context) = (view.page, view.words, view.context);
    let incident = &page.incident;
    let product = page.catalogue.products.iter().find(|product| product.slug.as_str() == incident.product);
    let product = product.map_or(incident.product.as_str(), |product| product.name.get(view.language));
    let kicker = format!("{} · {product}", severity_word(incident.severity));
    let of = context.go(&incident_path(&incident.source, &incident.external_id), &[]);
    let today = view.zone.to_datetime(page.as_of).date();
    let answer = page.duty.as_ref().map(|duty| {
        let status = list::status(duty, today);
        let text = postmortem_sentences::standing(view.language, duty, today);
        view! { <p class="answer">{mark(status)}" "{text}</p> }.into_any()
    });
    let answer = answer.unwrap_or_else(|| {
        let word = page.head.state.map_or(words.not_required, |state| words.state_word(state));
        view! { <p class="answer">{mark(Status::Ok)}" "{word}</p> }.into_any()
    });
    view! {
        <div class="masthead">
            <p class="kicker">{words.page_title}" · "<a href=of>{words.incident}</a>" · "{kicker}</p>
            <h1>{incident.title.clone()}</h1>
            {answer}
            {doors(context)}
        </div>
    }
    .into_any()
}

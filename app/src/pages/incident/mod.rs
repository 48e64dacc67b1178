//! `/incidents/{id}`: what is known of one incident and who says so, what it cost users and budgets, and the forms by
//! which people correct it.

mod deploys;
mod edit;
mod events;
mod merge;
mod postmortem;
mod toll;

use domain::finding::Status;
use domain::incident::Incident;
use domain::incident_merge::IncidentKey;
use domain::incident_override::OverrideField;
use domain::organization::Language;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::backend::{
    ActionsPage, AppError, IncidentPage as Page, PostmortemPage, incident_of_word, incident_word,
};
use crate::components::frame::frame;
use crate::components::mark::mark;
use crate::components::section::item;
use crate::context::{PageContext, segment};
use crate::pages::actions::after;
use crate::pages::postmortem::postmortem_path;
use crate::pages::problem::problem;
use crate::texts::action_words::action_words;
use crate::texts::format;
use crate::texts::incident_words::{IncidentWords, harmless, incident_words};
use crate::texts::postmortem_words::postmortem_words;

/// The page.
#[component]
pub fn IncidentPage() -> impl IntoView {
    let context = use_context::<PageContext>();
    let id = use_params_map().with_untracked(|map| map.get("id"));
    context.map(|context| {
        view! {
            <Suspense>
                {Suspend::new(async move {
                    match load(&context, id.as_deref()).await {
                        Ok((page, postmortem, actions)) => render(&context, &page, &postmortem, &actions),
                        Err(error) => problem(&context, &error, "/incidents"),
                    }
                })}
            </Suspense>
        }
    })
}

/// What the page is made of: the incident, its write-up, and what was promised.
type Parts = (Page, PostmortemPage, ActionsPage);

async fn load(context: &PageContext, id: Option<&str>) -> Result<Parts, AppError> {
    let (source, id) = incident_of_word(id.unwrap_or_default()).ok_or(AppError::NotFound)?;
    let key = IncidentKey { source: source.to_owned(), external_id: id.to_owned() };
    let page = context.backend.incident(&key, &typed(context)).await?;
    let postmortem = context.backend.postmortem(&page.told.source, &page.told.external_id).await?;
    Ok((page, postmortem, context.backend.actions().await?))
}

/// The values that the address shows before they are kept.
fn typed(context: &PageContext) -> Vec<(OverrideField, String)> {
    if context.parameter("do") != Some("preview") {
        return Vec::new();
    }
    let fields = context.query.iter();
    fields.filter_map(|(name, text)| Some((name.parse().ok()?, text.clone()))).collect()
}

/// What every section needs.
struct IncidentView<'a> {
    context: &'a PageContext,
    page: &'a Page,
    words: &'static IncidentWords,
    language: Language,
    zone: TimeZone,
}

impl IncidentView<'_> {
    /// Whether the reader may correct it.
    fn may_edit(&self) -> bool {
        self.context.may_edit(self.page.told.product.parse().ok().as_ref())
    }

    /// The incident as addresses name it.
    fn word(&self) -> String {
        IncidentKey::of(&self.page.told).word()
    }

    /// The language that the address names, so that a form leads back into it.
    fn lang(&self) -> Option<AnyView> {
        let lang = self.context.parameter("lang")?.to_owned();
        Some(view! { <input type="hidden" name="lang" value=lang/> }.into_any())
    }

    /// A link to the page of another incident.
    fn link_to(&self, incident: &Incident) -> AnyView {
        let href = self.context.go(&incident_path(&incident.source, &incident.external_id), &[]);
        view! { <a href=href><bdi>{harmless(&incident.title)}</bdi></a>" "<small>{incident.source.clone()}</small> }
            .into_any()
    }
}

/// The address of the page of an incident.
pub(crate) fn incident_path(source: &str, external_id: &str) -> String {
    format!("/incidents/{}", segment(&incident_word(source, external_id)))
}

fn render(context: &PageContext, page: &Page, postmortem: &PostmortemPage, actions: &ActionsPage) -> AnyView {
    let language = context.language;
    let words = incident_words(language);
    let view = IncidentView { context, page, words, language, zone: page.catalogue.organization.zone() };
    let title = harmless(&page.incident.title);
    let written = postmortem_words(language);
    let promised = action_words(language);
    let path = incident_path(&page.told.source, &page.told.external_id);
    let promises = after::body(context, actions, &page.told, &page.parts, &path);
    let content = view! {
        {masthead(&view)}
        {item("events", "1".to_owned(), words.events, words.events_question, events::body(&view))}
        {item("toll", "2".to_owned(), words.toll, words.toll_question, toll::body(&view))}
        {item("merge", "3".to_owned(), words.merge, words.merge_question, merge::body(&view))}
        {item("edit", "4".to_owned(), words.edit, words.edit_question, edit::body(&view))}
        {item("postmortem", "5".to_owned(), written.page_title, written.why_question, postmortem::body(&view, postmortem))}
        {item("actions", "6".to_owned(), promised.title, promised.after_question, promises)}
    }
    .into_any();
    frame(context, &title, "/incidents", content)
}

fn masthead(view: &IncidentView<'_>) -> AnyView {
    let (page, words, context) = (view.page, view.words, view.context);
    let incident = &page.incident;
    let product = page.catalogue.products.iter().find(|product| product.slug.as_str() == incident.product);
    let product =
        product.map_or_else(|| harmless(&incident.product), |one| one.name.get(view.language).to_owned());
    let severity = incident.severity.as_str();
    let kicker = format!("{} · {severity} · {product} · {}", words.page_title, page.told.source);
    let edited =
        (page.edited != page.told).then(|| view! { " "<a class="tag" href="#edit">{words.edited}</a> });
    let source = incident.url.clone().filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    let source = source.map(|url| view! { <a href=url rel="noopener noreferrer">{words.at_source}" →"</a> });
    let postmortem = context.go(&postmortem_path(&page.told.source, &page.told.external_id), &[]);
    let week = context.go(&format!("/reviews/{}", page.week), &[]);
    view! {
        <div class="masthead">
            <p class="kicker">{kicker}</p>
            <h1><bdi>{harmless(&incident.title)}</bdi>{edited}</h1>
            {answer(view)}
            {deploys::facts(view)}
            <p class="facts">
                {source}
                <a href=postmortem>{words.postmortem}" →"</a>
                <a href=week>{words.week}" →"</a>
            </p>
        </div>
    }
    .into_any()
}

/// How it stands, in words.
fn answer(view: &IncidentView<'_>) -> AnyView {
    let (page, words) = (view.page, view.words);
    let incident = &page.incident;
    let root = page.root.as_ref().map(|root| view.link_to(root));
    let (status, state) = match incident {
        one if one.merged_into.is_some() => (Status::Ok, words.merged_state),
        one if one.is_false_alarm() => (Status::Ok, words.false_alarm_state),
        one if one.is_archived() => (Status::Ok, words.archived_state),
        one if one.is_test => (Status::Ok, words.test_state),
        one if one.planned => (Status::Ok, words.planned_state),
        one if one.is_open(page.as_of) => (Status::Breached, words.open),
        _ => (Status::Ok, words.over),
    };
    let felt = match incident.impact(page.as_of) {
        Some(impact) => format!(
            "{}: {} ({}{})",
            words.felt,
            format::minutes(incident.felt_seconds(&impact), view.language),
            format::percent(incident.impact_fraction, 0),
            match view.language {
                Language::Japanese => words.of_use.to_owned(),
                Language::English => format!(" {}", words.of_use),
            },
        ),
        None => words.unknown_impact.to_owned(),
    };
    view! { <p class="answer">{mark(status)}" "{state}" "{root}" "{felt}</p> }.into_any()
}

//! `/topics/{id}`: one topic, its evidence, and what becomes of it.

use domain::topic::{Topic, TopicMove, TopicState, TopicStep};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::history::{Happened, conflict, history};
use super::{form, product, week};
use crate::backend::{AppError, TopicsPage as Page};
use crate::components::frame::frame;
use crate::components::section::item;
use crate::context::PageContext;
use crate::pages::problem::{problem, set_status};
use crate::texts::topic_words::topic_words;

/// The page.
#[component]
pub fn TopicPage() -> impl IntoView {
    let context = use_context::<PageContext>();
    let id = use_params_map().with_untracked(|map| map.get("id"));
    context.map(|context| {
        view! {
            <Suspense>
                {
                    let (context, id) = (context.clone(), id.clone());
                    Suspend::new(async move {
                        match load(&context, id.as_deref()).await {
                            Ok((page, topic)) => render(&context, &page, &topic),
                            Err(error) => problem(&context, &error, "/topics"),
                        }
                    })
                }
            </Suspense>
        }
    })
}

async fn load(context: &PageContext, id: Option<&str>) -> Result<(Page, Topic), AppError> {
    let id = id.unwrap_or_default().parse().map_err(|_| AppError::NotFound)?;
    let page = context.backend.topic(id).await?;
    let topic = page.topics.first().cloned().ok_or(AppError::NotFound)?;
    Ok((page, topic))
}

fn render(context: &PageContext, page: &Page, topic: &Topic) -> AnyView {
    let words = topic_words(context.language);
    if context.parameter("problem") == Some("conflict") {
        set_status(409);
    }
    let all = context.go("/topics", &[]);
    let content = view! {
        <div class="masthead">
            <p class="kicker"><a href=all>{words.topics}</a>" · "{week(context, page, topic.week())}" "{product(context, page, topic.terms.product.as_ref())}</p>
            <h1>{topic.terms.title.clone()}</h1>
            <p class="answer">{words.state_word(topic.state())}{outcome(context, page, topic)}</p>
        </div>
        {evidence(context, topic)}
        {item("settle", "2".to_owned(), words.settle, words.settle_question, settle(context, page, topic))}
        {item("history", "3".to_owned(), words.history, words.history_question, told(context, page, topic))}
    }
    .into_any();
    frame(context, &topic.terms.title, "/reviews", content)
}

fn evidence(context: &PageContext, topic: &Topic) -> AnyView {
    let words = topic_words(context.language);
    let link = topic.terms.link.clone().map(|link| {
        view! { <p><a href=link rel="noopener noreferrer">{words.at_evidence}" ↗"</a></p> }
    });
    let said = view! {
        <p class="prose">{topic.terms.evidence.clone()}</p>
        {link}
        <p><small>{words.raised_by}" "{topic.raised_by.clone()}</small></p>
    }
    .into_any();
    item("evidence", "1".to_owned(), words.seen, words.topics_question, said).into_any()
}

/// What settled it, in words.
fn outcome(context: &PageContext, page: &Page, topic: &Topic) -> Option<AnyView> {
    let step = topic.settled()?;
    let text = match step.what {
        TopicMove::Decide(_) => page.decisions.first()?.terms.text.clone(),
        _ => step.note.clone(),
    };
    let link = number(context, step.what);
    Some(view! { ": "{text}" "{link} }.into_any())
}

/// The decision or the action item that a step names, as a link.
fn number(context: &PageContext, what: TopicMove) -> Option<AnyView> {
    let words = topic_words(context.language);
    let (path, word, id) = match what {
        TopicMove::Decide(id) => ("/decisions", words.decision, id),
        TopicMove::Act(id) => ("/actions", words.action, id),
        _ => return None,
    };
    let href = context.go(&format!("{path}/{id}"), &[]);
    Some(view! { <a href=href>{word}" "{id}" →"</a> }.into_any())
}

fn settle(context: &PageContext, page: &Page, topic: &Topic) -> AnyView {
    let since = |seen: usize| {
        let steps = topic.steps.get(seen..).unwrap_or_default();
        steps.iter().rev().map(|step| happened(context, page, step)).collect()
    };
    let conflict = conflict(context, page, since);
    let stands = (topic.state() == TopicState::Open || conflict.is_some()).then_some(());
    let forms = form::settle(context, page, topic);
    view! { {stands.and(conflict)}{forms} }.into_any()
}

fn happened(context: &PageContext, page: &Page, step: &TopicStep) -> Happened {
    let words = topic_words(context.language);
    let to = match step.what {
        TopicMove::Carry(to) => Some(view! { " → "{week(context, page, to)} }.into_any()),
        what => number(context, what).map(|link| view! { ": "{link} }.into_any()),
    };
    let what = view! { {words.move_word(step.what)}{to} }.into_any();
    Happened { at: step.at, what, by: step.by.clone(), note: step.note.clone() }
}

fn told(context: &PageContext, page: &Page, topic: &Topic) -> AnyView {
    let words = topic_words(context.language);
    let mut all: Vec<Happened> = topic.steps.iter().rev().map(|step| happened(context, page, step)).collect();
    let raised = view! { {words.raised}" → "{week(context, page, topic.terms.week)} }.into_any();
    all.push(Happened {
        at: topic.raised_at,
        what: raised,
        by: topic.raised_by.clone(),
        note: String::new(),
    });
    history(context, page, words.history, all)
}

//! `/topics`: what was raised and decided, and the forms of the next topic and the next decision.

mod candidates;
pub mod decision;
mod form;
mod history;
pub mod topic;

use domain::decision::Decision;
use domain::topic::Topic;
use domain::week::IsoWeek;
use leptos::prelude::*;

use crate::backend::TopicsPage as Page;
use crate::components::frame::frame;
use crate::components::section::item;
use crate::components::table::table;
use crate::components::when;
use crate::components::writing::written_somewhere;
use crate::context::PageContext;
use crate::pages::problem::problem;
use crate::texts::topic_words::{TopicWords, topic_words};

/// The page.
#[component]
pub fn TopicsPage() -> impl IntoView {
    let context = use_context::<PageContext>();
    context.map(|context| {
        view! {
            <Suspense>
                {
                    let context = context.clone();
                    Suspend::new(async move {
                        match context.backend.topics().await {
                            Ok(page) => render(&context, &page),
                            Err(error) => problem(&context, &error, "/topics"),
                        }
                    })
                }
            </Suspense>
        }
    })
}

fn render(context: &PageContext, page: &Page) -> AnyView {
    let words = topic_words(context.language);
    let (title, question) = (words.candidates, words.candidates_question);
    let put_forward = page.review.as_ref().map(|review| candidates::list(context, page, review));
    let put_forward = put_forward.map(|list| item("candidates", "5".to_owned(), title, question, list));
    let content = view! {
        <div class="masthead"><h1>{words.topics}</h1></div>
        {item("list", "1".to_owned(), words.list, words.list_question, topics(context, page))}
        {item("new", "2".to_owned(), words.raise, words.raise_question, written_somewhere(context, || form::raise(context, page)))}
        {item("decisions", "3".to_owned(), words.decisions, words.decisions_question, decisions(context, page))}
        {item("decide", "4".to_owned(), words.new_decision, words.decisions_question, written_somewhere(context, || form::decide(context, page, None)))}
        {put_forward}
    }
    .into_any();
    frame(context, words.topics, "/reviews", content)
}

fn topics(context: &PageContext, page: &Page) -> AnyView {
    let words = topic_words(context.language);
    if page.topics.is_empty() {
        return view! { <div class="empty"><p>{words.none}</p></div> }.into_any();
    }
    let rows = page.topics.iter().map(|topic| topic_row(context, page, words, topic)).collect_view();
    let columns = [(words.state, false), (words.week, false), (words.topic, false), (words.raised_by, false)];
    table(words.topics, &columns, rows.into_any())
}

fn topic_row(context: &PageContext, page: &Page, words: &TopicWords, topic: &Topic) -> AnyView {
    let href = context.go(&format!("/topics/{}", topic.id), &[]);
    view! {
        <tr id=format!("topic-{}", topic.id)>
            <th scope="row">{words.state_word(topic.state())}</th>
            <td data-label=words.week>{week(context, page, topic.week())}</td>
            <td class="full"><a href=href>{topic.terms.title.clone()}</a>" "{product(context, page, topic.terms.product.as_ref())}</td>
            <td data-label=words.raised_by>{topic.raised_by.clone()}</td>
        </tr>
    }
    .into_any()
}

fn decisions(context: &PageContext, page: &Page) -> AnyView {
    let words = topic_words(context.language);
    if page.decisions.is_empty() {
        return view! { <div class="empty"><p>{words.no_decisions}</p></div> }.into_any();
    }
    let rows = page.decisions.iter().map(|one| decision_row(context, page, words, one)).collect_view();
    let columns = [
        (words.result, false),
        (words.look_again, false),
        (words.decision, false),
        (words.expects, false),
        (words.week, false),
    ];
    table(words.decisions, &columns, rows.into_any())
}

fn decision_row(context: &PageContext, page: &Page, words: &TopicWords, decision: &Decision) -> AnyView {
    let href = context.go(&format!("/decisions/{}", decision.id), &[]);
    let result = decision.result().map(|(result, _)| result);
    view! {
        <tr id=format!("decision-{}", decision.id)>
            <th scope="row">{words.result_word(result)}</th>
            <td data-label=words.look_again>{when::day(decision.look_again_on(), context.language)}</td>
            <td class="full"><a href=href>{decision.terms.text.clone()}</a>" "{product(context, page, decision.terms.product.as_ref())}</td>
            <td data-label=words.expects>{decision.terms.expects.clone()}</td>
            <td data-label=words.week>{week(context, page, decision.terms.week)}</td>
        </tr>
    }
    .into_any()
}

/// A week as a link to its review, once it has begun.
fn week(context: &PageContext, page: &Page, week: IsoWeek) -> AnyView {
    if week.monday() > page.today {
        return view! { <span class="nb">{week.to_string()}</span> }.into_any();
    }
    let href = context.go(&format!("/reviews/{week}"), &[]);
    view! { <a class="nb" href=href>{week.to_string()}</a> }.into_any()
}

/// The name of a product as a link.
fn product(context: &PageContext, page: &Page, slug: Option<&domain::product::Slug>) -> Option<AnyView> {
    let slug = slug?;
    let known = page.catalogue.products.iter().find(|product| product.slug == *slug);
    let name = known.map_or(slug.as_str(), |product| product.name.get(context.language)).to_owned();
    let href = context.go(&format!("/products/{slug}"), &[]);
    Some(view! { <small><a href=href>{name}</a></small> }.into_any())
}

/// Why what was typed was not kept, above the form that it was typed into.
fn fault(context: &PageContext, of: &str) -> Option<AnyView> {
    let code = context.parameter("problem").filter(|_| context.parameter("of") == Some(of))?;
    let words = topic_words(context.language);
    Some(view! { <p class="error" role="alert">{words.problem(code)}</p> }.into_any())
}

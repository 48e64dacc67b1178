//! What the meeting talks about, which decisions it looks at again, and what it decides.

use domain::review::topics::{ReviewDecision, ReviewTopic};
use domain::topic::TopicState;
use leptos::prelude::*;

use super::ReviewView;
use crate::components::section::item;
use crate::components::when;
use crate::texts::topic_words::{TopicWords, topic_words, weeks_carried};

/// What people raised, the open ones first.
pub(super) fn section(view: &ReviewView<'_>) -> AnyView {
    let words = topic_words(view.language);
    let topics = &view.review.topics.topics;
    let list = if topics.is_empty() {
        view! { <p>{words.none}</p> }.into_any()
    } else {
        let rows = topics.iter().map(|topic| row(view, words, topic)).collect_view();
        table([words.topic, words.seen, words.state], rows.into_any())
    };
    let raise = (!view.is_frozen).then(|| {
        let href = view.context.go("/topics", &[("week", &view.week_name)]);
        view! { <p><a class="button" href=format!("{href}#new")>{words.raise}</a></p> }
    });
    let body = view! { {list}{raise} }.into_any();
    item("topics", "4".to_owned(), words.topics, words.topics_question, body).into_any()
}

/// Earlier decisions whose day has come, and those of this meeting; nothing where there are none.
pub(super) fn decisions(view: &ReviewView<'_>) -> AnyView {
    let words = topic_words(view.language);
    let lists = [
        (words.look_again_title, &view.review.topics.look_again),
        (words.decisions, &view.review.topics.made),
    ];
    let lists = lists.into_iter().filter(|(_, decisions)| !decisions.is_empty()).map(|(title, decisions)| {
        let rows = decisions.iter().map(|one| decision(view, words, one)).collect_view();
        let columns = [words.decision, words.expects, words.result];
        view! { <p class="note"><b>{title}</b></p>{table(columns, rows.into_any())} }
    });
    lists.collect_view().into_any()
}

fn table(columns: [&'static str; 3], rows: AnyView) -> AnyView {
    let heads = columns.map(|name| view! { <th scope="col">{name}</th> });
    view! { <table class="stack"><thead class="sr"><tr>{heads}</tr></thead><tbody>{rows}</tbody></table> }
        .into_any()
}

fn row(view: &ReviewView<'_>, words: &'static TopicWords, topic: &ReviewTopic) -> AnyView {
    let href = view.context.go(&format!("/topics/{}", topic.id), &[]);
    let is_here = topic.state == TopicState::Open && topic.week == view.review.week;
    let state = if topic.week > view.review.week {
        view! { {words.carried_to}" → "{topic.week.to_string()} }.into_any()
    } else if is_here && !view.is_frozen {
        view! { <a href=format!("{href}#settle")>{words.settle}" →"</a> }.into_any()
    } else {
        view! { {words.state_word(topic.state)} }.into_any()
    };
    // Why it was carried here was told by the review that carried it.
    let note = (!is_here && !topic.note.is_empty()).then(|| view! { <small>{topic.note.clone()}</small> });
    let carried = (topic.carried > 0).then(|| weeks_carried(view.language, topic.carried));
    let about =
        [Some(topic.raised_by.clone()), carried].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    view! {
        <tr id=format!("topic-{}", topic.id)>
            <th scope="row" class="full"><a href=href>{topic.title.clone()}</a><small>{product(view, topic.product.as_ref())}{about}</small></th>
            <td>{topic.evidence.clone()}</td>
            <td>{state}{note}</td>
        </tr>
    }
    .into_any()
}

fn decision(view: &ReviewView<'_>, words: &'static TopicWords, decision: &ReviewDecision) -> AnyView {
    let href = view.context.go(&format!("/decisions/{}", decision.id), &[]);
    let result = match decision.result {
        None => view! {
            <a href=format!("{href}#judge")>{words.look_again}" "{when::day(decision.look_again_on, view.language)}</a>
        }
        .into_any(),
        result => view! { {words.result_word(result)}<small>{decision.note.clone()}</small> }.into_any(),
    };
    view! {
        <tr id=format!("decision-{}", decision.id)>
            <th scope="row" class="full"><a href=href>{decision.text.clone()}</a><small>{product(view, decision.product.as_ref())}{decision.made_by.clone()}</small></th>
            <td>{decision.expects.clone()}</td>
            <td>{result}</td>
        </tr>
    }
    .into_any()
}

/// Its product as a link.
fn product(view: &ReviewView<'_>, slug: Option<&domain::product::Slug>) -> Option<AnyView> {
    let slug = slug?;
    Some(view! { <a href=view.product_link(slug)>{view.product_name_of(slug)}</a>" · " }.into_any())
}

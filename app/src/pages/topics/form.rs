//! The forms: a new topic, a new decision, and what settles a topic.

use domain::product::Product;
use domain::topic::{Topic, TopicState};
use leptos::prelude::*;

use super::fault;
use crate::backend::TopicsPage as Page;
use crate::components::writing::written;
use crate::context::PageContext;
use crate::texts::action_words::action_words;
use crate::texts::topic_words::topic_words;

/// What was typed into the form of a step and not kept, or what a link begins with.
fn typed(context: &PageContext, step: &str, name: &str) -> String {
    let is_this = context.parameter("step").is_none_or(|of| of == step);
    context.parameter(name).filter(|_| is_this).unwrap_or_default().to_owned()
}

/// The week that a form is about: what was typed, what a link names, or that of the next meeting.
fn week_of(context: &PageContext, step: &str, page: &Page) -> String {
    Some(typed(context, step, "week")).filter(|week| !week.is_empty()).unwrap_or(page.week.to_string())
}

fn products(context: &PageContext, page: &Page, chosen: &str) -> AnyView {
    let words = topic_words(context.language);
    let may_edit = |product: &&Product| context.may_edit(Some(&product.slug));
    let options = page.catalogue.products.iter().filter(may_edit).map(|product| {
        let slug = product.slug.as_str().to_owned();
        let here = slug == chosen;
        view! { <option value=slug selected=here>{product.name.get(context.language).to_owned()}</option> }
    });
    view! {
        <label>
            <span>{words.product}</span>
            <select name="product"><option value="">{words.optional}</option>{options.collect_view()}</select>
        </label>
    }
    .into_any()
}

fn week_field(label: &'static str, week: String) -> AnyView {
    view! { <label><span>{label}</span><input name="week" required pattern="[0-9]{4}-W[0-9]{2}" maxlength="8" autocomplete="off" value=week/></label> }
        .into_any()
}

/// The form of a new topic.
pub(super) fn raise(context: &PageContext, page: &Page) -> AnyView {
    let words = topic_words(context.language);
    let typed = |name: &str| typed(context, "add", name);
    view! {
        {fault(context, "new")}
        <form class="choice" method="post" action="/api/topic" aria-label=words.raise>
            <input type="hidden" name="lang" value=context.language.tag()/>
            <label class="wide"><span>{words.about}</span><input name="title" required maxlength="200" autocomplete="off" value=typed("title")/></label>
            <label class="wide"><span>{words.evidence}</span><input name="evidence" maxlength="1000" autocomplete="off" value=typed("evidence")/></label>
            {products(context, page, &typed("product"))}
            {week_field(words.week, week_of(context, "add", page))}
            <label class="wide"><span>{words.link}</span><input name="link" type="url" maxlength="2000" autocomplete="off" value=typed("link")/></label>
            <button class="primary" name="do" value="add">{words.raise}</button>
        </form>
    }
    .into_any()
}

/// The form of a new decision, on a topic where it settles one.
pub(super) fn decide(context: &PageContext, page: &Page, topic: Option<&Topic>) -> AnyView {
    let words = topic_words(context.language);
    let step = if topic.is_some() { "decide" } else { "add" };
    let typed = |name: &str| typed(context, step, name);
    let (action, label) = match topic {
        Some(_) => ("/api/topic", words.decide),
        None => ("/api/decision", words.new_decision),
    };
    let fault = topic.is_none().then(|| fault(context, "decide")).flatten();
    view! {
        {fault}
        <form class="choice" method="post" action=action aria-label=label>
            <input type="hidden" name="lang" value=context.language.tag()/>
            {of_topic(topic)}
            <label class="wide"><span>{words.text}</span><input name="text" required maxlength="1000" autocomplete="off" value=typed("text")/></label>
            <label class="wide"><span>{words.expects}</span><input name="expects" required maxlength="1000" autocomplete="off" value=typed("expects")/></label>
            <label><span>{words.look_again}</span><input name="look_again" type="date" required value=typed("look_again")/></label>
            {about(context, page, topic, step)}
            <button class="primary" name="do" value=step>{label}</button>
        </form>
    }
    .into_any()
}

/// Which topic, and how much of it the writer sees.
fn of_topic(topic: Option<&Topic>) -> Option<AnyView> {
    let topic = topic?;
    Some(
        view! {
            <input type="hidden" name="id" value=topic.id.to_string()/>
            <input type="hidden" name="seen" value=topic.version().to_string()/>
        }
        .into_any(),
    )
}

/// The product and the week: a topic has them, else they are chosen.
fn about(context: &PageContext, page: &Page, topic: Option<&Topic>, step: &str) -> AnyView {
    let words = topic_words(context.language);
    let Some(topic) = topic else {
        let product = typed(context, step, "product");
        return view! {
            {products(context, page, &product)}
            {week_field(words.week, week_of(context, step, page))}
        }
        .into_any();
    };
    let product = topic.terms.product.as_ref().map_or("", |slug| slug.as_str()).to_owned();
    // A topic whose review was frozen without it is settled in the next meeting.
    let week = topic.week().max(page.week).to_string();
    view! {
        <input type="hidden" name="product" value=product/>
        <input type="hidden" name="week" value=week/>
    }
    .into_any()
}

/// All that may become of a topic, each step a form of its own.
pub(super) fn settle(context: &PageContext, page: &Page, topic: &Topic) -> AnyView {
    let words = topic_words(context.language);
    let product = topic.terms.product.as_ref();
    if !context.may_edit(product) {
        return written(context, product, || ().into_any());
    }
    let fault = fault(context, "settle");
    if topic.state() != TopicState::Open {
        return view! { {fault}{step(context, topic, "reopen", words.reopen, true, None)} }.into_any();
    }
    let next = topic.week().max(page.week).next().to_string();
    view! {
        {fault}
        {decide(context, page, Some(topic))}
        {act(context, page, topic)}
        {step(context, topic, "carry", words.carry, false, Some(next))}
        {step(context, topic, "drop", words.drop, true, None)}
    }
    .into_any()
}

fn act(context: &PageContext, page: &Page, topic: &Topic) -> AnyView {
    let (words, actions) = (topic_words(context.language), action_words(context.language));
    let typed = |name: &str| typed(context, "act", name);
    view! {
        <form class="choice" method="post" action="/api/topic" aria-label=words.act>
            <input type="hidden" name="lang" value=context.language.tag()/>
            {of_topic(Some(topic))}
            <label class="wide"><span>{actions.what}</span><input name="text" required maxlength="500" autocomplete="off" value=typed("text")/></label>
            <label><span>{actions.owner}</span><input name="owner" required maxlength="100" autocomplete="off" value=typed("owner")/></label>
            <label><span>{actions.due}</span><input name="due" type="date" required value=typed("due")/></label>
            {about(context, page, Some(topic), "act")}
            <button name="do" value="act">{words.act}</button>
        </form>
    }
    .into_any()
}

/// A step that takes a reason, and a week where it carries the topic to one.
fn step(
    context: &PageContext,
    topic: &Topic,
    name: &'static str,
    label: &'static str,
    is_needed: bool,
    week: Option<String>,
) -> AnyView {
    let words = topic_words(context.language);
    let typed = |field: &str| typed(context, name, field);
    let week = week.map(|next| {
        let week = Some(typed("week")).filter(|week| !week.is_empty()).unwrap_or(next);
        week_field(words.carry_to, week)
    });
    let reason = if is_needed { words.reason } else { words.reason_optional };
    view! {
        <form class="choice" method="post" action="/api/topic" aria-label=label>
            <input type="hidden" name="lang" value=context.language.tag()/>
            {of_topic(Some(topic))}
            {week}
            <label class="wide"><span>{reason}</span><input name="note" maxlength="1000" autocomplete="off" required=is_needed value=typed("note")/></label>
            <button name="do" value=name>{label}</button>
        </form>
    }
    .into_any()
}

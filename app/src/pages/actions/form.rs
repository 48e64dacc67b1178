//! The forms: which ones are listed, and a new one.

use std::collections::BTreeSet;

use domain::action::ActionState;
use leptos::prelude::*;

use super::Choice;
use crate::backend::ActionsPage as Page;
use crate::context::PageContext;
use crate::texts::action_words::action_words;

/// A list of choices with its word; the first one is nothing in particular.
fn select(
    name: &'static str,
    label: &'static str,
    nothing: (&'static str, &'static str),
    chosen: Option<&str>,
    choices: Vec<(String, String)>,
) -> AnyView {
    let options = choices.into_iter().map(|(value, word)| {
        let here = chosen == Some(value.as_str());
        view! { <option value=value selected=here>{word}</option> }
    });
    view! {
        <label>
            <span>{label}</span>
            <select name=name><option value=nothing.0>{nothing.1}</option>{options.collect_view()}</select>
        </label>
    }
    .into_any()
}

/// The products that are in force, by name.
fn products(context: &PageContext, page: &Page) -> Vec<(String, String)> {
    let products = page.catalogue.products.iter();
    products
        .map(|product| (product.slug.as_str().to_owned(), product.name.get(context.language).to_owned()))
        .collect()
}

/// Which action items are listed.
pub(super) fn filter(context: &PageContext, page: &Page, choice: &Choice<'_>) -> AnyView {
    let words = action_words(context.language);
    let owners: BTreeSet<&str> = page.actions.iter().map(|action| action.terms.owner.as_str()).collect();
    let owners = owners.into_iter().map(|owner| (owner.to_owned(), owner.to_owned())).collect();
    let states = [ActionState::Open, ActionState::Done, ActionState::Dropped]
        .map(|state| (state.as_str().to_owned(), words.state_word(state).to_owned()));
    let chosen = choice.state.map(ActionState::as_str);
    let kept = context.kept_query().into_iter().map(|(name, value)| {
        view! { <input type="hidden" name=name value=value.to_owned()/> }
    });
    view! {
        <form class="choice" method="get" action="/actions" aria-label=words.filter>
            {kept.collect_view()}
            {select("state", words.state, ("all", words.all), chosen, states.into())}
            {select("product", words.product, ("", words.all), choice.product, products(context, page))}
            {select("owner", words.owner, ("", words.all), choice.owner, owners)}
            <button>{words.choose}</button>
        </form>
    }
    .into_any()
}

/// The form of a new action item, with what was typed and not kept.
pub(super) fn add(context: &PageContext, page: &Page) -> AnyView {
    let words = action_words(context.language);
    let typed = |name: &str| context.parameter(name).unwrap_or_default().to_owned();
    let problem = context.parameter("problem").map(|code| {
        view! { <p class="error" role="alert">{words.problem(code)}</p> }
    });
    let hidden = ["incident", "week"].into_iter().filter_map(|name| {
        let value = context.parameter(name)?.to_owned();
        Some(view! { <input type="hidden" name=name value=value/> })
    });
    let product = context.parameter("product");
    view! {
        {problem}
        <form class="choice" method="post" action="/api/action">
            <input type="hidden" name="lang" value=context.language.tag()/>
            {hidden.collect_view()}
            <label class="wide"><span>{words.what}</span><input name="text" required maxlength="500" autocomplete="off" value=typed("text")/></label>
            <label><span>{words.owner}</span><input name="owner" required maxlength="100" autocomplete="off" value=typed("owner")/></label>
            <label><span>{words.due}</span><input name="due" type="date" required value=typed("due")/></label>
            {select("product", words.product, ("", words.optional), product, products(context, page))}
            <label class="wide"><span>{words.link}</span><input name="link" type="url" maxlength="2000" autocomplete="off" value=typed("link")/></label>
            <button class="primary" name="do" value="add">{words.add}</button>
        </form>
    }
    .into_any()
}

//! The forms: which ones are listed, and a new one.

use std::collections::BTreeSet;

use domain::action::ActionState;
use domain::action_filter::ActionFilter;
use leptos::prelude::*;

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

/// The products of which the reader may promise something.
fn editable(context: &PageContext, page: &Page) -> Vec<(String, String)> {
    let mut products = products(context, page);
    products.retain(|(slug, _)| slug.parse().is_ok_and(|slug| context.may_edit(Some(&slug))));
    products
}

/// Which action items are listed.
pub(super) fn filter(context: &PageContext, page: &Page, chosen: &ActionFilter) -> AnyView {
    let words = action_words(context.language);
    let owners: BTreeSet<&str> = page.actions.iter().map(|action| action.terms.owner.as_str()).collect();
    let owners = owners.into_iter().map(|owner| (owner.to_owned(), owner.to_owned())).collect();
    let states = [ActionState::Open, ActionState::Done, ActionState::Dropped]
        .map(|state| (state.as_str().to_owned(), words.state_word(state).to_owned()));
    let kept = context.kept_query().into_iter().map(|(name, value)| {
        view! { <input type="hidden" name=name value=value.to_owned()/> }
    });
    view! {
        <form class="choice" method="get" action="/actions" aria-label=words.filter>
            {kept.collect_view()}
            {select("state", words.state, ("all", words.all), chosen.state.map(ActionState::as_str), states.into())}
            {select("product", words.product, ("", words.all), chosen.product.as_deref(), products(context, page))}
            {select("owner", words.owner, ("", words.all), chosen.owner.as_deref(), owners)}
            <button>{words.choose}</button>
        </form>
    }
    .into_any()
}

/// What the form of a new action item begins with.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct NewAction<'a> {
    /// What is to be done.
    pub(super) text: &'a str,
    /// Who does it.
    pub(super) owner: &'a str,
    /// By which day.
    pub(super) due: &'a str,
    /// The product's slug.
    pub(super) product: &'a str,
    /// The incident's word.
    pub(super) incident: &'a str,
    /// The week of the review.
    pub(super) week: &'a str,
    /// Where the work is kept.
    pub(super) link: &'a str,
    /// The page that it leads back to.
    pub(super) back: &'a str,
    /// Why what was typed was not kept, by its code.
    pub(super) problem: Option<&'a str>,
}

impl<'a> NewAction<'a> {
    /// What an address brings: what was typed and not kept, or what a link begins with.
    pub(super) fn typed(context: &'a PageContext) -> Self {
        let typed = |name: &str| context.parameter(name).unwrap_or_default();
        Self {
            text: typed("text"),
            owner: typed("owner"),
            due: typed("due"),
            product: typed("product"),
            incident: typed("incident"),
            week: typed("week"),
            link: typed("link"),
            back: typed("back"),
            problem: context.parameter("problem"),
        }
    }
}

/// The form of a new action item. What it is about can be changed where the form stands by itself; on the page of
/// an incident, which it leads back to, it is said.
pub(super) fn add(context: &PageContext, page: &Page, new: &NewAction<'_>) -> AnyView {
    let words = action_words(context.language);
    let problem = new.problem.map(|code| {
        view! { <p class="error" role="alert">{words.problem(code)}</p> }
    });
    let is_alone = new.back.is_empty() || new.problem.is_some();
    let of = [("incident", words.of_incident, new.incident), ("week", words.of_review, new.week)];
    let of = of.into_iter().filter(|(_, _, value)| !value.is_empty()).map(|(name, label, value)| {
        let value = value.to_owned();
        if is_alone {
            view! { <label><span>{label}</span><input name=name maxlength="500" autocomplete="off" value=value/></label> }
                .into_any()
        } else {
            view! { <input type="hidden" name=name value=value/> }.into_any()
        }
    });
    let back = (!new.back.is_empty()).then(|| {
        view! { <input type="hidden" name="back" value=new.back.to_owned()/> }
    });
    let [text, owner, due, link] = [new.text, new.owner, new.due, new.link].map(str::to_owned);
    view! {
        {problem}
        <form class="choice fields" method="post" action="/api/action" aria-label=words.new>
            <input type="hidden" name="lang" value=context.language.tag()/>
            {back}
            <label><span>{words.what}</span><input name="text" required maxlength="500" autocomplete="off" value=text/></label>
            <label><span>{words.owner}</span><input name="owner" required maxlength="100" autocomplete="off" value=owner/></label>
            <label><span>{words.due}</span><input name="due" type="date" required value=due/></label>
            {select("product", words.product, ("", words.optional), Some(new.product), editable(context, page))}
            <label><span>{words.link}</span><input name="link" type="url" maxlength="2000" autocomplete="off" value=link/></label>
            {of.collect_view()}
            <button class="primary" name="do" value="add">{words.add}</button>
        </form>
    }
    .into_any()
}

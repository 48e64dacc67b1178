//! `/actions`: what people promised to do, the longest overdue first; and a form for the next promise.

pub mod action;
mod form;

use domain::action::{Action, ActionState};
use leptos::prelude::*;

use crate::backend::ActionsPage as Page;
use crate::components::frame::frame;
use crate::components::mark::mark;
use crate::components::section::item;
use crate::components::table::table;
use crate::components::when;
use crate::context::PageContext;
use crate::pages::problem::problem;
use crate::texts::action_words::{self, ActionWords, action_words};

/// The page.
#[component]
pub fn ActionsPage() -> impl IntoView {
    let context = use_context::<PageContext>();
    context.map(|context| {
        view! {
            <Suspense>
                {
                    let context = context.clone();
                    Suspend::new(async move {
                        match context.backend.actions().await {
                            Ok(page) => render(&context, &page),
                            Err(error) => problem(&context, &error, "/actions"),
                        }
                    })
                }
            </Suspense>
        }
    })
}

/// What the address chooses: a state (open where none is named), a product, an owner.
struct Choice<'a> {
    state: Option<ActionState>,
    product: Option<&'a str>,
    owner: Option<&'a str>,
    is_narrowed: bool,
}

impl<'a> Choice<'a> {
    fn of(context: &'a PageContext) -> Self {
        let named = |name| context.parameter(name).filter(|value| !value.is_empty());
        let state = match named("state") {
            None => Some(ActionState::Open),
            Some(word) => word.parse().ok(),
        };
        let (product, owner) = (named("product"), named("owner"));
        let is_narrowed = product.is_some() || owner.is_some() || named("state").is_some();
        Self { state, product, owner, is_narrowed }
    }

    fn takes(&self, action: &Action) -> bool {
        let product = action.terms.product.as_ref().map(|slug| slug.as_str());
        self.state.is_none_or(|state| state == action.state())
            && self.product.is_none_or(|wanted| product == Some(wanted))
            && self.owner.is_none_or(|wanted| action.terms.owner == wanted)
    }
}

fn render(context: &PageContext, page: &Page) -> AnyView {
    let words = action_words(context.language);
    let open: Vec<&Action> = page.actions.iter().filter(|one| one.state() == ActionState::Open).collect();
    let late = open.iter().map(|action| action.overdue_days(page.today)).filter(|days| *days > 0);
    let longest = late.clone().max().unwrap_or(0);
    let sentence = action_words::standing(context.language, open.len(), late.count(), longest);
    let content = view! {
        <div class="masthead">
            <h1>{words.title}</h1>
            <p class="answer">{sentence}</p>
        </div>
        {item("list", "1".to_owned(), words.list, words.list_question, list(context, page))}
        {item("new", "2".to_owned(), words.new, words.new_question, form::add(context, page))}
    }
    .into_any();
    frame(context, words.title, "/actions", content)
}

fn list(context: &PageContext, page: &Page) -> AnyView {
    let words = action_words(context.language);
    if page.actions.is_empty() {
        return view! { <div class="empty"><p>{words.none}</p></div> }.into_any();
    }
    let choice = Choice::of(context);
    let chosen: Vec<&Action> = page.actions.iter().filter(|action| choice.takes(action)).collect();
    let rows = chosen.iter().map(|action| row(context, page, words, action)).collect_view();
    let columns = [
        (words.state, false),
        (words.due, false),
        (words.what, false),
        (words.owner, false),
        (words.age, true),
        (words.carried, true),
    ];
    let shown = if chosen.is_empty() {
        let clear = choice.is_narrowed.then(|| {
            let href = context.go("/actions", &[]);
            view! { <p><a href=href>{words.clear}</a></p> }
        });
        view! { <div class="empty"><p>{words.none_chosen}</p>{clear}</div> }.into_any()
    } else {
        let hint = view! { <p><small>{words.carried}": "{words.carried_hint}</small></p> };
        view! { {table(words.title, &columns, rows.into_any())}{hint} }.into_any()
    };
    view! { {form::filter(context, page, &choice)}{shown} }.into_any()
}

/// The state of one in words: how late it is, or what became of it.
pub(super) fn state(context: &PageContext, page: &Page, action: &Action) -> AnyView {
    let words = action_words(context.language);
    let late = action.overdue_days(page.today);
    if late > 0 {
        let days = action_words::days(context.language, late);
        return view! { {mark(action.status(page.today))}" "{words.overdue}" "{days} }.into_any();
    }
    view! { {mark(action.status(page.today))}" "{words.state_word(action.state())} }.into_any()
}

/// The name of its product, its incident's id and its week, as links.
pub(super) fn about(context: &PageContext, page: &Page, action: &Action) -> AnyView {
    let product = action.terms.product.as_ref().map(|slug| {
        let known = page.catalogue.products.iter().find(|product| product.slug == *slug);
        let name = known.map_or(slug.as_str(), |product| product.name.get(context.language)).to_owned();
        let href = context.go(&format!("/products/{slug}"), &[]);
        view! { <a href=href>{name}</a>" " }
    });
    let incident = action.terms.incident.as_ref().map(|key| {
        let href = context.go(&crate::pages::incident::incident_path(&key.source, &key.external_id), &[]);
        view! { <a href=href>{key.external_id.clone()}</a>" " }
    });
    let week = action.terms.week.map(|week| {
        let href = context.go(&format!("/reviews/{week}"), &[]);
        view! { <a href=href>{week.to_string()}</a> }
    });
    view! { {product}{incident}{week} }.into_any()
}

fn row(context: &PageContext, page: &Page, words: &'static ActionWords, action: &Action) -> AnyView {
    let language = context.language;
    let zone = page.catalogue.organization.zone();
    let made_on = zone.to_datetime(action.made_at).date();
    let href = context.go(&format!("/actions/{}", action.id), &[]);
    let moved = (action.redates() > 0).then(|| {
        view! { <small>{action_words::redated(language, action.redates())}</small> }
    });
    let age = action_words::days(language, action.age_days(made_on, page.today));
    let carried = action.carried(&page.frozen_at);
    let carried = if carried == 0 { "–".to_owned() } else { action_words::times(language, carried) };
    view! {
        <tr id=format!("action-{}", action.id)>
            <td class="nb">{state(context, page, action)}</td>
            <td class="nb" data-label=words.due>{when::day(action.due_on(), language)}{moved}</td>
            <th scope="row" class="full"><a href=href>{action.terms.text.clone()}</a><small>{about(context, page, action)}</small></th>
            <td data-label=words.owner>{action.terms.owner.clone()}</td>
            <td class="num" data-label=words.age>{age}</td>
            <td class="num" data-label=words.carried>{carried}</td>
        </tr>
    }
    .into_any()
}

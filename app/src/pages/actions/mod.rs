//! `/actions`: what people promised to do, the longest overdue first; and a form for the next promise.

pub mod action;
pub(crate) mod after;
mod form;

use domain::action::{Action, ActionState};
use domain::action_filter::ActionFilter;
use leptos::prelude::*;

use self::form::NewAction;
use crate::backend::ActionsPage as Page;
use crate::components::action_list::action_list;
use crate::components::frame::frame;
use crate::components::section::item;
use crate::components::writing::written_somewhere;
use crate::context::PageContext;
use crate::pages::problem::problem;
use crate::texts::action_words::{self, action_words};

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

fn render(context: &PageContext, page: &Page) -> AnyView {
    let words = action_words(context.language);
    let open: Vec<&Action> = page.actions.iter().filter(|one| one.state() == ActionState::Open).collect();
    let late = open.iter().map(|action| action.overdue_days(page.today)).filter(|days| *days > 0);
    let longest = late.clone().max().unwrap_or(0);
    let sentence = action_words::standing(context.language, open.len(), late.count(), longest);
    let typed = NewAction::typed(context);
    let content = view! {
        <div class="masthead">
            <h1>{words.title}</h1>
            <p class="answer">{sentence}</p>
        </div>
        {item("list", "1".to_owned(), words.list, words.list_question, list(context, page))}
        {item("new", "2".to_owned(), words.new, words.new_question, written_somewhere(context, || form::add(context, page, &typed)))}
    }
    .into_any();
    frame(context, words.title, "/actions", content)
}

fn list(context: &PageContext, page: &Page) -> AnyView {
    let words = action_words(context.language);
    if page.actions.is_empty() {
        return view! { <div class="empty"><p>{words.none}</p></div> }.into_any();
    }
    // What was typed for a new one and not kept chooses nothing.
    let is_typed = context.parameter("problem").is_some();
    let filter = ActionFilter::read(|name| context.parameter(name).filter(|_| !is_typed));
    let chosen: Vec<&Action> = page.actions.iter().filter(|action| filter.holds(action)).collect();
    let shown = if chosen.is_empty() {
        let clear = filter.is_narrowed.then(|| {
            let href = context.go("/actions", &[]);
            view! { <p><a href=href>{words.clear}</a></p> }
        });
        view! { <div class="empty"><p>{words.none_chosen}</p>{clear}</div> }.into_any()
    } else {
        view! { {action_list(context, page, &chosen)}{forms(context, &filter)} }.into_any()
    };
    view! { {form::filter(context, page, &filter)}{shown} }.into_any()
}

/// The same list in other forms.
fn forms(context: &PageContext, filter: &ActionFilter) -> AnyView {
    let chosen = [
        ("state", Some(filter.state_word())),
        ("product", filter.product.as_deref()),
        ("owner", filter.owner.as_deref()),
        ("incident", filter.incident.as_deref()),
    ];
    let query: Vec<(&str, &str)> =
        chosen.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    let links = [("CSV", "csv"), ("JSON", "json"), ("Markdown", "md")].map(|(name, suffix)| {
        let href = context.go(&format!("/actions.{suffix}"), &query);
        view! { <a href=href>{name}</a>" " }
    });
    view! { <p class="evidence">{links.collect_view()}</p> }.into_any()
}

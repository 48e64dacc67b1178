//! `/actions/{id}`: one promise, how it stands, what may become of it and what happened so far.

use domain::action::{Action, ActionMove, ActionState};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{about, state};
use crate::backend::{ActionsPage as Page, AppError};
use crate::components::frame::frame;
use crate::components::section::item;
use crate::components::table::table;
use crate::components::when;
use crate::context::PageContext;
use crate::pages::problem::{problem, set_status};
use crate::texts::action_words::{self, action_words};

/// The page.
#[component]
pub fn ActionPage() -> impl IntoView {
    let context = use_context::<PageContext>();
    let id = use_params_map().with_untracked(|map| map.get("id"));
    context.map(|context| {
        view! {
            <Suspense>
                {
                    let (context, id) = (context.clone(), id.clone());
                    Suspend::new(async move {
                        match load(&context, id.as_deref()).await {
                            Ok((page, action)) => render(&context, &page, &action),
                            Err(error) => problem(&context, &error, "/actions"),
                        }
                    })
                }
            </Suspense>
        }
    })
}

async fn load(context: &PageContext, id: Option<&str>) -> Result<(Page, Action), AppError> {
    let id = id.unwrap_or_default().parse().map_err(|_| AppError::NotFound)?;
    let page = context.backend.action(id).await?;
    let action = page.actions.first().cloned().ok_or(AppError::NotFound)?;
    Ok((page, action))
}

fn render(context: &PageContext, page: &Page, action: &Action) -> AnyView {
    let words = action_words(context.language);
    if context.parameter("problem") == Some("conflict") {
        set_status(409);
    }
    let register = context.go("/actions", &[]);
    let content = view! {
        <div class="masthead">
            <p class="kicker"><a href=register>{words.title}</a>" · "{about(context, page, action)}</p>
            <h1>{action.terms.text.clone()}</h1>
            <p class="answer">{state(context, page, action)}</p>
        </div>
        {item("promise", "1".to_owned(), words.promise, words.promise_question, promise(context, page, action))}
        {item("change", "2".to_owned(), words.change, words.change_question, change(context, action))}
        {item("history", "3".to_owned(), words.history, words.history_question, history(context, page, action))}
    }
    .into_any();
    frame(context, &action.terms.text, "/actions", content)
}

fn promise(context: &PageContext, page: &Page, action: &Action) -> AnyView {
    let (words, language) = (action_words(context.language), context.language);
    let zone = page.catalogue.organization.zone();
    let made_on = zone.to_datetime(action.made_at).date();
    let carried = action.carried(&page.frozen_at);
    let first = (action.redates() > 0).then(|| {
        let moved = action_words::redated(language, action.redates());
        view! { <dd><small>{words.first_due}" "{when::day(action.terms.due_on, language)}" · "{moved}</small></dd> }
    });
    let link = action.terms.link.clone().map(|link| {
        view! { <p><a href=link rel="noopener noreferrer">{words.at_work}" ↗"</a></p> }
    });
    view! {
        <dl class="verdicts">
            <div><dt>{words.owner}</dt><dd class="big">{action.terms.owner.clone()}</dd></div>
            <div><dt>{words.due}</dt><dd class="big">{when::day(action.due_on(), language)}</dd>{first}</div>
            <div>
                <dt>{words.age}</dt>
                <dd class="big">{action_words::days(language, action.age_days(made_on, page.today))}</dd>
                <dd><small>{words.written_by}" "{action.made_by.clone()}</small></dd>
            </div>
            <div>
                <dt>{words.carried}</dt>
                <dd class="big">{action_words::times(language, carried)}</dd>
                <dd><small>{words.carried_hint}</small></dd>
            </div>
        </dl>
        {link}
    }
    .into_any()
}

fn change(context: &PageContext, action: &Action) -> AnyView {
    let words = action_words(context.language);
    let problem = context.parameter("problem").map(|code| {
        view! { <p class="error" role="alert">{words.problem(code)}</p> }
    });
    let forms = if action.state() == ActionState::Open {
        view! {
            {step(context, action, ActionMove::Done, words.mark_done)}
            {step(context, action, ActionMove::Redate(action.due_on()), words.move_day)}
            {step(context, action, ActionMove::Drop, words.give_up)}
        }
        .into_any()
    } else {
        step(context, action, ActionMove::Reopen, words.take_up)
    };
    view! { {problem}{forms} }.into_any()
}

/// One step as a form of its own: what it needs stands beside its button.
fn step(context: &PageContext, action: &Action, what: ActionMove, label: &'static str) -> AnyView {
    let words = action_words(context.language);
    let name = what.as_str();
    // What was typed and not kept belongs to the step that was refused.
    let typed = |field: &str| {
        let is_this = context.parameter("step") == Some(name);
        context.parameter(field).filter(|_| is_this).unwrap_or_default().to_owned()
    };
    let day = match what {
        ActionMove::Redate(due) => {
            let due = Some(typed("due")).filter(|day| !day.is_empty()).unwrap_or_else(|| due.to_string());
            Some(view! {
                <label><span>{words.new_due}</span><input name="due" type="date" required value=due/></label>
            })
        }
        _ => None,
    };
    let (note, needed) = if what.needs_reason() { (words.reason, true) } else { (words.note, false) };
    view! {
        <form class="choice" method="post" action="/api/action" aria-label=label>
            <input type="hidden" name="lang" value=context.language.tag()/>
            <input type="hidden" name="id" value=action.id.to_string()/>
            <input type="hidden" name="seen" value=action.version().to_string()/>
            {day}
            <label class="wide"><span>{note}</span><input name="note" maxlength="1000" autocomplete="off" required=needed value=typed("note")/></label>
            <button name="do" value=name>{label}</button>
        </form>
    }
    .into_any()
}

fn history(context: &PageContext, page: &Page, action: &Action) -> AnyView {
    let (words, language) = (action_words(context.language), context.language);
    let zone = page.catalogue.organization.zone();
    let steps = action.steps.iter().rev().map(|step| {
        let day = match step.what {
            ActionMove::Redate(day) => Some(view! { " → "{when::day(day, language)} }),
            _ => None,
        };
        view! {
            <tr>
                <th scope="row" class="nb">{when::instant(step.at, &zone, language)}</th>
                <td>{words.move_word(step.what)}{day}</td>
                <td data-label=words.who>{step.by.clone()}</td>
                <td class="full">{step.note.clone()}</td>
            </tr>
        }
    });
    let made = view! {
        <tr>
            <th scope="row" class="nb">{when::instant(action.made_at, &zone, language)}</th>
            <td>{words.made}" → "{when::day(action.terms.due_on, language)}</td>
            <td data-label=words.who>{action.made_by.clone()}</td>
            <td class="full"></td>
        </tr>
    };
    let rows = view! { {steps.collect_view()}{made} }.into_any();
    let columns = [(words.when, false), (words.happened, false), (words.who, false), (words.why, false)];
    table(words.history, &columns, rows)
}

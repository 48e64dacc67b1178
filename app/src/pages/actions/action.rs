//! `/actions/{id}`: one promise, how it stands, what may become of it and what happened so far.

use domain::action::{Action, ActionMove, ActionState, ActionStep};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::backend::{ActionsPage as Page, AppError};
use crate::components::action_list::{about, state};
use crate::components::frame::frame;
use crate::components::section::item;
use crate::components::table::table;
use crate::components::tracked_issue::{close_too, issue_line};
use crate::components::when;
use crate::components::writing::written;
use crate::context::PageContext;
use crate::pages::problem::{problem, set_status};
use crate::texts::action_words::{self, ActionWords, action_words};
use crate::texts::tracker_words::tracker_words;

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
        {item("change", "2".to_owned(), words.change, words.change_question, change(context, page, action))}
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
    let link = match &action.issue {
        Some(_) => issue(context, page, action),
        None => action.terms.link.clone().map(|link| {
            view! { <p><a href=link rel="noopener noreferrer">{words.at_work}" ↗"</a></p> }.into_any()
        }),
    };
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

/// The issue where the work is kept, what it is called there, and when it was read.
fn issue(context: &PageContext, page: &Page, action: &Action) -> Option<AnyView> {
    let (words, language) = (tracker_words(context.language), context.language);
    let zone = page.catalogue.organization.zone();
    let issue = action.issue.as_ref()?;
    let line = issue_line((language, &zone), action.terms.link.as_deref(), issue, action.state());
    let title = (!issue.title.is_empty()).then(|| view! { <small>{issue.title.clone()}</small>" · " });
    let read = issue.read_at.map(|at| {
        view! { <small>{words.read_at}" "{when::instant(at, &zone, language)}</small> }
    });
    Some(view! { <p>{line}</p><p>{title}{read}</p>{close_too(context, action)} }.into_any())
}

fn change(context: &PageContext, page: &Page, action: &Action) -> AnyView {
    let words = action_words(context.language);
    let problem = context.parameter("problem").map(|code| {
        view! { <p class="error" role="alert">{words.problem(code)}</p> }
    });
    if !context.may_edit(action.terms.product.as_ref()) {
        return written(context, action.terms.product.as_ref(), || ().into_any());
    }
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
    let conflict =
        (context.parameter("problem") == Some("conflict")).then(|| conflict(context, page, action));
    view! { {problem}{conflict}{forms} }.into_any()
}

/// What others did since the form was opened, beside what its writer sent: that exists nowhere else.
fn conflict(context: &PageContext, page: &Page, action: &Action) -> AnyView {
    let words = action_words(context.language);
    let seen: usize = context.parameter("seen").and_then(|seen| seen.parse().ok()).unwrap_or(usize::MAX);
    let since = action.steps.get(seen..).unwrap_or_default();
    let theirs = (!since.is_empty()).then(|| {
        let rows = since.iter().rev().map(|step| told(context, page, step)).collect_view();
        view! { <div><h3>{words.theirs}</h3>{steps(words.theirs, words, rows.into_any())}</div> }
    });
    let due = context.parameter("due").unwrap_or_default();
    let sent = context.parameter("step").and_then(|word| ActionMove::read(word, due).ok());
    let mine = sent.map(|what| {
        let note = context.parameter("note").unwrap_or_default().to_owned();
        let note = (!note.is_empty()).then(|| view! { <p>{note}</p> });
        view! { <div><h3>{words.yours}</h3><p>{moved(context, what)}</p>{note}</div> }
    });
    view! { <div class="sheet">{theirs}{mine}</div> }.into_any()
}

/// A step in words, with the day that it names.
fn moved(context: &PageContext, what: ActionMove) -> AnyView {
    let day = match what {
        ActionMove::Redate(day) => Some(view! { " → "{when::day(day, context.language)} }),
        _ => None,
    };
    view! { {action_words(context.language).move_word(what)}{day} }.into_any()
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
    // Whoever comes by a key goes on typing; a refused form says first what is wrong.
    let is_chosen = context.parameter("step") == Some(name) && context.parameter("problem").is_none();
    let kept = ["back", "view"].into_iter().filter_map(|name| {
        let value = context.parameter(name)?.to_owned();
        Some(view! { <input type="hidden" name=name value=value/> })
    });
    let (note, needed) = if what.needs_reason() { (words.reason, true) } else { (words.note, false) };
    view! {
        <form class="choice fields" method="post" action="/api/action" aria-label=label>
            <input type="hidden" name="lang" value=context.language.tag()/>
            <input type="hidden" name="id" value=action.id.to_string()/>
            <input type="hidden" name="seen" value=action.version().to_string()/>
            {kept.collect_view()}
            <label><span>{note}</span><input name="note" maxlength="1000" autocomplete="off" required=needed autofocus=is_chosen value=typed("note")/></label>
            {day}
            <button name="do" value=name>{label}</button>
        </form>
    }
    .into_any()
}

fn history(context: &PageContext, page: &Page, action: &Action) -> AnyView {
    let (words, language) = (action_words(context.language), context.language);
    let zone = page.catalogue.organization.zone();
    let taken = action.steps.iter().rev().map(|step| told(context, page, step));
    let made = view! {
        <tr>
            <th scope="row" class="nb">{when::instant(action.made_at, &zone, language)}</th>
            <td>{words.made}" → "{when::day(action.terms.due_on, language)}</td>
            <td data-label=words.who>{action.made_by.clone()}</td>
            <td class="full"></td>
        </tr>
    };
    let rows = view! { {taken.collect_view()}{made} }.into_any();
    steps(words.history, words, rows)
}

/// What somebody did, as a row.
fn told(context: &PageContext, page: &Page, step: &ActionStep) -> AnyView {
    let (words, zone) = (action_words(context.language), page.catalogue.organization.zone());
    view! {
        <tr>
            <th scope="row" class="nb">{when::instant(step.at, &zone, context.language)}</th>
            <td>{moved(context, step.what)}</td>
            <td data-label=words.who>{step.by.clone()}</td>
            <td class="full">{step.note.clone()}</td>
        </tr>
    }
    .into_any()
}

fn steps(label: &'static str, words: &'static ActionWords, rows: AnyView) -> AnyView {
    let columns = [(words.when, false), (words.happened, false), (words.who, false), (words.why, false)];
    table(label, &columns, rows)
}

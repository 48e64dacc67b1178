//! `/decisions/{id}`: one decision, what was expected of it, and what came of it.

use domain::decision::{Decision, DecisionMove, DecisionResult, DecisionStep};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::history::{Happened, conflict, history};
use super::{fault, product, week};
use crate::backend::{AppError, TopicsPage as Page};
use crate::components::frame::frame;
use crate::components::section::item;
use crate::components::when;
use crate::components::writing::written;
use crate::context::PageContext;
use crate::pages::problem::{problem, set_status};
use crate::texts::topic_words::topic_words;

/// The page.
#[component]
pub fn DecisionPage() -> impl IntoView {
    let context = use_context::<PageContext>();
    let id = use_params_map().with_untracked(|map| map.get("id"));
    context.map(|context| {
        view! {
            <Suspense>
                {
                    let (context, id) = (context.clone(), id.clone());
                    Suspend::new(async move {
                        match load(&context, id.as_deref()).await {
                            Ok((page, decision)) => render(&context, &page, &decision),
                            Err(error) => problem(&context, &error, "/topics"),
                        }
                    })
                }
            </Suspense>
        }
    })
}

async fn load(context: &PageContext, id: Option<&str>) -> Result<(Page, Decision), AppError> {
    let id = id.unwrap_or_default().parse().map_err(|_| AppError::NotFound)?;
    let page = context.backend.decision(id).await?;
    let decision = page.decisions.first().cloned().ok_or(AppError::NotFound)?;
    Ok((page, decision))
}

fn render(context: &PageContext, page: &Page, decision: &Decision) -> AnyView {
    let words = topic_words(context.language);
    if context.parameter("problem") == Some("conflict") {
        set_status(409);
    }
    let all = context.go("/topics", &[]);
    let result = decision.result().map(|(result, _)| result);
    let content = view! {
        <div class="masthead">
            <p class="kicker"><a href=format!("{all}#decisions")>{words.decisions}</a>" · "{week(context, page, decision.terms.week)}" "{product(context, page, decision.terms.product.as_ref())}</p>
            <h1>{decision.terms.text.clone()}</h1>
            <p class="answer">{words.result}": "{words.result_word(result)}</p>
        </div>
        {item("expected", "1".to_owned(), words.decision, words.decisions_question, expected(context, page, decision))}
        {item("judge", "2".to_owned(), words.judge, words.judge_question, written(context, decision.terms.product.as_ref(), || judge(context, page, decision)))}
        {item("history", "3".to_owned(), words.history, words.history_question, told(context, page, decision))}
    }
    .into_any();
    frame(context, &decision.terms.text, "/reviews", content)
}

fn expected(context: &PageContext, page: &Page, decision: &Decision) -> AnyView {
    let words = topic_words(context.language);
    let topic = page.topics.first().map(|topic| {
        let href = context.go(&format!("/topics/{}", topic.id), &[]);
        view! { <div><dt>{words.topic}</dt><dd><a href=href>{topic.terms.title.clone()}</a></dd></div> }
    });
    view! {
        <dl class="verdicts">
            <div><dt>{words.expects}</dt><dd>{decision.terms.expects.clone()}</dd></div>
            <div><dt>{words.look_again}</dt><dd class="big">{when::day(decision.look_again_on(), context.language)}</dd></div>
            {topic}
        </dl>
    }
    .into_any()
}

fn judge(context: &PageContext, page: &Page, decision: &Decision) -> AnyView {
    let words = topic_words(context.language);
    let since = |seen: usize| {
        let steps = decision.steps.get(seen..).unwrap_or_default();
        steps.iter().rev().map(|step| happened(context, step)).collect()
    };
    let typed = |step: &str, name: &str| {
        let is_this = context.parameter("step") == Some(step);
        context.parameter(name).filter(|_| is_this).unwrap_or_default().to_owned()
    };
    let head = || {
        view! {
            <input type="hidden" name="lang" value=context.language.tag()/>
            <input type="hidden" name="id" value=decision.id.to_string()/>
            <input type="hidden" name="seen" value=decision.version().to_string()/>
        }
    };
    let note = context.parameter("note").unwrap_or_default().to_owned();
    let results = DecisionResult::ALL.map(|result| {
        view! { <button name="do" value=result.as_str()>{words.result_word(Some(result))}</button>" " }
    });
    let later = decision.result().is_none().then(|| {
        view! {
            <form class="choice" method="post" action="/api/decision" aria-label=words.later>
                {head()}
                <label><span>{words.look_again}</span><input name="day" type="date" required value=typed("later", "day")/></label>
                <label class="wide"><span>{words.reason}</span><input name="note" required maxlength="1000" autocomplete="off" value=typed("later", "note")/></label>
                <button name="do" value="later">{words.later}</button>
            </form>
        }
    });
    view! {
        {fault(context, "judge")}
        {conflict(context, page, since)}
        <form class="choice" method="post" action="/api/decision" aria-label=words.judge>
            {head()}
            <label class="wide"><span>{words.what_was_seen}</span><input name="note" maxlength="1000" autocomplete="off" value=note/></label>
            {results}
        </form>
        {later}
    }
    .into_any()
}

fn happened(context: &PageContext, step: &DecisionStep) -> Happened {
    let words = topic_words(context.language);
    let what = match step.what {
        DecisionMove::Judge(result) => view! { {words.result_word(Some(result))} }.into_any(),
        DecisionMove::Later(day) => {
            view! { {words.put_off}" → "{when::day(day, context.language)} }.into_any()
        }
    };
    Happened { at: step.at, what, by: step.by.clone(), note: step.note.clone() }
}

fn told(context: &PageContext, page: &Page, decision: &Decision) -> AnyView {
    let words = topic_words(context.language);
    let mut all: Vec<Happened> = decision.steps.iter().rev().map(|step| happened(context, step)).collect();
    let made =
        view! { {words.made}" → "{when::day(decision.terms.look_again_on, context.language)} }.into_any();
    all.push(Happened {
        at: decision.made_at,
        what: made,
        by: decision.made_by.clone(),
        note: String::new(),
    });
    history(context, page, words.history, all)
}
